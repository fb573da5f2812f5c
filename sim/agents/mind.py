"""A leader's mind: what they know of issues and of the direction, what they believe to matter, and
what they make of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.agents.messages import Idea
from sim.draws import BRIEF, SPEAK, uniform
from sim.rules.evidence import HIDDEN, assess, assess_alone, better_copy, grown, pool
from sim.rules.flow import passes
from sim.rules.perspective import alignment, believed_weights

if TYPE_CHECKING:
    from sim.agents.issue import Issue


class Knowledge:
    """What a leader knows of one issue: a copy of each idea they heard, in the order they first
    heard them."""

    __slots__ = ("copies", "heard")

    def __init__(self) -> None:
        self.copies: dict[int, Idea] = {}
        self.heard: list[int] = []


class Mind:
    """What a leader knows and believes; a part of `Leader`."""

    model: Any
    index: int
    key: int

    def __init__(self) -> None:
        n = self.model.numbers
        self.known: dict[Issue, Knowledge] = {}
        self.fidelity: list[dict[int, float]] = [
            {0: first} for first in n.first_fidelity[self.index]
        ]
        self.newest = [0] * n.parts
        self.engagement: float = n.engagement
        self.influence = 1.0
        self.alignment = 0.0
        self.realigned = True

    def knowledge(self, issue: Issue) -> Knowledge:
        """What this leader knows of an issue."""
        if issue not in self.known:
            self.known[issue] = Knowledge()
            issue.knowers.append(self)
        return self.known[issue]

    def hear_in_forum(self, idea: Idea) -> None:
        """Keep an idea said in a forum, as it was said: all present hear it at once, and it is no
        hop."""
        known = self.knowledge(idea.issue)
        kept = known.copies.get(idea.originator)
        if kept is None:
            known.heard.append(idea.originator)
        if kept is None or better_copy(idea.stage, idea.hops, kept.stage, kept.hops):
            known.copies[idea.originator] = idea

    def holds(self, issue: Issue, originator: int) -> bool:
        """Whether this leader has a copy of somebody's idea."""
        known = self.known.get(issue)
        return known is not None and originator in known.copies

    def hears_of(self, issue: Issue, alternative: int) -> bool:
        """Whether this leader has heard of an alternative: one that a witness thought of, only by
        its idea."""
        base = issue.kind.alternatives
        return alternative < base or self.holds(issue, issue.inventors[alternative - base])

    def integrates(self, issue: Issue) -> list[Idea]:
        """The ideas this leader can hold in mind: their own first, then as heard, `span` at
        most."""
        known = self.known.get(issue)
        if known is None:
            return []
        own = [self.index] if self.index in known.copies else []
        return [
            known.copies[originator]
            for originator in (own + known.heard)[: self.model.numbers.span]
        ]

    def context(self, version: int, part: int) -> tuple[int, float]:
        """The newest version up to `version` of a part of the direction that this leader knows, and
        its fidelity."""
        known = self.fidelity[part]
        while version > 0 and known.get(version, 0.0) == 0.0:
            version -= 1
        return version, known.get(version, 0.0)

    def fidelity_of(self, version: int) -> float:
        """How faithfully this leader knows the direction up to `version`: the mean over its parts,
        in [0, 1]."""
        parts, total = self.model.numbers.parts, 0.0
        for part in range(parts):
            total += self.context(version, part)[1]
        return total / parts

    def _weigh(self, version: int, precisions: list[float], salience: list[float]) -> list[float]:
        """What this leader believes to matter, by what they know of the direction up to
        `version`."""
        n, facets = self.model.numbers, self.model.numbers.facets
        known = [self.context(version, part) for part in range(n.parts)]
        fidelity = [known[n.part_of[k]][1] for k in range(facets)]
        direction = [self.model.directions[known[n.part_of[k]][0]][k] for k in range(facets)]
        weights = [0.0] * facets
        believed_weights(fidelity, direction, precisions, salience, weights)
        return weights

    def beliefs(self, issue: Issue) -> list[float]:
        """What this leader believes matters for an issue, in the light of the direction in force
        when it arose."""
        return self._weigh(issue.version, issue.precisions(self.model, self.index), issue.salience)

    def realign(self) -> float:
        """How well what this leader takes to matter fits the direction now in force, in [0, 1]."""
        if self.realigned:
            n = self.model.numbers
            believed = self._weigh(self.model.version, n.precision[self.index], [1.0] * n.facets)
            self.alignment = alignment(believed, self.model.direction)
            self.realigned = False
        return self.alignment

    def assess(self, issue: Issue) -> list[float] | None:
        """What each alternative is worth to this leader, or None when they have no idea and
        abstain."""
        if issue.kind.accuracy >= 0.0:
            return issue.judged_by(self.model, self.index)
        ideas = self.integrates(issue)
        if not ideas:
            return None
        weighted, weight = issue.nothing()
        for idea in ideas:
            growth, precisions = (
                grown(issue.kind.study, idea.stage),
                issue.precisions(self.model, idea.originator),
            )
            pool(
                idea.values(),
                precisions,
                growth,
                idea.variance,
                self.credence(idea),
                weighted,
                weight,
            )
        assessment, beliefs = [0.0] * issue.kind.alternatives, self.beliefs(issue)
        assess(weighted, weight, beliefs, assessment)
        for inventor in issue.inventors:
            assessment.append(self._assess_invention(issue, inventor, beliefs))
        return assessment

    def _assess_invention(self, issue: Issue, inventor: int, beliefs: list[float]) -> float:
        """What an alternative is worth that only its inventor can tell of; out of reach for who has
        not heard."""
        if not self.holds(issue, inventor):
            return HIDDEN
        idea, precisions = (
            self.known[issue].copies[inventor],
            issue.precisions(self.model, inventor),
        )
        first = issue.kind.alternatives * len(beliefs)
        return assess_alone(
            idea.values(),
            first,
            precisions,
            grown(issue.kind.study, idea.stage),
            idea.variance,
            self.credence(idea),
            beliefs,
        )

    def credence(self, idea: Idea) -> float:
        """How much of its precision this leader grants an idea: 1 for all, unless an assess rule
        says otherwise."""
        custom = self.model.custom
        has_rule = custom.has("assess", idea.issue.kind_index)
        return custom.credence(self.index, idea) if has_rule else 1.0

    def discloses(self, issue: Issue, originator: int, turn: int) -> tuple[bool, float]:
        """Whether this leader says an idea in round `turn`, and the draw that also orders who
        speaks first."""
        key = self.model.numbers.key[originator]
        u = uniform(*issue.stream, SPEAK, turn, key, self.key, 0)
        return passes(u, issue.kind.candour * self.engagement), u

    def briefs(self, issue: Issue, turn: int, part: int) -> bool:
        """Whether this leader tells the room what they know of a part of the direction in round
        `turn`."""
        u = uniform(*issue.stream, BRIEF, turn, self.key, part, 0)
        return passes(u, issue.kind.candour * self.engagement)
