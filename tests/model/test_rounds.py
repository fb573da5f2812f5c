"""How a room comes to a decision, when it meets, and what happens when time runs out, on the Mesa
driver."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from model.divided import DIVIDED, favoured, rounds_of
from model.tiny import chain, play, tiny
from sim import theory
from sim.outcome import CLOSED_BY, FORUM, LAPSED
from sim.rules.persuasion import trust

AGREEMENT, AUTHORITY, MAJORITY, BEST_SO_FAR = map(
    CLOSED_BY.index, "agreement authority majority best-so-far".split()
)

# -- agreement
# -------------------------------------------------------------------------------------------


def test_without_consensus_the_first_round_decides():
    rows = play({**DIVIDED, "consensus.rule": "none"}).outcome.decisions
    assert set(rows["rounds"].tolist()) == {1} and set(rows["closed_by"].tolist()) == {AGREEMENT}


@pytest.mark.parametrize("rule", ["majority", "supermajority", "unanimity"])
def test_a_room_that_agrees_has_what_its_rule_asks_for(rule):
    model, outcome, _ = play(
        {**DIVIDED, "consensus.rule": rule, "consensus.threshold": 0.7, "consensus.candour": 0.5}
    )
    closed = set()
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        rounds = rounds_of(model, issue)
        assert len(rounds) == row["rounds"] and not any(held["agreed"] for held in rounds[:-1])
        enough = {
            "majority": lambda held: held["share"] > 0.5,
            "supermajority": lambda held: held["share"] > 0.7 - 1e-9,
            "unanimity": lambda held: {p for p in held["preferred"] if p >= 0} == {held["choice"]},
        }[rule]
        assert [bool(enough(held)) for held in rounds] == [held["agreed"] for held in rounds]
        assert (row["closed_by"] == AGREEMENT) == rounds[-1]["agreed"]
        if rule == "unanimity" and row["closed_by"] == AGREEMENT:
            assert row["dissent"] == 0.0
        closed.add(int(row["closed_by"]))
    assert AGREEMENT in closed


def test_a_limit_of_zero_means_one_round_and_then_the_fallback():
    rows = play({**DIVIDED, "consensus.limit": "0d"}).outcome.decisions
    assert set(rows["rounds"].tolist()) == {1}
    assert {AGREEMENT, AUTHORITY} >= set(rows["closed_by"].tolist()) and AUTHORITY in rows[
        "closed_by"
    ]


@pytest.mark.parametrize("limit", [4, 8, 20])
def test_no_round_ends_later_than_the_limit_after_the_first_began(limit):
    model, _, inputs = play({**DIVIDED, "consensus.limit": f"{limit}h"})
    for issue in model.issues():
        booked = [n.data for n in model.of("book") if n.issue is issue]
        assert all(b["end"] <= booked[0]["start"] + limit for b in booked[1:])
        assert all(b["start"] >= a["end"] + inputs.kinds.pause[0] for a, b in pairwise(booked))
        decided = next(n.tick for n in model.of("decide") if n.issue is issue)
        assert decided == booked[-1]["end"]


def test_the_fallback_of_authority_is_the_accountables_own_assessment():
    model, outcome, _ = play(DIVIDED)
    fell = 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        if row["closed_by"] == AUTHORITY:
            fell += 1
            assert row["decider"] == 0
            assert row["chosen"] == favoured(
                issue, rounds_of(model, issue)[-1]["own"][issue.room.index(0)]
            )
    assert fell > 5


def test_the_fallback_of_a_majority_counts_ballots():
    model, outcome, _ = play({**DIVIDED, "consensus.fallback": "majority"})
    fell = 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        if row["closed_by"] == MAJORITY:
            fell += 1
            ballots = np.bincount(
                rounds_of(model, issue)[-1]["preferred"], issue.weights_in_room, 4
            )
            assert row["decider"] == FORUM and ballots[row["chosen"]] == pytest.approx(
                ballots.max()
            )
    assert fell > 5


def test_the_best_so_far_is_the_first_proposal_of_most_support():
    changes = {
        "consensus.fallback": "best-so-far",
        "consensus.candour": 0.1,
        "consensus.limit": "2d",
    }
    model, outcome, _ = play({**DIVIDED, **changes, "clock.horizon": "20w"})
    fell, earlier = 0, 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        if row["closed_by"] == BEST_SO_FAR:
            fell += 1
            shares = [held["share"] for held in rounds_of(model, issue)]
            best = rounds_of(model, issue)[int(np.argmax(shares))]
            assert row["decider"] == FORUM and row["chosen"] == best["choice"]
            earlier += row["chosen"] != rounds_of(model, issue)[-1]["choice"]
    assert fell > 5 and earlier > 0


def test_a_lasting_discussion_settles_where_friedkin_and_johnsen_say():
    changes = {
        **DIVIDED,
        "issues.matter": {
            "type": "estimate",
            "rate": "1/mo",
            "raised_at": "ground",
            "decided_at": "top",
            "witnesses": "all",
            "half_life": "3mo",
            "affects": "all",
        },
        "clock.horizon": "6mo",
        "stream.peers": "unit",
        "consensus.tolerance": 1e-6,
        "consensus.pause": "0h",
        "consensus.limit": "20d",
        "consensus.susceptibility": 0.6,
        "consensus.self": 0.3,
        "consensus.stranger": 0.5,
        "power.sharing": 0.4,
    }
    model, outcome, _ = play(changes)
    seen = 0
    for issue in model.issues():
        rounds = rounds_of(model, issue)
        if len(rounds) < 60:
            continue
        seen += 1
        assessments = [assessment[0] for assessment in rounds[-1]["own"]]
        assert rounds[0]["positions"] == assessments
        G = []
        for p, i in enumerate(issue.room):
            joined = [int(j in model.leaders[i].channel_to) for j in issue.room]
            row = [0.0] * len(issue.room)
            trust(p, issue.weights_in_room, [1] * len(row), joined, 0.3, 0.5, row)
            G.append(row)
        assert rounds[-1]["positions"] == pytest.approx(
            theory.friedkin_johnsen(G, 0.6, assessments), abs=1e-9
        )
        assert rounds[1]["positions"] == pytest.approx(
            0.4 * np.array(assessments) + 0.6 * np.array(G) @ assessments
        )
    assert seen >= 2 and np.all(outcome.decisions["rounds"] > 1)


# -- calendars
# -------------------------------------------------------------------------------------------

BUSY = {
    **DIVIDED,
    "issues.matter.rate": "4/d",
    "consensus.round": "2h",
    "work.focus": "3h",
    "consensus.limit": "2d",
}


def test_forums_keep_out_of_focus_time_inside_the_day_and_never_take_a_leader_twice():
    model, outcome, inputs = play({**BUSY, "power.forum": {"size": 3, "choose": "random"}})
    spans: dict[int, list[tuple[int, int]]] = {}
    for note in model.of("book"):
        start, end = note.data["start"], note.data["end"]
        assert (
            end - start == 2
            and start % 8 >= 3
            and start // 8 == (end - 1) // 8
            and start > note.tick
        )
        for i in note.issue.room:
            spans.setdefault(i, []).append((start, end))
    for mine in spans.values():
        mine.sort()
        assert all(b <= c for (_, b), (c, _) in pairwise(mine))
    assert max(map(len, spans.values())) > 20
    assert outcome.decisions["scheduling"].max() > 8
    assert inputs.numbers.focus == 3


def test_nobody_reads_while_it_sits():
    model, _, _ = play(BUSY)
    sitting = {
        (i, t)
        for n in model.of("book")
        for i in n.issue.room
        for t in range(n.data["start"], n.data["end"])
    }
    read = {(n.data["target"], n.tick) for n in model.notes if n.what in ("idea", "notice", "told")}
    assert sitting and read and not sitting & read


def test_of_two_forums_that_wait_the_more_urgent_books_first():
    kind = tiny().resolved()["issues"]["matter"]
    kinds = {
        name: {**kind, "half_life": life, "rate": "2/d"}
        for name, life in (("slow", "9d"), ("urgent", "1d"))
    }
    for held in kinds.values():
        held.pop("power"), held.pop("consensus")
    model, _, _ = play({**BUSY, "issues": kinds})
    at_once: dict[int, list[int]] = {}
    for note in model.of("book"):
        at_once.setdefault(note.tick, []).append(note.issue.kind_index)
    both = [order for order in at_once.values() if len(set(order)) == 2]
    assert both and all(order == sorted(order, reverse=True) for order in both)


# -- time runs out
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["autocratic", "consultative", "delegated", "shared", "vote"])
def test_what_is_not_decided_in_time_lapses(rule):
    _, outcome, _ = play({"power.rule": rule, "power.gather": "6d", "issues.matter.expiry": "5d"})
    rows = outcome.decisions
    assert len(rows) > 10
    assert (
        np.all(rows["decider"] == LAPSED)
        and np.all(rows["chosen"] == -1)
        and np.all(rows["delay"] == 40)
    )
    assert (
        np.all(rows["value"] == 0.0)
        and np.all(np.isnan(rows["quality"]))
        and np.all(rows["coverage"] == 0.0)
    )
    assert set(rows["closed_by"].tolist()) == {CLOSED_BY.index("lapsed")}
    assert np.all(rows["gather"] == 40) and np.all(rows["participants"] == 0)


def test_a_forum_that_finds_no_common_hour_lapses_while_it_waits():
    _, outcome, _ = play(
        {
            **BUSY,
            "issues.matter.rate": "12/d",
            "issues.matter.expiry": "3d",
            "consensus.rule": "none",
        }
    )
    lapsed = outcome.decisions[outcome.decisions["decider"] == LAPSED]
    assert len(lapsed) > 10
    assert np.all(lapsed["gather"] + lapsed["scheduling"] == 24) and np.any(
        lapsed["scheduling"] > 8
    )


def test_a_leader_may_be_alone():
    alone = {"stream.positions": chain(1), "direction.source": "p0", "power.rule": "vote"}
    _, outcome, _ = play(
        {**alone, "issues.matter.raised_at": "p0", "issues.matter.decided_at": "p0"}
    )
    rows = outcome.decisions
    assert (
        np.all(rows["participants"] == 1)
        and np.all(rows["decider"] == FORUM)
        and np.all(rows["coverage"] == 1.0)
    )
