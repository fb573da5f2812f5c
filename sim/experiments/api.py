"""A sweep from Python, whole: run what is missing, save, and hand back the table."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.asked import home, whole
from sim.experiments.saved import TABLE, finished, save
from sim.experiments.sweep import sweep as complete
from sim.progress import telling

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.executors import Executor
    from sim.experiments.running import Progress
    from sim.experiments.verdict import Verdict
    from sim.scenario import Scenario


@dataclass(frozen=True)
class SweepResult:
    """A finished sweep: where it is, and its manifest (with `failures`, and points that were `left_out`)."""

    folder: Path
    manifest: Mapping[str, Any]

    def __repr__(self) -> str:
        from sim.comparison.glance import line

        return f"SweepResult({line(self.manifest, len(self.manifest['failures']))}; in {self.folder})"

    def __str__(self) -> str:
        from sim.experiments.verdict import text_of

        return text_of(self._answer)

    def _repr_html_(self) -> str:
        from sim.experiments.glance import of_sweep

        return of_sweep(self.table, self.manifest, self.folder)

    @property
    def verdict(self) -> list[str]:
        """What the sweep says, in a few plain sentences: those of the terminal and of the report's *In short*."""
        return list(self._answer.sentences)

    @cached_property
    def _answer(self) -> Verdict:
        from sim.experiments.verdict import verdict

        return verdict(self.table, self.manifest)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a run: sorted by policy, point and replication; varied keys stand after the seed."""
        from sim.tables import read_table

        return read_table(self.folder / TABLE)


def sweep(
    scenario: Scenario | str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    engine: str = "auto",
    executor: str | Executor = "",
    progress: Progress | bool | None = None,
) -> SweepResult:
    """Run what is missing of a scenario's sweep and save its table; nothing is run or written where all is there.

    scenario: an object, or the path of a YAML file. out: the folder that results go into (default results/); the
    sweep's own is NAME-sweep in it. workers: how many runs at once (default: every core). engine: auto (compiled),
    compiled or mesa. executor: threads or processes (default: what suits the engine), or one ready made such as
    `sim.experiments.cluster.in_cluster`. progress: called with (done, total, failed), True for a line on how far it is,
    False for none (default: a line in notebooks only).

    In processes (engine mesa) each worker reads the main script anew, so a script that calls this must do so below
    `if __name__ == "__main__":`, whatever the system.

    Runs that fail are listed in the manifest and the others kept. A stored run, or a file of the result, that is no
    longer as it was written is made again, with a warning (`damaged` in the manifest counts the runs). InvalidInput for
    a scenario that cannot be used, UsageError where it has no sweep or the script lacks that line, Refused while
    another process writes in the folder, and where nothing can be written there.
    """
    from sim.runner.engines import engine_for

    asked = whole(scenario)
    folder = home(asked, "sweep", out)
    used = engine_for(engine, asked.policies().values()).engine
    manifest = finished(asked, folder, _warn)
    if manifest is None:
        with telling(progress, counts=True) as tell:
            swept = complete(asked, folder, workers=workers, engine=used, executor=executor, progress=tell)
        manifest = save(swept, used)
        if swept.damaged:
            _warn(f"{folder}: {swept.damaged:,} stored runs were damaged and not used; what was missing was run again")
    return SweepResult(folder, manifest)


def _warn(text: str) -> None:
    """Tell whoever called `sweep`."""
    warnings.warn(text, stacklevel=3)
