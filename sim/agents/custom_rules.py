"""Calling custom rules on the Mesa driver: what each family is given, as on the compiled
one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.extension import NAMES, BoundRule
from sim.parameters.build import custom_rules
from sim.rules.custom_inputs import backing, mean_of
from sim.rules.flow import IDEA

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.leader import Leader
    from sim.agents.messages import Idea, Message
    from sim.agents.organization import Organization

Inputs = dict[str, Callable[[], Any]]


class CustomRules:
    """The custom rules that a policy names; a part of `Organization`."""

    def __init__(self, model: Organization) -> None:
        self.model = model
        rules = custom_rules(model.inputs.scenario)
        self._asked: dict[tuple[str, int], BoundRule] = {
            (NAMES[family], kind): one for (family, kind), one in rules.items()
        }

    def has(self, family: str, kind: int = 0) -> bool:
        """Whether a family has a custom rule, for a kind of issue."""
        return (family, kind) in self._asked

    def _call_rule(
        self,
        family: str,
        leader: int,
        issue: Issue | None,
        inputs: Inputs,
        length: int = 0,
        kind: int = 0,
    ) -> Any:
        bound = self._asked[family, kind if issue is None else issue.kind_index]
        return bound(
            _Where(self.model, leader, issue),
            length,
            {name: inputs[name]() for name in bound.wants},
        )

    def _table(self, positions: list[float], count: int) -> list[list[float]]:
        return [positions[at : at + count] for at in range(0, len(positions), count)]

    def _influences(self, issue: Issue) -> list[float]:
        return [self.model.leaders[i].influence for i in issue.room]

    def _room(self, issue: Issue, counted: list[int]) -> Inputs:
        """What rules about a forum are given."""
        day, kind = self.model.numbers.day, issue.kind
        return {
            "positions": lambda: self._table(issue.positions, issue.alternatives),
            "counted": lambda: counted,
            "preferred": lambda: issue.preferred,
            "power": lambda: issue.weights_in_room,
            "influence": lambda: self._influences(issue),
            "rounds": lambda: issue.rounds,
            "half_life": lambda: kind.half_life / day,
            "stakes": lambda: kind.stakes,
        }

    def scored(self, issue: Issue, counted: list[int]) -> list[float]:
        """What a power rule makes of each alternative."""
        of_power: Inputs = {
            "open": lambda: issue.open,
            "head": lambda: issue.room.index(issue.head),
        }
        inputs = self._room(issue, counted) | of_power
        scores: list[float] = self._call_rule(
            "power", issue.head, issue, inputs, issue.alternatives
        )
        return scores

    def agreed(
        self, issue: Issue, counted: list[int], agreeing: list[int], share: float, against: float
    ) -> bool:
        """Whether a room agrees, by a consensus rule."""
        choice, number = issue.last_proposal
        day = self.model.numbers.day
        inputs = self._room(issue, counted) | {
            "agreeing": lambda: agreeing,
            "support": lambda: share,
            "dissent": lambda: against,
            "proposed": lambda: choice,
            "number": lambda: number,
            "waited": lambda: (self.model.tick - issue.first_start) / day,
        }
        return bool(self._call_rule("consensus", issue.head, issue, inputs))

    def passing(self, leader: Leader, message: Message) -> tuple[float, float]:
        """The probability that a leader passes a message on, by a flow rule, and the variance of
        its retelling."""
        n, idea = self.model.numbers, message.idea if message.what == IDEA else None
        inputs: Inputs = {
            "openness": lambda: n.openness[message.way],
            "distortion": lambda: n.distortion[message.way],
            "engagement": lambda: leader.energy,
            "item": lambda: message.what,
            "way": lambda: message.way,
            "levels": lambda: n.depth[message.source] - n.depth[message.target],
            "news": lambda: 0.0 if idea is None else mean_of(idea.values()),
            "hops": lambda: 0 if idea is None else idea.hops,
            "attempt": lambda: message.attempt,
        }
        answer = self._call_rule("flow", leader.index, message.issue, inputs)
        return answer if isinstance(answer, tuple) else (answer, n.distortion[message.way])

    def credence(self, leader: int, idea: Idea) -> float:
        """How much of its precision a leader grants an idea, by an assess rule."""
        model, by = self.model, idea.originator
        n = model.numbers
        inputs: Inputs = {
            "own": lambda: int(by == leader),
            "hops": lambda: idea.hops,
            "variance": lambda: idea.variance,
            "levels": lambda: n.depth[leader] - n.depth[by],
            "influence": lambda: model.leaders[by].influence,
            "engagement": lambda: model.leaders[leader].energy,
        }
        return float(self._call_rule("assess", leader, idea.issue, inputs))

    def trusted(
        self,
        issue: Issue,
        p: int,
        shown: list[float],
        heeded: list[int],
        self_weight: float,
        joined: list[int],
    ) -> list[float]:
        """How much the member in seat p trusts each, by a persuade rule."""
        inputs: Inputs = {
            "seat": lambda: p,
            "positions": lambda: self._table(shown, issue.alternatives),
            "heeded": lambda: heeded,
            "joined": lambda: joined,
            "power": lambda: issue.weights_in_room,
            "influence": lambda: self._influences(issue),
            "self_weight": lambda: self_weight,
            "stranger": lambda: issue.kind.stranger,
            "rounds": lambda: issue.rounds,
        }
        row: list[float] = self._call_rule(
            "persuade", issue.room[p], issue, inputs, len(issue.room)
        )
        return row

    def influence_after(self, issue: Issue, p: int, loss: float) -> float:
        """The influence of the member in seat p after a decision, by an influence rule."""
        leader = self.model.leaders[issue.room[p]]
        position = issue.positions[p * issue.alternatives]
        inputs: Inputs = {
            "influence": lambda: leader.influence,
            "loss": lambda: loss,
            "backing": lambda: backing(p, issue.preferred, issue.voiced),
            "chosen": lambda: int(issue.stands_for(issue.preferred[p], position)),
            "power": lambda: issue.weights_in_room[p],
            "members": lambda: len(issue.room),
            "engagement": lambda: leader.engagement,
            "stakes": lambda: issue.kind.stakes,
        }
        return float(self._call_rule("influence", leader.index, issue, inputs))

    def engagement_after(
        self, leader: Leader, issue: Issue | None, heard: bool, backlog: float
    ) -> float:
        """A leader's engagement after a decision or (no issue) a day, by an engagement rule."""
        inputs: Inputs = {
            "engagement": lambda: leader.engagement,
            "rest": lambda: self.model.numbers.engagement,
            "ends_day": lambda: int(issue is None),
            "heard": lambda: int(heard),
            "backlog": lambda: backlog,
        }
        return float(self._call_rule("engagement", leader.index, issue, inputs))


class _Where:
    """Of whom a rule is asked, about what, and when: in words only when something is wrong."""

    def __init__(self, model: Organization, leader: int, issue: Issue | None) -> None:
        self._model, self._leader, self._issue = model, leader, issue

    def __str__(self) -> str:
        leader = self._model.leaders[self._leader].id
        return f"leader {leader}, {self._matter()}, tick {self._model.tick}"

    def _matter(self) -> str:
        if self._issue is None:
            return "no issue"
        name = list(self._model.scenario.issues)[self._issue.kind_index]
        return f"issue {self._issue.number or 'of the warm-up'} ({name})"
