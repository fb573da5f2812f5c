"""The mail of an organisation: messages on their way, and the ledger of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sim.agents.messages import Message
from sim.agents.watched import Watched
from sim.draws import PASS, uniform_pair
from sim.rules.flow import (
    CONTEXT,
    DECISION,
    IDEA,
    draw_index,
    hop_ticks,
    is_superseded,
    no_longer_matters,
    passes,
)

if TYPE_CHECKING:
    from sim.agents.leader import Leader


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
        """Messages due now join inboxes, in an order that a keyed draw settles; held ones are tried again."""
        arrived: dict[int, list[Message]] = defaultdict(list)
        for message in self.in_transit.pop(self.tick, ()):
            if message.held:
                if not self.is_void(message):
                    self.leaders[message.source].send(message)
            elif self.is_void(message):
                self.ledger["expired"] += 1
            else:
                message.arrived = self.tick
                arrived[message.target].append(message)
        for target, messages in arrived.items():
            messages.sort(key=lambda message: message.tie)
            inbox = self.leaders[target].inbox
            inbox.extend(messages)
            if self.numbers.by_urgency:
                ordered = sorted(inbox, key=Message.turn)
                inbox.clear()
                inbox.extend(ordered)
            self.with_mail.add(target)

    def is_void(self, message: Message) -> bool:
        """Whether what a message is about is closed, so that nobody need read it."""
        if message.what == CONTEXT:
            newest = self.leaders[message.source].newest[message.part]
            return is_superseded(message.held, newest, message.version)
        assert message.issue is not None
        return no_longer_matters(message.what, message.issue.state)

    def post(self, message: Message, openness: float) -> None:
        """Send a message with probability `openness`; else hold it for a later try, or drop it for good."""
        n, key = self.numbers, self.numbers.key
        stream = self.stream if message.issue is None else message.issue.stream
        about = message.version * n.parts + message.part
        if message.what == IDEA:
            assert message.idea is not None
            about = key[message.idea.originator]
        index = draw_index(message.what, message.attempt)
        wait = n.decision_retry if message.what == DECISION else n.retry[message.way]
        u, tie = uniform_pair(*stream, PASS, index, about, key[message.source], key[message.target])
        if passes(u, openness):
            due = self.tick + hop_ticks(u, openness, n.delay[message.way])
            message.held, message.tie, message.sent = False, tie, self.tick
            self.in_transit[due].append(message)
            self._count_sent(1)
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
        """Put what others write in a round before a leader, which reads it before anything else."""
        leader.owed += messages
        self._count_sent(messages)
        self.with_mail.add(leader.index)
