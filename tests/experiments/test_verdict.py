"""The answer of a sweep in short: every number in it is that of the table, and it says no more than
is known."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from dashboard import swept

from sim.comparison.statistics import interval
from sim.experiments.sweep_runs import SweepRuns, aligned, listed, short
from sim.experiments.verdict import NOTHING, text_of, verdict

EVERYWHERE = {"top-down": {key: [[0, 43]] for key in swept.KEYS}}


def made(replications=12, keys=swept.KEYS, policies=swept.POLICIES, **more):
    """A grid whose last policy reads no key, so that its runs are the same at every point."""
    runs = swept.runs(swept.grid(keys), policies, replications)
    manifest = swept.manifest(list(keys), policies, **more)
    if len(policies) > 1:
        alone = (runs["variant"] == policies[-1]).to_numpy()
        first = runs[alone & (runs["point"] == 0)].sort_values("replication")
        for measure in ("value", "quality", "delay", "progress"):
            known = dict(zip(first["replication"], first[measure], strict=True))
            runs.loc[alone, measure] = [known[number] for number in runs.loc[alone, "replication"]]
        many = int(runs["point"].max())
        manifest["unread"] = {policies[-1]: {key: [[0, many]] for key in keys}}
    return runs, manifest


@pytest.fixture(scope="module")
def plane():
    return made()


def settings(runs):
    """The value of every different setting, replication by replication."""
    wide = runs.pivot(index="replication", columns=["variant", "point"], values="value")
    return wide.loc[:, [column for column in wide if column[0] == "shared" or column[1] == 0]]


def test_the_best_is_named_with_its_interval_and_what_cannot_be_told_from_it_is_counted(plane):
    found, wide = verdict(*plane).sentences[0], settings(plane[0])
    best = wide.mean().idxmax()
    mean = interval(wide[best].to_numpy())
    assert f"with a value of {mean.mean:.3f} [{mean.low:.3f} to {mean.high:.3f}]" in found
    sharing = plane[0].loc[plane[0]["point"] == best[1], "power.sharing"].iloc[0]
    assert found.startswith(
        f"Worth most: {best[0]} at power sharing {sharing:g}, limit for agreeing "
    )
    gaps = wide.drop(columns=[best]).rsub(wide[best], axis=0)
    alike = sum(interval(gaps[name].to_numpy(), 1 - 0.05 / 44).low <= 0 for name in gaps)
    assert wide.shape[1] == 45 and f"{alike} of the other 44 settings" in found


def test_where_hours_have_a_price_settings_are_judged_by_net_value(plane):
    runs, manifest = plane
    dear = runs.assign(net_value=np.where(runs["variant"] == runs["variant"].iloc[0], -9.0, 9.0))
    priced = manifest | {"prices": dict.fromkeys(manifest["policies"], 0.5)}
    found, free = verdict(dear, priced), verdict(dear, manifest)
    assert "with a net value of 9" in found.sentences[0] and free == verdict(runs, manifest)
    assert "is worth more in net value than" in " ".join(found.sentences)
    assert {"net_value"} <= set(found.rows[0].measures) and "value" not in found.rows[0].measures


def test_the_comparison_counts_different_settings(plane):
    told, wide = " ".join(verdict(*plane).sentences), settings(plane[0])
    gaps = [
        interval((wide["shared", point] - wide["top-down", 0]).to_numpy()) for point in range(44)
    ]
    more, less = sum(gap.low > 0 for gap in gaps), sum(gap.high < 0 for gap in gaps)
    assert f"shared is worth more than top-down at {more} of 44 settings, less at {less}" in told
    assert (
        "top-down reads none of the keys: it is one setting." in told
        and "top-down at power" not in told
    )
    assert "This rests on 12 replications of 45 different settings at 44 points." in told


def test_settings_are_paired_by_the_number_of_the_replication(plane):
    runs, manifest = plane
    gone = (runs["variant"] == "top-down") & (runs["replication"] == 2)
    for kept in (runs[~gone], runs[~gone].iloc[::-1]):
        found = SweepRuns(kept, manifest)
        values = dict(
            zip([each.policy for each in found.settings], found.values("value"), strict=True)
        )
        alone = runs[(runs["variant"] == "top-down") & (runs["point"] == 0)]
        expected = alone.set_index("replication")["value"].to_numpy(copy=True)
        expected[2] = np.nan
        np.testing.assert_array_equal(values["top-down"], expected)


def test_the_table_names_no_key_that_a_policy_does_not_read(plane):
    found = verdict(*plane)
    rows = {row.policy: row for row in found.rows}
    assert rows["top-down"].keys == {} and set(rows["shared"].keys) == set(swept.KEYS)
    assert len(found.rows) + found.more == 45 and found.rows[0].mark == "best"
    text = text_of(found)
    assert re.search(r"^top-down +– +– ", text, re.MULTILINE)
    for row in found.rows:
        wide = settings(plane[0])
        assert (
            row.measures["value"][0] == pytest.approx(wide.mean().loc[row.policy].max())
            or row.mark != "best"
        )


def test_where_a_difference_turns_along_a_key_is_said_where_both_sides_are_clear():
    runs, manifest = made(keys={"power.sharing": [0.0, 0.5, 1.0]})
    shift = {0.0: -0.5, 0.5: 0.0, 1.0: 0.5}
    base = runs[runs["variant"] == "top-down"].set_index(["point", "replication"])["value"]
    mine = runs["variant"] == "shared"
    where = pd.MultiIndex.from_frame(runs.loc[mine, ["point", "replication"]])
    noise = np.random.default_rng(1).normal(0, 0.1, int(mine.sum()))
    runs.loc[mine, "value"] = (
        base.reindex(where).to_numpy() + runs.loc[mine, "power.sharing"].map(shift) + noise
    )
    told = " ".join(verdict(runs, manifest).sentences)
    turns = "It is behind at power sharing 0 and ahead at 1: it turns between them."
    assert turns in told or "It is behind at power sharing 0 and ahead at 0.5" in told
    assert "The value of shared moves with power sharing (" in told
    runs.loc[mine, "value"] = (
        base.reindex(where).to_numpy() + np.tile([-0.5, 0.5], int(mine.sum()))[: int(mine.sum())]
    )
    told = " ".join(verdict(runs, manifest).sentences)
    assert (
        "it turns" not in told
        and "Whether shared is worth more than top-down cannot be told" in told
    )


def test_one_replication_tells_nothing_apart():
    runs, manifest = made(replications=1)
    found = verdict(runs, manifest)
    told = " ".join(found.sentences)
    assert "With so few replications the difference may be chance." in told
    assert (
        "cannot be told from one replication" in told
        and "clearly" not in told
        and "±" not in text_of(found)
    )
    assert "1 replication of 45 different settings" in told


def test_one_policy_and_one_point_have_their_sentences():
    told = verdict(*made(policies=("shared",))).sentences
    assert not any("top-down" in sentence for sentence in told) and 2 <= len(told) <= 5
    one = verdict(*made(keys={"power.sharing": [0.5]}, policies=("shared",)))
    assert (
        one.sentences[0].startswith("Worth most: shared, with a value of")
        and "no other setting" in one.sentences[0]
    )
    assert "of 1 different setting at 1 point." in one.sentences[-1]


def test_nothing_decided_is_said():
    runs, manifest = made(replications=2)
    empty = verdict(runs.assign(value=np.nan), manifest | {"failures": [1], "left_out": [1, 2]})
    assert (
        empty.sentences == [NOTHING, "2 points were left out.", "1 run failed."]
        and empty.rows == []
    )
    assert verdict(runs.iloc[:0], manifest).sentences == [NOTHING]
    assert text_of(verdict(runs.iloc[:0], manifest)).startswith("- Nothing was decided")


def test_all_equal_is_no_best():
    runs, manifest = made(replications=3)
    told = verdict(runs.assign(value=0.5), manifest).sentences
    assert "It cannot be told from any other setting" in told[0]
    assert (
        "Whether shared is worth more than top-down cannot be told at any of 44 settings."
        in told[1]
    )


def test_points_of_a_sample_do_not_tell_what_one_key_does():
    runs, manifest = made(design="sobol")
    assert any(
        "`leaderstream sensitivity` tells" in sentence
        for sentence in verdict(runs, manifest).sentences
    )


def test_one_at_a_time_compares_each_key_with_the_others_as_at_the_first_point():
    runs, manifest = made(replications=4, design="one-at-a-time")
    first = (runs["power.sharing"] == 0) | (runs["consensus.limit"] == "1d")
    told = " ".join(verdict(runs[first], manifest).sentences)
    mine = runs[(runs["variant"] == "shared") & (runs["consensus.limit"] == "1d")]
    means = mine.groupby("power.sharing")["value"].mean()
    assert (
        f"power sharing ({means.min():.3f} at " in told
        or "power sharing" in told.partition("whether ")[2]
    )


@pytest.mark.parametrize("width", [100, 80, 60, 40, 25])
def test_no_line_is_wider_than_the_terminal(plane, width):
    assert max(map(len, text_of(verdict(*plane), width).splitlines())) <= width


def test_plain_tables_give_way_and_names_stay_apart():
    assert aligned(["a", "bb"], [["xx", "1"]]) == "a   bb\nxx   1"
    wide = [["x" * 10, "1" * 10, "2" * 10]]
    assert aligned(["a", "b", "c"], wide, 24, [2]) == f"a{' ' * 20}b\n{'x' * 10}  {'1' * 10}"
    assert max(map(len, aligned(["a", "b"], [["x" * 30, "y" * 30]], 21).splitlines())) <= 21
    assert short(["a.b.c", "d.e.c"]) == {"a.b.c": "b.c", "d.e.c": "e.c"} and short(["x.y"]) == {
        "x.y": "y"
    }
    assert listed(["one two"], 7) == "- one\n  two"
