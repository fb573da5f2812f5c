"""The claims of the shipped scenarios hold, already at the replications of `make demo`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim import run
from sim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
CLAIMING = [
    path for path in sorted((ROOT / "scenarios").glob("*.yaml")) if Scenario.load(path).claims
]


def test_a_shipped_scenario_claims_something():
    assert "rule-book" in [path.stem for path in CLAIMING]


@pytest.mark.slow
@pytest.mark.parametrize("path", CLAIMING, ids=lambda path: path.stem)
def test_shipped_claims_hold(path):
    few = re.search(
        r"^REPLICATIONS \?= (\d+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    claims = run(path, replications=int(few[1]), save=False).claims
    assert [claim.verdict for claim in claims] == ["holds"] * len(claims)
