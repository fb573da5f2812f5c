"""What a story knows: one decision's recorded events, with the names behind their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.clock import Calendar
from sim.outcome import CLOSED_BY
from sim.rules.catalog import FAMILIES, LEVELS, name_of
from sim.story import words

if TYPE_CHECKING:
    from sim.agents.trace import Event, Trace
    from sim.tables.privacy import Groups


@dataclass(frozen=True)
class MessageCounts:
    """What became of the messages with ideas by the time it was decided, or over; all are numbers
    of messages but one.

    sent = read + unread (they had arrived) + moving (they had not). kept_back: how often an idea
    was not passed on. new: of those read, how many told their reader something they had not known,
    or not so well, and that they kept in mind; readers: to how many. let_go: how many told
    something new to readers whose minds had no room for it.
    """

    sent: int
    read: int
    unread: int
    moving: int
    kept_back: int
    new: int
    readers: int
    let_go: int


@dataclass(frozen=True)
class Facts:
    """A trace with its resolved policy and structure, and the questions a story asks of them."""

    trace: Trace
    scenario: Any
    structure: Any

    @cached_property
    def calendar(self) -> Calendar:
        """The working calendar of the scenario."""
        return self.scenario.calendar

    @cached_property
    def decision(self) -> dict[str, Any]:
        """The row of the decision, as plain numbers."""
        row = dict(self.trace.decision)
        return {
            name: value.item() if hasattr(value, "item") else value for name, value in row.items()
        }

    @cached_property
    def kind_name(self) -> str:
        """The name of the issue's kind."""
        return list(self.scenario.issues)[self.decision["kind"]]

    @property
    def kind(self) -> Any:
        """The settings of the issue's kind when it arose, with the power and consensus that hold
        for it."""
        return self.scenario.settings_at(self.raised).issues[self.kind_name]

    @property
    def closed_by(self) -> str:
        """How it closed, one of CLOSED_BY."""
        return CLOSED_BY[self.decision["closed_by"]]

    @cached_property
    def raised(self) -> int:
        """The tick in which it arose."""
        return int(self.decision["raised"])

    @cached_property
    def decided(self) -> int | None:
        """The tick in which it was decided, None when it never was."""
        event = self.first("decide")
        return None if event is None else event.tick

    @cached_property
    def rule(self) -> str:
        """The power rule it went by: that of its kind, or what a contingent one came to."""
        event = self.first("route")
        return self.kind.power.rule if event is None else name_of("power", event.data["rule"])

    @property
    def phrase(self) -> str:
        """What its power rule is declared with to say in a story; '' where there is nothing."""
        known = FAMILIES["power"].get(self.rule)
        return "" if known is None else known.phrase

    @property
    def climbs(self) -> bool:
        """Whether levels judged it one after another."""
        known = FAMILIES["power"].get(self.rule)
        return known is not None and known.decides == LEVELS

    @property
    def written(self) -> bool:
        """Whether its rounds were held in writing."""
        return bool(self.kind.power.forum.mode == "written")

    @property
    def meets(self) -> bool:
        """Whether a room was called to decide it, or to advise."""
        return self.first("assemble") is not None

    @property
    def has_turns(self) -> bool:
        """Whether those in its room speak in turns."""
        return self.kind.consensus.turns is not None

    @property
    def by_chance(self) -> bool:
        """Whether those who look into it are right or wrong by a fixed chance, without evidence."""
        return self.kind.accuracy is not None

    @cached_property
    def alone(self) -> dict[int, int]:
        """The alternative that each one's own fragment spoke for, by leader."""
        return {int(event.data["leader"]): int(event.data["best"]) for event in self.all("sense")}

    def spoke_for(self, leader: int) -> str:
        """' (for B)': what somebody's own fragment spoke for, where that is known."""
        best = self.alone.get(leader, -1)
        return "" if best < 0 or self.estimate else f" (for {self.option(best)})"

    @cached_property
    def room(self) -> list[int]:
        """Who sat in the room, or the levels that judged it; one voice's room is who decides."""
        event = self.last("join") or self.last("assemble")
        if event is not None:
            return [int(member) for member in event.data["members"]]
        judges = [int(event.data["leader"]) for event in self.all("judge")]
        if judges:
            return judges
        decider = int(self.decision["decider"])
        return [decider if decider >= 0 else int(self.decision["accountable"])]

    @property
    def settled(self) -> int:
        """The tick in which it was decided, or over without a decision."""
        return self.raised + int(self.decision["delay"]) if self.decided is None else self.decided

    @cached_property
    def letters(self) -> MessageCounts:
        """What became of the messages with ideas."""
        now = self.settled
        mail = [letter for letter in self.trace.mail if letter.sent <= now]
        sent = [letter for letter in mail if letter.due >= 0]
        read = [letter for letter in sent if 0 <= letter.read <= now]
        new = [letter for letter in read if letter.new]
        moving = sum(letter.due > now for letter in sent)
        return MessageCounts(
            sent=len(sent),
            read=len(read),
            unread=len(sent) - len(read) - moving,
            moving=moving,
            kept_back=len(mail) - len(sent),
            new=len(new),
            readers=len({letter.target for letter in new}),
            let_go=sum(letter.let_go for letter in read),
        )

    def all(self, what: str, test: Callable[[Event], bool] = lambda event: True) -> list[Event]:
        """Every event of a sort, in order of time."""
        return [event for event in self.trace.events if event.what == what and test(event)]

    def first(self, what: str, test: Callable[[Event], bool] = lambda event: True) -> Event | None:
        """The first event of a sort, or None."""
        return next(iter(self.all(what, test)), None)

    def last(self, what: str) -> Event | None:
        """The last event of a sort, or None."""
        return next(iter(reversed(self.all(what))), None)

    def date(self, tick: int) -> str:
        """When a tick is, in words."""
        return words.date(self.calendar, int(tick))

    def span(self, ticks: int) -> str:
        """How long some ticks are, in words."""
        return words.span(self.calendar, int(ticks))

    @cached_property
    def groups(self) -> Groups | None:
        """The groups in which people are shown; None where they are shown one by one."""
        smallest = self.scenario.smallest_group
        if smallest is None:
            return None
        from sim.tables.privacy import groups_of  # loads pandas, which other stories need not

        return groups_of(self.structure, smallest)

    @cached_property
    def _numbered(self) -> dict[int, int]:
        """The leaders whom this story has named so far, by their numbers in their groups."""
        return {}

    def name(self, leader: int) -> str:
        """A leader as people call them: their name, with the id where they differ.

        Where people are shown in groups only: the group, with a number that is theirs in this story
        alone, in the order in which it names them.
        """
        if self.groups is not None:
            group, known = int(self.groups.of[leader]), self._numbered
            there = sum(int(self.groups.of[other]) == group for other in known)
            return f"{self.groups.labels[group]} #{known.setdefault(leader, there + 1)}"
        identity, name = self.structure.id[leader], self.structure.name[leader]
        return identity if name == identity else f"{name} ({identity})"

    def names(self, leaders: Sequence[int], most: int = 8) -> str:
        """Some leaders, as a list in words."""
        return words.listed([self.name(int(leader)) for leader in leaders], most)

    def position_of(self, leader: int) -> str:
        """Where a leader stands: 'downstream, unit midstream-03'; of a group: 'one of 12'."""
        if self.groups is not None:
            return f"one of {self.groups.sizes[self.groups.of[leader]]}"
        position = self.structure.positions[self.structure.position[leader]]
        unit = self.structure.units[self.structure.unit[leader]]
        return position if unit in (position, "") else f"{position}, unit {unit}"

    def seen_at(self, facet: int, count: int) -> str:
        """At which position a facet of `count`, evenly along the stream, is seen best."""
        at = 0.5 if count == 1 else facet / (count - 1)
        places = [float(x) for x in self.structure.x]
        nearest = min(range(len(places)), key=lambda i: abs(places[i] - at))
        return str(self.structure.positions[self.structure.position[nearest]])

    @property
    def estimate(self) -> bool:
        """Whether the issue asks for a number instead of a choice."""
        return bool(self.kind.type == "estimate")

    @property
    def status_quo(self) -> bool:
        """Whether its first alternative is to leave things as they are."""
        return bool(self.kind.type == "approve" or self.kind.status_quo)

    @cached_property
    def inventors(self) -> dict[int, int]:
        """Who had thought of which alternative that nobody else had: leader by alternative."""
        event = self.first("arise")
        inventors = [] if event is None else event.data.get("inventors", ())
        return {int(alternative): int(leader) for leader, alternative in inventors}

    def option(self, index: int, value: float = float("nan")) -> str:
        """An alternative in words, or the number where the issue asks for one."""
        if self.estimate:
            return words.number(value)
        return words.alternative(index, self.status_quo, self.kind.type == "approve")

    def options(self, indices: Sequence[int]) -> str:
        """Some alternatives as a list in words."""
        return words.listed([self.option(index) for index in indices], 16)

    def were_away(self, event: Event) -> str:
        """' (Ann was away on day 4)': who of those waited for was away meanwhile; empty when nobody
        was."""
        days: dict[int, list[int]] = {}
        for leader, day in event.data.get("away", ()):
            days.setdefault(int(leader), []).append(int(day) + 1)
        absences = [
            f"{self.name(leader)} was away on {words.days(on)}" for leader, on in days.items()
        ]
        return f" ({words.listed(absences, 4)})" if absences else ""
