"""An organisation as a line, and as a card of a notebook: how far it is, and its leaders by
position."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.cards import card, count, name, short_table
from sim.texts import number

if TYPE_CHECKING:
    from sim.agents.organization import Organization


def facts(model: Organization) -> list[str]:
    """How far it is, in a few plain texts."""
    day, hour = divmod(model.tick, model.numbers.day)
    when = f"day {day + 1}, tick {hour}" if model.running else "finished"
    return [count(len(model.leaders), "leader"), when, count(model.open_issues, "open issue")]


def line(model: Organization) -> str:
    """For `repr`: Organization(minimal, 13 leaders, day 3, tick 0, 4 open issues)."""
    return f"Organization({', '.join([model.scenario.base, *facts(model)])})"


def html(model: Organization) -> str:
    """The card: leaders by position, with the means of what they have on their desks now."""
    places: dict[str, list[int]] = {}
    for leader in model.leaders:
        places.setdefault(leader.position, []).append(leader.index)
    rows = []
    for position, indices in places.items():
        some = [model.leaders[index] for index in indices]
        waiting = sum(len(leader.inbox) for leader in some) / len(some)
        engaged = sum(leader.engagement for leader in some) / len(some)
        rows.append([name(position), f"{len(some):,}", number(waiting, 1), number(engaged)])
    shown = short_table(["Position", "Leaders", "Unread messages each", "Engagement"], rows)
    return card(
        f"{model.scenario.name}, {model.scenario.base}", [*facts(model), *_so_far(model)], shown
    )


def _so_far(model: Organization) -> list[str]:
    decisions = model.outcome().decisions
    quality = decisions["quality"][~np.isnan(decisions["quality"])]
    lines = (
        [f"{count(len(decisions), 'issue')} of the measured time over"] if len(decisions) else []
    )
    return [*lines, *([f"mean quality {number(float(quality.mean()))}"] if len(quality) else [])]
