"""Where the settings of a policy come from: given by the scenario, a default with a source, or a
default that is a convention."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.explain import default, facts
from sim.scenario.keys.facts import CONVENTION, Section
from sim.scenario.keys.settings import NO_ASSUMPTIONS, Settings
from sim.scenario.tree import Key, entries

_OF_A_KIND = "issues.NAME."


class Origins(NamedTuple):
    """How many settings of a policy are given by its scenario, in that they are not the default;
    how many are a default that rests on a study, a survey or a theory; how many one by
    convention."""

    given: int
    sourced: int
    convention: int

    @property
    def all(self) -> int:
        """How many there are."""
        return sum(self)


def origins(policy: Mapping[str, Any]) -> Origins:
    """The origins of the settings of a policy, resolved as a manifest holds it.

    Settings that assume nothing about organisations, and those that a kind of issue takes over from
    its policy, are not counted. A default in words cannot be compared and counts as one.
    """
    given = sourced = convention = 0
    for entry, value in _values(policy, Settings, ""):
        if _inherited(entry, value, policy):
            continue
        usual, known = default(entry), facts(entry)
        if not known["x-default"] and not _same(value, usual):
            given += 1
        elif known["x-source"].startswith(CONVENTION):
            convention += 1
        else:
            sourced += 1
    return Origins(given, sourced, convention)


def _values(held: Any, section: type[Section], path: str) -> Iterator[tuple[Key, Any]]:
    """The plain values of a section as a manifest holds it, each with its declaration."""
    if not isinstance(held, Mapping):
        return
    for name, entry in entries(section, path).items():
        if name not in held or name == "name" or (not path and name in NO_ASSUMPTIONS):
            continue
        value = held[name]
        if entry.section is None:
            yield entry, value
            continue
        several = value.values() if entry.many == "name" else value if entry.many else [value]
        for one in several or ():
            yield from _values(one, entry.section, entry.inside)


def _inherited(entry: Key, value: Any, policy: Mapping[str, Any]) -> bool:
    """Whether a kind of issue only takes over what its policy says."""
    if not entry.path.startswith((f"{_OF_A_KIND}power.", f"{_OF_A_KIND}consensus.")):
        return False
    above: Any = policy
    for step in entry.path.removeprefix(_OF_A_KIND).split("."):
        above = above.get(step) if isinstance(above, Mapping) else None
    return bool(above == value)


def _same(value: Any, usual: str) -> bool:
    """Whether a value is the default, as it would be written in YAML."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return usual == ("none" if value is None else "empty" if value == "" else str(value))
    number, share, rest = usual.partition("%")
    try:
        return not rest and math.isclose(value, float(number) / (100 if share else 1))
    except ValueError:
        return False
