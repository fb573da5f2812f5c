"""The loop over ticks and, in each, over the phases in their one order."""

from __future__ import annotations

from typing import Any

from sim.clock import NEVER, PHASES
from sim.compiler import compiled_only
from sim.kernel.deciding import decide
from sim.kernel.desks import go
from sim.kernel.direction import (
    NEED,
    SET,
    fidelity_of,
    in_force,
    newest_version,
    realign,
    strategy_gap,
)
from sim.kernel.ideas import hear_idea
from sim.kernel.issues import raise_issue
from sim.kernel.learning import begin_day, in_order, learn, order_by_power, tire
from sim.kernel.meeting import begin_round, convene, work
from sim.kernel.messages import (
    deliver,
    is_void,
    learn_direction,
    say,
)
from sim.kernel.minds import take_up
from sim.kernel.periods import begin_period, end_period
from sim.kernel.pools import give
from sim.kernel.power import accept, notice
from sim.kernel.rollout import hear_decision
from sim.kernel.rounds import confer
from sim.kernel.state import (
    DAYS,
    DECIDING,
    EXPIRED,
    FREE_MESSAGE,
    INVALID,
    MAIL,
    MEASURING,
    OPEN_COHORT,
    OPEN_ISSUES,
    READ,
    SHIFTS,
    SHORT,
    TICK,
    TODAY,
    VERSIONS,
    WITHIN,
)
from sim.kernel.turnover import replace_people
from sim.rules.closing import OPEN
from sim.rules.desks import within
from sim.rules.flow import CONTEXT, DECISION, IDEA, MANDATE, NOTICE
from sim.rules.work import gini, reading_units
from sim.world.issues import arrival_gap, direction, run_stream, shift_gap
from sim.world.witnesses import is_away

ARISE, DELIVER, ATTEND, CONFER, CONVENE, DECIDE, LEARN = (
    PHASES.index(name)
    for name in ("arise", "deliver", "attend", "confer", "convene", "decide", "learn")
)
PHASE_COUNT = len(PHASES)
_NEVER = float(NEVER)


@compiled_only
def play(n: Any, k: Any, s: Any, seed: int, replication: int, until: int) -> int:
    """Play one replication on to tick `until`, or to its end; returns the code of the pool that was
    short, -1 for an invalid rule, or 0."""
    if s.count[TICK] == 0:
        begin(n, k, s, seed, replication)
    else:
        begin_period(n, k, s)
    while s.count[TICK] < until and (s.count[TICK] < n.horizon or s.count[OPEN_COHORT] > 0):
        tick = s.count[TICK]
        s.count[MEASURING] = 1 if n.warmup <= tick < n.horizon else 0
        s.count[WITHIN] = within(tick, n.warmup, n.horizon)
        for phase in range(PHASE_COUNT):
            if phase == ARISE:
                arise(n, k, s)
            elif phase == DELIVER:
                deliver(n, s)
            elif phase == ATTEND:
                attend(n, k, s)
            elif phase == CONFER:
                confer_all(n, k, s)
            elif phase == CONVENE:
                convene(n, k, s)
            elif phase == DECIDE:
                decide_all(n, k, s)
            elif phase == LEARN:
                learn(n, k, s)
                if (tick + 1) % n.day == 0:
                    end_day(n, s, tick + 1)
        if s.count[SHORT] > 0:
            return s.count[SHORT]
        if s.count[INVALID] > 0:
            return -1
        s.count[TICK] = tick + 1
    if s.count[TICK] == until:
        end_period(n, s)
    return 0


@compiled_only
def begin(n: Any, k: Any, s: Any, seed: int, replication: int) -> None:
    """Before the first tick: the run's stream, the first direction, the first arrivals."""
    k0, k1 = run_stream(seed, replication)
    s.stream[0] = k0
    s.stream[1] = k1
    direction(k0, k1, 0, s.directions[NEED, 0])
    direction(k0, k1, 0, s.directions[SET, 0])
    for leader in range(n.leaders):
        take_up(n, s, leader)
    s.rates[n.kinds] = n.shift_rate
    s.next_shift[0] = _NEVER
    if n.shift_rate > 0.0:
        s.next_shift[0] = 0.0 + shift_gap(k0, k1, 0, n.shift_rate)
    else:
        s.left[n.kinds] = shift_gap(k0, k1, 0, 1.0)
    for kind in range(n.kinds):
        s.rates[kind] = k.rate[kind]
        s.next_arrival[kind] = _NEVER
        if k.rate[kind] > 0.0:
            s.next_arrival[kind] = 0.0 + arrival_gap(k0, k1, k.key[kind], 0, k.rate[kind])
        else:
            s.left[kind] = arrival_gap(k0, k1, k.key[kind], 0, 1.0)


@compiled_only
def arise(n: Any, k: Any, s: Any) -> None:
    """People leave; the world moves, on the first tick of a day; the direction shifts; issues
    arise; witnesses sense."""
    tick = s.count[TICK]
    replace_people(n, k, s)
    if tick % n.day == 0:
        begin_day(n, k, s)
    k0, k1 = s.stream[0], s.stream[1]
    while int(s.next_shift[0]) == tick:
        version = s.count[SHIFTS] + 1
        if version >= s.directions.shape[1]:
            s.count[SHORT] = VERSIONS
            return
        s.count[SHIFTS] = version
        direction(k0, k1, version, s.directions[NEED, version])
        s.next_shift[0] = s.next_shift[0] + shift_gap(k0, k1, version, n.shift_rate)
        for leader in range(n.leaders):
            s.realigned[leader] = 1
            for piece in range(n.parts):
                if n.source[leader, piece]:
                    learn_direction(n, s, leader, version, piece, 1.0, -1)
    for kind in range(n.kinds):
        row = n.first_kind + kind
        while int(s.next_arrival[kind]) == tick:
            raise_issue(n, k, s, row, s.ordinals[kind])
            s.ordinals[kind] += 1
            gap = arrival_gap(k0, k1, k.key[row], s.ordinals[kind], k.rate[row])
            s.next_arrival[kind] = s.next_arrival[kind] + gap


@compiled_only
def attend(n: Any, k: Any, s: Any) -> None:
    """Each leader spends the tick: in a forum round, else reading, the rest at work."""
    tick = s.count[TICK]
    slot = s.starting[tick]
    while slot > 0:
        begin_round(n, k, s, slot)
        slot = s.issues[slot].next_starting
    kept = 0
    for at in range(s.count[MAIL]):
        leader = s.mail[at]
        if not _sits(s, leader, tick) and not is_away(
            s.stream[0], s.stream[1], n.key[leader], tick // n.day, n.away
        ):
            _read(n, k, s, leader, tick)
        if s.inbox[leader] > 0 or s.owed[leader] > 0:
            s.mail[kept] = leader
            kept += 1
        else:
            s.has_mail[leader] = 0
    s.count[MAIL] = kept


@compiled_only
def _sits(s: Any, leader: int, tick: int) -> bool:
    for at in range(s.bookings[leader]):
        if s.booked_from[leader, at] <= tick < s.booked_until[leader, at]:
            return True
    return False


@compiled_only
def _read(n: Any, k: Any, s: Any, leader: int, tick: int) -> None:
    """Read up to `attention` messages; those about closed matters are dropped unread and cost
    nothing.

    What others wrote in a written round comes first.
    """
    capacity = n.attention[leader]
    read = s.owed[leader] if s.owed[leader] < capacity else capacity
    news, unread = 0, 0
    s.owed[leader] -= read
    s.count[READ] += read
    while s.inbox[leader] > 0 and read < capacity:
        at = s.inbox[leader]
        s.inbox[leader] = s.messages[at].next
        if s.inbox[leader] == 0:
            s.inbox_end[leader] = 0
        if is_void(s, at):
            s.count[EXPIRED] += 1
            unread += 1
        else:
            read += 1
            s.count[READ] += 1
            if s.messages[at].what == CONTEXT:
                news += 1
            else:
                s.issues[s.messages[at].issue].reading += reading_units(capacity)
            _take(n, k, s, at)
        give(s, s.free_message, FREE_MESSAGE, at)
    go(s, leader, read + unread, unread)
    if read > 0:
        work(n, s, leader, tick, 1.0)
        work(n, s, leader, tick + 1, 1.0 - read / capacity)
        if s.count[MEASURING]:
            s.messages_read[leader] += read
            s.context_read[leader] += news


@compiled_only
def _take(n: Any, k: Any, s: Any, at: int) -> None:
    """Understand one message, and act on it."""
    message = s.messages[at]
    slot, me = int(message.issue), int(message.target)
    issue = s.issues[slot]
    if message.what == IDEA:
        hear_idea(n, s, at)
    elif message.what == CONTEXT:
        learn_direction(
            n, s, me, int(message.version), int(message.part), message.fidelity, int(message.source)
        )
    elif message.what == DECISION:
        hear_decision(n, k, s, slot, me, int(message.source))
    elif message.what == NOTICE:
        if issue.accountable == me:
            notice(n, k, s, slot)
        else:
            say(n, s, NOTICE, slot, me, issue.accountable)
    elif issue.delegate == me:
        accept(n, k, s, slot)
    else:
        say(n, s, MANDATE, slot, me, issue.delegate)


@compiled_only
def confer_all(n: Any, k: Any, s: Any) -> None:
    """Forum rounds that end now, the oldest issue first: it matters only to who is in two written
    rounds at once."""
    slot = s.ending[s.count[TICK]]
    count = 0
    while slot > 0:
        in_order(s, slot, count)
        count += 1
        slot = s.issues[slot].next_ending
    for at in range(count):
        confer(n, k, s, s.ordered_issues[at])


@compiled_only
def decide_all(n: Any, k: Any, s: Any) -> None:
    """Decisions taken now leave as messages, in the order in which their issues arose."""
    count = s.count[DECIDING]
    s.count[DECIDING] = 0
    for at in range(count):
        in_order(s, s.deciding[at], at)
    slot = s.alone[s.count[TICK]]
    while slot > 0:
        in_order(s, slot, count)
        count += 1
        slot = s.issues[slot].next_alone
    for at in range(count):
        if s.issues[s.ordered_issues[at]].state == OPEN:
            decide(n, k, s, s.ordered_issues[at])


@compiled_only
def end_day(n: Any, s: Any, now: int) -> None:
    """Bring every desk up to date and, in the measured window, note the day's averages."""
    if n.engaging:
        for leader in range(n.leaders):
            work(n, s, leader, now, 1.0)
        tire(n, s)
    today = s.count[TODAY]
    s.count[TODAY] = 0
    if now > n.horizon or now < n.warmup:
        return
    backlog = 0.0
    for leader in range(n.leaders):
        work(n, s, leader, now, 1.0)
        backlog += s.backlog[leader]
    if now == n.warmup:
        s.undone[0] = backlog
        return
    s.undone[1] = backlog
    alignment, engagement, guide = 0.0, 0.0, in_force(n)
    for leader in range(n.leaders):
        aligned = realign(n, s, leader)
        alignment += aligned
        engagement += s.engagement[leader]
        s.sums[0, leader] += s.backlog[leader]
        s.sums[1, leader] += s.engagement[leader]
        s.sums[2, leader] += fidelity_of(n, s, leader, guide, newest_version(s, guide))
        s.sums[3, leader] += aligned
        s.sums[4, leader] += s.influence[leader]
        s.people[0, leader] = s.competence[leader]
        s.people[1, leader] = s.reputation[leader]
    row = s.days[s.count[DAYS]]
    s.count[DAYS] += 1
    row.day = now // n.day
    row.open = s.count[OPEN_ISSUES]
    row.backlog = backlog / n.leaders * n.tick_hours
    row.alignment = alignment / n.leaders
    row.engagement = engagement / n.leaders
    order_by_power(n, s)
    row.power_gini = gini(s.ranks)
    row.messages = today
    row.strategy_gap = strategy_gap(n, s)
