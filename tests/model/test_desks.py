"""What comes to each desk, waits there, is passed on and stops, on both drivers: the compiled one
is played as plain Python, so that a mistake in either is noticed by what it says of a desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from drivers.accounts import imbalances
from drivers.plain import play_plainly

from model.tiny import chain, tiny
from sim import agents, kernel
from sim.outcome import Outcome
from sim.parameters import parameters

Simulate = Callable[[Mapping[str, Any]], Outcome]

# Four levels; those at both ends sense each issue, and the top decides.
LINE = {
    "stream.positions": chain(4),
    "direction.source": "p0",
    "issues.matter.raised_at": "p3",
    "issues.matter.decided_at": "p0",
    "issues.matter.witnesses": 2,
    "clock.horizon": "3w",
}
TEAM = {"issues.matter.witnesses": 2, "clock.horizon": "3w"}


@pytest.fixture(params=["mesa", "compiled"])
def simulate(request, monkeypatch) -> Simulate:
    if request.param == "compiled":
        play_plainly(monkeypatch)
    driver = agents if request.param == "mesa" else kernel

    def run(changes: Mapping[str, Any]) -> Outcome:
        inputs = parameters(tiny(changes))
        outcome = driver.simulate(inputs, 0)
        assert len(outcome.decisions) > 3 and imbalances(inputs, outcome) == []
        return outcome

    return run


def _ideas(outcome: Outcome, name: str) -> list[float]:
    """A count of ideas at each desk, for each issue."""
    column = outcome.leaders[f"ideas_{name}"] / len(outcome.decisions)
    return [round(float(count), 6) for count in column]


def test_what_is_passed_up_the_line_is_weighed_and_stops_nowhere(simulate):
    outcome = simulate(LINE)
    assert _ideas(outcome, "in") == [2, 1, 1, 1] and _ideas(outcome, "own") == [1, 0, 0, 1]
    assert _ideas(outcome, "weighed") == _ideas(outcome, "passed") == [2, 1, 1, 1]
    for name in ("stopped", "unread", "late"):
        assert _ideas(outcome, name) == [0, 0, 0, 0]


def test_what_is_kept_back_stops_at_the_desk_that_keeps_it(simulate):
    outcome = simulate({**LINE, "flow.up.open": 0})
    assert _ideas(outcome, "in") == [1, 0, 0, 1] and _ideas(outcome, "weighed") == [1, 0, 0, 0]
    assert _ideas(outcome, "passed") == [1, 0, 0, 0] and _ideas(outcome, "stopped") == [0, 0, 0, 1]
    assert _ideas(outcome, "unread") == _ideas(outcome, "late") == [0, 0, 0, 0]


@pytest.mark.parametrize("open_up", [0, 1])
def test_who_sees_all_has_right_ideas_alone(simulate, open_up):
    outcome = simulate({**LINE, "flow.up.open": open_up, "perspective.acuity": 1e6})
    ways = ("right_up", "right_down", "right_across", "right_here")
    came = [sum(counts) for counts in zip(*(_ideas(outcome, way) for way in ways), strict=True)]
    assert came == _ideas(outcome, "in") and _ideas(outcome, "right_here")[1:] == [0, 0, 0]
    assert _ideas(outcome, "right_up")[1:] == _ideas(outcome, "in")[1:]
    for name in ("own", "stopped", "late"):
        assert _ideas(outcome, f"right_{name}") == _ideas(outcome, name)
    assert _ideas(outcome, "right_up_passed")[3] == open_up
    assert _ideas(outcome, "right_here_passed")[0] == _ideas(outcome, "passed")[0] > 0


def test_who_sees_nothing_is_right_by_chance(simulate):
    blind = {**LINE, "perspective.acuity": 1e-6, "clock.horizon": "20w"}
    outcome = simulate(blind | {"issues.matter.rate": "10/w"})
    right, own = (outcome.leaders[f"ideas_{name}"].sum() for name in ("right_own", "own"))
    # One of three alternatives, within four standard errors.
    assert abs(right / own - 1 / 3) < 4 * np.sqrt(2 / 9 / own)


def test_what_is_sent_on_too_late_is_no_stop_of_who_sent_it(simulate):
    outcome = simulate({**LINE, "flow.up.delay": "6h", "power.gather": "0h"})
    late, passed = _ideas(outcome, "late"), _ideas(outcome, "passed")
    assert sum(late) > 0.2 and late[0] == 0
    assert sum(_ideas(outcome, "stopped")) == 0
    assert passed == _ideas(outcome, "in") and passed[3] == 1


def test_what_lies_unread_stops_there_and_waits(simulate):
    # Four ideas come at once to a desk that reads one message in an hour, the notice among them.
    changes = {"issues.matter.witnesses": "all", "attention": 1, "power.gather": "1h"}
    outcome = simulate({"clock.horizon": "3w", **changes})
    top, below = outcome.leaders[0], outcome.leaders[1:]
    assert top["ideas_unread"] == top["ideas_stopped"] > len(outcome.decisions)
    assert top["ideas_in"] == 5 * len(outcome.decisions)
    assert top["messages_unread"] > 0 and top["inbox_hours"] > 0.5
    assert np.all(below["ideas_unread"] == 0) and np.all(below["messages_unread"] == 0)


def test_an_idea_that_stops_at_several_desks_as_near_is_shared_between_them(simulate):
    open_across = {"stream.peers": "unit", "flow.routing": "spread"}
    outcome = simulate({**TEAM, **open_across, "flow.up.open": 0, "flow.down.open": 0})
    assert _ideas(outcome, "in") == [1, 1, 1, 1, 1]
    assert _ideas(outcome, "stopped") == [0, 0.25, 0.25, 0.25, 0.25]
    assert _ideas(outcome, "passed") == [1, 0, 0, 0, 0]


def test_ideas_told_downward_are_not_on_their_way_and_stop_above(simulate):
    # The second of four levels raises issues for the top: those below hear of them too.
    changes = {"issues.matter.raised_at": "p1", "flow.routing": "spread", "flow.reach": 3}
    outcome = simulate({**LINE, **changes, "flow.up.open": 0})
    assert _ideas(outcome, "in") == [1, 2, 2, 2]
    assert _ideas(outcome, "stopped") == [0, 1, 0, 0]
    assert _ideas(outcome, "passed") == [1, 0, 0, 0]


def test_right_or_wrong_judgements_need_no_ideas_and_count_none(simulate):
    changes = {"issues.matter.accuracy": 0.7, "issues.matter.alternatives": 2}
    outcome = simulate({**TEAM, **changes, "perspective.facets": 1})
    assert np.all(outcome.leaders["ideas_in"] == 0) and outcome.leaders["messages_in"].sum() > 0


def test_who_answers_for_an_issue_that_another_decides_keeps_what_ends_there(simulate):
    # A delegate decides by what they know; ideas go to who answers for the issue.
    outcome = simulate({**TEAM, "power.rule": "delegated", "flow.down.open": 0})
    stopped = _ideas(outcome, "stopped")
    assert sum(stopped) == pytest.approx(stopped[0]) and stopped[0] > 0


def test_what_is_read_at_once_has_not_waited(simulate):
    leaders = simulate(LINE).leaders
    assert np.all(leaders["messages_in"] > 0) and np.all(leaders["messages_unread"] == 0)
    assert np.all(leaders["inbox_hours"] == 0)


def test_only_what_comes_in_the_measured_window_counts(simulate):
    whole = simulate(LINE).leaders["messages_in"].sum()
    later = simulate({**LINE, "clock.warmup": "2w"}).leaders["messages_in"].sum()
    assert 0 < later < 0.6 * whole
