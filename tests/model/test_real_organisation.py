"""A real organisation: Krackhardt's 21 managers, whose data lie beside the project where they may
be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import Scenario, run
from sim.parameters import parameters

DATA = Path(__file__).parents[3] / "shared" / "data" / "krackhardt_hightech"

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="the data on real organisations are not on this machine"
)

SCENARIO = f"""
name: hightech
title: Krackhardt's high-tech managers, the line alone and with advice ties
seed: 7
replications: 2
clock: {{horizon: 10w, warmup: 2w}}
stream: {{people: {DATA}/people.csv, ties: {DATA}/ties.csv, kinds: []}}
direction: {{source: CEO}}
issues:
  operational: {{type: choice, rate: 4/w, raised_at: Manager, decided_at: Vice President,
                witnesses: 6, half_life: 5d, affects: team}}
  strategic: {{type: choice, rate: 2/mo, raised_at: any, decided_at: CEO, witnesses: 10, stakes: 8,
              half_life: 1mo, affects: all}}
base: line
variants:
  advice: {{stream.kinds: [advice]}}
"""


def test_its_tree_and_ties():
    line, advice = (
        parameters(s).structure for s in Scenario.from_text(SCENARIO).policies().values()
    )
    assert line.positions == ["CEO", "Vice President", "Manager"]
    assert [list(line.position).count(p) for p in range(3)] == [1, 4, 16]
    assert len(line.channel_source) == 2 * 20
    pairs = {
        frozenset(pair) for pair in zip(advice.channel_source, advice.channel_target, strict=True)
    }
    assert len(pairs) == 145  # 190 advice ties, both ways and together with the 20 lines


def test_line_alone_against_line_and_advice_on_both_drivers():
    results = {
        engine: run(Scenario.from_text(SCENARIO), engine=engine, workers=1, save=False)
        for engine in ("mesa", "compiled")
    }
    mesa, compiled = (result.manifest["tables"] for result in results.values())
    assert mesa == compiled
    runs = results["compiled"].tables["runs"].groupby("variant")
    assert runs["issues"].sum()["line"] == runs["issues"].sum()["advice"] > 50
    # Ties let more ideas travel, so more is read.
    assert runs["messages"].mean()["advice"] > 2 * runs["messages"].mean()["line"]
