"""Keys about the search for the best policy: where, what for, and by how many runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from sim.measures import CALIBRATION, MEASURES, measure_names, shown_in
from sim.scenario.keys.facts import FrozenDict, Section, key
from sim.scenario.keys.replications import Given
from sim.scenario.keys.sweep import varying
from sim.scenario.value_types import NAME, ValueType, whole_number

UP, DOWN = "up", "down"
OBJECTIVES = {name: UP if MEASURES[name].better > 0 else DOWN for name in shown_in(CALIBRATION)}
"""What is best where calibrate.objectives does not say: convention."""
RUNS, LEAST, MOST, TEST, SEED = 1500, 4, 96, 40, 0
"""What runs, replications.min, .max and .test, and seed are where they are not given."""


def _mapping(allowed: str, schema: dict[str, Any]) -> ValueType:
    """A mapping whose entries `sim.scenario.experiment_checks` looks at, each at its own place."""

    def read(value: Any) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise ValueError("")
        return FrozenDict({name: _frozen(item) for name, item in value.items()})

    return ValueType(
        "mapping by key", allowed, {"type": "object", "minProperties": 1, **schema}, read, _thawed
    )


def _frozen(value: Any) -> Any:
    return FrozenDict(dict(value)) if isinstance(value, Mapping) else value


def _thawed(value: Any) -> Any:
    return (
        {name: _thawed(item) for name, item in value.items()}
        if isinstance(value, Mapping)
        else value
    )


def _in_words(objectives: Mapping[str, str]) -> str:
    """'value and quality up, delay down'."""
    groups = (
        [name for name, way in objectives.items() if way == direction] for direction in (UP, DOWN)
    )
    named = zip((UP, DOWN), groups, strict=True)
    return ", ".join(f"{' and '.join(some)} {way}" for way, some in named if some)


def _objectives() -> ValueType:
    schema = {
        "propertyNames": {"enum": list(measure_names())},
        "additionalProperties": {"enum": [UP, DOWN]},
    }
    return _mapping("a mapping of measures of the runs table, each to up or down", schema)


def _weightings() -> ValueType:
    weights = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"enum": list(measure_names())},
        "additionalProperties": {"type": "number", "minimum": 0},
    }
    schema = {"propertyNames": {"pattern": f"^{NAME}$"}, "additionalProperties": weights}
    return _mapping("a mapping of names, each to a mapping of objectives to weights from 0", schema)


class CalibrationReplications(Section):
    """How often a setting is run."""

    min: Annotated[int, whole_number(2, 1_000_000)] = key(
        LEAST, "Runs of every setting that is tried.", unit="runs"
    )
    max: Annotated[int, whole_number(2, 1_000_000)] = key(
        MOST, "The most runs, in the search, of a setting that may be among the best.", unit="runs"
    )
    test: Annotated[int, whole_number(2, 1_000_000)] = key(
        TEST,
        "Runs of each setting that is reported, by replications that took no part in the search.",
        unit="runs",
    )


class Calibrate(Section):
    """Which settings are searched for the best, what best means, and how many runs that may
    take."""

    search: Annotated[dict[str, Any], varying()] = key(
        dict,
        "The keys that are searched: dotted keys under power, consensus, flow and work.focus, or "
        "variants.NAME.KEY for those of one variant, each with a list of values or a range "
        "{from, to, scale}; scale is linear or log. Of a range a hundred equal steps are tried.",
        shown=(
            "what the scenario's sweep varies among these keys, else power.sharing and "
            "consensus.limit"
        ),
    )
    objectives: Annotated[dict[str, str], _objectives()] = key(
        dict,
        (
            "What is best: measures of the runs table, each with the direction in which it is "
            "better, up or down."
        ),
        shown=_in_words(OBJECTIVES),
    )
    weightings: Annotated[dict[str, dict[str, float]], _weightings()] = key(
        dict,
        "What a setting is recommended for: named weights of the objectives. A weight is the "
        "worth of going from the worst to the best mean on the Pareto front; objectives that "
        "are left out have weight 0.",
        shown="each objective alone, and all with equal weights",
    )
    runs: Annotated[int, whole_number(20, 10_000_000)] = key(
        RUNS,
        "How many runs the search may take; testing what it found takes further runs.",
        unit="runs",
    )
    replications: Annotated[CalibrationReplications, Given] = key(
        CalibrationReplications, "How often a setting is run."
    )
    seed: Annotated[int, whole_number(0, 2**63 - 1)] = key(
        SEED, "Seed of the search: which settings are tried, not what happens in them."
    )
