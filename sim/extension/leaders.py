"""Custom leader classes: what they are, and finding those that a scenario names."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import ClassVar

from sim.errors import nearest
from sim.extension.files import RuleFile, namespace


class LeaderKind:
    """What every class of leaders is; `sim.agents.Leader` is the first of them, and a user's own
    extend that.

    columns: numbers that each leader of the class keeps, by the name of its attribute, with their
    meanings. What they are when a run ends stands in the table of leaders, under the same names.
    """

    columns: ClassVar[Mapping[str, str]] = {}


def columns_of(kind: type[LeaderKind]) -> dict[str, str]:
    """The columns that a class of leaders declares, with their meanings, those of the classes it
    extends first."""
    columns_by_name: dict[str, str] = {}
    for base in reversed(inspect.getmro(kind)):
        columns_by_name |= (
            dict(vars(base).get("columns", {})) if issubclass(base, LeaderKind) else {}
        )
    return columns_by_name


def class_in(file: RuleFile, reference: str) -> type[LeaderKind]:
    """The class of leaders that a reference names in a file. ValueError, naming what is there, when
    it names none."""
    _, colon, name = reference.partition(":")
    names = namespace(file)
    leader_class = names.get(name if colon else file.name)
    if (
        isinstance(leader_class, type)
        and issubclass(leader_class, LeaderKind)
        and not leader_class.__module__.startswith("sim.")
    ):
        return leader_class
    there = [known for known, thing in names.items() if _is_defined_here(thing, names)]
    if leader_class is not None and not name.startswith("__"):
        raise ValueError(f"; {reference} is no class of leaders: let it extend sim.agents.Leader")
    declares = (
        f"declares the leaders {', '.join(there)}" if there else "declares no class of leaders"
    )
    raise ValueError(f"; {file.name} {declares}{nearest(name, there)}")


def _is_defined_here(thing: object, names: Mapping[str, object]) -> bool:
    """Whether something in a file is a class of leaders that the file itself defines."""
    return (
        isinstance(thing, type)
        and issubclass(thing, LeaderKind)
        and thing.__module__ == names.get("__name__")
    )
