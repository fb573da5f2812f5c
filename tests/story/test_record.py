"""What the story says of turns, the record, minds that are full, and leanings: case by case."""

from __future__ import annotations

import pytest

from sim.agents.trace import Letter
from sim.parameters import parameters
from sim.scenario import Scenario
from story.events import event, round_, row, seat, tell
from story.scenario import COURSES

POLICIES = Scenario.from_text(COURSES).policies()
ORIGIN = {"origin": 7, "accountable": 1}


@pytest.fixture(scope="module")
def under():
    """Prepared parameters by policy."""
    made = {}

    def prepare(policy: str):
        if policy not in made:
            made[policy] = parameters(POLICIES[policy])
        return made[policy]

    return prepare


def called(members=(1, 3, 7)):
    weights = [1 / len(members)] * len(members)
    return event(20, "assemble", rule=3, members=list(members), weights=weights, ready=20)


def spoken(turns, minds, choices=(1, 1, 1), record=None, number=1, **more):
    """A round of 1, 3 and 7. turns: (speaker, originator); minds: ideas (originator, hops, days) by
    leader; record: what is on it when the round ends, as the ideas."""
    made = round_(number, 20 + 2 * number, [], [0, 1])
    said = [(by, who) for who, by in turns if by >= 0]
    kept = [(by, 0, 0) for by, _ in said] if record is None else record
    data = {"present": [1, 3, 7], "turns": turns, "said": said, "recorded": kept}
    positions = [(who, choice, 0.0) for who, choice in zip((1, 3, 7), choices, strict=True)]
    made.data |= data | {"positions": positions, "minds": list(minds.items())} | more
    return made


def sense(leader: int, best: int):
    return event(17, "sense", leader=leader, best=best, number=0.0, precision=1.0, let_go=[])


MINDS = {1: [(1, 0, 0), (9, 2, 0)], 3: [(9, 1, 0)], 7: [(7, 0, 0)]}


def test_a_turn_tells_what_was_brought_for_whom_it_was_new_and_why_nothing_was(under):
    turns = [(3, -1), (1, 9), (3, -1), (7, -1), (1, 1), (7, 7)]
    text = tell(
        under("consent"),
        row(**ORIGIN),
        sense(7, 0),
        called(),
        spoken(turns, MINDS),
        event(23, "decide", decider=-1, closed_by=1, chosen=1, number=0.0, unsaid=[]),
    )
    assert (
        "In six turns: (1) middle-01 brought nothing new; (2) upper-01 brought work-03's idea, new "
        "to work-01; (3) middle-01 had nothing to add; (4) work-01 repeated what was known; (5) "
        "upper-01 brought their own idea, new to all others; (6) work-01 brought their own idea "
        "(for A), new to all others." in text
    )
    assert "Nothing that those in the room had in mind was left unsaid." in text


def test_those_who_bring_nothing_in_a_row_are_told_as_one(under):
    turns = [(3, 9), (3, -1), (3, -1), (1, -1), (7, -1)]
    text = tell(under("consent"), row(**ORIGIN), called(), spoken(turns, MINDS))
    assert (
        "(1) middle-01 brought work-03's idea, new to work-01; (2 and 3) middle-01 had nothing to "
        "add; (4 and 5) upper-01 and work-01 repeated what was known." in text
    )


def test_what_was_studied_since_replaces_what_is_on_the_record(under):
    first = spoken([(7, 7)], MINDS)
    later = {1: [(1, 0, 0), (9, 2, 0)], 3: [(9, 1, 0)], 7: [(7, 0, 2)]}
    second = spoken([(7, 7)], later, (0, 1, 1), number=2, record=[(7, 0, 2)])
    text = tell(under("leaning"), row(**ORIGIN), called(), first, second)
    assert "(1) work-01 brought their own idea as studied since, new to all others." in text


def test_replies_are_written_without_having_seen_the_others(under):
    minds = {**MINDS, 3: [(9, 1, 0), (1, 1, 0)]}
    text = tell(under("written"), row(**ORIGIN), called(), spoken([(1, 9), (3, 9), (7, -1)], minds))
    assert (
        "Replies: upper-01 brought work-03's idea, new to work-01; middle-01 brought work-03's "
        "idea, new to work-01; work-01 brought nothing new." in text
    )


def test_without_turns_all_is_said_that_not_all_know(under):
    text = tell(under("unturned"), row(**ORIGIN), called(), spoken([(1, 9)], MINDS))
    assert "Said: upper-01 brought work-03's idea, new to work-01." in text


def test_an_invention_that_is_proposed_goes_on_the_record(under):
    shown = spoken([(1, -1)], MINDS, record=[(9, 2, 0)])
    text = tell(under("inventive"), row(**ORIGIN), called(), shown)
    assert "As it was proposed, work-03's idea went on the record too." in text


def test_what_stayed_unsaid_is_told_with_whom_it_stayed_and_its_share(under):
    unsaid = [(9, [1, 3]), (7, [7])]
    text = tell(
        under("consent"),
        row(**ORIGIN, unsaid=2 / 3),
        sense(7, 0),
        called(),
        spoken([(1, 1)], MINDS),
        event(23, "decide", decider=-1, closed_by=1, chosen=1, number=0.0, unsaid=unsaid),
    )
    assert (
        "Never said there: work-03's idea (held by upper-01 and middle-01) and work-01's idea (for "
        "A) (held by work-01), 67% of the ideas held in the room." in text
    )


def test_what_moved_a_mind_is_evidence_or_where_others_stood(under):
    rounds = [
        spoken([(1, 1)], MINDS, (1, 0, 0), own=[(1, 1, 0.0), (3, 0, 0.0), (7, 0, 0.0)]),
        spoken(
            [(1, 9)],
            MINDS,
            (1, 1, 1),
            number=2,
            record=[(1, 0, 0), (9, 2, 0)],
            own=[(1, 1, 0.0), (3, 0, 0.0), (7, 1, 0.0)],
            agreed=True,
        ),
    ]
    text = tell(under("escalate"), row(**ORIGIN), called(), *rounds)
    assert (
        "middle-01, who had been for A, turned to B moved by upper-01, who had been for it; what "
        "they knew still spoke for A" in text
    )
    assert "work-01, who had been for A, turned to B after hearing work-03's idea." in text
    assert (
        "Why it took two rounds: after the first, middle-01 and work-01 preferred something else "
        "than B; in round 2 ideas new to them turned work-01 and where others stood moved "
        "middle-01." in text
    )


def test_who_stays_apart_with_the_same_ideas_weighs_them_differently(under):
    alike = {who: [(9, 1, 0), (7, 1, 0)] for who in (1, 3, 7)}
    rounds = [
        spoken([(1, 9)], alike, (1, 1, 0)),
        spoken([(7, 7)], alike, (1, 1, 0), number=2, absent=[]),
    ]
    text = tell(under("escalate"), row(**ORIGIN), called(), *rounds)
    assert (
        "Why it took two rounds: after the first, work-01 preferred something else than B; what "
        "was new in round 2 changed nobody's preference; work-01 stayed with A to the end; all "
        "there had the same ideas before them by then, and weighed them differently." in text
    )


def test_who_was_absent_is_part_of_why_it_took_its_rounds(under):
    first = spoken([(1, 9)], MINDS, (1, 0, 0), present=[1, 3], absent=[7])
    second = spoken([(7, 7)], MINDS, (1, 1, 1), number=2, absent=[])
    text = tell(under("escalate"), row(**ORIGIN), called(), seat(1, 20, 20), first, second)
    assert "work-01 sat there for the first time" in text


def test_ideas_that_found_no_room_in_mind_are_told_as_that(under):
    ideas = [
        event(18, "idea", originator=9, source=3, target=1, hops=2, kept=False),
        event(19, "idea", originator=9, source=3, target=4, hops=2, kept=False),
        event(19, "idea", originator=10, source=3, target=1, hops=2, kept=True),
    ]
    mail = [
        Letter(9, 3, 1, 17, 18, 18, False, True),
        Letter(9, 3, 4, 17, 19, 19, False, True),
        Letter(10, 3, 1, 17, 19, 19, True),
    ]
    text = tell(
        under("narrow"),
        row(**ORIGIN),
        sense(9, 0),
        sense(10, 1),
        *ideas,
        called(),
        event(23, "decide", decider=-1, closed_by=1, chosen=1, number=0.0),
        mail=mail,
    )
    assert "Of those read, one told their readers (one leader) something new." in text
    assert (
        "Two more were new to readers who had no room left for them in mind and let them go."
        in text
    )
    assert "Heard, but not kept for want of room in mind: work-03's (upper-01)." in text
    assert "did not reach the room" not in text
    assert "(A mind holds at most two ideas: their own, then as heard; what is said in" in text


def test_leanings_are_told_where_leaders_lean(under):
    arise = event(17, "arise", witnesses=[1, 7], weights=[0.4, 0.3, 0.2, 0.1])
    weighs = [(1, [0.4, 0.3, 0.2, 0.1]), (3, [0.1, 0.6, 0.2, 0.1]), (7, [0.3, 0.1, 0.2, 0.4])]
    decide = event(23, "decide", decider=-1, closed_by=1, chosen=1, number=0.0, weighs=weighs)
    text = tell(under("leaning"), row(**ORIGIN), called(), decide, arise=arise)
    assert (
        "By leaning, and by what they knew of the direction, more weight than it asks was given by "
        "middle-01 to upper matters (facet 2: 60% instead of 30%) and work-01 to work matters "
        "(facet 4: 40% instead of 10%)." in text
    )
    assert "By leaning" not in tell(under("consent"), row(**ORIGIN), called(), decide, arise=arise)


def test_errors_of_judgement_are_told_as_such(under):
    arise = event(17, "arise", witnesses=[1, 7], weights=[0.4, 0.3, 0.2, 0.1])
    weighs = [(7, [0.3, 0.1, 0.2, 0.4])]
    decide = event(23, "decide", decider=-1, closed_by=1, chosen=1, number=0.0, weighs=weighs)
    text = tell(under("unlike"), row(**ORIGIN), called(), decide, arise=arise)
    assert "By errors of judgement, and by what they knew of the direction, more weight" in text


@pytest.mark.parametrize(
    ("policy", "truly", "said"),
    [
        (
            "unlike",
            [(7, 1, 0)],
            "in their place: upper-01 2.00 (taken for 0.50); work-04 0.50 (taken for 1.00); "
            "middle-01 1.00 (taken for 1.25); and one other, misjudged less. Weighed by "
            "true competence, these ideas would have led work-01 to prefer A instead of B.",
        ),
        (
            "unlike-alone",
            [],
            "in their place: upper-01 2.00; work-04 0.50; middle-01 1.00; and one other, "
            "misjudged less. Everybody was taken for 1. Weighed by true competence, these ideas "
            "would have led nobody to another preference.",
        ),
    ],
)
def test_competence_is_told_beside_what_it_was_taken_for(under, policy, truly, said):
    people = [(1, 2.0, 0.5), (3, 1.0, 1.25), (7, 1.0, 1.0), (10, 0.5, 1.0)]
    more = {"people": people, "truly": truly}
    decide = event(23, "decide", decider=-1, closed_by=1, chosen=1, number=0.0, **more)
    assert said in tell(under(policy), row(**ORIGIN), called(), decide)
    alike = event(23, "decide", decider=-1, closed_by=1, chosen=1, number=0.0)
    assert "How precisely" not in tell(under("consent"), row(**ORIGIN), called(), alike)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"power.sharing": 0},
            "(upper-01 answers for it and has all of it, having heard the room.)",
        ),
        (
            {"power.sharing": 1, "power.voice": "equal"},
            "(The room shares all of it, in equal parts.)",
        ),
        (
            {"power.sharing": 0.25, "power.voice": "authority"},
            "(upper-01 answers for it and has 75%; the room shares the other 25%, by formal "
            "authority.)",
        ),
    ],
)
def test_where_decision_weights_come_from(settings, said):
    shared = {"power.rule": "shared", **settings}
    scenario = Scenario.from_text(COURSES, overrides=shared).policies()["consent"]
    assert said in tell(parameters(scenario), row(**ORIGIN), called())


def test_who_was_heard_is_counted(under):
    text = tell(
        under("consent"),
        row(**ORIGIN),
        event(23, "decide", decider=-1, closed_by=1, chosen=1, number=0.0),
        event(25, "effect", coverage=0.8, commitment=0.6, know=5, heard=1),
    )
    assert (
        "Of the five affected who knew, one was heard: in the deciding, or by an idea that counted "
        "in it. Mean commitment of those affected: 60%." in text
    )
