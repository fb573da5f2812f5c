"""What `new` asks on a terminal (size, kinds of issue, urgency), and the scenario that it makes of
the answers: with the proportions, channels and policies of the shipped leader-stream, and the pace
of the shipped crisis where decisions lose half their worth within a day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import typer

from sim.clock import Duration
from sim.commands.console import Console
from sim.commands.ending import Terminated
from sim.errors import InvalidInput, nearest

T = TypeVar("T")


class Kind(NamedTuple):
    """A kind of issue that can be asked for: what it is, how many times the half-life that was
    answered is its own, and its other keys."""

    meaning: str
    times: int
    keys: str


KINDS = {
    "daily": Kind(
        "choices of every day, within a team",
        1,
        "type: choice, alternatives: 3, rate: {{each: 0.15/w}}, raised_at: {last},\n     "
        "decided_at: {middle}, witnesses: {few}, stakes: 1, affects: team",
    ),
    "approvals": Kind(
        "go ahead with a proposal, or leave things as they are",
        1,
        "type: approve, rate: {{each: 0.1/w}}, raised_at: {middle},\n     "
        "decided_at: {first}, witnesses: {few}, stakes: 2, affects: unit",
    ),
    "forecasts": Kind(
        "one number for all to plan with",
        3,
        "type: estimate, rate: 1/mo, raised_at: {first},\n     "
        "decided_at: {first}, witnesses: {few}, stakes: 2, affects: all",
    ),
    "strategic": Kind(
        "rare choices that concern all, with time to think",
        13,
        "type: choice, alternatives: 3, rate: 1/mo, raised_at: any,\n     "
        "decided_at: {first}, witnesses: {many}, stakes: 8, affects: all",
    ),
}
FEWEST, MOST = 3, 5000
TWO_LEVELS = 6
"""Up to so many leaders there are two positions, not three."""

SIZE, CHOSEN, URGENCY = 39, ("daily", "strategic"), "5d"
"""What is answered where only Enter is pressed."""


@dataclass(frozen=True)
class Answers:
    """What was answered. kinds: of `KINDS`; urgency: the half-life of a daily decision's worth."""

    leaders: int
    kinds: tuple[str, ...]
    urgency: Duration

    def __str__(self) -> str:
        return f"{self.leaders:,} leaders; {', '.join(self.kinds)}; half-life {self.urgency}"


def ask(console: Console) -> Answers:
    """Ask for size, kinds and urgency."""
    leaders = asked(console, f"How many leaders, {FEWEST} to {MOST:,}", str(SIZE), size)
    console.note("Kinds of issue:")
    for name, kind in KINDS.items():
        console.note(f"  {name:<10} {kind.meaning}")
    chosen = asked(console, "Which of them, with commas between", ", ".join(CHOSEN), kinds)
    console.note("In which time does a decision lose half of its worth? Such as 4h, 5d or 3w;")
    console.note("a day has 8 working hours, a week 5 days.")

    def urgency(text: str) -> Duration:
        return half_life(text, leaders, chosen)

    return Answers(leaders, chosen, asked(console, "Half-life", URGENCY, urgency))


def asked(console: Console, text: str, default: str, read: Callable[[str], T]) -> T:
    """An answer as `read` takes it, which raises typer.BadParameter for a wrong one: that is told,
    and asked for again. Ctrl-C and the end of the input end the command."""
    try:
        answer: T = typer.prompt(text, default=default, value_proc=read, err=True)
    except typer.Abort as error:
        console.note("")
        terminated = isinstance(error.__context__, Terminated)
        raise (Terminated if terminated else KeyboardInterrupt) from None
    return answer


def size(text: str) -> int:
    """A number of leaders."""
    number = text.strip().replace(",", "")
    if not (number.isascii() and number.isdigit() and FEWEST <= int(number) <= MOST):
        raise typer.BadParameter(f"expected a whole number from {FEWEST} to {MOST:,}")
    return int(number)


def kinds(text: str) -> tuple[str, ...]:
    """Names of kinds, each once, in the order in which they are declared."""
    given = text.replace(",", " ").split()
    for name in given:
        if name not in KINDS:
            near = nearest(name, list(KINDS))
            raise typer.BadParameter(f"no kind '{name}'{near}; there are: {', '.join(KINDS)}")
    if not given:
        raise typer.BadParameter(f"expected at least one of {', '.join(KINDS)}")
    return tuple(name for name in KINDS if name in given)


def half_life(text: str, leaders: int, chosen: tuple[str, ...]) -> Duration:
    """A half-life with which the scenario of the other answers is valid."""
    from sim.scenario import Scenario

    try:
        answers = Answers(leaders, chosen, Duration.parse(text))
        Scenario.from_text(scenario(answers))
    except InvalidInput as error:
        raise typer.BadParameter(error.problems[0].message) from None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return answers.urgency


def scenario(answers: Answers) -> str:
    """The scenario of the answers, as YAML."""
    counts = _counts(answers.leaders)
    names = ("upstream", "midstream", "downstream") if len(counts) > 2 else ("lead", "team")
    authorities = (4, 2, 1) if len(counts) > 2 else (3, 1)
    positions = "\n".join(
        f"    - {{name: {name}, leaders: {count}, authority: {authority}}}"
        for name, count, authority in zip(names, counts, authorities, strict=True)
    )
    places = {
        "first": names[0],
        "middle": names[-2],
        "last": names[-1],
        "few": min(8, answers.leaders),
        "many": min(12, answers.leaders),
    }
    issues = "\n".join(
        f"  {name}:\n    {{{KINDS[name].keys.format(**places)},\n     "
        f"half_life: {answers.urgency * KINDS[name].times}}}"
        for name in answers.kinds
    )
    text = _SCENARIO.format(
        leaders=answers.leaders,
        positions=positions,
        issues=issues,
        first=names[0],
        forum=min(6, answers.leaders),
        **(_QUICK if _is_quick(answers.urgency) else _STEADY),
    )
    return text


def _counts(leaders: int) -> tuple[int, ...]:
    """How many leaders each position has, upstream first: 1 to 3 to 9 as in leader-stream, or one
    with a team."""
    if leaders <= TWO_LEVELS:
        return 1, leaders - 1
    first = max(1, round(leaders / 13))
    middle = max(2, round(3 * leaders / 13))
    return first, middle, leaders - first - middle


def _is_quick(urgency: Duration) -> bool:
    """Whether a half-life is less than a working day."""
    return urgency.unit == "m" or (urgency.unit == "h" and urgency.amount < 8)


_STEADY = {
    "tick": "1h",
    "up": "4h",
    "down": "2h",
    "across": "3h",
    "gather": "1d",
    "meeting": "round: 2h, pause: 1d, limit: 5d",
    "patient": "15d",
}
_QUICK = {
    "tick": "30m",
    "up": "1h",
    "down": "30m",
    "across": "1h",
    "gather": "1h",
    "meeting": "round: 1h, pause: 2h, limit: 1d",
    "patient": "3d",
}
"""How fast people work: as in leader-stream, and as in crisis."""

_SCENARIO = """\
schema: 2
name: asked
title: An organisation of {leaders} leaders
seed: 2026
replications: 100
clock: {{tick: {tick}, horizon: 1y, warmup: 4w}}

stream:
  positions:
{positions}
  bridges: 5%

direction: {{source: {first}, shifts: 2/y}}

issues:
{issues}

flow:
  up:     {{open: 0.65, delay: {up}, distortion: 0.2, loss: 0.1}}
  down:   {{open: 0.9, delay: {down}, distortion: 0.1, loss: 0.1}}
  across: {{open: 0.7, delay: {across}, distortion: 0.1, loss: 0.1}}

power:
  rule: shared
  sharing: 0.6
  voice: expertise
  gather: {gather}
  forum: {{size: {forum}, choose: balanced}}

consensus: {{rule: supermajority, threshold: 75%, {meeting}, fallback: best-so-far}}

work: {{load: 65%, focus: 2h, worth: 0.005}}

competence: {{spread: 0.45, judgement: 0.25}}

trust: learned

base: shared

variants:
  top-down:  {{label: One voice, power.rule: autocratic}}
  consulted: {{label: "One voice, advised", power.rule: consultative}}
  delegated: {{label: Delegated, power.rule: delegated}}
  consensus: {{label: All must agree, power.sharing: 1, consensus.rule: unanimity,
              consensus.limit: {patient}}}
"""
