"""Results for other programs: tables for spreadsheets; one replication of one policy, played again,
as logs; and the organisation as a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import Refused, UsageError, nearest
from sim.exchange.placing import Export, csv, place
from sim.results import RUN
from sim.tables.privacy import insist_shown

if TYPE_CHECKING:
    import pandas as pd

    from sim.exchange.recording import Recording
    from sim.parameters import Parameters
    from sim.results import RunResult

LOGGED = ("messages", "decisions")
"""What the two files of a log are called; there is a table `decisions` too."""


def write_csv(tables: Mapping[str, pd.DataFrame], out: Path) -> list[Path]:
    """Write each table as NAME.csv in the folder `out`, all or none, and return the paths.

    UTF-8; commas; texts in quotes; numbers with as many digits as it takes to read them back
    exactly; a number that is not known is empty. Refused when a file of the name holds something
    else, or `out` is a file.
    """
    return place([csv(name, table) for name, table in tables.items()], out)


@dataclass(frozen=True)
class Wanted:
    """What is to be written of a result.

    tables: names, () for none. workbook: these as one workbook in place of a file of CSV each. log,
    xes: the log of messages and decisions, and that of decisions for process mining, of one
    replication of one policy. graphml: the channels under the policy. policy: None for the base.
    data: the folder that the paths of the scenario's data files are relative to.
    """

    tables: Sequence[str] = ()
    workbook: bool = False
    log: bool = False
    xes: bool = False
    graphml: bool = False
    policy: str | None = None
    replication: int = 0
    data: Path | None = None


def exports(result: RunResult, wanted: Wanted) -> list[Export]:
    """The files that are wanted, ready to be written.

    Raises as `play_again`; UsageError for a table that the result does not have, or where two files
    have one name; Refused for what shows people one by one where groups only are shown.
    """
    if wanted.log and not wanted.workbook and LOGGED[1] in wanted.tables:
        raise UsageError(
            f"{LOGGED[1]}.csv would be both a table and part of the log: write them into different "
            "folders"
        )
    for asked, what in (
        (wanted.log, "--log lists who wrote to whom, and who decided"),
        (wanted.xes, "--xes lists who took each step of a decision"),
        (wanted.graphml, "--graphml shows who can reach whom"),
    ):
        if asked:
            insist_shown(result.manifest, what)
    files = _of_tables(result, wanted)
    if wanted.log or wanted.xes:
        files += _played(result, wanted)
    if wanted.graphml:
        files.append(_network(result, wanted))
    return files


def _of_tables(result: RunResult, wanted: Wanted) -> list[Export]:
    from sim.exchange.spreadsheet import as_workbook

    there = list(result.tables)
    for name in wanted.tables:
        if name not in there:
            raise UsageError(
                f"the result has no table '{name}'{nearest(name, there)}; there are: "
                f"{', '.join(there)}"
            )
    tables = {name: table for name, table in result.tables.items() if name in wanted.tables}
    if wanted.workbook:
        return [as_workbook(result, tables)]
    return [csv(name, table) for name, table in tables.items()]


def _played(result: RunResult, wanted: Wanted) -> list[Export]:
    """The logs of one replication, played again once."""
    from sim.exchange.log import log_of
    from sim.exchange.xes import as_xes

    recording = play_again(result, wanted)
    files: list[Export] = []
    if wanted.log:
        log = log_of(recording)
        files += map(csv, LOGGED, (log.messages, log.decisions))
    if wanted.xes:
        about = _about(result, wanted) | {"replication": wanted.replication}
        files.append(as_xes(recording, _decisions(result, wanted), about))
    return files


def _network(result: RunResult, wanted: Wanted) -> Export:
    from sim.exchange.network import as_graphml

    structure, leaders = inputs_of(result, wanted).structure, result.tables["leaders"]
    mine = leaders[leaders["variant"] == policy_of(result, wanted.policy)]
    return as_graphml(structure, mine, _about(result, wanted))


def _about(result: RunResult, wanted: Wanted) -> dict[str, str | int]:
    return {
        "scenario": str(result.manifest["name"]),
        "policy": policy_of(result, wanted.policy),
        "model": str(result.manifest.get("model", "")),
    }


def inputs_of(result: RunResult, wanted: Wanted) -> Parameters:
    """The policy of a run's result, as it ran, as numbers.

    UsageError when the result is none of a run, or has no such policy; InvalidInput when a data
    file is not the one it was run with.
    """
    from sim.parameters import parameters
    from sim.reading._again import source

    if result.manifest.get("kind", RUN) != RUN:
        raise UsageError(
            f"{result.folder} is a result of {result.manifest['kind']}: only of a run can a policy "
            "be played again"
        )
    name = policy_of(result, wanted.policy)
    known = source(result, Path() if wanted.data is None else wanted.data)
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


def play_again(result: RunResult, wanted: Wanted) -> Recording:
    """One replication of a policy, played again on the Mesa driver and recorded.

    Raises as `inputs_of`; UsageError when the result does not have the replication; Refused when
    its decisions do not come out as in the result's tables.
    """
    from sim.exchange.recording import record
    from sim.version import model_version

    inputs = inputs_of(result, wanted)
    policy, replication = policy_of(result, wanted.policy), wanted.replication
    runs = result.tables["runs"]
    there = runs[runs["variant"] == policy]["replication"].tolist()
    if replication not in there:
        raise UsageError(
            f"the result has no replication {replication} of '{policy}'; it has {len(there)} of "
            f"them, counted from 0"
        )
    recording = record(inputs, replication)
    if not _is_same(recording, _decisions(result, wanted)):
        made = result.manifest.get("model", "unknown")
        raise Refused(
            f"replication {replication} of '{policy}' does not come out as in the result: the "
            f"model that made it is {made}, this is {model_version()}; run its scenario again"
        )
    return recording


def _decisions(result: RunResult, wanted: Wanted) -> pd.DataFrame:
    """The rows of the table `decisions` that are of the replication."""
    table = result.tables["decisions"]
    mine = table["variant"] == policy_of(result, wanted.policy)
    return table[mine & (table["replication"] == wanted.replication)]


def _is_same(recording: Recording, table: pd.DataFrame) -> bool:
    """Whether what was played is what the table holds."""
    played, day = recording.outcome.decisions, recording.inputs.numbers.day
    return len(played) == len(table) and all(
        np.array_equal(now, table[name].to_numpy(), equal_nan=True)
        for name, now in (
            ("issue", played["issue"]),
            ("raised_day", played["raised"] / day),
            ("delay", played["delay"] / day),
            ("quality", played["quality"]),
        )
    )
