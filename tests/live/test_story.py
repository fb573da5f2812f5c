"""The replay of an issue in the app is the one that the report would have of it."""

from __future__ import annotations

import json

import pytest

from sim.dashboard import replay
from sim.kernel import simulate
from sim.live._look import NOW_IN_WORDS
from sim.live._story import replay_of
from sim.live.setting import name_of_download
from sim.parameters import parameters
from sim.replays.recording import record
from tests.live import small

ISSUE = 3


@pytest.mark.parametrize("sent", [{"start": "top-down", "dials": {}}, small.NOW])
@pytest.mark.parametrize("pins", [[], small.PINS[1:]])
def test_its_replay_is_that_of_a_run(sent, pins):
    known = small.settings()
    named = known.named(sent, pins, small.WORLD)
    result = small.ran(known, named, 1)
    outcomes = {each.meant.key: simulate(parameters(each.meant.policy), 0) for each in named}
    shown = replay_of(named, ISSUE, lambda meant: outcomes[meant.key])
    policies = {each.name: parameters(each.meant.policy) for each in named}
    tables = result.tables | record(policies, [ISSUE], 0.0)[0]
    expected = replay.data(tables, result.manifest)
    # The app calls the setting that is changed by a name of its own.
    assert shown["data"]["policies"] == [NOW_IN_WORDS, *[pin.name for pin in named[1:]]]
    shown["data"]["policies"] = shown["data"]["names"] = list(policies)
    # The command runs what the app saves, which holds what was turned and pinned.
    assert shown["data"]["again"] == "leaderstream run small-live.yaml --replay ISSUE"
    assert name_of_download(known.scenario) == result.manifest["name"] == "small-live"
    assert "Download" in shown["data"].pop("before")
    # Which other issues there are is the report's alone.
    for name in ("again", "known"):
        shown["data"][name] = expected[name]
    assert json.loads(json.dumps(shown["data"])) == json.loads(json.dumps(expected))
    assert shown["data"]["shows"]["0 0"]["marks"]
    assert shown["data"]["shows"]["0 0"]["worth"] is not None
    assert shown["frame"].count('stream-pane"') == len(named)
    assert "midstream" not in shown["frame"]


def test_without_its_run_the_replay_shows_no_worth():
    known = small.settings()
    shown = replay_of(known.named(small.NOW, []), ISSUE, lambda meant: None)
    assert shown["data"]["shows"]["0 0"]["worth"] is None
