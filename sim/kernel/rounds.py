"""What happens in a forum's round: share, assess, persuade, test."""

from __future__ import annotations

from typing import Any

from sim.compiler import compiled_only
from sim.draws import BRIEF, CHAIR, SEAT, SPEAK, SPEAKER, uniform, uniform_pair
from sim.kernel.custom_rules import agreed, scored
from sim.kernel.ideas import own_place
from sim.kernel.messages import learn_direction
from sim.kernel.minds import before_them, brings, minded, put_on_record
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
from sim.rules.engagement import effect_of
from sim.rules.evidence import hide, leading
from sim.rules.family import CUSTOM
from sim.rules.flow import passes
from sim.rules.meeting import speaking_seat
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
    if k.consensus[kind] == CONSENT and anyone and issue.rule != CONSULTATIVE:
        _amend(k, s, slot, counted)
    stand(k, s, slot, counted, issue.last_choice, issue.last_number)
    share = support(s.agreeing[slot, :seats], counted)
    if issue.last_choice < 0 and k.type[kind] != ESTIMATE:
        anyone = False
    elif issue.last_choice >= k.alternatives[kind]:
        explain_to_room(s, slot)
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
def discloses(n: Any, k: Any, s: Any, slot: int, leader: int, u: float) -> bool:
    """Whether a leader says what they could: with probability `candour` times what engagement
    does."""
    energy = effect_of(s.engagement[leader], n.engagement)
    return passes(u, k.candour[s.issues[slot].kind] * energy)


@compiled_only
def _share(n: Any, k: Any, s: Any, slot: int) -> None:
    """What is said in a round goes on the record: in turns, in writing or, where turns are off, by
    each member without a limit."""
    kind = s.issues[slot].kind
    if k.turns[kind] == 0:
        _without_turns(n, k, s, slot)
    elif k.written[kind]:
        _in_writing(n, k, s, slot)
    else:
        _in_turns(n, k, s, slot)


@compiled_only
def _holds_ideas(s: Any, slot: int, seat: int) -> bool:
    """Whether a member who is present has an idea in mind."""
    leader = s.room[slot, seat]
    own = own_place(s, slot, leader)
    return s.present[slot, seat] == 1 and minded(s, s.seat_concern[slot, seat], own) > 0


@compiled_only
def _in_turns(n: Any, k: Any, s: Any, slot: int) -> None:
    """In each turn one of those who hold an idea speaks, each as likely; with probability `candour`
    they bring one that is not on the record, else they repeat what is."""
    issue = s.issues[slot]
    holding = s.holding[: issue.seats]
    for seat in range(issue.seats):
        holding[seat] = 1 if _holds_ideas(s, slot, seat) else 0
    for turn in range(k.turns[issue.kind]):
        u, v = uniform_pair(issue.k0, issue.k1, SPEAKER, issue.rounds, turn, 0, 0)
        seat = speaking_seat(u, holding)
        if seat < 0:
            return
        leader = s.room[slot, seat]
        if discloses(n, k, s, slot, leader, v):
            copy = brings(n, k, s, slot, leader)
            if copy > 0:
                put_on_record(s, slot, copy)


@compiled_only
def _in_writing(n: Any, k: Any, s: Any, slot: int) -> None:
    """Everybody who holds an idea writes one reply, without having seen the others'; a reply is a
    turn."""
    issue = s.issues[slot]
    said = 0
    for seat in range(issue.seats):
        if _holds_ideas(s, slot, seat):
            leader = s.room[slot, seat]
            u, v = uniform_pair(issue.k0, issue.k1, SPEAKER, issue.rounds, n.key[leader], 0, 0)
            if discloses(n, k, s, slot, leader, v):
                copy = brings(n, k, s, slot, leader)
                if copy > 0:
                    _say(s, said, copy, u)
                    said += 1
    for at in range(said):
        put_on_record(s, slot, s.said_copy[at])


@compiled_only
def _say(s: Any, said: int, copy: int, draw: float) -> None:
    """Insert a copy among the `said` that stand in s.said_copy in the order of their draws."""
    at = said
    while at > 0 and s.said_draw[at - 1] > draw:
        s.said_copy[at] = s.said_copy[at - 1]
        s.said_draw[at] = s.said_draw[at - 1]
        at -= 1
    s.said_copy[at] = copy
    s.said_draw[at] = draw


@compiled_only
def _without_turns(n: Any, k: Any, s: Any, slot: int) -> None:
    """Each member who has an idea before them as its witness has it by now, when not all do, says
    it with probability `candour`; of several copies the one with the fewest hops is said."""
    issue = s.issues[slot]
    members = 0
    for seat in range(issue.seats):
        members += s.present[slot, seat]
    said = 0
    for place in range(issue.looked):
        newest, speakers = -1, 0
        for seat in range(issue.seats):
            held = _held(s, slot, seat, place)
            if held > 0:
                if s.copies[held].stage > newest:
                    newest, speakers = s.copies[held].stage, 0
                if s.copies[held].stage == newest:
                    speakers += 1
        if speakers == 0 or speakers == members:
            continue
        copy, draw = _spoken(n, k, s, slot, place, newest)
        if copy > 0:
            _say(s, said, copy, draw)
            said += 1
    for at in range(said):
        put_on_record(s, slot, s.said_copy[at])


@compiled_only
def _held(s: Any, slot: int, seat: int, place: int) -> int:
    """The copy of an idea that a member who is present has before them, 0 for none."""
    if not s.present[slot, seat]:
        return 0
    return before_them(s, slot, s.room[slot, seat], s.seat_concern[slot, seat], place)


@compiled_only
def _spoken(n: Any, k: Any, s: Any, slot: int, place: int, newest: int) -> tuple[int, float]:
    """The copy of an idea that is said, 0 for none, and the draw that orders who speaks first."""
    issue = s.issues[slot]
    copy, draw = 0, 0.0
    originator_key = n.key[s.witness[slot, place]]
    for seat in range(issue.seats):
        held = _held(s, slot, seat, place)
        if held > 0 and s.copies[held].stage == newest:
            leader = s.room[slot, seat]
            u = uniform(issue.k0, issue.k1, SPEAK, issue.rounds, originator_key, n.key[leader], 0)
            if discloses(n, k, s, slot, leader, u):
                hops = s.copies[held].hops
                if (
                    copy == 0
                    or hops < s.copies[copy].hops
                    or (hops == s.copies[copy].hops and u < draw)
                ):
                    copy, draw = held, u
    return copy, draw


@compiled_only
def explain_to_room(s: Any, slot: int) -> None:
    """An alternative that somebody has thought of is proposed: its inventor's idea goes on the
    record, as the first of those present has it who have a decision weight."""
    issue = s.issues[slot]
    place = s.inventor[slot, issue.last_choice]
    for seat in range(issue.seats):
        copy = _held(s, slot, seat, place)
        if copy > 0 and s.power[slot, seat] > 0.0:
            put_on_record(s, slot, copy)
            return


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
                if discloses(n, k, s, slot, leader, u):
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
