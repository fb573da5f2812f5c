"""Keys about what happens during a run: settings that change, and leaders who are replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from sim.clock import Duration
from sim.scenario.keys.facts import FrozenDict, Section, key
from sim.scenario.keys.stream import SOME_SHARE
from sim.scenario.times import duration
from sim.scenario.value_types import Range, ValueType, display, plainly, share

MOST_EVENTS = 64
FACTORS = Range(0, 1e6)

CHANGEABLE = (
    "power",
    "consensus",
    "flow",
    "attention",
    "reading",
    "work.load",
    "work.focus",
    "engagement.heard",
    "engagement.unheard",
    "engagement.behind",
    "engagement.recovery",
    "rollout",
    "assess.overprecision",
    "perspective.span",
    "influence.rate",
    "influence.forgetting",
    "direction.shifts",
    "turnover",
    "issues.NAME",
)
"""The keys, and sections whose keys, an event may change; NAME stands for a kind of issue."""

FIXED_INSIDE = (
    "power.with",
    "consensus.with",
    "flow.rule",
    "flow.with",
    "issues.NAME.type",
    "issues.NAME.stakes",
    "issues.NAME.half_life",
    "issues.NAME.power.with",
    "issues.NAME.consensus.with",
)
"""Keys inside these sections that stay as they are throughout a run. Issues with other stakes or
another half-life are another kind of issue, whose rate an event can raise from 0."""


def may_change(pattern: str) -> bool:
    """Whether an event may change the key that is declared as `pattern`, such as power.sharing or
    issues.NAME.rate."""
    return _among(pattern, CHANGEABLE) and not _among(pattern, FIXED_INSIDE)


def _among(pattern: str, keys: Sequence[str]) -> bool:
    return any(pattern == one or pattern.startswith(f"{one}.") for one in keys)


def changes() -> ValueType:
    """New values of some keys, by their dotted names; what each may be, its own key says."""

    def read(value: Any) -> FrozenDict[str, Any]:
        if not isinstance(value, Mapping) or not value:
            raise ValueError("")
        return FrozenDict(value)

    schema = {"type": "object", "minProperties": 1}
    allowed = "a mapping of dotted keys to their new values: {power.sharing: 1}"
    write = lambda value: None if value is None else dict(value)  # noqa: E731
    return ValueType("changes", allowed, schema, read, write)


def factors() -> ValueType:
    """Factors for some keys, by their dotted names."""

    def read(value: Any) -> FrozenDict[str, float]:
        if not isinstance(value, Mapping) or not value:
            raise ValueError("")
        for name, factor in value.items():
            if isinstance(factor, bool) or not isinstance(factor, int | float):
                raise ValueError(f" ({name}: {display(factor)} is no number)")
            if not FACTORS.low <= factor <= FACTORS.high:
                raise ValueError(f" ({name}: a factor is a number {FACTORS})")
        return FrozenDict({name: float(factor) for name, factor in value.items()})

    numbers = {"type": "number", **FACTORS.schema()}
    schema = {"type": "object", "minProperties": 1, "additionalProperties": numbers}
    allowed = "a mapping of dotted keys to factors: {issues.operational.rate: 3}"
    write = lambda value: None if value is None else dict(value)  # noqa: E731
    return ValueType("factors", allowed, schema, read, write)


class Event(Section):
    """Something that happens during a run: settings that change, or leaders who are replaced."""

    at: Annotated[Duration | None, duration("above 0")] = key(
        None,
        "When it happens, at the beginning of a day: whole days from the start of the run, the "
        "warm-up included, as the tables count days; before the horizon.",
        unit="working time",
        shown="none: the key is required",
        title="Time of the event",
    )
    for_: Annotated[Duration | None, duration("above 0")] = key(
        None,
        "How long what it sets or multiplies stays so; then the keys have their former values "
        "again, unless another event has changed them.",
        unit="working time",
        alias="for",
        shown="to the end of the run",
        title="Length of the event",
    )
    set_: Annotated[Mapping[str, Any] | None, changes()] = key(
        None,
        "Keys that have other values from then on, by their dotted names. An issue that has arisen "
        "keeps the settings of its kind; what is said of people and of flow changes at once.",
        alias="set",
        shown="none",
    )
    replace: Annotated[float | None, share(SOME_SHARE)] = key(
        None,
        "The share of the leaders who leave then; others take their seats, with all that is on the "
        "desk. They know nothing yet of the direction, and look anew at open issues.",
        unit="share of leaders",
        shown="none",
        title="Leaders replaced",
    )
    times: Annotated[Mapping[str, float] | None, factors()] = key(
        None,
        "Keys whose values are multiplied from then on, by their dotted names: numbers, shares, "
        "durations and rates.",
        unit="factor",
        shown="none",
    )

    def __str__(self) -> str:
        """What happens when, in a few words: at 12w power.sharing: 1."""
        parts = [f"{name}: {value}" for name, value in (self.set_ or {}).items()]
        parts += [f"{name} x {plainly(factor)}" for name, factor in (self.times or {}).items()]
        parts += [f"replace {plainly(100 * self.replace)}%"] if self.replace else []
        lasting = f" for {self.for_}" if self.for_ is not None else ""
        return f"at {self.at}{lasting} {', '.join(parts)}"
