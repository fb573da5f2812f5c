"""`sensitivity`: plans, runs, concludes, warns, refuses; and its result is listed, verified,
compared and exported."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from experiments.players import as_always, played_by

from sim.experiments.executors import EXECUTORS, in_threads
from sim.runner.pool import Failure
from sim.shipped import shipped
from sim.tables import content_hash, read_table
from sim.tables.columns import SENSITIVITY

SCENARIO = f"""extends: {shipped("theory")["plain"]}
name: small
clock: {{horizon: 1d}}
base: up
variants: {{late: {{power.gather: 6h}}, alone: {{flow.up.open: 0}}}}
issues: {{matter: {{rate: 1/h}}}}
sweep:
  vary:
    stream.positions.ground.acuity: {{from: 0.1, to: 2, steps: 2}}
    flow.up.distortion: {{from: 0, to: 1, steps: 2}}
  against: alone
  replications: 2
"""
MESA = ("--engine", "mesa", "--workers", "1")
FEW = (*MESA, "--points", "4", "--metric", "quality", "--metric", "lapsed")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """No process is started to run in: that takes longer than the runs do."""
    monkeypatch.setitem(EXECUTORS, "processes", in_threads)


@pytest.fixture
def varying(folder):
    """A day of five leaders who pool what they see, of which two keys vary."""
    (folder / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    return "small.yaml"


def test_it_runs_concludes_saves_and_warns(call, varying, folder):
    first = call("sensitivity", varying, *FEW, "--half-width", "0.02")
    assert first.exit_code == 0, first.stderr
    assert "small: 4 base samples, 16 points, 48 runs" in first.stdout
    assert "In short\n- Under up, quality moves with" in first.stdout
    assert "would make the intervals narrow enough" in " ".join(first.stdout.split())
    repeated = first.stdout.partition("more here: ")[2].replace("\\\n", "")
    given = ["leaderstream", "sensitivity", varying, *FEW, "--half-width", "0.02", "--details"]
    assert sorted(shlex.split(repeated)) == sorted(given), "the command as it was given"
    assert "It does not read distortion upward" in " ".join(first.stdout.split()), (
        "whose channels upward are closed"
    )
    assert "warning" not in first.stderr
    details = call("sensitivity", varying, *FEW, "--half-width", "0.02", "--details")
    assert (
        "quality, up (95% intervals)" in details.stdout and "issues lapsed, alone" in details.stdout
    )
    assert "issues lapsed are the same at every point: no key matters." in details.stdout
    assert re.search(r"^key +by itself +in total$", details.stdout, re.MULTILINE)
    assert "interval interval" not in details.stdout and "first first" not in details.stdout
    warned = " ".join(details.stderr.split())
    assert "warning: quality, up: The total index of" in warned and "too wide to conclude" in warned
    for result in (first, details):
        assert max(map(len, result.stdout.splitlines())) <= 80
    assert len(first.stdout.splitlines()) + len(first.stderr.splitlines()) <= 40
    again = (
        f"next: leaderstream sensitivity {varying} --metric quality --metric lapsed "
        f"--half-width 0.02"
    )
    assert again in first.stderr
    assert first.stderr.count("--points") == 1
    home = folder / "results/small-sensitivity"
    manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    table = read_table(home / "sensitivity.parquet")
    assert list(table.columns) == [column.name for column in SENSITIVITY]
    assert manifest["kind"] == "sensitivity" and manifest["sensitivity"]["points"] == 4
    assert manifest["tables"]["sensitivity"] == {"sha256": content_hash(table), "rows": len(table)}
    assert len(read_table(home / "runs.parquet")) == 64
    assert 'id="figure-sensitivity"' in (home / "dashboard.html").read_text(encoding="utf-8")
    second = call("sensitivity", varying, *FEW, "--half-width", "0.02", "--json", "--quiet")
    data = json.loads(second.stdout)
    assert data["counted"] == {"points": 16, "runs": 48, "before": 48}
    assert {row["index"] for row in data["indices"]} == {"first", "total"}
    assert content_hash(read_table(home / "sensitivity.parquet")) == content_hash(table)


def test_morris_by_one_policy(call, varying):
    result = call("sensitivity", varying, *FEW, "--method", "morris", "--variant", "late")
    assert result.exit_code == 0, result.stderr
    assert "small: 4 paths, 12 points, 20 runs" in result.stdout
    assert (
        "mu*" in result.stdout
        and "Under late, quality" in result.stdout
        and "alone" not in result.stdout
    )


def test_its_result_is_listed_verified_compared_and_exported(call, varying, folder):
    assert call("sensitivity", varying, *FEW).exit_code == 0
    (entry,) = json.loads(call("results", "--json").stdout)
    assert (entry["kind"], entry["runs"], entry["state"]) == ("sensitivity", 64, "as written")
    verified = call("verify", "small-sensitivity", *MESA)
    assert verified.exit_code == 0 and "the same to the byte" in verified.stdout
    compared = call("compare", "small-sensitivity:up", "small-sensitivity:alone")
    assert compared.exit_code == 0, compared.stderr
    assert call("export", "small-sensitivity", "--out", "tables").exit_code == 0
    assert (
        (folder / "tables/sensitivity.csv")
        .read_text(encoding="utf-8")
        .startswith('"scenario","variant","metric"')
    )
    assert (
        call("view", "small-sensitivity", "--print-path").stdout.strip().endswith("dashboard.html")
    )
    path = folder / "results/small-sensitivity/sensitivity.parquet"
    read_table(path).assign(estimate=0.5).to_parquet(path)
    assert "altered" in call("results").stdout


def test_a_dry_run_counts_and_writes_nothing(call, varying, folder):
    result = call("sensitivity", varying, *FEW, "--dry-run")
    assert result.exit_code == 0
    assert "16 points x 2 policies (up, alone): 48 runs" in result.stdout
    assert not (folder / "results").exists()


def test_what_is_absurd_is_refused_without_yes(call, varying, folder):
    result = call("sensitivity", varying, *MESA, "--points", "64", "--replications", "5000")
    assert result.exit_code == 5 and "1,920,000 runs are more than 1,000,000" in result.stderr
    assert not (folder / "results").exists()


def test_a_scenario_that_varies_nothing_says_how_to(call, small):
    result = call("sensitivity", small)
    assert result.exit_code == 2
    assert (
        "small has no sweep.vary, which says what varies and how far; write, for example, sweep: {"
        in result.stderr
    )


def test_a_wrong_measure_is_said(call, varying):
    result = call("sensitivity", varying, "--metric", "qualty")
    assert (
        result.exit_code == 2 and "no measure 'qualty' (did you mean 'quality'?)" in result.stderr
    )


def test_failed_runs_end_with_their_code_and_the_others_count(call, varying, monkeypatch):
    def play(self, work):
        played = as_always(self, work)
        return (
            [Failure("broken")] * len(played) if work.policy.flow.up.distortion >= 0.875 else played
        )

    played_by(monkeypatch, play)
    result = call(
        "sensitivity",
        varying,
        *MESA,
        "--points",
        "8",
        "--metric",
        "quality",
        "--variant",
        "up",
        "--details",
    )
    assert result.exit_code == 4, result.stderr
    assert "base samples are not used" in result.stderr and "failed: point" in result.stderr
    assert "quality, up" in result.stdout
