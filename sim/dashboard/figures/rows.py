"""Figures of rows, one a policy: where the time goes, how issues end, what it costs, paired differences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard import theme, widths
from sim.dashboard.figures.common import (
    ROW,
    Canvas,
    Spec,
    difference_text,
    edges,
    empty,
    error_bar,
    hover,
    interval_text,
    mark,
    names_room,
    panel_width,
    row_axis,
    row_names,
    some_ticks,
    span,
    title_room,
)
from sim.dashboard.measures import Policy, Reading
from sim.measures import COSTS, DELAY_PARTS, DIFFERENCES, MEASURES, Measure, shown_in

CLOSED_TITLES = {
    "one-voice": "one voice",
    "agreement": "agreement",
    "approved": "approved by levels",
    "authority": "fallback: authority",
    "majority": "fallback: majority",
    "best-so-far": "fallback: best so far",
    "rejected": "rejected by levels",
    "dropped": "dropped",
    "lapsed": "lapsed",
}
"""The ways of closing in plain words, in the order of `theme.CLOSED_COLOURS`."""
_LEGEND = {
    "orientation": "h",
    "x": 0,
    "xref": "paper",
    "xanchor": "left",
    "y": 1,
    "yanchor": "bottom",
    "traceorder": "normal",
    "itemclick": False,
    "itemdoubleclick": False,
}


def time_breakdown(reading: Reading, narrow: bool) -> Spec:
    """The mean delay of each policy as a bar of its five parts, in working days; its end is the delay."""
    shown = reading.known("delay")
    if not shown:
        return empty("No issue arose, so there is no delay to show.")
    canvas = _bars(shown, narrow, [MEASURES[part].title for part in DELAY_PARTS])
    for part in DELAY_PARTS:
        values = [reading.get(policy, part).mean for policy in shown]
        told = [f"{MEASURES[part].title}: {theme.number(value)} working days" for value in values]
        _stack(canvas, MEASURES[part].title, shown, values, told, theme.PART_COLOURS[part], narrow)
    totals = [reading.get(policy, "delay") for policy in shown]
    wide = [f" ± {theme.number(total.half_width)}" if total.half_width else "" for total in totals]
    texts = [f"{theme.number(total.mean)} days{more}" for total, more in zip(totals, wide, strict=True)]
    longest = _ends(canvas, [total.mean for total in totals], texts, "mean delay")
    canvas.axis("x").update(range=[0, longest], title={"text": "Mean delay, working days"})
    return canvas.spec()


def endings(reading: Reading, narrow: bool) -> Spec:
    """How the issues of each policy ended, as shares in %; at the bar's end the share that ended undecided."""
    totals = {variant: sum(ways.values()) for variant, ways in reading.endings.items()}
    shown = [policy for policy in reading.policies if totals.get(policy.variant)]
    if not shown:
        return empty("No issue arose, so none ended in any way.")
    seen = {way: [reading.endings[policy.variant].get(way, 0) for policy in shown] for way in reading.ways}
    canvas = _bars(shown, narrow, [CLOSED_TITLES[way] for way in seen])
    for way, numbers in seen.items():
        whole = [totals[policy.variant] for policy in shown]
        shares = [100 * number / total for number, total in zip(numbers, whole, strict=True)]
        told = [
            f"{CLOSED_TITLES[way]}: {number:,} of {total:,} issues, {share:.1f} %"
            for number, total, share in zip(numbers, whole, shares, strict=True)
        ]
        pattern = theme.CLOSED_PATTERNS.get(way)
        _stack(canvas, CLOSED_TITLES[way], shown, shares, told, theme.CLOSED_COLOURS[way], narrow, pattern)
    texts = []
    for policy in shown:
        lapsed = reading.get(policy, "lapsed_share")
        wide = f" ± {100 * lapsed.half_width:.1f}" if lapsed.half_width else ""
        texts.append(f"{100 * lapsed.mean:.1f}{wide} % undecided" if lapsed.mean > 0 else "none undecided")
    longest = _ends(canvas, [100.0] * len(shown), texts, "undecided share")
    canvas.axis("x").update(range=[0, longest], tickvals=[0, 25, 50, 75, 100], title={"text": "Share of issues, %"})
    return canvas.spec()


def costs(reading: Reading, narrow: bool) -> Spec:
    """What each policy takes, with intervals: person-hours, forum hours, backlog, progress."""
    metrics = [MEASURES[name] for name in shown_in(COSTS) if reading.known(name)]
    if not metrics:
        return empty("Nothing was run, so there is no cost to show.")
    canvas = _panels(reading.policies, metrics, columns=1 if narrow else 4, narrow=narrow, better=False)
    for panel, metric in enumerate(metrics, start=1):
        found = [reading.get(policy, metric.name) for policy in reading.policies]
        told = [f"{metric.title}, {metric.unit_label}: {interval_text(metric, estimate)}" for estimate in found]
        points = [(estimate.mean, estimate.half_width, False) for estimate in found]
        _dots(canvas, panel, reading.policies, points, told)
        from_zero = metric.name != "progress"
        low, high = span(edges(found), 0.1, include=(0.0,) if from_zero else ())
        # A mark at zero must not cover the names beside the axis.
        canvas.axis("x", panel)["range"] = [-0.05 * high if from_zero else low, high]
    return canvas.spec()


def differences(reading: Reading, narrow: bool) -> Spec:
    """Each policy less the base, paired by replication, with intervals; a panel a measure.

    A hollow mark: the interval includes zero, or there is none.
    """
    shown = [policy for policy in reading.policies if not policy.base]
    if not shown:
        return empty("Only one policy was run, so there is nothing to compare it with.")
    metrics = [
        MEASURES[name]
        for name in shown_in(DIFFERENCES)
        if any(math.isfinite(reading.get(policy, name).difference) for policy in shown)
    ]
    if not metrics:
        return empty("No measure is there to compare.")
    canvas = _panels(shown, metrics, columns=1 if narrow else 3, narrow=narrow, better=True)
    for panel, metric in enumerate(metrics, start=1):
        found = [reading.get(policy, metric.name) for policy in shown]
        told = [f"{metric.title}, {metric.unit_label}: {difference_text(metric, e)} against the base" for e in found]
        points = [(e.difference, e.difference_half_width, not e.clear) for e in found]
        _dots(canvas, panel, shown, points, told)
        ends = [value + side * half for value, half, _ in points for side in (-1, 1)]
        canvas.axis("x", panel)["range"] = list(span(ends, 0.1, include=(0.0,)))
        canvas.zero_line(panel)
    return canvas.spec()


def _bars(shown: Sequence[Policy], narrow: bool, entries: Sequence[str]) -> Canvas:
    """A canvas for stacked bars, with room above them for a legend of these entries."""
    names = [policy.name for policy in shown]
    left, right = names_room(names, narrow), 12
    room = widths.legend(entries, widths.LEAST[narrow] - left - right, most=200.0)
    top = 16 + 22 * room.rows
    height = top + 54 + ROW * len(shown) * (1.12 if narrow else 1) + 10
    legend = {**_LEGEND, "entrywidth": math.ceil(room.text)}
    margin = left, right, top, 54
    canvas = Canvas(height, margin, narrow=narrow, barmode="stack", showlegend=True, legend=legend)
    canvas.axis("y").update(row_axis(names, narrow))
    if narrow:
        row_names(canvas, names)
    return canvas


def _stack(
    canvas: Canvas,
    name: str,
    shown: Sequence[Policy],
    values: Sequence[float],
    told: Sequence[str],
    colour: str,
    narrow: bool,
    pattern: Mapping[str, Any] | None = None,
) -> None:
    texts = [hover(theme.label(policy.name, 60), [text]) for policy, text in zip(shown, told, strict=True)]
    marker: dict[str, Any] = {"color": colour, "line": {"color": "#ffffff", "width": 1}}
    if pattern is not None:
        marker["pattern"] = {"bgcolor": colour, "fgopacity": 1, **pattern}
    canvas.trace(
        "bar",
        orientation="h",
        name=name,
        x=list(values),
        y=[-place for place in range(len(values))],
        width=0.4 if narrow else 0.58,
        hoverinfo="text",
        hovertext=texts,
        textposition="none",
        marker=marker,
    )


def _ends(canvas: Canvas, values: Sequence[float], texts: Sequence[str], name: str) -> float:
    """Write what the whole bar says at its end; returns how far the axis must go, so that there is room for it."""
    canvas.trace(
        "scatter",
        mode="text",
        x=list(values),
        y=[-place for place in range(len(values))],
        text=[f" {text}" for text in texts],
        textposition="middle right",
        name=name,
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    longest = max(values, default=0.0) or 1.0
    return longest * canvas.plot / (canvas.plot - max(theme.text_width(text, 13) for text in texts) - 12)


def _panels(shown: Sequence[Policy], metrics: Sequence[Measure], columns: int, narrow: bool, better: bool) -> Canvas:
    """Small multiples, a panel a measure, their rows the policies; `better` writes which way is better."""
    rows, names = math.ceil(len(metrics) / columns), [policy.name for policy in shown]
    left, right, between = names_room(names, narrow), 24, 0.045
    seconds = [
        f"{m.unit_label}; {'right' if m.better > 0 else 'left'} is better" if better else m.unit_label for m in metrics
    ]
    more = title_room(seconds, panel_width(narrow, left + right, columns, between))
    gap, top, bottom = 84 + more, 58 + more, 34
    panel_height = ROW * (len(shown) + (0.2 if narrow else 0)) * (1 if narrow else 0.92) + 8
    height = rows * panel_height + (rows - 1) * gap + top + bottom
    canvas = Canvas(height, (left, right, top, bottom), rows, columns, (gap, between), narrow)
    for panel, (metric, second) in enumerate(zip(metrics, seconds, strict=True), start=1):
        first = (panel - 1) % columns == 0
        canvas.axis("y", panel).update(row_axis(names, narrow, labelled=first))
        canvas.axis("x", panel).update(nticks=some_ticks(canvas.panel), showline=True)
        if narrow:
            row_names(canvas, names, panel)
        canvas.title(metric.title, second, panel)
    return canvas


def _dots(
    canvas: Canvas,
    panel: int,
    shown: Sequence[Policy],
    points: Sequence[tuple[float, float, bool]],
    told: Sequence[str],
) -> None:
    """A mark a row with its interval; `points` are (value, half the interval, whether the mark is hollow)."""
    for row, (policy, (value, half, hollow), text) in enumerate(zip(shown, points, told, strict=True)):
        if math.isfinite(value):
            canvas.trace(
                "scatter",
                panel,
                mode="markers",
                x=[value],
                y=[-row],
                name=theme.label(policy.name),
                hoverinfo="text",
                hovertext=[hover(theme.label(policy.name, 60), [text])],
                error_x=error_bar(half, policy.colour),
                marker=mark(policy, 12, hollow),
                cliponaxis=False,
            )
