"""A leader as a Mesa agent: what it sees, hears, believes, passes on and has on its desk.

Subclass it and override `passes_on`, `discloses`, `beliefs` or `assess` to study another kind of leader.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import mesa  # type: ignore[import-untyped]

from sim.agents.messages import CONTEXT, DECISION, IDEA, MANDATE, NOTICE, Idea, Message
from sim.draws import BRIEF, SPEAK, uniform
from sim.rules.evidence import assess, better_copy, pool
from sim.rules.flow import kept_fidelity, passes
from sim.rules.perspective import alignment, believed_weights
from sim.rules.work import backlog_after
from sim.world.paths import next_hop

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.organization import Organization


class Channel(NamedTuple):
    """A channel to a neighbour: its index, the direction of flow (0 up, 1 down, 2 across), and whether it is a line."""

    to: int
    way: int
    line: int


class Knowledge:
    """What a leader knows of one issue: a copy of each idea it heard, in the order it first heard them."""

    __slots__ = ("copies", "heard")

    def __init__(self) -> None:
        self.copies: dict[int, Idea] = {}
        self.heard: list[int] = []


class Leader(mesa.Agent):  # type: ignore[misc]
    """A leader of the stream.

    `Organization` makes one for each place; in each tick it calls `take` for what arrives, `attend` to read, and
    what a forum asks of its members (`discloses`, `assess`). Leaders speak only through `send` and `say`.
    """

    def __init__(self, model: Organization, index: int) -> None:
        super().__init__(model)
        n = model.numbers
        self.index = index
        self.key: int = n.key[index]
        self.position: str = model.structure.positions[n.position[index]]
        self.id: str = model.structure.id[index]
        first, last = n.channel_from[index], n.channel_from[index + 1]
        self.channels = [
            Channel(n.channel_to[c], n.channel_direction[c], n.channel_line[c]) for c in range(first, last)
        ]
        self.channel_to = {channel.to: channel for channel in self.channels}
        self.inbox: deque[Message] = deque()
        self.known: dict[Issue, Knowledge] = {}
        self.fidelity: dict[int, float] = {0: n.first_fidelity[index]}
        self.newest = 0
        self.booked_from: list[int] = []
        self.booked_until: list[int] = []
        self.backlog = 0.0
        self.worked_until = 0
        self.forum_ticks = 0
        self.messages_read = 0
        self.engagement = 1.0
        self.influence = 1.0
        self.power = 0.0
        self.alignment = 0.0
        self.realigned = True
        self.witnessed = 0
        self.heard = 0

    # -- the day's work ------------------------------------------------------------------------------------

    def work(self, until: int, available: float) -> None:
        """Do the day's work up to tick `until`, with the share `available` of each tick free for it."""
        load = self.model.numbers.load
        self.backlog = backlog_after(self.backlog, load, available, until - self.worked_until)
        self.worked_until = until

    def sit(self, start: int, end: int) -> None:
        """Spend the ticks [start, end) in a forum."""
        self.work(start, 1.0)
        self.work(end, 0.0)
        if self.model.measuring:
            self.forum_ticks += end - start

    def sits_at(self, tick: int) -> bool:
        """Whether a forum has this leader at `tick`."""
        return any(a <= tick < b for a, b in zip(self.booked_from, self.booked_until, strict=True))

    def book(self, start: int, end: int) -> None:
        """Keep [start, end) free for a forum; what is past is forgotten."""
        now = self.model.tick
        kept = [(a, b) for a, b in zip(self.booked_from, self.booked_until, strict=True) if b > now]
        kept.append((start, end))
        self.booked_from = [a for a, _ in kept]
        self.booked_until = [b for _, b in kept]

    # -- reading -------------------------------------------------------------------------------------------

    def attend(self) -> None:
        """Read up to `attention` messages; those about closed matters are dropped unread and cost nothing."""
        capacity = self.model.numbers.attention[self.index]
        read = 0
        while self.inbox and read < capacity:
            message = self.inbox.popleft()
            if self.model.is_void(message):
                self.model.ledger["expired"] += 1
                continue
            read += 1
            self.model.ledger["read"] += 1
            self.take(message)
        if read:
            self.work(self.model.tick, 1.0)
            self.work(self.model.tick + 1, 1.0 - read / capacity)
            if self.model.measuring:
                self.messages_read += read

    def take(self, message: Message) -> None:
        """Understand one message, and act on it."""
        if message.what == IDEA:
            self.hear_idea(message)
        elif message.what == CONTEXT:
            self.learn_direction(message.version, message.fidelity, message.source)
        elif message.what == DECISION:
            self.hear_decision(message)
        else:
            self.forward(message)

    def forward(self, message: Message) -> None:
        """Act on a notice or a mandate that was meant for this leader, or send it along the line."""
        issue = message.issue
        assert issue is not None
        what = "mandate" if message.what == MANDATE else "notice"
        self.model.watch(issue, what, source=message.source, target=self.index)
        if message.what == NOTICE:
            if issue.accountable == self.index:
                self.model.notice(issue)
            else:
                self.say(Message(NOTICE, issue, self.index, self.toward(issue.accountable), 0))
        elif issue.delegate == self.index:
            self.model.accept(issue)
        else:
            self.say(Message(MANDATE, issue, self.index, self.toward(issue.delegate), 0))

    # -- ideas ---------------------------------------------------------------------------------------------

    def knowledge(self, issue: Issue) -> Knowledge:
        """What this leader knows of an issue."""
        if issue not in self.known:
            self.known[issue] = Knowledge()
            issue.knowers.append(self)
        return self.known[issue]

    def sense(self, issue: Issue, passing: bool) -> None:
        """Form an idea of the issue by looking at it, and pass it on if `passing`."""
        known = self.knowledge(issue)
        idea = issue.ideas.get(self.index)
        if idea is None:
            idea = issue.ideas[self.index] = issue.sensed_by(self.model, self.index)
        known.copies[self.index] = idea
        self.model.watch_sense(issue, self)
        if passing:
            self.pass_on_idea(idea, -1)

    def hear_idea(self, message: Message) -> None:
        """Keep an idea that is new or came by fewer hops; pass on what is new."""
        assert message.idea is not None and message.issue is not None
        n, told = self.model.numbers, message.idea
        known = self.knowledge(message.issue)
        kept = known.copies.get(told.originator)
        new = kept is None
        if new or better_copy(told.hops + 1, kept.hops):  # type: ignore[union-attr]
            copy = told.retold(n.key[told.originator], n.key[message.source], self.key, n.distortion[message.way])
            known.copies[told.originator] = copy
            if new:
                known.heard.append(told.originator)
                self.pass_on_idea(copy, message.source)
            self.model.watch_idea(message, copy)

    def hear_in_forum(self, idea: Idea) -> None:
        """Keep an idea said in a forum, as it was said: all present hear it at once, and it is no hop."""
        known = self.knowledge(idea.issue)
        kept = known.copies.get(idea.originator)
        if kept is None:
            known.heard.append(idea.originator)
        if kept is None or better_copy(idea.hops, kept.hops):
            known.copies[idea.originator] = idea

    def pass_on_idea(self, idea: Idea, heard_from: int) -> None:
        """Send an idea on: along the line to the accountable leader, and to every channel while reach allows."""
        n, issue = self.model.numbers, idea.issue
        line = -1
        if n.by_line and issue.accountable != self.index:
            line = self.toward(issue.accountable)
        spreading = n.by_spread and idea.hops < n.reach
        for channel in self.channels:
            if channel.to != heard_from and channel.to != idea.originator and (spreading or channel.to == line):
                self.send(Message(IDEA, issue, self.index, channel.to, channel.way, idea))

    def holds(self, issue: Issue, originator: int) -> bool:
        """Whether this leader has a copy of somebody's idea."""
        known = self.known.get(issue)
        return known is not None and originator in known.copies

    def integrates(self, issue: Issue) -> list[Idea]:
        """The ideas this leader can hold in mind: its own first, then as heard, `span` at most."""
        known = self.known.get(issue)
        if known is None:
            return []
        own = [self.index] if self.index in known.copies else []
        return [known.copies[originator] for originator in (own + known.heard)[: self.model.numbers.span]]

    # -- context -------------------------------------------------------------------------------------------

    def learn_direction(self, version: int, fidelity: float, heard_from: int) -> None:
        """Take in context about a version of the direction; a newer one is passed on to every open channel."""
        if fidelity > self.fidelity.get(version, 0.0):
            self.fidelity[version] = fidelity
            self.realigned = True
        if version > self.newest:
            self.newest = version
            n = self.model.numbers
            for channel in self.channels:
                if channel.to != heard_from and (n.by_spread or channel.line):
                    told = kept_fidelity(fidelity, n.loss[channel.way])
                    message = Message(CONTEXT, None, self.index, channel.to, channel.way)
                    message.version, message.fidelity = version, told
                    self.send(message)

    def context(self, version: int) -> tuple[int, float]:
        """The newest version up to `version` that this leader knows, and its fidelity of it (0: none)."""
        while version > 0 and self.fidelity.get(version, 0.0) == 0.0:
            version -= 1
        return version, self.fidelity.get(version, 0.0)

    def beliefs(self, issue: Issue) -> list[float]:
        """What this leader believes matters for an issue, in the light of the direction in force when it arose."""
        version, fidelity = self.context(issue.version)
        weights = [0.0] * len(issue.weights)
        precisions = issue.precisions(self.model, self.index)
        believed_weights(fidelity, self.model.directions[version], precisions, issue.salience, weights)
        return weights

    def realign(self) -> float:
        """How well what this leader takes to matter fits the direction now in force, in [0, 1]."""
        if self.realigned:
            version, fidelity = self.context(self.model.version)
            facets = self.model.numbers.facets
            even, believed = [1.0] * facets, [0.0] * facets
            precisions = self.model.numbers.precision[self.index]
            believed_weights(fidelity, self.model.directions[version], precisions, even, believed)
            self.alignment = alignment(believed, self.model.direction)
            self.realigned = False
        return self.alignment

    # -- weighing and speaking -----------------------------------------------------------------------------

    def assess(self, issue: Issue) -> list[float] | None:
        """What each alternative is worth to this leader, or None when it has no idea and abstains."""
        if issue.kind.accuracy >= 0.0:
            return issue.judged_by(self.model, self.index)
        ideas = self.integrates(issue)
        if not ideas:
            return None
        weighted, weight = [0.0] * len(issue.theta), [0.0] * len(issue.weights)
        for idea in ideas:
            pool(idea.values(), issue.precisions(self.model, idea.originator), idea.variance, weighted, weight)
        assessment = [0.0] * issue.kind.alternatives
        assess(weighted, weight, self.beliefs(issue), assessment)
        return assessment

    def discloses(self, issue: Issue, originator: int, turn: int) -> tuple[bool, float]:
        """Whether this leader says an idea in round `turn`, and the draw that also orders who speaks first."""
        key = self.model.numbers.key[originator]
        u = uniform(*issue.stream, SPEAK, turn, key, self.key, 0)
        return passes(u, issue.kind.candour), u

    def briefs(self, issue: Issue, turn: int) -> bool:
        """Whether this leader tells the room what it knows of the direction in round `turn`."""
        return passes(uniform(*issue.stream, BRIEF, turn, self.key, 0, 0), issue.kind.candour)

    def hear_decision(self, message: Message) -> None:
        """Learn what was decided, and pass it on toward those affected who may not know."""
        issue = message.issue
        assert issue is not None
        if self.index not in issue.told:
            self.model.watch(issue, "told", source=message.source, target=self.index)
            self.model.tell(issue, self.index)
            self.pass_on_decision(issue, message.source)

    def pass_on_decision(self, issue: Issue, heard_from: int) -> None:
        """Send a decision on: along lines that lead to someone affected, and (spreading) to affected neighbours."""
        n = self.model.numbers
        for channel in self.channels:
            to = channel.to
            if to == heard_from or to in issue.stands_behind:
                continue
            onward = False
            if n.by_line and channel.line:
                if to == n.manager[self.index]:
                    onward = issue.outside_room > issue.below.get(self.index, 0)
                else:
                    onward = issue.below.get(to, 0) > 0
            if onward or (n.by_spread and to in issue.affected_set):
                self.send(Message(DECISION, issue, self.index, to, channel.way))

    # -- sending -------------------------------------------------------------------------------------------

    def toward(self, target: int) -> int:
        """The next leader on the line toward another."""
        n = self.model.numbers
        return next_hop(self.index, target, n.manager, n.enter, n.leave)

    def passes_on(self, message: Message) -> float:
        """With what probability this leader passes an item on: the openness of that direction of flow."""
        return float(self.model.numbers.openness[message.way])

    def send(self, message: Message) -> None:
        """Pass an item on, if it passes; else keep it for a later try where the flow allows one."""
        self.model.post(message, self.passes_on(message))

    def say(self, message: Message) -> None:
        """Send what cannot be blocked, only delayed: a notice or a mandate."""
        message.way = self.channel_to[message.target].way
        self.model.post(message, 1.0)
