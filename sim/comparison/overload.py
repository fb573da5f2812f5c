"""Overload seen in the runs: leaders were asked for more than they had time for, and what that
means for the results.

A policy counts as overloaded when at least one of these holds:

- *work piles up*: more than UNDONE of the work asked for is left undone, and the backlog rises to
  the end of the run;
- *issues pile up*: those open rise to the end of the run, to at least MORE_OPEN times what they
  were;
- *a position is full*: work, meetings, reading and absence together ask its leaders for more than
  all their hours.

The last is tested by an interval at 98 % over replications. Rises are tested by Mann and Kendall's
S over eight blocks of days, summed over replications (the seasonal Kendall test: Hirsch, Slack &
Smith 1982, Water Resources Research 18(1), 107-121), at a chance of RISE_BY_CHANCE. Blocks of about
a month are nearly independent of one another in an organisation that keeps up.

What follows from it: meetings and reading come before the day's work, so that work left undone
changes decisions only where `engagement` is on; but value does not count it. Where issues pile up,
everything about decisions is changed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.people import means_over
from sim.comparison.statistics import interval
from sim.texts import MOST_TIMES

Manifest = Mapping[str, Any]
Tables = Mapping[str, pd.DataFrame]

UNDONE = 0.02
"""Share of the work asked for that may be left undone in an organisation that keeps up."""
MORE_OPEN = 1.5
RISE_BY_CHANCE = 0.001
FULL_CONFIDENCE = 0.98
_MOST_NAMED = 3
_BLOCKS = 8
_VARIANCE = _BLOCKS * (_BLOCKS - 1) * (2 * _BLOCKS + 5) / 18  # of S where nothing rises
_PARTS = {"meetings": "forum_hours", "reading": "reading_hours", "away": "away_hours"}


@dataclass(frozen=True)
class PositionHours:
    """A position under one policy: what took the hours of its leaders, as shares of the clock, over
    the replications.

    used: all parts together; certain: the lower end of its interval (NaN: one replication).
    """

    position: str
    used: float
    certain: float
    parts: dict[str, float]


@dataclass(frozen=True)
class Overload:
    """A policy that is overloaded.

    piling, stuck, full: which of the signs hold (see the module). progress: share of the work asked
    for that was done. backlog, open: means over the first and the last block of days, in hours a
    leader and in issues. fullest: the position with the fewest hours left; None where the
    scenario's `work.load` is not known.
    """

    variant: str
    piling: bool
    stuck: bool
    full: bool
    progress: float
    backlog: tuple[float, float]
    open: tuple[float, float]
    fullest: PositionHours | None


def overloaded(tables: Tables, manifest: Manifest) -> list[Overload]:
    """The policies of one scenario that are overloaded, in their order; empty when all keep up or
    nothing can be told.

    tables: `runs`, `days` and `leaders`; a table that is not there says nothing. A sweep's points
    are not told apart.
    """
    runs = tables["runs"]
    places = []
    for variant in dict.fromkeys(runs["variant"]):
        one = _judged(
            str(variant), {name: table for name, table in tables.items() if len(table)}, manifest
        )
        if one.piling or one.stuck or one.full:
            places.append(one)
    return places


def _judged(variant: str, tables: Tables, manifest: Manifest) -> Overload:
    progress = float(_of(tables, "runs", variant)["progress"].mean())
    backlog, open_ = (blocks_of(_series(tables, variant, column)) for column in ("backlog", "open"))
    fullest = _fullest(tables, variant, manifest)
    ends = [_ends(blocks) for blocks in (backlog, open_)]
    return Overload(
        variant,
        piling=piles_up(progress, backlog),
        stuck=bool(_rises(open_) and ends[1][1] >= max(MORE_OPEN * ends[1][0], 1.0)),
        full=fullest is not None and fullest.certain > 1,
        progress=progress,
        backlog=ends[0],
        open=ends[1],
        fullest=fullest,
    )


def _of(tables: Tables, name: str, variant: str) -> pd.DataFrame:
    table = tables[name]
    return table[table["variant"] == variant]


def _series(tables: Tables, variant: str, column: str) -> list[np.ndarray]:
    """A column of the table of days, replication by replication."""
    if "days" not in tables or column not in tables["days"].columns:
        return []
    runs = _of(tables, "days", variant).groupby(["point", "replication"], sort=False)
    return [run.sort_values("day")[column].to_numpy(float) for _, run in runs]


def blocks_of(series: Sequence[np.ndarray]) -> np.ndarray:
    """Means over blocks of days, a row for each run that has enough days to tell a rise."""
    long = [values for values in series if len(values) >= _BLOCKS]
    blocks = [[float(block.mean()) for block in np.array_split(values, _BLOCKS)] for values in long]
    return np.array(blocks).reshape(-1, _BLOCKS)


def piles_up(progress: float, backlog: np.ndarray) -> bool:
    """Whether work piles up: progress is the mean over runs, backlog `blocks_of` what waits in
    each."""
    return bool(progress < 1 - UNDONE and _rises(backlog))


def _ends(blocks: np.ndarray) -> tuple[float, float]:
    if not len(blocks):
        return math.nan, math.nan
    return float(blocks[:, 0].mean()), float(blocks[:, -1].mean())


def _rises(blocks: np.ndarray) -> bool:
    """Whether blocks rise in time, replication by replication, more than chance explains
    (one-sided)."""
    from scipy.special import ndtr

    if not len(blocks):
        return False
    earlier, later = np.triu_indices(_BLOCKS, 1)
    total = float(np.sign(blocks[:, later] - blocks[:, earlier]).sum())
    score = (total - 1.0) / math.sqrt(_VARIANCE * len(blocks))  # less 1: S moves in steps of 2
    return bool(ndtr(-score) < RISE_BY_CHANCE)


def _fullest(tables: Tables, variant: str, manifest: Manifest) -> PositionHours | None:
    """The position whose leaders had the fewest hours left, on average over them and the
    replications."""
    load = _load(manifest, variant)
    if load is None or "leaders" not in tables:
        return None
    leaders = _of(tables, "leaders", variant)
    if not len(leaders):
        return None
    window = leaders[["work_hours", *_PARTS.values()]].sum(axis=1)
    window = window.where(window > 0)
    shares = pd.DataFrame({name: leaders[column] / window for name, column in _PARTS.items()})
    keys = [leaders["position"], leaders["point"], leaders["replication"]]
    means = means_over(shares, keys, leaders).assign(work=load)
    places = []
    for position, rows in means.groupby(level=0, sort=False):
        used = interval(rows.sum(axis=1, min_count=1).to_numpy(), FULL_CONFIDENCE)
        if not math.isnan(used.mean):
            parts = {name: float(rows[name].mean()) for name in ("work", *_PARTS)}
            places.append(PositionHours(str(position), used.mean, used.low, parts))
    return max(places, key=lambda place: place.used, default=None)


def _load(manifest: Manifest, variant: str) -> float | None:
    """The policy's `work.load`; None where the manifest does not say."""
    policy = manifest.get("policies", {}).get(variant, {})
    load = policy.get("work", {}).get("load")
    return float(load) if isinstance(load, int | float) else None


def sentences(tables: Tables, manifest: Manifest) -> str:
    """What overload was seen and what it means for the results, in plain sentences; '' where all
    policies keep up."""
    places = overloaded(tables, manifest)
    if not places:
        return ""
    count = len(dict.fromkeys(tables["runs"]["variant"]))
    worst = min(places, key=lambda one: (one.progress, one.variant))
    under = f"under {worst.variant} " if len(places) > 1 else ""
    who = _who([one.variant for one in places], count)
    return (
        f"{who}: {under}{_evidence(worst)}. {_meaning(worst, count > 1, manifest)} "
        f"{_dials(worst, manifest)}"
    )


def briefly(tables: Tables, manifest: Manifest) -> str:
    """The same in two short sentences."""
    places = overloaded(tables, manifest)
    if not places:
        return ""
    count = len(dict.fromkeys(tables["runs"]["variant"]))
    worst = min(places, key=lambda one: (one.progress, one.variant))
    names = [one.variant for one in places]
    who = (
        f"Leaders are overloaded under {len(names)} of {count} policies"
        if len(names) > _MOST_NAMED
        else ""
    )
    if not who or len(names) == count:
        who = _who(names, count)
    under = f"under {worst.variant} " if len(places) > 1 else ""
    dials = _dials(worst, manifest, brief=True)
    return f"{who}: {under}{_evidence_in_short(worst, manifest)}. {dials}"


def _evidence_in_short(one: Overload, manifest: Manifest) -> str:
    undone = f"{share(1 - one.progress)} of the work asked for is left undone"
    if one.stuck:
        return (
            "the issues open grow to the end of the run, so that every mean depends on how "
            "long it is"
        )
    if one.piling and _reacts(one, manifest):
        return f"{undone}, and engagement falls, so that every mean depends on how long the run is"
    return f"{undone}, which value does not count" if one.piling else _evidence(one)


def _reacts(one: Overload, manifest: Manifest) -> bool:
    """Whether work that waits changes what leaders do."""
    policy = manifest.get("policies", {}).get(one.variant, {})
    return bool(policy.get("engagement", {}).get("rule", "off") != "off")


def _who(names: list[str], count: int) -> str:
    if count == 1:
        return "Leaders are overloaded"
    if len(names) == count:
        return f"Leaders are overloaded under {'every policy' if count > 2 else 'both policies'}"
    return f"Leaders are overloaded under {_listed(names, 'and')}"


def _listed(names: list[str], word: str) -> str:
    return f" {word} ".join(", ".join(names).rsplit(", ", 1))


def _evidence(one: Overload) -> str:
    if one.piling:
        first, last = (f"{hours:.{0 if hours >= 10 else 1}f}" for hours in one.backlog)
        undone = f"{share(1 - one.progress)} of the work asked for is left undone"
        return (
            f"{undone}, and what waits grows to the end of the run (from {first} to {last} "
            f"hours a leader)"
        )
    if one.stuck:
        first, last = (f"{issues:.1f}" for issues in one.open)
        return f"the issues open grow to the end of the run (from {first} to {last})"
    assert one.fullest is not None
    return f"those at {one.fullest.position} are asked for more hours than they have"


def _meaning(one: Overload, several: bool, manifest: Manifest) -> str:
    """What the overload of a policy means for what is reported."""
    if one.stuck:
        return (
            "So quality, delay and value depend on how long the run is, and so do "
            "differences between policies."
        )
    if _reacts(one, manifest):
        return "Engagement falls as work waits, so all averages depend on how long the run is."
    flatters = ", which flatters policies that take more hours" if several else ""
    return (
        f"So the backlog depends on how long the run is, and value does not count the work "
        f"left undone{flatters}."
    )


def _less_to_read(one: Overload, manifest: Manifest) -> str:
    """A key that leaves leaders less to read: how far an idea spreads, or where that is its least,
    one hop, how openly ideas go up."""
    policy = manifest.get("policies", {}).get(one.variant, {})
    reach = (policy.get("flow") or {}).get("reach", 1)
    return "flow.reach" if str(reach) != "1" else "flow.up.open"


def _dials(one: Overload, manifest: Manifest, brief: bool = False) -> str:
    """What to turn, the largest part of the demand beside the day's work first, and what is asked
    at the fullest."""
    place = one.fullest
    further = {"meetings": "power.forum.size", "reading": _less_to_read(one, manifest)}
    parts = place.parts if place is not None else {}
    known = sorted(
        (name for name in further if parts.get(name, 0) >= 0.005), key=lambda name: -parts[name]
    )
    known = known[:1] if brief else known
    work = ["work.load"] if parts.get("work", 1) >= 0.005 else []
    dials = _listed([*work, "the rate of issues", *(further[name] for name in known)], "or")
    if brief or place is None or place.used < 1.005:
        return f"Lower {dials}."
    shown = [f"{name} {share(part)}" for name, part in place.parts.items() if part >= 0.005]
    used = f"{share(place.used)} of"
    if place.used > MOST_TIMES:
        used = f"more than {MOST_TIMES} times"
    question = f"leaders at {place.position} are asked for {used} their hours"
    return f"Lower {dials}: {question} ({', '.join(shown)})."


def share(part: float) -> str:
    """'15 %'; never 0 % for what is not, and no percentage beyond MOST_TIMES the whole."""
    if part > MOST_TIMES:
        return f"more than {MOST_TIMES} times"
    return "less than 1 %" if 0 < part < 0.005 else f"{part:.0%}".replace("%", " %")
