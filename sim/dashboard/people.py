"""The leaders: what each did and met, as means over replications, by position."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.dashboard import theme
from sim.dashboard.data import Column, Data
from sim.dashboard.measures import Reading

MOST_LEADERS = 400
"""More leaders than these are shown by quantiles of their position."""
_MOST_POINTS = 6000
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Asked:
    """A column of `leaders` and how it is shown."""

    name: str
    title: str
    unit: str
    digits: int


ASKED = (
    Asked("forum_hours", "Forums", "hours in the measured time", 1),
    Asked("reading_hours", "Reading", "hours in the measured time", 1),
    Asked("work_hours", "Work", "hours in the measured time", 0),
    Asked("influence", "Influence", "mean of all leaders: 1", 3),
    Asked("engagement", "Engagement", "mean over days", 3),
    Asked("heard", "Heard", "share of its ideas that reached the decision", 3),
)


@dataclass(frozen=True)
class People:
    """`means`: a row a variant and leader, with its position and the measures as means over replications.

    positions: in the order of the organisation, upstream first. shown, still: the measures that differ anywhere, and
    those that never do. each: whether leaders are shown one by one.
    """

    means: pd.DataFrame
    positions: tuple[str, ...]
    shown: tuple[Asked, ...]
    still: tuple[Asked, ...]
    each: bool

    @cached_property
    def rows(self) -> dict[tuple[str, str], tuple[list[str], dict[str, np.ndarray]]]:
        """By variant and position: the leaders' names, and each shown measure's values in their order."""
        names = [asked.name for asked in self.shown]
        groups = self.means.groupby(["variant", "position"], sort=False, observed=True)
        return {
            (str(variant), str(position)): (list(part["leader"]), {name: part[name].to_numpy(float) for name in names})
            for (variant, position), part in groups
        }


def people(reading: Reading) -> People:
    """The leaders of a result; empty where it has none."""
    table = reading.tables.get("leaders")
    if table is None or table.empty:
        return People(pd.DataFrame(), (), (), (), True)
    there = [asked for asked in ASKED if asked.name in table.columns]
    names = [asked.name for asked in there]
    means = table.groupby(["variant", "position", "leader"], sort=False, observed=True)[names].mean().reset_index()
    moving = [asked for asked in there if _differ(means[asked.name].to_numpy(dtype=float))]
    leaders = int(means.groupby("variant", observed=True)["leader"].nunique().max())
    each = leaders <= MOST_LEADERS and len(means) <= _MOST_POINTS
    positions = tuple(dict.fromkeys(means["position"]))
    return People(means, positions, tuple(moving), tuple(a for a in there if a not in moving), each)


def _differ(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 0 and float(np.ptp(known)) > 1e-9


def quantiles(found: People) -> pd.DataFrame:
    """A row a variant and position: how many leaders, and the QUANTILES of each measure over them (name_05, ...)."""
    groups = found.means.groupby(["variant", "position"], sort=False, observed=True)
    parts = {"leaders": groups.size()}
    for asked in found.shown:
        for share in QUANTILES:
            parts[f"{asked.name}_{100 * share:02.0f}"] = groups[asked.name].quantile(share)
    return pd.DataFrame(parts).reset_index()


def finding(reading: Reading) -> str:
    """Under the base: who spends most hours in forums, and whose ideas are heard."""
    found = reading.once(people)
    if found.means.empty or reading.base is None:
        return "The result holds no leaders."
    mine = found.means[found.means["variant"] == reading.base.variant]
    where = f"Under {theme.clip(reading.base.name, 60)}"
    if mine["position"].nunique() < 2:
        return f"{where}, all leaders are at one position: there is none to compare it with." if len(mine) else ""
    names = [asked.name for asked in ASKED if asked.name in mine.columns]
    by_position = mine.groupby("position", sort=False, observed=True)[names].mean()
    hours = "{most} spend most hours in forums ({high} each), {least} fewest ({low})"
    ideas = "ideas of {most} are heard most (share {high}), those of {least} least ({low})"
    told = [
        _ends(by_position[name], words, digits)
        for name, words, digits in (("forum_hours", hours, 0), ("heard", ideas, 2))
        if name in names
    ]
    told = [text for text in told if text]
    alike = f"{where}, all positions spend the same hours in forums and are heard alike."
    return f"{where}, {'; '.join(told)}." if told else alike


def _ends(means: pd.Series, words: str, digits: int) -> str:
    """Which positions have most and least of a measure, all that show the same number; '' where all do."""
    shown = {str(position): theme.number(float(mean), digits) for position, mean in means.dropna().items()}
    if len(set(shown.values())) < 2:
        return ""
    high, low = shown[str(means.idxmax())], shown[str(means.idxmin())]
    return words.format(most=_those(shown, high), least=_those(shown, low), high=high, low=low)


def _those(shown: dict[str, str], number: str) -> str:
    return f"{theme.listed([theme.clip(position, 40) for position, told in shown.items() if told == number])} leaders"


def note(found: People) -> str:
    """What a mark is, and what is left out."""
    mark = (
        "Each mark is a leader, its mean over replications; the tick is the mean of the position."
        if found.each
        else "Many leaders: thin lines reach from the 5 % to the 95 % quantile of a position's leaders, thick ones "
        "from 25 % to 75 %, and the mark is the median; of each leader's mean over replications."
    )
    left = ", ".join(asked.title.lower() for asked in found.still)
    return (
        f"{mark} The axes stay the same from policy to policy. Heard: the share of the decided issues a leader "
        "witnessed whose evidence included its idea."
        f"{f' Left out, as all leaders have the same: {left}.' if left else ''}"
    )


def data(reading: Reading) -> Data:
    """A row a policy and leader, or a policy and position where leaders are many."""
    found = reading.once(people)
    if found.means.empty:
        return Data([Column("variant")], [])
    keys = [Column("variant", "Policy", None, True), Column("position", "Position", None, True)]
    frame, columns = found.means, [*keys[:1], Column("leader", "Leader"), keys[1]]
    columns += [Column(asked.name, asked.title, asked.digits) for asked in (*found.shown, *found.still)]
    if not found.each:
        frame = quantiles(found)
        digits = {asked.name: asked.digits for asked in found.shown}
        columns = [*keys, Column("leaders", "Leaders", 0)]
        columns += [Column(n, n.replace("_", " "), digits[n.rpartition("_")[0]]) for n in frame.columns[3:]]
    rows = list(zip(*(frame[column.name].tolist() for column in columns), strict=True))
    return Data(columns, rows, grid=True)
