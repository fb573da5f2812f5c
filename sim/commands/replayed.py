"""What `run` says of the issues that were to be replayed and are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.commands.console import Console
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.results import RunResult


def say_lost_replays(console: Console, result: RunResult) -> None:
    """Say where nothing is replayed although it was asked for, and what failed."""
    from sim.tables.privacy import KEY, smallest_group

    for part in result.parts:
        if part.manifest["replays"]["asked"] and smallest_group(part.manifest) is not None:
            console.note(
                f"no issue of {part.manifest['name']} is replayed: a replay follows people one by "
                f"one, and they are shown in groups only ({KEY})"
            )
        for lost in part.manifest["replays"]["failures"]:
            console.problem(
                f"the replay under {lost['variant']} failed and is left out: {lost['error']}"
            )


def insist_replayed(result: RunResult) -> None:
    """UsageError where an issue named does not exist; what was run is kept."""
    from sim.replays.choosing import replayable

    said = []
    for part in result.parts:
        missing = part.manifest["replays"].get("missing")
        if missing:
            every = replayable(part.tables["decisions"], list(part.manifest["policies"]))
            there = f"there are {every[0]} to {every[-1]}" if every else "there is none"
            numbers = ", ".join(f"--replay {issue}" for issue in missing)
            said.append(
                f"{numbers}: no such issue under every policy of {part.manifest['name']}; {there}. "
                f"The results are kept, without {'it' if len(missing) == 1 else 'them'}"
            )
    if said:
        raise UsageError("\n".join(said))
