"""One plot of a measure against delay, and where its marks lie in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.comparison.regions import Region
from sim.dashboard import theme
from sim.dashboard.figures.placing import Mark
from sim.dashboard.measures import Estimate, Estimates, Kind, Policy


@dataclass(frozen=True)
class Panel:
    """One plot of quality (or another measure) against delay: its policies, their estimates, the urgency of its lines.

    `regions` are the joint intervals of measure and delay by variant; `commitment` is what the lines of equal value
    assume; `x`, `y` the axis ranges; `width`, `height` about how many pixels the plot will have (names are placed for
    that size).
    """

    shown: Sequence[Policy]
    found: Estimates
    urgency: Sequence[Kind]
    commitment: float
    x: tuple[float, float]
    y: tuple[float, float]
    width: float
    height: float
    regions: Mapping[str, Region]
    measure: str = "quality"

    def get(self, policy: Policy, metric: str) -> Estimate:
        """One policy's estimate of one measure."""
        return self.found.get((policy.variant, metric), Estimate())

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies in the plot, in pixels from its upper left corner."""
        return self.across(x - self.x[0]), self.down(self.y[1] - y)

    def across(self, days: float) -> float:
        """A stretch of delay in pixels."""
        return days / (self.x[1] - self.x[0]) * self.width

    def down(self, quality: float) -> float:
        """A stretch of quality in pixels."""
        return quality / (self.y[1] - self.y[0]) * self.height


def written(panel: Panel, policy: Policy) -> str:
    """A policy's name as it stands beside its mark: cut to less than half the plot; not escaped."""
    return theme.fit(policy.name, min(180.0, 0.45 * panel.width), 13)


def marks(panel: Panel) -> list[Mark]:
    """The marks to be named, in pixels."""
    found = []
    for policy in panel.shown:
        height, delay = panel.get(policy, panel.measure), panel.get(policy, "delay")
        reach = panel.across(delay.half_width), panel.down(height.half_width)
        found.append(Mark(*panel.pixels(delay.mean, height.mean), *reach, written(panel, policy)))
    return found
