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
        super().__init__(*arguments, **more)

    def watch_post(self, message: Any, due: int) -> None:
        if message.what == IDEA and due >= 0:
            sent = Sent(message.source, message.target, message.idea.originator, due)
            self.posted[message.issue].append(sent)

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
    books = [dict.fromkeys(COUNTS, Fraction(0)) for _ in model.leaders]
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
    to = {i: hops(i, issue.accountable) for i in range(len(books))}
    on = {one.source for one in sent if to[one.target] < to[one.source]}
    weights = dict(zip(issue.room, issue.weights_in_room, strict=True))
    for i in came:
        books[i]["in"] += 1
        books[i]["own"] += i == by
        books[i]["weighed"] += by in issue.used
        decides = i == issue.decider or weights.get(i, 0.0) > 0.0
        books[i]["passed"] += i in on or (decides and by in issue.used)
    nearest = [i for i in came if to[i] == min(to[one] for one in came)]
    for i in nearest if by not in issue.used else ():
        share = Fraction(1, len(nearest))
        books[i]["late" if i in on else "stopped"] += share
        books[i]["unread"] += share * (i not in heard)


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
        "unread ideas are among those that stopped": bool(
            np.all(leaders["ideas_unread"] <= leaders["ideas_stopped"])
        ),
        "messages wait only where some came": bool(
            np.all(np.isnan(leaders["inbox_hours"]) == (leaders["messages_in"] == 0))
        )
        and not np.any(leaders["inbox_hours"] < 0.0),
    }
