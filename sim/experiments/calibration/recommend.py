"""From what was searched to what is recommended: the front, and for every weighting its best setting, with a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.experiments.calibration.front import front, thinned
from sim.experiments.calibration.plan import Plan
from sim.experiments.calibration.racing import CLEAR, Scale, behind, margins, means, scale
from sim.experiments.calibration.search import Candidate

MOST_ON_FRONT = 6
"""How many settings of the front are tested and shown at most; the table of candidates has them all."""
RACED = 0.5
"""What share of the most replications in its race a setting needs to be recommended, or to be called alike."""


@dataclass(frozen=True)
class Choice:
    """The setting that a weighting recommends, by its place among the candidates.

    alike: the places of those that the search could not tell from it, itself among them.
    """

    weighting: str
    candidate: int
    alike: tuple[int, ...]


@dataclass(frozen=True)
class Chosen:
    """What a search has chosen: places among the candidates, ascending, and the scale that scores are measured by.

    front: all that no other beats. shown: those of them that are tested, the recommended among them.
    """

    scale: Scale
    front: tuple[int, ...]
    shown: tuple[int, ...]
    choices: tuple[Choice, ...]


def choose(plan: Plan, candidates: Sequence[Candidate]) -> Chosen:
    """The front and a setting for each weighting, by the replications of the search alone.

    A weighting's setting is the best of those that came far in the race for it, so that a lucky one with few
    replications is not taken for good.
    """
    values = [each.values for each in candidates]
    counts = np.array([each.count for each in candidates])
    found = means(values)
    by = scale(found)
    choices = []
    for name, weights, away in zip(plan.weightings, plan.weights, margins(values, plan.weights), strict=True):
        near = away < CLEAR
        most = counts[near].max(initial=0)
        far = np.where(near & (counts >= RACED * most), by.scores(found, weights), -np.inf)
        best = int(np.argmax(np.where(np.isnan(far), -np.inf, far)))
        gaps = behind([by.scores(each, weights) for each in values], best)
        alike = np.flatnonzero((gaps < CLEAR) & (counts >= RACED * counts[best]))
        choices.append(Choice(name, best, tuple(alike.tolist())))
    on = np.flatnonzero(front(found))
    shown = _shown(found[on], on, [choice.candidate for choice in choices])
    return Chosen(by, tuple(on.tolist()), shown, tuple(choices))


def _shown(scores: np.ndarray, on: np.ndarray, chosen: Sequence[int]) -> tuple[int, ...]:
    keep = [place for place, each in enumerate(on) if each in chosen]
    some = [int(on[place]) for place in thinned(scores, MOST_ON_FRONT, keep)] if len(on) else []
    return tuple(sorted({*some, *chosen}))


def ranges(candidates: Sequence[Candidate], alike: Sequence[int]) -> dict[str, tuple[Any, ...]]:
    """For each key its values among some settings that read it, in their order along the axis."""
    found: dict[str, tuple[Any, ...]] = {}
    for axis, key in enumerate(candidates[0].settings):
        ordered = sorted(alike, key=lambda place: candidates[place].place[axis])
        values = (candidates[place].settings[key] for place in ordered)
        found[key] = tuple(dict.fromkeys(value for value in values if value is not None))
    return found
