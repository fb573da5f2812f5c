"""What happens in a forum's round: share, assess, persuade, test."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.draws import BRIEF, CHAIR, SEAT, SPEAK, uniform
from sim.kernel.custom_rules import agreed, scored
from sim.kernel.messages import learn_direction
from sim.kernel.positions import odds_of, stand, take_positions
from sim.kernel.power import await_round
from sim.kernel.state import DECIDING, TICK
from sim.rules.closing import FORUM
from sim.rules.consensus import (
    CONFIDENCE,
    CONSENT,
    TOLERANCE,
    agrees_on,
    amended,
    bound_of,
    disagreement,
    dissent,
    midrange,
    strongest_objection,
    support,
)
from sim.rules.evidence import better_copy, hide, leading
from sim.rules.family import CUSTOM
from sim.rules.flow import passes
from sim.rules.outcomes import ESTIMATE
from sim.rules.power import (
    CONSULTATIVE,
    EMERGENT,
    ROTATING,
    VOTE,
    emergent_chair,
    proposal,
    proposed_number,
    rotating_chair,
)


@compiled_only
def confer(n: Any, k: Any, s: Any, slot: int) -> None:
    """What happens in a round that ends now: share, assess, persuade, test."""
    issue = s.issues[slot]
    kind, tick, seats = issue.kind, s.count[TICK], issue.seats
    issue.deliberation += tick - issue.mark
    issue.mark = tick
    _share(n, k, s, slot)
    _brief(n, k, s, slot)
    take_positions(n, k, s, slot)
    counted = s.counted[:seats]
    anyone = False
    for seat in range(seats):
        counted[seat] = 1 if s.voiced[slot, seat] and s.present[slot, seat] else 0
        if counted[seat]:
            anyone = True
    _take_chair(n, s, slot, counted)
    propose(n, k, s, slot, counted, issue.rule == VOTE)
    if k.consensus[kind] == CONSENT and anyone:
        _amend(k, s, slot, counted)
    stand(k, s, slot, counted, issue.last_choice, issue.last_number)
    share = support(s.agreeing[slot, :seats], counted, s.power[slot, :seats])
    if anyone and share > issue.best_support:
        issue.best_support = share
        issue.best_choice = issue.last_choice
        issue.best_number = issue.last_number
        issue.best_chair = s.room[slot, issue.chair] if issue.chair >= 0 else FORUM
    issue.agreed = 1 if anyone and _agreed(n, k, s, slot, counted, share) else 0
    if issue.rule == CONSULTATIVE or issue.agreed:
        s.deciding[s.count[DECIDING]] = slot
        s.count[DECIDING] += 1
    else:
        issue.next_round = tick + k.pause[kind]
        await_round(s, slot)


@compiled_only
def _holds(s: Any, slot: int, seat: int, place: int) -> int:
    """The copy that a member who is present holds of an idea, 0 for none."""
    return s.copy_of[slot, s.room[slot, seat], place] if s.present[slot, seat] else 0


@compiled_only
def _share(n: Any, k: Any, s: Any, slot: int) -> None:
    """Each member who holds an idea as its witness now has it, when not all do, says it with
    probability `candour`."""
    issue = s.issues[slot]
    seats = issue.seats
    members = 0
    for seat in range(seats):
        members += s.present[slot, seat]
    said = 0
    for place in range(issue.looked):
        newest, speakers = -1, 0
        for seat in range(seats):
            held = _holds(s, slot, seat, place)
            if held > 0:
                if s.copies[held].stage > newest:
                    newest, speakers = s.copies[held].stage, 0
                if s.copies[held].stage == newest:
                    speakers += 1
        if speakers == 0 or speakers == members:
            continue
        copy, draw = _spoken(n, k, s, slot, place, newest)
        if copy > 0:
            at = said
            while at > 0 and s.said_draw[at - 1] > draw:
                s.said[at] = s.said[at - 1]
                s.said_copy[at] = s.said_copy[at - 1]
                s.said_draw[at] = s.said_draw[at - 1]
                at -= 1
            s.said[at] = place
            s.said_copy[at] = copy
            s.said_draw[at] = draw
            said += 1
    for at in range(said):
        for seat in range(seats):
            if s.present[slot, seat]:
                hear_in_forum(s, slot, s.room[slot, seat], s.said[at], s.said_copy[at])


@compiled_only
def _spoken(n: Any, k: Any, s: Any, slot: int, place: int, newest: int) -> tuple[int, float]:
    """The copy of an idea that is said, 0 for none, and the draw that orders who speaks first."""
    issue = s.issues[slot]
    copy, draw = 0, 0.0
    originator_key = n.key[s.witness[slot, place]]
    for seat in range(issue.seats):
        held = _holds(s, slot, seat, place)
        if held > 0 and s.copies[held].stage == newest:
            leader = s.room[slot, seat]
            u = uniform(issue.k0, issue.k1, SPEAK, issue.rounds, originator_key, n.key[leader], 0)
            if passes(u, k.candour[issue.kind] * s.engagement[leader]):
                hops = s.copies[held].hops
                if (
                    copy == 0
                    or hops < s.copies[copy].hops
                    or (hops == s.copies[copy].hops and u < draw)
                ):
                    copy, draw = held, u
    return copy, draw


@compiled_only
def hear_in_forum(s: Any, slot: int, leader: int, place: int, copy: int) -> None:
    """Keep an idea said in a forum, as it was said: all present hear it at once, and it is no
    hop."""
    kept = s.copy_of[slot, leader, place]
    if kept == 0:
        s.heard[slot, leader, s.heard_count[slot, leader]] = place
        s.heard_count[slot, leader] += 1
    said, held = s.copies[copy], s.copies[kept]
    if kept == 0 or better_copy(said.stage, said.hops, held.stage, held.hops):
        s.copy_of[slot, leader, place] = copy


@compiled_only
def _brief(n: Any, k: Any, s: Any, slot: int) -> None:
    """Members who know the direction tell the room with probability `candour`; the newest and
    truest is heard."""
    issue = s.issues[slot]
    for piece in range(n.parts):
        version, fidelity = -1, 0.0
        for seat in range(issue.seats):
            leader = s.room[slot, seat]
            newest = s.newest[leader, piece]
            mine = s.fidelity[leader, piece, newest]
            if s.present[slot, seat] and (
                newest > version or (newest == version and mine > fidelity)
            ):
                u = uniform(issue.k0, issue.k1, BRIEF, issue.rounds, n.key[leader], piece, 0)
                if passes(u, k.candour[issue.kind] * s.engagement[leader]):
                    version, fidelity = newest, mine
        for seat in range(issue.seats):
            leader = s.room[slot, seat]
            if s.present[slot, seat] and version >= s.newest[leader, piece]:
                learn_direction(n, s, leader, version, piece, fidelity, -1)


@compiled_only
def _take_chair(n: Any, s: Any, slot: int, counted: Any) -> None:
    """Who chairs this round, under the rules that have a chair."""
    issue = s.issues[slot]
    if issue.rule == ROTATING:
        first = int(uniform(issue.k0, issue.k1, CHAIR, 0, 0, 0, 0) * issue.seats)
        issue.chair = rotating_chair(first, issue.rounds, counted)
    elif issue.rule == EMERGENT:
        influence, draws = s.selves[: issue.seats], s.before[: issue.seats]
        for seat in range(issue.seats):
            leader = s.room[slot, seat]
            influence[seat] = s.influence[leader]
            draws[seat] = uniform(issue.k0, issue.k1, SEAT, 0, n.key[leader], 0, 0)
        issue.chair = emergent_chair(influence, draws, counted)


@compiled_only
def propose(n: Any, k: Any, s: Any, slot: int, counted: Any, by_ballot: bool) -> None:
    """Note what the room proposes now: an alternative, or for an estimate a number."""
    issue = s.issues[slot]
    seats, count = issue.seats, issue.alternatives
    positions, power = s.positions[slot, : seats * count], s.power[slot, :seats]
    scores = s.scores[:count]
    estimating = k.type[issue.kind] == ESTIMATE
    issue.last_choice = -1
    issue.last_number = 0.0
    if issue.chair >= 0 and estimating:
        issue.last_number = positions[issue.chair]
    elif issue.chair >= 0:
        issue.last_choice = s.preferred[slot, issue.chair]
    elif issue.rule == CUSTOM and not by_ballot:
        propose_scored(n, k, s, slot, counted, scores)
    elif estimating:
        issue.last_number = proposed_number(by_ballot, positions, counted, power, scores)
    else:
        preferred, ties, opened = (
            s.preferred[slot, :seats],
            s.ties[slot, :count],
            s.open[slot, :count],
        )
        issue.last_choice = proposal(
            by_ballot, positions, counted, preferred, power, ties, opened, scores
        )


@compiled_only
def propose_scored(n: Any, k: Any, s: Any, slot: int, counted: Any, scores: Any) -> None:
    """Note what a custom power rule scores highest, of what everybody has heard of; nothing
    in silence."""
    issue = s.issues[slot]
    anyone = False
    for seat in range(issue.seats):
        if counted[seat]:
            anyone = True
    if not anyone:
        return
    scored(n, k, s, slot, counted, scores)
    if k.type[issue.kind] == ESTIMATE:
        issue.last_number = scores[0]
    else:
        hide(scores, s.open[slot, : issue.alternatives])
        issue.last_choice = leading(scores, s.ties[slot, : issue.alternatives])


@compiled_only
def _amend(k: Any, s: Any, slot: int, counted: Any) -> None:
    """Where somebody objects to the proposal, put what is least objected to in its place."""
    issue = s.issues[slot]
    seats, count = issue.seats, issue.alternatives
    positions = s.positions[slot, : seats * count]
    objection = strongest_objection(positions, counted, count, issue.last_choice, issue.last_number)
    if objection <= k.objection[issue.kind] * issue.scale:
        return
    if k.type[issue.kind] == ESTIMATE:
        issue.last_number = midrange(positions, counted)
    else:
        issue.last_choice = amended(
            positions, counted, count, s.ties[slot, :count], s.scores[:count]
        )


@compiled_only
def _agreed(n: Any, k: Any, s: Any, slot: int, counted: Any, share: float) -> bool:
    """Whether the room agrees on its last proposal, by its consensus rule."""
    issue = s.issues[slot]
    kind, seats, count = issue.kind, issue.seats, issue.alternatives
    consensus, measure = k.consensus[kind], 0.0
    positions = s.positions[slot, : seats * count]
    if consensus == TOLERANCE:
        measure = disagreement(positions, counted, count)
    elif consensus == CONSENT:
        choice, number = issue.last_choice, issue.last_number
        measure = strongest_objection(positions, counted, count, choice, number)
    elif consensus == CONFIDENCE:
        measure = odds_of(n, k, s, slot, counted)
    against = dissent(s.agreeing[slot, :seats], counted)
    if consensus == CUSTOM:
        return agreed(n, k, s, slot, counted, share, against)
    bound = bound_of(
        consensus,
        k.threshold[kind],
        issue.tolerance,
        k.objection[kind],
        k.confidence[kind],
        issue.scale,
    )
    return agrees_on(consensus, measure, bound, share, against)
