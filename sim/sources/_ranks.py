"""The rank of everybody, by what a list of people says of ranks and levels, else by depth."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.organization import depths_and_roots
from sim.sources.grid import numbers_of
from sim.sources.hierarchy import Lines
from sim.sources.oddities import Oddities
from sim.sources.roles import folded

Integers = NDArray[np.int64]

BY_DEPTH = "by depth: how many lines up to the root"
"""Where positions come from when nothing else tells."""

MOST_LEVELS = 12
"""So many different levels without a rank can be positions; more are titles; convention."""

_GRADE = re.compile(r"([a-z]{0,12})[ .\-]?([0-9]{1,4})")


def guessed(
    lines: Lines, depth: Integers, oddities: Oddities
) -> tuple[Integers, dict[int, str], str]:
    """The rank of everybody (the least is most upstream), names of ranks, and where they are
    from."""
    table, file = lines.people.table, lines.people.file
    roles = lines.people.roles
    number = numbers_of(table["rank"], lines.people.grid.decimal)
    if number.notna().any():
        source = f"by the column '{roles['rank']}'"
        ranks = _downward(number, lines, roles["rank"], oddities)
        return _whole(ranks, lines, oddities), _names_of(ranks, table["level"]), source
    levels = table["level"]
    if not (levels != "").any():
        return depth, {}, BY_DEPTH
    graded = _grades(levels)
    source = f"by the column '{roles['level']}'"
    if graded is not None:
        ranks = _downward(graded, lines, roles["level"], oddities)
        return _whole(ranks, lines, oddities), _names_of(ranks, levels), source
    different = levels[levels != ""].nunique()
    if different > MOST_LEVELS:
        oddities.add(
            file,
            "many-levels",
            f"different levels in the column '{roles['level']}'",
            "too many to be positions: depth was used",
            [f"{file}: {text}" for text in levels.value_counts().index[:3]],
            count=different,
            hint='--positions "top=CEO,VP; middle=Manager; base=*" says which belong together',
        )
        return depth, {}, BY_DEPTH
    ranks = _in_order(levels, lines, depth)
    return _whole(ranks, lines, oddities), _names_of(ranks, levels), source


def _grades(levels: pd.Series) -> pd.Series | None:
    """Levels such as 3, L3 or 'Grade 3' as their numbers; None where they are others."""
    plain = levels[levels != ""].map({text: folded(text) for text in levels.unique()})
    parts = plain.str.extract(f"^{_GRADE.pattern}$")
    if parts[1].isna().any() or parts[0].nunique() > 1:
        return None
    return parts[1].astype("float64").reindex(levels.index)


def _downward(ranks: pd.Series, lines: Lines, column: str, oddities: Oddities) -> pd.Series:
    """Ranks such that the least is most upstream, as most lines tell."""
    led = np.flatnonzero(lines.manager >= 0)
    values = ranks.to_numpy()
    above, below = values[lines.manager[led]], values[led]
    if not (above > below).sum() > (above < below).sum():
        return ranks
    oddities.add(
        lines.people.file,
        "ranks-upward",
        f"column of ranks in which managers have the higher number: '{column}'",
        "the highest is taken as most upstream",
    )
    return ranks.max() - ranks


def _in_order(levels: pd.Series, lines: Lines, depth: Integers) -> pd.Series:
    """Levels by how far down their holders stand on average: 0 for a root, 1 for who leads nobody;
    among equals by depth, then by name."""
    height = np.zeros(len(depth), dtype=np.int64)
    for person in np.argsort(-depth, kind="stable"):
        above = lines.manager[person]
        if above >= 0:
            height[above] = max(height[above], height[person] + 1)
    down = depth / np.maximum(depth + height, 1)
    told = levels[levels != ""]
    means = pd.DataFrame({"level": told, "down": down[told.index], "depth": depth[told.index]})
    means = means.groupby("level", sort=True).mean()
    order = means.sort_values(["down", "depth"], kind="stable").index
    place = {level: rank for rank, level in enumerate(order)}
    return levels.map(place).astype("float64")


def _whole(ranks: pd.Series, lines: Lines, oddities: Oddities) -> Integers:
    """Ranks as whole numbers without gaps; who has none is a rank below the manager."""
    file = lines.people.file
    present, codes = np.unique(ranks.dropna(), return_inverse=True)
    values = np.full(len(ranks), -1, dtype=np.int64)
    known = np.flatnonzero(ranks.notna())
    values[known] = codes
    whole = np.diff(present)
    if len(whole) and (present == np.floor(present)).all() and whole.max() > 1:
        oddities.add(
            file,
            "rank-gap",
            "gaps between ranks",
            "closed: only their order counts",
            [f"{file}: ranks {', '.join(f'{value:g}' for value in present[:12])}"],
            count=int((whole > 1).sum()),
        )
    missing = np.flatnonzero(values < 0)
    if not len(missing):
        return values
    depth = depths_and_roots(lines.manager)[0]
    for person in missing[np.argsort(depth[missing], kind="stable")]:
        above = lines.manager[person]
        rank = values[above] + 1 if above >= 0 else _of_root(person, lines, values)
        values[person] = min(rank, len(present) - 1)
    oddities.add(
        file,
        "no-rank",
        "people without a rank or level",
        "placed one below their manager",
        (f"{lines.people.place(i)}: {lines.people.table['id'].iat[i]}" for i in missing[:3]),
        count=len(missing),
    )
    return values


def _of_root(person: int, lines: Lines, values: Integers) -> int:
    """The rank of a root without one: one above the highest they lead; the last where there is
    nobody."""
    led = values[lines.manager == person]
    led = led[led >= 0]
    return max(int(led.min()) - 1, 0) if len(led) else int(values.max())


def _names_of(ranks: pd.Series, levels: pd.Series) -> dict[int, str]:
    """The level that most people of each rank have, by rank (counted from 0)."""
    codes = pd.Series(np.unique(ranks.dropna(), return_inverse=True)[1], index=ranks.dropna().index)
    named = levels[codes.index]
    return {
        int(rank): str(texts.value_counts().index[0])
        for rank, texts in named[named != ""].groupby(codes)
    }
