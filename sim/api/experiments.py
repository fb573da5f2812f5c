"""Sweeps, sensitivity and calibration: run what is missing, draw the page and save."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import seal
from sim.api.runs import scenario_of
from sim.errors import UsageError
from sim.files import insist_writable
from sim.progress import reporter
from sim.results import CALIBRATION, DASHBOARD, SENSITIVITY, SWEEP
from sim.runner.pool import leave_if_read_anew

if TYPE_CHECKING:
    from sim.comparison.precision import Precision
    from sim.experiments.api import SweepResult
    from sim.experiments.calibration import Calibration
    from sim.experiments.designs import Design
    from sim.experiments.executors import Executor
    from sim.experiments.running import Progress
    from sim.experiments.sensitivity import Sensitivity
    from sim.experiments.sweep import Swept
    from sim.scenario import Scenario

Notify = Callable[[str], object]
"""Called with a sentence about something that was found damaged."""
Check = Callable[["Design", "Precision"], object]
"""Called before a sweep runs anything, with its points and how often each runs; may raise."""


def sweep(
    scenario: Scenario | str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: Progress | bool | None = None,
) -> SweepResult:
    """Run what is missing of a scenario's sweep and save it; nothing is run or written where all is
    there.

    scenario: an object, or the path of a YAML file. out: the folder that results go into (default:
    results/); the sweep's own is NAME-sweep in it, the same as that of the command `leaderstream
    sweep`. workers: how many runs at once (default: every core). engine: auto (compiled, unless a
    custom rule cannot be compiled), compiled or mesa. executor: threads or processes (default: what
    suits the engine), or a function such as `sim.experiments.cluster.in_cluster` gives. progress:
    called with (done, total, failed), True for a line on how far it is, False for none (default: a
    line in notebooks only).

    In processes (engine mesa) each worker reads the main script anew, so a script that calls this
    must do so below `if __name__ == "__main__":`, whatever the system.

    Runs that fail are listed in the manifest and the others kept. A stored run, or a file of the
    result, that is no longer as it was written is made again, with a warning (`damaged` in the
    manifest counts the runs). InvalidInput for a scenario that cannot be used, UsageError where it
    has no sweep or the script lacks that line, Refused while another process writes in the folder,
    and where nothing can be written there.
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
    progress: Progress | bool | None,
    notify: Notify,
    check: Check = lambda plan, often: None,
) -> tuple[SweepResult, Swept | None]:
    """The sweep, and what was done for it now: None where its folder was complete already."""
    from sim.experiments.api import SweepResult
    from sim.experiments.designs import design, precision
    from sim.experiments.saved import finished, home, save
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
    with reporter(progress, counts=True) as tell:
        swept = run_missing(scenario, folder, plan=plan, often=often, **how, progress=tell)
    if swept.damaged:
        notify(damaged_told(swept.damaged))
    about = audited(scenario, folder)
    return SweepResult(folder, save(swept, used, {DASHBOARD: _draw_sweep}, about)), swept


def audited(scenario: Scenario, folder: str | os.PathLike[str]) -> dict[str, Any]:
    """What the manifest of an experiment in a folder says of the audit of the same scenario that
    lies beside it; empty where there is none."""
    from sim.comparison.trust import AUDITED
    from sim.experiments.audit.saved import of_scenario

    found = of_scenario(Path(folder).parent, scenario)
    return {} if found is None else {AUDITED: found}


def _draw_sweep(table: Path, manifest: Mapping[str, Any], path: Path) -> None:
    from sim.dashboard.sweep_report import draw_sweep_report

    draw_sweep_report(table, manifest, path)


def _draw_sensitivity(runs: Path, manifest: Mapping[str, Any], path: Path) -> None:
    """The page of a saved search for what matters."""
    from sim.dashboard.sensitivity_report import write_sensitivity_report
    from sim.tables import read_table

    write_sensitivity_report(read_table(runs.with_name("sensitivity.parquet")), manifest, path)


_REDRAWN = {SWEEP: _draw_sweep, SENSITIVITY: _draw_sensitivity}
"""The kinds of experiment whose pages can be drawn from what is saved. That of a calibration says
that it speaks of the time at which it was made."""


def renew_pages(parent: Path, name: str) -> list[Path]:
    """Write the pages of the saved sweeps and searches for what matters of a scenario in `parent`
    anew where an audit of the same scenario lies beside them by now; returns their folders."""
    from sim.comparison.trust import AUDITED
    from sim.errors import InvalidInput
    from sim.experiments.audit.saved import beside
    from sim.experiments.saved import redraw

    renewed = []
    for folder in sorted(parent.glob(f"{name}*")):
        try:
            manifest = seal.manifest_of(folder)
            draw = _REDRAWN.get(str(manifest.get("kind")))
            if draw is None or DASHBOARD not in manifest.get(seal.HASHES, ()):
                continue
            found = beside(parent, manifest) if manifest.get("name") == name else None
            if found is None or found == manifest.get(AUDITED):
                continue
            redraw(folder, manifest, DASHBOARD, draw, {AUDITED: found})
        except InvalidInput:
            continue
        renewed.append(folder)
    return renewed


def damaged_told(count: int) -> str:
    """What to say where so many stored runs were found damaged."""
    runs = "1 stored run was" if count == 1 else f"{count:,} stored runs were"
    why = "damaged (the checksum does not fit) and not used"
    return f"{runs} {why}; what was missing was run again"


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
    progress: Progress | bool | None = None,
) -> Sensitivity:
    """Run what is missing of a method's points, say which keys matter, and save that.

    scenario: an object, or the path of a YAML file. folder: the result's own folder, the same as
    that of the command `leaderstream sensitivity` (default: NAME-sensitivity in `out`). out: the
    folder that results go into (default: results/). method: sobol or morris. metrics: the measures
    (default: value, quality, delay). points: base samples of sobol (default: 64), paths of morris
    (default: 20). replications: of each point (default: the sweep's). variants: the policies
    (default: the sweep's). confidence: of the intervals. half_width: up to which half an interval
    is narrow enough to conclude. workers, engine, executor, progress: as in `sweep`.

    Base samples and paths of which a point was left out, or a run failed or lacks the measure, are
    not used. Raises what `sweep` raises.
    """
    from sim.experiments.conclusions import about
    from sim.experiments.saved import home, save
    from sim.experiments.sensitivity import request
    from sim.experiments.sensitivity import sensitivity as search
    from sim.runner.engines import engine_for

    leave_if_read_anew()
    given = scenario_of(scenario)
    place = place_of(folder, out) or home(given, SENSITIVITY, out)
    used = engine_for(engine, given.policies().values()).engine
    insist_writable(place)
    wanted = request(given, method, metrics, points, replications, confidence, half_width)
    how: dict[str, Any] = {"workers": workers, "engine": used, "executor": executor}
    result = search(given, place, wanted, variants, **how, progress=progress)
    table = result.table()

    def draw(_runs: Path, manifest: Mapping[str, Any], path: Path) -> None:
        from sim.dashboard.sensitivity_report import write_sensitivity_report

        write_sensitivity_report(table, manifest, path)

    told = about(result) | audited(given, place)
    save(result.swept, used, {DASHBOARD: draw}, told, {"sensitivity": table})
    return result


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
    progress: Progress | bool | None = None,
) -> Calibration:
    """Find the best settings of a scenario, and save them; what has run is not run again.

    scenario: an object, or the path of a YAML file. folder: the result's own folder, the same as
    that of the command `leaderstream calibrate` (default: NAME-calibrate in `out`). out: the folder
    that results go into (default: results/). objectives: measures, each with up or down; with them
    every weighting is an objective alone, or all alike (default: the scenario's). runs, seed: of
    the search (default: the scenario's). workers, engine, executor, progress: as in `sweep`.

    InvalidInput or UsageError for a calibration that cannot be, RunsFailed where no setting can be
    run, Refused while another process writes in the folder. Ctrl-C leaves what was reported.
    """
    from sim.experiments.calibration.calibrate import calibrate as search
    from sim.experiments.calibration.saved import save
    from sim.experiments.saved import home
    from sim.runner.engines import engine_for

    leave_if_read_anew()
    given = scenario_of(scenario)
    place = place_of(folder, out) or home(given, CALIBRATION, out)
    used = engine_for(engine, given.policies().values()).engine
    insist_writable(place)
    how: dict[str, Any] = {"workers": workers, "engine": used, "executor": executor}
    search_options: dict[str, Any] = {"objectives": objectives, "runs": runs, "seed": seed}
    result = search(given, place, **search_options, **how, progress=progress)
    options = _calibrate_options(given, objectives, runs, seed)

    def draw(path: Path) -> None:
        from sim.dashboard.calibration_report import write_calibration_report

        write_calibration_report(result, path, options, audited(given, place))

    save(result, used, {DASHBOARD: draw})
    return result


def _calibrate_options(
    scenario: Scenario, objectives: Mapping[str, str] | None, runs: int | None, seed: int | None
) -> list[str]:
    """The options of `leaderstream calibrate` that ask for the same."""
    pairs = [("--objective", f"{name}={way}") for name, way in (objectives or {}).items()]
    pairs += [("--runs", str(runs))] if runs is not None else []
    pairs += [("--seed", str(seed))] if seed is not None else []
    pairs += [("--set", f"{key}={value}") for key, value in scenario.changes.items()]
    return [word for pair in pairs for word in pair]


def place_of(
    folder: str | os.PathLike[str] | None, out: str | os.PathLike[str] | None
) -> Path | None:
    """The result's own folder where it was given."""
    if folder is not None and out is not None:
        raise UsageError(
            "give folder (the result's own) or out (the folder that results go into), not both"
        )
    return None if folder is None else Path(folder)
