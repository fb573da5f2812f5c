"""The records of numbers that both drivers read: one for the organisation, one a kind of issue."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from sim.organization import Structure
    from sim.scenario import Scenario

DIRECTIONS = ("up", "down", "across")
UNLIMITED = 1 << 30


class Numbers(NamedTuple):
    """The organisation and everything that is the same for all kinds of issue, in a period between
    two events.

    Indices are leaders in canonical order; [N] an entry a leader, [K] a facet, [C] a channel, [3] a
    direction of flow (up, down, across). Durations in ticks.
    """

    leaders: int
    facets: int
    kinds: int  # of issue
    first_kind: int  # where those of this period stand among all periods' kinds
    alternatives: int  # the most that any kind has, with all that witnesses may invent
    ideas: int  # the most alternatives that one idea speaks of
    witnesses: int  # the most that any kind has
    seats: int  # the most that any forum has
    day: int
    focus: int
    away: float  # share of days
    by_urgency: int  # 1 when the most urgent message is read first
    start: int  # the first tick of the period
    replaced: int  # how many are replaced then
    turnover: float  # probability that a leader is replaced on a day
    warmup: int
    horizon: int
    last_tick: int  # no run goes on beyond it
    key: np.ndarray  # [N]
    position: np.ndarray  # [N]
    positions: int
    unit: np.ndarray  # [N]
    manager: np.ndarray  # [N], -1 for a root
    roots: np.ndarray  # those without a manager
    enter: np.ndarray  # [N], [N]: j is below i when enter[i] <= enter[j] < leave[i]
    leave: np.ndarray
    authority: np.ndarray  # [N]
    attention: np.ndarray  # [N] messages a tick
    precision: np.ndarray  # [N, K] as sensed, before units
    local: np.ndarray  # [K] 1 where a facet lives among the units
    local_units: np.ndarray  # the units it may belong to
    outside: float
    channel_from: (
        np.ndarray
    )  # [N + 1]: the channels of leader i stand at channel_from[i] .. channel_from[i + 1]
    channel_to: np.ndarray  # [C]
    channel_direction: np.ndarray  # [C]
    channel_line: np.ndarray  # [C]
    openness: np.ndarray  # [3]
    delay: np.ndarray  # [3] mean ticks a hop
    distortion: np.ndarray  # [3] variance a hop
    loss: np.ndarray  # [3]
    retry: np.ndarray  # [3] ticks, 0 for none
    by_line: int
    by_spread: int
    reach: int
    span: int
    most_span: int  # in any period
    overprecision: float  # how many times as precise as it is evidence is taken for
    interests: float  # standard deviation of what leaders lean to, 0 where none leans
    competence: float  # standard deviation of the logarithm of people's competence, 0: all alike
    judgement: float  # standard deviation of the errors about what matters, at competence 1
    trusting: int  # 1 when ideas count by what their originators' records say
    record_shape: float  # of what is known of anybody's competence before any look; 0: no record
    leaning_by_unit: int  # 1 where all of a unit lean alike, 0 where each leader does by itself
    unit_key: np.ndarray  # [N] by which the draws about a leader's unit are keyed
    shift_rate: float
    set_by: int  # the kind whose decisions set the direction, -1: it shifts by itself
    parts: int  # of what shifts: 1, or K where each facet's news has a separate source; the last is
    # the direction where decisions set it
    part_of: np.ndarray  # [K] the part of what shifts that a facet belongs to
    source: np.ndarray  # [N, parts] 1 where a part of what shifts is first known
    first_fidelity: np.ndarray  # [N, parts]
    members: np.ndarray  # [N] all leaders by position, those of one by unit, those of one by index
    position_from: np.ndarray  # [positions + 1] into members
    place: np.ndarray  # [N] the place of a leader in members
    team_head: np.ndarray  # [N] whose team a leader belongs to: a leader of others heads their own
    team_from: np.ndarray  # [N + 1] into team, by its head; empty for who heads none
    team: np.ndarray  # whom an issue affects that affects the team of its origin
    unit_from: np.ndarray  # [units + 1] into unit_members
    unit_members: np.ndarray
    near_from: np.ndarray  # [N + 1] into near: to whom a leader may delegate
    near: np.ndarray
    coverage: float
    commitment_base: float
    commitment_heard: float
    commitment_say: float
    disagree_and_commit: float
    load: float
    hour_worth: float  # stakes an hour of a leader's time
    rework: float  # ticks for each affected leader, of a decision at stakes 1 with quality 0
    tick_hours: float
    engaging: int  # 1 when engagement moves
    engagement: float  # at the start, and at rest
    heard: float
    unheard: float
    behind: float
    recovery: float
    influence: int
    influence_rate: float
    forgetting: float
    given: np.ndarray  # [matrices, N, N] the influence matrices that kinds are given outright
    depth: np.ndarray  # [N] how many levels below the top
    custom: (
        np.ndarray
    )  # [FAMILIES, periods x kinds] not 0 for a custom rule (compiled: its address)
    custom_wants: np.ndarray  # [FAMILIES, periods x kinds] which inputs it wants: 2^place of each
    custom_values: np.ndarray  # [FAMILIES, periods x kinds, MOST_PARAMETERS] of its parameters


class Kind(NamedTuple):
    """A kind of issue; durations in ticks, codes as in `sim.rules.catalog`."""

    key: int
    type: int
    alternatives: int  # an estimate has one: the number itself
    rate: float
    raised_at: int  # -1: any
    decided_at: int  # -1: the origin
    witnesses: int
    within: int  # where they are
    stakes: float
    half_life: float
    expiry: int
    affects: int
    accuracy: float  # -1: judged from evidence
    status_quo: int  # 1: the first alternative is to leave things as they are
    persistence: float  # what a day leaves of a facet's deviation, 1 without drift
    study: float
    invent: float
    gap: float  # -1: as drawn
    power: int
    sharing: float
    voice: int
    gather: int
    size: int
    choose: int
    quorum: float
    written: int
    urgent_within: float
    when_urgent: int
    spread_above: float
    when_spread: int
    stakes_above: float
    when_stakes: int
    otherwise: int
    consensus: int
    threshold: float
    round: int  # how long a round takes: of a meeting, or of a written exchange
    pause: int
    limit: int
    most_rounds: int
    fallback: int
    turns: int  # of a meeting; 0: all speak without a limit (written: a turn each reply, or 0)
    candour: float
    susceptibility: float
    self_weight: float
    stranger: float
    tolerance: float
    objection: float
    confidence: float
    confidence_bound: float  # -1: none
    given: int  # which influence matrix is given outright, -1: none


Kinds: Any = namedtuple("Kinds", Kind._fields)  # type: ignore[misc]
"""All kinds of a scenario: for each field of `Kind` an array with an entry a kind, period by
period."""


class Period(NamedTuple):
    """A part of a run in which no setting changes."""

    start: int  # its first tick
    numbers: Numbers


@dataclass(frozen=True)
class Parameters:
    """What a driver needs for one policy: the numbers, and the names behind them for those who
    report.

    numbers: from the first tick on; later: what they are after events, in order of time. kinds:
    those of the scenario in its first period, then in each later one; the kind of an issue stands
    at `Numbers.first_kind` of the period in which it arises.
    """

    scenario: Scenario
    structure: Structure
    numbers: Numbers
    kinds: Any  # Kinds
    seed: int
    later: tuple[Period, ...] = ()

    @property
    def periods(self) -> tuple[Period, ...]:
        """All periods, the first from tick 0 on."""
        return (Period(0, self.numbers), *self.later)

    def work_asked(self, days: int) -> float:
        """Work that arrives for all leaders in the first so many days of the measured window, in
        ticks."""
        n, total = self.numbers, 0.0
        ends = [*(period.start for period in self.later), n.last_tick]
        last = n.warmup + days * n.day
        for period, end in zip(self.periods, ends, strict=True):
            ticks = min(end, last) - max(period.start, n.warmup)
            total += period.numbers.load * max(ticks, 0) * n.leaders
        return total

    def alone(self, period: Period) -> Parameters:
        """The policy as it would be if a period were the whole run."""
        n = period.numbers
        mine = slice(n.first_kind, n.first_kind + n.kinds)
        kinds = self.kinds._make(column[mine] for column in self.kinds)
        numbers = n._replace(first_kind=0, start=0, replaced=0)
        return replace(self, numbers=numbers, kinds=kinds, later=())
