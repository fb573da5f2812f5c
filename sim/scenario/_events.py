"""What the events of a policy bring about: whether each can happen, and the settings that hold from
each time to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sim.clock import Calendar
from sim.errors import Problem
from sim.scenario._event_changes import KeyChange, fixed, key_changes, product
from sim.scenario._validate import Checked, KeyProblem, Model, Path
from sim.scenario.clock_checks import calendar_of
from sim.scenario.keys.events import MOST_EVENTS, Event, may_change
from sim.scenario.keys.settings import Settings
from sim.scenario.nodes import Location, Node, below, child, problem, written
from sim.scenario.override import override
from sim.scenario.tree import leaves, pattern

Resolve = Callable[[Node], tuple[Any, list[Problem]]]


def wrong_events(checked: Checked) -> Iterator[KeyProblem]:
    """Events without a time or a change, and times at which none can happen."""
    settings, calendar = checked.settings, calendar_of(checked.settings)
    if len(settings.events) > MOST_EVENTS:
        yield KeyProblem(("events",), f"are more than {MOST_EVENTS}")
    for i, event in enumerate(settings.events):
        here: Path = ("events", i)
        if event.at is None and checked.sound((*here, "at")):
            yield KeyProblem((*here, "at"), "is missing: when the event happens, such as 12w")
        changing = event.set_ is not None or event.times is not None
        if not changing and event.replace is None and checked.sound(here):
            yield KeyProblem(here, "changes nothing: expected set, times or replace")
        if event.for_ is not None and not changing and event.replace is not None:
            yield KeyProblem((*here, "for"), "goes with set or times: who has left stays away")
        if not isinstance(calendar, str):
            yield from _wrong_times(checked, calendar, i)


def _wrong_times(checked: Checked, calendar: Calendar, i: int) -> Iterator[KeyProblem]:
    event, clock = checked.settings.events[i], checked.settings.clock
    for name, span in (("at", event.at), ("for", event.for_)):
        path: Path = ("events", i, name)
        if span is None or not checked.sound(path):
            continue
        hours = span.amount * calendar.hours(span.unit)
        days = hours / calendar.day
        if days.denominator != 1 and (hours / calendar.tick).denominator == 1:
            near = max(round(days), 1)
            message = f"{written(span)} is no whole number of days of {written(clock.day)}"
            yield KeyProblem(path, f"{message} (nearest: {near}d)", near=(("clock", "day"),))
        if name == "at" and checked.sound(("clock", "horizon")):
            last = clock.horizon.amount * calendar.hours(clock.horizon.unit) / calendar.day
            if days >= last:
                message = f"{written(span)} is not before the horizon of {written(clock.horizon)}"
                yield KeyProblem(path, message, near=(("clock", "horizon"),))


def periods_of(
    root: Node, settings: Model, broken: set[int], known: list[Problem], resolve: Resolve
) -> tuple[tuple[tuple[int, Model], ...], list[Problem]]:
    """From which tick on which settings hold that its events bring about, and what is wrong.

    root: the policy as written, `settings` its own, `known` what is wrong with them, `broken` the
    events that cannot happen; `resolve` makes settings of a policy without events.
    """
    calendar, listed = calendar_of(settings), child(root, "events")
    if isinstance(calendar, str) or listed is None or not isinstance(listed.value, list):
        return (), []
    spans = [
        (NEVER, NEVER) if i in broken else _span(event, calendar)
        for i, event in enumerate(settings.events)
    ]
    times = sorted({tick for span in spans for tick in span if 0 < tick < NEVER})
    eventless = replace(
        root, value={key: node for key, node in root.value.items() if key != "events"}
    )
    problems: dict[Problem, None] = {}
    periods = []
    for tick in times:
        active = [i for i, (start, end) in enumerate(spans) if start <= tick < end]
        active.sort(key=lambda i: spans[i][0])
        made, wrong = _settings_under(eventless, settings, listed, active, known, resolve)
        problems |= dict.fromkeys(wrong)
        periods.append((tick, made))
    if not problems:
        problems |= dict.fromkeys(_too_long(settings, periods, spans, listed, calendar))
    return tuple(periods) if not problems else (), list(problems)


NEVER = 1 << 62


def _span(event: Event, calendar: Calendar) -> tuple[int, int]:
    """From which tick to which an event changes settings."""
    assert event.at is not None
    start = calendar.ticks(event.at)
    return start, NEVER if event.for_ is None else start + calendar.ticks(event.for_)


def _settings_under(
    root: Node,
    settings: Model,
    listed: Node,
    active: list[int],
    known: list[Problem],
    resolve: Resolve,
) -> tuple[Model, list[Problem]]:
    """The settings while some events are in force, and what is wrong with these."""
    changes = [one for i in active for one in key_changes(settings, listed.value[i], i)]
    problems: list[Problem] = []
    applied: list[KeyChange] = []
    for how in ("set", "times"):
        current = resolve(root)[0] if how == "times" and _any(changes, how) else settings
        for change in changes:
            if change.how != how:
                continue
            if message := fixed(change, settings):
                if not change.source:
                    problems.append(problem(change.node.where, change.path, message))
                continue
            value = change.node if how == "set" else product(change, current or settings)
            if isinstance(value, str):
                if not change.source:
                    problems.append(problem(change.node.where, change.path, value))
                continue
            label = f"events[{change.event}].{how}."
            root, wrong = override(root, change.key, value, label)
            problems += wrong
            applied.append(change)
    made, wrong = resolve(root)
    problems += _located(wrong, known, applied, listed, active)
    if made is not None and not problems:
        problems += _moved(settings, made, applied, listed, active)
    return (made or settings), problems


def _any(changes: list[KeyChange], how: str) -> bool:
    return any(change.how == how for change in changes)


def _located(
    wrong: list[Problem],
    known: list[Problem],
    applied: list[KeyChange],
    listed: Node,
    active: list[int],
) -> Iterator[Problem]:
    """What is wrong with settings under events that is not wrong without, at the event that brings
    it."""
    for item in wrong:
        if item in known:
            continue
        here = Location(item.file, item.line, item.column)
        there = [one for one in applied if _holds(one.node, here)]
        named = [one for one in there if item.path == one.key] or [
            one for one in there if item.path.endswith(one.key.partition(".")[2] or one.key)
        ]
        if there:
            change = (named or there)[0]
            same = item.path in (change.key, change.source)
            message = item.message if same else f"{item.path}: {item.message}"
            yield replace(item, path=change.path, message=message)
        elif active:
            event = listed.value[active[-1]]
            yield problem(event.mark, f"events[{active[-1]}]", f"{item.path}: {item.message}")


def _holds(node: Node, here: Location) -> bool:
    return any(here in (one.mark, one.where) for one in below(node))


def _moved(
    before: Settings, after: Settings, applied: list[KeyChange], listed: Node, active: list[int]
) -> Iterator[Problem]:
    """Keys that cannot change in a run but follow from one that an event sets."""
    held = {path: value for path, _, value in leaves(before) if path[0] != "events"}
    for path, _, value in leaves(after):
        if path in held and held[path] == value:
            continue
        if not may_change(pattern(path)):
            dotted = ".".join(str(step) for step in path)
            change = next((one for one in applied if one.key.split(".")[0] == path[0]), None)
            place = (change.node.where, change.path) if change else (listed.mark, "events")
            yield problem(*place, f"would change {dotted}, which cannot change in a run")


def _too_long(
    settings: Settings,
    periods: list[tuple[int, Any]],
    spans: list[tuple[int, int]],
    listed: Node,
    calendar: Calendar,
) -> Iterator[Problem]:
    """Focus time that leaves no room for the meetings of issues that arose before."""
    longest, kind = Fraction(0), ""
    for _, one in [(0, settings), *periods]:
        for name, of_kind in one.issues.items():
            length = of_kind.consensus.round
            if of_kind.power.forum.mode != "written" and length.amount > 0:
                hours = length.amount * calendar.hours(length.unit)
                longest, kind = max((longest, kind), (hours, name))
    for tick, one in periods:
        focus = one.work.focus
        kept = focus.amount * calendar.hours(focus.unit)
        if longest > calendar.day - kept:
            i = next(i for i, span in enumerate(spans) if tick in span)
            message = (
                f"with focus of {written(focus)} a round of {float(longest):g}h, which issues of "
                f"{kind} have at another time, does not fit into a day"
            )
            yield problem(listed.value[i].mark, f"events[{i}]", message)
