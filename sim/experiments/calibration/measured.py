"""Measures in the sentences of a calibration: their names, and changes with the decimals and the
units that they are declared with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.comparison import Interval
from sim.comparison.wording import decimals_for, signed
from sim.measures import DAYS, MEASURES
from sim.scenario.titles import called

if TYPE_CHECKING:
    from sim.experiments.calibration.calibrate import Calibration


def measure_name(name: str) -> str:
    """What a measure is called in sentences and heads of tables; any other name is as it is."""
    return MEASURES[name].short if name in MEASURES else name


def column_head(name: str) -> str:
    """What a column is called where there is room: a measure with its unit; a key by its title;
    any other name as it is."""
    return (
        f"{MEASURES[name].title} ({MEASURES[name].unit_label})"
        if name in MEASURES
        else called(name)
    )


def weighting_name(calibration: Calibration, name: str) -> str:
    """What a weighting is called: as its measure where it was not named, as one objective alone."""
    return measure_name(name) if name in calibration.plan.objectives else name


def _with_unit(name: str, text: str) -> str:
    return f"{text} {DAYS}" if MEASURES[name].unit == DAYS else text


def change(name: str, gap: Interval) -> str:
    """By how much a measure changes, with the decimals that it is declared with and its unit:
    'by -0.82 [-0.91 to -0.73] working days', 'by less than 0.001'."""
    least = MEASURES[name].rounding
    if gap.known and max(abs(end) for end in gap) < least:
        return f"by less than {_with_unit(name, f'{least:g}')}"
    return f"by {_with_unit(name, signed(gap, MEASURES[name].digits))}"


def end(name: str, value: float, gap: Interval) -> str:
    """An end of a change, as `change` shows it."""
    places = decimals_for(gap, MEASURES[name].digits)
    return _with_unit(name, f"{value:+.{places}f}")


def at_most(name: str, size: float) -> str:
    """A size of changes of a measure, rounded up to the decimals that it is declared with, and its
    unit."""
    digits = MEASURES[name].digits
    whole = math.ceil(round(size * 10**digits, 6)) or 1
    return _with_unit(name, f"{whole / 10**digits:,.{digits}f}")
