"""The sentences say what the numbers say, and no more than the intervals allow."""

from __future__ import annotations

import pytest

from sim.dashboard import _phrases
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.run import differences, endings, time, trade_off, trade_off_by_kind
from tests.dashboard import synthetic


def reading(tables, variants=synthetic.VARIANTS, **more):
    return RunData(tables, synthetic.manifest(variants, **more))


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=10, issues=80)


def test_the_best_are_named_with_their_numbers(tables):
    means = tables["runs"].groupby("variant")[["delay", "value"]].mean()
    text = trade_off.finding(reading(tables))
    assert f"Fastest: cascade ({means['delay']['cascade']:.2f} working days)" in text
    assert (
        f"counted: shared ({means['value'].max():.3f} a decision)" in text
        and means["value"].idxmax() == "shared"
    )


def test_policies_that_cannot_be_told_apart_are_named(tables):
    twins = synthetic.tables(("shared", "top-down"), replications=10, issues=80)
    for table in twins.values():
        table["variant"] = table["variant"].replace({"top-down": "twin"})
    runs, mine = twins["runs"], twins["runs"]["variant"] == "shared"
    runs.loc[~mine, "quality"] = runs.loc[mine, "quality"].to_numpy()[::-1]
    text = trade_off.finding(reading(twins, ("shared", "twin")))
    assert "Decisions are equally good under both policies: quality" in text
    runs.loc[mine, "quality"] += 1e-4
    text = trade_off.finding(reading(twins, ("shared", "twin")))
    assert "Best decisions: shared" in text and "not clearly apart from twin" in text


def test_differences_name_only_what_is_clear(tables):
    text = differences.finding(reading(tables))
    assert text.startswith("Against shared, beyond chance: quality is ")
    assert "lower under top-down, cascade" in text and "longer under consensus" in text


def test_time_names_the_longest_part_of_the_slowest(tables):
    text = time.finding(reading(tables))
    assert (
        text.startswith("Under consensus")
        and "in rounds and the pauses" in text
        and "deliberation." in text
    )


def test_undecided_issues_are_told(tables):
    runs = tables["runs"][tables["runs"]["variant"] == "consensus"]
    share = 100 * (runs["lapsed"] / runs["issues"]).mean()
    said = endings.finding(reading(tables))
    assert f"Issues end undecided most often under consensus: {share:.1f} %" in said
    assert said.endswith("expire, and are worth nothing.")
    none = tables["runs"].assign(lapsed=0)
    assert "none ended undecided" in endings.finding(reading({**tables, "runs": none}))


def test_how_undecided_issues_ended_is_told():
    every = reading(synthetic.tables(synthetic.ALL_ENDINGS, 8, 80), synthetic.ALL_ENDINGS)
    said = endings.finding(every)
    assert "most often under strict" in said and said.endswith(
        "are dropped, and are worth nothing."
    )
    assert every.undecided["hierarchy"] == {"rejected"} and every.undecided["consensus"] == {
        "lapsed"
    }


def test_one_replication_claims_nothing():
    once = reading(synthetic.tables(replications=1))
    assert trade_off.finding(once).count("without intervals it may be chance") == 3
    assert differences.finding(once).startswith("There are no intervals")


def test_one_policy_is_not_compared():
    alone = reading(synthetic.tables(("shared",), replications=4, issues=40), ("shared",))
    assert differences.finding(alone) == _phrases.ALONE
    assert trade_off.finding(alone).startswith("Under shared decisions have a mean quality of 0.")


def test_nothing_decided_is_said(tables):
    nothing = reading(synthetic.nothing_decided(tables))
    assert trade_off.headlines(nothing) == []
    assert (
        time.finding(nothing)
        == trade_off_by_kind.finding(nothing)
        == endings.finding(nothing)
        == _phrases.NOTHING
    )
