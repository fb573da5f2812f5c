"""The command line: each command parses, calls the floors below, and prints."""

from __future__ import annotations


def main() -> None:
    """Run the command line on `sys.argv` and end the process with the command's exit code."""
    import sys

    try:
        from sim.commands.app import app
        from sim.commands.guard import end_on_terminate

        end_on_terminate()
        app(prog_name="leaderstream")
    except KeyboardInterrupt:  # before a command's own guard was there
        sys.exit(130)
