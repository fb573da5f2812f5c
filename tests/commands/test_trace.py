"""`trace`: one decision's story, or its events."""

from __future__ import annotations

import json

from sim.agents import simulate
from sim.parameters import parameters
from sim.scenario import Scenario


def test_trace_tells_the_story_and_names_the_next_command(call, small):
    result = call("trace", small, "--issue", "3")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "Issue 3 of small, policy 'shared', replication 0\n\nIn short\n"
    )
    for section in (
        "What it was about",
        "Who saw what",
        "How it was decided",
        "Where the time went",
    ):
        assert f"\n{section}\n" in result.stdout
    assert result.stderr.endswith(
        "next: leaderstream trace small.yaml --issue 3 --variant top-down\n"
    )


def test_trace_of_another_policy_and_replication_meets_the_same_issue_there(call, small):
    shared = json.loads(call("trace", small, "--issue", "3", "--json", "--replication", "1").stdout)
    alone = call(
        "trace", small, "--issue", "3", "--json", "--replication", "1", "--variant", "top-down"
    )
    other = json.loads(alone.stdout)
    for key in ("kind", "raised", "origin", "accountable", "best"):
        assert shared["decision"][key] == other["decision"][key]
    assert (shared["variant"], other["variant"]) == ("shared", "top-down")
    assert other["decision"]["closed_by"] == "one-voice"
    names = {"task": ["A", "B", "C"], "offer": ["The status quo", "The proposal"]}
    assert shared["alternatives"] == other["alternatives"]
    assert shared["alternatives"] == names[shared["decision"]["kind"]]


def test_trace_as_json_gives_every_event_with_the_names_behind_its_numbers(call, small):
    data = json.loads(call("trace", small, "--issue", "1", "--json").stdout)
    ticks = [event["tick"] for event in data["events"]]
    assert ticks == sorted(ticks)
    assert data["events"][0]["what"] == "arise"
    assert data["events"][0]["tick"] == data["decision"]["raised"]
    assert data["leaders"][data["decision"]["origin"]]
    assert data["decision"]["kind"] in ("task", "plan", "offer")
    assert data["ticks_per_day"] == 8
    assert data["alternatives"] == []  # the first issue asks for a number


def test_trace_as_json_names_rules_and_ways_of_closing(call, small):
    options = [
        "--issue",
        "3",
        "--json",
        "--set",
        "power.rule=contingent",
        "--set",
        "power.contingent.otherwise=shared",
    ]
    options += [
        "--set",
        "power.contingent.urgent_within=0d",
        "--set",
        "power.contingent.when_spread=chain",
    ]
    data = json.loads(
        call("trace", small, *options, "--set", "power.contingent.spread_above=100%").stdout
    )
    events = {event["what"]: event for event in data["events"]}
    assert events["route"]["rule"] == events["assemble"]["rule"] == "shared"
    assert events["decide"]["closed_by"] == data["decision"]["closed_by"]
    assert len(events["arise"]["worths"]) == max(1, data["decision"]["alternatives"])
    assert {"chair", "absent", "open", "apart"} <= events["round"].keys()
    spread = json.loads(
        call("trace", small, *options, "--set", "power.contingent.spread_above=0").stdout
    )
    levels = {event["what"]: event for event in spread["events"]}
    assert levels["route"]["rule"] == "chain"
    assert "judge" in levels and "round" not in levels


def test_an_issue_out_of_range_names_the_range(call, small):
    count = len(simulate(parameters(Scenario.load(small)), 0).decisions)
    result = call("trace", small, "--issue", str(count + 1))
    assert result.exit_code == 2
    assert f"it has the issues 1 to {count}" in result.stderr
    assert result.stdout == ""
    assert call("trace", small, "--issue", str(count)).exit_code == 0


def test_an_unknown_variant_names_those_there_are(call, small):
    result = call("trace", small, "--issue", "1", "--variant", "topdown")
    assert result.exit_code == 2
    assert "did you mean 'top-down'?" in result.stderr


def test_overrides_change_the_story(call, small):
    result = call("trace", small, "--issue", "3", "--set", "power.rule=autocratic")
    assert "By the rule 'autocratic'" in result.stdout
