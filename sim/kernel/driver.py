"""Running the compiled kernel: capacities, and arrays turned into an outcome."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.kernel.state import (
    DAYS,
    DECISIONS,
    EXPIRED,
    MOVING,
    READ,
    SENT,
    WINDOW,
    Capacity,
    State,
    new_state,
)
from sim.outcome import LEADER, Outcome
from sim.parameters import Parameters


def prepare(inputs: Parameters) -> None:
    """Compile the kernel, or load it from its cache, so that the first timed run does neither."""
    simulate(inputs, 0)


# What the last run of a process needed: only ever a hint about size, never part of a result.
_room: dict[int, Capacity] = {}


def simulate(inputs: Parameters, replication: int) -> Outcome:
    """One replication of one policy on the compiled driver; releases the interpreter lock while it runs."""
    from sim.kernel.entry import kernel

    n, k = _readable(inputs.numbers), _readable(inputs.kinds)
    room = _room.get(n.leaders, Capacity())
    while True:
        state = new_state(n, len(k.rate), room)
        short = kernel(n, k, state, inputs.seed, replication)
        if short == 0:
            _room[n.leaders] = room
            return _outcome(inputs, state)
        room = room.doubled(short)


def _readable(record: Any) -> Any:
    """A record with all arrays read-only: were some not, it would be another type, and compile the kernel again."""
    fields = [np.ascontiguousarray(field).view() if isinstance(field, np.ndarray) else field for field in record]
    for field in fields:
        if isinstance(field, np.ndarray):
            field.flags.writeable = False
    return record._make(fields)


def _outcome(inputs: Parameters, s: State) -> Outcome:
    n, count = inputs.numbers, s.count
    decisions = s.decisions[: count[DECISIONS]]
    decisions = decisions[np.argsort(decisions["issue"])]
    days = s.days[: count[DAYS]].copy()
    window = (n.horizon - n.warmup) * n.tick_hours
    leaders = np.zeros(n.leaders, LEADER)
    leaders["forum_hours"] = s.forum_ticks * n.tick_hours
    leaders["reading_hours"] = s.messages_read / n.attention * n.tick_hours
    leaders["away_hours"] = s.away_ticks * n.tick_hours
    leaders["work_hours"] = window - leaders["forum_hours"] - leaders["reading_hours"] - leaders["away_hours"]
    with np.errstate(invalid="ignore"):
        means: Any = s.sums / len(days)
        leaders["heard"] = np.where(s.witnessed > 0, s.was_heard / s.witnessed, np.nan)
    leaders["backlog"] = means[0] * n.tick_hours
    leaders["engagement"], leaders["context"] = means[1], means[2]
    leaders["alignment"], leaders["influence"] = means[3], means[4]
    leaders["power"] = s.held_power
    asked = n.load * (len(days) * n.day) * n.leaders
    undone = float(s.undone[1]) - float(s.undone[0])
    waiting = int(count[SENT] - count[READ] - count[EXPIRED] - count[MOVING])
    run = {
        "messages_sent": int(count[SENT]),
        "messages_read": int(count[READ]),
        "messages_waiting": waiting,
        "messages_in_transit": int(count[MOVING]),
        "messages_expired": int(count[EXPIRED]),
        "messages": int(count[WINDOW]),
        "progress": 1.0 - undone / asked if asked > 0.0 else 1.0,
    }
    return Outcome(decisions, leaders, days, run)
