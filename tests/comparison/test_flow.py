"""The flow of right ideas: how many survive each hop, where they stop, and the sentences; by hand,
and recomputed from a short run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from model.tiny import chain, tiny

from sim import agents
from sim.comparison.flow import flow, hops, stops
from sim.comparison.flow_words import sentences
from sim.parameters import parameters
from sim.tables.build import PolicyRuns, policy_tables

WHO = [("ann", "Head", "all"), ("bob", "Staff", "east"), ("cat", "Staff", "west")]
WAYS = ("up", "down", "across", "here")


def table(rows, **more):
    """A table of leaders; rows: by replication, then leader: right ideas formed, stopped, late, and
    (came, passed) up; where the head answers for all, `here` is what came to the head."""
    made = []
    for replication, of_run in enumerate(rows):
        for (leader, position, unit), (own, stopped, late, came, passed) in zip(
            WHO, of_run, strict=True
        ):
            cells = dict.fromkeys((f"ideas_right_{w}{e}" for w in WAYS for e in ("", "_passed")), 0)
            way = "here" if leader == "ann" else "up"
            cells |= {f"ideas_right_{way}": came, f"ideas_right_{way}_passed": passed}
            cells |= {"ideas_right_own": own, "ideas_right_stopped": stopped}
            cells |= {"ideas_right_late": late, "forum_hours": 8.0, "reading_hours": 4.0}
            keys = {"variant": "now", "replication": replication, "leader": leader}
            made.append({**keys, "position": position, "unit": unit, "power": 1.0, **cells, **more})
    return pd.DataFrame(made)


HAND = [
    [(2, 1, 0, 10, 9), (10, 4, 1, 10, 6), (8, 0, 2, 8, 8)],
    [(2, 3, 0, 8, 5), (5, 0, 0, 10, 10), (3, 2, 0, 5, 1)],
]


def test_survival_and_stops_by_hand():
    found = flow({"leaders": table(HAND)}, {}, "now")
    assert found.right and found.all_formed.tolist() == [20, 10]
    np.testing.assert_allclose(found.weighed, [1 - 8 / 20, 1 - 5 / 10])
    np.testing.assert_allclose(found.survival("up"), [[np.nan, 0.6, 1], [np.nan, 1, 0.2]])
    by_position = hops(found).set_index(["name", "way"])
    assert list(by_position.index) == [("Head", "here"), ("Staff", "up")]
    assert by_position.loc[("Staff", "up"), "survival"] == pytest.approx((14 / 18 + 11 / 15) / 2)
    assert by_position.loc[("Staff", "up"), "came"] == pytest.approx(100 * (18 / 20 + 15 / 10) / 2)
    assert hops(found, "unit")["name"].tolist() == ["all", "east", "west"]
    ranked = stops(found)
    assert ranked["name"].tolist() == ["ann", "bob", "cat"]
    assert ranked["stopped"].tolist() == pytest.approx([17.5, 10.0, 10.0])
    assert ranked["rate"].iloc[0] == pytest.approx((1 / 10 + 3 / 8) / 2)
    assert ranked["forum_hours"].tolist() == [8, 8, 8]
    with pytest.raises(ValueError, match="position, unit or desk"):
        hops(found, "team")


def test_places_add_up_and_hours_are_those_of_one_leader():
    found = flow({"leaders": table(HAND, unit="east")}, {}, "now").folded()
    assert found.names == ["Head in east", "Staff in east"] and found.leaders.tolist() == [1, 2]
    assert found.stopped.tolist() == [[1, 4], [3, 2]]
    assert stops(found).set_index("name").loc["Staff in east", "reading_hours"] == 4
    groups = flow({"leaders": table(HAND).assign(leaders=[1, 10, 3] * 2)}, {}, "now")
    assert groups.people == 14 and groups.stopped[0].tolist() == [1, 40, 0]


def test_no_interval_leaves_what_is_possible():
    few = [[(9, 0, 0, 9, 9), (9, 9, 0, 9, 0), (9, 0, 0, 9, 9)]] * 3
    few += [[(9, 9, 0, 9, 0), (9, 0, 0, 9, 9), (9, 0, 0, 9, 9)]]
    found = flow({"leaders": table(few)}, {}, "now")
    kept, ends = hops(found), stops(found)
    assert kept["low"].min() >= 0 and kept["high"].max() <= 1
    for name, most in (("stopped", 100), ("rate", 1)):
        assert ends[f"{name}_low"].min() >= 0 and ends[f"{name}_high"].max() <= most


def test_the_sentences_name_the_hop_and_the_desk():
    rng = np.random.default_rng(2)
    clear = [(20, 2, 1, 60, 50), (100, 60, 4, 100, 40), (100, 20, 4, 100, 76)]
    rows = [[[n * (1 + 0.02 * rng.standard_normal()) for n in one] for one in clear]] * 1
    rows = [
        [[n * (1 + 0.02 * rng.standard_normal()) for n in one] for one in clear] for _ in range(20)
    ]
    tables = {"leaders": table(rows), "runs": pd.DataFrame({"variant": ["now"]})}
    found, said = flow(tables, {}, "now"), sentences(tables, {})
    weighed, rate = 100 * found.weighed.mean(), 100 * found.stops[:, 1].mean()
    assert said[0].startswith(f"Under now, of 100 right ideas those who decide weigh {weighed:.1f}")
    assert said[1].startswith("On the hop up from Staff, 58") and "are sent on" in said[1]
    assert said[2].startswith("Most stop at bob (Staff): ") and f"{rate:.1f} [" in said[2]
    even = {"leaders": table([[(9, 1, 0, 9, 9)] * 3] * 5), "runs": tables["runs"]}
    assert "it cannot be told from any other" in sentences(even, {})[2]


def test_without_right_ideas_all_are_told_of():
    older = table(HAND).drop(columns=[f"ideas_right_{way}" for way in WAYS])
    older = older.assign(ideas_own=5, ideas_stopped=1, ideas_late=0, ideas_in=9, ideas_passed=6)
    tables = {"leaders": older, "runs": pd.DataFrame({"variant": ["now"]})}
    found = flow(tables, {}, "now")
    assert not found.right and hops(found)["way"].tolist() == ["on", "on"]
    assert "Right ideas are not told apart" in sentences(tables, {})[0]
    assert flow({"leaders": older.drop(columns="ideas_in")}, {}, "now") is None
    assert flow({}, {}, "now") is None and sentences({"runs": tables["runs"]}, {}) == []


@pytest.fixture(scope="module")
def played():
    """A chain of four under which half of what goes up is passed on, three replications."""
    changes = {
        "stream.positions": chain(4),
        "direction.source": "p0",
        "issues.matter.raised_at": "p3",
        "issues.matter.decided_at": "p0",
        "flow.up.open": 0.5,
        "clock.horizon": "4w",
    }
    inputs = parameters(tiny(changes))
    outcomes = [agents.simulate(inputs, replication) for replication in range(3)]
    return policy_tables(
        PolicyRuns("tiny", "now", 11, ["matter"], 8, inputs.structure, {}, range(3), outcomes)
    )


def test_a_short_run_recomputed_from_its_table(played):
    leaders, found = played["leaders"], flow(played, {}, "now")
    formed = leaders.groupby("replication")["ideas_right_own"].sum()
    assert formed.min() > 3
    for name, position in leaders.groupby("position"):
        if name == "p0":
            continue
        sums = position.groupby("replication")[["ideas_right_up", "ideas_right_up_passed"]].sum()
        expected = (sums["ideas_right_up_passed"] / sums["ideas_right_up"]).mean()
        row = hops(found).set_index(["name", "way"]).loc[(name, "up")]
        assert row["survival"] == pytest.approx(expected) and 0.2 < expected < 0.8
    lost = leaders.groupby("replication")[["ideas_right_stopped", "ideas_right_late"]].sum()
    np.testing.assert_allclose(found.weighed, 1 - lost.sum(axis=1) / formed)
    assert len(sentences(played, {})) == 3
