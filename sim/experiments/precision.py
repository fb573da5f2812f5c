"""How often a point runs: a fixed number of times, or until an interval is narrow enough.

The interval is looked at after a fixed schedule of replications, each look a quarter more than the one before, and
running stops at the first look that finds half of it no wider than asked: the sequential procedure of Law (2015,
Simulation Modeling and Analysis, 5th ed., ch. 9.4.1) after Chow and Robbins (1965, Annals of Mathematical Statistics
36(2)), in groups. Stopping when an interval happens to be narrow makes it cover a little less often than it says;
rare looks and at least `min` replications keep that small, as a test measures. As a look counts the first replications
alone, where it stops does not depend on the workers, the order or interruptions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.comparison import interval
from sim.scenario.keys.sweep import FEWEST

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.keys.sweep import Until

GROWTH = 1.25
"""How much later the next look is."""


@dataclass(frozen=True)
class Precision:
    """When a point has run often enough.

    looks: after how many replications that is asked, ascending; the last is the most there are. until: what must be
    known how well (None: every point runs `looks[0]` times). confidence: of the interval. reference: the policy that
    differences are paired to (None: the mean itself counts).
    """

    looks: tuple[int, ...]
    until: Until | None = None
    confidence: float = 0.95
    reference: str | None = None

    @property
    def most(self) -> int:
        """How often a point runs at most."""
        return self.looks[-1]

    def needed(self, values: Mapping[str, np.ndarray]) -> int:
        """About how many replications a point needs by what is known; no more than it has: it has run often enough.

        values: the metric of each policy at the point, replication by replication; NaN: none.
        """
        count = max(len(each) for each in values.values())
        if self.until is None or count >= self.most:
            return count
        if self.reference is None:
            most = max(self._ratio(each, each) for each in values.values())
        else:
            base = values[self.reference]
            most = max(self._ratio(each - base, base) for name, each in values.items() if name != self.reference)
        if most <= 1:
            return count
        return self.most if not math.isfinite(most) else min(self.most, max(count + 1, math.ceil(count * most**2)))

    def _ratio(self, values: np.ndarray, level: np.ndarray) -> float:
        """Half the width of the interval of their mean, by what was asked for, which may be a share of another mean."""
        assert self.until is not None
        found = interval(values, self.confidence)
        if not found.known:
            return math.inf
        half = found.half
        asked = self.until.half_width * (abs(interval(level).mean) if self.until.relative else 1.0)
        return 0.0 if half == 0 else half / asked if asked > 0 else math.inf


def precision(scenario: Scenario) -> Precision:
    """When every point of a scenario's sweep has run often enough."""
    wanted = scenario.sweep.replications if scenario.sweep is not None else None
    most = (wanted.max if wanted is not None else None) or scenario.replications
    if wanted is None or wanted.until is None:
        return Precision((most,))
    least = min(most, FEWEST if wanted.min is None else wanted.min)
    reference = scenario.sweep.against if wanted.until.paired and scenario.sweep is not None else None
    return Precision(looks(least, most), wanted.until, wanted.confidence, reference)


def looks(least: int, most: int) -> tuple[int, ...]:
    """After how many replications the interval is looked at: `least`, each time a quarter more, and `most`."""
    found = [least]
    while found[-1] < most:
        found.append(min(most, math.ceil(found[-1] * GROWTH)))
    return tuple(found)
