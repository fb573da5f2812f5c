"""A varied key as an axis: its values in order, and where each stands.

Numbers and durations stand where their size puts them, by their logarithm where most would be
squeezed together; where there is a 0 among such, or two would touch all the same, side by side.
Words stand side by side in the order in which they appear.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.clock import Calendar, Duration
from sim.dashboard import theme
from sim.experiments.keys import UNSET, label_of, sizes_of
from sim.scenario.titles import called, unit_of

__all__ = ["UNSET", "Axis", "axis", "calendar_of", "called"]

UPRIGHT = 124.0
"""How wide a value beside an upright axis may be, in pixels."""

_MANY = 15
_UNITS = {"number": "", "time": "d", "rounds": " rounds", "rate": "/d"}
_LOG_FROM = 20.0
_SQUEEZED = 0.35
_CLOSE, _TOUCHING = 0.4, 0.1  # of the distance if all were even


@dataclass(frozen=True)
class Axis:
    """A varied key. labels: its values in ascending order (of words: as they appear), clean but not
    escaped.

    places: where each stands, ascending; working days for durations, powers of ten where `log`,
    ranks where `ranked`.
    words: whether there is an order but no distance. unit: what to write behind a place where it is
    a number of its own; None where only the labels can be written. binned: whether a label stands
    for several values.
    """

    key: str
    labels: tuple[str, ...]
    places: tuple[float, ...]
    words: bool = False
    log: bool = False
    unit: str | None = None
    binned: bool = False
    ranked: bool = False

    @property
    def spaced(self) -> str:
        """How the axis is spaced, where that is unusual; else ''."""
        return "log scale" if self.log else "not to scale" if self.ranked else ""

    @property
    def name(self) -> str:
        """What the key is called: its title, or the key where it has none; not escaped."""
        return called(self.key)

    @property
    def title(self) -> str:
        """What the key is called, its unit, and how the axis is spaced where that is unusual; not
        escaped."""
        return self._with(theme.clean(unit_of(self.key)), self.spaced)

    def titled(self, pixels: float, size: float = 13) -> str:
        """The title, escaped, as a drawing has room for: without the unit where that is too
        wide."""
        fits = theme.text_width(self.title, size) <= pixels
        return theme.within(self.title if fits else self._with(self.spaced), pixels, size)

    def _with(self, *more: str) -> str:
        said = ", ".join(text for text in more if text)
        return f"{self.name} ({said})" if said else self.name

    @property
    def edges(self) -> list[float]:
        """The borders between the values' cells, one more than values."""
        if len(self.places) == 1:
            return [self.places[0] - 0.5, self.places[0] + 0.5]
        inner = [(a + b) / 2 for a, b in zip(self.places, self.places[1:], strict=False)]
        return [2 * self.places[0] - inner[0], *inner, 2 * self.places[-1] - inner[-1]]

    @property
    def between(self) -> bool:
        """Whether ticks stand at round numbers rather than at the values, which are many and no
        rounder."""
        return self.unit is not None and (self.binned or len(self.labels) > _MANY)

    def range(self, pad: float = 0.0) -> list[float]:
        """From border to border, and `pad` of that length beyond."""
        low, high = self.edges[0], self.edges[-1]
        return [low - pad * (high - low), high + pad * (high - low)]

    def ticks(self, pixels: float, upright: bool = False) -> dict[str, Any]:
        """Plotly's settings for the axis drawn `pixels` long: as many of the values as fit beside
        one another."""
        if self.between:
            return {"nticks": 8, "tickangle": 0, "ticksuffix": self.unit}
        low, high = self.edges[0], self.edges[-1]
        at = [(place - low) / (high - low) * pixels for place in self.places]
        room = pixels / len(self.labels) - 10
        most = max(34.0, min(room, UPRIGHT)) if self.words and not upright else UPRIGHT
        names = [theme.fit(name, most) for name in self.labels]
        halves = [9.0 if upright else theme.text_width(name, 12) / 2 + 4 for name in names]
        kept = _fitting(at, halves)
        return {
            "tickvals": [self.places[place] for place in kept],
            "ticktext": [theme.safe(names[place]) for place in kept],
            "tickangle": 0,
        }

    def grouped(self, most: int) -> tuple[Axis, np.ndarray]:
        """The axis with at most about `most` values, neighbours taken together, and the new place
        of each old one."""
        count = len(self.labels)
        if count <= most:
            return self, np.arange(count)
        groups = np.arange(count) * most // count
        labels, places = [], []
        for group in range(most):
            those = np.flatnonzero(groups == group)
            first, last = self.labels[those[0]], self.labels[those[-1]]
            labels.append(first if first == last else f"{first} to {last}")
            places.append(float(np.mean([self.places[place] for place in those])))
        shape = self.words, self.log, self.unit, True, self.ranked
        return Axis(self.key, tuple(labels), tuple(places), *shape), groups


def _fitting(at: Sequence[float], halves: Sequence[float]) -> list[int]:
    """Which labels to write, so that none touches another: where they stand evenly every second,
    third, ...

    at: their middles. halves: half their widths.
    """
    steps = np.diff(at)
    if len(steps) and steps.max() < 1.01 * steps.min():
        return list(range(0, len(at), max(1, math.ceil(2 * max(halves) / steps.min()))))
    kept: list[int] = []
    end = -math.inf
    for place, (middle, half) in enumerate(zip(at, halves, strict=True)):
        if middle - half >= end:
            kept.append(place)
            end = middle + half
    return kept


def axis(key: str, column: pd.Series, calendar: Calendar | None = None) -> tuple[Axis, np.ndarray]:
    """The axis of a varied key, and for each entry of `column` the place of its value in it."""
    codes, raw = pd.factorize(column)
    values = [*raw, None] if (codes < 0).any() else list(raw)
    codes = np.where(codes < 0, len(raw), codes)
    kind, sizes = sizes_of(values, calendar or Calendar())
    if kind is None:
        labels = tuple(label_of(value) for value in values)
        return Axis(key, labels, tuple(map(float, range(len(values)))), words=True), codes
    distinct = sorted(set(sizes))
    names = {
        size: label_of(value) for size, value in reversed(list(zip(sizes, values, strict=True)))
    }
    order = {size: place for place, size in enumerate(distinct)}
    log = _wants_log(distinct)
    ranked = not log and _wants_ranks(distinct)
    places = tuple(math.log10(size) if log else size for size in distinct)
    if ranked:
        places = tuple(map(float, range(len(distinct))))
    moved = np.array([order[size] for size in sizes], dtype=np.int64)
    unit = None if log or ranked else _UNITS[kind]
    labels = tuple(names[size] for size in distinct)
    return Axis(key, labels, places, log=log, unit=unit, ranked=ranked), moved[codes]


def _wants_ranks(sizes: Sequence[float]) -> bool:
    """Whether two of a few values would be squeezed together on a plain axis, and a logarithmic one
    has no place for the first; or would touch, and a logarithmic one does not help."""
    if not 3 <= len(sizes) <= _MANY:
        return False
    nearest = min(float(step) for step in np.diff(sizes))
    close = _TOUCHING if sizes[0] > 0 else _CLOSE
    return nearest * (len(sizes) - 1) < close * (sizes[-1] - sizes[0])


def _wants_log(sizes: Sequence[float]) -> bool:
    """Whether most values would be squeezed together at the low end of a plain axis, and not of a
    logarithmic one."""
    if len(sizes) < 3 or sizes[0] <= 0 or sizes[-1] / sizes[0] < _LOG_FROM:
        return False

    def lean(measure: Callable[[float], float]) -> float:
        low, middle, high = (
            measure(float(size)) for size in (sizes[0], np.median(sizes), sizes[-1])
        )
        return 0.5 - (middle - low) / (high - low)

    return lean(lambda size: size) > _SQUEEZED and abs(lean(math.log10)) < lean(lambda size: size)


def calendar_of(manifest: Mapping[str, Any]) -> Calendar:
    """The working calendar of a result's scenario; the usual one where the manifest does not
    say."""
    usual = Calendar()
    clock = (manifest.get("scenario") or {}).get("clock") or {}
    hours = {}
    for key, default in (("tick", "1h"), ("day", "8h")):
        span = Duration.parse(str(clock.get(key, default)))
        hours[key] = span.amount * usual.hours(span.unit)
    return Calendar(tick=hours["tick"], day=hours["day"])
