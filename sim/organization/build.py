"""From a scenario to its structure: generated from positions, or imported from people and ties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import InvalidInput, Problem
from sim.organization import channels, csvfile, tree
from sim.organization.generated import people_from_numbers
from sim.organization.people import REQUIRED as PEOPLE_COLUMNS
from sim.organization.people import People, people_of
from sim.organization.setting import Setting, Traits, reference_problems, traits_of
from sim.organization.structure import Integers, Structure
from sim.organization.ties import REQUIRED as TIE_COLUMNS
from sim.organization.ties import tie_pairs

NO_PAIRS = np.empty(0, dtype=np.int64)


def build(scenario: Setting) -> Structure:
    """The leaders and channels of a resolved scenario.

    Reads `stream`, `seed`, `attention`, `perspective.acuity` and `folder`; checks that the positions named in
    `issues` and `direction` exist. Raises errors.InvalidInput listing everything wrong with the files.
    """
    problems: list[Problem] = []
    stream = scenario.stream
    people: People | None
    if getattr(stream, "people", None) is None:
        people, ties = people_from_numbers(stream.positions), NO_PAIRS
    else:
        people, ties = _imported(stream, scenario.folder or Path(), problems)
    if people is None:
        raise InvalidInput(problems)
    traits = traits_of(people.positions, getattr(stream, "positions", None) or (), scenario, problems)
    problems += reference_problems(people.positions, scenario)
    problems += _size_problems(people, stream, scenario.name)
    if problems:
        raise InvalidInput(problems)
    return _assemble(people, traits, ties, stream, scenario.seed)


def _imported(stream: Any, folder: Path, problems: list[Problem]) -> tuple[People | None, Integers]:
    """People, and the pairs that ties join; None for people who form no tree (`problems` says why)."""
    table = csvfile.read(folder, str(stream.people), PEOPLE_COLUMNS, problems)
    people = people_of(table, problems) if table else None
    if getattr(stream, "ties", None) is None:
        return people, NO_PAIRS
    listed = csvfile.read(folder, str(stream.ties), TIE_COLUMNS, problems)
    if table is None or listed is None:
        return people, NO_PAIRS
    ids = people.id if people else [row["id"] for row in table.rows]
    index = {identity: i for i, identity in enumerate(ids)}
    return people, tie_pairs(listed, index, getattr(stream, "kinds", None), problems)


def _groups(people: People, stream: Any) -> tuple[Integers, Integers]:
    """The groups in which all are joined: peers, and the roots."""
    peers = channels.peer_groups(getattr(stream, "peers", None) or "none", people.manager, people.position)
    return peers, channels.root_group(people.manager)


def _size_problems(people: People, stream: Any, name: str) -> list[Problem]:
    if people.key[-1] >= 1 << 32:
        return [Problem(name, 0, 0, "stream.positions", "are more than 4096")]
    peers, roots = _groups(people, stream)
    for path, group in (("stream.peers", peers), ("stream.positions", roots)):
        number = channels.pairs_within(group)
        if number > channels.LIMIT:
            message = f"would join {number:,} pairs of leaders; at most {channels.LIMIT:,} can be"
            return [Problem(name, 0, 0, path, message)]
    return []


def _assemble(people: People, traits: Traits, ties: Integers, stream: Any, seed: int) -> Structure:
    """Join everyone to whom they have a channel, and lay everything out as read-only arrays."""
    leaders = len(people.key)
    peers, roots = _groups(people, stream)
    lines = np.union1d(channels.line_pairs(people.manager), channels.all_pairs(roots))
    pairs = np.union1d(np.union1d(lines, channels.all_pairs(peers)), ties)
    # Halves are rounded up: Python's own rounding would make 0.5 bridges none and 1.5 two.
    bridges = int((getattr(stream, "bridges", 0.0) or 0.0) * leaders + 0.5)
    extra = channels.bridge_pairs(pairs, bridges, people.key, people.unit, people.position, seed)
    source, target, direction, line = channels.both_ways(np.union1d(pairs, extra), lines, people.position)
    depth, root = tree.depths_and_roots(people.manager)
    enter, leave = tree.euler_intervals(people.manager)
    last = len(people.positions) - 1
    structure = Structure(
        key=people.key,
        row=people.row,
        id=people.id,
        name=people.name,
        position=people.position,
        positions=people.positions,
        unit=people.unit,
        units=people.units,
        manager=people.manager,
        x=people.position / last if last else np.full(leaders, 0.5),
        authority=traits.authority[people.position],
        attention=traits.attention[people.position],
        acuity=traits.acuity[people.position],
        depth=depth,
        root=root,
        enter=enter,
        leave=leave,
        channel_source=source,
        channel_target=target,
        channel_direction=direction,
        channel_line=line,
        channel_start=np.searchsorted(source, np.arange(leaders + 1)).astype(np.int64),
    )
    for value in vars(structure).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return structure
