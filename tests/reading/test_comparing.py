"""Comparing policies of results: paired under common seeds, independent otherwise, sweeps by
replication."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reading.results_made import runs_of
from sim.comparison import compare
from sim.comparison.statistics import FEW, apart, interval
from sim.errors import UsageError
from sim.measures import possible
from sim.reading.comparing import ResultPolicy, contrast, pairs
from sim.results import RunResult


def between(one: RunResult, policy: str, other: RunResult, against: str):
    return contrast(
        ResultPolicy(one, policy, f"one:{policy}"), ResultPolicy(other, against, f"other:{against}")
    )


def quality(result: RunResult, policy: str) -> np.ndarray:
    runs = result.tables["runs"]
    return runs.loc[runs["variant"] == policy, "quality"].to_numpy()


def difference(contrast) -> list[float]:
    row = contrast.table[contrast.table["metric"] == "quality"].iloc[1]
    return [row["difference"], row["difference_low"], row["difference_high"]]


def test_policies_of_one_result_compare_as_in_its_own_comparison():
    result = runs_of({"base": 1.0, "other": 2.0})
    contrast = between(result, "base", result, "other")
    expected = compare(result.tables["runs"], metrics=["quality"], against="base")
    assert contrast.paired and contrast.counts == (5, 5)
    pd.testing.assert_frame_equal(
        contrast.table.drop(columns="variant"), expected.drop(columns="variant"), check_dtype=False
    )
    assert contrast.settings == {"power.sharing": (1.0, 2.0)}


def test_common_seeds_are_paired_by_replication_over_what_both_have():
    one, other = (
        runs_of({"base": 1.0}, replications=range(8)),
        runs_of({"base": 2.0}, replications=[6, 2, 4, 9]),
    )
    contrast = between(one, "base", other, "base")
    assert contrast.paired
    assert (contrast.counts, contrast.left_out) == ((3, 3), (5, 1))
    before = quality(one, "base")[[6, 2, 4]]
    assert difference(contrast) == pytest.approx(interval(quality(other, "base")[:3] - before))
    assert contrast.table["mean"].iloc[0] == pytest.approx(before.mean())


@pytest.mark.parametrize("other", [{"seed": 8}, {"replications": range(5, 12)}])
def test_without_common_runs_they_are_independent_by_welch(other):
    one, second = runs_of({"base": 1.0}), runs_of({"base": 2.0}, **other)
    contrast = between(one, "base", second, "base")
    assert not contrast.paired
    sides = quality(second, "base"), quality(one, "base")
    # Welch's interval, at the smaller error that few replications ask for; no shorter where a side
    # is skewed.
    fewest = min(len(side) for side in sides)
    limits = stats.ttest_ind(*sides, equal_var=False).confidence_interval(1 - 0.05 * fewest / FEW)
    mean, low, high = difference(contrast)
    assert mean == pytest.approx(sides[0].mean() - sides[1].mean())
    assert [mean, low, high] == pytest.approx(apart(*sides))
    assert low == pytest.approx(limits.low) or high == pytest.approx(limits.high)
    assert low <= limits.low + 1e-12 and high >= limits.high - 1e-12


def test_means_of_independent_samples_without_an_interval():
    one = np.array([1.0, 2.0, np.nan])
    assert apart(one, np.array([4.0])) == pytest.approx((-2.5, np.nan, np.nan), nan_ok=True)
    assert np.isnan(apart(one, np.array([np.nan]))).all()
    assert apart(np.full(3, 0.1), np.full(2, 0.3)) == pytest.approx((-0.2, -0.2, -0.2))
    constant = apart(one, np.full(9, 4.0))
    assert constant == pytest.approx(interval(one - 4.0))
    with pytest.raises(ValueError, match="confidence"):
        apart(one, one, 1.0)


def swept(values: dict[float, float], key: str = "power.sharing", seed: int = 7) -> RunResult:
    """A sweep over `values` (of the key: mean quality), its points numbered in the order given."""
    parts = []
    for number, (value, mean) in enumerate(values.items()):
        runs = runs_of({"base": mean}, seed=seed).tables["runs"].assign(point=number)
        runs.insert(5, key, value)
        parts.append(runs)
    manifest = {"kind": "sweep", "name": "swept", "keys": [key], "policies": {"base": {}}}
    return RunResult({"runs": pd.concat(parts, ignore_index=True)}, manifest)


def test_points_of_sweeps_are_matched_by_their_values_and_count_once_a_replication():
    one, other = swept({0.0: 1.0, 0.5: 2.0, 1.0: 9.0}), swept({0.5: 3.0, 0.25: 70.0, 0.0: 5.0})
    contrast = between(one, "base", other, "base")
    assert (contrast.points, contrast.paired, contrast.counts) == (2, True, (5, 5))
    # The made-up noise is the same at every point, so that the difference is exact: (3 + 5)/2 - (1
    # + 2)/2.
    assert difference(contrast) == pytest.approx([2.5, 2.5, 2.5])
    runs = one.tables["runs"]
    by_replication = runs[runs["point"] < 2].groupby("replication")["quality"].mean()
    assert contrast.table[["mean", "low", "high"]].iloc[0].tolist() == pytest.approx(
        interval(by_replication.to_numpy()).within(possible("quality"))
    )


def test_a_replication_counts_only_where_every_point_has_it():
    one = swept({0.0: 1.0, 1.0: 2.0})
    runs = one.tables["runs"]
    one.tables["runs"] = runs[(runs["point"] == 0) | (runs["replication"] < 3)]
    assert between(one, "base", swept({0.0: 1.0, 1.0: 2.0}), "base").counts == (3, 3)


def test_sweeps_without_a_common_point_are_refused():
    with pytest.raises(UsageError, match="no point in common"):
        between(swept({0.0: 1.0}), "base", swept({0.0: 1.0}, key="power.gather"), "base")


def test_which_policies_are_compared():
    both, one, other = (
        runs_of({"base": 1.0, "b": 2.0}),
        runs_of({"only": 1.0}),
        runs_of({"base": 1.0, "c": 1.0}),
    )
    assert pairs(both, None, other, None) == [("base", "base")]
    assert pairs(both, "b", other, "c") == [("b", "c")]
    assert pairs(both, "b", one, None) == [("b", "only")]
    assert pairs(both, None, other, "base") == [("base", "base")]
    assert pairs(one, None, runs_of({"lone": 1.0}), None) == [("only", "lone")]
    for names, message in (
        ((both, "basis", other, None), "did you mean 'base'"),
        ((both, "b", other, None), "name one as RESULT:POLICY"),
        ((both, None, one, None), "no policy stands in both results"),
    ):
        with pytest.raises(UsageError, match=message):
            pairs(*names)


def test_a_replication_without_a_value_at_one_point_has_none():
    one, other = swept({0.0: 1.0, 1.0: 2.0}), swept({0.0: 3.0, 1.0: 4.0})
    runs = one.tables["runs"]
    runs.loc[(runs["point"] == 1) & (runs["replication"] == 2), "quality"] = np.nan
    contrast = between(one, "base", other, "base")
    assert contrast.table["replications"].tolist() == [4, 5]
    assert difference(contrast) == pytest.approx([2.0, 2.0, 2.0])
