"""What matters to the organisation: the need, which shifts by itself, and the direction that
decisions set; what leaders know and believe of both."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.messages import learn_direction
from sim.kernel.state import SETTINGS, SHIFTS, SHORT, VERSIONS
from sim.rules.closing import FORUM
from sim.rules.outcomes import sets_direction
from sim.rules.perspective import add_share, alignment, believed_weights, half_distance

NEED, SET = 0, 1
"""By what an issue is weighed, its guide: the need, or the direction that decisions set."""


@compiled_only
def in_force(n: Any) -> int:
    """Which of the two leaders work by: the need itself where no decisions set the direction."""
    return SET if n.set_by >= 0 else NEED


@compiled_only
def newest_version(s: Any, guide: int) -> int:
    """The number of its newest version, from 0."""
    return s.count[SETTINGS] if guide == SET else s.count[SHIFTS]


@compiled_only
def first_part(n: Any, guide: int) -> int:
    """The first of the parts in which news of it travels."""
    return n.parts - 1 if guide == SET else 0


@compiled_only
def end_of_parts(n: Any, guide: int) -> int:
    """One more than the last of these parts."""
    return n.parts if guide == in_force(n) else n.parts - 1


@compiled_only
def guide_of(n: Any, piece: int) -> int:
    """Which of the two a part tells of."""
    return SET if n.set_by >= 0 and piece == n.parts - 1 else NEED


@compiled_only
def part_of(n: Any, guide: int, facet: int) -> int:
    """The part that tells of a facet."""
    return n.parts - 1 if guide == SET else n.part_of[facet]


@compiled_only
def known_version(s: Any, leader: int, piece: int, version: int) -> int:
    """The newest version up to `version` of a part of the direction that a leader knows (0 when
    they know none)."""
    while version > 0 and s.fidelity[leader, piece, version] == 0.0:
        version -= 1
    return version


@compiled_only
def fidelity_of(n: Any, s: Any, leader: int, guide: int, version: int) -> float:
    """How faithfully a leader knows the direction, or the need, up to `version`: the mean over its
    parts."""
    total, first, end = 0.0, first_part(n, guide), end_of_parts(n, guide)
    for piece in range(first, end):
        total += s.fidelity[leader, piece, known_version(s, leader, piece, version)]
    return total / (end - first)


@compiled_only
def weigh(
    n: Any, s: Any, leader: int, guide: int, version: int, precisions: Any, salience: Any
) -> None:
    """Write into s.beliefs what a leader believes to matter, by what they know of the direction, or
    the need, up to `version`."""
    piece, known = -1, 0
    for facet in range(n.facets):
        if part_of(n, guide, facet) != piece:
            piece = part_of(n, guide, facet)
            known = known_version(s, leader, piece, version)
        s.facet_fidelity[facet] = s.fidelity[leader, piece, known]
        s.facet_direction[facet] = s.directions[guide, known, facet]
    leaning = s.leaning[leader]
    believed_weights(s.facet_fidelity, s.facet_direction, precisions, salience, leaning, s.beliefs)


@compiled_only
def weigh_at_large(n: Any, s: Any, leader: int, guide: int) -> None:
    """Write into s.beliefs what a leader believes to matter now, whatever the issue."""
    weigh(n, s, leader, guide, newest_version(s, guide), n.precision[leader], s.even)


@compiled_only
def realign(n: Any, s: Any, leader: int) -> float:
    """How well what a leader takes to matter fits the need of now."""
    if s.realigned[leader]:
        weigh_at_large(n, s, leader, in_force(n))
        s.aligned[leader] = alignment(s.beliefs, s.directions[NEED, s.count[SHIFTS]])
        s.realigned[leader] = 0
    return s.aligned[leader]


@compiled_only
def set_direction(n: Any, k: Any, s: Any, slot: int) -> None:
    """A decision takes effect that may set the direction: to what those who took it believe to be
    needed, each by their decision weight, whatever this issue is about. They know it first."""
    issue = s.issues[slot]
    kind = issue.kind % n.kinds
    if not sets_direction(kind, n.set_by, k.status_quo[issue.kind], issue.chosen):
        return
    version = s.count[SETTINGS] + 1
    if version >= s.directions.shape[1]:
        s.count[SHORT] = VERSIONS
        return
    weights, total, together = s.directions[SET, version], 0.0, issue.decider == FORUM
    for place in range(issue.seats if together else 1):
        weigh_at_large(n, s, _decider(s, slot, place), NEED)
        weight = s.power[slot, place] if together else 1.0
        add_share(weights, s.beliefs, weight)
        total += weight
    for facet in range(n.facets):
        weights[facet] = weights[facet] / total
    s.count[SETTINGS] = version
    for leader in range(n.leaders):
        s.realigned[leader] = 1
    for place in range(issue.seats if together else 1):
        if not together or s.power[slot, place] > 0.0:
            learn_direction(n, s, _decider(s, slot, place), version, n.parts - 1, 1.0, -1)


@compiled_only
def _decider(s: Any, slot: int, place: int) -> int:
    """Who took a decision: each seat of the room, or one voice, whether or not it still sits
    there."""
    decider = s.issues[slot].decider
    return s.room[slot, place] if decider == FORUM else decider


@compiled_only
def strategy_gap(n: Any, s: Any) -> float:
    """How far the direction is from the need, in [0, 1]; NaN where no decisions set it."""
    if n.set_by < 0:
        return float("nan")
    return half_distance(s.directions[SET, s.count[SETTINGS]], s.directions[NEED, s.count[SHIFTS]])
