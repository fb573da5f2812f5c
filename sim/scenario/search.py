"""Where a calibration searches: keys of one policy that a policy can be made of, each with a list
or a range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sim.errors import Problem
from sim.scenario.checks import calendar_of
from sim.scenario.keys.settings import Settings
from sim.scenario.nodes import Node, child, problem
from sim.scenario.people import HERE
from sim.scenario.points import policies_at, tried
from sim.scenario.validate import Model
from sim.scenario.vary import axes, target, without_effect

SEARCH = "calibrate.search."
DESIGN = "search"
"""What stands for the design of a sweep where ranges are read."""
SECTIONS = ("power", "consensus", "flow")
KEYS = ("work.focus",)
OUTSIDE = (
    f"is no key that a calibration may search: those under {', '.join(SECTIONS)}, and "
    f"{', '.join(KEYS)}"
)


def without_variant(name: str) -> str:
    """A searched key without the variant that it belongs to."""
    return name.split(".", 2)[-1] if name.startswith("variants.") else name


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
    folder: Path = HERE,
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
