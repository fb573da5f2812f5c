"""`validate --patterns`: the table, the same as data, and that nothing of it fails."""

from __future__ import annotations

import json

import pytest

from sim.patterns import PATTERNS, QUICK, chosen, compare
from sim.shipped import shipped

ROWS = ("--row", "hung-unanimity", "--row", "time-unanimity")


def test_its_numbers_are_those_of_the_functions(call):
    result = call("validate", "--patterns", "--quick", "--json", "--quiet", "--workers", "1", *ROWS)
    assert (result.exit_code, result.stderr) == (0, "")
    told = json.loads(result.stdout)["patterns"]
    found = compare(chosen(PATTERNS, ROWS[1::2]), shipped("patterns"), QUICK, 1)
    assert [row["pattern"] for row in told] == [one.pattern.name for one in found]
    for row, one in zip(told, found, strict=True):
        assert row["simulated"] == pytest.approx(one.simulated.value, abs=0.0)
        assert row["interval"] == pytest.approx([one.simulated.low, one.simulated.high], abs=0.0)
        assert row["fits"] is one.fits and row["observations"] == one.simulated.observations


def test_a_pattern_that_does_not_fit_is_no_failure(call):
    result = call("validate", "--patterns", "--quick", "--row", "meeting-hours", "--workers", "1")
    assert result.exit_code == 0 and "Error" not in result.stderr
    first, _, head, *_ = result.stdout.splitlines()
    assert "one that does not fit is a limit of the model" in first
    assert head.split()[0] == "pattern"
    assert result.stdout.rstrip().endswith("does not fit")


def test_help_says_so(call):
    told = " ".join(call("validate", "--help").stdout.split())
    assert "the exit code is 0" in told and "patterns, not theory" in told
