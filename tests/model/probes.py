"""What can be seen of rooms in the same way on both drivers: minds, records and positions, round by
round.

The compiled driver is played as plain Python, and looked into after each round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from drivers.plain import play_plainly

from model.tiny import Watched, tiny
from sim import kernel
from sim.kernel import deciding, entry, loop
from sim.kernel.ideas import own_place
from sim.kernel.minds import in_mind, minded
from sim.kernel.pools import concern_of
from sim.kernel.rollout import announce as kernel_announce
from sim.outcome import Outcome
from sim.parameters import parameters


class Copy(NamedTuple):
    """A copy of an idea: whose it is, how long it was studied, and how it came."""

    originator: int
    stage: int
    hops: int
    variance: float


class Round(NamedTuple):
    """A room at the end of a round. By member: minds, and what each alternative is worth to
    them; the alternative each prefers. record: in the order of being said."""

    issue: int
    number: int
    present: list[int]
    record: list[Copy]
    minds: dict[int, list[Copy]]
    positions: dict[int, list[float]]
    preferred: dict[int, int]
    voiced: dict[int, bool]
    weights: dict[int, float]
    choice: int
    agreed: bool


class Seen(NamedTuple):
    """A run, its rooms round by round, and the members of the room that took each decision with
    what they had in mind."""

    outcome: Outcome
    rounds: list[Round]
    deciders: dict[int, dict[int, list[Copy]]]

    def of(self, issue: int) -> list[Round]:
        """The rounds about an issue of the cohort, by its number."""
        return [held for held in self.rounds if held.issue == issue]


def _copy(idea: Any) -> Copy:
    return Copy(int(idea.originator), int(idea.stage), int(idea.hops), float(idea.variance))


class _Probed(Watched):
    def __init__(self, *given: Any, **more: Any) -> None:
        self.rounds: list[Round] = []
        self.deciders: dict[int, dict[int, list[Copy]]] = {}
        super().__init__(*given, **more)

    def watch(self, issue: Any, what: str, **data: Any) -> None:
        super().watch(issue, what, **data)
        if what == "decide" and issue.number:
            self.deciders[issue.number] = {
                i: [_copy(idea) for idea in self.leaders[i].integrates(issue)] for i in issue.room
            }

    def watch_round(self, issue: Any, *data: Any) -> None:
        super().watch_round(issue, *data)
        count, room = issue.alternatives, issue.room
        by_seat = dict(enumerate(room))
        self.rounds.append(
            Round(
                issue.number,
                issue.rounds,
                [i for p, i in by_seat.items() if issue.present[p]],
                [_copy(idea) for idea in issue.record.values()],
                {i: [_copy(idea) for idea in self.leaders[i].integrates(issue)] for i in room},
                {i: issue.positions[p * count : (p + 1) * count] for p, i in by_seat.items()},
                {i: issue.preferred[p] for p, i in by_seat.items()},
                {i: bool(issue.voiced[p]) for p, i in by_seat.items()},
                {i: issue.weights_in_room[p] for p, i in by_seat.items()},
                data[1],
                bool(issue.agreed),
            )
        )


def _mind(s: Any, slot: int, leader: int) -> list[Copy]:
    own, concern = own_place(s, slot, leader), concern_of(s, slot, leader)
    copies = [in_mind(s, slot, concern, own, at) for at in range(minded(s, concern, own))]
    return [_copy(s.copies[copy]) for copy in copies]


def _round(s: Any, slot: int) -> Round:
    issue = s.issues[slot]
    count, by_seat = int(issue.alternatives), dict(enumerate(s.room[slot, : issue.seats].tolist()))
    places = s.record_order[slot, : issue.recorded].tolist()
    return Round(
        int(issue.number),
        int(issue.rounds),
        [i for p, i in by_seat.items() if s.present[slot, p]],
        [_copy(s.copies[s.record[slot, place]]) for place in places],
        {i: _mind(s, slot, i) for i in by_seat.values()},
        {i: s.positions[slot, p * count : (p + 1) * count].tolist() for p, i in by_seat.items()},
        {i: int(s.preferred[slot, p]) for p, i in by_seat.items()},
        {i: bool(s.voiced[slot, p]) for p, i in by_seat.items()},
        {i: float(s.power[slot, p]) for p, i in by_seat.items()},
        int(issue.last_choice),
        bool(issue.agreed),
    )


def _on_mesa(changes: Mapping[str, Any]) -> Seen:
    model = _Probed(tiny(changes))
    return Seen(model.run(), model.rounds, model.deciders)


Look = Callable[[Mapping[str, Any]], Seen]


@pytest.fixture(name="look", params=["mesa", "kernel"])
def look_fixture(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Play the plain organisation, changed, on one of the drivers, and see its rooms."""
    if request.param == "mesa":
        return _on_mesa
    play_plainly(monkeypatch)
    rounds: list[Round] = []
    deciders: dict[int, dict[int, list[Copy]]] = {}
    confer = loop.confer

    def conferred(n: Any, k: Any, s: Any, slot: int) -> None:
        confer(n, k, s, slot)
        rounds.append(_round(s, slot))

    def announced(n: Any, k: Any, s: Any, slot: int) -> None:
        issue = s.issues[slot]
        if issue.number:
            room = s.room[slot, : issue.seats].tolist()
            deciders[int(issue.number)] = {i: _mind(s, slot, i) for i in room}
        kernel_announce(n, k, s, slot)

    monkeypatch.setattr(loop, "confer", conferred)
    monkeypatch.setattr(deciding, "announce", announced)

    def begun_anew(*given: Any) -> int:
        # A run that finds too little room is played again with more.
        rounds.clear()
        deciders.clear()
        return plainly(*given)

    plainly = entry.kernel
    monkeypatch.setattr(entry, "kernel", begun_anew)

    def play(changes: Mapping[str, Any]) -> Seen:
        outcome = kernel.simulate(parameters(tiny(changes)), 0)
        return Seen(outcome, list(rounds), dict(deciders))

    return play
