"""log, exp and power against exact values (decimal arithmetic of 40 digits), and compiled against
plain."""

from __future__ import annotations

import math
import random
from decimal import Decimal, localcontext

import numpy as np
import pytest

from sim.arithmetic import LN2, exp, log, power
from sim.compiler import entry_point


def ulps(value: float, exact: Decimal) -> float:
    """How far a value is from the exact one, in units of the last place of the exact one."""
    return abs(float((Decimal(value) - exact) / Decimal(math.ulp(float(exact)))))


def worst(function, exact, inputs) -> float:
    with localcontext(prec=40):
        return max(ulps(function(x), exact(Decimal(x))) for x in inputs)


def spread(low: float, high: float, count: int) -> list[float]:
    draw = random.Random(1)
    return [draw.uniform(low, high) for _ in range(count)]


def test_log_is_accurate_over_all_magnitudes():
    inputs = [2.0**k for k in range(-1022, 1024, 7)] + [
        math.exp(x) for x in spread(-700.0, 700.0, 800)
    ]
    assert worst(log, Decimal.ln, inputs) <= 2.0


def test_log_is_accurate_near_one_and_where_its_reduction_switches():
    edges = [
        0.7071067811865475,
        0.7071067811865476,
        1.4142135623730949,
        1.4142135623730951,
        0.5,
        2.0,
    ]
    near = [1.0 + sign * 10.0**-k for k in range(1, 16) for sign in (1, -1)]
    assert worst(log, Decimal.ln, edges + near + spread(0.3, 3.0, 800)) <= 2.0
    assert log(1.0) == 0.0


def test_log_of_the_smallest_and_largest_uniform_draw():
    assert worst(log, Decimal.ln, [2.0**-53, 1.0 - 2.0**-53, 1e-300, 1.7e308]) <= 2.0


def test_exp_is_accurate():
    inputs = (
        spread(-707.9, 708.9, 800)
        + spread(-1.0, 1.0, 800)
        + [k * LN2 for k in range(-1000, 1000, 37)]
    )
    assert worst(exp, Decimal.exp, inputs) <= 2.0
    assert exp(0.0) == 1.0


def test_exp_at_its_limits():
    assert exp(-708.1) == 0.0
    assert exp(-1e300) == 0.0
    assert exp(709.5) == exp(709.0) == exp(1e300)
    assert worst(exp, Decimal.exp, [709.0, -708.0]) <= 2.0


def test_power_is_as_accurate_as_its_logarithm_allows():
    draw = random.Random(2)
    with localcontext(prec=40):
        for _ in range(600):
            base, exponent = math.exp(draw.uniform(-20.0, 20.0)), draw.uniform(-20.0, 20.0)
            exact = Decimal(base) ** Decimal(exponent)
            size = abs(exponent * math.log(base))
            # An error of half an ulp in the argument of exp is a relative error of that ulp in its
            # result.
            assert ulps(power(base, exponent), exact) <= 2.0 + 4.0 * size


def test_power_by_hand():
    assert power(0.0, 2.0) == 0.0
    assert power(0.0, 0.0) == 1.0
    assert power(7.0, 0.0) == 1.0
    assert power(2.0, 10.0) == pytest.approx(1024.0, rel=1e-14)
    assert power(2.0, -0.5) == pytest.approx(1.0 / math.sqrt(2.0), rel=1e-15)


def test_a_coarser_series_would_be_noticed():
    def coarse(x):
        return exp(x) * (1.0 + 1e-15)

    assert worst(coarse, Decimal.exp, spread(-5.0, 5.0, 100)) > 2.0


def _all_three(xs, out):
    for i in range(len(xs)):
        out[i, 0] = log(xs[i])
        out[i, 1] = exp(xs[i] - 50.0)
        out[i, 2] = power(xs[i], 1.7)


def test_compiled_and_plain_agree_bit_for_bit():
    xs = np.array([math.exp(x) for x in spread(-30.0, 30.0, 4000)])
    fast, plain = np.empty((len(xs), 3)), np.empty((len(xs), 3))
    entry_point(_all_three)(xs, fast)
    _all_three(xs.tolist(), plain)
    assert fast.tobytes() == plain.tobytes()
