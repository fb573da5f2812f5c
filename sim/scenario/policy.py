"""One policy of a scenario: its own settings, or those with a variant's laid upon them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.errors import Problem
from sim.scenario.checks import Checked, check
from sim.scenario.fill import fill
from sim.scenario.keys.settings import NOT_IN_VARIANTS
from sim.scenario.nodes import Location, Node, below, problem
from sim.scenario.override import override
from sim.scenario.people import HERE, with_source
from sim.scenario.validate import Model, problems_of, validate

OF_ALL = ("variants", "claims", "sweep", "calibrate")
"""Sections about all policies, which no single policy keeps."""


def alone(root: Node) -> Node:
    """The scenario without what is about all its policies."""
    return replace(root, value={key: node for key, node in root.value.items() if key not in OF_ALL})


def policy_of(
    root: Node, model: type[Model], folder: Path = HERE
) -> tuple[Model | None, list[Problem]]:
    """The settings of a policy whose data files are relative to `folder`, and everything wrong with
    them."""
    root, people = with_source(root, folder)
    filled = fill(root)
    settings, findings, left_out = validate(filled, model)
    if settings is not None:
        findings = findings + check(Checked(settings, filled, left_out, people.positions))
        findings = findings + people.of_file()
        settings._written = filled
    return settings, [*problems_of(filled, findings), *people.of_rows()]


def variant_of(
    common: Node,
    name: str,
    entry: Node,
    base: str,
    model: type[Model],
    reported: set[Problem],
    folder: Path = HERE,
) -> tuple[Model | None, list[Problem]]:
    """A variant's policy, and what is wrong with it that is not wrong with the base."""
    label = f"variants.{name}."
    problems: list[Problem] = []
    if name == base:
        problems.append(
            problem(
                entry.where,
                label[:-1],
                "is the name of the base too; choose another, or change base",
            )
        )
    root = common
    for dotted, value in entry.value.items():
        if dotted.split(".")[0] in NOT_IN_VARIANTS:
            message = (
                f"belongs to the whole comparison; a variant may not change "
                f"{', '.join(NOT_IN_VARIANTS)}"
            )
            problems.append(problem(value.where, f"{label}{dotted}", message))
            continue
        root, wrong = override(root, dotted, value, label)
        problems += wrong
    named = {**root.value, "base": Node(name, entry.mark)}
    settings, wrong_here = policy_of(replace(root, value=named), model, folder)
    written = {mark for node in below(entry) for mark in (node.mark, node.where)}
    for item in wrong_here:
        if item in reported:
            continue
        if Location(item.file, item.line, item.column) in written:
            problems.append(replace(item, path=f"{label}{item.path}"))
        else:
            problems.append(problem(entry.where, label[:-1], f"{item.path}: {item.message}"))
    return settings, problems
