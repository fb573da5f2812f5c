"""Who senses an issue."""

from __future__ import annotations

from sim.compiler import compiled
from sim.draws import AWAY, WITNESS, exponential, uniform
from sim.rules.vectors import Integers, Vector


@compiled
def choose_witnesses(
    k0: int,
    k1: int,
    origin: int,
    accountable: int,
    count: int,
    keys: Integers,
    relevances: Vector,
    chosen: Integers,
    scores: Vector,
) -> int:
    """Fill `chosen` with the witnesses of an issue, ascending, and return how many they are.

    The origin and the accountable leader always; the others, up to `count` in all, without
    replacement with probability proportional to relevance: the smallest Exp(1) / relevance
    (Efraimidis & Spirakis 2006). `chosen` and `scores` have room for max(count, 2).
    """
    always = 1 if origin == accountable else 2
    chosen[0] = origin
    if always == 2:
        chosen[1] = accountable
    room = count if count > always else always
    if room > len(keys):
        room = len(keys)
    n = always
    for i in range(len(keys)):
        if i != origin and i != accountable:
            score = exponential(uniform(k0, k1, WITNESS, 0, keys[i], 0, 0)) / relevances[i]
            if n < room or (n > always and score < scores[n - 1]):
                at = n if n < room else n - 1
                n = at + 1
                while at > always and scores[at - 1] > score:
                    scores[at] = scores[at - 1]
                    chosen[at] = chosen[at - 1]
                    at -= 1
                scores[at] = score
                chosen[at] = i
    for last in range(1, n):
        leader = chosen[last]
        at = last
        while at > 0 and chosen[at - 1] > leader:
            chosen[at] = chosen[at - 1]
            at -= 1
        chosen[at] = leader
    return n


# Reporting lines: who is accountable, and the next leader on the way to another


@compiled
def accountable_for(origin: int, decided_at: int, manager: Integers, position: Integers) -> int:
    """The nearest of the origin and its managers at position `decided_at` or above (-1: the origin
    itself)."""
    leader = origin
    if decided_at >= 0:
        while position[leader] > decided_at and manager[leader] >= 0:
            leader = manager[leader]
    return leader


@compiled
def next_hop(leader: int, target: int, manager: Integers, enter: Integers, leave: Integers) -> int:
    """The next leader on the reporting line from `leader` to another, `target`.

    Down to the report whose subtree holds the target, else up to the manager, else across to the
    root above the target (roots form the executive team). Leader j is below i when enter[i] <=
    enter[j] < leave[i].
    """
    below = enter[leader] <= enter[target] < leave[leader]
    if not below and manager[leader] >= 0:
        return manager[leader]
    at = target
    while manager[at] >= 0 and manager[at] != leader:
        at = manager[at]
    return at


@compiled
def line_hops(leader: int, target: int, manager: Integers, enter: Integers, leave: Integers) -> int:
    """How many hops the reporting line from `leader` to another, `target`, has: 0 to itself; from
    root to root it is one."""
    hops, at = 0, leader
    while manager[at] >= 0 and not enter[at] <= enter[target] < leave[at]:
        at = manager[at]
        hops += 1
    below = target
    while below != at and manager[below] >= 0:
        below = manager[below]
        hops += 1
    return hops if below == at else hops + 1


UPWARD, DOWNWARD, SIDEWAYS, THERE = range(4)
"""Where the reporting line from one leader to another begins: to the manager, to a report, from one
leader without a manager to another, or nowhere, as both are one."""
WAYS = 4


@compiled
def way_to(leader: int, target: int, manager: Integers, enter: Integers, leave: Integers) -> int:
    """Where the reporting line from `leader` to another, `target`, begins."""
    if leader == target:
        return THERE
    if enter[leader] <= enter[target] < leave[leader]:
        return DOWNWARD
    return UPWARD if manager[leader] >= 0 else SIDEWAYS


@compiled
def is_nearer(
    leader: int, other: int, target: int, manager: Integers, enter: Integers, leave: Integers
) -> bool:
    """Whether the line to `target` is shorter from another leader, `other`, than from `leader`."""
    if manager[leader] == other:
        return not enter[leader] <= enter[target] < leave[leader]
    if manager[other] == leader or manager[other] == manager[leader]:
        return enter[other] <= enter[target] < leave[other]
    here = line_hops(leader, target, manager, enter, leave)
    return line_hops(other, target, manager, enter, leave) < here


# Who is away, and when


@compiled
def is_away(k0: int, k1: int, key: int, day: int, share: float) -> bool:
    """Whether the leader with `key` is away on a day (k0, k1: the run's stream): independently,
    that share of days."""
    return share > 0.0 and uniform(k0, k1, AWAY, 0, key, day, 0) < share


@compiled
def present_from(k0: int, k1: int, key: int, tick: int, length: int, share: float) -> int:
    """The first tick from `tick` on of a day, of `length` ticks, on which the leader is not
    away."""
    while is_away(k0, k1, key, tick // length, share):
        tick = (tick // length + 1) * length
    return tick
