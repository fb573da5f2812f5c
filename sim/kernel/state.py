"""The state of a run as arrays.

Pools (issues, messages, copies of ideas, values, bookings, versions of the direction, decisions)
have a fixed capacity; entry 0 of each is a dummy that stands for 'none'. A run that needs more says
which pool was short and is played again with twice as much: capacities never change results.
Entries are freed for reuse when an issue closes, so memory follows what is going on at once, not
what has gone on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.clock import NEVER
from sim.outcome import DAY, DECISION
from sim.parameters import Numbers
from sim.rules.desks import LATE
from sim.rules.influence import REFLECTED
from sim.world.witnesses import WAYS

# Counters in State.count.
TICK, SHIFTS, SEQUENCE, NUMBERED, OPEN_ISSUES, OPEN_COHORT = 0, 1, 2, 3, 4, 5
SENT, READ, EXPIRED, WINDOW, TODAY, MOVING = 6, 7, 8, 9, 10, 11
MEASURING, SHORT, NEXT_EXPIRY = 12, 13, 14
FREE_ISSUE, FREE_MESSAGE, FREE_COPY, FREE_VALUE = 15, 16, 17, 18
CONVENING, DECIDING, COVERED, ACTIVE, MAIL, DECISIONS, DAYS = 19, 20, 21, 22, 23, 24, 25
INVALID, SETTINGS, REPLACEMENTS, WITHIN = 26, 27, 28, 29
FREE_CONCERN, UNSETTLED = 30, 31
COUNTERS = 32

CAME, HEARD, SENT_ON = 1, 2, 4
"""Marks of an idea at a desk: it came there, was read (and passed on), was sent nearer to who
answers for the issue. A witness's own came and was read."""
MARK_BITS, IDEAS_A_WORD = 4, 16
"""How many bits the marks of an idea take, and how many ideas' marks a number has room for."""
ALL_CAME = sum(CAME << MARK_BITS * place for place in range(IDEAS_A_WORD))
"""The marks of ideas that all came to a desk."""

# Columns of State.mail_account and State.idea_account.
CAME_IN, UNREAD_OUT, LYING, WAITED = range(4)
IDEAS_IN, IDEAS_WEIGHED, IDEAS_PASSED, ENDED = range(4)
RIGHT_OWN = ENDED + LATE + 1
RIGHT_IN, RIGHT_PASSED = RIGHT_OWN + 1, RIGHT_OWN + 1 + WAYS
RIGHT_ENDED = RIGHT_PASSED + WAYS

POOLS = (
    "issues",
    "messages",
    "copies",
    "values",
    "bookings",
    "versions",
    "decisions",
    "concerns",
)
ISSUES, MESSAGES, COPIES, VALUES, BOOKINGS, VERSIONS, RECORDED, CONCERNS = range(1, 9)

_WHOLE = """kind number sequence k0 k1 raised expires guide version origin accountable head rule
alternatives best witnesses looked affected state delegate climbing ready mark gather scheduling
deliberation escalation rollout seats next_round rounds rounds_before first_start chair proposed
best_choice best_chair last_choice agreed chosen decider closed_by participants informed_affected
outside_room next_alone next_starting next_ending copies recorded
reading concerns place convening"""
_REAL = """half_life scale tolerance ceiling best_support best_number last_number proposed_number
number_chosen person_ticks rework dissent unsaid coverage commitment"""
ISSUE = np.dtype(
    [(name, "i8") for name in _WHOLE.split()] + [(name, "f8") for name in _REAL.split()]
)

MESSAGE = np.dtype(
    [
        (name, "i8")
        for name in "what issue source target way copy version part attempt held next".split()
    ]
    + [(name, "i8") for name in ("sequence", "arrived", "place", "concern")]
    + [(name, "f8") for name in ("fidelity", "tie", "urgency", "distortion", "news")]
)

COPY = np.dtype(
    [(name, "i8") for name in "hops stage parent originator place teller holder value next".split()]
    + [("variance", "f8"), ("added", "f8")]
)

CONCERN = np.dtype(
    [(name, "i4") for name in "leader issue next following minded informed below seat".split()]
)
"""What a leader has to do with an open issue (see `sim.kernel.pools`): how many ideas of others
they have in mind, whether they know the decision, how many below them are to be told of it, and
their place in the room (-1 for none)."""


class Capacity(NamedTuple):
    """How many entries each pool has room for."""

    issues: int = 32
    messages: int = 4096
    copies: int = 8192
    values: int = 2048
    bookings: int = 16
    versions: int = 8
    decisions: int = 512
    concerns: int = 2048

    @classmethod
    def of(cls, leaders: int) -> Capacity:
        """What a first run of so many leaders is given: more where they are hundreds, as they may
        be as busy as a few dozen are."""
        times, usual = 1 << (leaders // 256).bit_length(), cls()
        fixed = usual.bookings, usual.versions
        return cls(*(times * size for size in usual))._replace(bookings=fixed[0], versions=fixed[1])

    def doubled(self, short: int) -> Capacity:
        """Twice the room in the pool with this code."""
        name = POOLS[short - 1]
        return self._replace(**{name: 2 * getattr(self, name)})


class State(NamedTuple):
    """Everything that changes while a run is played; [I] an entry an issue slot, [N] a leader, [T]
    a tick."""

    count: np.ndarray  # type: ignore[assignment]
    stream: np.ndarray
    directions: np.ndarray  # [2, versions, K] the need, and the direction that decisions set
    next_shift: np.ndarray  # [1]
    next_arrival: np.ndarray  # [kinds]
    ordinals: np.ndarray  # [kinds]
    rates: np.ndarray  # [kinds + 1] at which kinds of issue arise, and the direction shifts, now
    left: np.ndarray  # [kinds + 1] of a wait, as it would be at rate 1, while that rate is 0
    issues: np.ndarray  # [I] of ISSUE
    free_issue: np.ndarray
    active: np.ndarray
    convening: np.ndarray
    deciding: np.ndarray
    covered: np.ndarray
    turn: np.ndarray  # [I] the draw that orders forums alike in urgency and age
    theta: np.ndarray  # [I, M * K]
    salience: np.ndarray  # [I, K]
    weights: np.ndarray  # [I, K]
    worths: np.ndarray  # [I, M]
    ties: np.ndarray  # [I, M]
    owners: np.ndarray  # [I, K]
    witness: (
        np.ndarray
    )  # [I, W] those who looked at the issue: its witnesses, then others who had to judge
    inventor: (
        np.ndarray
    )  # [I, M] the place of the witness who thought of an alternative, -1 for none
    open: np.ndarray  # [I, M] 1 for an alternative that all in the room have heard of
    own_copy: np.ndarray  # [I, W] the idea of the witness at a place, as they have it themselves
    concerns: np.ndarray  # of CONCERN
    free_concern: np.ndarray
    concern_at: np.ndarray  # the first of the concerns whose hash is a place in this array
    mind: np.ndarray  # [concerns, span] copies of others' ideas that a leader has in mind, as heard
    marks: np.ndarray  # [concerns, W / 16] what became of whose ideas at a leader's desk
    record: np.ndarray  # [I, W] the copy of an idea that is on the room's record, 0 for none
    record_order: np.ndarray  # [I, W] the places of those on record, in the order of being said
    leaning: np.ndarray  # [N, K] what a leader takes to matter more or less: a factor
    person: np.ndarray  # [N] the key of the person who holds the seat, for draws about people
    since: np.ndarray  # [N] the tick since which they hold it
    persons: np.ndarray  # [N] how many held it before
    competence: np.ndarray  # [N] how precisely they sense, times what their position gives
    granted: np.ndarray  # [N] how precisely others take them to sense, likewise
    reputation: np.ndarray  # [N] the competence that their record speaks for
    shape: np.ndarray  # [N] of the gamma distribution of what is known of their competence
    rate: np.ndarray  # [N] of it too
    room: np.ndarray  # [I, R]
    seat_concern: np.ndarray  # [I, R] what those in the room have to do with the issue
    power: np.ndarray  # [I, R] decision weights
    positions: np.ndarray  # [I, R * M]
    present: np.ndarray  # [I, R] who is there for the round that is booked or held
    voiced: np.ndarray  # [I, R]
    preferred: np.ndarray  # [I, R]
    agreeing: np.ndarray  # [I, R]
    used: np.ndarray  # [I, W]
    spoken_for: np.ndarray  # [I, W] the alternative that a witness's look alone speaks for
    messages: np.ndarray
    free_message: np.ndarray
    due: np.ndarray  # [T] first message due at a tick
    copies: np.ndarray
    free_copy: np.ndarray
    values: np.ndarray  # [values, ideas * K]
    free_value: np.ndarray
    starting: np.ndarray  # [T]
    ending: np.ndarray  # [T]
    alone: np.ndarray  # [T]
    owed: np.ndarray  # [N] messages of written rounds to be read before others
    inbox: np.ndarray  # [N] first message
    inbox_end: np.ndarray  # [N] last message
    today_after: np.ndarray  # [N] the last message before today's
    today_tick: np.ndarray  # [N]
    mail: np.ndarray  # [N] leaders with mail
    has_mail: np.ndarray  # [N]
    fidelity: np.ndarray  # [N, parts, versions]
    newest: np.ndarray  # [N, parts]
    booked_from: np.ndarray  # [N, B]
    booked_until: np.ndarray  # [N, B]
    bookings: np.ndarray  # [N]
    backlog: np.ndarray  # [N]
    worked_until: np.ndarray  # [N]
    forum_ticks: np.ndarray  # [N]
    away_ticks: np.ndarray  # [N]
    messages_read: np.ndarray  # [N]
    context_read: np.ndarray  # [N]
    reading_ticks: np.ndarray  # [N] in periods that are over
    context_ticks: np.ndarray  # [N] likewise
    engagement: np.ndarray  # [N]
    influence: np.ndarray  # [N]
    held_power: np.ndarray  # [N]
    by_power: np.ndarray  # [N] leaders in ascending order of held_power
    aligned: np.ndarray  # [N]
    realigned: np.ndarray  # [N]
    witnessed: np.ndarray  # [N]
    was_heard: np.ndarray  # [N]
    mail_account: (
        np.ndarray
    )  # [N, 4] messages that came, left unread (both in the window), lie there now; ticks waited
    idea_account: (
        np.ndarray
    )  # [N, RIGHT_ENDED + 3] ideas that came, were weighed, passed on; how the others ended
    # (rules.desks); of the right ones: own, came and passed on by way (world.witnesses), ended
    sums: np.ndarray  # [5, N] daily backlog, engagement, context, alignment, influence
    people: np.ndarray  # [2, N] competence and reputation at the end of the last measured day
    undone: (
        np.ndarray
    )  # [3] backlog of all before and at the end of the measured window, and rework in it
    decisions: np.ndarray
    days: np.ndarray
    # Scratch, written before it is read.
    relevances: np.ndarray  # [N]
    ranks: np.ndarray  # [N]
    ranked: np.ndarray  # [N]
    leaving: np.ndarray  # [N] who is replaced now
    seen: np.ndarray  # [N] 0, but while somebody is looked for
    line_hops: np.ndarray  # [N] to who answers for an issue
    nearest: np.ndarray  # [W] the fewest of them over the desks that an idea came to
    as_near: np.ndarray  # [W] at how many desks
    group_units: np.ndarray  # [K] of candidates in groups (see sim.world.witnesses); G: most groups
    group_from: np.ndarray  # [G]
    group_until: np.ndarray  # [G]
    group_left: np.ndarray  # [G]
    group_drawn: np.ndarray  # [G]
    group_relevance: np.ndarray  # [G]
    group_due: np.ndarray  # [G]
    group_pick: np.ndarray  # [G]
    taken: np.ndarray  # [W]
    seated: np.ndarray  # [positions]
    candidates: np.ndarray  # [positions]
    dealt: np.ndarray  # [positions]
    scores: np.ndarray  # [max(W, M)]
    precisions: np.ndarray  # [K]
    beliefs: np.ndarray  # [K]
    facet_fidelity: np.ndarray  # [K]
    facet_direction: np.ndarray  # [K]
    pooled: np.ndarray  # [K]
    single: np.ndarray  # [K]
    even: np.ndarray  # [K] ones
    weighted: np.ndarray  # [M * K]
    weight: np.ndarray  # [K]
    assessment: np.ndarray  # [M]
    noise: np.ndarray  # [M * K]
    assessed: np.ndarray  # [R * M]
    has_assessed: np.ndarray  # [R]
    shown: np.ndarray  # [R * M]
    free: np.ndarray  # [R]
    ordered: np.ndarray  # [R]
    counted: np.ndarray  # [R]
    heeded: np.ndarray  # [R]
    row: np.ndarray  # [R]
    selves: np.ndarray  # [R]
    centralities: np.ndarray  # [R]
    before: np.ndarray  # [R]
    matrix: np.ndarray  # [R * R] where influence is reflected
    means: np.ndarray  # [M]
    variances: np.ndarray  # [M]
    room_weights: np.ndarray  # [K]
    ordered_issues: np.ndarray  # [I]
    joined: np.ndarray  # [R]
    voice: np.ndarray  # [R]
    said_copy: np.ndarray  # [max(W, R)] what is said in a round, in the order of the draws
    said_draw: np.ndarray  # [max(W, R)]
    holding: np.ndarray  # [R] who of the room holds an idea
    influences: np.ndarray  # [R]
    answer: np.ndarray  # [2] of a custom rule


def _pool(size: int) -> np.ndarray:
    """A stack of free entries 1 .. size."""
    return np.arange(size, -1, -1, dtype=np.int64)


def _concerns(size: int) -> np.ndarray:
    """Concerns 0 .. size; the first, which stands for none, has no seat."""
    concerns = np.zeros(size + 1, CONCERN)
    concerns[0]["seat"] = -1
    return concerns


def new_state(n: Numbers, room: Capacity) -> State:
    """A state before the first tick, with all that is the same for every replication set."""
    slots, leaders, facets, most = room.issues + 1, n.leaders, n.facets, n.alternatives
    ticks, size = n.last_tick + 2, most * n.facets
    groups = n.positions * (facets + 1)
    pairs = n.seats * n.seats if n.influence == REFLECTED else 1
    floats, ints = np.zeros, lambda *shape: np.zeros(shape, np.int64)
    small = lambda *shape: np.zeros(shape, np.int32)  # noqa: E731
    count = ints(COUNTERS)
    count[FREE_ISSUE], count[FREE_MESSAGE] = room.issues, room.messages
    count[FREE_COPY], count[FREE_VALUE] = room.copies, room.values
    count[FREE_CONCERN] = room.concerns
    count[NEXT_EXPIRY] = NEVER
    fidelity = floats((leaders, n.parts, room.versions))
    fidelity[:, :, 0] = n.first_fidelity
    return State(
        count=count,
        stream=ints(2),
        directions=floats((2, room.versions, facets)),
        next_shift=floats(1),
        next_arrival=floats(n.kinds),
        ordinals=ints(n.kinds),
        rates=floats(n.kinds + 1),
        left=floats(n.kinds + 1),
        issues=np.zeros(slots, ISSUE),
        free_issue=_pool(room.issues),
        active=ints(slots),
        convening=ints(slots),
        deciding=ints(slots),
        covered=ints(slots),
        turn=floats(slots),
        theta=floats((slots, size)),
        salience=floats((slots, facets)),
        weights=floats((slots, facets)),
        worths=floats((slots, most)),
        ties=floats((slots, most)),
        owners=ints(slots, facets),
        witness=ints(slots, n.witnesses),
        inventor=ints(slots, most),
        open=ints(slots, most),
        own_copy=small(slots, n.witnesses),
        concerns=_concerns(room.concerns),
        free_concern=_pool(room.concerns),
        concern_at=small(1 << (2 * room.concerns - 1).bit_length()),
        mind=small(room.concerns + 1, min(n.most_span, n.witnesses)),
        marks=ints(room.concerns + 1, (n.witnesses + IDEAS_A_WORD - 1) // IDEAS_A_WORD),
        record=small(slots, n.witnesses),
        record_order=small(slots, n.witnesses),
        leaning=np.ones((leaders, facets)),
        person=n.key.copy(),
        since=ints(leaders),
        persons=ints(leaders),
        competence=np.ones(leaders),
        granted=np.ones(leaders),
        reputation=np.ones(leaders),
        shape=np.full(leaders, n.record_shape),
        rate=np.full(leaders, n.record_shape),
        room=ints(slots, n.seats),
        seat_concern=small(slots, n.seats),
        power=floats((slots, n.seats)),
        positions=floats((slots, n.seats * most)),
        present=ints(slots, n.seats),
        voiced=ints(slots, n.seats),
        preferred=ints(slots, n.seats),
        agreeing=ints(slots, n.seats),
        used=small(slots, n.witnesses),
        spoken_for=small(slots, n.witnesses),
        messages=np.zeros(room.messages + 1, MESSAGE),
        free_message=_pool(room.messages),
        due=ints(ticks),
        copies=np.zeros(room.copies + 1, COPY),
        free_copy=_pool(room.copies),
        values=floats((room.values + 1, n.ideas * facets)),
        free_value=_pool(room.values),
        starting=ints(ticks),
        ending=ints(ticks),
        alone=ints(ticks),
        owed=ints(leaders),
        inbox=ints(leaders),
        inbox_end=ints(leaders),
        today_after=ints(leaders),
        today_tick=np.full(leaders, -1, np.int64),
        mail=ints(leaders),
        has_mail=ints(leaders),
        fidelity=fidelity,
        newest=ints(leaders, n.parts),
        booked_from=ints(leaders, room.bookings),
        booked_until=ints(leaders, room.bookings),
        bookings=ints(leaders),
        backlog=floats(leaders),
        worked_until=ints(leaders),
        forum_ticks=ints(leaders),
        away_ticks=ints(leaders),
        messages_read=ints(leaders),
        context_read=ints(leaders),
        reading_ticks=floats(leaders),
        context_ticks=floats(leaders),
        engagement=np.full(leaders, n.engagement),
        influence=np.ones(leaders),
        held_power=floats(leaders),
        by_power=np.arange(leaders, dtype=np.int64),
        aligned=floats(leaders),
        realigned=np.ones(leaders, np.int64),
        witnessed=ints(leaders),
        was_heard=ints(leaders),
        mail_account=ints(leaders, WAITED + 1),
        idea_account=floats((leaders, RIGHT_ENDED + LATE + 1)),
        sums=floats((5, leaders)),
        people=np.ones((2, leaders)),
        undone=floats(3),
        decisions=np.zeros(room.decisions + 1, DECISION),
        days=np.zeros((n.horizon - n.warmup) // n.day + 1, DAY),
        relevances=floats(leaders),
        ranks=floats(leaders),
        ranked=ints(leaders),
        leaving=ints(leaders),
        seen=ints(leaders),
        line_hops=ints(leaders),
        nearest=ints(n.witnesses),
        as_near=ints(n.witnesses),
        group_units=ints(facets),
        group_from=ints(groups),
        group_until=ints(groups),
        group_left=ints(groups),
        group_drawn=ints(groups),
        group_relevance=floats(groups),
        group_due=floats(groups),
        group_pick=floats(groups),
        taken=ints(n.witnesses),
        seated=ints(n.positions),
        candidates=ints(n.positions),
        dealt=ints(n.positions),
        scores=floats(max(n.witnesses, most)),
        precisions=floats(facets),
        beliefs=floats(facets),
        facet_fidelity=floats(facets),
        facet_direction=floats(facets),
        pooled=floats(facets),
        single=floats(facets),
        even=np.ones(facets),
        weighted=floats(size),
        weight=floats(facets),
        assessment=floats(most),
        noise=floats(size),
        assessed=floats(n.seats * most),
        has_assessed=ints(n.seats),
        shown=floats(n.seats * most),
        free=ints(n.seats),
        ordered=ints(n.seats),
        counted=ints(n.seats),
        heeded=ints(n.seats),
        row=floats(n.seats),
        selves=floats(n.seats),
        centralities=floats(n.seats),
        before=floats(n.seats),
        matrix=floats(pairs),
        means=floats(most),
        variances=floats(most),
        room_weights=floats(facets),
        ordered_issues=ints(slots),
        joined=ints(n.seats),
        voice=floats(n.seats),
        said_copy=ints(max(n.witnesses, n.seats)),
        said_draw=floats(max(n.witnesses, n.seats)),
        holding=ints(n.seats),
        influences=floats(n.seats),
        answer=floats(2),
    )
