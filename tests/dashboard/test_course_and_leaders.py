"""The course over time, the leaders, and the decisions one by one: what is shown is what the tables
say."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sim.comparison import interval
from sim.dashboard import figures
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import Data, DataColumn, file_name, of_estimates
from sim.dashboard.figures.run import course, decisions, endings, leaders, time
from sim.measures import DELAY_PARTS
from sim.tables.columns import TABLES
from tests.dashboard import synthetic

MANIFEST = synthetic.manifest()


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=8, issues=60)


@pytest.fixture
def reading(tables):
    return RunData(tables, MANIFEST)


def frame(made: Data) -> pd.DataFrame:
    return pd.DataFrame(made.rows, columns=[column.name for column in made.columns])


def test_the_made_up_leaders_and_days_have_the_columns_of_real_ones(tables):
    assert set(tables["leaders"].columns) == {column.name for column in TABLES["leaders"]}
    assert set(tables["days"].columns) == {column.name for column in TABLES["days"]}


# -- over time
# ------------------------------------------------------------------------------------------------


def test_a_point_over_time_is_the_mean_of_its_days_over_replications(reading, tables):
    daily = course.course(reading)
    assert daily.stretch == 2 and len(daily.days) == 115 and daily.days[:2].tolist() == [21.5, 23.5]
    band = daily.bands["consensus", "backlog"]
    days = tables["days"]
    some = days[(days["variant"] == "consensus") & days["day"].isin([61, 62])]
    means = some.groupby("replication")["backlog"].mean()
    _, low, high = interval(means.to_numpy())
    assert [band.mean[20], band.low[20], band.high[20]] == pytest.approx([means.mean(), low, high])
    assert len(daily.days) <= course.MOST_POINTS


def test_what_never_moves_is_left_out_and_said(reading):
    daily = course.course(reading)
    assert [measure.name for measure in daily.shown] == ["backlog", "open", "power_gini"]
    assert "Left out, as it never moves: alignment and engagement." in course.note(reading)
    drawn = figures.draw("course", reading)
    assert {t["xaxis"] for t in drawn["data"] if t["mode"] == "lines"} == {"x", "x2", "x3"}
    assert drawn["layout"]["xaxis4"]["visible"] is False


def test_what_only_some_policies_have_is_shown_of_these(tables):
    days = tables["days"].copy()
    some = days["variant"] == "consensus"
    days.loc[some, "strategy_gap"] = 0.2 + days["day"][some] / 1000
    reading = RunData({**tables, "days": days}, MANIFEST)
    daily = course.course(reading)
    assert daily.shown[-1].name == "strategy_gap" and len(daily.shown) == 4
    assert np.isfinite(daily.bands["consensus", "strategy_gap"].mean).all()
    others = {variant for variant, name in daily.bands if name == "strategy_gap"} - {"consensus"}
    assert others
    assert all(np.isnan(daily.bands[name, "strategy_gap"].mean).all() for name in others)
    assert figures.draw("course", reading)["data"]


def test_the_finding_over_time_names_the_extremes(reading, tables):
    ends = tables["days"][tables["days"]["day"] >= 249].groupby("variant")["backlog"].mean()
    text = course.finding(reading)
    assert f"highest under {ends.idxmax()} ({ends.max():.2f})" in text
    assert f"lowest under {ends.idxmin()} ({ends.min():.2f})" in text
    assert "the concentration of power is 0.6" in text and "under every policy" in text


def test_without_days_there_is_no_course(tables):
    without = RunData({name: table for name, table in tables.items() if name != "days"}, MANIFEST)
    assert course.course(without) is course.EMPTY
    assert figures.draw("course", without)["layout"]["annotations"][0]["text"].startswith(
        "There is nothing"
    )


# -- leaders
# --------------------------------------------------------------------------------------------------


def test_a_mark_is_a_leaders_mean_over_replications(reading, tables):
    chosen = [policy.variant for policy in reading.policies].index("consensus")
    drawn = figures.draw("leaders", reading, choice=chosen)
    mine = tables["leaders"][tables["leaders"]["variant"] == "consensus"]
    expected = mine.groupby(["position", "leader"], sort=False)["forum_hours"].mean()
    (marks,) = [t for t in drawn["data"] if t["xaxis"] == "x" and len(t["x"]) == len(expected)]
    shown = dict(zip(marks["hovertext"], marks["x"], strict=True))
    assert shown == pytest.approx(
        {f"{leader}, {position}": v for (position, leader), v in expected.items()}, rel=1e-5
    )
    (ticks,) = [
        t for t in drawn["data"] if t["xaxis"] == "x" and t["name"] == "mean of the position"
    ]
    assert ticks["x"] == pytest.approx(
        list(mine.groupby("position", sort=False)["forum_hours"].mean()), rel=1e-5
    )
    assert drawn["layout"]["yaxis"]["ticktext"] == list(synthetic.POSITIONS)


def test_leaders_who_witnessed_nothing_have_no_mark_and_no_number(reading):
    table = frame(leaders.data(reading))
    unheard = table["leader"].str.endswith("-1")
    assert table.loc[unheard, "heard"].isna().all() and table.loc[~unheard, "heard"].notna().all()
    assert "Left out, as all leaders have the same: engagement." in leaders.note(reading)
    text = leaders.finding(reading)
    assert (
        "upstream leaders spend most hours in forums" in text
        and "those of downstream leaders least (0.50)" in text
    )


def test_many_leaders_are_shown_by_quantiles(tables):
    runs = tables["runs"][tables["runs"]["replication"] < 2]
    many = synthetic.leaders(runs, {"top": 3, "ground": leaders.MOST_LEADERS})
    reading = RunData({**tables, "leaders": many}, MANIFEST)
    by_leader = leaders.people(reading)
    assert not by_leader.one_by_one and "the median" in leaders.note(reading)
    drawn = figures.draw("leaders", reading)
    assert max(len(t["x"]) for t in drawn["data"]) == 2
    made = frame(leaders.data(reading))
    assert len(made) == 2 * len(synthetic.VARIANTS)
    ground = many[(many["variant"] == "shared") & (many["position"] == "ground")]
    values = ground.groupby("leader")["forum_hours"].mean().quantile([0.05, 0.5])
    row = made[(made["variant"] == "shared") & (made["position"] == "ground")].iloc[0]
    assert row[["forum_hours_05", "forum_hours_50"]].tolist() == pytest.approx(values.tolist())
    assert row["leaders"] == leaders.MOST_LEADERS


# -- decisions
# ------------------------------------------------------------------------------------------------


def test_lines_and_bars_count_all_decisions(reading, tables):
    rows, spread = tables["decisions"], decisions.spread(reading)
    for policy, shares in spread.shares.items():
        mine = rows[rows["variant"] == policy.variant]["delay"].dropna()
        for place in (10, 40, 79):
            assert shares[place] == pytest.approx((mine <= spread.steps[place]).mean())
    assert spread.steps[0] == 0
    good = decisions.classes(reading)
    for policy, (best, between, worse) in good.items():
        mine = rows[rows["variant"] == policy.variant]["quality"].dropna()
        assert best == pytest.approx((mine == 1).mean()) and worse == (mine < 0).mean()
        assert best + between + worse == pytest.approx(1) and best > 0 and worse > 0
    assert {policy.variant for policy in good} == set(rows["variant"])


def test_the_table_holds_the_first_replication_and_says_so(reading, tables):
    made = frame(decisions.data(reading))
    first = tables["decisions"][tables["decisions"]["replication"] == 0]
    assert len(made) == len(first)
    for name in ("variant", "issue", "delay", "closed_by"):
        assert made[name].tolist() == first[name].tolist()
    assert "the first replication of each policy;" in decisions.note(reading)


def test_a_large_replication_is_cut_evenly_and_the_note_says_so():
    large = RunData(synthetic.tables(replications=1, issues=500), MANIFEST)
    rows = decisions.sample(large)
    assert rows.groupby("variant").size().tolist() == [decisions.MOST_ROWS // 6] * 6
    assert rows["issue"].max() == decisions.MOST_ROWS // 6
    assert "the first 1,998 of 3,000 issues of it" in decisions.note(large)


def test_the_finding_tells_the_slowest_and_the_worst_tenth(reading, tables):
    tenth = tables["decisions"].groupby("variant")["delay"].quantile(0.9)
    text = decisions.finding(reading)
    assert f"longer than {tenth.max():.1f} working days under {tenth.idxmax()}" in text
    assert f"and {tenth.min():.1f} under {tenth.idxmin()}" in text


# The estimates as data


def test_data_hold_the_estimates_unformatted(reading, tables):
    made = frame(of_estimates(reading, ("quality", "delay"))).set_index("variant")
    runs = tables["runs"]
    assert made["delay"].to_dict() == {
        v: runs[runs["variant"] == v]["delay"].to_numpy().mean() for v in made.index
    }
    assert math.isnan(made.loc["shared", "delay_difference"])
    parts = frame(time.data(reading))
    assert np.allclose(parts[list(DELAY_PARTS)].sum(axis=1), parts["delay"])
    ends = frame(endings.data(reading)).set_index("variant").sum(axis=1)
    assert set(ends) == {8 * 60}


def test_plain_data_can_stand_in_json_and_file_names_anywhere():
    made = Data(
        [DataColumn("a\u202eb"), DataColumn("n", "N", 2)],
        [["\u202ex\n y", math.nan], ["z", 1.5]],
    )
    assert made.plain("f.csv")["rows"] == [["\ufffdx y", None], ["z", 1.5]]
    assert file_name("'; <b>../x", "time") == "bx-time.csv"
    assert file_name("非", "") == "data.csv"
