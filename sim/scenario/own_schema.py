"""The JSON Schema of a scenario, told of the rules of a user's own that are loaded: their names and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from sim.extension import Rule
from sim.extension.declared import Parameter
from sim.scenario.own import kind_of, parameter_line

Schema = dict[str, Any]


def with_custom_rules(schema: Schema, rules: Sequence[tuple[str, Rule]]) -> Schema:
    """The schema with rules by the names that scenarios give them."""
    schema = deepcopy(schema)
    dotted = schema["properties"]["variants"]["additionalProperties"]["properties"]
    for reference, rule in rules:
        section = rule.of.section
        holders = [schema] + [schema["properties"]["issues"]["additionalProperties"]] * rule.of.by_kind
        for shape in [*(holder["properties"][section] for holder in holders), dotted[section]]:
            _allow(shape, reference, rule)
        _offer(dotted[f"{section}.rule"], reference)
        for name, one in rule.parameters.items():
            before = dotted.get(f"{section}.with.{name}", {"anyOf": [{"type": "null"}]})
            dotted[f"{section}.with.{name}"] = {"anyOf": [_parameter(one), *before["anyOf"]]}
    return schema


def _allow(shape: Schema, reference: str, rule: Rule) -> None:
    """Offer the rule's name in a section and, where the section names it, its parameters and no others."""
    for section in _sections(shape):
        parameters = {name: _parameter(one) for name, one in rule.parameters.items()}
        with_ = {"type": "object", "properties": parameters, "additionalProperties": False}
        named = {"properties": {"rule": {"const": reference}}, "required": ["rule"]}
        conditions = [*section.get("allOf", []), {"if": named, "then": {"properties": {"with": with_}}}]
        section["allOf"] = conditions
    _offer(shape, reference)


def _sections(shape: Schema) -> Iterator[Schema]:
    """The mappings with a key `rule` that a shape allows."""
    if "rule" in shape.get("properties", {}):
        yield shape
    for inner in shape.get("anyOf", []):
        yield from _sections(inner)


def _offer(shape: Schema, reference: str) -> None:
    """Add a name to the lists of rules that a shape allows."""
    if "enum" in shape and reference not in shape["enum"]:
        shape["enum"] = [*shape["enum"], reference]
    inside = [shape["properties"]["rule"]] if "rule" in shape.get("properties", {}) else []
    for inner in [*shape.get("anyOf", []), *inside]:
        _offer(inner, reference)


def _parameter(one: Parameter) -> Schema:
    meaning = f"{one.meaning}; " if one.meaning else ""
    return {"description": f"{meaning}{parameter_line(one)}", "default": one.default, **kind_of(one).schema}
