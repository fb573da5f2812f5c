"""What leaders do in the core, as one writes it in Python for any framework: the parts of the plain
Mesa model and of the AgentPy model that have nothing to do with either.

It is plain but not careless: a leader without mail costs nothing, messages wait in a list for the
tick at which they arrive, and numbers in bulk are NumPy's.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

UP, DOWN, ACROSS = range(3)


@dataclass(slots=True, eq=False)
class Idea:
    """What a witness's look says, by alternative and facet, where it has got to."""

    values: np.ndarray
    precision: np.ndarray
    variance: float = 0.0


@dataclass(slots=True, eq=False)
class Issue:
    """Something to decide; theta: alternatives x facets."""

    raised: int
    counted: bool
    origin: Any
    accountable: Any
    weights: np.ndarray
    theta: np.ndarray
    mind: list[Idea] = field(default_factory=list)
    chosen: int = -1
    uninformed: int = 0
    is_open: bool = True


@dataclass(slots=True, eq=False)
class Message:
    """An idea, or (idea None) a notice while the issue is open and the decision after it."""

    issue: Issue
    target: Any
    idea: Idea | None
    about_decision: bool = False

    def is_void(self) -> bool:
        """Whether the matter is closed."""
        return not (self.issue.is_open or self.about_decision)


class LeaderMixin:
    """What a leader does."""

    def settle_in(self, position: int, precision: np.ndarray) -> None:
        """At the place in the organisation."""
        self.position, self.precision = position, precision
        self.manager: Any = None
        self.reports: list[Any] = []
        self.inbox: deque[Message] = deque()

    def attend(self, world: Any) -> None:
        """Read up to `attention` messages; those about closed matters cost nothing."""
        left = world.settings.attention
        while self.inbox and left:
            message = self.inbox.popleft()
            if not message.is_void():
                left -= 1
                self.take(world, message)

    def take(self, world: Any, message: Message) -> None:
        """Act on a message."""
        issue = message.issue
        if message.about_decision:
            if self is issue.origin.manager:
                for report in self.reports:
                    world.post(issue, report, DOWN, about_decision=True)
            issue.uninformed -= 1
            if not issue.uninformed:
                world.score(issue)
        elif self is not issue.accountable:
            self.pass_on(world, issue, message.idea)
        elif message.idea is None:
            world.to_decide[world.tick + world.settings.gather].append(issue)
        elif len(issue.mind) < world.settings.span:
            issue.mind.append(message.idea)

    def pass_on(self, world: Any, issue: Issue, idea: Idea | None) -> None:
        """Up the line, and across at the top."""
        if self.manager is not None:
            world.post(issue, self.manager, UP, idea)
        else:
            world.post(issue, issue.accountable, ACROSS, idea)


class WorldMixin:
    """What happens in a tick."""

    def set_up(self, settings: Any, seed: int, leaders: list[Any]) -> None:
        """Before the first tick; leaders are new, in the order of the settings."""
        self.settings, self.leaders_list = settings, leaders
        self.draws, self.numbers = random.Random(seed), np.random.default_rng(seed)
        self.position_of = np.array(settings.position)
        self.precision_by_position = np.array(settings.precision)
        for leader, position, manager in zip(
            leaders, settings.position, settings.manager, strict=True
        ):
            leader.settle_in(position, self.precision_by_position[position])
            if manager >= 0:
                leader.manager = leaders[manager]
                leader.manager.reports.append(leader)
        self.raisers = [leader for leader in leaders if leader.position == 2]
        self.index = {leader: at for at, leader in enumerate(leaders)}
        self.direction = self.numbers.dirichlet(np.ones(self.precision_by_position.shape[1]))
        self.tick = 0
        self.pending: defaultdict[int, list[Message]] = defaultdict(list)
        self.to_decide: defaultdict[int, list[Issue]] = defaultdict(list)
        self.with_mail: list[Any] = []
        self.next_arrival = self.draws.expovariate(settings.rate)
        self.open_counted = 0
        self.qualities: list[float] = []
        self.delays: list[int] = []
        self.sent = 0

    def goes_on(self) -> bool:
        """Whether the run is not over."""
        return self.tick < self.settings.horizon or self.open_counted > 0

    def play_tick(self) -> None:
        """Issues arise, messages arrive, leaders read, decisions fall."""
        while int(self.next_arrival) == self.tick:
            self.raise_issue()
            self.next_arrival += self.draws.expovariate(self.settings.rate)
        self.deliver()
        self.let_leaders_attend()
        for issue in self.to_decide.pop(self.tick, ()):
            self.decide(issue)
        self.tick += 1

    def let_leaders_attend(self) -> None:
        """Those with mail read; each framework says how agents are called."""
        raise NotImplementedError

    def measuring(self) -> bool:
        """Whether what happens now is counted."""
        return self.settings.warmup <= self.tick < self.settings.horizon

    def deliver(self) -> None:
        """Messages due now come into inboxes, in random order."""
        due = self.pending.pop(self.tick, [])
        self.draws.shuffle(due)
        for message in due:
            if not message.is_void():
                if not message.target.inbox:
                    self.with_mail.append(message.target)
                message.target.inbox.append(message)

    def post(
        self,
        issue: Issue,
        target: Any,
        way: int,
        idea: Idea | None = None,
        about_decision: bool = False,
    ) -> None:
        """Send a message; an idea may not be passed on, and is retold with noise."""
        s = self.settings
        if idea is not None:
            if self.draws.random() >= s.openness[way]:
                return
            noise = self.numbers.standard_normal(idea.values.shape)
            values = idea.values + math.sqrt(s.distortion[way]) * noise
            idea = Idea(values, idea.precision, idea.variance + s.distortion[way])
        ticks = max(1, math.ceil(self.draws.expovariate(1 / s.delay[way])))
        self.pending[self.tick + ticks].append(Message(issue, target, idea, about_decision))
        self.sent += self.measuring()

    def raise_issue(self) -> None:
        """An issue arises at one of those who work, and its witnesses look."""
        s = self.settings
        origin = self.draws.choice(self.raisers)
        top = origin
        while top.manager is not None:
            top = top.manager
        weights = self.direction * self.numbers.standard_exponential(len(self.direction))
        weights /= weights.sum()
        theta = self.numbers.standard_normal((s.alternatives, len(weights)))
        issue = Issue(self.tick, self.measuring(), origin, top, weights, theta)
        self.open_counted += issue.counted
        for witness in self.witnesses(issue):
            noise = self.numbers.standard_normal(theta.shape)
            idea = Idea(theta + noise / np.sqrt(witness.precision), witness.precision)
            if witness is top:
                issue.mind.append(idea)
            else:
                witness.pass_on(self, issue, idea)
        origin.pass_on(self, issue, None)

    def witnesses(self, issue: Issue) -> list[Any]:
        """The origin, the accountable leader, and others with probability by relevance."""
        chances = (self.precision_by_position @ issue.weights)[self.position_of]
        chances[[self.index[issue.origin], self.index[issue.accountable]]] = 0.0
        chances /= chances.sum()
        others = self.numbers.choice(
            len(chances), self.settings.witnesses - 2, replace=False, p=chances
        )
        return [issue.accountable, issue.origin, *(self.leaders_list[at] for at in others)]

    def decide(self, issue: Issue) -> None:
        """The accountable leader chooses by the evidence in mind, weighed by its precision."""
        weight, weighted = np.zeros(len(issue.weights)), np.zeros(issue.theta.shape)
        for idea in issue.mind:
            trusted = 1 / (1 / idea.precision + idea.variance)
            weight += trusted
            weighted += trusted * idea.values
        issue.chosen = int(np.argmax((weighted / (1 + weight)) @ issue.weights))
        issue.is_open = False
        head = issue.origin.manager
        issue.uninformed = 1 + len(head.reports)
        self.post(issue, head, DOWN, about_decision=True)

    def score(self, issue: Issue) -> None:
        """A decision takes effect when all of the team know it."""
        if issue.counted:
            worths = issue.theta @ issue.weights
            mean = worths.mean()
            self.qualities.append(float((worths[issue.chosen] - mean) / (worths.max() - mean)))
            self.delays.append(self.tick - issue.raised)
            self.open_counted -= 1

    def outcome(self) -> tuple[float, ...]:
        """Mean quality and delay (ticks), issues counted, messages sent in the window."""
        count = len(self.delays)
        return sum(self.qualities) / count, sum(self.delays) / count, count, self.sent
