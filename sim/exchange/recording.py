"""One replication of one policy played again on the Mesa driver, and all that arrives and happens
in it noted.

As both drivers agree, it is the very run that the tables of a result hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.agents.organization import Organization
from sim.agents.trace import Watcher
from sim.organization import ACROSS, DOWN, UP
from sim.outcome import CLOSED_BY, LAPSED
from sim.parameters import DIRECTIONS
from sim.rules.catalog import name_of
from sim.rules.flow import CONTEXT, DECISION, IDEA, MANDATE, NOTICE

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.leader import Leader
    from sim.agents.messages import Idea, Message
    from sim.outcome import Outcome
    from sim.parameters import Parameters

REPLY = "reply"
"""What each member of a written round sends each other member."""
KINDS = {
    IDEA: "idea",
    NOTICE: "notice",
    MANDATE: "mandate",
    DECISION: "decision",
    CONTEXT: "context",
}
"""The kinds of messages, by what they are about; and `REPLY`."""

RAISED = "raised"
HEARD = "idea heard"
TAKEN_UP = "taken up"
ROUTED = "routed"
ASSEMBLED = "forum assembled"
HANDED_OVER = "handed over"
MEETING = "forum met"
WRITTEN = "forum wrote"
JOINED = "joined the forum"
APPROVED, REJECTED = "approved", "rejected"
ESCALATED = "escalated"
DECIDED = "decided"
TOLD = "told"
TOOK_EFFECT = "took effect"
EXPIRED = "expired undecided"
DROPPED = "dropped"
ACTIVITIES: dict[str, str] = {
    RAISED: "it arose; by the leader who raised it",
    HEARD: "an idea of it was read, and kept in mind; by its reader",
    TAKEN_UP: "who answers for it knows of it",
    ROUTED: "who answers for it chose a power rule by the situation",
    ASSEMBLED: "a forum was named; by who answers for it",
    HANDED_OVER: "a mandate for it came to the leader named",
    MEETING: "a round of its forum in one room, from start to complete; by who answers for it",
    WRITTEN: "a round of its forum in writing, from start to complete; by who answers for it",
    JOINED: "the leader named took it over, one level up, and joined its forum",
    APPROVED: "a level approved of the proposal",
    REJECTED: "a level rejected the proposal",
    ESCALATED: "time had run out: it went up to the leader named",
    DECIDED: "it was decided; by a leader, or by the forum",
    TOLD: "the leader named read what was decided",
    TOOK_EFFECT: "enough of those affected knew the decision",
    EXPIRED: "its time was over, and nothing was decided",
    DROPPED: "it was given up, and nothing is done",
}
"""The steps of an issue, and what each means, in the order in which they first can happen."""

START, COMPLETE = "start", "complete"
"""The lifecycle of a step; one that takes no time is complete at once."""
EARLIER = "before"
"""What the name of a case begins with that arose in the warm-up."""


class Arrival(NamedTuple):
    """A message that came to its target's inbox; leaders by index.

    direction, kind: as the tables name them. thread: the issue it is about (see `case_of`), or
    `direction-VERSION.PART` of news of the direction.
    """

    tick: int
    source: int
    target: int
    direction: str
    kind: str
    thread: str


class Step(NamedTuple):
    """A step of an issue; leaders by index.

    case: the issue (see `case_of`). kind: of the issue, by index. resource: whom it is put down
    to; a decision of a forum to `sim.outcome.FORUM`, what nobody did to `sim.outcome.LAPSED`.
    lifecycle: START or COMPLETE. attendees: who was there. detail: more about it, such as how it
    was closed; '' for nothing. lasted: whether it had a start, and lasted up to the tick.
    """

    case: str
    kind: int
    activity: str
    resource: int
    tick: int
    lifecycle: str = COMPLETE
    attendees: Sequence[int] = ()
    detail: str = ""
    lasted: bool = False


@dataclass
class Recording:
    """All that was noted of one replication, in order of time, and what the driver returned."""

    inputs: Parameters
    arrivals: list[Arrival]
    steps: list[Step]
    outcome: Outcome


def record(inputs: Parameters, replication: int) -> Recording:
    """Play one replication of a policy to its end, and note every message that arrives and every
    step of every issue."""
    recorder = _Recorder(inputs)
    model = Organization(inputs.scenario, replication=replication, inputs=inputs, watcher=recorder)
    outcome = model.run()
    # What is fixed beforehand, a round of a forum, was noted then.
    arrivals = sorted(recorder.arrivals, key=lambda arrival: arrival.tick)
    steps = sorted(recorder.steps, key=lambda step: step.tick)
    return Recording(inputs, arrivals, steps, outcome)


def case_of(issue: Issue) -> str:
    """The name of an issue in logs: its number in the tables or, of one that the tables do not
    hold, `before-` and a number of its own."""
    return str(issue.number) if issue.number else f"{EARLIER}-{issue.sequence + 1}"


class _Recorder(Watcher):
    """Notes all messages and all issues, where `Watcher` follows some issues at length."""

    def __init__(self, inputs: Parameters) -> None:
        super().__init__()
        self.structure = inputs.structure
        self.arrivals: list[Arrival] = []
        self.steps: list[Step] = []

    def note_arrival(self, tick: int, message: Message) -> None:
        """Note a message that is no reply in a written round."""
        if message.issue is None:
            thread = f"direction-{message.version}.{message.part + 1}"
        else:
            thread = case_of(message.issue)
        way, kind = DIRECTIONS[message.way], KINDS[message.what]
        self.arrivals.append(Arrival(tick, message.source, message.target, way, kind, thread))

    def note(self, tick: int, issue: Issue, what: str, data: dict[str, Any]) -> None:
        """Note a step of an issue."""
        if what == "book":
            self._note_booked(issue, data)
            return
        for activity, resource, more in _steps(issue, what, data):
            step = Step(case_of(issue), issue.kind_index, activity, resource, tick)
            self.steps.append(step._replace(**more))

    def _note_booked(self, issue: Issue, data: dict[str, Any]) -> None:
        """Note a round of a forum, which is held once it is booked; and what its members write."""
        written, who, start = bool(issue.kind.written), tuple(data["present"]), data["start"]
        activity, detail = WRITTEN if written else MEETING, f"round {data['round']}"
        step = Step(case_of(issue), issue.kind_index, activity, issue.head, start)
        step = step._replace(lifecycle=START, attendees=who, detail=detail)
        self.steps += [step, step._replace(tick=data["end"], lifecycle=COMPLETE, lasted=True)]
        if written:
            pairs = [(source, target) for target in who for source in who if source != target]
            for source, target in pairs:
                way = DIRECTIONS[self._way(source, target)]
                self.arrivals.append(Arrival(start, source, target, way, REPLY, case_of(issue)))

    def _way(self, source: int, target: int) -> int:
        """The direction from one leader to another, with or without a channel."""
        here, there = self.structure.position[source], self.structure.position[target]
        return ACROSS if here == there else UP if there < here else DOWN

    def note_sense(self, model: Organization, issue: Issue, leader: Leader) -> None:
        """What a witness sees is no step of the issue."""

    def note_idea(self, tick: int, message: Message, copy: Idea, kept: bool) -> None:
        """Note an idea that its reader keeps in mind."""
        if kept and message.issue is not None:
            issue, by = message.issue, self.structure.id[copy.originator]
            step = Step(case_of(issue), issue.kind_index, HEARD, message.target, tick)
            self.steps.append(step._replace(detail=f"by {by}, hops {copy.hops}"))

    def note_context(self, tick: int, message: Message, known: float) -> None:
        """News of the direction is no step of an issue."""

    def note_round(
        self,
        model: Organization,
        issue: Issue,
        turns: list[tuple[int, int]],
        result: tuple[int, float, float, float],
    ) -> None:
        """A round was noted when it was booked."""


def _steps(
    issue: Issue, what: str, data: dict[str, Any]
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """The steps that one event of the model is: activity, resource, and further fields."""
    if what == "arise":
        yield RAISED, data["origin"], {}
        if data["origin"] == data["accountable"]:
            yield TAKEN_UP, data["accountable"], {}
    elif what == "notice" and data["target"] == issue.accountable:
        yield TAKEN_UP, data["target"], {}
    elif what == "mandate" and data["target"] == issue.delegate:
        yield HANDED_OVER, data["target"], {}
    elif what == "route":
        yield ROUTED, issue.accountable, {"detail": name_of("power", data["rule"])}
    elif what == "assemble":
        yield ASSEMBLED, issue.accountable, {"attendees": tuple(data["members"])}
    elif what == "join":
        yield JOINED, data["leader"], {"attendees": tuple(data["members"])}
    elif what == "judge":
        yield APPROVED if data["approved"] else REJECTED, data["leader"], {}
    elif what == "escalate":
        yield ESCALATED, data["leader"], {}
    elif what == "decide":
        more = {"attendees": tuple(issue.room), "detail": CLOSED_BY[data["closed_by"]]}
        yield DECIDED, data["decider"], more
    elif what == "told":
        yield TOLD, data["target"], {}
    elif what == "effect":
        yield TOOK_EFFECT, LAPSED, {}
    elif what == "lapse":
        yield EXPIRED, LAPSED, {}
    elif what == "leave":
        yield DROPPED, LAPSED, {"detail": CLOSED_BY[data["closed_by"]]}
