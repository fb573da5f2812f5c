"""Who decides, and who sits in the room with what weight, on the Mesa driver."""

from __future__ import annotations

import numpy as np
import pytest

from model.divided import DIVIDED, favoured, rounds_of
from model.tiny import play
from sim.outcome import CLOSED_BY, FORUM
from sim.rules.perspective import relevance

ONE_VOICE, AGREEMENT = CLOSED_BY.index("one-voice"), CLOSED_BY.index("agreement")

# -- one voice
# -------------------------------------------------------------------------------------------


def test_an_autocrat_decides_alone_when_gathering_is_over():
    _, outcome, _ = play({"power.rule": "autocratic", "power.gather": "5h"})
    rows = outcome.decisions
    assert np.all(rows["decider"] == rows["accountable"]) and np.all(rows["closed_by"] == ONE_VOICE)
    assert (
        np.all(rows["participants"] == 1)
        and np.all(rows["rounds"] == 0)
        and np.all(rows["person_hours"] == 0)
    )
    assert np.all(rows["gather"] == 1 + 5) and np.all(rows["dissent"] == 0)
    assert outcome.leaders["power"].tolist() == [len(rows), 0, 0, 0, 0]


def test_nobody_decides_before_the_notice_and_gathering():
    rows = play({"power.gather": "0h"}).outcome.decisions
    assert set(rows["gather"].tolist()) == {1}


@pytest.mark.parametrize("decided_at", ["top", "middle", "ground", "origin"])
def test_the_ancestor_at_the_level_is_accountable(decided_at):
    changes = {
        "stream.positions": DIVIDED["stream.positions"],
        "issues.matter.decided_at": decided_at,
    }
    _, outcome, inputs = play(changes)
    rows, manager = outcome.decisions, inputs.numbers.manager
    above = {"top": manager[manager[rows["origin"]]], "middle": manager[rows["origin"]]}.get(
        decided_at, rows["origin"]
    )
    assert np.array_equal(rows["accountable"], above) and np.array_equal(rows["decider"], above)


def test_a_consultative_leader_hears_its_advisers_in_one_round_and_decides():
    changes = {**DIVIDED, "power.rule": "consultative", "consensus.candour": 1}
    model, outcome, _ = play(changes)
    rows = outcome.decisions
    assert (
        np.all(rows["decider"] == 0)
        and np.all(rows["rounds"] == 1)
        and np.all(rows["closed_by"] == ONE_VOICE)
    )
    assert np.all(rows["participants"] == 7) and np.all(rows["person_hours"] == 7)
    assert all(issue.used == set(issue.witnesses) for issue in model.issues())
    silent = play({**changes, "consensus.candour": 0}).model
    assert all(issue.used == {0} for issue in silent.issues())


@pytest.mark.parametrize("reach", [0, 1, 2])
def test_a_delegate_is_whom_the_accountable_believes_to_know_most_within_reach(reach):
    changes = {
        **DIVIDED,
        "power.rule": "delegated",
        "flow.reach": reach,
        "issues.matter.witnesses": 2,
    }
    model, outcome, _ = play(changes)
    rows, deciders = outcome.decisions, set()
    for issue, row in zip(model.issues(), rows, strict=True):
        beliefs = model.leaders[0].beliefs(issue)
        known = {
            i: relevance(beliefs, issue.precisions(model, i))
            for i in model.structure.within(0, reach).tolist()
        }
        assert row["decider"] == issue.delegate == issue.room[0] and known[issue.delegate] == max(
            known.values()
        )
        deciders.add(issue.delegate)
    assert np.all(rows["closed_by"] == ONE_VOICE) and np.all(rows["participants"] == 1)
    assert (deciders == {0}) == (reach == 0)


def test_a_delegate_who_did_not_witness_looks_at_the_issue_when_the_mandate_arrives():
    changes = {**DIVIDED, "power.rule": "delegated", "flow.reach": 2, "issues.matter.witnesses": 2}
    changes["power.gather"] = "0h"
    model, outcome, inputs = play(changes)
    strangers = 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        hops = [n for n in model.of("mandate") if n.issue is issue]
        assert len(hops) == (0 if issue.delegate == 0 else inputs.structure.depth[issue.delegate])
        senses = [
            n for n in model.of("sense") if n.issue is issue and n.data["leader"] == issue.delegate
        ]
        assert len(senses) == 1
        notices = inputs.structure.depth[issue.origin]
        assert row["gather"] == notices + len(hops)
        if issue.delegate not in issue.witnesses:
            strangers += 1
            assert senses[0].tick == issue.raised + row["gather"]
            assert issue.used == {issue.delegate} and issue.delegate in issue.ideas
    assert strangers > 3


# -- rooms
# -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["shared", "vote"])
def test_a_forum_decides_together(rule):
    _, outcome, _ = play({**DIVIDED, "power.rule": rule, "consensus.rule": "none"})
    rows = outcome.decisions
    assert (
        np.all(rows["decider"] == FORUM)
        and np.all(rows["closed_by"] == AGREEMENT)
        and np.all(rows["rounds"] == 1)
    )
    assert outcome.leaders["power"] == pytest.approx(np.full(7, len(rows) / 7))


def test_a_forum_is_filled_by_the_scenarios_choice():
    for choose, size in (("all", 1), ("relevance", 3), ("balanced", 3), ("random", 3)):
        model, _, inputs = play({**DIVIDED, "power.forum.choose": choose, "power.forum.size": size})
        for issue in model.issues():
            members = {*issue.witnesses, *issue.affected, 0}
            assert (
                0 in issue.room
                and issue.room == sorted(set(issue.room))
                and set(issue.room) <= members
            )
            assert len(issue.room) == (len(members) if choose == "all" else size)
            if choose == "balanced":
                assert sorted(inputs.numbers.position[issue.room]) == [0, 1, 2]
            if choose == "relevance":
                beliefs = model.leaders[0].beliefs(issue)
                known = {i: relevance(beliefs, issue.precisions(model, i)) for i in members - {0}}
                assert {known[i] for i in issue.room if i} == set(sorted(known.values())[-2:])


def test_random_rooms_differ_and_the_most_relevant_do_not_all():
    rooms = {
        choose: {
            tuple(i.room)
            for i in play({**DIVIDED, "power.forum": {"size": 3, "choose": choose}}).model.issues()
        }
        for choose in ("random", "relevance")
    }
    assert len(rooms["random"]) > 5 and len(rooms["random"]) >= len(rooms["relevance"])


@pytest.mark.parametrize(
    ("voice", "sharing", "expected"),
    [
        ("equal", 0, [1, 0, 0]),
        ("equal", 1, [1 / 3] * 3),
        ("equal", 0.5, [4 / 6, 1 / 6, 1 / 6]),
        ("authority", 0, [1, 0, 0]),
        ("authority", 1, [4 / 6, 1 / 6, 1 / 6]),
        ("authority", 0.6, [0.4 + 0.6 * 4 / 6, 0.1, 0.1]),
    ],
)
def test_one_voice_and_the_room_weigh_by_sharing(voice, sharing, expected):
    """Since model 2 rank is a kind of voice; at 0 whoever answers for it has all the weight."""
    changes = {
        "stream.positions": [
            {"name": "top", "leaders": 1, "authority": 4},
            {"name": "ground", "leaders": 2, "authority": 1},
        ],
        "power.rule": "shared",
        "power.sharing": sharing,
        "power.voice": voice,
    }
    issues = play(changes).model.issues()
    assert len(issues) > 20
    assert all(issue.weights_in_room == pytest.approx(expected) for issue in issues)


def test_the_voice_of_expertise_goes_with_relevance():
    model, _, _ = play({**DIVIDED, "power.voice": "expertise", "direction.shifts": "0/y"})
    for issue in model.issues():
        beliefs = model.leaders[0].beliefs(issue)
        known = [relevance(beliefs, issue.precisions(model, i)) for i in issue.room]
        assert issue.weights_in_room == pytest.approx([k / sum(known) for k in known])


def test_who_has_no_idea_abstains_until_it_hears_one():
    changes = {**DIVIDED, "issues.matter.witnesses": 2, "consensus.limit": "2d"}
    model, outcome, _ = play(changes)
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        for held in rounds_of(model, issue):
            having = [int(i in issue.witnesses) for i in issue.room]
            assert held["voiced"] == having
            assert [p >= 0 for p in held["preferred"]] == [bool(h) for h in having]
        assert row["dissent"] in (0.0, 0.5, 1.0), "only two can dissent"
    talking, _, _ = play({**changes, "consensus.candour": 1})
    assert all(
        all(held["voiced"]) for issue in talking.issues() for held in rounds_of(talking, issue)
    )


def test_common_ideas_are_not_said_again_and_what_is_said_is_heard_by_all():
    model, _, _ = play({**DIVIDED, "consensus.candour": 0.4, "consensus.limit": "10d"})
    repeated = 0
    for issue in model.issues():
        rounds = rounds_of(model, issue)
        said = [originator for held in rounds for originator, _ in held["said"]]
        repeated += len(rounds) > 1
        assert len(said) == len(set(said)), "an idea that all know was said again"
        assert {speaker for held in rounds for _, speaker in held["said"]} <= set(issue.room)
        assert issue.used >= set(said)
    assert repeated > 5


def test_in_the_first_round_positions_are_assessments_and_a_vote_counts_heads():
    model, _, _ = play({**DIVIDED, "power.rule": "vote", "consensus.rule": "none"})
    for issue in model.issues():
        (held,) = rounds_of(model, issue)
        favourites = [favoured(issue, assessment) for assessment in held["own"]]
        assert held["preferred"] == favourites
        ballots = [favourites.count(m) for m in range(4)]
        assert ballots[held["choice"]] == max(ballots) and held["share"] == pytest.approx(
            max(ballots) / 7
        )


@pytest.mark.parametrize("rule", ["autocratic", "chain", "shared", "vote", "rotating"])
def test_every_decision_uses_one_share_of_power(rule):
    """Also where some missed the last round: what they had is then with the others."""
    absent = {
        "work.away": 0.3,
        "power.forum.quorum": 0.5,
        "power.sharing": 0.5,
        "consensus.rule": "none",
    }
    absent["issues.matter.status_quo"] = True
    model, outcome, inputs = play({**DIVIDED, **absent, "power.rule": rule})
    measured = [note for note in model.of("decide") if note.tick < inputs.numbers.horizon]
    assert outcome.leaders["power"].sum() == pytest.approx(len(measured), rel=1e-12)
    assert np.any(outcome.decisions["participants"] < 7)
