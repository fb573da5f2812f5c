"""What is read about issues, what must be done again, and net value; each driver by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from drivers.plain import play_plainly

from model.divided import DIVIDED
from model.tiny import tiny
from sim import agents, kernel
from sim.outcome import LAPSED, Outcome
from sim.parameters import parameters

Simulate = Callable[..., Outcome]

# Issues are over within three days, so that most runs of eight weeks end with none open.
SHORT = {"issues.matter.rate": "1/w", "issues.matter.expiry": "3d", "attention": 4}
ROOM = {**DIVIDED, **SHORT, "flow.up.open": 1, "flow.down.delay": "2h", "direction.shifts": "4/mo"}
WORTH = {"work.worth": 0.01, "work.rework": "30m"}


@pytest.fixture(params=["mesa", "kernel"])
def simulate(request, monkeypatch) -> Simulate:
    """Play the plain organisation, changed, on one of the drivers."""
    if request.param == "kernel":
        play_plainly(monkeypatch)
    driver = {"mesa": agents, "kernel": kernel}[request.param]

    def play(changes: Mapping[str, Any], replication: int = 0) -> Outcome:
        return driver.simulate(parameters(tiny(changes)), replication)

    return play


def test_messages_read_are_those_about_issues_and_what_is_written_in_rounds(simulate):
    for mode in ("together", "written"):
        outcome = simulate({**ROOM, "power.forum.mode": mode, "direction.shifts": "0/y"})
        hours = outcome.decisions["reading_hours"].sum()
        if mode == "written":
            hours += outcome.decisions["person_hours"].sum()
        assert hours * 4 == outcome.run["messages_read"] > 20


@pytest.mark.parametrize("mode", ["together", "written"])
def test_what_leaders_read_is_about_issues_written_in_rounds_or_news_of_the_direction(
    simulate, mode
):
    """Exactly, in a run in which all is over before its end, whatever attention each has."""
    changes = {**ROOM, "power.forum.mode": mode, "stream.positions": _with_attention((3, 4, 7))}
    over = 0
    for replication in range(8):
        outcome = simulate(changes, replication)
        rows, leaders = outcome.decisions, outcome.leaders
        if len(rows) == 0 or (rows["raised"] + rows["delay"]).max() >= 8 * 40 - 1:
            continue
        over += 1
        meetings = rows["person_hours"].sum()
        written = meetings if mode == "written" else 0.0
        assert leaders["forum_hours"].sum() == meetings - written
        about = rows["reading_hours"].sum() + written + leaders["context_hours"].sum()
        assert about == pytest.approx(leaders["reading_hours"].sum(), abs=1e-6)
        assert meetings > 0.0 and leaders["context_hours"].sum() > 0.0
    assert over > 0


def _with_attention(messages: tuple[int, int, int]) -> list[dict[str, Any]]:
    """The positions of DIVIDED, each with its own attention."""
    return [
        position | {"attention": attention}
        for position, attention in zip(DIVIDED["stream.positions"], messages, strict=True)
    ]


def test_net_value_pays_for_meetings_reading_and_rework(simulate):
    rows = simulate({**ROOM, **WORTH}).decisions
    for name in ("person_hours", "reading_hours", "rework_hours"):
        assert np.all(rows[name] >= 0.0) and np.any(rows[name] > 0.0), name
    hours = rows["person_hours"] + rows["reading_hours"] + rows["rework_hours"]
    assert rows["net_value"].tolist() == (rows["value"] - 0.01 * hours).tolist()
    free = simulate({**ROOM, "work.rework": "30m"}).decisions
    assert free["net_value"].tobytes() == free["value"].tobytes() == rows["value"].tobytes()


def test_what_lapses_costs_its_hours_and_needs_no_rework(simulate):
    never = {"consensus.limit": "9d", "consensus.fallback": "drop", "consensus.pause": "4h"}
    rows = simulate({**ROOM, **WORTH, **never, "flow.up.open": 0}).decisions
    lapsed = rows[rows["decider"] == LAPSED]
    assert len(lapsed) and not np.any(lapsed["rework_hours"]) and not np.any(lapsed["value"])
    hours = lapsed["person_hours"] + lapsed["reading_hours"]
    assert np.all(hours > 0.0) and lapsed["net_value"].tolist() == (-0.01 * hours).tolist()


def test_rework_is_for_all_affected_by_what_quality_and_commitment_leave(simulate):
    changes = {**ROOM, "issues.matter.stakes": 3, "work.rework": "30m", "rollout.base": 0.3}
    rows = simulate(changes).decisions
    good = np.maximum(rows["quality"], 0.0) * rows["commitment"]
    assert rows["rework_hours"] == pytest.approx(7 * 0.5 * 3 * (1.0 - good), rel=1e-12)


def test_rework_lies_on_the_desks_of_those_affected(simulate):
    """Where nothing else is to do, each hour of rework waits its turn, and each hour does one."""
    quiet = {**SHORT, "work.load": 0, "work.rework": "400h", "attention": 1000}
    changes = {**quiet, "flow.up.open": 0, "perspective.acuity": 0.2, "rollout.coverage": 0.01}
    outcome = simulate({**changes, "clock.horizon": "16w", "issues.matter.rate": "2/mo"})
    rows, n = outcome.decisions, 5
    desk, expected, day = 0.0, [], 8
    when = defaultdict(float)
    for row in rows:
        when[int(row["raised"] + row["delay"])] += row["rework_hours"] / n
    for tick in range(16 * 5 * day):
        desk = max(desk - 1.0, 0.0) + when[tick]
        if (tick + 1) % day == 0:
            expected.append(desk)
    # Leaders also read, a thousandth of an hour each.
    assert outcome.days["backlog"] == pytest.approx(expected, abs=0.05)
    assert expected[-1] > 8.0
    undone = expected[-1] / sum(hours for tick, hours in when.items() if tick < 16 * 5 * day)
    assert outcome.run["progress"] == pytest.approx(1.0 - undone, abs=1e-3)


def test_without_rework_a_scenario_is_as_it_was(simulate):
    plain, priced = simulate(ROOM), simulate({**ROOM, "work.worth": 0.5})
    assert plain.leaders.tobytes() == priced.leaders.tobytes()
    assert plain.days.tobytes() == priced.days.tobytes() and plain.run == priced.run
    names = [name for name in plain.decisions.dtype.names if name != "net_value"]
    for name in names:
        assert plain.decisions[name].tobytes() == priced.decisions[name].tobytes(), name
