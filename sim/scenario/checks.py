"""What must hold between keys: whole ticks, references, and settings that exclude each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import floor

from sim.clock import Calendar, Duration
from sim.errors import nearest
from sim.scenario.calibrate_checks import wrong_calibration
from sim.scenario.claims import wrong_claims
from sim.scenario.custom_rules import without_effect, wrong_parameters
from sim.scenario.keys.issues import MOST_WITNESSES, IssueKind
from sim.scenario.keys.power import Consensus
from sim.scenario.keys.settings import Settings
from sim.scenario.leaders import wrong_leaders
from sim.scenario.nodes import Node, child, written
from sim.scenario.sweep_checks import wrong_replications, wrong_sweep
from sim.scenario.times import RatePerLeader
from sim.scenario.tree import leaves
from sim.scenario.validate import KeyProblem, Path

MOST_TICKS = 2**22
MOST_POSITIONS = 32
MOST_PER_TICK = 1000
TICK: Path = ("clock", "tick")
DAY: Path = ("clock", "day")


@dataclass(frozen=True)
class Checked:
    """What the checks look at: the settings, the nodes they come from, the paths that were left
    out, and the positions in the file of people (none where the stream is generated, or the file
    cannot be used)."""

    settings: Settings
    root: Node
    left_out: list[Path]
    positions: tuple[str, ...] = ()

    def sound(self, *paths: Path) -> bool:
        """Whether nothing at these paths was left out for another mistake."""
        return not any(
            out[: len(path)] == path or path[: len(out)] == out
            for path in paths
            for out in self.left_out
        )


def check(checked: Checked) -> list[KeyProblem]:
    """Everything wrong between the keys."""
    findings = [*_stream(checked), *_references(checked), *_issues(checked)]
    findings += [
        *wrong_claims(checked.settings, checked.sound),
        *wrong_sweep(checked.settings, checked.sound),
    ]
    findings += wrong_replications(checked.settings, checked.sound)
    findings += wrong_calibration(checked.settings, checked.sound)
    findings += wrong_parameters(checked.settings, checked.sound)
    findings += wrong_leaders(checked.settings, checked.root, checked.sound)
    findings += without_effect(checked.settings, checked.root, checked.sound)
    calendar = calendar_of(checked.settings) if checked.sound(TICK, DAY) else None
    if isinstance(calendar, str):
        findings.append(KeyProblem(TICK, calendar, near=(DAY,)))
    elif calendar is not None:
        findings += [
            *_durations(checked, calendar),
            *_clock(checked, calendar),
            *_reading(checked, calendar),
        ]
    return findings


def calendar_of(settings: Settings) -> Calendar | str:
    """The scenario's calendar, or why there is none."""
    plain = Calendar()
    tick, day = (
        value.amount * plain.hours(value.unit)
        for value in (settings.clock.tick, settings.clock.day)
    )
    try:
        return Calendar(tick=tick, day=day)
    except ValueError as error:
        return str(error)


@lru_cache(maxsize=4096)
def _exact(calendar: Calendar, value: Duration) -> Fraction:
    return value.amount * calendar.hours(value.unit) / calendar.tick


def _durations(checked: Checked, calendar: Calendar) -> Iterator[KeyProblem]:
    """Durations that are no whole number of ticks, or too long to count."""
    for path, kind, value in leaves(checked.settings):
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


def _reading(checked: Checked, calendar: Calendar) -> Iterator[KeyProblem]:
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


def _stream(checked: Checked) -> Iterator[KeyProblem]:
    """A stream that is neither generated nor imported, or both."""
    stream, here = checked.settings.stream, ("stream", "positions")
    imported = stream.people is not None or child(checked.root, "stream", "people") is not None
    seen: set[str] = set()
    for i, position in enumerate(stream.positions):
        if not checked.sound((*here, i)):
            continue
        if position.name in seen:
            yield KeyProblem(
                (*here, i, "name"), f"a position named {position.name} stands above already"
            )
        seen.add(position.name)
        if imported and position.leaders is not None:
            yield KeyProblem(
                (*here, i, "leaders"),
                "goes with generated streams; with people the file says who leads",
            )
        if not imported and position.leaders is None:
            yield KeyProblem(
                (*here, i),
                f"position {position.name} needs leaders: a whole number from 1 to 10000",
            )
    if (
        checked.sound(here)
        and not 0 < len(stream.positions) + imported <= MOST_POSITIONS + imported
    ):
        yield KeyProblem(here, f"expected from 1 to {MOST_POSITIONS} positions, upstream first")
    if imported and stream.bridges:
        yield KeyProblem(
            ("stream", "bridges"), "goes with generated streams; list such ties in the ties file"
        )
    if not imported:
        for key in ("ties", "kinds"):
            if getattr(stream, key) is not None:
                yield KeyProblem(
                    ("stream", key), "goes with people, the file of leaders; there is none"
                )
    elif stream.kinds is not None and stream.ties is None:
        yield KeyProblem(("stream", "kinds"), "goes with ties, the file of ties; there is none")


def _references(checked: Checked) -> Iterator[KeyProblem]:
    """Positions that are named and do not exist, in the file or among the people."""
    settings = checked.settings
    imported = child(checked.root, "stream", "people") is not None
    if not checked.sound(("stream",)) or (imported and not checked.positions):
        return
    names = (
        [*checked.positions]
        if imported
        else [position.name for position in settings.stream.positions]
    )
    where: Path = ("stream", "people") if imported else ("stream", "positions")
    sources = [*names, "located"]
    given: list[tuple[Path, str, list[str]]] = [
        (("direction", "source"), settings.direction.source, sources)
    ]
    for name, kind in settings.issues.items():
        given.append((("issues", name, "raised_at"), kind.raised_at, [*names, "any"]))
        given.append((("issues", name, "decided_at"), kind.decided_at, [*names, "origin"]))
    for path, value, allowed in given:
        if value not in allowed and checked.sound(path):
            message = (
                f"there is no position {value}; there are: "
                f"{', '.join(allowed)}{nearest(value, allowed)}"
            )
            yield KeyProblem(path, message, near=(where,))
    for name, kind in settings.issues.items():
        paths = [("issues", name, "decided_at"), ("issues", name, "raised_at")]
        low, high = kind.raised_at, kind.decided_at
        if not {low, high} <= set(names) or not checked.sound(*paths):
            continue
        if names.index(high) > names.index(low):
            message = f"{high} is downstream of {low}, where it is raised; decide there or upstream"
            yield KeyProblem(paths[0], message, near=(paths[1],))


def _issues(checked: Checked) -> Iterator[KeyProblem]:
    """Kinds of issue whose settings exclude each other."""
    settings = checked.settings
    if not settings.issues and checked.sound(("issues",)):
        yield KeyProblem(("issues",), "has no kind of issue: nothing would ever be decided")
    total = sum(position.leaders or 0 for position in settings.stream.positions)
    for name, kind in settings.issues.items():
        here: Path = ("issues", name)
        if (
            kind.witnesses == "all"
            and total > MOST_WITNESSES
            and checked.sound(("stream",), (*here, "witnesses"))
        ):
            message = (
                f"all is for at most {MOST_WITNESSES} leaders, there are {total} (nearest: "
                f"{MOST_WITNESSES})"
            )
            yield KeyProblem((*here, "witnesses"), message, near=(("stream", "positions"),))
        yield from _alternatives(kind, here, checked.sound)
        yield from _exclusions(kind, here, checked.sound)
    yield from _matrices(checked, total)


def _exclusions(kind: IssueKind, here: Path, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Settings of a kind that only some types of issue have, or that contradict one another."""
    choice, judged = kind.type == "choice", kind.accuracy is not None
    given = {
        "status_quo": kind.status_quo,
        "invent": kind.invent > 0.0,
        "gap": kind.gap is not None,
        "drift": kind.drift is not None,
        "study": kind.study > 0.0,
    }
    wrong = {
        "status_quo": ""
        if choice
        else "goes with type choice; approve always has one, an estimate none",
        "invent": "goes with type choice, where alternatives can be added"
        if not choice
        else "does not go with accuracy, which needs exactly two alternatives"
        if judged
        else "",
        "gap": "goes with alternatives; an estimate has none"
        if kind.type == "estimate"
        else "does not go with drift, which would not keep it"
        if kind.drift is not None
        else "",
        "drift": "does not go with accuracy, which judges without evidence" if judged else "",
        "study": "does not go with accuracy, which judges without evidence" if judged else "",
    }
    for name, message in wrong.items():
        if message and given[name] and sound((*here, "type"), (*here, name), (*here, "accuracy")):
            yield KeyProblem((*here, name), message)


def _matrices(checked: Checked, leaders: int) -> Iterator[KeyProblem]:
    """Influence matrices whose size is not that of the (generated) organisation."""
    settings = checked.settings
    if not checked.sound(("stream",)) or child(checked.root, "stream", "people") is not None:
        return
    given: list[tuple[Path, Consensus]] = [(("consensus", "G"), settings.consensus)]
    given += [
        (("issues", name, "consensus", "G"), kind.consensus)
        for name, kind in settings.issues.items()
    ]
    for path, consensus in given:
        if consensus.G is not None and len(consensus.G) != leaders and checked.sound(path):
            yield KeyProblem(
                path, f"has {len(consensus.G)} rows; there are {leaders} leaders, who need one each"
            )


def _alternatives(kind: IssueKind, here: Path, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    if not sound((*here, "type"), (*here, "alternatives")):
        return
    if kind.type != "choice" and kind.alternatives is not None:
        subject = "a proposal against the status quo" if kind.type == "approve" else "a number"
        yield KeyProblem(
            (*here, "alternatives"),
            f"goes with type choice; {kind.type} is about {subject} (remove it, or set it to null)",
        )
    two = kind.type == "approve" or (kind.type == "choice" and kind.alternatives == 2)
    if kind.accuracy is not None and not two:
        yield KeyProblem(
            (*here, "accuracy"),
            "needs exactly two alternatives: type approve, or a choice with alternatives: 2",
        )
