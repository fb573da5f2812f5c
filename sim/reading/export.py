"""Results for other programs: tables for spreadsheets; and one replication of one policy, played
again, as logs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import Refused, UsageError, nearest
from sim.exchange.placing import Export, csv, place
from sim.results import RUN

if TYPE_CHECKING:
    import pandas as pd

    from sim.exchange.recording import Recording
    from sim.parameters import Parameters
    from sim.results import RunResult


def write_csv(tables: Mapping[str, pd.DataFrame], out: Path) -> list[Path]:
    """Write each table as NAME.csv in the folder `out`, all or none, and return the paths.

    UTF-8; commas; texts in quotes; numbers with as many digits as it takes to read them back
    exactly; a number that is not known is empty. Refused when a file of the name holds something
    else, or `out` is a file.
    """
    return place(as_csv(tables), out)


def as_csv(tables: Mapping[str, pd.DataFrame]) -> list[Export]:
    """Each table as a file of CSV."""
    return [csv(name, table) for name, table in tables.items()]


def as_log(
    result: RunResult, policy: str | None, replication: int, data: Path | None = None
) -> list[Export]:
    """The log of one replication of a policy (None: the base) as messages.csv and decisions.csv;
    raises as `play_again`."""
    from sim.exchange.log import log_of

    log = log_of(play_again(result, policy, replication, data))
    return [csv("messages", log.messages), csv("decisions", log.decisions)]


def inputs_of(result: RunResult, policy: str | None, data: Path | None = None) -> Parameters:
    """A policy of a run's result, as it ran, as numbers. policy: None for the base.

    data: the folder that the paths of its data files are relative to. UsageError when the result is
    none of a run, or has no such policy; InvalidInput when a data file is not the one it was run
    with.
    """
    from sim.parameters import parameters
    from sim.reading._again import source

    if result.manifest.get("kind", RUN) != RUN:
        raise UsageError(
            f"{result.folder} is a result of {result.manifest['kind']}: only of a run can a policy "
            "be played again"
        )
    known = source(result, Path() if data is None else data)
    name = policy_of(result, policy)
    return parameters(known.policies[name])


def policy_of(result: RunResult, policy: str | None) -> str:
    """The name of a policy of a run's result, None for its base, or where that did not run the
    first; UsageError names those there are."""
    there = list(result.manifest["policies"])
    if policy is None:
        base = result.manifest["base"]
        return base if base in there else there[0]
    if policy not in there:
        raise UsageError(
            f"the result has no policy '{policy}'{nearest(policy, there)}; there are: "
            f"{', '.join(there)}"
        )
    return policy


def play_again(
    result: RunResult, policy: str | None, replication: int, data: Path | None = None
) -> Recording:
    """One replication of a policy (None: the base), played again on the Mesa driver and recorded.

    Raises as `inputs_of`; UsageError when the result does not have the replication; Refused when
    its decisions do not come out as in the result's tables.
    """
    from sim.exchange.recording import record

    inputs, policy = inputs_of(result, policy, data), policy_of(result, policy)
    runs = result.tables["runs"]
    there = runs[runs["variant"] == policy]["replication"].tolist()
    if replication not in there:
        raise UsageError(
            f"the result has no replication {replication} of '{policy}'; it has {len(there)} of "
            f"them, counted from 0"
        )
    recording = record(inputs, replication)
    _insist_on_same(result, policy, replication, recording)
    return recording


def _insist_on_same(result: RunResult, policy: str, replication: int, recording: Recording) -> None:
    """Refused when what was played is not what the table `decisions` holds."""
    from sim.version import model_version

    table = result.tables["decisions"]
    mine = table[(table["variant"] == policy) & (table["replication"] == replication)]
    played, day = recording.outcome.decisions, recording.inputs.numbers.day
    same = len(played) == len(mine) and all(
        np.array_equal(now, mine[name].to_numpy(), equal_nan=True)
        for name, now in (
            ("issue", played["issue"]),
            ("raised_day", played["raised"] / day),
            ("delay", played["delay"] / day),
            ("quality", played["quality"]),
        )
    )
    if not same:
        made = result.manifest.get("model", "unknown")
        raise Refused(
            f"replication {replication} of '{policy}' does not come out as in the result: the "
            f"model that made it is {made}, this is {model_version()}; run its scenario again"
        )
