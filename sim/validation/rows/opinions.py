"""How opinions move in a room where nobody tells why: influence alone, given as a matrix or by how
near opinions are.

Where one leader of the room has nearly all authority and none is shared, what is decided when time
is up is that leader's opinion: the closed form is worked out for the opinions that the leaders of
that very run began with. A room whose opinions are all within a millionth of one another has
agreed, hence the tolerances of 1e-5.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import theory
from sim.outcome import CLOSED_BY
from sim.scenario import Scenario
from sim.scenario.times import RoundLimit
from sim.validation._check import SAME, Check, PlayedRun
from sim.validation._world import first_opinions, kind, leaders

EXACT = 1e-9
"""How far rounding may take a number of order 1 in a few dozen rounds, with much to spare."""


def _matrix(policy: Scenario) -> np.ndarray:
    return np.array([[float(weight) for weight in row] for row in kind(policy).consensus.G or ()])


def _rounds(policy: Scenario) -> int:
    """How many rounds are held: as many as the limit allows."""
    limit = kind(policy).consensus.limit
    assert isinstance(limit, RoundLimit)
    return limit.rounds


def _reader(policy: Scenario) -> int:
    """The leader whose opinion is decided: the one with nearly all authority. Every position has
    one leader."""
    return int(np.argmax([position.authority or 0.0 for position in policy.stream.positions]))


def _room(policy: Scenario) -> dict[str, Any]:
    rule = kind(policy).consensus
    return {
        "n": sum(leaders(policy)),
        "rounds": _rounds(policy),
        "susceptibility": float(rule.susceptibility),
        "rate": theory.second_eigenvalue(_matrix(policy)),
    }


def _distance(seen: PlayedRun, expected: np.ndarray) -> np.ndarray:
    """By how much each decision misses the opinion that the reader should have come to ([leaders,
    decisions])."""
    return np.abs(seen.outcome.decisions["estimate"] - expected[_reader(seen.policy)])


def _after_rounds(seen: PlayedRun) -> np.ndarray:
    """Opinions are first shown in the second round, so r rounds move them r - 1 times."""
    first = first_opinions(seen).T
    return _distance(seen, theory.degroot(_matrix(seen.policy), first, _rounds(seen.policy) - 1))


def _consensus(seen: PlayedRun) -> np.ndarray:
    """The distance from DeGroot's consensus; undefined for a decision on which the room did not
    agree."""
    decisions = seen.outcome.decisions
    expected = theory.degroot_limit(_matrix(seen.policy)) @ first_opinions(seen).T
    agreed = decisions["closed_by"] == CLOSED_BY.index("agreement")
    return np.where(agreed, np.abs(decisions["estimate"] - expected), np.nan)


def _shrinkage(seen: PlayedRun) -> np.ndarray:
    """By what factor disagreement shrinks a round late in the room, as seen in one run.

    Late, the reader differs from the consensus by |lambda_2|^(r-1) times the part of the first
    opinions along the second eigenvector, as long as the third eigenvalue is far smaller.
    """
    matrix, first = _matrix(seen.policy), first_opinions(seen).T
    values, right = np.linalg.eig(matrix)
    second = np.argsort(-np.abs(values))[1]
    along = np.real(right[_reader(seen.policy), second] * (np.linalg.inv(right)[second] @ first))
    apart = seen.outcome.decisions["estimate"] - theory.degroot_limit(matrix) @ first
    shrunk = np.sqrt(np.sum(apart**2) / np.sum(along**2))
    return np.array([shrunk ** (1.0 / (_rounds(seen.policy) - 1))])


def _anchored(seen: PlayedRun) -> np.ndarray:
    rule = kind(seen.policy).consensus
    return _distance(
        seen,
        theory.friedkin_johnsen(
            _matrix(seen.policy), float(rule.susceptibility), first_opinions(seen).T
        ),
    )


def _near(policy: Scenario) -> dict[str, Any]:
    rule = kind(policy).consensus
    return {
        "n": sum(leaders(policy)),
        "rounds": _rounds(policy),
        "bound": float(rule.confidence_bound or 0.0),
    }


def _bounded(seen: PlayedRun) -> np.ndarray:
    """The distance from the median of the opinions that should be held at the limit: the lower of
    two."""
    rule = kind(seen.policy).consensus
    rounds, weight = _rounds(seen.policy) - 1, float(rule.self_)
    bound = float(rule.confidence_bound or 0.0)
    held = [
        np.sort(theory.bounded_confidence(first, bound, rounds, weight))
        for first in first_opinions(seen)
    ]
    return np.abs(
        seen.outcome.decisions["estimate"]
        - np.array([opinions[(len(opinions) - 1) // 2] for opinions in held])
    )


OPINIONS = (
    Check(
        name="degroot-rounds",
        theory="opinions only, G given, DeGroot: G^r z0 on the way to the left eigenvector . z0",
        setting="{n} leaders, opinions after {rounds} rounds: distance",
        given=_room,
        exact=lambda **room: 0.0,
        observe=_after_rounds,
        law=SAME,
        tolerance=EXACT,
        file="opinions",
        only=("three-rounds", "eight-rounds"),
    ),
    Check(
        name="degroot-limit",
        theory="opinions only, G given, DeGroot: G^r z0 on the way to the left eigenvector . z0",
        setting="{n} leaders until they agree: distance from the eigenvector's",
        given=_room,
        exact=lambda **room: 0.0,
        observe=_consensus,
        law=SAME,
        tolerance=1e-5,
        file="opinions",
        only=("until-agreed",),
    ),
    Check(
        name="degroot-rate",
        theory="opinions only, G given, DeGroot: the error shrinks by |lambda_2| a round",
        setting="{n} leaders, shrinkage a round over {rounds} rounds",
        given=_room,
        exact=lambda rate, **room: rate,
        observe=_shrinkage,
        law=SAME,
        tolerance=1e-5,
        file="opinions",
        only=("many-rounds",),
    ),
    Check(
        name="friedkin-johnsen",
        theory="opinions only, G given, Friedkin-Johnsen: (I - Lambda G)^-1 (I - Lambda) s",
        setting="{n} leaders, susceptibility {susceptibility:g}, {rounds} rounds: distance",
        given=_room,
        exact=lambda **room: 0.0,
        observe=_anchored,
        law=SAME,
        tolerance=EXACT,
        file="opinions",
        only=("much-moved", "little-moved"),
    ),
    Check(
        name="bounded-confidence",
        theory="bounded confidence: over the range one cluster, under every gap nothing moves",
        setting="{n} leaders, bound {bound:g}, {rounds} rounds: distance",
        given=_near,
        exact=lambda **near: 0.0,
        observe=_bounded,
        law=SAME,
        tolerance=1e-5,
    ),
)
