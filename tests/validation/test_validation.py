"""The verdicts: right samples pass, wrong ones fail, as often as they are said to; rows are played
as asked for."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.errors import UsageError
from sim.runner.pool import Failure
from sim.shipped import shipped
from sim.validation import (
    CHECKS,
    FULL,
    QUICK,
    Check,
    Effort,
    _play,
    count_tests,
    judge,
    rows_of,
    threshold,
    validate,
)
from sim.validation._check import LAWS
from sim.validation.table import described, summary, text

SCENARIOS = shipped("theory")
FEW = Effort({"mesa": 50, "compiled": 50}, {"mesa": 2, "compiled": 2}, {"mesa": 5, "compiled": 5})


def _samples(law: str, exact: float, size: int, count: int) -> np.ndarray:
    draws = np.random.default_rng(5)
    if law == "share":
        return draws.binomial(1, exact, (count, size)).astype(float)
    normal = draws.normal(size=(count, size))
    return 1.0 - (1.0 - exact) * normal**2 if law == "square" else exact + 2.0 * normal


@pytest.mark.parametrize(
    ("law", "exact", "size"), [("mean", 3.0, 8), ("share", 0.3, 400), ("square", 0.8, 30)]
)
def test_the_score_of_a_right_sample_is_standard_normal(law, exact, size):
    scores = np.array(
        [judge(sample, exact, law, 0.0, 9.0).z for sample in _samples(law, exact, size, 4000)]
    )
    # Shares are discrete, so that their exact test errs on the safe side.
    assert abs(scores.mean()) < 5 * scores.std() / math.sqrt(len(scores))
    assert np.mean(np.abs(scores) > 1.959964) == pytest.approx(0.05, abs=0.02)
    assert np.mean(np.abs(scores) > 1.959964) < 0.05 + 5 * math.sqrt(0.05 * 0.95 / len(scores))


@pytest.mark.parametrize(
    ("law", "exact", "size"), [("mean", 3.0, 20_000), ("share", 0.3, 2000), ("square", 0.8, 2000)]
)
def test_the_score_has_the_sign_of_the_error_and_grows_with_it(law, exact, size):
    (sample,) = _samples(law, exact, size, 1)
    low, middle, high = (judge(sample, exact + gap, law, 0.0, 5.0).z for gap in (0.1, 0.0, -0.1))
    assert low < middle < high and low < 0 < high


def test_a_bound_fails_only_above():
    sample = np.array([1.0, 1.1, 0.9, 1.0, 1.05])
    assert judge(sample, 2.0, "at most", 0.0, 3.0).verdict == "pass"
    assert judge(sample, 0.2, "at most", 0.0, 3.0).verdict == "FAIL"
    assert judge(sample, 2.0, "mean", 0.0, 3.0).verdict == "FAIL"


def test_what_chance_does_not_move_is_held_to_its_tolerance_everywhere():
    sample = np.array([0.0, 1e-10, 3e-9])
    assert judge(sample, 0.0, "same", 1e-8, 5.0).verdict == "pass"
    assert judge(sample, 0.0, "same", 1e-9, 5.0).verdict == "FAIL"
    assert math.isnan(judge(sample, 0.0, "same", 1e-8, 5.0).z)


@pytest.mark.parametrize("law", LAWS)
def test_nothing_and_undefined_values_fail(law):
    assert judge(np.zeros(0), 0.5, law, 1.0, 5.0).verdict == "FAIL"
    assert judge(np.array([0.5, math.nan, 0.5]), 0.5, law, 1.0, 5.0).verdict == "FAIL"


def test_a_sample_without_spread_is_right_or_wrong():
    assert judge(np.full(9, 0.5), 0.5, "mean", 0.0, 5.0).verdict == "pass"
    assert judge(np.full(9, 0.5), 0.6, "mean", 0.0, 5.0).z == -math.inf
    assert judge(np.ones(5000), 0.2, "share", 0.0, 5.0).z > 30


def test_the_threshold_grows_with_the_number_of_tests():
    assert threshold(1) == pytest.approx(4.8916, abs=1e-3)  # two-sided 1e-6
    assert threshold(100) == pytest.approx(5.7307, abs=1e-3)  # two-sided 1e-8
    rows = rows_of(CHECKS, SCENARIOS)
    assert count_tests(rows) == 2 * sum(not row.check.is_certain for row in rows)


def test_rows_are_chosen_by_check_or_by_setting():
    assert [row.name for row in rows_of(CHECKS, SCENARIOS, ["condorcet"])] == [
        "condorcet/three",
        "condorcet/five",
        "condorcet/nine",
    ]
    assert [
        row.name for row in rows_of(CHECKS, SCENARIOS, ["condorcet/nine", "one-leader/tau-1"])
    ] == [
        "one-leader/tau-1",
        "condorcet/nine",
    ]
    with pytest.raises(UsageError, match="did you mean 'condorcet'"):
        rows_of(CHECKS, SCENARIOS, ["condorset"])


def test_names_of_rows_and_their_settings_are_unique():
    rows = rows_of(CHECKS, SCENARIOS)
    assert (
        len({row.name for row in rows})
        == len({(row.check.theory, row.setting) for row in rows})
        == len(rows)
    )


def test_every_row_has_the_observations_it_is_to_have():
    for row in rows_of(CHECKS, SCENARIOS):
        for driver in ("mesa", "compiled"):
            assert 1 <= _play.runs_for(row, QUICK, driver) <= _play.runs_for(row, FULL, driver)


def test_an_unknown_law_is_refused():
    with pytest.raises(ValueError, match="must be one of"):
        replace(CHECKS[0], law="median")


def _one(observe, **more) -> tuple:
    given = {"given": lambda policy: {}, "exact": lambda: 0.0, **more}
    check = Check(
        "mine", "mine", "as is", observe=observe, file="one-leader", only=("tau-2",), **given
    )
    return tuple(rows_of([check], SCENARIOS))


def test_findings_do_not_depend_on_the_workers():
    row = _one(lambda seen: seen.outcome.decisions["quality"])
    one, several = (validate(row, FEW, workers, ("mesa",)) for workers in (1, 2))
    assert [found.judged for found in one] == [found.judged for found in several]


def test_a_row_whose_run_raises_fails_and_says_why(monkeypatch):
    def broken(driver, inputs, tasks, workers):
        yield from ((task, Failure("ValueError: oh dear")) for task in tasks)

    monkeypatch.setattr(_play, "in_processes", broken)
    (found,) = validate(_one(lambda seen: np.zeros(1), law="same"), FEW, 1, ("mesa",))
    assert not found.passed
    assert "oh dear" in found.why and "oh dear" in text([found])
    assert described(found)["passed"] is False
    assert "1 checks, 1 of them fails" in summary([found], 5.0)
