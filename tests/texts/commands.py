"""Whether a command that a text names can be pasted: parsed as the command line would, without
running anything."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from sim.commands.app import app


def parsed(words: Sequence[str]) -> bool:
    """True where the words are a whole command with known options; click's error where not."""
    program, name, *rest = words
    assert program == "leaderstream"
    group = typer.main.get_command(app)
    command = group.commands[name]  # type: ignore[attr-defined]
    with command.make_context(name, list(rest), resilient_parsing=False):
        return True
