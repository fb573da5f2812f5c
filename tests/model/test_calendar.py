"""Where direction is first known, days away, and the order of reading, on the Mesa driver."""

from __future__ import annotations

import numpy as np
import pytest
from drivers.accounts import audited, imbalances
from drivers.outcomes import differences

from model.divided import DIVIDED
from model.tiny import Watched, play, tiny
from sim.agents.leader import Leader
from sim.agents.messages import Message
from sim.parameters import parameters
from sim.rules.flow import CONTEXT

Z = 4.9

# -- direction, where it lives
# -----------------------------------------------------------------------------

LOCATED = {
    **DIVIDED,
    "flow.up.open": 1,
    "direction": {"source": "located", "shifts": "1/w"},
    "perspective.facets": 5,
}
LOCATED |= {"flow.up.loss": 0.5, "flow.down.loss": 0.2, "power.rule": "autocratic"}


class Learner(Leader):
    """Notes when it learned what of the direction, and from whom (-1: by itself)."""

    def learn_direction(self, version, part, fidelity, heard_from):
        self.model.learned.append(
            (self.model.tick, self.index, version, part, fidelity, heard_from)
        )
        super().learn_direction(version, part, fidelity, heard_from)


class Learning(Watched):
    def __init__(self, scenario):
        self.learned = []
        super().__init__(scenario, leader=Learner)


def _learning(changes):
    model = Learning(tiny(changes))
    model.run()
    return model


def test_each_part_of_a_new_direction_is_first_known_nearest_to_where_its_facet_lives():
    model = _learning(LOCATED)
    # Five facets at 0, 1/4, ... 1; the top stands at 0, the middle at 1/2, the ground at 1.
    nearest = {0: {0}, 1: {0, 1, 2}, 2: {1, 2}, 3: {1, 2, 3, 4, 5, 6}, 4: {3, 4, 5, 6}}
    shifts = {
        tick for tick, _, version, _, _, heard_from in model.learned if heard_from < 0 and version
    }
    assert model.version > 4 and len(shifts) > 4
    for part, leaders in nearest.items():
        for version in range(1, model.version + 1):
            first = {
                i for _, i, v, p, _, heard in model.learned if (v, p, heard) == (version, part, -1)
            }
            assert first == leaders


def test_messages_carry_parts_up_and_down_and_each_hop_loses_its_share():
    model = _learning(LOCATED)
    # What the ground knows first reaches the middle by one hop up and the top by two; the other way
    # alike.
    up, down = {0: 0.25, 1: 0.5, 2: 0.5}, {1: 0.8, 2: 0.8, 3: 0.64, 4: 0.64, 5: 0.64, 6: 0.64}
    for leader in model.leaders:
        i, version = leader.index, model.version - 1
        assert (
            leader.fidelity[4][version]
            == pytest.approx(up.get(i, 1))
            == pytest.approx(leader.fidelity[4][0])
        )
        assert (
            leader.fidelity[0][version]
            == pytest.approx(down.get(i, 1))
            == pytest.approx(leader.fidelity[0][0])
        )
    heard = [(i, part) for _, i, _, part, _, heard_from in model.learned if heard_from >= 0]
    assert set(heard) >= {(0, 4), (0, 2), (1, 0), (1, 4), (3, 0), (3, 2)} and (0, 0) not in heard


def test_where_nothing_passes_upstream_the_top_never_hears_what_changes_in_the_work():
    model = _learning({**LOCATED, "flow.up.open": 0})
    top, ground = model.leaders[0], model.leaders[3]
    assert set(top.fidelity[4]) == {0} and top.fidelity[4][0] == 0 and top.newest[4] == 0
    assert (
        ground.fidelity[0][model.version - 1] == pytest.approx(0.64)
        and ground.newest[4] == model.version
    )
    versions = [top.context(model.version, part)[0] for part in range(5)]
    assert versions == [model.version, model.version, 0, 0, 0]


def test_one_facet_that_lives_in_the_middle_is_known_as_if_the_middle_were_its_source():
    one = {**LOCATED, "perspective.facets": 1, "flow.*.delay": "3h", "power.rule": "shared"}
    located = play(one)
    assert located.inputs.numbers.parts == 1
    assert differences(located.outcome, play({**one, "direction.source": "middle"}).outcome) == ""
    assert differences(located.outcome, play({**one, "direction.source": "top"}).outcome) != ""


def test_with_everything_known_at_once_it_does_not_matter_where_it_comes_from():
    """No loss, no delay that a decision would notice, and a first direction that all know fully."""
    still = {**LOCATED, "flow.*.loss": 0, "direction.shifts": "0/y"}
    assert (
        differences(play(still).outcome, play({**still, "direction.source": "top"}).outcome) == ""
    )


# -- days away
# ---------------------------------------------------------------------------------------------

ABSENT = {**DIVIDED, "work.away": 0.3, "flow.up.open": 1, "issues.matter.rate": "6/w"}


def test_leaders_are_away_a_share_of_days_each_by_its_own_draw():
    model, outcome, _ = play({**ABSENT, "clock.horizon": "1y", "issues.matter.rate": "1/y"})
    away = np.array([[leader.is_away(day) for day in range(250)] for leader in model.leaders])
    assert abs(away.mean() - 0.3) < Z * np.sqrt(0.21 / away.size)
    both = (away[0] & away[1]).mean()
    assert (
        abs(both - 0.09) < Z * np.sqrt(0.09 * 0.91 / 250) and len({tuple(row) for row in away}) == 7
    )
    assert np.array_equal(outcome.leaders["away_hours"], 8.0 * away.sum(axis=1))


@pytest.mark.parametrize("rule", ["autocratic", "delegated", "shared", "chain"])
def test_who_is_away_reads_nothing_meets_nobody_and_decides_nothing(rule):
    inputs = parameters(
        tiny({**ABSENT, "power.rule": rule, "flow.reach": 2, "power.forum.quorum": 0.7})
    )
    outcome, wrong = audited(inputs)
    assert wrong == [] and imbalances(inputs, outcome) == []
    model, outcome, _ = play(
        {**ABSENT, "power.rule": rule, "flow.reach": 2, "power.forum.quorum": 0.7}
    )
    for note in model.of("decide") + model.of("judge"):
        who = note.data.get("leader", note.data.get("decider"))
        # A round that ends with the day is over when the next begins.
        day = (note.tick - (note.issue.rounds > 0)) // 8
        assert who < 0 or not model.leaders[who].is_away(day)
    assert len(model.of("decide")) > 10 and np.all(outcome.leaders["away_hours"] > 0)


def test_a_word_waits_for_the_first_hour_of_the_day_on_which_its_leader_is_back():
    model, outcome, _ = play({**ABSENT, "power.rule": "autocratic", "power.gather": "1d"})
    waited = 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        # The notice is read when the top is there, two hops up, and the word falls a day later when
        # it is there.
        (read,) = [n.tick for n in model.of("notice") if n.issue is issue and n.data["target"] == 0]
        due = read + 8
        while model.leaders[0].is_away(due // 8):
            due = (due // 8 + 1) * 8
        assert row["raised"] + row["gather"] == due and not model.leaders[0].is_away(read // 8)
        waited += due > read + 8
    assert waited > 3


def test_nobody_away_is_nobody_away():
    _, outcome, _ = play({**ABSENT, "work.away": 0})
    assert np.all(outcome.leaders["away_hours"] == 0)


# -- reading
# -----------------------------------------------------------------------------------------------

# Two kinds, one urgent; one message an hour can be read, so they wait; news of the direction comes
# on top.
MAIL = {
    **DIVIDED,
    "flow.up.open": 1,
    "attention": 1,
    "issues.matter.rate": "8/w",
    "issues.hasty": {
        "rate": "4/w",
        "half_life": "1d",
        "raised_at": "ground",
        "decided_at": "top",
        "expiry": "20d",
    },
    "direction.shifts": "4/w",
    "power.rule": "autocratic",
}


class Reader(Leader):
    """Notes for each message that it reads what else was waiting."""

    def take(self, message):
        waiting = [other for other in self.inbox if not self.model.is_void(other)]
        self.model.read.append((message, waiting))
        super().take(message)


class Reading(Watched):
    def __init__(self, scenario):
        self.read = []
        super().__init__(scenario, leader=Reader)


def _urgency(message):
    return float("inf") if message.what == CONTEXT else message.issue.kind.half_life


def _read(changes):
    """How often something was read while something more urgent, or of the same urgency but older,
    was waiting."""
    model = Reading(tiny(changes))
    outcome = model.run()
    hasty = sum(
        any(_urgency(other) < _urgency(mine) for other in waiting) for mine, waiting in model.read
    )
    older = 0
    for mine, waiting in model.read:
        older += any(
            _urgency(other) == _urgency(mine) and other.arrived < mine.arrived for other in waiting
        )
    assert len(model.read) > 500
    return hasty, older, outcome


def test_the_most_urgent_is_read_first_then_the_oldest_and_news_of_the_direction_last():
    hasty, older, by_urgency = _read({**MAIL, "reading": "urgency"})
    assert (hasty, older) == (0, 0)
    hasty, older, by_arrival = _read(MAIL)
    assert hasty > 50 and older == 0
    fast = [
        rows["gather"][rows["kind"] == 1].mean()
        for rows in (by_urgency.decisions, by_arrival.decisions)
    ]
    assert fast[0] < fast[1]
    assert by_urgency.run["messages_sent"] == sum(
        by_urgency.run[f"messages_{name}"] for name in ("read", "waiting", "in_transit", "expired")
    )


def test_reading_in_any_other_order_would_be_noticed(monkeypatch):
    monkeypatch.setattr(Message, "turn", lambda self: (-_urgency(self), self.arrived, self.tie))
    hasty, _, _ = _read({**MAIL, "reading": "urgency"})
    assert hasty > 50
