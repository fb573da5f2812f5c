"""Whom the issues of a kind concern, in expectation: who senses them, who is affected, who sits in
the room; and the reporting lines by which it is worked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.parameters.records import Kind
from sim.rules.meeting import CHOOSE_ALL, CHOOSE_BALANCED, CHOOSE_RELEVANCE
from sim.rules.power import AUTOCRATIC, CHAIN, CHAMPION, CONTINGENT, DELEGATED
from sim.world.issues import AFFECTS
from sim.world.witnesses import EVERYWHERE, IN_UNIT, leaders_in_reach

if TYPE_CHECKING:
    from sim.parameters import Parameters
    from sim.parameters.records import Numbers

Array = np.ndarray

WITHOUT_ROOM = (AUTOCRATIC, DELEGATED, CHAIN, CHAMPION)
"""Power rules under which nobody meets."""
MOST_ORIGINS = 24
"""Of so many origins it is worked out who sits in a room, and the way of a decision; in larger
organisations they stand for all."""


@dataclass(frozen=True)
class Concern:
    """One kind of issue: how often it arises (a tick), and for each leader with what probability it
    concerns them.

    `origin` (who may raise it, with what probability) and `accountable` (who then answers for it,
    by origin) are exact; `witness`, `affected` and `seat` (in the room of a decision; all 0 where
    no room meets) are expectations.
    """

    kind: Kind
    rate: float
    origin: Array
    accountable: Array
    witness: Array
    affected: Array
    seat: Array

    @property
    def answers(self) -> Array:
        """With what probability each leader answers for an issue."""
        chances: Array = np.bincount(
            self.accountable, weights=self.origin, minlength=len(self.origin)
        )
        return chances

    @property
    def is_noticed(self) -> bool:
        """Whether a notice goes to whoever answers for the issue: not where it climbs from level to
        level."""
        return self.kind.power not in (CHAIN, CHAMPION)

    @property
    def seats(self) -> float:
        """How many sit in the room of a decision, on average."""
        return float(self.seat.sum())


def concerns(prepared: Parameters, lines: Lines) -> list[Concern]:
    """Every kind of issue of a policy, with whom it concerns."""
    rows = zip(*(column.tolist() for column in prepared.kinds), strict=True)
    relevance = relevance_of(prepared)
    return [_concern(prepared, lines, Kind(*row), relevance) for row in rows]


def relevance_of(prepared: Parameters) -> Array:
    """How precisely each leader senses a facet, on average over the facets and the units that they
    may belong to."""
    n = prepared.numbers
    seen = n.precision.copy()
    if n.local.any():
        within = np.isin(n.unit, n.local_units) / max(len(n.local_units), 1)
        dimmed = within + (1.0 - within) * n.outside
        seen[:, n.local == 1] *= dimmed[:, None]
    mean: Array = seen.mean(axis=1)
    return mean


def _concern(prepared: Parameters, lines: Lines, kind: Kind, relevance: Array) -> Concern:
    n = prepared.numbers
    raisers = np.ones(n.leaders, bool) if kind.raised_at < 0 else n.position == kind.raised_at
    origin = raisers / max(int(raisers.sum()), 1)
    accountable = lines.accountable(kind.decided_at)
    witness = _given(origin, accountable)
    witness = witness + _drawn_witnesses(n, kind, origin, accountable, relevance)
    affected = _affected(prepared, AFFECTS[kind.affects], origin, witness)
    one = Concern(kind, kind.rate, origin, accountable, witness, affected, np.zeros(n.leaders))
    if not has_room(kind):
        return one
    # Who answers for an issue and whom it affects go together, so seats are worked out by origin.
    seat = sum(likely * deciding for likely, _, deciding in by_origin(prepared, one, relevance))
    return replace(one, seat=np.asarray(seat))


def _drawn_witnesses(
    n: Numbers, kind: Kind, origin: Array, accountable: Array, relevance: Array
) -> Array:
    """With what probability each leader is a witness who was drawn, not who raises an issue or
    answers for it."""
    given = _given(origin, accountable)
    drawn, always = np.zeros(n.leaders), given.sum()
    if kind.within == EVERYWHERE:
        free = 1.0 - given
        return free * _drawn(free, relevance, min(kind.witnesses, n.leaders) - always)
    for likely, here, members in _candidates(n, kind, origin, accountable):
        free = 1.0 - here[members]
        drawn[members] += likely * free * _drawn(free, relevance[members], kind.witnesses - always)
    return drawn


def _candidates(
    n: Numbers, kind: Kind, origin: Array, accountable: Array
) -> Iterator[tuple[float, Array, Array]]:
    """Who may be drawn as witnesses, how likely it is that it is they, and with what probability
    each leader then raises an issue or answers for it: the leaders of each unit, or those in reach
    of an origin (of up to `MOST_ORIGINS`, which then stand for all)."""
    if kind.within == IN_UNIT:
        likely = np.bincount(n.unit, weights=origin)
        given = _given(origin, accountable)
        for unit in np.flatnonzero(likely):
            members = n.unit_members[n.unit_from[unit] : n.unit_from[unit + 1]]
            yield float(likely[unit]), np.minimum(given / likely[unit], 1.0), members
        return
    some, everybody = _some(np.flatnonzero(origin)), np.arange(n.leaders)
    found, seen = np.zeros(n.leaders, np.int64), np.zeros(n.leaders, np.int64)
    lines = (n.key, n.channel_from, n.channel_to, n.channel_line, found, seen)
    for one in some.tolist():
        count = leaders_in_reach(one, n.reach, *lines)
        here = (everybody == one) | (everybody == accountable[one])
        yield float(origin[one] / origin[some].sum()), here.astype(float), found[:count]


def _some(origins: Array) -> Array:
    """Up to `MOST_ORIGINS` of the origins, evenly."""
    return origins[:: max(1, -(-len(origins) // MOST_ORIGINS))]


def _given(origin: Array, accountable: Array) -> Array:
    """With what probability each leader raises an issue or answers for it."""
    count = len(origin)
    answers = np.bincount(accountable, weights=origin, minlength=count)
    both = origin * (accountable == np.arange(count))
    either: Array = origin + answers - np.bincount(accountable, weights=both, minlength=count)
    return either


def by_origin(
    prepared: Parameters, one: Concern, relevance: Array
) -> Iterator[tuple[float, Array, Array]]:
    """Of an issue of each origin (of up to `MOST_ORIGINS`, which then stand for all): how likely it
    is, and with what probability it affects each leader, and each decides it."""
    n = prepared.numbers
    some, everybody = _some(np.flatnonzero(one.origin)), np.arange(n.leaders)
    given = _given(one.origin, one.accountable)
    drawn = (one.witness - given) / np.maximum(1.0 - given, 1e-12)
    for origin in some:
        answers = (everybody == one.accountable[origin]).astype(float)
        raised = (everybody == origin).astype(float)
        chance = drawn
        if one.kind.within == IN_UNIT:
            here = n.unit == n.unit[origin]
            chance = np.minimum(drawn * here / one.origin[here].sum(), 1.0)
        witness = np.maximum(chance, np.maximum(answers, raised))
        affected = _affected(prepared, AFFECTS[one.kind.affects], raised, witness)
        deciding = answers
        if has_room(one.kind):
            others = (1.0 - answers) * (1.0 - (1.0 - witness) * (1.0 - affected))
            seats = _seats(n.position, one.kind, answers, others, relevance)
            deciding = answers + seats
        yield float(one.origin[origin] / one.origin[some].sum()), affected, deciding


def has_room(kind: Kind) -> bool:
    """Whether a room settles every issue of the kind; where `contingent` asks for evidence, if it
    does either way."""
    if kind.power != CONTINGENT:
        return kind.power not in WITHOUT_ROOM
    if kind.half_life <= kind.urgent_within:
        return kind.when_urgent not in WITHOUT_ROOM
    quiet = kind.when_stakes if kind.stakes > kind.stakes_above else kind.otherwise
    return kind.when_spread not in WITHOUT_ROOM and quiet not in WITHOUT_ROOM


def _drawn(free: Array, weight: Array, wanted: float) -> Array:
    """With what probability each of those who are free is drawn, `wanted` in all, in proportion to
    a weight.

    Drawing by the smallest Exp(1)/weight takes everybody below one bound c, which hardly varies
    where many are drawn: 1 - exp(-c weight), with c such that the expectation is met.
    """
    if wanted <= 0.0 or not free.any():
        return np.zeros(len(free))
    if wanted >= free.sum():
        return np.ones(len(free))
    scaled = weight / weight.max()
    low, high = 0.0, 1.0
    while np.sum(free * -np.expm1(-high * scaled)) < wanted and high < 1e12:
        high *= 2.0
    for _ in range(80):
        middle = (low + high) / 2.0
        low, high = (
            (middle, high) if np.sum(free * -np.expm1(-middle * scaled)) < wanted else (low, middle)
        )
    chosen: Array = -np.expm1(-high * scaled)
    return chosen


def _affected(prepared: Parameters, affects: str, origin: Array, witness: Array) -> Array:
    """With what probability each leader is affected, over the origins."""
    n = prepared.numbers
    if affects == "all":
        return np.ones(n.leaders)
    if affects == "witnesses":
        return witness
    starts, members, group = n.team_from, n.team, n.team_head
    if affects == "unit":
        starts, members, group = n.unit_from, n.unit_members, n.unit
    weight = np.bincount(group, weights=origin, minlength=len(starts) - 1)
    chances: Array = np.bincount(
        members, weights=np.repeat(weight, np.diff(starts)), minlength=n.leaders
    )
    return np.minimum(chances, 1.0)


def _seats(position: Array, kind: Kind, answers: Array, others: Array, relevance: Array) -> Array:
    """With what probability each leader has a seat beside whoever answers for the issue.

    Within a position seats fall in proportion to the chance of being a candidate; which of them is
    most relevant under the beliefs of one leader differs from issue to issue.
    """
    if kind.choose == CHOOSE_ALL:
        return others
    wanted = min(kind.size - 1.0, float(others.sum()))
    if wanted <= 0.0:
        return np.zeros(len(others))
    if kind.choose == CHOOSE_RELEVANCE:
        by_relevance: Array = others * _drawn(others, relevance, wanted)
        return by_relevance
    if kind.choose != CHOOSE_BALANCED:
        return others * (wanted / others.sum())
    return _balanced(position, answers, others, wanted, kind.size)


def _balanced(position: Array, answers: Array, others: Array, wanted: float, size: int) -> Array:
    """Seats dealt to the position with the fewest, upstream first, as long as it has a candidate
    more."""
    count = int(position.max()) + 1
    seated = np.bincount(position, weights=answers, minlength=count)
    tails = [at_least(others[position == p], size) for p in range(count)]
    dealt, filled = np.zeros(count, int), np.zeros(count)
    while wanted > 1e-9 and (dealt < size).any():
        p = min(
            np.flatnonzero(dealt < size).tolist(),
            key=lambda p: (round(float(seated[p] + dealt[p]), 9), p),
        )
        filled[p] += min(wanted, tails[p][dealt[p]])
        wanted -= min(wanted, tails[p][dealt[p]])
        dealt[p] += 1
    there = np.bincount(position, weights=others, minlength=count)
    shares = np.divide(filled, there, out=np.zeros(count), where=there > 0)
    seats: Array = others * shares[position]
    return seats


def at_least(chances: Array, most: int) -> Array:
    """The chance that at least 1, 2, ..., `most` of independent events happen (Poisson
    binomial)."""
    exactly = np.zeros(most + 1)
    exactly[0] = 1.0
    for chance in chances[chances > 0.0]:
        moved = exactly[:-1] * chance
        exactly[:-1] *= 1.0 - chance
        exactly[1:] += moved
    tails: Array = np.cumsum(exactly[::-1])[::-1][1:]
    return tails


# Reporting lines, walked for many leaders at once


class Lines:
    """The reporting lines of an organisation (see `sim.world.witnesses`, which walks them for one
    leader)."""

    def __init__(self, numbers: Numbers) -> None:
        self.manager, self.position, self.depth = numbers.manager, numbers.position, numbers.depth
        self.enter, self.leave = numbers.enter, numbers.leave
        levels = int(self.depth.max()) + 1
        everybody = np.arange(len(self.manager))
        self.above = np.tile(everybody[:, None], (1, levels))
        """[N, levels]: the leader at each depth above another, itself at its own depth and
        below."""
        at = everybody.copy()
        for _ in range(levels):
            self.above[everybody, self.depth[at]] = at
            at = np.where(self.manager[at] >= 0, self.manager[at], at)

    def accountable(self, decided_at: int) -> Array:
        """Who answers for an issue of each origin: the nearest at the position or above (-1: the
        origin itself)."""
        at = np.arange(len(self.manager))
        while decided_at >= 0:
            on = (self.position[at] > decided_at) & (self.manager[at] >= 0)
            if not on.any():
                break
            at = np.where(on, self.manager[at], at)
        return at

    def next(self, leader: Array, target: Array) -> Array:
        """The next leader on the line from each to its target; who is there stays."""
        below = (self.enter[leader] <= self.enter[target]) & (
            self.enter[target] < self.leave[leader]
        )
        deeper = np.minimum(self.depth[leader] + 1, self.above.shape[1] - 1)
        onward = np.where(self.manager[leader] >= 0, self.manager[leader], self.above[target, 0])
        step: Array = np.where(below, self.above[target, deeper], onward)
        return np.where(leader == target, leader, step)
