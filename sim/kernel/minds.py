"""What leaders see, believe and make of their evidence."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.kernel.custom_rules import ASSESS, credence, has_rule
from sim.kernel.direction import weigh
from sim.kernel.ideas import new_copy, own_place, place_in_mind, value_of
from sim.kernel.pools import concern_of, take
from sim.kernel.state import FREE_VALUE, VALUES
from sim.rules.evidence import HIDDEN, assess, assess_alone, bearing, better_copy, grown, pool
from sim.rules.perspective import judgement_error, local_precision, relevance
from sim.world.issues import competence, judge, leanings, sense


@compiled_only
def take_up(n: Any, s: Any, leader: int) -> None:
    """The person who holds a seat begins: how competent they are, and what they lean to."""
    k0, k1, person = s.stream[0], s.stream[1], s.person[leader]
    s.competence[leader] = competence(k0, k1, person, n.competence)
    if n.interests > 0.0 or n.judgement > 0.0:
        error = judgement_error(n.judgement, s.competence[leader])
        key = n.unit_key[leader] if n.leaning_by_unit else person
        leanings(k0, k1, key, n.interests, person, error, s.pooled, s.leaning[leader])


@compiled_only
def see(n: Any, s: Any, slot: int, leader: int) -> None:
    """Write into s.precisions how precisely a leader is taken to sense each facet of an issue."""
    _see(n, s, slot, leader, s.granted[leader])


@compiled_only
def see_truly(n: Any, s: Any, slot: int, leader: int) -> None:
    """Write into s.precisions how precisely a leader senses each facet of an issue."""
    _see(n, s, slot, leader, s.competence[leader])


@compiled_only
def see_by_position(n: Any, s: Any, slot: int, leader: int) -> None:
    """Write into s.precisions how precisely anybody in a leader's position senses each facet."""
    _see(n, s, slot, leader, 1.0)


@compiled_only
def _see(n: Any, s: Any, slot: int, leader: int, times: float) -> None:
    for facet in range(n.facets):
        s.precisions[facet] = times * local_precision(
            n.precision[leader, facet], s.owners[slot, facet], n.unit[leader], n.outside
        )


@compiled_only
def look(n: Any, k: Any, s: Any, slot: int, place: int) -> None:
    """The leader at a witness's place forms an idea."""
    issue = s.issues[slot]
    me = s.witness[slot, place]
    own = own_alternative(k, s, slot, place)
    size = idea_size(n, k, s, slot, place)
    copy = new_copy(s, slot, place)
    entry = take(s, s.free_value, FREE_VALUE, VALUES)
    s.copies[copy].value = entry
    s.own_copy[slot, place] = copy
    # What no longer finds room in mind is let go.
    concern = concern_of(s, slot, me)
    if s.concerns[concern].minded >= n.span:
        s.concerns[concern].minded = n.span - 1
    see_truly(n, s, slot, me)
    sense(
        issue.k0,
        issue.k1,
        s.person[me],
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
def believe(n: Any, s: Any, slot: int, leader: int) -> None:
    """Write into s.beliefs what a leader believes matters for an issue."""
    see_by_position(n, s, slot, leader)
    issue = s.issues[slot]
    weigh(n, s, leader, issue.guide, issue.version, s.precisions, s.salience[slot])


@compiled_only
def relevance_of(n: Any, s: Any, slot: int, leader: int) -> float:
    """A leader's relevance to an issue by the beliefs that stand in s.beliefs."""
    see(n, s, slot, leader)
    return relevance(s.beliefs, s.precisions)


@compiled_only
def minded(s: Any, concern: int, own: int) -> int:
    """How many ideas a concern's leader has in mind. own: their own place, -1 for none."""
    return s.concerns[concern].minded + (1 if own >= 0 else 0)


@compiled_only
def in_mind(s: Any, slot: int, concern: int, own: int, at: int) -> int:
    """The copy that is number `at` in the mind of a concern's leader: their own first, then as
    heard."""
    if own >= 0:
        if at == 0:
            return s.own_copy[slot, own]
        at -= 1
    return s.mind[concern, at]


@compiled_only
def copy_in_mind(s: Any, slot: int, leader: int, concern: int, place: int) -> int:
    """The copy that a leader has in mind of the idea of the witness at a place, 0 for none."""
    if s.witness[slot, place] == leader:
        return s.own_copy[slot, place]
    at = place_in_mind(s, concern, place)
    return s.mind[concern, at] if at >= 0 else 0


@compiled_only
def better_of(s: Any, mine: int, said: int) -> int:
    """The copy of an idea that counts for one in the room: in mind, or on the record where that is
    the better one; 0 for none."""
    if mine == 0 or said == 0:
        return said if mine == 0 else mine
    held, heard = s.copies[mine], s.copies[said]
    return said if better_copy(heard.stage, heard.hops, held.stage, held.hops) else mine


@compiled_only
def before_them(s: Any, slot: int, leader: int, concern: int, place: int) -> int:
    """The copy of the idea of the witness at a place that one in the room has before them, 0 for
    none."""
    return better_of(s, copy_in_mind(s, slot, leader, concern, place), s.record[slot, place])


@compiled_only
def assess_issue(n: Any, k: Any, s: Any, slot: int, leader: int, assessment: Any) -> bool:
    """Write what each alternative is worth to a leader; False when they have no idea and
    abstain."""
    issue = s.issues[slot]
    kind = issue.kind
    if k.accuracy[kind] >= 0.0:
        judge(issue.k0, issue.k1, s.person[leader], k.accuracy[kind], issue.best, assessment)
        return True
    base = k.alternatives[kind]
    weighted = s.weighted[: base * n.facets]
    weighted[:] = 0.0
    s.weight[:] = 0.0
    own, concern = own_place(s, slot, leader), concern_of(s, slot, leader)
    held = minded(s, concern, own)
    if held == 0 and issue.recorded == 0:
        return False
    for at in range(held):
        mine = in_mind(s, slot, concern, own, at)
        copy = better_of(s, mine, s.record[slot, s.copies[mine].place])
        _add_weighed(n, k, s, slot, leader, copy, weighted)
    # Beyond its span a mind weighs what is on the record of the room.
    for at in range(issue.recorded):
        place = s.record_order[slot, at]
        if place != own and place_in_mind(s, concern, place) < 0:
            _add_weighed(n, k, s, slot, leader, s.record[slot, place], weighted)
    believe(n, s, slot, leader)
    assess(weighted, s.weight, s.beliefs, n.overprecision, assessment[:base])
    for m in range(base, issue.alternatives):
        assessment[m] = _assess_invention(n, k, s, slot, leader, m)
    return True


@compiled_only
def _add_weighed(n: Any, k: Any, s: Any, slot: int, leader: int, copy: int, weighted: Any) -> None:
    """Add a copy to the pool of a leader, who grants it what the assess rule says."""
    kind = s.issues[slot].kind
    granted = credence(n, s, slot, leader, copy) if has_rule(n, ASSESS, kind) else 1.0
    see(n, s, slot, s.copies[copy].originator)
    add_to_pool(n, k, s, slot, copy, granted, weighted)


@compiled_only
def add_to_pool(
    n: Any, k: Any, s: Any, slot: int, copy: int, granted: float, weighted: Any
) -> None:
    """Add a copy of an idea, as precise as s.precisions says, to the pool in `weighted` and
    s.weight.

    granted: how much of its precision it is granted, 1 for all.
    """
    value = value_of(n, s, slot, copy, idea_size(n, k, s, slot, s.copies[copy].place))
    growth = grown(k.study[s.issues[slot].kind], s.copies[copy].stage)
    pool(
        s.values[value], s.precisions, growth, s.copies[copy].variance, granted, weighted, s.weight
    )


@compiled_only
def _assess_invention(n: Any, k: Any, s: Any, slot: int, leader: int, m: int) -> float:
    """What an alternative is worth (by s.beliefs) that only its inventor can tell of; HIDDEN to who
    has not heard."""
    kind, place = s.issues[slot].kind, s.inventor[slot, m]
    copy = before_them(s, slot, leader, concern_of(s, slot, leader), place)
    if copy == 0:
        return HIDDEN
    value = value_of(n, s, slot, copy, idea_size(n, k, s, slot, place))
    see(n, s, slot, s.witness[slot, place])
    growth = grown(k.study[kind], s.copies[copy].stage)
    first = k.alternatives[kind] * n.facets
    granted = credence(n, s, slot, leader, copy) if has_rule(n, ASSESS, kind) else 1.0
    counted = n.overprecision * granted
    return assess_alone(
        s.values[value], first, s.precisions, growth, s.copies[copy].variance, counted, s.beliefs
    )


@compiled_only
def brings(n: Any, k: Any, s: Any, slot: int, leader: int) -> int:
    """The copy in mind that a leader would say next, 0 where there is nothing new to say.

    Of those that the record does not have, or not as newly studied, the one that bears most on the
    matter by the leader's beliefs, less what the record has; the first in mind among equals.
    """
    best, most = 0, 0.0
    own, concern = own_place(s, slot, leader), concern_of(s, slot, leader)
    believe(n, s, slot, leader)
    for at in range(minded(s, concern, own)):
        copy = in_mind(s, slot, concern, own, at)
        said = s.record[slot, s.copies[copy].place]
        if said > 0 and s.copies[copy].stage <= s.copies[said].stage:
            continue
        gain = _bears(n, k, s, slot, copy)
        if said > 0:
            gain -= _bears(n, k, s, slot, said)
        if best == 0 or gain > most:
            best, most = copy, gain
    return best


@compiled_only
def _bears(n: Any, k: Any, s: Any, slot: int, copy: int) -> float:
    """How much a copy bears on the matter by s.beliefs."""
    see(n, s, slot, s.copies[copy].originator)
    growth = grown(k.study[s.issues[slot].kind], s.copies[copy].stage)
    return bearing(s.beliefs, s.precisions, growth, s.copies[copy].variance)


@compiled_only
def put_on_record(s: Any, slot: int, copy: int) -> None:
    """An idea was said in the room: all who are present now or later have it before them, as it was
    said. A better copy replaces the one that stands there."""
    place = s.copies[copy].place
    said = s.record[slot, place]
    if said == 0:
        issue = s.issues[slot]
        s.record_order[slot, issue.recorded] = place
        issue.recorded += 1
    s.record[slot, place] = better_of(s, said, copy)


@compiled_only
def mark_used(n: Any, s: Any, slot: int, leader: int) -> None:
    """Note which ideas one who decides weighs: those in mind and those on the record."""
    own, concern = own_place(s, slot, leader), concern_of(s, slot, leader)
    for at in range(minded(s, concern, own)):
        s.used[slot, s.copies[in_mind(s, slot, concern, own, at)].place] = 1
    for at in range(s.issues[slot].recorded):
        s.used[slot, s.record_order[slot, at]] = 1
