"""Sobol' indices by quadrature against those worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.theory.sensitivity import equal, sobol, uniform


def test_the_indices_of_a_sum_are_the_shares_of_its_parts():
    found = sobol(
        lambda x, y, z: 2 * x + y, {"x": uniform(0, 3), "y": uniform(-2, 2), "z": uniform(0, 1)}
    )
    variances = 4 * 9 / 12, 16 / 12
    for name, variance in zip("xy", variances, strict=True):
        assert found[name].first == pytest.approx(variance / sum(variances))
        assert found[name].total == pytest.approx(found[name].first)
    assert found["z"] == pytest.approx((0, 0), abs=1e-12)


def test_a_product_of_centred_inputs_is_interaction_alone():
    found = sobol(lambda x, y: x * y, {"x": uniform(-1, 1), "y": equal([-3, -1, 1, 3])})
    assert found["x"] == pytest.approx((0, 1), abs=1e-12)
    assert found["y"] == pytest.approx((0, 1), abs=1e-12)


def test_ishigamis_function():
    a, b = 7.0, 0.1
    found = sobol(
        lambda x, y, z: np.sin(x) + a * np.sin(y) ** 2 + b * z**4 * np.sin(x),
        dict.fromkeys("xyz", uniform(-math.pi, math.pi)),
    )
    first = 0.5 * (1 + b * math.pi**4 / 5) ** 2, a**2 / 8, 0.0
    both = b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    whole = sum(first) + both
    assert [found[name].first for name in "xyz"] == pytest.approx(
        [part / whole for part in first], abs=1e-9
    )
    assert [found[name].total for name in "xyz"] == pytest.approx(
        [(first[0] + both) / whole, first[1] / whole, both / whole], abs=1e-9
    )


def test_what_does_not_vary_has_no_indices():
    with pytest.raises(ValueError, match="does not vary"):
        sobol(lambda x: np.float64(3), {"x": uniform(0, 1)})
