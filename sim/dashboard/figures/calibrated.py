"""The Pareto front of a calibration: what was tested of it, and the scenario's own policies, in two objectives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.comparison import Interval
from sim.dashboard import theme
from sim.dashboard.figures.common import Canvas, Spec, hover, span
from sim.dashboard.figures.marking import rounded
from sim.experiments.calibration import Calibration, wording

PREFERRED = ("delay", "quality")


def axes(found: Calibration) -> tuple[str, str]:
    """The objectives across and up: delay and quality where both are, else the first and the second (or the one)."""
    names = list(found.plan.objectives)
    if set(PREFERRED) <= set(names):
        return PREFERRED
    return names[0], names[-1] if len(names) < 2 else names[1]


def front_figure(found: Calibration, narrow: bool) -> Spec:
    """The shown settings of the front (filled) and the policies (hollow) with their intervals; hovering says which."""
    canvas = Canvas(420 if narrow else 480, (64, 24, 24, 58))
    across, up = axes(found)
    settings = {
        wording.named(place): (measures, wording.setting(found.found.candidates[place].settings))
        for place, measures in found.front.items()
    }
    policies = {name: (measures, "as the scenario says") for name, measures in found.variants.items()}
    _marks(canvas, settings, (across, up), theme.colour(0), False)
    _marks(canvas, policies, (across, up), theme.colour(1), True)
    for letter, name in (("x", across), ("y", up)):
        ends = [
            end for shown in (settings, policies) for measures, _ in shown.values() for end in _ends(measures[name])
        ]
        canvas.axis(letter).update(range=list(span(ends, 0.06)), title={"text": theme.label(name)}, showline=True)
    return canvas.spec()


def _ends(found: Interval) -> tuple[float, ...]:
    return (found.mean, found.low, found.high)


def _marks(
    canvas: Canvas,
    shown: Mapping[str, tuple[Mapping[str, Interval], str]],
    names: tuple[str, str],
    colour: str,
    hollow: bool,
) -> None:
    found = [measures for measures, _ in shown.values()]
    bars: dict[str, Any] = {}
    for letter, name in zip("xy", names, strict=True):
        half = [each[name].high - each[name].mean if each[name].known else 0.0 for each in found]
        bars[f"error_{letter}"] = {"type": "data", "array": rounded(half), "color": colour, "thickness": 1, "width": 0}
    told = [
        hover(
            theme.label(name, 40), [theme.label(about, 120), *(f"{m}: {wording.ranged(at)}" for m, at in each.items())]
        )
        for name, (each, about) in shown.items()
    ]
    canvas.trace(
        "scatter",
        mode="markers+text",
        x=rounded(each[names[0]].mean for each in found),
        y=rounded(each[names[1]].mean for each in found),
        text=[theme.label(name, 22) for name in shown],
        textposition="top center",
        textfont={"size": 11, "color": colour},
        hoverinfo="text",
        hovertext=told,
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
