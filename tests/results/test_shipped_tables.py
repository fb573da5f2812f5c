"""The tables of every shipped scenario, and of 200 random ones that use every key, stay what they
are, to the byte.

Of three replications of each policy, by their content hash; the first 20 digits stand in
data/tables-shipped.json. Of the random scenarios one run: data/tables-random.json. A change of
results must show here, and say so in the changelog: tests/results/pin.py pins them anew.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from drivers.ready import make_ready
from scenario.strategies import random_scenario

from sim import Scenario, extension, run
from sim.extension import files

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
DATA = Path(__file__).parent / "data"
KNOWN = json.loads((DATA / "tables-shipped.json").read_text(encoding="utf-8"))
RANDOM = json.loads((DATA / "tables-random.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _kernel():
    make_ready()


@pytest.mark.parametrize("name", KNOWN)
def test_a_shipped_scenario_gives_the_tables_that_it_gave_before(name, monkeypatch):
    for loaded in ("_allowed", "_origins"):
        monkeypatch.setattr(files, loaded, {})
    assert of_shipped(name) == KNOWN[name]


def test_every_shipped_scenario_is_pinned():
    assert list(KNOWN) == shipped_names()


@pytest.mark.parametrize("first", range(0, len(RANDOM), 50))
def test_a_random_scenario_gives_the_tables_that_it_gave_before(first):
    assert {str(seed): fingerprints(seed) for seed in range(first, first + 50)} == {
        str(seed): RANDOM[str(seed)] for seed in range(first, first + 50)
    }


def shipped_names() -> list[str]:
    """Every shipped scenario, by its path in scenarios/."""
    return sorted(path.relative_to(SCENARIOS).as_posix() for path in SCENARIOS.rglob("*.yaml"))


def of_shipped(name: str) -> dict[str, str]:
    """Of a shipped scenario: the hashes of its tables, over three replications of each policy."""
    path = SCENARIOS / name
    rules = path.with_name(f"{path.stem.replace('-', '_')}.py")
    if rules.exists():
        extension.allow(rules)
    found = run(path, replications=3, save=False, progress=False).manifest["tables"]
    return {table: facts["sha256"][:20] for table, facts in found.items()}


def fingerprints(seed: int) -> dict[str, str]:
    """Of a random scenario: what it says, and the tables of its first run."""
    mapping = random_scenario(seed)
    result = run(Scenario.from_dict(mapping), replications=1, workers=1, save=False, progress=False)
    tables = {name: facts["sha256"] for name, facts in result.manifest["tables"].items()}
    return {"scenario": fingerprint(mapping), "tables": fingerprint(tables)}


def fingerprint(facts: dict[str, object]) -> str:
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:20]
