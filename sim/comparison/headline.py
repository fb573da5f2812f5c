"""The one table that every answer shows: a row a policy, each headline measure's mean with half its
interval's width.

    lines(headline(runs, against), width)

The terminal, `print(result)`, notebooks and the report show the same numbers, from `headline`.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.comparison.statistics import compare
from sim.comparison.wording import listed
from sim.measures import HEADLINE, MEASURES, WORTH, shown_in
from sim.texts import clip, columns_of, padded

HIGHER, LOWER = ">", "<"
MOST_ROWS = 12
"""A terminal shows so many policies; the rest is counted."""
_NAME = 18


_NAME = 18
_BASE = " (base)"


@dataclass(frozen=True)
class Cell:
    """A measure under a policy: its mean and half the width of its 95 % interval (NaN: none),
    whether it is clearly higher or lower than under the base (`HIGHER`, `LOWER` or ''), and how
    many replications had a value.
    """

    mean: float
    half: float
    mark: str
    count: int


@dataclass(frozen=True)
class PolicyRow:
    """A policy and its measures by name."""

    policy: str
    base: bool
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Headline:
    """The rows in file order, what they are compared with, and how many replications there are at
    most.

    signed: whether cells hold differences, to be shown with their signs. worth: the measure by
    which policies are judged.
    """

    rows: tuple[PolicyRow, ...]
    base: str
    replications: int
    signed: bool = False
    worth: str = WORTH

    @property
    def measured(self) -> bool:
        """Whether there are intervals."""
        return any(math.isfinite(cell.half) for row in self.rows for cell in row.cells.values())


def headline(runs: pd.DataFrame, against: str | None = None, worth: str = WORTH) -> Headline | None:
    """The headline measures of one scenario's runs table; None without runs. worth: the measure by
    which policies are judged (`sim.comparison.judged`)."""
    variants = list(dict.fromkeys(runs["variant"]))
    if not variants:
        return None
    base = str(against if against in variants else variants[0])
    measures = [name for name in shown_in(HEADLINE, worth) if name in runs.columns]
    cells: dict[str, dict[str, Cell]] = {name: {} for name in variants}
    for record in compare(runs, measures, base).to_dict("records"):
        cells[record["variant"]][record["metric"]] = _cell(record)
    rows = tuple(PolicyRow(name, name == base, cells[name]) for name in variants)
    count = int(runs.groupby("variant", observed=True).size().max())
    return Headline(rows, base, count, worth=worth)


def _cell(record: Mapping[Any, Any]) -> Cell:
    mark = (
        HIGHER if record["difference_low"] > 0 else LOWER if record["difference_high"] < 0 else ""
    )
    return Cell(
        record["mean"], (record["high"] - record["low"]) / 2, mark, int(record["replications"])
    )


def lines(table: Headline, width: int, bold: Callable[[str], str] = lambda text: text) -> list[str]:
    """The table as lines of at most `width` letters; half widths stand below their means where
    there is little room."""
    rows = _rows_that_fit(table)
    measures = list(rows[0].cells)
    heads = [MEASURES[name].short for name in measures]
    names = [_name(row, len(table.rows) > 1) for row in rows]
    cells = [
        [_parts(row.cells[name], MEASURES[name].digits, table.signed) for row in rows]
        for name in measures
    ]
    left = (
        [f"and {len(table.rows) - len(rows)} more, of lower value"]
        if len(rows) < len(table.rows)
        else []
    )
    first = max(map(columns_of, names))
    beside = [[f"{mean}{half}{mark}" for mean, half, mark in column] for column in cells]
    sizes = [
        max(len(head) + 1, *map(len, column)) for head, column in zip(heads, beside, strict=True)
    ]
    if _wide(first, sizes) <= width:
        written = [
            _line(name, texts, first, sizes) for name, *texts in zip(names, *beside, strict=True)
        ]
        return [bold(_line("", [f"{head} " for head in heads], first, sizes)), *written, *left]
    sizes = [
        max(len(head) + 1, *(max(len(mean), len(half)) + 1 for mean, half, _ in column))
        for head, column in zip(heads, cells, strict=True)
    ]
    if _wide(first, sizes) > width:
        return _listed(names, cells, heads, width) + left
    written = [bold(_line("", [f"{head} " for head in heads], first, sizes))]
    for name, *row in zip(names, *cells, strict=True):
        written.append(_line(name, [f"{mean}{mark}" for mean, _, mark in row], first, sizes))
        if any(half.strip() for _, half, _ in row):
            written.append(_line("", [f"{half.strip()} " for _, half, _ in row], first, sizes))
    return written + left


def _rows_that_fit(table: Headline) -> list[PolicyRow]:
    """The rows that there is room for: the base and those of highest value."""

    def value(row: PolicyRow) -> float:
        mean = row.cells[table.worth].mean if table.worth in row.cells else math.nan
        return math.inf if row.base else mean if math.isfinite(mean) else -math.inf

    kept = sorted(table.rows, key=value, reverse=True)[:MOST_ROWS]
    return [row for row in table.rows if row in kept]


def _name(row: PolicyRow, several: bool) -> str:
    """A policy's name; the base, which others are compared with, says so where its name does
    not."""
    if row.base and several and row.policy != "base":
        return f"{clip(row.policy, _NAME - len(_BASE))}{_BASE}"
    return clip(row.policy, _NAME)


def _parts(cell: Cell, digits: int, signed: bool) -> tuple[str, str, str]:
    """Mean, half width and mark as texts."""
    return decimal(cell.mean, digits, signed), half_width(cell, digits), cell.mark or " "


def half_width(cell: Cell, digits: int) -> str:
    """'±0.016', half the width of an interval; '' where there is none."""
    return f"±{cell.half:.{digits}f}" if math.isfinite(cell.half) else ""


def decimal(value: float, digits: int, signed: bool = False) -> str:
    """A number for a terminal: fixed digits, no sign before a zero; '-' for no number."""
    if not math.isfinite(value):
        return "-"
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    return text if text.strip("+-0.") else text.lstrip("+-")


def _wide(first: int, sizes: Sequence[int]) -> int:
    return first + sum(sizes) + len(sizes)


def _line(name: str, texts: Sequence[str], first: int, sizes: Sequence[int]) -> str:
    columns = (f"{text:>{size}}" for text, size in zip(texts, sizes, strict=True))
    return " ".join([padded(name, first), *columns]).rstrip()


def _listed(
    names: Sequence[str],
    cells: Sequence[Sequence[tuple[str, str, str]]],
    heads: Sequence[str],
    width: int,
) -> list[str]:
    """A few lines a policy, where there is no room for columns."""
    written = []
    for place, name in enumerate(names):
        row = ("".join(column[place]).rstrip() for column in cells)
        facts = [f"{head} {text}" for head, text in zip(heads, row, strict=True)]
        written += textwrap.wrap(f"{name}: {', '.join(facts)}", width, subsequent_indent="  ")
    return written


def notes(table: Headline) -> list[str]:
    """What the table's signs mean, on how many replications it rests where some had no value, and
    its measures."""
    texts = []
    if table.measured:
        fewer = "up to " if _fewer(table) else ""
        half = f"±: half the width of a 95 % interval over {fewer}{table.replications} replications"
        marks = (
            f"; {HIGHER} {LOWER}: clearly above or below {clip(table.base, 40)} ({better(table)})"
        )
        texts.append(f"{half}{marks if len(table.rows) > 1 else ''}.")
    return [*texts, *(text for text in (_fewer(table),) if text), meanings(table)]


def meanings(table: Headline) -> str:
    """What each measure is."""
    text = "; ".join(
        f"{MEASURES[name].short}: {MEASURES[name].explained}" for name in table.rows[0].cells
    )
    return f"{text[:1].upper()}{text[1:]}."


def better(table: Headline) -> str:
    """The measures of which less is better."""
    less = [MEASURES[name].short for name in table.rows[0].cells if MEASURES[name].better < 0]
    return f"less is better in {' and '.join(less)}" if less else "more is better"


def _fewer(table: Headline) -> str:
    """Which means rest on fewer replications than were run; '' where none does."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for row in table.rows:
        counted = {
            MEASURES[name].short: cell.count
            for name, cell in row.cells.items()
            if cell.count < table.replications
        }
        counts = dict.fromkeys(counted.values())
        facts = tuple(
            f"{fact} in {listed([name for name in counted if counted[name] == fact])}"
            for fact in counts
        )
        if facts:
            groups.setdefault(facts, []).append(clip(row.policy, 40))
    if not groups:
        return ""
    parts = [
        f"{', '.join(facts)}{_under(names, len(table.rows))}" for facts, names in groups.items()
    ]
    return f"Of {table.replications} replications not all had a value: {'; '.join(parts)}."


def _under(names: Sequence[str], every: int) -> str:
    return "" if len(names) == every else f" (under {listed(names)})"
