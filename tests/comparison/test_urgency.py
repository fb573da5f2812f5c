"""Value by urgency: weighed anew where leaders act alike, run again where a rule goes by the
half-life."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from drivers.ready import make_ready
from results import fake
from scipy import stats

from sim.comparison import details
from sim.comparison._breakeven import turning
from sim.comparison.statistics import interval, intervals
from sim.comparison.urgency import GRID, Curves, _powers_of_two, reweighted, simulated
from sim.kernel import simulate
from sim.parameters import parameters
from sim.parameters.urgency import OTHERS, at_urgency, reads_half_life
from sim.results import altered, load, save
from sim.runner import DRIVERS, run
from sim.runner.pool import Failure
from sim.scenario import Scenario

SMALL = {
    "name": "small",
    "seed": 3,
    "replications": 5,
    "clock": {"horizon": "4mo", "warmup": "1w"},
    "stream": {
        "positions": [{"name": "up", "leaders": 2, "authority": 3}, {"name": "down", "leaders": 6}]
    },
    "issues": {
        "quick": {
            "rate": "4/w",
            "raised_at": "down",
            "decided_at": "up",
            "half_life": "4d",
            "expiry": "20d",
        },
        "slow": {
            "rate": "1/w",
            "raised_at": "any",
            "decided_at": "up",
            "half_life": "20d",
            "stakes": 3,
        },
    },
}
VARIANTS = {
    "alone": {"power.rule": "autocratic"},
    "routed": {"power.rule": "contingent", "power.contingent.urgent_within": "2d"},
    "shares": {"consensus.limit": "50%"},
}


def small(**settings) -> Scenario:
    return Scenario.from_dict(SMALL | settings)


@pytest.fixture(scope="module", autouse=True)
def ready():
    make_ready()


@pytest.fixture(scope="module")
def result():
    return run(small(variants=VARIANTS))


def test_which_policies_read_the_half_life():
    found = {
        name: reads_half_life(policy)
        for name, policy in small(variants=VARIANTS).policies().items()
    }
    assert found == {"base": False, "alone": False, "routed": True, "shares": True}
    own = Scenario.from_dict(SMALL, overrides={"issues.slow.consensus.limit": "30%"})
    assert reads_half_life(own)
    for limit in ("3 rounds", "5d"):
        assert not reads_half_life(Scenario.from_dict(SMALL, overrides={"consensus.limit": limit}))
    assert not reads_half_life(small(reading="urgency"))


@pytest.mark.parametrize("factor", [1 / 16, 16])
@pytest.mark.parametrize("rule", ["shared", "consultative"])
def test_a_common_factor_changes_nothing_that_leaders_do(rule, factor):
    """Even where they read by urgency and book rooms by it: what is compared keeps its order."""
    given = parameters(small(reading="urgency", attention=1, power={"rule": rule}))
    before, after = simulate(given, 0), simulate(at_urgency(given, factor), 0)
    assert not np.array_equal(before.decisions["value"], after.decisions["value"])
    for name in before.decisions.dtype.names:
        if name not in ("value", "net_value"):
            np.testing.assert_array_equal(before.decisions[name], after.decisions[name])
    for table in ("leaders", "days"):
        assert getattr(before, table).tobytes() == getattr(after, table).tobytes()


def test_a_limit_in_half_lives_moves_with_them_and_others_stay():
    share = parameters(Scenario.from_dict(SMALL, overrides={"issues.slow.consensus.limit": "30%"}))
    after = at_urgency(share, 0.25).kinds
    assert after.half_life.tolist() == [8.0, 40.0]
    assert after.limit.tolist() == [40, int(0.3 * 40)]
    assert after.expiry.tolist() == share.kinds.expiry.tolist()


def test_what_is_saved_has_the_same_bits_on_every_machine():
    """Rounded correctly, against the square roots of IEEE 754, which are so too; numpy's exp2 is
    off by one bit on some processors."""
    halves = np.arange(-40, 41)
    expected = [math.sqrt(2.0 ** int(each)) for each in halves]
    assert _powers_of_two(halves / 2).tolist() == expected


def test_the_table_holds_runs_at_every_factor(result, tmp_path):
    table, runs = result.tables["urgency"], result.tables["runs"]
    keys = ["scenario", "variant", "point", "replication", "factor"]
    assert list(table.columns) == [*keys, "value", "net_value"]
    assert table["net_value"].tolist() == table["value"].tolist()  # hours have no price here
    assert len(table) == 4 * len(GRID) * 5
    here = table[table["factor"] == 1.0].sort_values(["variant", "replication"])
    assert here["value"].tolist() == runs.sort_values(["variant", "replication"])["value"].tolist()
    path = save(result, tmp_path)
    kept = load(path)
    assert altered(kept) == []
    pd.testing.assert_frame_equal(kept.tables["urgency"], table)


@pytest.mark.parametrize(
    ("variant", "factor"), [("routed", 0.25), ("shares", 0.125), ("base", 4.0)]
)
def test_its_values_are_those_of_a_scenario_with_other_half_lives(result, variant, factor):
    """Also where the decisions were weighed anew, since nothing there reads the half-life."""
    lives = {"quick": f"{4 * factor:g}d", "slow": f"{20 * factor:g}d"}
    changes = {f"issues.{kind}.half_life": life for kind, life in lives.items()}
    changes |= {"issues.slow.expiry": str(small().issues["slow"].expiry)}
    changes |= {key: str(value) for key, value in VARIANTS.get(variant, {}).items()}
    again = run(Scenario.from_dict(SMALL, overrides=changes))
    table = result.tables["urgency"]
    mine = table[(table["variant"] == variant) & (table["factor"] == factor)]["value"]
    assert mine.tolist() == pytest.approx(again.tables["runs"]["value"].tolist(), rel=1e-9)


def test_without_such_a_policy_there_is_no_such_table():
    alone = run(small(replications=2, variants={"alone": VARIANTS["alone"]}))
    assert set(alone.tables) == {"runs", "decisions", "leaders", "days"}


def test_the_verdict_goes_by_the_runs_at_other_urgencies(result):
    """Made-up runs that meet at a factor of 4, half-way between logarithms, where the recorded
    decisions say otherwise."""
    said = " ".join(result.details)
    assert (
        "running the policies again at other half-lives" in said
        and "weigh the recorded decisions" not in said
    )
    assert "Kind by kind" not in said
    few = result.tables["urgency"]
    table = pd.concat(
        [few.assign(replication=few["replication"] + 5 * more) for more in range(3)],
        ignore_index=True,
    )
    lead = {"base": 0.0, "alone": 1.0}
    table["value"] = np.log2(table["factor"]) * table["variant"].map(lead).fillna(0.5) - 2.0 * (
        table["variant"] == "alone"
    )
    table["value"] += 0.01 * (table["replication"] % 5) * (table["variant"] == "alone")
    tables = result.tables
    told = " ".join(
        details(tables["runs"], tables["decisions"], manifest=result.manifest, urgency=table)
    )
    found = turning(simulated(table, result.manifest, ["quick", "slow"]), "base", "alone")
    assert found.factor == pytest.approx(2.0 ** (2 - 0.02), rel=1e-9)
    assert (found.urgent, found.patient) == ("base", "alone") and found.reach == 16
    assert (
        "where every half-life is 3.9" in told
        and f"quick: {found.half_lives['quick']:.0f} working days" in told
    )


def test_runs_that_fail_at_another_urgency_are_told(monkeypatch):
    def failing(driver, policies, tasks, workers):
        for task in tasks:
            outcome = simulate(policies[task.policy], task.replication)
            yield task, Failure("made to fail") if task.replication == 1 else outcome

    monkeypatch.setattr("sim.runner.urgency.in_threads", failing)
    found = run(small(replications=2, variants={"routed": VARIANTS["routed"]}), variants=["routed"])
    assert [(f["variant"], f["replication"], f["factor"]) for f in found.failures] == [
        ("routed", 1, factor) for factor in OTHERS
    ]
    table = found.tables["urgency"]
    assert set(table[table["replication"] == 1]["factor"]) == {1.0}


def test_policies_that_read_nothing_are_not_run_again(monkeypatch):
    ran = []
    monkeypatch.setattr("sim.parameters.parameters", fake.parameters)
    monkeypatch.setitem(DRIVERS, "compiled", fake.DRIVER)
    run(fake.FakeScenario(), progress=lambda done, total, message: ran.append((done, total)))
    assert ran[-1] == (8, 8)


def test_curves_are_straight_between_factors_that_were_run():
    values = {"p": np.array([[0.0, 2.0], [4.0, 2.0], [5.0, 8.0]])}
    curves = Curves(np.array([0.5, 1.0, 2.0]), values, {"p": {}}, simulated=True)
    assert curves.at("p", math.sqrt(0.5)).tolist() == pytest.approx([2.0, 2.0])
    assert curves.at("p", 2.0).tolist() == [5.0, 8.0] and curves.at("p", 0.5).tolist() == [0.0, 2.0]


def test_weighed_anew_at_factor_one_is_the_value_recorded(result):
    curves = reweighted(
        result.tables["decisions"], ["base", "alone"], result.manifest, factors=np.array([1.0])
    )
    runs = result.tables["runs"]
    for name in ("base", "alone"):
        recorded = runs[runs["variant"] == name]["value"].to_numpy()
        assert curves.values[name][0] == pytest.approx(recorded, rel=1e-12)


def test_intervals_of_a_matrix_are_those_of_its_columns():
    draws = np.random.default_rng(5)
    values = np.column_stack(
        [draws.normal(size=(9, 4)), np.full(9, 0.1), np.full(9, np.nan), np.full(9, np.nan)]
    )
    values[2, 1] = np.nan
    values[4, 6] = 3.0
    expected = np.array([interval(column) for column in values.T]).T
    np.testing.assert_allclose(intervals(values), expected, rtol=1e-12)
    mirrored = np.concatenate([values[:, 0], -values[:, 0]])  # without skewness Student's
    low, high = stats.t.interval(0.95, 17, mirrored.mean(), stats.sem(mirrored))
    assert intervals(mirrored[:, None])[1:, 0] == pytest.approx([low, high])
    with pytest.raises(ValueError, match="between 0 and 1"):
        intervals(values, 95)
