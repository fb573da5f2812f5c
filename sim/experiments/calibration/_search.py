"""The search: settings proposed in batches, each run a few times, and the promising ones again and
again.

All that decides what comes next is the plan and what runs gave, never the workers, the time or an
interruption. As every run is stored by its content, a search that is repeated finds its runs stored
up to where it was stopped; with a larger budget it goes on from the same beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.errors import RunsFailed
from sim.experiments._play import MEASURES
from sim.experiments.calibration._proposals import Place, anywhere, first, propose
from sim.experiments.calibration._racing import contenders, front, margins, means, promoted, scale
from sim.experiments.calibration.plan import CalibrationPlan
from sim.experiments.keys import policy_key
from sim.experiments.running import Running, Wanted
from sim.scenario import Scenario
from sim.scenario.nodes import plain
from sim.scenario.reads import reads
from sim.scenario.tree import without_variant

BATCH = 4
"""How many settings are proposed at once: few, so that each is proposed by what is known of
most."""
START = 4
"""How many settings an axis are tried before anything is proposed; two batches at least."""
RACE = 0.5
"""By how many runs a batch is followed in the race, as a share of its own."""
FINAL = 0.25
"""The share of the runs that is kept for the last race."""
IDLE = 20
"""After how many batches in a row without a new setting there is none left to find."""


@dataclass
class Candidate:
    """A setting that was tried: where it stands in the unit cube, its keys, and its replications so
    far.

    settings: None for a key that it does not read, as the limit for agreeing where the first round
    decides. values: [count, objectives] with more being better, NaN for what is unknown.
    """

    place: Place
    settings: dict[str, Any]
    policy: Scenario
    key: bytes
    count: int = 0
    values: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))


@dataclass
class SearchResult:
    """What a search has come to. left_out: settings that do not go together, and why. spent: runs
    it took."""

    candidates: list[Candidate] = field(default_factory=list)
    left_out: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    spent: int = 0


def values(plan: CalibrationPlan, running: Running, key: bytes, first: int, end: int) -> np.ndarray:
    """The objectives of a policy's replications `first`, ... below `end`, turned so that more is
    better."""
    numbers, rows = running.store.of(key, end)
    measured = np.full((end, len(plan.objectives)), np.nan)
    measured[numbers] = rows[:, [MEASURES.index(name) for name in plan.objectives]] * plan.signs
    return measured[first:]


def search(plan: CalibrationPlan, running: Running) -> SearchResult:
    """Search as the plan says. RunsFailed where no setting could be run."""
    searching = _Searching(plan, running)
    searching.explore()
    searching.race()
    if not searching.found.candidates:
        raise RunsFailed(f"no setting could be run: {searching.found.left_out[0][1]}")
    return searching.found


class _Searching:
    def __init__(self, plan: CalibrationPlan, running: Running) -> None:
        self.plan, self.running = plan, running
        self.found = SearchResult()
        self.tried: set[bytes] = set()
        self.unspent = 0
        running.total = plan.runs

    def explore(self) -> None:
        """Batches of new settings, each followed by a race, until what is kept for the end."""
        plan = self.plan
        budget = max(plan.least, int(plan.runs * (1 - FINAL)))
        batch = idle = 0
        while self._room(budget) > 0 and idle < IDLE:
            places = self._places(batch, idle)[: self._room(budget)]
            before = self.found.spent
            self._try(places)
            fresh = self.found.spent - before
            idle = 0 if fresh else idle + 1
            self.unspent += int(fresh * RACE)
            self.unspent -= self._promote(min(self.unspent, budget - self.found.spent))
            batch += 1

    def race(self) -> None:
        """All that is left for those that may be the best, two batches' worth of runs at a time."""
        step = 2 * BATCH * self.plan.least
        while self._promote(min(step, self.plan.runs - self.found.spent)):
            pass

    def _room(self, budget: int) -> int:
        """For how many new settings there are runs."""
        return (budget - self.found.spent) // self.plan.least

    def _places(self, batch: int, idle: int) -> list[Place]:
        if batch == 0:
            return first(self.plan, max(2 * BATCH, START * len(self.plan.axes)))
        if idle or not self.found.candidates:
            return anywhere(self.plan, BATCH, batch)
        scores = self._aims()[(batch - 1) % len(self._aims())]()
        return propose(
            self.plan,
            [candidate.place for candidate in self.found.candidates],
            scores,
            BATCH,
            batch,
        )

    def _aims(self) -> Sequence[Callable[[], np.ndarray]]:
        """What batches are proposed for, in turn: the front, and every weighting; scores [settings,
        objectives]."""
        on_average = means([candidate.values for candidate in self.found.candidates])
        if on_average.shape[1] == 1:
            return (lambda: on_average,)
        by = scale(on_average)
        return (
            lambda: on_average,
            *(lambda row=row: by.scores(on_average, row)[:, None] for row in self.plan.weights),
        )  # type: ignore[misc]

    def _try(self, places: Sequence[Place]) -> None:
        """Run new settings the least number of times; those that were tried already are passed
        over, and so are those that differ in keys they do not read.
        """
        new: list[Candidate] = []
        for place in places:
            changes = self.plan.changes(place)
            settings: dict[str, Any] = {key: plain(node) for key, node in changes.items()}
            policy = self.plan.resolve(changes)
            if not isinstance(policy, str):
                read = {
                    key: node
                    for key, node in changes.items()
                    if reads(policy, without_variant(key))
                }
                settings = {key: value if key in read else None for key, value in settings.items()}
                policy = policy if len(read) == len(changes) else self.plan.resolve(read)
            if isinstance(policy, str):
                if all(settings != other for other, _ in self.found.left_out):
                    self.found.left_out.append((settings, policy))
                continue
            key = policy_key(policy)
            if key not in self.tried:
                self.tried.add(key)
                new.append(Candidate(place, settings, policy, key))
        self.found.candidates += new
        self._run(
            {len(self.found.candidates) - len(new) + i: self.plan.least for i in range(len(new))}
        )

    def _promote(self, allowance: int) -> int:
        """One round of the race; how many runs it took."""
        candidates = self.found.candidates
        if allowance <= 0 or not candidates:
            return 0
        of_each = [candidate.values for candidate in candidates]
        counts = np.array([candidate.count for candidate in candidates])
        order = contenders(
            margins(of_each, self.plan.weights), counts, self.plan.most, front(means(of_each))
        )
        before = self.found.spent
        self._run(promoted(order, counts, self.plan.most, allowance))
        return self.found.spent - before

    def _run(self, counts: dict[int, int]) -> None:
        """Bring settings, by their place, to so many replications."""
        candidates, plan = self.found.candidates, self.plan
        self.running.complete(
            Wanted(plan.policy, place, candidate.key, candidate.policy, candidate.count, count)
            for place, count in counts.items()
            for candidate in (candidates[place],)
        )
        for place, count in counts.items():
            candidate = candidates[place]
            self.found.spent += count - candidate.count
            candidate.count, candidate.values = (
                count,
                values(plan, self.running, candidate.key, 0, count),
            )
