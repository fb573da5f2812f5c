"""Running the compiled kernel: capacities, and arrays turned into an outcome."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from sim.clock import NEVER
from sim.extension import InvalidRun
from sim.kernel.state import (
    DAYS,
    DECISIONS,
    ENDED,
    EXPIRED,
    IDEAS_IN,
    IDEAS_PASSED,
    IDEAS_WEIGHED,
    MOVING,
    OPEN_COHORT,
    READ,
    REPLACEMENTS,
    RIGHT_ENDED,
    RIGHT_IN,
    RIGHT_OWN,
    RIGHT_PASSED,
    SENT,
    TICK,
    WINDOW,
    Capacity,
    State,
    new_state,
)
from sim.outcome import LEADER, Outcome
from sim.parameters import Numbers, Parameters
from sim.rules.desks import LATE, STOPPED, UNREAD, within
from sim.world.witnesses import DOWNWARD, SIDEWAYS, THERE, UPWARD


def prepare(inputs: Parameters) -> None:
    """Compile the kernel, or load it from its cache, so that the first timed run does neither."""
    simulate(inputs, 0)


# What the last run of a process needed: only ever a hint about size, never part of a result.
_room: dict[int, Capacity] = {}
# What a thread keeps from run to run of one policy.
_thread = threading.local()

_LARGEST_KEPT = 1 << 24
"""Bytes of a state that is kept for the next run; a larger one is made anew, as to keep it would
hold its memory."""


def simulate(inputs: Parameters, replication: int) -> Outcome:
    """One replication of one policy on the compiled driver; releases the interpreter lock while it
    runs.

    InvalidRun where a custom rule did what it may not; DoesNotCompile for one that cannot be
    compiled.
    """
    from sim.kernel.entry import kernel

    leaders = inputs.numbers.leaders
    room = _room.get(leaders) or Capacity.of(leaders)
    while True:
        ready = _ready(inputs, room)
        state, short = ready.state(), 0
        for period, until in ready.periods:
            short = kernel(period.numbers, ready.k, state, inputs.seed, replication, until)
            if short != 0 or not _goes_on(period.numbers, state):
                break
        if short < 0:
            raise InvalidRun
        if short == 0:
            _room[leaders] = room
            return _outcome(inputs, state, period.numbers)
        room = room.doubled(short)


def _goes_on(n: Numbers, state: State) -> bool:
    """Whether a run is not over yet."""
    return bool(state.count[TICK] < n.horizon or state.count[OPEN_COHORT] > 0)


class _Ready:
    """A policy as the kernel takes it, and the state before its first tick.

    Making a state costs a fifth of a short run, in which no other thread can do anything in Python.
    So a small one is laid out in one block of memory, and the block copied for every run. A policy
    whose states have the same shapes takes over the blocks of the one before: memory that is new to
    the process takes longer to be given than a short run.
    """

    def __init__(self, inputs: Parameters, room: Capacity, before: _Ready | None = None) -> None:
        self.inputs, self.room = inputs, room
        starts = [period.start for period in inputs.later]
        custom = _addresses(inputs)
        self.periods = [
            (period._replace(numbers=_readable(period.numbers._replace(custom=custom))), until)
            for period, until in zip(inputs.periods, [*starts, NEVER], strict=True)
        ]
        self.k = _readable(inputs.kinds)
        state = self._new()
        self._used: State | None = None
        self._block = self._first = np.zeros(0, np.uint8)
        if _bytes(state) > _LARGEST_KEPT:
            return
        if before is not None and before._used is not None and _alike(before._used, state):
            self._used, self._block, self._first = before._used, before._block, before._first
            for place, field in zip(self._used, state, strict=True):
                _copy(field, place)
            np.copyto(self._first, self._block)
        else:
            self._used, self._block = _in_one_block(state)
            self._first = self._block.copy()

    def _new(self) -> State:
        return new_state(self.periods[0][0].numbers, self.room)

    def state(self) -> State:
        """The state before the first tick; a run before may have used the same memory."""
        if self._used is None:
            return self._new()
        np.copyto(self._block, self._first)
        return self._used


def _ready(inputs: Parameters, room: Capacity) -> _Ready:
    """What this thread has ready for the policy, made when its last run was of another."""
    ready: _Ready | None = getattr(_thread, "ready", None)
    if ready is None or ready.inputs is not inputs or ready.room != room:
        _thread.ready = ready = _Ready(inputs, room, ready)
    return ready


_LINE = 64


def _bytes(state: State) -> int:
    return sum(-(-field.nbytes // _LINE) * _LINE for field in state)


def _alike(one: State, other: State) -> bool:
    """Whether the arrays of two states have the same shapes."""
    return all(a.shape == b.shape for a, b in zip(one, other, strict=True))


def _copy(field: np.ndarray, place: np.ndarray) -> None:
    """Copy an array of a state: records as bytes, as numpy copies them name by name."""
    if field.dtype.names:
        field, place = field.view(np.uint8), place.view(np.uint8)
    place[...] = field


def _in_one_block(state: State) -> tuple[State, np.ndarray]:
    """The same state with all its arrays in one block of memory, each from a line of the
    processor's cache on."""
    block, start, fields = np.zeros(_bytes(state), np.uint8), 0, []
    for field in state:
        placed: np.ndarray = np.ndarray(field.shape, field.dtype, block.data, start)
        _copy(field, placed)
        fields.append(placed)
        start += -(-field.nbytes // _LINE) * _LINE
    return State(*fields), block


def _addresses(inputs: Parameters) -> np.ndarray:
    """The addresses of the custom rules, as `Numbers.custom` holds them."""
    if not inputs.numbers.custom.any():
        return inputs.numbers.custom
    from sim.extension.foreign import address
    from sim.parameters.build import custom_rules

    custom = np.zeros_like(inputs.numbers.custom)
    for place, bound in custom_rules(inputs.scenario).items():
        custom[place] = address(bound.rule, bound.name)
    return custom


def _readable(record: Any) -> Any:
    """A record with all arrays read-only: were some not, it would be another type, and compile the
    kernel again."""
    fields = [
        np.ascontiguousarray(field).view() if isinstance(field, np.ndarray) else field
        for field in record
    ]
    for field in fields:
        if isinstance(field, np.ndarray):
            field.flags.writeable = False
    return record._make(fields)


def _outcome(inputs: Parameters, s: State, n: Numbers) -> Outcome:
    """What a run shows; n: the numbers of its last period."""
    count = s.count
    decisions = s.decisions[: count[DECISIONS]]
    decisions = decisions[np.argsort(decisions["issue"])]
    days = s.days[: count[DAYS]].copy()
    window = (n.horizon - n.warmup) * n.tick_hours
    leaders = np.zeros(n.leaders, LEADER)
    leaders["forum_hours"] = s.forum_ticks * n.tick_hours
    leaders["reading_hours"] = (s.reading_ticks + s.messages_read / n.attention) * n.tick_hours
    leaders["away_hours"] = s.away_ticks * n.tick_hours
    leaders["work_hours"] = (
        window - leaders["forum_hours"] - leaders["reading_hours"] - leaders["away_hours"]
    )
    with np.errstate(invalid="ignore"):
        means: Any = s.sums / len(days)
        leaders["heard"] = np.where(s.witnessed > 0, s.was_heard / s.witnessed, np.nan)
    leaders["backlog"] = means[0] * n.tick_hours
    leaders["engagement"], leaders["context"] = means[1], means[2]
    leaders["alignment"], leaders["influence"] = means[3], means[4]
    leaders["competence"], leaders["reputation"] = s.people
    leaders["power"] = s.held_power
    leaders["context_hours"] = (s.context_ticks + s.context_read / n.attention) * n.tick_hours
    _add_desks(leaders, s, n)
    arriving = inputs.work_asked(len(days)) + float(s.undone[2])
    undone = float(s.undone[1]) - float(s.undone[0])
    waiting = int(count[SENT] - count[READ] - count[EXPIRED] - count[MOVING])
    run = {
        "messages_sent": int(count[SENT]),
        "messages_read": int(count[READ]),
        "messages_waiting": waiting,
        "messages_in_transit": int(count[MOVING]),
        "messages_expired": int(count[EXPIRED]),
        "messages": int(count[WINDOW]),
        "replaced": int(count[REPLACEMENTS]),
        "progress": 1.0 - undone / arriving if arriving > 0.0 else 1.0,
    }
    return Outcome(decisions, leaders, days, run)


def _add_desks(leaders: np.ndarray, s: State, n: Numbers) -> None:
    """What came to each desk, waited there, was passed on, stopped."""
    came, unread, lying, waited = s.mail_account.T
    # What lies there at the end has waited until the window's end.
    waited = waited + lying * within(int(s.count[TICK]), n.warmup, n.horizon)
    leaders["messages_in"], leaders["messages_unread"] = came, unread
    with np.errstate(invalid="ignore", divide="ignore"):
        leaders["inbox_hours"] = np.where(came > 0, waited * n.tick_hours / came, np.nan)
    leaders["ideas_own"] = s.witnessed
    for name, column in (
        ("ideas_in", IDEAS_IN),
        ("ideas_weighed", IDEAS_WEIGHED),
        ("ideas_passed", IDEAS_PASSED),
        ("ideas_stopped", ENDED + STOPPED),
        ("ideas_unread", ENDED + UNREAD),
        ("ideas_late", ENDED + LATE),
        ("ideas_right_own", RIGHT_OWN),
        ("ideas_right_up", RIGHT_IN + UPWARD),
        ("ideas_right_up_passed", RIGHT_PASSED + UPWARD),
        ("ideas_right_down", RIGHT_IN + DOWNWARD),
        ("ideas_right_down_passed", RIGHT_PASSED + DOWNWARD),
        ("ideas_right_across", RIGHT_IN + SIDEWAYS),
        ("ideas_right_across_passed", RIGHT_PASSED + SIDEWAYS),
        ("ideas_right_here", RIGHT_IN + THERE),
        ("ideas_right_here_passed", RIGHT_PASSED + THERE),
        ("ideas_right_stopped", RIGHT_ENDED + STOPPED),
        ("ideas_right_late", RIGHT_ENDED + LATE),
    ):
        leaders[name] = s.idea_account[:, column]
