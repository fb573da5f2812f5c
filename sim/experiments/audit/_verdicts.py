"""What becomes of each finding under each alternative, with the chance of a wrong *flips*
controlled over all of them together.

Of every finding under every alternative two one-sided hypotheses are tested: that its margin is not
above 0, and that it is not below. Holm's procedure (1979, Scandinavian Journal of Statistics 6(2))
over all of these keeps the chance that any of them is rejected although it is true at `ERROR` or
below, however they depend on one another, and whichever way a finding points. Below `ENOUGH`
replications that chance is multiplied by (n / ENOUGH)^3: among many tests each bound is asked for
far out in its tail, where a small skewed sample says too little. Checked by simulation for normal,
dependent and exponential values (tests/experiments/audit/test_verdicts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.comparison.claims import (
    FAILS,
    HOLDS,
    UNDECIDED,
    JudgedClaim,
    decided,
    judge_values,
    known_margins,
    margins,
)
from sim.comparison.statistics import UNKNOWN, Interval, interval
from sim.scenario.keys.claims import Claim

STANDS, WEAKENS, FLIPS = "stands", "weakens", "flips"
UNCHANGED, NOT_KNOWN = "unchanged", "not known"
"""The verdicts: the same side, clear of 0; not clear; the other side, clear of 0 among all that is
tested. Unchanged: neither policy reads what is otherwise, so its runs are those of the file. Not
known: there are too few values."""
SMALL = 0.5
"""A finding that stands at less than this share of its size is marked; a convention."""
ERROR = 0.05
"""The chance, at most, that anything is said to flip that does not; a convention."""
ENOUGH = 40
"""From so many replications on, bounds far out in the tail hold for skewed samples too."""
_OPPOSITE = {HOLDS: FAILS, FAILS: HOLDS}


@dataclass(frozen=True)
class Cell:
    """A finding under an alternative.

    finding: its place among all findings, from 0. alternative: its name. verdict: see above.
    judged: the claim as tested there, at its own confidence. change: by how much the margin of the
    finding differs from that under the file's own settings, paired by replication, with its 95 %
    interval. other_side: it lies on the other side at its own confidence, whatever the verdict.
    small: it stands, at less than half of its size.
    """

    finding: int
    alternative: str
    verdict: str
    judged: JudgedClaim
    change: Interval = UNKNOWN
    other_side: bool = False
    small: bool = False


@dataclass(frozen=True)
class Trial:
    """A finding under an alternative before its verdict.

    base: the side under the file's own settings, HOLDS or FAILS. usual, changed: the values of
    its two policies under the file's own settings and under the alternative; no `changed` where
    these are the same runs.
    """

    finding: int
    alternative: str
    claim: Claim
    base: str
    usual: tuple[np.ndarray, np.ndarray]
    changed: tuple[np.ndarray, np.ndarray] | None


def cells(trials: Sequence[Trial], error: float = ERROR) -> list[Cell]:
    """The verdict on each trial, in order; the chance of any wrong *flips* is at most `error`."""
    tested = [
        (place, known_margins(*trial.changed, trial.claim))
        for place, trial in enumerate(trials)
        if trial.changed is not None
    ]
    sides = together([known for _, known in tested], error)
    surely = {place: side for (place, _), side in zip(tested, sides, strict=True)}
    return [_cell(trial, surely.get(place, UNDECIDED)) for place, trial in enumerate(trials)]


def together(samples: Sequence[np.ndarray], error: float) -> list[str]:
    """On which side of 0 the mean of each sample surely lies (HOLDS: above, FAILS: below,
    UNDECIDED), such that with a probability of at least 1 - error all that is said is true.

    samples: margins without NaN, one a replication; they may depend on one another.
    """
    found = [UNDECIDED] * len(samples)
    hypotheses = 2 * len(samples)
    while True:
        new = {
            place: side
            for place, known in enumerate(samples)
            if found[place] == UNDECIDED
            and (side := decided(known, 1 - error * _caution(known) / hypotheses)) != UNDECIDED
        }
        if not new:
            return found
        for place, side in new.items():
            found[place] = side
        hypotheses -= len(new)


def _caution(known: np.ndarray) -> float:
    """Which share of the allowed chance a sample of this size may take."""
    return float(min(len(known) / ENOUGH, 1.0) ** 3)


def _cell(trial: Trial, surely: str) -> Cell:
    judged = judge_values(*(trial.changed or trial.usual), trial.claim)
    if trial.changed is None:
        return Cell(trial.finding, trial.alternative, UNCHANGED, judged)
    usual, changed = (margins(*of, trial.claim) for of in (trial.usual, trial.changed))
    change = interval(changed - usual)
    side = decided(changed[~np.isnan(changed)], trial.claim.confidence)
    other_side = side == _OPPOSITE[trial.base]
    if judged.difference is None:
        verdict = NOT_KNOWN
    elif side == trial.base:
        verdict = STANDS
    elif other_side and surely == _OPPOSITE[trial.base]:
        verdict = FLIPS
    else:
        verdict = WEAKENS
    small = verdict == STANDS and abs(np.nanmean(changed)) < SMALL * abs(np.nanmean(usual))
    return Cell(trial.finding, trial.alternative, verdict, judged, change, other_side, bool(small))
