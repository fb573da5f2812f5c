"""Paired differences to the base, with intervals: a panel a measure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.comparison.statistics import Interval
from sim.comparison.wording import negligible
from sim.dashboard import _cells, theme
from sim.dashboard._phrases import ALONE, NOTHING, name_of
from sim.dashboard.drawing.canvas import Spec, edges, empty, span
from sim.dashboard.estimates import Policy, RunData, difference_text
from sim.dashboard.figures.figure import Data, DataColumn, Figure, estimate_cells, estimate_columns
from sim.dashboard.figures.run._rows import dots, panels
from sim.measures import DIFFERENCES, MAIN, MEASURES, shown_in

_NOTE = (
    "Each policy less the base, paired replication by replication under the same seeds, with the "
    "95 % interval of the mean difference, each taken by itself. A hollow grey mark: the "
    "interval includes zero, or there is none."
)


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """Each policy less the base, paired by replication, with intervals; a panel a measure.

    A hollow grey mark: the interval includes zero, or there is none.
    """
    shown = [policy for policy in reading.policies if not policy.base]
    if not shown:
        return empty("Only one policy was run, so there is nothing to compare it with.")
    metrics = [
        MEASURES[name]
        for name in shown_in(DIFFERENCES, reading.worth)
        if any(math.isfinite(reading.get(policy, name).difference) for policy in shown)
    ]
    if not metrics:
        return empty("No measure is there to compare.")
    canvas = panels(shown, metrics, columns=1 if narrow else 3, narrow=narrow, better=True)
    for panel, metric in enumerate(metrics, start=1):
        estimates = [reading.get(policy, metric.name) for policy in shown]
        hovers = [
            f"{metric.title}, {metric.unit_label}: {difference_text(metric, e)} against the base"
            for e in estimates
        ]
        ends = [e.difference_interval for e in estimates]
        dots(canvas, panel, shown, ends, [not e.clear for e in estimates], hovers)
        canvas.axis("x", panel)["range"] = list(span(edges(ends), 0.1, include=(0.0,)))
        canvas.zero_line(panel)
    return canvas.spec()


def finding(reading: RunData) -> str:
    """Which policies differ clearly from the base in quality, value and delay, and which way."""
    others = [policy for policy in reading.policies if not policy.base]
    if not reading.known("delay"):
        return NOTHING
    if reading.base is None or not others:
        return ALONE
    named = [
        name
        for name in shown_in(DIFFERENCES, reading.worth)
        if name in shown_in(MAIN, reading.worth)
    ]
    if not any(
        math.isfinite(reading.get(p, name).difference_low) for p in others for name in named
    ):
        return (
            "There are no intervals, with too few replications or nothing decided: "
            "differences may be chance."
        )
    sentences = [_clear(reading, others, name) for name in named]
    return f"Against {name_of(reading.base)}, beyond chance: {'; '.join(sentences)}."


def _clear(reading: RunData, others: Sequence[Policy], metric: str) -> str:
    """'quality is higher under consensus and lower under cascade'."""
    estimates = {policy: reading.get(policy, metric) for policy in others}
    slight = [
        policy
        for policy, estimate in estimates.items()
        if negligible(metric, Interval(*estimate.difference_interval))
    ]
    up = [
        name_of(policy)
        for policy, estimate in estimates.items()
        if estimate.clear and estimate.difference > 0 and policy not in slight
    ]
    down = [
        name_of(policy)
        for policy, estimate in estimates.items()
        if estimate.clear and estimate.difference < 0 and policy not in slight
    ]
    if not any(math.isfinite(estimate.difference_low) for estimate in estimates.values()):
        return f"{MEASURES[metric].short} cannot be compared"
    words = ("longer", "shorter") if metric == "delay" else ("higher", "lower")
    parts = [
        f"{word} under "
        f"{'every other' if len(names) == len(others) > theme.MOST_NAMES else theme.listed(names)}"
        for word, names in zip(words, (up, down), strict=True)
        if names
    ]
    nowhere = "not clearly different under any"
    if len(slight) == len(others):
        nowhere = "practically the same under all"
    how = " and ".join(parts) or nowhere
    return f"{MEASURES[metric].short} {'are' if MEASURES[metric].plural else 'is'} {how}"


def title(reading: RunData) -> str:
    """The heading, which names the base."""
    return f"Differences to {theme.clip(reading.base.name, 40) if reading.base else 'the base'}"


def table(reading: RunData) -> str:
    """Paired difference to the base and interval of the metrics shown; empty with one policy."""
    rows = [
        [
            _cells.policy_name(policy),
            *(
                difference_text(MEASURES[name], reading.get(policy, name))
                for name in shown_in(DIFFERENCES, reading.worth)
            ),
        ]
        for policy in reading.policies
        if not policy.base
    ]
    return (
        _cells.table(
            ["Policy", *(MEASURES[name].title for name in shown_in(DIFFERENCES, reading.worth))],
            rows,
        )
        if rows
        else ""
    )


def data(reading: RunData) -> Data:
    """A row a policy other than the base: paired differences and their intervals."""
    names = shown_in(DIFFERENCES, reading.worth)
    rows = [
        [
            policy.variant,
            *(cell for name in names for cell in estimate_cells(reading.get(policy, name))[3:]),
        ]
        for policy in reading.policies
        if not policy.base
    ]
    columns = estimate_columns(names)
    return Data(
        [DataColumn("variant"), *(column for column in columns if "difference" in column.name)],
        rows,
    )


FIGURE = Figure[RunData](
    name="differences",
    title=title,
    shows="differences to the base",
    question="Which differences to the base are clear, and which may be chance?",
    available=lambda reading: len(reading.policies) != 1,
    draw=draw,
    finding=finding,
    note=lambda reading: _NOTE,
    table=table,
    data=data,
    highlights=lambda reading: reading.highlights,
)
