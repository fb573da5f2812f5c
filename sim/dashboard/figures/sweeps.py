"""The figures of a sweep, each alone: a table of runs and a manifest in, a Plotly figure out.

Every function takes `(runs, manifest, narrow=False, choice=0)`: `runs` holds a row a run, with a column a varied key;
`manifest` names them (`keys`). Where a figure shows one part of a sweep at a time, `choice` is the number of the part
in `choices(name, Sweep(runs, manifest))`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.dashboard.figures import curves, front, maps, parallel, precision
from sim.dashboard.figures.common import Spec
from sim.dashboard.slices import Maps
from sim.dashboard.sweep import GAP, Sweep
from sim.measures import MEASURES

if TYPE_CHECKING:
    import plotly.graph_objects as go

_DRAWN: dict[str, Callable[[Sweep, bool, int], Spec]] = {
    "break-even-map": maps.gap_map,
    "maps": maps.metric_maps,
    "break-even-line": curves.gap_lines,
    "lines": curves.metric_lines,
    "pareto": front.pareto,
    "effects": curves.effects,
    "parallel": parallel.coordinates,
    "precision": precision.precision,
}


def draw(name: str, sweep: Sweep, narrow: bool = False, choice: int = 0) -> Spec:
    """The figure called `name` (a key of SWEEP_FIGURES) as a dict of `data` and `layout`."""
    return _DRAWN[name](sweep, narrow, choice)


def names(sweep: Sweep) -> list[str]:
    """The figures that this sweep has: maps where two keys vary and more, lines for one; what compares, only where the
    policy to compare to ran."""
    along = ["break-even-line", "lines", "pareto", "precision"]
    plane = ["break-even-map", "maps", "pareto", "effects", "parallel", "precision"]
    found = plane if len(sweep.axes) > 1 else along
    return [name for name in found if sweep.rivals or not name.startswith("break-even")]


def choices(name: str, sweep: Sweep) -> list[str]:
    """What a figure can show, one part at a time; clean but not escaped. One entry where it shows all at once."""
    found: list[str] = []
    if name in ("maps", "break-even-map") and len(sweep.axes) > 1:
        found = [part.name for part in Maps(sweep).slices(GAP if name == "break-even-map" else "value")]
    elif name == "effects":
        found = [metric.title for metric in sweep.metrics]
    elif name == "parallel":
        found = [policy.name for policy in sweep.policies]
    elif name == "precision":
        found = ["Difference in value" if m == GAP else MEASURES[m].title for m in precision.measured(sweep)]
    return found or [""]


def _figure(
    name: str, runs: pd.DataFrame, manifest: Mapping[str, Any], narrow: bool = False, choice: int = 0
) -> go.Figure:
    import plotly.graph_objects as go

    return go.Figure(draw(name, Sweep(runs, manifest), narrow, choice))


SWEEP_FIGURES: dict[str, Callable[..., go.Figure]] = {name: partial(_figure, name) for name in _DRAWN}
"""Every figure of a sweep by the name a user types."""
