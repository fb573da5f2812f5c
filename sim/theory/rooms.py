"""What is said in a room, what its members lean to, and who stands behind what it decides."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

STEP = 0.3
"""Of the trapezoidal rule over logarithms, good for six decimals."""


def ideas_on_record(n: int, turns: int, candour: float) -> np.ndarray:
    """The law of how many of n ideas, each in one mind, are on the record after some turns: [0..n].

    In a turn one of the n speaks, each as likely, and with probability `candour` brings the idea in
    mind if it is not on the record: a chain from d to d + 1 with probability c (n - d)/n. The mean
    is n (1 - (1 - c/n)^turns).
    """
    if n < 1 or turns < 0 or not 0.0 <= candour <= 1.0:
        raise ValueError("n must be at least 1, turns not negative, candour lie in [0, 1]")
    law = np.zeros(n + 1)
    law[0] = 1.0
    onward = candour * (1.0 - np.arange(n + 1) / n)
    for _ in range(turns):
        law = law * (1.0 - onward) + np.concatenate(([0.0], (law * onward)[:-1]))
    return law


def ideas_in_writing(n: int, candour: float) -> np.ndarray:
    """The law of how many of n ideas, each in one mind, are on the record after a written round:
    Binomial(n, candour), as nobody has seen the others' replies."""
    if n < 1 or not 0.0 <= candour <= 1.0:
        raise ValueError("n must be at least 1, candour lie in [0, 1]")
    said = range(n + 1)
    return np.array([math.comb(n, d) * candour**d * (1 - candour) ** (n - d) for d in said])


def room_quality(n: int, precision: float, law: np.ndarray) -> float:
    """Expected quality of the mean of n members' estimates of one N(0, 1) facet, each with an idea
    of one's own of this precision, when the number of ideas on the record has the law [0..n].

    With d on the record, d members know d ideas and n - d know one more; the error of the mean of
    their posterior means is normal, its variance the sum over truth and ideas of the squared
    coefficients.
    """
    if n < 1 or precision <= 0.0 or len(law) != n + 1:
        raise ValueError("n must be at least 1, precision positive, the law have n + 1 numbers")
    quality = 0.0
    for d, share in enumerate(law):
        own = precision / (1.0 + (d + 1) * precision) / n
        said = (d * precision / (1.0 + d * precision) / n if d else 0.0) + (n - d) * own
        of_truth = d * said + (n - d) * own - 1.0
        noise = (d * said**2 + (n - d) * own**2) / precision
        quality += float(share) * (1.0 - of_truth**2 - noise)
    return quality


def overprecise_quality(precision: float, times: float) -> float:
    """Expected quality of an estimate of one N(0, 1) facet by one mind that takes an idea for
    `times` as precise as it is: 1 - (1 - a)^2 - a^2/tau, a = k tau/(1 + k tau)."""
    if precision <= 0.0 or times <= 0.0:
        raise ValueError("precision and times must be positive")
    moved = times * precision / (1.0 + times * precision)
    return 1.0 - (1.0 - moved) ** 2 - moved**2 / precision


@cache
def leaning_error(facets: int, strength: float, leanings: float) -> float:
    """Mean squared error of what a room takes to matter, as a share: E sum_k (m_k - w_k)^2 / sum_k
    w_k^2, m the mean of `leanings` views w_ik ~ w_k exp(strength z_ik), normalised. Where views are
    shared by more than one, 1 over the sum of their squared shares: as many count.

    w_k ~ x_k, the product of two exponential variables: direction and salience, each uniform on the
    simplex. With X, Q, Y the sums of x, x^2 and y = x exp(strength z), and ' for another view, it
    is A/n + (1 - 1/n) B - 2 C + 1, where A = E (X^2/Q) sum (y/Y)^2, B = E (X^2/Q) sum y y'/(Y Y'),
    C = E (X/Q) sum x y/Y. Each reciprocal of a sum is an integral of an exponential, 1/Y = int
    exp(-aY) da, 1/Y^2 = int a exp(-aY) da: the facets then are independent, and what is left are
    integrals in three dimensions at most, done by the trapezoidal rule over logarithms.
    """
    if facets < 2 or strength < 0.0 or leanings < 1.0:
        raise ValueError("needs two facets, a strength not negative, and one leaning at least")
    logs = np.arange(-34.0, 5.0 + STEP / 2, STEP)
    exponential = STEP * np.exp(logs - np.exp(logs))
    x = np.exp(2.0 * logs[0] + STEP * np.arange(2 * len(logs) - 1))
    of_x = np.convolve(exponential, exponential)
    seen = of_x > 1e-18
    x, of_x = x[seen], of_x[seen]
    z = np.arange(-9.0, 9.0 + STEP / 2, STEP)
    of_z = STEP * np.exp(-(z**2) / 2.0) / math.sqrt(2.0 * math.pi)
    rates = np.exp(np.arange(-20.0, 18.0, 2 * STEP))
    step = 2 * STEP
    y = x[:, None] * np.exp(strength * z)
    # E y^q exp(-a y) given x, for q = 0, 1, 2: [rates, x]
    given = [np.array([(y**q * np.exp(-a * y)) @ of_z for a in rates]) for q in (0, 1, 2)]
    k, one, two, cross = facets, 0.0, 0.0, 0.0
    for t in rates**2:
        at = of_x * np.exp(-t * x**2)
        weight = 2.0 * step * t  # the step of ln t is twice that of ln a
        g = {(p, q): given[q] @ (at * x**p) for p in (0, 1, 2) for q in (0, 1, 2)}
        none = g[0, 0]
        cross += (
            weight
            * step
            * float(
                rates
                @ (
                    k * g[2, 1] * none ** (k - 1)
                    + k * (k - 1) * g[1, 1] * g[1, 0] * none ** (k - 2)
                )
            )
        )
        one += (
            weight
            * step
            * float(rates**2 @ _squares(k, none, g[1, 0], g[2, 0], g[0, 2], g[1, 2], g[2, 2]))
        )
        if leanings == 1.0:
            continue  # one view alone needs no B
        h = {(p, q): (given[q] * (at * x**p)) @ given[q].T for p in (0, 1, 2) for q in (0, 1)}
        both = _squares(k, h[0, 0], h[1, 0], h[2, 0], h[0, 1], h[1, 1], h[2, 1])
        two += weight * step**2 * float(rates @ both @ rates)
    share = 1.0 / leanings
    return float(share * one + (1.0 - share) * two - 2.0 * cross + 1.0)


def _squares(
    k: int,
    none: np.ndarray,
    x: np.ndarray,
    xx: np.ndarray,
    v: np.ndarray,
    xv: np.ndarray,
    xxv: np.ndarray,
) -> np.ndarray:
    """E (sum x)^2 sum v over k facets that are independent and alike, from the mean over one facet
    of 1, x, x^2, v, x v and x^2 v, each under the same exponential weight."""
    found = xxv * none ** (k - 1) + (k - 1) * (v * xx + 2.0 * xv * x) * none ** (k - 2)
    if k > 2:
        found = found + (k - 1) * (k - 2) * v * x**2 * none ** (k - 3)
    return k * found


def commitment(
    fidelity: float, heard: float, say: float, base: float, b: float, c: float, kept: float = 1.0
) -> float:
    """How far one who knows a decision stands behind it, fully engaged: base + (1 - base) (a f +
    kept (b v + c o)), a = 1 - b - c."""
    return base + (1.0 - base) * ((1.0 - b - c) * fidelity + kept * (b * heard + c * say))


def agreed_and_right(others: int, needed: int, present: float, right: float) -> float:
    """Probability that one of a room makes the right proposal and more than half of the heads
    present stand behind it.

    Each of the `others` is there with probability `present`, and a round is held when `needed` of
    them are; everybody judges rightly with probability `right`, independently.
    """
    if not 0 <= needed <= others or not 0.0 < present <= 1.0 or not 0.0 <= right <= 1.0:
        raise ValueError("needed must lie in 0 .. others, present and right be probabilities")
    held, agreed = 0.0, 0.0
    for m in range(needed, others + 1):
        there = math.comb(others, m) * present**m * (1.0 - present) ** (others - m)
        least = (m + 1) // 2  # with the one who proposes, more than half of m + 1
        with_it = sum(
            math.comb(m, j) * right**j * (1.0 - right) ** (m - j) for j in range(least, m + 1)
        )
        held += there
        agreed += there * right * with_it
    return agreed / held
