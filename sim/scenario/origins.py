"""Where the settings of a policy come from: set by the scenario, fitted to logs, searched for, a
default with a source, or a default that is a convention."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from sim.scenario.explain import default, facts
from sim.scenario.keys.facts import CONVENTION, Section
from sim.scenario.keys.issues import KINDS
from sim.scenario.keys.settings import NO_ASSUMPTIONS, NOT_IN_VARIANTS, Settings
from sim.scenario.keys.stream import POSITIONS
from sim.scenario.reads import KeysRead
from sim.scenario.tree import Key, entries

GIVEN, FITTED, SEARCHED, SOURCED = "given", "fitted", "searched", "sourced"
"""Origins beside CONVENTION: set otherwise than by default; estimated from logs; found best by a
calibration; a default that rests on a study, a survey or a theory."""
_OF_A_KIND = "issues.NAME."
_REQUIRED = ("none: the key is required", "required in")
"""How the default of a key begins, in words, that has none."""


class Origin(NamedTuple):
    """Where a setting comes from. path: its dotted key. key: the same as it is declared, with NAME
    for names. origin: GIVEN, FITTED, SEARCHED, SOURCED or CONVENTION."""

    path: str
    key: str
    origin: str


def origins(policy: Mapping[str, Any]) -> list[Origin]:
    """The origins of the settings that a policy reads, in their order.

    policy: resolved, as a manifest holds it; marks of what was searched for a variant are found by
    the policy's own name, `base`. Settings that assume nothing about organisations, those that a
    kind of issue takes over from its policy, and those that no rule of the policy reads are left
    out. A default in words cannot be compared and counts as one.
    """
    found, read, name = [], _read(policy), str(policy.get("base", ""))
    marks = {
        origin: _marks((policy.get("origin") or {}).get(origin) or {}, name)
        for origin in (SEARCHED, FITTED)
    }
    for path, entry, value in _values(policy, Settings, "", ""):
        if _inherited(entry, value, policy) or not (read is None or read.reads(path)):
            continue
        marked = (each for each, of in marks.items() if path in of and _is(value, entry, of[path]))
        found.append(Origin(path, entry.path, next(marked, _unmarked(path, entry, value))))
    return found


def _read(policy: Mapping[str, Any]) -> KeysRead | None:
    """What the policy reads; None where that is not known, as of settings of another version."""
    mine = {key: value for key, value in policy.items() if key not in NOT_IN_VARIANTS}
    try:
        return KeysRead(Settings.model_validate(mine | {"name": "policy"}))
    except (ValidationError, ValueError, TypeError, KeyError):
        return None


def _marks(marks: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The marks that hold for a policy: those of all policies, and its own."""
    mine = f"variants.{name}."
    of_all = {key: value for key, value in marks.items() if not key.startswith("variants.")}
    return of_all | {key.removeprefix(mine): marks[key] for key in marks if key.startswith(mine)}


def _is(value: Any, entry: Key, marked: Any) -> bool:
    """Whether a setting still has the value that it is marked with."""
    if entry.kind is None:
        return bool(value == marked)
    try:
        return bool(entry.kind.read(value) == entry.kind.read(marked))
    except ValueError:
        return False


def _unmarked(path: str, entry: Key, value: Any) -> str:
    """The origin of a setting that is not marked."""
    usual, known = default(entry), facts(entry)
    if (own := _of_name(path, entry)) is not None:
        # A place in the stream, such as <last>, cannot be compared.
        return CONVENTION if own.startswith("<") or _same(value, own) else GIVEN
    if usual.startswith(_REQUIRED) or (not known["x-default"] and not _same(value, usual)):
        return GIVEN
    return CONVENTION if known["x-source"].startswith(CONVENTION) else SOURCED


def _of_name(path: str, entry: Key) -> str | None:
    """The default of a setting by the name of its kind of issue or position; None where the name
    has none of its own."""
    name, _, word = path.split(".", 1)[-1].removeprefix("positions.").partition(".")
    of_name: Mapping[str, Any] = {}
    if entry.path == "stream.positions.NAME.leaders":
        of_name = next((each for each in POSITIONS if each["name"] == name), {})
    elif entry.path.startswith(_OF_A_KIND):
        of_name = KINDS.get(name, {})
    return str(of_name[word]) if word in of_name else None


def _values(
    held: Any, section: type[Section], path: str, named: str
) -> Iterator[tuple[str, Key, Any]]:
    """The plain values of a section as a manifest holds it, each with its dotted key and its
    declaration. path: the section's, as declared; named: the same, with the names of entries."""
    if not isinstance(held, Mapping):
        return
    for name, entry in entries(section, path).items():
        if name not in held or name == "name" or (not path and name in NO_ASSUMPTIONS):
            continue
        value, here = held[name], f"{named}.{name}" if named else name
        if entry.section is None:
            yield here, entry, value
            continue
        for step, one in _several(value, entry):
            inside = f"{here}.{step}" if step else here
            yield from _values(one, entry.section, entry.inside, inside)


def _several(value: Any, entry: Key) -> Iterator[tuple[str, Any]]:
    """What a key holds, entry by entry, each with the name or number of its entry."""
    if not entry.many:
        yield "", value
    elif isinstance(value, Mapping):
        yield from value.items()
    else:
        for number, one in enumerate(value or ()):
            yield str(one.get("name", number)) if isinstance(one, Mapping) else str(number), one


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
