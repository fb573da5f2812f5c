"""Books of desks kept beside the Mesa driver's own: what lay there at the end of each tick, and
which ideas came, were read and sent on, from the messages themselves."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from model.tiny import Watched

from sim.outcome import Outcome
from sim.parameters import Numbers
from sim.rules.flow import IDEA

COUNTS = ("in", "own", "weighed", "passed", "stopped", "unread", "late")
WAYS = ("up", "down", "across", "here")
RIGHT = (
    *("right_own", "right_stopped", "right_late"),
    *(f"right_{way}{end}" for way in WAYS for end in ("", "_passed")),
)


class Sent(NamedTuple):
    """A message with an idea that its sender passed on: it arrives in the tick `due`."""

    source: int
    target: int
    originator: int
    due: int


class Posted(Watched):
    """An organisation of which the messages, and what lies on each desk, are written down."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        self.posted: dict[Any, list[Sent]] = defaultdict(list)
        self.read: dict[Any, set[tuple[int, int]]] = defaultdict(set)
        self.lay: list[list[int]] = []
        self.spoken: dict[Any, dict[int, int]] = defaultdict(dict)
        super().__init__(*arguments, **more)

    def watch_post(self, message: Any, due: int) -> None:
        if message.what == IDEA and due >= 0:
            sent = Sent(message.source, message.target, message.idea.originator, due)
            self.posted[message.issue].append(sent)

    def watch_sense(self, issue: Any, leader: Any) -> None:
        super().watch_sense(issue, leader)
        if issue.kind.accuracy < 0.0:
            self.spoken[issue].setdefault(leader.index, _told_best(self, issue, leader.index))

    def watch_read(self, message: Any) -> None:
        self.read[message.issue].add((message.target, message.idea.originator))

    def step(self) -> None:
        super().step()
        self.lay.append([len(leader.inbox) + leader.owed for leader in self.leaders])


def hops_by_search(n: Numbers) -> Any:
    """How many hops apart two leaders are by lines and between roots: a search, breadth first."""
    manager = [int(above) for above in n.manager]
    roots = [i for i, above in enumerate(manager) if above < 0]
    near: list[set[int]] = [set() for _ in manager]
    for i, above in enumerate(manager):
        for other in [root for root in roots if root != i] if above < 0 else [above]:
            near[i].add(other)
            near[other].add(i)

    @cache
    def of(start: int) -> dict[int, int]:
        found, edge = {start: 0}, [start]
        for i in edge:
            for other in sorted(near[i] - found.keys()):
                found[other] = found[i] + 1
                edge.append(other)
        return found

    return lambda leader, target: of(target)[leader]


def waiting(model: Posted, outcome: Outcome) -> list[str]:
    """The hours that messages lay on each desk, tick by tick."""
    n, wrong = model.numbers, []
    for i, row in enumerate(outcome.leaders):
        ticks = sum(lay[i] for lay in model.lay[n.warmup : n.horizon])
        hours = ticks * n.tick_hours / row["messages_in"] if row["messages_in"] else float("nan")
        if not np.isclose(row["inbox_hours"], hours, 1e-12, 1e-12, equal_nan=True):
            wrong.append(f"leader {i}: messages wait {row['inbox_hours']} hours, not {hours}")
        before = model.lay[n.warmup - 1][i] if n.warmup else 0
        reads = sum(
            count
            for tick, count in model.leaders[i].read_at.items()
            if n.warmup <= tick < n.horizon
        )
        left = row["messages_unread"] + reads
        if before + row["messages_in"] - left != model.lay[n.horizon - 1][i]:
            wrong.append(f"leader {i}: messages came that neither left nor lie there")
    return wrong


def ideas(model: Posted, outcome: Outcome) -> list[str]:
    """What became of the ideas at each desk, by the messages that carried them."""
    books = [dict.fromkeys((*COUNTS, *RIGHT), Fraction(0)) for _ in model.leaders]
    decided = {note.issue: note.tick for note in model.of("decide")}
    hops = hops_by_search(model.numbers)
    for issue, tick in decided.items():
        if issue.number and issue.kind.accuracy < 0.0:
            for originator in issue.witnesses:
                _follow(model, issue, originator, tick, hops, books)
    wrong = []
    for i, (book, row) in enumerate(zip(books, outcome.leaders, strict=True)):
        for name, count in book.items():
            if abs(row[f"ideas_{name}"] - count) > 1e-9:
                wrong.append(f"leader {i}: {row[f'ideas_{name}']} ideas {name}, not {float(count)}")
    return wrong


def _follow(model: Posted, issue: Any, by: int, tick: int, hops: Any, books: list[Any]) -> None:
    """Follow the idea of one witness from desk to desk, up to the decision in `tick`."""
    sent = [one for one in model.posted[issue] if one.originator == by]
    came = {by} | {one.target for one in sent if one.due <= tick}
    heard = {by} | {i for i in came if (i, by) in model.read[issue]}
    right = model.spoken[issue][by] == issue.best
    to = {i: hops(i, issue.accountable) for i in range(len(books))}
    on = {one.source for one in sent if to[one.target] < to[one.source]}
    weights = dict(zip(issue.room, issue.weights_in_room, strict=True))
    for i in came:
        books[i]["in"] += 1
        books[i]["own"] += i == by
        books[i]["weighed"] += by in issue.used
        decides = i == issue.decider or weights.get(i, 0.0) > 0.0
        passed = i in on or (decides and by in issue.used)
        books[i]["passed"] += passed
        if right:
            books[i][f"right_{_way(model.numbers, i, issue.accountable)}"] += 1
            books[i][f"right_{_way(model.numbers, i, issue.accountable)}_passed"] += passed
            books[i]["right_own"] += i == by
    nearest = [i for i in came if to[i] == min(to[one] for one in came)]
    for i in nearest if by not in issue.used else ():
        share = Fraction(1, len(nearest))
        books[i]["late" if i in on else "stopped"] += share
        books[i]["right_late" if i in on else "right_stopped"] += share * right
        books[i]["unread"] += share * (i not in heard)


def _told_best(model: Posted, issue: Any, by: int) -> int:
    """The alternative whose mean worth, by what truly matters and a N(0, 1) prior, one look alone
    tells to be greatest; -1 for an estimate."""
    if issue.is_estimate:
        return -1
    seen = np.reshape(issue.ideas[by].values(), (-1, len(issue.weights)))
    precision = np.array(issue.true_precisions(model, by))
    worth = seen * precision / (1 + precision) @ np.array(issue.weights)
    told = [*range(issue.kind.alternatives), issue.own_alternative(by)][: len(worth)]
    return min(told, key=lambda m: (-round(worth[told.index(m)], 11), issue.ties[m]))


def _way(n: Numbers, leader: int, target: int) -> str:
    """Where the line from a leader to another begins: the managers of both, one above another."""

    def above(i: int) -> list[int]:
        return [i, *(above(int(n.manager[i])) if n.manager[i] >= 0 else ())]

    if leader == target:
        return "here"
    if leader in above(target):
        return "down"
    return "up" if n.manager[leader] >= 0 else "across"


def truths(leaders: np.ndarray) -> dict[str, bool]:
    """What must hold of what came to desks."""
    came, own = leaders["ideas_in"], leaders["ideas_own"]
    ended = leaders["ideas_stopped"] + leaders["ideas_late"]
    weighed = np.nansum(own * leaders["heard"])
    parts = [leaders[f"ideas_{name}"] for name in ("own", "weighed", "passed")]
    return {
        "every idea was weighed, or stopped or came too late at some desk": bool(
            abs(own.sum() - weighed - ended.sum()) < 1e-6
        ),
        "no more ideas are passed on or end than came": all(np.all(part <= came) for part in parts)
        and bool(np.all(ended <= came - leaders["ideas_weighed"] + 1e-9)),
        "right ideas are among all ideas": bool(
            np.all(_right(leaders, "") <= came)
            and np.all(_right(leaders, "_passed") <= leaders["ideas_passed"])
            and np.all(leaders["ideas_right_own"] <= own)
            and np.all(leaders["ideas_right_stopped"] <= leaders["ideas_stopped"] + 1e-9)
            and np.all(leaders["ideas_right_late"] <= leaders["ideas_late"] + 1e-9)
        ),
        "unread ideas are among those that stopped": bool(
            np.all(leaders["ideas_unread"] <= leaders["ideas_stopped"])
        ),
        "messages wait only where some came": bool(
            np.all(np.isnan(leaders["inbox_hours"]) == (leaders["messages_in"] == 0))
        )
        and not np.any(leaders["inbox_hours"] < 0.0),
    }


def _right(leaders: np.ndarray, end: str) -> np.ndarray:
    """Right ideas that came to each desk (or, by `end`, were passed on), whatever their way."""
    return sum(leaders[f"ideas_right_{way}{end}"] for way in WAYS)
