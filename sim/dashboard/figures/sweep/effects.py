"""What each key does on average, over all else that varied."""

from __future__ import annotations

import numpy as np

from sim.dashboard import _cells, theme
from sim.dashboard._axes import Axis
from sim.dashboard._phrases import capital
from sim.dashboard._sweep_data import SweepData, estimate
from sim.dashboard.drawing.canvas import Spec, empty, span
from sim.dashboard.estimates import interval_text
from sim.dashboard.figures.figure import Figure
from sim.dashboard.figures.sweep._along import (
    NO_KEY,
    axis_across,
    beside,
    curve,
    hide_spare,
    legend_of,
    panels_of,
)
from sim.dashboard.figures.sweep._shared import BAND, MOST_ROWS, NOTHING, SHARED, reader
from sim.scenario.titles import called, phrase_of, unit_of

MOST_LEVELS = 12
"""Values of a key that its average effect tells apart; where there are more, neighbours are taken
together."""


def draw(sweep: SweepData, narrow: bool, choice: int = 0) -> Spec:
    """The mean of a measure (number `choice` of the sweep's) at each value of each key, over all
    else that varied."""
    if not sweep.axes or not sweep.metrics:
        return empty(
            NO_KEY if sweep.metrics else "Nothing was decided, so there is nothing to show."
        )
    metric = sweep.metrics[choice]
    columns = 1 if narrow else min(len(sweep.axes), 3)
    canvas = panels_of(len(sweep.axes), columns, narrow, sweep.policies)
    drawn: list[float] = []
    for panel in range(1, len(sweep.axes) + 1):
        levels, groups = effect_groups(sweep, panel - 1)
        said = ", ".join(text for text in (unit_of(levels.key), levels.spaced) if text)
        canvas.title(levels.name, said or " ", panel)
        for policy, shift in sorted(beside(sweep.policies), key=lambda each: each[0].lit):
            means = sweep.grouped(metric.name, policy, groups, len(levels.labels))
            drawn += [*means.reshape(-1)]
            read = bool(sweep.reads(policy, levels.key).any())
            curve(canvas, panel, levels, policy, metric.name, metric, means, True, shift, read)
        axis_across(canvas, panel, levels)
        canvas.axis("x", panel)["title"] = {"text": ""}
    for panel in range(1, len(sweep.axes) + 1):
        canvas.axis("y", panel).update(range=list(span(drawn, 0.1)), nticks=6)
        if (panel - 1) % columns == 0:
            canvas.axis("y", panel)["title"] = {"text": f"{metric.title}, {metric.unit_label}"}
        else:
            canvas.axis("y", panel).update(showticklabels=False, ticks="")
    legend_of(canvas, sweep.policies)
    hide_spare(canvas, len(sweep.axes), columns)
    return canvas.spec()


def effect_groups(sweep: SweepData, key: int) -> tuple[Axis, np.ndarray]:
    """A key's axis with few enough values, and for each point its place there.

    Where keys vary one at a time, points at which another key varies are left out (-1).
    """
    levels, places = sweep.axes[key].grouped(MOST_LEVELS)
    groups = places[sweep.codes(key)]
    if sweep.design == "one-at-a-time":
        for other in range(len(sweep.axes)):
            if other != key:
                groups = np.where(sweep.codes(other) == sweep.codes(other)[0], groups, -1)
    return levels, groups


def finding(sweep: SweepData) -> str:
    """Which key moves the first measure most, and which least."""
    if not sweep.metrics or not sweep.axes:
        return NOTHING
    metric, policy = sweep.metrics[0], reader(sweep)
    effects = []
    for number in range(len(sweep.axes)):
        if not sweep.reads(policy, sweep.axes[number].key).any():
            continue
        key, groups = effect_groups(sweep, number)
        means = sweep.grouped(metric.name, policy, groups, len(key.labels))[:, 0]
        if np.isfinite(means).any():
            low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
            effects.append((float(means[high] - means[low]), key, low, high, means))
    if not effects:
        return NOTHING
    if all(entry[0] == 0 for entry in effects):
        return f"{metric.title} is the same on average at every value of every key."
    effects.sort(key=lambda entry: -entry[0])
    _, key, low, high, means = effects[0]
    under = f"Under {theme.clip(policy.name, 40)}, " if len(sweep.policies) > 1 else ""
    what = f"{metric.title.lower()} moves most with {phrase_of(key.key)}: on average "
    ends = " to ".join(
        f"{theme.number(float(means[place]), metric.digits)} at {theme.clip(key.labels[place], 30)}"
        for place in (low, high)
    )
    text = f"{under}{what}from {ends}"
    text = capital(text)
    if len(effects) == 1:
        return f"{text}."
    size, least = effects[-1][0], effects[-1][1]
    return f"{text}; least with {phrase_of(least.key)} (by {theme.number(size, metric.digits)})."


def note(sweep: SweepData) -> str:
    """What a mark is."""
    band = f"Each mark is the mean over all points with that value, with {BAND}"
    if sweep.design == "one-at-a-time":
        band = (
            f"Each mark is a point at which only that key differs from the first point, with {BAND}"
        )
    many = any(len(key.labels) > MOST_LEVELS for key in sweep.axes)
    more = (
        f" Of a key with more than {MOST_LEVELS} values neighbours are taken together."
        if many
        else ""
    )
    tied, shared = "", SHARED if len(sweep.policies) > 1 else ""
    if sweep.design == "zip":
        tied = " The keys vary together: these are not the effects of one key alone."
    return f"{band}. All panels have the same scale.{more}{tied}{shared}"


def table(sweep: SweepData) -> str:
    """Every measure at every value of every key, policy by policy."""
    rows = []
    for number in range(len(sweep.axes)):
        key, groups = effect_groups(sweep, number)
        for policy in [policy for policy in sweep.policies if sweep.reads(policy, key.key).any()]:
            means = [sweep.grouped(m.name, policy, groups, len(key.labels)) for m in sweep.metrics]
            for place, label in enumerate(key.labels):
                numbers = [
                    interval_text(m, estimate(f[place]))
                    for m, f in zip(sweep.metrics, means, strict=True)
                ]
                rows.append(
                    [
                        f"{_cells.text(called(key.key), 60)} {_cells.text(label, 40)}",
                        _cells.text(policy.name, 60),
                        *numbers,
                    ]
                )
    heads = ["Key and value", "Policy", *(metric.title for metric in sweep.metrics)]
    return _cells.table(heads, rows[: 2 * MOST_ROWS]) if rows and sweep.metrics else ""


FIGURE = Figure[SweepData](
    name="effects",
    title="What each key does",
    shows="what each key does",
    question="Which key changes each measure most, on average?",
    available=lambda sweep: len(sweep.axes) > 1,
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    choices=lambda sweep: [metric.title for metric in sweep.metrics],
    highlights=lambda sweep: sweep.highlights,
)
