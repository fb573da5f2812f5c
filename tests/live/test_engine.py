"""The engine: first answers first, the newest wins, nothing is played twice or for nobody."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

import sim.parameters
from sim.errors import RunsFailed
from sim.live import engine as live
from sim.live.engine import LiveEngine

LONG = 20.0


def setting(name):
    return SimpleNamespace(key=name.encode(), policy=name)


def outcome(number=0):
    return SimpleNamespace(
        decisions=np.zeros(100), leaders=np.zeros(0), days=np.zeros(0), number=number
    )


class Simulator:
    """Notes what it plays; with a gate, a run waits until it is let through."""

    def __init__(self, gated=False):
        self.played = []
        self.gate = threading.Semaphore(0) if gated else None

    def __call__(self, parameters, replication):
        if self.gate is not None:
            assert self.gate.acquire(timeout=LONG)
        self.played.append((parameters, replication))
        return outcome(replication)


@pytest.fixture(autouse=True)
def plain_parameters(monkeypatch):
    monkeypatch.setattr(sim.parameters, "parameters", lambda policy: policy)


def look(engine, tab, number, settings, have, patience=LONG):
    return engine.look(tab, number, settings, have, patience)


def in_background(function, *arguments):
    results = []
    thread = threading.Thread(target=lambda: results.append(function(*arguments)), daemon=True)
    thread.start()
    return thread, results


def test_a_few_first_then_three_times_as_many_up_to_the_most():
    simulator = Simulator()
    engine, have, seen = LiveEngine(simulator, 2, 20), [0], []
    while have != [20]:
        have = list(look(engine, "tab", 1, [setting("a")], have).counts)
        seen.append(have[0])
    engine.close()
    assert seen == [4, 12, 20]
    assert sorted(simulator.played) == [("a", number) for number in range(20)]


def test_outcomes_stand_in_the_order_of_replications():
    engine = LiveEngine(Simulator(), 3, 16)
    have = [0]
    while have != [16]:
        result = look(engine, "tab", 1, [setting("a")], have)
        have = list(result.counts)
    engine.close()
    assert [outcome.number for outcome in result.outcomes[0]] == list(range(16))


def test_what_was_played_is_not_played_again_whoever_asks():
    simulator = Simulator()
    engine = LiveEngine(simulator, 1, 4)
    look(engine, "one", 1, [setting("a")], [0])
    assert look(engine, "two", 5, [setting("a")], [0]).counts == (4,)
    engine.close()
    assert len(simulator.played) == 4


def test_a_newer_change_of_the_tab_ends_the_older_one_between_replications():
    simulator = Simulator(gated=True)
    engine = LiveEngine(simulator, 1, 64)
    thread, old = in_background(look, engine, "tab", 1, [setting("old")], [0])
    simulator.gate.release()  # one run of the old setting
    while not simulator.played:
        thread.join(0.01)
    newer, new = in_background(look, engine, "tab", 2, [setting("new")], [0])
    thread.join(LONG)
    assert old == [None]
    simulator.gate.release(5)  # the run that was being played, and four of the new setting
    newer.join(LONG)
    assert new[0].counts == (4,)
    engine.close()
    assert simulator.played.count(("new", 3)) == 1
    assert sum(name == "old" for name, _ in simulator.played) == 2
    assert look(engine, "tab", 1, [setting("old")], [0]) is None, "an older change asked again"


def test_tabs_do_not_disturb_one_another():
    simulator = Simulator(gated=True)
    engine = LiveEngine(simulator, 1, 4)
    first, one = in_background(look, engine, "one", 7, [setting("a")], [0])
    second, other = in_background(look, engine, "two", 1, [setting("b")], [0])
    simulator.gate.release(8)
    first.join(LONG)
    second.join(LONG)
    engine.close()
    assert one[0].counts == other[0].counts == (4,)


def test_a_first_answer_comes_before_another_tabs_refinement():
    simulator = Simulator(gated=True)
    engine = LiveEngine(simulator, 1, 64)
    simulator.gate.release(4)
    assert look(engine, "one", 1, [setting("a")], [0]).counts == (4,)
    thread, _ = in_background(look, engine, "one", 1, [setting("a")], [4])
    while not engine._waiting:
        thread.join(0.01)
    later, result = in_background(look, engine, "two", 1, [setting("b")], [0])
    while len(engine._waiting) < 2:
        later.join(0.01)
    simulator.gate.release(5)  # at most one of them was begun before the other tab asked
    later.join(LONG)
    engine.close()
    assert result[0].counts == (4,)


def test_nothing_is_played_for_nobody():
    simulator = Simulator()
    engine = LiveEngine(simulator, 2, 64)
    look(engine, "tab", 1, [setting("a")], [0])
    look(engine, "tab", 1, [setting("a")], [4])
    engine.close()
    assert len(simulator.played) == 12


def test_the_setting_that_is_turned_does_not_wait_for_the_pins():
    simulator = Simulator(gated=True)
    engine = LiveEngine(simulator, 1, 64)
    simulator.gate.release(4)
    result = look(engine, "tab", 1, [setting("now"), setting("pin")], [0, 0])
    engine.close()
    assert result.counts == (4, 0) and (result.done, result.wanted) == (4, 8)


def test_a_heavy_setting_says_how_far_it_is():
    simulator = Simulator(gated=True)
    engine = LiveEngine(simulator, 1, 64)
    simulator.gate.release(2)
    while len(simulator.played) < 2:
        result = look(engine, "tab", 1, [setting("a")], [0], 0.05)
    result = look(engine, "tab", 1, [setting("a")], [0], 0.05)
    engine.close()
    assert result.counts == (0,) and (result.done, result.wanted) == (2, 4)


def test_a_failing_run_is_told():
    def fail(parameters, replication):
        raise ValueError("no room")

    engine = LiveEngine(fail, 1, 4)
    with pytest.raises(RunsFailed, match="no room"):
        look(engine, "tab", 1, [setting("a")], [0])
    engine.close()


def test_memory_is_bounded_and_the_latest_stay(monkeypatch):
    simulator = Simulator()
    engine = LiveEngine(simulator, 1, 4, room=3 * 4 * outcome().decisions.nbytes)
    for name in "abcdef":
        look(engine, "tab", ord(name), [setting(name)], [0])
    assert engine._taken <= engine._room + 4 * outcome().decisions.nbytes
    assert engine.first(setting("f")) is not None and engine.first(setting("a")) is None
    played = len(simulator.played)
    assert look(engine, "tab", 200, [setting("a")], [0]).counts == (4,)
    engine.close()
    assert len(simulator.played) == played + 4
    assert live.MOST_KEPT < 10_000


def test_what_is_asked_for_waits_until_the_simulator_is_ready():
    simulator, gate = Simulator(), threading.Event()
    engine = LiveEngine(simulator, 1, 4, prepare=gate.wait, words="compiling")
    assert look(engine, "tab", 1, [setting("a")], [0], 0.01).counts == (0,)
    assert engine.preparing == "compiling" and simulator.played == []
    gate.set()
    assert look(engine, "tab", 1, [setting("a")], [0]).counts == (4,)
    assert engine.preparing == ""
    engine.close()


def test_a_simulator_that_cannot_be_made_ready_is_told():
    def broken():
        raise OSError("no compiler")

    engine = LiveEngine(Simulator(), 1, 4, prepare=broken, words="compiling")
    with pytest.raises(RunsFailed, match="cannot be made ready: no compiler"):
        look(engine, "tab", 1, [setting("a")], [0])
    engine.close()


def test_a_newer_change_ends_what_a_part_of_the_tab_asked_for():
    simulator = Simulator(gated=True)
    engine = LiveEngine(simulator, 1, 4)
    thread, results = in_background(look, engine, "tab/map", 1, [setting("a")], [0])
    while not engine._waiting:
        threading.Event().wait(0.001)
    other, _ = in_background(look, engine, "tab", 2, [setting("b")], [0])
    thread.join(LONG)
    assert results == [None] and not thread.is_alive()
    for _ in range(12):
        simulator.gate.release()
    other.join(LONG)
    engine.close()
    assert look(engine, "tab/map", 1, [setting("a")], [0], 0.0) is None
