"""The log of one replication: who wrote to whom and when, and the steps of every decision, as an
organisation's own systems would record them.

A log holds what happened in the measured window, between `clock.warmup` and `clock.horizon`: of
issues that arose before it, named `before-N`, the rest alone; of those still open at its end the
beginning alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.exchange.dates import Dates, iso
from sim.exchange.recording import HEARD, Recording, Step, record
from sim.outcome import FORUM, LAPSED

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from sim.parameters import Parameters

MESSAGES = {
    "time": "when it arrived, ISO 8601 with the offset; see `sim.exchange.dates`",
    "source": "id of the leader who sent it",
    "target": "id of the leader who got it",
    "direction": "up (toward upstream), down or across",
    "kind": "idea, notice, mandate, decision, context (news of the direction), or reply (what each "
    "member of a written round sends each other member)",
    "thread": "the case of decisions that it is about; direction-VERSION.PART of context",
}
"""The columns of `Log.messages`, a row a message that arrived, in order of time."""

DECISIONS = {
    "case": "number of the issue, as in the table decisions; before-N of one from the warm-up",
    "kind": "kind of issue",
    "activity": "what happened; see `sim.exchange.recording.ACTIVITIES`",
    "resource": "id of the leader it is put down to; forum where a forum decided; else empty",
    "time": "when, ISO 8601 with the offset",
    "lifecycle": "start or complete; what takes no time is complete at once",
    "attendees": "ids of those who were there, separated by semicolons; else empty",
    "detail": "number of the round, power rule, or how it was closed; else empty",
}
"""The columns of `Log.decisions`, a row a step of an issue, in order of time."""

FORUM_NAME = "forum"
"""Who decided, where a forum did; as in the table `decisions`."""


@dataclass(frozen=True)
class Log:
    """The log of one replication of one policy: tables with the columns of `MESSAGES` and of
    `DECISIONS`, all of them text."""

    messages: pd.DataFrame
    decisions: pd.DataFrame


def play_log(inputs: Parameters, replication: int = 0) -> Log:
    """Play one replication of a policy on the Mesa driver, and return its log."""
    return log_of(record(inputs, replication))


def log_of(recording: Recording) -> Log:
    """The log of what was recorded."""
    import pandas as pd

    numbers, ids = recording.inputs.numbers, recording.inputs.structure.id
    scenario = recording.inputs.scenario
    dates, first, end = Dates(scenario.calendar), numbers.warmup, numbers.horizon
    messages = [
        (iso(dates.at(arrival.tick)), ids[arrival.source], ids[arrival.target], *arrival[3:])
        for arrival in recording.arrivals
        if first <= arrival.tick < end
    ]
    kinds, names = list(scenario.issues), resources(ids)
    decisions = [
        (
            step.case,
            kinds[step.kind],
            step.activity,
            names[step.resource],
            iso(moment),
            step.lifecycle,
            "; ".join(ids[i] for i in step.attendees),
            step.detail,
        )
        for moment, step in timed(recording, dates)
        # What lasted up to the window's first tick was before it.
        if first <= step.tick - step.lasted < end and step.activity != HEARD
    ]
    return Log(
        pd.DataFrame(messages, columns=list(MESSAGES), dtype="str"),
        pd.DataFrame(decisions, columns=list(DECISIONS), dtype="str"),
    )


def timed(recording: Recording, dates: Dates) -> list[tuple[datetime, Step]]:
    """The steps with their moments, in order of time."""
    found = [
        (dates.until(step.tick) if step.lasted else dates.at(step.tick), step)
        for step in recording.steps
    ]
    return sorted(found, key=lambda one: one[0])


def resources(ids: list[str]) -> dict[int, str]:
    """The name of whoever a step is put down to."""
    return dict(enumerate(ids)) | {FORUM: FORUM_NAME, LAPSED: ""}
