"""Seats by influence, quorums and written rounds on the Mesa driver, against a calendar searched
hour by hour."""

from __future__ import annotations

from collections import defaultdict
from math import ceil

import numpy as np
import pytest

from model.divided import DIVIDED, rounds_of
from model.tiny import Watched, play, tiny
from sim.agents.leader import Leader
from sim.outcome import CLOSED_BY, FORUM

AGREEMENT, MAJORITY = CLOSED_BY.index("agreement"), CLOSED_BY.index("majority")

# -- influence as voice and as a seat
# ----------------------------------------------------------------------


def _with_influence(changes, influence):
    model = Watched(tiny({**DIVIDED, **changes}))
    for leader, g in zip(model.leaders, influence, strict=True):
        leader.influence = g
    return model, model.run()


INFLUENCE = [0.5, 2.0, 0.25, 1.25, 0.75, 1.5, 0.75]


@pytest.mark.parametrize("sharing", [0.0, 0.4, 1.0])
def test_voice_by_influence_weighs_in_proportion(sharing):
    model, _ = _with_influence({"power.voice": "influence", "power.sharing": sharing}, INFLUENCE)
    # The top, in the first seat, answers for all of it.
    expected = (1 - sharing) * (np.arange(7) == 0) + sharing * np.array(INFLUENCE) / 7
    for issue in model.issues():
        assert issue.room == list(range(7)) and issue.weights_in_room == pytest.approx(expected)


def test_the_influential_sit_in_the_room():
    model, _ = _with_influence(
        {"power.forum.choose": "influence", "power.forum.size": 4}, INFLUENCE
    )
    assert {tuple(issue.room) for issue in model.issues()} == {(0, 1, 3, 5)}


# -- quorum
# ------------------------------------------------------------------------------------------------

AWAY = {
    **DIVIDED,
    "work.away": 0.3,
    "power.forum.quorum": 0.6,
    "work.focus": "2h",
    "issues.matter.rate": "5/w",
}


def _first_hour(model, earliest, room, head, length, enough, booked):
    """The first tick at which enough of a room, and its head, are free for a round, looking tick by
    tick."""
    n = model.numbers
    for start in range(earliest, earliest + 4000):
        if start % n.day < n.focus or start % n.day + length > n.day:
            continue
        free = [
            i
            for i in room
            if not model.leaders[i].is_away(start // n.day)
            and all(b <= start or start + length <= a for a, b in booked[i])
        ]
        if head in free and len(free) >= enough:
            return start, free
    raise AssertionError("no hour at all")


def test_a_round_is_held_at_the_first_hour_for_a_quorum_with_whoever_is_free():
    model, _, _ = play(AWAY)
    booked, sizes = defaultdict(list), set()
    for note in model.of("book"):
        issue, data = note.issue, note.data
        earliest = max(data["ready"], note.tick + 1)
        start, free = _first_hour(model, earliest, range(7), 0, 1, ceil(0.6 * 7), booked)
        assert (data["start"], data["present"]) == (start, free), (
            f"issue {issue.number}, round {data['round']}"
        )
        for i in free:
            booked[i].append((data["start"], data["end"]))
        sizes.add(len(free))
    assert sizes >= {5, 6, 7} and min(sizes) == 5


def test_agreement_is_among_those_present_and_the_absent_hear_of_it_by_message():
    model, outcome, _ = play({**AWAY, "consensus.candour": 0.5, "consensus.fallback": "majority"})
    informed = {(note.issue, note.data["target"]) for note in model.of("told")}
    partial = 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        books = [note.data for note in model.of("book") if note.issue is issue]
        there = books[row["rounds"] - 1]["present"]
        last = rounds_of(model, issue)[-1]
        favourites = {last["preferred"][i] for i in there}
        assert last["agreed"] == (len(favourites) == 1) and issue.room == there
        assert row["closed_by"] == (AGREEMENT if len(favourites) == 1 else MAJORITY)
        assert row["participants"] == len(there)
        assert row["person_hours"] == sum(len(book["present"]) for book in books[: row["rounds"]])
        assert {i for i in range(7) if (issue, i) in informed} == set(range(7)) - set(there)
        partial += len(there) < 7 and len(favourites) == 1
    assert partial > 2
    # Those who were there have all the power over a decision.
    measured = [note for note in model.of("decide") if note.tick < model.numbers.horizon]
    assert outcome.leaders["power"].sum() == pytest.approx(len(measured))


# -- written rounds
# ----------------------------------------------------------------------------------------


def _first_letters(model, start, length):
    """The first tick from which enough of seven, and the first of them, are there before a written
    round is over."""
    while True:
        days = range(start // model.numbers.day, (start + length - 1) // model.numbers.day + 1)
        there = [i for i in range(7) if not all(model.leaders[i].is_away(day) for day in days)]
        if 0 in there and len(there) >= ceil(0.6 * 7):
            return start, there
        start += 1


class Careful(Leader):
    """Notes what it still owed to written rounds whenever it read something else."""

    def take(self, message):
        self.model.still_owed.append(self.owed)
        super().take(message)


class Writing(Watched):
    still_owed: list[int]


def test_written_rounds_need_no_common_hour_and_cost_reading():
    """Nearly all of each day is kept free of meetings; who is away all the time that a round takes
    is not asked."""
    changes = {
        **DIVIDED,
        "power.forum.mode": "written",
        "power.forum.reply": "3h",
        "work.focus": "7h",
    }
    changes |= {"work.away": 0.3, "power.forum.quorum": 0.6}
    changes |= {
        "attention": 2,
        "consensus.limit": "2 rounds",
        "consensus.pause": "0h",
        "flow.up.open": 1,
    }
    scenario = tiny(changes)
    model = Writing(scenario, leader=Careful)
    model.still_owed = []
    outcome = model.run()
    rows = outcome.decisions
    letters = dict.fromkeys(model.issues(), 0)
    for note in model.of("book"):
        start, there = _first_letters(model, max(note.data["ready"], note.tick + 1), 3)
        assert (note.data["start"], note.data["end"], note.data["present"]) == (
            start,
            start + 3,
            there,
        )
        if note.issue.number:
            letters[note.issue] += len(there) * (len(there) - 1)
    assert np.all(rows["person_hours"] == np.array(list(letters.values())) / 2)
    assert (
        np.all(rows["deliberation"][rows["rounds"] == 2] >= 3 + 3)
        and len(set(letters.values())) > 3
    )
    assert np.all(outcome.leaders["forum_hours"] == 0) and set(rows["rounds"]) == {1, 2}
    assert len(model.still_owed) > 100 and set(model.still_owed) == {0}
    run, kept = outcome.run, ("read", "waiting", "in_transit", "expired")
    assert run["messages_sent"] == sum(run[f"messages_{name}"] for name in kept)
    assert run["messages_sent"] > sum(letters.values())


def test_what_is_written_is_read_at_the_pace_of_attention():
    """Six letters each at two an hour, and nothing else to read: three hours of reading a round."""
    changes = {**DIVIDED, "power.forum.mode": "written", "attention": 2, "consensus.rule": "none"}
    # The whole room knows of its decision, so the only messages beside letters are notices on their
    # way to the top.
    _, outcome, _ = play({**changes, "clock.horizon": "4w", "issues.matter.rate": "1/w"})
    rows, leaders = outcome.decisions, outcome.leaders
    letters, notices = 3.0 * len(rows), np.zeros(7)
    notices[0] = len(rows) / 2
    middle = leaders["reading_hours"][1:3] - letters
    assert leaders["reading_hours"][0] == letters + notices[0] and np.all(
        leaders["reading_hours"][3:] == letters
    )
    assert middle.sum() == len(rows) / 2 and np.all(rows["decider"] == FORUM)
