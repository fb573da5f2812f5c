"""Quality or value against delay: who decides best, who fastest, and whose decisions are worth
most."""

from __future__ import annotations

from sim.dashboard import _cells, theme
from sim.dashboard._phrases import NOTHING, alike, first, name_of, under
from sim.dashboard.drawing.canvas import Canvas, Spec, empty
from sim.dashboard.estimates import KindSummary, RunData
from sim.dashboard.figures.figure import Figure, of_estimates
from sim.dashboard.figures.run._panel import NO_QUALITY, assumed_commitment, draw_panel, panel_of
from sim.measures import MAIN, MEASURES, NET_VALUE, TRADE_OFF, shown_in

QUALITY = "quality"
DELAY, QUALITY_AXIS = "Mean delay, working days", "Mean quality (1 best, 0 a random pick)"
"""What the axes measure."""


def choices(reading: RunData) -> tuple[str, str]:
    """What can stand against delay: quality, and the measure by which policies are judged."""
    return QUALITY, reading.worth


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """Quality (or value, `choices`) against delay over all decisions; with quality, lines of equal
    value for the mix of the base's kinds, and the ceiling."""
    measure = choices(reading)[choice]
    size = (320, 350) if narrow else (700, 420)
    lines = reading.kinds if measure == QUALITY else []
    panel = panel_of(reading, reading.estimates, reading.runs, lines, *size, measure=measure)
    if not panel.shown:
        return empty(NO_QUALITY)
    canvas = Canvas(446 if narrow else 516, (58, 62, 40, 56), narrow=narrow)
    right = draw_panel(canvas, panel, 1)
    canvas.axis("x")["title"] = {"text": DELAY if narrow else f"{DELAY} (further left is faster)"}
    up = f"Mean {MEASURES[measure].short} a decision, in stakes"
    if measure == QUALITY:
        up = QUALITY_AXIS
    canvas.axis("y")["title"] = {"text": up}
    if right:
        canvas.note(
            "value per unit of stakes",
            xref="paper",
            yref="paper",
            x=1,
            y=0.5,
            xshift=38,
            xanchor="left",
            yanchor="middle",
            textangle=90,
            font={"size": 12, "color": theme.SOFT},
        )
    return canvas.spec()


def finding(reading: RunData) -> str:
    """Who decides best, who fastest, and whose decisions were worth most."""
    if not reading.known("delay"):
        return NOTHING
    return (
        " ".join(headlines(reading)) or "No issue was decided, so there is no quality to compare."
    )


def headlines(reading: RunData) -> list[str]:
    """The policy that is best in quality, in delay and in value, a sentence each; none without
    decisions."""
    shown = reading.known("quality")
    if not shown:
        return []
    if len(reading.policies) == 1:
        quality, delay, value = (
            theme.number(reading.get(shown[0], m).mean, MEASURES[m].digits)
            for m in shown_in(MAIN, reading.worth)
        )
        return [
            f"Under {name_of(shown[0])} decisions have a mean quality of {quality}, take effect "
            f"after {delay} working days, and are worth {value} each, in "
            f"{'net value' if reading.worth == NET_VALUE else 'stakes'}."
        ]
    sentences = [_headline(reading, name) for name in shown_in(MAIN, reading.worth)]
    none = [name_of(policy) for policy in reading.policies if policy not in shown]
    return [*sentences, *([f"No issue was decided under {theme.listed(none)}."] if none else [])]


def _headline(reading: RunData, metric: str) -> str:
    """The first of a measure, or that all policies are alike in it."""
    shown, words = reading.known(metric), MEASURES[metric].words
    assert words is not None
    if alike([reading.get(policy, metric) for policy in shown]):
        amount = words.amount.format(
            theme.number(reading.get(shown[0], metric).mean, MEASURES[metric].digits)
        )
        return f"{words.alike}{under(shown)}: {amount}."
    most = f"{words.best}, {words.counting}" if words.counting else words.best
    return f"{most}: {first(reading.runs, reading.estimates, shown, metric, words.amount)}."


def note(reading: RunData) -> str:
    """Exactly what the lines of equal value assume."""
    bars = (
        "Ellipses hold the true means of quality and delay together with 95 % confidence "
        "(Hotelling's T²), bars each by itself; where neither is seen it is narrower than the "
        "mark. Hover for the difference to the base."
    )
    if len(reading.policies) > 1:
        bars += " Which policy is best is said at 95 % for all of them together."
    committed = assumed_commitment(reading.estimates, reading.known("quality"))
    if not reading.kinds or not committed > 0:
        return bars
    amount = theme.number(committed)
    mix = ", ".join(f"{_kind(kind)} (weight {theme.share(kind.weight)})" for kind in reading.kinds)
    average = "the average over the kinds of " if len(reading.kinds) > 1 else ""
    return (
        f"{bars} Grey lines join points of equal value per unit of stakes, the number at their "
        f"end: quality × {amount} × {average}2^(−delay / half-life). Half-life as in the base: "
        f"{mix}{'; weights are stakes × number of issues' if len(reading.kinds) > 1 else ''}. The "
        f"lines assume that every decision has the quality and the delay of that point, and "
        f"commitment {amount}, the policies' mean: a policy that earns more commitment is worth "
        "more than the line through its mark says. The value recorded decision by decision stands "
        "in the numbers below. Dotted: the ceiling, the quality of pooling every witness's "
        f"undistorted idea at once.{_unpaid(reading)}"
    )


def _unpaid(reading: RunData) -> str:
    """That the lines leave hours out, where these have a price."""
    unpaid = " The lines are of value: the price of hours is in net value only."
    return unpaid if reading.worth == NET_VALUE else ""


def _kind(kind: KindSummary) -> str:
    return f"{theme.clip(kind.name, 40)} {theme.working_days(kind.half_life)}"


FIGURE = Figure[RunData](
    name="trade-off",
    title="Quality against delay",
    shows="quality, or value, against delay",
    question="Is sharing power worth the delay?",
    draw=draw,
    finding=finding,
    note=note,
    table=lambda reading: _cells.metric_table(reading, shown_in(TRADE_OFF, reading.worth)),
    data=lambda reading: of_estimates(reading, shown_in(TRADE_OFF, reading.worth)),
    choices=lambda reading: [f"{MEASURES[name].title} against delay" for name in choices(reading)],
    highlights=lambda reading: reading.highlights,
)
