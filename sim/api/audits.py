"""Audits: run what is missing, say what becomes of each finding, and save that."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api import experiments
from sim.api.runs import renew_pages, scenario_of
from sim.files import insist_writable
from sim.results import AUDIT
from sim.runner.pool import leave_if_read_anew

if TYPE_CHECKING:
    from sim.experiments.audit import Audit
    from sim.experiments.executors import Executor
    from sim.experiments.running import Progress
    from sim.scenario import Scenario


def audit(
    scenario: Scenario | str | os.PathLike[str],
    folder: str | os.PathLike[str] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    replications: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: Progress | bool | None = None,
) -> Audit:
    """Find out whether the findings of a scenario depend on how it was modelled, and save that;
    what has run is not run again.

    The findings are the claims of the scenario or, where it makes none, how each policy differs
    from the base in the headline measures. Each that the scenario's own runs decide is run again
    under stated alternatives (`sim.experiments.audit.alternatives`), one at a time, for all
    policies alike and under the same seeds.

    scenario: an object, or the path of a YAML file. folder: the result's own folder, the same as
    that of the command `leaderstream audit` (default: NAME-audit in `out`). out: the folder that
    results go into (default: results/). replications: of each policy, at least 2 (default: the
    scenario's, at most 100). workers, engine, executor, progress: as in `sweep`.

    Where the result of a run of the same scenario lies in `out`, its page says the outcome too.
    Runs that fail are listed in `failures`, and the others count. InvalidInput for a scenario that
    cannot be used, UsageError where there is nothing to compare, Refused while another process
    writes in the folder. Ctrl-C leaves what was reported.
    """
    from sim.experiments.audit.audit import audit as search
    from sim.experiments.audit.saved import save
    from sim.experiments.saved import home
    from sim.runner.engines import engine_for

    leave_if_read_anew()
    given = scenario_of(scenario)
    place = experiments.place_of(folder, out) or home(given, AUDIT, out)
    used = engine_for(engine, given.policies().values()).engine
    insist_writable(place)
    result = search(
        given,
        place,
        replications=replications,
        workers=workers,
        engine=used,
        executor=executor,
        progress=progress,
    )
    save(result, used)
    renew_pages(Path(place).parent, given.name)
    experiments.renew_pages(Path(place).parent, given.name)
    return result
