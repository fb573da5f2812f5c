"""`sweep`: plans, runs, resumes, tells, and refuses."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from commands.conftest import COMPILED
from sim.tables import content_hash, read_table

SWEEP = """sweep:
  vary: {power.sharing: [0, 1], consensus.limit: [0d, 1d]}
  against: top-down
  replications: 2
"""
pytestmark = pytest.mark.usefixtures("kernel")


@pytest.fixture
def sweeping(folder, small):
    """The small scenario with a sweep of four points."""
    with (folder / small).open("a", encoding="utf-8") as stream:
        stream.write(SWEEP)
    return small


@pytest.mark.slow
def test_a_sweep_runs_resumes_and_writes_the_same_table(call, sweeping, folder):
    first = call("sweep", sweeping, *COMPILED)
    assert first.exit_code == 0
    assert "4 points, 10 runs (10 now, 0 were there)" in first.stdout
    home = folder / "results/small-sweep"
    table = read_table(home / "runs.parquet")
    manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    assert len(table) == 16 and manifest["tables"]["runs"] == {
        "sha256": content_hash(table),
        "rows": 16,
    }
    assert manifest["keys"] == ["power.sharing", "consensus.limit"] and manifest["policies"] == [
        "shared",
        "top-down",
    ]
    written = {path.name: path.stat().st_mtime_ns for path in home.iterdir()}
    again = call("sweep", sweeping, *COMPILED)
    assert again.stdout == first.stdout.replace("10 now, 0 were", "0 now, 10 were")
    assert {path.name: path.stat().st_mtime_ns for path in home.iterdir()} == written, (
        "nothing is done again"
    )
    more = call("sweep", sweeping, *COMPILED, "--set", "sweep.replications=3", "--json")
    assert json.loads(more.stdout)["before"] == 10


def test_the_answer_comes_first_on_one_screen(call, sweeping, folder, monkeypatch):
    for columns in (80, 60, 50):  # after the first nothing is left to run
        monkeypatch.setenv("COLUMNS", str(columns))
        result = call("sweep", sweeping, *COMPILED)
        lines = result.stdout.splitlines()
        head = lines.index("In short")
        assert head <= 3 and lines[head + 1].startswith("- Worth most: ")
        assert max(map(len, lines)) <= columns
        if columns == 80:
            assert len(lines) + len(result.stderr.splitlines()) <= 40
        said = " ".join(result.stdout.split())
        assert "top-down reads none of the keys: it is one setting." in said
        assert "top-down at" not in said
        assert "This rests on 2 replications of 5 different settings at 4 points." in said
        details = call("sweep", sweeping, *COMPILED, "--details")
        assert details.stdout.startswith(result.stdout.replace("10 now, 0 were", "0 now, 10 were"))
        assert max(map(len, details.stdout.splitlines())) <= columns
        assert "Where policies win, and where they lose\n- " in details.stdout
        data = json.loads(call("sweep", sweeping, *COMPILED, "--json").stdout)
        assert len(data["verdict"]) <= 6 and data["best"][0]["mark"] in ("best", "")
        report = (folder / "results/small-sweep/dashboard.html").read_text(encoding="utf-8")
        assert all(unescape(text) in unescape(report) for text in data["verdict"]), "one text"


def test_a_key_that_nobody_reads_is_warned_of(call, sweeping):
    vary = "sweep.vary={consensus.objection: [0.1, 0.9], power.sharing: [0, 1]}"
    for more in ((), ("--dry-run",)):
        result = call("sweep", sweeping, *COMPILED, "--set", vary, *more)
        text = " ".join((result.stdout + result.stderr).split())
        assert result.exit_code == 0
        assert "warning: consensus.objection changes nothing under shared and top-down" in text


def test_a_dry_run_counts_and_writes_nothing(call, sweeping, folder):
    result = call("sweep", sweeping, *COMPILED, "--dry-run")
    assert result.exit_code == 0
    assert "4 points x 2 policies (shared, top-down): 10 runs" in result.stdout
    assert "only 1 setting of top-down: not every policy reads every key" in result.stdout
    assert re.search(r"about .* as far as [1-4] points? tells?, and 0.0 MB", result.stdout)
    assert not Path("results/small-sweep").exists()


def test_a_dry_run_counts_what_is_there_and_between_which_numbers(call, sweeping, folder):
    once = ("--set", "sweep.replications=1")
    call("sweep", sweeping, *COMPILED, *once)
    done = call("sweep", sweeping, *COMPILED, *once, "--dry-run")
    assert (
        "5 runs, 5 of them there already\n" in done.stdout
        and "\nnothing is left to run" in done.stdout
    )
    until = "sweep.replications={until: {metric: value, half_width: 0.1}, min: 20, max: 40}"
    more = call("sweep", sweeping, *COMPILED, "--dry-run", "--set", until)
    assert "100 to 200 runs, 5 of them" in more.stdout and "\nat most about " in more.stdout


def test_what_would_take_days_is_refused_without_yes(call, sweeping, folder, monkeypatch):
    monkeypatch.setattr("sim.commands.planning.MOST_SECONDS", 0.0)
    once = ("--set", "sweep.replications=1")
    monkeypatch.setattr("sim.commands.planning.FEW_RUNS", 4)
    result = call("sweep", sweeping, *COMPILED, *once)
    assert result.exit_code == 5
    assert re.search(
        "the 5 runs that are missing take about .*, more than a day; run them with --yes",
        result.stderr,
    )
    monkeypatch.setattr("sim.commands.planning.FEW_RUNS", 5)
    assert call("sweep", sweeping, *COMPILED, *once).exit_code == 0


def test_what_is_absurd_is_refused_without_yes(call, sweeping, folder):
    many = ("--set", "sweep.replications=240000")
    result = call("sweep", sweeping, *COMPILED, *many)
    assert result.exit_code == 5
    assert "1,200,000 runs are more than 1,000,000" in result.stderr
    assert not Path("results/small-sweep").exists()


def test_a_scenario_without_a_sweep_says_how_to_have_one(call, small):
    result = call("sweep", small, *COMPILED)
    assert result.exit_code == 2
    assert (
        "has no sweep; add one, such as sweep: {vary: {power.sharing: [0, 0.5, 1]}}"
        in result.stderr
    )


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


def test_check_warns_of_keys_that_nobody_reads(call, sweeping, folder):
    """Of a sweep by all that it runs, of a calibration by the policy that it searches; what a rule
    turns on is read."""
    wrong = "calibrate: {search: {variants.top-down.power.sharing: {from: 0, to: 1}}}\n"
    (folder / "wrong.yaml").write_text(
        (folder / sweeping).read_text(encoding="utf-8") + wrong, encoding="utf-8"
    )
    result = call("check", "wrong.yaml")
    text = "calibrate.search: variants.top-down.power.sharing changes nothing under top-down"
    assert result.exit_code == 0 and "sweep.vary" not in result.stderr
    assert text in " ".join(result.stderr.split()) and "warning: wrong.yaml:" in result.stderr
    both = "consensus.rule: [majority, consent], consensus.objection: [0, 1]"
    search = f"calibrate.search={{power.sharing: {{from: 0, to: 1}}, {both}}}"
    assert "changes nothing" not in call("check", sweeping, "--set", search).stderr
    idle = "sweep.vary={consensus.objection: [0, 1]}"
    assert (
        "sweep.vary: consensus.objection changes nothing"
        in call("check", sweeping, "--set", idle).stderr
    )
