"""`sweep`: plans, runs, resumes, tells, and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.tables import content_hash, read_table

SWEEP = """sweep:
  vary: {power.sharing: [0, 1], consensus.limit: [0d, 1d]}
  against: top-down
  replications: 2
"""
MESA = ("--engine", "mesa", "--workers", "1")


@pytest.fixture
def sweeping(folder, small):
    """The small scenario with a sweep of four points."""
    with (folder / small).open("a", encoding="utf-8") as stream:
        stream.write(SWEEP)
    return small


@pytest.mark.slow
def test_a_sweep_runs_resumes_and_writes_the_same_table(call, sweeping, folder):
    first = call("sweep", sweeping, *MESA)
    assert first.exit_code == 0
    assert "4 points, 16 runs (16 now, 0 were there)" in first.stdout
    home = folder / "results/small-sweep"
    table = read_table(home / "runs.parquet")
    manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    assert len(table) == 16 and manifest["tables"]["runs"] == {"sha256": content_hash(table), "rows": 16}
    assert manifest["keys"] == ["power.sharing", "consensus.limit"] and manifest["policies"] == ["shared", "top-down"]
    again = call("sweep", sweeping, *MESA)
    assert "16 runs (0 now, 16 were there)" in again.stdout
    more = call("sweep", sweeping, *MESA, "--set", "sweep.replications=3", "--json")
    assert json.loads(more.stdout)["before"] == 16


def test_a_dry_run_counts_and_writes_nothing(call, sweeping, folder):
    result = call("sweep", sweeping, *MESA, "--dry-run")
    assert result.exit_code == 0
    assert "4 points x 2 policies (shared, top-down): 16 runs" in result.stdout
    assert not Path("results/small-sweep").exists()


def test_what_is_absurd_is_refused_without_yes(call, sweeping, folder):
    many = ("--set", "sweep.replications=200000")
    result = call("sweep", sweeping, *MESA, *many)
    assert result.exit_code == 5
    assert "1,600,000 runs are more than 1,000,000" in result.stderr
    assert not Path("results/small-sweep").exists()


def test_a_scenario_without_a_sweep_says_how_to_have_one(call, small):
    result = call("sweep", small, *MESA)
    assert result.exit_code == 2
    assert "has no sweep, such as sweep: {vary: {power.sharing: [0, 0.5, 1]}}" in result.stderr
