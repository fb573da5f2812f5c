"""Contacts become ties between known people; some ties become channels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.errors import InvalidInput, UsageError
from sim.sources.channels import TIE_COLUMNS, Ties, ties_of
from sim.sources.matching import unknown_people
from sim.sources.messages import Contacts, contacts_table
from sim.sources.oddities import Oddities
from sim.sources.thresholds import DAYS, MOST_RECEIVERS, Rules, Threshold
from sim.sources.tie_facts import say_other_lines, tie_facts
from sources.known import Known

PEOPLE = Known(list("abcdefghijk"), accounts=["everyone"])
START = pd.Timestamp("2026-01-05 09:12:07", tz="UTC")


def standing(*ties: tuple[str, str, str], weight: object = 1.0) -> Contacts:
    source, target, kind = zip(*ties, strict=True)
    table = contacts_table(source, target, range(2, 2 + len(ties)), kind=kind, weight=weight)
    return Contacts("ties.csv", table, False, bool((table["weight"] != 1).any()), False)


def log(*sent: tuple[str, str, float], file: str = "log.csv") -> Contacts:
    """Messages: source, target, days after the start."""
    source, target, day = zip(*sent, strict=True)
    time = [START + pd.Timedelta(days=one) for one in day]
    table = contacts_table(source, target, range(2, 2 + len(sent)), time=time)
    return Contacts(file, table, True, False, True)


def ties(*contacts: Contacts, people: Known = PEOPLE, **rules: object) -> tuple[Ties, dict]:
    oddities = Oddities()
    found = ties_of(list(contacts), people, Rules(**rules), oddities)
    assert tuple(found.table.columns) == TIE_COLUMNS
    return found, {one.code: one.count for one in oddities}


def channels(found: Ties) -> set[tuple[str, str]]:
    names = list(PEOPLE.index)
    chosen = found.written()
    return {(names[s], names[t]) for s, t in zip(chosen["source"], chosen["target"], strict=True)}


# What is left out


def test_who_is_not_known_is_left_out_and_counted_once():
    found, said = ties(log(("a", "x", 0), ("y", "b", 1), ("x", "x", 2), ("a", "b", 3)))
    assert said == {"unknown-person": 3, "below-threshold": 1}
    assert len(found.messages) == 1


def test_unknown_people_by_how_often_they_are_named():
    contacts = [log(("a", "x", 0), ("y", "b", 1), ("x", "everyone", 2))]
    assert unknown_people(contacts, PEOPLE).to_dict() == {"x": 2, "y": 1}


def test_unknown_people_stop_it_in_one_line_a_file():
    contacts = [log(*[("a", f"x{n}", float(n)) for n in range(500)]), standing(("a", "z", "k"))]
    with pytest.raises(InvalidInput) as raised:
        ties_of(contacts, PEOPLE, Rules(unknown="stop"), Oddities())
    first, second = map(str, raised.value.problems)
    unlisted = "people who are not listed"
    assert first.startswith(f"log.csv:2:1: messages from or to {unlisted}: 500 (500 different)")
    assert second.startswith(f"ties.csv:2:1: ties from or to {unlisted}: 1 (1 different)")


def test_accounts_selves_and_repeats_are_left_out():
    found, said = ties(
        log(("a", "everyone", 0), ("a", "a", 1), ("a", "b", 2), ("a", "b", 2), ("a", "b", 3)),
        standing(("a", "b", "advice"), ("a", "b", "advice"), ("b", "a", "advice")),
    )
    assert said == {"no-person": 1, "self-tie": 1, "repeated-row": 1}
    assert len(found.messages) == 2
    assert found.table["count"].tolist() == [1, 1, 2]


@pytest.mark.parametrize(("step", "count"), [("D", 3), ("h", 3), ("min", 3), ("s", 1)])
def test_seconds_alone_tell_that_a_message_stands_twice(step, count):
    table = contacts_table(["a"] * 3, ["b"] * 3, [2, 3, 4], time=[START.floor(step)] * 3)
    found, said = ties(Contacts("log.csv", table, True, False, True), channel_from=Threshold(1))
    assert found.table["count"].tolist() == [count]
    assert said.get("repeated-row", 0) == 3 - count


@pytest.mark.parametrize(
    ("step", "thread", "receivers"),
    [("D", "t", 1), ("h", "", 1), ("h", "t", 3), ("min", "", 3), ("s", "", 3)],
)
def test_which_rows_are_one_message(step, thread, receivers):
    time = [START.floor(step)] * 4
    table = contacts_table(list("aaab"), list("bcda"), range(4), time=time, thread=thread)
    found, _ = ties(Contacts("log.csv", table, True, False, True))
    assert found.messages["receivers"].tolist() == [receivers] * 3 + [1]


# Lines


def test_ties_that_are_the_line_are_no_channels():
    found, _ = ties(standing(("b", "a", "reports_to"), ("a", "c", "Manages"), ("b", "c", "advice")))
    assert found.lines[["source", "target"]].to_numpy().tolist() == [[1, 0], [2, 0]]
    assert channels(found) == {("b", "c")}
    facts = tie_facts(found, np.array([-1, 0, 1]))
    assert (facts.said_lines, facts.agreeing, facts.reversed) == (2, 1, 0)
    turned = tie_facts(found, np.array([1, -1, -1]))
    assert (turned.agreeing, turned.reversed) == (0, 1)
    oddities = Oddities()
    say_other_lines(found, np.array([1, -1, 0]), oddities)
    (odd,) = oddities
    assert (odd.code, odd.count, odd.examples) == ("other-line", 1, ["ties.csv:2"])
    assert odd.hint == "1 are the other way round there"


# Thresholds


def test_one_mail_in_nine_months_is_no_channel_as_a_hundred_are():
    often = [("a", "b", n * 2.7) for n in range(101)]
    found, said = ties(log(("c", "d", 5.5), *often))
    assert channels(found) == {("a", "b")}
    assert said == {"below-threshold": 1}
    rate = found.table.set_index("count")["per_month"]
    assert rate[101] == pytest.approx(101 * DAYS["mo"] / 270)
    assert rate[1] == pytest.approx(DAYS["mo"] / 270)


def test_both_directions_count_together():
    span = 3 * DAYS["mo"]
    sent = [("a", "b", 0), ("b", "a", 9.1), ("a", "b", 20), ("b", "a", 40), ("a", "b", 60)]
    last = ("b", "a", span)
    assert channels(ties(log(*sent, last))[0]) == {("a", "b"), ("b", "a")}
    assert not channels(ties(log(*sent[1:], ("c", "d", 0), last))[0])


def test_a_log_of_hours_is_taken_as_a_month():
    found, _ = ties(log(("a", "b", 0), ("a", "b", 0.1), ("c", "d", 0.2)))
    assert channels(found) == {("a", "b")}


def test_thresholds_of_the_user():
    sent = log(("a", "b", 0), ("a", "b", 1), ("a", "b", 2), ("c", "d", 3), ("c", "d", 4))
    assert channels(ties(sent, channel_from=Threshold.parse("3"))[0]) == {("a", "b")}
    assert channels(ties(sent, channel_from=Threshold.parse("36/y"))[0]) == {("a", "b")}
    assert not channels(ties(sent, channel_from=Threshold.parse("1/w"))[0])
    weights = standing(("a", "b", "k"), ("b", "c", "k"), weight=[2.0, 4.0])
    found, said = ties(weights, channel_from=Threshold.parse("3"))
    assert channels(found) == {("b", "c")} and not said
    found, said = ties(weights)
    assert channels(found) == {("a", "b"), ("b", "c")} and said == {"unused-weight": 2}


def test_reciprocal_ties_alone():
    found, _ = ties(
        standing(("a", "b", "advice"), ("b", "a", "advice"), ("b", "c", "advice"), ("c", "b", "x")),
        log(("d", "e", 0), ("e", "d", 1), ("f", "g", 2), ("f", "g", 3)),
        reciprocal=True,
    )
    assert channels(found) == {("a", "b"), ("b", "a"), ("d", "e"), ("e", "d")}


def test_announcements_make_no_channels():
    names = list(PEOPLE.index)
    many = [("a", name, day) for day in (0, 1) for name in names[1 : MOST_RECEIVERS + 2]]
    few = [("b", name, day + 0.5) for day in (0, 1) for name in names[2 : MOST_RECEIVERS + 2]]
    found, said = ties(log(*many, *few))
    assert channels(found) == {("b", name) for name in names[2 : MOST_RECEIVERS + 2]}
    assert said["announcement"] == len(many)
    assert set(found.messages["receivers"]) == {MOST_RECEIVERS, MOST_RECEIVERS + 1}


def test_files_have_spans_of_their_own():
    year = [("c", "d", 0), ("c", "d", 365)]
    found, _ = ties(log(*year), log(("a", "b", 0), ("a", "b", 1), file="other.csv"))
    assert channels(found) == {("a", "b")}
    assert found.days == 365


@pytest.mark.parametrize("text", ["0/mo", "5/month", "-1", "often", "", "5/"])
def test_thresholds_that_make_no_sense(text):
    with pytest.raises(UsageError, match="--channel-from takes a rate"):
        Threshold.parse(text)


# Facts


def test_facts():
    found, _ = ties(
        standing(("a", "b", "advice"), ("b", "a", "advice"), ("c", "b", "advice")),
        log(("a", "b", 0), ("b", "a", 1), ("a", "c", 2)),
    )
    facts = tie_facts(found, np.array([-1, 0, 0]))
    advice, message = facts.kinds
    assert (advice.called, message.called) == ("advice ties", "messages")
    assert (advice.kind, advice.ties, advice.channels, advice.lines_with) == ("advice", 3, 2, 1)
    assert advice.reciprocity == pytest.approx(2 / 3) and advice.messages is None
    assert (message.messages, message.ties, message.channels) == (3, 3, 1)
    assert facts.lines == 2
    assert facts.along_lines == 1.0


def test_no_ties_at_all():
    found, said = ties()
    assert found.table.empty and found.messages.empty and found.lines.empty and not said
    facts = tie_facts(found, np.array([-1, 0]))
    assert facts.lines == 1 and facts.kinds == () and np.isnan(facts.along_lines)
