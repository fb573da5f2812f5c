"""What comes to desks, waits there and stops, over the replications of a policy: by leader, or
folded by unit and position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.best import confidence_of
from sim.comparison.statistics import CONFIDENCE, Interval, interval, intervals

MOST_PEOPLE = 60
"""More leaders than these are shown folded by unit and position."""
NEEDED = ("ideas_in", "ideas_own", "ideas_stopped", "ideas_late", "messages_in", "inbox_hours")
"""The columns of `leaders` without which nothing can be said of desks."""

Floats = NDArray[np.float64]
Manifest = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Desks:
    """The desks of one policy: R replications, K desks (or places that hold several).

    names, positions, units: of each desk. leaders: how many it stands for [K]. The others [R, K]:
    ideas that came, those that its leaders formed, that stopped there, that came too late from
    there; messages that came; hours that these waited; heard, the share of witnessed issues whose
    evidence had the leader's idea (NaN: none was witnessed).
    """

    names: list[str]
    positions: list[str]
    units: list[str]
    leaders: Floats
    came: Floats
    formed: Floats
    stopped: Floats
    late: Floats
    messages: Floats
    waited: Floats
    heard: Floats

    def __len__(self) -> int:
        """The number of desks."""
        return len(self.names)

    @cached_property
    def people(self) -> int:
        """How many leaders there are."""
        return int(self.leaders.sum())

    @cached_property
    def all_formed(self) -> Floats:
        """All ideas that were formed, by replication; NaN where none was."""
        total = self.formed.sum(axis=1)
        return np.where(total > 0, total, np.nan)

    @cached_property
    def stopped_share(self) -> Floats:
        """Of all ideas that were formed, the share that stopped at each desk [R, K]."""
        share: Floats = self.stopped / self.all_formed[:, None]
        return share

    @cached_property
    def wait(self) -> Floats:
        """Mean hours that a message waits at each desk [R, K]; NaN where none came."""
        return _ratio(self.waited, self.messages)

    @cached_property
    def stops(self) -> Floats:
        """Of the ideas that came to each desk, the share that stopped there [R, K]."""
        return _ratio(self.stopped, self.came)

    @cached_property
    def weighed(self) -> Floats:
        """Of all ideas that were formed, the share that those who decide weighed [R]."""
        lost = self.stopped.sum(axis=1) + self.late.sum(axis=1)
        share: Floats = 1.0 - lost / self.all_formed
        return share

    def elsewhere(self, desk: int) -> Floats:
        """Mean hours that a message waits at all other desks [R]."""
        hours = self.waited.sum(axis=1) - self.waited[:, desk]
        return _ratio(hours, self.messages.sum(axis=1) - self.messages[:, desk])

    def folded(self) -> Desks:
        """The same by unit and position, a desk for all leaders of a unit at a position."""
        keys = list(zip(self.units, self.positions, strict=True))
        order = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        place = [order[key] for key in keys]

        into = np.zeros((len(keys), len(order)))
        into[np.arange(len(keys)), place] = 1.0

        def summed(values: Floats) -> Floats:
            total: Floats = values @ into
            return total

        known = ~np.isnan(self.heard)
        return Desks(
            [f"{position} in {unit}" if unit else position for unit, position in order],
            [position for _, position in order],
            [unit for unit, _ in order],
            summed(self.leaders),
            summed(self.came),
            summed(self.formed),
            summed(self.stopped),
            summed(self.late),
            summed(self.messages),
            summed(self.waited),
            _ratio(
                summed(np.where(known, self.heard, 0.0) * self.leaders),
                summed(known * self.leaders),
            ),
        )


def _ratio(one: Floats, other: Floats) -> Floats:
    return np.divide(one, other, out=np.full(np.shape(one), np.nan), where=other > 0)


def desks(tables: Mapping[str, pd.DataFrame], manifest: Manifest, variant: str) -> Desks | None:
    """The desks of a policy of a result; None where its table of leaders does not say what came to
    them, or has none. Leaders are called by their names where the manifest holds them."""
    leaders = tables.get("leaders")
    if leaders is None or not {*NEEDED, "heard"} <= set(leaders.columns):
        return None
    mine = leaders[leaders["variant"] == variant].sort_values("replication", kind="stable")
    if mine.empty:
        return None
    runs = mine["replication"].nunique()
    first = mine.iloc[: len(mine) // runs]
    shape = (runs, len(first))
    many = mine["leaders"] if "leaders" in mine.columns else pd.Series(1, index=mine.index)
    weight = many.to_numpy(dtype=float).reshape(shape)

    def column(name: str) -> Floats:
        return mine[name].to_numpy(dtype=float).reshape(shape)

    def total(name: str) -> Floats:
        return np.nan_to_num(column(name)) * weight

    came = total("messages_in")
    return Desks(
        spoken(first["leader"].astype(str).tolist(), manifest),
        first["position"].astype(str).tolist(),
        first["unit"].astype(str).tolist(),
        weight[0],
        total("ideas_in"),
        total("ideas_own"),
        total("ideas_stopped"),
        total("ideas_late"),
        came,
        came * np.nan_to_num(column("inbox_hours")),
        column("heard"),
    )


def spoken(ids: list[str], manifest: Manifest) -> list[str]:
    """What leaders are called: their names, with the id where two have one name; else the ids."""
    known = (manifest.get("organization") or {}).get("names") or {}
    often = Counter(known.values())
    named = {i: name if often[name] == 1 else f"{name} [{i}]" for i, name in known.items()}
    return [named.get(identity, identity) for identity in ids]


# Which desk has most of something, and which others may have as much


@dataclass(frozen=True)
class Most:
    """Where the mean is greatest.

    first: the desk. level: the desks that cannot be told from it, itself first (the first was
    picked by the same runs, so each comparison is at 1 - 5 % / (desks - 1): `sim.comparison.best`).
    """

    first: int
    level: tuple[int, ...]

    @property
    def clear(self) -> bool:
        """Whether all others surely have less."""
        return len(self.level) == 1


def most(values: Floats) -> Most | None:
    """The desk with the greatest mean of some values [R, K]; None where none has a value or all are
    0. Desks that lack a value in most runs are left out."""
    there = np.isfinite(values).sum(axis=0) * 2 > len(values)
    if not there.any():
        return None
    means = np.full(values.shape[1], -np.inf)
    means[there] = np.nanmean(values[:, there], axis=0)
    first = int(np.argmax(means))
    if not means[first] > 0:
        return None
    others = np.flatnonzero(there & (np.arange(len(means)) != first))
    if not len(others):
        return Most(first, (first,))
    gaps = values[:, [first]] - values[:, others]
    low = intervals(gaps, confidence_of(len(others) + 1))[1]
    level = others[~(low > 0)]  # NaN: nothing can be told
    level = level[np.argsort(-means[level], kind="stable")]
    return Most(first, (first, *level.tolist()))


def share_of(values: Floats, confidence: float = CONFIDENCE) -> Interval:
    """The mean over replications with its interval, per hundred."""
    return interval(100.0 * values, confidence).within((0.0, 100.0))


def imported(manifest: Manifest) -> bool:
    """Whether the organisation of a run was read from a file of people."""
    stream = (manifest.get("scenario") or {}).get("stream") or {}
    return bool(stream.get("people"))


def positions_of(manifest: Manifest, mine: Desks) -> list[str]:
    """The positions of some desks, upstream first where the manifest knows their order."""
    there = list(dict.fromkeys(mine.positions))
    policies = (manifest.get("organization") or {}).get("policies") or {}
    known = [name for told in policies.values() for name in told["positions"]]
    place = {name: at for at, name in enumerate(dict.fromkeys(known))}

    def first(name: str) -> int:
        # Where people are shown in groups, one may be of several positions: "Board + Director".
        inside = [place[part] for part in name.split(" + ") if part in place]
        return place.get(name, min(inside, default=len(place)))

    return sorted(there, key=first)
