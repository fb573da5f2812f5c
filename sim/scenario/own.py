"""Rules of a user's own in a scenario: where they are named, what they may be given, and finding them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import nearest
from sim.extension.declared import Parameter, Rule
from sim.extension.families import FAMILIES
from sim.extension.files import RuleFile, file_of, is_reference, rule_in
from sim.extension.leaders import LeaderKind, class_in
from sim.scenario.kinds import Kind, Range, number, plainly, shown
from sim.scenario.kinds import share as share_of
from sim.scenario.validate import Finding, Path

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.keys.settings import Settings


def sections(settings: Settings) -> Iterator[tuple[str, Path, Any]]:
    """Every section that can name a rule of one's own: its family, its path, and what stands there."""
    for family, of in FAMILIES.items():
        yield family, (of.section,), getattr(settings, of.section)
        if of.by_kind:
            for name, kind in settings.issues.items():
                yield family, ("issues", name, of.section), getattr(kind, of.section)


def references(settings: Settings) -> list[str]:
    """The rules and classes of leaders of one's own that settings name, each once, in order."""
    rules = [one.rule for _, _, one in sections(settings) if is_reference(one.rule)]
    return list(dict.fromkeys([*rules, *(entry.class_ for entry in settings.leaders if entry.class_ is not None)]))


def find(reference: str, family: str, files: Sequence[RuleFile]) -> Rule:
    """The rule that settings name, from the files that were read with them. ValueError when it is not there."""
    return rule_in(_file(reference, files), reference, family)


def find_class(reference: str, files: Sequence[RuleFile]) -> type[LeaderKind]:
    """The class of leaders that settings name, from the files that were read with them. ValueError: it is not there."""
    return class_in(_file(reference, files), reference)


def _file(reference: str, files: Sequence[RuleFile]) -> RuleFile:
    name = reference.partition(":")[0]
    return next((file for file in files if file.name == name), None) or file_of(reference)


def kind_of(parameter: Parameter) -> Kind:
    """What a parameter may be, as a kind of value: a share may be written as a percentage."""
    within = Range(parameter.low, parameter.high)
    return share_of(within) if parameter.is_share else number(within)


def wrong_parameters(settings: Settings, sound: Callable[[Path], bool]) -> Iterator[Finding]:
    """Parameters that a rule does not have, or that are not what it allows."""
    for family, path, section in sections(settings):
        given: Mapping[str, Any] = section.with_ or {}
        if not given or not sound((*path, "rule")) or not sound((*path, "with")):
            continue
        here = (*path, "with")
        if not is_reference(section.rule):
            told = f"goes with a rule of your own; {section.rule} is built in (in a variant: {family}.with: null)"
            yield Finding(here, told, at_key=True)
            continue
        parameters = find(section.rule, family, ()).parameters
        for name, value in given.items():
            if name not in parameters:
                told = f"is no parameter of {section.rule}; it has: {', '.join(parameters) or 'none'}"
                yield Finding((*here, name), told + nearest(name, list(parameters)), at_key=True)
            elif message := _unreadable(kind_of(parameters[name]), value):
                yield Finding((*here, name), message)


def _unreadable(kind: Kind, value: Any) -> str:
    try:
        kind.read(value)
    except ValueError as error:
        return f"{shown(value)} is not allowed: expected {kind.allowed}{error}"
    return ""


def values(rule: Rule, given: Mapping[str, Any] | None) -> tuple[float, ...]:
    """The values of a rule's parameters, in the order in which it declares them."""
    found = given or {}
    return tuple(
        float(kind_of(one).read(found[name])) if name in found else one.default for name, one in rule.parameters.items()
    )


def parameter_at(settings: Settings, steps: Sequence[str]) -> Parameter | None:
    """The parameter that a dotted key such as consensus.with.patience sets; None where there is none."""
    if len(steps) < 3 or steps[-2] != "with":
        return None
    for family, path, section in sections(settings):
        if list(path) == list(steps[:-2]) and is_reference(section.rule):
            return find(section.rule, family, ()).parameters.get(steps[-1])
    return None


def parameter_keys(settings: Settings) -> Iterator[str]:
    """The dotted keys of all parameters of the rules of one's own that settings name."""
    for family, path, section in sections(settings):
        if is_reference(section.rule):
            for name in find(section.rule, family, ()).parameters:
                yield ".".join((*map(str, path), "with", name))


def told(parameter: Parameter) -> str:
    """A parameter's default, range, unit and source in a line."""
    words = [f"default {plainly(parameter.default)}"]
    words.append(f"allowed: {Range(parameter.low, parameter.high)}")
    words += [parameter.unit] if parameter.unit else []
    return "; ".join([*words, parameter.source])
