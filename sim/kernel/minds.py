"""What leaders see, believe and make of their evidence."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.custom_rules import ASSESS, credence, has_rule
from sim.kernel.ideas import new_copy, value_of
from sim.kernel.messages import take
from sim.kernel.state import FREE_VALUE, VALUES, VERSION
from sim.rules.evidence import HIDDEN, assess, assess_alone, grown, pool
from sim.rules.perspective import alignment, believed_weights, local_precision, relevance
from sim.world.issues import judge, sense


@compiled_only
def see(n: Any, s: Any, slot: int, leader: int) -> None:
    """Write into s.precisions how precisely a leader senses each facet of an issue."""
    for facet in range(n.facets):
        s.precisions[facet] = local_precision(
            n.precision[leader, facet], s.owners[slot, facet], n.unit[leader], n.outside
        )


@compiled_only
def look(n: Any, k: Any, s: Any, slot: int, place: int) -> None:
    """The leader at a witness's place forms an idea."""
    issue = s.issues[slot]
    me = s.witness[slot, place]
    own = own_alternative(k, s, slot, place)
    size = idea_size(n, k, s, slot, place)
    copy = new_copy(s, slot, me)
    entry = take(s, s.free_value, FREE_VALUE, VALUES)
    s.copies[copy].value = entry
    s.copy_of[slot, me, place] = copy
    see(n, s, slot, me)
    sense(
        issue.k0,
        issue.k1,
        n.key[me],
        k.status_quo[issue.kind] == 1,
        s.theta[slot],
        own,
        s.precisions,
        s.values[entry, :size],
    )


@compiled_only
def own_alternative(k: Any, s: Any, slot: int, place: int) -> int:
    """The alternative that the witness at a place has thought of, -1 for none."""
    issue = s.issues[slot]
    for m in range(k.alternatives[issue.kind], issue.alternatives):
        if s.inventor[slot, m] == place:
            return m
    return -1


@compiled_only
def idea_size(n: Any, k: Any, s: Any, slot: int, place: int) -> int:
    """How many numbers the idea of the witness at a place has: alternatives it speaks of x
    facets."""
    count = k.alternatives[s.issues[slot].kind]
    return (count + 1 if own_alternative(k, s, slot, place) >= 0 else count) * n.facets


@compiled_only
def known_version(s: Any, leader: int, piece: int, version: int) -> int:
    """The newest version up to `version` of a part of the direction that a leader knows (0 when
    they know none)."""
    while version > 0 and s.fidelity[leader, piece, version] == 0.0:
        version -= 1
    return version


@compiled_only
def fidelity_of(n: Any, s: Any, leader: int, version: int) -> float:
    """How faithfully a leader knows the direction up to `version`: the mean over its parts."""
    total = 0.0
    for piece in range(n.parts):
        total += s.fidelity[leader, piece, known_version(s, leader, piece, version)]
    return total / n.parts


@compiled_only
def weigh(n: Any, s: Any, leader: int, version: int, precisions: Any, salience: Any) -> None:
    """Write into s.beliefs what a leader believes to matter, by what they know of the direction up
    to `version`."""
    piece, known = -1, 0
    for facet in range(n.facets):
        if n.part_of[facet] != piece:
            piece = n.part_of[facet]
            known = known_version(s, leader, piece, version)
        s.facet_fidelity[facet] = s.fidelity[leader, piece, known]
        s.facet_direction[facet] = s.directions[known, facet]
    believed_weights(s.facet_fidelity, s.facet_direction, precisions, salience, s.beliefs)


@compiled_only
def believe(n: Any, s: Any, slot: int, leader: int) -> None:
    """Write into s.beliefs what a leader believes matters for an issue."""
    see(n, s, slot, leader)
    weigh(n, s, leader, s.issues[slot].version, s.precisions, s.salience[slot])


@compiled_only
def relevance_of(n: Any, s: Any, slot: int, leader: int) -> float:
    """A leader's relevance to an issue by the beliefs that stand in s.beliefs."""
    see(n, s, slot, leader)
    return relevance(s.beliefs, s.precisions)


@compiled_only
def realign(n: Any, s: Any, leader: int) -> float:
    """How well what a leader takes to matter fits the direction now in force."""
    if s.realigned[leader]:
        weigh(n, s, leader, s.count[VERSION], n.precision[leader], s.even)
        s.aligned[leader] = alignment(s.beliefs, s.directions[s.count[VERSION]])
        s.realigned[leader] = 0
    return s.aligned[leader]


@compiled_only
def own_place(s: Any, slot: int, leader: int) -> int:
    """A leader's place among those who looked at the issue and hold an idea of their own; -1 for
    none."""
    for place in range(s.issues[slot].looked):
        if s.witness[slot, place] == leader and s.copy_of[slot, leader, place] > 0:
            return place
    return -1


@compiled_only
def integrated(n: Any, s: Any, slot: int, leader: int, own: int, at: int) -> int:
    """The place of the idea that is number `at` in a leader's mind (their own first, then as
    heard); -1 past the last."""
    if own >= 0:
        if at == 0:
            return own
        at -= 1
    return s.heard[slot, leader, at] if at < s.heard_count[slot, leader] else -1


@compiled_only
def assess_issue(n: Any, k: Any, s: Any, slot: int, leader: int, assessment: Any) -> bool:
    """Write what each alternative is worth to a leader; False when they have no idea and
    abstain."""
    issue = s.issues[slot]
    kind = issue.kind
    if k.accuracy[kind] >= 0.0:
        judge(issue.k0, issue.k1, n.key[leader], k.accuracy[kind], issue.best, assessment)
        return True
    base = k.alternatives[kind]
    weighted = s.weighted[: base * n.facets]
    weighted[:] = 0.0
    s.weight[:] = 0.0
    own = own_place(s, slot, leader)
    minded = 0
    while minded < n.span:
        place = integrated(n, s, slot, leader, own, minded)
        if place < 0:
            break
        copy = s.copy_of[slot, leader, place]
        granted = credence(n, s, slot, leader, copy) if has_rule(n, ASSESS, kind) else 1.0
        add_to_pool(n, k, s, slot, place, copy, granted, weighted)
        minded += 1
    if minded == 0:
        return False
    believe(n, s, slot, leader)
    assess(weighted, s.weight, s.beliefs, assessment[:base])
    for m in range(base, issue.alternatives):
        assessment[m] = _assess_invention(n, k, s, slot, leader, m)
    return True


@compiled_only
def add_to_pool(
    n: Any, k: Any, s: Any, slot: int, place: int, copy: int, granted: float, weighted: Any
) -> None:
    """Add a copy of the idea of the witness at a place to the pool in `weighted` and s.weight.

    granted: how much of its precision it is granted, 1 for all.
    """
    value = value_of(n, s, slot, copy, idea_size(n, k, s, slot, place))
    see(n, s, slot, s.witness[slot, place])
    growth = grown(k.study[s.issues[slot].kind], s.copies[copy].stage)
    pool(
        s.values[value], s.precisions, growth, s.copies[copy].variance, granted, weighted, s.weight
    )


@compiled_only
def _assess_invention(n: Any, k: Any, s: Any, slot: int, leader: int, m: int) -> float:
    """What an alternative is worth (by s.beliefs) that only its inventor can tell of; HIDDEN to who
    has not heard."""
    kind, place = s.issues[slot].kind, s.inventor[slot, m]
    copy = s.copy_of[slot, leader, place]
    if copy == 0:
        return HIDDEN
    value = value_of(n, s, slot, copy, idea_size(n, k, s, slot, place))
    see(n, s, slot, s.witness[slot, place])
    growth = grown(k.study[kind], s.copies[copy].stage)
    first = k.alternatives[kind] * n.facets
    granted = credence(n, s, slot, leader, copy) if has_rule(n, ASSESS, kind) else 1.0
    return assess_alone(
        s.values[value], first, s.precisions, growth, s.copies[copy].variance, granted, s.beliefs
    )


@compiled_only
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
