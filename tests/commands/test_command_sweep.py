"""`sweep`: plans, runs, resumes, tells, and refuses."""

from __future__ import annotations

import json
import re
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
    written = {path.name: path.stat().st_mtime_ns for path in home.iterdir()}
    again = call("sweep", sweeping, *MESA)
    assert again.stdout == first.stdout.replace("16 now, 0 were", "0 now, 16 were")
    assert {path.name: path.stat().st_mtime_ns for path in home.iterdir()} == written, "nothing is done again"
    more = call("sweep", sweeping, *MESA, "--set", "sweep.replications=3", "--json")
    assert json.loads(more.stdout)["before"] == 16


def test_a_dry_run_counts_and_writes_nothing(call, sweeping, folder):
    result = call("sweep", sweeping, *MESA, "--dry-run")
    assert result.exit_code == 0
    assert "4 points x 2 policies (shared, top-down): 16 runs" in result.stdout
    assert re.search(r"about .* as far as [1-4] points? tells?, and 0.0 MB", result.stdout)
    assert not Path("results/small-sweep").exists()


def test_a_dry_run_counts_what_is_there_and_between_which_numbers(call, sweeping, folder):
    once = ("--set", "sweep.replications=1")
    call("sweep", sweeping, *MESA, *once)
    done = call("sweep", sweeping, *MESA, *once, "--dry-run")
    assert "8 runs, 8 of them there already\nnothing is left to run" in done.stdout
    until = "sweep.replications={until: {metric: value, half_width: 0.1}, min: 20, max: 40}"
    more = call("sweep", sweeping, *MESA, "--dry-run", "--set", until)
    assert "160 to 320 runs, 8 of them there already\nat most about " in more.stdout


def test_what_would_take_days_is_refused_without_yes(call, sweeping, folder, monkeypatch):
    monkeypatch.setattr("sim.commands.planning.MOST_SECONDS", 0.0)
    once = ("--set", "sweep.replications=1")
    monkeypatch.setattr("sim.commands.planning.FEW_RUNS", 7)
    result = call("sweep", sweeping, *MESA, *once)
    assert result.exit_code == 5
    assert re.search("the 8 runs that are missing take about .*, more than a day; run them with --yes", result.stderr)
    monkeypatch.setattr("sim.commands.planning.FEW_RUNS", 8)
    assert call("sweep", sweeping, *MESA, *once).exit_code == 0


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


def test_a_cluster_has_workers_of_its_own_and_an_address(call, sweeping, folder):
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    result = call("sweep", sweeping, "--dask", "10.0.0.1:8786", "--workers", "2")
    assert result.exit_code == 2
    assert "--workers are of this machine and --dask has its own: give one of them" in result.stderr
    for more in ((), ("--dry-run",)):
        result = call("sweep", sweeping, "--dask", "nowhere", *more)
        assert result.exit_code == 2
        assert "'nowhere' is no address of a Dask scheduler, such as 10.0.0.1:8786" in result.stderr
    assert not Path("results/small-sweep").exists()
