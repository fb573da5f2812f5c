"""What leaders are asked to do against the time they have, worked out before any run.

A leader's hours are taken by meetings, by messages to read and by the day's work. What is asked for
in an hour, against what an hour offers, is the *utilisation*, the traffic intensity of queueing
theory: at 1 or above what waits grows without bound (Loynes 1962, Mathematical Proceedings of the
Cambridge Philosophical Society 58, 497-520), so that averages over a run depend on how long it is.

Assumptions: every issue is decided in time; a room meets for one round (how many more depends on
how they agree), all of its members there; messages as in `sim.demand.mail`. So the true demand is
higher wherever rooms need further rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.demand.issues import Concern, Lines, concerns
from sim.demand.mail import messages

if TYPE_CHECKING:
    from sim.parameters import Parameters

__all__ = ["FULL", "NEARLY", "PARTS", "Offered", "PositionLoad", "by_position", "offered"]

Array = np.ndarray

FULL = 1.0
"""Utilisation from which on what waits grows without bound."""
NEARLY = 0.9
"""Utilisation from which on little is left for what is not counted: further rounds, and chance."""
PARTS = ("work", "meetings", "reading")
"""What takes a leader's hours."""


@dataclass(frozen=True)
class Offered:
    """What one policy asks of each leader (arrays with an entry a leader, in canonical order).

    work, meetings, reading: hours asked for in an hour of the clock. messages: to be read in an
    hour. there: the share of the clock at which a leader is not away. unfocused: the share of that
    in which meetings may be held.
    """

    work: Array
    meetings: Array
    reading: Array
    messages: Array
    there: float
    unfocused: float

    @property
    def hours(self) -> Array:
        """All hours asked for against the hours there are. At 1 or above the work that waits grows
        without bound."""
        utilisation: Array = (self.work + self.meetings + self.reading) / self.there
        return utilisation

    @property
    def attention(self) -> Array:
        """Hours of reading against those outside meetings. At 1 or above mail is left unread."""
        free = np.maximum(self.there - self.meetings, 1e-9)
        utilisation: Array = self.reading / free
        return utilisation

    @property
    def calendar(self) -> Array:
        """Hours of meetings against those outside focus time. At 1 or above rooms cannot meet in
        time."""
        utilisation: Array = self.meetings / max(self.there * self.unfocused, 1e-9)
        return utilisation

    @property
    def utilisation(self) -> Array:
        """The fullest of the three for each leader."""
        return np.maximum(self.hours, np.maximum(self.attention, self.calendar))


def offered(prepared: Parameters) -> Offered:
    """What a policy asks of each of its leaders, in expectation, before any event; see the module
    for what is assumed."""
    prepared = prepared.alone(prepared.periods[0])
    n = prepared.numbers
    lines = Lines(n)
    concerned = concerns(prepared, lines)
    read = messages(prepared, concerned, lines)
    return Offered(
        work=np.full(n.leaders, n.load),
        meetings=_meetings(n.leaders, concerned),
        reading=read / n.attention,
        messages=read / n.tick_hours,
        there=max(1.0 - n.away, 1e-9),
        unfocused=1.0 - n.focus / n.day,
    )


def _meetings(leaders: int, concerned: list[Concern]) -> Array:
    hours = np.zeros(leaders)
    for one in concerned:
        if not one.kind.written:
            hours += one.rate * one.seat * one.kind.round
    return hours


@dataclass(frozen=True)
class PositionLoad:
    """What a policy asks of the leaders at one position.

    leaders, overloaded, nearly: how many there are, at FULL or above, and from NEARLY up to FULL.
    The rest is of the fullest of them: its utilisation, of what ("hours", "attention" or
    "calendar"), and the parts of it: the shares of its hours that work, meetings and reading ask
    for, and messages to be read in an hour. mean: whether it is the mean of them all instead, as
    where people are shown in groups only; all or none of them are then overloaded, or nearly.
    """

    position: str
    leaders: int
    overloaded: int
    nearly: int
    utilisation: float
    of: str
    work: float
    meetings: float
    reading: float
    messages: float
    mean: bool = False


def by_position(
    prepared: Parameters, groups: tuple[Array, Sequence[str]] | None = None
) -> list[PositionLoad]:
    """What a policy asks of its leaders, position by position, upstream first; positions without
    leaders left out. Where events change what is asked, of each position when most is asked.

    groups: which group each leader is in, and what the groups are called; what is asked of these
    is then said instead, in the mean over their leaders.
    """
    in_period = _in_period if groups is None else partial(_of_groups, groups=groups)
    periods = [in_period(prepared.alone(period)) for period in prepared.periods]
    return [max(loads, key=lambda load: load.utilisation) for loads in zip(*periods, strict=True)]


def _in_period(prepared: Parameters) -> list[PositionLoad]:
    load, places = offered(prepared), prepared.numbers.position
    full = load.utilisation
    loads = []
    for place, name in enumerate(prepared.structure.positions):
        here = np.flatnonzero(places == place)
        if not len(here):
            continue
        most = here[int(np.argmax(full[here]))]
        kinds = {"hours": load.hours, "attention": load.attention, "calendar": load.calendar}
        loads.append(
            PositionLoad(
                position=name,
                leaders=len(here),
                overloaded=int(np.count_nonzero(full[here] >= FULL)),
                nearly=int(np.count_nonzero((full[here] >= NEARLY) & (full[here] < FULL))),
                utilisation=float(full[most]),
                of=max(kinds, key=lambda kind: float(kinds[kind][most])),
                work=float(load.work[most]),
                meetings=float(load.meetings[most]),
                reading=float(load.reading[most]),
                messages=float(load.messages[most]),
            )
        )
    return loads


def _of_groups(prepared: Parameters, groups: tuple[Array, Sequence[str]]) -> list[PositionLoad]:
    """What is asked of the leaders of each group, in the mean."""
    load, (of, names) = offered(prepared), groups
    sizes = np.bincount(of, minlength=len(names))
    parts = {
        name: np.bincount(of, weights=getattr(load, name), minlength=len(names)) / sizes
        for name in ("work", "meetings", "reading", "messages")
    }
    means = Offered(**parts, there=load.there, unfocused=load.unfocused)
    kinds = {"hours": means.hours, "attention": means.attention, "calendar": means.calendar}
    each = zip(*(values.tolist() for values in kinds.values()), strict=True)
    fullest = [max(zip(one, kinds, strict=True))[1] for one in each]
    return [
        PositionLoad(
            position=name,
            leaders=int(sizes[group]),
            overloaded=int(sizes[group]) if full >= FULL else 0,
            nearly=int(sizes[group]) if NEARLY <= full < FULL else 0,
            utilisation=full,
            of=fullest[group],
            **{part: float(values[group]) for part, values in parts.items()},
            mean=True,
        )
        for group, (name, full) in enumerate(zip(names, means.utilisation.tolist(), strict=True))
    ]
