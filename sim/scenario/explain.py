"""What a key of the scenario file means: its type, unit, default, allowed values and its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticUndefined

from sim.errors import UsageError, nearest
from sim.rules.catalog import DECLARED, FAMILIES
from sim.scenario.keys.settings import NO_ASSUMPTIONS
from sim.scenario.titles import title_of
from sim.scenario.tree import Key, entries, pattern, walk

_FAMILY = {family.key: name for name, family in DECLARED.items()}


@dataclass(frozen=True)
class Explanation:
    """One key explained: `title` is what it is called in figures, '' where it has no need of one,
    `unit` is '' where there is none, `source` a citation or 'convention'."""

    key: str
    title: str
    meaning: str
    type: str
    unit: str
    default: str
    allowed: str
    source: str


def keys() -> list[str]:
    """Every key by its dotted name, in the file's order; NAME stands for the name of a position or
    a kind, N for the number of a claim."""
    return [entry.path for entry in walk()]


def explain(key: str) -> Explanation:
    """The explanation of a key, with NAME or an actual name in it; UsageError for one that does not
    exist."""
    declared = {entry.path: entry for entry in walk()}
    declared_key = declared.get(key) or declared.get(pattern(key.split(".")))
    if declared_key is None:
        raise UsageError(f"no key '{key}'{nearest(key, list(declared))}")
    kind, allowed = _type(declared_key)
    return Explanation(
        key=declared_key.path,
        title=title_of(declared_key.path),
        meaning=meaning(declared_key),
        type=kind,
        unit=facts(declared_key)["x-unit"],
        default=default(declared_key),
        allowed=allowed,
        source=_source(declared_key),
    )


def _source(entry: Key) -> str:
    """Where a default comes from; '' where a key assumes nothing about organisations."""
    if entry.section is not None or entry.path.partition(".")[0] in NO_ASSUMPTIONS:
        return ""
    return facts(entry)["x-source"]


def facts(entry: Key) -> dict[str, str]:
    """The title, unit, source and default in words that a key was declared with."""
    return entry.facts


def meaning(entry: Key) -> str:
    """What a key means; for a choice of rules, also what each rule does."""
    text = entry.info.description or ""
    path = (
        entry.path.removeprefix("issues.NAME.") if entry.path != "issues.NAME.type" else entry.path
    )
    rules = FAMILIES.get(_FAMILY.get(path, ""), {})
    return " ".join([text, *(f"{rule.name}: {rule.summary}." for rule in rules.values())])


def default(entry: Key) -> str:
    """A key's default as it would be written in YAML, or in words."""
    shown = facts(entry)["x-default"]
    if shown:
        return shown
    if entry.path.startswith(("issues.NAME.power.", "issues.NAME.consensus.")):
        return f"the scenario's {entry.path.removeprefix('issues.NAME.')}"
    if entry.info.is_required():
        return "none: the key is required"
    if entry.section is not None:
        return "the defaults of its keys"
    value: Any = entry.info.default
    if value is PydanticUndefined or value is None:
        return "none"
    return "empty" if value == "" else str(value)


def _type(entry: Key) -> tuple[str, str]:
    """A key's type and what it allows, in words."""
    if entry.section is not None:
        names = ", ".join(entries(entry.section))
        if entry.many:
            what = "list" if entry.many == "list" else "mapping by name"
            return f"{what} of mappings", f"each with the keys {names}"
        word = entries(entry.section).get(entry.section.word_for)
        return "mapping", f"the keys {names}" + (
            f"; or {word.kind.allowed}" if word and word.kind else ""
        )
    if entry.kind is None:
        if entry.path == "variants":
            return (
                "mapping by name",
                "for each variant, dotted keys and their values; null removes a key",
            )
        return "list", "a list of words"
    return entry.kind.type, entry.kind.allowed
