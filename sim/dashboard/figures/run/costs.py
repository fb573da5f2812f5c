"""What it costs and builds: hours, backlog and progress of each policy, with intervals."""

from __future__ import annotations

from sim.dashboard import _cells, theme
from sim.dashboard._phrases import NOTHING, capital, name_of, under
from sim.dashboard.drawing.canvas import Spec, edges, empty, span
from sim.dashboard.estimates import RunData, interval_text
from sim.dashboard.figures.figure import Figure, of_estimates
from sim.dashboard.figures.run._rows import dots, panels
from sim.measures import COSTS, MEASURES, shown_in

_NOTE = (
    "Marks are means over replications, bars 95 % intervals; where no bar is seen it is narrower "
    "than the mark. The axis of progress does not start at zero."
)


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """What each policy takes, with intervals: person-hours, forum hours, backlog, progress."""
    metrics = [MEASURES[name] for name in shown_in(COSTS) if reading.known(name)]
    if not metrics:
        return empty("Nothing was run, so there is no cost to show.")
    canvas = panels(
        reading.policies, metrics, columns=1 if narrow else 4, narrow=narrow, better=False
    )
    for panel, metric in enumerate(metrics, start=1):
        estimates = [reading.get(policy, metric.name) for policy in reading.policies]
        hovers = [
            f"{metric.title}, {metric.unit_label}: {interval_text(metric, estimate)}"
            for estimate in estimates
        ]
        ends = [estimate.interval for estimate in estimates]
        dots(canvas, panel, reading.policies, ends, [False] * len(ends), hovers)
        from_zero = metric.name != "progress"
        low, high = span(edges(ends), 0.1, include=(0.0,) if from_zero else ())
        # A mark at zero must not cover the names beside the axis.
        canvas.axis("x", panel)["range"] = [-0.05 * high if from_zero else low, high]
    return canvas.spec()


def finding(reading: RunData) -> str:
    """The dearest and the cheapest policy in person-hours, and how much of the day's work each gets
    done."""
    shown = sorted(
        reading.known("person_hours"), key=lambda policy: reading.get(policy, "person_hours").mean
    )
    if not shown:
        undecided = "No issue was decided, so there are no hours a decision to compare."
        return undecided if reading.known("delay") else NOTHING
    cheap, dear = shown[0], shown[-1]
    hours = [theme.number(reading.get(policy, "person_hours").mean, 1) for policy in (cheap, dear)]
    if hours[0] == hours[1]:
        done = sorted({100 * reading.get(policy, "progress").mean for policy in shown})
        ends = list(dict.fromkeys(f"{share:.1f}" for share in (done[0], done[-1])))
        where = under(shown).strip()
        return (
            f"{capital(where)} a decision takes {hours[1]} person-hours in forums; "
            f"{' to '.join(ends)} % of the day's work gets done."
        )
    done_text = [f"{100 * reading.get(policy, 'progress').mean:.1f} %" for policy in (cheap, dear)]
    return (
        f"A decision takes {hours[1]} person-hours in forums under {name_of(dear)} and {hours[0]} "
        f"under {name_of(cheap)}; of the day's work, {done_text[1]} gets done under the first and "
        f"{done_text[0]} under the second."
    )


FIGURE = Figure[RunData](
    name="costs",
    title="What it costs and builds",
    shows="what it costs and builds",
    question="What do decisions cost, and how much other work still gets done?",
    draw=draw,
    finding=finding,
    note=lambda reading: _NOTE,
    table=lambda reading: _cells.metric_table(reading, shown_in(COSTS)),
    data=lambda reading: of_estimates(reading, shown_in(COSTS)),
    highlights=lambda reading: reading.highlights,
)
