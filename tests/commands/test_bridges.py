"""`bridges`: runs, answers first, saves; and what `run` says of an imported organisation."""

from __future__ import annotations

import json

import pytest
from experiments.bridges.organisations import written

from sim.experiments.bridges import bridges as searching

HOW = ("--engine", "mesa", "--workers", "1", "--candidates", "2", "--replications", "2")


@pytest.fixture(autouse=True)
def short_pilot(monkeypatch):
    monkeypatch.setattr(searching, "PILOT", 1)


def words(text):
    return " ".join(text.split())


def test_run_tells_of_the_organisation_and_names_bridges_next_and_they_answer(call, folder):
    written(folder)
    run = ("run", "two.yaml", "--engine", "mesa", "--workers", "1", "--replications", "2")
    first = call(*run, "--replays", "0")
    assert first.exit_code == 0, first.stderr
    assert "\nThe organisation\nUnder line, of 100 ideas" in first.stdout
    assert "leaderstream bridges two.yaml" in first.stderr
    label = ("--set", "label=the line")
    found = call("bridges", "two.yaml", *HOW, *label)
    assert found.exit_code == 0, found.stderr
    assert "2 candidates under the line" in words(found.stdout)
    assert "the line" in call("results").stdout
    told = words(found.stdout)
    assert told.startswith("two: 2 candidates x 2 replications, 6 runs (6 now, 0 were there) In")
    assert "results: results/two-bridges" in told
    assert "leaderstream run two.yaml" in words(found.stderr)
    as_json = json.loads(call("bridges", "two.yaml", *HOW, *label, "--json").stdout)
    assert as_json["before"] == as_json["runs"] == 6
    assert len(as_json["candidates"]) == 2
    assert "leaderstream view results/two" in words(call(*run, "--replays", "0").stderr)
    assert "two-bridges" in call("results").stdout


def test_faults_are_told(call, folder):
    written(folder)
    refused = call("bridges", "two.yaml", *HOW, "--set", "flow.routing=line")
    assert refused.exit_code == 5 and "flow.routing: line" in words(refused.stderr)
    unknown = call("bridges", "two.yaml", *HOW, "--policy", "lien")
    assert unknown.exit_code == 2 and "did you mean 'line'" in words(unknown.stderr)
    assert call("bridges", "none.yaml").exit_code == 3
    assert not (folder / "results" / "two-bridges" / "bridges.json").exists()
