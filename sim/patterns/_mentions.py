"""What is said in discussions: a driver that plays a replication on the Mesa driver and notes, at
the end of each round, which ideas are on the room's record and how many members held each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.agents import Organization
from sim.agents.trace import Watcher

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.parameters import Parameters

DRIVER = "sim.patterns._mentions:simulate"


def mentioned(
    holders: Mapping[int, int], members: int, record: Iterable[int]
) -> tuple[float, float]:
    """The share of the ideas that all of some members hold which is on a record, and that of the
    ideas that one of them holds; NaN where there are none.

    holders: how many members hold each idea, by its originator. record: originators.
    """
    said = set(record)
    shares = []
    for count in (members, 1):
        ideas = [originator for originator, held in holders.items() if held == count]
        shares.append(np.mean([idea in said for idea in ideas]) if ideas else np.nan)
    return float(shares[0]), float(shares[1])


class Listener(Watcher):
    """Notes for each round the number of members, and which shares of shared and unshared ideas
    they have mentioned by then; ideas of the members' own looks, which see nothing, are left
    out."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[int, float, float]] = []

    def note_round(
        self, model: Organization, issue: Issue, turns: list[tuple[int, int]], result: Any
    ) -> None:
        holders: dict[int, int] = {}
        for member in issue.room:
            for idea in model.leaders[member].integrates(issue):
                if idea.originator not in issue.room:
                    holders[idea.originator] = holders.get(idea.originator, 0) + 1
        size = len(issue.room)
        self.heard.append((size, *mentioned(holders, size, issue.record)))


def simulate(inputs: Parameters, replication: int) -> np.ndarray:
    """One replication on the Mesa driver: a row (members, shared ideas mentioned, unshared ideas
    mentioned, as shares) for each round."""
    listener = Listener()
    Organization(inputs.scenario, replication=replication, inputs=inputs, watcher=listener).run()
    return np.array(listener.heard).reshape(-1, 3)
