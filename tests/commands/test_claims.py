"""`run` and `check` of a scenario with claims: what is printed, kept and drawn, and the exit
code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.conftest import COMPILED
from sim.results import load

pytestmark = pytest.mark.usefixtures("kernel")

FOUR = (*COMPILED, "--replications", "4")
HOLDS = "{metric: person_hours, higher: strict, than: top-down}"
FAILS = "{metric: delay, lower: strict, than: top-down, confidence: 90%}"
UNDECIDED = "{metric: delay, higher: strict, than: top-down, confidence: 99.9999%}"
ONE_VOICE = "{metric: delay, lower: delegated, than: top-down}"
TWO = ("--variant", "top-down", "--variant", "strict")


@pytest.fixture(autouse=True)
def no_compiling(monkeypatch):
    """Estimates come from the Mesa driver, as before the first compile."""
    monkeypatch.setattr("sim.compiler.is_cached", lambda: False)


@pytest.fixture
def claiming(folder, small):
    """Add claims to the small scenario: claiming(HOLDS, FAILS) gives its path."""

    def write(*claims: str) -> str:
        with (folder / small).open("a", encoding="utf-8") as stream:
            stream.write("claims:\n" + "".join(f"  - {claim}\n" for claim in claims))
        return small

    return write


def said_on(result):
    """The answer without its line breaks."""
    return " ".join(result.stdout.split())


def test_a_claim_that_holds_ends_a_run_well(call, claiming):
    result = call("run", claiming(HOLDS), *FOUR, *TWO)
    assert result.exit_code == 0
    assert "Claims: the one made holds." in said_on(result)
    result = call("run", "small.yaml", *FOUR, *TWO, "--details")
    assert "Claims holds hours are higher under strict than under top-down: +" in said_on(result)
    assert "1 claim was tested; brackets hold the one-sided bounds" in said_on(result)
    assert "is confirmed with a chance of at most 5%." in said_on(result)
    assert "error" not in result.stderr


def test_a_claim_that_does_not_hold_ends_a_run_with_1_and_is_named(call, claiming, folder):
    result = call("run", claiming(HOLDS, FAILS, UNDECIDED), *FOUR, *TWO)
    assert result.exit_code == 1
    said = said_on(result)
    assert "Claims: 1 of 3 hold. fails: delay is lower under strict than under top-down: +" in said
    assert "at 90% confidence; the runs contradict it" in said
    assert "undecided: delay is higher under strict than under top-down: +" in said
    assert "4 replications do not tell, about " in said
    at_length = said_on(call("run", "small.yaml", *FOUR, *TWO, "--details"))
    assert "any of the 3 with at most 15.0001% (Bonferroni)" in at_length
    assert "small: fails: delay is lower under strict than under top-down: +" in result.stderr
    assert "small: undecided: delay is higher" in result.stderr
    assert "person_hours" not in result.stderr
    assert result.stderr.endswith("error: 1 of 3 claims does not hold\n")
    assert (folder / "results/small/manifest.json").exists()


@pytest.mark.slow
def test_an_undecided_claim_fails_a_run_of_the_scenarios_own_number_of_replications_alone(
    call, claiming
):
    named = claiming(UNDECIDED)
    looked = call("run", named, *FOUR, *TWO)
    assert looked.exit_code == 0
    assert "undecided: delay is higher" in looked.stderr
    result = call("run", named, *COMPILED, "--set", "replications=4", *TWO)
    assert result.exit_code == 1
    assert result.stderr.endswith("error: 1 of 1 claims does not hold\n")


def test_a_claim_of_a_policy_left_out_is_not_tested_and_fails_nothing(call, claiming):
    result = call("run", claiming(HOLDS, ONE_VOICE), *FOUR, *TWO)
    assert result.exit_code == 0
    reason = (
        "not tested: delay is lower under delegated than under top-down: there are no runs "
        "of delegated"
    )
    assert reason in said_on(result)
    assert "1 claim was tested" in said_on(call("run", "small.yaml", *FOUR, *TWO, "--details"))


def test_claims_go_to_scripts_manifest_and_dashboard(call, claiming):
    result = call("run", claiming(HOLDS, FAILS), *FOUR, *TWO, "--json", "--quiet")
    assert result.exit_code == 1
    [described] = json.loads(result.stdout)["results"]
    assert [claim["verdict"] for claim in described["claims"]] == ["holds", "fails"]
    assert described["claims"] == described["manifest"]["claims"]
    assert result.stderr.count("\n") == 2
    kept = load(described["folder"])
    assert [claim.verdict for claim in kept.claims] == ["holds", "fails"]
    first = described["claims"][0]
    assert first["low"] < first["difference"] < first["high"]
    quality = {
        row["variant"]: row["mean"]
        for row in described["comparison"]
        if row["metric"] == "person_hours"
    }
    assert first["difference"] == pytest.approx(quality["strict"] - quality["top-down"])
    page = Path(described["dashboard"]).read_text(encoding="utf-8")
    assert "hours are higher under strict than under top-down" in page


def test_failed_runs_come_before_failed_claims(call, claiming, monkeypatch):
    from sim.agents import simulate

    def sometimes(prepared, replication):
        if replication == 1:
            raise ValueError("a rule went wrong")
        return simulate(prepared, replication)

    monkeypatch.setattr("sim.agents.simulate", sometimes)
    mesa = ("--engine", "mesa", "--workers", "1", "--replications", "8")
    result = call("run", claiming(FAILS), *mesa, *TWO)
    assert result.exit_code == 4
    assert "fails: delay is lower" in said_on(result)


@pytest.mark.slow
def test_check_says_how_many_claims_there_are(call, claiming, small):
    assert "claims       none" in call("check", small).stdout
    claiming(HOLDS, FAILS)
    assert "claims       2" in call("check", small).stdout
    assert json.loads(call("check", small, "--json").stdout)[0]["claims"] == 2


def test_a_wrong_claim_is_an_invalid_scenario(call, claiming, folder):
    file = claiming("{metric: speed, higher: strict, than: top-down}")
    last = (folder / file).read_text(encoding="utf-8").count("\n")
    result = call("run", file, *FOUR)
    assert result.exit_code == 3
    assert (
        f"{file}:{last}:14: claims[0].metric: 'speed' is not allowed: expected one of issues"
        in result.stderr
    )
    assert not (folder / "results").exists()


def test_what_can_be_claimed_is_explained(call):
    result = call("explain", "claims.N.metric")
    assert "power_gini" in result.stdout
    assert result.stderr == "next: leaderstream check FILE\n"
