"""How often votes and screens are right, and how long a test of the evidence takes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim import theory
from sim.outcome import CLOSED_BY
from sim.scenario import Scenario
from sim.validation._check import AT_MOST, SHARE, Check, PlayedRun, field
from sim.validation._world import acuities, height_of, kind, leaders


def _jury(policy: Scenario) -> dict[str, Any]:
    return {"n": sum(leaders(policy)), "p": kind(policy).accuracy}


def _committee(policy: Scenario) -> dict[str, Any]:
    rule = kind(policy).consensus
    n = sum(leaders(policy))
    share = 1.0 if rule.rule == "unanimity" else rule.threshold
    return {"n": n, "f": kind(policy).accuracy, "k": math.ceil(share * n - 1e-9)}


def _agreed_and_right(seen: PlayedRun) -> np.ndarray:
    """1 for each decision on which the room agreed, and rightly; 0 when it agreed wrongly or not at
    all."""
    decisions = seen.outcome.decisions
    agreed = decisions["closed_by"] == CLOSED_BY.index("agreement")
    return np.where(agreed, decisions["correct"], 0.0)


def _screened(policy: Scenario) -> dict[str, Any]:
    """How many levels an issue passes, and the share of issues that pass so many: {levels:
    share}."""
    only, sizes = kind(policy), leaders(policy)
    origins = range(len(sizes)) if only.raised_at == "any" else [height_of(policy, only.raised_at)]
    raisers = sum(sizes[level] for level in origins)
    passes = {
        level + 1 - height_of(policy, only.decided_at): sizes[level] / raisers for level in origins
    }
    return {
        "rule": only.power.rule,
        "f": only.accuracy,
        "passes": passes,
        "levels": " or ".join(map(str, passes)),
    }


def _passing(rule: str, f: float, passes: dict[int, float], levels: str) -> float:
    return sum(share * theory.screening(f, n, rule) for n, share in passes.items())


def _good_ones_taken(seen: PlayedRun) -> np.ndarray:
    """1 for each good proposal that was approved, 0 for one that was not; bad ones do not count."""
    decisions = seen.outcome.decisions
    return (decisions["chosen"] == 1)[decisions["best"] == 1].astype(float)


def _sequential(policy: Scenario) -> dict[str, Any]:
    only = kind(policy)
    assert only.gap is not None
    # Before the first round everybody has looked twice: when the issue arose, and at the start of
    # the next day.
    look = only.gap**2 * sum(acuities(policy))
    alpha = 1.0 - only.consensus.confidence
    drift, first = look * only.study, look * (1.0 + only.study)
    wald = theory.wald_mean_sample(alpha, alpha, drift) - (first / drift - 1.0)
    values = {"n": sum(leaders(policy)), "d": drift, "alpha": alpha}
    return {**values, "confidence": 1.0 - alpha, "first": first, "wald": wald}


def _wrong(seen: PlayedRun) -> np.ndarray:
    return 1.0 - seen.outcome.decisions["correct"]


DECIDING = (
    Check(
        name="condorcet",
        theory="n voters, each right with p: Condorcet",
        setting="{n} voters, each right with p {p:g}",
        given=_jury,
        exact=lambda n, p: theory.condorcet(n, p),
        observe=field("correct"),
        law=SHARE,
    ),
    Check(
        name="committee",
        theory="k of n: binomial tail (Sah & Stiglitz 1988)",
        setting="at least {k} of {n}, each right with p {f:g}",
        given=_committee,
        exact=lambda n, f, k: theory.screening(f, n, "committee", k),
        observe=_agreed_and_right,
        law=SHARE,
    ),
    Check(
        name="screening",
        theory="chain and champion of n, each approving with f: f^n, 1-(1-f)^n",
        setting="{rule} of {levels} levels, f {f:g}",
        given=_screened,
        exact=_passing,
        observe=_good_ones_taken,
        law=SHARE,
        decisions_needed=2.0,
    ),
    Check(
        name="wald-error",
        theory="confidence rule with study and gap, Wald: error <= alpha",
        setting="witnesses {n}, drift {d:g} a look, alpha {alpha:.2g}",
        given=_sequential,
        exact=lambda alpha, **rest: alpha,
        observe=_wrong,
        law=AT_MOST,
        file="sequential",
    ),
    Check(
        name="sequential-error",
        theory=(
            "confidence rule with study and gap: error and sample with the overshoot that "
            "Wald leaves out"
        ),
        setting="witnesses {n}, drift {d:g}, alpha {alpha:.2g}: error",
        given=_sequential,
        exact=lambda confidence, d, first, **rest: theory.sequential_test(confidence, d, first)[0],
        observe=_wrong,
        law=SHARE,
        file="sequential",
    ),
    Check(
        name="sequential-sample",
        theory=(
            "confidence rule with study and gap: error and sample with the overshoot that "
            "Wald leaves out"
        ),
        setting="witnesses {n}, drift {d:g}, alpha {alpha:.2g}: rounds (Wald: {wald:.3g})",
        given=_sequential,
        exact=lambda confidence, d, first, **rest: theory.sequential_test(confidence, d, first)[1],
        observe=field("rounds"),
        file="sequential",
    ),
)
