"""Keys about sweeps: what varies, by which design, and how often every point runs."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Annotated, Any

from sim.scenario.keys.facts import FrozenDict, Section, key
from sim.scenario.keys.replications import SweepReplications
from sim.scenario.keys.stream import ListOf
from sim.scenario.value_types import ValueType, choice, text, whole_number, word

STEPPED = ("grid", "zip", "one-at-a-time")
SAMPLED = ("random", "lhs", "sobol", "morris")
DESIGNS = ("grid", "zip", "list", *SAMPLED, "one-at-a-time")
MOST_POINTS = 2**20
MOST_STEPS = 10**9
POINTS, LEVELS = 64, 4
"""What sweep.points and sweep.levels are where they are not given."""


_POLICY = "the name of a variant or of the base"


def varying() -> ValueType:
    """What varies: dotted keys, each with a list of values or a range; looked into only by
    `sim.scenario.vary`."""

    def read(value: Any) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise ValueError("")
        return FrozenDict({name: _frozen(item) for name, item in value.items()})

    any_range = {
        "type": "object",
        "properties": {
            "from": {"type": ["number", "string"]},
            "to": {"type": ["number", "string"]},
            "steps": {"type": "integer", "minimum": 2, "maximum": MOST_STEPS},
            "scale": {"enum": ["linear", "log"]},
        },
        "required": ["from", "to"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "additionalProperties": {"anyOf": [{"type": "array", "minItems": 1}, any_range]},
    }
    allowed = "a mapping of dotted keys, each to a list of values or to {from, to, steps, scale}"
    return ValueType("mapping by key", allowed, schema, read, _thawed)


def _frozen(value: Any) -> Any:
    """YAML data that cannot be changed; infinity is written as the word, as everywhere in
    scenarios."""
    if isinstance(value, Mapping):
        return FrozenDict({name: _frozen(item) for name, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return "inf" if isinstance(value, float) and value == inf else value


def _thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _thawed(item) for name, item in value.items()}
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


class Sweep(Section):
    """Which settings vary, how, and how often each point runs."""

    vary: Annotated[dict[str, Any], varying()] = key(
        dict,
        "What varies: the dotted keys of settings, or variants.NAME.KEY to vary one of a single "
        "variant, each with a list of values or a range. steps (grid, zip, one-at-a-time) counts "
        "both ends; scale is linear or log; other designs take any value between from and to, or "
        "pick from the list. Whole numbers are rounded, durations rounded to ticks.",
        shown="nothing; needed unless design is list",
    )
    design: Annotated[str, choice(DESIGNS)] = key(
        "grid",
        "Which points: every combination, the last key first (grid); the first values of all keys, "
        "the second, ... (zip); the rows of a file (list); independent, uniform (random); one in "
        "each of `points` equal parts of every range (lhs: Latin hypercube); a low-discrepancy "
        "sequence (sobol); paths that change one key a step (morris); the base, then each value of "
        "each key alone (one-at-a-time).",
    )
    points: Annotated[int | None, whole_number(1, MOST_POINTS)] = key(
        None,
        (
            "How many points (random, lhs; sobol: a power of two), or paths of one point more than "
            "keys (morris)."
        ),
        unit="points",
        shown=str(POINTS),
    )
    levels: Annotated[int | None, whole_number(2, 64)] = key(
        None,
        "At how many levels of each range a Morris path may stand; an even number.",
        shown=str(LEVELS),
    )
    file: Annotated[str | None, text(400, one_line=True)] = key(
        None,
        (
            "A CSV file of points (design list), relative to the scenario file: a column a dotted "
            "key, a row a point."
        ),
        shown="none",
    )
    seed: Annotated[int | None, whole_number(0, 2**63 - 1)] = key(
        None,
        (
            "Seed of a sampled design (random, lhs, sobol, morris): which points it draws, "
            "not what happens at them."
        ),
        shown="0",
    )
    variants: Annotated[tuple[Annotated[str, word(_POLICY)], ...], ListOf] = key(
        (), "The policies that run at every point.", shown="the base alone"
    )
    against: Annotated[str | None, word(_POLICY)] = key(
        None,
        "A policy that runs at every point too, to which the others' differences are paired.",
        shown="none",
    )
    replications: SweepReplications = key(
        SweepReplications, "How often every policy runs at every point."
    )
