"""The four tables: against sums by hand, in the promised order, with the promised content hash."""

from __future__ import annotations

import hashlib
import math
import struct

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from results import fake

from sim.measures import DELAY_PARTS
from sim.outcome import CLOSED_BY, DAY, DECISION, LEADER, Outcome
from sim.tables import (
    TABLES,
    PolicyRuns,
    column,
    content_hash,
    join,
    policy_tables,
    read_table,
    write_table,
)

KEYS = "scenario variant point replication"
PARTS = "gather scheduling deliberation escalation rollout"
PROMISED = {
    "runs": f"{KEYS} seed issues resolved lapsed quality correct ceiling information_use regret "
    f"delay {PARTS} rounds participants person_hours value commitment coverage progress backlog "
    f"forum_hours engagement alignment power_gini messages",
    "decisions": f"{KEYS} issue kind raised_day origin accountable decider alternatives chosen "
    f"best quality correct ceiling regret delay {PARTS} rounds participants person_hours dissent "
    f"unsaid closed_by coverage commitment value reading_hours rework_hours net_value",
    "leaders": f"{KEYS} leader position unit forum_hours reading_hours work_hours backlog "
    "engagement context alignment influence heard",
    "days": f"{KEYS} day open backlog alignment engagement power_gini messages",
}


def runs_of(outcomes, **more):
    given = {
        "scenario": "s",
        "variant": "v",
        "seed": 3,
        "kinds": ["operational", "strategic"],
        "ticks_per_day": 8,
        "structure": fake.structure(len(outcomes[0].leaders) if outcomes else 2),
        "varied": {},
        "replications": list(range(len(outcomes))),
        "outcomes": outcomes,
    }
    return PolicyRuns(**{**given, **more})


def by_hand():
    """Two leaders, three issues: agreed by a forum, decided by leader 1 as an estimate, lapsed."""
    nan = math.nan
    rows = np.array(
        [
            (
                1,
                0,
                12,
                0,
                0,
                -1,
                3,
                2,
                2,
                nan,
                nan,
                1.0,
                1,
                1.0,
                0.0,
                20,
                8,
                4,
                6,
                0,
                2,
                2,
                3,
                12.0,
                0.1,
                0.25,
                1,
                0.8,
                0.9,
                0.5,
                2.0,
                1.0,
                0.35,
            ),
            (
                2,
                1,
                16,
                1,
                0,
                1,
                0,
                -1,
                -1,
                0.4,
                0.6,
                0.5,
                nan,
                0.7,
                0.2,
                8,
                8,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                0.3,
                nan,
                0,
                1,
                0.7,
                2.5,
                3.0,
                4.0,
                2.43,
            ),
            (
                3,
                0,
                20,
                1,
                0,
                -2,
                3,
                -1,
                0,
                nan,
                nan,
                nan,
                nan,
                0.4,
                nan,
                160,
                8,
                0,
                152,
                0,
                0,
                1,
                4,
                8,
                0,
                nan,
                5,
                0,
                0,
                0,
                2.0,
                0.0,
                -0.1,
            ),
        ],
        DECISION,
    )
    leaders = np.zeros(2, LEADER)
    leaders["power"], leaders["backlog"], leaders["heard"] = [1.0, 3.0], [2.0, 4.0], [0.5, nan]
    days = np.zeros(2, DAY)
    days["power_gini"] = [0.5, 0.25]
    days["strategy_gap"] = [0.25, 0.5]
    ledger = {
        "messages_sent": 10,
        "messages_read": 4,
        "messages_waiting": 3,
        "messages_in_transit": 2,
    }
    return Outcome(
        rows,
        leaders,
        days,
        {**ledger, "messages_expired": 1, "messages": 8, "replaced": 2, "progress": 0.75},
    )


def test_columns_come_in_the_promised_order_with_extras_last():
    tables = policy_tables(runs_of([by_hand()]))
    for name, promised in PROMISED.items():
        assert list(tables[name].columns)[: len(promised.split())] == promised.split()
        assert list(tables[name].columns) == [column.name for column in TABLES[name]]


def test_means_of_a_run_worked_out_by_hand():
    run = policy_tables(runs_of([by_hand()]))["runs"].iloc[0]
    assert (run["issues"], run["resolved"], run["lapsed"], run["seed"]) == (3, 2, 1, 3)
    assert run["quality"] == 0.75
    assert run["correct"] == 1.0  # the estimate has none
    assert run["ceiling"] == pytest.approx(0.7)  # over all three
    assert run["information_use"] == run["quality"] / run["ceiling"]
    assert run["delay"] == pytest.approx((20 + 8 + 160) / 8 / 3)  # lapsed ones count until expiry
    assert run["deliberation"] == pytest.approx((6 + 152) / 8 / 3)
    assert run["rounds"] == 1.0
    assert run["person_hours"] == 6.0
    assert run["value"] == 1.0  # 3.0 over three issues
    assert run["backlog"] == 3.0
    assert run["power_gini"] == 0.25 and run["strategy_gap"] == 0.375
    assert run["unsaid"] == 0.25  # of the one that a room decided
    assert run["reading_hours"] == pytest.approx(7 / 3)  # over all three
    assert run["rework_hours"] == pytest.approx(5 / 3)
    assert run["net_value"] == pytest.approx(2.68 / 3)
    assert (run["messages"], run["messages_sent"], run["progress"]) == (8, 10, 0.75)


@pytest.mark.parametrize(
    ("closed_by", "decider", "undecided"),
    [
        ("lapsed", -2, 1),
        ("dropped", -2, 1),
        ("rejected", -2, 1),
        ("dropped", -1, 0),
        ("rejected", 0, 0),
    ],
)
def test_undecided_is_what_nobody_decided(closed_by, decider, undecided):
    outcome = by_hand()
    last = outcome.decisions[2]
    last["closed_by"], last["decider"] = CLOSED_BY.index(closed_by), decider
    if not undecided:
        last["quality"], last["commitment"], last["chosen"] = -0.25, 0.5, 0
    tables = policy_tables(runs_of([outcome]))
    run, row = tables["runs"].iloc[0], tables["decisions"].iloc[2]
    assert (run["lapsed"], run["resolved"], run["issues"]) == (undecided, 3 - undecided, 3)
    assert run["quality"] == pytest.approx(0.75 if undecided else 1.25 / 3)
    assert row["closed_by"] == closed_by
    assert row["decider"] == {-2: "", -1: "forum", 0: "L0"}[decider]


def test_the_hours_of_a_leader_are_all_there():
    outcome = by_hand()
    for name, hours in zip(
        ("forum", "reading", "work", "away"), (4.0, 3.0, 25.0, 8.0), strict=True
    ):
        outcome.leaders[f"{name}_hours"] = hours
    leaders = policy_tables(runs_of([outcome]))["leaders"]
    assert leaders["away_hours"].tolist() == [8.0, 8.0]
    assert column("leaders", "away_hours").unit == "hours"
    assert leaders[[name for name in leaders if name.endswith("_hours")]].sum(axis=1).tolist() == [
        40.0,
        40.0,
    ]


def test_decisions_say_who_in_ids_and_when_in_days():
    rows = policy_tables(runs_of([by_hand()]))["decisions"]
    assert list(rows["decider"]) == ["forum", "L1", ""]
    assert list(rows["origin"]) == ["L0", "L1", "L1"]
    assert list(rows["closed_by"]) == ["agreement", "one-voice", "lapsed"]
    assert list(rows["kind"]) == ["operational", "strategic", "operational"]
    assert list(rows["raised_day"]) == [1.5, 2.0, 2.5]
    assert list(rows["delay"]) == [2.5, 1.0, 20.0]
    assert rows["quality"].isna().tolist() == [False, False, True]
    assert rows["estimate"].tolist()[1] == 0.4


@pytest.mark.parametrize("ticks_per_day", [8, 7, 30])
def test_parts_add_up_to_the_delay_exactly(ticks_per_day):
    outcomes = [fake.outcome(np.random.default_rng(n), 5) for n in range(20)]
    rows = policy_tables(runs_of(outcomes, ticks_per_day=ticks_per_day))["decisions"]
    assert len(rows) > 200
    total = np.zeros(len(rows))
    for name in DELAY_PARTS:
        total = total + rows[name].to_numpy()
    assert (total == rows["delay"]).all()
    ticks = np.concatenate([outcome.decisions["delay"] for outcome in outcomes])
    assert np.allclose(rows["delay"] * ticks_per_day, ticks)


def test_means_are_sequential_sums_over_each_run():
    outcomes = [fake.outcome(np.random.default_rng(n), 5, issues=500) for n in range(3)]
    runs = policy_tables(runs_of(outcomes))["runs"]
    for outcome, quality, ceiling in zip(outcomes, runs["quality"], runs["ceiling"], strict=True):
        known = outcome.decisions["quality"][~np.isnan(outcome.decisions["quality"])]
        assert quality == np.add.accumulate(known)[-1] / len(known)
        assert ceiling == np.add.accumulate(outcome.decisions["ceiling"])[-1] / 500


def test_a_run_without_issues_has_counts_of_0_and_no_means():
    empty = fake.outcome(np.random.default_rng(1), 2, issues=0)
    tables = policy_tables(runs_of([empty, by_hand()]))
    first, second = tables["runs"].to_dict("records")
    assert (first["issues"], first["resolved"], first["lapsed"]) == (0, 0, 0)
    assert all(math.isnan(first[name]) for name in ("quality", "delay", "value", "information_use"))
    assert second["issues"] == 3
    assert len(policy_tables(runs_of([empty]))["decisions"]) == 0


def test_leaders_stand_in_stored_order_and_means_do_not_depend_on_it():
    given = fake.outcome(np.random.default_rng(2), 4)
    tables = policy_tables(
        runs_of([given, given], structure=fake.structure(4, stored=[2, 0, 3, 1]))
    )
    assert list(tables["leaders"]["leader"]) == ["L1", "L3", "L0", "L2"] * 2
    assert list(tables["leaders"]["backlog"][:4]) == [
        given.leaders["backlog"][i] for i in (1, 3, 0, 2)
    ]
    assert list(tables["leaders"]["position"][:4]) == [
        "downstream",
        "downstream",
        "upstream",
        "downstream",
    ]
    plain = policy_tables(runs_of([given, given], structure=fake.structure(4)))
    assert content_hash(plain["runs"]) == content_hash(tables["runs"])


def test_rows_keep_the_numbers_of_their_replications():
    for name, table in policy_tables(runs_of([by_hand(), by_hand()], replications=[3, 7])).items():
        assert list(dict.fromkeys(table["replication"])) == [3, 7], name


def test_varied_parameters_stand_after_the_seed():
    runs = policy_tables(runs_of([by_hand()], varied={"power.rule": "vote", "flow.up.open": 0.4}))[
        "runs"
    ]
    assert list(runs.columns[4:8]) == ["seed", "power.rule", "flow.up.open", "issues"]
    assert runs["power.rule"].tolist() == ["vote"]
    assert runs["flow.up.open"].tolist() == [0.4]


@pytest.fixture
def tables():
    outcomes = [fake.outcome(np.random.default_rng(n), 5) for n in range(3)]
    return policy_tables(runs_of(outcomes, varied={"power.rule": "vote"}))


def test_parquet_gives_back_what_was_written_with_units(tables, tmp_path):
    for name, table in tables.items():
        path = tmp_path / name
        write_table(name, table, path)
        back = read_table(path)
        pd.testing.assert_frame_equal(back, table)
        assert content_hash(back) == content_hash(table)
        for field in pq.read_schema(path):
            about = column(name, field.name)
            assert field.metadata == {
                b"unit": about.unit.encode(),
                b"meaning": about.meaning.encode(),
            }
            assert about.meaning
    assert (
        pq.read_schema(tmp_path / "decisions").field("delay").metadata[b"unit"] == b"working days"
    )


def test_parquet_bytes_are_the_same_for_the_same_table(tables, tmp_path):
    for number in (1, 2):
        write_table("decisions", tables["decisions"].copy(), tmp_path / str(number))
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def small():
    return pd.DataFrame({"a": [1, 2], "b": [0.5, math.nan], "c": ["x", "yz"]})


def test_content_hash_is_what_the_documentation_says():
    # A change of these bytes changes what 'the same result' means: it needs a mark in the
    # changelog.
    said = b'[2, [["a", "integer"], ["b", "number"], ["c", "text"]]]'
    said += struct.pack("<2q", 1, 2) + struct.pack("<2d", 0.5, math.nan)
    said += struct.pack("<2q", 1, 2) + b"xyz"
    assert content_hash(small()) == hashlib.sha256(said).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.rename(columns={"a": "A"}),
        lambda t: t[["b", "a", "c"]],
        lambda t: t.iloc[::-1],
        lambda t: t.iloc[:1],
        lambda t: t.assign(a=[1, 3]),
        lambda t: t.assign(a=[1.0, 2.0]),
        lambda t: t.assign(b=[0.5, 0.0]),
        lambda t: t.assign(b=[np.nextafter(0.5, 1), math.nan]),
        lambda t: t.assign(c=["xy", "z"]),
        lambda t: t.assign(c=["x", "yZ"]),
    ],
)
def test_content_hash_feels_names_order_types_and_values(change):
    assert content_hash(change(small())) != content_hash(small())


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.reset_index(drop=True),
        lambda t: t.set_index(pd.Index([7, 8])),
        lambda t: t.assign(a=t["a"].astype("int32")),
        lambda t: t.assign(c=t["c"].astype(object)),
        lambda t: t.assign(c=t["c"].astype("category")),
        lambda t: t.assign(b=[0.5, -math.nan]),
        lambda t: pd.concat([t.iloc[:1], t.iloc[1:]]),
    ],
)
def test_content_hash_ignores_how_values_are_held(change):
    assert content_hash(change(small())) == content_hash(small())


def test_content_hash_knows_one_zero():
    zeros = [pd.DataFrame({"a": [0.0]}), pd.DataFrame({"a": [-0.0]})]
    assert content_hash(zeros[0]) == content_hash(zeros[1])


def test_a_joined_table_hashes_like_one_made_at_once(tables):
    halves = [
        {name: part(table) for name, table in tables.items()}
        for part in (lambda t: t[:2], lambda t: t[2:])
    ]
    for name, table in join(halves).items():
        assert content_hash(table) == content_hash(tables[name])


def test_content_hash_refuses_what_no_table_holds():
    with pytest.raises(TypeError, match="when"):
        content_hash(pd.DataFrame({"when": pd.to_datetime(["2026-01-01"])}))
    with pytest.raises(TypeError, match="missing"):
        content_hash(pd.DataFrame({"c": ["x", None]}))


def test_every_column_says_what_it_is():
    for columns in TABLES.values():
        assert len({column.name for column in columns}) == len(columns)
        assert all(
            column.meaning and column.kind in ("text", "integer", "number") for column in columns
        )
    with pytest.raises(KeyError):
        column("decisions", "nonsense")


@pytest.mark.parametrize("name", ["power.sharing", "attention"])
def test_a_varied_parameter_is_a_column_of_runs_whether_or_not_its_name_has_a_dot(name):
    assert f"the scenario's {name}," in column("runs", name).meaning
