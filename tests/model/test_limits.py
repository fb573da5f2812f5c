"""How long agreement may take, and the fallbacks that hand a matter up or leave it, on the Mesa
driver."""

from __future__ import annotations

import numpy as np
import pytest
from drivers.outcomes import differences

from model.divided import DIVIDED, rounds_of
from model.tiny import play
from sim.outcome import CLOSED_BY, FORUM, LAPSED

AGREEMENT, AUTHORITY, DROPPED = (
    CLOSED_BY.index(name) for name in ("agreement", "authority", "dropped")
)

# -- limits
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_limit_of_rounds_allows_that_many(rounds):
    limit = f"{rounds} rounds" if rounds > 1 else "1 round"
    _, outcome, _ = play({**DIVIDED, "consensus.limit": limit})
    rows = outcome.decisions
    fell = rows["closed_by"] == AUTHORITY
    assert (
        fell.sum() > 5
        and np.all(rows["rounds"][fell] == rounds)
        and np.all(rows["rounds"] <= rounds)
    )
    # Rounds of 1 h with pauses of 2 h, of rooms that always find the next hour free, unless the day
    # is over.
    if rounds == 1:
        assert np.all(rows["deliberation"] == 1)


def test_a_limit_may_be_a_share_of_the_half_life():
    """Kinds of a half-life of 5 days and of 10 have 2 and 4 days under 40 %."""
    kinds = {
        "issues.slow": {
            "rate": "3/w",
            "raised_at": "ground",
            "decided_at": "top",
            "witnesses": "all",
        }
    }
    kinds["issues.slow"] |= {
        "alternatives": 4,
        "affects": "all",
        "half_life": "10d",
        "expiry": "20d",
    }
    outcome = play({**DIVIDED, **kinds, "consensus.limit": "40%"}).outcome
    given = {"issues.matter.consensus.limit": "2d", "issues.slow.consensus.limit": "4d"}
    assert differences(outcome, play({**DIVIDED, **kinds, **given}).outcome) == ""
    rows = outcome.decisions
    longest = [rows["deliberation"][rows["kind"] == kind].max() for kind in (0, 1)]
    assert longest[0] <= 16 < longest[1] <= 32


def test_a_share_of_a_half_life_is_cut_to_whole_ticks():
    for half_life, limit in (("10h", "25%"), ("7h", "50%")):
        _, _, inputs = play(
            {"issues.matter.half_life": half_life, "consensus.limit": limit, "clock.horizon": "1d"}
        )
        assert inputs.kinds.limit.tolist() == [int(float(half_life[:-1]) * float(limit[:-1]) / 100)]


# -- escalate
# ----------------------------------------------------------------------------------------------

# Witnesses at the ground that can hardly agree; nobody else is in the room at first.
UP = {
    **DIVIDED,
    "issues.matter.decided_at": "origin",
    "issues.matter.affects": "witnesses",
    "issues.matter.witnesses": 3,
    "issues.matter.rate": "5/w",
    "consensus.fallback": "escalate",
    "consensus.limit": "2 rounds",
}


def _courses(changes=UP):
    """Each issue with its row and its notes of meeting, by kind."""
    model, outcome, _ = play(changes)
    assert len(outcome.decisions) > 20
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        whats = ("assemble", "escalate", "join", "book")
        notes = {what: [note for note in model.of(what) if note.issue is issue] for what in whats}
        yield model, issue, row, notes


def _sits(model, leader, tick):
    return any(
        n.data["start"] <= tick < n.data["end"] and leader in n.data["present"]
        for n in model.of("book")
    )


def test_without_agreement_the_manager_joins_and_the_clock_starts_anew():
    reached, inside = set(), 0
    for model, issue, row, notes in _courses({**UP, "consensus.candour": 0.3}):
        manager, joined = model.numbers.manager, [note.data["leader"] for note in notes["join"]]
        line = [manager[issue.origin], manager[manager[issue.origin]]]
        assert joined == line[: len(joined)] and joined == [
            note.data["leader"] for note in notes["escalate"]
        ]
        room, hops = notes["assemble"][0].data["members"], 0
        for at, (escalated, note) in enumerate(zip(notes["escalate"], notes["join"], strict=True)):
            strange = note.data["leader"] not in room
            waited = note.tick - escalated.tick
            hops += waited
            inside += not strange
            room = [*room, note.data["leader"]] if strange else room
            # A mandate takes an hour up the line, and is read after other forums; who sits in the
            # room needs none.
            assert waited == strange or (
                strange and _sits(model, note.data["leader"], escalated.tick + 1)
            )
            assert note.data["members"] == room
            assert note.data["weights"] == pytest.approx([1 / len(room)] * len(room))
            # Two rounds before each escalation, and the next is booked by the clock of the new
            # room.
            held = [n for n in notes["book"] if n.tick <= escalated.tick]
            assert len(held) == 2 * (at + 1)
        assert row["escalation"] == hops and row["participants"] == len(room)
        if row["closed_by"] == AUTHORITY:
            assert row["decider"] == 0 and row["rounds"] == 6 and joined == line
        else:
            assert (
                row["decider"] == FORUM and 2 * len(joined) < row["rounds"] <= 2 * len(joined) + 2
            )
            assert rounds_of(model, issue)[-1]["agreed"]
        reached.add((len(joined), int(row["closed_by"])))
    assert (
        inside > 3 and {(2, AUTHORITY), (2, AGREEMENT), (1, AGREEMENT), (0, AGREEMENT)} <= reached
    )


def test_the_manager_looks_at_the_matter_itself_and_has_a_position_from_its_first_round():
    for model, issue, _, notes in _courses():
        for note in notes["join"]:
            leader = note.data["leader"]
            looked = [
                n for n in model.of("sense") if n.issue is issue and n.data["leader"] == leader
            ]
            assert len(looked) == 1 and (leader in issue.witnesses or looked[0].tick == note.tick)
            later = [n for n in model.of("round") if n.issue is issue and n.tick > note.tick]
            seat = note.data["members"].index(leader)
            assert all(n.data["voiced"][seat] for n in later)


def test_the_new_room_weighs_by_whom_it_now_answers_to():
    changes = {
        **UP,
        "power.sharing": 0.3,
        "power.voice": "expertise",
        "direction.shifts": "1/w",
        "flow.down.loss": 0.5,
    }
    for model, issue, _, notes in _courses(changes):
        for note in notes["join"]:
            room, head = note.data["members"], model.leaders[note.data["leader"]]
            seen = np.array([issue.precisions(model, i) for i in room]) @ np.array(
                head.beliefs(issue)
            )
            answers = np.array([i == head.index for i in room])
            assert note.data["weights"] == pytest.approx(
                0.7 * answers + 0.3 * seen / seen.sum(), rel=1e-9
            )


def test_time_limits_start_anew_too():
    for _, _, row, notes in _courses({**UP, "consensus.limit": "4h"}):
        starts = [note.data["start"] for note in notes["book"]]
        stages = [note.tick for note in notes["join"]] + [1 << 30]
        for first, after in zip([-1, *stages], stages, strict=False):
            mine = [
                (n.data["start"], n.data["end"]) for n in notes["book"] if first <= n.tick < after
            ]
            assert not mine or mine[-1][1] <= mine[0][0] + 4
        assert len(starts) == row["rounds"]


def test_at_the_top_the_leader_there_decides():
    _, outcome, _ = play({**UP, "issues.matter.decided_at": "top"})
    rows = outcome.decisions
    fell = rows["closed_by"] == AUTHORITY
    assert fell.sum() > 5 and np.all(rows["decider"][fell] == 0) and np.all(rows["escalation"] == 0)
    assert np.all(rows["rounds"][fell] == 2)


def test_who_was_absent_from_the_last_round_still_has_a_seat_when_the_matter_goes_up():
    changes = {**UP, "work.away": 0.3, "power.forum.quorum": 0.5, "issues.matter.affects": "all"}
    for _, _, _, notes in _courses(changes):
        members = set(notes["assemble"][0].data["members"])
        for note in notes["join"]:
            assert set(note.data["members"]) >= members
            members = set(note.data["members"])


# -- drop
# --------------------------------------------------------------------------------------------------

DROP = {**DIVIDED, "consensus.fallback": "drop", "consensus.limit": "2 rounds"}


def test_what_is_dropped_ends_undecided_and_nobody_hears_of_it():
    model, outcome, _ = play(DROP)
    rows = outcome.decisions
    gone = rows["closed_by"] == DROPPED
    assert 3 < gone.sum() < len(rows)
    assert np.all(rows["decider"][gone] == LAPSED) and np.all(rows["chosen"][gone] == -1)
    assert np.all(np.isnan(rows["quality"][gone])) and np.all(rows["value"][gone] == 0)
    assert np.all(rows["rollout"][gone] == 0) and np.all(rows["rounds"][gone] == 2)
    assert np.all(rows["delay"][gone] < model.kinds[0].expiry)
    heard_of = {note.issue.number for note in model.of("told")} | {
        note.issue.number for note in model.of("effect")
    }
    assert not heard_of & set(rows["issue"][gone].tolist())
    # Nobody has used power on it.
    assert outcome.leaders["power"].sum() == pytest.approx(len(rows) - gone.sum())


def test_what_is_dropped_leaves_the_status_quo_where_there_is_one():
    _, outcome, _ = play({**DROP, "issues.matter.status_quo": True})
    rows = outcome.decisions
    gone = rows["closed_by"] == DROPPED
    assert (
        gone.sum() > 3
        and np.all(rows["chosen"][gone] == 0)
        and np.all(rows["decider"][gone] == FORUM)
    )
    assert not np.any(np.isnan(rows["quality"][gone])) and np.all(rows["coverage"] == 1)
    assert np.any(rows["dissent"][gone] > 0)
