"""One issue of a setting, step by step: which there are, and the story of the one that is chosen.

The page keeps a place for it (`app.STORY`). What a figure of the stream needs is recorded from the same run.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from sim.dashboard import theme
from sim.errors import UsageError
from sim.live.setting import Meant
from sim.outcome import LAPSED, Outcome

REPLICATION = 0
"""The replication whose issues are told."""

_one_at_a_time = Lock()


def issues(meant: Meant, outcome: Outcome) -> list[dict[str, Any]]:
    """The issues of a run, as choices of {value, label}: number, kind, when it arose, how long it took, how good."""
    kinds, ticks = list(meant.policy.issues), meant.policy.calendar.ticks_per_day
    found = []
    for row in outcome.decisions:
        days = theme.number(row["delay"] / ticks, 1)
        how = f"quality {theme.number(float(row['quality']))}" if row["decider"] != LAPSED else "undecided"
        kind = theme.clip(kinds[row["kind"]], 40)
        label = f"{row['issue']}: {kind}, day {row['raised'] // ticks + 1}, {days} days, {how}"
        found.append({"value": int(row["issue"]), "label": label})
    return found


def told(meant: Meant, issue: Any) -> Mapping[str, str]:
    """The story of an issue under a setting: its title and its text, both plain. UsageError when there is none."""
    from sim.agents import trace
    from sim.parameters import parameters
    from sim.story import story

    if not isinstance(issue, int) or isinstance(issue, bool) or issue < 1:
        raise UsageError("issues are counted from 1")
    prepared = parameters(meant.policy)
    with _one_at_a_time:
        try:
            recorded = trace(prepared, REPLICATION, issue)
        except IndexError as error:
            if not (error.args and isinstance(error.args[0], int)):
                raise
            raise UsageError(f"there is no issue {issue}; there are {error.args[0]}") from None
    title = f"Issue {issue} under {theme.clip(meant.start, 60)}{' with the dials as they stand' * bool(meant.changes)}"
    return {"title": title, "text": story(recorded, meant.policy, prepared.structure)}
