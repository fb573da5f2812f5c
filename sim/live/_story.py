"""One issue step by step: which there are, and the replay of the one that is chosen, under the
setting that is changed and under the first pinned one, with both stories.

Both replays are the report's own: recorded by `sim.replays`, drawn by `sim.dashboard.replay` and
its player.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from sim.dashboard import theme
from sim.errors import UsageError
from sim.live._look import NOW_IN_WORDS
from sim.live.setting import Meant, Named, name_of_download
from sim.measures import NET_VALUE, WORTH
from sim.outcome import LAPSED, Outcome
from sim.replays.recording import REPLICATION
from sim.runner.plans import rules

if TYPE_CHECKING:
    import pandas as pd

_BEFORE = "Save the scenario first (Download, below): it holds what was turned and pinned. "
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


def replay_of(
    named: Sequence[Named], issue: Any, played: Callable[[Meant], Outcome | None]
) -> Mapping[str, Any]:
    """The replay of an issue under the setting that is changed, and beside it under the first
    pinned one, as the report's player takes them, the story with each.

    named: as `DialSettings.named` gives them. played: the first replication of a setting, None
    where it is not there any more; without it, what the decision came to be worth is not shown.
    title: plain text. frame: safe HTML; of names, those of the settings alone. data: those of
    `sim.dashboard.replay.data`, names as plain text; its command takes the scenario that the app
    saves, which holds what was turned and pinned. UsageError when there is no such issue, Refused
    where people are shown in groups only.
    """
    from sim.dashboard import replay
    from sim.tables.privacy import insist_shown

    if not isinstance(issue, int) or isinstance(issue, bool) or issue < 1:
        raise UsageError("issues are counted from 1")
    shown = dict(_shown(named))
    for meant in shown.values():
        insist_shown(meant.policy, "a replay follows people one by one")
    now = named[0].meant
    with _one_at_a_time:
        tables = _watched(shown, issue, played)
    manifest = {
        "scenario": now.resolved,
        "policies": {name: meant.resolved for name, meant in shown.items()},
        "name": name_of_download(now.policy),
        "rules": rules({name: meant.policy for name, meant in shown.items()}),
    }
    names = [str(name) for name in dict.fromkeys(tables["replays"]["variant"])]
    picks = replay.beside(names, "1") if len(names) > 1 else ""
    changed = " with the dials as they stand" * bool(now.changes)
    return {
        "title": f"Issue {issue} under {theme.clip(now.start_shown, 60)}{changed}"
        + "".join(f", beside {theme.clip(name, 60)}" for name in names[1:]),
        "frame": replay.frame(f'<div class="stream-picks">{picks}</div>' * bool(picks), len(names)),
        "data": replay.data(tables, manifest) | {"before": _BEFORE},
    }


def _shown(named: Sequence[Named]) -> Iterator[tuple[str, Meant]]:
    """What is shown: the setting that is changed, and the first pinned one where it is another."""
    now, *pins = named
    yield NOW_IN_WORDS, now.meant
    first = min(pins, key=lambda pin: pin.place, default=now)
    if first.meant.key != now.meant.key:
        yield first.shown, first.meant


def _watched(
    shown: Mapping[str, Meant], issue: int, played: Callable[[Meant], Outcome | None]
) -> dict[str, pd.DataFrame]:
    """The tables of the replay of one issue, as a result has them, who the leaders are, and how the
    issue ended. Where it did not arise under the second policy, the first one alone."""
    import numpy as np
    import pandas as pd

    from sim.parameters import parameters
    from sim.replays import rows
    from sim.replays.recording import Watch, watch
    from sim.tables.build import who

    seen, leaders, ends = [], [], []
    for name, meant in shown.items():
        inputs = parameters(meant.policy)
        try:
            seen.append(watch(Watch(inputs, name, [issue]), REPLICATION))
        except IndexError as error:
            if not (error.args and isinstance(error.args[0], int)):
                raise
            if seen:
                break
            message = f"there is no issue {issue}; there are {error.args[0]}"
            raise UsageError(message) from None
        order = np.argsort(inputs.structure.row, kind="stable")
        leaders.append(pd.DataFrame(who(inputs.structure, order)).assign(variant=name))
        ends.append(_ending(name, meant, played(meant), issue))
    known = {"leaders": leaders, "decisions": [end for end in ends if end is not None]}
    return rows.tables(seen) | {
        name: pd.concat(parts, ignore_index=True).assign(replication=REPLICATION)
        for name, parts in known.items()
        if parts
    }


def _ending(name: str, meant: Meant, outcome: Outcome | None, issue: int) -> pd.DataFrame | None:
    """How an issue ended under a policy, as a row of the table of decisions; None where its run is
    not there any more."""
    import pandas as pd

    if outcome is None:
        return None
    ended = outcome.decisions[outcome.decisions["issue"] == issue]
    if not len(ended):
        return None
    kind = list(meant.policy.issues)[int(ended[0]["kind"])]
    columns = {column: ended[column] for column in ("issue", "best", WORTH, NET_VALUE)}
    return pd.DataFrame({"variant": name, "kind": kind, **columns})
