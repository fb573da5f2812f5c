"""A finished sweep, as `sim.sweep` returns it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.saved import TABLE

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.boxes import Boxes
    from sim.experiments.verdict import Verdict


@dataclass(frozen=True)
class SweepResult:
    """A finished sweep: where it is, and its manifest (with `failures`, and points that were
    `left_out`)."""

    folder: Path
    manifest: Mapping[str, Any]

    def __repr__(self) -> str:
        from sim.comparison.answer import line

        return (
            f"SweepResult({line(self.manifest, len(self.manifest['failures']))}; in {self.folder})"
        )

    def __str__(self) -> str:
        from sim.experiments.verdict import text_of

        return text_of(self._answer)

    def _repr_html_(self) -> str:
        from sim.experiments._cards import of_sweep

        return of_sweep(self.table, self.manifest, self.folder)

    @property
    def verdict(self) -> list[str]:
        """What the sweep says, in a few plain sentences: those of the terminal and of the report's
        *In short*."""
        return list(self._answer.sentences)

    @cached_property
    def boxes(self) -> Boxes:
        """For which values of the keys policies win, and for which they lose, against the one that
        the sweep compares to; `print` it for the sentences of the report."""
        from sim.experiments.boxes import boxes

        return boxes(self.table, self.manifest)

    @cached_property
    def _answer(self) -> Verdict:
        from sim.comparison.labels import labelled
        from sim.experiments.verdict import verdict

        tables, manifest = labelled({"runs": self.table}, self.manifest)
        return verdict(tables["runs"], manifest)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a run: sorted by policy, point and replication; varied keys stand after the
        seed."""
        from sim.tables import read_table

        return read_table(self.folder / TABLE)
