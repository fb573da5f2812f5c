"""The dials: which keys of a scenario can be turned, in which steps, and what each step sets.

Some are dials of the world, which is the same for every policy; the others are dials of a policy.
What a key means, its title, its unit and what it may be are the scenario reader's own; here stands
only which keys have a dial, and in what steps. A policy's own value is always among
the steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sim.clock import Calendar, Duration
from sim.dashboard import theme
from sim.rules.catalog import FAMILIES
from sim.scenario import Scenario
from sim.scenario.axes import duration_text
from sim.scenario.explain import explain
from sim.scenario.titles import title_of

PolicySettings = Mapping[str, Any]
"""A resolved policy, as `Scenario.resolved` gives it."""

SHARES = tuple(f"{tenth / 10:g}" for tenth in range(11))
URGENCY = "urgency"
FACTORS = ("1/8", "1/4", "1/2", "1", "2", "4", "8")
WORLD = "The world"


@dataclass(frozen=True)
class Step:
    """A position of a dial: `value` names it in a setting, `label` is what people read."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class Dial:
    """A dial: a name, what it is called and means, and its steps in order; `word`: it picks among
    words.

    ends: what its first and its last step mean, where that is not plain. keys: what it sets. Where
    there is a `factor`, a step multiplies (1) or divides (-1) the policy's own durations at these
    keys, else there is one key, which is set to the step's value.
    """

    name: str
    title: str
    group: str
    help: str
    steps: tuple[Step, ...]
    keys: tuple[str, ...]
    word: bool = False
    factor: int = 0
    ends: tuple[str, str] | None = None

    @property
    def world(self) -> bool:
        """Whether it turns the world that all policies face, not a policy."""
        return self.group == WORLD

    def starting_step(self, policy: PolicySettings) -> str:
        """The step at which a resolved policy stands by itself."""
        return "1" if self.factor else _text(at(policy, self.keys[0]))

    def changes(self, policy: PolicySettings, value: str, calendar: Calendar) -> dict[str, Any]:
        """The keys that a step sets in a resolved policy, with their values as YAML has them; none
        at its own step.

        KeyError for a value that is none of the steps.
        """
        if value not in {step.value for step in self.steps}:
            raise KeyError(value)
        if value == self.starting_step(policy):
            return {}
        if self.word:
            # The parameters of a custom rule go with that rule.
            section = self.keys[0].partition(".")[0]
            left = {f"{section}.with": None} if at(policy, section).get("with") else {}
            return {self.keys[0]: value, **left}
        if not self.factor:
            return {self.keys[0]: _plain(value)}
        times = Fraction(value) ** self.factor
        return {key: _multiplied(str(at(policy, key)), times, key, calendar) for key in self.keys}


def dials(scenario: Scenario) -> tuple[Dial, ...]:
    """Every dial of a scenario; the own values of all its policies are among the steps."""
    policies = [policy.resolved() for policy in scenario.policies().values()]
    calendar = scenario.calendar
    half_lives = tuple(f"issues.{kind}.half_life" for kind in scenario.issues)
    delays = tuple(f"flow.{way}.delay" for way in ("up", "down", "across"))
    limits = ("0d", "0.5d", "1d", "2d", "3d", "5d", "7d", "10d", "15d", "20d")
    sizes = tuple(map(str, (2, 3, 4, 5, 6, 7, 8, 10, 12, 16)))
    loads = tuple(
        str(percent / 100) for percent in (0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95)
    )
    interests = ("0", "0.1", "0.25", "0.5", "0.75", "1", "1.5")
    who, agree, flow = "Who decides", "How they agree", "What travels"
    return (
        _factor(URGENCY, "Urgency", half_lives, -1, "Divides every half-life. "),
        _steps("work.load", WORLD, loads, policies, calendar),
        _factor("delays", "Delays", delays, 1, "Multiplies every delay on the way. "),
        _steps("interests.strength", WORLD, interests, policies, calendar),
        _words("power.rule", who, scenario),
        _steps("power.sharing", who, SHARES, policies, calendar),
        _steps("power.forum.size", who, sizes, policies, calendar),
        _words("consensus.rule", agree, scenario),
        _steps("consensus.limit", agree, limits, policies, calendar),
        _steps("flow.up.open", flow, SHARES, policies, calendar),
        _steps("flow.down.open", flow, SHARES, policies, calendar),
        _steps("flow.across.open", flow, SHARES, policies, calendar),
    )


def at(policy: PolicySettings, key: str) -> Any:
    """The value at a dotted key of a resolved policy."""
    value: Any = policy
    for step in key.split("."):
        value = value[step]
    return value


def _words(key: str, group: str, scenario: Scenario) -> Dial:
    """The built-in rules of a family, and those of the user's own that a policy of the scenario
    names."""
    family = key.partition(".")[0]
    steps = tuple(
        Step(rule.name, rule.name, _sentence(rule.summary)) for rule in FAMILIES[family].values()
    )
    named = [policy.custom_rule(family) for policy in scenario.policies().values()]
    rules = {condition.name: condition.rule for condition in named if condition is not None}
    steps += tuple(
        Step(name, theme.label(rule.name), _sentence(rule.summary.rstrip(".")))
        for name, rule in rules.items()
    )
    first = explain(key).meaning.partition(f" {steps[0].value}: ")[0]
    return Dial(key, title_of(key), group, first, steps, (key,), word=True)


def _steps(
    key: str,
    group: str,
    values: Sequence[str],
    policies: Sequence[PolicySettings],
    calendar: Calendar,
) -> Dial:
    every = dict.fromkeys([*values, *(_text(at(policy, key)) for policy in policies)])
    facts = explain(key)
    ordered = sorted(every, key=lambda value: _sort_key(value, calendar))
    steps = tuple(Step(value, _label(value, facts.type)) for value in ordered)
    return Dial(key, facts.title, group, facts.meaning, steps, (key,))


def _factor(name: str, title: str, keys: Sequence[str], factor: int, text: str) -> Dial:
    """A dial of the world that multiplies durations; where it divides them, the longest stand on
    the right, as on the axes of half-lives."""
    steps = tuple(Step(value, f"× {value}") for value in FACTORS[::factor])
    ends = ("more urgent", "less urgent") if factor < 0 else None
    help = text + explain(keys[0]).meaning
    return Dial(name, title, WORLD, help, steps, tuple(keys), factor=factor, ends=ends)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}.".replace("`", "")


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and value == int(value) else str(value)


def _plain(value: str) -> Any:
    """A step's value as YAML reads it: a number where it is one, else text."""
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def _label(value: str, kind: str) -> str:
    number = _plain(value)
    if isinstance(number, str) or kind == "number":
        return value
    return (
        f"{100 * number:g} %" if kind in ("share", "limit") or isinstance(number, float) else value
    )


def _sort_key(value: str, calendar: Calendar) -> tuple[int, float]:
    """Where a step stands among the others: numbers and durations by size; what is neither comes
    last."""
    number = _plain(value)
    if not isinstance(number, str):
        return (0 if isinstance(number, int) or number <= 1 else 1), float(number)
    try:
        duration = Duration.parse(value)
    except ValueError:
        return 2, 0.0
    return 0, float(duration.amount * calendar.hours(duration.unit))


def _multiplied(value: str, times: Fraction, key: str, calendar: Calendar) -> str:
    """A duration times a factor; where a key takes whole ticks, the nearest number of them, and at
    least one."""
    from sim.scenario.tree import declared

    duration = Duration.parse(value)
    hours = duration.amount * calendar.hours(duration.unit) * times
    declaration = declared(tuple(key.split(".")))
    if (
        declaration is not None
        and declaration.kind is not None
        and declaration.kind.whole
        and hours
    ):
        hours = max(round(hours / calendar.tick), 1) * calendar.tick
    return duration_text(hours, duration.unit, calendar)
