"""How influence moves: with what each was worth, or with the power each had."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import theory
from sim.scenario import Scenario
from sim.validation._check import AT_MOST, SAME, Check, PlayedRun
from sim.validation._world import first_opinions, kind, leaders

EXACT = 1e-9


def _experts(policy: Scenario) -> dict[str, Any]:
    return {"N": sum(leaders(policy)), "eta": policy.influence.rate}


def _loss(position: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The squared error in units of two standard deviations of the truth, which is N(0, 1); at most
    1."""
    return np.minimum(((position - truth) / 2.0) ** 2, 1.0)


def _experts_losses(seen: PlayedRun) -> np.ndarray:
    """The loss of each expert in each decision: [decisions, experts]."""
    return _loss(first_opinions(seen), seen.outcome.decisions["truth"][:, None])


def _hedged(seen: PlayedRun) -> np.ndarray:
    """By how much each estimate misses the mean of the experts', weighted by Hedge.

    The weights of a room are those that the outcomes known by then have left.
    """
    decisions, losses = seen.outcome.decisions, _experts_losses(seen)
    known = decisions["raised"] + decisions["delay"]
    seated = decisions["raised"] + decisions["gather"]
    lost = np.array([losses[known < when].sum(axis=0) for when in seated])
    weights = np.exp(-seen.policy.influence.rate * lost)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.abs(decisions["estimate"] - (weights * first_opinions(seen)).sum(axis=1))


def _regret(seen: PlayedRun) -> np.ndarray:
    """The regret of a run's decisions to its best expert, as a share of Hedge's bound for so many
    decisions.

    The loss of a mean is at most the mean of the losses, so that the bound holds for what is
    decided.
    """
    decisions, losses = seen.outcome.decisions, _experts_losses(seen)
    regret = _loss(decisions["estimate"], decisions["truth"]).sum() - losses.sum(axis=0).min()
    bound = theory.hedge_regret_bound(losses.shape[1], len(losses), seen.policy.influence.rate)
    return np.array([regret / bound])


def _discussants(policy: Scenario) -> dict[str, Any]:
    return {
        "n": sum(leaders(policy)),
        "how": "trust as given" if kind(policy).consensus.G else "trust alike",
    }


def _reflected(seen: PlayedRun) -> np.ndarray:
    """By how much the share of influence of each misses the fixed point, over the days of the
    window."""
    given, n = kind(seen.policy).consensus.G, sum(leaders(seen.policy))
    trust = np.ones((n, n)) if given is None else np.array(given, float)
    others = trust * (1.0 - np.eye(n))
    centrality = theory.degroot_limit(others / others.sum(axis=1, keepdims=True))
    return np.abs(seen.outcome.leaders["influence"] / n - theory.degroot_friedkin(centrality))


INFLUENCE = (
    Check(
        name="degroot-friedkin",
        theory="reflected influence, DeGroot-Friedkin: x_i = (c_i/(1-x_i)) / sum_j c_j/(1-x_j)",
        setting="{n} leaders, {how}: distance",
        given=_discussants,
        exact=lambda **room: 0.0,
        observe=_reflected,
        law=SAME,
        tolerance=1e-6,
        file="reflected",
    ),
    Check(
        name="hedge-weights",
        theory=(
            "merit influence, Hedge: weights ~ exp(-eta losses), regret at most ln N/eta + eta T/8"
        ),
        setting="{N} experts, eta {eta:g}, the weighted mean: distance",
        given=_experts,
        exact=lambda **experts: 0.0,
        observe=_hedged,
        law=SAME,
        tolerance=EXACT,
        file="merit",
    ),
    Check(
        name="hedge-regret",
        theory=(
            "merit influence, Hedge: weights ~ exp(-eta losses), regret at most ln N/eta + eta T/8"
        ),
        setting="{N} experts, eta {eta:g}, regret of a run / its bound",
        given=_experts,
        exact=lambda **experts: 1.0,
        observe=_regret,
        law=AT_MOST,
        per_run=True,
        file="merit",
    ),
)
