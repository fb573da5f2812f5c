"""Overload seen in the runs: named where it is, silent where leaders keep up, and what is said of
it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.comparison.overload import overloaded, sentences
from sim.kernel import simulate
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.tables import build
from tests.demand.test_demand import OVERLOADED


def played(scenario, replications):
    """The tables of a scenario's policies and their part of a manifest."""
    parts, policies = [], {}
    for name, policy in scenario.policies().items():
        inputs = parameters(policy)
        outcomes = [simulate(inputs, replication) for replication in range(replications)]
        day, kinds = inputs.numbers.day, list(policy.issues)
        runs = build.PolicyRuns(
            scenario.name,
            name,
            inputs.seed,
            kinds,
            day,
            inputs.structure,
            {},
            range(replications),
            outcomes,
        )
        parts.append(build.policy_tables(runs))
        policies[name] = policy.resolved()
    return build.join(parts), {"policies": policies}


@pytest.fixture(scope="module")
def full():
    return played(Scenario.from_text(OVERLOADED), 4)


def test_an_overloaded_organisation_is_named_with_what_it_means_and_the_dial(full):
    tables, manifest = full
    text = sentences(tables, manifest)
    assert text.startswith("Leaders are overloaded under both policies: under base ")
    progress = tables["runs"].groupby("variant")["progress"].mean().min()
    assert f"{1 - progress:.0%}".replace("%", " %") in text
    assert "grows to the end of the run (from" in text
    assert (
        "value does not count the work left undone, which flatters policies that take more hours."
        in text
    )
    assert "Lower work.load, the rate of issues, power.forum.size or flow.up.open" in text
    assert [one.variant for one in overloaded(tables, manifest)] == ["base", "top-down"]


def test_the_numbers_said_are_in_the_tables(full):
    tables, manifest = full
    one = overloaded(tables, manifest)[0]
    days = tables["days"][tables["days"]["variant"] == "base"]
    blocks = np.array_split(np.sort(days["day"].unique()), 8)
    ends = [days[days["day"].isin(block)]["backlog"].mean() for block in (blocks[0], blocks[-1])]
    assert one.backlog == pytest.approx(tuple(ends))
    leaders = tables["leaders"][
        (tables["leaders"]["variant"] == "base") & (tables["leaders"]["position"] == "upstream")
    ]
    window = leaders[["forum_hours", "reading_hours", "work_hours", "away_hours"]].sum(axis=1)
    used = 0.85 + ((leaders["forum_hours"] + leaders["reading_hours"]) / window).mean()
    assert one.fullest is not None and one.fullest.position == "upstream"
    assert one.fullest.used == pytest.approx(used)


def test_one_replication_is_enough_to_see_it(full):
    tables, manifest = full
    first = {name: table[table["replication"] == 0] for name, table in tables.items()}
    assert [one.variant for one in overloaded(first, manifest)] == ["base", "top-down"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("scenarios/minimal.yaml", []),
        ("scenarios/leader-stream.yaml", []),
        (
            "scenarios/crisis.yaml",
            ["shared", "top-down", "consulted", "delegated", "consensus"],
        ),
        ("scenarios/two-teams.yaml", ["consensus"]),
    ],
)
def test_shipped_scenarios_are_judged_alike_for_what_they_are(path, names):
    """As far as ideas travel now, not even unanimity fills the days of the flagship's leaders."""
    tables, manifest = played(Scenario.load(path), 12)
    assert [one.variant for one in overloaded(tables, manifest)] == names


def days_of(backlog, opened=None, replications=5):
    rows = []
    for replication in range(replications):
        for day, hours in enumerate(backlog):
            rows.append(("one", 0, replication, day, hours, 2 if opened is None else opened[day]))
    return pd.DataFrame(rows, columns=["variant", "point", "replication", "day", "backlog", "open"])


def runs_of(progress, replications=5):
    return pd.DataFrame(
        {"variant": "one", "point": 0, "replication": range(replications), "progress": progress}
    )


@pytest.mark.parametrize(
    ("backlog", "progress", "found"),
    [
        (np.arange(100.0), 0.6, True),
        (np.arange(100.0), 0.995, False),  # it grows, but hardly any work is left undone
        (np.full(100, 50.0), 0.6, False),  # it waits, but no longer and longer
        (np.sin(np.arange(100)), 0.9, False),
        (np.arange(5.0), 0.6, False),  # too few days to tell
    ],
)
def test_work_piles_up_where_much_is_undone_and_ever_more_waits(backlog, progress, found):
    tables = {"runs": runs_of(progress), "days": days_of(backlog)}
    assert bool(sentences(tables, {})) == found
    if found:
        assert sentences(tables, {}) == (
            "Leaders are overloaded: 40 % of the work asked for is left undone, and what waits "
            "grows to the end of the run (from 6.0 to 94 hours a leader). So the backlog depends "
            "on how long the run is, and value does not count the work left undone. Lower "
            "work.load or the rate of issues."
        )


def test_issues_that_pile_up_change_every_measure():
    tables = {"runs": runs_of(1.0), "days": days_of(np.zeros(80), np.arange(80))}
    assert sentences(tables, {}) == (
        "Leaders are overloaded: the issues open grow to the end of the run (from 4.5 to 74.5). So "
        "quality, delay and value depend on how long the run is, and so do differences between "
        "policies. Lower work.load or the rate of issues."
    )


@pytest.mark.parametrize(("last", "stuck"), [(14.0, False), (16.0, True)])
def test_issues_that_rise_by_less_than_half_do_not_pile_up(last, stuck):
    opened = np.repeat(np.linspace(10.0, last, 8), 10)
    tables = {"runs": runs_of(1.0), "days": days_of(np.zeros(80), opened)}
    assert [one.stuck for one in overloaded(tables, {})] == [True] * stuck


def test_chance_alone_is_called_overload_once_in_a_thousand():
    draws = np.random.default_rng(3)
    wrong = 0
    for _ in range(300):
        tables = {"runs": runs_of(0.9, 1), "days": days_of(draws.normal(10, 2, 64), replications=1)}
        wrong += bool(overloaded(tables, {}))
    assert wrong <= 3


@pytest.mark.parametrize(
    ("hours", "used", "parts"),
    [
        (900.0, "124 % of", "work 70 %, meetings 49 %, reading 5 %"),
        (1e5, "more than 10 times", "work 70 %, meetings more than 10 times, reading 5 %"),
    ],
)
def test_a_single_full_position_among_many_leaders_is_seen(hours, used, parts):
    """One of ninety-one leaders has too much: the mean backlog hardly moves, that leader's hours
    do."""
    rows = []
    for replication in range(6):
        for leader in range(91):
            forum = hours + replication if leader == 0 else 10.0
            rows.append(
                (
                    "one",
                    0,
                    replication,
                    "head" if leader == 0 else "rest",
                    forum,
                    100.0,
                    1840 - forum - 100,
                    0.0,
                )
            )
    names = [
        "variant",
        "point",
        "replication",
        "position",
        "forum_hours",
        "reading_hours",
        "work_hours",
        "away_hours",
    ]
    tables = {
        "runs": runs_of(0.999, 6),
        "leaders": pd.DataFrame(rows, columns=names),
        "days": days_of(np.zeros(80)),
    }
    manifest = {"policies": {"one": {"work": {"load": 0.7}}}}
    text = sentences(tables, manifest)
    assert text.startswith(
        "Leaders are overloaded: those at head are asked for more hours than they have. So the "
        "backlog"
    )
    assert f"leaders at head are asked for {used} their hours ({parts})." in text
    assert sentences(tables, {}) == ""


@pytest.mark.parametrize(("spread", "full"), [(1.0, True), (60.0, False)])
def test_a_position_is_full_only_where_that_is_certain(spread, full):
    """Meetings take 35 % of the hours on average, and the load is 70 %."""
    hours = 350.0 + spread * np.tile([-1.0, 1.0], 3)
    leaders = pd.DataFrame(
        {
            "variant": "one",
            "point": 0,
            "replication": range(6),
            "position": "head",
            "forum_hours": hours,
            "reading_hours": 0.0,
            "work_hours": 1000.0 - hours,
            "away_hours": 0.0,
        }
    )
    tables = {"runs": runs_of(1.0, 6), "leaders": leaders, "days": days_of(np.zeros(80))}
    found = overloaded(tables, {"policies": {"one": {"work": {"load": 0.7}}}})
    assert [one.full for one in found] == [True] * full


def test_nothing_is_said_of_tables_without_rows():
    tables, manifest = played(
        Scenario.from_text("name: small\nreplications: 1\nclock: {horizon: 6w}\n"), 1
    )
    assert sentences({name: table.iloc[:0] for name, table in tables.items()}, manifest) == ""
