"""Playing a run again up to the end of some issues, and noting all that happens to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.replays import rows
from sim.runner.pool import Failure, Task, in_processes

if TYPE_CHECKING:
    import pandas as pd

    from sim.parameters import Parameters

Progress = Callable[[int, int, str], None]

WATCH = "sim.replays.recording:watch"
REPLICATION = 0
"""The replication that is replayed."""
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
