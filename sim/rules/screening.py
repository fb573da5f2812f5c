"""Screening: a proposal that passes from level to level (Sah & Stiglitz 1986, 1988)."""

from __future__ import annotations

from sim.compiler import compiled
from sim.rules.evidence import HIDDEN, leading_from
from sim.rules.vectors import Vector


@compiled
def best_proposal(assessment: Vector, status_quo: bool, ties: Vector) -> int:
    """The alternative that a leader would propose: their best, other than the status quo (the
    first) if there is one."""
    return leading_from(1 if status_quo else 0, assessment, ties)


@compiled
def approves(assessment: Vector, proposed: int, status_quo: bool, ties: Vector) -> bool:
    """Whether a leader prefers a proposal to what is without it: the status quo, or else a pick at
    random."""
    if status_quo:
        gain = assessment[proposed] - assessment[0]
        return gain > 1e-12 or (gain >= -1e-12 and ties[proposed] < ties[0])
    total = 0.0
    known = 0
    for m in range(len(assessment)):
        if assessment[m] > HIDDEN:
            total += assessment[m]
            known += 1
    return known > 0 and assessment[proposed] >= total / known


@compiled
def preferred_by(approved: bool, proposed: int, status_quo: bool) -> int:
    """The alternative that a level prefers by its word: the proposal, or with a no the status quo.

    -1 (NOTHING) for a no where there is no status quo.
    """
    if approved:
        return proposed
    return 0 if status_quo else -1


@compiled
def settled(all_must: bool, approved: bool, last: bool) -> bool:
    """Whether a level's word settles the matter: a no where all must approve, a yes where one may,
    or the last one."""
    return last or approved != all_must
