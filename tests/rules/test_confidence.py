"""Confidence against scipy's posteriors and Wald's likelihood ratios."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.rules.confidence import (
    SURE,
    confident,
    log_odds,
    odds_against_rival,
    odds_of_judgements,
    odds_within,
    worth_mean,
    worth_variance,
)

some = st.floats(0.01, 20)


def _odds(p: float, q: float) -> float:
    return math.log(p / q)


@pytest.mark.parametrize("x", [-36.0, -8.0, -1.96, -0.3, 0.0, 0.7, 3.0, 7.5, 20.0])
def test_log_odds_are_those_of_the_normal_distribution(x):
    # Hart's algorithm keeps about seven digits of its far tails, and full precision near the
    # middle.
    exact = stats.norm.logcdf(x) - stats.norm.logsf(x)
    assert log_odds(x) == pytest.approx(exact, rel=1e-6, abs=1e-12)
    assert log_odds(-x) == pytest.approx(-log_odds(x), rel=1e-12, abs=1e-12)


def test_log_odds_stay_finite_and_never_fall():
    odds = [log_odds(x) for x in np.linspace(-60, 60, 601)]
    assert all(math.isfinite(value) for value in odds)
    assert all(b >= a for a, b in pairwise(odds))


def test_worth_pools_evidence_with_the_prior():
    # Two facets, two alternatives; tau' y = 3, 8 for the second; tau' = 1, 4.
    weighted, weight, weights = [0.0, 0.0, 3.0, 8.0], [1.0, 4.0], [0.25, 0.75]
    assert worth_mean(weighted, weight, weights, 1, 1.0) == pytest.approx(
        0.25 * 3 / 2 + 0.75 * 8 / 5
    )
    assert worth_mean(weighted, weight, weights, 1, 0.0) == pytest.approx(0.25 * 3 + 0.75 * 2)
    assert worth_variance(weight, weights, 1.0) == pytest.approx(0.0625 / 2 + 0.5625 / 5)
    assert worth_variance(weight, weights, 0.0) == pytest.approx(0.0625 + 0.5625 / 4)


def test_without_evidence_the_prior_is_all_there_is():
    assert worth_mean([0.0, 0.0], [0.0, 0.0], [0.5, 0.5], 0, 1.0) == 0.0
    assert worth_variance([0.0, 0.0], [0.5, 0.5], 1.0) == pytest.approx(0.5)
    assert worth_mean([0.0, 0.0], [0.0, 0.0], [0.5, 0.5], 0, 0.0) == 0.0
    assert worth_variance([0.0, 0.0], [0.5, 0.5], 0.0) > SURE


def test_the_odds_that_one_beats_another_are_the_posterior_odds():
    for gain, variance in ((0.0, 1.0), (0.5, 2.0), (-1.2, 0.3), (2.0, 0.5)):
        z = gain / math.sqrt(variance)
        assert odds_against_rival(gain, variance, -1.0) == pytest.approx(
            _odds(stats.norm.cdf(z), stats.norm.sf(z)), rel=1e-9, abs=1e-12
        )
    assert (
        odds_against_rival(0.1, 0.0, -1.0) == SURE and odds_against_rival(-0.1, 0.0, -1.0) == -SURE
    )


def test_posterior_odds_are_those_of_a_sample_of_worlds():
    """Worlds drawn from the prior: of those that look alike, the odds say how many have the first
    as the better."""
    rng = np.random.default_rng(5)
    worths, tau = rng.standard_normal((400_000, 2)), 2.0
    looks = worths + rng.standard_normal(worths.shape) / math.sqrt(tau)
    mean, variance = tau * looks / (1.0 + tau), 2.0 / (1.0 + tau)
    gain = mean[:, 0] - mean[:, 1]
    near = np.abs(gain - 0.6) < 0.02
    right, count = np.mean(worths[near, 0] > worths[near, 1]), near.sum()
    p = 1.0 / (1.0 + math.exp(-odds_against_rival(0.6, variance, -1.0)))
    assert count > 4000 and abs(right - p) < 4.9 * math.sqrt(p * (1 - p) / count) + 0.005


@given(st.floats(-5, 5), some, st.floats(0.01, 3))
def test_a_known_gap_makes_it_walds_log_likelihood_ratio(gain, variance, gap):
    spread = math.sqrt(variance)
    exact = stats.norm.logpdf(gain, gap, spread) - stats.norm.logpdf(gain, -gap, spread)
    assert odds_against_rival(gain, variance, gap) == pytest.approx(exact, rel=1e-6, abs=1e-6)
    assert odds_against_rival(gain, variance, gap) != pytest.approx(exact + 1.0, rel=1e-6, abs=1e-6)


def test_judgements_add_their_log_odds():
    for yes, no, p in ((3, 0, 0.7), (2, 2, 0.9), (1, 4, 0.6), (5, 2, 0.5)):
        posterior = p**yes * (1 - p) ** no
        other = (1 - p) ** yes * p**no
        assert odds_of_judgements(yes, no, p) == pytest.approx(_odds(posterior, other), abs=1e-12)
    assert odds_of_judgements(1, 0, 1.0) > 25 and odds_of_judgements(1, 0, 0.0) < -25
    assert odds_of_judgements(1, 1, 1.0) == 0.0


def test_the_odds_that_a_number_is_near_enough():
    for number, tolerance, mean, variance in (
        (0.0, 0.5, 0.1, 0.2),
        (2.0, 0.5, 0.0, 1.0),
        (0.3, 2.0, 0.0, 0.01),
    ):
        spread = math.sqrt(variance)
        inside = stats.norm.cdf(number + tolerance, mean, spread) - stats.norm.cdf(
            number - tolerance, mean, spread
        )
        outside = stats.norm.cdf(number - tolerance, mean, spread) + stats.norm.sf(
            number + tolerance, mean, spread
        )
        assert odds_within(number, tolerance, mean, variance) == pytest.approx(
            _odds(inside, outside), rel=1e-7
        )
    assert odds_within(0.0, 100.0, 0.0, 0.01) == SURE
    assert odds_within(100.0, 0.1, 0.0, 0.01) == -SURE


@pytest.mark.parametrize("confidence", [0.6, 0.8, 0.95, 0.999])
def test_the_bound_belongs_to_its_probability(confidence):
    bound = math.log(confidence / (1 - confidence))
    assert confident(bound, confidence) and confident(bound + 1e-9, confidence)
    assert not confident(bound - 1e-9, confidence)


@given(st.integers(0, 9), st.integers(0, 9), st.floats(0.51, 0.99))
def test_judges_are_confident_exactly_when_the_posterior_is(yes, no, p):
    posterior = 1.0 / (1.0 + ((1 - p) / p) ** (yes - no))
    for confidence in (0.75, 0.95):
        if abs(posterior - confidence) > 1e-9:
            assert confident(odds_of_judgements(yes, no, p), confidence) == (posterior > confidence)
