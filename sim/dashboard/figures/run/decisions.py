"""Decisions: how quality and delay are spread over all of them, and a sample that a page can
hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.dashboard import theme
from sim.dashboard._policies import in_order, named
from sim.dashboard.drawing.bands import legend, line
from sim.dashboard.drawing.canvas import (
    ROW,
    Canvas,
    Spec,
    empty,
    hover,
    names_room,
    rounded,
    row_axis,
    row_names,
)
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.figure import Data, DataColumn, Figure, of_frame
from sim.story.words import alternative_of

MOST_ROWS = 2000
"""Rows of the table at most."""
_STEPS = 80
_ROUNDING = 1e-9
_NAME, _LEGEND_ROW = 150.0, 22  # pixels: of a name in the legend at most, and of its rows

_QUALITY = {
    "the best": ("#33415c", "the best alternative"),
    "in between": ("#b9c7da", "worse than the best, better than a random pick"),
    "worse than chance": ("#9e2a2b", "worse than a random pick"),
}
"""How good a decision is, in three classes: colour, and what hovering says. Most decisions are the
best there was, so that a curve would be a step at 1."""
COLUMNS = (
    DataColumn("variant", "Policy", None, True),
    DataColumn("issue", "Issue", 0),
    DataColumn("kind", "Kind", None, True),
    DataColumn("raised_day", "Raised, day", 1),
    DataColumn("accountable", "Accountable"),
    DataColumn("decider", "Decider"),
    DataColumn("chosen", "Chosen"),
    DataColumn("best", "Best"),
    DataColumn("quality", "Quality", 3),
    DataColumn("delay", "Delay, days", 2),
    DataColumn("value", "Value", 3),
    DataColumn("rounds", "Rounds", 0),
    DataColumn("participants", "Took part", 0),
    DataColumn("closed_by", "Closed by", None, True),
)


@dataclass(frozen=True)
class Spread:
    """How the delay is spread over all issues of each policy: which share is at most each of
    `steps`."""

    steps: np.ndarray
    shares: dict[Policy, np.ndarray]


def spread(reading: RunData) -> Spread:
    """The cumulative shares of the delay of all issues.

    The steps leave out the longest half per cent; what lies beyond counts at the end.
    """
    values = reading.decisions["delay"].to_numpy(dtype=float)
    variant = reading.decisions["variant"].to_numpy()
    known = np.isfinite(values)
    if not known.any():
        return Spread(np.empty(0), {})
    high = float(np.quantile(values[known], 0.995))
    steps = np.linspace(0.0, max(high, 1e-9), _STEPS + 1)
    shares = {}
    for policy in reading.policies:
        mine = np.sort(values[known & (variant == policy.variant)])
        if len(mine):
            shares[policy] = np.searchsorted(mine, steps, side="right") / len(mine)
    return Spread(steps, shares)


def classes(reading: RunData) -> dict[Policy, tuple[float, float, float]]:
    """Which shares of the decisions of each policy are the best there was, in between, and worse
    than a random pick; none for a policy that decided nothing."""
    found = {}
    values = reading.decisions["quality"].to_numpy(dtype=float)
    variant = reading.decisions["variant"].to_numpy()
    for policy in reading.policies:
        mine = values[(variant == policy.variant) & np.isfinite(values)]
        if len(mine):
            best, worse = float((mine >= 1.0 - _ROUNDING).mean()), float((mine < 0).mean())
            found[policy] = best, 1.0 - best - worse, worse
    return found


def sample(reading: RunData) -> pd.DataFrame:
    """The decisions of each policy's first replication, the first of them where those were more
    than MOST_ROWS."""
    rows = reading.decisions
    first = rows.groupby("variant", sort=False, observed=True)["replication"].transform("min")
    mine = rows[(rows["replication"] == first) & (rows["point"] == rows["point"].min())]
    most = max(1, MOST_ROWS // max(1, mine["variant"].nunique()))
    return mine.groupby("variant", sort=False, observed=True).head(most)


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """How good decisions are, as shares in three classes, and cumulative shares of the delay."""
    good, part = reading.once(classes), reading.once(spread)
    if not len(part.steps):
        return empty("No issue arose, so there are no decisions to show.")
    names = [policy.name for policy in reading.policies]
    left = max(58, names_room(names, narrow))
    curves = [policy.name for policy in named(reading.policies)] if len(names) > 1 else []
    room = theme.legend(curves, theme.LEAST[narrow] - left - 18, _NAME)
    top = 58 + _LEGEND_ROW * room.rows
    high = max(270, (ROW if narrow else 28) * len(names))
    rows, columns = (2, 1) if narrow else (1, 2)
    height = rows * high + (rows - 1) * 110 + top + 52
    canvas = Canvas(height, (left, 18, top, 52), rows, columns, (110, 0.09), narrow)
    canvas.layout["barmode"] = "stack"
    _bars(canvas, reading, good, narrow)
    _curves(canvas, reading, part)
    if curves:
        legend(canvas, reading.policies, lines=True)
    look = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "container"}
    look |= {"orientation": "h", "yanchor": "top", "traceorder": "normal"}
    canvas.layout |= {
        "showlegend": bool(curves),
        "legend": {**look, "entrywidth": math.ceil(room.text), "itemclick": False}
        | {"itemdoubleclick": False},
    }
    return canvas.spec()


def _bars(
    canvas: Canvas,
    reading: RunData,
    good: dict[Policy, tuple[float, float, float]],
    narrow: bool,
) -> None:
    """The shares of the three classes of quality, a row a policy."""
    shown = list(reading.policies)
    names = [policy.name for policy in shown]
    canvas.axis("y", 1).update(row_axis(names, narrow))
    if narrow:
        row_names(canvas, names, above=0.22)
    for place, (name, (colour, said)) in enumerate(_QUALITY.items()):
        shares = [good.get(policy, (0.0, 0.0, 0.0))[place] for policy in shown]
        canvas.trace(
            "bar",
            1,
            orientation="h",
            name=name,
            x=rounded(100 * share for share in shares),
            y=[-row for row in range(len(shown))],
            width=0.36 if narrow else 0.58,
            hoverinfo="text",
            hovertext=[
                hover(theme.label(policy.name, 60), [f"{theme.share(share)}: {said}"])
                for policy, share in zip(shown, shares, strict=True)
            ],
            marker={"color": colour, "line": {"color": "#ffffff", "width": 1}},
            showlegend=False,
        )
    _key(canvas)
    axis = {"range": [0, 100], "showline": True, "title": {"text": "Share of decisions"}}
    canvas.axis("x", 1).update(**axis, **_per_cent())


def _key(canvas: Canvas) -> None:
    """What the colours of the bars are, above them: the legend of the figure is that of the
    lines."""
    key = "\u2003".join(
        f"<span style='color:{colour}'>■</span> {name}" for name, (colour, _) in _QUALITY.items()
    )
    canvas.key("Quality", key, 1)


def _per_cent() -> dict[str, Any]:
    ticks = [0, 25, 50, 75, 100]
    return {"tickvals": ticks, "ticktext": [f"{tick} %" for tick in ticks]}


def _curves(canvas: Canvas, reading: RunData, part: Spread) -> None:
    """Which share of the issues takes at most so long, a line a policy."""
    for policy in in_order(reading.policies):
        if policy not in part.shares:
            continue
        canvas.trace(
            "scatter",
            2,
            mode="lines",
            x=rounded(part.steps),
            y=rounded(100 * part.shares[policy]),
            name=theme.label(policy.name),
            hoverinfo="x+y+name",
            hoverlabel={"namelength": -1},
            line=line(policy) | {"shape": "hv"},
            showlegend=False,
        )
    canvas.title("Delay", "share of issues that take at most so long", 2)
    canvas.axis("x", 2).update(
        range=[float(part.steps[0]), float(part.steps[-1])],
        showgrid=False,
        showline=True,
        nticks=7,
        hoverformat=".2f",
        title={"text": "Delay, working days"},
    )
    canvas.axis("y", 2).update(range=[0, 101], hoverformat=".1f", **_per_cent())


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
        f"Bars and lines count all {every:,} decisions: which share is the best there was, worse "
        f"than a random pick, or in between, and which takes at most so long (an issue that ended "
        f"undecided counts with its time until then, and with no quality). The table below holds "
        f"the first replication of each policy{cut}; the same issue number is the same issue under "
        f"every policy. Alternatives have the letters of the stories. All decisions stand in "
        "decisions.parquet beside this page, alternatives by their numbers from 0."
    )


def data(reading: RunData) -> Data | None:
    """The sampled decisions, alternatives called as in the story; what was not chosen, or has no
    best, is not known rather than -1.

    None where no issue arose.
    """
    if reading.decisions.empty:
        return None
    rows = reading.once(sample)
    policies = reading.manifest.get("policies") or {}
    usual = reading.manifest.get("scenario") or {}

    def called(variant: str, kind: str, index: int) -> str | None:
        kinds = (policies.get(variant) or usual).get("issues") or {}
        return alternative_of(kinds.get(kind) or {}, index) or None

    where = rows["variant"], rows["kind"]
    named = {
        name: pd.Series(list(map(called, *where, rows[name])), rows.index, dtype=object)
        for name in ("chosen", "best")
    }
    return of_frame(rows.assign(**named), COLUMNS, grid=True)


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
    highlights=lambda reading: reading.highlights,
)
