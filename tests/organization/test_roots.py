"""Those without a manager, a team or apart; and deciders whom those who raise an issue can
reach."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from organization.stand_ins import generated, imported, issue, pairs
from sim.errors import InvalidInput
from sim.organization import build
from sim.scenario import Scenario

PARTNERS = "id,manager_id,level_rank,level\np1,,1,partner\na1,,2,associate\na2,,2,associate\n"
ADVICE = "source,target,kind\na1,p1,advice\n"
LAWYERS = "id,manager_id\n" + "".join(f"l{i},\n" for i in range(71))


def built(folder, people, ties=None, roots=None, **more):
    given = imported(folder, people, ties, **more)
    given.stream.roots = roots
    return build(given)


def said(structure, path="stream.roots"):
    return [note.message for note in structure.notes if note.path == path]


def test_the_tie_that_is_listed_is_a_channel_and_none_is_invented(tmp_path):
    assert pairs(built(tmp_path, PARTNERS, ADVICE)) == {("a1", "p1")}


def test_roots_of_one_rank_without_ties_are_a_team_which_is_said_with_numbers(tmp_path):
    team = built(tmp_path, LAWYERS)
    assert len(pairs(team)) == 71 * 70 // 2 == 2485
    assert said(team) == [
        (
            "71 people without a manager are joined as one team: 2,485 channels; stream.roots: "
            "apart leaves them apart"
        )
    ]
    assert bool(team.channel_line.all())


def test_roots_with_ties_among_them_stand_apart(tmp_path):
    ties = "source,target,kind\nl1,l2,advice\nl3,l2,friend\n"
    apart = built(tmp_path, LAWYERS, ties, kinds=["advice"])
    assert pairs(apart) == {("l1", "l2")}
    assert said(apart) == [
        (
            "71 people without a manager stand apart, as ties among them are listed; stream.roots: "
            "team joins them all"
        )
    ]
    assert said(apart, "stream") == [
        "70 groups of leaders have no channel to one another (the largest: 2 of 71 leaders): no "
        "idea, context or decision passes between them"
    ]
    # A policy without those ties still compares the same people.
    assert pairs(built(tmp_path, LAWYERS, ties, kinds=[])) == set()


def test_a_tie_with_somebody_who_has_a_manager_is_no_tie_among_roots(tmp_path):
    people = "id,manager_id\na,\nb,\nc,a\n"
    assert pairs(built(tmp_path, people, "source,target,kind\nb,c,advice\n")) == {
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    }


def test_roots_of_different_rank_stand_apart(tmp_path):
    apart = built(tmp_path, PARTNERS)
    assert pairs(apart) == set()
    assert said(apart) == [
        (
            "3 people without a manager stand apart, as they are of 2 different ranks; "
            "stream.roots: team joins them all"
        )
    ]


@pytest.mark.parametrize(("roots", "number"), [("team", 3), ("apart", 1)])
def test_the_key_decides_and_then_nothing_is_said(tmp_path, roots, number):
    structure = built(tmp_path, PARTNERS, ADVICE, roots=roots)
    assert len(pairs(structure)) == number
    assert said(structure) == []


def test_a_single_root_is_nothing_to_speak_of(tmp_path):
    assert built(tmp_path, "id,manager_id\na,\nb,a\n").notes == ()


def test_generated_streams_keep_their_team_unless_told_otherwise():
    team = generated(3, 6)
    assert len(pairs(build(team))) == 3 + 6 + 3 and build(team).notes == ()
    apart = generated(3, 6)
    apart.stream.roots = "apart"
    assert len(pairs(build(apart))) == 6 + 3
    assert "3 groups of leaders have no channel" in said(build(apart), "stream")[0]


def test_the_key_is_read_from_a_scenario_and_its_variants():
    text = "name: x\nstream: {roots: apart, bridges: 0}\nvariants: {joined: {stream.roots: team}}\n"
    scenario = Scenario.from_text(text)
    sizes = {name: len(pairs(build(policy))) for name, policy in scenario.policies().items()}
    assert sizes["joined"] - sizes["base"] == 3
    assert Scenario.from_dict(scenario.resolved()) == scenario
    with pytest.raises(
        InvalidInput, match=r"stream\.roots: 'aprt' .*one of team, apart \(did you mean 'apart'\?\)"
    ):
        Scenario.from_text("name: x\nstream: {roots: aprt}")


def test_a_team_that_is_too_large_names_the_key(tmp_path):
    people = "id,manager_id\n" + "".join(f"l{i},\n" for i in range(5000))
    with pytest.raises(InvalidInput, match=r"stream\.roots: would join 12,497,500 pairs"):
        built(tmp_path, people)
    assert len(built(tmp_path, people, roots="apart").channel_source) == 0


# -- deciders
# ----------------------------------------------------------------------------------------------


def refused(folder, people, **kinds):
    with pytest.raises(InvalidInput) as caught:
        built(folder, people, issues=kinds)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


def test_issues_that_nobody_could_decide_where_they_should_be_are_refused(tmp_path):
    assert refused(tmp_path, PARTNERS, case=issue("associate", "partner")) == [
        "issues.case.decided_at: none of the 2 leaders at 'associate' who can raise it has anybody "
        "at 'partner' or further upstream above them: every such issue would be decided by whoever "
        "is topmost there, often its origin; fill in their manager_id, or write decided_at: origin"
    ]


def test_the_place_is_told_where_the_scenario_knows_it(tmp_path):
    (tmp_path / "people.csv").write_text(PARTNERS, encoding="utf-8")
    text = (
        "name: x\nstream: {people: people.csv}\nissues:\n  case: "
        "{raised_at: associate, decided_at: partner}\n"
    )
    with pytest.raises(
        InvalidInput, match=r"x\.yaml:4:44: issues\.case\.decided_at: none of the 2 leaders"
    ):
        build(Scenario.from_text(text, name="x.yaml", folder=tmp_path))


def test_where_some_have_a_decider_the_others_are_counted(tmp_path):
    people = PARTNERS + "a3,p1,2,associate\n"
    structure = built(
        tmp_path,
        people,
        issues={"case": issue("associate", "partner"), "any": issue("any", "partner")},
    )
    assert said(structure, "issues.case.decided_at") == [
        "2 of the 3 leaders at 'associate' who can raise it have nobody at 'partner' or further "
        "upstream above them: what they raise would be decided by whoever is topmost there, often "
        "its origin; fill in their manager_id, or write decided_at: origin"
    ]
    # The partner is its own decider.
    assert said(structure, "issues.any.decided_at")[0].startswith(
        "2 of the 4 leaders who can raise it have nobody"
    )


def test_levels_may_be_skipped_and_origins_decide_for_themselves(tmp_path):
    people = "id,manager_id,level_rank,level\nh,,1,head\nm,h,2,mid\nw,h,3,work\n"
    kinds = {"a": issue("work", "mid"), "b": issue("work", "origin"), "c": issue("mid", "mid")}
    assert built(tmp_path, people, issues=kinds).notes == ()


def test_a_generated_stream_reaches_every_position_above():
    kinds = {"a": issue("p2", "p0"), "b": issue("any", "p0"), "c": issue("p1", "p1")}
    assert build(generated(2, 4, 8, issues=kinds)).notes == ()


def test_the_same_question_of_a_stand_in_without_places():
    stand_in = generated(2, 4, issues={"a": issue("p0", "p1")})
    assert isinstance(stand_in, SimpleNamespace)
    with pytest.raises(InvalidInput, match=r"stand-in: issues\.a\.decided_at: 'p1' is below 'p0'"):
        build(stand_in)
