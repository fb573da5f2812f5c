"""What a message log tells of an organisation: how much goes which way, along which lines, both
ways or one, and how much each person gets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.fitting.estimates import Estimate, nothing, share
from sim.fitting.hops import DIRECTIONS, Log

_FEWEST = 2


@dataclass(frozen=True)
class Traffic:
    """messages: of the log, one for each receiver. people: how many there are. hours: working hours
    from the first message to the last. by_direction: share of the messages up, down and across.
    along_lines: share between a person and their manager. lines_used: share of the reporting lines
    with a message, either way. reciprocal: share of the pairs (one writes to another) in which the
    other writes too. load: messages that a person gets in a working hour. busiest: the index of the
    person with the most messages, from or to them, and busiest_share the share of all messages.
    """

    messages: int
    people: int
    hours: float
    by_direction: dict[str, Estimate]
    along_lines: Estimate
    lines_used: Estimate
    reciprocal: Estimate
    load: Estimate
    busiest: int
    busiest_share: Estimate


def traffic_of(log: Log, manager: NDArray[np.int64]) -> Traffic:
    """The traffic of a log. manager: the index of each person's manager, -1 for none."""
    messages, people = log.messages, len(manager)
    source, target = (messages[end].to_numpy(np.int64) for end in ("source", "target"))
    count = len(messages)
    hours = float(messages["at"].max() - messages["at"].min()) if count else 0.0
    along = (manager[source] == target) | (manager[target] == source)
    reports = np.flatnonzero(manager >= 0)
    pairs = np.unique(source * people + target)
    used = _either_way(pairs, people)
    lines = np.minimum(reports, manager[reports]) * people + np.maximum(reports, manager[reports])
    back = (pairs % people) * people + pairs // people
    desks = np.bincount(source, minlength=people) + np.bincount(target, minlength=people)
    busiest = int(desks.argmax()) if count else -1
    return Traffic(
        count,
        people,
        hours,
        {
            name: share(int((log.direction == way).sum()), count)
            for way, name in enumerate(DIRECTIONS)
        },
        share(int(along.sum()), count),
        share(int(np.isin(lines, used).sum()), len(lines)),
        share(int(np.isin(back, pairs).sum()), len(pairs)),
        _load(np.bincount(target, minlength=people).astype(float), hours),
        busiest,
        share(int(desks[busiest]), count) if count else nothing(0),
    )


def _either_way(pairs: NDArray[np.int64], people: int) -> NDArray[np.int64]:
    """Pairs of people by one number each, whichever way round."""
    one, other = pairs // people, pairs % people
    return np.unique(np.minimum(one, other) * people + np.maximum(one, other))


def _load(received: NDArray[np.float64], hours: float) -> Estimate:
    """Messages that a person gets in an hour: the mean over people, with Student's interval."""
    from sim.comparison.statistics import interval
    from sim.measures import AT_LEAST_0

    if len(received) < _FEWEST or hours <= 0.0:
        return nothing(int(received.sum()), "mean over people")
    found = interval(received / hours).within(AT_LEAST_0)
    count = int(received.sum())
    return Estimate(*found, count, len(received), "mean over people")
