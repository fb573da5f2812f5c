"""A leader's mind: what they know of issues and of the direction, what they believe to matter, and
what they make of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.agents.messages import Idea
from sim.draws import BRIEF, uniform
from sim.rules.engagement import effect_of
from sim.rules.evidence import HIDDEN, assess, assess_alone, bearing, better_copy, grown, pool
from sim.rules.flow import passes
from sim.rules.perspective import alignment, believed_weights, judgement_error
from sim.world.issues import competence, leanings

if TYPE_CHECKING:
    from sim.agents.direction import Direction
    from sim.agents.issue import Issue


class Knowledge:
    """What a leader has in mind of one issue, by originator: their own idea, and those of others in
    the order in which they first heard them; whose ideas they have `passed` on, as the flow let
    them; and whose `came` to their desk, and were `sent_on` nearer to who answers for the issue."""

    __slots__ = ("came", "others", "own", "passed", "sent_on")

    def __init__(self) -> None:
        self.own: Idea | None = None
        self.others: dict[int, Idea] = {}
        self.passed: set[int] = set()
        self.came: set[int] = set()
        self.sent_on: set[int] = set()


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
        self.person: int = n.key[self.index]
        self.since = 0
        self.persons = 0  # who held this seat before
        self.take_up()

    def take_up(self) -> None:
        """The person who holds this seat begins: how competent they are, what they lean to, and a
        record that says nothing yet."""
        n, (k0, k1) = self.model.numbers, self.model.stream
        self.competence = competence(k0, k1, self.person, n.competence)
        self.shape = self.rate = n.record_shape
        self.reputation = self.granted = 1.0
        self.leaning = [1.0] * n.facets
        if n.interests > 0.0 or n.judgement > 0.0:
            error = judgement_error(n.judgement, self.competence)
            key = n.unit_key[self.index] if n.leaning_by_unit else self.person
            noise = [0.0] * n.facets
            leanings(k0, k1, key, n.interests, self.person, error, noise, self.leaning)

    def knowledge(self, issue: Issue) -> Knowledge:
        """What this leader knows of an issue."""
        if issue not in self.known:
            self.known[issue] = Knowledge()
            issue.knowers.append(self)
        return self.known[issue]

    def look_at(self, issue: Issue, idea: Idea) -> None:
        """Keep one's own idea of an issue, first in mind: what no longer finds room is let go."""
        known = self.knowledge(issue)
        known.own = idea
        while len(known.others) >= self.model.numbers.span:
            known.others.popitem()

    def keep(self, idea: Idea) -> bool:
        """Keep an idea as heard, where the mind has room for it, or has a copy that is no better;
        returns whether it did."""
        known = self.knowledge(idea.issue)
        kept = known.others.get(idea.originator)
        if kept is not None:
            if not better_copy(idea.stage, idea.hops, kept.stage, kept.hops):
                return False
        elif len(known.others) + (known.own is not None) >= self.model.numbers.span:
            return False
        known.others[idea.originator] = idea
        return True

    def in_mind(self, issue: Issue, originator: int) -> Idea | None:
        """This leader's copy of somebody's idea, if they have it in mind."""
        known = self.known.get(issue)
        if known is None:
            return None
        return known.own if originator == self.index else known.others.get(originator)

    def has_before_them(self, issue: Issue, originator: int) -> Idea | None:
        """The copy of somebody's idea that counts for one in the room: in mind, or on the record
        where that is the better one."""
        mine, said = self.in_mind(issue, originator), issue.record.get(originator)
        if mine is None or said is None:
            return said if mine is None else mine
        return said if better_copy(said.stage, said.hops, mine.stage, mine.hops) else mine

    def hears_of(self, issue: Issue, alternative: int) -> bool:
        """Whether this leader has heard of an alternative: one that a witness thought of, only by
        its idea."""
        base = issue.kind.alternatives
        return (
            alternative < base
            or self.has_before_them(issue, issue.inventors[alternative - base]) is not None
        )

    def integrates(self, issue: Issue) -> list[Idea]:
        """The ideas this leader has in mind: their own first, then as heard, `span` at most."""
        known = self.known.get(issue)
        if known is None:
            return []
        return ([known.own] if known.own is not None else []) + list(known.others.values())

    def weighs(self, issue: Issue) -> list[Idea]:
        """The ideas that count when this leader assesses an issue: what is in mind and, beyond
        `span`, what is on the record of the room."""
        mind = self.integrates(issue)
        if not issue.record:
            return mind
        weighed = [self.has_before_them(issue, idea.originator) or idea for idea in mind]
        known = {idea.originator for idea in mind}
        return weighed + [said for by, said in issue.record.items() if by not in known]

    @property
    def energy(self) -> float:
        """What engagement does to how openly this leader passes on and speaks: a factor in
        [0, 1]."""
        return effect_of(self.engagement, self.model.numbers.engagement)

    def context(self, version: int, part: int) -> tuple[int, float]:
        """The newest version up to `version` of a part of the direction that this leader knows, and
        its fidelity."""
        known = self.fidelity[part]
        while version > 0 and known.get(version, 0.0) == 0.0:
            version -= 1
        return version, known.get(version, 0.0)

    def fidelity_of(self, version: int, of: Direction | None = None) -> float:
        """How faithfully this leader knows the direction up to `version`: the mean over its parts,
        in [0, 1].

        of: the need instead, where decisions set the direction.
        """
        parts, total = (self.model.in_force if of is None else of).parts, 0.0
        for part in parts:
            total += self.context(version, part)[1]
        return total / len(parts)

    def _weigh(
        self, of: Direction, version: int, precisions: list[float], salience: list[float]
    ) -> list[float]:
        """What this leader believes to matter, by what they know of the direction, or the need, up
        to `version`."""
        facets = range(self.model.numbers.facets)
        known = {part: self.context(version, part) for part in of.parts}
        fidelity = [known[of.part_of[k]][1] for k in facets]
        direction = [of.versions[known[of.part_of[k]][0]][k] for k in facets]
        weights = [0.0] * len(facets)
        believed_weights(fidelity, direction, precisions, salience, self.leaning, weights)
        return weights

    def beliefs(self, issue: Issue) -> list[float]:
        """What this leader believes matters for an issue, by the direction when it arose (by the
        need, for an issue that sets the direction)."""
        precisions = issue.precisions_of(self.model, self.index, 1.0)
        return self._weigh(issue.guide, issue.version, precisions, issue.salience)

    def _at_large(self, of: Direction) -> list[float]:
        """What this leader believes to matter now, whatever the issue."""
        n = self.model.numbers
        return self._weigh(of, of.version, n.precision[self.index], [1.0] * n.facets)

    def sees_need(self) -> list[float]:
        """What this leader would set the direction to: what they know of the need, with their
        leaning."""
        return self._at_large(self.model.need)

    def realign(self) -> float:
        """How well what this leader takes to matter fits the need of now, in [0, 1]."""
        if self.realigned:
            believed = self._at_large(self.model.in_force)
            self.alignment = alignment(believed, self.model.need.weights)
            self.realigned = False
        return self.alignment

    def assess(self, issue: Issue) -> list[float] | None:
        """What each alternative is worth to this leader, or None when they have no idea and
        abstain."""
        if issue.kind.accuracy >= 0.0:
            return issue.judged_by(self.model, self.index)
        ideas = self.weighs(issue)
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
        assess(weighted, weight, beliefs, self.model.numbers.overprecision, assessment)
        for inventor in issue.inventors:
            assessment.append(self._assess_invention(issue, inventor, beliefs))
        return assessment

    def _assess_invention(self, issue: Issue, inventor: int, beliefs: list[float]) -> float:
        """What an alternative is worth that only its inventor can tell of; out of reach for who has
        not heard."""
        idea, precisions = (
            self.has_before_them(issue, inventor),
            issue.precisions(self.model, inventor),
        )
        if idea is None:
            return HIDDEN
        first = issue.kind.alternatives * len(beliefs)
        return assess_alone(
            idea.values(),
            first,
            precisions,
            grown(issue.kind.study, idea.stage),
            idea.variance,
            self.model.numbers.overprecision * self.credence(idea),
            beliefs,
        )

    def credence(self, idea: Idea) -> float:
        """How much of its precision this leader grants an idea: 1 for all, unless an assess rule
        says otherwise."""
        custom = self.model.custom
        has_rule = custom.has("assess", idea.issue.kind_index)
        return custom.credence(self.index, idea) if has_rule else 1.0

    def brings(self, issue: Issue) -> Idea | None:
        """The idea in mind that this leader would say next: of those that the record does not have,
        or not as newly studied, the one that bears most on the matter.

        By this leader's own beliefs, less what the record has of the same originator; the first in
        mind among equals. None where there is nothing new to say.
        """
        beliefs, best, most = self.beliefs(issue), None, 0.0
        for idea in self.integrates(issue):
            said = issue.record.get(idea.originator)
            if said is not None and idea.stage <= said.stage:
                continue
            gain = self._bears(issue, idea, beliefs)
            if said is not None:
                gain -= self._bears(issue, said, beliefs)
            if best is None or gain > most:
                best, most = idea, gain
        return best

    def _bears(self, issue: Issue, idea: Idea, beliefs: list[float]) -> float:
        precisions = issue.precisions(self.model, idea.originator)
        return bearing(beliefs, precisions, grown(issue.kind.study, idea.stage), idea.variance)

    def discloses(self, issue: Issue, originator: int, u: float) -> bool:
        """Whether this leader says somebody's idea, when they could: with probability `candour`
        times engagement. u: the draw for it, uniform in (0, 1)."""
        return passes(u, issue.kind.candour * self.energy)

    def briefs(self, issue: Issue, turn: int, part: int) -> bool:
        """Whether this leader tells the room what they know of a part of the direction in round
        `turn`."""
        u = uniform(*issue.stream, BRIEF, turn, self.key, part, 0)
        return passes(u, issue.kind.candour * self.energy)
