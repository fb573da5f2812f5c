"""Value against urgency: a line a setting, weighed anew from its decisions, and where it crosses the one turned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.comparison.statistics import CONFIDENCE
from sim.dashboard import theme
from sim.dashboard.figures.common import Canvas, Spec, empty, hover, mark, span
from sim.dashboard.figures.curves import legend
from sim.dashboard.figures.marking import rounded
from sim.dashboard.measures import Policy
from sim.live.look import Look, Runs

FURTHEST = 16.0
"""The curves reach from a 16th of the scenario's urgency to 16 times as urgent."""
FACTORS = tuple(float(factor) for factor in np.exp2(np.linspace(-4, 4, 33)))


@dataclass(frozen=True)
class Curve:
    """The mean value of a decision at each of FACTORS times the scenario's own urgency, with its interval.

    values: [FACTORS, runs]. own: how urgent issues are in the setting itself, by its dial.
    """

    runs: Runs
    values: np.ndarray
    own: float

    @property
    def means(self) -> np.ndarray:
        """The mean over runs at each factor."""
        return self.values.mean(axis=1)

    @property
    def half_widths(self) -> np.ndarray:
        """Half the width of each mean's interval; NaN with one run."""
        from scipy.special import stdtrit

        count = self.values.shape[1]
        if count < 2:
            return np.full(len(self.values), np.nan)
        return stdtrit(count - 1, 0.5 + CONFIDENCE / 2) * self.values.std(axis=1, ddof=1) / math.sqrt(count)


def curves(look: Look) -> list[Curve]:
    """The curve of every setting in which anything arose."""
    found = []
    for runs in look.settings:
        own = runs.named.meant.urgency
        values = runs.values([factor / own for factor in FACTORS])
        values = values[:, ~np.isnan(values[0])]
        if values.shape[1]:
            found.append(Curve(runs, values, own))
    return found


def crossings(one: Curve, other: Curve) -> list[tuple[float, float]]:
    """Where two settings are worth the same, as they are drawn: (urgency, value), ascending."""
    gap, found = one.means - other.means, []
    for place in np.flatnonzero(np.sign(gap[1:]) * np.sign(gap[:-1]) < 0).tolist():
        share = abs(gap[place]) / (abs(gap[place]) + abs(gap[place + 1]))
        urgency = FACTORS[place] * (FACTORS[place + 1] / FACTORS[place]) ** share
        found.append((urgency, float(one.means[place] + share * (one.means[place + 1] - one.means[place]))))
    return found


def value_curve(look: Look, found: Sequence[Curve], narrow: bool) -> Spec:
    """Value against urgency on a log scale; the mark of each setting stands at its own urgency."""
    if not found:
        return empty("No issue arose, so there is no value to show.")
    policies = {policy.variant: policy for policy in look.policies}
    canvas = Canvas(360 if narrow else 400, (62, 18, 44, 58))
    drawn: list[float] = []
    for curve in reversed(found):
        policy = policies[curve.runs.named.name]
        _band(canvas, curve, policy)
        _line(canvas, curve, policy)
        drawn += curve.means.tolist()
    for curve in found[1:]:
        _meeting(canvas, found[0], curve)
    legend(canvas, look.policies)
    ticks = [2.0**power for power in range(-4, 5, 2 if narrow else 1)]
    canvas.axis("x").update(
        type="log",
        range=[math.log10(1 / FURTHEST), math.log10(FURTHEST)],
        tickvals=ticks,
        ticktext=[times(tick) for tick in ticks],
        showgrid=False,
        showline=True,
        title={"text": "Urgency, times that of the scenario (right: more urgent)"},
    )
    low, high = span(drawn, 0.1)
    canvas.axis("y").update(range=[low, high], title={"text": "Value a decision, in stakes"})
    return canvas.spec()


def times(factor: float) -> str:
    """'× 2', '× 1/4', '× 1.7'."""
    if factor < 1 and (1 / factor).is_integer():
        return f"× 1/{1 / factor:g}"
    return f"× {factor:.2g}"


def _line(canvas: Canvas, curve: Curve, policy: Policy) -> None:
    name, means, half = theme.label(policy.name), curve.means, curve.half_widths
    told = []
    for factor, mean, wide in zip(FACTORS, means.tolist(), half.tolist(), strict=True):
        more = f" ± {theme.number(wide, 3)}" if math.isfinite(wide) else ""
        told.append(hover(name, [f"Urgency {times(factor)}", f"Value: {theme.number(mean, 3)}{more}"]))
    canvas.trace(
        "scatter",
        mode="lines",
        name=name,
        x=rounded(FACTORS),
        y=rounded(means),
        hoverinfo="text",
        hovertext=told,
        line={"color": policy.colour, "width": 2.4},
        showlegend=False,
    )
    here = float(np.interp(math.log(curve.own), np.log(FACTORS), means))
    canvas.trace(
        "scatter",
        mode="markers",
        name=f"{name}, own urgency",
        x=[curve.own],
        y=[here],
        hoverinfo="skip",
        marker=mark(policy, 13),
        showlegend=False,
        cliponaxis=False,
    )


def _band(canvas: Canvas, curve: Curve, policy: Policy) -> None:
    half = curve.half_widths
    if not np.isfinite(half).all():
        return
    red, green, blue = (int(policy.colour[place : place + 2], 16) for place in (1, 3, 5))
    canvas.trace(
        "scatter",
        mode="lines",
        name="95 % interval",
        x=rounded([*FACTORS, *FACTORS[::-1]]),
        y=rounded([*(curve.means + half), *(curve.means - half)[::-1]]),
        fill="toself",
        fillcolor=f"rgba({red}, {green}, {blue}, 0.13)",
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _meeting(canvas: Canvas, one: Curve, other: Curve) -> None:
    """A ring where two settings are worth the same, named by the urgency."""
    for urgency, value in crossings(one, other)[:3]:
        canvas.trace(
            "scatter",
            mode="markers",
            name="worth the same",
            x=rounded([urgency]),
            y=rounded([value]),
            hoverinfo="text",
            hovertext=[f"worth the same as {theme.label(other.runs.named.name)} at urgency {times(urgency)}"],
            marker={"symbol": "circle-open", "size": 13, "color": theme.INK, "line": {"width": 1.6}},
            showlegend=False,
        )
        canvas.note(
            times(urgency),
            x=math.log10(urgency),
            y=value,
            yshift=17,
            font={"size": 12},
            bgcolor="rgba(255,255,255,0.8)",
            borderpad=0,
        )
