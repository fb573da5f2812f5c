"""An audit: does a finding depend on how it was modelled? Each finding is run again under every
alternative, under the same seeds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import UsageError
from sim.experiments._play import MEASURES
from sim.experiments.audit._cases import Case, LeftOut, cases
from sim.experiments.audit._verdicts import FLIPS, WEAKENS, Cell, Trial
from sim.experiments.audit._verdicts import cells as judged_cells
from sim.experiments.audit.alternatives import ALTERNATIVES, Alternative
from sim.experiments.audit.findings import Finding, claims_of, findings
from sim.experiments.running import FailedRun, Progress, Running, Wanted
from sim.experiments.store import Segment, Store
from sim.experiments.sweep import executor_of
from sim.progress import reporter
from sim.runner.engines import engine_for
from sim.scenario.keys.claims import Claim

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.executors import Executor
    from sim.scenario import Scenario

REPLICATIONS = 100
"""At most so many replications are run where no number is given, else as many as the scenario says;
a convention: claims of the shipped scenarios are decided by them, in a minute or two."""


@dataclass
class Audit:
    """What an audit has come to.

    findings: every claim (or difference to the base), with the verdict of the file itself; those
    that are not `found` were not audited. applied: the alternatives that were run. left_out: the
    others, each with the reason. cells: each finding that was audited under each alternative.
    replications: of every policy. done, before: runs that are safe, and those of them that were
    there already. failures: runs that failed. damaged: runs that were stored, were found damaged,
    and were run again. segments: where the runs stand in the table `runs`.
    """

    scenario: Scenario
    folder: Path
    replications: int
    findings: list[Finding]
    applied: list[Alternative]
    left_out: list[LeftOut]
    cells: list[Cell]
    segments: list[Segment] = field(default_factory=list)
    policies: tuple[str, ...] = ()
    done: int = 0
    before: int = 0
    failures: list[FailedRun] = field(default_factory=list)
    damaged: int = 0

    @property
    def flips(self) -> list[Cell]:
        """Where a finding flips."""
        return [cell for cell in self.cells if cell.verdict == FLIPS]

    @property
    def unsettled(self) -> list[Cell]:
        """Where a finding lies on the other side at its own confidence, but not beyond what chance
        may bring about among so many."""
        return [cell for cell in self.cells if cell.other_side and cell.verdict == WEAKENS]

    @cached_property
    def verdict(self) -> list[str]:
        """The answer in a few plain sentences: those of the terminal."""
        from sim.experiments.audit.wording import in_short

        return in_short(self)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row an alternative and finding: verdict, difference with its bounds at the finding's
        own confidence, and how much the finding changed, with a 95 % interval."""
        import pandas as pd

        from sim.experiments.audit.saved import rows

        return pd.DataFrame(rows(self))

    def __repr__(self) -> str:
        from sim.experiments.audit.wording import facts

        return f"Audit({', '.join(facts(self))}; in {self.folder})"

    def __str__(self) -> str:
        return "\n".join(self.verdict)

    def _repr_html_(self) -> str:
        from sim.experiments.audit._card import card_of

        return card_of(self)


def replications_of(scenario: Scenario, replications: int | None) -> int:
    """How many replications an audit runs. UsageError for fewer than two."""
    if replications is None:
        return min(scenario.replications, REPLICATIONS)
    if replications < 2:
        raise UsageError(f"replications must be at least 2, not {replications}")
    return replications


def audit(
    scenario: Scenario,
    folder: str | os.PathLike[str],
    *,
    replications: int | None = None,
    alternatives: Sequence[Alternative] | None = None,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: Progress | bool | None = None,
) -> Audit:
    """Run what is missing of an audit, and say what becomes of each finding; runs are kept in
    `folder`.

    `sim.audit` does this and also writes the result. alternatives: what is tried (default: all that
    are declared). The other arguments: as there.
    """
    often, claims = replications_of(scenario, replications), claims_of(scenario)
    used = engine_for(engine, scenario.policies().values()).engine
    doing = executor if callable(executor) else executor_of(executor, used, workers)
    with (
        Store.open(folder, MEASURES, write=True) as store,
        reporter(progress, counts=True) as tell,
    ):
        auditing = _Auditing(scenario, claims, often, Running(store, doing, tell))
        result = auditing.run(Path(folder), ALTERNATIVES if alternatives is None else alternatives)
    return result


class _Auditing:
    """One audit: first the file's own runs, which say what there is to audit, then the
    alternatives."""

    def __init__(
        self, scenario: Scenario, claims: tuple[Claim, ...], often: int, running: Running
    ) -> None:
        self.scenario, self.claims, self.often, self.running = scenario, claims, often, running
        named = {name for claim in claims for name in (claim.policy, claim.than)}
        policies = scenario.policies()
        self.names = tuple(name for name in policies if name in named)
        self.own = Case(0, {name: policies[name] for name in self.names})
        self._values: dict[tuple[int, str], np.ndarray] = {}

    def run(self, folder: Path, alternatives: Sequence[Alternative]) -> Audit:
        running = self.running
        tried, left_out = cases(self.scenario, self.own, alternatives, self.names)
        running.total = self._count([self.own, *tried], self.names)
        running.complete(self._wanted([self.own], self.names))
        found = findings(self.scenario, self.claims, lambda *of: self._measure(self.own, *of))
        concerned = {
            name
            for finding in found
            if finding.found
            for name in (finding.claim.policy, finding.claim.than)
        }
        names = [name for name in self.names if name in concerned]
        if len(names) < len(self.names):
            tried, left_out = (
                cases(self.scenario, self.own, alternatives, names) if names else ([], [])
            )
        running.total = self._count([self.own], self.names) + self._count(tried, names, self.own)
        running.complete(self._wanted(tried, names, self.own))
        segments = [
            segment
            for case, some in ((self.own, self.names), *((case, names) for case in tried))
            for name in some
            for segment in case.segments(name, self.often)
        ]
        return Audit(
            self.scenario,
            folder,
            self.often,
            found,
            [case.alternative for case in tried if case.alternative is not None],
            left_out,
            judged_cells(list(self._trials(found, tried))),
            segments,
            self.names,
            running.done,
            running.before,
            running.failures,
            running.store.damaged,
        )

    def _wanted(
        self, some: Sequence[Case], names: Sequence[str], besides: Case | None = None
    ) -> Iterator[Wanted]:
        """The runs of these policies, each once, without those of `besides`."""
        asked = self._keys(besides)
        for case in some:
            for name in names:
                for wanted in case.wanted(name, self.often, self.running.store):
                    if wanted.key not in asked:
                        asked.add(wanted.key)
                        yield wanted

    def _count(
        self, some: Sequence[Case], names: Sequence[str], besides: Case | None = None
    ) -> int:
        """How many different runs these are, without those of `besides`."""
        keys = {case.key(name) for case in some for name in names}
        return len(keys - self._keys(besides)) * self.often

    def _keys(self, case: Case | None) -> set[bytes]:
        return set() if case is None else {case.key(name) for name in self.names}

    def _measure(self, case: Case, name: str, metric: str) -> np.ndarray:
        at = (case.point, name)
        if at not in self._values:
            self._values[at] = case.values(self.running.store, name, self.often)
        return self._values[at][:, MEASURES.index(metric)]

    def _trials(self, found: Sequence[Finding], tried: Sequence[Case]) -> Iterator[Trial]:
        for case in tried:
            assert case.alternative is not None
            for place, finding in enumerate(found):
                if not finding.found:
                    continue
                claim = finding.claim
                same = all(
                    case.key(name) == self.own.key(name) for name in (claim.policy, claim.than)
                )
                yield Trial(
                    place,
                    case.alternative.name,
                    claim,
                    finding.side,
                    self._pair(self.own, claim),
                    None if same else self._pair(case, claim),
                )

    def _pair(self, case: Case, claim: Claim) -> tuple[np.ndarray, np.ndarray]:
        one, other = (
            self._measure(case, name, claim.metric) for name in (claim.policy, claim.than)
        )
        return one, other
