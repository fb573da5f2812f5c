"""The figures, each alone: tables and manifest in, a Plotly figure out, all with the one template.

Every function takes `(tables, manifest, narrow=False)`: `tables` holds at least `runs` and
`decisions` of one scenario (some need `days` or `leaders`, too), `manifest` is that of the same
result, and `narrow` arranges the same numbers for pages less than about 800 pixels wide. Nothing is
simulated, read or written. `draw` gives the same as a plain dict. For a result of any kind, a
sweep's too, `of(result, name)` gives a figure by its name, and `names(result)` those there are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.dashboard._animation import stream
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.estimates import Manifest, RunData, Tables
from sim.dashboard.figures import registry
from sim.dashboard.figures.run import trade_off as _trade_off
from sim.results import RUN

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from sim.results import RunResult


def choices(name: str, reading: RunData) -> list[str]:
    """Between what the reader of a figure picks, as plain texts; empty where there is one thing to
    see."""
    return list(registry.find(name).choices(reading))


def draw(name: str, reading: RunData, narrow: bool = False, choice: int = 0) -> Spec:
    """The figure called `name` (a key of FIGURES) as a dict of `data` and `layout`.

    choice: which of `choices(name, reading)`, from 0; figures without choices have none but 0.
    KeyError for a name that no figure has.
    """
    return registry.find(name).draw(reading, narrow, choice)


def trade_off(
    tables: Tables, manifest: Manifest, narrow: bool = False, measure: str = "quality"
) -> go.Figure:
    """Mean quality (or `value`; where hours have a price, net value) against mean delay, with 95 %
    regions; with quality, lines of equal value and the ceiling. ValueError for another measure."""
    choice = (_trade_off.QUALITY, "value").index(measure)
    return _figure("trade-off", tables, manifest, narrow, choice)


def trade_off_by_kind(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """The same, a panel a kind of issue, each under its own half-life."""
    return _figure("trade-off-by-kind", tables, manifest, narrow)


def time_breakdown(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """The mean delay in working days, stacked from its five parts."""
    return _figure("time", tables, manifest, narrow)


def costs(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """Person-hours a decision, forum hours a leader, backlog and progress, with intervals."""
    return _figure("costs", tables, manifest, narrow)


def over_time(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """Backlog, open issues, alignment, engagement and power concentration day by day, with bands
    (table `days`)."""
    return _figure("course", tables, manifest, narrow)


def differences(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """Paired differences to the base, with intervals, a panel a measure."""
    return _figure("differences", tables, manifest, narrow)


def value_by_urgency(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """Value against a common factor on all half-lives, with bands and the break-even points
    (`urgency`, if there)."""
    return _figure("urgency", tables, manifest, narrow)


def leaders(
    tables: Tables, manifest: Manifest, narrow: bool = False, policy: str | None = None
) -> go.Figure:
    """Hours, influence, engagement and heard share of the leaders by position under a policy, by
    default the first (table `leaders`). KeyError for a policy that was not run."""
    variants = list(dict.fromkeys(tables["runs"]["variant"]))
    if policy is not None and policy not in variants:
        raise KeyError(policy)
    return _figure(
        "leaders", tables, manifest, narrow, variants.index(policy) if policy is not None else 0
    )


def decisions(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """How quality and delay are spread over all decisions: cumulative shares."""
    return _figure("decisions", tables, manifest, narrow)


def endings(tables: Tables, manifest: Manifest, narrow: bool = False) -> go.Figure:
    """How the issues ended, as shares in %: decided in what way, or undecided."""
    return _figure("endings", tables, manifest, narrow)


def _figure(
    name: str, tables: Tables, manifest: Manifest, narrow: bool = False, choice: int = 0
) -> go.Figure:
    import plotly.graph_objects as go

    return go.Figure(draw(name, RunData(tables, manifest), narrow, choice))


FIGURES: dict[str, Callable[..., go.Figure]] = {
    figure.name: partial(_figure, figure.name) for figure in registry.PAGES[RUN].figures
} | {"trade-off": trade_off, "leaders": leaders, "stream": stream}
"""Every figure of a run by the name a user types, in the order of the page."""


def names(result: RunResult) -> list[str]:
    """The names of the figures that there are of a result of any kind, in the order of its page."""
    return registry.names(result)


def of(result: RunResult, name: str, **how: Any) -> go.Figure:
    """A figure of a result of any kind: narrow, choice, variant, issue and still as `registry.of`
    takes them."""
    return registry.of(result, name, **how)


__all__ = [
    "FIGURES",
    "choices",
    "costs",
    "decisions",
    "differences",
    "draw",
    "endings",
    "leaders",
    "names",
    "of",
    "over_time",
    "stream",
    "time_breakdown",
    "trade_off",
    "trade_off_by_kind",
    "value_by_urgency",
]
