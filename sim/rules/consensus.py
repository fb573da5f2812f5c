"""Consensus: how much agreement a room has, and whether that is enough."""

from __future__ import annotations

from sim.compiler import compiled
from sim.rules.confidence import confident
from sim.rules.evidence import leading
from sim.rules.family import (
    COUNTED,
    CUSTOM,
    HALF_LIFE,
    INFLUENCES,
    NUMBER,
    POSITIONS,
    PREFERRED,
    ROUNDS,
    STAKES,
    TRUTH,
    WEIGHTS,
    WHOLE,
    WHOLES,
    Family,
    Input,
)
from sim.rules.vectors import Integers, Vector

CONSENSUS = Family(
    "consensus",
    "consensus.rule",
    "whether a forum agrees on what it proposes",
    True,
    TRUTH,
    0.0,
    1.0,
    {
        "positions": POSITIONS,
        "counted": COUNTED,
        "preferred": PREFERRED,
        "agreeing": Input(WHOLES, "by member, 1 for who stands behind the proposal"),
        "power": WEIGHTS,
        "influence": INFLUENCES,
        "support": Input(
            NUMBER, "share of the members with a position who stand behind the proposal"
        ),
        "dissent": Input(NUMBER, "share of the members with a position who are not behind it"),
        "proposed": Input(WHOLE, "the alternative proposed; -1 for an estimate"),
        "number": Input(NUMBER, "the number proposed for an estimate, else 0"),
        "rounds": ROUNDS,
        "waited": Input(NUMBER, "working days since the first round began"),
        "half_life": HALF_LIFE,
        "stakes": STAKES,
    },
)
SHARE_NEEDED = "{Proposal} has {support} of the members; {needed} is needed"
"""What stories say of a proposal whose support is a share, also under custom rules."""
NONE = CONSENSUS.rule(0, "none", "the first round decides", "standard")
MAJORITY = CONSENSUS.rule(
    1,
    "majority",
    "more than half of those present with a position prefer the proposal",
    "standard",
    phrase="{Proposal} has {support} of the members; more than {needed} is needed",
)
SUPERMAJORITY = CONSENSUS.rule(
    2,
    "supermajority",
    "at least `threshold` of those present with a position prefer the proposal",
    "standard",
    reads={"consensus.threshold"},
    phrase=SHARE_NEEDED,
)
UNANIMITY = CONSENSUS.rule(
    3,
    "unanimity",
    "everybody with a position prefers the proposal",
    "Hastie, Penrod & Pennington 1983",
    phrase=SHARE_NEEDED,
)
TOLERANCE = CONSENSUS.rule(
    4,
    "tolerance",
    "no two positions are further apart than `tolerance`",
    "Hegselmann & Krause 2002",
    reads={"consensus.tolerance"},
    phrase="{Proposal} is proposed. The two furthest apart differed by {apart}; up to "
    "{tolerance} is tolerated",
)
CONSENT = CONSENSUS.rule(
    5,
    "consent",
    "nobody believes that the proposal loses more than `objection`; it is amended to what is "
    "least objected to",
    "Buck & Villines 2007, sociocracy",
    reads={"consensus.objection"},
    phrase="{objections}",
)
CONFIDENCE = CONSENSUS.rule(
    6,
    "confidence",
    "what all in the room know makes the proposal right with probability `confidence`",
    "Wald 1945",
    reads={"consensus.confidence"},
    phrase="By what all of them knew, {proposal} was right{within} with a probability of "
    "{probability}; {confidence} is asked for",
)

FALLBACK = Family("fallback", "consensus.fallback")
FALL_TO_AUTHORITY = FALLBACK.rule(
    0,
    "authority",
    "the accountable leader decides on their own assessment",
    "Vroom & Yetton 1973",
)
FALL_TO_MAJORITY = FALLBACK.rule(
    1, "majority", "the alternative with the most weighted ballots", "standard"
)
FALL_TO_BEST = FALLBACK.rule(
    2, "best-so-far", "the proposal that had the most support in any round", "convention"
)
FALL_TO_ESCALATE = FALLBACK.rule(
    3,
    "escalate",
    "the manager one level up joins and the clock starts anew; at the top the leader there decides",
    "Radner 1993",
)
FALL_TO_DROP = FALLBACK.rule(
    4,
    "drop",
    "nothing is done: the status quo where there is one, else the matter is dropped",
    "convention",
)


@compiled
def agrees(preferred: int, position: float, proposed: int, number: float, tolerance: float) -> bool:
    """Whether a member stands behind a proposal: prefers it, or (an estimate, proposed = -1) is
    within tolerance."""
    if proposed >= 0:
        return preferred == proposed
    gap = position - number
    return -tolerance <= gap <= tolerance


@compiled
def support(agreeing: Integers, voiced: Integers) -> float:
    """The share of the members with a position who stand behind a proposal: heads, not weight."""
    behind = 0
    total = 0
    for p in range(len(voiced)):
        if voiced[p]:
            total += 1
            if agreeing[p]:
                behind += 1
    return behind / total if total > 0 else 0.0


@compiled
def dissent(agreeing: Integers, voiced: Integers) -> float:
    """The share of members with a position who prefer something else than what was decided."""
    against = 0
    total = 0
    for p in range(len(voiced)):
        if voiced[p]:
            total += 1
            if not agreeing[p]:
                against += 1
    return against / total if total > 0 else 0.0


@compiled
def needed(consensus: int, threshold: float) -> float:
    """The share of the members that a consensus rule asks for (majority: more than it; 0: counts
    no shares)."""
    if consensus == NONE or consensus == CUSTOM or consensus > UNANIMITY:
        return 0.0
    if consensus == MAJORITY:
        return 0.5
    return threshold if consensus == SUPERMAJORITY else 1.0


@compiled
def reached(consensus: int, threshold: float, share: float, against: float) -> bool:
    """Whether a room with `share` of its members behind the proposal, and `against` not, agrees.

    For the rules that count heads: members with a position, whatever their decision weight. How
    much weight each has is the other dial, of power; by weight, an accountable leader with three
    quarters of it would settle the matter alone.
    """
    if consensus == NONE:
        return True
    if consensus == MAJORITY:
        return share > 0.5 + 1e-12
    if consensus == SUPERMAJORITY:
        return share >= threshold - 1e-12
    return against == 0.0


@compiled
def agrees_on(consensus: int, measure: float, bound: float, share: float, against: float) -> bool:
    """Whether a room agrees on its proposal, by a built-in consensus rule.

    measure: of `tolerance` the widest gap between positions, of `consent` the largest loss that
    anybody believes in, of `confidence` the log odds that the proposal is right; else not read.
    bound: what the measure, or of `supermajority` the share of the members, is held against; of
    `confidence` a probability. share, against: see `reached`.
    """
    if consensus == TOLERANCE:
        return measure <= bound + 1e-12
    if consensus == CONSENT:
        return measure <= bound
    if consensus == CONFIDENCE:
        return confident(measure, bound)
    return reached(consensus, bound, share, against)


@compiled
def bound_of(
    consensus: int,
    threshold: float,
    tolerance: float,
    objection: float,
    confidence: float,
    scale: float,
) -> float:
    """What a built-in consensus rule holds its measure against (see `agrees_on`).

    tolerance: in units of worth already; objection: in standard deviations of worth, of `scale`
    each; threshold and confidence: shares.
    """
    if consensus == TOLERANCE:
        return tolerance
    if consensus == CONSENT:
        return objection * scale
    return confidence if consensus == CONFIDENCE else threshold


@compiled
def disagreement(positions: Vector, counted: Integers, alternatives: int) -> float:
    """The widest gap between two members' positions on the same alternative (positions: members x
    alternatives)."""
    widest = 0.0
    for m in range(alternatives):
        low = 0.0
        high = 0.0
        found = False
        for p in range(len(counted)):
            if counted[p]:
                z = positions[p * alternatives + m]
                if not found or z < low:
                    low = z
                if not found or z > high:
                    high = z
                found = True
        if high - low > widest:
            widest = high - low
    return widest


@compiled
def believed_loss(
    positions: Vector, member: int, alternatives: int, proposed: int, number: float
) -> float:
    """What a member believes a proposal loses: against their own best, or (an estimate, proposed =
    -1) in distance."""
    first = member * alternatives
    if proposed < 0:
        gap = positions[first] - number
        return gap if gap >= 0.0 else -gap
    best = positions[first]
    for m in range(1, alternatives):
        if positions[first + m] > best:
            best = positions[first + m]
    return best - positions[first + proposed]


@compiled
def strongest_objection(
    positions: Vector, counted: Integers, alternatives: int, proposed: int, number: float
) -> float:
    """The largest loss that any member believes a proposal would bring; 0 in silence."""
    worst = 0.0
    for p in range(len(counted)):
        if counted[p]:
            loss = believed_loss(positions, p, alternatives, proposed, number)
            if loss > worst:
                worst = loss
    return worst


@compiled
def amended(
    positions: Vector, counted: Integers, alternatives: int, ties: Vector, scores: Vector
) -> int:
    """The alternative whose strongest objection is weakest: what a room amends its proposal to
    (minimax loss).

    `scores` is room for one number an alternative.
    """
    for m in range(alternatives):
        scores[m] = -strongest_objection(positions, counted, alternatives, m, 0.0)
    return leading(scores, ties)


@compiled
def midrange(positions: Vector, counted: Integers) -> float:
    """The number whose strongest objection is weakest: half way between the extreme positions; 0 in
    silence."""
    low = 0.0
    high = 0.0
    found = False
    for p in range(len(counted)):
        if counted[p]:
            if not found or positions[p] < low:
                low = positions[p]
            if not found or positions[p] > high:
                high = positions[p]
            found = True
    return 0.5 * (low + high)
