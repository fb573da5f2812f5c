"""Claims: bounds against scipy, each verdict, and how often a claim that is not true is
confirmed."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from results import fake
from scipy import stats

from sim.comparison import judge
from sim.comparison.claims import JudgedClaim, error_rate, evidence, statement
from sim.results import RunResult, load, save
from sim.runner import DRIVERS, run
from sim.scenario.keys.claims import Claim

NAN = math.nan
FALSE_ALARM = 1e-6


def claim(metric="quality", than="b", **more):
    direction = {} if "lower" in more else {"higher": "a"}
    return Claim.model_validate({"metric": metric, "than": than, **direction, **more})


def runs_of(metric="quality", **values):
    rows = [
        {"scenario": "s", "variant": variant, "point": 0, "replication": number, metric: value}
        for variant, some in values.items()
        for number, value in enumerate(some)
    ]
    return pd.DataFrame(rows)


def verdict_of(runs, **more):
    (found,) = judge(runs, [claim(**more)])
    return found


@pytest.mark.parametrize(
    ("direction", "by", "confidence"), [("higher", 0.3, 0.95), ("lower", 0, 0.99)]
)
def test_bounds_are_those_of_one_sided_paired_t_tests(direction, by, confidence):
    half = np.random.default_rng(4).normal(size=(2, 6))
    one, other = np.concatenate([half, -half], axis=1)  # without skewness
    more = {direction: "a", "by": by, "confidence": confidence}
    found = verdict_of(runs_of(a=one, b=other), **more)
    below = stats.ttest_rel(one, other, alternative="greater").confidence_interval(confidence).low
    above = stats.ttest_rel(one, other, alternative="less").confidence_interval(confidence).high
    assert [found.low, found.high] == pytest.approx([below, above], rel=1e-9)
    assert found.difference == pytest.approx((one - other).mean())
    assert found.replications == 12


@pytest.mark.parametrize(
    ("values", "more", "expected"),
    [
        ([0.5, 0.6, 0.55], {}, "holds"),
        ([0.5, 0.6, 0.55], {"by": 0.3}, "holds"),
        ([0.5, 0.6, 0.55], {"by": 0.54}, "undecided"),
        ([0.5, 0.6, 0.55], {"by": 0.8}, "fails"),
        ([0.5, 0.6, 0.55], {"lower": "a"}, "fails"),
        ([-0.5, -0.6, -0.55], {"lower": "a"}, "holds"),
        ([-0.5, -0.6, -0.55], {"lower": "a", "by": 0.3}, "holds"),
        ([-0.5, -0.6, -0.55], {"lower": "a", "by": 0.8}, "fails"),
        ([-0.5, -0.6, -0.55], {}, "fails"),
        ([0.5, 0.6, 0.55], {"confidence": 0.9999}, "undecided"),
        ([-0.5, 0.6, 0.1], {}, "undecided"),
    ],
)
def test_each_verdict(values, more, expected):
    table = runs_of(a=[3 + value for value in values], b=[3, 3, 3])
    assert verdict_of(table, **more).verdict == expected


@pytest.mark.parametrize(
    ("direction", "by", "confidence", "pairs"), [("higher", 0.0, 0.9, 4), ("lower", 0.5, 0.95, 60)]
)
def test_what_is_just_not_true_is_confirmed_as_often_as_stated(direction, by, confidence, pairs):
    trials = 1000
    draws = np.random.default_rng(20)
    counts = dict.fromkeys(("holds", "fails", "undecided"), 0)
    for _ in range(trials):
        world = draws.normal(0, 5, pairs)  # what both face alike; it must cancel
        other = world + draws.normal(size=pairs)
        one = world + draws.normal(size=pairs) + (by if direction == "higher" else -by)
        counts[
            verdict_of(
                runs_of(a=one, b=other), **{direction: "a", "by": by, "confidence": confidence}
            ).verdict
        ] += 1
    most = stats.binom.isf(FALSE_ALARM, trials, 1 - confidence)
    least = stats.binom.ppf(FALSE_ALARM, trials, 1 - confidence)
    # With few pairs less often, as their skewness is not known: see test_intervals.
    assert (least if pairs >= 20 else 1) <= counts["holds"] <= most
    assert (least if pairs >= 20 else 1) <= counts["fails"] <= most


def test_an_undecided_claim_says_how_many_replications_would_most_likely_decide_it():
    values = np.random.default_rng(6).normal(size=6)
    values = np.concatenate([values, -values])  # without skewness
    values = 0.2 + values / values.std(ddof=1)
    found = verdict_of(runs_of(a=values, b=np.zeros(12)))
    assert found.verdict == "undecided"
    number = found.needed
    power = [
        stats.nct.sf(stats.t.isf(0.05, n - 1), n - 1, 0.2 * math.sqrt(n))
        for n in (number - 10, number)
    ]
    assert power[0] < 0.9 == pytest.approx(power[1], abs=0.01)
    assert number == 216
    assert "12 replications do not tell, about 220 would" in evidence(found)
    half = verdict_of(runs_of(a=[*values, *[NAN] * 12], b=np.zeros(24)))
    assert (half.replications, half.needed) == (12, 2 * number)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_more_replications_are_said_to_be_needed_than_there_were(count):
    """Also where so many would do by Student's t, which takes few replications to be normal."""
    values = 1.0 + np.linspace(-1, 1, count)
    found = verdict_of(runs_of(a=values, b=np.zeros(count)))
    assert found.verdict == "undecided" and found.needed > count


def test_what_no_number_of_replications_would_decide_is_said():
    found = verdict_of(runs_of(a=[1, 2, 3], b=[2, 2, 2]))
    assert (found.verdict, found.needed) == ("undecided", None)
    assert "it would take over 1,000,000 replications" in evidence(found)


@pytest.mark.parametrize(
    ("gap", "pairs", "more", "expected"),
    [
        (1, 4, {}, "undecided"),  # all on one side happens by chance once in 16 times
        (1, 5, {}, "holds"),
        (1, 5, {"confidence": 0.99}, "undecided"),
        (1, 7, {"confidence": 0.99}, "holds"),
        (1, 7, {"by": 1}, "fails"),
        (1, 7, {"lower": "a"}, "fails"),
        (0, 7, {}, "fails"),
        (0, 2, {}, "undecided"),
    ],
)
def test_without_spread_a_sign_test_decides(gap, pairs, more, expected):
    found = verdict_of(runs_of(a=[gap] * pairs, b=[0] * pairs), **more)
    assert found.verdict == expected
    assert found.needed == (None if expected != "undecided" else 7 if "confidence" in more else 5)
    if expected != "undecided":
        assert found.difference == found.low == found.high == gap
        assert evidence(found).endswith("; the same in every replication")


def test_rounding_is_no_difference():
    one = np.random.default_rng(2).uniform(1, 2, 12)
    other = one * (1 + 1e-15 * np.arange(12))
    assert verdict_of(runs_of(a=other, b=one)).difference == 0
    assert verdict_of(runs_of(a=one + 0.1, b=one), by=0.1).verdict == "fails"


def test_too_little_to_test_is_said_and_confirms_nothing():
    once = verdict_of(runs_of(a=[1], b=[0]))
    assert (once.verdict, once.difference, once.replications) == ("undecided", None, 1)
    assert evidence(once) == "it takes at least two replications to tell a difference from chance"
    never = verdict_of(runs_of(a=[1, 1, 1, NAN], b=[NAN, NAN, NAN, 1]))
    assert (never.verdict, never.replications) == ("undecided", 0)
    assert evidence(never).startswith("no replication has a value of quality under both policies")
    single = verdict_of(runs_of(a=[1, 1, 1], b=[NAN, NAN, 1]))
    assert evidence(single).startswith("only one replication has a value of quality")


def test_replications_that_only_one_policy_has_are_left_out():
    found = verdict_of(runs_of(a=[5, NAN, 7, 6, 99], b=[1, 2, 2, 2]))
    assert (found.verdict, found.replications) == ("holds", 3)
    assert found.difference == pytest.approx(13 / 3)


def test_a_policy_that_was_not_run_leaves_its_claim_untested():
    found = judge(
        runs_of(a=[1, 2], b=[0, 1]), [claim(), claim(than="c"), claim(higher="d", than="c")]
    )
    assert [one.tested for one in found] == [True, False, False]
    assert [evidence(one) for one in found[1:]] == [
        "there are no runs of c",
        "there are no runs of d and c",
    ]
    assert "1 claim was tested" in error_rate(found)
    assert error_rate(found[1:]) == "No claim was tested."


def test_the_error_rate_is_stated_for_each_claim_and_for_all():
    table = runs_of(a=[0.5, 0.6, 0.55], b=[0, 0, 0])
    (one,) = judge(table, [claim()])
    assert error_rate([one]).endswith("is confirmed with a chance of at most 5%.")
    assert error_rate([one] * 3).endswith("at most 5%; any of the 3 with at most 15% (Bonferroni).")
    mixed = judge(table, [claim(confidence=0.999), claim()])
    assert "1 less its confidence (0.1% to 5%); any of the 2 with at most 5.1%" in error_rate(mixed)
    assert "any of the 30 with at most 100%" in error_rate([one] * 30)


def test_claims_are_told_in_words():
    found = verdict_of(
        runs_of("delay", a=[1.1, 1.0, 0.9], b=[3, 3, 3]), metric="delay", lower="a", by=0.5
    )
    assert statement(found) == "delay is lower under a than under b, by more than 0.5"
    assert evidence(found) == "-2.0 [-2.4 to -1.6] at 95% confidence"
    other = verdict_of(runs_of("delay", a=[1.1, 1.0, 0.9], b=[3, 3, 3]), metric="delay")
    assert evidence(other).endswith("; the runs contradict it")


def test_a_result_keeps_its_claims_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.parameters.parameters", fake.parameters)
    monkeypatch.setattr("sim.compiler.is_cached", lambda: True)
    monkeypatch.setitem(DRIVERS, "compiled", fake.DRIVER)
    expected = (
        claim(higher="base", than="alone"),
        claim(metric="issues", lower="base", than="alone"),
    )
    result = run(fake.FakeScenario(claims=expected), variants=None)
    assert [one.metric for one in result.claims] == ["quality", "issues"]
    assert result.claims == judge(result.tables["runs"], expected)
    again = load(save(result, tmp_path))
    assert again.claims == result.claims
    assert [
        one["policy"] for one in json.loads((again.folder / "manifest.json").read_text())["claims"]
    ] == ["base"] * 2
    untested = run(fake.FakeScenario(claims=expected), variants=["alone"]).claims
    assert {one.verdict for one in untested} == {"not tested"}
    assert RunResult({}, {"name": "older"}).claims == []


def test_what_is_kept_is_plain_and_reads_back():
    for found in judge(
        runs_of(a=[1, 2, 4], b=[1, 1, 1]), [claim(), claim(than="c"), claim(lower="a")]
    ):
        assert JudgedClaim(**json.loads(json.dumps(asdict(found), allow_nan=False))) == found
