"""How well every point is known: half the width of its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.comparison.judged import judged_by
from sim.dashboard import _cells, theme
from sim.dashboard._policies import in_order
from sim.dashboard._sweep_data import GAP, SweepData
from sim.dashboard.drawing.bands import legend, legend_room
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, hover, mark, rounded
from sim.dashboard.estimates import Policy
from sim.dashboard.figures.figure import Figure
from sim.dashboard.figures.sweep._shared import NOTHING, count, thinned
from sim.measures import MEASURES
from sim.scenario.titles import called

MOST_MARKS = 1500
"""Of all measures together."""


@dataclass(frozen=True)
class Goal:
    """What was asked of the intervals: of which measure (GAP: of the paired difference in value),
    and how narrow."""

    metric: str
    half_width: float
    relative: bool


def goal(manifest: Mapping[str, Any]) -> Goal | None:
    """The precision that the sweep ran for; None where every point ran equally often, or for what
    is not shown."""
    planned = manifest.get("replications"), (manifest.get("sweep") or {}).get("replications")
    until = next(
        (given["until"] for given in planned if isinstance(given, Mapping) and given.get("until")),
        None,
    )
    if not until:
        return None
    paired, metric = bool(until.get("paired")), str(until["metric"])
    if paired and metric != judged_by(manifest):
        return None
    return Goal(GAP if paired else metric, float(until["half_width"]), bool(until.get("relative")))


def measured(sweep: SweepData) -> list[str]:
    """The measures whose precision is shown, the one asked for first."""
    names = [metric.name for metric in sweep.metrics] + ([GAP] if sweep.rivals else [])
    target = goal(sweep.manifest)
    if (
        target
        and target.metric in MEASURES
        and target.metric in sweep.runs.columns
        and target.metric not in names
    ):
        names.append(target.metric)
    return sorted(names, key=lambda name: target is None or name != target.metric)


def half_widths(sweep: SweepData, metric: str, policy: Policy) -> np.ndarray:
    """Half the interval of every point, as a share of the mean where that was asked for; NaN: no
    interval.

    Of a difference it is a share of the mean of the policy that differences are paired to.
    """
    estimates = sweep.estimates(metric, policy)
    half = (estimates[:, 2] - estimates[:, 1]) / 2
    target = goal(sweep.manifest)
    if not (target and target.relative and target.metric == metric):
        return half
    level = np.abs(
        (
            sweep.estimates(sweep.worth, sweep.against)
            if metric == GAP and sweep.against
            else estimates
        )[:, 0]
    )
    return np.divide(half, level, out=np.full(len(half), np.nan), where=level != 0)


def draw(sweep: SweepData, narrow: bool, choice: int = 0) -> Spec:
    """Half widths of measure number `choice` of `measured`, by point; dashed: what was asked
    for."""
    names = measured(sweep)
    if not names:
        return empty("Nothing was decided, so there is nothing to show.")
    metric, target = names[choice], goal(sweep.manifest)
    policies = sweep.rivals if metric == GAP else sweep.policies
    halves = {policy.variant: half_widths(sweep, metric, policy) for policy in policies}
    if not any(np.isfinite(half).any() for half in halves.values()):
        return empty("No intervals: too few replications.")
    room = legend_room(policies, narrow, 100)
    canvas = Canvas(330 + room, (76, 24, 24 + room, 56), narrow=narrow)
    for policy in in_order(policies):
        _marks(canvas, sweep, policy, halves[policy.variant])
    mine = target if target and target.metric == metric else None
    if mine:
        _target(canvas, sweep, mine)
    if len(policies) > 1:
        legend(canvas, policies)
    highest = max(float(np.nanmax(half)) for half in halves.values() if np.isfinite(half).any())
    top = 1.12 * max(highest, mine.half_width if mine else 0.0) or 1.0
    title = _axis_title(sweep, metric, mine is not None and mine.relative)
    canvas.axis("y").update(range=[0, top], nticks=6, title={"text": title})
    low, high = float(sweep.points[0]), float(sweep.points[-1])
    pad = 0.03 * (high - low) or 0.5
    canvas.axis("x").update(
        range=[low - pad, high + pad], title={"text": "Point of the sweep"}, showline=True
    )
    canvas.axis("x").update(tickformat="d", nticks=8, showgrid=False)
    return canvas.spec()


def _axis_title(sweep: SweepData, metric: str, relative: bool) -> str:
    what = (
        f"difference in {sweep.facts(GAP).short}"
        if metric == GAP
        else MEASURES[metric].title.lower()
    )
    return f"± {what}{', share of the mean' if relative else ''}"


def _target(canvas: Canvas, sweep: SweepData, target: Goal) -> None:
    line = {"color": theme.INK, "width": 1.4, "dash": "dash"}
    where = {
        "xref": "x domain",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": target.half_width,
        "y1": target.half_width,
    }
    canvas.layout["shapes"].append({"type": "line", "line": line, **where})
    text = f"asked for: {theme.number(target.half_width, 4)}"
    canvas.note(
        text,
        xref="x domain",
        x=1,
        y=target.half_width,
        xanchor="right",
        yanchor="bottom",
        bgcolor="rgba(255,255,255,0.8)",
    )


def _marks(canvas: Canvas, sweep: SweepData, policy: Policy, half: np.ndarray) -> None:
    known = sweep.different(policy)[np.isfinite(half[sweep.different(policy)])]
    shown = known[
        :: max(1, math.ceil(len(known) * len(sweep.policies) * len(measured(sweep)) / MOST_MARKS))
    ]
    counts = sweep.replications(policy)
    texts = []
    for point in shown:
        keys = sweep.settings_text(point, policy).items()
        lines = [f"{theme.label(called(key), 40)}: {theme.label(label, 40)}" for key, label in keys]
        lines += [f"± {theme.number(float(half[point]), 4)}", f"{counts[point]:,} replications"]
        texts.append(hover(theme.label(policy.name, 40), lines))
    canvas.trace(
        "scatter",
        mode="markers",
        name=theme.label(policy.name),
        x=[int(sweep.points[point]) for point in shown],
        y=rounded(half[shown]),
        hoverinfo="text",
        hovertext=texts,
        marker=mark(policy, 8),
        showlegend=False,
        cliponaxis=False,
    )


def finding(sweep: SweepData) -> str:
    """How wide half the intervals are, how often points ran, and whether that is what was asked
    for."""
    names = measured(sweep)
    if not names:
        return NOTHING
    metric = names[0]
    policies = sweep.rivals if metric == GAP else sweep.policies
    half = np.concatenate(
        [half_widths(sweep, metric, policy)[sweep.different(policy)] for policy in policies]
    )
    ran = np.concatenate([sweep.replications(policy) for policy in policies])
    ran = ran[ran > 0]
    low, high = (int(ran.min()), int(ran.max())) if len(ran) else (0, 0)
    often = (
        f"{low:,} to {high:,} replications"
        if low < high
        else count(low, "replication", "replications")
    )
    known = half[np.isfinite(half)]
    if not len(known):
        return f"There are no intervals: with {often} a point, differences may be chance."
    what = (
        f"the difference in {sweep.facts(GAP).short}"
        if metric == GAP
        else MEASURES[metric].title.lower()
    )
    target = goal(sweep.manifest)
    share = " of the mean" if target and target.relative and target.metric == metric else ""
    text = (
        f"Half the 95 % interval of {what} is {theme.number(float(np.median(known)), 4)}{share} at "
        f"the middle point and {theme.number(float(known.max()), 4)} at most, with {often} a point."
    )
    if target is None or target.metric != metric:
        return text
    missed = int((known > target.half_width).sum())
    reached = (
        "every setting reached it"
        if not missed
        else f"{count(missed, 'setting', 'settings')} did not reach it"
    )
    return f"{text} The goal was {theme.number(target.half_width, 4)}: {reached}."


def note(sweep: SweepData) -> str:
    """What is shown, and what the dashed line is."""
    target = goal(sweep.manifest)
    text = "Half the width of every point's 95 % interval; points by their number in the design."
    text += thinned(sweep, MOST_MARKS // max(1, len(measured(sweep))))
    if target:
        text += " Dashed: the half width at which a point has run often enough."
    return text


def table(sweep: SweepData) -> str:
    """The half widths of all measures: smallest, middle, largest; a row a policy and measure."""
    rows = []
    for metric in measured(sweep):
        for policy in sweep.rivals if metric == GAP else sweep.policies:
            half = half_widths(sweep, metric, policy)[sweep.different(policy)]
            known = half[np.isfinite(half)]
            if len(known):
                title = (
                    f"Difference in {sweep.facts(GAP).short}"
                    if metric == GAP
                    else MEASURES[metric].title
                )
                ends = (known.min(), float(np.median(known)), known.max())
                numbers = [theme.number(float(x), 4) for x in ends]
                rows.append([title, _cells.text(policy.name, 60), *numbers, f"{len(known):,}"])
    heads = ["Half width of", "Policy", "Smallest", "Middle", "Largest", "Points"]
    return _cells.table(heads, rows) if rows else ""


FIGURE = Figure[SweepData](
    name="precision",
    title="How well each point is known",
    shows="how well each point is known",
    question="Did every point run often enough?",
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    choices=lambda sweep: [
        f"Difference in {sweep.facts(GAP).short}" if name == GAP else MEASURES[name].title
        for name in measured(sweep)
    ],
    highlights=lambda sweep: sweep.highlights,
)
