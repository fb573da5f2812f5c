"""What the Mesa driver counts: a row an issue, a leader and a day (see `sim.outcome`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.agents import learning
from sim.agents.direction import strategy_gap
from sim.outcome import DAY, DECISION, LAPSED, LEADER, Outcome
from sim.rules.outcomes import decision_value, net_value
from sim.rules.work import READING, gini

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.organization import Organization

_NONE = float("nan")
_DAILY = ("backlog", "engagement", "context", "alignment", "influence")


class Measures:
    """Collects the rows of an `Outcome` while an organisation runs."""

    def __init__(self, model: Organization) -> None:
        self.model = model
        self.decisions: list[tuple[float, ...]] = []
        self.days: list[tuple[float, ...]] = []
        self.sums = [dict.fromkeys(_DAILY, 0.0) for _ in model.leaders]
        self.people = [(1.0, 1.0)] * len(model.leaders)
        self.backlog_before = 0.0
        self.backlog_after = 0.0
        self.rework = 0.0

    def end_day(self) -> None:
        """Bring every desk up to date and, in the measured window, note the day's averages."""
        model, n = self.model, self.model.numbers
        now = model.tick + 1
        if n.engaging:
            for leader in model.leaders:
                leader.work(now, 1.0)
            learning.end_day(model)
        today, model.ledger["today"] = model.ledger["today"], 0
        if now > n.horizon or now < n.warmup:
            return
        backlog = alignment = engagement = 0.0
        for leader in model.leaders:
            leader.work(now, 1.0)
            backlog += leader.backlog
        if now == n.warmup:
            self.backlog_before = backlog
            return
        self.backlog_after = backlog
        for leader, sums in zip(model.leaders, self.sums, strict=True):
            aligned = leader.realign()
            alignment += aligned
            engagement += leader.engagement
            sums["backlog"] += leader.backlog
            sums["engagement"] += leader.engagement
            sums["context"] += leader.fidelity_of(model.in_force.version)
            sums["alignment"] += aligned
            sums["influence"] += leader.influence
            self.people[leader.index] = (leader.competence, leader.reputation)
        count = n.leaders
        concentration = gini(sorted(leader.power for leader in model.leaders))
        self.days.append(
            (
                now // n.day,
                model.open_issues,
                backlog / count * n.tick_hours,
                alignment / count,
                engagement / count,
                concentration,
                today,
                strategy_gap(model),
            )
        )

    def record(self, issue: Issue) -> None:
        """Note how an issue of the cohort ended."""
        if issue.number == 0:
            return
        kind, n = issue.kind, self.model.numbers
        estimating, lapsed = issue.is_estimate, issue.decider == LAPSED
        quality = correct = regret = estimate = _NONE
        value = 0.0
        if not lapsed and estimating:
            estimate = issue.number_chosen
            regret = abs(estimate - issue.worths[0])
        elif not lapsed:
            correct = 1.0 if issue.chosen == issue.best else 0.0
            regret = issue.worths[issue.best] - issue.worths[issue.chosen]
        if not lapsed:
            quality = issue.quality()
            value = decision_value(
                kind.stakes, quality, issue.commitment, float(issue.delay), kind.half_life
            )
        meeting = issue.person_ticks * n.tick_hours
        reading = issue.reading / READING * n.tick_hours
        rework = issue.rework * n.tick_hours
        self.decisions.append(
            (
                issue.number,
                issue.kind_index,
                issue.raised,
                issue.origin,
                issue.accountable,
                issue.decider,
                0 if estimating else issue.alternatives,
                issue.chosen,
                -1 if estimating else issue.best,
                estimate,
                issue.worths[0] if estimating else _NONE,
                quality,
                correct,
                issue.ceiling,
                regret,
                issue.delay,
                *issue.parts,
                issue.rounds,
                issue.participants,
                meeting,
                issue.dissent,
                issue.unsaid,
                issue.closed_by,
                issue.coverage,
                issue.commitment,
                value,
                reading,
                rework,
                net_value(value, n.hour_worth, meeting + reading + rework),
            )
        )

    def has(self, number: int) -> bool:
        """Whether the issue with this number has been recorded, so that it is over."""
        return any(row[0] == number for row in self.decisions)

    def outcome(self) -> Outcome:
        """The rows so far as arrays."""
        model, n = self.model, self.model.numbers
        decisions = np.array([tuple(row) for row in sorted(self.decisions)], DECISION)
        window = (min(max(model.tick, n.warmup), n.horizon) - n.warmup) * n.tick_hours
        days = len(self.days)
        rows = []
        for leader, sums in zip(model.leaders, self.sums, strict=True):
            forum = leader.forum_ticks * n.tick_hours
            attention = n.attention[leader.index]
            reading = (leader.reading_ticks + leader.messages_read / attention) * n.tick_hours
            context = (leader.context_ticks + leader.context_read / attention) * n.tick_hours
            away = leader.away_ticks * n.tick_hours
            mean = {name: total / days if days else _NONE for name, total in sums.items()}
            heard = leader.heard / leader.witnessed if leader.witnessed else _NONE
            rows.append(
                (
                    forum,
                    reading,
                    window - forum - reading - away,
                    away,
                    mean["backlog"] * n.tick_hours,
                    mean["engagement"],
                    mean["context"],
                    mean["alignment"],
                    mean["influence"],
                    heard,
                    leader.power,
                    *self.people[leader.index],
                    context,
                    *leader.mail_account.row(model),
                    *leader.idea_account.row(leader.witnessed),
                )
            )
        waiting = sum(len(leader.inbox) + leader.owed for leader in model.leaders)
        moving = sum(
            not message.held for messages in model.in_transit.values() for message in messages
        )
        arriving = model.inputs.work_asked(days) + self.rework
        undone = self.backlog_after - self.backlog_before
        run = {
            "messages_sent": model.ledger["sent"],
            "messages_read": model.ledger["read"],
            "messages_waiting": waiting,
            "messages_in_transit": moving,
            "messages_expired": model.ledger["expired"],
            "messages": model.ledger["window"],
            "replaced": model.replaced,
            "progress": 1.0 - undone / arriving if arriving > 0.0 else 1.0,
        }
        more = model.classes.columns()
        return Outcome(decisions, np.array(rows, LEADER), np.array(self.days, DAY), run, more)
