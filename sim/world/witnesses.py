"""Who senses an issue."""

from __future__ import annotations

from sim.compiler import compiled
from sim.draws import AWAY, WITNESS, exponential, uniform, uniform_pair
from sim.rules.vectors import Integers, Vector, sort_by

WITHIN = ("everywhere", "unit", "reach")
"""Where the witnesses of an issue are, beside its origin and whoever answers for it, as a scenario
says it; the place of each is its code."""
EVERYWHERE, IN_UNIT, IN_REACH = range(len(WITHIN))

MOST_SCANNED = 1024
"""From up to so many candidates, witnesses and origins are drawn by a draw for each candidate, so
that who else there is changes no draw of theirs; from more, by a draw for each group of candidates
that are alike (a convention: up to there it is cheap to ask each)."""


@compiled
def choose_witnesses(
    k0: int,
    k1: int,
    origin: int,
    accountable: int,
    count: int,
    keys: Integers,
    candidates: Integers,
    first: int,
    until: int,
    relevances: Vector,
    chosen: Integers,
    scores: Vector,
) -> int:
    """Fill `chosen` with the witnesses of an issue, ascending, and return how many they are.

    The origin and the accountable leader always; the others, up to `count` in all, of the
    candidates from place `first` up to `until`, without replacement with probability proportional
    to relevance (an entry a leader): the smallest Exp(1) / relevance (Efraimidis & Spirakis 2006).
    `chosen` and `scores` have room for max(count, 2).
    """
    always = _those_always(origin, accountable, chosen)
    room = count if count > always else always
    n = always
    for place in range(first, until):
        i = candidates[place]
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
    _put_in_order(chosen, n)
    return n


@compiled
def _those_always(origin: int, accountable: int, chosen: Integers) -> int:
    """Note who senses an issue in any case, and return how many they are."""
    chosen[0] = origin
    if origin == accountable:
        return 1
    chosen[1] = accountable
    return 2


@compiled
def _put_in_order(chosen: Integers, count: int) -> None:
    """Sort the first `count`, a few, ascending."""
    for last in range(1, count):
        leader = chosen[last]
        at = last
        while at > 0 and chosen[at - 1] > leader:
            chosen[at] = chosen[at - 1]
            at -= 1
        chosen[at] = leader


# Many candidates: those at one position and in one unit, or in none that a facet belongs to, see an
# issue alike. They are drawn group by group; a group is a range of `members` (all leaders by
# position, those of a position by unit), group 0 of each position without the ranges of its others.


@compiled
def group_candidates(
    owners: Integers,
    home: int,
    members: Integers,
    position_from: Integers,
    unit: Integers,
    units: Integers,
    starts: Integers,
    ends: Integers,
    left: Integers,
) -> int:
    """Write the groups of candidates into `starts`, `ends` and how many are `left` in each; returns
    how many groups a position has.

    owners: the unit that each facet belongs to (-1: none); home: the one unit whose leaders are
    candidates, -1 for everybody. `units` has room for a number a facet.
    """
    own = 0
    if home >= 0:
        units[0] = home
        own = 1
    for k in range(len(owners) if home < 0 else 0):
        at = own
        while at > 0 and units[at - 1] > owners[k]:
            at -= 1
        if owners[k] >= 0 and (at == 0 or units[at - 1] != owners[k]):
            for later in range(own, at, -1):
                units[later] = units[later - 1]
            units[at] = owners[k]
            own += 1
    for position in range(len(position_from) - 1):
        rest, here = position * (own + 1), position_from[position]
        starts[rest], ends[rest] = here, position_from[position + 1]
        left[rest] = ends[rest] - here if home < 0 else 0
        for i in range(own):
            group = rest + 1 + i
            starts[group] = _first_of(members, unit, starts[rest], ends[rest], units[i])
            ends[group] = _first_of(members, unit, starts[rest], ends[rest], units[i] + 1)
            left[group] = ends[group] - starts[group]
            if home < 0:
                left[rest] -= left[group]
    return own + 1


@compiled
def _first_of(members: Integers, unit: Integers, low: int, high: int, wanted: int) -> int:
    """The first place from `low` up to `high` in members whose unit is `wanted` or a later one."""
    while low < high:
        middle = (low + high) // 2
        if unit[members[middle]] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def group_of(place: int, position: int, width: int, starts: Integers, ends: Integers) -> int:
    """The group of who stands at a place in members, of the `width` groups of their position."""
    rest = position * width
    for group in range(rest + 1, rest + width):
        if starts[group] <= place < ends[group]:
            return group
    return rest


@compiled
def free_place(
    group: int,
    number: int,
    width: int,
    starts: Integers,
    ends: Integers,
    taken: Integers,
    count: int,
) -> int:
    """The place in members of number `number` of those of a group who are not taken.

    taken: the places of the `count` who are, in any order.
    """
    at, settled = starts[group] + number, -1
    first = group % width == 0
    # How many places before it are not free grows with it, until no further one comes before it.
    while settled != at:
        settled = at
        at = starts[group] + number
        for other in range(group + 1, group + width if first else group + 1):
            if starts[other] <= settled:
                at += (ends[other] if ends[other] <= settled else settled + 1) - starts[other]
        for i in range(count):
            if starts[group] <= taken[i] <= settled:
                inside = True
                for other in range(group + 1, group + width if first else group + 1):
                    if starts[other] <= taken[i] < ends[other]:
                        inside = False
                at += 1 if inside else 0
    return at


@compiled
def choose_by_group(
    k0: int,
    k1: int,
    origin: int,
    accountable: int,
    count: int,
    positions: Integers,
    members: Integers,
    place_of: Integers,
    width: int,
    groups: int,
    starts: Integers,
    ends: Integers,
    left: Integers,
    relevances: Vector,
    due: Vector,
    pick: Vector,
    drawn: Integers,
    taken: Integers,
    chosen: Integers,
) -> int:
    """What `choose_witnesses` does, for candidates in groups of equal relevance (an entry a group).

    The smallest of m scores Exp(1)/r is Exp(1)/(m r), the next lies Exp(1)/((m - 1) r) beyond it
    (Rényi 1953), and each is that of any member not yet taken alike. So scores are drawn in their
    order, group by group, only as far as they are needed: the same distribution. `due`, `pick` and
    `drawn` have room for a number a group, `taken` and `chosen` for max(count, 2).
    """
    n = _those_always(origin, accountable, chosen)
    for i in range(n):
        taken[i] = place_of[chosen[i]]
        group = group_of(taken[i], positions[chosen[i]], width, starts, ends)
        if left[group] > 0:
            left[group] -= 1
    for group in range(groups):
        drawn[group] = 0
        due[group] = 0.0
        if left[group] > 0:
            _draw_next(k0, k1, group, width, left, relevances, due, pick, drawn)
    while n < count:
        best = -1
        for group in range(groups):
            if left[group] > 0 and (best < 0 or due[group] < due[best]):
                best = group
        if best < 0:
            break
        number = int(pick[best] * left[best])
        taken[n] = free_place(best, number, width, starts, ends, taken, n)
        chosen[n] = members[taken[n]]
        n += 1
        left[best] -= 1
        if left[best] > 0:
            _draw_next(k0, k1, best, width, left, relevances, due, pick, drawn)
    _put_in_order(chosen, n)
    return n


@compiled
def _draw_next(
    k0: int,
    k1: int,
    group: int,
    width: int,
    left: Integers,
    relevances: Vector,
    due: Vector,
    pick: Vector,
    drawn: Integers,
) -> None:
    """Draw the next smallest score of a group, and which member's it is."""
    u, v = uniform_pair(k0, k1, WITNESS, 1, group // width, group % width, drawn[group])
    due[group] += exponential(u) / (left[group] * relevances[group])
    pick[group] = v
    drawn[group] += 1


@compiled
def leaders_in_reach(
    leader: int,
    hops: int,
    keys: Integers,
    channel_from: Integers,
    channel_to: Integers,
    channel_line: Integers,
    found: Integers,
    seen: Integers,
) -> int:
    """Write into `found`, ascending, a leader and all up to so many hops away on the reporting
    lines; returns how many they are.

    `found` has room for all leaders; `seen` has a number for each, 0 before and after.
    """
    found[0] = leader
    seen[leader] = 1
    count, first = 1, 0
    for _ in range(hops):
        until = count
        for at in range(first, until):
            for c in range(channel_from[found[at]], channel_from[found[at] + 1]):
                if channel_line[c] and seen[channel_to[c]] == 0:
                    seen[channel_to[c]] = 1
                    found[count] = channel_to[c]
                    count += 1
        first = until
    for at in range(count):
        seen[found[at]] = 0
    sort_by(found, count, keys)
    return count


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
