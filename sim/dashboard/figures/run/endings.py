"""How issues end: the ways in which they were closed, as shares of all issues."""

from __future__ import annotations

from sim.dashboard import _cells, theme
from sim.dashboard._phrases import NOTHING, common, under
from sim.dashboard.drawing.canvas import Spec, empty
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import Cell, Data, DataColumn, Figure
from sim.dashboard.figures.run._rows import bars, ends, stack
from sim.dashboard.theme import CLOSED_TITLES

_WAYS = {
    "one-voice": "by one voice",
    "agreement": "by the room's agreement",
    "approved": "by approval of the levels asked",
    "fallback": "by a fallback when the time for agreeing ran out",
    "rejected": "by the rejection of a level asked",
    "dropped": "dropped for want of agreement",
    "lapsed": "not decided at all before they expired",
}
_FALLBACKS = ("authority", "majority", "best-so-far")
_UNDECIDED = {"lapsed": "expire", "dropped": "are dropped", "rejected": "are rejected"}


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """How the issues of each policy ended, as shares in %; at the bar's end the share that ended
    undecided."""
    totals = {variant: sum(ways.values()) for variant, ways in reading.endings.items()}
    shown = [policy for policy in reading.policies if totals.get(policy.variant)]
    if not shown:
        return empty("No issue arose, so none ended in any way.")
    seen = {
        way: [reading.endings[policy.variant].get(way, 0) for policy in shown]
        for way in reading.ways
    }
    canvas = bars(shown, narrow, [CLOSED_TITLES[way] for way in seen])
    for way, numbers in seen.items():
        whole = [totals[policy.variant] for policy in shown]
        shares = [100 * number / total for number, total in zip(numbers, whole, strict=True)]
        hovers = [
            f"{CLOSED_TITLES[way]}: {number:,} of {total:,} issues, {share:.1f} %"
            for number, total, share in zip(numbers, whole, shares, strict=True)
        ]
        pattern = theme.CLOSED_PATTERNS.get(way)
        stack(
            canvas,
            CLOSED_TITLES[way],
            shown,
            shares,
            hovers,
            theme.CLOSED_COLOURS[way],
            narrow,
            pattern,
        )
    texts = []
    for policy in shown:
        lapsed = reading.get(policy, "lapsed_share")
        wide = f" ± {100 * lapsed.half_width:.1f}" if lapsed.half_width else ""
        texts.append(
            f"{100 * lapsed.mean:.1f}{wide} % undecided" if lapsed.mean > 0 else "none undecided"
        )
    longest = ends(canvas, [100.0] * len(shown), texts, "undecided share")
    canvas.axis("x").update(
        range=[0, longest], tickvals=[0, 25, 50, 75, 100], title={"text": "Share of issues, %"}
    )
    return canvas.spec()


def finding(reading: RunData) -> str:
    """Where most issues end undecided, and how."""
    shown = reading.known("lapsed_share")
    if not shown:
        return NOTHING
    worst = max(shown, key=lambda policy: reading.get(policy, "lapsed_share").mean)
    share = reading.get(worst, "lapsed_share")
    if share.mean == 0:
        return "Every issue was decided in time: none ended undecided."
    same = common([f"{100 * reading.get(policy, 'lapsed_share').mean:.1f}" for policy in shown])
    those = shown if same else [worst]
    met = {way for policy in those for way in reading.undecided.get(policy.variant, ())}
    ways = [text for way, text in _UNDECIDED.items() if way in met]
    how = (
        f"{', '.join(ways[:-1])} or {ways[-1]}"
        if len(ways) > 1
        else "".join(ways) or "end undecided"
    )
    if same == "100.0":
        where = under(shown) if len(shown) == 1 else " under any policy"
        return f"No issue was decided{where}: all {how}, and are worth nothing."
    # An interval of half of all there is says nothing.
    wide = (
        f" (± {100 * share.half_width:.1f})"
        if 0 < share.half_width < 0.5 and len(those) == 1
        else ""
    )
    where = "Issues end undecided" if same else "Issues end undecided most often"
    often = " equally often" if same and len(shown) > 1 else ""
    return (
        f"{where}{often}{under(those)}: {100 * share.mean:.1f} %{wide} {how}, and are worth "
        f"nothing."
    )


def note(reading: RunData) -> str:
    """What the ways of closing that occurred mean, and what 'undecided' counts."""
    if not reading.ways:
        return ""
    met = dict.fromkeys("fallback" if way in _FALLBACKS else way for way in reading.ways)
    explained = "; ".join(_WAYS[way] for way in met)
    kept = {"dropped", "rejected"} & met.keys()
    left = (
        f" What is {' or '.join(sorted(kept))} counts as decided where there is a status quo to "
        f"stay with, else as undecided."
        if kept
        else ""
    )
    return f"How the issues ended: {explained}.{left} ± is half the width of a 95 % interval."


def table(reading: RunData) -> str:
    """How many issues ended in which way, over all replications; only ways that occurred."""
    rows = []
    for policy in reading.policies:
        mine = reading.endings.get(policy.variant, {})
        numbers = [mine.get(way, 0) for way in reading.ways]
        rows.append(
            [_cells.policy_name(policy), *(f"{number:,}" for number in (*numbers, sum(numbers)))]
        )
    return _cells.table(["Policy", *(CLOSED_TITLES[way] for way in reading.ways), "issues"], rows)


def data(reading: RunData) -> Data:
    """A row a policy: how many issues ended in each way."""
    rows: list[list[Cell]] = [
        [
            policy.variant,
            *(reading.endings.get(policy.variant, {}).get(way, 0) for way in reading.ways),
        ]
        for policy in reading.policies
    ]
    return Data([DataColumn("variant"), *(DataColumn(way, "", 0) for way in reading.ways)], rows)


FIGURE = Figure[RunData](
    name="endings",
    title="How issues end",
    shows="how issues end",
    question="How are issues closed, and how many end undecided?",
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    data=data,
)
