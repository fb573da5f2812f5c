"""Warnings: what a scenario may well not mean, although it is valid; `check` says them, each with
its place.

A further warning is a function of the scenario and its policies, listed in `SOURCES`.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.commands.demand_warnings import at_key, overload
from sim.commands.idle_warnings import idle
from sim.errors import Problem

if TYPE_CHECKING:
    from sim.commands.console import Console
    from sim.parameters import Parameters
    from sim.scenario import Scenario

Source = Callable[["Scenario", Mapping[str, "Parameters"]], Iterable[Problem]]

# Warnings about sizes and rates that nobody can mean, and about what a scenario's files were taken
# for


MOST_A_DAY = 200
"""More issues a day than this cannot be raised by one leader: one every 2.4 minutes."""
MOST_BY_THE_MINUTE = 1
"""A rate in minutes that gives each leader more issues a day than this was likely meant in
months."""


def of_files(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """What was noted when the organisation was built: separators, ids, roots, deciders, groups
    without a channel."""
    for prepared in policies.values():
        yield from prepared.structure.notes


def too_often(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """Issues and changes of direction that arise more often than can be meant."""
    for prepared in policies.values():
        policy, numbers = prepared.scenario, prepared.numbers
        rates = prepared.alone(prepared.periods[0]).kinds.rate
        for (name, kind), rate in zip(policy.issues.items(), rates, strict=True):
            raisers = _raisers(prepared, kind)
            per_person = float(rate) * numbers.day / raisers
            written: Any = getattr(kind.rate, "each", kind.rate)
            if per_person <= (MOST_BY_THE_MINUTE if written.unit == "m" else MOST_A_DAY):
                continue
            window = numbers.horizon - numbers.warmup
            text = (
                f"about {float(rate) * window:,.0f} issues in a replication, {_number(per_person)} "
                f"a day for "
            )
            text += (
                f"{'the one leader' if raisers == 1 else f'each of the {raisers:,} leaders'} "
                f"who may raise them"
            )
            yield policy.problem_at(
                f"issues.{name}.rate", text + _by_the_month(policy, kind, written, raisers, window)
            )
        shifts = policy.direction.shifts
        if numbers.shift_rate * numbers.day > 1:
            text = (
                f"the direction changes about {_number(numbers.shift_rate * numbers.day)} "
                f"times a day"
            )
            text += _in_months(shifts) if shifts.unit == "m" else ""
            yield policy.problem_at("direction.shifts", text)


def _by_the_month(policy: Any, kind: Any, written: Any, raisers: int, window: int) -> str:
    """What the rate would give if its minutes were meant as months; '' for a rate in another
    unit."""
    if written.unit != "m":
        return ""
    calendar = policy.calendar
    monthly = float(written.amount) * calendar.per_tick(type(written)(1, "mo"))
    monthly *= raisers if kind.rate is not written else 1
    return f"{_in_months(written)}, about {monthly * window:,.0f} issues"


def _in_months(written: Any) -> str:
    return f"; m is minutes, a month is mo: {float(written.amount):g}/mo"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _raisers(prepared: Parameters, kind: Any) -> int:
    structure = prepared.structure
    if kind.raised_at == "any":
        return len(structure)
    return int(np.count_nonzero(structure.position == structure.positions.index(kind.raised_at)))


def too_many(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """Witnesses and seats beyond the leaders that there are, where the scenario asks for them
    itself."""
    for prepared in policies.values():
        policy, leaders = prepared.scenario, len(prepared.structure)
        for name, kind in policy.issues.items():
            path = f"issues.{name}.witnesses"
            if isinstance(kind.witnesses, int) and kind.witnesses > leaders and policy.says(path):
                text = (
                    f"{kind.witnesses} witnesses, but {_leaders_in_words(leaders)}: all of "
                    f"them sense every such issue"
                )
                yield policy.problem_at(path, f"{text} (write all, or {leaders} or fewer)")
            path, most = f"issues.{name}.power.forum.size", _candidates(prepared, kind)
            size = kind.power.forum.size
            if size > most and kind.power.forum.choose != "all" and policy.says(path):
                text = f"a forum of {size}, but {_leaders_in_words(leaders)}"
                if most < leaders:
                    who = (
                        f"the accountable, {kind.witnesses} witnesses and those affected "
                        f"({kind.affects})"
                    )
                    text = f"a forum of {size}, but at most {most} can sit in it on '{name}': {who}"
                yield policy.problem_at(path, f"{text} (nearest: {most})")


def _leaders_in_words(leaders: int) -> str:
    return "there is one leader" if leaders == 1 else f"there are {leaders:,} leaders"


def _candidates(prepared: Parameters, kind: Any) -> int:
    """At most how many may sit in a forum of a kind: the accountable, the witnesses and the
    affected."""
    structure, leaders = prepared.structure, len(prepared.structure)
    if kind.affects == "all" or kind.witnesses == "all":
        return leaders
    affected = 0
    if kind.affects == "unit":
        affected = int(np.bincount(structure.unit).max())
    elif kind.affects == "team":
        reports = np.bincount(structure.manager[structure.manager >= 0], minlength=leaders)
        affected = int(reports.max()) + 1
    # Origin and accountable always sense it, however few witnesses are asked for.
    return min(leaders, max(int(kind.witnesses), 2) + affected)


def people_shown(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """How people are shown, where the command line and not the file says so."""
    from sim.scenario.load import COMMAND_LINE

    if any(key.split(".")[0] == "privacy" for key in scenario.changes):
        from sim.tables.privacy import KEY, told  # loads pandas, which `check` need not

        yield Problem(COMMAND_LINE, 0, 0, KEY, told(scenario))


# Keys that leave one another nothing to do


class Room(NamedTuple):
    """A kind of issue under a policy by which a room discusses it; times in working hours."""

    policy: Scenario
    name: str
    kind: Any
    round: float
    pause: float
    limit: float


def one_round(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """Rooms that are to agree, and have time for a single round."""
    for room in _rooms(policies, "consensus.limit"):
        for_two = 2 * room.round + room.pause
        if room.kind.consensus.rule == "none" or room.limit >= for_two:
            continue
        text = (
            f"only one round fits on '{room.name}', after which nobody can think again: two rounds "
            f"of {room.round:g}h and a pause of {room.pause:g}h take {for_two:g}h, and the limit "
            f"is {room.limit:g}h (nearest: {for_two:g}h; with consensus.rule: none one round is "
            f"enough)"
        )
        yield room.policy.problem_at(f"issues.{room.name}.consensus.limit", text)


def no_whole_turn(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """Meetings too short for a turn to speak."""
    for room in _rooms(policies, "consensus.turns"):
        turns, together = room.kind.consensus.turns, room.kind.power.forum.mode == "together"
        if turns is not None and together and turns * room.round < 1.0:
            text = (
                f"{turns:g} an hour make {turns * room.round:.2g} of a turn in a round of "
                f"{room.round:g}h; each has at least one, in which one member speaks (nearest: "
                f"{1.0 / room.round:g})"
            )
            yield room.policy.problem_at(f"issues.{room.name}.consensus.turns", text)


def rooms_of_one(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """Forums in which one leader sits alone."""
    for room in _rooms(policies, "power.forum.size"):
        if room.kind.power.forum.size == 1:
            text = "the accountable leader sits alone in a forum of 1 and shares power with nobody"
            path = f"issues.{room.name}.power.forum.size"
            yield room.policy.problem_at(path, f"{text} (nearest: 2)")


def _rooms(policies: Mapping[str, Parameters], key: str) -> Iterator[Room]:
    """The kinds of issue for which a key is read, policy by policy."""
    from sim.scenario.reads import KeysRead

    for prepared in policies.values():
        policy, kinds = prepared.scenario, prepared.kinds
        read, hours = KeysRead(policy).kinds, prepared.numbers.tick_hours
        for at, (name, kind) in enumerate(policy.issues.items()):
            if key in read[name]:
                # The next round never begins in the tick in which one ends.
                times = (kinds.round[at], max(kinds.pause[at], 1), kinds.limit[at])
                yield Room(policy, name, kind, *(float(ticks) * hours for ticks in times))


def format_notes(console: Console, scenario: Scenario) -> None:
    """Say what the files of a scenario set that meant something else in the format they say."""
    for note in scenario.format_notes:
        console.warning(str(note))


def format_notes_in_short(console: Console, scenario: Scenario) -> None:
    """The same in a line."""
    from sim.scenario.earlier import in_short

    notes = scenario.format_notes
    if notes:
        short = in_short(notes, f"leaderstream check {shlex.quote(notes[0].file)}")
        console.warning(str(short))


# All of them

SOURCES: tuple[Source, ...] = (
    *(overload, of_files, people_shown, too_often, too_many),
    *(one_round, no_whole_turn, rooms_of_one, idle),
)
"""Everything that is looked for. Each yields problems as errors are, whose message says what is
likely wrong, what it leads to, and what to write instead."""


def warnings_of(scenario: Scenario, policies: Mapping[str, Parameters]) -> list[Problem]:
    """Everything about a valid scenario that its author should know before it is run, in order of
    its place."""
    return sorted({problem for source in SOURCES for problem in source(scenario, policies)})


def say_warnings(console: Console, scenario: Scenario, names: Sequence[str] = ()) -> None:
    """Say the warnings of a scenario that is about to run, of the policies of these names alone
    where there are any."""
    from sim.parameters import parameters

    policies = {
        name: policy for name, policy in scenario.policies().items() if not names or name in names
    }
    for warning in warnings_of(
        scenario, {name: parameters(policy) for name, policy in policies.items()}
    ):
        console.warning(str(warning))


def idle_keys(scenario: Scenario) -> list[Problem]:
    """What a sweep varies, or a calibration searches, though no policy reads it; of no matter to a
    plain run."""
    if scenario.sweep is None and scenario.calibrate is None:
        return []
    from sim.experiments.unread_keys import idle_varied

    pairs = (text.partition(": ") for text in idle_varied(scenario))
    return [at_key(scenario, where, message) for where, _, message in pairs]
