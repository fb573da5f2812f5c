"""What a trace records beside what the model tells: checked against the run itself."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from sim.agents import Organization
from sim.outcome import CLOSED_BY
from sim.parameters import parameters
from sim.rules.catalog import names
from sim.scenario import Scenario
from story.scenario import COURSES
from story.test_account import Watchers

POLICIES = Scenario.from_text(COURSES).policies()


@cache
def played(policy: str):
    """The model after its run, and by issue its decision and events."""
    prepared = parameters(POLICIES[policy])
    watchers = Watchers(range(1, 41))
    model = Organization(prepared.scenario, inputs=prepared, watcher=watchers)
    rows = model.run().decisions[:40]
    assert len(rows) > 25
    return model, [(row, watchers.watchers[row["issue"]].events) for row in rows]


def events(policy: str, what: str):
    """(decision, event) of every event of a sort."""
    return [
        (row, event) for row, course in played(policy)[1] for event in course if event.what == what
    ]


@pytest.mark.slow
def test_a_trace_changes_nothing_of_what_it_watches():
    for policy in ("consent", "rotating", "quorum"):
        model, _ = played(policy)
        unwatched = Organization(model.scenario, inputs=model.inputs).run()
        assert unwatched.decisions.tobytes() == model.outcome().decisions.tobytes()


def test_routes_lead_to_the_rule_by_which_it_went_on():
    routes = {names("power")[event.data["rule"]] for _, event in events("contingent", "route")}
    assert routes == {"champion", "chain", "delegated"}
    for row, event in events("contingent", "route"):
        settled = CLOSED_BY[row["closed_by"]] in ("approved", "rejected")
        assert settled == (names("power")[event.data["rule"]] in ("champion", "chain"))


@pytest.mark.parametrize("policy", ["rotating", "emergent"])
def test_the_chair_proposes_what_it_stands_for(policy):
    chairs = set()
    for _, event in events(policy, "round"):
        data = event.data
        views = {leader: (choice, number) for leader, choice, number in data["positions"]}
        assert data["chair"] in data["present"]
        choice, number = views[data["chair"]]
        assert data["proposal"] == (choice if data["proposal"] >= 0 else -1)
        assert data["proposal"] >= 0 or data["number"] == number
        chairs.add(data["chair"])
    assert len(chairs) > 3
    assert all(event.data["chair"] == -1 for _, event in events("consent", "round"))


def test_the_chair_passes_round():
    for _, course in played("rotating")[1]:
        chairs = [event.data["chair"] for event in course if event.what == "round"]
        assert all(one != other for one, other in pairwise(chairs))
    assert max(event.data["round"] for _, event in events("rotating", "round")) > 1


def test_consent_is_where_no_objection_is_left():
    amended = 0
    for _, event in events("consent", "round"):
        data = event.data
        assert data["agreed"] == (
            max((last for *_, last in data["objections"]), default=0.0) <= 0.1
        )
        if max((first for _, first, _ in data["objections"]), default=0.0) <= 0.1:
            assert (data["first"], data["first_number"]) == (data["proposal"], data["number"])
        else:
            amended += (data["first"], data["first_number"]) != (data["proposal"], data["number"])
            assert max(last for *_, last in data["objections"]) <= max(
                first for _, first, _ in data["objections"]
            )
    assert amended


def test_tolerance_is_kept_where_nobody_stands_too_far_apart():
    verdicts = {event.data["agreed"]: event for _, event in events("tolerance", "round")}
    assert set(verdicts) == {True, False}
    assert all(
        event.data["agreed"] == (event.data["apart"] <= 0.25)
        for _, event in events("tolerance", "round")
    )


def test_levels_are_recorded_with_their_numbers_and_the_last_one_settles():
    for policy, settling in (("chain", False), ("champion", True)):
        for row, course in played(policy)[1]:
            judged = [event.data for event in course if event.what == "judge"]
            assert [data["approved"] for data in judged[:-1]] == [not settling] * (len(judged) - 1)
            assert CLOSED_BY[row["closed_by"]] == (
                "approved" if judged[-1]["approved"] else "rejected"
            )
            assert judged[0]["leader"] == row["origin"]
            for data in judged:
                assert ("own" in data) == (data["proposed"] < 0)
            if judged[0]["proposed"] < 0:
                assert judged[0]["own"] == judged[0]["number"]
                assert row["decider"] == -2 or row["estimate"] == judged[0]["number"]


def test_whoever_is_away_is_recorded_on_the_days_it_is():
    for policy in ("away", "away-delegated", "quorum"):
        model, _ = played(policy)
        waits = [
            e for what in ("notice", "mandate", "book", "decide") for _, e in events(policy, what)
        ]
        pairs = [pair for event in waits for pair in event.data["away"]]
        assert pairs
        assert all(model.leaders[leader].is_away(day) for leader, day in pairs)
    assert not any(event.data["away"] for _, event in events("consent", "book"))


def test_a_decision_waits_while_its_leader_is_away():
    """By the rule, one voice speaks when gathering is over; later only for being away, every day of
    it."""
    model, courses = played("away")
    day, waited = model.numbers.day, 0
    for _, course in courses:
        heard = [event.tick for event in course if event.what == "notice"][-1:]
        decided = [event for event in course if event.what == "decide"]
        if heard and decided:
            free, (event,) = heard[0] + day, decided
            assert event.tick == free or (event.tick > free and event.tick % day == 0)
            missed = {at for leader, at in event.data["away"] if leader == event.data["decider"]}
            assert missed >= set(range(free // day, event.tick // day))
            waited += event.tick > free
    assert waited


def test_present_and_absent_are_the_room():
    absent = 0
    for _, course in played("quorum")[1]:
        rooms = [set(event.data["members"]) for event in course if event.what == "assemble"]
        for event in course:
            if event.what in ("book", "round"):
                assert set(event.data["present"]) | set(event.data["absent"]) == rooms[0]
                assert not set(event.data["present"]) & set(event.data["absent"])
                absent += len(event.data["absent"])
    assert absent


def test_inventions_are_recorded_with_their_inventors_and_when_all_had_heard_of_them():
    opened = 0
    for row, course in played("inventive")[1]:
        arise, rounds = course[0].data, [event.data for event in course if event.what == "round"]
        invented = {alternative for _, alternative in arise["inventors"]}
        assert {leader for leader, _ in arise["inventors"]} <= set(arise["witnesses"])
        if row["alternatives"]:
            assert invented == set(range(row["alternatives"] - len(invented), row["alternatives"]))
        for data in rounds:
            assert set(data["open"]) >= set(range(max(row["alternatives"], 1) - len(invented)))
            assert data["proposal"] < 0 or data["proposal"] in data["open"]
        opened += bool(rounds and invented & set(rounds[-1]["open"]))
    assert opened


def test_what_is_true_is_recorded_as_it_moves():
    moved = 0
    for row, course in played("moving")[1]:
        by = {event.what: event.data for event in course if event.what in ("arise", "effect")}
        if "effect" in by and row["estimate"] == row["estimate"]:
            assert by["effect"]["worths"][0] == row["truth"]
        elif "effect" in by:
            assert (
                by["effect"]["best"]
                == row["best"]
                == max(range(len(by["effect"]["worths"])), key=by["effect"]["worths"].__getitem__)
            )
            moved += by["arise"]["best"] != row["best"]
    assert moved
    assert all(
        event.data["worths"] == course[0].data["worths"]
        for _, course in played("chain")[1]
        for event in course
        if event.what == "effect"
    )


def test_who_was_against_is_the_dissent_of_those_with_a_view():
    against = 0
    for row, course in played("emergent")[1]:
        rounds = [event for event in course if event.what == "round"]
        for event in course:
            if event.what == "decide" and row["alternatives"]:
                voiced = [who for who, choice, _ in rounds[-1].data["positions"] if choice >= 0]
                assert set(event.data["against"]) <= set(voiced)
                assert len(event.data["against"]) == pytest.approx(row["dissent"] * len(voiced))
                against += len(event.data["against"])
    assert against


@pytest.mark.parametrize("policy", ["leaning", "written", "quorum", "confidence"])
def test_the_record_holds_what_was_brought_in_the_turns(policy):
    """An idea that a turn brings was in the speaker's mind, and is on the record from then on."""
    brought = nothing = 0
    for _, course in played(policy)[1]:
        record: set[int] = set()
        for event in course:
            if event.what == "round":
                data = event.data
                minds = {who: {by for by, *_ in ideas} for who, ideas in data["minds"]}
                for speaker, originator in data["turns"]:
                    assert speaker in data["present"] and minds[speaker]
                    if originator >= 0:
                        assert originator in minds[speaker]
                        brought += 1
                    nothing += originator < 0
                said = {originator for _, originator in data["turns"] if originator >= 0}
                assert set(data["record"]) == record | said
                assert data["record"] == [by for by, *_ in data["recorded"]]
                assert data["said"] == [(by, who) for who, by in data["turns"] if by >= 0]
                record = set(data["record"])
    assert brought > 20 and nothing > 5


@pytest.mark.parametrize("policy", ["leaning", "written", "quorum", "consent"])
def test_what_stayed_unsaid_is_the_share_of_the_decision(policy):
    left = 0
    for row, course in played(policy)[1]:
        rounds = [event for event in course if event.what == "round"]
        for event in course:
            if event.what == "decide" and rounds:
                unsaid, record = event.data["unsaid"], rounds[-1].data["record"]
                assert not {by for by, _ in unsaid} & set(record)
                held = len(unsaid) + len(record)
                assert row["unsaid"] == (len(unsaid) / held if held else 0.0)
                assert all(set(holders) <= set(rounds[-1].data["present"]) for _, holders in unsaid)
                left += len(unsaid)
            elif event.what == "decide":
                assert np.isnan(row["unsaid"])
    assert left > 10


def test_no_mind_holds_more_than_its_span_and_what_is_let_go_is_not_in_it():
    let_go = 0
    model, courses = played("narrow")
    for _, course in courses:
        kept: dict[int, set[int]] = {}
        for event in course:
            data = event.data
            if event.what == "idea":
                let_go += not data["kept"]
                if data["kept"]:
                    kept.setdefault(data["target"], set()).add(data["originator"])
            elif event.what == "sense":
                mine = kept.setdefault(data["leader"], set())
                assert set(data["let_go"]) <= mine
                mine -= set(data["let_go"])
            elif event.what == "round":
                for who, ideas in data["minds"]:
                    assert len(ideas) <= model.numbers.span == 2
                    assert {by for by, *_ in ideas} - {who} == kept.get(who, set())
    assert let_go > 20


def test_own_views_are_positions_where_nobody_moves_another():
    """Without susceptibility a position is one's own view; with it, own views differ."""
    for policy, alike in (("escalate", True), ("rotating", False)):
        pairs = []
        for _, event in events(policy, "round"):
            shown = {who: (choice, number) for who, choice, number in event.data["positions"]}
            for who, choice, number in event.data["own"]:
                there = shown[who] if choice >= 0 else (-1, shown[who][1])
                pairs.append(there == (choice, number))
        assert all(pairs) == alike and any(pairs)


def gap_to_the_direction(policy: str) -> float:
    """How far what those who decide take to matter is from what is true, in the mean."""
    gaps = []
    for _, course in played(policy)[1]:
        asked = course[0].data["weights"]
        assert sum(asked) == pytest.approx(1)
        for event in course:
            for _, weights in event.data["weighs"] if event.what == "decide" else ():
                assert sum(weights) == pytest.approx(1)
                gaps.append(np.abs(np.subtract(weights, asked)).sum() / 2)
    return float(np.mean(gaps))


def test_what_each_takes_to_matter_is_further_from_the_direction_where_they_lean():
    assert gap_to_the_direction("leaning") > 1.2 * gap_to_the_direction("consent")


def test_who_was_heard_is_among_those_who_know():
    some = 0
    for _, event in events("leaning", "effect"):
        assert 0 <= event.data["heard"] <= event.data["know"]
        some += 0 < event.data["heard"] < event.data["know"]
    assert some
