"""The stream on the page: what its data, its words and its Plotly figure say is what the tables
say."""

from __future__ import annotations

import dataclasses
import json

import pandas as pd
import plotly.graph_objects as go
import pytest

from sim.dashboard import _captions, _moments, _watched, replay, theme
from sim.dashboard._animation import stream
from sim.dashboard._layout import NARROW, WIDE, layout
from sim.dashboard._twins import twins
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.run import stream as passage
from sim.dashboard.report import render
from tests.dashboard import replayed, synthetic
from tests.dashboard.hostile import NAMES, hostile_manifest, hostile_tables

MANIFEST = synthetic.manifest()


@pytest.fixture(scope="module")
def tables():
    return replayed.replayed(synthetic.tables(replications=4, issues=30))


@pytest.fixture(scope="module")
def course(tables):
    who = _watched.organisation(tables, "shared")
    return _watched.course(tables, who, "shared", 1)


def test_captions_tell_each_tick(course):
    sentences = dict(_captions.captions(course, replayed.IDS))
    assert sentences[160] == "a raises the question; 3 leaders see something of it"
    assert sentences[161] == "ideas travel, until somebody can decide"
    assert sentences[165] == "the question reaches left"
    assert sentences[170] == "the room waits for an hour at which enough of them are free"
    assert sentences[172] == (
        "the room meets: 3 leaders, round 1; left brings a's idea, top brings nothing new"
    )
    assert sentences[173] == (
        "the room is in session: 3 leaders; right brings their own idea, right brings nothing new"
    )
    assert sentences[174] == (
        "round 1 ends in agreement; time is up: top decides with authority; 1 message with ideas "
        "was unread, 1 idea of its members never came up"
    )
    assert sentences[175] == "the decision is on its way to those it affects"
    assert sentences[180].startswith("the decision has reached 3 further leaders; it takes effect")


def test_turns_are_spread_over_their_round_and_what_they_bring_is_before_all_there(course):
    assert course.turns == [
        (172, 172.5, 1, 3),
        (172.5, 173, 0, -1),
        (173, 173.5, 2, 2),
        (173.5, 174, 2, -1),
    ]
    before = [(leader, by, when) for leader, by, when, change in course.ideas if change > 0]
    assert before == [
        *((leader, leader, 160) for leader in (2, 3, 6)),
        (1, 3, 164),
        (0, 3, 168),
        (2, 6, 168),
        (2, 3, 172.5),
        (0, 2, 173.5),
        (1, 2, 173.5),
    ]


def test_many_turns_in_a_tick_are_counted(course):
    many = [
        _watched.Turn(173 + n / 10, 173 + (n + 1) / 10, 1, 3 if n == 2 else -1) for n in range(9)
    ]
    crowded = dataclasses.replace(course, turns=many)
    sentences = dict(_captions.captions(crowded, replayed.IDS))
    assert sentences[173] == (
        "the room is in session: 3 leaders; 9 turns, of which 1 brings something new"
    )
    explained = dataclasses.replace(course, turns=[_watched.Turn(173, 174, -1, 6)])
    sentences = dict(_captions.captions(explained, replayed.IDS))
    assert sentences[173].endswith("; d's idea goes on the record with what is proposed")


def test_an_idea_that_is_not_kept_is_before_nobody(tables):
    replays = tables["replays"].copy()
    idea = (replays["what"] == "idea") & (replays["leader"] == "top")
    replays.loc[idea, "amount"] = 0.0
    who = _watched.organisation(tables, "shared")
    course = _watched.course(tables | {"replays": replays}, who, "shared", 1)
    assert [mark.kept for mark in course.marks if mark.what == _watched.IDEA] == [1, 0, 1]
    assert (0, 3, 172.5, 1) in course.ideas and (0, 3, 168, 1) not in course.ideas


def test_phases_and_the_first_picture(course):
    assert course.phases == [
        (160, 170, "gather"),
        (170, 172, "scheduling"),
        (172, 174, "deliberation"),
        (174, 180, "rollout"),
    ]
    assert _moments.poster(course) == 172
    assert course.knows == [(0, 174), (1, 174), (2, 174)]


def test_the_data_hold_each_issue_under_each_policy_and_one_picture_of_equal_organisations(tables):
    data = replay.data(tables, MANIFEST)
    assert set(data["shows"]) == {f"0 {place}" for place in range(len(synthetic.VARIANTS))}
    assert len(data["maps"]) == 1 and data["day"] == 8 and data["minutes"] == 60.0
    show = data["shows"]["0 0"]
    ideas = [mark for mark in show["marks"] if mark[4] == _watched.IDEA]
    assert [tuple(mark) for mark in ideas] == [
        (3, 1, 160, 164, 0, 3, 1),
        (1, 0, 164, 168, 0, 3, 1),
        (6, 2, 160, 168, 0, 6, 1),
    ]
    assert (show["first"], show["last"], show["decided"], show["decider"]) == (160, 180, 174, 0)
    assert len(data["maps"][0]["channels"]) == 7


def test_the_data_say_what_each_idea_speaks_for_and_where_ideas_ended(tables):
    show = replay.data(tables, MANIFEST)["shows"]["0 0"]
    assert show["speaks"] == replayed.SPEAKS
    assert [tuple(end) for end in show["ends"]] == [
        (2, 5, 161, 161, 161, 2, _watched.BLOCKED),
        (2, 2, 174, 174, 174, 6, _watched.UNSAID),
        (2, 0, 170, 172, 174, 6, _watched.UNREAD),
    ]


def test_the_data_say_what_is_at_stake_and_what_came_of_it(tables):
    ending = tables["decisions"].query("replication == 0 and issue == 1 and variant == 'shared'")
    kind = MANIFEST["policies"]["shared"]["issues"][ending["kind"].iloc[0]]
    show = replay.data(tables, MANIFEST)["shows"]["0 0"]
    assert show["stakes"] == float(kind["stakes"]) and show["chosen"] == 0
    assert show["worth"] == show["judged"] == ending["value"].iloc[0]
    assert show["options"] == ["A", "B"]
    without = {name: table for name, table in tables.items() if name != "decisions"}
    show = replay.data(without, MANIFEST)["shows"]["0 0"]
    assert show["worth"] is None and show["stakes"] is not None


def test_the_issue_and_the_policies_shown_first_are_those_that_differ_most(tables):
    two = tables | {
        name: pd.concat([tables[name], tables[name].assign(issue=2)], ignore_index=True)
        for name in ("replays", "stories")
    }
    decisions = tables["decisions"].copy()
    first = decisions["replication"] == 0
    decisions.loc[first & decisions["issue"].isin([1, 2]), "value"] = 0.5
    worse = first & (decisions["issue"] == 2) & (decisions["variant"] == "consensus")
    decisions.loc[worse, "value"] = float("nan")
    found = twins(two | {"decisions": decisions}, MANIFEST)
    base = next(iter(synthetic.VARIANTS))
    assert found == (2, base, "consensus", (0.5, 0.0))
    text = passage.finding(RunData(two | {"decisions": decisions}, MANIFEST))
    assert text.startswith("Of the issues replayed, policies differ most in issue 2: value 0.500")
    assert f"under {base}, 0.000 under consensus." in text


def test_where_there_are_many_channels_only_those_used_are_drawn(tables, monkeypatch):
    monkeypatch.setattr(replay, "_MOST_CHANNELS", 5)
    drawn = replay.data(tables, MANIFEST)["maps"][0]["channels"]
    assert {tuple(pair) for pair in drawn} == {(1, 3), (0, 1), (2, 6), (2, 5), (1, 4), (0, 2)}


def test_the_story_is_taken_apart_into_paragraphs_items_and_rows(tables):
    story = replay.data(tables, MANIFEST)["shows"]["0 0"]["story"]
    assert [title for title, _ in story] == [
        "In short",
        "How it was decided",
        "Where the time went",
    ]
    assert story[0][1] == [
        [
            "text",
            "A room of three leaders settled on A, 1 day 6 hours after the question arose. It took "
            "effect top hours later.",
        ]
    ]
    assert story[1][1] == [
        ["item", "Round 1, day 22, hour 5, for 2 hours. left said right.", 172, 172]
    ]
    assert story[2][1][0] == ["row", False, "Gathering, before anybody could decide", "12 h", "60%"]
    assert story[2][1][1] == ["row", True, "until top was asked", "8 h", ""]


def test_the_finding_counts_what_the_tables_hold(tables):
    text = passage.finding(RunData(tables, MANIFEST))
    assert "issue 1 (" in text
    assert "was seen in part by 3 leaders, whose ideas told others something new 3 times" in text
    assert (
        "The ideas of 2 other leaders had reached the 3 who decided when the time came, 1.8 "
        "working days" in text
    )
    assert text.endswith("and the decision then went to 3 more leaders.")


def test_without_replays_the_section_says_so_and_holds_no_player():
    page = render(synthetic.tables(replications=3, issues=20), MANIFEST)
    assert 'id="stream"' in page and "No issue of this result was watched" in page
    assert 'class="stream"' not in page and "stream-player-data" not in page


@pytest.mark.parametrize(("narrow", "frame"), [(False, WIDE), (True, NARROW)])
def test_the_figure_has_a_frame_a_tick_and_marks_between_leaders(tables, narrow, frame):
    figure = stream(tables, MANIFEST, narrow=narrow, issue=1, variant="consensus")
    assert isinstance(figure, go.Figure) and [f.name for f in figure.frames] == [
        str(t) for t in range(160, 181)
    ]
    assert figure.layout.template == go.layout.Template(theme.TEMPLATE)
    who = _watched.organisation(tables, "consensus")
    places = layout(who, frame).places
    ideas = [next(t for t in f.data if t.name == "idea") for f in figure.frames]
    start, later = (set(zip(ideas[place].x, ideas[place].y, strict=True)) for place in (0, 2))
    assert start == {places[3], places[6]} and not later & set(places) and len(later) == 2
    assert list(ideas[-1].x) == [None]


def test_an_issue_that_was_not_watched_is_an_error(tables):
    with pytest.raises(KeyError, match="issue 7"):
        stream(tables, MANIFEST, issue=7)


def test_names_enter_as_data_alone():
    tables = replayed.replayed(hostile_tables(), [*NAMES[:6], "plain"], NAMES[:3])
    page = replay.html(tables, hostile_manifest())
    assert "<script>alert" not in page and "<img" not in page and "<b>" not in page
    data = page[page.index("stream-player-data") :]
    shown = json.loads(data[data.index(">") + 1 : data.index("</script>")])
    assert shown["maps"][0]["leaders"][0].startswith(NAMES[0])
    assert "\u202e" not in page


def test_the_numbers_are_a_row_an_issue_and_policy(tables):
    table = passage.data(RunData(tables, MANIFEST))
    assert [row[0] for row in table.rows] == list(synthetic.VARIANTS)
    ending = (
        tables["decisions"].query("replication == 0 and issue == 1 and variant == 'shared'").iloc[0]
    )
    assert tuple(table.rows[0]) == (
        "shared",
        1,
        ending["kind"],
        3,
        3,
        3,
        2,
        1,
        3,
        1.75,
        2.5,
        ending["closed_by"],
    )
    assert passage.data(RunData(synthetic.tables(replications=1, issues=5), MANIFEST)) is None
