"""What every reader of a log or of a list of ties returns: who, whom, when, as the file names
them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

COLUMNS = ("source", "target", "kind", "weight", "time", "thread", "line")
"""The columns of a table of contacts.

source, target: as the file names them (id, e-mail address or name), text. kind: of tie or medium,
'' where the file names none. weight: 1.0 where it gives none. time: when, a UTC timestamp; NaT
where it gives none. thread: the conversation it belongs to, '' for none. line: where it stands in
the file, from 1.
"""


@dataclass(frozen=True, eq=False)
class Contacts:
    """One file of ties or messages: a row a tie or a message and receiver.

    file: its name as the user wrote it. messages: whether each row is one message at a time of its
    own (so that rates, delays and a calendar can be told), or a standing tie. weighted, timed:
    whether the file gave weights and times.
    """

    file: str
    table: pd.DataFrame
    messages: bool
    weighted: bool
    timed: bool
