"""Taking entries from the pools of a state, and giving them back; what leaders have to do with open
issues is kept in one of them.

A *concern* is an entry for an open issue and a leader. There is one only where something reached
the leader or they have a part in the issue, so memory follows what goes on, not issues x leaders.
It is found by a hash of both, and freed with its issue. Concern 0 stands for none: nothing in mind,
nothing marked, no seat.
"""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.state import CONCERNS, FREE_CONCERN, SHORT

_SPREAD = 0x9E3779B1
"""An odd number: one leader's concerns with different issues begin at different places."""


@compiled_only
def take(s: Any, free: Any, counter: int, pool: int) -> int:
    """An entry of a pool, or the dummy 0 (noting which pool was short) when none is left."""
    left = s.count[counter]
    if left == 0:
        s.count[SHORT] = pool
        return 0
    s.count[counter] = left - 1
    return free[left - 1]


@compiled_only
def give(s: Any, free: Any, counter: int, entry: int) -> None:
    """Return an entry to its pool."""
    if entry > 0:
        free[s.count[counter]] = entry
        s.count[counter] += 1


@compiled_only
def _place(s: Any, slot: int, leader: int) -> int:
    """Where the chain of concerns begins in which that of a leader with an issue stands."""
    return (slot * _SPREAD + leader) & (len(s.concern_at) - 1)


@compiled_only
def concern_of(s: Any, slot: int, leader: int) -> int:
    """What a leader has to do with an open issue; 0 for nothing."""
    at = s.concern_at[_place(s, slot, leader)]
    while at > 0 and (s.concerns[at].leader != leader or s.concerns[at].issue != slot):
        at = s.concerns[at].next
    return at


@compiled_only
def make_concern(s: Any, slot: int, leader: int) -> int:
    """What a leader has to do with an open issue, begun where there is nothing yet."""
    at = concern_of(s, slot, leader)
    if at > 0:
        return at
    at = take(s, s.free_concern, FREE_CONCERN, CONCERNS)
    if at > 0:
        place, concern = _place(s, slot, leader), s.concerns[at]
        concern.leader = leader
        concern.issue = slot
        concern.next = s.concern_at[place]
        concern.following = s.issues[slot].concerns
        concern.minded = 0
        concern.informed = 0
        concern.below = 0
        concern.seat = -1
        for word in range(s.marks.shape[1]):
            s.marks[at, word] = 0
        s.concern_at[place] = at
        s.issues[slot].concerns = at
    return at


@compiled_only
def free_concerns(s: Any, slot: int) -> None:
    """An issue is over: nobody has anything to do with it any more."""
    at = s.issues[slot].concerns
    while at > 0:
        concern = s.concerns[at]
        place = _place(s, slot, concern.leader)
        if s.concern_at[place] == at:
            s.concern_at[place] = concern.next
        else:
            before = s.concern_at[place]
            while s.concerns[before].next != at:
                before = s.concerns[before].next
            s.concerns[before].next = concern.next
        give(s, s.free_concern, FREE_CONCERN, at)
        at = concern.following
    s.issues[slot].concerns = 0
