"""What several figures of a sweep share: tables of numbers by setting, and pieces of sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.dashboard import _cells, theme
from sim.dashboard._sweep_data import SweepData
from sim.dashboard.estimates import Policy
from sim.scenario.titles import called, phrase_of

NOTHING = "Nothing was decided, so there is nothing to report."
MOST_ROWS = 200
"""Rows of a table of numbers; the rest stands in the table of runs."""
BAND = "95 % intervals over replications"
SHARED = (
    " Policies face the same worlds: where their intervals overlap, they may still be told apart."
)


def count(number: int, one: str, many: str) -> str:
    """'1 point', '1,200 points'."""
    return f"{number:,} {one if number == 1 else many}"


def where(sweep: SweepData, policy: Policy, point: int) -> str:
    """'shared at power.sharing 0.4, consensus.limit 3d', with the keys that the policy reads."""
    settings = sweep.settings_text(point, policy).items()
    keys = ", ".join(f"{phrase_of(key)} {theme.clip(label, 30)}" for key, label in settings)
    name = theme.clip(policy.name, 40) if len(sweep.policies) > 1 else ""
    if not keys:
        return name or "at the only setting"
    return f"{name} at {keys}" if name else f"at {keys}"


def reader(sweep: SweepData) -> Policy:
    """The first policy that reads any of the keys; else the first."""
    keys = [axis.key for axis in sweep.axes]
    reading = (
        policy for policy in sweep.policies if any(sweep.reads(policy, key).any() for key in keys)
    )
    return next(reading, sweep.policies[0])


def thinned(sweep: SweepData, most: int) -> str:
    """A word on what is not drawn, where there are more settings than a figure draws."""
    left = len(sweep.points) * len(sweep.policies) > most
    return (
        " Of this many points an even selection is drawn; the sentence above counts all."
        if left
        else ""
    )


def rows_of(
    sweep: SweepData, policies: Sequence[Policy], numbers: Callable[[Policy, int], list[str]]
) -> list[list[str]]:
    """A row a policy and point: the point's keys, then what `numbers` gives; at most MOST_ROWS."""
    every = settings_of(sweep, policies)
    return [
        [*keys_of(sweep, policy, point), *numbers(policy, point)]
        for policy, point in every[:MOST_ROWS]
    ]


def settings_of(
    sweep: SweepData, policies: Sequence[Policy], compared: bool = False
) -> list[tuple[Policy, int]]:
    """Each policy at the points at which it (or, where compared, `against`) has settings that it
    had at none before."""
    places = {
        policy: set((sweep.compared if compared else sweep.different)(policy).tolist())
        for policy in policies
    }
    return [
        (policy, point)
        for point in range(len(sweep.points))
        for policy in policies
        if point in places[policy]
    ]


def keys_of(sweep: SweepData, policy: Policy, point: int) -> list[str]:
    """The first cells of a row: the policy, the point, and its values of the keys that are read."""
    dot = f'<span class="dot" style="background:{policy.colour}"></span>'
    read = sweep.settings_text(point, policy)
    values = [_cells.text(read.get(key.key, "–"), 40) for key in sweep.axes]
    return [
        f"{dot}<bdi>{_cells.text(policy.name, 60)}</bdi>",
        f"{int(sweep.points[point])}",
        *values,
    ]


def numbers_table(
    sweep: SweepData, heads: Sequence[str], rows: Sequence[Sequence[str]], many: int
) -> str:
    """An HTML table, and a word on the rows that it leaves out."""
    if not rows:
        return ""
    made = _cells.table(
        ["Policy", "Point", *(_cells.text(called(key.key), 60) for key in sweep.axes), *heads], rows
    )
    left = many - len(rows)
    return made + (
        f'<p class="note">{left:,} more rows: see the table of runs.</p>' if left > 0 else ""
    )
