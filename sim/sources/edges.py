"""Lists of ties and message logs in tables: a row a tie, or a message and receiver."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import getaddresses

import numpy as np
import pandas as pd

from sim.sources.grid import Grid, numbers_of
from sim.sources.messages import Contacts, contacts_table
from sim.sources.oddities import EXAMPLES, Oddities
from sim.sources.roles import folded, insist, recognise
from sim.sources.tie_roles import COUNTS, DATES, ROLES
from sim.sources.times import Times, read_times

SEVERAL = ";"
"""Between the receivers in one cell, as mail programs write them."""

_CLOCK = r"\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:\s*[aApP]\.?[mM]\.?)?"


def columns_of(grid: Grid, chosen: Mapping[str, str]) -> dict[str, str]:
    """Which column plays which of `ROLES`; of a table without a header, the first two are source
    and target, and a third of numbers or dates is the time where it never runs back."""
    wanted = {role.name for role in ROLES}
    found = recognise(grid, ROLES, {k: v for k, v in chosen.items() if k in wanted})
    if grid.header == 0 and len(grid.columns) >= 2 and not {"source", "target"} & found.keys():
        found |= {"source": grid.columns[0], "target": grid.columns[1]}
        if len(grid.columns) > 2 and not {"time", "weight"} & found.keys():
            third = numbers_of(grid.table[grid.columns[2]], grid.decimal)
            forward = third.is_monotonic_increasing and third.nunique() > 1
            dates = bool(third.isna().all())
            found["time" if forward or dates else "weight"] = grid.columns[2]
    return found


def read_edges(grid: Grid, oddities: Oddities, chosen: Mapping[str, str]) -> Contacts:
    """A list of ties or a message log as contacts; whether it is a log, `as_contacts` decides.

    A cell with several receivers (apart by `;`) is a row each. Columns that play no role are said
    to be unused. InvalidInput where no column is the source or the target.
    """
    found = columns_of(grid, chosen)
    insist(grid, ROLES, found, "source", "target")
    unused = [column for column in grid.columns if column not in found.values()]
    table = pd.DataFrame({role: grid.table[column] for role, column in found.items()})
    table["line"] = grid.lines
    if "time" in found:
        table["time"] = _with_dates(grid, found["time"], unused)
    table = _row_each(table)
    if unused:
        oddities.add(
            grid.name,
            "unused-column",
            "columns that are not used: " + ", ".join(unused),
            "left out",
            count=len(unused),
            hint="--map time=COLUMN, or another of: " + ", ".join(role.name for role in ROLES),
        )
    counts = folded(found.get("weight", "")) in COUNTS
    return as_contacts(table, grid.name, oddities, names=found, decimal=grid.decimal, counts=counts)


def _with_dates(grid: Grid, column: str, unused: list[str]) -> pd.Series:
    """The cells of the column of times; where they are times of day alone, with the date from a
    column of its own, which is then no longer unused."""
    cells = grid.table[column]
    clocks = cells[cells != ""].str.fullmatch(_CLOCK)
    dates = next((one for one in unused if folded(one) in DATES), None)
    if dates is None or not len(clocks) or clocks.mean() <= 0.5:
        return cells
    unused.remove(dates)
    days = grid.table[dates].str.replace(r"[T ]00:00(?::00)?$", "", regex=True)
    return days.where((days == "") | (cells == ""), days + " " + cells)


def _row_each(table: pd.DataFrame) -> pd.DataFrame:
    """A row for each receiver of a cell: apart by semicolons, or addresses apart by commas."""
    cells = table["target"]
    several = cells.str.contains(SEVERAL, regex=False) | (cells.str.count("@") > 1)
    if not several.any():
        return table
    split = cells.where(~several, cells[several].map(_receivers_in).reindex(cells.index))
    table = table.assign(target=split.astype(object)).explode("target", ignore_index=True)
    table["target"] = table["target"].fillna("").astype("str")
    return table


def _receivers_in(cell: str) -> list[str]:
    """The receivers in one cell."""
    plain = cell.strip("[](){} ").replace("'", "")
    if SEVERAL in plain:
        return [one.strip() for one in plain.split(SEVERAL) if one.strip()]
    return [address for _, address in getaddresses([plain]) if "@" in address]


def as_contacts(
    table: pd.DataFrame,
    name: str,
    oddities: Oddities,
    *,
    names: Mapping[str, str] | None = None,
    decimal: str = ".",
    counts: bool = False,
) -> Contacts:
    """Contacts from a table of text with `source`, `target`, `line` and, where there are such,
    `kind`, `weight`, `time` and `thread`.

    Rows without a source or target are left out and counted as odd. It is a log of messages where
    rows have times and some have a time of day, or a pair (of one kind) stands at several times;
    then the weight is how many messages, where `counts` says so or there are whole numbers under no
    other name; else 1. names: what the columns are called in the file.
    """
    called = dict(names or {})
    table = _complete(table, name, oddities)
    lines = table["line"].to_numpy()
    times = None
    if "time" in table:
        times = read_times(table["time"], name, called.get("time", "time"), lines, oddities)
    timed = times is not None and bool(times.values.notna().any())
    messages = timed and _is_log(table, times)
    weight, weighted = _weights(table, messages, counts, decimal, name, called, oddities)
    contacts = contacts_table(
        table["source"],
        table["target"],
        lines,
        kind=table.get("kind", ""),
        weight=weight,
        time=times.values if times is not None else pd.NaT,
        offset=times.offset if times is not None else np.nan,
        thread=table.get("thread", ""),
    )
    nothing = contacts["weight"] == 0
    if nothing.any():
        examples = [f"{name}:{line}" for line in contacts["line"][nothing].head(EXAMPLES)]
        said = "rows with a weight of 0"
        oddities.add(name, "no-tie", said, "left out: no tie", examples, int(nothing.sum()))
        contacts = contacts[~nothing].reset_index(drop=True)
    return Contacts(name, contacts, messages, weighted, timed, times is None or times.calendar)


def _complete(table: pd.DataFrame, name: str, oddities: Oddities) -> pd.DataFrame:
    """The rows with a source and a target; the others are reported."""
    empty = (table["source"] == "") | (table["target"] == "")
    if empty.any():
        wrong = table[empty]
        oddities.add(
            name,
            "no-end",
            "rows without a source or a target",
            "left out",
            [
                f"{name}:{row.line}: {row.source or '(empty)'}, {row.target or '(empty)'}"
                for row in wrong.head(EXAMPLES).itertuples()
            ],
            len(wrong),
        )
    return table[~empty].reset_index(drop=True)


def _is_log(table: pd.DataFrame, times: Times | None) -> bool:
    """Whether rows are messages: some time of day, or a pair that stands at several times."""
    if times is None or times.values.notna().mean() < 0.5:
        return False
    if not times.dates_only:
        return True
    ends = [column for column in ("source", "target", "kind") if column in table]
    dated = table.assign(at=times.values)[times.values.notna()]
    return bool(dated.drop_duplicates([*ends, "at"]).duplicated(ends).any())


def _weights(
    table: pd.DataFrame,
    messages: bool,
    counts: bool,
    decimal: str,
    name: str,
    called: Mapping[str, str],
    oddities: Oddities,
) -> tuple[pd.Series | float, bool]:
    """The weights, and whether the file gave any that are used; what is no number counts as 1."""
    if "weight" not in table or (table["weight"] == "").all():
        return 1.0, False
    column = called.get("weight", "weight")
    value = numbers_of(table["weight"], decimal)
    wrong = np.flatnonzero(value.isna() & (table["weight"] != ""))
    if len(wrong):
        texts = [f"{name}:{table['line'].iat[i]}: {table['weight'].iat[i]}" for i in wrong[:3]]
        said = f"weights in column '{column}' that are no number"
        oddities.add(name, "unreadable-weight", said, "counted as 1", texts, len(wrong))
    value = value.fillna(1.0)
    if not messages:
        return value, bool((value != 1.0).any())
    if counts:
        return value, True
    if (value != 1.0).any():
        oddities.add(
            name,
            "unused-weight",
            f"weights in column '{column}' of a message log",
            "not used: each row is one message",
            count=len(table),
            hint="if they say how many messages, call the column 'count'",
        )
    return 1.0, False
