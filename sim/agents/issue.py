"""An issue: what is true of it, how far its decision has come, and where its time went."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any

from sim.agents.messages import Idea
from sim.measures import DELAY_PARTS
from sim.rules.closing import BY_LAPSE, FORUM, LAPSED, OPEN
from sim.rules.consensus import agrees
from sim.rules.evidence import assess, assess_alone, better_copy, leading, pool, speaks_for
from sim.rules.outcomes import ESTIMATE, choice_quality, estimate_quality, worth
from sim.rules.perspective import local_precision, relevance, true_weights
from sim.world.issues import (
    AFFECTS_TEAM,
    AFFECTS_UNIT,
    AFFECTS_WITNESSES,
    facet_units,
    invents,
    issue_stream,
    judge,
    lead_by,
    origin,
    salience,
    sense,
    tie_draws,
    truth,
)
from sim.world.witnesses import (
    IN_REACH,
    IN_UNIT,
    MOST_SCANNED,
    accountable_for,
    choose_by_group,
    choose_witnesses,
    free_place,
    group_candidates,
    leaders_in_reach,
)

if TYPE_CHECKING:
    from sim.agents.mind import Mind
    from sim.agents.organization import Organization
    from sim.parameters import Kind, Numbers


class Issue:
    """One issue, from arising to taking effect or lapsing.

    The constructor draws all that is policy-independent: truth, weights, affected facets,
    witnesses.
    """

    def __init__(
        self, model: Organization, kind_index: int, ordinal: int, number: int, sequence: int
    ) -> None:
        n = model.numbers
        kind = model.kinds[n.first_kind + kind_index]
        self.kind_index, self.kind, self.number, self.sequence = kind_index, kind, number, sequence
        self.stream: tuple[int, int] = issue_stream(*model.stream, kind.key, ordinal)
        self.raised = model.tick
        self.expires = model.tick + kind.expiry
        self.guide = model.need if kind_index == n.set_by else model.in_force
        self.version = self.guide.version
        self.origin = origin(*self.stream, kind.raised_at, n.key, n.members, n.position_from)
        self.accountable = accountable_for(self.origin, kind.decided_at, n.manager, n.position)
        self._draw_weights(model, kind)
        self._draw_witnesses(model, kind)
        self._draw_truth(model, kind)
        self.ideas = {i: self.sensed_by(model, i) for i in self.witnesses}
        self.spoken_for = {i: self._spoken_for(model, i) for i in self.witnesses}
        self.ceiling = self._ceiling(model)
        self.affected = self._affected(model, kind)
        self.affected_set = frozenset(self.affected)
        self.knowers: list[Mind] = []
        self.record: dict[int, Idea] = {}
        self.unsaid = float("nan")

        self.state = OPEN
        self.rule = kind.power
        self.head = self.accountable
        self.climbing = False
        self.delegate = -1
        self.ready = -1
        self.mark = model.tick
        self.parts = [0] * len(DELAY_PARTS)
        self.room: list[int] = []
        self.weights_in_room: list[float] = []
        self.positions: list[float] = []
        self.voiced: list[int] = []
        self.present: list[int] = []
        self.preferred: list[int] = []
        self.open = [1] * self.alternatives
        self.chair = -1
        self.proposed = -1
        self.proposed_number = 0.0
        self.next_round = -1
        self.rounds = 0
        self.rounds_before = 0
        self.person_ticks = 0.0
        self.reading = 0
        self.rework = 0.0
        self.first_start = -1
        self.best_support = -1.0
        self.best_choice = -1
        self.best_number = 0.0
        self.best_chair = FORUM
        self.agreed = False
        self.odds = 0.0
        self.last_proposal = (-1, 0.0)
        self.chosen = -1
        self.number_chosen = 0.0
        self.decider = LAPSED
        self.closed_by = BY_LAPSE
        self.participants = 0
        self.dissent = 0.0
        self.informed: set[int] = set()
        self.stands_behind: dict[int, bool] = {}
        self.below: dict[int, int] = {}
        self.outside_room = 0
        self.informed_affected = 0
        self.used: set[int] = set()
        self.coverage = 0.0
        self.commitment = 0.0

    def _draw_weights(self, model: Organization, kind: Kind) -> None:
        n = model.numbers
        self.salience = [0.0] * n.facets
        salience(*self.stream, self.salience)
        self.weights = [0.0] * n.facets
        true_weights(model.need.weights, self.salience, self.weights)
        self.owners = [-1] * n.facets
        home = n.unit[self.origin]
        facet_units(*self.stream, home, kind.affects, n.local, n.local_units, self.owners)
        spread = 0.0
        for w in self.weights:
            spread += w * w
        self.scale = sqrt(spread)
        self.tolerance = kind.tolerance * self.scale

    def _draw_truth(self, model: Organization, kind: Kind) -> None:
        n = model.numbers
        self.theta = [0.0] * (self.alternatives * n.facets)
        truth(*self.stream, kind.status_quo == 1, n.facets, self.theta)
        self.ties = [0.0] * self.alternatives
        tie_draws(*self.stream, self.ties)
        self.worths: list[float] = []
        self.best = -1
        self.value()
        if kind.gap > 0.0:
            lead_by(self.theta, n.facets, self.worths, kind.status_quo == 1, kind.gap)
            self.value()

    def value(self) -> None:
        """Work out what each alternative is worth by what is true now, and which is best."""
        self.worths = [worth(self.theta, self.weights, m) for m in range(self.alternatives)]
        self.best = leading(self.worths, self.ties)

    def _draw_witnesses(self, model: Organization, kind: Kind) -> None:
        n = model.numbers
        home = n.unit[self.origin]
        if kind.within == IN_REACH:
            candidates = self._in_reach(n)
        elif kind.within == IN_UNIT:
            candidates = n.unit_members[n.unit_from[home] : n.unit_from[home + 1]]
        else:
            candidates, home = n.members, -1
        if kind.within != IN_REACH and len(candidates) > MOST_SCANNED:
            self.witnesses = self._drawn_by_group(model, kind, home)
        else:
            self.witnesses = self._drawn_from(model, kind, candidates)
        self.inventors = [
            i
            for i in self.witnesses
            if kind.invent > 0.0 and invents(*self.stream, model.leaders[i].person, kind.invent)
        ]
        self.alternatives = kind.alternatives + len(self.inventors)

    def _in_reach(self, n: Numbers) -> list[int]:
        """The origin and everybody near it on the reporting lines."""
        found, seen = [0] * n.leaders, [0] * n.leaders
        channels: Any = (n.channel_from, n.channel_to, n.channel_line, found, seen)
        return found[: leaders_in_reach(self.origin, n.reach, n.key, *channels)]  # type: ignore[arg-type]

    def _relevance(self, model: Organization, leader: int) -> float:
        """How relevant anybody in a leader's position is, by what truly matters."""
        return relevance(self.weights, self.precisions_of(model, leader, 1.0))

    def _drawn_from(self, model: Organization, kind: Kind, candidates: Sequence[int]) -> list[int]:
        """The witnesses, drawn by a draw for each candidate."""
        n = model.numbers
        relevances = [0.0] * n.leaders
        for i in candidates:
            relevances[i] = self._relevance(model, i)
        chosen, scores = [0] * n.witnesses, [0.0] * n.witnesses
        among: Any = (n.key, candidates, 0, len(candidates), relevances, chosen, scores)
        count = choose_witnesses(
            *self.stream, self.origin, self.accountable, kind.witnesses, *among
        )
        return chosen[:count]

    def _drawn_by_group(self, model: Organization, kind: Kind, home: int) -> list[int]:
        """The witnesses, drawn by group from all leaders or from those of the unit `home` (-1:
        all)."""
        n: Any = model.numbers
        most = n.positions * (n.facets + 1)
        starts, ends, left = [0] * most, [0] * most, [0] * most
        structure = (n.members, n.position_from, n.unit)
        width = group_candidates(self.owners, home, *structure, [0] * n.facets, starts, ends, left)
        groups, relevances = width * n.positions, [0.0] * most
        for group in range(groups):
            if left[group] > 0:
                first = n.members[free_place(group, 0, width, starts, ends, [], 0)]
                relevances[group] = self._relevance(model, first)
        chosen, taken = [0] * n.witnesses, [0] * n.witnesses
        where: Any = (n.position, n.members, n.place, width, groups, starts, ends, left, relevances)
        scratch: Any = ([0.0] * most, [0.0] * most, [0] * most, taken, chosen)
        count = choose_by_group(
            *self.stream, self.origin, self.accountable, kind.witnesses, *where, *scratch
        )
        return chosen[:count]

    def _affected(self, model: Organization, kind: Kind) -> list[int]:
        n = model.numbers
        if kind.affects == AFFECTS_TEAM:
            head = n.team_head[self.origin]
            return n.team[n.team_from[head] : n.team_from[head + 1]]
        if kind.affects == AFFECTS_UNIT:
            unit = n.unit[self.origin]
            return n.unit_members[n.unit_from[unit] : n.unit_from[unit + 1]]
        return self.witnesses if kind.affects == AFFECTS_WITNESSES else list(range(n.leaders))

    def _spoken_for(self, model: Organization, witness: int) -> int:
        """The alternative that a witness's own look alone speaks for by what truly matters; -1 for
        an estimate."""
        if self.is_estimate:
            return -1
        return speaks_for(
            self.ideas[witness].values(),
            self.kind.alternatives,
            self.own_alternative(witness),
            self.true_precisions(model, witness),
            self.weights,
            self.ties,
        )

    def _ceiling(self, model: Organization) -> float:
        """The quality that pooling every witness's undistorted idea under the true weights would
        get, at once."""
        if self.kind.accuracy >= 0.0:
            scores = [0.0] * self.alternatives
            for i in self.witnesses:
                judged = self.judged_by(model, i)
                for m in range(len(scores)):
                    scores[m] += judged[m]
            return choice_quality(self.worths, leading(scores, self.ties))
        weighted, weight = self.nothing()
        for i in self.witnesses:
            precisions = self.true_precisions(model, i)
            pool(self.ideas[i].values(), precisions, 1.0, 0.0, 1.0, weighted, weight)
        assessment = [0.0] * self.kind.alternatives
        assess(weighted, weight, self.weights, 1.0, assessment)
        for i in self.inventors:
            idea, precisions = self.ideas[i].values(), self.true_precisions(model, i)
            assessment.append(
                assess_alone(idea, len(weighted), precisions, 1.0, 0.0, 1.0, self.weights)
            )
        if self.is_estimate:
            return estimate_quality(assessment[0], self.worths[0], self.weights)
        return choice_quality(self.worths, leading(assessment, self.ties))

    def nothing(self) -> tuple[list[float], list[float]]:
        """An empty pool of evidence: for the alternatives that everybody knows (x facets), and for
        the facets."""
        return [0.0] * (self.kind.alternatives * len(self.weights)), [0.0] * len(self.weights)

    def own_alternative(self, leader: int) -> int:
        """The alternative that a leader has thought of, -1 for none."""
        return (
            self.kind.alternatives + self.inventors.index(leader)
            if leader in self.inventors
            else -1
        )

    def quality(self) -> float:
        """How good what was decided is."""
        if self.is_estimate:
            return estimate_quality(self.number_chosen, self.worths[0], self.weights)
        return choice_quality(self.worths, self.chosen)

    @property
    def is_estimate(self) -> bool:
        """Whether the answer is a number."""
        return self.kind.type == ESTIMATE

    def precisions(self, model: Organization, leader: int) -> list[float]:
        """How precisely a leader is taken to sense each facet of this issue."""
        return self.precisions_of(model, leader, model.leaders[leader].granted)

    def true_precisions(self, model: Organization, leader: int) -> list[float]:
        """How precisely a leader senses each facet of this issue."""
        return self.precisions_of(model, leader, model.leaders[leader].competence)

    def precisions_of(self, model: Organization, leader: int, times: float) -> list[float]:
        """`times` the precision with which anybody in a leader's position senses each facet."""
        n = model.numbers
        return [
            times * local_precision(seen, owner, n.unit[leader], n.outside)
            for seen, owner in zip(n.precision[leader], self.owners, strict=True)
        ]

    def sensed_by(self, model: Organization, leader: int) -> Idea:
        """The idea that a leader forms by looking at the issue itself."""
        key, own = model.numbers.key[leader], self.own_alternative(leader)
        person, precisions = model.leaders[leader].person, self.true_precisions(model, leader)
        said = [0.0] * ((self.kind.alternatives + (own >= 0)) * len(self.weights))
        status_quo = self.kind.status_quo == 1
        sense(*self.stream, person, status_quo, self.theta, own, precisions, said)
        return Idea(self, leader, 0, 0.0, None, (key, key, key), said=said)

    def judged_by(self, model: Organization, leader: int) -> list[float]:
        """A leader's right or wrong judgement, for kinds with a fixed accuracy."""
        judged = [0.0] * self.alternatives
        person = model.leaders[leader].person
        judge(*self.stream, person, self.kind.accuracy, self.best, judged)
        return judged

    def put_on_record(self, idea: Idea) -> None:
        """An idea was said in the room: all who are present now or later have it before them, as it
        was said. A better copy replaces the one that stands there."""
        said = self.record.get(idea.originator)
        if said is None or better_copy(idea.stage, idea.hops, said.stage, said.hops):
            self.record[idea.originator] = idea

    def attribute(self, part: int, until: int) -> None:
        """Count the time since the last mark, up to tick `until`, as one part of the delay."""
        self.parts[part] += until - self.mark
        self.mark = until

    @property
    def delay(self) -> int:
        """Ticks from arising to the last mark: the parts add up to it by construction."""
        return self.mark - self.raised

    def stands_for(self, preferred: int, position: float) -> bool:
        """Whether one with this position stands behind what was decided."""
        return agrees(preferred, position, self.chosen, self.number_chosen, self.tolerance)
