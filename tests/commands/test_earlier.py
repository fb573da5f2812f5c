"""`check` says what a file of an earlier format sets that means something else now, and `run` says
so in a sentence; `new` writes the format of today."""

from __future__ import annotations

import json

import pytest

from sim.scenario import Scenario
from sim.scenario.earlier import SCHEMA
from sim.shipped import shipped

OPTIONS = ("--engine", "mesa", "--workers", "1", "--replays", "0", "--replications", "1")
ADDED = (
    "power: {sharing: 0.3}\nconsensus: {rule: majority, fallback: authority, turns: off}\n"
    "flow: {reach: 3}\nrollout: {retry: 1d}\n"
)


@pytest.fixture
def old(small, folder):
    text = (folder / small).read_text(encoding="utf-8")
    (folder / "old.yaml").write_text(f"schema: 1\n{text}{ADDED}", encoding="utf-8")
    return "old.yaml"


def said_by(result):
    return " ".join(result.stderr.split())


def test_check_says_each_key_with_its_place_on_stderr_alone(call, old):
    result = call("check", old)
    assert result.exit_code == 0 and "means" not in result.stdout
    said = said_by(result)
    for place in (
        "old.yaml:25:9: power.sharing: 0 was formal authority",
        "old.yaml:26:13: consensus.rule: majority and supermajority count the heads",
        "old.yaml:27:8: flow.reach: is how many hops ideas spread",
        "old.yaml:28:11: rollout.retry: no longer exists and is ignored",
    ):
        assert f"warning: {place}" in said, said


def test_json_holds_no_word_of_it(call, old):
    result = call("check", old, "--json")
    (plan,) = json.loads(result.stdout)
    assert not {"power.sharing", "consensus.rule", "flow.reach", "rollout.retry"} & {
        warning["path"] for warning in plan["warnings"]
    }
    assert "rollout.retry: no longer exists" in said_by(result)


def test_run_says_it_in_a_sentence(call, old):
    result = call("run", old, *OPTIONS, "--json")
    said = said_by(result)
    assert (
        "warning: old.yaml:25:9: written for an earlier version, and changed since: power.sharing, "
        "consensus.rule, flow.reach, rollout.retry; `leaderstream check old.yaml` says how"
    ) in said
    assert said.count("rollout.retry") == 1 and "earlier version" not in result.stdout


def test_a_file_of_today_is_told_nothing(call, small):
    assert "earlier" not in call("check", small).stderr
    assert "earlier" not in call("run", small, *OPTIONS).stderr


@pytest.mark.parametrize("preset", list(shipped()))
def test_new_writes_the_format_of_today(call, folder, preset):
    call("new", "mine", "--like", preset)
    text = (folder / "mine.yaml").read_text(encoding="utf-8")
    assert text.count(f"\nschema: {SCHEMA}\n") == 1
    assert Scenario.load(folder / "mine.yaml").format_notes == []
