"""The Pareto front of a calibration: what was tested of it, and the scenario's own policies, in two
objectives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.comparison import Interval
from sim.comparison.labels import shown_names
from sim.dashboard import _cells, theme
from sim.dashboard.drawing.canvas import Canvas, Spec, error_bars, hover, reaches, rounded, span
from sim.dashboard.drawing.placing import Box, NamedMark, label_offsets
from sim.dashboard.figures.figure import Figure
from sim.errors import Refused
from sim.experiments.calibration import Calibration, wording
from sim.experiments.calibration.measured import column_head
from sim.experiments.calibration.short import called, front_letters, lettered, setting_name
from sim.measures import MEASURES
from sim.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import RunResult

FRESH = "Means and 95 % intervals of fresh replications, which had no part in the choice."
PREFERRED = ("delay", "quality")
Shown = Mapping[str, tuple[Mapping[str, Interval], str]]
"""By the name of a mark, its measures by objective, and what is said about it."""


class Front(NamedTuple):
    """The front of a calibration: what was tested of it, and the scenario's own policies, both by
    fresh replications.

    unbeaten: how many settings no other beats, of so many `tried`. heads, rows: the numbers as
    texts; none where the calibration is read from a folder.
    """

    objectives: Sequence[str]
    settings: Shown
    policies: Shown
    unbeaten: int
    tried: int
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def front(calibration: Calibration) -> Front:
    """The front of a calibration that has just been made."""
    settings = {
        setting_name(letter): (
            calibration.front[place],
            wording.setting(calibration.found.candidates[place].settings),
        )
        for place, letter in front_letters(calibration).items()
    }
    policies = {called(calibration, name): at for name, at in calibration.variants.items()}
    return Front(
        list(calibration.plan.objectives),
        settings,
        _common_keys(policies),
        len(calibration.chosen.front),
        len(calibration.found.candidates),
        [column_head(head) for head in wording.front_heads(calibration)],
        wording.front_rows(calibration),
    )


def saved(result: RunResult) -> Front:
    """The front of a calibration that lies in a folder. Refused for one whose table of settings
    cannot be read."""
    manifest, objectives = result.manifest, list(result.manifest["objectives"])
    path = Path(result.folder or ".") / "candidates.parquet"
    try:
        table = read_table(path)
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be read: {error}") from None
    tested = table[table[f"{objectives[0]}.mean"].notna()]
    letters, settings = _letters(tested, manifest), {}
    for row in tested.to_dict("records"):
        measures = {
            name: Interval(*(row[f"{name}.{end}"] for end in Interval._fields))
            for name in objectives
        }
        about = wording.setting(manifest["settings"][row["setting"]])
        settings[setting_name(letters[row["setting"]])] = measures, about
    shown = shown_names(manifest)
    policies = {
        shown.get(name, name): at for name, at in _policies(manifest.get("tested") or {}).items()
    }
    return Front(
        objectives, settings, _common_keys(policies), int(table["front"].sum()), len(table)
    )


def _letters(tested: pd.DataFrame, manifest: Mapping[str, Any]) -> dict[int, str]:
    """The letters of the settings, as the page has them."""
    place_of = {
        weighting: int(row["setting"])
        for row in tested.to_dict("records")
        for weighting in str(row["weightings"]).split(", ")
    }
    recommended = [
        place_of[name] for name in (manifest.get("weightings") or place_of) if name in place_of
    ]
    return lettered(recommended, [int(place) for place in tested["setting"]])


def _policies(
    tested: Mapping[str, Mapping[str, Sequence[float | None]]],
) -> dict[str, dict[str, Interval]]:
    """Intervals as the manifest holds them, where what is not known is null."""
    return {
        variant: {
            name: Interval(*(math.nan if x is None else float(x) for x in at))
            for name, at in measures.items()
        }
        for variant, measures in tested.items()
    }


def _common_keys(variants: Mapping[str, Mapping[str, Interval]]) -> Shown:
    return {name: (measures, "as the scenario says") for name, measures in variants.items()}


def axes(objectives: Sequence[str]) -> tuple[str, str]:
    """The objectives across and up: delay and quality where both are, else the first and the second
    (or the one)."""
    if set(PREFERRED) <= set(objectives):
        return PREFERRED
    return objectives[0], objectives[-1] if len(objectives) < 2 else objectives[1]


def draw(front: Front, narrow: bool, choice: int = 0) -> Spec:
    """The shown settings of the front (filled) and the policies (hollow) with their intervals;
    hovering says which."""
    height = 340 if narrow else 350
    legend = [
        "● settings of the front, by letter",
        *(["□ policies of the scenario"] if front.policies else []),
    ]
    top = 18 + 16 * (len(legend) if narrow else 1)
    canvas = Canvas(height + top + 58, (64, 24, top, 58), narrow=narrow)
    names = axes(front.objectives)
    groups = ((front.settings, theme.colour(0), False), (front.policies, theme.colour(1), True))
    ranges = []
    for letter, name in zip("xy", names, strict=True):
        every = [measures[name] for shown, _, _ in groups for measures, _ in shown.values()]
        ranges.append(
            span(
                [end for interval in every for end in (interval.mean, interval.low, interval.high)],
                0.06,
            )
        )
        title = MEASURES[name].title if name in MEASURES else name
        unit = (
            f", {MEASURES[name].unit_label}"
            if name in MEASURES and MEASURES[name].unit_label
            else ""
        )
        text = theme.within(f"{title}{unit}", canvas.plot if letter == "x" else height, 13)
        canvas.axis(letter).update(range=list(ranges[-1]), title={"text": text}, showline=True)
    for shown, colour, hollow in groups:
        _marks(canvas, shown, names, colour, hollow)
    key = ("<br>" if narrow else "\u2003").join(legend)
    where: dict[str, Any] = {"x": 0, "y": 1, "xref": "x domain", "yref": "y domain", "yshift": 8}
    canvas.note(key, **where, xanchor="left", yanchor="bottom", align="left")
    _names(canvas, groups, names, (*ranges[0], *ranges[1]), (canvas.plot, height))
    return canvas.spec()


def _names(
    canvas: Canvas,
    groups: Sequence[tuple[Shown, str, bool]],
    names: tuple[str, str],
    frame: tuple[float, float, float, float],
    size: tuple[float, int],
) -> None:
    """Write each mark's name beside it, clear of the others, tied to it by a thin line where it
    stands further off."""
    left, right, low, high = frame
    width, height = size
    across, up = width / (right - left), height / (high - low)
    marks, named = [], []
    for shown, colour, hollow in groups:
        for name, (measures, _) in shown.items():
            x, y = measures[names[0]], measures[names[1]]
            reach = [max(reaches(*interval)) for interval in (x, y)]
            # Settings are told apart by their letters: words would fill the picture.
            short = theme.fit(name if hollow else name.rpartition(" ")[2], min(170.0, 0.4 * width))
            at = (x.mean - left) * across, (high - y.mean) * up
            marks.append(NamedMark(*at, reach[0] * across, reach[1] * up, short))
            named.append((x.mean, y.mean, short, colour))
    offsets = label_offsets(marks, Box(2, 2, width - 2, height - 2))
    for (mean_x, mean_y, name, colour), (dx, dy) in zip(named, offsets, strict=True):
        tie: dict[str, Any] = {
            "showarrow": True,
            "ax": dx,
            "ay": dy,
            "arrowhead": 0,
            "arrowwidth": 1,
            "standoff": 7,
        }
        canvas.note(
            theme.safe(name),
            x=mean_x,
            y=mean_y,
            font={"size": 12, "color": colour},
            bgcolor="rgba(255,255,255,0.6)",
            borderpad=0,
            **(tie | {"arrowcolor": theme.FAINT}),
        )


def _marks(
    canvas: Canvas,
    shown: Shown,
    names: tuple[str, str],
    colour: str,
    hollow: bool,
) -> None:
    measured = [measures for measures, _ in shown.values()]
    bars: dict[str, Any] = {}
    for letter, name in zip("xy", names, strict=True):
        bars[f"error_{letter}"] = error_bars([intervals[name] for intervals in measured], colour, 1)
    hovers = [
        hover(
            theme.label(name, 40),
            [
                theme.label(about, 120),
                *(f"{m}: {wording.ranged(at)}" for m, at in intervals.items()),
            ],
        )
        for name, (intervals, about) in shown.items()
    ]
    canvas.trace(
        "scatter",
        mode="markers",
        x=rounded(intervals[names[0]].mean for intervals in measured),
        y=rounded(intervals[names[1]].mean for intervals in measured),
        hoverinfo="text",
        hovertext=hovers,
        marker={
            "color": "#ffffff" if hollow else colour,
            "size": 10,
            "symbol": theme.symbol(1 if hollow else 0),
            "line": {"color": colour, "width": 2 if hollow else 1},
        },
        showlegend=False,
        cliponaxis=False,
        **bars,
    )


def finding(front: Front) -> str:
    """How many settings of all are on the front."""
    count = f"{front.unbeaten:,} of {front.tried:,} settings"
    return f"{count} are beaten by no other in every objective."


def note(front: Front) -> str:
    """What the marks are."""
    marks = "Filled marks: settings shown of the front; hollow ones: the scenario's own policies."
    return f"{FRESH} {marks}"


FIGURE = Figure[Front](
    name="front",
    title="The Pareto front",
    shows="the Pareto front, and the policies of the scenario",
    question="Which settings does no other beat, and where do the scenario's policies stand?",
    draw=draw,
    finding=finding,
    note=note,
    table=lambda front: _cells.interval_table(front.heads, front.rows) if front.rows else "",
)
