"""What arises, and what is true of it."""

from __future__ import annotations

from math import sqrt

from sim.arithmetic import exp
from sim.clock import NEVER
from sim.compiler import compiled
from sim.draws import (
    ARRIVAL,
    COMPETENCE,
    DIRECTION,
    DRIFT,
    INVENT,
    ISSUE,
    JUDGE,
    JUDGEMENT,
    LEANING,
    ORIGIN,
    RUN,
    SALIENCE,
    SENSE,
    STUDY,
    THETA,
    TIE,
    UNIT,
    exponential,
    normal,
    stream_of,
    uniform,
    uniform_pair,
)
from sim.rules.evidence import idea_value, judgement, studied_value
from sim.rules.vectors import Integers, Vector
from sim.world.witnesses import MOST_SCANNED

AFFECTS = ("team", "unit", "witnesses", "all")
"""Whom a decision may affect, as a scenario says it; the place of each is its code."""
AFFECTS_TEAM, AFFECTS_UNIT, AFFECTS_WITNESSES, AFFECTS_ALL = range(len(AFFECTS))
MOST_WITNESSES = 64
"""Of one issue, as a scenario may ask for."""

_SHIFT_OF_DIRECTION = 0xFFFFFFFF  # stands where an issue kind's key would


@compiled
def run_stream(seed: int, replication: int) -> tuple[int, int]:
    """The stream of one replication under a seed in [0, 2^63)."""
    return stream_of(seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF, RUN, replication, 0)


@compiled
def issue_stream(k0: int, k1: int, kind_key: int, ordinal: int) -> tuple[int, int]:
    """The stream of one issue of a replication, by its kind's key and its ordinal among its
    kind."""
    return stream_of(k0, k1, ISSUE, kind_key, ordinal)


@compiled
def arrival_gap(k0: int, k1: int, kind_key: int, ordinal: int, rate: float) -> float:
    """Ticks (continuous) between issue `ordinal - 1` of a kind and issue `ordinal`: exponential,
    `rate` a tick."""
    return exponential(uniform(k0, k1, ARRIVAL, 0, kind_key, ordinal, 0)) / rate


@compiled
def shift_gap(k0: int, k1: int, version: int, rate: float) -> float:
    """Ticks (continuous) between two versions of the direction: exponential, `rate` a tick."""
    return exponential(uniform(k0, k1, ARRIVAL, 0, _SHIFT_OF_DIRECTION, version, 1)) / rate


@compiled
def left_to_wait(now: float, due: float, rate: float, kept: float) -> float:
    """How much of an exponential wait is left at a time, as it would be at a rate of 1 a tick.

    kept: what is left of it while the rate is 0, when nothing is due.
    """
    return (due - now) * rate if rate > 0.0 else kept


@compiled
def due_at_rate(now: float, left: float, rate: float) -> float:
    """When a wait ends of which so much is left (at a rate of 1 a tick), now that the rate is
    `rate`.

    Arrivals at a rate that changes are those at rate 1 in a time that runs faster or slower, so the
    same draws serve whatever becomes of the rate (Çinlar 1975).
    """
    return now + left / rate if rate > 0.0 else float(NEVER)


@compiled
def fill_normals(k0: int, k1: int, purpose: int, a: int, b: int, c: int, values: Vector) -> None:
    """Independent standard normals, two from each block."""
    for index in range(0, len(values), 2):
        u, v = uniform_pair(k0, k1, purpose, index, a, b, c)
        values[index] = normal(u)
        if index + 1 < len(values):
            values[index + 1] = normal(v)


@compiled
def fill_simplex(k0: int, k1: int, purpose: int, a: int, values: Vector) -> None:
    """A point uniform on the simplex: exponential draws, normalised to sum 1."""
    total = 0.0
    for index in range(len(values)):
        values[index] = exponential(uniform(k0, k1, purpose, index, a, 0, 0))
        total += values[index]
    for index in range(len(values)):
        values[index] = values[index] / total


@compiled
def direction(k0: int, k1: int, version: int, weights: Vector) -> None:
    """The organisation's direction W of a version: what matters, uniform on the simplex."""
    fill_simplex(k0, k1, DIRECTION, version, weights)


@compiled
def competence(k0: int, k1: int, person: int, spread: float) -> float:
    """How precisely the person with this key senses, as a multiple of what their position gives:
    log-normal with mean 1, `spread` the standard deviation of its logarithm (k0, k1: the
    replication's stream)."""
    if spread <= 0.0:
        return 1.0
    z = normal(uniform(k0, k1, COMPETENCE, 0, person, 0, 0))
    return exp(spread * z - 0.5 * spread * spread)


@compiled
def leanings(
    k0: int,
    k1: int,
    key: int,
    strength: float,
    person: int,
    error: float,
    noise: Vector,
    leaning: Vector,
) -> None:
    """What a person takes to matter more or less than others do, a factor for each facet: l_k =
    exp(strength z_k + error e_k), z_k and e_k ~ N(0, 1), the same throughout a replication.

    z belongs to the person, or to their unit, by its `key` (interests); e to the person with the
    key `person` (errors of judgement). k0, k1: the replication's stream; `noise` has room for a
    number each facet.
    """
    fill_normals(k0, k1, LEANING, key, 0, 0, leaning)
    if error > 0.0:
        fill_normals(k0, k1, JUDGEMENT, person, 0, 0, noise)
    for k in range(len(leaning)):
        leaned = strength * leaning[k]
        if error > 0.0:
            leaned += error * noise[k]
        leaning[k] = exp(leaned)


@compiled
def salience(k0: int, k1: int, weights: Vector) -> None:
    """What an issue itself makes matter, uniform on the simplex (k0, k1: the issue's stream)."""
    fill_simplex(k0, k1, SALIENCE, 0, weights)


@compiled
def truth(k0: int, k1: int, status_quo: bool, facets: int, theta: Vector) -> None:
    """Facet values theta_mk ~ N(0, 1), alternatives x facets; a status quo, the first, is worth
    0."""
    fill_normals(k0, k1, THETA, 0, 0, 0, theta)
    if status_quo:
        for k in range(facets):
            theta[k] = 0.0


@compiled
def lead_by(theta: Vector, facets: int, worths: Vector, status_quo: bool, gap: float) -> None:
    """Shift alternatives so that the best is worth exactly `gap` more than the next (theta:
    alternatives x facets).

    All facets of the best move alike; where the best is a status quo, which is worth 0, all others
    move instead. `worths` are those of `theta` as it comes; the weights of what matters sum to 1.
    """
    best = 0
    for m in range(1, len(worths)):
        if worths[m] > worths[best]:
            best = m
    second = -1
    for m in range(len(worths)):
        if m != best and (second < 0 or worths[m] > worths[second]):
            second = m
    shift = gap - (worths[best] - worths[second])
    stays = status_quo and best == 0
    for m in range(len(worths)):
        if (m == best) != stays:
            for k in range(facets):
                theta[m * facets + k] += -shift if stays else shift


@compiled
def drift(
    k0: int,
    k1: int,
    day: int,
    status_quo: bool,
    facets: int,
    persistence: float,
    noise: Vector,
    theta: Vector,
) -> None:
    """Move what is true of an issue to the next day: an Ornstein-Uhlenbeck process on the daily
    grid.

    theta' = a theta + sqrt(1 - a^2) z with a = `persistence` in (0, 1): each facet stays N(0, 1);
    the increment is keyed by issue and day. A status quo does not move. `noise` has room for as
    many numbers as `theta`.
    """
    fill_normals(k0, k1, DRIFT, day, 0, 0, noise)
    fresh = sqrt(1.0 - persistence * persistence)
    for at in range(facets if status_quo else 0, len(theta)):
        theta[at] = persistence * theta[at] + fresh * noise[at]


@compiled
def study_day(
    k0: int,
    k1: int,
    key: int,
    day: int,
    status_quo: bool,
    theta: Vector,
    own: int,
    precisions: Vector,
    growth: float,
    study: float,
    noise: Vector,
    idea: Vector,
) -> None:
    """What the idea of the witness with `key` says after one more day of study (see `sense`)."""
    facets = len(precisions)
    base = len(idea) - facets if own >= 0 else len(idea)
    fill_normals(k0, k1, STUDY, day, key, 0, noise)
    for at in range(facets if status_quo else 0, len(idea)):
        actual = theta[at] if at < base else theta[own * facets + at - base]
        idea[at] = studied_value(
            idea[at], growth, study, actual, precisions[at % facets], noise[at]
        )


@compiled
def invents(k0: int, k1: int, key: int, probability: float) -> bool:
    """Whether the witness with `key` has an alternative that nobody else has thought of."""
    return uniform(k0, k1, INVENT, 0, key, 0, 0) < probability


@compiled
def tie_draws(k0: int, k1: int, ties: Vector) -> None:
    """One draw an alternative, which settles every tie about this issue."""
    for m in range(len(ties)):
        ties[m] = uniform(k0, k1, TIE, m, 0, 0, 0)


@compiled
def origin(
    k0: int, k1: int, raised_at: int, keys: Integers, members: Integers, position_from: Integers
) -> int:
    """Who raises an issue: uniform over the leaders at position `raised_at` (-1: over all).

    members: all leaders by position, each position from `position_from` on. Each has a draw where
    they are up to `MOST_SCANNED`; among more, one draw says which.
    """
    first, until = 0, len(keys)
    if raised_at >= 0:
        first, until = position_from[raised_at], position_from[raised_at + 1]
    if until - first > MOST_SCANNED:
        return members[first + int(uniform(k0, k1, ORIGIN, 1, 0, 0, 0) * (until - first))]
    chosen = -1
    least = 2.0
    for at in range(first, until):
        u = uniform(k0, k1, ORIGIN, 0, keys[members[at]], 0, 0)
        if u < least:
            least = u
            chosen = members[at]
    return chosen


@compiled
def facet_units(
    k0: int, k1: int, home: int, affects: int, local: Integers, units: Integers, owners: Integers
) -> None:
    """The unit that each facet of an issue belongs to (-1: to none).

    Facets that live among the units (`local`) belong to the origin's unit `home` when the issue
    affects its team or its unit, else each to a unit drawn from `units`. A home that is no such
    unit counts as none.
    """
    at_home = False
    for at in range(len(units)):
        if units[at] == home and affects <= AFFECTS_UNIT:
            at_home = True
    for k in range(len(local)):
        owners[k] = -1
        if local[k] and len(units) > 0:
            if at_home:
                owners[k] = home
            else:
                owners[k] = units[int(uniform(k0, k1, UNIT, k, 0, 0, 0) * len(units))]


@compiled
def sense(
    k0: int,
    k1: int,
    key: int,
    status_quo: bool,
    theta: Vector,
    own: int,
    precisions: Vector,
    idea: Vector,
) -> None:
    """The idea of the person with `key`: y_mk = theta_mk + N(0, 1/tau_k), alternatives x facets.

    It speaks of the alternatives that everybody knows and then of the witness's `own`, if they have
    one (else -1). Everybody knows the worth of a status quo: 0.
    """
    facets = len(precisions)
    base = len(idea) - facets if own >= 0 else len(idea)
    fill_normals(k0, k1, SENSE, key, 0, 0, idea)
    for at in range(len(idea)):
        if status_quo and at < facets:
            idea[at] = 0.0
        else:
            actual = theta[at] if at < base else theta[own * facets + at - base]
            idea[at] = idea_value(actual, precisions[at % facets], idea[at])


@compiled
def look_errors(k0: int, k1: int, key: int, errors: Vector) -> None:
    """How far the first look of the person with `key` was off, in standard deviations of the noise
    of each number that it gave (see `sense`)."""
    fill_normals(k0, k1, SENSE, key, 0, 0, errors)


@compiled
def judge(k0: int, k1: int, key: int, accuracy: float, best: int, assessment: Vector) -> None:
    """The judgement of the leader with `key`, right with probability `accuracy`, independently of
    all others."""
    judgement(uniform(k0, k1, JUDGE, 0, key, 0, 0), accuracy, best, assessment)
