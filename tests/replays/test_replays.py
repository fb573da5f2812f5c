"""What is watched of a run: the very run of the tables, the same whatever the workers, and no other
table changed."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from story.scenario import COURSES

from sim import results
from sim.agents import trace, traces
from sim.api import run as simulate
from sim.dashboard import _watched
from sim.dashboard._captions import captions
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.run import stream
from sim.errors import UsageError
from sim.measures import DELAY_PARTS
from sim.parameters import parameters
from sim.replays import add_replays, choosing, recording, rows
from sim.runner import run
from sim.scenario import Scenario
from sim.story import story
from sim.tables import OPTIONAL, content_hash

SHIFTING = {"direction.shifts": "100/y", "clock.horizon": "3w"}
POLICIES = ["rotating", "chain", "escalate", "drop"]


@pytest.fixture(scope="module")
def scenario():
    return Scenario.from_text(COURSES, overrides=SHIFTING)


def made(scenario):
    return run(scenario, variants=POLICIES, replications=1, engine="mesa", workers=1)


@pytest.fixture(scope="module")
def result(scenario):
    found = made(scenario)
    add_replays(found, None, wanted=5)
    return found


def each(result):
    """Every course watched: organisation, variant, issue, course."""
    for variant in _watched.variants(result.tables):
        who = _watched.organisation(result.tables, variant)
        for issue in _watched.issues(result.tables):
            course = _watched.course(result.tables, who, variant, issue)
            assert course is not None
            yield who, variant, issue, course


def test_the_same_issues_are_watched_under_every_policy(result):
    replays = result.tables["replays"]
    assert list(dict.fromkeys(replays["variant"])) == list(result.manifest["policies"])
    found = replays.groupby("variant")["issue"].unique()
    assert all(list(some) == _watched.issues(result.tables) for some in found)
    kinds = result.tables["decisions"].drop_duplicates("issue").set_index("issue")["kind"]
    assert {kinds[issue] for issue in _watched.issues(result.tables)} == {
        "task",
        "plan",
        "offer",
        "change",
    }


def test_the_tables_are_those_promised_and_the_manifest_knows_them(result):
    for name in ("replays", "channels", "stories"):
        assert list(result.tables[name].columns) == [column.name for column in OPTIONAL[name]]
    assert result.manifest["tables"] == results.table_facts(result.tables)


def test_they_are_saved_with_the_others_and_read_back(result, tmp_path):
    folder = results.save(result, tmp_path)
    back = results.load(folder)
    assert results.altered(back) == [] and list(back.tables) == list(result.tables)
    for name in ("replays", "channels", "stories"):
        pd.testing.assert_frame_equal(back.tables[name], result.tables[name])


def test_no_other_table_changes_and_none_is_made_unasked(scenario, result):
    plain = made(scenario)
    assert add_replays(plain, None, wanted=0) == []
    assert set(plain.tables) == {"runs", "decisions", "leaders", "days"}
    for name, table in plain.tables.items():
        assert content_hash(table) == content_hash(result.tables[name])


def test_every_idea_leaves_when_it_was_sent_and_arrives_when_it_is_heard(scenario, result):
    inputs = parameters(scenario.policies()["rotating"])
    ids = inputs.structure.id
    for who, variant, issue, course in each(result):
        if variant == "rotating":
            heard = [event for event in trace(inputs, 0, issue).events if event.what == "idea"]
            told = [
                (
                    ids[e.data["source"]],
                    ids[e.data["target"]],
                    e.data["sent"],
                    e.tick,
                    ids[e.data["originator"]],
                )
                for e in heard
            ]
            marks = [
                (
                    who.leaders[m.source],
                    who.leaders[m.target],
                    m.sent,
                    m.read,
                    who.leaders[m.originator],
                )
                for m in course.marks
                if m.what == _watched.IDEA
            ]
            assert marks == told and len(marks) > 5


@pytest.mark.parametrize("policy", ["rotating", "escalate", "narrow", "leaning"])
def test_what_is_before_each_in_a_round_is_their_mind_and_the_record(scenario, policy):
    """The picture's discs, recomputed from what the model held in the rounds."""
    inputs = parameters(scenario.policies()[policy])
    ids, numbers = list(inputs.structure.id), list(range(1, 21))
    courses, news = traces(inputs, 0, numbers)
    tables = rows.tables([rows.watched(policy, 0, inputs, courses, news, {})])
    leaders = pd.DataFrame({"leader": ids, "variant": policy, "replication": 0})
    leaders["position"] = leaders["unit"] = "any"
    tables |= {"leaders": leaders}
    who, seen, let_go = _watched.organisation(tables, policy), 0, 0
    for issue, found in courses.items():
        course = _watched.course(tables, who, policy, issue)
        for event in found.events:
            if event.what == "round":
                held = {leader: set() for leader in event.data["present"]}
                for leader, by, when, change in course.ideas:
                    if when <= event.tick and leader in held:
                        held[leader] ^= {by}
                        let_go += change < 0
                record = set(event.data["record"])
                for leader, ideas in event.data["minds"]:
                    assert held[leader] == {by for by, *_ in ideas} | record
                    seen += len(held[leader])
    assert seen > 50


def test_every_turn_is_a_row_in_its_round(scenario, result):
    inputs = parameters(scenario.policies()["rotating"])
    for who, variant, issue, course in each(result):
        if variant == "rotating":
            spoken = [
                turn
                for event in trace(inputs, 0, issue).events
                if event.what == "round"
                for turn in event.data["turns"]
            ]
            ids = inputs.structure.id
            drawn = [
                (
                    who.leaders[turn.speaker],
                    who.leaders[turn.originator] if turn.originator >= 0 else "",
                )
                for turn in course.turns
                if turn.speaker >= 0
            ]
            assert drawn == [(ids[a], ids[b] if b >= 0 else "") for a, b in spoken]
            for turn in course.turns:
                assert any(start <= turn.start < turn.end <= end for start, end, _ in course.meets)


def test_where_ideas_end_is_what_the_model_kept(scenario):
    """Blocked, unread and unsaid ideas, counted again from the messages and the rooms."""
    seen = dict.fromkeys(_watched.ENDS, 0)
    for policy in ("rotating", "escalate", "narrow"):
        inputs = parameters(scenario.policies()[policy])
        ids = inputs.structure.id
        courses, news = traces(inputs, 0, list(range(1, 21)))
        table = rows.tables([rows.watched(policy, 0, inputs, courses, news, {})])["replays"]
        for issue, found in courses.items():
            mine = table[table["issue"] == issue]
            over = next(
                (e for e in found.events if e.what in ("decide", "lapse", "leave")),
                found.events[-1],
            )
            sent = {(m.originator, m.source, m.target) for m in found.mail if m.due >= 0}
            held = {(m.originator, m.source, m.target) for m in found.mail if m.sent <= over.tick}
            unread = [m for m in found.mail if m.due >= 0 and m.read < 0 and m.sent <= over.tick]
            holders = [(i, by) for by, some in over.data.get("unsaid", ()) for i in some]
            expected = {
                "blocked": sorted((ids[b], ids[t], ids[s]) for b, s, t in held - sent),
                "unread": sorted((ids[m.originator], ids[m.target], ids[m.source]) for m in unread),
                "unsaid": sorted((ids[by], ids[i], "") for i, by in holders),
            }
            for what, ends in expected.items():
                rows_of = mine[mine["what"] == what]
                told = zip(rows_of["about"], rows_of["leader"], rows_of["source"], strict=True)
                assert sorted(told) == ends, (policy, issue, what)
                seen[what] += len(ends)
    assert min(seen.values()) > 0, seen


def test_what_a_witness_saw_speaks_for_what_the_story_says(scenario, result):
    inputs = parameters(scenario.policies()["rotating"])
    ids = inputs.structure.id
    for who, variant, issue, course in each(result):
        if variant == "rotating":
            looks = [e.data for e in trace(inputs, 0, issue).events if e.what == "sense"]
            expected = {ids[look["leader"]]: (look["best"], look["precision"]) for look in looks}
            assert {who.leaders[i]: saw for i, saw in course.speaks.items()} == expected


def test_what_travels_goes_along_channels_and_takes_time(result):
    kinds = set()
    for who, _, _, course in each(result):
        pairs = set(who.channels)
        for mark in course.marks:
            kinds.add(mark.what)
            assert (min(mark.source, mark.target), max(mark.source, mark.target)) in pairs
            assert course.first <= mark.sent <= mark.read <= course.last
    assert kinds == {_watched.IDEA, _watched.CONTEXT, _watched.DECISION}


def test_news_of_the_direction_tells_its_reader_more_than_it_knew(result):
    news = result.tables["replays"].query("what == 'context'")
    assert len(news) > 20
    for _, some in news.groupby(["variant", "issue", "leader", "about", "number"]):
        assert some["amount"].is_monotonic_increasing and some["amount"].is_unique
        assert some["amount"].between(0, 1).all()


def test_the_phases_add_up_to_the_parts_of_the_delay(result):
    decisions = result.tables["decisions"].set_index(["variant", "issue"])
    for _, variant, issue, course in each(result):
        sums = dict.fromkeys(DELAY_PARTS, 0)
        for start, end, part in course.phases:
            sums[part] += end - start
        row = decisions.loc[(variant, issue)]
        if math.isfinite(row["quality"]):
            assert {part: ticks / 8 for part, ticks in sums.items()} == {
                part: row[part] for part in DELAY_PARTS
            }
        assert sum(sums.values()) / 8 == row["delay"] == (course.last - course.first) / 8
        assert all(a[1] == b[0] for a, b in zip(course.phases, course.phases[1:], strict=False))


def test_whoever_decides_was_there_and_every_course_is_told(scenario, result):
    stories = result.tables["stories"].set_index(["variant", "issue"])["text"]
    decisions = result.tables["decisions"].set_index(["variant", "issue"])
    for who, variant, issue, course in each(result):
        row = decisions.loc[(variant, issue)]
        if course.decided is not None:
            assert row["decider"] == "forum" or who.leaders.index(row["decider"]) in dict(
                course.knows
            )
        told = captions(course, who.leaders)
        assert told[0][0] == course.first and "raises the question" in told[0][1]
        assert [tick for tick, _ in told] == sorted({tick for tick, _ in told})
        assert stories[(variant, issue)].startswith("In short")
    inputs = parameters(scenario.policies()["chain"])
    issue = _watched.issues(result.tables)[0]
    assert stories[("chain", issue)] == story(
        trace(inputs, 0, issue), inputs.scenario, inputs.structure
    )


def test_several_issues_are_watched_as_each_alone(scenario):
    inputs = parameters(scenario.policies()["escalate"])
    together, _ = traces(inputs, 0, [3, 1, 8])
    assert list(together) == [3, 1, 8]
    for issue, found in together.items():
        alone = trace(inputs, 0, issue)
        assert found.events == alone.events and str(found.decision) == str(alone.decision)
    with pytest.raises(IndexError):
        traces(inputs, 0, [1, 100_000])


@pytest.mark.slow
def test_the_same_tables_whatever_the_workers(scenario, result, monkeypatch):
    monkeypatch.setattr("sim.replays.recording.ALONE", 0.0)
    other = made(scenario)
    add_replays(other, None, wanted=5, workers=2)
    for name in ("replays", "channels", "stories"):
        assert content_hash(other.tables[name]) == content_hash(result.tables[name])


def decisions(*rows):
    """Decisions of replication 0: (variant, issue, kind, raised_day, delay, commitment, rounds)."""
    names = ("variant", "issue", "kind", "raised_day", "delay", "commitment", "rounds")
    return pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows]).assign(replication=0)


def test_of_each_kind_the_first_that_was_deliberated_and_took_effect_everywhere(scenario):
    inputs = {name: parameters(scenario.policies()[name]) for name in ("contingent", "chain")}
    lapsed = math.nan
    table = decisions(
        ("contingent", 1, "task", 6.0, 2.0, 0.5, 1),
        ("contingent", 2, "task", 7.0, 2.0, 0.5, 0),
        ("contingent", 3, "task", 8.0, 2.0, 0.5, 2),
        ("contingent", 4, "plan", 9.0, 2.0, lapsed, 0),
        ("chain", 1, "task", 6.0, 2.0, lapsed, 0),
        ("chain", 2, "task", 7.0, 2.0, 0.5, 0),
        ("chain", 3, "task", 8.0, 30.0, 0.5, 0),
        ("chain", 4, "plan", 9.0, 2.0, 0.5, 0),
    )
    assert choosing.chosen(table, inputs, 2) == [3, 4]
    assert choosing.chosen(table, inputs, 1) == [3]
    assert choosing.chosen(table, inputs, 0) == []
    leader_ticks = 2 * 19 * 8
    assert choosing.chosen(table, inputs, 2, budget=leader_ticks * 11.0) == [2, 4]
    assert choosing.chosen(table, inputs, 2, budget=leader_ticks * 7.9) == []
    assert choosing.end(table, [3, 4]) == 38.0


def test_first_comes_the_issue_in_which_policies_differ_most(scenario):
    inputs = {name: parameters(scenario.policies()[name]) for name in ("contingent", "chain")}
    lapsed = math.nan
    table = decisions(
        *(("contingent", issue, "task", 6.0, 2.0, 0.5, 1) for issue in (1, 2, 3)),
        *(("chain", issue, "task", 6.0, 2.0, 0.5, 1) for issue in (1, 2, 3)),
    ).assign(value=[0.5, 0.4, 0.5, 0.4, lapsed, 0.8], net_value=[0.0] * 5 + [1.0])
    gaps = choosing.apart(table, "contingent", "value")
    assert gaps["chain"].round(9).to_dict() == {1: -0.1, 2: -0.4, 3: 0.3}
    assert choosing.chosen(table, inputs, 1) == [2]
    assert choosing.chosen(table, inputs, 1, measure="net_value") == [3]
    assert choosing.chosen(table, inputs, 2) == [1, 2]
    assert choosing.chosen(table, inputs, 3) == [1, 2, 3]


def test_what_may_be_replayed_unasked_grows_with_the_runs(scenario):
    inputs = {name: parameters(scenario.policies()[name]) for name in ("contingent", "chain")}
    one = inputs["chain"].numbers.leaders * inputs["chain"].numbers.horizon
    few = {"runs": pd.DataFrame({"replication": [0, 1]})}
    assert choosing.budget(few, inputs) == choosing.LEAST
    many = {"runs": pd.DataFrame({"replication": range(200_000)})}
    whole = choosing.budget(many, inputs)
    assert whole == pytest.approx(200_000 * one / 480)
    again = many | {"urgency": pd.DataFrame({"factor": range(200_000)})}
    assert choosing.budget(again, inputs) == pytest.approx(2 * whole)


def test_issues_named_are_replayed_however_long_they_take(scenario, monkeypatch):
    monkeypatch.setattr(choosing, "LEAST", 0.0)
    found = run(scenario, variants=["rotating"], replications=1, engine="mesa", workers=1)
    last = choosing.replayable(found.tables["decisions"], ["rotating"])[-1]
    assert add_replays(found, None, [last, 1, last, last + 1]) == [1, last]
    assert found.manifest["replays"] == {
        "asked": [1, last, last + 1],
        "failures": [],
        "missing": [last + 1],
    }
    assert _watched.issues(found.tables) == [1, last]
    assert add_replays(found, None, []) == []


@pytest.mark.parametrize("replays", [-1, [0], [1.5], "7"])
def test_what_can_be_no_issue_is_refused_before_anything_runs(scenario, replays):
    with pytest.raises(UsageError, match="replays must be"):
        simulate(scenario, replays=replays, save=False, variants=["nobody"])


def test_a_replay_that_fails_is_told_and_the_others_are_kept(scenario, monkeypatch):
    whole = recording.watch

    def failing(wanted, replication):
        if wanted.variant == "chain":
            raise RuntimeError("no luck")
        return whole(wanted, replication)

    monkeypatch.setattr(recording, "watch", failing)
    found = run(scenario, variants=["rotating", "chain"], replications=1, engine="mesa", workers=1)
    assert add_replays(found, None, wanted=1)
    assert found.manifest["replays"] == {
        "asked": 1,
        "failures": [{"variant": "chain", "error": "RuntimeError: no luck"}],
    }
    assert _watched.variants(found.tables) == ["rotating"]
    told = "The replay failed under chain (RuntimeError: no luck): it is not shown here."
    assert stream.finding(RunData(found.tables, found.manifest)).endswith(told)
    monkeypatch.setattr(recording, "watch", lambda wanted, replication: 1 / 0)
    add_replays(found, None, wanted=1)
    assert stream.finding(RunData(found.tables, found.manifest)).startswith(
        "The replay failed under rotating (Zero"
    )
