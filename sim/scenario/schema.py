"""The JSON Schema (2020-12) of the scenario file, by which editors complete and check it.

`python -m sim.scenario.schema` writes it to docs/scenario.schema.json.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.extension import FAMILIES, Rule
from sim.scenario.explain import default, facts, meaning
from sim.scenario.keys.settings import NOT_IN_VARIANTS, Settings
from sim.scenario.tree import Key, entries, walk
from sim.scenario.value_types import NAME

TARGET = Path("docs/scenario.schema.json")


def json_schema() -> dict[str, Any]:
    """The schema: every key with its meaning, unit, default and source, nothing else allowed."""
    root = _section("", list(entries(Settings).values()))
    root["properties"]["variants"] = {**root["properties"]["variants"], **_variants()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "leaderstream scenario",
        "description": (
            "A scenario of leaderstream: an organisation, its issues, the policies to compare."
        ),
        **root,
    }


def _section(path: str, keys: list[Key]) -> dict[str, Any]:
    required = [] if path == "" else [_name(entry) for entry in keys if entry.info.is_required()]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {_name(entry): _entry(entry) for entry in keys},
        "additionalProperties": False,
    }
    if path == "":
        # A file that extends another takes its name from there, unless it gives one.
        schema["anyOf"] = [{"required": ["name"]}, {"required": ["extends"]}]
    if path == "claims.N":
        schema["oneOf"] = [{"required": ["higher"]}, {"required": ["lower"]}]
    if path == "leaders.NAME":
        required = ["class"]
    return schema | ({"required": required} if required else {})


def _name(entry: Key) -> str:
    return entry.path.rpartition(".")[2]


def _entry(entry: Key) -> dict[str, Any]:
    """A key's schema: its shape, and what editors show about it."""
    schema: dict[str, Any] = {"description": _description(entry)}
    value = entry.info.default
    if isinstance(value, str | int | float) and default(entry) in (str(value), "empty"):
        schema["default"] = value
    return schema | _shape(entry)


def _shape(entry: Key) -> dict[str, Any]:
    named = {"propertyNames": {"pattern": f"^{NAME}$"}}
    if entry.section is not None:
        section = _section(entry.inside, list(entries(entry.section, entry.inside).values()))
        if entry.many == "list" and entry.section.single:
            return {"anyOf": [section, {"type": "array", "items": section}]}
        if entry.many == "list":
            return {"type": "array", "items": section}
        if entry.many == "name":
            return {"type": "object", "minProperties": 1, **named, "additionalProperties": section}
        if word := entry.section.word_for:
            return {"anyOf": [section["properties"][word], section]}
        return section
    if entry.kind is not None:
        return dict(entry.kind.schema)
    if entry.path == "variants":
        return {"type": "object", **named}
    return {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 64}}


def _description(entry: Key) -> str:
    """Meaning, unit, default and source in a few sentences."""
    sentences = [meaning(entry)]
    if facts(entry)["x-unit"]:
        sentences.append(f"Unit: {facts(entry)['x-unit']}.")
    if entry.kind is not None and not entry.info.is_required():
        sentences.append(f"Default: {default(entry)} ({facts(entry)['x-source']}).")
    if entry.kind is not None:
        sentences.append(f"Allowed: {entry.kind.allowed}.")
    return " ".join(sentences)


def _variants() -> dict[str, Any]:
    """Variants: mappings whose keys are the dotted names of other keys or sections; null removes
    one."""
    properties: dict[str, Any] = {}
    patterns: dict[str, Any] = {}
    for entry in walk():
        if entry.path.split(".")[0] in NOT_IN_VARIANTS:
            continue
        schema = _loose(_entry(entry))
        if "NAME" in entry.path:
            words = "\\.".join(NAME if word == "NAME" else word for word in entry.path.split("."))
            patterns[f"^{words}$"] = schema
            if entry.path.startswith("leaders."):
                properties[entry.path.replace("NAME.", "")] = schema
        else:
            properties[entry.path] = schema
    patterns[f"^issues\\.{NAME}$"] = {"description": "A kind of issue.", "type": ["object", "null"]}
    patterns[f"^stream\\.positions\\.{NAME}$"] = {"description": "A position.", "type": "object"}
    sections = "|".join(FAMILIES)
    custom = rf"(issues\.{NAME}\.)?({sections})\.with\.[A-Za-z_]\w*"
    patterns[f"^{custom}$"] = {
        "description": "A parameter of a custom rule.",
        "type": ["number", "string", "null"],
    }
    one = {
        "type": "object",
        "properties": properties,
        "patternProperties": patterns,
        "additionalProperties": False,
    }
    return {"additionalProperties": one}


def _loose(schema: dict[str, Any]) -> dict[str, Any]:
    """A key's schema as a variant may use it: null is allowed, and sections are named, not
    repeated."""
    shape = {key: value for key, value in schema.items() if key not in ("description", "default")}
    described = {"description": schema["description"]}
    if shape.get("type") in ("object", "array") and "items" not in shape:
        return {**described, "type": ["object", "null"]}
    return {**described, "anyOf": [shape, {"type": "null"}]}


def text(rules: Sequence[tuple[str, Rule]] = ()) -> str:
    """The schema as it stands in docs/scenario.schema.json; with custom rules by the names
    they are loaded as."""
    from sim.scenario.custom_rules import with_custom_rules

    return json.dumps(with_custom_rules(json_schema(), rules), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text(), encoding="utf-8")
