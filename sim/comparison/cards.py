"""Results at a glance, as small HTML tables for notebooks: what policies, points of a sweep and
keys came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.cards import MOST_ROWS, estimate, name, short_table, text
from sim.comparison.headline import Cell, PolicyRow, half_width, headline, notes
from sim.comparison.statistics import interval
from sim.measures import MAIN, MEASURES, WORTH, possible, shown_in
from sim.texts import number

if TYPE_CHECKING:
    import pandas as pd

RANKING = {
    "total": "share of the variance, with all that it interacts with",
    "mu_star": "mean size of its effects",
}
"""The indices that keys are ranked by."""


def sentences(texts: Sequence[str]) -> str:
    """The short answer as HTML."""
    return (
        f"<ul>{''.join(f'<li>{text(sentence, 900)}</li>' for sentence in texts)}</ul>"
        if texts
        else ""
    )


def policies(runs: pd.DataFrame, against: str | None = None, worth: str = WORTH) -> str:
    """A row a policy of one scenario: the numbers of the table that every answer shows, and what
    its signs mean. worth: the measure by which policies are judged."""
    table = headline(runs, against, worth)
    if table is None:
        return ""
    rows = [
        [_policy(row), *(_cell(cell, MEASURES[key].digits) for key, cell in row.cells.items())]
        for row in table.rows
    ]
    heads = ["Policy", *(MEASURES[key].title for key in table.rows[0].cells)]
    remarks = "".join(f"<p><small>{text(note, 900)}</small></p>" for note in notes(table))
    return short_table(heads, rows) + remarks


def _policy(row: PolicyRow) -> str:
    return f"{name(row.policy)}{' (base)' if row.base else ''}"


def _cell(cell: Cell, digits: int) -> str:
    """0.776 ±0.016 <: a mean, half the width of its interval, and how it stands to the base."""
    half = half_width(cell, digits)
    return text(f"{number(cell.mean, digits)}{f' {half}' if half else ''} {cell.mark}".rstrip())


def points(runs: pd.DataFrame, keys: Sequence[str], worth: str = WORTH) -> str:
    """A row a point and policy of a sweep, those of highest value first: what was varied, and means
    with intervals. worth: the measure by which policies are judged."""
    if not len(runs):
        return ""
    settings = runs.groupby(["variant", "point"], sort=False, observed=True)
    best = settings[worth].mean().sort_values(ascending=False, kind="stable")
    rows, shown = [], shown_in(MAIN, worth)
    for place in best.index[:MOST_ROWS]:
        mine = settings.get_group(place)
        values = [text(_value(mine[key].iloc[0]), 24) for key in keys if key in mine]
        measured = [
            estimate(
                *interval(mine[measure].to_numpy()).within(possible(measure)),
                MEASURES[measure].digits,
            )
            for measure in shown
        ]
        rows.append([name(place[0]), *values, *measured])
    measures = [f"{MEASURES[measure].title}, {MEASURES[measure].unit_label}" for measure in shown]
    heads = ["Policy", *(text(key, 40) for key in keys if key in runs), *measures]
    most = f"The points of highest {MEASURES[worth].short}"
    caption = f"{most}: means over replications with 95 % intervals"
    return short_table(heads, rows, len(best) - len(rows)) + f"<p><small>{caption}</small></p>"


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def ranking(table: pd.DataFrame) -> str:
    """A row a measure and policy of the table `sensitivity`: its keys, what matters most first,
    with intervals."""
    mine = table[table["index"].isin(list(RANKING))]
    if not len(mine):
        return "<p>No key can be judged yet.</p>"
    rows = []
    for (variant, metric), indices in mine.groupby(
        ["variant", "metric"], sort=False, observed=True
    ):
        keys = zip(
            indices["key"], indices["estimate"], indices["low"], indices["high"], strict=True
        )
        ranked = "<br>".join(f"{text(key, 40)} {estimate(*index)}" for key, *index in keys)
        rows.append([text(metric, 40), name(variant), ranked])
    index = str(mine["index"].iloc[0])
    head = f"Keys, what matters most first: {RANKING[index]} [interval]"
    return short_table(["Measure", "Policy", head], rows)
