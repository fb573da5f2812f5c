"""What the story of a decision says of each thing that can happen to it."""

from __future__ import annotations

import pytest

from sim.agents.trace import Letter
from sim.outcome import CLOSED_BY
from sim.parameters import parameters
from sim.scenario import Scenario
from story.events import event, round_, row, seat, tell
from story.scenario import SMALL


@pytest.fixture(scope="module")
def prepared():
    return parameters(Scenario.from_text(SMALL).policies()["strict"])


def test_how_it_arose_is_told_with_dates_places_and_urgency(prepared):
    text = tell(prepared, row(delay=3, gather=3), event(20, "notice", source=4, target=1))
    assert (
        "On day 3, hour 2, work-01 (work, unit middle-01) raised an issue of the kind 'task'"
        in text
    )
    assert "a choice among three alternatives, A, B and C." in text
    assert "middle-01 (middle, unit middle-01) must answer for it." in text
    assert "At stake: 1. A good decision loses half its worth with every 3 days that pass" in text
    assert "undecided after 10 days, it lapses" in text
    assert "The question came to middle-01 on day 3, hour 5, 3 hours later." in text


def test_the_way_of_the_notice_is_retraced_hop_by_hop(prepared):
    hops = [event(18, "notice", source=4, target=2), event(20, "notice", source=2, target=1)]
    assert "came to middle-01 by way of middle-02 on day 3, hour 5" in tell(prepared, row(), *hops)
    assert "The question never reached middle-01." in tell(prepared, row(), hops[0])


def test_witnesses_are_grouped_by_what_their_fragment_spoke_for(prepared):
    senses = [
        event(17, "sense", leader=1, best=1, number=0.0, precision=1.0),
        event(17, "sense", leader=4, best=0, number=0.0, precision=3.0),
        event(17, "sense", leader=6, best=1, number=0.0, precision=2.0),
    ]
    text = tell(prepared, row(), *senses)
    assert "Three leaders saw something of it" in text
    assert "work-01 saw most clearly what matters." in text
    assert "- B: work-03 and middle-01 - A: work-01" in text


MAIL = [
    Letter(6, 6, 2, 17, 18, 18, True),
    Letter(6, 2, 1, 18, 19, 19, True),
    Letter(6, 0, 1, 18, 22, 22, True),
    Letter(6, 1, 2, 22, 24, 25, False),
    Letter(6, 2, 3, 20, 22),
    Letter(6, 2, 5, 28, 31),
    Letter(6, 2, 7, 20, -1),
    Letter(8, 8, 7, 20, -1),
    Letter(8, 8, 1, 98, 99, 99, True),
]


def test_ideas_are_detailed_where_they_reached_the_room_and_counted_elsewhere(prepared):
    sense = [
        event(17, "sense", leader=leader, best=2, number=0.0, precision=1.0)
        for leader in (1, 4, 6, 8)
    ]
    ideas = [
        event(18, "idea", originator=6, source=6, target=2, hops=1, kept=True),
        event(19, "idea", originator=6, source=2, target=1, hops=2, kept=True),
        event(22, "idea", originator=6, source=0, target=1, hops=1, kept=True),
        event(99, "idea", originator=8, source=8, target=1, hops=1, kept=True),
    ]
    room = event(20, "assemble", members=[1, 4], weights=[0.5, 0.5], ready=20)
    decided = event(30, "decide", decider=-1, closed_by=1, chosen=1, number=0.0)
    text = tell(prepared, row(delay=20, gather=20), *sense, *ideas, room, decided, mail=MAIL)
    assert (
        "By the decision, ideas of it had been sent six times: four were read, one lay unread in "
        "inboxes and one was on the way. Of those read, three told their readers (two leaders) "
        "something new. Twice an idea was not passed on." in text
    )
    assert "Of those in the room, middle-01 and work-01 had seen something themselves." in text
    assert "One idea from outside the room reached people in it before the decision:" in text
    assert "- work-03's (for C): middle-01 (day 3, hour 4, through middle-02, two hops)" in text
    assert "What work-05 had seen did not reach the room in time." in text


def test_rounds_tell_what_was_new_who_moved_and_whether_it_was_enough(prepared):
    text = tell(
        prepared,
        row(
            delay=60,
            gather=8,
            scheduling=3,
            deliberation=49,
            rounds=5,
            dissent=0.5,
            person_hours=20.0,
        ),
        event(20, "assemble", members=[1, 4], weights=[0.38, 0.62], ready=25),
        seat(1, 28, 25),
        round_(1, 30, [(6, 1), (4, 4)], [0, 1]),
        seat(2, 38, 38),
        round_(2, 40, [], [0, 1]),
        seat(3, 48, 48),
        round_(3, 50, [], [0, 1]),
        seat(4, 58, 58),
        round_(4, 60, [(1, 1)], [-1, 1]),
        seat(5, 75, 75),
        round_(5, 77, [], [1, 1], agreed=True),
        event(77, "decide", decider=-1, closed_by=1, chosen=1, number=0.0),
        event(77, "effect", coverage=1.0, commitment=0.8),
    )
    assert (
        "a room of two leaders was called, with these decision weights: work-01 (62%) and "
        "middle-01 (38%). (The room shares all of it, by expertise.)" in text
    )
    assert (
        "Round 1, day 4, hour 5, for 2 hours after 3 hours of waiting for a common free hour."
        in text
    )
    assert (
        "In two turns: (1) middle-01 brought work-03's idea, new to work-01; (2) work-01 brought "
        "their own idea, new to middle-01. For A: middle-01; for B: work-01." in text
    )
    assert "B has 62% of the members; 100% is needed: not enough." in text
    assert (
        "Rounds 2 to 3, day 5, hour 7 to day 7, hour 3. Nothing new was said. Opinions stood as "
        "before." in text
    )
    assert (
        "Round 4, day 8, hour 3, for 2 hours. In one turn: (1) middle-01 brought their own idea, "
        "new to work-01. For B: work-01; without a view: middle-01." in text
    )
    assert (
        "For B: middle-01 and work-01. Changed their minds: middle-01, who had been for A, turned "
        "to B with no idea new to them, moved by work-01, who had been for it. B has 100% of the "
        "members" in text
    )
    assert (
        "Why it took five rounds: after the first, middle-01 preferred something else than B; in "
        "round 5 where others stood moved middle-01; what was new in round 4 changed nobody's "
        "preference." in text
    )
    assert (
        "On day 10, hour 6 the room agreed on B. 50% of those there with a view would have had it "
        "otherwise." in text
    )
    assert "The meetings took 20 person-hours." in text
    assert "At once all of those it affects knew of it, and it took effect." in text
    assert "before round 1" not in text  # one wait is the whole part: nothing to take apart
    assert "in five rounds 10 h in pauses between rounds 39 h" in text


@pytest.mark.parametrize(
    ("closed", "decider", "said"),
    [
        ("one-voice", 1, "middle-01 decided: B."),
        ("agreement", -1, "the room agreed on B."),
        (
            "authority",
            1,
            "the time for agreement had run out, and middle-01 decided with authority: B.",
        ),
        ("majority", -1, "the time for agreement had run out, and the most votes went to B."),
        (
            "best-so-far",
            -1,
            "the time for agreement had run out, and what had come furthest was taken: B.",
        ),
    ],
)
def test_every_way_of_closing_has_its_words(prepared, closed, decider, said):
    code = CLOSED_BY.index(closed)
    decide = event(25, "decide", decider=decider, closed_by=code, chosen=1, number=0.0)
    assert f"On day 4, hour 2 {said}" in tell(
        prepared, row(decider=decider, closed_by=code, delay=8, gather=8), decide
    )


def test_a_mandate_is_told_and_counted(prepared):
    text = tell(
        prepared,
        row(decider=6, closed_by=0, delay=13, gather=13),
        event(19, "notice", source=4, target=1),
        event(22, "mandate", source=1, target=6),
        event(30, "decide", decider=6, closed_by=0, chosen=1, number=0.0),
    )
    assert "middle-01 left the decision to work-03, who had the mandate on day 3, hour 7." in text
    assert "until middle-01 was asked 2 h until work-03 had the mandate 3 h" in text
    assert "gathering what others had seen was over 8 h" in text


def test_a_lapse_is_told(prepared):
    decision = row(
        decider=-2, closed_by=CLOSED_BY.index("lapsed"), chosen=-1, quality=float("nan"), value=0.0
    )
    text = tell(prepared, decision | {"delay": 80, "gather": 80}, event(97, "lapse"))
    assert "Nobody decided it in time: it lapsed 10 days after it arose." in text
    assert "On day 13, hour 2 it lapsed, undecided." in text
    assert "it brought nothing of the 1 at stake" in text
    assert "Altogether, until it lapsed 80 h 100%" in text
    assert "How the decision spread" not in text


def test_a_decision_that_did_not_get_round_takes_effect_for_those_it_reached(prepared):
    text = tell(
        prepared,
        row(delay=80, gather=8, rollout=72, coverage=0.5),
        event(25, "decide", decider=-1, closed_by=1, chosen=1, number=0.0),
        event(27, "told", source=1, target=5),
        event(97, "effect", coverage=0.5, commitment=0.4),
    )
    assert (
        "By the reporting lines, which can delay it but not block it, the decision reached one "
        "further leader, on day 4, hour 4." in text
    )
    assert "9 days after the decision, 50% of those it affects knew of it; time was up" in text


def test_worth_is_taken_apart_and_multiplies_out(prepared):
    decide = event(41, "decide", decider=-1, closed_by=1, chosen=1, number=0.0)
    text = tell(prepared, row(delay=24, gather=24), decide)
    assert "B was in truth the best there was. Quality: 1.00" in text
    assert (
        "1 at stake x 1.00 quality x 0.80 commitment x 0.50 of its worth left after 3 days = 0.40."
        in text
    )
    worse = tell(prepared, row(delay=24, gather=24, best=2, quality=-0.5, value=-0.5), decide)
    assert "In truth C was best, not B. Quality: -0.50" in worse
    assert "A bad decision costs, whenever it comes: 1 at stake x quality = -0.50." in worse


def test_estimates_and_approvals_have_their_own_words(prepared):
    decide = event(25, "decide", decider=-1, closed_by=1, chosen=-1, number=0.3)
    text = tell(
        prepared,
        row(kind=1, alternatives=1, chosen=-1, best=-1, estimate=0.3, truth=0.5, delay=8, gather=8),
        event(17, "sense", leader=1, best=-1, number=-0.2, precision=1.0),
        event(17, "sense", leader=4, best=-1, number=0.7, precision=1.0),
        decide,
    )
    assert "a number to be estimated" in text
    assert "spoke for numbers from -0.20 to 0.70" in text
    assert "The number was 0.30, in truth it was 0.50." in text
    accept = event(25, "decide", decider=-1, closed_by=1, chosen=1, number=0.0)
    approved = tell(prepared, row(kind=2, alternatives=2, best=0, delay=8, gather=8), accept)
    assert "In truth the status quo was best, not the proposal." in approved
