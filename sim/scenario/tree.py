"""Walking the declared keys: from a section to its keys, from a dotted path to the section that
holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.keys.facts import Section
from sim.scenario.keys.settings import Settings
from sim.scenario.value_types import ValueType


@dataclass(frozen=True)
class Key:
    """A declared key: its dotted path, its field, and what it holds.

    `section` is the section that the key, or each entry of it, holds (None for a plain value),
    `many` says how entries are kept: "" for one, "name" for a mapping by name, "list" for a list.
    """

    path: str
    info: FieldInfo
    section: type[Section] | None
    many: str
    kind: ValueType | None

    @property
    def entry(self) -> str:
        """What stands for an entry in a path: NAME, N where entries have no name but a number, ''
        for one."""
        named = self.many == "name" or (
            self.section is not None and "name" in self.section.model_fields
        )
        return ("NAME" if named else "N") if self.many else ""

    @property
    def facts(self) -> dict[str, str]:
        """The title, unit, source and default in words that it was declared with."""
        extra = self.info.json_schema_extra
        return (
            {name: str(value) for name, value in extra.items()} if isinstance(extra, dict) else {}
        )

    @property
    def inside(self) -> str:
        """The path of what the key, or each entry of it, holds."""
        return f"{self.path}.{self.entry}" if self.many else self.path


@cache
def entries(section: type[Section], path: str = "") -> Mapping[str, Key]:
    """The keys of a section, by their name in the file; `path` is the section's own."""
    entries_by_name: dict[str, Key] = {}
    for attribute, info in section.model_fields.items():
        name = info.alias or attribute
        inner, many = _inner(info.annotation)
        kind = next((item for item in info.metadata if isinstance(item, ValueType)), None)
        entries_by_name[name] = Key(f"{path}.{name}" if path else name, info, inner, many, kind)
    return entries_by_name


def _inner(annotation: Any) -> tuple[type[Section] | None, str]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation, ""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is UnionType and args[1:] == (type(None),):
        return _inner(args[0])
    if origin is tuple and isinstance(args[0], type) and issubclass(args[0], Section):
        return args[0], "list"
    if origin is dict and isinstance(args[1], type) and issubclass(args[1], Section):
        return args[1], "name"
    return None, ""


def walk(section: type[Section] = Settings, path: str = "") -> Iterator[Key]:
    """Every key, sections before what they hold; NAME stands for the name of an entry, N for its
    number."""
    for entry in entries(section, path).values():
        yield entry
        if entry.section is not None:
            yield from walk(entry.section, entry.inside)


def section_at(path: Sequence[str | int]) -> type[Section] | None:
    """The section that stands at a path of keys, names and list places; None where there is
    none."""
    section: type[Section] | None = Settings
    steps = iter(path)
    for step in steps:
        entry = entries(section).get(str(step)) if section is not None else None
        section = entry.section if entry is not None else None
        if entry is not None and entry.many:
            next(steps, None)
    return section


def declared(path: Sequence[str | int]) -> Key | None:
    """The declared key at a path (with the names of entries, or NAME), None where there is none."""
    if not path:
        return None
    section = section_at(path[:-1])
    entry = entries(section).get(str(path[-1])) if section is not None else None
    return entry


def pattern(path: Sequence[str | int]) -> str:
    """A path as it is declared: the names of entries replaced by NAME, their numbers by N."""
    section: type[Section] | None = Settings
    words: list[str] = []
    stands = ""
    for step in path:
        if stands:
            words.append(stands)
            stands = ""
            continue
        words.append(str(step))
        entry = entries(section).get(str(step)) if section is not None else None
        section, stands = (entry.section, entry.entry) if entry is not None else (None, "")
    return ".".join(words)


def leaves(
    model: BaseModel, path: tuple[str | int, ...] = (), types: frozenset[str] | None = None
) -> Iterator[tuple[tuple[str | int, ...], ValueType, Any]]:
    """Every plain value of a section: its path, its kind and the value. types: only of kinds of
    these types."""
    for attribute, name, kinds, holds_sections in _fields(type(model), types):
        value = getattr(model, attribute)
        here = (*path, name)
        if holds_sections and isinstance(value, BaseModel):
            yield from leaves(value, here, types)
        elif holds_sections and isinstance(value, dict | tuple):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for step, item in items:
                if isinstance(item, BaseModel):
                    yield from leaves(item, (*here, step), types)
        for kind in kinds:
            yield here, kind, value


@cache
def _fields(
    section: type[Section], types: frozenset[str] | None
) -> list[tuple[str, str, list[ValueType], bool]]:
    """The attributes of a section that hold sections or values of the types: with the key in the
    file, the kinds of value, and whether there are sections."""
    fields = [
        (
            attribute,
            name,
            [
                kind
                for kind in entry.info.metadata
                if isinstance(kind, ValueType) and (types is None or kind.type in types)
            ],
            entry.section is not None,
        )
        for attribute, (name, entry) in zip(
            section.model_fields, entries(section).items(), strict=True
        )
    ]
    return [field for field in fields if field[2] or field[3]]


def without_variant(dotted: str) -> str:
    """A dotted key without the variant that it belongs to: KEY of variants.NAME.KEY."""
    return dotted.split(".", 2)[-1] if dotted.startswith("variants.") else dotted
