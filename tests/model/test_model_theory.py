"""Both drivers against what theory says exactly. Each check has a wrong model that it must tell from the right one.

A check passes when the sample mean lies within Z standard errors of the exact value: a false alarm of 1e-6.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from model.tiny import Watched, chain, tiny
from scipy import stats

from sim import kernel, theory
from sim.agents import Organization
from sim.agents import organization as mesa_driver
from sim.agents.leader import Leader
from sim.parameters import Parameters, parameters

Z = 4.9
RARE = 1e-6


def _off(sample: np.ndarray, exact: float) -> float:
    """How many standard errors the mean of a sample of independent values lies from the exact value."""
    return abs(float(sample.mean()) - exact) / (float(sample.std(ddof=1)) / len(sample) ** 0.5)


def _sample(inputs: Parameters, field: str, count: int) -> np.ndarray:
    """At least `count` values of a field of decisions, over as many replications as that takes."""
    found: list[np.ndarray] = []
    while sum(map(len, found)) < count:
        rows = kernel.simulate(inputs, len(found)).decisions
        assert not np.any(np.isnan(rows["value"]))
        found.append(rows[field].astype(float))
    return np.concatenate(found)


def _altered(inputs: Parameters, **numbers: Any) -> Parameters:
    return replace(inputs, numbers=inputs.numbers._replace(**numbers))


# -- evidence: one number to estimate, one facet that all see alike ------------------------------------------

EVIDENCE = {
    "clock.horizon": "1y",
    "perspective.facets": 1,
    "issues.matter": {"type": "estimate", "decided_at": "top", "witnesses": "all", "half_life": "5d", "expiry": "20d"},
    "issues.matter.raised_at": "any",
    "issues.matter.rate": "5/h",
    "issues.matter.affects": "witnesses",
    "power.gather": "4h",
    "rollout.coverage": 0.01,
}


def _evidence(changes: dict[str, Any]) -> Parameters:
    return parameters(tiny({**EVIDENCE, **changes}))


def _alone(tau: float) -> Parameters:
    only = {"stream.positions": [{"name": "top", "leaders": 1}], "perspective.acuity": tau}
    return _evidence({**only, "power.gather": "0h", "issues.matter.rate": "40/h"})


@pytest.mark.parametrize("tau", [1.0, 2.0, 8.0])
def test_one_leader_estimates_as_well_as_its_precision_allows(tau):
    exact = theory.pooled_quality([tau])
    assert _off(_sample(_alone(tau), "quality", 400_000), exact) < Z
    wrong = _alone(tau)
    wrong = _altered(wrong, precision=wrong.numbers.precision * 1.05)
    assert _off(_sample(wrong, "quality", 400_000), exact) > Z


def test_five_leaders_pool_what_flows_up_undistorted():
    exact = theory.pooled_quality([1.0] * 5)
    inputs = _evidence({"perspective.acuity": 1})
    assert _off(_sample(inputs, "quality", 150_000), exact) < Z
    wrong = _altered(inputs, precision=inputs.numbers.precision * 1.05)
    assert _off(_sample(wrong, "quality", 150_000), exact) > Z
    # Four ideas instead of five: the span of one mind.
    assert _off(_sample(_altered(inputs, span=4), "quality", 20_000), exact) > Z


def test_a_forum_pools_what_is_said_in_it():
    forum = {
        "perspective.acuity": 1,
        "clock.horizon": "10y",
        "issues.matter.rate": "0.5/h",
        "flow.up.open": 0,
        "power.rule": "shared",
    }
    exact = theory.pooled_quality([1.0] * 5)
    assert _off(_sample(_evidence(forum), "quality", 20_000), exact) < Z
    assert _off(_sample(_evidence({**forum, "consensus.candour": 0.8}), "quality", 20_000), exact) > Z


def test_every_hop_adds_its_variance_to_an_idea():
    tau, variance = 2.0, 0.4
    line = {
        "stream.positions": chain(4),
        "direction.source": "p0",
        "issues.matter.decided_at": "p0",
        "perspective.acuity": tau,
        "flow.up.distortion": variance,
    }
    exact = theory.pooled_quality([theory.retold_precision(tau, hops, variance) for hops in range(4)])
    inputs = _evidence(line)
    assert _off(_sample(inputs, "quality", 100_000), exact) < Z
    assert _off(_sample(_evidence({**line, "flow.up.distortion": 0.6}), "quality", 100_000), exact) > Z


class _Repeating(Leader):
    """A leader in whose mind its own idea counts twice."""

    def integrates(self, issue):
        return [*super().integrates(issue), issue.ideas[self.index]]


def test_no_idea_counts_twice():
    two = [{"name": "top", "leaders": 1}, {"name": "ground", "leaders": 1}]
    inputs = _evidence({"stream.positions": two, "perspective.acuity": 1, "clock.horizon": "200d"})
    exact = theory.pooled_quality([1.0, 1.0])
    right = Organization(inputs.scenario, inputs=inputs).run().decisions["quality"]
    wrong = Organization(inputs.scenario, inputs=inputs, leader=_Repeating).run().decisions["quality"]
    assert _off(right, exact) < Z < _off(wrong, exact)


# -- voting ------------------------------------------------------------------------------------------------


def _jury(n: int, accuracy: float) -> Parameters:
    changes = {
        "stream.positions": [{"name": "top", "leaders": 1}, {"name": "ground", "leaders": n - 1}],
        "clock.horizon": "6y",
        "issues.matter.alternatives": 2,
        "issues.matter.accuracy": accuracy,
        "issues.matter.rate": "0.5/h",
        "power.rule": "vote",
    }
    return parameters(tiny(changes))


@pytest.mark.parametrize("n", [3, 5, 9])
def test_a_majority_is_right_as_often_as_condorcet_says(n):
    exact = theory.condorcet(n, 0.6)
    assert _off(_sample(_jury(n, 0.6), "correct", 15_000), exact) < Z
    assert _off(_sample(_jury(n, 0.63), "correct", 15_000), exact) > Z


# -- time --------------------------------------------------------------------------------------------------


def _line(level: str, **flow: Any) -> Parameters:
    changes = {
        "stream.positions": chain(3),
        "direction.source": "p0",
        "clock.horizon": "1y",
        "issues.matter.rate": "5/h",
        "issues.matter.raised_at": "p2",
        "issues.matter.decided_at": level,
        "issues.matter.witnesses": 1,
        "power.gather": "0h",
        "rollout.coverage": 0.01,
        **{f"flow.up.{key}": value for key, value in flow.items()},
    }
    return parameters(tiny(changes))


@pytest.mark.parametrize(("hops", "level"), [(1, "p1"), (2, "p0")])
def test_a_notice_takes_as_long_as_its_hops(hops, level):
    exact = theory.mean_transit(hops, 3.0)
    assert _off(_sample(_line(level, delay="3h"), "gather", 60_000), exact) < Z
    assert _off(_sample(_line(level, delay="4h"), "gather", 60_000), exact) > Z
    assert _off(_sample(_line(level, delay="3.15h"), "gather", 60_000), exact) > Z


def _transits(inputs: Parameters) -> np.ndarray:
    """How long each origin's idea took to reach the accountable leader, on the Mesa driver."""
    model = Watched(inputs.scenario, inputs=inputs)
    outcome = model.run()
    taken = [
        note.tick - note.issue.raised
        for note in model.of("idea")
        if note.issue.number
        and note.data["target"] == note.issue.accountable
        and note.data["copy"].originator == note.issue.origin
    ]
    assert len(taken) == len(outcome.decisions), "an idea came too late to be seen"
    return np.array(taken, float)


def test_an_idea_that_is_held_back_tries_again(monkeypatch):
    flow = {"flow.up.open": 0.5, "flow.up.delay": "2h", "flow.up.retry": "4h"}
    changes = {
        **flow,
        "stream.positions": chain(3),
        "direction.source": "p0",
        "clock.horizon": "1y",
        "perspective.facets": 1,
        "issues.matter.rate": "1.5/h",
        "issues.matter.raised_at": "p2",
        "issues.matter.decided_at": "p0",
        "issues.matter.witnesses": 1,
        "issues.matter.expiry": "1y",
        "power.gather": "30d",
        "rollout.coverage": 0.01,
    }
    inputs = parameters(tiny(changes))
    exact = theory.mean_transit(2, 2.0, openness=0.5, retry=4.0)
    assert exact == pytest.approx(2 * theory.mean_hop(2.0) + 2 * (1 / 0.5 - 1) * 4)
    assert _off(_transits(inputs), exact) < Z
    slower = mesa_driver.hop_ticks
    monkeypatch.setattr(mesa_driver, "hop_ticks", lambda u, p, mean: slower(u, p, mean) + 1)
    assert _off(_transits(inputs), exact) > Z


def test_messages_wait_in_a_busy_inbox_as_in_a_discrete_time_queue():
    changes = {
        "stream.positions": chain(2),
        "direction.source": "p0",
        "clock.horizon": "1y",
        "clock.warmup": "4w",
        "issues.matter.raised_at": "p1",
        "issues.matter.decided_at": "p0",
        "issues.matter.rate": "1.4/h",
        "issues.matter.witnesses": 1,
        "flow.up.open": 0,  # notices alone
        "attention": 2,
        "power.gather": "0h",
        "rollout.coverage": 0.01,
    }
    exact = 1.0 + theory.mean_wait(1.4, 2)
    # The waits of one run depend on one another: a run is one observation.
    means = np.array([kernel.simulate(parameters(tiny(changes)), r).decisions["gather"].mean() for r in range(150)])
    assert _off(means, exact) < Z
    changes["issues.matter.rate"] = "1.47/h"
    means = np.array([kernel.simulate(parameters(tiny(changes)), r).decisions["gather"].mean() for r in range(150)])
    assert _off(means, exact) > Z


def _arrivals(rate: Any, runs: int = 400) -> np.ndarray:
    changes = {"clock.horizon": "1y", "issues.matter.rate": rate, "issues.matter.witnesses": 1}
    inputs = parameters(tiny({**changes, "power.gather": "0h", "rollout.coverage": 0.01}))
    return np.array([len(kernel.simulate(inputs, r).decisions) for r in range(runs)], float)


def test_issues_arise_as_a_poisson_process():
    counts = _arrivals("4/w")
    assert abs(counts.mean() - 200.0) < Z * (200.0 / len(counts)) ** 0.5
    dispersion = (len(counts) - 1) * counts.var(ddof=1) / counts.mean()
    assert RARE < stats.chi2.cdf(dispersion, len(counts) - 1) < 1 - RARE
    assert abs(_arrivals("4.2/w").mean() - 200.0) > Z * (200.0 / len(counts)) ** 0.5


def test_a_rate_for_each_leader_adds_up_over_the_leaders_of_the_position():
    counts = _arrivals({"each": "1/w"}, runs=200)
    assert abs(counts.mean() - 200.0) < Z * (200.0 / len(counts)) ** 0.5
