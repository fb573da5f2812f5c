"""Running until differences are known well: what is asked for, how far that is, and what a result
says of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError, nearest
from sim.measures import measure_names

if TYPE_CHECKING:
    import numpy as np

    from sim.comparison.precision import Precision
    from sim.scenario import Scenario
    from sim.scenario.keys.replications import RunUntil

Until = str | Sequence[str] | Mapping[str, float | str]
"""What is to be known how well: "value:0.02", several such texts, or {"value": 0.02, "delay":
"5%"}."""

TIMES = 10
"""At most so many times the scenario's replications are run where nothing says how many at most."""


def goals(until: Until | None) -> tuple[RunUntil, ...]:
    """What is asked for, measure by measure; UsageError for what makes no sense."""
    if until is None:
        return ()
    if isinstance(until, Mapping):
        pairs: list[tuple[Any, Any]] = list(until.items())
    else:
        pairs = [_split(text) for text in ([until] if isinstance(until, str) else until)]
    if twice := {str(metric) for metric, _ in pairs if [one for one, _ in pairs].count(metric) > 1}:
        raise UsageError(f"until: {sorted(twice)[0]} is asked for twice")
    return tuple(_goal(metric, half) for metric, half in pairs)


def _split(text: Any) -> tuple[str, str]:
    metric, colon, half = str(text).partition(":")
    if not colon:
        raise UsageError(
            f"until: {text!r} is not allowed: expected MEASURE:HALF_WIDTH, such as value:0.02 or "
            f"value:2%"
        )
    return metric.strip(), half.strip()


def _goal(metric: Any, half: Any) -> RunUntil:
    from sim.scenario.keys.replications import RunUntil, width

    known = measure_names()
    if metric not in known:
        hint = nearest(str(metric), known)
        raise UsageError(
            f"until: there is no measure {metric!r}{hint}; there are: {', '.join(known)}"
        )
    kind, number = width(), half
    if isinstance(half, str) and not half.endswith("%"):
        try:
            number = float(half)
        except ValueError:
            number = half
    try:
        width_read = kind.read(number)
    except ValueError:
        comma = " (write a decimal point, not a comma)" if "," in str(half) else ""
        message = (
            f"until: {half!r} is not allowed as the half-width of {metric}: expected "
            f"{kind.allowed}{comma}"
        )
        raise UsageError(message) from None
    return RunUntil(metric=metric, half_width=width_read, relative=isinstance(number, str))


def rules(
    scenario: Scenario,
    goals: Sequence[RunUntil],
    most: int | None,
    chosen: Sequence[str],
    against: str | None,
) -> tuple[Precision, ...]:
    """When the chosen policies of a scenario have run often enough, a rule a measure; none: a fixed
    number of times.

    goals: what was asked for in place of what the scenario says. most: how often at most, in its
    place. Differences are paired to `against` or the first policy; where one policy runs alone, its
    mean counts.
    """
    from sim.comparison.precision import Precision, schedule
    from sim.scenario.keys.replications import MOST

    count = scenario.repeats
    wanted = tuple(goals) or ((count.until,) if count.until is not None else ())
    if not wanted:
        return ()
    if most is None:
        most = count.max if count.until is not None else min(MOST, TIMES * count.max)
    elif not 1 <= most <= MOST:
        raise UsageError(
            f"replications: {most} is not allowed: expected a whole number from 1 to {MOST}"
        )
    reference = (against or chosen[0]) if len(chosen) > 1 else None
    return tuple(
        Precision(schedule(count, most), goal, count.confidence, reference) for goal in wanted
    )


Values = Mapping[str, "Mapping[str, np.ndarray]"]
"""Of each measure asked for, each policy's values, replication by replication (NaN: none)."""


def needed(rules: Sequence[Precision], values: Values) -> int:
    """About how many replications it takes until everything asked for is known; what there are,
    when it is."""
    return max(rule.needed(values[_metric(rule)]) for rule in rules)


def progress_text(rules: Sequence[Precision], values: Values) -> str:
    """How well everything asked for is known, in a few words."""
    return ", ".join(
        f"{_metric(rule)} known to \u00b1{_number(rule.widest(values[_metric(rule)]))}"
        f" (asked: {_number(rule.target(values[_metric(rule)]))})"
        for rule in rules
    )


def manifest_entry(rules: Sequence[Precision], values: Values, reached: int) -> dict[str, Any]:
    """For the manifest: what was asked, what was reached, and whether that was all there may be
    (`stopped`: "max").

    needed: about how many replications would do (null: it cannot be told). of: "difference", to the
    policy `against`, or "mean". Of each measure, `asked` is the half-width as it was given, `goal`
    the same in the measure's own unit and `reached` the widest there is (null: it cannot be told).
    """
    looks, measures = rules[0].looks, []
    for rule in rules:
        assert rule.until is not None
        mine = values[_metric(rule)]
        wanted = (
            f"{100 * rule.until.half_width:g}%" if rule.until.relative else rule.until.half_width
        )
        widths = {"goal": _known(rule.target(mine)), "reached": _known(rule.widest(mine))}
        measures.append(
            {"metric": _metric(rule), "asked": wanted, **widths, "met": rule.known(mine)}
        )
    return {
        "min": looks[0],
        "max": looks[-1],
        "reached": reached,
        "stopped": "known" if all(one["met"] for one in measures) else "max",
        "needed": _most(rule.would_do(values[_metric(rule)]) for rule in rules),
        "of": "mean" if rules[0].reference is None else "difference",
        "against": rules[0].reference,
        "confidence": rules[0].confidence,
        "measures": measures,
    }


def _most(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else max(count for count in known if count is not None)


def sentence(entry: Mapping[str, Any]) -> str:
    """In words what `until` of a manifest says: how often everything ran, how well it is known,
    what stopped it."""
    what = "the mean" if entry["of"] == "mean" else f"each difference to {entry['against']}"
    parts = []
    for one in entry["measures"]:
        wanted = one["asked"] if isinstance(one["asked"], str) else f"\u00b1{one['asked']:g}"
        if isinstance(one["asked"], str) and one["goal"] is not None:
            wanted += f", that is \u00b1{_number(one['goal'])}"
        wide = (
            "cannot be told"
            if one["reached"] is None
            else f"is known to \u00b1{_number(one['reached'])}"
        )
        parts.append(f"{what} in {one['metric']} {wide} (asked: {wanted})")
    text = f"After {entry['reached']:,} replications {' and '.join(parts)}."
    if entry["stopped"] != "max":
        return text
    more = (
        f"about {entry['needed']:,} would do"
        if entry["needed"]
        else "how many would do cannot be told"
    )
    return f"{text} Stopped at the most there may be, {entry['max']:,}: {more}."


def _metric(rule: Precision) -> str:
    assert rule.until is not None
    return rule.until.metric


def _number(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "?"


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
