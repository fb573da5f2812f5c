"""A leader as a Mesa agent: what they see, hear, believe, pass on and have on their desk.

Subclass it and override `passes_on`, `discloses`, `beliefs` or `assess` to study another kind of
leader; a scenario names the subclass in its section `leaders`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import mesa  # type: ignore[import-untyped]

from sim.agents import power
from sim.agents.classes import guard
from sim.agents.desks import IdeaAccount
from sim.agents.meeting import Desk
from sim.agents.messages import Idea, Message
from sim.agents.mind import Mind
from sim.agents.pickling import leader_of
from sim.extension.leaders import LeaderKind
from sim.organization import ACROSS
from sim.rules.flow import CONTEXT, DECISION, IDEA, MANDATE, NOTICE, kept_fidelity
from sim.rules.work import reading_units
from sim.world.witnesses import next_hop

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.organization import Organization


class Channel(NamedTuple):
    """A channel to a neighbour: its index, the direction of flow (0 up, 1 down, 2 across), and
    whether it is a line."""

    to: int
    way: int
    line: int


class Leader(Desk, Mind, LeaderKind, mesa.Agent):  # type: ignore[misc]
    """A leader of the stream.

    `Organization` makes one for each place; in each tick it calls `take` for what arrives, `attend`
    to read, and what a forum asks of its members (`discloses`, `assess`). Leaders speak only
    through `send` and `say`.

    A subclass may declare numbers of its own as `columns` (name of the attribute -> meaning); what
    they are at the end stands in the table of leaders. Whatever it overrides is guarded: an error,
    or an answer that no leader may give, is an InvalidRule, which names the class, the leader, the
    issue and the tick.
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        guard(cls, Leader)

    def __init__(self, model: Organization, index: int) -> None:
        mesa.Agent.__init__(self, model)
        n = model.numbers
        self.index = index
        self.key: int = n.key[index]
        Desk.__init__(self)
        Mind.__init__(self)
        self.position: str = model.structure.positions[n.position[index]]
        self.id: str = model.structure.id[index]
        self.unit: str = model.structure.units[n.unit[index]]
        first, last = n.channel_from[index], n.channel_from[index + 1]
        self.channels = [
            Channel(n.channel_to[c], n.channel_direction[c], n.channel_line[c])
            for c in range(first, last)
        ]
        self.channel_to = {channel.to: channel for channel in self.channels}
        self.power = 0.0
        self.witnessed = 0
        self.heard = 0
        self.idea_account = IdeaAccount()

    def __reduce__(self) -> tuple[Any, ...]:
        return leader_of, (self.model, self.index)

    @property
    def group(self) -> str:
        """The entry of the scenario's `leaders` that this leader is of, by name; `Leader` for
        everybody else."""
        return self.model.classes.names[self.index]

    @property
    def backlog_hours(self) -> float:
        """Hours of work that wait now."""
        return self.waiting_work() * self.model.numbers.tick_hours

    # -- reading
    # -------------------------------------------------------------------------------------------

    def attend(self) -> None:
        """Read up to `attention` messages; those about closed matters are dropped unread and cost
        nothing.

        What others wrote in a written round comes first.
        """
        capacity = self.model.numbers.attention[self.index]
        read, news, unread = min(self.owed, capacity), 0, 0
        self.owed -= read
        self.model.ledger["read"] += read
        while self.inbox and read < capacity:
            message = self.inbox.popleft()
            if self.model.is_void(message):
                self.model.ledger["expired"] += 1
                unread += 1
                continue
            read += 1
            self.model.ledger["read"] += 1
            if message.issue is None:
                news += 1
            else:
                message.issue.reading += reading_units(capacity)
            self.take(message)
        self.mail_account.go(self.model, read + unread, unread)
        if read:
            self.work(self.model.tick, 1.0)
            self.work(self.model.tick + 1, 1.0 - read / capacity)
            if self.model.measuring:
                self.messages_read += read
                self.context_read += news

    def take(self, message: Message) -> None:
        """Understand one message, and act on it."""
        if message.what == IDEA:
            self.model.watch_read(message)
            self.hear_idea(message)
        elif message.what == CONTEXT:
            self.model.watch_context(message, self.fidelity[message.part].get(message.version, 0.0))
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
        self.model.watch(issue, what, source=message.source, target=self.index, sent=message.sent)
        if message.what == NOTICE:
            if issue.accountable == self.index:
                power.notice(self.model, issue)
            else:
                self.say(Message(NOTICE, issue, self.index, self.toward(issue.accountable), 0))
        elif issue.delegate == self.index:
            power.accept(self.model, issue)
        else:
            self.say(Message(MANDATE, issue, self.index, self.toward(issue.delegate), 0))

    # -- ideas
    # ---------------------------------------------------------------------------------------------

    def sense(self, issue: Issue, passing: bool) -> None:
        """Form an idea of the issue by looking at it, and pass it on if `passing`."""
        idea = issue.ideas.get(self.index)
        if idea is None:
            idea = issue.ideas[self.index] = issue.sensed_by(self.model, self.index)
        self.look_at(issue, idea)
        self.model.watch_sense(issue, self)
        if passing:
            known = self.knowledge(issue)
            known.came.add(self.index)
            known.passed.add(self.index)
            self.pass_on_idea(idea, -1)

    def hear_idea(self, message: Message) -> None:
        """Keep an idea that is new, or came by fewer hops, as far as the mind has room; pass on
        what is new, kept or not."""
        assert message.idea is not None and message.issue is not None
        n, heard = self.model.numbers, message.idea
        by, known = heard.originator, self.knowledge(message.issue)
        distortion = n.distortion[message.way] if message.distortion < 0.0 else message.distortion
        copy = heard.retold(n.key[by], n.key[message.source], self.key, distortion)
        kept = self.keep(copy)
        if by not in known.passed:
            known.passed.add(by)
            self.pass_on_idea(copy, message.source)
        elif not kept:
            return
        self.model.watch_idea(message, copy, kept)

    def pass_on_idea(self, idea: Idea, heard_from: int) -> None:
        """Send an idea on: along the line to the accountable leader, and to every channel while
        reach allows."""
        n, issue = self.model.numbers, idea.issue
        line = -1
        if n.by_line and issue.accountable != self.index:
            line = self.toward(issue.accountable)
        spreading = n.by_spread and idea.hops < n.reach
        for channel in self.channels:
            if (
                channel.to != heard_from
                and channel.to != idea.originator
                and (spreading or channel.to == line)
            ):
                message = Message(IDEA, issue, self.index, channel.to, channel.way, idea)
                message.distortion = n.distortion[channel.way]
                self.send(message)

    # -- context
    # -------------------------------------------------------------------------------------------

    def learn_direction(self, version: int, part: int, fidelity: float, heard_from: int) -> None:
        """Take in context about a part of a version of the direction; a newer one is passed on to
        open channels."""
        if fidelity > self.fidelity[part].get(version, 0.0):
            self.fidelity[part][version] = fidelity
            self.realigned = True
        if version > self.newest[part]:
            self.newest[part] = version
            n = self.model.numbers
            for channel in self.channels:
                if channel.to != heard_from and (n.by_spread or channel.line):
                    left = kept_fidelity(fidelity, n.loss[channel.way])
                    message = Message(CONTEXT, None, self.index, channel.to, channel.way)
                    message.version, message.part, message.fidelity = version, part, left
                    self.send(message)

    def hear_decision(self, message: Message) -> None:
        """Learn what was decided, and pass it on toward those affected who may not know."""
        issue = message.issue
        assert issue is not None
        if self.index not in issue.informed:
            self.model.watch(
                issue, "told", source=message.source, target=self.index, sent=message.sent
            )
            self.model.tell(issue, self.index)
            self.pass_on_decision(issue, message.source)

    def pass_on_decision(self, issue: Issue, heard_from: int) -> None:
        """Send a decision on along the lines that lead to somebody affected; from a root also to
        the other roots above such."""
        n = self.model.numbers
        root = n.manager[self.index] < 0
        for channel in self.channels:
            if channel.line and not (root and n.manager[channel.to] < 0):
                above = channel.to == n.manager[self.index]
                here = issue.below.get(self.index if above else channel.to, 0)
                if issue.outside_room > here if above else here > 0:
                    self._tell(issue, channel.to, heard_from)
        if root and (heard_from < 0 or n.manager[heard_from] >= 0):
            for root in n.roots:
                if root != self.index and issue.below.get(root, 0) > 0:
                    self._tell(issue, root, heard_from)

    def _tell(self, issue: Issue, to: int, heard_from: int) -> None:
        """Tell a decision to one who was not in the room, and is not who told it."""
        if to != heard_from and to not in issue.stands_behind:
            self.say(Message(DECISION, issue, self.index, to, 0))

    # -- sending
    # -------------------------------------------------------------------------------------------

    def toward(self, target: int) -> int:
        """The next leader on the line toward another."""
        n = self.model.numbers
        return next_hop(self.index, target, n.manager, n.enter, n.leave)

    def passes_on(self, message: Message) -> float:
        """With what probability this leader passes an item on: the openness of that direction x its
        engagement.

        A custom flow rule says instead, and may set the variance that retelling adds
        (`message.distortion`).
        """
        custom = self.model.custom
        if custom.has("flow", 0 if message.issue is None else message.issue.kind_index):
            openness, message.distortion = custom.passing(self, message)
            return openness
        return float(self.model.numbers.openness[message.way]) * self.energy

    def send(self, message: Message) -> None:
        """Pass an item on, if it passes; else keep it for a later try where the flow allows one."""
        self.model.post(message, self.passes_on(message))

    def say(self, message: Message) -> None:
        """Send what cannot be blocked, only delayed: a notice, a mandate or a decision. Between
        roots without a channel, across."""
        channel = self.channel_to.get(message.target)
        message.way = ACROSS if channel is None else channel.way
        self.model.post(message, 1.0)
