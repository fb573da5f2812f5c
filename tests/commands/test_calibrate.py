"""`calibrate`: searches, tells, writes, resumes, and refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from commands.conftest import COMPILED
from sim.reading.listing import entry
from sim.scenario import Scenario
from sim.tables import content_hash, read_table

SECTION = """calibrate:
  search: {power.gather: {from: 0d, to: 2d}, power.rule: [shared, vote]}
  objectives: {net_value: up, delay: down}
  runs: 24
  replications: {min: 2, max: 4, test: 2}
"""
pytestmark = pytest.mark.usefixtures("kernel")


@pytest.fixture
def searching(folder, small):
    """The small scenario with a search, and a single other policy."""
    text = (folder / small).read_text(encoding="utf-8").split("  delegated:")[0]
    (folder / small).write_text(
        text.replace("3w, warmup: 1w", "2w, warmup: 1w") + SECTION, encoding="utf-8"
    )
    return small


def test_a_calibration_names_settings_with_intervals_regrets_and_break_evens(
    call, searching, folder, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "100")
    first = call("calibrate", searching, *COMPILED, "--details")
    assert first.exit_code == 0
    assert first.stdout.splitlines()[2] == "In short"
    assert max(map(len, first.stdout.splitlines())) <= 100
    for text in (
        "Recommended for balanced (net value 50%, delay 50%)",
        "--set power.gather=",
        "the search could not tell from it: ",
        "The Pareto front (",
        "Regret by net value (net value alone)",
        "half-lives x 0.7",
        "load x 1.3",
        "Break-even urgency",
        "note: calibrate.weightings is not said: each objective alone, and all alike (convention)",
    ):
        assert text in first.stdout, text
    assert "net_value" not in first.stdout
    home = folder / "results/small-calibrate"
    manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    for name in ("runs", "candidates", "regrets", "break_even"):
        assert manifest["tables"][name]["sha256"] == content_hash(
            read_table(home / f"{name}.parquet")
        )
    page = (home / "dashboard.html").read_text(encoding="utf-8")
    assert "Not told from it" in page and page.index("<h2>In short</h2>") < page.index(
        "<h2>Recommended</h2>"
    )
    shown = re.sub(r"<(script|footer).*?</\1>", "", page, flags=re.DOTALL)
    assert re.findall(r".{40}net_value.{20}", shown) == []
    assert re.search("Best for [^.]*net value", shown)
    assert {"best-balanced", "best-net_value", "best-delay"} < set(
        Scenario.load(home / "recommended.yaml").policies()
    )
    listed = entry(home)
    assert (listed.kind, listed.state, listed.runs) == (
        "calibrate",
        "as written",
        len(read_table(home / "runs.parquet")),
    )
    again = call("calibrate", searching, *COMPILED, "--json", "--quiet")
    text = json.loads(again.stdout)
    assert text["before"] == text["runs"] and again.stderr == ""
    assert set(text["recommended"]) == {"balanced", "net_value", "delay"}
    assert text["recommended"]["net_value"]["settings"] == manifest["recommended"]["net_value"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("--objective", "qualty=up"),
            2,
            "qualty is no measure of the runs table (did you mean 'quality'?)",
        ),
        (("--objective", "quality"), 2, "expected quality=up or quality=down"),
        (("--runs", "200000"), 5, "200,000 runs are more than 100,000"),
        (
            ("--set", "calibrate.search={attention: [1]}"),
            3,
            "is no key that a calibration may search",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, searching, arguments, code, message):
    result = call("calibrate", searching, *COMPILED, *arguments)
    assert result.exit_code == code and message in result.stderr
    assert not Path("results/small-calibrate").exists()
