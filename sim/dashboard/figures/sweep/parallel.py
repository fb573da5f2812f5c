"""Parallel coordinates: every point as a line through its keys and its measures, coloured by its
value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.dashboard import theme
from sim.dashboard._sweep_data import SweepData
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, hover, rounded
from sim.dashboard.estimates import Policy
from sim.dashboard.figures.figure import Figure
from sim.dashboard.figures.sweep._shared import NOTHING, count, reader, thinned
from sim.scenario.titles import called, phrase_of

MOST_LINES = 240
MOST_OF_ALL = 320
"""Lines: of one policy, and of all together."""
SHADES = ("#00224e", "#3b496c", "#7d7c78", "#bcaf6f", "#e8c51d")
"""From the lowest fifth of the value to the highest (Cividis, its end darkened for a white
page)."""
_MOST_KEYS = 6
_SPREAD = 0.012
_TOP = 74
_EDGE = 0.15
"""Axes: how far the first stands from the left edge of an upright plot, and the last from the
right."""


@dataclass(frozen=True)
class ParallelAxis:
    """One axis: its title, its ticks as (place from 0 to 1, text), and every line's place; texts
    not escaped."""

    title: str
    ticks: list[tuple[float, str]]
    places: np.ndarray
    bold: bool = False


def draw(sweep: SweepData, narrow: bool, choice: int = 0) -> Spec:
    """Of policy number `choice`: a line a point, through the keys and the measures; wide: axes
    upright."""
    policy = sweep.policies[choice] if sweep.policies else None
    if policy is None or not sweep.metrics or not sweep.axes:
        return empty("Nothing was decided, so there is nothing to show.")
    by = sweep.metrics[0]
    ranked = sweep.estimates(by.name, policy)[:, 0]
    known = sweep.different(policy)[np.isfinite(ranked[sweep.different(policy)])]
    if not len(known):
        return empty("Nothing was decided under this policy.")
    ordered = known[np.argsort(by.better * ranked[known], kind="stable")]
    fifths = np.arange(len(ordered)) * len(SHADES) // len(ordered)
    shown = np.unique(
        np.linspace(0, len(ordered) - 1, min(len(ordered), most_lines(sweep))).round().astype(int)
    )
    scales = [*_keys(sweep, policy), *_measures(sweep, policy)]
    canvas = _canvas(scales, narrow)
    for line in shown:
        point = ordered[line]
        along = [float(scale.places[point]) for scale in scales]
        steps = list(range(len(scales)))
        x, y = (along, [-step for step in steps]) if narrow else (steps, along)
        kept = [place for place in steps if math.isfinite(along[place])]
        canvas.trace(
            "scatter",
            mode="lines+markers",
            name=f"point {int(sweep.points[point])}",
            x=rounded(x[place] for place in kept),
            y=rounded(y[place] for place in kept),
            line={"color": SHADES[fifths[line]], "width": 1.6},
            marker={"size": 4, "color": SHADES[fifths[line]]},
            opacity=0.75,
            hoverinfo="text",
            hovertext=_hover(sweep, policy, int(point)),
        )
    return canvas.spec()


def most_lines(sweep: SweepData) -> int:
    """How many points of one policy are drawn at most."""
    return max(2, min(MOST_LINES, MOST_OF_ALL // max(1, len(sweep.policies))))


def _keys(sweep: SweepData, policy: Policy) -> list[ParallelAxis]:
    """An axis a key; lines through the same value lie a little apart, so that each can be seen."""
    scales = []
    nudge = (np.arange(len(sweep.points)) * 0.6180339887) % 1.0 - 0.5
    for number, axis in enumerate(sweep.axes[:_MOST_KEYS]):
        low, high = axis.places[0], axis.places[-1]
        at = [(place - low) / (high - low) for place in axis.places]
        places = np.array(at)[sweep.codes(number)]
        if len(axis.labels) < len(sweep.points):
            places = places + nudge * min(2 * _SPREAD, 0.5 * min(np.diff(at)))
        # A line passes over the keys that are nothing to its policy.
        places = np.where(sweep.reads(policy, axis.key), places, np.nan)
        ticks = list(zip(at, axis.labels, strict=True))
        if axis.between:
            parts = (0.0, 0.25, 0.5, 0.75, 1.0)
            ticks = [(part, f"{low + part * (high - low):.3g}{axis.unit}") for part in parts]
        scales.append(ParallelAxis(axis.name, ticks, places))
    return scales


def _measures(sweep: SweepData, policy: Policy) -> list[ParallelAxis]:
    scales = []
    for metric in sweep.metrics:
        means = sweep.estimates(metric.name, policy)[:, 0]
        low, high = (
            (float(np.nanmin(means)), float(np.nanmax(means)))
            if np.isfinite(means).any()
            else (0.0, 1.0)
        )
        room = high - low if high > low else 1.0
        digits = max(metric.digits, min(5, math.ceil(-math.log10(room)) + 1))
        ticks = [(part, theme.number(low + part * room, digits)) for part in (0.0, 0.5, 1.0)]
        scales.append(ParallelAxis(metric.title, ticks, (means - low) / room, bold=True))
    return scales


def _canvas(scales: list[ParallelAxis], narrow: bool) -> Canvas:
    count = len(scales)
    height = 84 * count + 40 if narrow else 470
    canvas = Canvas(height, (44, 44, 34, 34) if narrow else (78, 66, _TOP, 28), narrow=narrow)
    along, across = ("x", "y") if narrow else ("y", "x")
    bare = {"visible": False, "showgrid": False}
    canvas.axis(along).update(bare, range=[-0.04, 1.04])
    canvas.axis(across).update(
        bare, range=[-count + 0.6, 0.5] if narrow else [-_EDGE, count - 1 + _EDGE]
    )
    apart = canvas.plot / (count - 1 + 2 * _EDGE)
    # Where a title needs more room than there is between upright axes, every second stands higher
    # and has twice that.
    long = any(
        theme.text_width(theme.clean(scale.title), 12, scale.bold) > apart - 8 for scale in scales
    )
    for step, scale in enumerate(scales):
        ends = (
            {"x0": 0, "x1": 1, "y0": -step, "y1": -step}
            if narrow
            else {"x0": step, "x1": step, "y0": 0, "y1": 1}
        )
        line = {"color": theme.SOFT, "width": 1.2}
        canvas.layout["shapes"].append(
            {"type": "line", "xref": "x", "yref": "y", "line": line, **ends}
        )
        _write(canvas, scale, step, narrow, apart, 20 * (step % 2) if long else 0)
    return canvas


def _write(
    canvas: Canvas, scale: ParallelAxis, step: int, narrow: bool, apart: float, raised: int
) -> None:
    """An axis's title and as many of its ticks as fit; apart: the pixels between upright axes;
    raised: its title."""
    room = canvas.plot if narrow else 2 * min(apart, 66 + _EDGE * apart) - 8
    title = theme.within(scale.title, room, 12, bold=scale.bold)
    title = f"<b>{title}</b>" if scale.bold else title
    if narrow:
        canvas.note(
            title, x=0, y=-step, xanchor="left", yanchor="bottom", yshift=7, bgcolor="#ffffff"
        )
    else:
        canvas.note(title, x=step, y=1.04, yanchor="bottom", yshift=6 + raised)
    most = 76.0 if narrow else min(apart - 14, 70 + _EDGE * apart)
    end = -math.inf
    for place, whole in scale.ticks:
        text = theme.fit(whole, most, 12)
        pixels = place * canvas.plot / 1.08 if narrow else place * 360
        half = theme.text_width(text, 12) / 2 + 6 if narrow else 9
        if pixels - half < end:
            continue
        end = pixels + half
        settings: dict[str, Any] = {
            "font": {"size": 12, "color": theme.SOFT},
            "bgcolor": "rgba(255,255,255,0.8)",
            "borderpad": 0,
        }
        if narrow:
            canvas.note(theme.safe(text), x=place, y=-step, yanchor="top", yshift=-5, **settings)
        else:
            canvas.note(theme.safe(text), x=step, y=place, xanchor="right", xshift=-6, **settings)


def _hover(sweep: SweepData, policy: Policy, point: int) -> str:
    lines = [
        f"{theme.label(called(key), 40)}: {theme.label(label, 40)}"
        for key, label in sweep.settings_text(point, policy).items()
    ]
    for metric in sweep.metrics:
        mean = theme.number(float(sweep.estimates(metric.name, policy)[point, 0]), metric.digits)
        lines.append(f"{metric.title}: {mean}")
    return hover(theme.label(policy.name, 40), lines)


def finding(sweep: SweepData) -> str:
    """Where the fifth of the points lies that is worth most under the first policy that reads a
    key."""
    if not sweep.metrics or not sweep.axes:
        return NOTHING
    metric, policy = sweep.metrics[0], reader(sweep)
    means = sweep.estimates(metric.name, policy)[:, 0]
    known = sweep.different(policy)[np.isfinite(means[sweep.different(policy)])]
    if not len(known):
        return NOTHING
    top = known[np.argsort(-metric.better * means[known], kind="stable")][: max(1, len(known) // 5)]
    parts = []
    for number, key in enumerate(sweep.axes):
        if not sweep.reads(policy, key.key).all():
            continue
        places = sorted(set(sweep.codes(number)[top].tolist()))
        if len(places) < len(key.labels):
            names = [theme.clip(key.labels[place], 30) for place in places]
            span = " or ".join(names) if len(names) < 3 else f"{names[0]} to {names[-1]}"
            several = f"{len(names)} of {len(key.labels)} values"
            parts.append(
                f"{phrase_of(key.key)} {several if key.words and len(names) > 2 else span}"
            )
    under = f" under {theme.clip(policy.name, 40)}" if len(sweep.policies) > 1 else ""
    group = (
        f"The {count(len(top), 'point', 'points')} of {len(known):,} best in "
        f"{metric.title.lower()}{under}"
    )
    has = "has" if len(top) == 1 else "all have"
    return (
        f"{group} {has} {'; '.join(parts)}."
        if parts
        else f"{group} lie everywhere: no key tells them apart."
    )


def note(sweep: SweepData) -> str:
    """What a line is."""
    by = sweep.metrics[0].title.lower() if sweep.metrics else "value"
    rest = thinned(sweep, most_lines(sweep) * len(sweep.policies))
    return (
        f"A line is a point of the sweep, coloured by its {by}: yellow the best fifth, dark blue "
        f"the worst. Lines through the same value of a key are drawn a little apart.{rest}"
    )


FIGURE = Figure[SweepData](
    name="parallel",
    title="Every point at once",
    shows="every point at once, in parallel coordinates",
    question="What do the best points have in common?",
    available=lambda sweep: len(sweep.axes) > 1,
    draw=draw,
    finding=finding,
    note=note,
    choices=lambda sweep: [policy.name for policy in sweep.policies],
    policies=lambda sweep: [policy.variant for policy in sweep.policies],
)
