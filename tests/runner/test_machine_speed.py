"""How fast a machine plays is measured by runs that are made, and read without any."""

from __future__ import annotations

import pytest
from model.tiny import PLAIN

from sim.agents import simulate
from sim.parameters import parameters
from sim.runner import speed
from sim.runner.speed import COMPILED_SPEEDUP, GUESSED, Watch, kept, seconds_a_run, work_of
from sim.scenario import Scenario


@pytest.fixture
def policy(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return parameters(Scenario.from_dict(PLAIN))


def test_what_a_run_has_to_do_is_known_before_it_is_played(policy):
    outcome = simulate(policy, 0)
    issues = float(policy.kinds.rate.sum()) * policy.numbers.horizon
    expected = work_of([policy]) - speed.MESSAGES_AN_ISSUE * issues
    assert expected == pytest.approx(outcome.run["messages_sent"], rel=1 / 3)
    assert work_of([policy] * 20) == pytest.approx(work_of([policy]))


def test_without_a_measure_it_is_a_guess(policy, tmp_path):
    guess = (work_of([policy]) * GUESSED, False)
    assert kept() is None and seconds_a_run([policy]) == guess
    place = tmp_path / "leaderstream" / speed.FILE
    for broken in ("", "{}", '{"seconds": "fast"}', '{"seconds": -1}', "[1]", '{"seconds": null}'):
        place.write_text(broken)
        assert seconds_a_run([policy]) == guess


def test_the_last_runs_tell_it(policy, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(speed.time, "process_time", lambda: now[0])

    def watched(*seconds):
        watch = Watch([policy])
        for each in seconds:
            now[0] += each
            watch.ended()
        watch.keep()
        return kept()

    # The first run, which may compile, does not count; nor does what is too short to tell.
    assert watched(50.0) is None and watched(50.0, 0.04, 0.04) is None
    assert watched(50.0, 0.2, 0.4) == pytest.approx(0.3 / work_of([policy]))
    assert seconds_a_run([policy]) == (pytest.approx(0.3), True)
    assert seconds_a_run([policy], "mesa") == (pytest.approx(0.3 * COMPILED_SPEEDUP), True)
