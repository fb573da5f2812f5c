"""Watching one issue: everything that happens to it, in order, to be told as a story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.agents._competences import assesses_as_usual, competences
from sim.agents.rounds import propose
from sim.rules.confidence import probability
from sim.rules.consensus import CONSENT, believed_loss, disagreement
from sim.rules.evidence import HIDDEN, assess, assess_alone, hide, leading, pool
from sim.rules.perspective import relevance
from sim.rules.power import VOTE

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.leader import Leader
    from sim.agents.messages import Idea, Message
    from sim.agents.organization import Organization
    from sim.parameters import Parameters


@dataclass(frozen=True)
class Event:
    """Something that happened to the watched issue: when (tick), what, and the details (leaders by
    index)."""

    tick: int
    what: str
    data: dict[str, Any]


@dataclass
class Letter:
    """A message with an idea of the watched issue: `originator`'s, from `source` to `target`
    (leaders by index).

    sent: the tick in which it was sent, or not passed on. due: when it arrives, -1 where it was not
    passed on. read: when its target read it, -1 for never. new: whether it told them something they
    had not known, or not so well.
    """

    originator: int
    source: int
    target: int
    sent: int
    due: int
    read: int = -1
    new: bool = False
    let_go: bool = False


@dataclass(frozen=True)
class Trace:
    """The whole course of one issue: the fields of its decision (see `sim.outcome.DECISION`), its
    events, and the messages by which ideas of it went from one leader to another.
    """

    decision: dict[str, Any]
    events: list[Event] = field(default_factory=list)
    mail: list[Letter] = field(default_factory=list)


_STEPS = ("arise", "notice", "mandate", "judge", "join", "round")
"""Events after which an issue waits for somebody else."""


class Watcher:
    """Notes what happens to some issues of the cohort, by their numbers, each course apart in
    `courses`.

    To what the model tells of an event it adds what a story wants to know besides: `away`, pairs
    (leader, day from 0) of those waited for; who was `absent`; what is true by now (`worths`,
    `best`); who was `against`; which ideas each had in mind (`minds`: leader, and per idea
    originator, hops and days studied); what each of those who decide took to matter (`weighs`, a
    weight a facet) and what was true (`weights`); how competent those are whose ideas counted, what
    they were taken for (`people`), and who of those who decide would prefer something else if that
    were known (`truly`); which ideas stayed `unsaid` in a room, and who of
    it had them in mind; how many messages lay `unread` before whom when it was over.
    News of the direction, which is about no issue, is noted in `news`: what taught its reader
    something. `mail` holds the messages with ideas of each issue, in order of sending.
    """

    def __init__(self, *numbers: int) -> None:
        self.courses: dict[int, list[Event]] = {number: [] for number in numbers}
        self.news: list[Event] = []
        self.mail: dict[int, list[Letter]] = {number: [] for number in numbers}
        self._letters: dict[Message, Letter] = {}

    @property
    def events(self) -> list[Event]:
        """The events of the issue, where only one is watched."""
        (course,) = self.courses.values()
        return course

    def note(self, tick: int, issue: Issue, what: str, data: dict[str, Any]) -> None:
        """Note one event, if it is about a watched issue."""
        course = self.courses.get(issue.number)
        if course is not None:
            course.append(Event(tick, what, data | self._more(tick, issue, what, data)))

    def _more(self, tick: int, issue: Issue, what: str, data: dict[str, Any]) -> dict[str, Any]:
        """What belongs to an event beside what the model tells of it."""
        if what == "arise":
            known = issue.kind.alternatives
            inventors = [(i, known + place) for place, i in enumerate(issue.inventors)]
            return {"inventors": inventors, "weights": list(issue.weights), **_truth(issue)}
        if what == "book":
            absent = [i for i in issue.room if i not in data["present"]]
            waited = [] if issue.kind.written else issue.room
            return {
                "absent": absent,
                "away": self._away(issue, waited, data["ready"], data["start"]),
            }
        if what in ("notice", "mandate"):
            return {"away": self._away(issue, [data["target"]], self._waiting_since(issue), tick)}
        if what == "judge":
            own = issue.positions[-issue.alternatives]
            numbers = {"number": issue.proposed_number, "own": own} if issue.is_estimate else {}
            return {
                "away": self._away(issue, [data["leader"]], self._waiting_since(issue), tick),
                **numbers,
            }
        if what == "decide":
            seats = zip(issue.room, issue.voiced, strict=True)
            against = [i for i, voiced in seats if voiced and not issue.stands_behind[i]]
            alone = [data["decider"]] if len(issue.room) == 1 and data["decider"] >= 0 else []
            away = self._away(issue, alone, self._waiting_since(issue), tick)
            return {
                "against": against,
                "away": away,
                "minds": _minds(issue, alone),
                **_at_the_end(issue),
                **_truth(issue),
            }
        if what in ("lapse", "leave"):
            return _at_the_end(issue)
        return _heard(issue) | _truth(issue) if what == "effect" else {}

    def _waiting_since(self, issue: Issue) -> int:
        return next(
            event.tick for event in reversed(self.courses[issue.number]) if event.what in _STEPS
        )

    def _away(
        self, issue: Issue, leaders: list[int], since: int, until: int
    ) -> list[tuple[int, int]]:
        """Who of some leaders was away on which day between two ticks, both included."""
        if not leaders:
            return []
        model = issue.knowers[0].model
        days = range(since // model.numbers.day, until // model.numbers.day + 1)
        return [(i, day) for day in days for i in leaders if model.leaders[i].is_away(day)]

    def note_sense(self, model: Organization, issue: Issue, leader: Leader) -> None:
        """Note what a witness made of the issue by itself."""
        course = self.courses.get(issue.number)
        if course is None or issue.kind.accuracy >= 0.0:
            return
        precisions, beliefs = issue.precisions(model, leader.index), leader.beliefs(issue)
        weighted, weight = issue.nothing()
        pool(issue.ideas[leader.index].values(), precisions, 1.0, 0.0, 1.0, weighted, weight)
        alone = [0.0] * issue.kind.alternatives
        assess(weighted, weight, beliefs, model.numbers.overprecision, alone)
        thought_of = issue.own_alternative(leader.index)
        if thought_of >= 0:
            own = assess_alone(
                issue.ideas[leader.index].values(),
                len(weighted),
                precisions,
                1.0,
                0.0,
                1.0,
                beliefs,
            )
            alone += [HIDDEN] * (thought_of - len(alone)) + [own]
        best = -1 if issue.is_estimate else leading(alone, issue.ties)
        data = {
            "leader": leader.index,
            "best": best,
            "number": alone[0],
            "precision": relevance(beliefs, issue.true_precisions(model, leader.index)),
            "let_go": self._let_go(issue, leader),
        }
        course.append(Event(model.tick, "sense", data))

    def _let_go(self, issue: Issue, leader: Leader) -> list[int]:
        """Whose ideas a leader had kept who has no room left for them beside their own."""
        kept = [
            event.data["originator"]
            for event in self.courses[issue.number]
            if event.what == "idea" and event.data["target"] == leader.index and event.data["kept"]
        ]
        return [by for by in dict.fromkeys(kept) if leader.in_mind(issue, by) is None]

    def note_idea(self, tick: int, message: Message, copy: Idea, kept: bool) -> None:
        """Note that an idea was heard that its reader keeps in mind or, `kept` being false, only
        passes on."""
        assert message.issue is not None
        if message in self._letters:
            letter = self._letters[message]
            letter.new, letter.let_go = kept, not kept
        data = {
            "originator": copy.originator,
            "source": message.source,
            "target": message.target,
            "hops": copy.hops,
            "variance": copy.variance,
            "studied": copy.stage,
            "kept": kept,
            "sent": message.sent,
        }
        self.note(tick, message.issue, "idea", data)

    def note_post(self, tick: int, message: Message, due: int) -> None:
        """Note that an idea was sent, or was not passed on."""
        if message.idea is None or message.issue is None or message.issue.number not in self.mail:
            return
        letter = Letter(message.idea.originator, message.source, message.target, tick, due)
        self.mail[message.issue.number].append(letter)
        if due >= 0:
            self._letters[message] = letter

    def note_arrival(self, tick: int, message: Message) -> None:
        """A message came to its target's inbox: no story tells of it, but logs do (see
        `sim.exchange.recording`)."""

    def note_read(self, tick: int, message: Message) -> None:
        """Note that a message with an idea was read."""
        if message in self._letters:
            self._letters[message].read = tick

    def note_context(self, tick: int, message: Message, known: float) -> None:
        """Note that news of the direction was read, if it says more than its reader had `known`
        (fidelity)."""
        if message.fidelity > known:
            message_data = {
                "source": message.source,
                "target": message.target,
                "sent": message.sent,
            }
            about = {"version": message.version, "part": message.part, "fidelity": message.fidelity}
            self.news.append(Event(tick, "context", message_data | about))

    def note_round(
        self,
        model: Organization,
        issue: Issue,
        turns: list[tuple[int, int]],
        result: tuple[int, float, float, float],
    ) -> None:
        """Note a forum round: who spoke and whose idea they brought, what is on the record, where
        opinions stood, and how much support there was.

        turns: (speaker, originator, or -1 for nothing new). recorded: (originator, hops, days
        studied) of each idea on the record. own: of those with a position, what they prefer by what
        they know alone, before others' positions move them.
        """
        if issue.number not in self.courses:
            return
        count = issue.alternatives
        choice, number, share, needed = result
        present = [i for i, there in zip(issue.room, issue.present, strict=True) if there]
        data = {
            "round": issue.rounds,
            "present": present,
            "absent": [i for i in issue.room if i not in present],
            "chair": issue.room[issue.chair] if issue.chair >= 0 else -1,
            "said": [(originator, speaker) for speaker, originator in turns if originator >= 0],
            "turns": turns,
            "record": list(issue.record),
            "recorded": [(by, idea.hops, idea.stage) for by, idea in issue.record.items()],
            "own": _own_views(model, issue),
            "open": [m for m in range(count) if issue.open[m]],
            "positions": [
                (i, issue.preferred[p] if issue.voiced[p] else -1, issue.positions[p * count])
                for p, i in enumerate(issue.room)
                if issue.present[p]
            ],
            "proposal": choice,
            "number": number,
            "support": share,
            "needed": needed,
            "agreed": issue.agreed,
            "probability": probability(issue.odds),
            "minds": _minds(issue, present),
        }
        self.note(model.tick, issue, "round", data | _apart(model, issue))


def _minds(issue: Issue, leaders: list[int]) -> list[tuple[int, list[tuple[int, int, int]]]]:
    """The ideas that some leaders have in mind of an issue: originator, hops, and days that it was
    studied."""
    if not issue.knowers:
        return []
    everybody = issue.knowers[0].model.leaders
    return [
        (i, [(idea.originator, idea.hops, idea.stage) for idea in everybody[i].integrates(issue)])
        for i in leaders
    ]


def _own_views(model: Organization, issue: Issue) -> list[tuple[int, int, float]]:
    """What each member with a position makes of what they know, others' positions aside: the
    leader, the alternative (-1 for an estimate) and the number.

    Leaders of classes that assess in their own way are left out: to ask them again might change
    them.
    """
    views = []
    for p, i in enumerate(issue.room):
        leader = model.leaders[i]
        asked = issue.present[p] and assesses_as_usual(leader)
        assessment = leader.assess(issue) if asked else None
        if assessment is not None:
            hide(assessment, issue.open)
            best = -1 if issue.is_estimate else leading(assessment, issue.ties)
            views.append((i, best, assessment[0]))
    return views


def _at_the_end(issue: Issue) -> dict[str, Any]:
    """Of those who decide: how many messages, of whatever kind, lie `unread` before each, what each
    took to matter, and which ideas they held that nobody said."""
    whom = list(issue.room) or [issue.accountable]
    if not issue.knowers:
        return {"unread": [], "weighs": [], "unsaid": []}
    everybody = issue.knowers[0].model.leaders
    held: dict[int, list[int]] = {}
    for i in whom if issue.rounds else ():
        for idea in everybody[i].integrates(issue):
            if idea.originator not in issue.record:
                held.setdefault(idea.originator, []).append(i)
    return {
        "unread": [(i, len(everybody[i].inbox)) for i in whom],
        "weighs": [(i, everybody[i].beliefs(issue)) for i in whom],
        "unsaid": list(held.items()),
        **competences(issue, whom),
    }


def _heard(issue: Issue) -> dict[str, Any]:
    """How many of those affected know of the decision, and how many of these were heard: in the
    room, or by an idea on its record or in mind of who decided."""
    know = [i for i in issue.affected if i in issue.informed]
    heard = [i for i in know if i in issue.stands_behind or i in issue.used]
    return {"know": len(know), "heard": len(heard)}


def _truth(issue: Issue) -> dict[str, Any]:
    """What each alternative is worth by what is true now, and which is best (-1 for an
    estimate)."""
    return {"worths": list(issue.worths), "best": -1 if issue.is_estimate else issue.best}


def _apart(model: Organization, issue: Issue) -> dict[str, Any]:
    """How far apart the members of a round stand, in standard deviations of worth; under consent,
    who objects to what.

    `first` and `first_number` are what was proposed before any amendment; an objection is (leader,
    believed loss by the first proposal, believed loss by the last).
    """
    count, scale = issue.alternatives, issue.scale
    counted = [int(v and there) for v, there in zip(issue.voiced, issue.present, strict=True)]
    apart = disagreement(issue.positions, counted, count) / scale
    if issue.kind.consensus != CONSENT or not any(counted):
        return {"apart": apart}
    first, last = propose(model, issue, counted, issue.rule == VOTE), issue.last_proposal
    losses = [
        (
            i,
            *(
                believed_loss(issue.positions, p, count, *proposed) / scale
                for proposed in (first, last)
            ),
        )
        for p, i in enumerate(issue.room)
        if counted[p]
    ]
    objections = [loss for loss in losses if max(loss[1:]) > issue.kind.objection]
    return {"apart": apart, "first": first[0], "first_number": first[1], "objections": objections}


def trace(inputs: Parameters, replication: int, issue: int) -> Trace:
    """Run one replication and tell the course of issue number `issue` (from 1, in order of
    arising).

    IndexError, with the largest number there is, when there is no such issue.
    """
    (only,) = traces(inputs, replication, [issue])[0].values()
    return only


def traces(
    inputs: Parameters, replication: int, issues: Sequence[int]
) -> tuple[dict[int, Trace], list[Event]]:
    """Run one replication until some issues (numbers from 1) are over; their courses, and the news
    of the direction.

    IndexError, with the largest number there is, when one of them does not exist.
    """
    from sim.agents.organization import Organization

    watcher = Watcher(*issues)
    model = Organization(inputs.scenario, replication=replication, inputs=inputs, watcher=watcher)
    while model.running and not all(model.measures.has(issue) for issue in issues):
        model.step()
    decisions = model.outcome().decisions
    courses = {}
    for issue in issues:
        rows = decisions[decisions["issue"] == issue]
        if len(rows) == 0:
            raise IndexError(len(decisions))
        row = rows[0]
        decision = {name: row[name].item() for name in row.dtype.names}
        courses[issue] = Trace(decision, watcher.courses[issue], watcher.mail[issue])
    return courses, watcher.news
