"""What matters to the organisation: the need, which shifts by itself, and the direction in force,
which is the need or what decisions of one kind of issue have made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.rules.closing import FORUM
from sim.rules.outcomes import sets_direction
from sim.rules.perspective import add_share, half_distance
from sim.world.issues import direction

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.organization import Organization


class Direction:
    """What matters, version by version, and the parts in which news of it travels.

    versions: weights over the facets, summing to 1, oldest first. parts: the numbers of its parts.
    part_of: for each facet the part that tells of it.
    """

    def __init__(self, first: list[float], parts: range, part_of: list[int]) -> None:
        self.versions = [first]
        self.parts, self.part_of = parts, part_of

    @property
    def version(self) -> int:
        """The number of the newest version, from 0."""
        return len(self.versions) - 1

    @property
    def weights(self) -> list[float]:
        """The newest version: what matters now, over the facets, summing to 1."""
        return self.versions[-1]


def drawn(model: Organization, version: int) -> list[float]:
    """A version of the need, as the world draws it."""
    weights = [0.0] * model.numbers.facets
    direction(*model.stream, version, weights)
    return weights


def need_and_direction(model: Organization) -> tuple[Direction, Direction]:
    """The need, and the direction in force: the same, unless decisions set the direction; then it
    is at first the first need, and news of it is a part of its own."""
    n, first = model.numbers, drawn(model, 0)
    if n.set_by < 0:
        both = Direction(first, range(n.parts), n.part_of)
        return both, both
    last = n.parts - 1
    own = Direction(list(first), range(last, n.parts), [last] * n.facets)
    return Direction(first, range(last), n.part_of), own


def told_of(model: Organization, part: int) -> Direction:
    """What a part tells of: the direction that decisions set, or the need."""
    return model.in_force if part in model.in_force.parts else model.need


def set_direction(model: Organization, issue: Issue) -> None:
    """A decision takes effect that may set the direction: to what those who took it believe to be
    needed, each by their decision weight, whatever this issue is about. They know it first."""
    kind = issue.kind
    if not sets_direction(issue.kind_index, model.numbers.set_by, kind.status_quo, issue.chosen):
        return
    deciders = _deciders(issue)
    weights, total = [0.0] * model.numbers.facets, 0.0
    for i, weight in deciders:
        add_share(weights, model.leaders[i].sees_need(), weight)
        total += weight
    model.in_force.versions.append([weight / total for weight in weights])
    for leader in model.leaders:
        leader.realigned = True
    (part,) = model.in_force.parts
    for i, weight in deciders:
        if weight > 0.0:
            model.leaders[i].learn_direction(model.in_force.version, part, 1.0, -1)


def _deciders(issue: Issue) -> list[tuple[int, float]]:
    """Who took a decision, each with their decision weight: the room, or one voice with 1."""
    if issue.decider != FORUM:
        return [(issue.decider, 1.0)]
    return list(zip(issue.room, issue.weights_in_room, strict=True))


def strategy_gap(model: Organization) -> float:
    """How far the direction in force is from the need, in [0, 1]; NaN where they are the same by
    definition."""
    if model.numbers.set_by < 0:
        return float("nan")
    return half_distance(model.in_force.weights, model.need.weights)
