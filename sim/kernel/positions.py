"""Where the members of a room stand: what they make of the evidence, and how far others move them."""

from __future__ import annotations

from typing import Any

from sim.compiler import part
from sim.kernel.minds import assess_issue
from sim.kernel.own import PERSUADE, has_rule, trusted
from sim.rules.consensus import agrees
from sim.rules.evidence import HIDDEN, hide, leading
from sim.rules.influence import REFLECTED
from sim.rules.outcomes import ESTIMATE
from sim.rules.persuasion import given_trust, persuaded, trust, within_confidence


@part
def take_positions(n: Any, k: Any, s: Any, slot: int) -> None:
    """Assess the evidence and, once positions have been shown (from the second round), let others' weigh in."""
    issue = s.issues[slot]
    kind, seats, count = issue.kind, issue.seats, issue.alternatives
    opened = s.open[slot, :count]
    shown = s.shown[: seats * count]
    for at in range(seats * count):
        shown[at] = s.positions[slot, at]
    for seat in range(seats):
        own = s.own[seat * count : (seat + 1) * count]
        s.has_own[seat] = 0
        if s.present[slot, seat] and assess_issue(n, k, s, slot, s.room[slot, seat], own):
            s.has_own[seat] = 1
    _open_alternatives(k, s, slot)
    for seat in range(seats):
        if s.has_own[seat]:
            own = s.own[seat * count : (seat + 1) * count]
            hide(own, opened)
            for m in range(count):
                # Who has shown no position, on anything or on this alternative, is heard with its own assessment.
                if not s.voiced[slot, seat] or shown[seat * count + m] <= HIDDEN:
                    shown[seat * count + m] = own[m]
            s.voiced[slot, seat] = 1
    heeded, row = s.heeded[:seats], s.row[:seats]
    for seat in range(seats):
        if not s.has_own[seat]:
            continue
        if issue.rounds >= 2:
            _heed(k, s, slot, seat, shown, heeded)
            take_trust(n, k, s, slot, seat, shown, heeded, _self_weight(n, k, s, slot, seat), row)
        for m in range(count):
            moved = s.own[seat * count + m]
            if issue.rounds >= 2 and moved > HIDDEN:
                moved = persuaded(moved, k.susceptibility[kind], row, shown, heeded, count, m)
            s.positions[slot, seat * count + m] = moved
        if k.type[kind] == ESTIMATE:
            s.preferred[slot, seat] = 0
        else:
            mine = s.positions[slot, seat * count : (seat + 1) * count]
            s.preferred[slot, seat] = leading(mine, s.ties[slot, :count])


@part
def _open_alternatives(k: Any, s: Any, slot: int) -> None:
    """Note which alternatives everybody with a position has heard of: only these can be chosen."""
    issue = s.issues[slot]
    for m in range(k.alternatives[issue.kind], issue.alternatives):
        s.open[slot, m] = 1
        for seat in range(issue.seats):
            if s.has_own[seat] and s.copy_of[slot, s.room[slot, seat], s.inventor[slot, m]] == 0:
                s.open[slot, m] = 0


@part
def _heed(k: Any, s: Any, slot: int, seat: int, shown: Any, heeded: Any) -> None:
    """Note whose positions may move a member: of those present, those near enough."""
    issue = s.issues[slot]
    bound = k.confidence_bound[issue.kind]
    distance = bound * issue.scale if bound >= 0.0 else -1.0
    for other in range(issue.seats):
        near = within_confidence(shown, issue.alternatives, seat, other, distance)
        heeded[other] = 1 if s.voiced[slot, other] and s.present[slot, other] and near else 0


@part
def _self_weight(n: Any, k: Any, s: Any, slot: int, seat: int) -> float:
    """A member's weight in its own eyes: as the scenario says, or its share of the room's influence when reflected."""
    if n.influence == REFLECTED:
        return share_of_influence(s, slot, seat)
    return k.self_weight[s.issues[slot].kind] if k.given[s.issues[slot].kind] < 0 else -1.0


@part
def take_trust(
    n: Any, k: Any, s: Any, slot: int, seat: int, shown: Any, heeded: Any, self_weight: float, row: Any
) -> None:
    """How much a member trusts each: its row of the influence matrix G."""
    issue = s.issues[slot]
    seats, given = issue.seats, k.given[issue.kind]
    if has_rule(n, PERSUADE, issue.kind):
        _joined(n, s, slot, seat)
        trusted(n, k, s, slot, seat, shown, heeded, self_weight, row)
    elif given >= 0:
        given_trust(seat, n.given[given, s.room[slot, seat]], s.room[slot, :seats], heeded, self_weight, row)
    else:
        _joined(n, s, slot, seat)
        stranger = k.stranger[issue.kind]
        trust(seat, s.power[slot, :seats], heeded, s.joined[:seats], self_weight, stranger, row)


@part
def share_of_influence(s: Any, slot: int, seat: int) -> float:
    """The share of the room's influence that a member has."""
    total = 0.0
    for other in range(s.issues[slot].seats):
        total += s.influence[s.room[slot, other]]
    return s.influence[s.room[slot, seat]] / total


@part
def _joined(n: Any, s: Any, slot: int, seat: int) -> None:
    """Note with which other members a member has a channel."""
    s.joined[:] = 0
    me = s.room[slot, seat]
    for c in range(n.channel_from[me], n.channel_from[me + 1]):
        other = s.seat[slot, n.channel_to[c]]
        if other >= 0:
            s.joined[other] = 1


@part
def stand(k: Any, s: Any, slot: int, counted: Any, choice: int, number: float) -> None:
    """Note which members stand behind a proposal."""
    issue = s.issues[slot]
    count = issue.alternatives
    for seat in range(issue.seats):
        position = s.positions[slot, seat * count]
        agreeing = agrees(s.preferred[slot, seat], position, choice, number, issue.tolerance)
        s.agreeing[slot, seat] = 1 if counted[seat] and agreeing else 0
