"""Run every policy under common seeds, record replays, draw the page and save."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import seal
from sim.errors import UsageError
from sim.progress import reporter
from sim.results import DASHBOARD, RUN, RunResult, writable
from sim.runner import Progress
from sim.runner import run as simulate
from sim.runner.pool import leave_if_read_anew
from sim.runner.until import Until

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(
    scenarios: Scenario | str | os.PathLike[str] | Sequence[Scenario | str | os.PathLike[str]],
    *,
    variants: Sequence[str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    out: str | os.PathLike[str] | None = None,
    against: str | None = None,
    progress: Progress | bool | None = None,
    save: bool = True,
    until: Until | None = None,
    replays: int | Sequence[int] | None = None,
    dashboard: bool = True,
) -> RunResult:
    """Run every policy of one or several scenarios (objects or paths of YAML files), compare and
    save.

    The folder is that of the command `leaderstream run`, file by file; its manifest says what was
    set on top of the scenario's file (`Scenario.changes`).

    variants: the names of the policies to run (default: all; the base is one of them).
    replications, seed: in place of the scenarios' own; without a seed several scenarios all run
    under that of the first. workers: how many runs at once (default: every core available). engine:
    auto (compiled, unless a custom rule cannot be compiled), compiled or mesa. out: the folder that
    results go into (default: results/). against: the policy that differences are taken to (default:
    the first that runs). progress: called with (done, total, message), True for a line on how far
    it is, False for none (default: a line in notebooks only). save: False keeps the result in
    memory; `sim.results.save` saves it later. until: "value:0.02", {"value": 0.02} or {"value":
    "2%"}: run more replications until half the 95 % interval of every policy's paired difference in
    that measure is no wider (a percentage: of the base's mean), of every measure where several are
    named; `replications` is then how many there may be (default: what the scenario says, or ten
    times its replications). replays: how many issues are played again and recorded tick by tick, or
    the numbers of exactly these (default: 3, fewer where it would take long; none where nothing is
    saved, or where people are shown in groups only). dashboard: whether the page is written too.

    Where a policy reads the half-life (`sim.parameters.urgency`), it is run again at eight other
    urgencies, and the result has a fifth table, `urgency`.

    The engine mesa does its runs in processes of their own, and so may replays. Each process reads
    the main script anew, so a script that calls this must do so below `if __name__ == "__main__":`
    (or with workers=1), whatever the system.

    Runs that fail are listed in the result's `failures` and the others kept; replays that fail are
    listed in the manifest. Raises InvalidInput for a scenario or data file that cannot be used,
    UsageError for an argument that makes no sense and for a script without that line, Refused where
    results cannot be saved, RunsFailed when every run of a scenario fails. Ctrl-C stops promptly
    and leaves nothing half-written.
    """
    leave_if_read_anew()
    _insist_issues(replays)
    several = isinstance(scenarios, Sequence) and not isinstance(scenarios, str)
    given: Any = scenarios if several else [scenarios]
    loaded = [scenario_of(source) for source in given]
    if save:
        writable(out)
    result = simulate(
        loaded,
        variants=variants,
        replications=replications,
        seed=common_seed(loaded) if seed is None else seed,
        workers=workers,
        engine=engine,
        against=against,
        progress=progress,
        until=until,
    )
    if save or replays is not None:
        for part, scenario in zip(result.parts, loaded, strict=True):
            _record_replays(part, scenario, replays, workers, progress)
    if save:
        for part in result.parts:
            _save_run(part, out, dashboard)
        result.folder = result.parts[0].folder
    return result


def _insist_issues(replays: int | Sequence[int] | None) -> None:
    """UsageError, before anything is run, for what can be no number of issues, or of an issue."""
    if replays is None:
        return
    if isinstance(replays, int):
        if replays < 0:
            raise UsageError(f"replays must be 0 or more, not {replays}")
        return
    if isinstance(replays, str) or any(not isinstance(n, Integral) or n < 1 for n in replays):
        raise UsageError(
            f"replays must be a number, or numbers of issues from 1 on, not {replays!r}"
        )


def common_seed(scenarios: Sequence[Scenario]) -> int | None:
    """The first scenario's seed where several differ, so that all face the same draws; else
    None."""
    seeds = {scenario.seed for scenario in scenarios}
    return scenarios[0].seed if len(seeds) > 1 else None


def _record_replays(
    part: RunResult,
    scenario: Scenario,
    wanted: int | Sequence[int] | None,
    workers: int | None,
    progress: Any,
) -> None:
    from sim.replays import add_replays
    from sim.runner.pool import available_cores
    from sim.tables.privacy import hidden

    with reporter(progress) as tell:
        if not hidden(part.manifest):
            tell(0, len(part.manifest["policies"]), "recording a few issues for the replay")
        add_replays(part, scenario.folder, wanted, workers or available_cores(), tell)


def _save_run(part: RunResult, out: str | os.PathLike[str] | None, dashboard: bool) -> None:
    from sim.results import FOLDER, save

    part.manifest |= _beside(Path(FOLDER if out is None else out), part.manifest)

    def draw(path: Path) -> None:
        from sim.dashboard.report import write_report

        write_report(part.tables, part.manifest, path, verdict=part.verdict)

    save(part, out, {DASHBOARD: draw} if dashboard else {})


def _beside(parent: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What lies beside a run in `parent` and is about the same policies, as its manifest holds it:
    a search for bridges, and an audit."""
    from sim.comparison.trust import AUDITED
    from sim.experiments.audit.saved import beside as audited
    from sim.experiments.bridges.saved import beside as searched

    found = {"bridges": searched(parent, manifest), AUDITED: audited(parent, manifest)}
    return {name: outcome for name, outcome in found.items() if outcome is not None}


def renew_pages(parent: Path, name: str) -> list[Path]:
    """Write the pages of the saved runs of a scenario in `parent` anew where a search for bridges
    or an audit of the same policies lies beside them by now; returns their folders."""
    from sim.errors import InvalidInput
    from sim.results import load

    renewed = []
    for folder in sorted(parent.glob(f"{name}*")):
        try:
            manifest = seal.manifest_of(folder)
            if manifest.get("kind") != RUN or manifest.get("name") != name:
                continue
            found = _beside(parent, manifest)
            if all(manifest.get(key) == outcome for key, outcome in found.items()):
                continue
            result = load(folder)
        except InvalidInput:
            continue
        _save_run(result, parent, DASHBOARD in manifest["files"])
        renewed.append(folder)
    return renewed


# The scenario that a function or a command was given, as an object or as a file


def scenario_of(source: Scenario | str | os.PathLike[str]) -> Scenario:
    """The scenario, read where `source` is the path of a file.

    InvalidInput with everything wrong in it, or where the file belongs to a saved result and is not
    as it was written.
    """
    from sim.scenario import Scenario

    if not isinstance(source, str | os.PathLike):
        return source
    seal.insist_on_input(Path(source))
    return Scenario.load(Path(source))
