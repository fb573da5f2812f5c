"""What the story says of each course that an issue can take."""

from __future__ import annotations

import pytest

from sim.outcome import CLOSED_BY
from sim.parameters import parameters
from sim.rules.catalog import code
from sim.scenario import Scenario
from story.events import event, round_, row, seat, tell
from story.scenario import COURSES

POLICIES = Scenario.from_text(COURSES).policies()
TASK, PLAN, OFFER, CHANGE = range(4)
# Leaders: 0 top-01, 1-2 upper, 3-6 middle, 7-18 work; those of a story stand below one another.
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


def ended(way: str, **changes):
    return row(**{**ORIGIN, "closed_by": CLOSED_BY.index(way), **changes})


def undecided(way: str, **changes):
    nothing = {"decider": -2, "chosen": -1, "quality": float("nan"), "value": 0.0}
    return ended(way, **nothing | changes)


def called(members=(1, 7), weights=(0.6, 0.4), tick=20):
    return event(tick, "assemble", rule=3, members=list(members), weights=list(weights), ready=tick)


def judge(tick: int, leader: int, approved: bool, proposed: int = 1, **more):
    return event(tick, "judge", leader=leader, approved=approved, proposed=proposed, **more)


def decide(tick: int, decider: int, chosen: int = 1, **more):
    return event(tick, "decide", decider=decider, closed_by=0, chosen=chosen, number=0.0, **more)


def one_round(**more):
    """The first round of 1 and 7, with further data."""
    usual = round_(1, 22, [], [0, 1])
    usual.data |= {"present": [1, 7], "positions": [(1, 0, 0.1), (7, 1, 0.2)]} | more
    return usual


@pytest.mark.parametrize(
    ("kind", "spread", "rule", "said"),
    [
        (
            OFFER, 0.9, "champion",
            "it was urgent, as a good decision loses half its worth within 1 day (urgent: 1 day",
        ),
        (
            TASK, 0.84, "shared",
            "but the evidence was spread: others knew 84% of what mattered (spread: above 70%)",
        ),
        (
            PLAN, 0.3, "chain",
            "(others knew 30% of what mattered), but the stakes were high: 6 (high: above 5)",
        ),
        (
            TASK, 0.3, "delegated",
            "(others knew 30% of what mattered), nor were the stakes high: 1 (high: above 5)",
        ),
    ],
)  # fmt: skip
def test_a_contingent_rule_is_told_with_the_condition_that_held(under, kind, spread, rule, said):
    route = event(20, "route", rule=code("power", rule), spread=spread)
    text = tell(under("contingent"), undecided("lapsed", kind=kind, delay=80, gather=80), route)
    assert "By the rule 'contingent', upper-01 looked at the situation:" in text
    assert said in text
    assert f"So '{rule}'." in text


def test_what_is_routed_to_a_chain_goes_back_to_its_origin(under):
    text = tell(
        under("contingent"),
        ended("approved", decider=1, delay=31, gather=16, escalation=15),
        event(20, "notice", source=3, target=1, away=[]),
        event(20, "route", rule=code("power", "chain"), spread=0.2),
        event(22, "mandate", source=1, target=3, away=[]),
        event(25, "mandate", source=3, target=7, away=[(7, 2)]),
        judge(33, 7, True),
        event(35, "mandate", source=7, target=3, away=[]),
        judge(43, 3, True),
        event(44, "mandate", source=3, target=1, away=[]),
        judge(48, 1, True),
        decide(48, 1),
    )
    assert (
        "upper-01 handed it back to work-01 for a proposal, who had the mandate on day 4, hour 2"
        in text
    )
    assert "(work-01 was away on day 3)." in text
    assert "every level from work-01 up to upper-01 must approve what work-01 proposes" in text
    assert "until upper-01 was asked 3 h until work-01 had the mandate 5 h" in text
    assert "seen was over 8 h Going up the levels 15 h" in text
    assert (
        "until middle-01 had it 2 h until middle-01 had judged it 8 h until upper-01 had it 1 h"
        in text
    )
    assert "until upper-01 had judged it 4 h Altogether" in text


@pytest.mark.parametrize(
    ("policy", "why"),
    [("rotating", "whose turn it was"), ("emergent", "the most influential there")],
)
def test_the_chair_is_told(under, policy, why):
    shown = one_round(chair=7)
    text = tell(
        under(policy),
        ended("agreement", decider=7),
        called(),
        seat(1, 20, 20),
        shown,
        decide(22, 7),
    )
    assert f"work-01, {why}, proposed B." in text
    assert ("the room agreed on B, which work-01 had proposed" in text) == (policy == "rotating")
    assert ("work-01 settled it from the chair: B" in text) == (
        policy == "emergent"
    )  # none asks no agreement


def test_quiet_rounds_name_the_chairs_in_turn(under):
    rounds = [
        one_round(chair=chair, round=number) for number, chair in ((1, 7), (2, 7), (3, 1), (4, 1))
    ]
    text = tell(under("rotating"), undecided("lapsed"), called(), *rounds)
    assert "Rounds 2 to 4, day 3, hour 7 to day 3, hour 7. Nothing new was said." in text
    assert "In the chair: work-01 and upper-01." in text


def test_a_chain_is_told_level_by_level_up_to_the_no(under):
    text = tell(
        under("chain"),
        undecided("rejected", delay=30, gather=8, escalation=22),
        judge(25, 7, True),
        judge(36, 3, True),
        judge(47, 1, False, away=[(1, 4), (1, 5)]),
        event(47, "leave", closed_by=CLOSED_BY.index("rejected")),
    )
    assert (
        "upper-01 rejected B: it was over 3 days 6 hours after it arose, and nothing was done."
        in text
    )
    assert "- Day 4, hour 2: work-01 proposed B. - Day 5, hour 5: middle-01 approved B." in text
    assert "- Day 6, hour 8: upper-01 rejected B (upper-01 was away on days 5 and 6)." in text
    assert (
        "On day 6, hour 8 upper-01 rejected B, and one level's no is enough; nothing is done."
        in text
    )
    assert "brought nothing of the 1 at stake" in text
    assert "Altogether, until it was rejected 30 h 100%" in text
    assert "The question never reached" not in text


def test_what_a_chain_rejects_with_a_status_quo_is_decided(under):
    text = tell(
        under("chain"),
        ended("rejected", kind=OFFER, decider=7, chosen=0, best=0, delay=8, gather=8),
        judge(25, 7, False),
        decide(25, 7, chosen=0),
    )
    assert "work-01 rejected the proposal and stayed with the status quo, 1 day after" in text
    assert "work-01 found the proposal no better than the status quo." in text
    assert "one level's no is enough; things stay as they are." in text
    assert "The status quo was in truth the best there was." in text


def test_a_champion_needs_one_yes_and_estimates_are_compared(under):
    number = {"proposed": -1, "number": 0.25}
    text = tell(
        under("champion"),
        ended(
            "approved",
            kind=PLAN,
            decider=3,
            chosen=-1,
            best=-1,
            estimate=0.25,
            truth=0.5,
            dissent=0.5,
        ),
        judge(25, 7, False, own=0.25, **number),
        judge(36, 3, True, own=0.3, **number),
        event(36, "decide", decider=3, closed_by=0, chosen=-1, number=0.25),
    )
    assert "middle-01 approved 0.25 (their own number was 0.30)." in text
    assert (
        "middle-01 approved 0.25, and one level's yes is enough. 50% of the levels had judged "
        "otherwise." in text
    )


def test_an_escalation_tells_who_came_and_that_the_clock_starts_anew(under):
    text = tell(
        under("escalate"),
        ended(
            "authority", decider=0, delay=31, gather=3, deliberation=20, escalation=8, dissent=0.5
        ),
        called(),
        seat(1, 20, 20),
        one_round(),
        event(28, "escalate", leader=0),
        event(36, "mandate", source=1, target=0, away=[(0, 3)]),
        event(36, "join", leader=0, members=[1, 7, 0], weights=[0.3, 0.2, 0.5]),
        decide(48, 0, against=[7]),
    )
    assert (
        "- Day 4, hour 5: the time for agreement had run out, and the matter went up to top-01, who"
        in text
    )
    assert (
        "joined the room on day 5, hour 5 (top-01 was away on day 4). The clock started anew."
        in text
    )
    assert "Decision weights now: top-01 (50%), upper-01 (30%) and work-01 (20%)." in text
    assert "the time for agreement had run out, and top-01 decided with authority: B." in text
    assert "50% of those there with a view would have had it otherwise: work-01." in text
    assert "left the decision to" not in text  # the mandate of an escalation is told as that


def test_an_escalation_to_a_member_or_one_that_came_too_late(under):
    up, join = (
        event(28, "escalate", leader=1),
        event(28, "join", leader=1, members=[1, 7], weights=[0.7, 0.3]),
    )
    within = tell(under("escalate"), undecided("lapsed"), called(), up, join)
    assert "went up to upper-01, who was in the room already. The clock started anew." in within
    late = tell(under("escalate"), undecided("lapsed"), called(), up)
    assert "went up to upper-01, whom it did not reach in time." in late


def test_what_is_dropped_is_told_with_and_without_a_status_quo(under):
    leave = event(28, "leave", closed_by=CLOSED_BY.index("dropped"))
    gone = tell(under("drop"), undecided("dropped", delay=11, gather=11), called(), leave)
    assert (
        "A room of two leaders could not agree: it was dropped 1 day 3 hours after it arose."
        in gone
    )
    assert (
        "the one round allowed for agreement was over, and the matter was dropped; nothing is done."
        in gone
    )
    assert "Altogether, until it was dropped 11 h" in gone
    kept = tell(
        under("drop"),
        ended("dropped", kind=OFFER, chosen=0, best=1, delay=11, gather=11),
        called(),
        decide(28, -1, 0),
    )
    assert "could not agree and stayed with the status quo" in kept
    assert "the matter was dropped; things stay as they are." in kept
    assert "In truth the proposal was best, not the status quo." in kept


def test_consent_tells_objections_and_the_amendment(under):
    objected = one_round(
        first=0, first_number=0.0, objections=[(7, 0.42, 0.05), (1, 0.15, 0.02)], agreed=True
    )
    text = tell(under("consent"), ended("agreement"), called(), objected, decide(22, -1))
    assert "Whoever believes that more than 0.1 is lost by a proposal objects." in text
    assert "To A objected work-01 (loss 0.42) and upper-01 (loss 0.15)." in text
    assert "Amended to B, to which nobody objected: enough." in text
    still = one_round(first=1, first_number=0.0, objections=[(7, 0.42, 0.42)])
    text = tell(under("consent"), undecided("lapsed"), called(), still)
    assert (
        "To B objected work-01 (loss 0.42), and nothing less objected to was there: not enough."
        in text
    )
    none = tell(
        under("consent"),
        ended("agreement"),
        called(),
        one_round(agreed=True, objections=[], first=1),
    )
    assert "Nobody objected to B: enough." in none


def test_tolerance_and_confidence_tell_what_they_ask_for(under):
    text = tell(under("tolerance"), undecided("lapsed"), called(), one_round(apart=0.41))
    assert (
        "B is proposed. The two furthest apart differed by 0.41; up to 0.25 is tolerated: not "
        "enough." in text
    )
    text = tell(under("confidence"), undecided("lapsed"), called(), one_round(probability=0.83))
    assert (
        "By what all of them knew, B was right with a probability of 83%; 90% is asked for: not "
        "enough." in text
    )
    sure = one_round(agreed=True, probability=0.93)
    text = tell(under("confidence"), ended("agreement"), called(), sure, decide(22, -1))
    assert "B was right with a probability of 93%; 90% is asked for: enough." in text


def test_who_was_absent_is_told_with_the_reason(under):
    booked = seat(1, 20, 17)
    booked.data |= {"absent": [3, 7], "away": [(7, 2), (9, 1)]}
    text = tell(
        under("quorum"),
        ended("agreement"),
        called((1, 3, 7), (0.5, 0.3, 0.2)),
        booked,
        one_round(absent=[3, 7]),
    )
    assert "A round needs 60% of the three members to be there." in text
    assert "Absent: middle-01 (booked elsewhere) and work-01 (away that day)." in text
    assert (
        "waiting for a common free hour (work-01 was away on day 3 and work-03 was away on day 2)."
        in text
    )


def test_written_rounds_are_told_as_that(under):
    text = tell(
        under("written"),
        ended("agreement", person_hours=2.5),
        called(),
        event(20, "book", round=1, start=21, end=27, ready=20),
        one_round(agreed=True),
        decide(27, -1),
    )
    assert (
        "it could write from day 3, hour 5 on. Its rounds are in writing: each gives everybody 6 "
        "hours" in text
    )
    assert "- Round 1, in writing, day 3, hour 6 to day 4, hour 4." in text
    assert "Reading what was written took 2.5 person-hours." in text
    assert "common free hour" not in text


def test_an_invention_is_told_from_its_thought_to_the_room(under):
    arise = event(
        17, "arise", inventors=[(9, 3), (10, 4)], worths=[0.0] * 5, best=0, witnesses=[7, 9, 10]
    )
    text = tell(
        under("inventive"),
        ended("agreement", alternatives=5, chosen=3, best=3),
        called(),
        one_round(open=[0, 1, 2]),
        one_round(
            round=2,
            said=[(9, 7)],
            turns=[(1, -1), (7, 9)],
            minds=[(1, [(1, 0, 0)]), (7, [(7, 0, 0), (9, 1, 0)])],
            recorded=[(9, 1, 0)],
            open=[0, 1, 2, 3],
            agreed=True,
        ),
        decide(25, -1, 3),
        arise=arise,
    )
    assert "a choice among three alternatives, A, B and C." in text
    assert (
        "New alternatives, each thought of by one leader alone: D (work-03) and E (work-04)."
        in text
    )
    assert (
        "In two turns: (1) upper-01 brought nothing new; (2) work-01 brought work-03's idea, new "
        "to upper-01. All there had now heard of D, which work-03 had thought of." in text
    )
    assert "E was not known to all in the room, who could not choose it." in text
    alone = tell(
        under("inventive-alone"),
        ended("one-voice", decider=1, alternatives=5),
        event(20, "idea", originator=9, source=3, target=1, hops=2, kept=True),
        decide(25, 1),
        arise=arise,
    )
    assert "E was not known to upper-01, who could not choose it." in alone
    judged = judge(20, 7, True, 3), judge(25, 3, True, 3)
    chain = tell(under("inventive-chain"), ended("approved", decider=3), *judged, arise=arise)
    assert "middle-01 approved D, explained to them as what work-03 had thought of." in chain
    assert "D and E were not known to work-01, who could not propose them." in chain


def test_waiting_for_somebody_away_is_told_and_counted(under):
    text = tell(
        under("away"),
        ended("one-voice", decider=1, delay=31, gather=31),
        event(20, "notice", source=7, target=3, away=[(3, 2)]),
        event(25, "notice", source=3, target=1, away=[]),
        decide(48, 1, away=[(1, 4), (1, 5)]),
    )
    assert "on day 4, hour 2, 1 day later (middle-01 was away on day 3)." in text
    assert "upper-01 decided: B (upper-01 was away on days 5 and 6)." in text
    assert "until upper-01 was asked 8 h" in text
    assert "gathering what others had seen was over 8 h until upper-01 was back 15 h" in text


def test_what_moves_is_told_with_what_it_was(under):
    arise = event(17, "arise", worths=[0.1, 0.7, 0.2], best=1, witnesses=[7], inventors=[])
    effect = event(50, "effect", coverage=1.0, commitment=0.5, worths=[0.9, 0.2, 0.1], best=0)
    late = tell(
        under("moving"),
        ended("one-voice", decider=1, best=0),
        decide(25, 1, best=1),
        effect,
        arise=arise,
    )
    assert "What is true of it moves: half of it is forgotten with every 2 days that pass." in late
    assert "Those who look into it continue to learn: each day adds 50% of a first look." in late
    assert "When it arose, B was best; what is true changed by the time it took effect." in late
    early = tell(
        under("moving"),
        ended("one-voice", decider=1, best=0),
        decide(25, 1, best=0),
        effect,
        arise=arise,
    )
    assert "what is true changed before it was decided." in early
    number = tell(
        under("moving"),
        ended("one-voice", kind=PLAN, decider=1, chosen=-1, best=-1, estimate=0.3, truth=0.5),
        event(25, "decide", decider=1, closed_by=0, chosen=-1, number=0.3),
        effect,
        arise=arise,
    )
    assert "in truth it was 0.50. When it arose it was 0.10; it moved meanwhile." in number
    assert "with every week that passes" in number


def test_a_room_that_was_never_called_is_not_told_as_one_voice(under):
    text = tell(under("quorum"), undecided("lapsed", delay=120, gather=120))
    assert (
        "By the rule 'shared', it would have gone on from there; nobody had taken it up yet."
        in text
    )
    assert "one leader decides" not in text
