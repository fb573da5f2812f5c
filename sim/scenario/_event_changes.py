"""Which keys an event changes: one by one, with their places, and what each becomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sim.clock import Duration, Rate
from sim.errors import nearest
from sim.extension import is_reference
from sim.scenario.keys.events import CHANGEABLE, may_change
from sim.scenario.keys.settings import Settings
from sim.scenario.nodes import Node, child, from_plain, plain, written
from sim.scenario.reads import value_at
from sim.scenario.times import RatePerLeader
from sim.scenario.tree import pattern
from sim.scenario.vary import Target, target

SIZED = ("number", "whole number", "share", "duration", "rate")
"""Kinds of value that can be multiplied."""
DECIMALS = 12
"""So many decimals a product keeps: a time or rate is written as a finite decimal."""


@dataclass(frozen=True)
class KeyChange:
    """A key that an event sets or multiplies, with its place."""

    event: int
    how: str
    key: str
    node: Node
    source: str = ""  # the key of the scenario that it follows

    @property
    def path(self) -> str:
        """Where it stands in the scenario."""
        return f"events[{self.event}].{self.how}.{self.source or self.key}"


def key_changes(settings: Settings, event: Node, i: int) -> Iterator[KeyChange]:
    """Every key that an event changes; what a mapping holds counts one by one.

    A key of the scenario's power or consensus stands also for those of the kinds of issue that
    follow it.
    """
    for how in ("set", "times"):
        named = child(event, how)
        if named is None or not isinstance(named.value, dict):
            continue
        single = [one for key, node in named.value.items() for one in _single(i, how, key, node)]
        yield from single
        said = {one.key for one in single}
        for one in single:
            for kind in _followers(settings, one.key):
                if (key := f"issues.{kind}.{one.key}") not in said:
                    yield KeyChange(i, how, key, one.node, one.key)


def _followers(settings: Settings, key: str) -> Iterator[str]:
    """The kinds of issue that take a key of power or consensus over from the scenario."""
    steps, written = key.split("."), settings._written
    if steps[0] in ("power", "consensus") and len(steps) > 1 and written is not None:
        for kind in settings.issues:
            if child(written, "issues", kind, *steps) is child(written, *steps):
                yield kind


def _single(i: int, how: str, key: str, node: Node) -> Iterator[KeyChange]:
    inside = isinstance(node.value, dict) and set(node.value) != {"each"}
    if inside and how == "set":
        for name, value in node.value.items():
            yield from _single(i, how, f"{key}.{name}", value)
    else:
        yield KeyChange(i, how, key, node)


def expanded(settings: Settings) -> list[dict[str, Any]]:
    """The events of a policy with every key that they change, so that they mean the same where each
    kind of issue has all its settings to itself."""
    listed = child(settings._written, "events") if settings._written is not None else None
    found = []
    for i, event in enumerate(settings.events):
        data = {key: value for key, value in event.model_dump(by_alias=True).items() if value}
        if listed is not None:
            for one in key_changes(settings, listed.value[i], i):
                if one.source:
                    said = plain(one.node)
                    data[one.how][one.key] = float(said) if one.how == "times" else said
        found.append(data)
    return found


def fixed(change: KeyChange, settings: Settings) -> str:
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


def product(change: KeyChange, settings: Settings) -> Node | str:
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
    made = Fraction(repr(value)) * factor
    return int(made) if made.denominator == 1 else float(made)
