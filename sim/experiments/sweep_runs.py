"""The different settings of a sweep with what came of each, as its verdict needs them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.clock import Calendar
from sim.comparison.judged import judged_by
from sim.comparison.statistics import CONFIDENCE, intervals
from sim.experiments.keys import label_of, sizes_of
from sim.texts import clip, columns_of, padded, shortened

Array = np.ndarray


class PolicySetting(NamedTuple):
    """A policy at those points of a sweep (places among those that ran) at which it reads the same
    values.

    keys: the varied keys that it reads, with their values as labels.
    """

    policy: str
    points: tuple[int, ...]
    keys: Mapping[str, str]


class Gap(NamedTuple):
    """Means with the ends of their intervals (NaN: none), an entry a setting or pair."""

    mean: Array
    low: Array
    high: Array

    @property
    def more(self) -> Array:
        """Where it is clearly above 0."""
        return np.asarray(self.low > 0)

    @property
    def less(self) -> Array:
        """Where it is clearly below 0."""
        return np.asarray(self.high < 0)


@dataclass(frozen=True)
class SweepRuns:
    """A sweep's runs by setting. runs: its table `runs`. manifest: its manifest."""

    runs: pd.DataFrame
    manifest: Mapping[str, Any]

    @cached_property
    def worth(self) -> str:
        """The measure by which settings are judged: value, or net value."""
        return judged_by(self.manifest)

    @cached_property
    def keys(self) -> list[str]:
        """The keys that take several values."""
        there = [key for key in self.manifest.get("keys") or () if key in self.runs.columns]
        return [key for key in there if self.runs[key].nunique(dropna=False) > 1]

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points that ran, ascending, with the labels of their values; indexed by their
        numbers."""
        values = self.runs.drop_duplicates("point").set_index("point")[self.keys].sort_index()
        labels = {
            key: [label_of(None if pd.isna(value) else value) for value in values[key]]
            for key in self.keys
        }
        return pd.DataFrame(labels, index=values.index)

    @cached_property
    def policies(self) -> list[str]:
        """The policies that ran, in the sweep's order."""
        order = [str(name) for name in self.manifest.get("policies") or ()]
        return (
            list(dict.fromkeys([*order, *self.runs["variant"].astype(str)]))
            if len(self.runs)
            else []
        )

    @cached_property
    def read(self) -> dict[str, dict[str, Array]]:
        """By policy and key: at which points (an entry each) the policy reads the key."""
        unread = self.manifest.get("unread") or {}
        numbers = self.points.index.to_numpy()
        return {
            name: {key: ~among(numbers, unread.get(name, {}).get(key, ())) for key in self.keys}
            for name in self.policies
        }

    @cached_property
    def settings(self) -> list[PolicySetting]:
        """The different settings: policy after policy, by their first points."""
        made: list[PolicySetting] = []
        for name in self.policies:
            labels = {
                key: np.where(self.read[name][key], self.points[key], "") for key in self.keys
            }
            groups: dict[tuple[str, ...], list[int]] = {}
            for place in range(len(self.points)):
                groups.setdefault(tuple(str(labels[key][place]) for key in self.keys), []).append(
                    place
                )
            for places in groups.values():
                mine = {key: str(self.points[key].iloc[places[0]]) for key in self.keys}
                kept = {
                    key: value for key, value in mine.items() if self.read[name][key][places[0]]
                }
                made.append(PolicySetting(name, tuple(places), kept))
        return made

    @cached_property
    def at(self) -> dict[tuple[str, int], int]:
        """The number of the setting of a policy at a place among the points."""
        return {
            (setting.policy, place): number
            for number, setting in enumerate(self.settings)
            for place in setting.points
        }

    def values(self, metric: str) -> Array:
        """A measure of every setting in every replication [settings, replications]; NaN: none."""
        return self._cube(metric)

    def _cube(self, metric: str) -> Array:
        first = {
            (setting.policy, int(self.points.index[setting.points[0]])): n
            for n, setting in enumerate(self.settings)
        }
        runs = self.runs[["variant", "point", "replication", metric]]
        where = pd.MultiIndex.from_arrays([runs["variant"].astype(str), runs["point"]])
        numbers = pd.Series(first).reindex(where).to_numpy()
        kept = ~np.isnan(numbers)
        cube = np.full((len(self.settings), int(self.runs["replication"].max()) + 1), np.nan)
        measured = runs[metric].to_numpy(dtype=float, na_value=np.nan)
        cube[numbers[kept].astype(int), runs["replication"].to_numpy()[kept]] = measured[kept]
        return cube

    def order(self, key: str) -> list[str]:
        """The labels of a key, ascending where they are numbers or durations, else as they
        appear."""
        raw = self.runs.drop_duplicates("point").sort_values("point")[key]
        values = list(dict.fromkeys(None if pd.isna(value) else value for value in raw))
        kind, sizes = sizes_of(values, Calendar())
        if kind is None:
            return list(dict.fromkeys(label_of(value) for value in values))
        return list(
            dict.fromkeys(label_of(values[place]) for place in np.argsort(sizes, kind="stable"))
        )

    def ordered(self, key: str) -> bool:
        """Whether the values of a key have sizes."""
        values = [None if pd.isna(value) else value for value in self.runs[key].unique()]
        return sizes_of(values, Calendar())[0] is not None


def among(numbers: Array, spans: Sequence[Sequence[int]]) -> Array:
    """Which of some numbers are in spans of (first, last)."""
    inside = np.zeros(len(numbers), dtype=bool)
    for first, last in spans:
        inside |= (numbers >= first) & (numbers <= last)
    return inside


def gap(values: Array, confidence: float = CONFIDENCE, many: int = 1) -> Gap:
    """Mean and interval of each row of values [rows, replications], NaN left out, as everywhere.

    many: how many such intervals are to hold together (Bonferroni).
    """
    return Gap(*intervals(values.T, 1 - (1 - confidence) / max(many, 1)))


# Answers as plain text of a given width: sentences as a list, and tables whose last columns give
# way


WIDTH = 80
"""Columns, where nothing is known of a terminal."""


def listed(sentences: Sequence[str], width: int = WIDTH) -> str:
    """Sentences as the entries of a list, none of its lines wider than `width`."""
    return "\n".join(
        textwrap.fill(
            text, width, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False
        )
        for text in sentences
    )


def short(keys: Sequence[str], least: int = 1) -> dict[str, str]:
    """Dotted keys by their last words, at least so many, as many as tell them apart."""
    for words in (least, least + 1, least + 2):
        names = {key: ".".join(key.split(".")[-words:]) for key in keys}
        if len(set(names.values())) == len(names):
            break
    else:
        names = {key: key for key in keys}
    return {key: clip(name, 28) for key, name in names.items()}


def aligned(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int = WIDTH,
    spare: Sequence[int] = (),
) -> str:
    """A table of right-aligned columns, the first of them left-aligned, none of its lines wider
    than `width`.

    spare: the columns that are left out where there is no room, in that order. Then the widest
    column is cut.
    """
    kept = list(range(len(heads)))
    cells = [list(heads), *(list(row) for row in rows)]
    sizes = [max(columns_of(row[column]) for row in cells) for column in kept]
    for column in spare:
        if _wide(sizes, kept) > width and len(kept) > 1:
            kept.remove(column)
    while _wide(sizes, kept) > width and max(sizes[column] for column in kept) > 4:
        sizes[max(kept, key=lambda column: sizes[column])] -= 1
    return "\n".join(_line(row, sizes, kept) for row in cells)


def _wide(sizes: Sequence[int], kept: Sequence[int]) -> int:
    return sum(sizes[column] for column in kept) + 2 * (len(kept) - 1)


def _line(row: Sequence[str], sizes: Sequence[int], kept: Sequence[int]) -> str:
    steps = []
    for place, column in enumerate(kept):
        text, size = row[column], sizes[column]
        steps.append(padded(shortened(text, size), size, right=bool(place)))
    return "  ".join(steps).rstrip()
