"""The replay of an issue in the app is the one that the report would have of it."""

from __future__ import annotations

import json

import pytest

from sim.dashboard import replay
from sim.live._story import replay_of
from sim.parameters import parameters
from sim.replays.recording import record
from tests.live import small

ISSUE = 3


@pytest.mark.parametrize("sent", [{"start": "top-down", "dials": {}}, small.NOW])
def test_its_replay_is_that_of_a_run(sent):
    known = small.settings()
    named = known.named(sent, [], small.WORLD)
    shown = replay_of(named[0].meant, ISSUE)
    result = small.ran(known, named, 1)
    (name,) = result.tables["runs"]["variant"].unique()
    policy = named[0].meant.policy
    tables = result.tables | record({name: parameters(policy)}, [ISSUE], 0.0)[0]
    # The app has no table of decisions beside the replay, and calls the policy by its own name.
    del tables["decisions"]
    shown["data"]["policies"] = shown["data"]["names"] = [name]
    expected = replay.data(tables, {"scenario": policy.resolved()})
    assert json.loads(json.dumps(shown["data"])) == json.loads(json.dumps(expected))
    assert list(shown["data"]["shows"]) == ["0 0"] and shown["data"]["shows"]["0 0"]["marks"]
    assert "stream-picks" not in shown["frame"] and "midstream" not in shown["frame"]
