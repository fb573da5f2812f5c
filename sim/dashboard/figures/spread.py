"""How quality and delay are spread over all decisions: a panel a measure, a line a policy."""

from __future__ import annotations

from sim.dashboard import theme
from sim.dashboard.decided import spread
from sim.dashboard.figures.bands import legend, legend_room, line
from sim.dashboard.figures.common import Canvas, Spec, empty
from sim.dashboard.figures.marking import rounded
from sim.dashboard.measures import Reading

_PANELS = (
    ("quality", "Quality", "share of decisions that are at most so good", "Quality (1 best, 0 a random pick)"),
    ("delay", "Delay", "share of issues that take at most so long", "Delay, working days"),
)


def decisions(reading: Reading, narrow: bool) -> Spec:
    """Cumulative shares in % of all decisions of each policy."""
    found = [(panel, part) for panel in _PANELS if len((part := spread(reading, panel[0])).steps)]
    if not found:
        return empty("No issue arose, so there are no decisions to show.")
    columns = 1 if narrow else len(found)
    rows = len(found) if narrow else 1
    top = 56 + legend_room(reading.policies, narrow, 76)
    height = rows * 270 + (rows - 1) * 110 + top + 52
    canvas = Canvas(height, (58, 18, top, 52), rows, columns, (110, 0.09), narrow)
    for number, ((_, title, second, axis), part) in enumerate(found, start=1):
        for policy, shares in part.shares.items():
            canvas.trace(
                "scatter",
                number,
                mode="lines",
                x=rounded(part.steps),
                y=rounded(100 * shares),
                name=theme.label(policy.name),
                hoverinfo="x+y+name",
                hoverlabel={"namelength": -1},
                line=line(policy) | {"shape": "hv"},
                showlegend=False,
            )
        canvas.title(title, second, number)
        canvas.axis("x", number).update(
            range=[float(part.steps[0]), float(part.steps[-1])],
            showgrid=False,
            showline=True,
            nticks=7,
            hoverformat=".2f",
        )
        canvas.axis("x", number)["title"] = {"text": axis}
        ticks = [0, 25, 50, 75, 100]
        canvas.axis("y", number).update(
            range=[0, 101], tickvals=ticks, ticktext=[f"{tick} %" for tick in ticks], hoverformat=".1f"
        )
    if len(reading.policies) > 1:
        legend(canvas, reading.policies, lines=True)
    return canvas.spec()
