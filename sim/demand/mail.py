"""How many messages each leader is sent to read, in expectation."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np

from sim.demand.issues import Concern, Lines, at_least, by_origin, relevance_of
from sim.organization import DOWN, UP
from sim.rules.engagement import effect_of
from sim.world.issues import AFFECTS_ALL

if TYPE_CHECKING:
    from sim.parameters import Parameters
    from sim.parameters.records import Numbers

Array = np.ndarray

Times = list[list[tuple[float, float]]]
"""For each kind of issue: times, and the probability of each."""

_WORK = 4_000_000
"""Channels walked, over all who have ideas: in larger organisations the ideas of some stand for
those of all."""
_SETTLED = 1e-6


def messages(prepared: Parameters, concerned: list[Concern], lines: Lines) -> Array:
    """Messages to be read a tick by each leader, in expectation: ideas, notices, decisions, context
    and writings.

    Ideas and context spread as in a branching process on the channels: each passes with the
    probability of its direction, and whether one neighbour has heard does not depend on whether
    another has (the mean field of percolation). Who hears an idea at the last hop of its spreading
    sends it on along the line. An idea counts when it arrives before the decision could be taken at
    the earliest: once the notice has arrived, `gather` is over and, where a room meets, one round
    is held; its hops take Erlang-distributed time. Decisions go by the lines. Leaves out what
    depends on the course of things: mandates, and decisions that cross on their way. Custom rules
    of flow are taken to pass on what `flow.*.open` says.
    """
    n = prepared.numbers
    earliest = [_earliest(n, one, lines) for one in concerned]
    engagement, relevance = _engagement(n, concerned, earliest), relevance_of(prepared)
    total = _context(n, engagement, concerned)
    total += _ideas(n, concerned, earliest, lines, engagement)
    for one in concerned:
        decisions = _decisions(prepared, one, relevance)
        total += one.rate * (_notices(one, lines) + decisions)
        if one.kind.written and one.seats > 1.0:
            total += one.rate * one.seat * (one.seats - 1.0)
    return total


def _engagement(n: Numbers, concerned: list[Concern], earliest: Times) -> Array:
    """What each leader's engagement does to openness (`effect_of`), where it settles: what being
    heard, being unheard and recovery come to.

    Heard are those in the room, whoever answers for the issue, and of the other witnesses those
    whose idea comes in time over one channel and finds a place in one mind's span. No work is taken
    to wait.
    """
    if not n.engaging:
        return np.ones(n.leaders)
    up, down = np.zeros(n.leaders), np.zeros(n.leaders)
    openness = n.openness[n.channel_direction].mean() if len(n.channel_to) else 0.0
    for one, times in zip(concerned, earliest, strict=True):
        seated = 1.0 - (1.0 - one.seat) * (1.0 - one.answers)
        others = np.maximum(one.witness - seated, 0.0)
        minded = (
            openness * _in_time(1, times, _hop(n)) * min(1.0, n.span / max(one.witness.sum(), 1.0))
        )
        up += n.heard * one.rate * n.day * (seated + others * minded)
        down += n.unheard * one.rate * n.day * others * (1.0 - minded)
    pull = n.recovery + up + down
    settled = np.where(
        pull > 0, (n.recovery * n.engagement + up) / np.maximum(pull, 1e-300), n.engagement
    )
    effects: Array = np.array([effect_of(float(one), n.engagement) for one in settled])
    return effects


def _passing(n: Numbers, engagement: Array, time: float) -> Array:
    """With what probability an item passes each channel in the end, when it is tried as often as
    there is time."""
    openness = n.openness[n.channel_direction] * np.repeat(engagement, np.diff(n.channel_from))
    retry = n.retry[n.channel_direction]
    times = 1.0 + np.where(retry > 0, time // np.maximum(retry, 1), 0.0)
    passing: Array = 1.0 - (1.0 - openness) ** times
    return passing


def _hop(n: Numbers) -> float:
    """How many ticks a hop takes on average, over the channels by how open they are."""
    weight = n.openness[n.channel_direction]
    mean = np.maximum(n.delay, 1e-9)[n.channel_direction]
    if not len(weight) or weight.sum() == 0:
        return 1.0
    return float(np.sum(weight / -np.expm1(-1.0 / mean)) / weight.sum())


def _earliest(n: Numbers, one: Concern, lines: Lines) -> list[tuple[float, float]]:
    """How many ticks after it arose an issue can be decided at the earliest, and with what
    probability.

    Where levels judge, the origin may settle the matter.
    """
    hops = _line_hops(one.accountable, lines) * one.is_noticed
    known = one.kind.gather + (one.kind.round if one.seats > 0 else 0)
    return [
        (
            min(known + distance * _hop(n), float(one.kind.expiry)),
            float(one.origin[hops == distance].sum()),
        )
        for distance in np.unique(hops)
    ]


def _line_hops(target: Array, lines: Lines) -> Array:
    at, hops = np.arange(len(target)), np.zeros(len(target))
    while (at != target).any():
        hops += at != target
        at = lines.next(at, target)
    return hops


def _notices(one: Concern, lines: Lines) -> Array:
    """The notice of an issue, read by all on the line from its origin to whoever answers for it."""
    count = len(one.origin)
    if not one.is_noticed:
        return np.zeros(count)
    at, read = np.arange(count), np.zeros(count)
    while (at != one.accountable).any():
        on = at != one.accountable
        at = lines.next(at, one.accountable)
        read += np.bincount(at[on], weights=one.origin[on], minlength=count)
    return read


def _decisions(prepared: Parameters, one: Concern, relevance: Array) -> Array:
    """What was decided, on its way by the lines to those affected who did not decide.

    Whoever decided tells their manager where somebody else is to hear of it, so that a manager
    hears from each report who was in the room, and a root from other roots; the others affected
    hear once, from above. Once the share that `rollout.coverage` asks for knows, the rest is not
    read: nothing at all where so many decided.
    """
    n, read = prepared.numbers, np.zeros(prepared.numbers.leaders)
    order, led = np.argsort(n.enter), n.manager >= 0
    up, down = (max(float(n.delay[way]), 1e-9) for way in (UP, DOWN))
    # What goes up about the matter of a team or unit is read if it comes before the one hop down
    # after which enough of them know.
    soon = 1.0 if one.kind.affects == AFFECTS_ALL else down / (up + down)
    for likely, affected, deciding in by_origin(prepared, one, relevance):
        outside = affected * (1.0 - deciding)
        # Leaders below one another stand together in the order of `enter`.
        sums = np.concatenate([[0.0], np.cumsum(outside[order])])
        below = sums[n.leave] - sums[n.enter]
        beyond = np.clip(outside.sum() - below, 0.0, 1.0)
        hears = np.zeros(n.leaders)
        np.add.at(hears, n.manager[led], (deciding * beyond * soon)[led])
        knows = np.minimum(deciding[n.roots] + hears[n.roots], 1.0)
        hears[n.roots] += (knows.sum() - knows) * np.clip(below[n.roots], 0.0, 1.0) * soon
        from_above = np.maximum(outside * n.coverage - (1.0 - np.exp(-hears)), 0.0)
        waits = 1.0 - _covered(affected, deciding, n.coverage)
        read += likely * waits * ((1.0 - deciding) * hears + from_above)
    return read


def _covered(affected: Array, deciding: Array, coverage: float) -> float:
    """With what probability those who decide are enough of those affected for a decision to take
    effect at once."""
    needed = max(int(np.ceil(coverage * affected.sum() - 1e-9)), 1)
    if needed > deciding.sum() + 0.5:
        return 0.0
    return float(at_least(affected * deciding, needed)[-1])


def _ideas(
    n: Numbers, concerned: list[Concern], earliest: Times, lines: Lines, engagement: Array
) -> Array:
    """The ideas of all witnesses."""
    total = np.zeros(n.leaders)
    if not len(n.channel_to) or not concerned:
        return total
    witnessed = np.array([one.rate * one.witness for one in concerned])
    rates = np.array([one.rate for one in concerned])
    means = [sum(time * share for time, share in times) for times in earliest]
    passing = _passing(
        n, engagement, float(np.average(means, weights=rates)) if rates.sum() > 0 else 0.0
    )
    if n.by_spread:
        stride = max(1, -(-n.leaders * len(n.channel_to) // _WORK))
        some = np.arange(0, n.leaders, stride)
        scale = witnessed.sum(axis=1) / np.maximum(witnessed[:, some].sum(axis=1), 1e-300)
        weights = witnessed[:, some] * scale[:, None]
        hops, fresh, unheard = _spread(n, some, passing)
        for hop, heard in hops:
            for kind, weight in enumerate(weights):
                total += weight @ heard * _in_time(hop, earliest[kind], _hop(n))
        if n.by_line:
            for one, times, weight in zip(concerned, earliest, weights, strict=True):
                known = (len(hops), fresh, unheard)
                total += _onward(n, one, times, lines, passing, some, weight, known)
        return total
    return _by_line(n, concerned, earliest, lines, passing)


def _in_time(hops: int, times: list[tuple[float, float]], mean: float) -> float:
    """The chance that a number of hops, each exponential with a mean, is over within a time
    (Erlang)."""
    return sum(share * _erlang(hops, time / mean) for time, share in times)


def _erlang(count: int, time: float) -> float:
    """The chance that `count` exponential times of mean 1 are over within a time: in closed form,
    as loading scipy takes longer than all of `check`."""
    term = rest = 1.0
    for k in range(1, count):
        term *= time / k
        rest += term
    return 1.0 - exp(-time) * rest


def _onward(
    n: Numbers,
    one: Concern,
    times: list[tuple[float, float]],
    lines: Lines,
    passing: Array,
    starts: Array,
    weight: Array,
    known: tuple[int, Array, Array],
) -> Array:
    """Ideas of one kind that go on along the lines from where their spreading ended, in messages a
    tick.

    starts, weight: whose ideas, and how many a tick. known: after how many hops, who has just heard
    each, and who has not heard it yet. In larger organisations some of those who answer stand for
    all.
    """
    total, (spent, fresh, unheard) = np.zeros(n.leaders), known
    answering = np.flatnonzero(one.answers)
    stride = max(1, -(-len(answering) * fresh.size // _WORK))
    some = answering[::stride]
    share = one.answers.sum() / max(one.answers[some].sum(), 1e-300)
    source = np.repeat(np.arange(n.leaders), np.diff(n.channel_from))
    passes = dict(
        zip(zip(source.tolist(), n.channel_to.tolist(), strict=True), passing.tolist(), strict=True)
    )
    everybody = np.arange(n.leaders)
    for target in some:
        onward = lines.next(everybody, np.full(n.leaders, target))
        open_to = np.array([passes.get((i, int(to)), 0.0) for i, to in enumerate(onward)])
        open_to[target] = 0.0
        new, left, hop = fresh, unheard, spent
        while new.max() >= _SETTLED:
            hop += 1
            flow = new * open_to
            flow[onward[None, :] == starts[:, None]] = 0.0  # not back to whose idea it is
            got = np.zeros_like(flow)
            missed = np.zeros_like(flow)
            for i in np.flatnonzero(open_to):
                got[:, onward[i]] += flow[:, i]
                missed[:, onward[i]] += np.log1p(-np.minimum(flow[:, i], 1.0 - 1e-12))
            in_time = _in_time(hop, times, _hop(n))
            total += weight @ got * (one.answers[target] * share * in_time)
            new = left * -np.expm1(missed)
            left = left - new
    return total


def _spread(
    n: Numbers, starts: Array, passing: Array
) -> tuple[list[tuple[int, Array]], Array, Array]:
    """(hop, messages received at it by each leader) for ideas that spread from each start over
    every channel; who heard them at the last hop, and who has not.

    Who has heard sends on once, not back to where it came from nor to where it began.
    """
    source = np.repeat(np.arange(n.leaders), np.diff(n.channel_from))
    order = np.argsort(n.channel_to, kind="stable")
    source, target, passes = source[order], n.channel_to[order], passing[order]
    back = _return(n, passing)[order]
    first = np.flatnonzero(np.diff(target, prepend=-1))
    ends = target[first]
    rows = np.arange(len(starts))
    fresh = np.zeros((len(starts), n.leaders))
    fresh[rows, starts] = 1.0
    unheard, before, ratio, hops = 1.0 - fresh, np.zeros_like(fresh), np.zeros_like(fresh), []
    for hop in range(1, min(n.reach, n.leaders) + 1):
        if fresh.max() < _SETTLED:
            break
        flow = fresh[:, source] * passes
        got, missed = np.zeros_like(fresh), np.zeros_like(fresh)
        got[:, ends] = np.add.reduceat(flow, first, axis=1)
        missed[:, ends] = np.add.reduceat(np.log1p(-np.minimum(flow, 1.0 - 1e-12)), first, axis=1)
        # What a leader would get back from those who first heard it from that leader.
        returned = np.zeros_like(fresh)
        returned[:, ends] = np.add.reduceat(ratio[:, source] * (passes * back), first, axis=1)
        read = np.maximum(got - before * returned, 0.0)
        read[rows, starts] = 0.0
        hops.append((hop, read))
        before, fresh = fresh, unheard * -np.expm1(missed)
        ratio = np.divide(fresh, got, out=np.zeros_like(fresh), where=got > 0)
        unheard = unheard - fresh
    return hops, fresh, unheard


def _return(n: Numbers, passing: Array) -> Array:
    """For each channel how likely an item passes it the other way."""
    source = np.repeat(np.arange(n.leaders), np.diff(n.channel_from))
    there = source * n.leaders + n.channel_to
    back = n.channel_to * n.leaders + source
    order = np.argsort(there)
    reverse: Array = passing[order][np.searchsorted(there[order], back)]
    return reverse


def _by_line(
    n: Numbers, concerned: list[Concern], earliest: Times, lines: Lines, passing: Array
) -> Array:
    """Ideas that travel along reporting lines alone, each toward whoever answers for its issue."""
    total = np.zeros(n.leaders)
    source = np.repeat(np.arange(n.leaders), np.diff(n.channel_from))
    there = source * n.leaders + n.channel_to
    order = np.argsort(there)
    everybody = np.arange(n.leaders)
    for one, times in zip(concerned, earliest, strict=True):
        for target in np.flatnonzero(one.answers):
            at, hop, weight = everybody.copy(), 0, one.rate * one.answers[target] * one.witness
            while (at != target).any():
                hop += 1
                onward = lines.next(at, np.full_like(at, target))
                on = at != onward
                ways = order[np.searchsorted(there[order], at[on] * n.leaders + onward[on])]
                weight[on] *= passing[ways]
                read = np.bincount(onward[on], weights=weight[on], minlength=n.leaders)
                total += read * _in_time(hop, times, _hop(n))
                at = onward
    return total


def _context(n: Numbers, engagement: Array, concerned: list[Concern]) -> Array:
    """News of what shifts, and of the direction where decisions set it: everybody comes to know it,
    and sends it on once, not back to whom it came from."""
    news, shifting = np.zeros(n.leaders), slice(0, n.parts - (n.set_by >= 0))
    for first in n.source.sum(axis=0)[shifting].tolist():
        news += _of_news(n, engagement, n.shift_rate, first)
    if n.set_by >= 0:
        one = concerned[n.set_by]
        news += _of_news(n, engagement, one.rate, max(one.seats, 1.0))
    return news


def _of_news(n: Numbers, engagement: Array, rate: float, first: float) -> Array:
    """Messages a tick to each leader with one part of the news, which comes at a rate and is known
    to `first` leaders at once."""
    used = np.ones(len(n.channel_to), bool) if n.by_spread else n.channel_line == 1
    if rate <= 0.0 or not used.any():
        return np.zeros(n.leaders)
    passing = _passing(n, engagement, 1.0 / rate) * used
    back = (n.leaders - first) / used.sum()
    received = np.bincount(n.channel_to, weights=passing, minlength=n.leaders)
    news: Array = rate * max(1.0 - back, 0.0) * received
    return news
