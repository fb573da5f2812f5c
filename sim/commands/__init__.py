"""The command line: each command parses, calls the floors below, and prints."""

from __future__ import annotations


def main() -> None:
    """Run the command line on `sys.argv` and end the process with the command's exit code."""
    import sys

    try:
        from sim.commands.ending import leave_on_signals

        leave_on_signals()

        from sim.commands.app import app
        from sim.runner.pool import leave_if_read_anew

        leave_if_read_anew()
        app(prog_name="leaderstream")
    except KeyboardInterrupt:  # before, or after, signals are in the hands of `ending`
        sys.exit(130)
