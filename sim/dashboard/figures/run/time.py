"""Where the time goes: the mean delay of each policy as a bar of its five parts."""

from __future__ import annotations

from collections.abc import Sequence

from sim.dashboard import _cells, theme
from sim.dashboard._phrases import NOTHING, capital, common_mean, name_of, under
from sim.dashboard.drawing.canvas import Spec, empty
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.figure import Data, Figure, of_estimates
from sim.dashboard.figures.run._rows import bars, ends, stack
from sim.measures import DELAY_PARTS, MEASURES, PARTS

_NOTE = (
    "The five parts of every decision's delay add up exactly to it; at the bar's end the mean "
    "delay, with half the width of its 95 % interval. An issue that ended undecided counts with "
    "its time until then."
)


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """The mean delay of each policy as a bar of its five parts, in working days; its end is the
    delay."""
    shown = reading.known("delay")
    if not shown:
        return empty("No issue arose, so there is no delay to show.")
    canvas = bars(shown, narrow, [MEASURES[part].title for part in DELAY_PARTS])
    for part in DELAY_PARTS:
        values = [reading.get(policy, part).mean for policy in shown]
        hovers = [f"{MEASURES[part].title}: {theme.number(value)} working days" for value in values]
        stack(canvas, MEASURES[part].title, shown, values, hovers, theme.PART_COLOURS[part], narrow)
    totals = [reading.get(policy, "delay") for policy in shown]
    wide = [f" ± {theme.number(total.half_width)}" if total.half_width else "" for total in totals]
    texts = [
        f"{theme.number(total.mean)} days{more}" for total, more in zip(totals, wide, strict=True)
    ]
    longest = ends(canvas, [total.mean for total in totals], texts, "mean delay")
    canvas.axis("x").update(range=[0, longest], title={"text": "Mean delay, working days"})
    return canvas.spec()


def finding(reading: RunData) -> str:
    """Which part takes most of the slowest policy's delay, and what the fastest one saves."""
    shown = sorted(reading.known("delay"), key=lambda policy: reading.get(policy, "delay").mean)
    if not shown:
        return NOTHING
    slow, fast = shown[-1], shown[0]
    parts = {part: reading.get(slow, part).mean for part in DELAY_PARTS}
    longest = max(parts, key=lambda part: parts[part])
    same = common_mean(reading, shown, "delay", 1)
    where = under(shown if same else [slow]).strip()
    days = theme.number(reading.get(slow, "delay").mean, 1)
    sentence = f"{capital(where)} {_lasts(reading, shown if same else [slow], days)}"
    if parts[longest] > 0 and theme.number(parts[longest], 1) != theme.number(0, 1):
        sentence += f", {theme.number(parts[longest], 1)} of them {PARTS[longest].spent}"
    saved = {part: parts[part] - reading.get(fast, part).mean for part in DELAY_PARTS}
    most = max(saved, key=lambda part: saved[part])
    if same or not saved[most] > 0:
        return f"{sentence}."
    return (
        f"{sentence}; under {name_of(fast)} it takes "
        f"{theme.number(reading.get(fast, 'delay').mean, 1)}, saved above all on "
        f"{MEASURES[most].title.lower()}."
    )


def _lasts(reading: RunData, shown: Sequence[Policy], days: str) -> str:
    """How long an issue takes, by whether all, some or none of them are decided."""
    undecided = [reading.get(policy, "lapsed_share").mean for policy in shown]
    if all(share == 1 for share in undecided):
        return f"no issue is decided; each is over after {days} working days"
    if all(share == 0 for share in undecided):
        return f"a decision takes {days} working days until it takes effect"
    return (
        f"an issue takes {days} working days until its decision takes effect or it ends undecided"
    )


def table(reading: RunData) -> str:
    """The mean delay and its parts, in working days."""
    rows = [
        [
            _cells.policy_name(policy),
            *(theme.number(reading.get(policy, name).mean, 3) for name in (*DELAY_PARTS, "delay")),
        ]
        for policy in reading.policies
    ]
    return _cells.table(["Policy", *(MEASURES[name].title for name in DELAY_PARTS), "Delay"], rows)


def data(reading: RunData) -> Data:
    """A row a policy: the delay and its parts."""
    return of_estimates(reading, ("delay", *DELAY_PARTS))


FIGURE = Figure[RunData](
    name="time",
    title="Where the time goes",
    shows="where the time goes: the parts of the delay",
    question="Where does the time of a decision go?",
    draw=draw,
    finding=finding,
    note=lambda reading: _NOTE,
    table=table,
    data=data,
)
