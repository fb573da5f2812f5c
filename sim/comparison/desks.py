"""What comes to desks, waits there and stops, over the replications of a policy: by leader, or
folded by unit and position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.best import confidence_of
from sim.comparison.statistics import CONFIDENCE, Interval, interval, intervals

MOST_PEOPLE = 60
"""More leaders than these are shown folded by unit and position."""
MOST_UNITS = 30
"""Of more units than these, those where most ideas stop are shown, and the others as one."""
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
        return ratio(self.waited, self.messages)

    @cached_property
    def stops(self) -> Floats:
        """Of the ideas that came to each desk, the share that stopped there [R, K]."""
        return ratio(self.stopped, self.came)

    @cached_property
    def weighed(self) -> Floats:
        """Of all ideas that were formed, the share that those who decide weighed [R]."""
        lost = self.stopped.sum(axis=1) + self.late.sum(axis=1)
        share: Floats = 1.0 - lost / self.all_formed
        return share

    def elsewhere(self, desk: int) -> Floats:
        """Mean hours that a message waits at all other desks [R]."""
        hours = self.waited.sum(axis=1) - self.waited[:, desk]
        return ratio(hours, self.messages.sum(axis=1) - self.messages[:, desk])

    def folded(self) -> Desks:
        """The same by unit and position, a desk for all leaders of a unit at a position."""
        places, into = together(self.units, self.positions)

        def summed(values: Floats) -> Floats:
            total: Floats = values @ into
            return total

        known = ~np.isnan(self.heard)
        return Desks(
            [place.name for place in places],
            [place.position for place in places],
            [place.unit for place in places],
            summed(self.leaders),
            summed(self.came),
            summed(self.formed),
            summed(self.stopped),
            summed(self.late),
            summed(self.messages),
            summed(self.waited),
            ratio(
                summed(np.where(known, self.heard, 0.0) * self.leaders),
                summed(known * self.leaders),
            ),
        )


class Place(NamedTuple):
    """All leaders of a unit at a position."""

    unit: str
    position: str

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.position} in {self.unit}" if self.unit else self.position


def together(units: Sequence[str], positions: Sequence[str]) -> tuple[list[Place], Floats]:
    """The places of some desks in the order of their first desks, and a matrix [K, places] that
    adds up over the desks of each."""
    keys = [Place(*key) for key in zip(units, positions, strict=True)]
    order = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    into = np.zeros((len(keys), len(order)))
    into[np.arange(len(keys)), [order[key] for key in keys]] = 1.0
    return list(order), into


def ratio(one: Floats, other: Floats) -> Floats:
    """One divided by the other; NaN where that is 0."""
    return np.divide(one, other, out=np.full(np.shape(one), np.nan), where=other > 0)


def desks(tables: Mapping[str, pd.DataFrame], manifest: Manifest, variant: str) -> Desks | None:
    """The desks of a policy of a result; None where its table of leaders does not say what came to
    them, or has none. Leaders are called by their names where the manifest holds them."""
    rows = rows_of(tables, variant, (*NEEDED, "heard"))
    if rows is None:
        return None
    came = rows.total("messages_in")
    return Desks(
        spoken(rows.texts("leader"), manifest),
        rows.texts("position"),
        rows.texts("unit"),
        rows.weight[0],
        rows.total("ideas_in"),
        rows.total("ideas_own"),
        rows.total("ideas_stopped"),
        rows.total("ideas_late"),
        came,
        came * np.nan_to_num(rows.column("inbox_hours")),
        rows.column("heard"),
    )


class Rows:
    """The rows of the table `leaders` of one policy: R replications, K leaders (or groups).

    weight: how many leaders each row is about [R, K].
    """

    def __init__(self, mine: pd.DataFrame) -> None:
        self._mine = mine.sort_values("replication", kind="stable")
        runs = mine["replication"].nunique()
        self._shape = (runs, len(mine) // runs)
        self.weight = self.column("leaders") if "leaders" in mine else np.ones(self._shape)

    def column(self, name: str) -> Floats:
        """The numbers of a column [R, K]."""
        return self._mine[name].to_numpy(dtype=float).reshape(self._shape)

    def total(self, name: str) -> Floats:
        """The same of all leaders of each row together, 0 where there is none."""
        return np.nan_to_num(self.column(name)) * self.weight

    def texts(self, name: str) -> list[str]:
        """The texts of a column [K], the same in every replication."""
        return self._mine[name].iloc[: self._shape[1]].astype(str).tolist()


def rows_of(tables: Mapping[str, pd.DataFrame], variant: str, needed: Iterable[str]) -> Rows | None:
    """The rows of leaders under a policy; None where the table lacks a column that is needed, or
    has none."""
    leaders = tables.get("leaders")
    if leaders is None or not set(needed) <= set(leaders.columns):
        return None
    mine = leaders[leaders["variant"] == variant]
    return None if mine.empty else Rows(mine)


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


class Placed(Protocol):
    """Desks, each at a position."""

    @property
    def positions(self) -> list[str]:
        """The position of each desk."""
        ...


def positions_of(manifest: Manifest, mine: Placed) -> list[str]:
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
