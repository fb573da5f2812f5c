"""What comes to each desk, waits there, is passed on, stops."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.rules.desks import LATE, STOPPED, UNREAD, ended, within
from sim.world.witnesses import WAYS, is_nearer, line_hops, way_to

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.organization import Organization


@dataclass(slots=True)
class MailAccount:
    """The messages of a desk: how many came and left unread in the measured window, how many lie
    there now, and how many ticks they waited in the window, less those of who still lies there."""

    came: int = 0
    unread: int = 0
    lying: int = 0
    waited: int = 0

    def come(self, model: Any, messages: int) -> None:
        """Messages came to the desk now."""
        self.came += messages * model.measuring
        self.lying += messages
        self.waited -= messages * _now(model)

    def go(self, model: Any, messages: int, unread: int) -> None:
        """Messages left the desk now, so many of them unread."""
        self.unread += unread * model.measuring
        self.lying -= messages
        self.waited += messages * _now(model)

    def row(self, model: Any) -> tuple[float, ...]:
        """Messages that came, that left unread, and the mean hours that one lay there."""
        n, waited = model.numbers, self.waited + self.lying * _now(model)
        hours = waited * n.tick_hours / self.came if self.came else float("nan")
        return self.came, self.unread, hours


def _now(model: Any) -> int:
    """The present tick as the measured window sees it."""
    return within(model.tick, model.numbers.warmup, model.numbers.horizon)


@dataclass(slots=True)
class IdeaAccount:
    """The ideas of a desk, on decided issues: how many came, were weighed by those who decided,
    passed on; and how those ended that were not weighed and came no nearer than here."""

    came: int = 0
    weighed: int = 0
    passed: int = 0
    ended: list[float] = field(default_factory=lambda: [0.0] * (LATE + 1))
    right: RightIdeas = field(default_factory=lambda: RightIdeas())

    def row(self, own: int) -> tuple[float, ...]:
        """The counts in the order of `sim.outcome.LEADER`. own: ideas of the leader's own."""
        ends = self.ended[STOPPED], self.ended[UNREAD], self.ended[LATE]
        return self.came, own, self.weighed, self.passed, *ends, *self.right.row()


@dataclass(slots=True)
class RightIdeas:
    """Of the ideas of a desk, those that speak for the best alternative: the leader's own; how many
    came and were passed on, by where the line to who answers begins; and how they ended."""

    own: int = 0
    came: list[int] = field(default_factory=lambda: [0] * WAYS)
    passed: list[int] = field(default_factory=lambda: [0] * WAYS)
    ended: list[float] = field(default_factory=lambda: [0.0] * (LATE + 1))

    def row(self) -> tuple[float, ...]:
        """The counts in the order of `sim.outcome.LEADER`."""
        by_way = [count for pair in zip(self.came, self.passed, strict=True) for count in pair]
        return self.own, *by_way, self.ended[STOPPED], self.ended[LATE]


def send_on(model: Any, issue: Issue, originator: int, source: int, target: int) -> None:
    """Note that a leader sent an idea to another, where that is nearer to who answers for the
    issue."""
    n = model.numbers
    if is_nearer(source, target, issue.accountable, n.manager, n.enter, n.leave):
        model.leaders[source].knowledge(issue).sent_on.add(originator)


def account_for(model: Organization, issue: Issue) -> None:
    """A decision was carried out: count what became of the witnesses' ideas at each desk."""
    desks = sorted((mind.index, mind.known[issue]) for mind in issue.knowers)
    weights = dict(zip(issue.room, issue.weights_in_room, strict=True))
    n, to = model.numbers, issue.accountable
    hops = {i: line_hops(i, to, n.manager, n.enter, n.leave) for i, _ in desks}
    ways = {i: way_to(i, to, n.manager, n.enter, n.leave) for i, _ in desks}
    for originator in issue.witnesses:
        weighed = originator in issue.used
        right = issue.spoken_for[originator] == issue.best
        model.leaders[originator].idea_account.right.own += right
        came = [(i, known) for i, known in desks if originator in known.came]
        for i, known in came:
            decides = i == issue.decider or weights.get(i, 0.0) > 0.0
            account = model.leaders[i].idea_account
            account.came += 1
            account.weighed += weighed
            passed = originator in known.sent_on or (weighed and decides)
            account.passed += passed
            account.right.came[ways[i]] += right
            account.right.passed[ways[i]] += right and passed
        if not weighed:
            nearest = min(hops[i] for i, _ in came)
            _end(model, originator, right, [desk for desk in came if hops[desk[0]] == nearest])


def _end(model: Organization, originator: int, right: bool, desks: list[tuple[int, Any]]) -> None:
    """An idea that was not weighed came no further than these desks, which are as near."""
    share = 1.0 / len(desks)
    for i, known in desks:
        how = ended(originator in known.passed, originator in known.sent_on)
        account = model.leaders[i].idea_account
        for ends in (account.ended, account.right.ended) if right else (account.ended,):
            ends[how] += share
            if how == UNREAD:
                ends[STOPPED] += share
