"""One issue of a setting, step by step: which there are, and the replay of the one that is chosen,
with its story.

Both are the report's own: recorded by `sim.replays` in one run, drawn by `sim.dashboard.replay` and
its player.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from sim.dashboard import theme
from sim.errors import UsageError
from sim.live.setting import Meant
from sim.outcome import LAPSED, Outcome
from sim.replays.recording import REPLICATION
from sim.texts import isolated

if TYPE_CHECKING:
    import pandas as pd

    from sim.parameters import Parameters

_one_at_a_time = Lock()


def issues(meant: Meant, outcome: Outcome) -> list[dict[str, Any]]:
    """The issues of a run, as choices of {value, label}: number, kind, when it arose, how long it
    took, how good."""
    kinds, ticks = list(meant.policy.issues), meant.policy.calendar.ticks_per_day
    choices = []
    for row in outcome.decisions:
        days = theme.number(row["delay"] / ticks, 1)
        how = (
            f"quality {theme.number(float(row['quality']))}"
            if row["decider"] != LAPSED
            else "undecided"
        )
        kind = theme.clip(kinds[row["kind"]], 40)
        label = f"{row['issue']}: {kind}, day {row['raised'] // ticks + 1}, {days} days, {how}"
        choices.append({"value": int(row["issue"]), "label": label})
    return choices


def replay_of(meant: Meant, issue: Any) -> Mapping[str, Any]:
    """The replay of an issue under a setting, its story beside it, as the report's player takes
    them.

    title: plain text. frame: safe HTML without any name. data: those of
    `sim.dashboard.replay.data`, names as plain text. UsageError when there is no such issue,
    Refused where people are shown in groups only.
    """
    from sim.dashboard import replay
    from sim.parameters import parameters
    from sim.tables.privacy import insist_shown

    insist_shown(meant.policy, "a replay follows people one by one")

    if not isinstance(issue, int) or isinstance(issue, bool) or issue < 1:
        raise UsageError("issues are counted from 1")
    with _one_at_a_time:
        seen = _watched(parameters(meant.policy), meant.start, issue)
    shown = isolated(meant.policy.label or meant.start)
    changed = " with the dials as they stand" * bool(meant.changes)
    title = f"Issue {issue} under {theme.clip(shown, 60)}{changed}"
    return {
        "title": title,
        "frame": replay.frame(),
        "data": replay.data(seen, {"scenario": meant.resolved}),
    }


def _watched(inputs: Parameters, variant: str, issue: int) -> dict[str, pd.DataFrame]:
    """The tables of the replay of one issue, as a result has them, and who the leaders are."""
    import numpy as np
    import pandas as pd

    from sim.replays import rows
    from sim.replays.recording import Watch, watch
    from sim.tables.build import who

    try:
        seen = watch(Watch(inputs, variant, [issue]), REPLICATION)
    except IndexError as error:
        if not (error.args and isinstance(error.args[0], int)):
            raise
        raise UsageError(f"there is no issue {issue}; there are {error.args[0]}") from None
    leaders = pd.DataFrame(who(inputs.structure, np.argsort(inputs.structure.row, kind="stable")))
    return {
        **rows.tables([seen]),
        "leaders": leaders.assign(variant=variant, replication=REPLICATION),
    }
