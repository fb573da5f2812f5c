"""Keys about how often everything runs: a fixed number of times, or until an interval is narrow
enough."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from re import fullmatch
from typing import Annotated, Any

from pydantic import BeforeValidator, SerializerFunctionWrapHandler, model_serializer
from pydantic_core import PydanticCustomError

from sim.measures import measure_names
from sim.scenario.keys.facts import Section, key
from sim.scenario.value_types import SHARE, Range, ValueType, choice, share, truth, whole_number

FEWEST = 20
"""What `min` is where it is not given."""
OFTEN = 100
"""How often every policy runs where the scenario does not say."""
MOST = 1_000_000


def _something(value: Any) -> Any:
    """A section that may be left out, but not left empty."""
    if value is None:
        message = "has no value: expected a mapping of keys; or remove the key"
        raise PydanticCustomError("value", "{message}", {"message": message})
    return value


Given = BeforeValidator(_something)


def width() -> ValueType:
    """Half the width of an interval: a number above 0 or a percentage, which is read as a share."""
    allowed = "a number above 0, or a percentage above 0 such as 2%"

    def read(value: Any) -> float:
        if isinstance(value, str) and fullmatch(SHARE, value.strip()):
            value = float(Fraction(value.strip().rstrip("%").strip()) / 100)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("")
        if not isfinite(value) or value <= 0:
            raise ValueError("")
        return float(value)

    spelled = {"type": "string", "pattern": f"^{SHARE}$"}
    return ValueType(
        "number", allowed, {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, spelled]}, read
    )


_UNIT = "the measure's own unit, or a share of the mean"


class Until(Section):
    """What must be known how well before running stops."""

    metric: Annotated[str, choice(measure_names())] = key(
        ...,
        "The measure whose mean must be known precisely: a column of the runs table, a number "
        "a run.",
    )
    half_width: Annotated[float, width()] = key(
        ...,
        (
            "The largest half-width allowed for the interval of the mean; a percentage is a "
            "share of the "
            "mean."
        ),
        unit=_UNIT,
    )
    relative: Annotated[bool, truth()] = key(
        False,
        "Whether half_width is a share of the mean.",
        shown="true where half_width is a percentage, else false",
    )


class SweepUntil(Until):
    """When a point of a sweep has run often enough."""

    paired: Annotated[bool, truth()] = key(
        False,
        "Whether the mean is that of the paired difference to the policy that `against` names; a "
        "percentage is then a share of that policy's mean.",
    )


class RunUntil(Until):
    """When the policies of a scenario have run often enough."""

    metric: Annotated[str, choice(measure_names())] = key(
        ...,
        "The measure in which every policy's difference to the base, paired replication by "
        "replication, must be known precisely: a column of the runs table, a number a run. "
        "Where one "
        "policy runs alone, its mean counts.",
    )
    half_width: Annotated[float, width()] = key(
        ...,
        (
            "The largest half-width allowed for the interval of each difference; a percentage "
            "is a share "
            "of the base's mean."
        ),
        unit=_UNIT,
    )


class Replications(Section):
    """How often something runs."""

    word_for = "max"

    max: Annotated[int | None, whole_number(1, MOST)] = key(
        None,
        "The maximum; without `until`, the exact number.",
        unit="runs",
        shown="the scenario's replications",
    )
    min: Annotated[int | None, whole_number(2, MOST)] = key(
        None,
        "The minimum; only with `until`.",
        unit="runs",
        shown=f"{FEWEST}, or max where that is fewer",
    )
    until: Annotated[Until | None, Given] = key(
        None,
        "Run until an interval is narrow enough, but at most `max` times.",
        shown="none: always max",
    )
    confidence: Annotated[float, share(Range(0.5, 1, above=True, below=True))] = key(
        "95%", "The confidence of that interval.", unit="probability"
    )


class SweepReplications(Replications):
    """How often every policy runs at every point."""

    until: Annotated[SweepUntil | None, Given] = key(
        None,
        "Run each point until an interval is narrow enough, but at most `max` times.",
        shown="none: always max",
    )


class RunReplications(Replications):
    """How often every policy of a scenario runs; written as a plain number where nothing else is
    said."""

    max: Annotated[int, whole_number(1, MOST)] = key(
        OFTEN, "The maximum; without `until`, the exact number.", unit="runs"
    )
    until: Annotated[RunUntil | None, Given] = key(
        None,
        (
            "Run until the differences between the policies are known precisely enough, but "
            "at most `max` times."
        ),
        shown="none: always max",
    )

    @property
    def least(self) -> int:
        """How often at least."""
        return (
            self.max
            if self.until is None
            else min(self.max, FEWEST if self.min is None else self.min)
        )

    @property
    def in_words(self) -> str:
        """How often, in words: '100 replications', '20 to 400 replications'."""
        often = str(self.max) if self.least == self.max else f"{self.least} to {self.max}"
        return f"{often} replication{'' if self.max == 1 else 's'}"

    @model_serializer(mode="wrap")
    def _written(self, serialize: SerializerFunctionWrapHandler) -> Any:
        return self.max if self.until is None else serialize(self)
