"""Times of hops from small logs, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.fitting.desks import gates, read_at_once
from sim.fitting.hops import (
    DIRECTIONS,
    Log,
    alternates,
    direction_of,
    hops_between,
    hops_of_messages,
    most_answered,
)

RANK = np.array([0, 1, 1, 2, 2])
NO_MEETINGS = pd.DataFrame({"person": [], "start": [], "end": []}, dtype="float64")
NONE = pd.Series(dtype="float64")


def log_of(*rows: tuple, step: float = 1.0, end: float = 40.0, attention: float = 4.0) -> Log:
    """A log of rows at, source, target, thread and, but for ideas, kind."""
    table = pd.DataFrame(
        [(float(at), s, t, thread, *(kind or ("idea",))) for at, s, t, thread, *kind in rows],
        columns=["at", "source", "target", "thread", "kind"],
    )
    ends = (table[end].to_numpy(np.int64) for end in ("source", "target"))
    return Log(table, direction_of(*ends, RANK), step, end, attention, NO_MEETINGS)


def told(hops) -> list[tuple]:
    return [
        (float(time), float(limit), DIRECTIONS[way])
        for time, limit, way in zip(hops.time, hops.limit, hops.direction, strict=True)
    ]


def test_time_runs_from_the_last_message_received_to_the_next():
    log = log_of((2, 3, 1, "a"), (5, 1, 0, "a"), (6, 4, 1, "a"), (9, 1, 2, "a"))
    every = np.ones(4, dtype=bool)
    hops = hops_between(log, every, NONE, pd.Series({"a": 20.0}))
    assert told(hops) == [(3.0, 4.0, "up"), (3.0, 14.0, "across")]


def test_a_matter_that_arises_sets_off_everybody_and_the_decision_ends_all():
    log = log_of((2, 3, 1, "a"), (5, 1, 0, "a"), (31, 1, 4, "b"))
    every = np.ones(3, dtype=bool)
    hops = hops_between(log, every, pd.Series({"a": 0.0}), pd.Series({"a": 4.0}))
    assert told(hops) == [(2.0, 4.0, "up")]
    open_end = hops_between(log, every, pd.Series({"a": 0.0, "b": 30.0}), NONE)
    assert told(open_end) == [(2.0, 40.0, "up"), (3.0, 38.0, "up"), (1.0, 10.0, "down")]


def test_what_was_received_while_others_waited_or_in_a_meeting_is_left_out():
    rows = [(2, 3, 1, "a"), (2, 4, 1, "b"), (5, 1, 0, "a")]
    every = np.ones(3, dtype=bool)
    assert told(hops_between(log_of(*rows), every, NONE, NONE)) == [(3.0, 38.0, "up")]
    slow = log_of(*rows, attention=1.0)
    assert told(hops_between(slow, every, NONE, NONE)) == []
    meeting = pd.DataFrame({"person": [1], "start": [1.0], "end": [3.0]})
    busy = Log(
        *(getattr(slow, name) for name in ("messages", "direction", "resolution", "end")),
        4.0,
        meeting,
    )
    assert told(hops_between(busy, every, NONE, NONE)) == []


def test_a_backlog_is_read_in_time_but_not_in_meetings():
    log = log_of(*((1, 3, 1, str(n)) for n in range(5)), (2, 3, 1, "x"), (4, 3, 1, "y"))
    clear = read_at_once(log.messages, 1.0, 2.0, NO_MEETINGS)
    assert clear.tolist() == [False] * 5 + [False, True]
    meeting = pd.DataFrame({"person": [1], "start": [2.0], "end": [3.0]})
    assert not read_at_once(log.messages, 1.0, 2.0, meeting)[-1]


def test_an_answer_is_to_one_who_wrote_and_a_relay_to_another():
    log = log_of(
        (1.0, 3, 1, "a", "mail"),
        (3.5, 1, 3, "a", "mail"),  # an answer: 2.5
        (4.0, 1, 0, "a", "mail"),  # no relay: nothing received since last writing
        (6.0, 3, 1, "a", "mail"),  # an answer: 2.5
        (7.0, 1, 0, "a", "mail"),  # a relay: 1.0
        (7.0, 1, 2, "a", "mail"),  # the same message, across
        (9.0, 4, 1, "b", "mail"),  # another thread
        step=0.0,
    )
    hops = hops_of_messages(log)
    assert told(hops) == [
        (2.5, np.inf, "down"),
        (2.5, np.inf, "up"),
        (1.0, np.inf, "up"),
        (1.0, np.inf, "across"),
    ]
    assert hops.answer.tolist() == [True, True, False, False]
    assert most_answered(log) == 1


def test_without_threads_only_answers_are_taken():
    log = log_of(
        (1.0, 3, 1, "", "voice"), (1.1, 1, 0, "", "voice"), (1.3, 1, 3, "", "voice"), step=0.0
    )
    assert told(hops_of_messages(log)) == [(pytest.approx(0.3), np.inf, "down")]


def test_a_conversation_alternates_and_ideas_that_cross_do_not():
    talk = [(n, *((3, 1) if n % 2 else (1, 3)), "a", "mail") for n in range(60)]
    assert alternates(log_of(*talk, end=100.0))
    cross = [(n, *((3, 1) if n % 4 < 2 else (1, 3)), "a", "mail") for n in range(60)]
    assert not alternates(log_of(*cross, end=100.0))


def test_one_desk_between_two_groups_is_found_and_none_to_a_group_of_one():
    rows = pd.DataFrame({"source": [1, 3] * 15 + [2], "target": [3, 1] * 15 + [4]})
    groups = ["", "ground", "ground", "ship", "ship"]
    assert gates(rows, groups) == [], "two who write to nobody else are no gate"
    more = pd.concat([rows, pd.DataFrame({"source": [1, 4], "target": [4, 1]})])
    (gate,) = gates(more, groups)
    assert (gate.one, gate.other, gate.person) == ("ground", "ship", 1)
    assert round(gate.through.value, 3) == round(32 / 33, 3)
    assert gates(rows, ["", "ground", "other", "ship", "ship"]) == []
