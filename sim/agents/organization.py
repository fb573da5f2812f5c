"""The organisation as a Mesa model: a stream of leaders, stepped tick by tick through the
phases."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import mesa  # type: ignore[import-untyped]
import numpy as np

from sim.agents import (
    cards,
    deciding,
    learning,
    meeting,
    periods,
    pickling,
    power,
    rounds,
    turnover,
)
from sim.agents.classes import Classes
from sim.agents.custom_rules import CustomRules
from sim.agents.deciding import close, is_covered, lapse, take_effect
from sim.agents.desks import account_for
from sim.agents.direction import drawn, need_and_direction, set_direction
from sim.agents.issue import Issue
from sim.agents.leader import Leader
from sim.agents.measures import Measures
from sim.agents.messages import Mail, Message
from sim.agents.watched import Watched
from sim.clock import NEVER, PHASES
from sim.draws import TURN, uniform
from sim.outcome import Outcome
from sim.parameters import Kind, Numbers, Parameters, Period, parameters
from sim.rules.closing import DECIDED, OPEN
from sim.rules.flow import NOTICE
from sim.rules.power import BY_LEVELS, way_of
from sim.world.issues import arrival_gap, run_stream, shift_gap

if TYPE_CHECKING:
    from sim.agents.trace import Watcher
    from sim.scenario import Scenario


def _plain_numbers(numbers: Numbers) -> Numbers:
    """Arrays as lists: plain Python numbers, which the rules take as they are."""
    fields: Any = (field.tolist() if isinstance(field, np.ndarray) else field for field in numbers)
    return Numbers(*fields)


class Organization(Mail, Watched, mesa.Model):  # type: ignore[misc]
    """A stream of leaders under one policy.

    `Organization(scenario, seed)` builds it; `step()` plays one tick (the phases of
    `sim.clock.PHASES`, in that order), `running` turns False once every issue of the cohort has
    resolved or lapsed, and `outcome()` gives the measures. `replication` picks one of the seed's
    independent replications. `leader` is the class of all leaders that the scenario gives none of
    the user's own. Mesa's own random generator is not used: every draw is keyed (see `sim.draws`).
    It can be pickled and copied between two steps, and goes on from there to the same end.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int | None = None,
        *,
        replication: int = 0,
        leader: type[Leader] = Leader,
        inputs: Parameters | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        mesa.Model.__init__(self, rng=0)
        Mail.__init__(self)
        inputs = parameters(scenario) if inputs is None else inputs
        self.inputs, self.structure = inputs, inputs.structure
        self.numbers: Any = _plain_numbers(inputs.numbers)
        self.later = [
            Period(period.start, _plain_numbers(period.numbers)) for period in inputs.later
        ]
        self.kinds: list[Kind] = [
            Kind(*row) for row in zip(*(column.tolist() for column in inputs.kinds), strict=True)
        ]
        self.stream: tuple[int, int] = run_stream(
            inputs.seed if seed is None else seed, replication
        )
        self.watcher = watcher
        self.tick = 0
        self.measuring = self.numbers.warmup == 0
        self.need, self.in_force = need_and_direction(self)
        kinds = range(self.numbers.kinds)
        self.ordinals = [0 for _ in kinds]
        self.rates = [self.kinds[kind].rate for kind in kinds]
        self.shift_rate = self.numbers.shift_rate
        self.next_shift = self._shift_after(0.0)
        self.next_arrival = [self._arrival_after(kind, 0.0) for kind in kinds]
        self.left = [0.0 if self.rates[kind] else self._gap(kind, 1.0) for kind in kinds]
        self.left_to_shift = 0.0 if self.shift_rate else self._shift_gap(1.0)
        self.sequence = 0
        self.numbered = 0
        self.replaced = 0
        self.open_issues = 0
        self.open_cohort = 0
        self.starting: dict[int, list[Issue]] = {}
        self.ending: dict[int, list[Issue]] = {}
        self.convening: list[Issue] = []
        self.alone: dict[int, list[Issue]] = defaultdict(list)
        self.deciding: list[Issue] = []
        self.covered: list[Issue] = []
        self.expiring: dict[int, list[Issue]] = defaultdict(list)
        self.unfinished: dict[int, Issue] = {}
        self.classes = Classes(self, leader)
        self.leaders = [
            self.classes.of(index)(self, index) for index in range(self.numbers.leaders)
        ]
        # Mesa 3.3 keeps every model alive in this class attribute; nothing needs it once the agents
        # have ids.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.measures = Measures(self)
        self.custom = CustomRules(self)

    def __repr__(self) -> str:
        return cards.line(self)

    def _repr_html_(self) -> str:
        return cards.html(self)

    @property
    def scenario(self) -> Scenario:
        """The resolved policy that this organisation follows."""
        return self.inputs.scenario

    @scenario.setter
    def scenario(self, own: Any) -> None:
        """Mesa 3.5 wants to keep a scenario of its own kind here, which this model does not
        have."""

    def __reduce__(self) -> tuple[Any, ...]:
        return pickling.read, (type(self), self.scenario.rule_files, pickling.written(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> Organization:
        memo[id(self)] = copy = pickling.copied(self)
        return copy

    # -- the tick
    # ------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Play one tick: each phase reads what earlier phases left."""
        if self.later and self.later[0].start == self.tick:
            periods.begin(self)
        self.measuring = self.numbers.warmup <= self.tick < self.numbers.horizon
        for phase in PHASES:
            getattr(self, phase)()
        self.tick += 1
        if self.tick >= self.numbers.horizon and self.open_cohort == 0:
            self.running = False

    def run(self) -> Outcome:
        """Step to the end, and return the measures."""
        while self.running:
            self.step()
        return self.outcome()

    def arise(self) -> None:
        """People leave; the world moves, on the first tick of a day; the direction shifts; issues
        arise; witnesses sense."""
        turnover.replace_people(self)
        if self.tick % self.numbers.day == 0:
            self._begin_day(self.tick // self.numbers.day)
        while int(self.next_shift) == self.tick:
            self.need.versions.append(drawn(self, self.need.version + 1))
            self.next_shift = self._shift_after(self.next_shift)
            for leader in self.leaders:
                leader.realigned = True
                for part in range(self.numbers.parts):
                    if self.numbers.source[leader.index][part]:
                        leader.learn_direction(self.need.version, part, 1.0, -1)
        for kind in range(self.numbers.kinds):
            while int(self.next_arrival[kind]) == self.tick:
                self._raise_issue(kind)
                self.ordinals[kind] += 1
                self.next_arrival[kind] = self._arrival_after(kind, self.next_arrival[kind])

    def _begin_day(self, day: int) -> None:
        learning.move_world(self, day)
        if self.numbers.away > 0.0:
            for leader in self.leaders:
                if leader.is_away(day):
                    leader.stay_away()

    def attend(self) -> None:
        """Each leader spends the tick: in a forum round, else reading, the rest at work."""
        for issue in self.starting.pop(self.tick, ()):
            meeting.begin(self, issue)
        today = self.tick // self.numbers.day
        for i in sorted(self.with_mail):
            leader = self.leaders[i]
            if not leader.sits_at(self.tick) and not leader.is_away(today):
                leader.attend()
                if not leader.inbox and not leader.owed:
                    self.with_mail.discard(i)

    def confer(self) -> None:
        """Forum rounds that end now: share, assess, persuade, test agreement; the oldest issue
        first.

        The order matters only to who is in two written rounds at once.
        """
        for issue in sorted(self.ending.pop(self.tick, ()), key=lambda issue: issue.sequence):
            rounds.confer(self, issue)

    def convene(self) -> None:
        """Waiting forums book their next round: the most urgent first, then the oldest, then a
        keyed draw."""
        waiting, self.convening = self.convening, []
        waiting.sort(key=self._turn)
        for issue in waiting:
            if issue.state == OPEN and not meeting.book(self, issue):
                self.deciding.append(issue)

    def decide(self) -> None:
        """Decisions taken now leave as messages."""
        due = self.deciding + self.alone.pop(self.tick, [])
        self.deciding = []
        due.sort(key=lambda issue: issue.sequence)
        for issue in due:
            if issue.state == OPEN:
                deciding.decide(self, issue)

    def learn(self) -> None:
        """Decisions that take effect are scored and learned from; what expires lapses; a day is
        measured at its end."""
        expiring = self.expiring.pop(self.tick, [])
        effective = {
            issue.sequence: issue for issue in [*self.covered, *expiring] if issue.state == DECIDED
        }
        self.covered = []
        scored = [effective[sequence] for sequence in sorted(effective)]
        # All are scored before anybody learns: what is learned from one changes nothing about
        # another.
        for issue in scored:
            take_effect(self, issue)
        for issue in scored:
            set_direction(self, issue)
            self._learn_from(issue)
            close(self, issue)
        for issue in expiring:
            if issue.state == OPEN:
                lapse(self, issue)
        if (self.tick + 1) % self.numbers.day == 0:
            self.measures.end_day()

    def _learn_from(self, issue: Issue) -> None:
        if issue.number and issue.kind.accuracy < 0.0:
            account_for(self, issue)
            for i in issue.witnesses:
                self.leaders[i].witnessed += 1
                self.leaders[i].heard += i in issue.used
        if self.numbers.engaging:
            learning.engage(self, issue)
        learning.credit(self, issue)

    # -- what arises
    # ---------------------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """The number of the direction now in force, from 0."""
        return self.in_force.version

    @property
    def direction(self) -> list[float]:
        """The direction now in force: what matters, over the facets, summing to 1."""
        return self.in_force.weights

    def _shift_after(self, time: float) -> float:
        return time + self._shift_gap(self.shift_rate) if self.shift_rate > 0.0 else float(NEVER)

    def _shift_gap(self, rate: float) -> float:
        return shift_gap(*self.stream, self.need.version, rate)

    def _arrival_after(self, kind: int, time: float) -> float:
        return time + self._gap(kind, self.rates[kind]) if self.rates[kind] > 0.0 else float(NEVER)

    def _gap(self, kind: int, rate: float) -> float:
        return arrival_gap(*self.stream, self.kinds[kind].key, self.ordinals[kind], rate)

    def _raise_issue(self, kind: int) -> None:
        if self.measuring:
            self.numbered += 1
        number = self.numbered if self.measuring else 0
        issue = Issue(self, kind, self.ordinals[kind], number, self.sequence)
        self.sequence += 1
        self.open_issues += 1
        self.open_cohort += number > 0
        self.expiring[issue.expires].append(issue)
        self.watch(
            issue,
            "arise",
            kind=kind,
            origin=issue.origin,
            accountable=issue.accountable,
            witnesses=issue.witnesses,
            stakes=issue.kind.stakes,
            half_life=issue.kind.half_life,
            alternatives=issue.alternatives,
        )
        if issue.kind.persistence < 1.0 or issue.kind.study > 0.0:
            self.unfinished[issue.sequence] = issue
        for i in issue.witnesses:
            self.leaders[i].sense(issue, passing=True)
        if way_of(issue.rule) == BY_LEVELS:
            issue.delegate = issue.origin
            power.decide_alone(self, issue, issue.origin, self.tick + issue.kind.gather)
        elif issue.accountable == issue.origin:
            power.notice(self, issue)
        else:
            origin = self.leaders[issue.origin]
            origin.say(Message(NOTICE, issue, origin.index, origin.toward(issue.accountable), 0))

    # -- what happens to issues
    # ----------------------------------------------------------------------------

    def _turn(self, issue: Issue) -> tuple[float, int, float]:
        return (
            issue.kind.half_life,
            issue.raised,
            uniform(*issue.stream, TURN, issue.rounds, 0, 0, 0),
        )

    def tell(self, issue: Issue, leader: int) -> None:
        """A leader now knows the decision; enough of those affected may."""
        issue.informed.add(leader)
        if leader in issue.affected_set:
            issue.informed_affected += 1
            if is_covered(self, issue):
                self.covered.append(issue)

    def outcome(self) -> Outcome:
        """The measures so far, as both drivers give them."""
        return self.measures.outcome()


def simulate(inputs: Parameters, replication: int) -> Outcome:
    """One replication of one policy on the Mesa driver."""
    return Organization(inputs.scenario, replication=replication, inputs=inputs).run()
