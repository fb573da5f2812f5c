"""What may be concluded from sensitivities, what not yet, and how many runs would do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.cards import count
from sim.comparison.wording import listed
from sim.experiments._indices import CHANCE, FIRST, MU_STAR, TOTAL, Index
from sim.experiments.sensitivity import MetricResult, Request, Sensitivity
from sim.experiments.unread_keys import settings
from sim.results import SENSITIVITY
from sim.scenario.keys.sweep import MOST_POINTS
from sim.scenario.titles import phrase_of

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


def finding(result: MetricResult) -> str:
    """What matters for a measure, in a sentence or two: no more than the intervals support."""
    name = result.measure.short
    if result.estimated.unknown:
        return f"{unknown(result)}."
    if single(result):
        return (
            f"Only {phrase_of(result.keys[0])} acts on {name} here: all that varies from point to "
            f"point is its doing."
        )
    much, little = matters(result)
    named = "; ".join(f"{phrase_of(key)} {interval_text(result, key)}" for key in much)
    what = (
        "share of the variance, in total"
        if result.ranked_by == TOTAL
        else "mu*, what it changes over its whole range"
    )
    text = (
        f"What matters for {name} ({what}): {named}."
        if much
        else f"No key matters much for {name}."
    )
    if little:
        text += f" Next to nothing: {_named(little)}."
    if open_ := [key for key in much if not acts(result, key)]:
        matter = "matters" if len(open_) == 1 else "matter"
        text += f" Whether {_named(open_)} {matter} at all cannot be told."
    return text + _together(result)


def _named(keys: list[str]) -> str:
    return listed([phrase_of(key) for key in keys])


def unknown(result: MetricResult) -> str:
    """Why nothing is known of a measure: 'delay is the same at every point: no key matters'."""
    why = result.estimated.unknown
    verb, _, rest = why.partition(" ")
    why = f"are {rest}" if verb == "is" and result.measure.plural else why
    return f"{result.measure.short} {why}"


def matters(result: MetricResult) -> tuple[list[str], list[str]]:
    """The keys that may matter, what matters most first, and those that surely matter next to
    nothing."""
    scale, indices = (
        _scale(result),
        dict(zip(result.keys, result.estimated.indices[result.ranked_by], strict=True)),
    )
    little = [key for key in result.ranking if indices[key].high < NEGLIGIBLE * scale]
    return [key for key in result.ranking if key not in little], little


def acts(result: MetricResult, key: str) -> bool:
    """Whether a key surely does something: the interval of its index is above 0, and mu* above what
    chance makes."""
    place = result.keys.index(key)
    chance = result.estimated.chance[place] if result.estimated.chance else 0.0
    return result.estimated.indices[result.ranked_by][place].low > chance


def single(result: MetricResult) -> bool:
    """Whether only one key acts, so that its shares are 1 and no estimate is needed."""
    return len(result.keys) == 1 and result.ranked_by == TOTAL and not result.estimated.unknown


def interval_text(result: MetricResult, key: str) -> str:
    """The index by which keys are ranked, with its interval, as it is shown: 0.62 [0.40 to
    0.90]."""
    index = result.estimated.indices[result.ranked_by][result.keys.index(key)]
    if result.ranked_by == TOTAL:
        return _interval(Index(1.0, 1.0, 1.0) if single(result) else within(index), ".2f")
    return _interval(index, ".3g")


def within(index: Index) -> Index:
    """A share as it is shown, from 0 to 1: what an estimate is beyond that is noise."""
    return Index(*(min(max(number, 0.0), 1.0) for number in index))


def as_shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table `sensitivity` as it is shown: shares from 0 to 1, and 1 where only one key acts."""
    shown, shares = table.copy(), table["index"].isin([FIRST, TOTAL])
    many = table.groupby(["variant", "metric"])["key"].transform("nunique")
    for name in ("estimate", "low", "high"):
        shown.loc[shares, name] = shown.loc[shares, name].clip(0.0, 1.0)
        shown.loc[shares & (many == 1), name] = 1.0
    return shown


def _together(result: MetricResult) -> str:
    """Whether the keys also act together, as far as the intervals tell."""
    alone = result.estimated.alone
    if alone is None:
        return ""
    share = _interval(within(alone), ".2f")
    if alone.low >= 1 - NEGLIGIBLE:
        return " The keys act by themselves: what they do only together is next to nothing."
    if alone.high < 1:
        rest = "the rest is what they do only together."
        return f" By themselves the keys make up {share} of it; {rest}"
    return (
        f" Whether they also act together cannot be told: by themselves they make up {share} of it."
    )


def unsettled(result: MetricResult, request: Request) -> list[str]:
    """What cannot be concluded yet, a sentence each; none where all can."""
    return [
        *_unused(result, request),
        *_wide(result, request),
        *_alike(result),
        *_noisy(result, request),
    ]


def needed(result: MetricResult, request: Request) -> Needed:
    """How many points and replications would make every interval narrow enough, about: no fewer
    than there are.

    Half the width of an interval has a part that shrinks with the square root of the points, and
    one that does so with that of the replications. Where the second takes more than half of what
    may be left (in squares), more replications are asked for, so that both parts get a half.
    """
    points, replications = request.points, request.replications
    for name in _judged(result):
        for index, by_groups in zip(
            result.estimated.indices[name], result.estimated.by_groups[name], strict=True
        ):
            goal = (request.half_width * _scale(result)) ** 2
            if index.half_width**2 <= goal:
                continue
            left = max(index.half_width**2 - by_groups**2, 0.0)
            if left > goal / 2:
                replications = max(replications, _up(request.replications * left / (goal / 2)))
                left = goal / 2
            points = max(points, _up(request.points * by_groups**2 / (goal - left)))
    if request.method == "sobol":
        points = 1 << (points - 1).bit_length()
    return Needed(min(points, MOST_POINTS), min(replications, MOST_REPLICATIONS))


def needed_text(wanted: Needed, request: Request) -> str:
    """'512 base samples and 3 replications'."""
    replications = count(wanted.replications, "replication")
    return f"{wanted.points:,} {GROUPS[request.method]} and {replications}"


def all_needed(sensitivity: Sensitivity) -> Needed:
    """How many points and replications would do for every measure and policy."""
    wanted = [needed(result, sensitivity.asked) for result in sensitivity.found]
    return Needed(max(one.points for one in wanted), max(one.replications for one in wanted))


def runs(sensitivity: Sensitivity, wanted: Needed) -> int:
    """How many runs so many points and replications are, those that are there among them."""
    request = sensitivity.asked
    counts = settings(sensitivity.swept.design).values()
    return wanted.replications * sum(
        1 if many == 1 else many * wanted.points // request.points for many in counts
    )


def _up(count: float) -> int:
    """The next whole number; what is above one by rounding alone is that one."""
    return math.ceil(count * (1 - 1e-9))


def _judged(result: MetricResult) -> tuple[str, ...]:
    return () if result.estimated.unknown or single(result) else _JUDGED[result.ranked_by]


def _scale(result: MetricResult) -> float:
    """What an index is a share of: the variance (1), or the largest mu_star."""
    if result.ranked_by == TOTAL:
        return 1.0
    return max(index.estimate for index in result.estimated.indices[MU_STAR])


def _interval(index: Index, shape: str) -> str:
    return f"{index.estimate:{shape}} [{index.low:{shape}} to {index.high:{shape}}]"


def _unused(result: MetricResult, request: Request) -> Iterator[str]:
    if result.groups < request.points and not result.estimated.unknown:
        what = GROUPS[request.method]
        why = "points were left out, or runs failed or lack the measure"
        yield f"{request.points - result.groups} of {request.points} {what} are not used: {why}."


def _wide(result: MetricResult, request: Request) -> Iterator[str]:
    """The widest interval of each index, where it is too wide."""
    goal = request.half_width * _scale(result) if _judged(result) else 0.0
    for name in _judged(result):
        index, key = max(
            zip(result.estimated.indices[name], result.keys, strict=True),
            key=lambda pair: pair[0].half_width,
        )
        if index.half_width > goal:
            yield (
                f"The {_WORDS[name]} of {phrase_of(key)} is known to ±{index.half_width:.2g} only, "
                f"not to ±{goal:.2g}: too wide to conclude."
            )
    would = needed(result, request)
    if would != (request.points, request.replications):
        what = needed_text(would, request)
        yield f"About {what} would make its intervals narrow enough."


def _alike(result: MetricResult) -> Iterator[str]:
    """Neighbours in the ranking that cannot be told apart."""
    for before, after in pairwise(result.ranking):
        a, b = result.keys.index(before), result.keys.index(after)
        larger = result.estimated.indices[result.ranked_by][a]
        if larger.high >= NEGLIGIBLE * _scale(result) and not result.estimated.apart[a][b].low > 0:
            yield (
                f"Whether {phrase_of(before)} or {phrase_of(after)} matters more cannot be told "
                "yet; they may matter alike."
            )


def _noisy(result: MetricResult, request: Request) -> Iterator[str]:
    if result.estimated.unknown:
        if result.estimated.unknown == CHANCE:
            often = count(request.replications, "replication")
            yield f"With {often} the part of no key can be told from chance."
        return
    if request.replications == 1:
        yield "With one replication this is what matters in this one world, its chance among it."
    elif result.ranked_by == MU_STAR and max(result.estimated.chance) > request.half_width * _scale(
        result
    ):
        most = max(result.estimated.chance)
        yield f"A mu* up to about {most:.2g} may be chance alone; more replications make that less."


def about(sensitivity: Sensitivity) -> dict[str, Any]:
    """What the manifest says of a search for what matters, and of what was found."""
    return {
        "kind": SENSITIVITY,
        "sensitivity": {
            **asdict(sensitivity.asked),
            "verdict": sensitivity.verdict,
            "turns": sensitivity.turns,
            "needed": all_needed(sensitivity)._asdict(),
            "found": [_about(result, sensitivity.asked) for result in sensitivity.found],
        },
    }


def _about(result: MetricResult, request: Request) -> dict[str, Any]:
    return {
        "variant": result.variant,
        "metric": result.metric,
        "groups": result.groups,
        "mean": result.mean if math.isfinite(result.mean) else None,
        "spread": result.spread if math.isfinite(result.spread) else None,
        "ranking": list(result.ranking),
        "finding": finding(result),
        "unsettled": unsettled(result, request),
    }
