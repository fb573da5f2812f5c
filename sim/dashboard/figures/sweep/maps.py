"""The measures over two keys: a map each."""

from __future__ import annotations

import numpy as np

from sim.dashboard import _cells, theme
from sim.dashboard._sweep_data import SweepData, best, estimate
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.estimates import Policy, interval_text
from sim.dashboard.figures.figure import Figure
from sim.dashboard.figures.sweep._planes import border, draw_maps, left_out, where_drawn
from sim.dashboard.figures.sweep._shared import NOTHING, numbers_table, rows_of, settings_of, where
from sim.dashboard.figures.sweep._slices import Maps
from sim.measures import DAYS, Measure


def draw(sweep: SweepData, narrow: bool, choice: int = 0) -> Spec:
    """Value, quality, delay and progress over the plane of two keys, a map each."""
    return draw_maps(sweep, narrow, choice, [metric.name for metric in sweep.metrics])


def finding(sweep: SweepData) -> str:
    """Where each measure is best."""
    return " ".join(_best(sweep, metric) for metric in sweep.metrics) or NOTHING


def _best(sweep: SweepData, metric: Measure) -> str:
    """'Worth most: 0.520 under shared at power.sharing 0.4.'"""
    tops = []
    for policy in sweep.policies:
        means = sweep.estimates(metric.name, policy)[:, 0]
        place = best(means, metric)
        if place is not None:
            tops.append((metric.better * float(means[place]), policy, place))
    if not tops:
        return ""
    every = np.concatenate(
        [sweep.estimates(metric.name, policy)[:, 0] for policy in sweep.policies]
    )
    if np.isfinite(every).sum() > 1 and np.nanmax(every) - np.nanmin(every) < 1e-12:
        same = theme.number(float(np.nanmax(every)), metric.digits)
        return f"{metric.title} is the same at every setting: {same}."
    _, policy, place = max(tops, key=lambda top: top[0])
    amount = interval_text(metric, estimate(sweep.estimates(metric.name, policy)[place]))
    unit = f" {DAYS}" if metric.unit == DAYS else ""
    under = "under " if len(sweep.policies) > 1 else ""
    best_in = metric.words.best if metric.words else metric.title
    return f"{best_in}: {amount}{unit} {under}{where(sweep, policy, place)}."


def note(sweep: SweepData) -> str:
    """What cells, line and hatching are, and which policies are not drawn."""
    maps = Maps(sweep)
    compared = sweep.rivals and not sweep.sampled
    line = f" {border(maps)}Hatched as above." if compared else ""
    text = (
        f"{where_drawn(sweep, maps)}; lighter is better.{line}{left_out(sweep, maps, sweep.worth)}"
    )
    if maps.flat:
        names = ", ".join(theme.clip(policy.name, 40) for policy in maps.flat)
        text += f" Not drawn, as they do not depend on these keys: {names}."
    return text


def table(sweep: SweepData) -> str:
    """Every measure of every policy and point."""

    def numbers(policy: Policy, point: int) -> list[str]:
        return [
            interval_text(m, estimate(sweep.estimates(m.name, policy)[point]))
            for m in sweep.metrics
        ]

    rows = rows_of(sweep, sweep.policies, numbers) if sweep.metrics else []
    return numbers_table(
        sweep,
        [_cells.measure_head(m.name) for m in sweep.metrics],
        rows,
        len(settings_of(sweep, sweep.policies)),
    )


FIGURE = Figure[SweepData](
    name="maps",
    title="The measures over the plane",
    shows="the measures over two keys",
    question="Which values of two keys are best, by each measure?",
    available=lambda sweep: len(sweep.axes) > 1,
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    choices=lambda sweep: (
        [part.name for part in Maps(sweep).slices(sweep.worth)] if len(sweep.axes) > 1 else []
    ),
)
