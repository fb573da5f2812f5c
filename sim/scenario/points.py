"""Points of a sweep or of a calibration's search: the policies that follow when keys are set, and
whether each varied or searched value can stand at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sim.errors import Problem
from sim.scenario._validate import Model
from sim.scenario.axes import Axis, Ranged
from sim.scenario.clock_checks import calendar_of
from sim.scenario.experiment_checks import policies_of
from sim.scenario.keys.settings import Settings
from sim.scenario.nodes import Location, Node, child, problem
from sim.scenario.override import override
from sim.scenario.policy import WORKING_FOLDER, alone, policy_of, unlabelled
from sim.scenario.tree import without_variant
from sim.scenario.vary import VARY, Target, axes, distinct_values, target, without_effect


def policies_at(
    root: Node,
    changes: Mapping[str, Node],
    names: Sequence[str],
    base: str,
    model: type[Model],
    label: str = VARY,
    folder: Path = WORKING_FOLDER,
) -> tuple[dict[str, Model], list[Problem]]:
    """The named policies of a scenario with some keys set, and everything wrong with them.

    changes: dotted key -> value; variants.NAME.KEY sets KEY for the variant NAME alone, after its
    own settings; other keys are set in the base, so that variants which say nothing of them follow.
    A problem is located at the change that brings it (the last of them where it is in none);
    `label` stands before the key in its path. `folder` is that of the data files.
    """
    resolved: dict[str, Model] = {}
    problems: dict[Problem, None] = {}
    common, wrong = _with(
        alone(root), {key: node for key, node in changes.items() if not _of_variant(key)}, label
    )
    for name in names:
        settings = child(root, "variants", name) if name != base else None
        variant = dict(settings.value) if settings is not None else {}
        policy, broken = _with(common if name == base else unlabelled(common), variant, "")
        prefix = f"variants.{name}."
        mine = {
            key.removeprefix(prefix): node
            for key, node in changes.items()
            if key.startswith(prefix)
        }
        policy, worse = _with(policy, mine, f"{label}{prefix}")
        named = replace(policy, value={**policy.value, "base": Node(name, root.mark)})
        made, false = policy_of(named if name != base else policy, model, folder)
        resolved |= {} if made is None else {name: made}
        problems |= dict.fromkeys([*wrong, *worse, *_located([*broken, *false], changes, label)])
    return resolved, list(problems)


def _of_variant(key: str) -> bool:
    return key.startswith("variants.")


def _with(root: Node, changes: Mapping[str, Node], label: str) -> tuple[Node, list[Problem]]:
    problems: list[Problem] = []
    for key, node in changes.items():
        root, wrong = override(root, key, node, label)
        problems += wrong
    return root, problems


def _located(
    problems: Sequence[Problem], changes: Mapping[str, Node], label: str
) -> Iterator[Problem]:
    """The problems, each at the change that it stands at or, without one, at the last change."""
    for item in problems:
        here = Location(item.file, item.line, item.column)
        there = [key for key, node in changes.items() if here in (node.mark, node.where)]
        named = [key for key in there if key == item.path or key.endswith(f".{item.path}")]
        key = next(iter([*named, *there, *list(changes)[-1:]]), None)
        if key is None:
            yield item
            continue
        message = item.message if key in named else f"{item.path}: {item.message}"
        yield problem(changes[key].where, f"{label}{key}", message)


def wrong_values(
    root: Node,
    settings: Settings,
    policies: Mapping[str, Settings],
    model: type[Settings],
    sound: bool,
    folder: Path = WORKING_FOLDER,
) -> list[Problem]:
    """Everything wrong with the keys and values of sweep.vary, each value looked at alone.

    sound: whether nothing else is wrong; only then are the values tried in the policies.
    """
    sweep, vary, calendar = settings.sweep, child(root, "sweep", "vary"), calendar_of(settings)
    if (
        sweep is None
        or vary is None
        or not isinstance(vary.value, dict)
        or isinstance(calendar, str)
    ):
        return []
    varied, problems = axes(vary, sweep.design, policies, settings.base, calendar)
    running = policies_of(settings)
    for name, axis in varied.items():
        if message := without_effect(name, settings.variants, running):
            problems.append(problem(vary.value[name].where, f"{VARY}{name}", message))
        elif sound:
            for value in tried(axis, target(name, policies, settings.base), vary.value[name]):
                problems += policies_at(
                    root, {name: value}, running, settings.base, model, folder=folder
                )[1]
    return list(dict.fromkeys(problems))


def tried(axis: Axis, key: Target | str, entry: Node) -> Iterator[Node]:
    """The values to try of an axis: of a list, those that can tell; of a range, its ends; each
    where it is written."""
    if isinstance(axis, Ranged):
        yield from (replace(entry.value[end], key_mark=None) for end in ("from", "to"))
    elif isinstance(key, Target):
        yield from distinct_values(key, axis.items)


# Where a calibration searches: keys of one policy, each with a list or a range


SEARCH = "calibrate.search."
DESIGN = "search"
"""What stands for the design of a sweep where ranges are read."""
SECTIONS = ("power", "consensus", "flow")
KEYS = ("work.focus",)
OUTSIDE = (
    f"is no key that a calibration may search: those under {', '.join(SECTIONS)}, and "
    f"{', '.join(KEYS)}"
)


def is_policy(name: str) -> bool:
    """Whether a key is one of those that a calibration may search."""
    return without_variant(name) in KEYS or without_variant(name).split(".")[0] in SECTIONS


def searched(names: Sequence[str], base: str) -> list[str]:
    """The policies that searched keys belong to: those of variants.NAME.KEY, or the base where
    there is none.

    Keys of the base go with those of a variant, which takes them over.
    """
    named = [name.split(".")[1] for name in names if name.startswith("variants.")]
    return list(dict.fromkeys(named)) or [base]


def wrong_search(
    root: Node,
    settings: Settings,
    policies: Mapping[str, Settings],
    model: type[Model],
    sound: bool,
    folder: Path = WORKING_FOLDER,
) -> list[Problem]:
    """Everything wrong with the keys and values of calibrate.search, each value looked at alone.

    sound: whether nothing else is wrong; only then are the values tried in the policies.
    """
    search, calendar = child(root, "calibrate", "search"), calendar_of(settings)
    if search is None or not isinstance(search.value, dict) or isinstance(calendar, str):
        return []
    problems = [
        problem(entry.where, f"{SEARCH}{name}", OUTSIDE)
        for name, entry in search.value.items()
        if not is_policy(name)
    ]
    inside = replace(
        search, value={name: entry for name, entry in search.value.items() if is_policy(name)}
    )
    searched_axes, wrong = axes(inside, DESIGN, policies, settings.base, calendar, SEARCH)
    problems += wrong
    running = searched(list(search.value), settings.base)
    if len(running) > 1:
        message = (
            f"searches {len(running)} policies, {', '.join(running)}; a search is of one of them"
        )
        problems.append(problem(search.where, SEARCH[:-1], message))
        return problems
    for name, axis in searched_axes.items():
        if message := without_effect(name, settings.variants, running, "calibrate.search"):
            problems.append(problem(inside.value[name].where, f"{SEARCH}{name}", message))
        elif sound and not problems:
            for value in tried(axis, target(name, policies, settings.base), inside.value[name]):
                problems += policies_at(
                    root, {name: value}, running, settings.base, model, SEARCH, folder
                )[1]
    return list(dict.fromkeys(problems))
