"""What a sweep varies: which keys can vary, and each entry of sweep.vary as an axis of checked
values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from sim.clock import Calendar
from sim.errors import Problem, nearest
from sim.scenario.axes import Axis, Listed, Ranged, scale
from sim.scenario.custom_rules import kind_of, parameter_at, parameter_keys
from sim.scenario.keys.settings import NOT_IN_VARIANTS, Settings
from sim.scenario.keys.sweep import MOST_STEPS, STEPPED
from sim.scenario.nodes import Node, child, plain, problem
from sim.scenario.tree import declared, walk
from sim.scenario.value_types import ValueType, choice, display, whole_number

VARY = "sweep.vary."
RANGE = ("from", "to", "steps", "scale")
SIZED = ("number", "whole number", "share", "duration", "rate", "limit")
"""Kinds of value that have a size."""
FIXED = ("text", "label", "path", "parameters", "changes", "factors")
"""Kinds of value that cannot vary."""


@dataclass(frozen=True)
class Target:
    """A key that can vary: the policy that has it for itself alone (None: all), its own path, and
    its kind."""

    policy: str | None
    path: tuple[str, ...]
    kind: ValueType


def target(dotted: str, policies: Mapping[str, Settings], base: str) -> Target | str:
    """The key that a dotted name varies, or what is wrong with the name.

    policies: every policy by its name, as far as they could be resolved; `base` is among them.
    """
    steps, policy = tuple(dotted.split(".")), None
    if steps[0] == "variants":
        if len(steps) < 3:
            return "is no single key; vary one key of a variant: variants.NAME.KEY"
        policy, steps = steps[1], steps[2:]
        others = [name for name in policies if name != base]
        if policy == base:
            return (
                f"{base} is the base, which has its keys without a name before them: "
                f"{'.'.join(steps)}"
            )
        if policy not in others:
            return (
                f"there is no variant {policy}; there are: "
                f"{', '.join(others) or 'none'}{nearest(policy, others)}"
            )
    if steps[0] in NOT_IN_VARIANTS:
        return f"cannot vary: {steps[0]} belongs to the whole comparison, not to one policy"
    if (parameter := parameter_at(policies[policy or base], steps)) is not None:
        return Target(policy, steps, kind_of(parameter))
    entry = declared(steps)
    if entry is not None and entry.section is not None:
        inside = [
            key for key in _names(policies[policy or base]) if key.startswith(f"{'.'.join(steps)}.")
        ]
        # A number is of more use than a name.
        inside.sort(key=lambda name: _is_word(name))
        prefix = f"variants.{policy}." if policy else ""
        return (
            f"holds several keys; vary one of "
            f"them{f', such as {prefix}{inside[0]}' if inside else ''}"
        )
    if entry is not None and (entry.kind is None or entry.kind.type in FIXED):
        return "cannot vary; numbers, shares, durations, rates, words and truth values can"
    there = [*_names(policies[policy or base]), *parameter_keys(policies[policy or base])]
    if entry is None or entry.kind is None or ".".join(steps) not in there:
        return f"is no key of this scenario{nearest('.'.join(steps), there)}"
    return Target(policy, steps, entry.kind)


def _is_word(name: str) -> bool:
    key = declared(tuple(name.split(".")))
    return key is None or key.kind is None or key.kind.type not in SIZED


def _names(settings: Settings) -> Iterator[str]:
    """Every key that can vary, with the names of the policy's own positions and kinds of issue."""
    for entry in walk():
        if (
            entry.kind is None
            or entry.kind.type in FIXED
            or entry.path.split(".")[0] in NOT_IN_VARIANTS
        ):
            continue
        if "NAME" not in entry.path:
            yield entry.path
        elif entry.path.startswith("issues."):
            yield from (entry.path.replace("NAME", name) for name in settings.issues)
        elif entry.path.startswith("leaders."):
            yield from (entry.path.replace("NAME", str(one.name)) for one in settings.leaders)
            yield from (
                entry.path.replace("NAME.", "")
                for _ in settings.leaders[:1]
                if len(settings.leaders) == 1
            )
        else:
            yield from (
                entry.path.replace("NAME", place.name) for place in settings.stream.positions
            )


def axis(
    entry: Node, key: Target, design: str, calendar: Calendar
) -> tuple[Axis | None, list[tuple[Node, str, str]]]:
    """An entry of sweep.vary as an axis (None where there is none), and what is wrong: (node, path
    below, message)."""
    if isinstance(entry.value, list):
        wrong = [
            (node, f"[{i}]", message)
            for i, node in enumerate(entry.value)
            if (message := unreadable(key.kind, node))
        ]
        if not entry.value:
            wrong.append((entry, "", "has no values: expected at least one"))
        return (None if wrong else Listed(tuple(map(_printable, entry.value)))), wrong
    if not isinstance(entry.value, dict):
        message = (
            f"{display(entry.value)} is not allowed: expected a list of values, or a range "
            f"{{from, to, steps, scale}}"
        )
        return None, [(entry, "", message)]
    wrong = list(_range_options(entry, design))
    wrong += [
        (node, f".{end}", message)
        for end in ("from", "to")
        if (node := child(entry, end)) is not None and (message := unreadable(key.kind, node))
    ]
    return (None, wrong) if wrong else _ranged(entry, key, calendar)


def _printable(node: Node) -> Node:
    """The value as text and JSON can hold it: infinity as the word."""
    return replace(node, value="inf") if node.value == inf else node


def unreadable(kind: ValueType, node: Node) -> str:
    """Why a value cannot stand at a key of this kind; '' when it can."""
    value = plain(node)
    if value is None:
        return f"has no value: expected {kind.allowed}"
    try:
        kind.read(value)
    except ValueError as error:
        return f"{display(value)} is not allowed: expected {kind.allowed}{error}"
    return ""


def _range_options(entry: Node, design: str) -> Iterator[tuple[Node, str, str]]:
    """What is wrong with a range before its ends are looked at."""
    for name, node in entry.value.items():
        if name not in RANGE:
            at_key = Node(None, node.where)
            yield (
                at_key,
                f".{name}",
                f"is no key; allowed here: {', '.join(RANGE)}{nearest(name, RANGE)}",
            )
    missing = [name for name in ("from", "to") if name not in entry.value]
    missing += ["steps"] if design in STEPPED and "steps" not in entry.value else []
    if missing:
        shape = f"{{from, to{', steps' * (design in STEPPED)}}}"
        ends = [plain(entry.value[end]) for end in ("from", "to") if end in entry.value]
        message = (
            f", such as {{from: {ends[0]}, to: {ends[1]}, steps: 5}}"
            if missing == ["steps"]
            else ""
        )
        yield entry, "", f"lacks {', '.join(missing)}: expected {shape}{message}"
    steps, form = child(entry, "steps"), child(entry, "scale")
    if steps is not None and design not in STEPPED:
        yield (
            steps,
            ".steps",
            f"goes with design {', '.join(STEPPED)}, not with {design}; remove it",
        )
    elif steps is not None and (message := unreadable(whole_number(2, MOST_STEPS), steps)):
        yield steps, ".steps", message
    if form is not None and (message := unreadable(choice(("linear", "log")), form)):
        yield form, ".scale", message


def _ranged(
    entry: Node, key: Target, calendar: Calendar
) -> tuple[Axis | None, list[tuple[Node, str, str]]]:
    first, last, steps, form = (child(entry, name) for name in RANGE)
    assert first is not None and last is not None  # _range_options found them
    try:
        line = scale(
            key.kind, key.path, (key.kind.read(first.value), key.kind.read(last.value)), calendar
        )
    except ValueError as error:
        return None, [(entry, "", str(error))]
    if line.low >= line.high:
        relation = "is not below" if line.low == line.high else "is above"
        swap = "" if line.low == line.high else " (exchange them)"
        return None, [(first, ".from", f"{first.value} {relation} to, {last.value}{swap}")]
    log = form is not None and form.value == "log"
    if log and line.low <= 0:
        return None, [(first, ".from", f"{first.value} is not above 0, as a log scale needs")]
    count = None if steps is None else int(steps.value)
    return Ranged(line.low, line.high, log, count, line.grain, line.spell, entry.mark), []


def distinct_values(key: Target, values: Sequence[Node]) -> list[Node]:
    """The values that must be tried in the policies, each once: of numbers and shares, the least
    and the greatest.

    What goes with one size and not with another goes with all smaller, or all larger: only whole
    messages a tick, and what is no plain number, have other rules.
    """
    different = list({repr(node.value): node for node in reversed(values)}.values())[::-1]
    if key.kind.type not in ("number", "share") or key.path[-1] == "attention":
        return different
    sizes = {id(node): key.kind.read(node.value) for node in different}
    plain_ones = [node for node in different if sizes[id(node)] is not None]
    others = [node for node in different if sizes[id(node)] is None]
    ends = (
        {id(pick(plain_ones, key=lambda node: sizes[id(node)])) for pick in (min, max)}
        if plain_ones
        else set()
    )
    return [node for node in different if id(node) in ends or node in others]


def axes(
    vary: Node,
    design: str,
    policies: Mapping[str, Settings],
    base: str,
    calendar: Calendar,
    label: str = VARY,
) -> tuple[dict[str, Axis], list[Problem]]:
    """Every entry of sweep.vary as an axis, by its key in the file's order, and everything wrong
    with them.

    label: what stands before a key in the paths of problems.
    """
    by_key: dict[str, Axis] = {}
    problems: list[Problem] = []
    for name, entry in vary.value.items():
        key = target(name, policies, base)
        if isinstance(key, str):
            problems.append(problem(entry.where, f"{label}{name}", key))
            continue
        made, wrong = axis(entry, key, design, calendar)
        problems += [
            problem(node.mark, f"{label}{name}{below}", message) for node, below, message in wrong
        ]
        if made is not None:
            by_key[name] = made
    if design == "zip" and by_key and not problems:
        problems += _unequal(vary, by_key)
    return by_key, problems


def _unequal(vary: Node, by_key: Mapping[str, Axis]) -> Iterator[Problem]:
    """Axes of a zip that are longer or shorter than its first."""
    first, *others = by_key
    for name in others:
        count, expected = by_key[name].steps, by_key[first].steps
        if count != expected:
            has = f"has {count} value{'' if count == 1 else 's'}, {first} has {expected}"
            message = f"{has}; design zip takes one of each at a time"
            yield problem(vary.value[name].where, f"{VARY}{name}", message)


def without_effect(
    name: str,
    variants: Mapping[str, Mapping[str, Any]],
    running: Sequence[str],
    where: str = "sweep.variants",
) -> str:
    """Why a key would vary nothing in any of the policies that run; '' when it varies something.

    where: the key that says which policies run.
    """
    steps = name.split(".")
    if steps[0] == "variants":
        there = steps[1] in running
        return (
            ""
            if there
            else f"would vary nothing: {steps[1]} is not run; {where}: {', '.join(running)}"
        )
    setting = [policy for policy in running if _sets(variants.get(policy, {}), steps)]
    if len(setting) < len(running):
        return ""
    who = (
        f"{setting[0]} sets it itself"
        if len(setting) == 1
        else f"{', '.join(setting)} set it themselves"
    )
    return f"would vary nothing: {who}; vary variants.{setting[0]}.{name}"


def sets_itself(variant: Mapping[str, Any], key: str) -> bool:
    """Whether a variant gives a dotted key a value of its own, so that it does not follow the
    base's."""
    return _sets(variant, key.split("."))


def _sets(variant: Mapping[str, Any], steps: Sequence[str]) -> bool:
    """Whether a variant gives the key of these steps a value of its own, by its dotted name or in a
    mapping."""
    for dotted, value in variant.items():
        given = dotted.split(".")
        if list(steps[: len(given)]) == given:
            rest = steps[len(given) :]
            if not rest or (isinstance(value, Mapping) and _sets(value, rest)):
                return True
    return False
