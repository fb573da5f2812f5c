"""The numbers behind a figure as data: what the page's CSV files hold and its sortable tables show,
unformatted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from sim.dashboard import theme
from sim.dashboard.estimates import MeanEstimate, RunData
from sim.measures import MEASURES
from sim.tables.storage import FORMULA, MARK

RULE = {"formula": list(FORMULA), "mark": MARK}
"""How the page makes texts harmless in CSV: as `sim.tables.storage` does."""

Cell = str | int | float | None


class DataColumn(NamedTuple):
    """A column: its name in the CSV, its title in a table, how many decimals a table shows (None: a
    column of texts), and whether the reader picks among its values."""

    name: str
    title: str = ""
    digits: int | None = None
    pick: bool = False


@dataclass(frozen=True)
class Data:
    """Rows of texts and numbers, None for what is not known; texts clean but not escaped.

    grid: whether the page shows them in a table to sort and filter, not only in the CSV.
    """

    columns: Sequence[DataColumn]
    rows: Sequence[Sequence[Cell]]
    grid: bool = False

    def plain(self, file: str) -> dict[str, Any]:
        """What the page's script reads; `file` is what the CSV is called."""
        return {
            "file": file,
            "columns": [
                {**column._asdict(), "title": column.title or column.name}
                for column in self.columns
            ],
            "rows": [[known(cell) for cell in row] for row in self.rows],
        }


def known(cell: Any) -> Cell:
    """A cell as JSON holds it: a clean text or a finite number, or None."""
    if isinstance(cell, str):
        return theme.clean(cell)
    return cell if cell is not None and abs(cell) < float("inf") else None


def file_name(*parts: str) -> str:
    """'leader-stream-time.csv': letters, digits, - and _ of the parts alone, so that it is a name
    anywhere."""
    safe = [re.sub(r"[^A-Za-z0-9_-]+", "", part)[:60] for part in parts]
    return f"{'-'.join(part for part in safe if part) or 'data'}.csv"


def of_frame(frame: pd.DataFrame, columns: Sequence[DataColumn], grid: bool = False) -> Data:
    """The columns of a table that `columns` name."""
    return Data(
        columns, list(zip(*(frame[column.name].tolist() for column in columns), strict=True)), grid
    )


def of_estimates(reading: RunData, metrics: Sequence[str]) -> Data:
    """A row a policy: mean and interval of each metric, and the paired difference to the base with
    its own."""
    rows = [
        [
            policy.variant,
            *(cell for name in metrics for cell in estimate_cells(reading.get(policy, name))),
        ]
        for policy in reading.policies
    ]
    return Data([DataColumn("variant"), *estimate_columns(metrics)], rows)


def estimate_columns(metrics: Iterable[str]) -> list[DataColumn]:
    """The columns of what `estimate_cells` gives of each metric."""
    ends = ("", "_low", "_high", "_difference", "_difference_low", "_difference_high")
    digits = {name: MEASURES[name].digits if name in MEASURES else 3 for name in metrics}
    return [DataColumn(f"{name}{end}", "", digits[name]) for name in metrics for end in ends]


def estimate_cells(found: MeanEstimate) -> list[Cell]:
    """Mean, interval, difference and its interval."""
    return [
        found.mean,
        found.low,
        found.high,
        found.difference,
        found.difference_low,
        found.difference_high,
    ]
