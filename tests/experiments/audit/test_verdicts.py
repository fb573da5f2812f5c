"""What becomes of a finding under an alternative, and how often it is wrongly said to flip."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.comparison.claims import FAILS, HOLDS, UNDECIDED
from sim.experiments.audit._verdicts import (
    ERROR,
    FLIPS,
    NOT_KNOWN,
    STANDS,
    UNCHANGED,
    WEAKENS,
    Trial,
    cells,
    together,
)
from sim.scenario.keys.claims import Claim

COUNT = 40
CLAIM = Claim(metric="quality", higher="room", than="alone", confidence=0.95)
OTHER = Claim(metric="quality", lower="room", than="alone", confidence=0.95)


def spread(mean: float, size: float = 1.0, count: int = COUNT) -> np.ndarray:
    """Values of exactly this mean, without skewness, whose standard deviation is about `size`."""
    half = size * np.linspace(0.05, 1.7, count // 2)
    return mean + np.concatenate([half, -half])


def trial(changed: float | None, claim: Claim = CLAIM, base: str = HOLDS, usual: float = 1.0):
    """A finding whose difference is `usual` in the file and `changed` under an alternative."""
    zeros = np.zeros(COUNT)
    pair = None if changed is None else (spread(changed), zeros)
    return Trial(0, "other", claim, base, (spread(usual), zeros), pair)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [(1.0, STANDS), (0.5, STANDS), (0.1, WEAKENS), (-0.1, WEAKENS), (-1.0, FLIPS)],
)
def test_each_verdict_of_a_claim_that_holds(changed, verdict):
    assert [cell.verdict for cell in cells([trial(changed)])] == [verdict]


def test_a_claim_that_fails_in_the_file_stands_where_it_fails():
    against = trial(-1.0, base=FAILS, usual=-1.0)
    turned = trial(1.0, base=FAILS, usual=-1.0)
    assert [cell.verdict for cell in cells([against, turned])] == [STANDS, FLIPS]


def test_a_claim_of_less_is_read_the_other_way_round():
    less = [trial(changed, OTHER, HOLDS, -1.0) for changed in (-1.0, 1.0)]
    assert [cell.verdict for cell in cells(less)] == [STANDS, FLIPS]


def test_what_is_claimed_beyond_a_margin_flips_when_it_is_surely_within():
    by = CLAIM.model_copy(update={"by": 2.0})
    first, second = cells([trial(3.0, by, usual=3.0), trial(1.0, by, usual=3.0)])
    assert (first.verdict, second.verdict) == (STANDS, FLIPS)
    assert second.judged.difference == pytest.approx(1.0)


def test_policies_that_do_not_read_what_is_otherwise_are_not_tested():
    one, other = cells([trial(None), trial(-1.0)])
    assert one.verdict == UNCHANGED and math.isnan(one.change.mean)
    assert one.judged.difference == pytest.approx(1.0)
    assert other.verdict == FLIPS


def test_without_values_nothing_is_known():
    nothing = (np.full(COUNT, np.nan), np.zeros(COUNT))
    (cell,) = cells([Trial(0, "other", CLAIM, HOLDS, (spread(1.0), np.zeros(COUNT)), nothing)])
    assert cell.verdict == NOT_KNOWN and cell.judged.replications == 0


def test_where_the_two_never_differ_nothing_flips():
    zeros = np.zeros(COUNT)
    (cell,) = cells([Trial(0, "other", CLAIM, HOLDS, (spread(1.0), zeros), (zeros, zeros))])
    assert cell.verdict == WEAKENS and not cell.other_side


def test_the_change_is_paired_by_replication():
    rng = np.random.default_rng(3)
    usual = rng.normal(1.0, 5.0, COUNT)
    changed = usual + spread(0.25, 0.01)
    zeros = np.zeros(COUNT)
    (cell,) = cells([Trial(0, "other", CLAIM, HOLDS, (usual, zeros), (changed, zeros))])
    assert cell.change.mean == pytest.approx(0.25) and cell.change.half < 0.01


def test_a_finding_that_stands_at_less_than_half_of_its_size_is_marked():
    assert [cell.small for cell in cells([trial(0.6), trial(0.45)])] == [False, True]
    assert not cells([trial(0.1)])[0].small, "it weakens"


def test_the_other_side_is_no_flip_where_chance_may_bring_it_about_among_so_many():
    """A difference that is clear by itself, but not among hundred."""
    size = 2.2 / math.sqrt(COUNT)
    (alone,) = cells([trial(-size)])
    assert alone.verdict == FLIPS and alone.other_side
    many = cells([trial(-size), *[trial(0.0) for _ in range(99)]])
    assert many[0].verdict == WEAKENS and many[0].other_side
    assert not many[1].other_side


def test_holm_is_as_by_p_values():
    """Without skewness the bounds are Student's, so that each hypothesis has a known p-value."""
    from scipy.stats import ttest_1samp

    means = [0.9, -0.62, 0.55, 0.52, 0.5, -0.47, 0.4, 0.3, 0.0]
    samples = [spread(mean) for mean in means]
    tests = [
        (ttest_1samp(sample, 0, alternative=side).pvalue, place, verdict)
        for place, sample in enumerate(samples)
        for side, verdict in (("greater", HOLDS), ("less", FAILS))
    ]
    expected = [UNDECIDED] * len(samples)
    for rank, (p, place, verdict) in enumerate(sorted(tests)):
        if p > ERROR / (len(tests) - rank):
            break
        expected[place] = verdict
    found = together(samples, ERROR)
    assert found == expected
    single = [p for p, *_ in tests if p <= ERROR / len(tests)]
    assert len(single) < len(samples) - expected.count(UNDECIDED), "Bonferroni finds fewer"


@pytest.mark.parametrize(
    ("drawn", "count"),
    [("normal", COUNT), ("alike", COUNT), ("skewed", COUNT), ("skewed", 8), ("skewed", 16)],
)
def test_the_chance_of_any_wrong_verdict_is_as_stated(drawn, count):
    """Eight true means of 0 beside four that are clear, as many times as tells three per cent."""
    rng, trials, wrong = np.random.default_rng(17), 500, 0
    for _ in range(trials):
        if drawn == "skewed":
            values = rng.exponential(size=(12, count)) - 1
        else:
            values = rng.normal(size=(12, count))
        if drawn == "alike":
            values += 2 * rng.normal(size=count)
        values[8:] += 3
        found = together(list(values), ERROR)
        wrong += any(side != UNDECIDED for side in found[:8])
    error = math.sqrt(ERROR * (1 - ERROR) / trials)
    assert wrong / trials < ERROR + 3 * error
    if drawn == "normal":
        # Of 24 hypotheses four are rejected: 16 of the 20 that are left are true, and tested.
        assert wrong / trials > 16 / 20 * ERROR - 3 * error


def test_nothing_tested_is_nothing_found():
    assert cells([]) == [] and together([], ERROR) == []
