"""A small organisation, one replication of which is recorded, and its tables."""

from __future__ import annotations

import pytest

from sim.exchange.recording import record
from sim.parameters import parameters
from sim.runner import run
from sim.scenario import Scenario

SMALL = """\
name: small
seed: 7
replications: 1
clock: {horizon: 5w, warmup: 1w}
stream:
  positions:
    - {name: top, leaders: 1, authority: 4}
    - {name: middle, leaders: 3, authority: 2}
    - {name: work, leaders: 9, authority: 1}
direction: {source: top, shifts: 6/y}
issues:
  task: {type: choice, rate: 8/w, raised_at: work, decided_at: middle, witnesses: 5, half_life: 3d,
         expiry: 10d, affects: team}
  plan: {type: estimate, rate: 2/w, raised_at: any, decided_at: top, witnesses: 6, stakes: 4,
         half_life: 1w, expiry: 4w, affects: all}
  offer: {type: approve, rate: 2/w, raised_at: work, decided_at: middle, witnesses: 4,
          half_life: 1w, expiry: 3w, affects: unit}
base: shared
variants:
  written: {power.forum.mode: written}
  escalate: {consensus.limit: 1d, consensus.rule: unanimity, consensus.fallback: escalate}
  chain: {power.rule: chain}
  delegated: {power.rule: delegated}
"""


@pytest.fixture(scope="session")
def scenario():
    return Scenario.from_text(SMALL)


@pytest.fixture(scope="session")
def result(scenario):
    """The result of all policies, one replication each, in memory."""
    return run(scenario, engine="mesa", workers=1)


@pytest.fixture(scope="session")
def recordings(scenario):
    """One replication of each policy, recorded, by the policy's name."""
    policies = scenario.policies().items()
    return {name: record(parameters(policy), 0) for name, policy in policies}
