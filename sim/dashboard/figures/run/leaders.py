"""The leaders by position: a panel a measure, a row a position, a mark a leader; one policy at a
time.

What each leader did and met, as means over replications.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.comparison.people import SIZE, in_groups, means_over
from sim.dashboard import theme
from sim.dashboard.drawing.bands import faded
from sim.dashboard.drawing.canvas import (
    Canvas,
    Spec,
    empty,
    hover,
    names_room,
    panel_width,
    rounded,
    row_axis,
    row_names,
    some_ticks,
    span,
    title_room,
)
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.figure import Data, DataColumn, Figure

MOST_LEADERS = 400
"""More leaders than these are shown by quantiles of their position."""
_MOST_POINTS = 6000
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_ROW, _NARROW_ROW = 46, 62
_GAP = 92


@dataclass(frozen=True)
class LeaderMeasure:
    """A column of `leaders` and how it is shown."""

    name: str
    title: str
    unit: str
    digits: int


SHOWN = (
    LeaderMeasure("forum_hours", "Forums", "hours in the measured time", 1),
    LeaderMeasure("reading_hours", "Reading", "hours in the measured time", 1),
    LeaderMeasure("work_hours", "Work", "hours in the measured time", 0),
    LeaderMeasure("influence", "Influence", "mean of all leaders: 1", 3),
    LeaderMeasure("engagement", "Engagement", "mean over days", 3),
    LeaderMeasure("heard", "Heard", "share of their ideas that reached the decision", 3),
)


@dataclass(frozen=True)
class LeaderMeans:
    """`means`: a row a variant and leader, with its position and the measures as means over
    replications.

    positions: in the order of the organisation, upstream first. shown, still: the measures that
    differ anywhere, and those that never do. one_by_one: whether leaders are shown one by one.
    Where people are shown in groups only, each row is a group, with how many `leaders` it has.
    """

    means: pd.DataFrame
    positions: tuple[str, ...]
    shown: tuple[LeaderMeasure, ...]
    still: tuple[LeaderMeasure, ...]
    one_by_one: bool

    @property
    def what(self) -> str:
        """What a row is about: a leader, or a group."""
        return "group" if in_groups(self.means) else "leader"

    @cached_property
    def of_positions(self) -> pd.DataFrame:
        """The means of each measure over the leaders of a position, by variant and position."""
        names = [measure.name for measure in SHOWN if measure.name in self.means.columns]
        keys = [self.means["variant"], self.means["position"]]
        return means_over(self.means[names], keys, self.means)

    @cached_property
    def rows(self) -> dict[tuple[str, str], tuple[list[str], dict[str, np.ndarray]]]:
        """By variant and position: the leaders' names, and each shown measure's values in their
        order."""
        names = [measure.name for measure in self.shown]
        groups = self.means.groupby(["variant", "position"], sort=False, observed=True)
        return {
            (str(variant), str(position)): (
                list(part["leader"]),
                {name: part[name].to_numpy(float) for name in names},
            )
            for (variant, position), part in groups
        }


def people(reading: RunData) -> LeaderMeans:
    """The leaders of a result; empty where it has none."""
    table = reading.tables.get("leaders")
    if table is None or table.empty:
        return LeaderMeans(pd.DataFrame(), (), (), (), True)
    there = [measure for measure in SHOWN if measure.name in table.columns]
    names = [measure.name for measure in there]
    size = [SIZE] if in_groups(table) else []
    means = (
        table.groupby(["variant", "position", "leader"], sort=False, observed=True)[names + size]
        .mean()
        .reset_index()
    )
    moving = [measure for measure in there if _differ(means[measure.name].to_numpy(dtype=float))]
    leaders = int(means.groupby("variant", observed=True)["leader"].nunique().max())
    few = leaders <= MOST_LEADERS and len(means) <= _MOST_POINTS
    positions = tuple(dict.fromkeys(means["position"]))
    return LeaderMeans(
        means, positions, tuple(moving), tuple(a for a in there if a not in moving), few
    )


def _differ(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 0 and float(np.ptp(known)) > 1e-9


def quantiles(by_leader: LeaderMeans) -> pd.DataFrame:
    """A row a variant and position: how many leaders (or groups), and the QUANTILES of each measure
    over them (name_05, ...)."""
    groups = by_leader.means.groupby(["variant", "position"], sort=False, observed=True)
    parts = {"leaders": groups.size()}
    for measure in by_leader.shown:
        for share in QUANTILES:
            parts[f"{measure.name}_{100 * share:02.0f}"] = groups[measure.name].quantile(share)
    return pd.DataFrame(parts).reset_index()


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """The leaders under policy number `choice`, in file order."""
    by_leader = reading.once(people)
    if not by_leader.shown:
        return empty("There is nothing in which leaders differ.")
    policy = reading.highlighting(reading.policies[choice].variant).policies[choice]
    columns = 1 if narrow else min(len(by_leader.shown), 3)
    rows = math.ceil(len(by_leader.shown) / columns)
    high = (_NARROW_ROW if narrow else _ROW) * len(by_leader.positions) + 8
    left, right, between = names_room(by_leader.positions, narrow), 24, 0.045
    more = title_room(
        [measure.unit for measure in by_leader.shown],
        panel_width(narrow, left + right, columns, between),
    )
    gap, top, bottom = _GAP + more, 56 + more, 34
    height = rows * high + (rows - 1) * gap + top + bottom
    canvas = Canvas(height, (left, right, top, bottom), rows, columns, (gap, between), narrow)
    spread = None if by_leader.one_by_one else quantiles(by_leader)
    for panel, measure in enumerate(by_leader.shown, start=1):
        if spread is None:
            _marks(canvas, panel, by_leader, measure, policy)
        else:
            _lines(
                canvas,
                panel,
                by_leader,
                measure,
                policy,
                spread[spread["variant"] == policy.variant],
            )
        _axes(canvas, panel, by_leader, measure, narrow, labelled=(panel - 1) % columns == 0)
    for spare in range(len(by_leader.shown) + 1, rows * columns + 1):
        canvas.axis("x", spare)["visible"] = canvas.axis("y", spare)["visible"] = False
    return canvas.spec()


def _axes(
    canvas: Canvas,
    panel: int,
    by_leader: LeaderMeans,
    measure: LeaderMeasure,
    narrow: bool,
    labelled: bool,
) -> None:
    every = by_leader.means[measure.name].to_numpy(dtype=float)
    canvas.axis("x", panel).update(
        range=list(span(every.tolist(), 0.05)),
        nticks=some_ticks(canvas.panel),
        showline=True,
        hoverformat=f".{measure.digits}f",
    )
    canvas.axis("y", panel).update(row_axis(by_leader.positions, narrow, labelled, above=0.7))
    if narrow:
        row_names(canvas, by_leader.positions, panel, above=0.28)
    canvas.title(measure.title, measure.unit, panel)


def _marks(
    canvas: Canvas, panel: int, by_leader: LeaderMeans, measure: LeaderMeasure, policy: Policy
) -> None:
    """A mark a leader, spread over its position's row so that equal values do not cover one
    another."""
    x: list[float] = []
    y: list[float] = []
    names: list[str] = []
    means: list[float] = []
    of_positions = by_leader.of_positions[measure.name].to_dict()
    for place, position in enumerate(by_leader.positions):
        leaders, measured = by_leader.rows.get((policy.variant, position), ([], {}))
        values = measured.get(measure.name, np.empty(0))
        there = np.isfinite(values)
        leaders, values = (
            [name for name, known in zip(leaders, there, strict=True) if known],
            values[there],
        )
        # The golden ratio spreads any number of marks evenly, in an order of its own.
        beside = np.modf(np.arange(len(values)) * 0.618034)[0] - 0.5
        x += values.tolist()
        y += (-place - 0.42 * beside).tolist()
        names += [theme.label(f"{name}, {position}", 60) for name in leaders]
        means.append(of_positions.get((policy.variant, position), math.nan))
    canvas.trace(
        "scatter",
        panel,
        mode="markers",
        x=rounded(x),
        y=rounded(y),
        name=theme.label(policy.name),
        hoverinfo="x+text",
        hovertext=names,
        marker={
            "color": faded(policy.colour, 0.55),
            "size": 7,
            "line": {"color": "#ffffff", "width": 0.5},
        },
        cliponaxis=False,
    )
    canvas.trace(
        "scatter",
        panel,
        mode="markers",
        x=rounded(means),
        y=[-place for place in range(len(means))],
        name="mean of the position",
        hoverinfo="x+text",
        hovertext=[theme.label(f"mean of {position}", 60) for position in by_leader.positions],
        marker={
            "symbol": "line-ns-open",
            "size": 26,
            "color": theme.INK,
            "line": {"width": 2, "color": theme.INK},
        },
        cliponaxis=False,
    )


def _lines(
    canvas: Canvas,
    panel: int,
    by_leader: LeaderMeans,
    measure: LeaderMeasure,
    policy: Policy,
    mine: pd.DataFrame,
) -> None:
    """A position's leaders as a thin line, a thick line and a mark: 5 to 95 %, 25 to 75 %, the
    median."""
    rows = mine.set_index("position")
    for place, position in enumerate(by_leader.positions):
        if position not in rows.index:
            continue
        low, first, middle, third, high = (
            float(rows.loc[position, f"{measure.name}_{share}"])
            for share in ("05", "25", "50", "75", "95")
        )
        for ends, width in (((low, high), 2), ((first, third), 8)):
            canvas.trace(
                "scatter",
                panel,
                mode="lines",
                x=rounded(ends),
                y=[-place, -place],
                name=theme.label(policy.name),
                hoverinfo="skip",
                line={"color": faded(policy.colour, 0.7), "width": width},
            )
        hovers = [
            f"{name}: {theme.number(value, measure.digits)}"
            for name, value in (("5 %", low), ("median", middle))
        ]
        hovers += [
            f"95 %: {theme.number(high, measure.digits)}",
            f"{by_leader.what}s: {int(rows.loc[position, 'leaders']):,}",
        ]
        canvas.trace(
            "scatter",
            panel,
            mode="markers",
            x=rounded([middle]),
            y=[-place],
            name=theme.label(policy.name),
            hoverinfo="text",
            hovertext=[hover(theme.label(position, 40), hovers)],
            marker={"color": "#ffffff", "size": 11, "line": {"color": policy.colour, "width": 2}},
        )


def finding(reading: RunData) -> str:
    """Under the base: who spends most hours in forums, and whose ideas are heard."""
    by_leader = reading.once(people)
    if by_leader.means.empty or reading.base is None:
        return "The result holds no leaders."
    mine = by_leader.means[by_leader.means["variant"] == reading.base.variant]
    where = f"Under {theme.clip(reading.base.name, 60)}"
    if mine["position"].nunique() < 2:
        return (
            f"{where}, all leaders are at one position: there is none to compare it with."
            if len(mine)
            else ""
        )
    by_position = by_leader.of_positions.loc[reading.base.variant]
    hours = "{most} spend most hours in forums ({high} each), {least} fewest ({low})"
    ideas = "ideas of {most} are heard most (share {high}), those of {least} least ({low})"
    sentences = [
        _ends(by_position[name], words, digits)
        for name, words, digits in (("forum_hours", hours, 0), ("heard", ideas, 2))
        if name in by_position.columns
    ]
    sentences = [text for text in sentences if text]
    alike = f"{where}, all positions spend the same hours in forums and are heard alike."
    return f"{where}, {'; '.join(sentences)}." if sentences else alike


def _ends(means: pd.Series, words: str, digits: int) -> str:
    """Which positions have most and least of a measure, all that show the same number; '' where all
    do."""
    shown = {
        str(position): theme.number(float(mean), digits)
        for position, mean in means.dropna().items()
    }
    if len(set(shown.values())) < 2:
        return ""
    high, low = shown[str(means.idxmax())], shown[str(means.idxmin())]
    return words.format(most=_those(shown, high), least=_those(shown, low), high=high, low=low)


def _those(shown: dict[str, str], number: str) -> str:
    names = [theme.clip(position, 40) for position, printed in shown.items() if printed == number]
    return f"{theme.listed(names)} leaders"


def note(reading: RunData) -> str:
    """What a mark is, and what is left out."""
    by_leader = reading.once(people)
    what = by_leader.what
    mark = (
        f"Each mark is a {what}, the mean over replications; the tick is the mean of the position."
        if by_leader.one_by_one
        else f"Many {what}s: thin lines reach from the 5 % to the 95 % quantile of a position's "
        f"{what}s, thick ones from 25 % to 75 %, and the mark is the median; of each {what}'s mean "
        "over replications."
    )
    left = ", ".join(measure.title.lower() for measure in by_leader.still)
    return (
        f"{mark} The axes stay the same from policy to policy. Heard: the share of the decided "
        f"issues a leader witnessed whose evidence included their idea."
        f"{f' Left out, as all leaders have the same: {left}.' if left else ''}"
    )


def data(reading: RunData) -> Data:
    """A row a policy and leader, or a policy and position where leaders are many."""
    by_leader = reading.once(people)
    if by_leader.means.empty:
        return Data([DataColumn("variant")], [])
    keys = [
        DataColumn("variant", "Policy", None, True),
        DataColumn("position", "Position", None, True),
    ]
    frame, columns = by_leader.means, [*keys[:1], DataColumn("leader", by_leader.what.capitalize())]
    columns += [keys[1], *([DataColumn(SIZE, "Leaders", 0)] if in_groups(frame) else [])]
    columns += [
        DataColumn(measure.name, measure.title, measure.digits)
        for measure in (*by_leader.shown, *by_leader.still)
    ]
    if not by_leader.one_by_one:
        frame = quantiles(by_leader)
        digits = {measure.name: measure.digits for measure in by_leader.shown}
        columns = [*keys, DataColumn("leaders", f"{by_leader.what.capitalize()}s", 0)]
        columns += [
            DataColumn(n, n.replace("_", " "), digits[n.rpartition("_")[0]])
            for n in frame.columns[3:]
        ]
    rows = list(zip(*(frame[column.name].tolist() for column in columns), strict=True))
    return Data(columns, rows, grid=True)


FIGURE = Figure[RunData](
    name="leaders",
    title="Leaders",
    shows="the leaders by position",
    question="Who carries the load, and whose ideas are heard?",
    available=lambda reading: not reading.once(people).means.empty,
    draw=draw,
    finding=finding,
    note=note,
    data=data,
    choices=lambda reading: [policy.name for policy in reading.policies],
    policies=lambda reading: [policy.variant for policy in reading.policies],
)
