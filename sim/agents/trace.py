"""Watching one issue: everything that happens to it, in order, to be told as a story."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.rules.evidence import assess, leading, pool
from sim.rules.perspective import relevance

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.leader import Leader
    from sim.agents.messages import Idea, Message
    from sim.agents.organization import Organization
    from sim.parameters import Parameters


@dataclass(frozen=True)
class Event:
    """Something that happened to the watched issue: when (tick), what, and the details (leaders by index)."""

    tick: int
    what: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Trace:
    """The whole course of one issue: the fields of its decision (see `sim.outcome.DECISION`) and its events."""

    decision: dict[str, Any]
    events: list[Event] = field(default_factory=list)


class Watcher:
    """Notes what happens to one issue of the cohort, by its number."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.events: list[Event] = []

    def note(self, tick: int, issue: Issue, what: str, data: dict[str, Any]) -> None:
        """Note one event, if it is about the watched issue."""
        if issue.number == self.number:
            self.events.append(Event(tick, what, data))

    def note_sense(self, model: Organization, issue: Issue, leader: Leader) -> None:
        """Note what a witness made of the issue by itself."""
        if issue.number != self.number or issue.kind.accuracy >= 0.0:
            return
        precisions, beliefs = issue.precisions(model, leader.index), leader.beliefs(issue)
        weighted, weight = issue.nothing()
        pool(issue.ideas[leader.index].values(), precisions, 1.0, 0.0, weighted, weight)
        alone = [0.0] * issue.kind.alternatives
        assess(weighted, weight, beliefs, alone)
        best = -1 if issue.is_estimate else leading(alone, issue.ties)
        data = {"leader": leader.index, "best": best, "number": alone[0], "precision": relevance(beliefs, precisions)}
        self.events.append(Event(model.tick, "sense", data))

    def note_idea(self, tick: int, message: Message, copy: Idea) -> None:
        """Note that an idea was heard."""
        assert message.issue is not None
        data = {
            "originator": copy.originator,
            "source": message.source,
            "target": message.target,
            "hops": copy.hops,
            "variance": copy.variance,
            "kept": True,
            "sent": message.sent,
        }
        self.note(tick, message.issue, "idea", data)

    def note_round(
        self, tick: int, issue: Issue, said: list[tuple[int, int]], result: tuple[int, float, float, float]
    ) -> None:
        """Note a forum round: who said whose idea, where opinions stood, and how much support there was."""
        count = issue.alternatives
        choice, number, share, needed = result
        data = {
            "round": issue.rounds,
            "present": [i for i, there in zip(issue.room, issue.present, strict=True) if there],
            "said": said,
            "positions": [
                (i, issue.preferred[p] if issue.voiced[p] else -1, issue.positions[p * count])
                for p, i in enumerate(issue.room)
                if issue.present[p]
            ],
            "proposal": choice,
            "number": number,
            "support": share,
            "needed": needed,
            "agreed": issue.agreed,
        }
        self.note(tick, issue, "round", data)


def trace(inputs: Parameters, replication: int, issue: int) -> Trace:
    """Run one replication and tell the course of issue number `issue` (from 1, in order of arising).

    IndexError, with the largest number there is, when there is no such issue.
    """
    from sim.agents.organization import Organization

    watcher = Watcher(issue)
    model = Organization(inputs.scenario, replication=replication, inputs=inputs, watcher=watcher)
    while model.running and not model.measures.has(issue):
        model.step()
    decisions = model.outcome().decisions
    found = decisions[decisions["issue"] == issue]
    if len(found) == 0:
        raise IndexError(len(decisions))
    row = found[0]
    return Trace({name: row[name].item() for name in row.dtype.names}, watcher.events)
