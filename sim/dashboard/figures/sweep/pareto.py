"""The Pareto front: of all points and policies, those that no other beats in both quality and
delay."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.dashboard import _cells, theme
from sim.dashboard._policies import in_order
from sim.dashboard._sweep_data import SweepData, estimate
from sim.dashboard.drawing.bands import legend, legend_room
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, error_bars, hover, mark, rounded, span
from sim.dashboard.estimates import MeanEstimate, Policy, interval_text
from sim.dashboard.figures.figure import Figure
from sim.dashboard.figures.sweep._shared import (
    BAND,
    MOST_ROWS,
    NOTHING,
    count,
    keys_of,
    numbers_table,
    thinned,
    where,
)
from sim.measures import MAIN, MEASURES, shown_in
from sim.scenario.titles import called

MOST_MARKS = 800
"""Faint ones; the front is drawn whole."""


@dataclass(frozen=True)
class PlottedSetting:
    """A policy at a point (its place among the sweep's points), with its quality and its delay."""

    policy: Policy
    point: int
    quality: MeanEstimate
    delay: MeanEstimate


def settings(sweep: SweepData) -> list[PlottedSetting]:
    """The different settings of every policy that have a mean quality and a mean delay, policy by
    policy."""
    plotted = []
    for policy in sweep.policies:
        quality, delay = (sweep.estimates(metric, policy) for metric in ("quality", "delay"))
        known = np.isfinite(quality[:, 0]) & np.isfinite(delay[:, 0])
        for point in sweep.different(policy)[known[sweep.different(policy)]]:
            plotted.append(
                PlottedSetting(policy, int(point), estimate(quality[point]), estimate(delay[point]))
            )
    return plotted


def front(every: list[PlottedSetting]) -> list[PlottedSetting]:
    """Those that no other beats: none is at least as good in both means and better in one. From
    fast to slow."""
    kept: list[PlottedSetting] = []
    for setting in sorted(every, key=lambda s: (s.delay.mean, -s.quality.mean)):
        same = bool(kept) and (setting.quality.mean, setting.delay.mean) == (
            kept[-1].quality.mean,
            kept[-1].delay.mean,
        )
        if not kept or same or setting.quality.mean > kept[-1].quality.mean:
            kept.append(setting)
    return kept


def draw(sweep: SweepData, narrow: bool, choice: int = 0) -> Spec:
    """Quality against delay of every policy at every point; the front in full colour with
    intervals, joined."""
    if not {"quality", "delay"} <= set(sweep.runs.columns) or not (every := settings(sweep)):
        return empty("Nothing was decided, so there is no quality to show.")
    best = front(every)
    room = legend_room(sweep.policies, narrow, 88)
    canvas = Canvas((440 if narrow else 500) + room, (64, 24, 24 + room, 58), narrow=narrow)
    among = set(map(id, best))
    rest = [setting for setting in every if id(setting) not in among]
    for policy in in_order(sweep.policies):
        mine = [setting for setting in rest if setting.policy is policy]
        _marks(canvas, sweep, policy, mine[:: max(1, math.ceil(len(rest) / MOST_MARKS))], 0.28)
    canvas.trace(
        "scatter",
        mode="lines",
        name="front",
        x=rounded(setting.delay.mean for setting in best),
        y=rounded(setting.quality.mean for setting in best),
        line={"color": theme.INK, "width": 1.2, "shape": "hv"},
        hoverinfo="skip",
        showlegend=False,
    )
    for policy in in_order(sweep.policies):
        _marks(
            canvas, sweep, policy, [setting for setting in best if setting.policy is policy], 1.0
        )
    if len(sweep.policies) > 1:
        legend(canvas, sweep.policies)
    for letter, metric, title in (
        ("x", "delay", "Mean delay, working days"),
        ("y", "quality", "Mean quality"),
    ):
        means = [getattr(setting, metric).mean for setting in every]
        ends = [end for s in best for end in (getattr(s, metric).low, getattr(s, metric).high)]
        canvas.axis(letter).update(
            range=list(span([*means, *ends], 0.06)), title={"text": title}, showline=True
        )
    return canvas.spec()


def _marks(
    canvas: Canvas, sweep: SweepData, policy: Policy, shown: list[PlottedSetting], strength: float
) -> None:
    if not shown:
        return
    bars: dict[str, Any] = {}
    if strength == 1:
        for name, metric in (("error_x", "delay"), ("error_y", "quality")):
            intervals = [getattr(setting, metric).interval for setting in shown]
            bars[name] = error_bars(intervals, policy.colour, 1.5)
    canvas.trace(
        "scatter",
        mode="markers",
        name=theme.label(policy.name),
        x=rounded(setting.delay.mean for setting in shown),
        y=rounded(setting.quality.mean for setting in shown),
        hoverinfo="text",
        hovertext=[_hover(sweep, setting) for setting in shown],
        marker=mark(policy, 12 if strength == 1 else 8) | {"opacity": strength},
        showlegend=False,
        cliponaxis=False,
        **bars,
    )


def _keys(sweep: SweepData, setting: PlottedSetting) -> list[tuple[str, str]]:
    return list(sweep.settings_text(setting.point, setting.policy).items())


def _hover(sweep: SweepData, setting: PlottedSetting) -> str:
    lines = [
        f"{theme.label(called(key), 40)}: {theme.label(label, 40)}"
        for key, label in _keys(sweep, setting)
    ]
    for name in shown_in(MAIN, sweep.worth):
        if name in sweep.runs.columns:
            interval = estimate(sweep.estimates(name, setting.policy)[setting.point])
            lines.append(f"{MEASURES[name].title}: {interval_text(MEASURES[name], interval)}")
    return hover(theme.label(setting.policy.name, 40), lines)


def finding(sweep: SweepData) -> str:
    """How many settings no other beats, and the two ends of the front."""
    every = settings(sweep) if {"quality", "delay"} <= set(sweep.runs.columns) else []
    if not every:
        return NOTHING
    best_of = front(every)
    fast, good = best_of[0], best_of[-1]
    text = (
        f"Of {len(every):,} settings, {count(len(best_of), 'is', 'are')} beaten by none in "
        f"both quality and delay: "
    )
    ends = [
        f"{where(sweep, s.policy, s.point)} (quality {theme.number(s.quality.mean)}, "
        f"{theme.number(s.delay.mean)} working days)"
        for s in (fast, good)
    ]
    return f"{text}{ends[0]}." if len(best_of) == 1 else f"{text}from {ends[0]} to {ends[1]}."


def note(sweep: SweepData) -> str:
    """What is in full colour, and how the front is judged."""
    return (
        "A setting is a policy with the values of the keys that it reads. In full colour, joined "
        f"by the line: the settings that no other beats in both means, with {BAND}. Being on the "
        f"front is judged by the means, which chance moves a little: a faint mark close to the "
        f"line may be as good.{thinned(sweep, MOST_MARKS)}"
    )


def table(sweep: SweepData) -> str:
    """The settings of the front, from fast to slow."""
    if not {"quality", "delay"} <= set(sweep.runs.columns):
        return ""
    best, names = (
        front(settings(sweep)),
        [name for name in shown_in(MAIN, sweep.worth) if name in sweep.runs.columns],
    )
    rows = [
        [
            *keys_of(sweep, s.policy, s.point),
            *(
                interval_text(MEASURES[n], estimate(sweep.estimates(n, s.policy)[s.point]))
                for n in names
            ),
        ]
        for s in best[:MOST_ROWS]
    ]
    return numbers_table(sweep, list(map(_cells.measure_head, names)), rows, len(best))


FIGURE = Figure[SweepData](
    name="pareto",
    title="The best trades of quality for delay",
    shows="the best trades of quality for delay",
    question="Which settings does no other beat in both quality and delay?",
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    highlights=lambda sweep: sweep.highlights,
)
