"""Boxes of a sweep: for which values of its keys a policy wins, and for which it loses, in words.

A policy wins at a setting where its paired difference in worth to the policy that the sweep
compares to is clearly above 0 (95 % interval), and loses where it is clearly below; where that
cannot be told, it does neither. Boxes are found by PRIM (`sim.experiments._prim`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.comparison.judged import in_net_value
from sim.comparison.labels import labelled, name_of
from sim.comparison.statistics import CONFIDENCE
from sim.comparison.wording import listed
from sim.experiments import _prim
from sim.experiments.sweep_runs import SweepRuns, gap
from sim.scenario.titles import phrase_of
from sim.texts import clip

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

LEAST_SETTINGS = 20
LEAST_CASES = 5
"""So many settings there must be, and so many at which a policy wins or loses, for a box."""
MOST_BOXES = 2
"""Boxes of wins, and of losses, of a policy: the second among the settings outside the first."""
MOST_RIVALS = 2
SURE = 0.99
"""The confidence at which the mean difference over a box must be on the box's side of 0: settings
share their seeds, so that they may be lucky together."""


@dataclass(frozen=True)
class Box:
    """Values of the keys of a sweep between which a policy wins, or loses.

    policy, against: the two that are compared. wins: whether the first is worth more there. limits:
    by key, in words, what its values are in the box. settings: how many there are in the box.
    cases: at how many of them the policy wins (or loses). every: at how many it does anywhere.
    of: all settings that are compared. text: all this as a sentence.
    """

    policy: str
    against: str
    wins: bool
    limits: Mapping[str, str]
    settings: int
    cases: int
    every: int
    of: int
    text: str = ""

    @property
    def density(self) -> float:
        """The share of the settings in the box at which the policy wins, or loses."""
        return self.cases / self.settings

    @property
    def coverage(self) -> float:
        """The share of all settings at which it wins, or loses, that are in the box."""
        return self.cases / self.every

    @property
    def density_told(self) -> str:
        """The density with its 95 % interval, as if the settings were drawn at random:
        '93 % [66 to 99 %]'."""
        low, high = _prim.density_interval(self.cases, self.settings, CONFIDENCE)
        return f"{percent(self.density)} [{100 * low:.0f} to {percent(high)}]"


@dataclass(frozen=True)
class Boxes:
    """What can be told: some sentences, and the boxes that they tell of."""

    sentences: list[str]
    boxes: list[Box]

    def __str__(self) -> str:
        return "\n".join(self.sentences)


def boxes(runs: pd.DataFrame, manifest: Mapping[str, Any]) -> Boxes:
    """The boxes in which policies win or lose against the one that a sweep compares to; a sentence
    says why where there are none.

    runs: the table `runs` of a sweep. manifest: that of the same sweep.
    """
    tables, manifest = labelled({"runs": runs}, manifest)
    sweep = SweepRuns(tables["runs"], manifest)
    against = manifest.get("against")
    rivals = [name for name in sweep.policies if name != against]
    if why := _cannot(sweep, against, rivals):
        return Boxes([why], [])
    sentences: list[str] = []
    made: list[Box] = []
    for name in rivals[:MOST_RIVALS]:
        pair = _Compared(sweep, name, str(against))
        for wins in (True, False):
            for one in pair.told(wins):
                if isinstance(one, Box):
                    made.append(one)
                sentences.append(one.text if isinstance(one, Box) else one)
    return Boxes(sentences, made)


def percent(share: float) -> str:
    """'93 %'."""
    return f"{100 * share:.0f} %"


def keys_of(found: Boxes) -> list[str]:
    """The keys that limit some box, in the order in which they first do."""
    return list(dict.fromkeys(key for box in found.boxes for key in box.limits))


def _cannot(sweep: SweepRuns, against: Any, rivals: list[str]) -> str:
    """Why no boxes can be looked for; '' where they can."""
    if against not in sweep.policies or not rivals:
        return "Nothing is compared: sweep.against names no other policy that ran."
    if len(sweep.keys) < 2:
        return "Boxes are of two keys or more, and here fewer vary."
    if len(sweep.points) < LEAST_SETTINGS:
        return (
            f"Boxes need at least {LEAST_SETTINGS} points, and here are {len(sweep.points)}: "
            "sweep more values."
        )
    return ""


class _Compared:
    """Two policies at the settings at which they are compared."""

    def __init__(self, sweep: SweepRuns, name: str, against: str) -> None:
        places: dict[tuple[int, int], int] = {}
        for place in range(len(sweep.points)):
            places.setdefault((sweep.at[name, place], sweep.at[against, place]), place)
        values = sweep.values(sweep.worth)
        self.sweep, self.name, self.against = sweep, name, against
        self.differences = np.array([values[one] - values[other] for one, other in places])
        known = gap(self.differences)
        self.clear = {True: known.more, False: known.less}
        # A key that neither reads at some setting has no value there, and stands for no box.
        self.keys = [
            key for key in sweep.keys if (sweep.read[name][key] | sweep.read[against][key]).all()
        ]
        self.labels = {key: sweep.order(key) for key in self.keys}
        self.levels = self._levels(list(places.values()))

    def _levels(self, places: list[int]) -> _prim.Levels:
        columns = []
        for key in self.keys:
            order = {label: place for place, label in enumerate(self.labels[key])}
            columns.append([order[label] for label in self.sweep.points[key].iloc[places]])
        counts = tuple(len(self.labels[key]) for key in self.keys)
        ordered = tuple(self.sweep.ordered(key) for key in self.keys)
        shape = (len(places), len(self.keys))
        return _prim.Levels(np.array(columns, int).T.reshape(shape), counts, ordered)

    def told(self, wins: bool) -> Iterator[Box | str]:
        """The boxes in which the policy wins, or loses; a sentence where there are none."""
        cases, many = self.clear[wins], len(self.differences)
        every = int(cases.sum())
        if every in (0, many):
            where = "all" if every else "none"
            yield f"{self._worth(wins)} at {where} of the {many:,} settings."
        elif many < LEAST_SETTINGS or every < LEAST_CASES:
            yield (
                f"{self._worth(wins)} at {every:,} of {many:,} settings: too few for a box (that "
                f"takes {LEAST_CASES} of {LEAST_SETTINGS})."
            )
        else:
            here = f"{self._worth(wins)} at {every:,} of {many:,} settings"
            made = list(self._boxes(wins, cases))
            unsure = made[:1] == [None]
            yield from (one for one in made if one is not None)
            if unsure:
                yield (
                    f"{here}. They lie together, but settings share their seeds: their mean "
                    f"difference is not clear at {percent(SURE)}. More replications would tell."
                )
            elif not made:
                yield f"{here}, which lie in no box more surely than by chance."

    def _boxes(self, wins: bool, cases: Array) -> Iterator[Box | None]:
        """The boxes, the best first; None for one that few replications do not make sure."""
        left = np.ones(len(cases), bool)
        for _ in range(MOST_BOXES):
            if cases[left].sum() < LEAST_CASES:
                return
            allowed = _prim.found(self.levels.without(~left), cases[left])
            if allowed is None:
                return
            inside = self.levels.inside(allowed)
            if not self._sure(wins, inside):
                yield None
                return
            yield self._box(wins, cases, allowed, inside)
            left &= ~inside

    def _sure(self, wins: bool, inside: Array) -> bool:
        """Whether the mean difference over a box is on the box's side of 0 for sure."""
        means = gap(self.differences[inside].mean(axis=0)[None, :], SURE)
        return bool((means.more if wins else means.less)[0])

    def _box(self, wins: bool, cases: Array, allowed: list[Array], inside: Array) -> Box:
        limits = {
            key: _words([label for label, stays in zip(self.labels[key], at, strict=True) if stays])
            if not ordered
            else _between(self.labels[key], at)
            for key, at, ordered in zip(self.keys, allowed, self.levels.ordered, strict=True)
            if not at.all()
        }
        held, size, every = int(cases[inside].sum()), int(inside.sum()), int(cases.sum())
        where = listed([f"{phrase_of(key)} is {text}" for key, text in limits.items()])
        name, against = (name_of(self.sweep.manifest, n) for n in (self.name, self.against))
        box = Box(name, against, wins, limits, size, held, every, len(cases))
        text = (
            f"{self._worth(wins)} where {where}: at {held:,} of {size:,} settings there (density "
            f"{box.density_told}), which are {percent(box.coverage)} of all at which it is "
            "(coverage)."
        )
        return replace(box, text=text)

    def _worth(self, wins: bool) -> str:
        """'shared is clearly worth more than top-down'."""
        more = f"{'more' if wins else 'less'}{in_net_value(self.sweep.worth)}"
        return f"{clip(self.name, 40)} is clearly worth {more} than {clip(self.against, 40)}"


def _between(labels: list[str], at: Array) -> str:
    """The values of a key that have an order, by their ends."""
    first, last = int(np.argmax(at)), len(at) - 1 - int(np.argmax(at[::-1]))
    low, high = clip(labels[first], 30), clip(labels[last], 30)
    if first == last:
        return low
    if first == 0:
        return f"at most {high}"
    return f"at least {low}" if last == len(at) - 1 else f"from {low} to {high}"


def _words(labels: list[str]) -> str:
    """The values of a key that have no order."""
    return listed([clip(label, 30) for label in labels], "or")


TITLE = "Where policies win, and where they lose"
NOTE = (
    "A box is found by peeling off values at the ends of keys (PRIM, Friedman & Fisher 1999), on "
    "settings at which the 95 % interval of the paired difference excludes 0; it is told where "
    "cases dealt out at random give no such box in 99 trials, and the mean difference over the box "
    "is clear at 99 %. The interval of the density counts the settings as drawn at random; density "
    "and coverage are those of the settings by which the box was found, so other settings may have "
    "lower ones. Values between those that ran are not known."
)
"""What is said below the boxes."""
