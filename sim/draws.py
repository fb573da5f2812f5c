"""Counter-based random draws: each is a pure function of (stream, purpose, entities, index).

The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy
as 1, 2, 3", SC11), whose published known-answer vectors the tests check. A *stream* is its 64-bit
key, held as two 32-bit words; `stream_of` derives one from another, so a replication, and an issue
in it, each have their own. Within a stream a draw is addressed by its purpose, up to three entities
(32-bit words such as leaders' keys) and an index below 2^24. No draw depends on how many were made
before it: policies compared under one seed face the same world, and any draw can be recomputed
alone.
"""

from __future__ import annotations

from math import sqrt

from sim.arithmetic import exp, log
from sim.compiler import compiled

MASK = 0xFFFFFFFF

# What a draw is for. The numbers are part of the model version: changing one changes results.
RUN = 1  # the stream of a replication
ISSUE = 2  # the stream of an issue
ARRIVAL = 3  # time between two issues of a kind, between two shifts of direction
ORIGIN = 4  # who raises an issue
UNIT = 5  # the unit that a facet of an issue belongs to
THETA = 6  # facet values
SALIENCE = 7  # what an issue itself makes matter
DIRECTION = 8  # what the organisation is after
WITNESS = 9  # who senses an issue
SENSE = 10  # the error of a witness's idea
PASS = 11  # whether and when a message goes from one leader to another, and its place among ties
DISTORT = 12  # the noise that retelling adds
SEAT = 13  # who sits in a forum, among equals
SPEAK = 14  # whether an idea is said in a round
BRIEF = 15  # whether context is said in a round
TIE = 16  # which of several equally supported alternatives
TURN = 17  # which of several equally urgent forums books first
JUDGE = 18  # a right or wrong judgement, for kinds with a fixed accuracy
BRIDGE = 19  # channels outside the reporting lines
CHAIR = 20  # who chairs the first round, where the chair passes round
DRIFT = 21  # how what is true of an issue moves from day to day
STUDY = 22  # the error of what a witness learns in a day
INVENT = 23  # whether a witness thinks of a further alternative
AWAY = 24  # whether a leader is away on a day
CLASS = 25  # of which of the custom leader classes a leader is
SPEAKER = 26  # who has a turn to speak in a round, and whether they bring something new
LEANING = 27  # what a person or a unit takes to matter more than others do
COMPETENCE = 28  # how well a person senses and judges
JUDGEMENT = 29  # how a person errs about what matters
REPLACED = 30  # whether the person in a seat leaves on a day
PERSON = 31  # the key of the next person in a seat


@compiled
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """One block of Philox4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key.

    Masking after each shift makes 64-bit signed arithmetic give the same words as unbounded
    integers.
    """
    for _ in range(10):
        p0 = 0xD2511F53 * c0
        p1 = 0xCD9E8D57 * c2
        c0 = ((p1 >> 32) & 0xFFFFFFFF) ^ c1 ^ k0
        c1 = p1 & 0xFFFFFFFF
        c2 = ((p0 >> 32) & 0xFFFFFFFF) ^ c3 ^ k1
        c3 = p0 & 0xFFFFFFFF
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


@compiled
def stream_of(k0: int, k1: int, purpose: int, a: int, b: int) -> tuple[int, int]:
    """The stream of an entity (a, b) of a kind `purpose` inside the stream (k0, k1)."""
    w0, w1, _, _ = philox(purpose << 24, a, b, 0xFFFFFFFF, k0, k1)
    return w0, w1


@compiled
def unit_interval(high: int, low: int) -> float:
    """Two 32-bit words as a uniform number on the 2^52 midpoints of (0, 1): never 0, never 1."""
    return (((high << 20) | (low >> 12)) + 0.5) * 2.220446049250313e-16


@compiled
def uniform_pair(
    k0: int, k1: int, purpose: int, index: int, a: int, b: int, c: int
) -> tuple[float, float]:
    """Two independent uniforms on (0, 1) from one block; `index` in [0, 2^24)."""
    w0, w1, w2, w3 = philox((purpose << 24) | index, a, b, c, k0, k1)
    return unit_interval(w0, w1), unit_interval(w2, w3)


@compiled
def uniform(k0: int, k1: int, purpose: int, index: int, a: int, b: int, c: int) -> float:
    """One uniform on (0, 1); `index` in [0, 2^24)."""
    w0, w1, _, _ = philox((purpose << 24) | index, a, b, c, k0, k1)
    return unit_interval(w0, w1)


@compiled
def exponential(u: float) -> float:
    """Exponential with mean 1, by inversion of a uniform."""
    return -log(u)


@compiled
def poisson(u: float, mean: float) -> int:
    """Poisson with 0 <= mean <= 700, by inversion of a uniform (sequential search)."""
    term = exp(-mean)
    total = term
    count = 0
    while u > total and count < 2000:
        count += 1
        term *= mean / count
        total += term
    return count


@compiled
def normal(u: float) -> float:
    """Standard normal, by inversion of a uniform: algorithm AS 241, PPND16 (Wichura 1988)."""
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        r = 0.180625 - q * q
        top = 2509.0809287301226727
        top = top * r + 33430.575583588128105
        top = top * r + 67265.770927008700853
        top = top * r + 45921.953931549871457
        top = top * r + 13731.693765509461125
        top = top * r + 1971.5909503065514427
        top = top * r + 133.14166789178437745
        top = top * r + 3.3871328727963666080
        bottom = 5226.4952788528545610
        bottom = bottom * r + 28729.085735721942674
        bottom = bottom * r + 39307.895800092710610
        bottom = bottom * r + 21213.794301586595867
        bottom = bottom * r + 5394.1960214247511077
        bottom = bottom * r + 687.18700749205790830
        bottom = bottom * r + 42.313330701600911252
        bottom = bottom * r + 1.0
        return q * top / bottom
    r = sqrt(-log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        top = 7.74545014278341407640e-4
        top = top * r + 2.27238449892691845833e-2
        top = top * r + 2.41780725177450611770e-1
        top = top * r + 1.27045825245236838258
        top = top * r + 3.64784832476320460504
        top = top * r + 5.76949722146069140550
        top = top * r + 4.63033784615654529590
        top = top * r + 1.42343711074968357734
        bottom = 1.05075007164441684324e-9
        bottom = bottom * r + 5.47593808499534494600e-4
        bottom = bottom * r + 1.51986665636164571966e-2
        bottom = bottom * r + 1.48103976427480074590e-1
        bottom = bottom * r + 6.89767334985100004550e-1
        bottom = bottom * r + 1.67638483018380384940
        bottom = bottom * r + 2.05319162663775882187
        bottom = bottom * r + 1.0
    else:
        r -= 5.0
        top = 2.01033439929228813265e-7
        top = top * r + 2.71155556874348757815e-5
        top = top * r + 1.24266094738807843860e-3
        top = top * r + 2.65321895265761230930e-2
        top = top * r + 2.96560571828504891230e-1
        top = top * r + 1.78482653991729133580
        top = top * r + 5.46378491116411436990
        top = top * r + 6.65790464350110377720
        bottom = 2.04426310338993978564e-15
        bottom = bottom * r + 1.42151175831644588870e-7
        bottom = bottom * r + 1.84631831751005468180e-5
        bottom = bottom * r + 7.86869131145613259100e-4
        bottom = bottom * r + 1.48753612908506148525e-2
        bottom = bottom * r + 1.36929880922735805310e-1
        bottom = bottom * r + 5.99832206555887937690e-1
        bottom = bottom * r + 1.0
    return -top / bottom if q < 0.0 else top / bottom
