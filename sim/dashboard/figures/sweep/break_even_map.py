"""Where, over two keys, a policy is worth more than another: the paired difference in value."""

from __future__ import annotations

import itertools

import numpy as np

from sim.comparison.judged import in_net_value
from sim.dashboard import theme
from sim.dashboard._sweep_data import GAP, SweepData, estimate
from sim.dashboard.drawing.canvas import Spec, empty
from sim.dashboard.estimates import MeanEstimate, Policy, difference_text
from sim.dashboard.figures.figure import Figure
from sim.dashboard.figures.sweep._planes import border, draw_maps, left_out, where_drawn
from sim.dashboard.figures.sweep._shared import MOST_ROWS, keys_of, numbers_table, settings_of
from sim.dashboard.figures.sweep._slices import Maps
from sim.scenario.titles import phrase_of

NO_RIVALS = "No policy ran to which the others' values could be compared."


def draw(sweep: SweepData, narrow: bool, choice: int = 0) -> Spec:
    """Where a policy is worth more than `against`: the paired difference in value, break-even line,
    hatching."""
    if not sweep.rivals:
        return empty(NO_RIVALS)
    return draw_maps(sweep, narrow, choice, [GAP])


def title(sweep: SweepData) -> str:
    """The heading, which names the two policies, or the one."""
    against = theme.clip(sweep.against.name, 40) if sweep.against else ""
    who = theme.clip(sweep.rivals[0].name, 40) if len(sweep.rivals) == 1 else "a policy"
    return f"Where {who} is worth more{in_net_value(sweep.worth)} than {against}"


def finding(sweep: SweepData) -> str:
    """At how many points each policy is worth more than `against`, where most, and where the
    verdict turns."""
    if sweep.against is None or not sweep.rivals:
        return NO_RIVALS
    return " ".join(_compared(sweep, policy, sweep.against) for policy in sweep.rivals)


def _compared(sweep: SweepData, policy: Policy, against: Policy) -> str:
    points = sweep.compared(policy)
    gaps = sweep.estimates(GAP, policy)[points]
    known = np.isfinite(gaps[:, 0])
    names = theme.clip(policy.name, 40), theme.clip(against.name, 40)
    ahead = f"{names[0]} is worth more{in_net_value(sweep.worth)} than {names[1]}"
    if not known.any():
        return f"{names[0]} and {names[1]} have no point in common."
    if not np.isfinite(gaps[:, 1]).any():
        more = int((gaps[known, 0] > 0).sum())
        return f"{ahead} at {more:,} of {known.sum():,} settings; it may be chance."
    more, less = int((gaps[:, 1] > 0).sum()), int((gaps[:, 2] < 0).sum())
    text = (
        f"{ahead} at {more:,} of {int(known.sum()):,} settings, "
        f"less at {less:,}, and not clearly either at {int(known.sum()) - more - less:,}"
    )
    place = int(np.nanargmax(gaps[:, 0]))
    mean, low, high = (theme.number(float(x), 3, signed=True) for x in gaps[place])
    where = {
        **sweep.settings_text(int(points[place]), policy),
        **sweep.settings_text(int(points[place]), against),
    }
    at = ", ".join(f"{phrase_of(key)} {theme.clip(label, 30)}" for key, label in where.items())
    largest = f"the difference is largest at {at}" if at else "the difference is"
    return f"{text}; {largest}: {mean} ({low} to {high}).{_turns(sweep, policy)}"


def _turns(sweep: SweepData, policy: Policy) -> str:
    """Whether the difference changes sign at all; along one key of numbers, between which of its
    values."""
    gaps = sweep.estimates(GAP, policy)[:, 0]
    known = gaps[np.isfinite(gaps)]
    if (known > 0).all() or (known < 0).all():
        return (
            f" It is {'above' if known[0] > 0 else 'below'} 0 on average at every setting: "
            f"there is no break-even."
        )
    if len(sweep.axes) != 1 or sweep.axes[0].words:
        return ""
    key = sweep.axes[0]
    means = np.full(len(key.labels), np.nan)
    means[sweep.codes(0)] = gaps
    held = np.flatnonzero(np.isfinite(means))
    turns = [(a, b) for a, b in itertools.pairwise(held) if (means[a] > 0) != (means[b] > 0)]
    if not turns or len(turns) > 3:
        return ""
    text = "; ".join(
        f"{theme.clip(key.labels[a], 30)} and {theme.clip(key.labels[b], 30)}" for a, b in turns
    )
    return f" It changes sign between {phrase_of(key.key)} {text}."


def note(sweep: SweepData) -> str:
    """What cells, line and hatching are."""
    maps = Maps(sweep)
    unclear = "the 95 % interval of the paired difference includes 0."
    how = f"Crossed marks: {unclear}" if sweep.sampled else f"{border(maps)}Hatched: {unclear}"
    return f"{where_drawn(sweep, maps)}. {how}{left_out(sweep, maps, GAP)}"


def table(sweep: SweepData) -> str:
    """The difference in value of every policy and point."""

    def numbers(policy: Policy, point: int) -> list[str]:
        gap = estimate(sweep.estimates(GAP, policy)[point])
        as_gap = MeanEstimate(difference=gap.mean, difference_low=gap.low, difference_high=gap.high)
        return [difference_text(sweep.facts(GAP), as_gap)]

    every = settings_of(sweep, sweep.rivals, compared=True)
    rows = [
        [*keys_of(sweep, policy, point), *numbers(policy, point)]
        for policy, point in every[:MOST_ROWS]
    ]
    facts = sweep.facts(GAP)
    head = f"Difference in {facts.short}<br>({facts.unit_label})"
    return numbers_table(sweep, [head], rows, len(every))


FIGURE = Figure[SweepData](
    name="break-even-map",
    anchor="break-even",
    title=title,
    shows="where it is worth more, over two keys",
    question="At which values of two keys is another policy worth more?",
    available=lambda sweep: len(sweep.axes) > 1 and bool(sweep.rivals),
    draw=draw,
    finding=finding,
    note=note,
    table=table,
    choices=lambda sweep: (
        [part.name for part in Maps(sweep).slices(GAP)] if len(sweep.axes) > 1 else []
    ),
)
