"""What Python and the command line share: each function runs, draws the page, and saves one folder.

A command calls the function here of its own name, so both leave the same files. They differ only in
the times that are written into `manifest.json` and into the page.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import seal
from sim.errors import UsageError
from sim.files import insist_writable
from sim.progress import telling
from sim.results import CALIBRATION, DASHBOARD, SENSITIVITY, SWEEP, RunResult, writable
from sim.runner import Progress
from sim.runner import run as simulate
from sim.runner.starting import leave_if_read_anew
from sim.runner.until import Until

if TYPE_CHECKING:
    from sim.experiments.api import SweepResult
    from sim.experiments.calibration import Calibration
    from sim.experiments.designs import Design
    from sim.experiments.executors import Executor
    from sim.experiments.precision import Precision
    from sim.experiments.running import Progress as CountedProgress
    from sim.experiments.sensitivity import Sensitivity
    from sim.experiments.sweep import Swept
    from sim.scenario import Scenario

Notify = Callable[[str], object]
"""Called with a sentence about something that was found damaged."""
Check = Callable[["Design", "Precision"], object]
"""Called before a sweep runs anything, with its points and how often each runs; may raise."""

DAMAGED = "{} damaged (the checksum does not fit) and not used; what was missing was run again"


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
    replays: int | None = None,
    dashboard: bool = True,
) -> RunResult:
    """Run every policy of one or several scenarios (objects or paths of YAML files), compare and save.

    The folder is that of the command `leaderstream run`, file by file; its manifest says what was set
    on top of the scenario's file (`Scenario.changes`).

    variants: the names of the policies to run (default: all; the base is one of them). replications,
    seed: in place of the scenarios' own; without a seed several scenarios all run under that of the
    first. workers: how many runs at once (default: every core available). engine: auto (compiled, unless
    a custom rule cannot be compiled), compiled or mesa. out: the folder that results go into (default:
    results/). against: the policy that differences are taken to (default: the first that runs).
    progress: called with (done, total, message), True for a line on how far it is, False for none
    (default: a line in notebooks only). save: False keeps the result in memory; `sim.results.save` saves
    it later. until: "value:0.02", {"value": 0.02} or {"value": "2%"}: run more replications until half
    the 95 % interval of every policy's paired difference in that measure is no wider (a percentage: of
    the base's mean), of every measure where several are named; `replications` is then how many there
    may be (default: what the scenario says, or ten times its replications). replays: how many issues
    are played again and recorded tick by tick (default: 3, fewer where it would take long; none where
    nothing is saved). dashboard: whether the page is written too.

    Where a policy reads the half-life (`sim.parameters.urgency`), it is run again at eight other
    urgencies, and the result has a fifth table, `urgency`.

    The engine mesa does its runs in processes of their own, and so may replays. Each process reads the
    main script anew, so a script that calls this must do so below `if __name__ == "__main__":` (or with
    workers=1), whatever the system.

    Runs that fail are listed in the result's `failures` and the others kept; replays that fail are
    listed in the manifest. Raises InvalidInput for a scenario or data file that cannot be used,
    UsageError for an argument that makes no sense and for a script without that line, Refused where
    results cannot be saved, RunsFailed when every run of a scenario fails. Ctrl-C stops promptly and
    leaves nothing half-written.
    """
    leave_if_read_anew()
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


def common_seed(scenarios: Sequence[Scenario]) -> int | None:
    """The first scenario's seed where several differ, so that all face the same draws; else None."""
    seeds = {scenario.seed for scenario in scenarios}
    return scenarios[0].seed if len(seeds) > 1 else None


def scenario_of(source: Scenario | str | os.PathLike[str]) -> Scenario:
    """The scenario, read where `source` is the path of a file.

    InvalidInput with everything wrong in it, or where the file belongs to a saved result and is not as
    it was written.
    """
    from sim.scenario import Scenario

    if not isinstance(source, str | os.PathLike):
        return source
    seal.insist_on_input(Path(source))
    return Scenario.load(Path(source))


def _record_replays(
    part: RunResult, scenario: Scenario, most: int | None, workers: int | None, progress: Any
) -> None:
    from sim.replays import add_replays
    from sim.runner.pool import available_cores

    with telling(progress) as tell:
        tell(0, len(part.manifest["policies"]), "recording a few issues for the replay")
        add_replays(part, scenario.folder, most, workers or available_cores(), tell)


def _save_run(part: RunResult, out: str | os.PathLike[str] | None, dashboard: bool) -> None:
    from sim.results import save

    def draw(path: Path) -> None:
        from sim.dashboard.report import write_report

        write_report(part.tables, part.manifest, path, verdict=part.verdict)

    save(part, out, {DASHBOARD: draw} if dashboard else {})


def sweep(
    scenario: Scenario | str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: CountedProgress | bool | None = None,
) -> SweepResult:
    """Run what is missing of a scenario's sweep and save it; nothing is run or written where all is there.

    scenario: an object, or the path of a YAML file. out: the folder that results go into (default:
    results/); the sweep's own is NAME-sweep in it, the same as that of the command `leaderstream sweep`.
    workers: how many runs at once (default: every core). engine: auto (compiled, unless a custom rule
    cannot be compiled), compiled or mesa. executor: threads or processes (default: what suits the
    engine), or a function such as `sim.experiments.cluster.in_cluster` gives. progress: called with
    (done, total, failed), True for a line on how far it is, False for none (default: a line in
    notebooks only).

    In processes (engine mesa) each worker reads the main script anew, so a script that calls this must
    do so below `if __name__ == "__main__":`, whatever the system.

    Runs that fail are listed in the manifest and the others kept. A stored run, or a file of the
    result, that is no longer as it was written is made again, with a warning (`damaged` in the manifest
    counts the runs). InvalidInput for a scenario that cannot be used, UsageError where it has no sweep
    or the script lacks that line, Refused while another process writes in the folder, and where nothing
    can be written there.
    """
    leave_if_read_anew()

    def warn(text: str) -> None:
        warnings.warn(text, stacklevel=4)

    given = scenario_of(scenario)
    how: dict[str, Any] = {"workers": workers, "engine": engine, "executor": executor}
    return complete_sweep(given, out=out, **how, progress=progress, notify=warn)[0]


def complete_sweep(
    scenario: Scenario,
    *,
    out: str | os.PathLike[str] | None,
    workers: int | None,
    engine: str,
    executor: str | Executor,
    progress: CountedProgress | bool | None,
    notify: Notify,
    check: Check = lambda plan, often: None,
) -> tuple[SweepResult, Swept | None]:
    """The sweep, and what was done for it now: None where its folder was complete already."""
    from sim.experiments.api import SweepResult
    from sim.experiments.asked import home
    from sim.experiments.designs import design
    from sim.experiments.precision import precision
    from sim.experiments.saved import finished, save
    from sim.experiments.sweep import sweep as run_missing
    from sim.runner.engines import engine_for

    folder = home(scenario, SWEEP, out)
    used = engine_for(engine, scenario.policies().values()).engine
    manifest = finished(scenario, folder, notify)
    if manifest is not None and DASHBOARD in manifest[seal.HASHES]:
        return SweepResult(folder, manifest), None
    plan, often = design(scenario), precision(scenario)
    insist_writable(folder)
    check(plan, often)
    how: dict[str, Any] = {"workers": workers, "engine": used, "executor": executor}
    with telling(progress, counts=True) as tell:
        swept = run_missing(scenario, folder, plan=plan, often=often, **how, progress=tell)
    if swept.damaged:
        notify(damaged_told(swept.damaged))
    return SweepResult(folder, save(swept, used, {DASHBOARD: _draw_sweep})), swept


def _draw_sweep(table: Path, manifest: Mapping[str, Any], path: Path) -> None:
    from sim.dashboard.sweep_report import draw_sweep_report

    draw_sweep_report(table, manifest, path)


def damaged_told(count: int) -> str:
    """What to say where so many stored runs were found damaged."""
    return DAMAGED.format("1 stored run was" if count == 1 else f"{count:,} stored runs were")


def sensitivity(
    scenario: Scenario | str | os.PathLike[str],
    folder: str | os.PathLike[str] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    method: str = "sobol",
    metrics: Sequence[str] = (),
    points: int | None = None,
    replications: int | None = None,
    variants: Sequence[str] = (),
    confidence: float = 0.95,
    half_width: float = 0.1,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: CountedProgress | bool | None = None,
) -> Sensitivity:
    """Run what is missing of a method's points, say which keys matter, and save that.

    scenario: an object, or the path of a YAML file. folder: the result's own folder, the same as that of
    the command `leaderstream sensitivity` (default: NAME-sensitivity in `out`). out: the folder that
    results go into (default: results/). method: sobol or morris. metrics: the measures (default: value,
    quality, delay). points: base samples of sobol (default: 64), paths of morris (default: 20).
    replications: of each point (default: the sweep's). variants: the policies (default: the sweep's).
    confidence: of the intervals. half_width: up to which half an interval is narrow enough to conclude.
    workers, engine, executor, progress: as in `sweep`.

    Base samples and paths of which a point was left out, or a run failed or lacks the measure, are not
    used. Raises what `sweep` raises.
    """
    from sim.experiments.asked import home
    from sim.experiments.conclusions import about
    from sim.experiments.saved import save
    from sim.experiments.sensitivity import sensitivity as search
    from sim.runner.engines import engine_for

    leave_if_read_anew()
    given = scenario_of(scenario)
    place = _place(folder, out) or home(given, SENSITIVITY, out)
    used = engine_for(engine, given.policies().values()).engine
    insist_writable(place)
    asked: dict[str, Any] = {"method": method, "metrics": metrics, "points": points, "replications": replications}
    asked |= {"variants": variants, "confidence": confidence, "half_width": half_width}
    how: dict[str, Any] = {"workers": workers, "engine": used, "executor": executor, "progress": progress}
    found = search(given, place, **asked, **how)
    table = found.table()

    def draw(_runs: Path, manifest: Mapping[str, Any], path: Path) -> None:
        from sim.dashboard.sensitivity_report import write_sensitivity_report

        write_sensitivity_report(table, manifest, path)

    save(found.swept, used, {DASHBOARD: draw}, about(found), {"sensitivity": table})
    return found


def calibrate(
    scenario: Scenario | str | os.PathLike[str],
    folder: str | os.PathLike[str] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    objectives: Mapping[str, str] | None = None,
    runs: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: CountedProgress | bool | None = None,
) -> Calibration:
    """Find the best settings of a scenario, and save them; what has run is not run again.

    scenario: an object, or the path of a YAML file. folder: the result's own folder, the same as that of
    the command `leaderstream calibrate` (default: NAME-calibrate in `out`). out: the folder that results
    go into (default: results/). objectives: measures, each with up or down; with them every weighting is
    an objective alone, or all alike (default: the scenario's). runs, seed: of the search (default: the
    scenario's). workers, engine, executor, progress: as in `sweep`.

    InvalidInput or UsageError for a calibration that cannot be, RunsFailed where no setting can be run,
    Refused while another process writes in the folder. Ctrl-C leaves what was reported.
    """
    from sim.experiments.asked import home
    from sim.experiments.calibration.calibrate import calibrate as search
    from sim.experiments.calibration.saved import save
    from sim.runner.engines import engine_for

    leave_if_read_anew()
    given = scenario_of(scenario)
    place = _place(folder, out) or home(given, CALIBRATION, out)
    used = engine_for(engine, given.policies().values()).engine
    insist_writable(place)
    how: dict[str, Any] = {"workers": workers, "engine": used, "executor": executor, "progress": progress}
    found = search(given, place, objectives=objectives, runs=runs, seed=seed, **how)
    options = _calibrate_options(given, objectives, runs, seed)

    def draw(path: Path) -> None:
        from sim.dashboard.calibration import write_calibration_report

        write_calibration_report(found, path, options)

    save(found, used, {DASHBOARD: draw})
    return found


def _calibrate_options(
    scenario: Scenario, objectives: Mapping[str, str] | None, runs: int | None, seed: int | None
) -> list[str]:
    """The options of `leaderstream calibrate` that ask for the same."""
    pairs = [("--objective", f"{name}={direction}") for name, direction in (objectives or {}).items()]
    pairs += [(name, str(value)) for name, value in (("--runs", runs), ("--seed", seed)) if value is not None]
    pairs += [("--set", f"{key}={value}") for key, value in scenario.changes.items()]
    return [word for pair in pairs for word in pair]


def _place(folder: str | os.PathLike[str] | None, out: str | os.PathLike[str] | None) -> Path | None:
    """The result's own folder where it was given."""
    if folder is not None and out is not None:
        raise UsageError("give folder (the result's own) or out (the folder that results go into), not both")
    return None if folder is None else Path(folder)
