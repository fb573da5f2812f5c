"""Quality against delay, a panel a kind of issue, each under its own half-life."""

from __future__ import annotations

import math

from sim.comparison.judged import in_net_value
from sim.dashboard import _cells, theme
from sim.dashboard._phrases import NOTHING, alike, first, under
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, panel_width, title_room
from sim.dashboard.estimates import KindSummary, MeanEstimate, RunData, interval_text
from sim.dashboard.figures.figure import (
    Cell,
    Data,
    DataColumn,
    Figure,
    estimate_cells,
    estimate_columns,
)
from sim.dashboard.figures.run._panel import NO_QUALITY, Panel, draw_panel, panel_of
from sim.measures import MEASURES, TRADE_OFF, shown_in

MOST_KINDS = 4
"""How many kinds of issue get a panel of their own, those with most at stake first."""


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """The same for each kind of issue apart, under its own half-life; at most `MOST_KINDS`."""
    kinds = reading.kinds[:MOST_KINDS]
    columns = 1 if narrow or len(kinds) == 1 else 2
    size = panel_width(narrow, 104, columns, 0.13), 270.0 if narrow else 310.0
    panels = [(kind, _kind_panel(reading, kind, *size)) for kind in kinds]
    panels = [(kind, panel) for kind, panel in panels if panel.shown]
    if not panels:
        return empty(NO_QUALITY)
    rows = math.ceil(len(panels) / columns)
    seconds = [_weighs(kind) for kind, _ in panels]
    more = title_room(seconds, size[0])
    gap, top = 132 + more, 72 + more
    height = rows * size[1] + (rows - 1) * gap + top + 56
    canvas = Canvas(height, (58, 46, top, 56), rows, columns, (gap, 0.13), narrow)
    for number, (kind, panel) in enumerate(panels, start=1):
        draw_panel(canvas, panel, number)
        canvas.title(kind.name, seconds[number - 1], number, shift=24)
        canvas.axis("x", number)["title"] = {"text": "Mean delay, working days"}
        canvas.axis("y", number)["title"] = {"text": "Mean quality"}
    for spare in range(len(panels) + 1, rows * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
    return canvas.spec()


def _weighs(kind: KindSummary) -> str:
    """How urgent and how heavy a kind of issue is."""
    return (
        f"half-life {theme.working_days(kind.half_life)}, {theme.share(kind.weight)} of all "
        f"that is at stake"
    )


def _kind_panel(reading: RunData, kind: KindSummary, width: float, height: float) -> Panel:
    return panel_of(
        reading,
        reading.kind_estimates[kind.name],
        reading.by_kind[kind.name],
        [kind],
        width,
        height,
    )


def finding(reading: RunData) -> str:
    """Whose decisions were worth most, kind by kind."""
    most, rest = [], []
    for kind in reading.kinds[:MOST_KINDS]:
        estimates = reading.kind_estimates[kind.name]
        shown = [
            p
            for p in reading.policies
            if estimates.get((p.variant, reading.worth), MeanEstimate()).known
        ]
        name = theme.clip(kind.name, 40)
        if not shown:
            continue
        if not any(
            estimates.get((policy.variant, "quality"), MeanEstimate()).known for policy in shown
        ):
            rest.append(f"No {name} issue was decided.")
        elif alike([estimates[policy.variant, reading.worth] for policy in shown]):
            same = theme.number(
                estimates[shown[0].variant, reading.worth].mean, MEASURES[reading.worth].digits
            )
            worth = "decisions are worth the same" if len(shown) > 1 else "decisions are worth"
            worth += in_net_value(reading.worth)
            rest.append(f"For {name} issues {worth}{under(shown)}: {same} each.")
        else:
            best = first(
                reading.by_kind[kind.name], estimates, shown, reading.worth, "{} a decision"
            )
            most.append(f"for {name} issues {best}")
    head = f"Worth most{in_net_value(reading.worth)}"
    sentences = [f"{head}: {'; '.join(most)}."] if most else []
    return " ".join([*sentences, *rest]) or NOTHING


def note(reading: RunData) -> str:
    """How the panels differ, and how many kinds have none."""
    left = len(reading.kinds) - MOST_KINDS
    more = f" {left} more, with less at stake, stand in the numbers only." if left > 0 else ""
    return (
        "As above, for each kind of issue apart: the lines take its own half-life and its own mean "
        f"commitment, and the axes differ from panel to panel.{more}"
    )


def table(reading: RunData) -> str:
    """Mean and interval of some measures, kind by kind."""
    names = shown_in(TRADE_OFF, reading.worth)
    rows = [
        [
            f"{_cells.policy_name(policy)}, {_cells.text(kind.name, 40)}",
            *(interval_text(MEASURES[m], estimates[policy.variant, m]) for m in names),
        ]
        for kind in reading.kinds
        for policy in reading.policies
        if (policy.variant, names[0]) in (estimates := reading.kind_estimates[kind.name])
    ]
    heads = [f"{MEASURES[name].title}<br>({MEASURES[name].unit_label})" for name in names]
    return _cells.table(["Policy, kind", *heads], rows)


def data(reading: RunData) -> Data:
    """Mean, interval and difference of each measure, a row a policy and kind of issue."""
    names = shown_in(TRADE_OFF, reading.worth)
    rows: list[list[Cell]] = [
        [
            policy.variant,
            kind.name,
            *(cell for name in names for cell in estimate_cells(estimates[policy.variant, name])),
        ]
        for kind in reading.kinds
        for policy in reading.policies
        if (policy.variant, names[0]) in (estimates := reading.kind_estimates[kind.name])
    ]
    return Data([DataColumn("variant"), DataColumn("kind"), *estimate_columns(names)], rows)


FIGURE = Figure[RunData](
    name="trade-off-by-kind",
    anchor="kinds",
    title="Kind by kind",
    shows="the same, kind of issue by kind of issue",
    question="Does the answer differ between kinds of issue?",
    available=lambda reading: len(reading.kinds) > 1,
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    data=data,
    highlights=lambda reading: reading.highlights,
)
