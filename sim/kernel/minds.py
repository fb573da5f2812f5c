"""What leaders see, believe and make of their evidence."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.kernel.ideas import new_copy, value_of
from sim.kernel.messages import take
from sim.kernel.state import FREE_VALUE, VALUES, VERSION
from sim.rules.evidence import assess, pool
from sim.rules.perspective import alignment, believed_weights, local_precision, relevance
from sim.world.issues import judge, sense


@part
def see(n: Any, s: Any, slot: int, leader: int) -> None:
    """Write into s.precisions how precisely a leader senses each facet of an issue."""
    for facet in range(n.facets):
        s.precisions[facet] = local_precision(
            n.precision[leader, facet], s.owners[slot, facet], n.unit[leader], n.outside
        )


@part
def look(n: Any, k: Any, s: Any, slot: int, place: int) -> None:
    """The leader at a witness's place forms an idea of its own."""
    issue = s.issues[slot]
    me = s.witness[slot, place]
    size = k.alternatives[issue.kind] * n.facets
    copy = new_copy(s, slot, me)
    entry = take(s, s.free_value, FREE_VALUE, VALUES)
    s.copies[copy].value = entry
    s.copy_of[slot, me, place] = copy
    see(n, s, slot, me)
    sense(
        issue.k0,
        issue.k1,
        n.key[me],
        k.type[issue.kind],
        s.theta[slot, :size],
        s.precisions,
        s.values[entry, :size],
    )


@part
def known_version(s: Any, leader: int, version: int) -> int:
    """The newest version up to `version` that a leader knows (0 when it knows none)."""
    while version > 0 and s.fidelity[leader, version] == 0.0:
        version -= 1
    return version


@part
def believe(n: Any, s: Any, slot: int, leader: int) -> None:
    """Write into s.beliefs what a leader believes matters for an issue."""
    version = known_version(s, leader, s.issues[slot].version)
    see(n, s, slot, leader)
    believed_weights(
        s.fidelity[leader, version], s.directions[version], s.precisions, s.salience[slot], s.beliefs
    )


@part
def relevance_of(n: Any, s: Any, slot: int, leader: int) -> float:
    """A leader's relevance to an issue by the beliefs that stand in s.beliefs."""
    see(n, s, slot, leader)
    return relevance(s.beliefs, s.precisions)


@part
def realign(n: Any, s: Any, leader: int) -> float:
    """How well what a leader takes to matter fits the direction now in force."""
    if s.realigned[leader]:
        version = known_version(s, leader, s.count[VERSION])
        believed_weights(
            s.fidelity[leader, version], s.directions[version], n.precision[leader], s.even, s.beliefs
        )
        s.aligned[leader] = alignment(s.beliefs, s.directions[s.count[VERSION]])
        s.realigned[leader] = 0
    return s.aligned[leader]


@part
def own_place(s: Any, slot: int, leader: int) -> int:
    """A leader's place among those who looked at the issue and hold an idea of their own; -1 for none."""
    for place in range(s.witness.shape[1]):
        if s.witness[slot, place] == leader and s.copy_of[slot, leader, place] > 0:
            return place
    return -1


@part
def integrated(n: Any, s: Any, slot: int, leader: int, own: int, at: int) -> int:
    """The place of the idea that is number `at` in a leader's mind (its own first, then as heard); -1 past the last."""
    if own >= 0:
        if at == 0:
            return own
        at -= 1
    return s.heard[slot, leader, at] if at < s.heard_count[slot, leader] else -1


@part
def assess_issue(n: Any, k: Any, s: Any, slot: int, leader: int, assessment: Any) -> bool:
    """Write what each alternative is worth to a leader; False when it has no idea and abstains."""
    issue = s.issues[slot]
    kind = issue.kind
    if k.accuracy[kind] >= 0.0:
        judge(issue.k0, issue.k1, n.key[leader], k.accuracy[kind], issue.best, assessment)
        return True
    size = k.alternatives[kind] * n.facets
    weighted = s.weighted[:size]
    weighted[:] = 0.0
    s.weight[:] = 0.0
    own = own_place(s, slot, leader)
    minded = 0
    while minded < n.span:
        place = integrated(n, s, slot, leader, own, minded)
        if place < 0:
            break
        copy = s.copy_of[slot, leader, place]
        value = value_of(n, s, slot, copy, size)
        see(n, s, slot, s.witness[slot, place])
        pool(s.values[value, :size], s.precisions, s.copies[copy].variance, weighted, s.weight)
        minded += 1
    if minded == 0:
        return False
    believe(n, s, slot, leader)
    assess(weighted, s.weight, s.beliefs, assessment)
    return True


@part
def mark_used(n: Any, s: Any, slot: int, leader: int) -> None:
    """Note which ideas are in the mind of one who decides."""
    own = own_place(s, slot, leader)
    minded = 0
    while minded < n.span:
        place = integrated(n, s, slot, leader, own, minded)
        if place < 0:
            break
        s.used[slot, place] = 1
        minded += 1
