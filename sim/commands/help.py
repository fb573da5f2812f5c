"""The help of the commands: usage, examples, what it does, arguments and options, in lines of any
width, as plain text without boxes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from sim.commands.bad_values import limits, told_plainly
from sim.commands.console import Console, wrapped
from sim.commands.environment import VARIABLES, Variable
from sim.texts import columns_of, padded

EXAMPLES = "\b"
"""The first line of the paragraph of a help text that holds examples, a line each."""

_NARROW = 64
"""In fewer columns what a word means stands below it, not beside it."""
_WIDEST = 30
"""A longer word stands on a line of its own, too."""
_WORD = r"""(?:"[^"]*"|'[^']*'|\S)+"""
_PIECES = re.compile(rf"(?:--?[a-z]\S* |[>|] )(?!-){_WORD}|{_WORD}")
"""The words of a command that stay together: an option and its value."""
_REMARK = re.compile(r"(?P<command>.*?)\s+# (?P<remark>.*)")


class Command(TyperCommand):
    """A command whose help and usage are written here."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with told_plainly(ctx):
            return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[OPTIONS]", *(_usage(one) for one in _arguments(self, ctx))]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write("\n".join(_page(self, ctx)))


class Commands(TyperGroup):
    """The command line as a whole: the same, with the commands and what the environment says."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        lines = list(_page(self, ctx))
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        listed = [(name, str(one.short_help or "")) for name, one in commands if not one.hidden]
        lines += _section("Commands", listed)
        lines += _section("Environment", [(one.name, _said(one)) for one in VARIABLES])
        formatter.write("\n".join(lines))


def _said(variable: Variable) -> str:
    """What a variable says, and the option that says the same."""
    option = f" (as {variable.option})" if variable.option else ""
    return _sentence(f"{variable.meaning}{option}")


def _page(command: Any, ctx: Any) -> Iterator[str]:
    """The lines of a help, but for what only the command line as a whole has."""
    width = Console().width
    usage = " ".join(command.collect_usage_pieces(ctx))
    yield wrapped(usage, width, f"Usage: {ctx.command_path} ", " " * 7)
    for paragraph in (command.help or "").strip().split("\n\n"):
        yield ""
        if paragraph.startswith(EXAMPLES):
            _, head, *lines = paragraph.splitlines()
            yield _head(head)
            yield from (part for line in lines for part in example(line.strip(), width))
        else:
            yield wrapped(" ".join(paragraph.split()), width, "  ")
    yield from _section(
        "Arguments", [(_name(one), _meaning(one, ctx)) for one in _arguments(command, ctx)]
    )
    options = [one for one in command.get_params(ctx) if one.param_type_name == "option"]
    rows = [(_names(one), _meaning(one, ctx)) for one in options if not one.hidden]
    yield from _section("Options", rows)


def _head(text: str) -> str:
    return Console().style(text, "bold", sys.stdout)


def example(line: str, width: int) -> list[str]:
    """The lines of an example, a command with or without a remark, that can be pasted: where it is
    too wide the remark stands above the command, and lines of the command end in a backslash."""
    if columns_of(line) + 2 <= width:
        return [f"  {line}"]
    parts = _REMARK.fullmatch(line)
    if parts and columns_of(close := f"  {parts['command']}  # {parts['remark']}") <= width:
        return [close]
    lines = [wrapped(parts["remark"], width, "  # ", "  # ")] if parts else []
    first, *pieces = _PIECES.findall(parts["command"] if parts else line)
    now = f"  {first}"
    for piece in pieces:
        if columns_of(now) + columns_of(piece) + 3 > width and now.strip() != first:
            lines.append(f"{now} \\")
            now = f"      {piece}"
        else:
            now = f"{now} {piece}"
    return [*lines, now]


def _section(head: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A list of words with what they mean; nothing where there are none."""
    if not rows:
        return
    width = Console().width
    beside = width >= _NARROW
    short = [columns_of(word) for word, _ in rows if columns_of(word) <= _WIDEST]
    indent = max(short, default=0) + 4 if beside else 6
    yield ""
    yield _head(f"{head}:")
    for word, meaning in rows:
        if beside and columns_of(word) <= _WIDEST and meaning:
            yield wrapped(meaning, width, f"  {padded(word, indent - 2)}", " " * indent)
        else:
            yield f"  {word}"
            if meaning:
                yield wrapped(meaning, width, " " * indent)


def _arguments(command: Any, ctx: Any) -> list[Any]:
    return [one for one in command.get_params(ctx) if one.param_type_name == "argument"]


def _name(parameter: Any) -> str:
    """What an argument, or the value of an option, is called; '' for an option without a value."""
    if getattr(parameter, "is_flag", False):
        return ""
    return str(parameter.metavar or parameter.name.upper())


def _usage(argument: Any) -> str:
    name = _name(argument) if argument.required else f"[{_name(argument)}]"
    return name if argument.nargs == 1 else f"{name}..."


def _names(option: Any) -> str:
    """How an option is written, the short form first: -n, --replications N."""
    names = sorted(option.opts, key=lambda name: (name.startswith("--"), option.opts.index(name)))
    return " ".join([", ".join([*names, *option.secondary_opts]), _name(option)]).rstrip()


def _meaning(parameter: Any, ctx: typer.Context) -> str:
    """The help of a parameter, with its limits, its default and its environment variable."""
    parts = [str(parameter.help or "").strip(), _sentence(limits(parameter))]
    default = _default(parameter, ctx)
    if default and "default" not in parts[0].lower():
        parts.append(f"Default: {default}.")
    if parameter.envvar:
        parts.append(f"Or set {parameter.envvar}.")
    return " ".join(part for part in parts if part)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text and text != "at least 0" else ""


def _default(parameter: Any, ctx: typer.Context) -> str:
    """The default of a parameter; '' where there is none, or its help tells it in words."""
    if not parameter.show_default or getattr(parameter, "is_flag", False):
        return ""
    value = parameter.get_default(ctx, call=False)
    if isinstance(value, Enum):
        value = value.value
    return "" if value is None else str(value)
