"""Power: whose word counts how much in a room, and what a room proposes."""

from __future__ import annotations

from sim.compiler import compiled
from sim.rules.evidence import hide, leading
from sim.rules.family import (
    COUNTED,
    HALF_LIFE,
    INFLUENCES,
    LEVELS,
    ONE_VOICE,
    POSITIONS,
    PREFERRED,
    ROOM,
    ROUNDS,
    ROUTED,
    SCORES,
    STAKES,
    WEIGHTS,
    WHOLE,
    WHOLES,
    Family,
    Input,
)
from sim.rules.vectors import Integers, Vector

READS_ALONE = frozenset({"power.rule", "power.with", "power.gather"})
"""What is read of `power` and `consensus` where one voice decides."""
READS_LEVELS = READS_ALONE | {"consensus.tolerance"}
"""Where levels approve a proposal, one after another: also how near an estimate must be."""
READS_ADVISED = READS_LEVELS | {
    *("power.forum.size", "power.forum.choose", "power.forum.quorum"),
    *("power.forum.mode", "power.forum.reply", "consensus.round"),
    *("consensus.turns", "consensus.candour"),
}
"""Where a room advises one voice, in a single round, in which no weights count."""
READS_TOGETHER = READS_ADVISED | {
    *("power.sharing", "power.voice", "consensus.rule", "consensus.with", "consensus.threshold"),
    *("consensus.pause", "consensus.limit", "consensus.fallback", "consensus.susceptibility"),
    *("consensus.self", "consensus.stranger", "consensus.objection", "consensus.confidence"),
    *("consensus.confidence_bound", "consensus.G"),
}
"""Where a room decides in common."""

POWER = Family(
    "power",
    "power.rule",
    "what a forum proposes: a score for every alternative, of which the highest is proposed; "
    "for an estimate, one score: the number",
    True,
    SCORES,
    -1e300,
    1e300,
    {
        "positions": POSITIONS,
        "counted": COUNTED,
        "preferred": PREFERRED,
        "power": WEIGHTS,
        "influence": INFLUENCES,
        "open": Input(
            WHOLES,
            "by alternative, 1 where all have heard of it; the scores of others do not count",
        ),
        "head": Input(WHOLE, "the seat of the accountable leader"),
        "rounds": ROUNDS,
        "half_life": HALF_LIFE,
        "stakes": STAKES,
    },
    decides=(ROOM, ONE_VOICE),
    custom_reads=READS_TOGETHER,
)
AUTOCRATIC = POWER.rule(
    0,
    "autocratic",
    "the accountable leader decides alone, on their own assessment, when gathering time is over",
    "Vroom & Yetton 1973, AI/AII",
    decides=ONE_VOICE,
    reads=READS_ALONE,
)
CONSULTATIVE = POWER.rule(
    1,
    "consultative",
    "the accountable leader hears advisers in one round, then decides on their own assessment",
    "Vroom & Yetton 1973, CII",
    decides=ONE_VOICE,
    reads=READS_ADVISED,
)
DELEGATED = POWER.rule(
    2,
    "delegated",
    "whoever the accountable leader believes knows most decides on their own assessment",
    "Aghion & Tirole 1997",
    decides=ONE_VOICE,
    reads=READS_ALONE | {"flow.reach"},
)
SHARED = POWER.rule(
    3,
    "shared",
    "a forum decides: the alternative with the highest weighted position",
    "DeGroot 1974; Pearce & Conger 2003",
    decides=ROOM,
    reads=READS_TOGETHER,
)
VOTE = POWER.rule(
    4,
    "vote",
    "a forum decides: the alternative with the most weighted ballots",
    "Condorcet 1785",
    decides=ROOM,
    reads=READS_TOGETHER,
)
ROTATING = POWER.rule(
    5,
    "rotating",
    "a forum decides what its chair prefers; the chair changes with each round",
    "convention; shared leadership as a rotated role: Pearce & Conger 2003",
    decides=ROOM,
    reads=READS_TOGETHER,
    phrase="whose turn it was",
)
EMERGENT = POWER.rule(
    6,
    "emergent",
    "a forum decides what its most influential member prefers",
    "DeRue & Ashford 2010",
    decides=ROOM,
    reads=READS_TOGETHER,
    phrase="the most influential there",
)
CHAIN = POWER.rule(
    7,
    "chain",
    "every level from the origin up to the accountable leader must approve the origin's proposal, "
    "one after another",
    "Sah & Stiglitz 1986, hierarchy",
    decides=LEVELS,
    reads=READS_LEVELS,
    phrase="every level must",
)
CHAMPION = POWER.rule(
    8,
    "champion",
    "any one level from the origin up to the accountable leader may approve the origin's proposal",
    "Sah & Stiglitz 1986, polyarchy",
    decides=LEVELS,
    reads=READS_LEVELS,
    phrase="any one level may",
)
CONTINGENT = POWER.rule(
    9,
    "contingent",
    "one of the other rules, by urgency, spread of evidence and stakes (see `power.contingent`)",
    "Vroom & Yetton 1973",
    decides=ROUTED,
)
ROUTES = ("when_urgent", "when_spread", "when_stakes", "otherwise")
"""The keys of `power.contingent` that name the rules it may come to."""
ROUTABLE = tuple(name for name, rule in POWER.rules.items() if rule.decides != ROUTED)
"""The rules that these keys may name."""

VOICE = Family("voice", "power.voice")
VOICE_EQUAL = VOICE.rule(0, "equal", "everybody's voice counts alike", "standard")
VOICE_EXPERTISE = VOICE.rule(
    1,
    "expertise",
    "voice in proportion to relevance: how precisely a leader sees what the accountable leader "
    "believes to matter",
    "French & Raven 1959",
)
VOICE_INFLUENCE = VOICE.rule(
    2, "influence", "voice in proportion to emergent influence", "DeRue & Ashford 2010"
)
VOICE_AUTHORITY = VOICE.rule(
    3, "authority", "voice in proportion to formal authority", "French & Raven 1959"
)


@compiled
def decision_weights(head: int, voice: Vector, sharing: float, weights: Vector) -> None:
    """Decision weights pi_p = (1 - sharing) [p is the head] + sharing voice_p / sum of voice.

    head: the seat of who answers for the matter. `sharing` in [0, 1] is the dial of power: at 0 one
    voice decides, having heard the room; at 1 the room does, each by their voice.
    """
    total = 0.0
    for p in range(len(voice)):
        total += voice[p]
    for p in range(len(voice)):
        own = 1.0 - sharing if p == head else 0.0
        weights[p] = own + sharing * (voice[p] / total)


@compiled
def weighted_ballots(
    preferred: Integers, voiced: Integers, weights: Vector, ballots: Vector
) -> None:
    """The decision weight behind each alternative; a member without a position casts no ballot."""
    for m in range(len(ballots)):
        ballots[m] = 0.0
    for p in range(len(preferred)):
        if voiced[p]:
            ballots[preferred[p]] += weights[p]


@compiled
def weighted_positions(
    positions: Vector, voiced: Integers, weights: Vector, scores: Vector
) -> None:
    """Sum over members with a position of pi_p z_pm, over their total weight (positions: members x
    alternatives)."""
    alternatives = len(scores)
    total = 0.0
    for m in range(alternatives):
        scores[m] = 0.0
    for p in range(len(voiced)):
        if voiced[p]:
            total += weights[p]
            for m in range(alternatives):
                scores[m] += weights[p] * positions[p * alternatives + m]
    if total > 0.0:
        for m in range(alternatives):
            scores[m] = scores[m] / total


@compiled
def weighted_median(positions: Vector, voiced: Integers, weights: Vector) -> float:
    """The smallest position with at least half of the decision weight at or below it (Black 1948);
    0 in silence."""
    total = 0.0
    for p in range(len(voiced)):
        if voiced[p]:
            total += weights[p]
    found = False
    median = 0.0
    for p in range(len(voiced)):
        if voiced[p] and (not found or positions[p] < median):
            below = 0.0
            for q in range(len(voiced)):
                if voiced[q] and positions[q] <= positions[p]:
                    below += weights[q]
            if below >= 0.5 * total - 1e-12:
                median = positions[p]
                found = True
    return median


@compiled
def proposal(
    by_ballot: bool,
    positions: Vector,
    voiced: Integers,
    preferred: Integers,
    weights: Vector,
    ties: Vector,
    known: Integers,
    scores: Vector,
) -> int:
    """The alternative a room proposes: by weighted ballots (vote), or by weighted positions
    (shared).

    Only alternatives `known` to the room can be. `scores` is room for one number an alternative. -1
    when nobody with a decision weight has a position.
    """
    anyone = False
    for p in range(len(voiced)):
        if voiced[p] and weights[p] > 0.0:
            anyone = True
    if not anyone:
        return -1
    if by_ballot:
        weighted_ballots(preferred, voiced, weights, scores)
    else:
        weighted_positions(positions, voiced, weights, scores)
    hide(scores, known)
    return leading(scores, ties)


@compiled
def proposed_number(
    by_ballot: bool, positions: Vector, voiced: Integers, weights: Vector, scores: Vector
) -> float:
    """The number a room proposes for an estimate: the weighted median (vote) or the weighted mean
    (shared)."""
    if by_ballot:
        return weighted_median(positions, voiced, weights)
    weighted_positions(positions, voiced, weights, scores)
    return scores[0]


ALONE, DELEGATE, BY_LEVELS, IN_ROOM = range(4)
"""The ways an issue can take under a power rule: the accountable leader judges it alone; whom it
delegates to does; levels do, one after another; or a room meets, to decide or to advise."""


@compiled
def way_of(power: int) -> int:
    """Which way an issue takes under a power rule other than `contingent`, which only routes."""
    if power == AUTOCRATIC:
        return ALONE
    if power == DELEGATED:
        return DELEGATE
    return BY_LEVELS if power == CHAIN or power == CHAMPION else IN_ROOM


@compiled
def deliberates(power: int) -> bool:
    """Whether a forum decides in common under a power rule, rather than advise one voice."""
    return way_of(power) == IN_ROOM and power != CONSULTATIVE and power != CONTINGENT


@compiled
def judged_at(way: int, ready: int, tick: int, gather: int) -> int:
    """The tick from which on whoever has to judge alone does so, when it gets the matter at `tick`.

    Every level gathers anew, for `gather` ticks; a delegate waits until `ready`, when gathering is
    over.
    """
    if way == BY_LEVELS:
        return tick + gather
    return ready if ready > tick else tick


@compiled
def rotating_chair(first: int, turn: int, counted: Integers) -> int:
    """The seat that chairs round `turn` (from 1) when the chair passes round from seat `first`; -1
    in silence.

    A seat that is absent, or has no position, lets the chair pass to the next.
    """
    seats = len(counted)
    for step in range(seats):
        seat = (first + turn - 1 + step) % seats
        if counted[seat]:
            return seat
    return -1


@compiled
def emergent_chair(influence: Vector, draws: Vector, counted: Integers) -> int:
    """The seat of who has most influence among those with a position (the lowest draw among
    equals); -1 in silence."""
    chair = -1
    for seat in range(len(counted)):
        if counted[seat]:
            ahead = chair < 0 or influence[seat] > influence[chair]
            if ahead or (influence[seat] == influence[chair] and draws[seat] < draws[chair]):
                chair = seat
    return chair


@compiled
def evidence_spread(weights: Vector, own: Vector, pooled: Vector) -> float:
    """How far what matters is known by others than oneself, in [0, 1): 0 when one alone sees as
    much as all together.

    1 - sum_k w_k tau_k / (1 + tau_k) over sum_k w_k T_k / (1 + T_k): variance that one's own
    precisions tau explain, of what the precisions T of all who sense the issue would (the leader's
    information of Vroom & Yetton 1973).
    """
    alone = 0.0
    together = 0.0
    for k in range(len(weights)):
        alone += weights[k] * (own[k] / (1.0 + own[k]))
        together += weights[k] * (pooled[k] / (1.0 + pooled[k]))
    return 1.0 - alone / together if together > alone else 0.0


@compiled
def contingent_on(
    urgent: bool,
    spread: bool,
    weighty: bool,
    when_urgent: int,
    when_spread: int,
    when_stakes: int,
    otherwise: int,
) -> int:
    """The power rule for an issue: the first of the three conditions that holds decides (after
    Vroom & Yetton 1973)."""
    if urgent:
        return when_urgent
    if spread:
        return when_spread
    return when_stakes if weighty else otherwise
