"""Custom rules in a scenario: where they are named, what they may be given, and finding them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError, nearest
from sim.extension.declared import Parameter, Rule
from sim.extension.families import FAMILIES
from sim.extension.files import RuleFile, file_of, is_reference, loaded, rule_in
from sim.extension.leaders import LeaderKind, class_in
from sim.scenario._validate import KeyProblem, Path
from sim.scenario.nodes import Node, child
from sim.scenario.value_types import Range, ValueType, display, number, plainly
from sim.scenario.value_types import share as share_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.keys.settings import Settings


def sections(settings: Settings) -> Iterator[tuple[str, Path, Any]]:
    """Every section that can name a custom rule: its family, its path, and what stands there."""
    for family, of in FAMILIES.items():
        yield family, (of.section,), getattr(settings, of.section)
        if of.by_kind:
            for name, kind in settings.issues.items():
                yield family, ("issues", name, of.section), getattr(kind, of.section)


def references(settings: Settings) -> list[str]:
    """The rules and custom leader classes that settings name, each once, in order."""
    rules = [one.rule for _, _, one in sections(settings) if is_reference(one.rule)]
    return list(
        dict.fromkeys(
            [*rules, *(entry.class_ for entry in settings.leaders if entry.class_ is not None)]
        )
    )


def find(reference: str, family: str, files: Sequence[RuleFile]) -> Rule:
    """The rule that settings name, from the files that were read with them. ValueError when it is
    not there."""
    return rule_in(_file(reference, files), reference, family)


def find_class(reference: str, files: Sequence[RuleFile]) -> type[LeaderKind]:
    """The class of leaders that settings name, from the files that were read with them. ValueError:
    it is not there."""
    return class_in(_file(reference, files), reference)


def _file(reference: str, files: Sequence[RuleFile]) -> RuleFile:
    name = reference.partition(":")[0]
    return next((file for file in files if file.name == name), None) or file_of(reference)


def kind_of(parameter: Parameter) -> ValueType:
    """What a parameter may be, as a kind of value: a share may be written as a percentage."""
    within = Range(parameter.low, parameter.high)
    return share_of(within) if parameter.is_share else number(within)


def wrong_parameters(settings: Settings, sound: Callable[[Path], bool]) -> Iterator[KeyProblem]:
    """Parameters that a rule does not have, or that are not what it allows."""
    for family, path, section in sections(settings):
        given: Mapping[str, Any] = section.with_ or {}
        if not given or not sound((*path, "rule")) or not sound((*path, "with")):
            continue
        here = (*path, "with")
        if not is_reference(section.rule):
            message = (
                f"goes with a custom rule; {section.rule} is built in (in a variant: "
                f"{family}.with: null)"
            )
            yield KeyProblem(here, message, at_key=True)
            continue
        parameters = find(section.rule, family, ()).parameters
        for name, value in given.items():
            if name not in parameters:
                message = (
                    f"is no parameter of {section.rule}; it has: {', '.join(parameters) or 'none'}"
                )
                yield KeyProblem(
                    (*here, name), message + nearest(name, list(parameters)), at_key=True
                )
            elif message := _unreadable(kind_of(parameters[name]), value):
                yield KeyProblem((*here, name), message)


def without_effect(
    settings: Settings, root: Node, sound: Callable[[Path], bool]
) -> Iterator[KeyProblem]:
    """Keys that would do nothing beside a custom rule: those of the built-in rule that it
    takes the place of."""
    if is_reference(settings.persuade.rule) and sound(("persuade", "rule")):
        given: list[tuple[Path, Any]] = [(("consensus", "G"), settings.consensus.G)]
        given += [
            (("issues", name, "consensus", "G"), kind.consensus.G)
            for name, kind in settings.issues.items()
        ]
        for path, matrix in given:
            if matrix is not None and sound(path):
                yield KeyProblem(
                    path,
                    _idle(settings.persuade.rule, "who trusts whom"),
                    near=(("persuade", "rule"),),
                )
    if is_reference(settings.influence.rule) and sound(("influence", "rule")):
        standard = type(settings.influence)()
        for key in ("rate", "forgetting"):
            path = ("influence", key)
            # Resolved settings have every key; a default that stands there does no harm.
            changed = getattr(settings.influence, key) != getattr(standard, key)
            if changed and child(root, *path) is not None and sound(path):
                yield KeyProblem(
                    path, _idle(settings.influence.rule, "how influence moves"), at_key=True
                )


def _idle(reference: str, what: str) -> str:
    return (
        f"would do nothing: {reference} says {what} (remove it, or set it to null in the variant)"
    )


def _unreadable(kind: ValueType, value: Any) -> str:
    try:
        kind.read(value)
    except ValueError as error:
        return f"{display(value)} is not allowed: expected {kind.allowed}{error}"
    return ""


def values(rule: Rule, given: Mapping[str, Any] | None) -> tuple[float, ...]:
    """The values of a rule's parameters, in the order in which it declares them."""
    chosen = given or {}
    return tuple(
        float(kind_of(one).read(chosen[name])) if name in chosen else one.default
        for name, one in rule.parameters.items()
    )


def parameter_at(settings: Settings, steps: Sequence[str]) -> Parameter | None:
    """The parameter that a dotted key such as consensus.with.patience sets; None where there is
    none."""
    if len(steps) < 3 or steps[-2] != "with":
        return None
    for family, path, section in sections(settings):
        if list(path) == list(steps[:-2]) and is_reference(section.rule):
            return find(section.rule, family, ()).parameters.get(steps[-1])
    return None


def parameter_keys(settings: Settings) -> Iterator[str]:
    """The dotted keys of all parameters of the custom rules that settings name."""
    for family, path, section in sections(settings):
        if is_reference(section.rule):
            for name in find(section.rule, family, ()).parameters:
                yield ".".join((*map(str, path), "with", name))


def parameters_named(key: str) -> list[tuple[str, Parameter]]:
    """The parameters that a dotted key such as consensus.with.patience may set, each with the rule
    that declares it.

    Only rules that are loaded. UsageError where none of them has such a parameter.
    """
    steps = key.split(".")
    section, _, name = steps[-3:]
    there = {reference: rule for reference, rule in loaded() if rule.of.section == section}
    named = [
        (reference, rule.parameters[name])
        for reference, rule in there.items()
        if name in rule.parameters
    ]
    if not named:
        known = [known for rule in there.values() for known in rule.parameters]
        if there:
            reason = (
                f"{', '.join(there)} {'has' if len(there) == 1 else 'have'} "
                f"{', '.join(known) or 'none'}"
            )
        else:
            reason = f"no custom {section} rule is loaded: add --rules FILE"
        raise UsageError(f"there is no parameter '{name}': {reason}{nearest(name, known)}")
    return named


def is_parameter(key: str) -> bool:
    """Whether a dotted key is that of a parameter of a custom rule, whatever its name."""
    steps = key.split(".")
    known = {of.section: of.by_kind for of in FAMILIES.values()}
    of_kind = len(steps) == 5 and steps[0] == "issues" and known.get(steps[2], False)
    return steps[-2:-1] == ["with"] and (of_kind or (len(steps) == 3 and steps[0] in known))


def loaded_keys() -> list[str]:
    """The dotted keys of the parameters of all rules that are loaded, each once."""
    return list(
        dict.fromkeys(
            f"{rule.of.section}.with.{name}" for _, rule in loaded() for name in rule.parameters
        )
    )


def facts_of(parameter: Parameter) -> dict[str, str]:
    """What there is to say of a parameter, in words."""
    kind = kind_of(parameter)
    return {
        "meaning": parameter.meaning,
        "type": kind.type,
        "unit": parameter.unit,
        "default": plainly(parameter.default),
        "allowed": kind.allowed,
        "source": parameter.source,
    }


def parameter_line(parameter: Parameter) -> str:
    """A parameter's default, range, unit and source in a line."""
    words = [f"default {plainly(parameter.default)}"]
    words.append(f"allowed: {kind_of(parameter).allowed}")
    words += [parameter.unit] if parameter.unit else []
    return "; ".join([*words, parameter.source])


# The JSON Schema of a scenario, with the custom rules that are loaded: their names and
# parameters


Schema = dict[str, Any]


def with_custom_rules(schema: Schema, rules: Sequence[tuple[str, Rule]]) -> Schema:
    """The schema with rules by the names that scenarios give them."""
    schema = deepcopy(schema)
    dotted = schema["properties"]["variants"]["additionalProperties"]["properties"]
    for reference, rule in rules:
        section = rule.of.section
        holders = [schema] + [
            schema["properties"]["issues"]["additionalProperties"]
        ] * rule.of.by_kind
        for shape in [*(holder["properties"][section] for holder in holders), dotted[section]]:
            _allow(shape, reference, rule)
        _offer(dotted[f"{section}.rule"], reference)
        for name, one in rule.parameters.items():
            before = dotted.get(f"{section}.with.{name}", {"anyOf": [{"type": "null"}]})
            dotted[f"{section}.with.{name}"] = {"anyOf": [_parameter(one), *before["anyOf"]]}
    return schema


def _allow(shape: Schema, reference: str, rule: Rule) -> None:
    """Offer the rule's name in a section and, where the section names it, its parameters and no
    others."""
    for section in _sections(shape):
        parameters = {name: _parameter(one) for name, one in rule.parameters.items()}
        with_ = {"type": "object", "properties": parameters, "additionalProperties": False}
        named = {"properties": {"rule": {"const": reference}}, "required": ["rule"]}
        conditions = [
            *section.get("allOf", []),
            {"if": named, "then": {"properties": {"with": with_}}},
        ]
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
    return {
        "description": f"{meaning}{parameter_line(one)}",
        "default": one.default,
        **kind_of(one).schema,
    }
