"""The event log for process mining: its structure is that of the standard, and it says what the
tables say."""

from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree

import pandas as pd
import pytest

from sim.exchange.recording import ACTIVITIES
from sim.exchange.xes import as_xes

POLICIES = ["shared", "written", "escalate", "chain", "delegated"]
NAME = "{http://www.xes-standard.org/}"
KEY = re.compile(r"[A-Za-z_][\w.:-]*")
READ = {
    "string": str,
    "int": int,
    "float": float,
    "date": datetime.fromisoformat,
}


@pytest.fixture(scope="module")
def logs(result, recordings, tmp_path_factory):
    """The log of each policy, parsed, and its rows of the table `decisions`."""
    folder, found = tmp_path_factory.mktemp("xes"), {}
    decisions = result.tables["decisions"]
    for name, recording in recordings.items():
        mine = decisions[decisions["variant"] == name]
        export = as_xes(recording, mine, {"scenario": 'a "b" <c> & d\n\x00', "replication": 0})
        export.write(folder / name)
        found[name] = (ElementTree.parse(folder / name).getroot(), mine)
    return found


def attributes(element) -> dict:
    """The attributes of a log, trace or event; each has a known type, a key once, and no child."""
    found = {}
    for child in element:
        kind = child.tag.removeprefix(NAME)
        if kind not in READ:
            continue
        assert set(child.attrib) == {"key", "value"} and not len(child)
        assert KEY.fullmatch(child.attrib["key"]) and child.attrib["key"] not in found
        found[child.attrib["key"]] = READ[kind](child.attrib["value"])
    return found


@pytest.mark.parametrize("policy", POLICIES)
def test_the_structure_is_that_of_the_standard(logs, policy):
    log, _ = logs[policy]
    assert log.tag == f"{NAME}log" and log.attrib["xes.version"] == "1849-2016"
    kinds = [child.tag.removeprefix(NAME) for child in log]
    order = ["extension", "global", "classifier", *READ, "trace"]
    assert [order.index(kind) for kind in kinds] == sorted(order.index(kind) for kind in kinds)
    prefixes = {child.attrib["prefix"] for child in log.iter(f"{NAME}extension")}
    scopes = {child.attrib["scope"]: attributes(child) for child in log.iter(f"{NAME}global")}
    assert set(scopes) == {"trace", "event"}
    classified = [child.attrib["keys"].split() for child in log.iter(f"{NAME}classifier")]
    assert all(set(keys) <= scopes["event"].keys() for keys in classified)
    assert attributes(log)["scenario"] == 'a "b" <c> & d\n\ufffd'
    for trace in log.iter(f"{NAME}trace"):
        assert scopes["trace"].keys() <= attributes(trace).keys()
        tags = [child.tag.removeprefix(NAME) for child in trace]
        assert tags == sorted(tags, key=lambda tag: tag == "event")
        for event in trace.iter(f"{NAME}event"):
            held = attributes(event)
            assert scopes["event"].keys() <= held.keys()
            assert held["lifecycle:transition"] in ("start", "complete")
            assert held["concept:name"] in ACTIVITIES
            assert held["time:timestamp"].utcoffset() is not None
            assert {key.split(":")[0] for key in held if ":" in key} <= prefixes


@pytest.mark.parametrize("policy", POLICIES)
def test_each_issue_is_a_trace_from_its_beginning_to_its_end(logs, policy):
    log, table = logs[policy]
    traces = list(log.iter(f"{NAME}trace"))
    assert len(traces) == len(table) > 10
    for trace, row in zip(traces, table.to_dict("records"), strict=True):
        facts = attributes(trace)
        assert facts["concept:name"] == str(row["issue"])
        for name in ("kind", "origin", "delay", "quality", "closed_by", "rounds"):
            known = row[name] == row[name]
            assert facts[name] == row[name] if known else name not in facts
        events = [attributes(event) for event in trace.iter(f"{NAME}event")]
        times = [event["time:timestamp"] for event in events]
        assert times == sorted(times)
        assert events[0]["concept:name"] == "raised"
        assert events[0]["org:resource"] == row["origin"]
        ends = {"took effect", "expired undecided", "dropped"}
        assert [event["concept:name"] in ends for event in events] == [False] * (
            len(events) - 1
        ) + [True]
        decided = [event for event in events if event["concept:name"] == "decided"]
        assert [event["org:resource"] for event in decided] == [row["decider"]] * len(decided)
        assert bool(decided) == (row["quality"] == row["quality"])


@pytest.mark.parametrize("policy", ["shared", "escalate"])
def test_rounds_begin_and_end_in_pairs(logs, policy):
    log, table = logs[policy]
    for trace, rounds in zip(log.iter(f"{NAME}trace"), table["rounds"], strict=True):
        events = [attributes(event) for event in trace.iter(f"{NAME}event")]
        met = [event for event in events if event["concept:name"] == "forum met"]
        assert len(met) == 2 * rounds
        for start, end in zip(met[::2], met[1::2], strict=True):
            assert (start["lifecycle:transition"], end["lifecycle:transition"]) == (
                "start",
                "complete",
            )
            assert start["detail"] == end["detail"] and start["attendees"] == end["attendees"]
            assert pd.Timedelta(0) < end["time:timestamp"] - start["time:timestamp"]


def test_ideas_are_heard_before_the_decision(logs):
    for log, _ in logs.values():
        heard = 0
        for trace in log.iter(f"{NAME}trace"):
            names = [attributes(event)["concept:name"] for event in trace.iter(f"{NAME}event")]
            if "decided" in names:
                after = names[names.index("decided") :]
                assert "idea heard" not in after
                heard += names.count("idea heard")
        assert heard > 10


def test_the_same_recording_gives_the_same_bytes(result, recordings, tmp_path):
    table = result.tables["decisions"]
    mine = table[table["variant"] == "shared"]
    for name in ("one", "two"):
        as_xes(recordings["shared"], mine, {"policy": "shared"}).write(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
