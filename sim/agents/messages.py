"""What leaders pass to one another, and the ideas that some messages carry."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.agents.desks import send_on
from sim.agents.watched import Watched
from sim.draws import DISTORT, PASS, uniform_pair
from sim.rules.evidence import retold_value
from sim.rules.flow import (
    CONTEXT,
    IDEA,
    draw_index,
    hop_ticks,
    is_superseded,
    no_longer_matters,
    passes,
)
from sim.world.issues import fill_normals
from sim.world.turnover import PERSONS_FROM

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.leader import Leader


@dataclass(slots=True, eq=False)
class Idea:
    """One copy of a witness's idea: what it says of each alternative and facet, as its holder has
    it.

    `parent` is the copy it was retold from (None: the witness's own); `variance` what its `hops`
    added; `stage` counts the days that the witness had studied the issue. What a retold copy says
    is worked out only when somebody weighs it.
    """

    issue: Issue
    originator: int
    hops: int
    variance: float
    parent: Idea | None
    keys: tuple[int, int, int]
    added: float = 0.0
    said: list[float] | None = None
    stage: int = 0

    def retold(
        self, originator_key: int, teller_key: int, holder_key: int, distortion: float
    ) -> Idea:
        """The copy that a listener gets, one hop on."""
        keys = (originator_key, teller_key, holder_key)
        variance = self.variance + distortion
        return Idea(
            self.issue,
            self.originator,
            self.hops + 1,
            variance,
            self,
            keys,
            distortion,
            None,
            self.stage,
        )

    def values(self) -> list[float]:
        """Alternatives x facets; the teller's values plus fresh noise of the hop's variance."""
        if self.said is None:
            assert self.parent is not None
            parent_values = self.parent.values()
            if self.added == 0.0:
                self.said = parent_values
            else:
                noise = [0.0] * len(parent_values)
                fill_normals(*self.issue.stream, DISTORT, *self.keys, noise)
                self.said = [
                    retold_value(y, self.added, z)
                    for y, z in zip(parent_values, noise, strict=True)
                ]
        return self.said


@dataclass(slots=True, eq=False)
class Message:
    """An item on its way from one leader to a neighbour.

    `tie` orders messages that arrive in the same tick; `held` marks one that its holder has not
    passed on yet and will try again. An idea carries the teller's copy; context a version of a part
    of the direction and its fidelity. `distortion` is the variance of its retelling, negative for
    that of its direction of flow.
    """

    what: int
    issue: Issue | None
    source: int
    target: int
    way: int
    idea: Idea | None = None
    version: int = 0
    part: int = 0
    fidelity: float = 0.0
    sent: int = 0
    attempt: int = 0
    held: bool = False
    tie: float = 0.0
    arrived: int = 0
    distortion: float = -1.0

    def turn(self) -> tuple[float, int, float]:
        """Where this message stands among those read by urgency: the shortest half-life first,
        context last."""
        half_life = float("inf") if self.issue is None else self.issue.kind.half_life
        return half_life, self.arrived, self.tie


# The mail of an organisation: messages on their way, and the ledger of them


class Mail(Watched):
    """What leaders have sent one another and not yet got; a part of `Organization`."""

    numbers: Any
    stream: tuple[int, int]
    tick: int
    measuring: bool
    leaders: list[Leader]

    def __init__(self) -> None:
        self.in_transit: dict[int, list[Message]] = defaultdict(list)
        self.ledger = dict.fromkeys(("sent", "read", "expired", "window", "today"), 0)
        self.with_mail: set[int] = set()

    def deliver(self) -> None:
        """Messages due now join inboxes, in an order that a keyed draw settles; held ones are tried
        again."""
        arrived: dict[int, list[Message]] = defaultdict(list)
        for message in self.in_transit.pop(self.tick, ()):
            if message.held:
                if not self.is_void(message):
                    self.leaders[message.source].send(message)
            elif self.is_void(message):
                self.ledger["expired"] += 1
            else:
                message.arrived = self.tick
                self._note_arrival(message)
                arrived[message.target].append(message)
                self.watch_arrival(message)
        for target, messages in arrived.items():
            messages.sort(key=lambda message: message.tie)
            inbox = self.leaders[target].inbox
            inbox.extend(messages)
            if self.numbers.by_urgency:
                ordered = sorted(inbox, key=Message.turn)
                inbox.clear()
                inbox.extend(ordered)
            self.with_mail.add(target)

    def _note_arrival(self, message: Message) -> None:
        leader = self.leaders[message.target]
        leader.mail_account.come(self, 1)
        if message.what == IDEA:
            assert message.idea is not None and message.issue is not None
            leader.knowledge(message.issue).came.add(message.idea.originator)

    def is_void(self, message: Message) -> bool:
        """Whether what a message is about is closed, so that nobody need read it."""
        if message.what == CONTEXT:
            newest = self.leaders[message.source].newest[message.part]
            return is_superseded(message.held, newest, message.version)
        assert message.issue is not None
        return no_longer_matters(message.what, message.issue.state)

    def post(self, message: Message, openness: float) -> None:
        """Send a message with probability `openness`; else hold it for a later try, or drop it for
        good."""
        n, key = self.numbers, self.numbers.key
        stream = self.stream if message.issue is None else message.issue.stream
        about = message.version * n.parts + message.part
        if message.what == CONTEXT:
            about += self.leaders[message.target].persons << PERSONS_FROM
        if message.what == IDEA:
            assert message.idea is not None
            about = key[message.idea.originator]
        index = draw_index(message.what, message.attempt)
        wait = n.retry[message.way]
        u, tie = uniform_pair(*stream, PASS, index, about, key[message.source], key[message.target])
        if passes(u, openness):
            due = self.tick + hop_ticks(u, openness, n.delay[message.way])
            message.held, message.tie, message.sent = False, tie, self.tick
            self.in_transit[due].append(message)
            self._count_sent(1)
            if message.what == IDEA:
                assert message.idea is not None and message.issue is not None
                by = message.idea.originator
                send_on(self, message.issue, by, message.source, message.target)
            self.watch_post(message, due)
            return
        self.watch_post(message, -1)
        if openness > 0.0 and wait > 0:
            message.attempt += 1
            message.held = True
            self.in_transit[self.tick + wait].append(message)

    def _count_sent(self, messages: int) -> None:
        self.ledger["sent"] += messages
        self.ledger["today"] += messages
        self.ledger["window"] += messages * self.measuring

    def write_to(self, leader: Leader, messages: int) -> None:
        """Put what others write in a round before a leader, who reads it before anything else."""
        leader.owed += messages
        leader.mail_account.come(self, messages)
        self._count_sent(messages)
        self.with_mail.add(leader.index)
