"""From files to what is fitted: which are logs of messages, which of decisions, and whom they
name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InvalidInput, Problem, UsageError, nearest
from sim.fitting.events import ROLES, is_event_log, read_events
from sim.fitting.fit import MESSAGES, Records
from sim.sources.bring import Imported, bring
from sim.sources.options import MAPPED, Options

CASE_ROLES = tuple(role.name for role in ROLES)
"""What --map can name in a log of decisions."""


def read_records(
    logs: Sequence[Path], people: Path, chosen: Mapping[str, str], options: Options
) -> tuple[Records, Imported]:
    """What logs and a list of people tell; with the organisation that they make.

    logs: of messages (in any format that `import` reads) and of decisions (CSV, Excel, XES), in any
    order. chosen: columns by role, for all files. options: all others; its `chosen` is not used.
    InvalidInput for files that cannot be used, and where no message is between known people and
    there is no log of decisions.
    """
    _insist_on_roles(chosen)
    events = [log for log in logs if is_event_log(log, log.name, chosen)]
    contacts = [log for log in logs if log not in events]
    known = {role: column for role, column in chosen.items() if role in MAPPED}
    imported = bring(people, contacts, replace(options, chosen=known))
    steps = [
        read_events(log, log.name, imported.oddities, chosen, encoding=options.encoding)
        for log in events
    ]
    messages = imported.messages[imported.messages["time"].notna()]
    if not len(messages) and not steps:
        names = ", ".join(log.name for log in logs)
        message = "holds no message at a known time between two people who are listed"
        raise InvalidInput([Problem(names, 0, 0, "", message)])
    joined = pd.concat(steps).sort_values("time", kind="stable") if steps else None
    table = imported.people
    return (
        Records(
            table["id"].tolist(),
            table["manager"].to_numpy(np.int64),
            table["rank"].to_numpy(np.int64),
            imported.positions,
            table["department"].tolist(),
            messages[list(MESSAGES)],
            None if joined is None else joined.reset_index(drop=True),
            _persons(joined, imported),
            imported.ties.calendar,
        ),
        imported,
    )


def _insist_on_roles(chosen: Mapping[str, str]) -> None:
    allowed = (*MAPPED, *(name for name in CASE_ROLES if name not in MAPPED))
    for role in chosen:
        if role not in allowed:
            raise UsageError(
                f"--map {role}: no such role{nearest(role, allowed)}; roles: {', '.join(allowed)}"
            )


def _persons(steps: pd.DataFrame | None, imported: Imported) -> pd.Series:
    """The index of the person of each text that names a resource or an attendee."""
    if steps is None:
        return pd.Series(dtype="int64")
    attendees = steps["attendees"].str.split(r"\s*;\s*", regex=True).explode()
    named = pd.concat([steps["resource"], attendees]).unique()
    texts = pd.Series([text for text in named if text], dtype="str")
    found = imported.directory.match(texts)
    return pd.Series(found.to_numpy(), index=texts.to_numpy())
