"""Decisions: how quality and delay are spread over all of them, and a sample that a page can
hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.dashboard import theme
from sim.dashboard.drawing.bands import legend, legend_room, line
from sim.dashboard.drawing.canvas import Canvas, Spec, empty, rounded
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.figure import Data, DataColumn, Figure, of_frame

MOST_ROWS = 2000
"""Rows of the table at most."""
_STEPS = 80

_PANELS = (
    (
        "quality",
        "Quality",
        "share of decisions that are at most so good",
        "Quality (1 best, 0 a random pick)",
    ),
    ("delay", "Delay", "share of issues that take at most so long", "Delay, working days"),
)
COLUMNS = (
    DataColumn("variant", "Policy", None, True),
    DataColumn("issue", "Issue", 0),
    DataColumn("kind", "Kind", None, True),
    DataColumn("raised_day", "Raised, day", 1),
    DataColumn("accountable", "Accountable"),
    DataColumn("decider", "Decider"),
    DataColumn("chosen", "Chosen", 0),
    DataColumn("best", "Best", 0),
    DataColumn("quality", "Quality", 3),
    DataColumn("delay", "Delay, days", 2),
    DataColumn("value", "Value", 3),
    DataColumn("rounds", "Rounds", 0),
    DataColumn("participants", "Took part", 0),
    DataColumn("closed_by", "Closed by", None, True),
)


@dataclass(frozen=True)
class Spread:
    """How a measure is spread over all decisions of each policy: which share is at most each of
    `steps`."""

    steps: np.ndarray
    shares: dict[Policy, np.ndarray]


def spread(reading: RunData, measure: str) -> Spread:
    """The cumulative shares of `quality` (of what was decided) or `delay` (of all issues).

    The steps leave out the outermost half per cent; what lies beyond counts at the ends.
    """
    values = reading.decisions[measure].to_numpy(dtype=float)
    variant = reading.decisions["variant"].to_numpy()
    known = np.isfinite(values)
    if not known.any():
        return Spread(np.empty(0), {})
    low, high = np.quantile(values[known], [0.005, 0.995])
    low, high = (0.0, high) if measure == "delay" else (low, max(high, float(values[known].max())))
    steps = np.linspace(low, max(high, low + 1e-9), _STEPS + 1)
    shares = {}
    for policy in reading.policies:
        mine = np.sort(values[known & (variant == policy.variant)])
        if len(mine):
            shares[policy] = np.searchsorted(mine, steps, side="right") / len(mine)
    return Spread(steps, shares)


def sample(reading: RunData) -> pd.DataFrame:
    """The decisions of each policy's first replication, the first of them where those were more
    than MOST_ROWS."""
    rows = reading.decisions
    first = rows.groupby("variant", sort=False, observed=True)["replication"].transform("min")
    mine = rows[(rows["replication"] == first) & (rows["point"] == rows["point"].min())]
    most = max(1, MOST_ROWS // max(1, mine["variant"].nunique()))
    return mine.groupby("variant", sort=False, observed=True).head(most)


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """Cumulative shares in % of all decisions of each policy."""
    panels = [(panel, part) for panel in _PANELS if len((part := spread(reading, panel[0])).steps)]
    if not panels:
        return empty("No issue arose, so there are no decisions to show.")
    columns = 1 if narrow else len(panels)
    rows = len(panels) if narrow else 1
    top = 56 + legend_room(reading.policies, narrow, 76)
    height = rows * 270 + (rows - 1) * 110 + top + 52
    canvas = Canvas(height, (58, 18, top, 52), rows, columns, (110, 0.09), narrow)
    for number, ((_, title, second, axis), part) in enumerate(panels, start=1):
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
            range=[0, 101],
            tickvals=ticks,
            ticktext=[f"{tick} %" for tick in ticks],
            hoverformat=".1f",
        )
    if len(reading.policies) > 1:
        legend(canvas, reading.policies, lines=True)
    return canvas.spec()


def finding(reading: RunData) -> str:
    """How long the slowest tenth takes, and how good the worst tenth is, under the extreme
    policies."""
    if reading.decisions.empty:
        return "No issue arose in the measured time, so there are no decisions to show."
    groups = reading.decisions.groupby("variant", sort=False, observed=True)
    sentences = [
        _tenth(
            reading,
            groups["delay"].quantile(0.9),
            "One issue in ten takes longer than {} working days",
            1,
            False,
        ),
        _tenth(
            reading,
            groups["quality"].quantile(0.1),
            "one decision in ten is no better than {}",
            2,
            True,
        ),
    ]
    return "; ".join(text or "no issue was decided" for text in sentences) + "."


def _tenth(reading: RunData, values: pd.Series, words: str, digits: int, more: bool) -> str:
    """The worst and the best policy by what one in ten exceeds; '' where nothing is known."""
    named = {
        p: float(values[p.variant])
        for p in reading.policies
        if np.isfinite(values.get(p.variant, np.nan))
    }
    if not named:
        return ""
    order = sorted(named, key=lambda policy: named[policy], reverse=more)
    best, worst = order[0], order[-1]
    texts = [theme.number(named[policy], digits) for policy in (worst, best)]
    if texts[0] == texts[1]:
        where = theme.clip(worst.name, 60) if len(named) == 1 else "every policy"
        return f"{words.format(texts[0])} under {where}"
    text = f"{words.format(texts[0])} under {theme.clip(worst.name, 60)}"
    return f"{text} and {texts[1]} under {theme.clip(best.name, 60)}"


def note(reading: RunData) -> str:
    """What the lines count, and which decisions the table holds."""
    if reading.decisions.empty:
        return ""
    shown, every = len(reading.once(sample)), len(reading.decisions)
    first = reading.decisions[reading.decisions["point"] == reading.decisions["point"].min()]
    whole = len(
        first[first["replication"] == first.groupby("variant")["replication"].transform("min")]
    )
    cut = (
        f", the first {shown:,} of {whole:,} issues of it, as many of each policy"
        if shown < whole
        else ""
    )
    return (
        f"The lines count all {every:,} decisions: which share is at most so good, and takes at "
        f"most so long (an issue that ended undecided counts with its time until then, and with no "
        f"quality). The table below holds the first replication of each policy{cut}; the same "
        f"issue number is the same issue under every policy. All decisions stand in "
        "decisions.parquet beside this page."
    )


def data(reading: RunData) -> Data | None:
    """The sampled decisions; what was not chosen, or has no best, is not known rather than -1.

    None where no issue arose.
    """
    if reading.decisions.empty:
        return None
    rows = reading.once(sample)
    chosen = {name: rows[name].astype(float).where(rows[name] >= 0) for name in ("chosen", "best")}
    return of_frame(rows.assign(**chosen), COLUMNS, grid=True)


FIGURE = Figure[RunData](
    name="decisions",
    title="Decisions",
    shows="how quality and delay are spread",
    question="How much do single decisions differ in quality and in delay?",
    draw=draw,
    finding=finding,
    note=note,
    data=data,
    open_table=True,
)
