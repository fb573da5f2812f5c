"""Warnings of keys that change nothing, as they need another key that no policy sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import Problem

if TYPE_CHECKING:
    from sim.parameters import Parameters
    from sim.scenario import Scenario


class Idle(NamedTuple):
    """A key that has no effect without another. asks: whether a policy's value of it asks for an
    effect; has: whether that policy has what it needs; text: what to say when none has."""

    key: str
    asks: Callable[[Any], bool]
    has: Callable[[Any], bool]
    text: str


_ONE_FACET = (
    "changes nothing where perspective.facets is 1, as all weigh that one alike (nearest: 2)"
)
IDLE = (
    Idle(
        "interests.of",
        lambda policy: True,
        lambda policy: policy.interests.strength > 0.0,
        "changes nothing where interests.strength is 0, as nobody leans (write 0.5, say)",
    ),
    Idle(
        "trust",
        lambda policy: policy.trust != "none",
        lambda policy: policy.competence.spread > 0.0,
        "learned changes nothing where competence.spread is 0, as all are alike (write 0.5, say)",
    ),
    Idle(
        "influence.rule",
        lambda policy: policy.influence.rule == "reputation",
        lambda policy: policy.competence.spread > 0.0,
        "reputation leaves influence at 1 where competence.spread is 0, as all are alike (write "
        "0.5, say)",
    ),
    Idle(
        "interests.strength",
        lambda policy: policy.interests.strength > 0.0,
        lambda policy: policy.perspective.facets > 1,
        _ONE_FACET,
    ),
    Idle(
        "competence.judgement",
        lambda policy: policy.competence.judgement > 0.0,
        lambda policy: policy.perspective.facets > 1,
        _ONE_FACET,
    ),
)
"""Keys that need another key to have an effect."""


def idle(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterator[Problem]:
    """Keys that need another one, which no policy sets."""
    for key, asks, has, text in IDLE:
        asking = [policy.scenario for policy in policies.values() if asks(policy.scenario)]
        if not any(has(policy) for policy in asking):
            for policy in asking:
                if policy.says(key):
                    yield policy.problem_at(key, text)
