"""`validate`: the table, the same as data, and its exit codes."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from sim import validation
from sim.validation import CHECKS, Effort
from sim.validation.table import HEAD

ROWS = ("--row", "condorcet/three", "--row", "one-leader")


@pytest.fixture
def little(monkeypatch):
    """Few observations, on whatever effort is asked for."""
    few = Effort(*({"mesa": 200, "compiled": 200} for _ in range(3)))
    for name in ("QUICK", "FULL"):
        monkeypatch.setattr(validation, name, few)


@pytest.mark.slow
def test_a_row_for_each_setting_and_driver(call, little):
    result = call("validate", "--quick", *ROWS, "--workers", "1")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split("  ")[1:2] == [HEAD[0]] and lines[0].split()[-1] == HEAD[-1]
    for setting in ("3 voters, each right with p 0.6", "one leader, precision 8"):
        rows = [line for line in lines if setting in line]
        assert [line.split(setting)[1].split()[0] for line in rows] == ["mesa", "compiled"]
        assert all(line.endswith("pass") for line in rows)
    assert "0.64800" in result.stdout and "0.88889" in result.stdout
    assert "8 checks, all hold" in result.stdout
    assert "runs" in result.stderr


def test_the_same_as_data(call, little):
    result = call("validate", *ROWS, "--json", "--quiet", "--workers", "1")
    data = json.loads(result.stdout)
    assert data["passed"] is True and data["false_alarm"] == 1e-6 and data["threshold"] > 4.8
    first = data["checks"][-1]
    assert (first["row"], first["driver"], first["scenario"]) == (
        "condorcet/three",
        "compiled",
        "scenarios/theory/condorcet.yaml",
    )
    assert first["exact"] == pytest.approx(0.648) and first["observations"] >= 200
    assert result.stderr == ""


def test_a_row_that_fails_ends_with_1_and_is_named(call, little, monkeypatch):
    wrong = [
        replace(check, exact=lambda n, p: 0.9) if check.name == "condorcet" else check
        for check in CHECKS
    ]
    monkeypatch.setattr(validation, "CHECKS", wrong)
    result = call("validate", *ROWS, "--workers", "1")
    assert result.exit_code == 1
    assert "1 row does not hold: condorcet/three" in result.stderr
    assert "8 checks, 2 of them fail" in result.stdout
    # What failed is what one wants to look at; here it is reached by its full path.
    assert re.search(r"next: leaderstream run /.*/scenarios/theory/condorcet\.yaml", result.stderr)


def test_a_row_that_does_not_exist_is_a_matter_of_usage(call):
    result = call("validate", "--row", "condorset")
    assert result.exit_code == 2
    assert "did you mean 'condorcet'" in result.stderr
