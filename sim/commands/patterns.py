"""What `validate --patterns` does: the simulator beside what is known of groups."""

from __future__ import annotations

from collections.abc import Sequence

from sim.commands.console import Console

__all__ = ["show_patterns"]


def show_patterns(console: Console, quick: bool, wanted: Sequence[str], workers: int) -> None:
    """Play the patterns, or those with some names, and show which fit. A pattern that does not is
    no failure."""
    from sim.patterns import FULL, PATTERNS, QUICK, chosen, compare
    from sim.patterns.table import described, summary, text
    from sim.shipped import shipped

    patterns = chosen(PATTERNS, wanted)
    progress = console.progress()
    try:
        found = compare(
            patterns, shipped("patterns"), QUICK if quick else FULL, workers, progress=progress
        )
    finally:
        progress.close()
    if console.json:
        console.data_json(
            {"summary": summary(found), "patterns": [described(one) for one in found]}
        )
    else:
        console.data(f"{summary(found)}\n\n{text(found, console.bold)}")
    console.next("make patterns    # the search that chose the defaults, in ten minutes or so")
