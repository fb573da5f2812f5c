"""Reputation: the gamma posterior of a competence by hand, and against a quadrature of Bayes'
rule."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from sim.rules.reputation import (
    estimate,
    prior_shape,
    rate_after,
    shape_after,
    spoken_of,
    squared_errors,
)


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.0, 2.0])
def test_the_prior_has_the_mean_and_the_variance_of_competence(spread):
    shape = prior_shape(spread)
    prior = stats.gamma(shape, scale=1 / shape)
    competence = stats.lognorm(spread, scale=math.exp(-(spread**2) / 2))
    assert prior.mean() == pytest.approx(competence.mean()) == 1.0
    assert prior.var() == pytest.approx(competence.var())


def test_where_all_are_alike_there_is_no_record():
    assert prior_shape(0.0) == 0.0 and estimate(0.0, 0.0) == 1.0


def test_errors_in_standard_deviations_give_back_what_outcomes_show():
    """tau (y - theta)^2 is the square of an error in standard deviations, over competence."""
    errors, competence, tau = [9.0, 0.5, -2.0, 1.5, 9.0], 4.0, 0.3
    seen = [error / math.sqrt(competence * tau) for error in errors]  # y - theta
    expected = sum(tau * miss**2 for miss in seen[1:4])
    assert squared_errors(errors, 1, 3, competence) == pytest.approx(expected)
    assert squared_errors(errors, 1, 3, 4.0) == pytest.approx((0.25 + 4 + 2.25) / 4)
    assert squared_errors(errors, 0, 1, 1.0) == 81.0


def test_a_record_by_hand():
    shape, rate = shape_after(2.0, 6), rate_after(2.0, 9.0)
    assert (shape, rate, estimate(shape, rate)) == (5.0, 6.5, pytest.approx(5 / 6.5))
    # Errors as large as expected of competence 1 say that it is 1.
    assert estimate(shape_after(2.0, 6), rate_after(2.0, 6.0)) == 1.0


@pytest.mark.parametrize("squares", [0.2, 4.0, 30.0])
def test_the_estimate_is_the_mean_of_the_posterior(squares):
    """Bayes' rule by quadrature: K = 4 normal errors of precision c tau, and the gamma prior."""
    facets, prior = 4, prior_shape(0.8)

    def density(c, power=0):
        return c**power * stats.gamma.pdf(c, prior, scale=1 / prior) * c ** (facets / 2) * likely(c)

    def likely(c):
        return math.exp(-c * squares / 2)

    total = integrate.quad(density, 0, np.inf)[0]
    mean = integrate.quad(density, 0, np.inf, args=(1,))[0] / total
    found = estimate(shape_after(prior, facets), rate_after(prior, squares))
    assert found == pytest.approx(mean, rel=1e-6)


def test_a_look_speaks_of_what_all_know_and_then_of_its_own_invention():
    assert [spoken_of(m, 3, False, False) for m in range(3)] == [0, 1, 2]
    # The invention stands after the 3 that all know, wherever it stands among the alternatives.
    assert spoken_of(3, 3, False, True) == spoken_of(5, 3, False, True) == 3
    assert spoken_of(4, 3, False, False) == -1
    # Everybody knows what a status quo is worth.
    assert spoken_of(0, 3, True, False) == -1 and spoken_of(1, 3, True, False) == 1
