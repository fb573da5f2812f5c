"""A result as one workbook: the comparison of policies with its intervals, what it says in short,
what every column means, and the tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.exchange.placing import Export
from sim.exchange.workbook import (
    GENERAL,
    WHOLE,
    Sheet,
    SheetColumn,
    insist_available,
    write_workbook,
)
from sim.measures import MEASURES
from sim.results import RUN
from sim.tables.storage import described, kind_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import RunResult

FILE = "tables.xlsx"
COMPARISON, IN_SHORT, COLUMNS = "comparison", "in short", "columns"
"""The sheets before those of the tables."""
_WIDEST, _NARROWEST, _SENTENCE = 40, 10, 100


def as_workbook(result: RunResult, tables: Mapping[str, pd.DataFrame]) -> Export:
    """Some tables of a result as one workbook; of a run with the comparison of its policies.
    Refused where openpyxl is not installed."""
    insist_available()
    sheets = [*_answer(result), _columns(result, tables)]
    sheets += [_table(name, table) for name, table in tables.items()]
    about = {"tables": list(tables), "rows": sum(len(table) for table in tables.values())}
    return Export(FILE, lambda path: _write(sheets, path), len(sheets), "sheet", about)


def _write(sheets: list[Sheet], path: Path) -> None:
    write_workbook(sheets, path)


def _answer(result: RunResult) -> list[Sheet]:
    """The comparison and the sentences of a run; nothing of another kind of result."""
    if result.manifest.get("kind", RUN) != RUN or result.tables["runs"].empty:
        return []
    sentences = SheetColumn("in short", result.verdict, width=_SENTENCE)
    return [_comparison(result.comparison), Sheet(IN_SHORT, [sentences])]


def _comparison(table: pd.DataFrame) -> Sheet:
    """A row a measure and policy, its numbers with the digits of the measure."""
    formats = [_format(name) for name in table["metric"]]
    about = [MEASURES.get(name) for name in table["metric"]]
    columns = []
    for name in table.columns:
        number = kind_of(table[name]) == "number"
        columns.append(_column(str(name), table[name], formats if number else GENERAL))
        if name == "metric":
            titles = [measure.title if measure else "" for measure in about]
            units = [measure.unit_label if measure else "" for measure in about]
            columns += [
                SheetColumn("title", titles, width=_WIDEST),
                SheetColumn("unit", units, width=_WIDEST),
            ]
    return Sheet(COMPARISON, columns)


def _columns(result: RunResult, tables: Mapping[str, pd.DataFrame]) -> Sheet:
    """What each column of each table means, and its unit."""
    meanings = result.manifest.get("columns") or {}
    rows = [
        (name, str(title), kind, about.unit, about.meaning)
        for name, table in tables.items()
        for title in table.columns
        for kind in [kind_of(table[title])]
        for about in [described(name, str(title), kind, meanings)]
    ]
    heads = ("table", "column", "kind", "unit", "meaning")
    widths = (14, 20, 10, 24, _SENTENCE)
    columns: list[list[Any]] = [list(values) for values in zip(*rows, strict=True)]
    return Sheet(
        COLUMNS,
        [
            SheetColumn(head, values, width=width)
            for head, values, width in zip(heads, columns, widths, strict=True)
        ],
    )


def _table(name: str, table: pd.DataFrame) -> Sheet:
    return Sheet(name, [_column(str(title), table[title], None) for title in table.columns])


def _column(head: str, values: pd.Series, formats: str | list[str] | None) -> SheetColumn:
    """A column as it stands in a table; formats: None for that of its name."""
    kind = kind_of(values)
    if formats is None:
        formats = WHOLE if kind == "integer" else _format(head) if kind == "number" else GENERAL
    width = min(max(len(head) + 2, _NARROWEST), _WIDEST)
    held = values.array if kind == "text" else values.to_numpy()
    return SheetColumn(head, held, formats, width)


def _format(measure: str) -> str:
    """The number format of a measure, by its digits; of another number the program's own."""
    if measure not in MEASURES:
        return GENERAL
    digits = MEASURES[measure].digits
    return f"0.{'0' * digits}" if digits else WHOLE
