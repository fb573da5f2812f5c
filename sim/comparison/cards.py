"""Results at a glance, as small HTML tables for notebooks: what policies, points of a sweep and keys came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.cards import MOST_ROWS, estimate, name, short_table, text
from sim.comparison.statistics import compare, interval

if TYPE_CHECKING:
    import pandas as pd

MEASURES: Mapping[str, tuple[str, int]] = {
    "quality": ("Quality", 3),
    "delay": ("Delay, working days", 2),
    "value": ("Value a decision", 3),
}
"""The measures shown of a result: heading and digits."""
RANKING = {"total": "share of the variance, with all that it interacts with", "mu_star": "mean size of its effects"}
"""The indices that keys are ranked by."""


def policies(runs: pd.DataFrame, against: str | None = None) -> str:
    """A row a policy of one scenario: means with 95 % intervals, and below them the paired differences (Δ)."""
    if not len(runs):
        return ""
    shown = [measure for measure in MEASURES if measure in runs.columns]
    variants = list(dict.fromkeys(runs["variant"]))
    reference = against if against in variants else variants[0]
    found = {(row["variant"], row["metric"]): row for row in compare(runs, shown, reference).to_dict("records")}
    rows = [
        [name(variant), *(_compared(found[variant, measure], MEASURES[measure][1]) for measure in shown)]
        for variant in variants
    ]
    told = "Means over replications with 95 % intervals"
    more = f"; Δ: paired difference to {name(reference)}" if len(variants) > 1 else ""
    return short_table(["Policy", *(MEASURES[each][0] for each in shown)], rows) + f"<p><small>{told}{more}</small></p>"


def _compared(row: Mapping[str, Any], digits: int) -> str:
    mean = estimate(row["mean"], row["low"], row["high"], digits)
    gap = row["difference"]
    if gap != gap:
        return mean
    told = estimate(gap, row["difference_low"], row["difference_high"], digits, signed=True)
    return f"{mean}<br><small>Δ {told}</small>"


def points(runs: pd.DataFrame, keys: Sequence[str]) -> str:
    """A row a point and policy of a sweep, those of highest value first: what was varied, and means with intervals."""
    if not len(runs):
        return ""
    settings = runs.groupby(["variant", "point"], sort=False, observed=True)
    best = settings["value"].mean().sort_values(ascending=False, kind="stable")
    rows = []
    for place in best.index[:MOST_ROWS]:
        mine = settings.get_group(place)
        values = [text(_value(mine[key].iloc[0]), 24) for key in keys if key in mine]
        measured = [estimate(*interval(mine[each].to_numpy()), digits) for each, (_, digits) in MEASURES.items()]
        rows.append([name(place[0]), *values, *measured])
    heads = ["Policy", *(text(key, 40) for key in keys if key in runs), *(title for title, _ in MEASURES.values())]
    told = "The points of highest value: means over replications with 95 % intervals"
    return short_table(heads, rows, len(best) - len(rows)) + f"<p><small>{told}</small></p>"


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def ranking(table: pd.DataFrame) -> str:
    """A row a measure and policy of the table `sensitivity`: its keys, what matters most first, with intervals."""
    mine = table[table["index"].isin(list(RANKING))]
    if not len(mine):
        return "<p>Nothing can be said of any key yet.</p>"
    rows = []
    for (variant, metric), found in mine.groupby(["variant", "metric"], sort=False, observed=True):
        keys = zip(found["key"], found["estimate"], found["low"], found["high"], strict=True)
        told = "<br>".join(f"{text(key, 40)} {estimate(*index)}" for key, *index in keys)
        rows.append([text(metric, 40), name(variant), told])
    index = str(mine["index"].iloc[0])
    head = f"Keys, what matters most first: {RANKING[index]} [interval]"
    return short_table(["Measure", "Policy", head], rows)
