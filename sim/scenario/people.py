"""The file of people that a scenario names, as far as its keys depend on it: which positions there
are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from sim.errors import Problem
from sim.scenario.fill import with_defaults
from sim.scenario.nodes import Node, child
from sim.scenario.validate import KeyProblem

HERE = Path()


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
    born = with_defaults(direction, {"source": people.positions[0]}, root.mark)
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
    from sim.organization.build import found_positions

    positions, problems = found_positions(folder, name)
    return PeopleFile(tuple(positions), tuple(problems))
