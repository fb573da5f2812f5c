"""The tables of every shipped scenario are, to the byte, those of version 0.3.0; and those of 200
random scenarios, which use every key, stay what they are.

Of three replications of each policy, by their content hash; the first 20 digits stand in
data/tables-0.3.0.json. Of the random scenarios one run: data/tables-random.json. A change of
results must show here, and say so in the changelog.
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
KNOWN = json.loads((DATA / "tables-0.3.0.json").read_text(encoding="utf-8"))
RANDOM = json.loads((DATA / "tables-random.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _kernel():
    make_ready()


@pytest.mark.parametrize("name", KNOWN)
def test_a_shipped_scenario_gives_the_tables_of_version_0_3_0(name, monkeypatch):
    for loaded in ("_allowed", "_origins"):
        monkeypatch.setattr(files, loaded, {})
    path = SCENARIOS / name
    rules = path.with_name(f"{path.stem.replace('-', '_')}.py")
    if rules.exists():
        extension.allow(rules)
    found = run(path, replications=3, save=False, progress=False).manifest["tables"]
    assert {table: facts["sha256"][:20] for table, facts in found.items()} == KNOWN[name]


@pytest.mark.parametrize("first", range(0, len(RANDOM), 50))
def test_a_random_scenario_gives_the_tables_that_it_gave_before(first):
    assert {str(seed): fingerprints(seed) for seed in range(first, first + 50)} == {
        str(seed): RANDOM[str(seed)] for seed in range(first, first + 50)
    }


def fingerprints(seed: int) -> dict[str, str]:
    """Of a random scenario: what it says, and the tables of its first run."""
    mapping = random_scenario(seed)
    result = run(Scenario.from_dict(mapping), replications=1, workers=1, save=False, progress=False)
    tables = {name: facts["sha256"] for name, facts in result.manifest["tables"].items()}
    return {"scenario": fingerprint(mapping), "tables": fingerprint(tables)}


def fingerprint(facts: dict[str, object]) -> str:
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:20]
