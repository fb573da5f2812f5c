"""What must hold between times: whole ticks and days, spans that fit into one another, and rates
and attention that a tick can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import floor

from sim.clock import Calendar, Duration
from sim.scenario._validate import Checked, KeyProblem, Path
from sim.scenario.keys.settings import Settings
from sim.scenario.nodes import child, written
from sim.scenario.times import RatePerLeader
from sim.scenario.tree import leaves

WITH_DURATIONS = frozenset({"duration", "limit"})
"""The types of value that may be durations."""
MOST_TICKS = 2**22
MOST_PER_TICK = 1000
TICK: Path = ("clock", "tick")
DAY: Path = ("clock", "day")


def wrong_times(checked: Checked) -> Iterator[KeyProblem]:
    """Everything wrong with the calendar or, where there is one, with the times counted by it."""
    calendar = calendar_of(checked.settings) if checked.sound(TICK, DAY) else None
    if isinstance(calendar, str):
        yield KeyProblem(TICK, calendar, near=(DAY,))
    elif calendar is not None:
        yield from _durations(checked, calendar)
        yield from _clock(checked, calendar)
        yield from _rates(checked, calendar)


def calendar_of(settings: Settings) -> Calendar | str:
    """The scenario's calendar, or why there is none."""
    return _calendar(settings.clock.tick, settings.clock.day)


@lru_cache(maxsize=256)
def _calendar(a_tick: Duration, a_day: Duration) -> Calendar | str:
    plain = Calendar()
    tick, day = (value.amount * plain.hours(value.unit) for value in (a_tick, a_day))
    try:
        return Calendar(tick=tick, day=day)
    except ValueError as error:
        return str(error)


@lru_cache(maxsize=4096)
def _exact(calendar: Calendar, value: Duration) -> Fraction:
    return value.amount * calendar.hours(value.unit) / calendar.tick


def _durations(checked: Checked, calendar: Calendar) -> Iterator[KeyProblem]:
    """Durations that are no whole number of ticks, or too long to count."""
    for path, kind, value in leaves(checked.settings, types=WITH_DURATIONS):
        if not isinstance(value, Duration) or path == TICK or not checked.sound(path):
            continue
        ticks = _exact(calendar, value)
        if ticks > MOST_TICKS:
            yield KeyProblem(
                path, f"{written(value)} is more than {MOST_TICKS} ticks", near=(TICK, DAY)
            )
        elif kind.whole and ticks.denominator != 1:
            node = child(checked.root, *path)
            if node is not None and node.derived:
                continue
            message = (
                f"{written(value)} is no whole number of ticks of "
                f"{written(checked.settings.clock.tick)}"
            )
            months = (
                f"; m is minutes, a month is mo: {written(replace(value, unit='mo'))}"
                if value.unit == "m"
                else ""
            )
            yield KeyProblem(
                path,
                f"{message} (nearest: {_nearest(calendar, ticks, value)}){months}",
                near=(TICK, DAY),
            )


def _nearest(calendar: Calendar, ticks: Fraction, value: Duration) -> str:
    """The nearest whole number of ticks, at least one, in a unit that says it shortly."""
    whole = max(1, round(ticks)) * calendar.tick
    for unit in (value.unit, "h", "m"):
        try:
            text = written(Duration(whole / calendar.hours(unit), unit))
        except ValueError:
            continue
        if len(text) <= 8:
            return text
    return f"{float(whole):g}h"


def _clock(checked: Checked, calendar: Calendar) -> Iterator[KeyProblem]:
    """Times that must fit into one another."""
    settings = checked.settings
    horizon, warmup, focus = ("clock", "horizon"), ("clock", "warmup"), ("work", "focus")
    early, late = settings.clock.warmup, settings.clock.horizon
    if checked.sound(horizon, warmup) and _exact(calendar, early) >= _exact(calendar, late):
        message = f"{written(early)} must be shorter than the horizon of {written(late)}"
        yield KeyProblem(warmup, message, near=(horizon,))
    for when, span in ((horizon, late), (warmup, early)):
        days = _exact(calendar, span) / calendar.ticks_per_day
        if checked.sound(when) and days.denominator != 1:
            message = f"{written(span)} is no whole number of days of {written(settings.clock.day)}"
            yield KeyProblem(when, f"{message} (nearest: {max(round(days), 1)}d)", near=(DAY,))
    if not checked.sound(focus):
        return
    day, kept = calendar.ticks_per_day, _exact(calendar, settings.work.focus)
    if kept >= day:
        yield KeyProblem(
            focus,
            (
                f"{written(settings.work.focus)} leaves nothing of a day of "
                f"{written(settings.clock.day)}"
            ),
            near=(DAY,),
        )
        return
    rounds: list[tuple[Path, Duration]] = [(("consensus", "round"), settings.consensus.round)]
    rounds += [
        (("issues", name, "consensus", "round"), kind.consensus.round)
        for name, kind in settings.issues.items()
    ]
    for path, length in rounds:
        if checked.sound(path) and _exact(calendar, length) > day - kept:
            free = f"{written(settings.clock.day)} less {written(settings.work.focus)} of focus"
            yield KeyProblem(
                path,
                f"a round of {written(length)} does not fit into a day of {free}",
                near=(focus, DAY),
            )


def _rates(checked: Checked, calendar: Calendar) -> Iterator[KeyProblem]:
    """Attention that is no whole number of messages a tick; rates beyond what can be simulated."""
    settings = checked.settings
    given: list[tuple[Path, float | None]] = [(("attention",), settings.attention)]
    given += [
        (("stream", "positions", i, "attention"), position.attention)
        for i, position in enumerate(settings.stream.positions)
    ]
    for path, attention in given:
        if attention is None or not checked.sound(path):
            continue
        messages = Fraction(repr(attention)) * calendar.tick
        # A third of a message an hour can only be written roughly.
        if messages < Fraction(1, 2) or abs(messages - round(messages)) > Fraction(1, 10**5):
            near = max(1, floor(messages + Fraction(1, 2))) / calendar.tick
            tick = written(settings.clock.tick)
            message = f"{attention:g} messages an hour are no whole number in a tick of {tick}"
            yield KeyProblem(path, f"{message} (nearest: {float(near):.6g})", near=(TICK,))
    for name, kind in settings.issues.items():
        rate = kind.rate.each if isinstance(kind.rate, RatePerLeader) else kind.rate
        if calendar.per_tick(rate) > MOST_PER_TICK:
            yield KeyProblem(
                ("issues", name, "rate"),
                f"is more than {MOST_PER_TICK} issues a tick",
                near=(TICK,),
            )
    if calendar.per_tick(settings.direction.shifts) > MOST_PER_TICK:
        yield KeyProblem(
            ("direction", "shifts"), f"is more than {MOST_PER_TICK} shifts a tick", near=(TICK,)
        )
