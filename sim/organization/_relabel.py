"""The same organisation under other keys: who is joined to whom stays, the draws of each leader and
their order change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.organization._structure import Integers, Structure

_MASK = np.uint64(0xFFFFFFFF)


def other_keys(key: Integers, label: int) -> Integers:
    """Other keys below 2^32, as different from one another as the given ones.

    The finalizer of MurmurHash3, which maps 32-bit words one to one, of key xor label.
    """
    words = key.astype(np.uint64) ^ np.uint64(label & 0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        words = ((words ^ (words >> np.uint64(shift))) * np.uint64(factor)) & _MASK
    return words.astype(np.int64)


def relabelled(structure: Structure, label: int) -> Structure:
    """The same people, lines, units and channels, with other keys, in the order of these.

    label: which other keys, below 2^32. What a draw or the order of leaders decides (who sees what,
    who is first of two alike) falls on others; nothing that a rule may read of a leader changes.
    """
    key = other_keys(structure.key, label)
    order = np.argsort(key, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    source, target = place[structure.channel_source], place[structure.channel_target]
    channels = np.lexsort((target, source))
    source = source[channels]
    manager = structure.manager[order]
    kept = ("row", "position", "unit", "x", "authority", "attention", "acuity", "depth")
    per_leader = {name: getattr(structure, name)[order] for name in (*kept, "enter", "leave")}
    return replace(
        structure,
        key=key[order],
        id=[structure.id[i] for i in order],
        name=[structure.name[i] for i in order],
        manager=np.where(manager < 0, -1, place[manager]),
        root=place[structure.root[order]],
        channel_source=source,
        channel_target=target[channels],
        channel_direction=structure.channel_direction[channels],
        channel_line=structure.channel_line[channels],
        channel_start=np.searchsorted(source, np.arange(len(order) + 1)).astype(np.int64),
        **per_leader,
    ).read_only()
