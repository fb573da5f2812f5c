"""With turns off, span off and reach 3, together and with nobody leaning or overprecise, the theory
scenarios decide what they did in version 0.3.0: what model 2 adds can be turned off.

By hashes of the decisions of one replication; the commitment to them and so their value are counted
otherwise by now. `retry` is another scenario since; in `opinions` the weights of 0.3.0 now are
`voice: authority`.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from sim import kernel
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.shipped import shipped

DATA = Path(__file__).parent / "data" / "decisions-0.3.0.json"
KNOWN = json.loads(DATA.read_text(encoding="utf-8"))
COLUMNS = (
    *("issue", "kind", "raised", "origin", "accountable", "decider", "alternatives", "chosen"),
    *("best", "estimate", "truth", "quality", "correct", "ceiling", "regret", "delay", "gather"),
    *("scheduling", "deliberation", "escalation", "rollout", "rounds", "participants"),
    *("person_hours", "dissent", "closed_by", "coverage"),
)
AS_THEN = {"consensus.turns": "off", "perspective.span": "off", "flow.reach": 3}


def _decisions(scenario: Scenario) -> str:
    rows = kernel.simulate(parameters(scenario), 0).decisions
    found = sha256()
    for column in COLUMNS:
        found.update(rows[column].tobytes())
    return found.hexdigest()[:20]


@pytest.mark.parametrize("name", KNOWN)
def test_a_theory_scenario_gives_the_decisions_of_version_0_3_0(name):
    policies = Scenario.load(shipped("theory")[name]).with_(AS_THEN).policies()
    assert {policy: _decisions(scenario) for policy, scenario in policies.items()} == KNOWN[name]


def test_turns_are_noticed():
    scenario = Scenario.load(shipped("theory")["pooled"]).with_({**AS_THEN, "consensus.turns": 3})
    assert _decisions(scenario.policies()["in-a-room"]) != KNOWN["pooled"]["in-a-room"]
