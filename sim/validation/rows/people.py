"""What it costs that people differ in competence and err about what matters, and what the record of
their looks tells."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim import theory
from sim.scenario import Scenario
from sim.validation._check import AT_MOST, Check, PlayedRun, run_mean
from sim.validation._world import kind, leaders


def _alone(policy: Scenario) -> dict[str, Any]:
    return {"tau": policy.perspective.acuity, "s": policy.competence.spread}


def _judging(policy: Scenario) -> dict[str, Any]:
    together = kind(policy).power.rule == "shared"
    return {
        "n": sum(leaders(policy)),
        "how": "together" if together else "each alone",
        "facets": policy.perspective.facets,
        "interests": policy.interests.strength,
        "j": policy.competence.judgement,
        "s": policy.competence.spread,
    }


def _judged_quality(n: int, how: str, facets: int, interests: float, j: float, s: float) -> float:
    if how == "together":
        assert s == 0.0
        return 1.0 - theory.leaning_error(facets, math.hypot(interests, j), float(n))
    return 1.0 - theory.judged_error(facets, interests, j, s)


def _recorded(policy: Scenario) -> dict[str, Any]:
    alone = kind(policy).decided_at == "origin"
    return {
        "n": sum(leaders(policy)),
        "how": "each alone" if alone else "all heard by one",
        "facets": policy.perspective.facets,
        "tau": policy.perspective.acuity,
        "s": policy.competence.spread,
    }


def _missed(seen: PlayedRun) -> tuple[np.ndarray, np.ndarray]:
    """By how much more than expected of competence 1 each leader's looks missed, as a ratio; and
    their competence. Of those who looked at all."""
    policy, rows, people = seen.policy, seen.outcome.decisions, seen.outcome.leaders
    effective = rows["raised"] + rows["delay"] < seen.inputs.numbers.horizon
    count = np.full(len(people), effective.sum(), float)
    if kind(policy).decided_at == "origin":
        count = np.bincount(rows["decider"][effective], minlength=len(people)).astype(float)
    facets, start = policy.perspective.facets, 1.0 / math.expm1(policy.competence.spread**2)
    rate = (start + count * facets / 2.0) / people["reputation"]
    looked = count > 0
    missed = (rate - start)[looked] / (count[looked] * facets / 2.0)
    return missed, people["competence"][looked]


def _missed_in_a_run(seen: PlayedRun) -> np.ndarray:
    return np.array([_missed(seen)[0].mean()])


def _missed_for_their_competence(seen: PlayedRun) -> np.ndarray:
    missed, competence = _missed(seen)
    return missed * competence


RECORD = "after n looks: 2 c (rate - start) is chi-squared with n K degrees; E 1/c = exp(s^2)"

PEOPLE = (
    Check(
        name="competence",
        theory="competence unknown: 1-(1-a)^2-a^2 exp(s^2)/tau, a = tau/(1+tau)",
        setting="each alone, precision {tau:g}, spread {s:g}",
        given=_alone,
        exact=lambda tau, s: theory.unknown_competence_quality(tau, s),
        observe=run_mean("quality"),
        per_run=True,
    ),
    Check(
        name="judgement",
        theory="errors of judgement: as leanings of strength sqrt(sigma^2 + j^2/c)",
        setting="{n} leaders {how}, j {j:g}, sigma {interests:g}, spread {s:g}, {facets} facets",
        given=_judging,
        exact=_judged_quality,
        observe=run_mean("quality"),
        per_run=True,
        runs_needed=6.0,
    ),
    Check(
        name="record",
        theory=RECORD,
        setting="{n} leaders, {how}, spread {s:g}, {facets} facets: misses",
        given=_recorded,
        exact=lambda s, **rest: theory.mean_inverse_competence(s),
        observe=_missed_in_a_run,
        per_run=True,
    ),
    Check(
        name="record-of-each",
        theory=RECORD,
        setting="{n} leaders, {how}, spread {s:g}, {facets} facets: times c",
        given=_recorded,
        exact=lambda **rest: 1.0,
        observe=_missed_for_their_competence,
        file="record",
        decisions_needed=6.0,
    ),
    Check(
        name="trust",
        theory="trust learned: at most as if competence were known, E c tau/(1 + c tau)",
        setting="{n} leaders, {how}, spread {s:g}, {facets} facet",
        given=_recorded,
        exact=lambda tau, s, **rest: theory.known_competence_quality(tau, s),
        observe=run_mean("quality"),
        law=AT_MOST,
        per_run=True,
        file="record",
        only=("each-alone-one-facet",),
    ),
)
