"""Both drivers against what theory says exactly: every row of `leaderstream validate` holds, and
wrong models fail.

The closed forms stand in sim.theory, what is simulated in scenarios/theory/. A check is worth
something only if it fails when the model is wrong, so each is shown a model that is off by a
little.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drivers.outcomes import differences
from scipy import stats

from model.tiny import tiny
from sim import agents, kernel
from sim.agents import Organization
from sim.agents import messages as mail
from sim.agents.leader import Leader
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.shipped import shipped
from sim.validation import (
    CHECKS,
    QUICK,
    PlayedRun,
    ValidationRow,
    count_tests,
    judge,
    rows_of,
    threshold,
    validate,
)

SCENARIOS = shipped("theory")
ROWS = {row.name: row for row in rows_of(CHECKS, SCENARIOS)}
Z = threshold(count_tests(list(ROWS.values())))
RARE = 1e-6
FOLLOWED = 45  # decisions of each policy, enough to be compared on both drivers


@pytest.mark.slow
def test_every_row_of_theory_holds():
    findings = validate(list(ROWS.values()), QUICK, workers=1, drivers=("compiled",))
    assert len(findings) == len(ROWS)
    assert [
        (finding.row.name, finding.judged, finding.why)
        for finding in findings
        if not finding.passed
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize("scenario", sorted({check.scenario for check in CHECKS}))
def test_on_the_other_driver_it_holds_to_the_bit(scenario):
    """Mesa gives the same bytes for some decisions of every policy of which theory says
    something."""
    rows = [row for row in ROWS.values() if row.check.scenario == scenario]
    for policy, played in {row.policy: row.scenario for row in rows}.items():
        inputs, decisions = parameters(played), 0
        for replication in range(QUICK.runs["mesa"]):
            mesa = agents.simulate(inputs, replication)
            assert differences(mesa, kernel.simulate(inputs, replication)) == "", policy
            decisions += len(mesa.decisions)
            if decisions >= FOLLOWED:
                break


def _changed(row: ValidationRow, changes: dict[str, Any]) -> Scenario:
    return Scenario.from_dict(row.scenario.resolved(), row.scenario.folder, changes)


def _judged(row: ValidationRow, changes: dict[str, Any], observations: int):
    """What a row says of a model that differs from the one it expects, on the compiled driver."""
    inputs = parameters(_changed(row, changes))
    parts: list[np.ndarray] = []
    while sum(map(len, parts)) < observations:
        outcome = kernel.simulate(inputs, len(parts))
        parts.append(row.check.observe(PlayedRun(row.scenario, inputs, outcome, len(parts))))
    return judge(np.concatenate(parts), row.exact, row.check.law, row.check.tolerance, Z)


UNEQUAL = [
    {"name": "top", "leaders": 1, "authority": 9},
    {"name": "ground", "leaders": 4, "authority": 1},
]
# A choice is made because its ideas were good: what outcomes then show errs by a few per cent.
CHOICES = {"issues.matter.type": "choice", "issues.matter.alternatives": 3}
OTHER = [
    [0.6, 0.3, 0.05, 0.05],
    [0.2, 0.65, 0.1, 0.05],
    [0.05, 0.05, 0.5, 0.4],
    [0.05, 0.1, 0.36, 0.49],
]
WORST_FIRST = [
    {"name": f"p{place}", "leaders": 1, "acuity": acuity, "authority": 1000 if place == 3 else 1}
    for place, acuity in enumerate((0.5, 4, 1, 0.1))
]
WRONG = [
    ("one-leader/tau-2", {"perspective.acuity": 2.1}, 200_000),
    ("one-leader/tau-8", {"perspective.acuity": 8.4}, 200_000),
    ("pooled/up-the-line", {"perspective.acuity": 1.05}, 200_000),
    ("pooled/up-the-line", {"perspective.span": 4}, 20_000),
    ("pooled/in-a-room", {"issues.matter.consensus.candour": 0.8}, 20_000),
    ("retold/little-noise", {"flow.up.distortion": 0.6}, 100_000),
    ("retold/much-noise", {"flow.up.distortion": 0}, 20_000),
    ("heard-in-time/four-tries", {"flow.up.retry": "4h"}, 100_000),
    ("heard-in-time/one-try", {"flow.up.open": 0.4}, 100_000),
    ("condorcet/three", {"issues.matter.accuracy": 0.63}, 20_000),
    ("condorcet/nine", {"issues.matter.accuracy": 0.63}, 20_000),
    ("condorcet/five", {"issues.matter.power.sharing": 0, "stream.positions": UNEQUAL}, 20_000),
    ("committee/four-of-five", {"issues.matter.consensus.threshold": "81%"}, 20_000),
    ("committee/five-of-seven", {"issues.matter.consensus.threshold": "72%"}, 20_000),
    ("screening/chain-of-three", {"issues.matter.accuracy": 0.83}, 20_000),
    ("screening/champion-in-a-tree", {"issues.matter.raised_at": "ground"}, 20_000),
    ("wald-error/one-witness", {"issues.matter.consensus.confidence": "90%"}, 20_000),
    ("sequential-error/one-witness", {"issues.matter.consensus.confidence": "93%"}, 20_000),
    ("sequential-sample/three-witnesses", {"issues.matter.study": 0.525}, 40_000),
    ("degroot-rounds/three-rounds", {"issues.matter.consensus.limit": "4 rounds"}, 50),
    ("degroot-rounds/eight-rounds", {"issues.matter.consensus.candour": 0.01}, 50),
    ("degroot-limit/until-agreed", {"issues.matter.consensus.G": OTHER}, 50),
    ("degroot-rate/many-rounds", {"issues.matter.consensus.G": OTHER}, 1),
    ("friedkin-johnsen/much-moved", {"issues.matter.consensus.susceptibility": 0.61}, 50),
    ("bounded-confidence/under-every-gap", {"issues.matter.consensus.confidence_bound": 0.3}, 50),
    ("bounded-confidence/between", {"issues.matter.consensus.confidence_bound": 0.84}, 300),
    ("degroot-friedkin/by-a-matrix", {"issues.matter.consensus.G": OTHER}, 1),
    ("hedge-weights/eta-0-3", {"influence.rate": 0.315}, 50),
    ("hedge-weights/eta-1", {"influence.forgetting": 0.01}, 50),
    (
        "hedge-regret/eta-0-3",
        {"issues.matter.power.voice": "authority", "stream.positions": WORST_FIRST},
        20,
    ),
    ("transit/two-hops", {"flow.up.delay": "3.15h"}, 60_000),
    ("transit/one-hop", {"flow.up.delay": "4h"}, 60_000),
    ("retry/half-open", {"flow.up.retry": "5h"}, 60_000),
    ("retry/quarter-open", {"flow.up.open": 0.28}, 60_000),
    ("retry/quarter-open", {"flow.up.delay": "3h"}, 60_000),
    ("overprecision/four-times", {"assess.overprecision": 5}, 200_000),
    ("overprecision/twice", {"assess.overprecision": 1}, 20_000),
    ("turns/six-turns", {"issues.matter.consensus.candour": 0.5}, 60_000),
    ("turns/in-writing", {"issues.matter.consensus.candour": 0.5}, 60_000),
    ("unsaid/six-turns", {"issues.matter.consensus.turns": 7}, 20_000),
    ("unsaid/six-turns", {"flow.up.open": 1, "issues.matter.power.gather": "4h"}, 20_000),
    ("unsaid/in-writing", {"issues.matter.consensus.candour": 0.42}, 40_000),
    ("interests/one", {"interests.strength": 0.6}, 2_000),
    ("interests/thirty", {"interests.of": "unit"}, 300),
    ("interests/one-unit", {"interests.of": "leader"}, 200),
    ("interests/three-of-six-facets", {"issues.matter.power.sharing": 0}, 1_000),
    ("competence/spread-0-5", {"competence.spread": 0.6}, 300),
    ("competence/spread-1", {"trust": "learned"}, 500),
    ("judgement/one", {"competence.judgement": 0.6}, 2_000),
    ("judgement/each-alone", {"competence.spread": 0.4}, 500),
    ("record/each-alone", {"competence.spread": 0.9}, 120),
    ("record-of-each/each-alone", CHOICES, 4_000),
    ("trust/each-alone-one-facet", {"perspective.acuity": 1.3}, 100),
    ("heads/one-voice", {"issues.matter.accuracy": 0.74}, 1_000),
    ("heads/half-shared", {"work.away": 0}, 1_000),
    ("heads/by-authority", {"issues.matter.consensus.rule": "none"}, 200),
    ("commitment/one-voice-heard", {"flow.up.open": 0}, 20),
    ("commitment/one-voice-unheard", {"flow.down.loss": 0.21}, 20),
    ("commitment/room", {"issues.matter.power.sharing": 0.61}, 20),
    ("commitment/room-by-authority", {"rollout.say": 0.34}, 20),
    ("commitment/room-that-disagrees", {"rollout.disagree_and_commit": 0.61}, 20),
    ("inbox/busy", {"issues.matter.rate": "1.47/h"}, 150),
    ("tree-notice/forty", {"flow.up.delay": "3.15h"}, 60_000),
    ("tree-decision/forty", {"flow.down.delay": "3.15h"}, 60_000),
    ("rework/one-voice", {"work.rework": "1.6h"}, 40_000),
    ("rework/one-voice", {"flow.down.loss": 0.6}, 40_000),
    ("rework/in-writing", {"work.rework": "1.6h"}, 40_000),
    ("net-value/one-voice", {"work.worth": 0.026}, 60_000),
    ("net-value/in-writing", {"attention": 4}, 60_000),
    ("strategy/one", {"direction.shifts": "0.03/h"}, 300),
    ("strategy/room-of-four", {"interests.strength": 0.5}, 300),
    ("arrivals/more", {"issues.matter.rate": "1.05/h"}, 300),
    ("arrivals/paused", {"events": []}, 100),
    ("arrivals/twice", {"events": [{"at": "2d", "set": {"issues.matter.rate": "4/h"}}]}, 100),
    ("turnover/yearly", {"turnover": "120%/y"}, 500_000),
    ("turnover/monthly", {"turnover": "60%/mo"}, 60_000),
]


@pytest.mark.parametrize(("name", "changes", "observations"), WRONG, ids=str)
def test_a_model_that_is_off_fails(name, changes, observations):
    judged = _judged(ROWS[name], changes, observations)
    assert judged.verdict == "FAIL", judged


def test_every_check_is_shown_a_wrong_model():
    assert {name.partition("/")[0] for name, _, _ in WRONG} == {check.name for check in CHECKS}


def test_every_scenario_of_the_folder_is_judged():
    assert {check.scenario for check in CHECKS} | {"plain", "sensitivity"} == set(SCENARIOS)


class _Repeating(Leader):
    """A leader in whose mind its own idea counts twice."""

    def integrates(self, issue):
        return [*super().integrates(issue), issue.ideas[self.index]]


def _on_mesa(row: ValidationRow, changes: dict[str, Any], **more: Any):
    inputs = parameters(_changed(row, changes))
    outcome = Organization(inputs.scenario, inputs=inputs, **more).run()
    return judge(
        row.check.observe(PlayedRun(row.scenario, inputs, outcome, 0)),
        row.exact,
        row.check.law,
        0.0,
        Z,
    )


@pytest.mark.slow
def test_no_idea_counts_twice():
    row = ROWS["heard-in-time/one-try"]
    always = replace(row.check, exact=lambda tau, **rest: 2 * tau / (1 + 2 * tau))
    both = replace(row, check=always)
    assert _on_mesa(both, {"flow.up.open": 1, "clock.horizon": "8w"}).verdict == "pass"
    assert (
        _on_mesa(both, {"flow.up.open": 1, "clock.horizon": "8w"}, leader=_Repeating).verdict
        == "FAIL"
    )


def test_how_much_each_weighs_is_another_matter_than_heads():
    """The three settings of `heads` have other weights, and the same decisions."""
    for replication in range(3):
        found = [
            kernel.simulate(parameters(ROWS[f"heads/{name}"].scenario), replication).decisions
            for name in ("one-voice", "half-shared", "by-authority")
        ]
        for column in ("chosen", "closed_by", "delay", "participants", "rounds"):
            assert all(np.array_equal(found[0][column], other[column]) for other in found[1:])


def test_a_hop_that_takes_a_tick_more_is_noticed(monkeypatch):
    row = ROWS["transit/two-hops"]
    assert _on_mesa(row, {"clock.horizon": "6w"}).verdict == "pass"
    slower = mail.hop_ticks
    monkeypatch.setattr(mail, "hop_ticks", lambda u, p, mean: slower(u, p, mean) + 1)
    assert _on_mesa(row, {"clock.horizon": "6w"}).verdict == "FAIL"


# -- what arises
# -------------------------------------------------------------------------------------------


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
