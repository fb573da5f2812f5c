"""The rules that a scenario can name, as `rules` lists them: built-in ones, and those of a user's
own."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from sim.commands.console import Console
from sim.extension import FAMILIES as OPEN
from sim.extension import Rule, loaded
from sim.extension.families import PASSING, ROW, SCORES, TRUTH, VALUE
from sim.rules.catalog import DECLARED, FAMILIES, LEVELS, ONE_VOICE, ROOM, ROUTED, RuleInfo

WIDTH = 100

KEYS = {name: family.key for name, family in DECLARED.items()}
"""The key under which a scenario names a rule of each family."""


def as_data(chosen: list[str]) -> dict[str, Any]:
    """The rules of some families; of one alone, also what a custom rule is given and
    answers."""
    data: dict[str, Any] = {
        name: [_built_in(info) for info in FAMILIES[name].values()] for name in chosen
    }
    for reference, rule in loaded():
        if rule.family in data:
            data[rule.family].append(_custom(reference, rule))
    if len(chosen) == 1 and chosen[0] in OPEN:
        family = OPEN[chosen[0]]
        data |= {"decides": family.summary, "answers": _answer(chosen[0])}
        data["given"] = {name: given._asdict() for name, given in family.inputs.items()}
    return data


def _built_in(info: RuleInfo) -> dict[str, Any]:
    decides = {"decides": info.decides} if info.decides else {}
    return {"name": info.name, "summary": info.summary, "source": info.source, **decides}


def _custom(reference: str, rule: Rule) -> dict[str, Any]:
    from sim.scenario.custom_rules import facts_of

    parameters = {name: facts_of(one) for name, one in rule.parameters.items()}
    decides = {"decides": rule.decides} if rule.decides else {}
    return {
        "name": reference,
        "summary": rule.summary,
        "source": rule.source,
        **decides,
        "parameters": parameters,
    }


def as_text(console: Console, chosen: list[str]) -> str:
    """The same in words."""
    custom = [(reference, rule) for reference, rule in loaded() if rule.family in chosen]
    names = [name for family in chosen for name in FAMILIES[family]]
    width = max(len(name) for name in names) + 2
    lines = [
        _family(console, family, width, [one for one in custom if one[1].family == family])
        for family in chosen
    ]
    if len(chosen) == 1 and chosen[0] in OPEN:
        lines.append(_print_inputs(console, chosen[0]))
    return "\n\n".join(lines)


def _family(console: Console, name: str, width: int, custom: list[tuple[str, Rule]]) -> str:
    lines = [f"{console.bold(name)} (key: {KEYS[name]})"]
    for info in FAMILIES[name].values():
        lines += _entry(info.name, f"{info.summary} ({info.source}){_who(info.decides)}", width)
    for reference, rule in custom:
        lines += _custom_rule_lines(reference, rule)
    return "\n".join(lines)


_WHO = {
    ONE_VOICE: "one voice",
    ROOM: "the room",
    LEVELS: "level by level",
    ROUTED: "as the rule that the situation asks for",
}


def _who(decides: str) -> str:
    """Whose word a decision is, for a rule of the family power; '' for others."""
    return f"; decides: {_WHO[decides]}" if decides else ""


def _custom_rule_lines(reference: str, rule: Rule) -> list[str]:
    """A custom rule, its parameters below it."""
    from sim.scenario.custom_rules import parameter_line

    source = f" ({rule.source})" if rule.source else ""
    lines = [f"  {reference}", *_wrapped(f"{rule.summary}{source}{_who(rule.decides)}", 4)]
    for name, one in rule.parameters.items():
        meaning = f"{one.meaning}; " if one.meaning else ""
        lines += _wrapped(f"{name}: {meaning}{parameter_line(one)}", 4, 8)
    return lines


def _print_inputs(console: Console, name: str) -> str:
    """What a rule of a family is given, by name, and what it answers."""
    family = OPEN[name]
    width = max(len(given) for given in family.inputs) + 2
    lines = [
        console.bold(f"a custom {name} rule"),
        *_wrapped(f"decides {family.summary}", 2),
    ]
    lines += _wrapped(f"answers {_answer(name)}", 2)
    lines += _wrapped("is given, of these, those that its arguments name:", 2)
    for given, of in family.inputs.items():
        lines += _entry(given, f"{of.meaning} ({_FORMS[of.form]})", width)
    return "\n".join(lines)


_FORMS = {
    "number": "a float",
    "whole": "an int",
    "numbers": "an array of floats",
    "wholes": "an array of ints",
    "table": "a table of floats",
}


def _answer(name: str) -> str:
    """What a rule of a family answers, in words."""
    family = OPEN[name]
    if math.isinf(family.high) or family.high >= 1e100:
        bounds = ""
    else:
        bounds = f" from {family.low:g} to {family.high:g}"
    return {
        TRUTH: "True or False",
        VALUE: f"a number{bounds}",
        PASSING: f"a number{bounds}, or two: it and a variance from 0",
        SCORES: f"an array of numbers{bounds}, one for each alternative",
        ROW: f"an array of numbers{bounds} that sum to 1, one for each member",
    }[family.answer]


def _entry(name: str, text: str, width: int) -> list[str]:
    first, *others = textwrap.wrap(text, WIDTH - width - 2)
    return [f"  {name:<{width}}{first}", *(" " * (width + 2) + line for line in others)]


def _wrapped(text: str, first: int, others: int | None = None) -> list[str]:
    then = " " * (first if others is None else others)
    return textwrap.wrap(text, WIDTH, initial_indent=" " * first, subsequent_indent=then)


def fact(name: str, value: str) -> str:
    """A fact of a key: its label, and its value wrapped beside it."""
    wrapped = textwrap.wrap(value, WIDTH - 12) or [""]
    return "\n".join([f"  {name:<10}{wrapped[0]}", *(" " * 12 + line for line in wrapped[1:])])
