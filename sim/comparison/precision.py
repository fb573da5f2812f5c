"""How often something runs: a fixed number of times, or until an interval is narrow enough.

The interval is looked at after a fixed schedule of replications, each look a quarter more than the
one before, and running stops at the first look that finds half of it no wider than asked: the
sequential procedure of Law (2015, Simulation Modeling and Analysis, 5th ed., ch. 9.4.1) after Chow
and Robbins (1965, Annals of Mathematical Statistics 36(2)), in groups. Stopping when an interval
happens to be narrow makes it cover a little less often than it says; rare looks and at least `min`
replications keep that small, as a test measures. As a look counts the first replications alone,
where it stops does not depend on the workers, the order or interruptions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.comparison.statistics import CONFIDENCE, interval
from sim.scenario.keys.replications import FEWEST

if TYPE_CHECKING:
    from sim.scenario.keys.replications import Replications, Until

GROWTH = 1.25
"""How much later the next look is."""


@dataclass(frozen=True)
class Precision:
    """When a point of a sweep, or a scenario, has run often enough.

    looks: after how many replications that is asked, ascending; the last is the most there are.
    until: what must be known how well (None: it runs `looks[0]` times). confidence: of the
    interval. reference: the policy that differences are paired to (None: the mean itself counts).
    """

    looks: tuple[int, ...]
    until: Until | None = None
    confidence: float = CONFIDENCE
    reference: str | None = None

    @property
    def most(self) -> int:
        """How often a point runs at most."""
        return self.looks[-1]

    def needed(self, values: Mapping[str, np.ndarray]) -> int:
        """About how many replications a point needs by what is known; no more than it has: it has
        run often enough.

        values: the metric of each policy at the point, replication by replication; NaN: none.
        """
        count = max(len(numbers) for numbers in values.values())
        if self.until is None or count >= self.most:
            return count
        most = self._most(values)
        if most <= 1:
            return count
        return (
            self.most
            if not math.isfinite(most)
            else min(self.most, max(count + 1, math.ceil(count * most**2)))
        )

    def would_do(self, values: Mapping[str, np.ndarray]) -> int | None:
        """About how many replications make everything known as well as was asked, however many
        there may be; no fewer than there are. None where that cannot be told.
        """
        count, most = max(len(numbers) for numbers in values.values()), self._most(values)
        return None if not math.isfinite(most) else max(count, math.ceil(count * most**2))

    def known(self, values: Mapping[str, np.ndarray]) -> bool:
        """Whether everything is known as well as was asked."""
        return self._most(values) <= 1

    def widest(self, values: Mapping[str, np.ndarray]) -> float:
        """Half the width of the widest interval; NaN where one of them cannot be told, or there is
        none."""
        intervals = [interval(one, self.confidence) for one, _ in self._measured(values)]
        return max(
            (estimate.half for estimate in intervals),
            default=math.nan,
            key=lambda w: (math.isnan(w), w),
        )

    def target(self, values: Mapping[str, np.ndarray]) -> float:
        """How wide that may be at most; for a share, of the reference's mean (without one: of the
        smallest)."""
        assert self.until is not None
        return min((self._goal(level) for _, level in self._measured(values)), default=math.nan)

    def _most(self, values: Mapping[str, np.ndarray]) -> float:
        """How many times as wide as asked the widest interval is."""
        return max((self._ratio(*pair) for pair in self._measured(values)), default=0.0)

    def _measured(self, values: Mapping[str, np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
        """What must be known well of each policy, and what a share is a share of."""
        if self.reference is None:
            return [(numbers, numbers) for numbers in values.values()]
        base = values[self.reference]
        return [
            (numbers - base, base) for name, numbers in values.items() if name != self.reference
        ]

    def _ratio(self, values: np.ndarray, level: np.ndarray) -> float:
        """Half the width of the interval of their mean, by what was asked for, which may be a share
        of another mean."""
        estimate = interval(values, self.confidence)
        if not estimate.known:
            return math.inf
        half, goal = estimate.half, self._goal(level)
        return 0.0 if half == 0 else half / goal if goal > 0 else math.inf

    def _goal(self, level: np.ndarray) -> float:
        assert self.until is not None
        return self.until.half_width * (abs(interval(level).mean) if self.until.relative else 1.0)


def looks(least: int, most: int) -> tuple[int, ...]:
    """After how many replications the interval is looked at: `least`, each time a quarter more, and
    `most`."""
    counts = [least]
    while counts[-1] < most:
        counts.append(min(most, math.ceil(counts[-1] * GROWTH)))
    return tuple(counts)


def schedule(count: Replications, most: int) -> tuple[int, ...]:
    """The looks of what runs until something is known, at most `most` times."""
    return looks(min(most, FEWEST if count.min is None else count.min), most)
