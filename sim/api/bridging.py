"""Bridges: screen pairs, run the best of them, save that, and show it on the page of the run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api.experiments import place_of
from sim.api.runs import renew_pages, scenario_of
from sim.files import insist_writable
from sim.results import BRIDGES
from sim.runner.pool import leave_if_read_anew

if TYPE_CHECKING:
    from sim.experiments.bridges import Bridges
    from sim.experiments.executors import Executor
    from sim.experiments.running import Progress
    from sim.scenario import Scenario


def bridges(
    scenario: Scenario | str | os.PathLike[str],
    folder: str | os.PathLike[str] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    policy: str | None = None,
    candidates: int = 8,
    replications: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: Progress | bool | None = None,
) -> Bridges:
    """Find out which one further pair of leaders with a channel would help most, and save that;
    what has run is not run again.

    Pairs are screened by the ideas that a channel may save (`sim.experiments.bridges.screening`),
    in replications that judge nothing. Each of the best is then a variant with that pair in
    `stream.pairs`, and runs against the policy as it is under the same seeds. The intervals of all
    hold together, so also that of the best.

    scenario: an object, or the path of a YAML file. folder: the result's own folder, the same as
    that of the command `leaderstream bridges` (default: NAME-bridges in `out`). out: the folder
    that results go into (default: results/). policy: to which the pairs are added (default: the
    base). candidates: how many are run. replications: of each, at least 2 (default: the
    scenario's, at most 100). workers, engine, executor, progress: as in `sweep`.

    Where the result of a run of the same scenario lies in `out`, its page shows the outcome too.
    With privacy.smallest_group, candidates are named by groups. InvalidInput for a scenario that
    cannot be used, UsageError for an argument that makes no sense, Refused where no further channel
    would carry anything, or while another process writes in the folder. Ctrl-C leaves what was
    reported.
    """
    from sim.experiments.bridges.bridges import bridges as search
    from sim.experiments.bridges.saved import save
    from sim.experiments.saved import home
    from sim.runner.engines import engine_for

    leave_if_read_anew()
    given = scenario_of(scenario)
    place = place_of(folder, out) or home(given, BRIDGES, out)
    used = engine_for(engine, given.policies().values()).engine
    insist_writable(place)
    result = search(
        given,
        place,
        policy=policy,
        count=candidates,
        replications=replications,
        workers=workers,
        engine=used,
        executor=executor,
        progress=progress,
    )
    save(result, used)
    renew_pages(Path(place).parent, given.name)
    return result
