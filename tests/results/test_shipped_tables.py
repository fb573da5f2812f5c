"""The tables of every shipped scenario are, to the byte, those of version 0.3.0.

Of three replications of each policy, by their content hash; the first 20 digits stand in data/tables-0.3.0.json. A
change of results must show here, and say so in the changelog.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drivers.ready import make_ready

from sim import extension, run
from sim.extension import files

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
KNOWN = json.loads((Path(__file__).parent / "data" / "tables-0.3.0.json").read_text(encoding="utf-8"))


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
