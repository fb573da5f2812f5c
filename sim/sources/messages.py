"""What every reader of a log or of a list of ties returns: who, whom, when, as the file names
them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

COLUMNS = ("source", "target", "kind", "weight", "time", "offset", "thread", "line")
"""The columns of a table of contacts.

source, target: as the file names them (id, e-mail address or name), text. kind: of tie or medium,
'' where the file names none. weight: 1.0 where it gives none; in a log, how many messages the row
stands for. time: when, a UTC timestamp; NaT where it gives none. offset: minutes that the clock by
which the file gives the time is ahead of UTC, 0 for times in UTC; NaN where it does not say (the
time is then that of a local clock, kept as if it were UTC). thread: the conversation it belongs to,
'' for none. line: where it stands in the file, from 1.
"""

TIME = "datetime64[us, UTC]"
"""How times are kept: in millionths of a second, UTC."""


@dataclass(frozen=True, eq=False)
class Contacts:
    """One file of ties or messages: a row a tie or a message and receiver.

    file: its name as the user wrote it. messages: whether each row is one message at a time of its
    own (so that rates, delays and a calendar can be told), or a standing tie. weighted, timed:
    whether the file gave weights and times. calendar: whether its times are dates; False for
    seconds since a start that the file does not name (they stand as if it were 1970-01-01).
    """

    file: str
    table: pd.DataFrame
    messages: bool
    weighted: bool
    timed: bool
    calendar: bool = True


def contacts_table(
    source: Sequence[str] | pd.Series,
    target: Sequence[str] | pd.Series,
    line: Any,
    *,
    kind: Any = "",
    weight: Any = 1.0,
    time: Any = pd.NaT,
    offset: Any = float("nan"),
    thread: Any = "",
) -> pd.DataFrame:
    """A table of contacts with all `COLUMNS`, in their types; each is a column, or one value for
    all rows."""

    def plain(values: Any) -> Any:
        return values.to_numpy() if isinstance(values, pd.Series) else values

    given = (source, target, kind, weight, time, offset, thread, line)
    columns = {name: plain(values) for name, values in zip(COLUMNS, given, strict=True)}
    table = pd.DataFrame(columns, index=range(len(source)))
    for name in ("source", "target", "kind", "thread"):
        table[name] = table[name].astype("str")
    table["time"] = pd.to_datetime(table["time"], utc=True).astype(TIME)
    return table.astype({"weight": "float64", "offset": "float64", "line": "int64"})
