"""Those without a manager: whether they are a team, in which all are joined, or stand apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.organization.structure import Integers, Structure

TEAM, APART = "team", "apart"


def stand_apart(asked: str | None, manager: Integers, position: Integers, listed: Integers) -> bool:
    """Whether the roots stand apart: as asked, else where they are of different rank or a tie joins two of them.

    listed: the pairs that any listed tie joins, of whatever kind (`channels.codes`).
    """
    roots = np.flatnonzero(manager < 0)
    if asked is not None:
        return asked == APART
    if len(set(position[roots].tolist())) > 1:
        return True
    one, other = listed // len(manager), listed % len(manager)
    return bool(np.any((manager[one] < 0) & (manager[other] < 0)))


def roots_note(asked: str | None, apart: bool, structure: Structure) -> Iterator[tuple[str, str]]:
    """What to say of several roots among people, where nobody decided it: the key, and the sentence."""
    roots = structure.roots
    if asked is not None or len(roots) < 2:
        return
    who = f"{len(roots):,} people without a manager"
    if apart:
        ranks = len(set(structure.position[roots].tolist()))
        why = f"they are of {ranks} different ranks" if ranks > 1 else "ties among them are listed"
        told = f"{who} stand apart, as {why}; stream.roots: team joins them all"
    else:
        pairs = len(roots) * (len(roots) - 1) // 2
        plural = "channel" if pairs == 1 else "channels"
        told = f"{who} are joined as one team: {pairs:,} {plural}; stream.roots: apart leaves them apart"
    yield "stream.roots", told


def groups(structure: Structure) -> Integers:
    """The sizes of the groups that channels hold together, the largest first."""
    group = np.arange(len(structure))
    while True:
        # Each takes the lowest number among its neighbours', until nobody's changes.
        lower = group.copy()
        np.minimum.at(lower, structure.channel_target, group[structure.channel_source])
        lower = lower[lower]
        if np.array_equal(lower, group):
            return np.sort(np.unique(group, return_counts=True)[1])[::-1]
        group = lower


def groups_note(structure: Structure) -> Iterator[tuple[str, str]]:
    """That no channel joins some leaders to the others, with how many."""
    sizes: Any = groups(structure)
    if len(sizes) > 1:
        told = (
            f"{len(sizes):,} groups of leaders have no channel to one another (the largest: {sizes[0]:,} of "
            f"{len(structure):,} leaders): no idea, context or decision passes between them"
        )
        yield "stream", told
