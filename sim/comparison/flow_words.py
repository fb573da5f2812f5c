"""The flow of ideas in a few sentences: how many right ideas reach those who decide, the hop that
fewest survive, and the desk at which most stop."""

from __future__ import annotations

import numpy as np

from sim.comparison.desks import MOST_PEOPLE, Manifest, most, positions_of, share_of
from sim.comparison.flow import ACROSS, DOWN, HERE, ON, UP, Flow, Tables, flow
from sim.comparison.organisation import ENOUGH_IDEAS, chosen_policy, few_digits, first_of

FROM = {UP: "up from {}", DOWN: "down from {}", ACROSS: "across at {}", ON: "on from {}"}
"""What the hops from a position are called, but for those that end there."""


def sentences(tables: Tables, manifest: Manifest, variant: str | None = None) -> list[str]:
    """How many right ideas reach those who decide under a policy (default: that with which others
    are compared), the hop at which most are lost and the desk at which most stop; empty where the
    tables do not tell. Brackets hold 95 % intervals; what cannot be told apart is said."""
    policy = chosen_policy(tables, manifest, variant)
    found = flow(tables, manifest, policy)
    if found is None:
        return []
    shown = found if len(found) <= MOST_PEOPLE else found.folded()
    said = [_reach(found, policy), _weakest(found, manifest), _most_stop(shown)]
    return [sentence for sentence in said if sentence]


def _reach(found: Flow, policy: str) -> str:
    late = share_of(found.late.sum(axis=1) / found.all_formed)
    text = (
        f"Under {policy}, of 100 {found.what} those who decide weigh "
        f"{few_digits(share_of(found.weighed))}; "
        f"{few_digits(share_of(found.stopped_share.sum(axis=1)))} stop at a desk and "
        f"{few_digits(late)} come too late."
    )
    if not found.right:
        return f"{text} Right ideas are not told apart: no idea speaks for one alternative here."
    return text


def _weakest(found: Flow, manifest: Manifest) -> str:
    """The hop that the smallest share survives, of those on the way to who answers."""
    mine, order = found.by_position(), positions_of(manifest, found)
    there = [
        (desk, way)
        for way in mine.came
        if way != HERE
        for desk in sorted(range(len(mine)), key=lambda desk: order.index(mine.names[desk]))
        if np.nansum(mine.came[way][:, desk]) >= ENOUGH_IDEAS
    ]
    if not there:
        return ""
    lost = np.column_stack([1.0 - mine.survival(way)[:, desk] for desk, way in there])
    where = most(lost)
    if where is None:
        return f"No {found.what[:-1]} is lost on a hop to who answers for its issue."
    names = [FROM[way].format(mine.names[desk]) for desk, way in there]
    hop = first_of(names, names, where)
    kept = share_of(1.0 - lost[:, where.first])
    if len(there) == 1:
        return f"On the hop {hop}, {few_digits(kept)} of 100 are sent on."
    return f"Fewest survive the hop {hop}: {few_digits(kept)} of 100 are sent on."


def _most_stop(shown: Flow) -> str:
    where = most(shown.stopped_share)
    if where is None:
        return f"No {shown.what[:-1]} stops at a desk."
    here = few_digits(share_of(shown.stopped_share[:, where.first]))
    rate = few_digits(share_of(shown.stops[:, where.first]))
    desk = first_of(shown.names, shown.positions, where)
    return f"Most stop at {desk}: {here} of 100 formed anywhere, and {rate} of 100 that come there."
