"""The figures, each alone: tables and manifest in, a Plotly figure out, all with the one template.

Every function takes `(tables, manifest, narrow=False)`: `tables` holds at least `runs` and `decisions` of one
scenario, `manifest` is that of the same result, and `narrow` arranges the same numbers for pages less than
about 800 pixels wide. Nothing is simulated, read or written. `draw` gives the same as a plain dict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.dashboard.figures import rows, tradeoff
from sim.dashboard.figures.common import Spec
from sim.dashboard.measures import Manifest, Reading, Tables

if TYPE_CHECKING:
    import plotly.graph_objects as go

_DRAWN: dict[str, Callable[[Reading, bool], Spec]] = {
    "trade-off": tradeoff.trade_off,
    "trade-off-by-kind": tradeoff.trade_off_by_kind,
    "time": rows.time_breakdown,
    "costs": rows.costs,
    "differences": rows.differences,
    "endings": rows.endings,
}


def draw(name: str, reading: Reading, narrow: bool = False) -> Spec:
    """The figure called `name` (a key of FIGURES) as a dict of `data` and `layout`."""
    return _DRAWN[name](reading, narrow)


def trade_off(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """Mean quality against mean delay, with intervals, lines of equal value and the ceiling."""
    return _figure("trade-off", tables, manifest, narrow)


def trade_off_by_kind(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """The same, a panel a kind of issue, each under its own half-life."""
    return _figure("trade-off-by-kind", tables, manifest, narrow)


def time_breakdown(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """The mean delay in working days, stacked from its five parts."""
    return _figure("time", tables, manifest, narrow)


def costs(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """Person-hours a decision, forum hours a leader, backlog and progress, with intervals."""
    return _figure("costs", tables, manifest, narrow)


def differences(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """Paired differences to the base, with intervals, a panel a measure."""
    return _figure("differences", tables, manifest, narrow)


def endings(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """How the issues ended, as shares in %: decided in what way, or undecided."""
    return _figure("endings", tables, manifest, narrow)


FIGURES: dict[str, Callable[..., go.Figure]] = {
    "trade-off": trade_off,
    "trade-off-by-kind": trade_off_by_kind,
    "time": time_breakdown,
    "costs": costs,
    "differences": differences,
    "endings": endings,
}
"""Every figure by the name a user types."""


def _figure(name: str, tables: Tables, manifest: Manifest, narrow: bool) -> go.Figure:
    import plotly.graph_objects as go

    return go.Figure(draw(name, Reading(tables, manifest), narrow))


__all__ = [
    "FIGURES",
    "costs",
    "differences",
    "draw",
    "endings",
    "time_breakdown",
    "trade_off",
    "trade_off_by_kind",
]
