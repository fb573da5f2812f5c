"""What results may show of people: everybody, or groups of at least `privacy.smallest_group`.

This is the one place that says so. `hidden` and `smallest_group` read it from a scenario or from a
manifest, `groups_of` puts the leaders of an organisation into groups, `group_means` makes a row a
group of a row a leader, `insist_shown` refuses what cannot be said of groups, and `unnamed` takes
people out of a text that others wrote.

Groups are a partition: every leader is in one, and each has at least so many (all leaders together,
where there are fewer). So no sum or difference of groups, nor of a group and the total, is about
fewer: a group of all but one would need the one to be a group of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import Refused
from sim.scenario.keys.privacy import USUAL

if TYPE_CHECKING:
    from sim.organization import Structure

SECTION = "privacy"
KEY = f"{SECTION}.smallest_group"
EVERYBODY = "everybody"
SOMEBODY = "somebody"
OTHER_UNITS = "other units"
SEVERAL_UNITS = "several units"
ALL_POSITIONS = "all positions"
_MOST_NAMED = 3

Integers = NDArray[np.int64]


def smallest_group(source: Any) -> int | None:
    """The smallest group of leaders that may be shown; None where everybody may.

    source: a `Scenario` (or one of its policies), a resolved scenario as plain data, or the
    manifest of a result.
    """
    if isinstance(source, Mapping):
        section = source.get(SECTION)
        if section is None and isinstance(source.get("scenario"), Mapping):
            section = source["scenario"].get(SECTION)
        if not isinstance(section, Mapping):
            return None
        least = section.get("smallest_group", USUAL)
        return int(least) if isinstance(least, int) and not isinstance(least, bool) else None
    least = getattr(source, "smallest_group", None)
    return least if isinstance(least, int) else None


def hidden(source: Any) -> bool:
    """Whether people are shown in groups only; `source` as in `smallest_group`."""
    return smallest_group(source) is not None


def told(source: Any) -> str:
    """The sentence that says how people are shown, and why; '' where nothing was said of it.

    Where `--set` decided it instead of the file, of a manifest or a scenario with changes, the
    sentence says so.
    """
    smallest = smallest_group(source)
    changes = source.get("changes") if isinstance(source, Mapping) else source.changes
    changed = any(str(key).split(".")[0] == SECTION for key in changes or ())
    if smallest is None:
        lifted = f"People are shown one by one: {KEY} was switched off with --set."
        return lifted if changed else ""
    return (
        f"People are shown in groups of at least {smallest} leaders, by position and unit, so that "
        f"nothing here is about one person ({KEY}{', set with --set' if changed else ''})."
    )


def insist_shown(source: Any, what: str) -> None:
    """Refused where people are shown in groups only.

    what: what was asked for, with its verb, which would show people one by one: "--log lists who
    wrote to whom".
    """
    smallest = smallest_group(source)
    if smallest is not None:
        raise Refused(
            f"{what}; with {KEY}: {smallest} people are shown in groups of at least {smallest}"
        )


@dataclass(frozen=True, eq=False)
class Groups:
    """The leaders of an organisation in groups that may be shown.

    N leaders in canonical order, G groups: upstream first, units in the order of their names.
    """

    smallest: int  # what was asked for
    of: Integers  # [N] the group of each leader
    labels: list[str]  # [G] what each group is called; no two alike
    positions: list[str]  # [G] the position of its leaders, or several in words
    units: list[str]  # [G] the unit of its leaders, or several in words; '' for whole positions
    sizes: Integers  # [G] how many leaders; each at least `smallest`, but where all are fewer

    def __len__(self) -> int:
        """The number of groups."""
        return len(self.labels)

    @property
    def names(self) -> list[str]:
        """What each leader is called, in canonical order: the label of their group."""
        return [self.labels[group] for group in self.of.tolist()]


def groups_of(structure: Structure, smallest: int) -> Groups:
    """The leaders in groups of at least `smallest`.

    A group is a unit at a position. Units with fewer leaders there are put together; where these
    are too few still, they join the smallest unit of their position. Positions with fewer leaders
    than `smallest` are put together; where these are too few still, they join the smallest group
    of the position next to them. Fewer than `smallest` leaders in all are one group. Names of
    units that name a person, such as those by the head's id, become numbers.
    """
    parts = _partition(structure, smallest)
    of = np.empty(len(structure), dtype=np.int64)
    for group, members in enumerate(parts):
        of[members] = group
    called = unit_names(structure)
    spoken = [_spoken(structure, members, called, smallest) for members in parts]
    labels = _unlike([" / ".join(filter(None, names)) for names in spoken])
    if len(parts) == 1:
        labels = [EVERYBODY]
    return Groups(
        smallest,
        of,
        labels,
        [position for position, _ in spoken],
        [unit for _, unit in spoken],
        np.array([len(members) for members in parts], dtype=np.int64),
    )


def _partition(structure: Structure, smallest: int) -> list[Integers]:
    """The members of each group, in canonical order; groups by position, then by unit."""
    groups: list[Integers] = []
    left: list[Integers] = []
    for position in range(len(structure.positions)):
        there = np.flatnonzero(structure.position == position)
        if len(there) < smallest:
            left.append(there)
        else:
            groups += _of_position(structure.unit, there, smallest)
    few = np.sort(np.concatenate(left)) if left else np.empty(0, dtype=np.int64)
    if len(few):
        if len(few) < smallest and groups:
            beside = _beside(structure.position, few, groups)
            few = np.sort(np.concatenate([few, groups.pop(beside)]))
        groups.append(few)
    return sorted(groups, key=lambda members: _place(structure, members))


def _of_position(unit: Integers, there: Integers, smallest: int) -> list[Integers]:
    """The leaders of a position, at least `smallest`, by unit; small units together."""
    by_unit = [there[unit[there] == one] for one in np.unique(unit[there])]
    groups = [members for members in by_unit if len(members) >= smallest]
    few = [members for members in by_unit if len(members) < smallest]
    if not few:
        return groups
    rest = np.sort(np.concatenate(few))
    if len(rest) < smallest:
        fewest = min(range(len(groups)), key=lambda group: len(groups[group]))
        rest = np.sort(np.concatenate([rest, groups.pop(fewest)]))
    return [*groups, rest]


def _beside(position: Integers, few: Integers, groups: Sequence[Integers]) -> int:
    """Which group some leaders join: the smallest of the nearest position."""
    first = int(position[few].min())

    def far(group: int) -> tuple[int, int]:
        return abs(int(position[groups[group]].min()) - first), len(groups[group])

    return min(range(len(groups)), key=far)


def _place(structure: Structure, members: Integers) -> tuple[int, int, int]:
    """Where a group stands among the others: by its first position, single units before others."""
    units = np.unique(structure.unit[members])
    return int(structure.position[members].min()), int(len(units) > 1), int(units[0])


# What groups are called


def _spoken(
    structure: Structure, members: Integers, called: Sequence[str], smallest: int
) -> tuple[str, str]:
    """The position and the unit of a group in words; '' for the unit of whole positions.

    called: the names of the units.
    """
    at = np.unique(structure.position[members])
    names = [structure.positions[position] for position in at.tolist()]
    position = _listed(names, ALL_POSITIONS if len(at) == len(structure.positions) else "")
    if len(members) == np.count_nonzero(np.isin(structure.position, at)):
        return position, ""
    if len(at) > 1:
        return position, SEVERAL_UNITS
    units, counts = np.unique(structure.unit[members], return_counts=True)
    if len(units) == 1:
        return position, called[int(units[0])]
    large = [called[int(one)] for one in units[counts >= smallest]]
    return position, f"{large[0]} + {OTHER_UNITS}" if large else OTHER_UNITS


def _listed(names: Sequence[str], all_of_them: str) -> str:
    """Some names in few words: 'a', 'a + b', 'a + b + c', 'a + b + 4 more'; where these would be
    all that there are (`all_of_them` is not empty), what to say of all."""
    if len(names) > _MOST_NAMED:
        if all_of_them:
            return all_of_them
        names = [*names[: _MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1} more"]
    return " + ".join(names)


def _unlike(labels: Sequence[str]) -> list[str]:
    """The labels, with a number behind those that stand before already."""
    made: list[str] = []
    for label in labels:
        number, name = 2, label
        while name in made:
            number, name = number + 1, f"{label} ({number})"
        made.append(name)
    return made


def unit_names(structure: Structure) -> list[str]:
    """The names of the units, in the order of `structure.units`; those that name a person as
    'unit 3', by their number in this order."""
    from sim.organization import units_of_tree

    people = {text.casefold() for text in (*structure.id, *structure.name)}
    unit, heads = units_of_tree(structure.manager, structure.id)
    of_tree = [heads[one] for one in unit.tolist()]
    of_heads = of_tree == [structure.units[one] for one in structure.unit.tolist()]
    ids = set(structure.id)
    return [
        f"unit {number}" if (of_heads and name in ids) or _names(name, people) else name
        for number, name in enumerate(structure.units, start=1)
    ]


def _names(text: str, people: set[str]) -> bool:
    """Whether a text contains the id or the name of a person. Numbers alone name nobody: plants
    and teams are numbered too."""
    words = text.casefold().split()
    spans = (
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )
    return any(span in people and not span.isdecimal() for span in spans)


def unnamed(text: str, inputs: Any) -> str:
    """A text such as an error's, without the ids and names of people where they are shown in groups
    only.

    inputs: the `Parameters` of the policy that it is about, or what has them as `inputs`.
    """
    inputs = getattr(inputs, "inputs", inputs)
    structure = getattr(inputs, "structure", None)
    if structure is None or not hidden(getattr(inputs, "scenario", None)):
        return text
    there = {word for word in (*structure.id, *structure.name) if word in text}
    if not there:
        return text
    longest_first = "|".join(re.escape(word) for word in sorted(there, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{longest_first})(?!\w)", SOMEBODY, text)


# Numbers of groups


def group_means(values: NDArray[Any], group: Integers, groups: Groups, runs: int) -> NDArray[Any]:
    """The mean of each group in each of `runs` runs: [runs x G], run by run.

    values, group: of each leader in each run; group is the run times G plus the leader's group.
    NaN values are left out. The mean of fewer leaders than may be shown is NaN. Sums run in row
    order, one addition after another.
    """
    cells = runs * len(groups)
    known = ~np.isnan(values)
    count = np.bincount(group[known], minlength=cells)
    sums = np.bincount(group[known], weights=values[known], minlength=cells)
    least = np.tile(np.minimum(groups.sizes, groups.smallest), runs)
    shown = count >= least
    return np.divide(sums, count, out=np.full(cells, np.nan), where=shown)
