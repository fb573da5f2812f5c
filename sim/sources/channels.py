"""From contacts to ties between the people of an organisation, and which ties are channels.

A standing tie is a channel. Messages are one from a rate on: see `thresholds.DEFAULT`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.sources.matching import People, matched
from sim.sources.messages import Contacts
from sim.sources.oddities import EXAMPLES, Oddities
from sim.sources.thresholds import DAYS, MOST_RECEIVERS, Rules

UPWARD = ("reports_to", "reports to", "reportsto", "line", "manager", "berichtet an")
"""Kinds of tie, in small letters, that are the line itself: the source reports to the target."""
DOWNWARD = ("manages", "supervises", "leads", "führt")
"""The same, from manager to report."""

TIE_COLUMNS = (
    "source",
    "target",
    "kind",
    "count",
    "weight",
    "first",
    "last",
    "per_month",
    "channel",
)
"""The columns of `Ties.table`.

source, target: index of the person. kind: never empty. count: messages, those to more than
`MOST_RECEIVERS` people left out; of a standing tie, its rows at different times. weight: the mean
of what the file gave. first, last: times, NaT without. per_month: messages in a month of the
calendar, over the time from the first to the last message of their file, at least a month; NaN for
a standing tie. channel: whether it becomes one."""


@dataclass(frozen=True, eq=False)
class Ties:
    """The ties of an organisation: a row a pair of people, direction and kind.

    table: see `TIE_COLUMNS`. messages: all of the logs in order of time, see `matching.MATCHED`;
    `receivers` says to how many people each went. lines: who reports to whom, where ties say so
    (source, target: index of the report and of the manager; file, line: where); they are in no
    other table. days: from the first to the last message. calendar: whether times of messages are
    dates.
    """

    table: pd.DataFrame
    messages: pd.DataFrame
    lines: pd.DataFrame
    days: float = 0.0
    calendar: bool = True
    rules: Rules = field(default_factory=Rules)

    def written(self) -> pd.DataFrame:
        """What a scenario's file of ties holds: source, target (index) and kind of each channel."""
        return self.table.loc[self.table["channel"], ["source", "target", "kind"]]


def ties_of(contacts: Sequence[Contacts], people: People, rules: Rules, oddities: Oddities) -> Ties:
    """Match, clean and count the contacts of all files.

    With `rules.unknown` 'add', those whom `matching.unknown_people` names are expected among the
    people already. Raises InvalidInput with 'stop' where somebody is not known.
    """
    rows = matched(contacts, people, rules.unknown, oddities)
    line = ~rows["message"] & rows["kind"].str.lower().isin([*UPWARD, *DOWNWARD])
    messages = rows[rows["message"]].sort_values("time", kind="stable", ignore_index=True)
    _say_announcements(messages, oddities)
    table = pd.concat(
        [_standing(rows[~rows["message"] & ~line]), _counted(messages)], ignore_index=True
    )
    table["channel"] = _channels(table, rules)
    _say_unused(contacts, table, rules, oddities)
    return Ties(
        table[list(TIE_COLUMNS)],
        messages.drop(columns="message"),
        _lines(rows[line]),
        _days(messages["time"]),
        all(one.calendar for one in contacts if one.messages),
        rules,
    )


def _lines(rows: pd.DataFrame) -> pd.DataFrame:
    """Report and manager of ties that are the line, each pair once."""
    down = rows["kind"].str.lower().isin(DOWNWARD)
    ends = {
        "source": rows["source"].where(~down, rows["target"]),
        "target": rows["target"].where(~down, rows["source"]),
    }
    lines = rows[["file", "line"]].assign(**ends)
    return lines.drop_duplicates(["source", "target"], ignore_index=True)


def _days(times: pd.Series) -> float:
    """Days from the first time to the last; 0 for none."""
    span = times.max() - times.min()
    return 0.0 if pd.isna(span) else span / pd.Timedelta(days=1)


_PAIR = ["source", "target", "kind"]


def _standing(rows: pd.DataFrame) -> pd.DataFrame:
    """Standing ties, a row a pair and kind."""
    return _grouped(rows).assign(per_month=np.nan, standing=True)


def _counted(messages: pd.DataFrame) -> pd.DataFrame:
    """Messages counted, a row a pair and kind; announcements are left out."""
    counted = messages[messages["receivers"] <= MOST_RECEIVERS]
    times = messages.groupby("file")["time"]
    months = ((times.max() - times.min()) / pd.Timedelta(days=DAYS["mo"])).clip(lower=1.0)
    rate = counted["weight"] / counted["file"].map(months).astype("float64")
    found = _grouped(counted.assign(rate=rate), count="weight", per_month=("rate", "sum"))
    return found.assign(standing=False)


def _grouped(rows: pd.DataFrame, count: str = "", **more: tuple[str, str]) -> pd.DataFrame:
    """Rows of a pair and kind as one; `count`: the column whose sum is the count, else the rows
    are counted."""
    return rows.groupby(_PAIR, sort=True, as_index=False).agg(
        count=(count, "sum") if count else ("line", "size"),
        weight=("weight", "mean"),
        first=("time", "min"),
        last=("time", "max"),
        **more,
    )


def _channels(table: pd.DataFrame, rules: Rules) -> pd.Series:
    """Which ties are channels: of messages, both directions and all kinds of a pair count
    together."""
    level, standing = rules.threshold, table["standing"].astype(bool)
    low, high = table[["source", "target"]].min(axis=1), table[["source", "target"]].max(axis=1)
    pair = low * (int(high.max() if len(high) else 0) + 1) + high
    amount = "per_month" if level.unit else "count"
    total = table[amount].where(~standing).groupby([pair, standing]).transform("sum")
    # A sum of rates such as 1/9 must not miss its threshold by the last bit.
    enough = total >= (level.per_month if level.unit else level.amount) * (1 - 1e-9)
    strong = (table["weight"] >= level.amount) if not level.unit else True
    channel = enough.where(~standing, strong)
    if rules.reciprocal:
        kind = table["kind"].where(standing, "")
        ways = table["source"].groupby([pair, kind, standing]).transform("nunique")
        channel = channel & (ways == 2)
    return channel.astype(bool)


# What is said of it


def _say_announcements(messages: pd.DataFrame, oddities: Oddities) -> None:
    """Report messages to many people."""
    for file, rows in messages[messages["receivers"] > MOST_RECEIVERS].groupby("file"):
        oddities.add(
            str(file),
            "announcement",
            f"rows of messages to more than {MOST_RECEIVERS} people at once",
            "announcements: they make no channels",
            [f"{file}:{line}" for line in rows["line"].drop_duplicates().head(EXAMPLES)],
            len(rows),
        )


def _weight_hint(weights: pd.Series) -> str:
    """How to use weights, with their median as the example."""
    middle = f"{weights.median():g}"
    return f"--channel-from {middle} makes channels of those with a weight of {middle} or more"


def _say_unused(
    contacts: Sequence[Contacts], table: pd.DataFrame, rules: Rules, oddities: Oddities
) -> None:
    """Report weights and times that changed nothing, and pairs below the threshold."""
    for one in contacts:
        if one.messages:
            continue
        if one.weighted and rules.threshold.unit:
            oddities.add(
                one.file,
                "unused-weight",
                "ties with weights",
                "weights are not used: each tie is a channel",
                count=len(one.table),
                hint=_weight_hint(one.table["weight"]),
            )
        if one.timed:
            said, done = "ties with times", "times are not used: no pair stands at several times"
            if one.table.duplicated(_PAIR).any():
                done = "times are not used: a tie at any time is a channel"
            oddities.add(one.file, "unused-time", said, done, count=len(one.table))
    quiet = table[~table["standing"].astype(bool) & ~table["channel"]]
    logs = [one.file for one in contacts if one.messages]
    if len(quiet):
        pairs = pd.DataFrame(np.sort(quiet[["source", "target"]].to_numpy(), axis=1))
        too = ", or not both ways" if rules.reciprocal else ""
        oddities.add(
            logs[0],
            "below-threshold",
            f"pairs of people with fewer messages than {rules.threshold}{too}",
            "no channel",
            count=len(pairs.drop_duplicates()),
            hint="--channel-from sets another threshold, such as 5/mo",
        )
