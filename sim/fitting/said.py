"""What was fitted, in words: the answer in short, the settings, and what logs cannot tell."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from sim.fitting.cases import KindOfDecision
from sim.fitting.desks import Gate
from sim.fitting.estimates import Estimate, share
from sim.fitting.fit import Fitted
from sim.fitting.hops import DIRECTIONS, Basis
from sim.fitting.words import hours_told, span_told, told
from sim.fitting.worktime import DAYS
from sim.sources.scenario_text import Setting

MOST_GATES = 3
MOST_HOLIDAYS = 6

_WHAT = {
    Basis.ARRIVALS: "An idea's hop takes",
    Basis.MATTERS: "To pass something on takes",
    Basis.MESSAGES: "To answer or pass something on takes",
}

Name = Callable[[int], str]


def in_short(fitted: Fitted, name: Name) -> list[str]:
    """The answer, a sentence each. name: how a person is called, by index."""
    records, traffic = fitted.records, fitted.traffic
    first, last = fitted.span
    when = f"from {first:%Y-%m-%d} to {last:%Y-%m-%d}" if records.calendar else _length(fitted)
    said = []
    if traffic is not None:
        ways = ", ".join(f"{traffic.by_direction[way].value:.0%} {way}" for way in DIRECTIONS)
        count = "1 message" if traffic.messages == 1 else f"{traffic.messages:,} messages"
        said.append(
            f"{count} between {traffic.people:,} people {when}: {ways}; "
            f"{_percent(traffic.along_lines)} along reporting lines."
        )
    said += [_gate(gate, name) for gate in _gates(fitted)]
    delays = [_hop(fitted, way) for way, delay in fitted.delays.items() if delay.known]
    if delays:
        what = _WHAT[fitted.basis]
        few = [way for way, delay in fitted.delays.items() if not delay.known]
        rest = f"; too few to tell: {', '.join(few)}" if few else ""
        said.append(f"{what}, on average in working time, {', '.join(delays)}{rest}.")
    elif traffic is not None:
        said.append("Too few answers and relays to fit times to: delays keep their defaults.")
    for kind in fitted.kinds:
        said.append(_kind(fitted, kind))
    return said


def _hop(fitted: Fitted, way: str) -> str:
    """The mean time in one direction and, where times were seen to their ends, the middle one."""
    median = fitted.medians.get(way)
    text = f"{way} {span_told(fitted.delays[way])}"
    return text if median is None else f"{text}, half within {hours_told(median)}"


def _gates(fitted: Fitted) -> list[Gate]:
    """The largest, one for each person."""
    first = {gate.person: gate for gate in reversed(fitted.gates)}
    return [gate for gate in fitted.gates if first[gate.person] is gate][:MOST_GATES]


def _gate(gate: Gate, name: Name) -> str:
    """That traffic between two groups goes through one desk."""
    through = gate.through
    hits = round(through.value * through.count)
    share = "all" if hits == through.count else f"{_percent(through)} of the"
    return (
        f"Between {gate.one} and {gate.other} {share} {through.count:,} messages go through one "
        f"desk: {name(gate.person)}"
        + ("." if hits == through.count else f", and {through.count - hits:,} past it.")
    )


def _length(fitted: Fitted) -> str:
    first, last = fitted.span
    return f"over {(last - first).total_seconds() / 3600:.1f} hours"


def _percent(share: Estimate) -> str:
    """'31 % (29 to 33)'; with a decimal near the ends."""
    digits = 1 if share.value > 0.99 or share.value < 0.01 else 0
    value, low, high = (f"{100 * one:.{digits}f}" for one in (share.value, share.low, share.high))
    return f"{value} % ({low} to {high})"


def _kind(fitted: Fitted, kind: KindOfDecision) -> str:
    """How often decisions of a kind arise, and how long they take."""
    day = fitted.clock.day
    rate = told(kind.rate.times(day * 5.0), " a week") if kind.rate.known else "at no known rate"
    text = f"{kind.kind}: {kind.cases:,} cases, {rate}"
    if kind.mean.known:
        text += f"; decided after {told(kind.mean.times(1 / day), ' working days')} on average"
        if math.isfinite(kind.median.value):
            text += f", half of them within {kind.median.value / day:.2g}"
    text += _at(fitted, "raised", kind.origins) + _at(fitted, "decided", kind.deciders)
    if kind.undecided.value > 0:
        text += f"; {_percent(kind.undecided)} undecided (their time counts as not over)"
    return text + "."


def _at(fitted: Fitted, what: str, counts: pd.Series) -> str:
    """At which position most of a kind are raised or decided."""
    if counts.empty:
        return ""
    positions = fitted.records.position[counts.index.to_numpy(np.int64)]
    held = np.bincount(positions, weights=counts.to_numpy(float))
    most = int(held.argmax())
    told = share(int(held[most]), int(held.sum()))
    some = "all" if told.value == 1.0 else _percent(told)
    return f"; {some} {what} at {fitted.records.positions[most]}"


def calendar_told(fitted: Fitted) -> str:
    """How time was counted."""
    clock = fitted.clock
    if clock.plain and not fitted.records.calendar:
        return (
            "Times are seconds since a start, so the log knows no working hours: every hour counts "
            "(a plain clock), and the day keeps its default."
        )
    if clock.plain:
        return (
            "The log covers less than a week, too little for a calendar: every hour counts (a "
            "plain clock), and the day keeps its default."
        )
    until = (clock.opens + clock.day) % 24 or 24
    days = ", ".join(DAYS[day][:3] for day in clock.weekdays)
    text = (
        f"Working hours: {clock.opens:.0f} to {until:.0f} o'clock ({clock.day:.0f}h), {days}; "
        f"time zone {clock.zone.name} ({clock.zone.found})."
    )
    if len(clock.weekdays) != 5:
        text += " The model's week has 5 days."
    if clock.holidays:
        shown = ", ".join(f"{day:%Y-%m-%d}" for day in clock.holidays[:MOST_HOLIDAYS])
        more = len(clock.holidays) - MOST_HOLIDAYS
        text += f" Holidays: {shown}{f' and {more} more' if more > 0 else ''}."
    return text


def traffic_told(fitted: Fitted, name: Name) -> str:
    """What else the traffic tells."""
    traffic = fitted.traffic
    if traffic is None:
        return ""
    parts = [
        f"lines in use: {_percent(traffic.lines_used)} of {traffic.lines_used.count:,}",
        f"answered pairs: {_percent(traffic.reciprocal)}",
        *(
            [f"load: {told(traffic.load, ' messages a person and hour')}"]
            if traffic.load.known
            else []
        ),
        f"most at one desk: {_percent(traffic.busiest_share)}, {name(traffic.busiest)}",
    ]
    if fitted.meetings is not None:
        hours = told(fitted.meetings.person_hours)
        parts.append(f"meetings: {hours} a person and week, of {span_told(fitted.meetings.length)}")
    return "; ".join(parts) + "."


def rows(settings: list[Setting]) -> list[tuple[str, str, str]]:
    """The table of fitted settings: key, value, where it comes from."""
    return [
        (setting.path, str(setting.value), setting.comment.removeprefix("fitted: "))
        for setting in settings
        if setting.comment.startswith("fitted")
    ]


def kept_told(kept: list[Setting]) -> str:
    """What was not fitted, in a sentence."""
    names = ", ".join(f"{setting.path} {setting.value}" for setting in kept)
    return (
        f"Not fitted, as no log of who, whom and when can tell it: {names}; they keep their "
        f"defaults. What people say, hold back and make of it is not in the log."
    )


def notes(fitted: Fitted) -> list[str]:
    """What limits the figures."""
    said = []
    links = fitted.links
    if fitted.basis is Basis.ARRIVALS and fitted.cases is None:
        said.append(
            "Without the log of decisions it is not known when a decision overtook ideas; the "
            "first news of it was taken, and the intervals are right less often. Give both logs."
        )
    if fitted.basis is Basis.MATTERS and links is not None:
        how = "by their names" if links.by_name else "by when they began and who took part"
        said.append(
            f"{len(links.case):,} threads were taken to be about {links.share:.0%} of the cases, "
            f"{how}; times are taken from them."
        )
    if fitted.basis is Basis.MESSAGES and fitted.traffic is not None:
        said.append(
            "The times are what the log shows from the latest message received to the answer. "
            "They leave out what the model would have let wait in an inbox, as it adds that "
            "itself. Waiting for a decision is in them: with a log of decisions beside this one, "
            "it is told apart."
        )
    if fitted.cases is not None and fitted.cases.midst:
        said.append(
            f"{fitted.cases.midst:,} cases had begun before the log: their beginnings are not "
            f"counted."
        )
    if fitted.cases is not None and not fitted.cases.decided_by:
        said.append("No step is called a decision: the last step of a case counts; --decided NAME")
    return said


def as_json(fitted: Fitted, settings: list[Setting], kept: list[Setting]) -> dict[str, Any]:
    """Everything for programs; nobody is named."""
    clock, traffic = fitted.clock, fitted.traffic
    return {
        "messages": 0 if traffic is None else traffic.messages,
        "times_from": fitted.basis.value,
        "calendar": {
            "plain": clock.plain,
            "zone": clock.zone.name,
            "zone_found": clock.zone.found,
            "opens": clock.opens,
            "day": clock.day,
            "weekdays": [DAYS[day] for day in clock.weekdays],
            "holidays": [f"{day:%Y-%m-%d}" for day in clock.holidays],
            "resolution_hours": clock.resolution,
        },
        "delays_hours": {way: _plain(delay) for way, delay in fitted.delays.items()},
        "median_hours": fitted.medians,
        "traffic": None
        if traffic is None
        else {
            **{way: _plain(part) for way, part in traffic.by_direction.items()},
            "along_lines": _plain(traffic.along_lines),
            "lines_used": _plain(traffic.lines_used),
            "reciprocal": _plain(traffic.reciprocal),
            "load_per_person_hour": _plain(traffic.load),
            "busiest_share": _plain(traffic.busiest_share),
        },
        "one_desk": [
            {"one": gate.one, "other": gate.other, **_plain(gate.through)} for gate in fitted.gates
        ],
        "decisions": [_kind_json(kind) for kind in fitted.kinds],
        "meetings": None
        if fitted.meetings is None
        else {
            "meetings": fitted.meetings.meetings,
            "person_hours_a_week": _plain(fitted.meetings.person_hours),
            "length_hours": _plain(fitted.meetings.length),
        },
        "settings": [asdict(setting) for setting in settings],
        "not_fitted": [asdict(setting) for setting in kept],
        "notes": notes(fitted),
    }


def _kind_json(kind: KindOfDecision) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "cases": kind.cases,
        "rate_per_hour": _plain(kind.rate),
        "mean_hours": _plain(kind.mean),
        "median_hours": _plain(kind.median),
        "undecided": _plain(kind.undecided),
    }


def _plain(estimate: Estimate) -> dict[str, Any]:
    """An estimate for programs; None for what is not known."""
    numbers = {
        name: value if math.isfinite(value) else None
        for name, value in (
            ("value", estimate.value),
            ("low", estimate.low),
            ("high", estimate.high),
        )
    }
    return numbers | {"count": estimate.count, "method": estimate.method}
