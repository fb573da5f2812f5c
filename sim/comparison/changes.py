"""What changed after an event: a policy beside the same policy without it, week by week.

Both have the same past (docs/model.md, 7.23), so what they differ in after the event comes from the
event. Differences are paired within each replication; intervals are over replications, each for
itself: of many weeks some lie outside theirs by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.clock import Calendar
from sim.comparison.statistics import Interval, intervals
from sim.comparison.urgency import days_of
from sim.comparison.wording import signed
from sim.measures import AFTER, MEASURES, shown_in

WEEK = Calendar().week
MONTH = 4
"""So many weeks are taken together to say how long a transition takes, and how deep it dips."""
OF_POLICY = ("events", "base", "label")
"""Keys in which a policy may differ from the one that it is without its events."""


@dataclass(frozen=True)
class Transition:
    """How one measure changed after an event.

    level: its mean under the policy before the event. weeks: from the event (0: the first week
    after it); by_week: the paired difference to the policy without events, [mean, low, high] a
    column a week. before, after: that difference before the event, and in the last half of the time
    after it. settled: the first week from which a month on average is as `after`, as far as can be
    told; None where there is none. dip: the worst month before that, where it is clearly worse than
    without the event, and than `after`; its first week is `dip_week`.
    """

    measure: str
    level: float
    weeks: np.ndarray
    by_week: np.ndarray
    before: Interval
    after: Interval
    settled: int | None
    dip: Interval | None
    dip_week: int


@dataclass(frozen=True)
class Change:
    """What changed after the first event of a policy.

    without: the policy that is the same without its events. day: when the event happened, and
    until: the next event or the end of the measured time; in working days of the run. said: the
    event in words.
    """

    policy: str
    without: str
    day: float
    until: float
    said: str
    transitions: tuple[Transition, ...]


def changes(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> list[Change]:
    """What changed after the first event of each policy that was run beside itself without
    events."""
    found = []
    for policy, without in pairs(manifest):
        day, until, said = _first(manifest["policies"][policy])
        rows = [_of(tables, name, policy, without, day, until) for name in shown_in(AFTER)]
        known = tuple(row for row in rows if row is not None)
        if known:
            found.append(Change(policy, without, day, until, said, known))
    return found


def pairs(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each policy with events, and the one that is the same without."""
    policies = manifest.get("policies") or {}
    for name, settings in policies.items():
        if settings.get("events"):
            mine = _without_events(settings)
            for other, its in policies.items():
                if not its.get("events") and _without_events(its) == mine:
                    yield name, other
                    break


def alone(manifest: Mapping[str, Any]) -> list[str]:
    """The policies with events that no policy is like without them."""
    policies = manifest.get("policies") or {}
    paired = dict(pairs(manifest))
    return [name for name, one in policies.items() if one.get("events") and name not in paired]


def _without_events(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key not in OF_POLICY}


def event_days(settings: Mapping[str, Any]) -> list[tuple[float, str]]:
    """When a resolved policy's events happen, in working days of the run, and what each changes."""
    if not settings.get("events"):
        return []
    days = days_of(settings)
    found = []
    for event in settings["events"]:
        parts = [f"{key}: {value}" for key, value in _own(event.get("set"))]
        parts += [f"{key} x {factor:g}" for key, factor in _own(event.get("times"))]
        if event.get("replace"):
            parts.append(f"{100 * float(event['replace']):g} % replaced")
        lasting = f" for {event['for']}" if event.get("for") else ""
        found.append((days(event["at"]), f"{', '.join(parts)}{lasting}"))
    return sorted(found)


def _own(changed: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """What an event changes, without the kinds of issue that follow the scenario."""
    changed = changed or {}
    for key, value in changed.items():
        section, _, inside = key.partition(".")
        followed = inside.partition(".")[2] if section == "issues" else ""
        if followed not in changed or changed[followed] != value:
            yield key, value


def _first(settings: Mapping[str, Any]) -> tuple[float, float, str]:
    """The day of the first event, that on which something changes next, and what it changes."""
    days = days_of(settings)
    listed = event_days(settings)
    ends = [
        days(event["at"]) + days(event["for"]) for event in settings["events"] if event.get("for")
    ]
    day = listed[0][0]
    last = days(settings["clock"]["horizon"])
    until = min(one for one in (*(at for at, _ in listed), *ends, last) if one > day)
    return day, until, "; ".join(said for one, said in listed if one == day)


def _of(
    tables: Mapping[str, pd.DataFrame],
    name: str,
    policy: str,
    without: str,
    day: float,
    until: float,
) -> Transition | None:
    """How a measure changed; None where neither its decisions nor its days are known."""
    source, when = ("decisions", "raised_day") if name in tables["decisions"] else ("days", "day")
    table = tables.get(source)
    if table is None or name not in table or table.empty:
        return None
    # A day of the table `days` is its end: the first after the event is `day` + 1.
    since = table[when] - day - (1 if source == "days" else 0)
    week = np.floor(since / WEEK).astype(int)
    both = [
        _weekly(table[rows], week[rows], name)
        for rows in (table["variant"] == policy, table["variant"] == without)
    ]
    first, last = min(one.sums.columns.min() for one in both), int(np.ceil((until - day) / WEEK))
    weeks = range(int(first), last)
    mine, other = (one.over(weeks) for one in both)
    return _transition(name, np.array(weeks), mine, other)


@dataclass(frozen=True)
class _Weekly:
    """Sums and counts of a measure, [replications, weeks], from which means over any weeks
    follow."""

    sums: Any
    counts: Any

    def over(self, weeks: range) -> _Weekly:
        """The same over some weeks."""
        return _Weekly(
            self.sums.reindex(columns=weeks, fill_value=0.0).to_numpy(dtype=float),
            self.counts.reindex(columns=weeks, fill_value=0).to_numpy(dtype=float),
        )

    def mean(self, chosen: np.ndarray) -> np.ndarray:
        """The mean over the chosen weeks of each replication; NaN where there is nothing."""
        counts = self.counts[:, chosen].sum(axis=1)
        sums = self.sums[:, chosen].sum(axis=1)
        return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)


def _weekly(rows: pd.DataFrame, week: pd.Series, name: str) -> _Weekly:
    known = rows[name].notna()
    grouped = rows.loc[known, name].groupby([rows.loc[known, "replication"], week[known]])
    every = sorted(rows["replication"].unique())
    parts = (grouped.sum(), grouped.size())
    return _Weekly(*(part.unstack(fill_value=0).reindex(every, fill_value=0) for part in parts))


def _transition(name: str, weeks: np.ndarray, mine: _Weekly, other: _Weekly) -> Transition:
    def apart(chosen: np.ndarray) -> np.ndarray:
        return mine.mean(chosen) - other.mean(chosen)

    after_weeks = weeks[weeks >= 0]
    later = weeks >= len(after_weeks) // 2
    level = apart(later)
    by_week = intervals(np.column_stack([apart(weeks == week) for week in weeks]))
    starts = range(max(len(after_weeks) - MONTH + 1, 0))
    months = [apart((weeks >= start) & (weeks < start + MONTH)) for start in starts]
    settled = next(
        (at for at, month in enumerate(months) if not _estimate(month - level).clear), None
    )
    dip, dip_week = _dip(name, months[:settled], level)
    return Transition(
        name,
        float(np.nanmean(mine.mean(weeks < 0))) if np.any(weeks < 0) else float("nan"),
        weeks,
        by_week,
        _estimate(apart(weeks < 0)),
        _estimate(level),
        settled,
        dip,
        dip_week,
    )


def _dip(name: str, months: list[np.ndarray], level: np.ndarray) -> tuple[Interval | None, int]:
    """The worst month, where it is clearly worse both than without the event and than what comes
    of it."""
    better = MEASURES[name].better
    estimates = [_estimate(month) for month in months]
    if not better or not estimates:
        return None, -1
    at = min(range(len(estimates)), key=lambda i: better * estimates[i].mean)
    worst = [_estimate(better * months[at]), _estimate(better * (months[at] - level))]
    return (estimates[at], at) if all(one.high < 0.0 for one in worst) else (None, -1)


def _estimate(values: np.ndarray) -> Interval:
    return Interval(*(float(number) for number in intervals(values[:, None])[:, 0]))


# In words


def in_sentences(change: Change) -> list[str]:
    """What changed after an event, a sentence a measure, with what it is compared with."""
    week = int(change.day // WEEK)
    weeks = (change.until - change.day) / WEEK
    start = (
        f"After week {week} ({change.said}): {change.policy} compared with {change.without}, which "
        f"is the same until then. The new level is that of the last half of the {weeks:g} weeks "
        "after it"
    )
    return [f"{start}.", *(_sentence(one) for one in change.transitions)]


def _sentence(one: Transition) -> str:
    measure = MEASURES[one.measure]
    text = (
        f"{measure.title}: {one.level:.{measure.digits}f} before; new level {signed(one.after)}"
        f"{'' if one.after.clear or not one.after.known else ' (no clear difference)'}"
    )
    if one.settled is None:
        text += f", not reached by any {MONTH} weeks before"
    elif one.after.clear:
        text += (
            ", reached at once" if one.settled == 0 else f", reached after {_weeks(one.settled)}"
        )
    if one.dip is not None:
        text += f"; at worst {signed(one.dip)} in the {MONTH} weeks from week {one.dip_week + 1} on"
    elif measure.better and one.settled != 0:
        text += "; no dip on the way can be told"
    return f"{text}."


def _weeks(count: int) -> str:
    return "1 week" if count == 1 else f"{count} weeks"


def how_to_compare(manifest: Mapping[str, Any]) -> str:
    """How to have the same policy without events beside it, where it was not run; '' where all
    were."""
    lonely = alone(manifest)
    if not lonely:
        return ""
    return (
        f"What the events of {', '.join(lonely)} changed shows beside the same policy without "
        f"them: add a variant with the same settings and events: []."
    )
