"""One policy of a scenario: its own settings, or those with a variant's laid upon them; and the
file of people that it names, as far as its keys depend on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from sim.errors import Problem
from sim.scenario._checks import check
from sim.scenario._events import periods_of
from sim.scenario._fill import fill, first_known, with_defaults
from sim.scenario._validate import Checked, KeyProblem, Model, problems_of, validate
from sim.scenario.keys.settings import NOT_IN_VARIANTS
from sim.scenario.nodes import Location, Node, below, child, problem
from sim.scenario.override import override

OF_ALL = ("variants", "claims", "sweep", "calibrate")
"""Sections about all policies, which no single policy keeps."""
WORKING_FOLDER = Path()
"""What the paths of data files are relative to where no folder is given."""


def alone(root: Node) -> Node:
    """The scenario without what is about all its policies."""
    return replace(root, value={key: node for key, node in root.value.items() if key not in OF_ALL})


def unlabelled(root: Node) -> Node:
    """The scenario without the label of its own settings, which no variant takes over."""
    return replace(root, value={key: node for key, node in root.value.items() if key != "label"})


def policy_of(
    root: Node, model: type[Model], folder: Path = WORKING_FOLDER
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
    problems = [*problems_of(filled, findings), *people.of_rows()]
    if settings is not None and settings.events:
        problems += _with_events(root, settings, findings, problems, model, folder)
    return settings, problems


def _with_events(
    root: Node,
    settings: Model,
    findings: list[KeyProblem],
    known: list[Problem],
    model: type[Model],
    folder: Path,
) -> list[Problem]:
    """Give settings the periods that their events bring about; returns what is wrong with these."""
    wrong = [finding.path for finding in findings if finding.path[:1] == ("events",)]
    if ("events",) in wrong:
        return []
    broken = {int(path[1]) for path in wrong}
    resolve = partial(policy_of, model=model, folder=folder)
    settings._periods, problems = periods_of(root, settings, broken, known, resolve)
    return problems


def variant_of(
    common: Node,
    name: str,
    entry: Node,
    base: str,
    model: type[Model],
    reported: set[Problem],
    folder: Path = WORKING_FOLDER,
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
    root = unlabelled(common)
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


# The file of people: which positions there are


@dataclass(frozen=True)
class PeopleFile:
    """What is known of the people: their positions, upstream first; none, and why, where the file
    cannot be used."""

    positions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of_rows(self) -> list[Problem]:
        """What is wrong at places in the file."""
        return [item for item in self.problems if item.line]

    def of_file(self) -> list[KeyProblem]:
        """What is wrong with the file as a whole, at the key that names it."""
        messages = [f"{item.file} {item.message}" for item in self.problems if not item.line]
        return [KeyProblem(("stream", "people"), message) for message in messages]


def with_source(root: Node, folder: Path) -> tuple[Node, PeopleFile]:
    """The scenario with the position where direction is born, where it names people and no such
    position.

    It is the most upstream of the file's. What is wrong with the file is only told where it was
    needed.
    """
    named = child(root, "stream", "people")
    if named is None or not isinstance(named.value, str) or not isinstance(root.value, dict):
        return root, PeopleFile()
    people = _read(folder, named.value)
    source, direction = child(root, "direction", "source"), root.value.get("direction")
    if source is not None and not source.derived:
        return root, replace(people, problems=())
    if people.problems or (direction is not None and not isinstance(direction.value, dict)):
        return root, people
    if source is not None and direction is not None:
        kept = {key: node for key, node in direction.value.items() if key != "source"}
        direction = replace(direction, value=kept)
    born = with_defaults(direction, {"source": first_known(root, people.positions[0])}, root.mark)
    return replace(root, value={**root.value, "direction": born}), people


def _read(folder: Path, name: str) -> PeopleFile:
    try:
        state = (folder / name).stat()
    except (OSError, ValueError):
        return _people_at(folder, name, -1, -1)
    return _people_at(folder, name, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _people_at(folder: Path, name: str, changed: int, size: int) -> PeopleFile:
    """The people in a file as it was at a moment: every policy of every point asks for them."""
    from sim.organization.build import positions_in_file

    positions, problems = positions_in_file(folder, name)
    return PeopleFile(tuple(positions), tuple(problems))
