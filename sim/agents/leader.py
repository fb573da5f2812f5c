"""A leader as a Mesa agent: what it sees, hears, believes, passes on and has on its desk.

Subclass it and override `passes_on`, `discloses`, `beliefs` or `assess` to study another kind of leader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import mesa  # type: ignore[import-untyped]

from sim.agents import power
from sim.agents.desk import Desk
from sim.agents.messages import CONTEXT, DECISION, IDEA, MANDATE, NOTICE, Idea, Message
from sim.draws import BRIEF, SPEAK, uniform
from sim.rules.evidence import HIDDEN, assess, assess_alone, better_copy, grown, pool
from sim.rules.flow import kept_fidelity, passes
from sim.rules.perspective import alignment, believed_weights
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


class Leader(Desk, mesa.Agent):  # type: ignore[misc]
    """A leader of the stream.

    `Organization` makes one for each place; in each tick it calls `take` for what arrives, `attend` to read, and
    what a forum asks of its members (`discloses`, `assess`). Leaders speak only through `send` and `say`.
    """

    def __init__(self, model: Organization, index: int) -> None:
        mesa.Agent.__init__(self, model)
        Desk.__init__(self)
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
        self.known: dict[Issue, Knowledge] = {}
        self.fidelity: list[dict[int, float]] = [{0: first} for first in n.first_fidelity[index]]
        self.newest = [0] * n.parts
        self.engagement: float = n.engagement
        self.influence = 1.0
        self.power = 0.0
        self.alignment = 0.0
        self.realigned = True
        self.witnessed = 0
        self.heard = 0

    # -- reading -------------------------------------------------------------------------------------------

    def attend(self) -> None:
        """Read up to `attention` messages; those about closed matters are dropped unread and cost nothing.

        What others wrote in a written round comes first.
        """
        capacity = self.model.numbers.attention[self.index]
        read = min(self.owed, capacity)
        self.owed -= read
        self.model.ledger["read"] += read
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
            self.learn_direction(message.version, message.part, message.fidelity, message.source)
        elif message.what == DECISION:
            self.hear_decision(message)
        else:
            self.forward(message)

    def forward(self, message: Message) -> None:
        """Act on a notice or a mandate that is meant for this leader, or send it along the line."""
        issue = message.issue
        assert issue is not None
        what = "mandate" if message.what == MANDATE else "notice"
        self.model.watch(issue, what, source=message.source, target=self.index)
        if message.what == NOTICE:
            if issue.accountable == self.index:
                power.notice(self.model, issue)
            else:
                self.say(Message(NOTICE, issue, self.index, self.toward(issue.accountable), 0))
        elif issue.delegate == self.index:
            power.accept(self.model, issue)
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
        if kept is None or better_copy(told.stage, told.hops + 1, kept.stage, kept.hops):
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
        if kept is None or better_copy(idea.stage, idea.hops, kept.stage, kept.hops):
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

    def hears_of(self, issue: Issue, alternative: int) -> bool:
        """Whether this leader has heard of an alternative: one that a witness thought of, only by its idea."""
        base = issue.kind.alternatives
        return alternative < base or self.holds(issue, issue.inventors[alternative - base])

    def integrates(self, issue: Issue) -> list[Idea]:
        """The ideas this leader can hold in mind: its own first, then as heard, `span` at most."""
        known = self.known.get(issue)
        if known is None:
            return []
        own = [self.index] if self.index in known.copies else []
        return [known.copies[originator] for originator in (own + known.heard)[: self.model.numbers.span]]

    # -- context -------------------------------------------------------------------------------------------

    def learn_direction(self, version: int, part: int, fidelity: float, heard_from: int) -> None:
        """Take in context about a part of a version of the direction; a newer one is passed on to open channels."""
        if fidelity > self.fidelity[part].get(version, 0.0):
            self.fidelity[part][version] = fidelity
            self.realigned = True
        if version > self.newest[part]:
            self.newest[part] = version
            n = self.model.numbers
            for channel in self.channels:
                if channel.to != heard_from and (n.by_spread or channel.line):
                    told = kept_fidelity(fidelity, n.loss[channel.way])
                    message = Message(CONTEXT, None, self.index, channel.to, channel.way)
                    message.version, message.part, message.fidelity = version, part, told
                    self.send(message)

    def context(self, version: int, part: int) -> tuple[int, float]:
        """The newest version up to `version` of a part of the direction that this leader knows, and its fidelity."""
        known = self.fidelity[part]
        while version > 0 and known.get(version, 0.0) == 0.0:
            version -= 1
        return version, known.get(version, 0.0)

    def fidelity_of(self, version: int) -> float:
        """How faithfully this leader knows the direction up to `version`: the mean over its parts, in [0, 1]."""
        parts, total = self.model.numbers.parts, 0.0
        for part in range(parts):
            total += self.context(version, part)[1]
        return total / parts

    def _weigh(self, version: int, precisions: list[float], salience: list[float]) -> list[float]:
        """What this leader takes to matter, by what it knows of the direction up to `version`."""
        n, facets = self.model.numbers, self.model.numbers.facets
        known = [self.context(version, part) for part in range(n.parts)]
        fidelity = [known[n.part_of[k]][1] for k in range(facets)]
        direction = [self.model.directions[known[n.part_of[k]][0]][k] for k in range(facets)]
        weights = [0.0] * facets
        believed_weights(fidelity, direction, precisions, salience, weights)
        return weights

    def beliefs(self, issue: Issue) -> list[float]:
        """What this leader believes matters for an issue, in the light of the direction in force when it arose."""
        return self._weigh(issue.version, issue.precisions(self.model, self.index), issue.salience)

    def realign(self) -> float:
        """How well what this leader takes to matter fits the direction now in force, in [0, 1]."""
        if self.realigned:
            n = self.model.numbers
            believed = self._weigh(self.model.version, n.precision[self.index], [1.0] * n.facets)
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
        weighted, weight = issue.nothing()
        for idea in ideas:
            growth, precisions = grown(issue.kind.study, idea.stage), issue.precisions(self.model, idea.originator)
            pool(idea.values(), precisions, growth, idea.variance, weighted, weight)
        assessment, beliefs = [0.0] * issue.kind.alternatives, self.beliefs(issue)
        assess(weighted, weight, beliefs, assessment)
        for inventor in issue.inventors:
            assessment.append(self._assess_invention(issue, inventor, beliefs))
        return assessment

    def _assess_invention(self, issue: Issue, inventor: int, beliefs: list[float]) -> float:
        """What an alternative is worth that only its inventor can tell of; out of reach for who has not heard."""
        if not self.holds(issue, inventor):
            return HIDDEN
        idea, precisions = self.known[issue].copies[inventor], issue.precisions(self.model, inventor)
        first = issue.kind.alternatives * len(beliefs)
        return assess_alone(
            idea.values(), first, precisions, grown(issue.kind.study, idea.stage), idea.variance, beliefs
        )

    def discloses(self, issue: Issue, originator: int, turn: int) -> tuple[bool, float]:
        """Whether this leader says an idea in round `turn`, and the draw that also orders who speaks first."""
        key = self.model.numbers.key[originator]
        u = uniform(*issue.stream, SPEAK, turn, key, self.key, 0)
        return passes(u, issue.kind.candour * self.engagement), u

    def briefs(self, issue: Issue, turn: int, part: int) -> bool:
        """Whether this leader tells the room what it knows of a part of the direction in round `turn`."""
        u = uniform(*issue.stream, BRIEF, turn, self.key, part, 0)
        return passes(u, issue.kind.candour * self.engagement)

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
        """With what probability this leader passes an item on: the openness of that direction x its engagement."""
        return float(self.model.numbers.openness[message.way]) * self.engagement

    def send(self, message: Message) -> None:
        """Pass an item on, if it passes; else keep it for a later try where the flow allows one."""
        self.model.post(message, self.passes_on(message))

    def say(self, message: Message) -> None:
        """Send what cannot be blocked, only delayed: a notice or a mandate."""
        message.way = self.channel_to[message.target].way
        self.model.post(message, 1.0)
