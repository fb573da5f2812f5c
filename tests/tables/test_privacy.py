"""What may be shown of people: groups of at least so many, which are a partition, and their
means."""

from __future__ import annotations

import math

import numpy as np
import pytest
from test_build import by_hand, runs_of

from sim import Scenario
from sim.errors import InvalidInput, Refused
from sim.organization import build, relabelled
from sim.outcome import LEADER, Outcome
from sim.tables import content_hash, join, policy_tables, read_table, write_table
from sim.tables.privacy import (
    EVERYBODY,
    group_means,
    groups_of,
    hidden,
    insist_shown,
    smallest_group,
    told,
    unit_names,
)


def organisation(tmp_path, rows, name="people"):
    """The structure of people given as (id, manager, level rank, department)."""
    lines = ["id,manager_id,level,level_rank,department"]
    lines += [f"{who},{above},level {rank},{rank},{unit}" for who, above, rank, unit in rows]
    (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
    text = f"name: mine\nstream: {{people: {name}.csv, positions: []}}"
    return build(Scenario.from_text(text, folder=tmp_path))


def krackhardt_like():
    """1, 4 and 16 leaders at three positions, four in each of the units below."""
    rows = [("boss", "", 0, "top")]
    rows += [(f"mid{i}", "boss", 1, f"unit-{i}") for i in range(4)]
    return rows + [(f"low{i}", f"mid{i % 4}", 2, f"unit-{i % 4}") for i in range(16)]


def random_rows(rng):
    """People of random positions and units."""
    count, units = int(rng.integers(1, 60)), int(rng.integers(1, 9))
    ranks = np.sort(rng.integers(0, int(rng.integers(1, 6)), count))
    rows = []
    for i, rank in enumerate(ranks.tolist()):
        above = np.flatnonzero(ranks < rank)
        manager = f"who-{rng.choice(above)}" if len(above) else ""
        rows.append((f"who-{i}", manager, rank, f"u{rng.integers(units)}"))
    return rows


@pytest.mark.parametrize("smallest", [2, 5, 9])
def test_groups_are_a_partition_of_groups_large_enough(tmp_path, smallest):
    rng = np.random.default_rng(smallest)
    for trial in range(40):
        structure = organisation(tmp_path, random_rows(rng), f"people-{trial}")
        groups = groups_of(structure, smallest)
        assert np.array_equal(np.bincount(groups.of, minlength=len(groups)), groups.sizes)
        assert groups.sizes.sum() == len(structure)
        assert groups.sizes.min() >= min(smallest, len(structure))
        assert len(set(groups.labels)) == len(groups)
        assert not any(who in label for label in groups.labels for who in structure.id)
        # A unit at a position with enough leaders is a group, or the core of one.
        cells = np.stack([structure.position, structure.unit], axis=1)
        for cell in np.unique(cells, axis=0):
            members = groups.of[(cells == cell).all(axis=1)]
            assert len(set(members.tolist())) == 1


def test_units_then_positions_then_neighbours(tmp_path):
    def labels(smallest):
        groups = groups_of(organisation(tmp_path, krackhardt_like()), smallest)
        return dict(zip(groups.labels, groups.sizes.tolist(), strict=True))

    assert labels(4) == {
        "level 0 + level 1": 5,
        **{f"level 2 / unit-{i}": 4 for i in range(4)},
    }
    assert labels(5) == {"level 0 + level 1": 5, "level 2": 16}
    assert labels(6) == {EVERYBODY: 21}
    assert labels(40) == {EVERYBODY: 21}


def test_too_few_of_a_unit_join_the_smallest_unit_of_their_position(tmp_path):
    rows = [(f"a{i}", "", 0, "sales") for i in range(7)]
    rows += [(f"b{i}", "", 0, "support") for i in range(5)]
    rows += [("c0", "", 0, "legal"), ("c1", "", 0, "audit")]
    groups = groups_of(organisation(tmp_path, rows), 5)
    assert dict(zip(groups.labels, groups.sizes.tolist(), strict=True)) == {
        "level 0 / sales": 7,
        "level 0 / support + other units": 7,
    }
    assert groups.positions == ["level 0", "level 0"]
    assert groups.units == ["sales", "support + other units"]


def test_nobody_is_left_out_to_be_found_by_subtraction(tmp_path):
    """All but one is no group: the one joins them."""
    rows = [("head", "", 0, "sales"), *((f"a{i}", "head", 1, "sales") for i in range(20))]
    assert groups_of(organisation(tmp_path, rows), 5).labels == [EVERYBODY]


def test_units_that_heads_give_their_ids_to_are_numbered(tmp_path):
    rows = [
        (f"{who}-7k3m", f"{above}-7k3m" if above else "", rank, "")
        for who, above, rank in [("a", "", 0), ("b", "a", 1), ("c", "a", 1)]
    ]
    rows += [(f"p-{i}", f"{'bc'[i % 2]}-7k3m", 2, "") for i in range(12)]
    structure = organisation(tmp_path, rows)
    assert {"b-7k3m", "c-7k3m"} < set(structure.units)
    for one in (structure, relabelled(structure, 3)):
        names = unit_names(one)
        assert "executive" in names
        assert {name for name in names if name != "executive"} <= {f"unit {i}" for i in (1, 2, 3)}


def test_units_called_after_people_are_numbered_and_numbers_stay(tmp_path):
    rows = [("Ann", "", 0, "Team Ann"), ("7", "Ann", 1, "Plant 7"), ("8", "Ann", 1, "Annex")]
    structure = organisation(tmp_path, rows)
    assert structure.units == ["Annex", "Plant 7", "Team Ann"]
    assert unit_names(structure) == ["Annex", "Plant 7", "unit 3"]


# Which rows tables have


def six(nan_at=()):
    leaders = np.zeros(6, LEADER)
    leaders["forum_hours"] = [1, 2, 3, 10, 20, 30]
    leaders["heard"] = 0.5
    for i in nan_at:
        leaders["heard"][i] = math.nan
    return Outcome(by_hand().decisions, leaders, by_hand().days, by_hand().run)


def test_a_row_a_group_of_means(tmp_path):
    structure = organisation(
        tmp_path,
        [*((f"x{i}", "", 0, "a") for i in range(3)), *((f"y{i}", "x0", 1, "a") for i in range(3))],
    )
    outcome = six()
    hours = {who: 10.0 * (who[0] == "y") + int(who[1]) for who in structure.id}
    outcome.leaders["forum_hours"] = [hours[who] for who in structure.id]
    tables = policy_tables(runs_of([outcome, outcome], structure=structure, smallest_group=3))
    leaders = tables["leaders"]
    assert leaders["leader"].tolist() == ["level 0", "level 1"] * 2
    assert leaders["forum_hours"].tolist() == [1.0, 11.0] * 2
    assert leaders["leaders"].tolist() == [3] * 4
    assert leaders["replication"].tolist() == [0, 0, 1, 1]
    assert set(tables["decisions"]["origin"]) <= {"level 0", "level 1"}
    assert set(tables["decisions"]["decider"]) <= {"level 0", "level 1", "forum", ""}
    plain = policy_tables(runs_of([outcome, outcome], structure=structure))
    for name in ("runs", "days"):
        assert content_hash(tables[name]) == content_hash(plain[name])


def test_a_mean_over_too_few_who_have_the_number_is_not_shown(tmp_path):
    structure = organisation(tmp_path, [(f"x{i}", "", 0, "a") for i in range(6)])
    for missing, shown in (((), 0.5), ((0,), 0.5), ((0, 1), math.nan)):
        tables = policy_tables(runs_of([six(missing)], structure=structure, smallest_group=5))
        assert tables["leaders"]["heard"].tolist() == pytest.approx([shown], nan_ok=True)


def test_right_ideas_of_a_way_that_few_of_a_group_can_send_are_not_shown(tmp_path):
    structure = organisation(tmp_path, [(f"x{i}", "", 0, "a") for i in range(6)])
    for having, shown in ((6, 2.0), (5, 5 / 3), (4, math.nan), (0, 0.0)):
        outcome = six()
        outcome.leaders["ideas_right_across"][:having] = 2
        outcome.leaders["ideas_right_across_passed"][:having] = 2
        tables = policy_tables(runs_of([outcome], structure=structure, smallest_group=5))
        for name in ("ideas_right_across", "ideas_right_across_passed"):
            assert tables["leaders"][name].tolist() == pytest.approx([shown], nan_ok=True)


def test_hours_in_the_inbox_of_a_group_are_those_of_all_its_messages(tmp_path):
    structure = organisation(tmp_path, [(f"x{i}", "", 0, "a") for i in range(6)])
    outcome = six()
    outcome.leaders["messages_in"] = [90, 10, 0, 0, 0, 0]
    outcome.leaders["inbox_hours"] = [2.0, 12.0, *[math.nan] * 4]
    leaders = policy_tables(runs_of([outcome], structure=structure, smallest_group=5))["leaders"]
    assert leaders["inbox_hours"].tolist() == pytest.approx([3.0])
    outcome.leaders["messages_in"] = 0
    leaders = policy_tables(runs_of([outcome], structure=structure, smallest_group=5))["leaders"]
    assert math.isnan(leaders["inbox_hours"][0])


def test_all_of_fewer_than_may_be_shown_are_one_row(tmp_path):
    structure = organisation(tmp_path, [(f"x{i}", "", 0, "a") for i in range(6)])
    leaders = policy_tables(runs_of([six()], structure=structure, smallest_group=9))["leaders"]
    assert leaders["leader"].tolist() == [EVERYBODY]
    assert leaders["forum_hours"].tolist() == [11.0]


def test_what_classes_keep_is_shown_in_means_and_the_class_is_not(tmp_path):
    structure = organisation(tmp_path, [(f"x{i}", "", 0, "a") for i in range(6)])
    plain = six()
    more = {
        "class": np.array(["Quiet"] * 5 + ["Leader"]),
        "kept": np.array([1.0, 2, 3, 4, 5, math.nan]),
        "few": np.array([1.0, math.nan, math.nan, math.nan, math.nan, math.nan]),
    }
    outcome = Outcome(plain.decisions, plain.leaders, plain.days, plain.run, more)
    leaders = policy_tables(runs_of([outcome], structure=structure, smallest_group=5))["leaders"]
    assert "class" not in leaders.columns
    assert leaders["kept"].tolist() == [3.0]
    assert math.isnan(leaders["few"].iloc[0])


def test_grouped_tables_are_stored_and_joined_with_others(tmp_path):
    structure = organisation(tmp_path, [(f"x{i}", "", 0, "a") for i in range(6)])
    grouped = policy_tables(runs_of([six()], structure=structure, smallest_group=5))
    write_table("leaders", grouped["leaders"], tmp_path / "leaders.parquet")
    assert content_hash(read_table(tmp_path / "leaders.parquet")) == content_hash(
        grouped["leaders"]
    )
    both = join([grouped, policy_tables(runs_of([six()], structure=structure))])["leaders"]
    assert both["leaders"].tolist() == [6, 1, 1, 1, 1, 1, 1]


def test_means_leave_out_what_is_not_known():
    groups = groups_of_sizes([2, 3], smallest=2)
    values = np.array([1.0, math.nan, 4.0, 5.0, 6.0])
    assert group_means(values, groups.of, groups, 1).tolist() == pytest.approx(
        [math.nan, 5.0], nan_ok=True
    )


def groups_of_sizes(sizes, smallest):
    from sim.tables.privacy import Groups

    names = [f"g{i}" for i in range(len(sizes))]
    of = np.repeat(np.arange(len(sizes)), sizes)
    return Groups(smallest, of, names, names, names, np.array(sizes))


# Where it is set


def test_it_is_read_from_scenarios_and_manifests():
    scenario = Scenario.from_text("name: mine\nprivacy: {smallest_group: 7}")
    plain = Scenario.from_text("name: mine")
    off = scenario.with_({"privacy.smallest_group": "off"})
    sources = [scenario, *scenario.policies().values(), scenario.resolved()]
    assert {smallest_group(source) for source in sources} == {7}
    assert smallest_group({"scenario": scenario.resolved()}) == 7
    assert smallest_group({"scenario": {"privacy": {}}}) == 5  # as sweeps keep it: as written
    for source in (plain, plain.resolved(), {"scenario": plain.resolved()}, off, off.resolved()):
        assert smallest_group(source) is None and not hidden(source)
        insist_shown(source, "--log lists who wrote to whom")
    with pytest.raises(Refused, match=r"--log lists .* groups of at least 7"):
        insist_shown(scenario, "--log lists who wrote to whom")
    assert "at least 7" in told(scenario) and "--set" not in told(scenario)


def test_what_is_told_says_who_decided_it():
    scenario = Scenario.from_text("name: mine\nprivacy: {smallest_group: 7}")
    assert told(Scenario.from_text("name: mine")) == ""
    assert told({"scenario": Scenario.from_text("name: mine").resolved(), "changes": {}}) == ""
    for changes in ({"privacy.smallest_group": "off"}, {"privacy": None}):
        off = scenario.with_(changes)
        assert "one by one" in told(off) and "--set" in told(off)
        assert told({"scenario": off.resolved(), "changes": off.changes}) == told(off)
    assert "at least 2" in told(scenario.with_({"privacy.smallest_group": 2}))
    assert "--set" in told(scenario.with_({"privacy.smallest_group": 2}))


def test_a_scenario_without_the_key_resolves_as_before():
    assert "privacy" not in Scenario.from_text("name: mine").resolved()
    assert Scenario.from_text("name: mine\nprivacy: {}").privacy.smallest_group == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("privacy: {smallest_group: 1}", "expected a whole number from 2 to 10000, or off"),
        ("privacy:", "has no value"),
        ("privacy: 5", "did you mean privacy.smallest_group: 5"),
        (
            "privacy: {smallest_group: 5}\nvariants: {a: {privacy.smallest_group: off}}",
            "a variant may not change",
        ),
        (
            "privacy: {smallest_group: 5}\nstream: {pairs: [[upstream-01, downstream-01]]}",
            "stream.pairs: names people",
        ),
        (
            "privacy: {smallest_group: 5}\nsweep: {vary: {privacy.smallest_group: [2, 5]}}",
            "privacy belongs to the whole comparison",
        ),
        (
            "privacy: {smallest_group: 5}\nevents: [{at: 4d, set: {privacy.smallest_group: 2}}]",
            "privacy.smallest_group",
        ),
    ],
)
def test_what_it_may_not_be(text, message):
    with pytest.raises(InvalidInput, match=message):
        Scenario.from_text(f"name: mine\n{text}")
