"""How often the points of a sweep run: see `sim.comparison.precision`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.comparison.precision import Precision as Precision
from sim.comparison.precision import schedule

if TYPE_CHECKING:
    from sim.scenario import Scenario


def precision(scenario: Scenario) -> Precision:
    """When every point of a scenario's sweep has run often enough."""
    wanted = scenario.sweep.replications if scenario.sweep is not None else None
    most = (wanted.max if wanted is not None else None) or scenario.replications
    if wanted is None or wanted.until is None:
        return Precision((most,))
    reference = (
        scenario.sweep.against if wanted.until.paired and scenario.sweep is not None else None
    )
    return Precision(schedule(wanted, most), wanted.until, wanted.confidence, reference)
