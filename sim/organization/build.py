"""From a scenario to its structure: generated from positions, or imported from people and ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.errors import InvalidInput, Problem
from sim.organization import _channels, _tree, csvfile
from sim.organization._channels import ENDS, NO_TIES, Ties, tie_pairs, without_use
from sim.organization._channels import REQUIRED as TIE_COLUMNS
from sim.organization._from_scenario import (
    ScenarioLike,
    Traits,
    problem_at,
    reference_problems,
    traits_of,
)
from sim.organization._people import REQUIRED as PEOPLE_COLUMNS
from sim.organization._people import ImportedPeople, people_of, plain_ids, written_ids
from sim.organization._structure import Integers, Structure
from sim.organization._tree import groups_note, roots_note, stand_apart, unreached


def build(scenario: ScenarioLike, network: int = 0) -> Structure:
    """The leaders and channels of a resolved scenario.

    Reads `stream`, `seed`, `attention`, `perspective.acuity` and `folder`; checks that the
    positions named in `issues` and `direction` exist. network: 0 is the scenario's own network;
    each other number (below 2^32) draws the channels that the seed draws anew. Raises
    errors.InvalidInput listing everything wrong with the files. What is valid but may not be meant
    stands in the structure's `notes`.
    """
    problems: list[Problem] = []
    notes: list[Problem] = []
    stream = scenario.stream
    people: ImportedPeople | None
    if not _imported(stream):
        people, ties = people_from_numbers(stream.positions), NO_TIES
    else:
        people, ties = _read(stream, scenario.folder or Path(), problems, notes)
    if people is None:
        raise InvalidInput(problems)
    traits = traits_of(
        people.positions, getattr(stream, "positions", None) or (), scenario, problems
    )
    problems += reference_problems(people.positions, scenario)
    apart = stand_apart(
        getattr(stream, "roots", None), people.manager, people.position, ties.listed
    )
    given = getattr(stream, "pairs", None) or ()
    further, strangers = _channels.further_pairs(given, people.id, scenario)
    problems += [*strangers, *_size_problems(people, stream, apart, scenario)]
    if problems:
        raise InvalidInput(problems)
    nobody, some = unreached(people, scenario)
    if nobody:
        raise InvalidInput(nobody)
    joined = _joined(people, ties, stream, apart, (scenario.seed, network))
    structure = _assemble(people, traits, joined, further)
    messages = [*groups_note(structure)]
    messages += _channels.joined_already(given, people.id, joined.pairs)
    if _imported(stream):
        messages += roots_note(getattr(stream, "roots", None), apart, structure)
    notes += [*some, *(problem_at(scenario, path, message) for path, message in messages)]
    return replace(structure, notes=tuple(notes))


def positions_in_file(folder: Path, file: str) -> tuple[list[str], list[Problem]]:
    """The positions in a file of people, upstream first; none, and what is wrong, where it cannot
    be read."""
    problems: list[Problem] = []
    people = _people(folder, file, problems)[1]
    return (people.positions if people and not problems else []), problems


def _imported(stream: Any) -> bool:
    return getattr(stream, "people", None) is not None


def _people(
    folder: Path, file: str, problems: list[Problem]
) -> tuple[csvfile.Table | None, ImportedPeople | None]:
    """The file of people as a table, and the people in it where they form trees."""
    table = csvfile.read(folder, file, PEOPLE_COLUMNS, problems)
    if table is None:
        return None, None
    table = plain_ids(table, PEOPLE_COLUMNS, written_ids(table))
    return table, people_of(table, problems)


def _read(
    stream: Any, folder: Path, problems: list[Problem], notes: list[Problem]
) -> tuple[ImportedPeople | None, Ties]:
    """People, and the pairs that ties join; None for people who form no tree (`problems` says
    why)."""
    table, people = _people(folder, str(stream.people), problems)
    notes += table.notes if table else ()
    if getattr(stream, "ties", None) is None:
        return people, NO_TIES
    listed = csvfile.read(folder, str(stream.ties), TIE_COLUMNS, problems)
    if table is None or listed is None:
        return people, NO_TIES
    ids = people.id if people else [row["id"] for row in table.rows]
    index = {identity: i for i, identity in enumerate(ids)}
    listed = plain_ids(listed, ENDS, ids)
    notes += [*listed.notes, *without_use(listed)]
    return people, tie_pairs(listed, index, getattr(stream, "kinds", None), problems)


def _groups(people: ImportedPeople, stream: Any, apart: bool) -> tuple[Integers, Integers]:
    """The groups in which all are joined: peers, and the roots."""
    peers = _channels.peer_groups(
        getattr(stream, "peers", None) or "none", people.manager, people.position
    )
    return peers, _channels.root_group(people.manager, apart)


def _size_problems(
    people: ImportedPeople, stream: Any, apart: bool, scenario: ScenarioLike
) -> list[Problem]:
    if people.key[-1] >= 1 << 32:
        return [problem_at(scenario, "stream.positions", "are more than 4096")]
    peers, roots = _groups(people, stream, apart)
    joined = "stream.roots" if _imported(stream) else "stream.positions"
    for path, group in (("stream.peers", peers), (joined, roots)):
        number = _channels.pairs_within(group)
        if number > _channels.LIMIT:
            message = f"would join {number:,} pairs of leaders; at most {_channels.LIMIT:,} can be"
            return [problem_at(scenario, path, message)]
    return []


class _Joined(NamedTuple):
    """Who has a channel without stream.pairs, as codes: all pairs, and those of them that are
    lines."""

    pairs: Integers
    lines: Integers


def _joined(
    people: ImportedPeople, ties: Ties, stream: Any, apart: bool, drawn: tuple[int, int]
) -> _Joined:
    """Who has a channel by line, as peers, by a tie or by a bridge.

    drawn: the seed and the number of the network by which bridges are drawn. They are drawn as if
    stream.pairs were not there, so that a further pair moves none of them.
    """
    peers, roots = _groups(people, stream, apart)
    lines = np.union1d(_channels.line_pairs(people.manager), _channels.all_pairs(roots))
    pairs = np.union1d(np.union1d(lines, _channels.all_pairs(peers)), ties.chosen)
    # Halves are rounded up: Python's own rounding would make 0.5 bridges none and 1.5 two.
    bridges = int((getattr(stream, "bridges", 0.0) or 0.0) * len(people.key) + 0.5)
    extra = _channels.bridge_pairs(pairs, bridges, people.key, people.unit, people.position, *drawn)
    return _Joined(np.union1d(pairs, extra), lines)


def _assemble(
    people: ImportedPeople, traits: Traits, joined: _Joined, further: Integers
) -> Structure:
    """Join everyone to whom they have a channel, those of `further` pairs too, and lay everything
    out as read-only arrays."""
    leaders = len(people.key)
    source, target, direction, line = _channels.both_ways(
        np.union1d(joined.pairs, further), joined.lines, people.position
    )
    depth, root = _tree.depths_and_roots(people.manager)
    enter, leave = _tree.euler_intervals(people.manager)
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
    return structure.read_only()


# People made from a few numbers: how many leaders at each position


def people_from_numbers(positions: Sequence[Any]) -> ImportedPeople:
    """The people of a generated organisation; `positions` have a `name` and `leaders`, upstream
    first.

    Spans are even from position to position. Keys are unique below 2^32 for up to 4096 positions of
    up to 2^20 leaders; ids are the position's name and an ordinal from 1 (downstream-07).
    """
    names = [p.name for p in positions]
    sizes = [int(p.leaders) for p in positions]
    position = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    ordinal = np.concatenate([np.arange(size, dtype=np.int64) for size in sizes])
    first = np.cumsum([0, *sizes])
    manager = np.full(len(position), -1, dtype=np.int64)
    for p in range(1, len(sizes)):
        manager[first[p] : first[p + 1]] = first[p - 1] + _tree.even_spans(sizes[p - 1], sizes[p])
    digits = [max(2, len(str(size))) for size in sizes]
    ids = [
        f"{names[p]}-{n + 1:0{digits[p]}d}"
        for p, n in zip(position.tolist(), ordinal.tolist(), strict=True)
    ]
    unit, units = _tree.units_of_tree(manager, ids)
    return ImportedPeople(
        key=position * (1 << 20) + ordinal,
        row=np.arange(len(position), dtype=np.int64),
        id=ids,
        name=list(ids),
        manager=manager,
        position=position,
        positions=names,
        unit=unit,
        units=units,
    )
