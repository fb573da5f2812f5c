"""Watching some issues of a finished run again, tick by tick: what a picture of the stream is drawn
from.

`choosing` says which issues are worth it, `recording` plays the run up to their end on the Mesa
driver, under every policy, and `rows` makes tables of what was seen. As both drivers agree, it is
the very run that the tables hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.parameters import Parameters
    from sim.results import RunResult

DEFAULT = 3
"""How many issues are watched at most unless told otherwise."""


def add_replays(
    result: RunResult,
    folder: Path | None,
    wanted: int | Sequence[int] | None = None,
    workers: int = 1,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[int]:
    """Add the tables of the replays of some issues to the result of one scenario; return their
    numbers.

    wanted: at most how many, or the numbers of exactly these; None for DEFAULT, of what costs
    little. folder: that of the scenario's data files. The tables that the result has already stay
    as they are. Its manifest then says in `replays` what was asked for, which of the issues named
    are `missing` (if any), and under which policies watching failed, and why. Where people are
    shown in groups only, nothing is watched: a replay follows each of them.
    """
    from sim.parameters import parameters
    from sim.replays.choosing import end
    from sim.replays.recording import record
    from sim.results import table_facts
    from sim.scenario import Scenario
    from sim.tables.privacy import hidden

    decisions, kept = result.tables["decisions"], result.manifest["policies"]
    asked = wanted if wanted is None or isinstance(wanted, int) else sorted(set(wanted))
    noted: dict[str, Any] = {"asked": asked, "failures": []}
    result.manifest["replays"] = noted
    if asked in (0, []) or hidden(result.manifest):
        return []
    ran = [name for name in kept if (decisions["variant"] == name).any()]
    inputs = {name: parameters(Scenario.from_dict(kept[name], folder)) for name in ran}
    issues = _issues(result, inputs, asked, noted)
    tables, failures = record(inputs, issues, end(decisions, issues), workers, progress)
    result.tables.update(tables)
    noted["failures"] = [{"variant": name, "error": error} for name, error in failures.items()]
    result.manifest["tables"] |= table_facts(tables)
    return issues


def _issues(
    result: RunResult,
    inputs: Mapping[str, Parameters],
    asked: int | list[int] | None,
    noted: dict[str, Any],
) -> list[int]:
    """The issues to replay; those named that there are not are noted."""
    from sim.comparison.judged import judged_by
    from sim.replays.choosing import budget, chosen, replayable

    decisions = result.tables["decisions"]
    if isinstance(asked, list):
        there = set(replayable(decisions, list(inputs)))
        if missing := [issue for issue in asked if issue not in there]:
            noted["missing"] = missing
        return [issue for issue in asked if issue in there]
    if decisions.empty:
        return []
    limit = budget(result.tables, inputs) if asked is None else None
    most = DEFAULT if asked is None else asked
    return chosen(decisions, inputs, most, limit, judged_by(result.manifest))
