"""Where a command's words go: data to stdout; progress, messages and errors to stderr; and texts
and tables in the width of the terminal."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from sim.commands import completion
from sim.errors import InvalidInput, Problem, UsageError, nearest
from sim.progress import Progress, Stderr, takes_styles
from sim.texts import STYLES, columns_of, for_terminal, in_json, padded, styled
from sim.texts import shortened as shortened

UNBROKEN: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}


def _finite(value: Any) -> Any:
    """The same value with NaN and infinities as null and numpy's as plain ones: what JSON can
    say."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if hasattr(value, "tolist"):
        return _finite(value.tolist())
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def printable(text: str) -> str:
    """The text without what a terminal would obey: what it names may come from anybody."""
    return "".join(character if character.isprintable() else "?" for character in text)


@dataclass(frozen=True)
class Console:
    """A command's output. json: data as JSON; quiet: only data and errors; color: styles on a
    terminal.

    given: the words of the command line, without the options that only change how the answer looks.
    """

    json: bool = False
    quiet: bool = False
    color: bool = True
    debug: bool = False
    given: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns a line may have: those of the terminal (COLUMNS, else what it says), 80
        where there is none; prose is easier to read at 100 at most.
        """
        return max(min(shutil.get_terminal_size((80, 40)).columns, 100), 20)

    def data(self, text: str) -> None:
        """Print a part of the answer."""
        self._print(text, sys.stdout)

    def data_json(self, value: Any) -> None:
        """Print the answer as JSON."""
        text = json.dumps(_finite(value), indent=2, ensure_ascii=False, default=str)
        print(in_json(text), file=sys.stdout)

    def note(self, text: str) -> None:
        """Say something about the answer; silent when quiet."""
        if not self.quiet:
            self._print(text, sys.stderr)

    def warning(self, text: str) -> None:
        """Say what is likely not meant; silent when quiet."""
        head = self.style("warning:", "warning", sys.stderr)
        self.note(
            "\n".join(
                textwrap.wrap(f"{head} {text}", self.width, subsequent_indent="  ", **UNBROKEN)
            )
        )

    def next(self, command: str) -> None:
        """Name the command that likely comes next; silent when quiet."""
        self.note(self.style(f"next: {command}", "faint", sys.stderr))

    def in_lines(self, head: str, command: str) -> str:
        """A head and a command for a shell; where it is too wide its lines end in a backslash."""
        lines, line = [], head
        for word in map(shlex.quote, shlex.split(command)):
            if line != head and len(line) + len(word) + 3 > self.width:
                lines.append(f"{line} \\")
                line = " " * 4
            line += word if line in (head, " " * 4) else f" {word}"
        return "\n".join([*lines, line])

    def again(self, *more: str, without: Collection[str] = (), verb: str = "") -> str:
        """The command as it was given, fit for a shell, with `more` words at its end.

        without: options of it, each with a value, that are left out. verb: another command in its
        place.
        """
        words = iter(self.given)
        kept = [word for word in words if word not in without or not next(words, "")]
        if verb:
            kept[1:2] = [verb]
        return shlex.join([*kept, *more])

    def error(self, text: str) -> None:
        """Say what went wrong; never silent."""
        self.problem(f"{self.style('error:', 'error', sys.stderr)} {text}")

    def problem(self, text: str) -> None:
        """One line of a list of problems; never silent."""
        self._print(text, sys.stderr)

    def _print(self, text: str, stream: TextIO) -> None:
        """Print a text, which may hold anybody's names, without what a terminal would obey."""
        safe = for_terminal(text, styles=self._takes_styles(stream))
        Stderr.make_room()
        print(safe, file=stream, flush=stream is sys.stderr)

    def _takes_styles(self, stream: TextIO) -> bool:
        return self.color and takes_styles(stream)

    def progress(self) -> Progress:
        """What to tell how far something is, until it is closed: nothing when quiet."""
        return Progress(self.quiet, place=Stderr(bars=self.color))

    def style(self, text: str, style: str, stream: TextIO | None = None) -> str:
        """The text in one of `STYLES`, where the stream is a terminal that takes it and nobody said
        no."""
        stream = sys.stdout if stream is None else stream
        return styled(text, STYLES[style]) if self._takes_styles(stream) else text

    def bold(self, text: str) -> str:
        """The text in bold on a terminal."""
        return self.style(text, "bold")


# Arguments and options that several commands take, and how they are read


File = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.", show_default=False)]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE", help="Scenario files.", show_default=False)
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a key, e.g. power.sharing=1; repeatable.",
        autocompletion=completion.settings,
    ),
]

Result = Annotated[
    str,
    typer.Argument(
        metavar="RESULT",
        help="A result's folder, or its name in results/.",
        show_default=False,
        autocompletion=completion.results,
    ),
]


def one_of(choices: type[StrEnum]) -> str:
    """What help shows for an option that takes one of some words."""
    return "|".join(choices)


def examples(*lines: str) -> str:
    """The opening of a help text: examples, each on a line of its own."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


def counted(number: int, one: str, many: str) -> str:
    """'1 policy', '6 policies'."""
    return f"{number} {one if number == 1 else many}"


def overrides(pairs: list[str] | None) -> dict[str, str]:
    """The `--set KEY=VALUE` pairs by key; UsageError for one without key or '='. The last of a key
    wins."""
    result = {}
    for pair in pairs or []:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"--set {pair}: expected KEY=VALUE, such as power.sharing=1")
        result[key.strip()] = value.strip()
    return result


def load(path: Path, changes: dict[str, str]) -> Any:
    """The scenario of a file with the changes made; InvalidInput lists everything wrong with it."""
    from sim import seal
    from sim.scenario import Scenario
    from sim.scenario.load import COMMAND_LINE

    if not path.exists():
        beside = sorted(p.name for p in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        raise InvalidInput(
            [Problem(str(path), 0, 0, "", f"there is no such file{nearest(path.name, beside)}")]
        )
    if path.is_dir():
        raise InvalidInput([Problem(str(path), 0, 0, "", "is a folder; a scenario is a file")])
    seal.insist_on_input(path)
    return Scenario.load(path, overrides=changes or None, named=COMMAND_LINE)


def policy(scenario: Any, name: str | None) -> tuple[str, Any]:
    """A policy of the scenario by name (None: the base), with its name; UsageError names those
    there are."""
    policies = scenario.policies()
    if name is None:
        name = next(iter(policies))
    if name not in policies:
        raise UsageError(
            f"no variant '{name}'{nearest(name, list(policies))}; there are: {', '.join(policies)}"
        )
    return name, policies[name]


# Texts and tables that are never wider than the terminal.

_GAP = 2


def wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> str:
    """Text in lines of at most `width`; `first` stands before its first line, `rest` (else as many
    blanks) before the others.
    """
    indent = " " * len(first) if rest is None else rest
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Columns of text, the first to the left, the others to the right, in lines of at most `width`.

    Where not all columns fit beside one another, those that do not follow below, each block with
    the first column again. A cell that is too wide even then is shortened, with dots.
    """
    if not heads:
        return ""
    table = [list(heads), *(list(row) for row in rows)]
    first = min(max(columns_of(row[0]) for row in table), max(width // 3, 8))
    widths = [
        min(max(columns_of(row[i]) for row in table), width - first - _GAP)
        for i in range(1, len(heads))
    ]
    blocks: list[list[int]] = [[]]
    for place, wide in enumerate(widths, start=1):
        taken = first + sum(_GAP + widths[i - 1] for i in blocks[-1])
        if blocks[-1] and taken + _GAP + wide > width:
            blocks.append([])
        blocks[-1].append(place)
    return "\n\n".join(
        "\n".join(
            _line(row, first, [(place, widths[place - 1]) for place in block]) for row in table
        )
        for block in blocks
    )


def _line(row: Sequence[str], first: int, rest: Sequence[tuple[int, int]]) -> str:
    cells = [
        padded(shortened(row[0], first), first),
        *(padded(shortened(row[place], wide), wide, right=True) for place, wide in rest),
    ]
    return (" " * _GAP).join(cells).rstrip()
