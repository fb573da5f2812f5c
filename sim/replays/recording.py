"""Playing a run again up to the end of some issues, and noting all that happens to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.replays import rows
from sim.runner.pool import Failure, Task, in_processes

if TYPE_CHECKING:
    import pandas as pd

    from sim.parameters import Parameters

Progress = Callable[[int, int, str], None]

WATCH = "sim.replays.recording:watch"
ALONE = 100_000.0
"""Leaders x ticks, over all policies, below which starting other processes costs more than it
saves."""


@dataclass(frozen=True)
class Watch:
    """A policy to be played, and the numbers of the issues to watch."""

    inputs: Parameters
    variant: str
    issues: Sequence[int]


def record(
    inputs: Mapping[str, Parameters],
    issues: Sequence[int],
    last_day: float,
    workers: int = 1,
    progress: Progress | None = None,
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """The tables `replays`, `channels` and `stories` of some issues under every policy, none
    without issues; and by policy why watching it failed.

    inputs: the policies by name. last_day: when the last of the issues is over, to weigh whether
    more processes pay. A policy that fails is left out of the tables; whatever the workers, they
    are the same.
    """
    if not issues:
        return {}, {}
    wanted = [Watch(numbers, name, issues) for name, numbers in inputs.items()]
    size = (
        sum(numbers.numbers.leaders * numbers.numbers.day for numbers in inputs.values()) * last_day
    )
    tasks = [Task(place, REPLICATION) for place in range(len(wanted))]
    recorded: dict[int, rows.PolicyReplay] = {}
    failed: dict[int, str] = {}
    at_once = min(workers, len(tasks)) if size > ALONE else 1
    with closing(in_processes(WATCH, wanted, tasks, at_once)) as ended:
        for done, (task, watched) in enumerate(ended, start=1):
            if isinstance(watched, Failure):
                failed[task.policy] = watched.error
            else:
                recorded[task.policy] = watched
            if progress is not None:
                progress(done, len(tasks), "")
    failures = {wanted[place].variant: failed[place] for place in sorted(failed)}
    return rows.tables([recorded[place] for place in sorted(recorded)]), failures


def watch(wanted: Watch, replication: int) -> rows.PolicyReplay:
    """Play one replication of a policy until the issues are over; what was seen of them, as columns
    and stories."""
    from sim.agents import traces
    from sim.story import story

    inputs = wanted.inputs
    courses, news = traces(inputs, replication, wanted.issues)
    stories = {
        issue: story(course, inputs.scenario, inputs.structure) for issue, course in courses.items()
    }
    return rows.watched(wanted.variant, replication, inputs, courses, news, stories)


# Which issues to show: of every kind an early one that was really deliberated, and one in changing
# times


REPLICATION = 0
"""The replication that is replayed."""
BUDGET = 400_000.0
"""Leaders x ticks, over all policies, that may be replayed unasked: some ten seconds on two
cores."""


def chosen(
    decisions: pd.DataFrame,
    inputs: Mapping[str, Parameters],
    most: int,
    budget: float | None = None,
) -> list[int]:
    """The numbers of at most `most` issues of replication 0, the same in every policy, ascending.

    decisions: the table of one scenario. inputs: the policies by name, the base first. Of each
    kind, in their order, the first issue that took effect under every policy and was deliberated in
    a room under some (else the first that took effect, else the first); then the last to arise
    before the direction first turned that was open then under every policy. With a `budget`
    (leaders x ticks over all policies), only what ends soon enough.
    """
    mine = decisions[decisions["replication"] == REPLICATION]
    there = _in_all(mine, list(inputs))
    if there.empty or most < 1:
        return []
    ends: pd.Series = there.groupby("issue").apply(
        lambda rows: float((rows["raised_day"] + rows["delay"]).max())
    )
    base = next(iter(inputs.values()))
    cost = sum(numbers.numbers.leaders for numbers in inputs.values()) * float(base.numbers.day)
    affordable = ends[ends * cost <= budget] if budget is not None else ends
    there = there[there["issue"].isin(affordable.index)]
    watchable = dict.fromkeys(
        [*_of_kinds(there, list(base.scenario.issues)), *_at_the_turn(there, _first_turn(base))]
    )
    return sorted(list(watchable)[:most])


def end(decisions: pd.DataFrame, issues: Sequence[int]) -> float:
    """The day on which the last of some issues of replication 0 is over under every policy; 0
    without issues."""
    mine = decisions[(decisions["replication"] == REPLICATION) & decisions["issue"].isin(issues)]
    return float((mine["raised_day"] + mine["delay"]).max()) if len(mine) else 0.0


def _in_all(mine: pd.DataFrame, variants: Sequence[str]) -> pd.DataFrame:
    """The issues that arose under every one of the policies (all of them, but where policies change
    what arises)."""
    under = mine[mine["variant"].isin(variants)]
    counts = under.groupby("issue").agg(variants=("variant", "nunique"), kinds=("kind", "nunique"))
    return under[
        under["issue"].isin(
            counts.index[(counts["variants"] == len(variants)) & (counts["kinds"] == 1)]
        )
    ]


def _of_kinds(there: pd.DataFrame, kinds: Sequence[Any]) -> Iterator[int]:
    for kind in kinds:
        mine = there[there["kind"] == kind].groupby("issue")
        if not len(mine):
            continue
        about = mine.agg(
            decided=("commitment", "count"), rows=("kind", "size"), rounds=("rounds", "max")
        )
        settled = about["decided"] == about["rows"]
        by_preference = (about[settled & (about["rounds"] > 0)], about[settled], about)
        yield int(next(some.index[0] for some in by_preference if len(some)))


def _at_the_turn(there: pd.DataFrame, turn: float | None) -> Iterator[int]:
    if turn is None:
        return
    spans = there.assign(end=there["raised_day"] + there["delay"]).groupby("issue")
    about = spans.agg(raised=("raised_day", "first"), end=("end", "min"))
    open_then = about[(about["raised"] <= turn) & (about["end"] > turn)]
    if len(open_then):
        yield int(open_then.index[-1])


def _first_turn(inputs: Parameters) -> float | None:
    """The day on which the direction first turns in the measured window, None when it never
    does."""
    from sim.world.issues import due_at_rate, left_to_wait, run_stream, shift_gap

    n, stream, version, due, rate = (
        inputs.numbers,
        run_stream(inputs.seed, REPLICATION),
        0,
        0.0,
        0.0,
    )
    ends, left = [*(period.start for period in inputs.later), n.horizon], shift_gap(*stream, 0, 1.0)
    for period, end in zip(inputs.periods, ends, strict=True):
        left = left_to_wait(period.start, due, rate, left)
        rate = period.numbers.shift_rate
        due = due_at_rate(period.start, left, rate)
        while due < end:
            if due >= n.warmup:
                return due / float(n.day)
            version += 1
            due += shift_gap(*stream, version, rate)
    return None
