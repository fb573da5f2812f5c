"""Several roots, as a team and apart: both drivers agree, all adds up, who answers is of the
origin's own stream."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.accounts import audited
from drivers.outcomes import differences
from sim import kernel
from sim.parameters import parameters
from sim.scenario import Scenario

# Two streams of three levels, one of two, and one leader alone.
PEOPLE = """id,manager_id,level_rank,level
a,,1,top
b,a,2,mid
c,a,2,mid
d,b,3,low
e,c,3,low
f,,1,top
g,f,2,mid
h,g,3,low
i,,2,mid
j,i,3,low
k,,1,top
"""
TIES = "source,target,kind\nd,h,advice\nb,g,advice\nk,a,advice\ne,j,advice\n"
TEXT = """
name: roots
seed: 5
clock: {{horizon: 6w, warmup: 1w}}
stream: {{people: people.csv, ties: ties.csv, roots: {roots}}}
flow: {{routing: {routing}}}
work: {{load: 30%}}
consensus: {{fallback: escalate, limit: 1d}}
issues:
  low: {{rate: 4/w, raised_at: low, decided_at: mid, affects: team, half_life: 5d}}
  top: {{rate: 2/w, raised_at: any, decided_at: mid, affects: all, half_life: 2w}}
  unit: {{rate: 2/w, raised_at: any, decided_at: origin, affects: unit, half_life: 2w}}
power: {{rule: shared, forum: {{size: 5}}}}
variants:
  chain: {{power.rule: chain}}
  alone: {{power.rule: autocratic}}
  given: {{power.rule: delegated}}
  asked: {{power.rule: consultative}}
"""


def policies(folder, roots, routing="both"):
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "ties.csv").write_text(TIES, encoding="utf-8")
    scenario = Scenario.from_text(TEXT.format(roots=roots, routing=routing), folder=folder)
    return {name: parameters(policy) for name, policy in scenario.policies().items()}


@pytest.mark.parametrize("routing", ["both", "line"])
@pytest.mark.parametrize("roots", ["team", "apart"])
def test_both_drivers_agree_and_balance_with_several_roots(tmp_path, roots, routing):
    for name, inputs in policies(tmp_path, roots, routing).items():
        mesa, wrong = audited(inputs)
        assert wrong == [], name
        assert len(mesa.decisions) > 20, name
        assert differences(mesa, kernel.simulate(inputs, 0)) == "", name


def test_who_answers_stands_in_the_origins_own_stream(tmp_path):
    for roots in ("team", "apart"):
        inputs = policies(tmp_path, roots)["base"]
        root, done = inputs.structure.root, kernel.simulate(inputs, 0).decisions
        assert np.array_equal(root[done["origin"]], root[done["accountable"]])


def test_apart_a_decision_goes_from_root_to_root_like_a_notice(tmp_path):
    # It is delayed there, as on any line, and never blocked: what concerns all reaches everybody.
    apart, team = policies(tmp_path, "apart", "line"), policies(tmp_path, "team", "line")
    of_all = 1
    covered, took = {}, {}
    for name, inputs in (("apart", apart["alone"]), ("team", team["alone"])):
        done = kernel.simulate(inputs, 0).decisions
        effective = done[(done["kind"] == of_all) & (done["decider"] >= 0)]
        covered[name] = float(np.nanmin(effective["coverage"]))
        took[name] = int(effective["rollout"].min())
    assert covered["apart"] > 0.5 and covered["team"] > 0.5 and min(took.values()) > 1
