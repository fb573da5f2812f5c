"""Who gets more replications: settings that may still be the best, those nearest to the best first.

All settings face the same worlds in the same replications, so two of them are compared by the
difference replication by replication over those that both have. Values are arrays [replications,
objectives], more is better, NaN: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CLEAR = 2.0
"""By how many standard errors a setting must be behind to be out of the race: about 95 % for one
pair."""
NEAREST = 4
"""How many settings race for each weighting in a round."""
SWEEPS = 60
"""How often the two parts of a mean are fitted in turn."""


@dataclass(frozen=True)
class ScoreScale:
    """What scores are measured by: for each objective its worst mean on the front, and how far the
    best is from it."""

    worst: np.ndarray
    span: np.ndarray

    def scores(self, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Weighted values, [..., objectives] -> [...]: 0 for the worst of everything on the front,
        1 for the best.

        An objective without weight does not count, whatever it is, also where it is unknown.
        """
        used = weights > 0
        return ((values[..., used] - self.worst[used]) / self.span[used]) @ weights[used]


def means(values: Sequence[np.ndarray]) -> np.ndarray:
    """What every setting would come to on average over all replications that any has, [settings,
    objectives]; NaN where it has none.

    Some replications are easy for everybody, and settings have different numbers of them. So a
    value is taken as the sum of what the setting and what the replication brings, fitted by least
    squares (a two-way layout with empty cells).
    """
    count, length = len(values), max(len(rows) for rows in values)
    cells = np.full((count, length, values[0].shape[1]), np.nan)
    for place, rows in enumerate(values):
        cells[place, : len(rows)] = rows
    there = np.isfinite(cells)
    filled = np.where(there, cells, 0.0)
    mine, of_world = np.maximum(there.sum(axis=1), 1), np.maximum(there.sum(axis=0), 1)
    worlds = np.zeros(cells.shape[1:])
    for _ in range(SWEEPS):
        settings = np.where(there, filled - worlds[None], 0.0).sum(axis=1) / mine
        worlds = np.where(there, filled - settings[:, None], 0.0).sum(axis=0) / of_world
    centre = np.where(there.any(axis=0), worlds, 0.0).sum(axis=0) / np.maximum(
        there.any(axis=0).sum(axis=0), 1
    )
    return np.where(there.any(axis=1), settings + centre, np.nan)


def scale(on_average: np.ndarray) -> ScoreScale:
    """The scale of the front of some means, [settings, objectives]; an objective in which all are
    equal spans 1."""
    best = on_average[front(on_average)]
    if not len(best):
        return ScoreScale(np.zeros(on_average.shape[1]), np.ones(on_average.shape[1]))
    worst = best.min(axis=0)
    span = best.max(axis=0) - worst
    return ScoreScale(worst, np.where(span > 0, span, 1.0))


def behind(scores: Sequence[np.ndarray], leader: int) -> np.ndarray:
    """By how many standard errors each setting is behind the leader: the mean paired difference by
    its error.

    scores: an array [replications] a setting. inf without a common replication, or where all
    differences are alike and above 0; at most 0 where a setting is level or ahead.
    """
    away = np.zeros(len(scores))
    for place, mine in enumerate(scores):
        both = min(len(mine), len(scores[leader]))
        gaps = scores[leader][:both] - mine[:both]
        gaps = gaps[~np.isnan(gaps)]
        if len(gaps) == 0:
            away[place] = np.inf
            continue
        mean, error = (
            gaps.mean(),
            gaps.std(ddof=1) / np.sqrt(len(gaps)) if len(gaps) > 1 else np.inf,
        )
        away[place] = mean / error if error > 0 else np.inf if mean > 0 else 0.0
    return away


def margins(values: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """How far each setting is from the best of each weighting, in standard errors, [weightings,
    settings]; 0 for the best, and for one that is level with it.

    weights: [weightings, objectives].
    """
    on_average = means(values)
    by = scale(on_average)
    result = np.full((len(weights), len(values)), np.inf)
    for place, row in enumerate(weights):
        totals = by.scores(on_average, row)
        if np.isfinite(totals).any():
            gaps = behind([by.scores(one, row) for one in values], int(np.nanargmax(totals)))
            result[place] = np.where(np.isnan(totals), np.inf, np.maximum(gaps, 0.0))
    return result


def contenders(away: np.ndarray, counts: np.ndarray, most: int, on_front: np.ndarray) -> list[int]:
    """Whom a round of the race is for, in order: of each weighting the nearest to its best that are
    not clearly behind and have fewer than `most` replications, then the front; those with the
    fewest replications first.

    away: [weightings, settings] in standard errors. on_front: bool [settings].
    """
    near: set[int] = set()
    for row in away:
        order = sorted(
            (place for place in range(len(row)) if row[place] < CLEAR), key=lambda i: (row[i], i)
        )
        near |= {place for place in order[:NEAREST] if counts[place] < most}
    rest = {int(place) for place in np.flatnonzero(on_front) if counts[place] < most} - near
    return [
        *sorted(near, key=lambda i: (counts[i], i)),
        *sorted(rest, key=lambda i: (counts[i], i)),
    ]


def promoted(order: Sequence[int], counts: np.ndarray, most: int, allowance: int) -> dict[int, int]:
    """How many replications each of `order` shall have, as far as `allowance` more runs reach:
    twice as many as it has, at most `most`.
    """
    chosen = {}
    for place in order:
        more = min(int(counts[place]), most - int(counts[place]), allowance)
        if more > 0:
            chosen[place] = int(counts[place]) + more
            allowance -= more
    return chosen


# Which of many settings are worth having: the Pareto front, thinned where it is long


def front(scores: np.ndarray) -> np.ndarray:
    """Whether each setting is on the Pareto front: bool [settings]. No other dominates it; equal
    ones stay together.

    A setting without a number for some objective is never on it.
    """
    filled = known(scores)
    better = (filled[:, None, :] >= filled[None, :, :]).all(axis=2) & (
        filled[:, None, :] > filled[None, :, :]
    ).any(axis=2)
    return ~better.any(axis=0) & np.isfinite(scores).all(axis=1)


def known(scores: np.ndarray) -> np.ndarray:
    """The scores with NaN as the worst there can be."""
    return np.where(np.isnan(scores), -np.inf, scores)


def thinned(scores: np.ndarray, most: int, keep: Sequence[int]) -> list[int]:
    """At most `most` settings of a front, as places ascending: those to `keep`, the best of each
    objective, then always the one farthest from those taken, every objective measured by its range.
    """
    span = np.ptp(scores, axis=0)
    scaled = scores / np.where(span > 0, span, 1.0)
    taken = list(dict.fromkeys([*keep, *(int(place) for place in scores.argmax(axis=0))]))[
        : max(most, len(keep))
    ]
    while len(taken) < min(most, len(scores)):
        gaps = np.linalg.norm(scaled[:, None] - scaled[None, taken], axis=2).min(axis=1)
        gaps[taken] = -1.0
        taken.append(int(gaps.argmax()))
    return sorted(taken)
