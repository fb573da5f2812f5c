"""What the events of a policy bring about: whether each can happen, and the settings that hold from
each time to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sim.clock import Calendar, Duration, Rate
from sim.errors import Problem, nearest
from sim.extension import is_reference
from sim.scenario._validate import Checked, KeyProblem, Model, Path
from sim.scenario.clock_checks import calendar_of
from sim.scenario.keys.events import CHANGEABLE, MOST_EVENTS, Event, may_change
from sim.scenario.keys.settings import Settings
from sim.scenario.nodes import Location, Node, below, child, from_plain, problem, written
from sim.scenario.override import override
from sim.scenario.reads import value_at
from sim.scenario.times import RatePerLeader
from sim.scenario.tree import leaves, pattern
from sim.scenario.vary import Target, target

SIZED = ("number", "whole number", "share", "duration", "rate")
"""Kinds of value that can be multiplied."""
DECIMALS = 12
"""So many decimals a product keeps: a time or rate is written as a finite decimal."""

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


@dataclass(frozen=True)
class _Change:
    """A key that an event sets or multiplies, with its place."""

    event: int
    how: str
    key: str
    node: Node

    @property
    def path(self) -> str:
        """Where it stands in the scenario."""
        return f"events[{self.event}].{self.how}.{self.key}"


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
    plain = replace(root, value={key: node for key, node in root.value.items() if key != "events"})
    problems: dict[Problem, None] = {}
    periods = []
    for tick in times:
        active = [i for i, (start, end) in enumerate(spans) if start <= tick < end]
        active.sort(key=lambda i: spans[i][0])
        made, wrong = _settings_under(plain, settings, listed, active, known, resolve)
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
    changes = [one for i in active for one in _changes(listed.value[i], i)]
    problems: list[Problem] = []
    applied: list[_Change] = []
    for how in ("set", "times"):
        current = resolve(root)[0] if how == "times" and _any(changes, how) else settings
        for change in changes:
            if change.how != how:
                continue
            if message := _fixed(change, settings):
                problems.append(problem(change.node.where, change.path, message))
                continue
            value = change.node if how == "set" else _product(change, current or settings)
            if isinstance(value, str):
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


def _any(changes: list[_Change], how: str) -> bool:
    return any(change.how == how for change in changes)


def _changes(event: Node, i: int) -> Iterator[_Change]:
    """Every key that an event changes; what a mapping holds counts one by one."""
    for how in ("set", "times"):
        named = child(event, how)
        if named is not None and isinstance(named.value, dict):
            for key, node in named.value.items():
                yield from _single(i, how, key, node)


def _single(i: int, how: str, key: str, node: Node) -> Iterator[_Change]:
    inside = isinstance(node.value, dict) and set(node.value) != {"each"}
    if inside and how == "set":
        for name, value in node.value.items():
            yield from _single(i, how, f"{key}.{name}", value)
    else:
        yield _Change(i, how, key, node)


def _fixed(change: _Change, settings: Settings) -> str:
    """Why a key cannot change in a run; '' where it can, or is none."""
    steps = change.key.split(".")
    if steps[0] == "issues" and len(steps) > 1 and steps[1] not in settings.issues:
        kinds = list(settings.issues)
        return (
            f"there is no kind of issue {steps[1]}; there are: "
            f"{', '.join(kinds)}{nearest(steps[1], kinds)}"
        )
    if steps[-1] == "rule" and (
        is_reference(change.node.value) or is_reference(value_at(settings, steps))
    ):
        return "cannot change in a run: a custom rule holds from the start to the end"
    if pattern(steps) in (f"issues.NAME.{key}" for key in ("type", "stakes", "half_life")):
        return (
            f"cannot change in a run: other {steps[2]} are another kind of issue (give it a rate "
            f"of 0/w, which an event sets)"
        )
    if steps[0] in Settings.model_fields and not may_change(pattern(steps)):
        can = ", ".join(key.replace("NAME", "KIND") for key in CHANGEABLE)
        return f"cannot change in a run; these can, with what is inside: {can}"
    return ""


def _product(change: _Change, settings: Settings) -> Node | str:
    """The value that a key has times the factor, or why there is none."""
    key = target(change.key, {settings.base: settings}, settings.base)
    if not isinstance(key, Target):
        return key
    value = value_at(settings, list(key.path))
    if key.kind.type not in SIZED or isinstance(value, str):
        return "cannot be multiplied; numbers, shares, durations and rates can"
    if value is None:
        return "has no value here that could be multiplied; set it"
    made = times(value, Fraction(repr(float(change.node.value))))
    return replace(from_plain(made, change.node.mark), key_mark=change.node.key_mark)


def times(value: Any, factor: Fraction) -> Any:
    """A number, duration or rate times a factor, as a scenario holds it."""
    if isinstance(value, RatePerLeader):
        return {"each": times(value.each, factor)}
    if isinstance(value, Duration | Rate):
        amount = round(value.amount * factor, DECIMALS)
        return written(replace(value, amount=amount))
    product = Fraction(repr(value)) * factor
    return int(product) if product.denominator == 1 else float(product)


def _located(
    wrong: list[Problem],
    known: list[Problem],
    applied: list[_Change],
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
            same = item.path == change.key
            message = item.message if same else f"{item.path}: {item.message}"
            yield replace(item, path=change.path, message=message)
        elif active:
            event = listed.value[active[-1]]
            yield problem(event.mark, f"events[{active[-1]}]", f"{item.path}: {item.message}")


def _holds(node: Node, here: Location) -> bool:
    return any(here in (one.mark, one.where) for one in below(node))


def _moved(
    before: Settings, after: Settings, applied: list[_Change], listed: Node, active: list[int]
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
