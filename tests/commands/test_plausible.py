"""`check` and `run` warn of rates, witnesses and forums that nobody can mean, and of what files
were taken for."""

from __future__ import annotations

import json

import pytest

from sim.commands.warnings import warnings_of
from sim.errors import Problem
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.shipped import shipped

FIVE = """\
name: five
replications: 1
clock: {horizon: 3w, warmup: 1w}
stream: {positions: [{name: head, leaders: 1}, {name: rest, leaders: 4}]}
"""


def warned(text, of="", **more):
    scenario = Scenario.from_text(text, name="t.yaml", **more)
    warnings = warnings_of(
        scenario, {name: parameters(policy) for name, policy in scenario.policies().items()}
    )
    return [
        str(warning)
        for warning in warnings
        if warning.path.endswith(of) and warning.path != "work.load"
    ]


def test_a_rate_by_the_minute_says_what_a_month_would_give():
    text = "name: t\nissues: {a: {rate: 3/m, raised_at: downstream, decided_at: midstream}}\n"
    assert warned(text, "rate") == [
        "t.yaml:2:20: issues.a.rate: about 331,200 issues in a replication, 53 a day for each of "
        "the 27 leaders who may raise them; m is minutes, a month is mo: 3/mo, about 33 issues"
    ]
    rated = text.replace("3/m", "{each: 3/m}")
    assert "1,440 a day for each of the 27 leaders" in warned(rated, "rate")[0]
    assert "3/mo, about 887 issues" in warned(rated, "rate")[0]
    assert warned(text.replace("3/m", "3/mo"), "rate") == []
    assert warned(text.replace("3/m", "4/h"), "rate") == []
    assert "a day for each of the 27 leaders" in warned(text.replace("3/m", "999/h"), "rate")[0]


def test_changes_of_direction_by_the_minute():
    (warning,) = warned("name: t\ndirection: {shifts: 2/m}\n", "shifts")
    assert warning.endswith(
        "the direction changes about 960 times a day; m is minutes, a month is mo: 2/mo"
    )


def test_witnesses_and_forums_larger_than_the_organisation():
    text = FIVE + "issues: {a: {rate: 1/w, witnesses: 30}}\npower: {forum: {size: 50}}\n"
    assert warned(text) == [
        "t.yaml:5:36: issues.a.witnesses: 30 witnesses, but there are 5 leaders: all of them sense "
        "every such issue (write all, or 5 or fewer)",
        "t.yaml:6:23: power.forum.size: a forum of 50, but there are 5 leaders (nearest: 5)",
    ]


def test_a_forum_larger_than_those_who_may_sit_in_it():
    kind = "issues: {a: {rate: 1/w, witnesses: 3, affects: witnesses, power: {forum: {size: 5}}}}\n"
    (warning,) = warned("name: t\n" + kind)
    assert warning == (
        "t.yaml:2:81: issues.a.power.forum.size: a forum of 5, but at most 3 can sit in it on 'a': "
        "the accountable, 3 witnesses and those affected (witnesses) (nearest: 3)"
    )
    assert warned("name: t\n" + kind.replace("affects: witnesses", "affects: team")) == []
    assert warned("name: t\n" + kind.replace("size: 5", "size: 5, choose: all")) == []


def test_a_variants_own_numbers_are_looked_at_and_defaults_are_not():
    assert warned(FIVE) == []
    assert warned(FIVE + "issues: {a: {rate: 1/w}}\n") == []
    (warning,) = warned(
        FIVE + "issues: {a: {rate: 1/w}}\nvariants: {x: {issues.a.witnesses: 64}}\n"
    )
    assert warning.startswith(
        "t.yaml:6:36: issues.a.witnesses: 64 witnesses, but there are 5 leaders"
    )


ROOM = FIVE + "issues: {a: {rate: 1/w, affects: all}}\n"


def test_a_limit_within_which_only_one_round_fits():
    (warning,) = warned(ROOM + "consensus: {limit: 1d}\n", "limit")
    assert warning == (
        "t.yaml:6:20: consensus.limit: only one round fits on 'a', after which nobody can think "
        "again: two rounds of 2h and a pause of 8h take 12h, and the limit is 8h (nearest: 12h; "
        "with consensus.rule: none one round is enough)"
    )
    assert warned(ROOM + "consensus: {limit: 12h}\n", "limit") == []
    assert len(warned(ROOM + "consensus: {limit: 11h}\n", "limit")) == 1
    assert len(warned(ROOM + "consensus: {pause: 9d}\n", "limit")) == 1
    assert len(warned(ROOM + "power: {forum: {mode: written, reply: 3d}}\n", "limit")) == 1
    share = ROOM.replace("rate: 1/w", "rate: 1/w, half_life: 2d") + "consensus: {limit: 50%}\n"
    assert len(warned(share, "limit")) == 1


@pytest.mark.parametrize(
    "more",
    [
        "consensus: {limit: 0d, rule: none}",
        "consensus: {limit: 1 round}",
        "consensus: {limit: 0d}\npower: {rule: autocratic}",
        "consensus: {limit: 0d}\npower: {rule: consultative}",
        "consensus: {limit: 3h, pause: 0h, round: 1h}",
    ],
)
def test_nothing_is_said_of_a_limit_that_is_meant_or_not_read(more):
    assert warned(f"{ROOM}{more}\n", "limit") == []


def test_a_limit_of_one_kind_of_issue_is_told_at_its_place():
    kinds = "issues: {a: {rate: 1/w, consensus: {limit: 1h}}, b: {rate: 1/w}}\n"
    (warning,) = warned(FIVE + kinds, "limit")
    assert warning.startswith("t.yaml:5:44: issues.a.consensus.limit: only one round fits on 'a'")


def test_a_round_too_short_for_a_turn():
    (warning,) = warned(ROOM + "consensus: {turns: 0.25, round: 1h}\n", "turns")
    assert warning == (
        "t.yaml:6:20: consensus.turns: 0.25 an hour make 0.25 of a turn in a round of 1h; each has "
        "at least one, in which one member speaks (nearest: 1)"
    )
    for fine in ("turns: 0.5, round: 2h", "turns: off", "turns: 3"):
        assert warned(ROOM + f"consensus: {{{fine}}}\n", "turns") == []
    silent = "consensus: {turns: 0.25}\npower: "
    assert warned(ROOM + silent + "{rule: autocratic}\n", "turns") == []
    assert warned(ROOM + silent + "{forum: {mode: written}}\n", "turns") == []
    assert len(warned(ROOM + silent + "{rule: consultative}\n", "turns")) == 1


def test_a_forum_of_one():
    (warning,) = warned(ROOM + "power: {forum: {size: 1}}\n", "size")
    assert warning == (
        "t.yaml:6:23: power.forum.size: the accountable leader sits alone in a forum of 1 and "
        "shares power with nobody (nearest: 2)"
    )
    assert warned(ROOM + "power: {forum: {size: 1, choose: all}}\n", "size") == []
    assert warned(ROOM + "power: {rule: autocratic, forum: {size: 1}}\n", "size") == []


def test_who_leans_alike_where_nobody_leans():
    (warning,) = warned(ROOM + "interests: {of: unit}\n", "interests.of")
    assert warning == (
        "t.yaml:6:17: interests.of: changes nothing where interests.strength is 0, as nobody leans "
        "(write 0.5, say)"
    )
    assert warned(ROOM + "interests: {of: unit, strength: 0.5}\n", "interests.of") == []
    some = "interests: {of: unit}\nvariants: {leaning: {interests.strength: 0.5}}\n"
    assert warned(ROOM + some, "interests.of") == []
    assert warned(ROOM, "interests.of") == []


ALIKE = "where competence.spread is 0, as all are alike (write 0.5, say)"
ONE_FACET = "perspective: {facets: 1}\n"
WEIGHED_ALIKE = (
    "changes nothing where perspective.facets is 1, as all weigh that one alike (nearest: 2)"
)


@pytest.mark.parametrize(
    ("key", "setting", "needed", "place", "text"),
    [
        ("trust", "trust: learned\n", "", "6:8", f"learned changes nothing {ALIKE}"),
        (
            "influence.rule",
            "influence: {rule: reputation}\n",
            "",
            "6:19",
            f"reputation leaves influence at 1 {ALIKE}",
        ),
        ("interests.strength", "interests: {strength: 0.5}\n", ONE_FACET, "7:23", WEIGHED_ALIKE),
        (
            "competence.judgement",
            "competence: {judgement: 0.5}\n",
            ONE_FACET,
            "7:25",
            WEIGHED_ALIKE,
        ),
    ],
)
def test_what_people_who_are_alike_leave_without_effect(key, setting, needed, place, text):
    assert warned(ROOM + needed + setting, key) == [f"t.yaml:{place}: {key}: {text}"]
    if needed:
        assert warned(ROOM + setting, key) == []
        some = "variants: {more: {perspective.facets: 3}}\n"
    else:
        differ = "competence: {spread: 0.5}\n"
        assert warned(ROOM + setting + differ, key) == []
        some = "variants: {unlike: {competence.spread: 0.5}}\n"
    assert warned(ROOM + needed + setting + some, key) == []


@pytest.mark.parametrize("path", [*shipped().values(), *shipped("presets").values()], ids=str)
def test_nothing_shipped_is_implausible(path):
    assert warned(path.read_text(encoding="utf-8"), folder=path.parent) == []


@pytest.fixture
def people(folder):
    (folder / "people.csv").write_text("id;manager_id\n1;\n2;1.0\n3;1.0\n4;\n", encoding="utf-8")
    text = (
        FIVE.replace(FIVE.splitlines()[3], "stream: {people: people.csv}")
        + "issues: {a: {rate: 1/w}}\n"
    )
    (folder / "people.yaml").write_text(text, encoding="utf-8")
    return [
        "people.csv:1:1: is separated by semicolons; it was read so",
        (
            "people.csv:3:2: manager_id: whole numbers with decimals, such as 1.0, were read "
            "without them: 1"
        ),
        "people.yaml:4:9: stream.roots: 2 people without a manager are joined as one team: 1 "
        "channel; stream.roots: apart leaves them apart",
    ]


def test_check_and_run_say_how_the_files_were_read(call, people):
    checked = call("check", "people.yaml")
    run = call("run", "people.yaml", "--engine", "mesa", "--workers", "1", "--replays", "0")
    for result in (checked, run):
        assert result.exit_code == 0
        said = " ".join(result.stderr.split())
        assert all(f"warning: {warning}" in said for warning in people), said
    (plan,) = json.loads(call("check", "people.yaml", "--json").stdout)
    assert [str(Problem(**warning)) for warning in plan["warnings"]] == people


def test_run_says_only_what_the_policies_that_run_are_warned_of(call, folder):
    text = FIVE + "issues: {a: {rate: 1/w}}\nvariants: {x: {issues.a.witnesses: 64}}\n"
    (folder / "five.yaml").write_text(text, encoding="utf-8")
    options = ("--engine", "mesa", "--workers", "1", "--replays", "0")
    assert "64 witnesses" in call("run", "five.yaml", *options).stderr
    assert "64 witnesses" not in call("run", "five.yaml", "--variant", "base", *options).stderr


def test_check_of_a_rate_by_mistake_names_minutes(call, folder):
    (folder / "often.yaml").write_text(
        FIVE + "issues: {a: {rate: {each: 9/m}}}\n", encoding="utf-8"
    )
    assert "m is minutes" in " ".join(call("check", "often.yaml").stderr.split())
