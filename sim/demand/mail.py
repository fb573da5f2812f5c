"""How many messages each leader is sent to read, in expectation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.demand.issues import Concern, Lines

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
    another has (the mean field of percolation). An idea counts when it arrives before the decision
    could be taken at the earliest: once the notice has arrived, `gather` is over and, where a room
    meets, one round is held; its hops take Erlang-distributed time. Of decisions everybody affected
    and not in the room hears once, to the share that `rollout.coverage` asks for. Leaves out what
    depends on the course of things: mandates, ideas that travel by line beyond `flow.reach`, and
    decisions heard twice. Custom rules of flow are taken to pass on what `flow.*.open`
    says.
    """
    n = prepared.numbers
    earliest = [_earliest(n, one, lines) for one in concerned]
    engagement = _engagement(n, concerned, earliest)
    total = _context(n, engagement)
    total += _ideas(n, concerned, earliest, lines, engagement)
    for one in concerned:
        total += one.rate * (_notices(one, lines) + _decisions(n, one))
        if one.kind.written and one.seats > 1.0:
            total += one.rate * one.seat * (one.seats - 1.0)
    return total


def _engagement(n: Numbers, concerned: list[Concern], earliest: Times) -> Array:
    """Where each leader's engagement settles: what being heard, being unheard, work behind and
    recovery come to.

    Heard are those in the room, whoever answers for the issue, and of the other witnesses those
    whose idea comes in time over one channel and finds a place in one mind's span. A day of work is
    taken to wait: rather too much.
    """
    if not n.engaging:
        return np.full(n.leaders, n.engagement)
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
    pull = n.recovery + n.behind + up + down
    settled: Array = np.where(
        pull > 0, (n.recovery * n.engagement + up) / np.maximum(pull, 1e-300), n.engagement
    )
    return settled


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


def _decisions(n: Numbers, one: Concern) -> Array:
    """What was decided, read once by those affected who did not decide."""
    deciding = one.seat if one.seats > 0 else one.answers
    outside: Array = np.maximum(one.affected - deciding, 0.0)
    return outside * n.coverage


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
        for hop, heard in _spread(n, some, passing):
            for kind, weight in enumerate(witnessed[:, some] * scale[:, None]):
                total += weight @ heard * _in_time(hop, earliest[kind], _hop(n))
        return total
    return _by_line(n, concerned, earliest, lines, passing)


def _in_time(hops: int, times: list[tuple[float, float]], mean: float) -> float:
    """The chance that a number of hops, each exponential with a mean, is over within a time
    (Erlang)."""
    from scipy.special import gammainc

    return float(sum(share * gammainc(hops, time / mean) for time, share in times))


def _spread(n: Numbers, starts: Array, passing: Array) -> list[tuple[int, Array]]:
    """(hop, messages received at it by each leader) for ideas that spread from each start over
    every channel.

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
    return hops


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


def _context(n: Numbers, engagement: Array) -> Array:
    """News of the direction: everybody comes to know it, and sends it on once, not back to whom it
    came from."""
    used = np.ones(len(n.channel_to), bool) if n.by_spread else n.channel_line == 1
    if n.shift_rate <= 0.0 or not used.any():
        return np.zeros(n.leaders)
    passing = _passing(n, engagement, 1.0 / n.shift_rate) * used
    back = (n.leaders - n.source.sum(axis=0)).sum() / used.sum()
    received = np.bincount(n.channel_to, weights=passing, minlength=n.leaders)
    news: Array = n.shift_rate * max(n.parts - back, 0.0) * received
    return news
