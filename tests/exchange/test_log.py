"""The log of one replication: it says what the tables say, and each message could be sent."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from exchange.conftest import SMALL
from sim.clock import Calendar
from sim.errors import Refused
from sim.exchange.dates import Dates
from sim.exchange.log import DECISIONS, MESSAGES, log_of
from sim.exchange.placing import csv, place
from sim.exchange.recording import ACTIVITIES, REPLY
from sim.measures import DELAY_PARTS
from sim.reading.export import Wanted, exports
from sim.runner import run
from sim.scenario import Scenario
from sim.sources.contacts import read_contacts
from sim.sources.oddities import Oddities
from sim.tables import content_hash

POLICIES = ["shared", "written", "escalate", "chain", "delegated"]
DAY = 8


@pytest.fixture(scope="module")
def logs(recordings):
    return {name: log_of(recording) for name, recording in recordings.items()}


def of(result, table, policy):
    rows = result.tables[table]
    return rows[rows["variant"] == policy]


def working_days(times) -> np.ndarray:
    """Working days from the start of a run to some moments, by numpy's calendar of weekdays."""
    moments = pd.to_datetime(times, format="ISO8601")
    days = np.busday_count("2026-01-05", moments.dt.date.to_numpy(dtype="datetime64[D]"))
    return days + (moments.dt.hour - 9 + moments.dt.minute / 60).to_numpy() / DAY


def first(decisions, activity) -> pd.Series:
    """When each case of the measured window had a step for the first time, in working days."""
    mine = decisions[(decisions["activity"] == activity) & ~decisions["case"].str.contains("-")]
    days = pd.Series(working_days(mine["time"]), index=mine["case"].astype(int))
    return days.groupby(level=0).first()


@pytest.mark.parametrize("policy", POLICIES)
def test_the_log_says_of_each_decision_what_the_table_says(result, logs, policy):
    table, decisions = of(result, "decisions", policy).set_index("issue"), logs[policy].decisions
    assert first(decisions, "raised").to_dict() == table["raised_day"].to_dict()
    ends = table["raised_day"] + table["delay"]
    horizon, settled = 25.0, table["quality"].notna()
    effect = ends[(ends < horizon) & settled]
    assert len(effect) > 5
    assert first(decisions, "took effect").to_dict() == pytest.approx(effect.to_dict())
    decided = ends - table["rollout"]
    decided = decided[settled & (decided < horizon)]
    assert first(decisions, "decided").to_dict() == pytest.approx(decided.to_dict())
    lapsed = ends[(table["closed_by"] == "lapsed") & (ends < horizon)]
    assert first(decisions, "expired undecided").to_dict() == pytest.approx(lapsed.to_dict())
    given_up = ends[~settled & (table["closed_by"] != "lapsed") & (ends < horizon)]
    assert first(decisions, "dropped").to_dict() == pytest.approx(given_up.to_dict())
    rounds = decisions[
        decisions["activity"].str.startswith("forum")
        & (decisions["lifecycle"] == "start")
        & decisions["case"].isin(effect.index.astype(str))
    ]
    held = rounds.groupby(rounds["case"].astype(int)).size().reindex(effect.index, fill_value=0)
    assert held.tolist() == table["rounds"][effect.index].tolist()


@pytest.mark.parametrize("policy", POLICIES)
def test_every_message_takes_a_channel_in_its_direction(recordings, logs, policy):
    structure, messages = recordings[policy].inputs.structure, logs[policy].messages
    names = np.array(structure.id)
    ways = {
        (names[source], names[target]): ("up", "down", "across")[way]
        for source, target, way in zip(
            structure.channel_source,
            structure.channel_target,
            structure.channel_direction,
            strict=True,
        )
    }
    sent = messages[messages["kind"] != REPLY]
    pairs = list(zip(sent["source"], sent["target"], strict=True))
    assert len(pairs) > 100
    assert [ways[pair] for pair in pairs] == sent["direction"].tolist()
    assert messages["time"].is_monotonic_increasing
    assert set(messages["kind"]) <= {"idea", "notice", "mandate", "decision", "context", REPLY}


@pytest.mark.parametrize("policy", POLICIES)
def test_as_many_messages_arrive_as_the_table_of_leaders_says(result, logs, policy):
    leaders = of(result, "leaders", policy).set_index("leader")["messages_in"]
    arrived = logs[policy].messages.groupby("target").size().reindex(leaders.index, fill_value=0)
    assert arrived.tolist() == leaders.tolist()


@pytest.mark.parametrize("policy", POLICIES)
def test_what_is_told_was_a_message_before(logs, policy):
    messages, decisions = logs[policy].messages, logs[policy].decisions
    news = messages[messages["kind"] == "decision"].groupby(["thread", "target"])["time"].first()
    told = decisions[decisions["activity"] == "told"]
    # What had come before the window is left out: it is read in its first days.
    told = told[~told["case"].str.startswith("before")]
    assert len(told) > 10
    for case, leader, moment in zip(told["case"], told["resource"], told["time"], strict=True):
        assert news[case, leader] <= moment


def test_what_the_policies_do_is_in_their_logs(logs):
    done = {name: set(log.decisions["activity"]) for name, log in logs.items()}
    assert set().union(*done.values()) <= ACTIVITIES.keys()
    assert "forum met" in done["shared"] and "forum met" not in done["written"]
    assert {"forum wrote", "forum assembled"} <= done["written"]
    assert {"escalated", "joined the forum"} <= done["escalate"]
    assert {"approved", "rejected"} <= done["chain"] and "forum met" not in done["chain"]
    assert "handed over" in done["delegated"]
    assert [REPLY in set(log.messages["kind"]) for log in logs.values()] == [
        name == "written" for name in logs
    ]


def test_members_of_a_written_round_write_to_each_other(logs):
    log = logs["written"]
    replies = log.messages[log.messages["kind"] == REPLY]
    rounds = log.decisions[
        (log.decisions["activity"] == "forum wrote") & (log.decisions["lifecycle"] == "start")
    ]
    members = rounds["attendees"].str.count("; ") + 1
    assert len(replies) == (members * (members - 1)).sum() > 0


def test_a_meeting_lasts_its_hours_within_a_day(recordings, logs):
    decisions = logs["shared"].decisions
    held = decisions[decisions["activity"] == "forum met"]
    times = held.assign(time=pd.to_datetime(held["time"])).pivot_table(
        index=["case", "detail"], columns="lifecycle", values="time", aggfunc="first"
    )
    lasted = (times["complete"] - times["start"]).dropna()
    kinds = recordings["shared"].inputs.kinds
    hours = {pd.Timedelta(hours=int(kind)) for kind in kinds.round}
    assert len(lasted) > 5 and set(lasted) <= hours


def test_columns_are_those_promised_and_the_same_run_gives_the_same_log(recordings, logs):
    log = logs["escalate"]
    assert list(log.messages) == list(MESSAGES) and list(log.decisions) == list(DECISIONS)
    again = log_of(recordings["escalate"])
    assert content_hash(again.messages) == content_hash(log.messages)
    assert content_hash(again.decisions) == content_hash(log.decisions)
    attended = log.decisions[log.decisions["activity"] == "forum met"]["attendees"]
    assert attended.str.contains("; ").any()


def test_recording_changes_nothing(result, recordings):
    for name, recording in recordings.items():
        table, played = of(result, "decisions", name), recording.outcome.decisions
        parts = sum(played[part] for part in DELAY_PARTS)
        assert (played["delay"] == parts).all()
        assert np.array_equal(played["quality"], table["quality"], equal_nan=True)


@pytest.mark.parametrize(
    ("calendar", "tick", "moment"),
    [
        (Calendar(), 0, "2026-01-05T09:00"),
        (Calendar(), 7, "2026-01-05T16:00"),
        (Calendar(), 8, "2026-01-06T09:00"),
        (Calendar(), 5 * 8, "2026-01-12T09:00"),
        (Calendar(), 5 * 8 * 52, "2027-01-04T09:00"),
        (Calendar(tick=Fraction(1, 3)), 25, "2026-01-06T09:20"),
        (Calendar(tick=Fraction(1, 60), day=Fraction(24)), 24 * 60 * 4 + 61, "2026-01-09T10:01"),
        (Calendar(day=Fraction(30)), 31, "2026-01-07T10:00"),
        (Calendar(week=7), 6 * 8, "2026-01-11T09:00"),
        (Calendar(week=4), 4 * 8, "2026-01-12T09:00"),
    ],
)
def test_ticks_fall_on_working_days(calendar, tick, moment):
    assert Dates(calendar).at(tick) == datetime.fromisoformat(f"{moment}+00:00")


def test_what_lasts_to_the_end_of_a_day_ends_on_it():
    dates = Dates(Calendar())
    assert dates.until(8) == datetime.fromisoformat("2026-01-05T17:00+00:00")
    assert dates.until(40) == datetime.fromisoformat("2026-01-09T17:00+00:00")
    assert dates.until(9) == dates.at(9)


def test_moments_never_go_back():
    for day in (8, 16, 24, 30, 50):
        dates = Dates(Calendar(day=Fraction(day)))
        moments = [dates.at(tick) for tick in range(12 * day)]
        assert moments == sorted(set(moments))


def test_the_log_is_read_as_any_log(logs, tmp_path):
    log = logs["escalate"]
    place([csv("messages", log.messages)], tmp_path)
    oddities = Oddities()
    contacts = read_contacts(tmp_path / "messages.csv", "messages.csv", oddities, {})
    assert contacts.messages and contacts.timed and not contacts.weighted
    for name in ("source", "target", "kind", "thread"):
        assert contacts.table[name].tolist() == log.messages[name].tolist()
    assert contacts.table["time"].tolist() == pd.to_datetime(log.messages["time"]).tolist()
    # Only the direction, which follows from the people, is left aside.
    assert [(odd.code, odd.said) for odd in oddities] == [
        ("unused-column", "columns that are not used: direction")
    ]


def test_where_people_are_shown_in_groups_nothing_lists_them(tmp_path):
    text = SMALL.replace("seed: 7", "seed: 7\nprivacy: {smallest_group: 3}")
    result = run(
        Scenario.from_text(text, overrides={"clock.horizon": "2w"}),
        variants=["shared"],
        engine="mesa",
        workers=1,
    )
    for wanted in (Wanted(log=True), Wanted(xes=True), Wanted(graphml=True)):
        with pytest.raises(Refused, match="shown in groups of at least 3"):
            exports(result, wanted)
    (book,) = exports(result, Wanted(tuple(result.tables), workbook=True))
    book.write(tmp_path / book.name)
    with zipfile.ZipFile(tmp_path / book.name) as archive:
        held = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "work" in held and not re.search(r"(top|middle|work)-\d\d", held)
