"""Every awkward input ends in a usable scenario with its report, or in one clear message and
nothing written."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.organization import build
from sim.scenario import Scenario
from sources.awkward import CASES, Case


def run_import(*arguments: str):
    from sim.commands.app import app

    return CliRunner().invoke(app, ["import", *arguments], catch_exceptions=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_ends_in_a_scenario_or_in_one_message(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    case.files(tmp_path)
    before = sorted(tmp_path.iterdir())
    result = run_import(*case.given, "--out", "org.yaml", "--keep-names", "--json")
    if case.fault:
        assert result.exit_code == 3
        assert result.stdout == ""
        assert result.stderr.startswith(case.fault)
        assert result.stderr.endswith("; nothing was written\n")
        assert sorted(tmp_path.iterdir()) == before
        return
    assert result.exit_code == 0, result.stderr
    odd = {(entry["code"], entry["count"]) for entry in json.loads(result.stdout)["oddities"]}
    assert set(case.odd) <= odd
    for policy in Scenario.load(tmp_path / "org.yaml").policies().values():
        build(policy)
    with (tmp_path / "org-people.csv").open(encoding="utf-8", newline="") as file:
        managers = {row["id"]: row["manager_id"] for row in csv.DictReader(file)}
    if case.lines is not None:
        assert managers == dict(case.lines)


def test_nothing_odd_is_reported_of_a_plain_file(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    next(case for case in CASES if case.name == "semicolons").files(tmp_path)
    result = run_import("people.csv", "--out", "org.yaml", "--json")
    assert json.loads(result.stdout)["oddities"] == []
