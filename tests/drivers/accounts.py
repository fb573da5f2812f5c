"""Books kept beside the Mesa driver's own, and what must balance in any outcome."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from drivers import desk_accounts
from sim.agents.leader import Leader
from sim.outcome import CLOSED_BY, FORUM, LAPSED, Outcome
from sim.parameters import Numbers, Parameters
from sim.rules.consensus import FALL_TO_ESCALATE
from sim.rules.outcomes import ESTIMATE
from sim.rules.power import CONTINGENT, EMERGENT, ROTATING
from sim.world.issues import arrival_gap, run_stream

PARTS = ("gather", "scheduling", "deliberation", "escalation", "rollout")
AGREEMENT, MAJORITY, BEST_SO_FAR = (
    CLOSED_BY.index(name) for name in ("agreement", "majority", "best-so-far")
)
OUT_OF_TIME, DROPPED, REJECTED = (
    CLOSED_BY.index(name) for name in ("lapsed", "dropped", "rejected")
)


class Reader(Leader):
    """A leader that counts for itself what it reads, and when."""

    def __init__(self, model: Any, index: int) -> None:
        super().__init__(model, index)
        self.read_at: Counter[int] = Counter()
        self.news = Fraction(0)

    def take(self, message: Any) -> None:
        self.read_at[self.model.tick] += 1
        time = Fraction(1, self.model.numbers.attention[self.index])
        if message.issue is None:
            self.news += time * self.model.measuring
        else:
            self.model.read_about[message.issue] += time
        super().take(message)

    def attend(self) -> None:
        owed = self.owed
        super().attend()
        if owed > self.owed:
            self.read_at[self.model.tick] += owed - self.owed


class Audited(desk_accounts.Posted):
    """An organisation whose messages are counted tick by tick where they lie."""

    def __init__(self, inputs: Parameters, replication: int = 0) -> None:
        super().__init__(inputs.scenario, inputs=inputs, replication=replication, leader=Reader)
        self.wrong: list[str] = []
        self.read_about: dict[Any, Fraction] = defaultdict(Fraction)

    def step(self) -> None:
        super().step()
        ledger = self.ledger
        waiting = sum(len(leader.inbox) + leader.owed for leader in self.leaders)
        moving = sum(1 for due in self.in_transit.values() for message in due if not message.held)
        read = sum(leader.read_at.total() for leader in self.leaders)
        if read != ledger["read"]:
            self.wrong.append(
                f"tick {self.tick - 1}: {read} messages read, {ledger['read']} counted"
            )
        if ledger["sent"] != read + waiting + moving + ledger["expired"]:
            self.wrong.append(
                f"tick {self.tick - 1}: {ledger} with {waiting} waiting, {moving} in transit"
            )


def audited(inputs: Parameters, replication: int = 0) -> tuple[Outcome, list[str]]:
    """A run on the Mesa driver, and everything that does not balance in it."""
    model = Audited(inputs, replication)
    outcome = model.run()
    wrong = model.wrong[:3]
    wrong += (
        _rounds(model, outcome) + _reading(model, outcome) + _cohort(model, outcome, replication)
    )
    wrong += desk_accounts.waiting(model, outcome) + desk_accounts.ideas(model, outcome)
    return outcome, wrong + imbalances(inputs, outcome)


def _rounds(model: Audited, outcome: Outcome) -> list[str]:
    """Rounds keep to calendars, nobody sits in two at once, and forum hours are what was sat."""
    n, wrong, sat = model.numbers, [], [0] * model.numbers.leaders
    spans: list[list[tuple[int, int]]] = [[] for _ in range(n.leaders)]
    for note in model.of("book"):
        start, end = note.data["start"], note.data["end"]
        if note.issue.kind.written:
            continue
        focus = numbers_at(model.inputs, note.tick).focus
        if start % n.day < focus or start // n.day != (end - 1) // n.day or start <= note.tick:
            wrong.append(
                f"issue {note.issue.number}: a round from {start} to {end}, booked at {note.tick}"
            )
        if end - start != note.issue.kind.round or end > note.issue.expires:
            wrong.append(
                f"issue {note.issue.number}: a round from {start} to {end} is too long or too late"
            )
        for i in note.data["present"]:
            spans[i].append((start, end))
            sat[i] += (end - start) * (n.warmup <= start < n.horizon and start < model.tick)
    for i, mine in enumerate(spans):
        mine.sort()
        if any(b > c for (_, b), (c, _) in pairwise(mine)):
            wrong.append(f"leader {i} sits in two forums at once")
        reads = model.leaders[i].read_at
        if any(a <= tick < b for tick in reads for a, b in mine):
            wrong.append(f"leader {i} reads while it sits in a forum")
        days = {tick // n.day for tick in reads} | {a // n.day for a, _ in mine}
        if any(model.leaders[i].is_away(day) for day in days):
            wrong.append(f"leader {i} reads or meets on a day on which it is away")
        if outcome.leaders["forum_hours"][i] != sat[i] * n.tick_hours:
            wrong.append(
                f"leader {i}: {outcome.leaders['forum_hours'][i]} hours in forums, sat {sat[i]} "
                f"ticks"
            )
    return wrong


def _reading(model: Audited, outcome: Outcome) -> list[str]:
    """Nobody reads more than its attention allows, and reading hours are what was read."""
    n, wrong = model.numbers, []
    for i, leader in enumerate(model.leaders):
        hours = 0.0
        for tick, count in leader.read_at.items():
            attention = numbers_at(model.inputs, tick).attention[i]
            if count > attention:
                wrong.append(f"leader {i} reads {count} messages in a tick")
            hours += count / attention * n.tick_hours * (n.warmup <= tick < n.horizon)
        if abs(outcome.leaders["reading_hours"][i] - hours) > 1e-9:
            wrong.append(
                f"leader {i}: {outcome.leaders['reading_hours'][i]} hours reading, not {hours}"
            )
        news = float(leader.news) * n.tick_hours
        if abs(outcome.leaders["context_hours"][i] - news) > 1e-9:
            wrong.append(f"leader {i}: {news} hours reading news of the direction")
    return wrong + _about_issues(model, outcome)


def _about_issues(model: Audited, outcome: Outcome) -> list[str]:
    """Reading and rework hours of an issue are what was read about it, and what those affected were
    given to do again."""
    n, wrong = model.numbers, []
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        reading = float(model.read_about[issue]) * n.tick_hours
        if abs(row["reading_hours"] - reading) > 1e-6:
            wrong.append(f"issue {issue.number}: {reading} hours of reading about it")
        good = max(row["quality"], 0.0) * row["commitment"]
        asked = numbers_at(model.inputs, row["raised"] + row["delay"]).rework
        each = 0.0 if row["decider"] == LAPSED else asked * issue.kind.stakes * (1.0 - good)
        rework = each * len(issue.affected) * n.tick_hours
        if abs(row["rework_hours"] - rework) > 1e-9 * (1.0 + rework):
            wrong.append(f"issue {issue.number}: {rework} hours of rework")
    return wrong


def _cohort(model: Audited, outcome: Outcome, replication: int) -> list[str]:
    """Every issue that arises in the measured window has one row, as the arrivals drawn alone
    say."""
    n, expected = model.numbers, []
    stream = run_stream(model.inputs.seed, replication)
    for at in range(n.kinds):
        ordinal, asked = 0, 0.0
        while True:
            asked += arrival_gap(*stream, model.kinds[at].key, ordinal, 1.0)
            time = _time_of(model.inputs, at, asked)
            if time >= n.horizon:
                break
            if int(time) >= n.warmup:
                expected.append((int(time), at))
            ordinal += 1
    rows = outcome.decisions
    listed = [(int(row["raised"]), int(row["kind"])) for row in rows]
    wrong = (
        [] if sorted(listed) == sorted(expected) else ["the cohort is not what arose in the window"]
    )
    if rows["issue"].tolist() != list(range(1, len(rows) + 1)) or np.any(
        np.diff(rows["raised"]) < 0
    ):
        wrong.append("issues are not numbered in order of arising")
    return wrong


def _time_of(inputs: Parameters, kind: int, expected: float) -> float:
    """The tick by which so many issues of a kind are expected to have arisen: with a rate that
    changes, the time of the arrival that stands there in a Poisson process at rate 1."""
    ends = [*(period.start for period in inputs.later), float("inf")]
    for period, end in zip(inputs.periods, ends, strict=True):
        rate = float(inputs.kinds.rate[period.numbers.first_kind + kind])
        if rate > 0.0 and expected <= rate * (end - period.start):
            return period.start + expected / rate
        expected -= rate * (end - period.start) if rate > 0.0 else 0.0
    return float("inf")


def numbers_at(inputs: Parameters, tick: int) -> Numbers:
    """What holds at a tick."""
    return next(p.numbers for p in reversed(inputs.periods) if p.start <= tick)


def kinds_of(inputs: Parameters, rows: np.ndarray) -> np.ndarray:
    """Where the kind of each decision stands among the kinds of all periods."""
    starts = [period.start for period in inputs.periods]
    period = np.searchsorted(starts, rows["raised"], side="right") - 1
    return np.asarray(rows["kind"] + period * inputs.numbers.kinds, np.int64)


def imbalances(inputs: Parameters, outcome: Outcome) -> list[str]:
    """What does not add up in an outcome, whichever driver it comes from; nothing when all does."""
    n, rows, leaders, run = inputs.numbers, outcome.decisions, outcome.leaders, outcome.run
    at = kinds_of(inputs, rows)
    expiry = inputs.kinds.expiry[at]
    price = np.array([numbers_at(inputs, t).hour_worth for t in rows["raised"] + rows["delay"]])
    lapsed = rows["decider"] == LAPSED
    window = (n.horizon - n.warmup) * n.tick_hours
    hours = sum(
        leaders[name] for name in ("forum_hours", "reading_hours", "work_hours", "away_hours")
    )
    counts = ("messages_read", "messages_waiting", "messages_in_transit", "messages_expired")
    forum = rows["decider"] == FORUM
    shares = [rows[name] for name in ("coverage", "commitment", "dissent")] + [
        leaders["alignment"],
        leaders["context"],
    ]
    estimate = inputs.kinds.type[at] == ESTIMATE
    chosen = ~lapsed & ~estimate
    rounds, seats = rows["rounds"], rows["participants"]
    sat = rounds * inputs.kinds.round[at] * seats * n.tick_hours
    kinds = inputs.kinds
    everybody = (kinds.quorum == 1.0) & (kinds.written == 0) & (kinds.fallback != FALL_TO_ESCALATE)
    whole = everybody[at] & ~lapsed
    out_of_time = rows["closed_by"] == OUT_OF_TIME
    approving = np.isin(rows["closed_by"], (OUT_OF_TIME, DROPPED, REJECTED))
    chaired = np.isin(kinds.power, (ROTATING, EMERGENT, CONTINGENT))[at]
    truths = {
        "the parts of a delay add up to it": np.all(
            sum(rows[part] for part in PARTS) == rows["delay"]
        ),
        "no part of a delay is negative": all(np.all(rows[part] >= 0) for part in PARTS),
        "no delay is longer than expiry": np.all(rows["delay"] <= expiry),
        "what lapsed took until expiry, and what nobody decided is worth nothing": np.all(
            rows["delay"][out_of_time] == expiry[out_of_time]
        )
        and np.all(rows["value"][lapsed] == 0.0),
        "only what lapsed has no quality": np.all(np.isnan(rows["quality"]) == lapsed)
        and np.all(np.isnan(rows["regret"]) == lapsed),
        "nobody decides only what lapsed, was dropped or rejected": np.all(~lapsed | approving)
        and np.all(~out_of_time | lapsed),
        "a forum, or its chair, closes by agreement, majority or best-so-far": np.all(
            np.isin(rows["closed_by"], (AGREEMENT, MAJORITY, BEST_SO_FAR))[
                ~chaired & (rows["closed_by"] != DROPPED)
            ]
            == forum[~chaired & (rows["closed_by"] != DROPPED)]
        ),
        "no quality and no ceiling is above 1": not np.any(rows["quality"] > 1.0)
        and np.all(rows["ceiling"] <= 1.0),
        "regret is 0 for the best and positive else": np.all(
            (rows["regret"][chosen] == 0.0) == (rows["chosen"] == rows["best"])[chosen]
        )
        and not np.any(rows["regret"] < 0.0),
        "an alternative that exists is chosen": np.all(rows["chosen"][chosen] >= 0)
        and np.all(rows["chosen"][chosen] < rows["alternatives"][chosen])
        and np.all(rows["chosen"][~chosen] == -1),
        "person-hours are rounds x their length x seats": np.all(
            (rows["person_hours"] == sat)[whole]
        )
        and np.all(rows["person_hours"] >= 0.0)
        and not np.any(rows["person_hours"][rounds == 0]),
        "value is no more than stakes x quality": np.all(
            (rows["value"] <= inputs.kinds.stakes[at] * np.maximum(rows["quality"], 0.0) + 1e-12)[
                ~lapsed
            ]
        ),
        "net value is value less the price of all its hours": np.all(
            rows["net_value"]
            == rows["value"]
            - price * (rows["person_hours"] + rows["reading_hours"] + rows["rework_hours"])
        ),
        "what nobody decided is not done again, and no rework is negative": not np.any(
            rows["rework_hours"][lapsed]
        )
        and np.all(rows["rework_hours"] >= 0.0),
        "news of the direction is part of what is read": np.all(leaders["context_hours"] >= 0.0)
        and np.all(leaders["context_hours"] <= leaders["reading_hours"] + 1e-9),
        **desk_accounts.truths(leaders),
        "shares lie in [0, 1]": all(np.all((s >= 0.0) & (s <= 1.0 + 1e-12)) for s in shares),
        "hours add up to the clock": np.all(np.abs(hours - window) < 1e-9),
        "no hours are negative": all(
            np.all(leaders[name] >= 0.0) for name in ("forum_hours", "reading_hours")
        )
        and np.all(leaders["work_hours"] >= -1e-9),
        "no backlog is negative": np.all(leaders["backlog"] >= 0.0)
        and np.all(outcome.days["backlog"] >= 0.0),
        "messages sent are read, waiting, in transit or expired": run["messages_sent"]
        == sum(run[c] for c in counts),
        "no count of messages is negative": all(run[count] >= 0 for count in counts),
        "days' messages make up the window's": outcome.days["messages"].sum() == run["messages"],
        "progress is at most what is asked and was left": 0.0 <= run["progress"] <= 1.0 + 1e-9
        or n.warmup > 0,
        "every day of the window has a row": len(outcome.days) == (n.horizon - n.warmup) // n.day,
    }
    return [f"not so: {truth}" for truth, holds in truths.items() if not holds]
