"""Watching some issues of a finished run again, tick by tick: what a picture of the stream is drawn
from.

`choosing` says which issues are worth it, `recording` plays the run up to their end on the Mesa
driver, under every policy, and `rows` makes tables of what was seen. As both drivers agree, it is
the very run that the tables hold.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.results import RunResult

DEFAULT = 3
"""How many issues are watched at most unless told otherwise."""


def add_replays(
    result: RunResult,
    folder: Path | None,
    most: int | None = None,
    workers: int = 1,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[int]:
    """Add the tables of the replays of at most `most` issues to the result of one scenario; return
    their numbers.

    most: None for DEFAULT, of what costs little. folder: that of the scenario's data files. The
    tables that the result has already stay as they are. Its manifest then says in `replays` how
    many were asked for, and under which policies watching failed, and why. Where people are shown
    in groups only, nothing is watched: a replay follows each of them.
    """
    from sim.comparison.judged import judged_by
    from sim.parameters import parameters
    from sim.replays.choosing import budget, chosen, end
    from sim.replays.recording import record
    from sim.results import table_facts
    from sim.scenario import Scenario
    from sim.tables.privacy import hidden

    decisions, kept = result.tables["decisions"], result.manifest["policies"]
    result.manifest["replays"] = {"asked": most, "failures": []}
    if most == 0 or decisions.empty or hidden(result.manifest):
        return []
    ran = [name for name in kept if (decisions["variant"] == name).any()]
    inputs = {name: parameters(Scenario.from_dict(kept[name], folder)) for name in ran}
    limit = budget(result.tables, inputs) if most is None else None
    wanted = DEFAULT if most is None else most
    issues = chosen(decisions, inputs, wanted, limit, judged_by(result.manifest))
    tables, failures = record(inputs, issues, end(decisions, issues), workers, progress)
    result.tables.update(tables)
    result.manifest["replays"]["failures"] = [
        {"variant": name, "error": error} for name, error in failures.items()
    ]
    result.manifest["tables"] |= table_facts(tables)
    return issues
