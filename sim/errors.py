"""Every error that leaderstream raises on purpose, and the exit code each one ends a command with.

LeaderstreamError
├── InvalidInput        3   a scenario or a data file cannot be used; lists every problem
├── UsageError          2   the command line itself makes no sense
├── Refused             5   it could be done, but would overwrite, mix or exhaust something
├── ClaimFailed         1   a claim or a check did not hold
└── RunsFailed          4   some runs failed; the others were kept
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any


class LeaderstreamError(Exception):
    """Base of all expected errors; `exit_code` is what the command ends with."""

    exit_code = 1


class UsageError(LeaderstreamError):
    """The command line itself makes no sense (an unknown variant, an option out of range)."""

    exit_code = 2


class ClaimFailed(LeaderstreamError):
    """A claim of a scenario, or a check, did not hold."""

    exit_code = 1


class RunsFailed(LeaderstreamError):
    """Some runs failed; the results of the others were kept."""

    exit_code = 4


class Refused(LeaderstreamError):
    """It could be done, but would overwrite, mix or exhaust something."""

    exit_code = 5


class DamageWarning(UserWarning):
    """Something on the disk was damaged; what it was, and what became of it."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with an input.

    `file`, `line` and `column` say where (line and column count from 1; 0 when there is none, as
    for a value given on the command line; `file` is '' for one given in Python), `path` names the
    key ("power.sharing"), `message` says what is wrong, what is allowed, and the nearest valid
    value where there is one.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (where, self.path, self.message) if part)


class InvalidInput(LeaderstreamError):
    """A scenario or data file cannot be used; `problems` lists everything wrong with it at once."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, allowed: Sequence[str]) -> str:
    """' (did you mean X?)' for the allowed word closest to `word`, or '' when none is close."""
    close = get_close_matches(word, allowed, n=1, cutoff=0.6)
    return f" (did you mean '{close[0]}'?)" if close else ""


def renamed(names: Mapping[str, str], name: str, module: Mapping[str, Any]) -> Any:
    """What a module's earlier name stands for, with a DeprecationWarning; for its `__getattr__`.

    names: the present name by the earlier one. module: the module's globals. AttributeError for a
    name that it never had.
    """
    here = module["__name__"]
    if name not in names:
        raise AttributeError(f"module {here!r} has no attribute {name!r}")
    message = f"{here}.{name} is now called {here}.{names[name]}"
    warnings.warn(message, DeprecationWarning, stacklevel=3)
    return module[names[name]]
