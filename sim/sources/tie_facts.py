"""What is told of ties: how many of each kind, on how many lines, how often both ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.sources.channels import Ties
from sim.sources.matching import UNNAMED
from sim.sources.oddities import EXAMPLES, Oddities
from sim.sources.thresholds import MOST_RECEIVERS


@dataclass(frozen=True)
class KindFacts:
    """Of one kind of tie.

    ties: pairs of people and directions. messages: None for standing ties. channels: pairs of
    people, whichever way. lines_with: reporting lines whose two people have a channel of the kind.
    reciprocity: share of the ties that go both ways; NaN for none.
    """

    kind: str
    ties: int
    messages: int | None
    channels: int
    lines_with: int
    reciprocity: float

    @property
    def called(self) -> str:
        """What several of them are called: 'advice ties', 'mail messages', or 'ties' and 'messages'
        where the file names no kind."""
        plural = "ties" if self.messages is None else "messages"
        return plural if self.kind == UNNAMED[plural] else f"{self.kind} {plural}"


@dataclass(frozen=True)
class TieFacts:
    """Of all ties of an organisation.

    lines: reporting lines. along_lines: share of messages that go along one, either way, NaN
    without messages; announcements are left out. said_lines, agreeing, reversed: reporting lines
    that ties name, and how many of them the people's managers name too, or name the other way
    round.
    """

    lines: int
    kinds: tuple[KindFacts, ...]
    along_lines: float
    said_lines: int
    agreeing: int
    reversed: int


def tie_facts(ties: Ties, manager: NDArray[np.int64]) -> TieFacts:
    """Facts for the summary; `manager`: index of each person's manager, -1 for none."""
    people = len(manager)
    reports = np.flatnonzero(manager >= 0)
    lines = _pairs(reports, manager[reports], people)
    kinds = tuple(
        _kind(str(kind), rows, lines, people) for kind, rows in ties.table.groupby("kind")
    )
    sent = ties.messages[ties.messages["receivers"] <= MOST_RECEIVERS]
    along = np.isin(_pairs(*_ends(sent), people), lines)
    weight = sent["weight"].to_numpy()
    report, boss = _ends(ties.lines)
    return TieFacts(
        len(lines),
        kinds,
        float(weight[along].sum() / weight.sum()) if weight.sum() else float("nan"),
        len(report),
        int((manager[report] == boss).sum()),
        int((manager[boss] == report).sum()),
    )


def say_other_lines(ties: Ties, manager: NDArray[np.int64], oddities: Oddities) -> None:
    """Report the ties of reporting that name another manager than the list of people does."""
    rows = ties.lines[ties.lines["target"] != manager[ties.lines["source"]]]
    for file, others in rows.groupby("file"):
        turned = int((manager[others["target"]] == others["source"]).sum())
        oddities.add(
            str(file),
            "other-line",
            "ties of reporting that the list of people does not have",
            "left out: its managers count",
            [f"{file}:{line}" for line in others["line"].head(EXAMPLES)],
            len(others),
            f"{turned:,} are the other way round there" if turned else "",
        )


def _ends(table: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return table["source"].to_numpy(np.int64), table["target"].to_numpy(np.int64)


def _pairs(one: NDArray[np.int64], other: NDArray[np.int64], people: int) -> NDArray[np.int64]:
    """A code for each two people, whichever way round."""
    return np.minimum(one, other) * people + np.maximum(one, other)


def _kind(kind: str, rows: pd.DataFrame, lines: NDArray[np.int64], people: int) -> KindFacts:
    source, target = _ends(rows)
    forward, backward = source * people + target, target * people + source
    channels = np.unique(_pairs(source, target, people)[rows["channel"].to_numpy()])
    standing = rows["per_month"].isna().all()
    return KindFacts(
        kind,
        len(rows),
        None if standing else round(float(rows["count"].sum())),
        len(channels),
        int(np.isin(lines, channels).sum()),
        float(np.isin(backward, forward).mean()) if len(rows) else float("nan"),
    )
