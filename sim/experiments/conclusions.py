"""What may be concluded from sensitivities, what not yet, and how many runs would do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.experiments.indices import CHANCE, FIRST, MU_STAR, TOTAL, Index
from sim.experiments.sensitivity import MetricResult, Request, Sensitivity
from sim.experiments.unread_keys import settings
from sim.results import SENSITIVITY
from sim.scenario.keys.sweep import MOST_POINTS

if TYPE_CHECKING:
    import pandas as pd

NEGLIGIBLE = 0.05
"""What is surely below this (of the variance, or of the largest mu_star) matters next to nothing: a
convention."""
MOST_REPLICATIONS = 1_000_000
GROUPS = {"sobol": "base samples", "morris": "paths"}
"""What a method draws as a whole."""
_WORDS = {FIRST: "first-order index", TOTAL: "total index", MU_STAR: "mu*"}
_JUDGED = {TOTAL: (FIRST, TOTAL), MU_STAR: (MU_STAR,)}


class Needed(NamedTuple):
    """How many points and replications would do, about."""

    points: int
    replications: int


def finding(found: MetricResult) -> str:
    """What matters for a measure, in a sentence or two: no more than the intervals support."""
    if found.estimated.unknown:
        return f"{found.metric} {found.estimated.unknown}."
    if single(found):
        return (
            f"Only {found.keys[0]} acts on {found.metric} here: all that varies from point to "
            f"point is its doing."
        )
    much, little = matters(found)
    told = "; ".join(f"{key} {interval_text(found, key)}" for key in much)
    what = (
        "share of the variance, in total"
        if found.ranked_by == TOTAL
        else "mu*, what it changes over its whole range"
    )
    text = (
        f"What matters for {found.metric} ({what}): {told}."
        if much
        else f"No key matters much for {found.metric}."
    )
    if little:
        text += f" Next to nothing: {', '.join(little)}."
    if open_ := [key for key in much if not acts(found, key)]:
        text += (
            f" Whether {', '.join(open_)} {'matters' if len(open_) == 1 else 'matter'} at all "
            f"cannot be told."
        )
    return text + _together(found)


def matters(found: MetricResult) -> tuple[list[str], list[str]]:
    """The keys that may matter, what matters most first, and those that surely matter next to
    nothing."""
    scale, indices = (
        _scale(found),
        dict(zip(found.keys, found.estimated.indices[found.ranked_by], strict=True)),
    )
    little = [key for key in found.ranking if indices[key].high < NEGLIGIBLE * scale]
    return [key for key in found.ranking if key not in little], little


def acts(found: MetricResult, key: str) -> bool:
    """Whether a key surely does something: the interval of its index is above 0, and mu* above what
    chance makes."""
    place = found.keys.index(key)
    chance = found.estimated.chance[place] if found.estimated.chance else 0.0
    return found.estimated.indices[found.ranked_by][place].low > chance


def single(found: MetricResult) -> bool:
    """Whether only one key acts, so that its shares are 1 and no estimate is needed."""
    return len(found.keys) == 1 and found.ranked_by == TOTAL and not found.estimated.unknown


def interval_text(found: MetricResult, key: str) -> str:
    """The index by which keys are ranked, with its interval, as it is shown: 0.62 [0.40 to
    0.90]."""
    index = found.estimated.indices[found.ranked_by][found.keys.index(key)]
    if found.ranked_by == TOTAL:
        return _interval(Index(1.0, 1.0, 1.0) if single(found) else within(index), ".2f")
    return _interval(index, ".3g")


def within(index: Index) -> Index:
    """A share as it is shown, from 0 to 1: what an estimate is beyond that is noise."""
    return Index(*(min(max(number, 0.0), 1.0) for number in index))


def as_shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table `sensitivity` as it is shown: shares from 0 to 1, and 1 where only one key acts."""
    found, shares = table.copy(), table["index"].isin([FIRST, TOTAL])
    many = table.groupby(["variant", "metric"])["key"].transform("nunique")
    for name in ("estimate", "low", "high"):
        found.loc[shares, name] = found.loc[shares, name].clip(0.0, 1.0)
        found.loc[shares & (many == 1), name] = 1.0
    return found


def _together(found: MetricResult) -> str:
    """Whether the keys also act together, as far as the intervals tell."""
    alone = found.estimated.alone
    if alone is None:
        return ""
    told = _interval(within(alone), ".2f")
    if alone.low >= 1 - NEGLIGIBLE:
        return " The keys act by themselves: what they do only together is next to nothing."
    if alone.high < 1:
        return (
            f" By themselves the keys make up {told} of it; the rest is what they do only together."
        )
    return (
        f" Whether they also act together cannot be told: by themselves they make up {told} of it."
    )


def unsettled(found: MetricResult, asked: Request) -> list[str]:
    """What cannot be concluded yet, a sentence each; none where all can."""
    return [*_unused(found, asked), *_wide(found, asked), *_alike(found), *_noisy(found, asked)]


def needed(found: MetricResult, asked: Request) -> Needed:
    """How many points and replications would make every interval narrow enough, about: no fewer
    than there are.

    Half the width of an interval has a part that shrinks with the square root of the points, and
    one that does so with that of the replications. Where the second takes more than half of what
    may be left (in squares), more replications are asked for, so that both parts get a half.
    """
    points, replications = asked.points, asked.replications
    for name in _judged(found):
        for index, by_groups in zip(
            found.estimated.indices[name], found.estimated.by_groups[name], strict=True
        ):
            goal = (asked.half_width * _scale(found)) ** 2
            if index.half_width**2 <= goal:
                continue
            left = max(index.half_width**2 - by_groups**2, 0.0)
            if left > goal / 2:
                replications = max(replications, _up(asked.replications * left / (goal / 2)))
                left = goal / 2
            points = max(points, _up(asked.points * by_groups**2 / (goal - left)))
    if asked.method == "sobol":
        points = 1 << (points - 1).bit_length()
    return Needed(min(points, MOST_POINTS), min(replications, MOST_REPLICATIONS))


def all_needed(sensitivity: Sensitivity) -> Needed:
    """How many points and replications would do for every measure and policy."""
    each = [needed(found, sensitivity.asked) for found in sensitivity.found]
    return Needed(max(one.points for one in each), max(one.replications for one in each))


def runs(sensitivity: Sensitivity, wanted: Needed) -> int:
    """How many runs so many points and replications are, those that are there among them."""
    asked = sensitivity.asked
    each = settings(sensitivity.swept.design).values()
    return wanted.replications * sum(
        1 if many == 1 else many * wanted.points // asked.points for many in each
    )


def _up(count: float) -> int:
    """The next whole number; what is above one by rounding alone is that one."""
    return math.ceil(count * (1 - 1e-9))


def _judged(found: MetricResult) -> tuple[str, ...]:
    return () if found.estimated.unknown or single(found) else _JUDGED[found.ranked_by]


def _scale(found: MetricResult) -> float:
    """What an index is a share of: the variance (1), or the largest mu_star."""
    if found.ranked_by == TOTAL:
        return 1.0
    return max(index.estimate for index in found.estimated.indices[MU_STAR])


def _interval(index: Index, shape: str) -> str:
    return f"{index.estimate:{shape}} [{index.low:{shape}} to {index.high:{shape}}]"


def _unused(found: MetricResult, asked: Request) -> Iterator[str]:
    if found.groups < asked.points and not found.estimated.unknown:
        what = GROUPS[asked.method]
        why = "points were left out, or runs failed or lack the measure"
        yield f"{asked.points - found.groups} of {asked.points} {what} are not used: {why}."


def _wide(found: MetricResult, asked: Request) -> Iterator[str]:
    """The widest interval of each index, where it is too wide."""
    goal = asked.half_width * _scale(found) if _judged(found) else 0.0
    for name in _judged(found):
        index, key = max(
            zip(found.estimated.indices[name], found.keys, strict=True),
            key=lambda each: each[0].half_width,
        )
        if index.half_width > goal:
            yield (
                f"The {_WORDS[name]} of {key} is known to ±{index.half_width:.2g} only, not to "
                f"±{goal:.2g}: too wide to conclude."
            )
    would = needed(found, asked)
    if would != (asked.points, asked.replications):
        what = f"{would.points:,} {GROUPS[asked.method]} and {would.replications:,} replications"
        yield f"About {what} would make its intervals narrow enough."


def _alike(found: MetricResult) -> Iterator[str]:
    """Neighbours in the ranking that cannot be told apart."""
    for before, after in pairwise(found.ranking):
        a, b = found.keys.index(before), found.keys.index(after)
        larger = found.estimated.indices[found.ranked_by][a]
        if larger.high >= NEGLIGIBLE * _scale(found) and not found.estimated.apart[a][b].low > 0:
            yield (
                f"Whether {before} or {after} matters more cannot be told yet; they may "
                f"matter alike."
            )


def _noisy(found: MetricResult, asked: Request) -> Iterator[str]:
    if found.estimated.unknown:
        if found.estimated.unknown == CHANCE:
            yield (
                f"With {asked.replications} replications the part of no key can be told from "
                f"chance."
            )
        return
    if asked.replications == 1:
        yield "With one replication this is what matters in this one world, its chance among it."
    elif found.ranked_by == MU_STAR and max(found.estimated.chance) > asked.half_width * _scale(
        found
    ):
        most = max(found.estimated.chance)
        yield f"A mu* up to about {most:.2g} may be chance alone; more replications make that less."


def about(sensitivity: Sensitivity) -> dict[str, Any]:
    """What the manifest says of a search for what matters, and of what was found."""
    return {
        "kind": SENSITIVITY,
        "sensitivity": {
            **asdict(sensitivity.asked),
            "verdict": sensitivity.verdict,
            "needed": all_needed(sensitivity)._asdict(),
            "found": [_about(found, sensitivity.asked) for found in sensitivity.found],
        },
    }


def _about(found: MetricResult, asked: Request) -> dict[str, Any]:
    return {
        "variant": found.variant,
        "metric": found.metric,
        "groups": found.groups,
        "mean": found.mean if math.isfinite(found.mean) else None,
        "spread": found.spread if math.isfinite(found.spread) else None,
        "ranking": list(found.ranking),
        "finding": finding(found),
        "unsettled": unsettled(found, asked),
    }
