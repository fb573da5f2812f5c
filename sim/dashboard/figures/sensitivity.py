"""What matters for each measure: the indices of every key with their intervals, a panel a
measure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from sim.comparison.labels import labelled
from sim.dashboard import _cells, theme
from sim.dashboard.drawing.canvas import (
    ROW,
    Canvas,
    Spec,
    empty,
    error_bars,
    hover,
    names_room,
    panel_width,
    row_axis,
    row_names,
    some_ticks,
    span,
    title_room,
)
from sim.dashboard.figures.figure import Figure
from sim.experiments.conclusions import as_shown
from sim.measures import MEASURES
from sim.scenario.titles import called

Manifest = Mapping[str, Any]

_SOBOL = (
    "Every key varies independently over its whole range or list. By itself: the share of the "
    "variance of the measure's mean, from point to point, that goes with the key alone "
    "(first-order index). Total: that share with all in which the key has a part, acting together "
    "with others; a key whose total is next to nothing may be fixed anywhere. Chance in the runs "
    "of a point is taken out. Shares lie from 0 to 1: what was estimated beyond is noise, shown as "
    "0 or 1; where only one key acts, its shares are 1. Where no bar is seen it is narrower than "
    "the mark."
)
_MORRIS = (
    "mu*: the mean size of what a key changes over its whole range, from many places. sigma: how "
    "much that differs from place to place, as the key acts together with others or not in a "
    "straight line. Both are in the measure's own unit and count what is left of chance in the "
    "means of points."
)
_NOTES = {"sobol": _SOBOL, "morris": _MORRIS}
_TITLES = {"first": "First order", "total": "Total", "mu": "mu", "sigma": "sigma", "mu_star": "mu*"}


class Search(NamedTuple):
    """A search for what matters: the table `sensitivity`, and the manifest of the same result."""

    table: pd.DataFrame
    manifest: Manifest


def searched(table: pd.DataFrame, manifest: Manifest) -> Search:
    """The same as it is shown: with the labels of policies in the place of their names."""
    tables, shown = labelled({"sensitivity": table}, manifest)
    return Search(tables["sensitivity"], shown)


class IndexStyle(NamedTuple):
    """How an index is shown: what it is called, its colour, whether hollow, how far below its row's
    middle."""

    title: str
    colour: str
    hollow: bool
    below: float


INDEX_STYLES = {
    "sobol": {
        "total": IndexStyle("total", "#33415c", False, -0.11),
        "first": IndexStyle("by itself", "#b58b3b", True, 0.11),
    },
    "morris": {
        "mu_star": IndexStyle("mu*", "#33415c", False, -0.11),
        "sigma": IndexStyle("sigma", "#b58b3b", True, 0.11),
    },
}
"""The indices shown of each method, the one that ranks first. Neither colour is that of a
policy."""
_MARKS = {False: "●", True: "○"}
_SEEN = (-0.25, 1.25)
"""What of an interval of shares is shown at most."""


def policies(manifest: Manifest) -> list[str]:
    """The policies, between which the reader picks."""
    return list(
        dict.fromkeys(str(result["variant"]) for result in manifest["sensitivity"]["found"])
    )


def title_of(metric: str) -> str:
    """What a measure is called."""
    return MEASURES[metric].title if metric in MEASURES else metric.replace("_", " ").capitalize()


def draw(search: Search, narrow: bool, choice: int = 0) -> Spec:
    """The figure of a policy as a dict of `data` and `layout`."""
    table, manifest = search
    looks = INDEX_STYLES[manifest["sensitivity"]["method"]]
    mine = table[table["variant"] == policies(manifest)[choice]]
    metrics, keys = list(dict.fromkeys(mine["metric"])), _keys(mine, next(iter(looks)))
    if not metrics:
        return empty("No measure varies by more than chance, so no key can be shown to matter.")
    columns = 1 if narrow else min(len(metrics), 3)
    canvas = _panels(metrics, keys, columns, looks, manifest, narrow)
    for panel, metric in enumerate(metrics, start=1):
        rows = mine[mine["metric"] == metric]
        for index, look in looks.items():
            some = rows[rows["index"] == index]
            _dots(canvas, panel, some[some["low"] > 0.0], keys, look)
            unclear = look._replace(colour=theme.UNCLEAR)
            _dots(canvas, panel, some[~(some["low"] > 0.0)], keys, unclear)
        canvas.axis("x", panel).update(
            range=_range(rows[rows["index"].isin(list(looks))], manifest)
        )
        canvas.zero_line(panel)
    return canvas.spec()


def _keys(rows: pd.DataFrame, index: str) -> list[str]:
    """The keys, first what is first for any measure: by the best place that each has in a
    ranking."""
    ranked = rows[rows["index"] == index]
    places: dict[str, tuple[int, float]] = {}
    for _, mine in ranked.groupby("metric", sort=False):
        for place, (key, size) in enumerate(zip(mine["key"], mine["estimate"], strict=True)):
            here = (place, -float(size))
            places[key] = min(places.get(key, here), here)
    return sorted(places, key=lambda key: places[key])


def _panels(
    metrics: Sequence[str],
    keys: Sequence[str],
    columns: int,
    looks: Mapping[str, IndexStyle],
    manifest: Manifest,
    narrow: bool,
) -> Canvas:
    rows = math.ceil(len(metrics) / columns)
    names = [called(key) for key in keys]
    left, right, between = names_room(names, narrow), 24, 0.05
    legend = "; ".join(f"{_MARKS[look.hollow]} {look.title}" for look in looks.values())
    seconds = [f"{legend}; {_unit(metric, manifest)}" for metric in metrics]
    more = title_room(seconds, panel_width(narrow, left + right, columns, between))
    gap, top, bottom = 92 + more, 60 + more, 36
    tall = ROW * (1.35 if narrow else 1.0) * len(keys) + 12
    height = rows * tall + (rows - 1) * gap + top + bottom
    canvas = Canvas(height, (left, right, top, bottom), rows, columns, (gap, between), narrow)
    for panel, (metric, second) in enumerate(zip(metrics, seconds, strict=True), start=1):
        canvas.axis("y", panel).update(
            row_axis(names, narrow, (panel - 1) % columns == 0, above=0.75)
        )
        canvas.axis("x", panel).update(nticks=some_ticks(canvas.panel), showline=True)
        canvas.title(title_of(metric), second, panel)
        if narrow:
            row_names(canvas, names, panel, above=0.24, borderpad=1, bgcolor="#ffffff")
    return canvas


def _unit(metric: str, manifest: Manifest) -> str:
    if manifest["sensitivity"]["method"] == "sobol":
        return "share of the variance"
    return MEASURES[metric].unit_label if metric in MEASURES else "the measure's own unit"


def _dots(
    canvas: Canvas, panel: int, rows: pd.DataFrame, keys: Sequence[str], look: IndexStyle
) -> None:
    """An index of some keys, with its interval."""
    if rows.empty:
        return
    texts = [
        hover(
            theme.label(called(key), 60),
            [
                (
                    f"{look.title}: {theme.number(estimate, 3)} ({theme.number(low, 3)} to "
                    f"{theme.number(high, 3)})"
                )
            ],
        )
        for key, estimate, low, high in rows[["key", "estimate", "low", "high"]].itertuples(
            index=False
        )
    ]
    canvas.trace(
        "scatter",
        panel,
        mode="markers",
        name=look.title,
        x=rows["estimate"].tolist(),
        y=[-keys.index(key) - look.below for key in rows["key"]],
        hoverinfo="text",
        hovertext=texts,
        error_x=error_bars(rows[["estimate", "low", "high"]].to_numpy().tolist(), look.colour),
        marker={
            "color": "#ffffff" if look.hollow else look.colour,
            "size": 10,
            "line": {
                "color": look.colour if look.hollow else "#ffffff",
                "width": 2 if look.hollow else 1,
            },
        },
    )


def _range(rows: pd.DataFrame, manifest: Manifest) -> list[float]:
    ends = [*rows["low"], *rows["high"]]
    if manifest["sensitivity"]["method"] == "sobol":
        low, high = span(
            [min(max(end, _SEEN[0]), _SEEN[1]) for end in ends], 0.04, include=(0.0, 1.0)
        )
    else:
        low, high = span(ends, 0.06, include=(0.0,))
    return [low, high]


def finding(search: Search) -> list[str]:
    """What was found of every measure, a sentence or two each."""
    manifest = search.manifest
    several, items = len(policies(manifest)) > 1, []
    for result in manifest["sensitivity"]["found"]:
        text = result["finding"]
        items.append(
            f"Under {result['variant']}: {text[:1].lower()}{text[1:]}" if several else text
        )
    return items


def note(search: Search) -> str:
    """What the indices mean."""
    settings = search.manifest["sensitivity"]
    bars = f"Bars are {theme.share(settings['confidence'])} intervals; grey: it reaches 0."
    return f"{_NOTES[settings['method']]} {bars}"


def table(search: Search) -> str:
    """Every index with its interval, a row a policy, measure and key."""
    numbers = as_shown(search.table)
    indices = list(dict.fromkeys(numbers["index"]))
    rows = []
    for (variant, metric, key), mine in numbers.groupby(["variant", "metric", "key"], sort=False):
        row = [
            (
                f"{_cells.text(variant, 40)}, {_cells.text(title_of(str(metric)), 40)}: "
                f"{_cells.text(called(key), 60)}"
            )
        ]
        known = mine.set_index("index")
        for index in indices:
            low, high = (theme.number(float(known.at[index, end]), 3) for end in ("low", "high"))
            row.append(
                f"{theme.number(float(known.at[index, 'estimate']), 3)}<small>{low} to "
                f"{high}</small>"
            )
        rows.append(row)
    return _cells.table(["Policy, measure: key", *(_TITLES[index] for index in indices)], rows)


FIGURE = Figure[Search](
    name="sensitivity",
    anchor="indices",
    title="What matters for each measure",
    shows="which keys matter for which measure",
    question="Which keys matter most for each measure?",
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    choices=lambda search: policies(search.manifest),
    policies=lambda search: policies(search.manifest),
)
