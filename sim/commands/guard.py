"""What every command shares: its common options, and an orderly end whatever happens.

An expected error is told in plain words and ends with its own exit code; an unexpected one is told
in a line that says how to see more; Ctrl-C ends with 130 and SIGTERM with 143.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_type_hints

import typer

from sim.commands.console import Console
from sim.commands.ending import (
    INTERRUPTED,
    TERMINATED,
    Terminated,
    interruption,
    raising_on_signals,
)
from sim.commands.environment import RULES, RUN_LIMIT
from sim.commands.help import Command
from sim.errors import DamageWarning, InvalidInput, LeaderstreamError, RunsFailed
from sim.limits import LEAST_SECONDS, TIMES_LONGEST, limit_runs

Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print only the answer: no progress, no messages.")
]
NoColor = Annotated[
    bool, typer.Option("--no-color", help="Print without colours (so does NO_COLOR).")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")]
Rules = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules",
        metavar="FILE",
        envvar=RULES.name,
        help="A file of rules that the scenario may name; repeatable.",
    ),
]
RunLimit = Annotated[
    float | None,
    typer.Option(
        "--run-limit",
        metavar="SECONDS",
        envvar=RUN_LIMIT.name,
        help="Set a run aside that takes longer, and go on. Default: for runs with custom rules, "
        f"{TIMES_LONGEST} times the longest so far, at least {LEAST_SECONDS:.0f} s; else none.",
    ),
]
COMMON: dict[str, Any] = {"json": Json, "quiet": Quiet, "no_color": NoColor, "debug": Debug}

UNEXPECTED = 1
CANNOT_WRITE = 5
WITHOUT_RUNS = (("import",), ("fit",))
"""Commands that read files and write a scenario."""
DEBUG_HINT = "add --debug to see where"


def command(
    app: typer.Typer, rules: bool = False, runs: bool = False, **settings: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `function(console, ...)` as a command of `app`, with the common options and an
    orderly end.

    rules: whether it reads scenarios, which may name rules in files: the option `--rules` allows
    them. runs: whether it does many runs: the option `--run-limit` limits each.
    """
    further = {**({"rules": Rules} if rules else {}), **({"run_limit": RunLimit} if runs else {})}

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def guarded(context: typer.Context, **values: Any) -> None:
            common = {name: values.pop(name) for name in COMMON}
            common["color"] = not common.pop("no_color")
            common["given"] = words_given(context)
            more = {name: values.pop(name, None) for name in further}
            called = _with_rules(function, more["rules"]) if rules else function
            _guard(Console(**common), _limited(called, more.get("run_limit")), values)

        hints = get_type_hints(function, include_extras=True)
        parameters = [
            parameter.replace(annotation=hints[parameter.name])
            for parameter in list(inspect.signature(function).parameters.values())[1:]
        ]
        common = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation
            )
            for name, annotation in COMMON.items()
        ]
        taken = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation
            )
            for name, annotation in further.items()
        ]
        common = [*taken, *common]
        common.append(
            inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        )
        guarded.__signature__ = inspect.Signature([*parameters, *common])  # type: ignore[attr-defined]
        guarded.__annotations__ = {p.name: p.annotation for p in (*parameters, *common)}
        app.command(cls=Command, **settings)(guarded)
        return function

    return register


def words_given(context: typer.Context) -> tuple[str, ...]:
    """The words of a command line as they were given, without the options that all commands
    have."""
    words = ["leaderstream", str(context.info_name)]
    for parameter in context.command.params:
        name = str(parameter.name)
        source = context.get_parameter_source(name)
        if name in COMMON or source is None or source.name != "COMMANDLINE":
            continue
        value = context.params.get(name)
        values = value if isinstance(value, list | tuple) else [value]
        if parameter.param_type_name == "argument":
            words += map(str, values)
        elif value is True:
            words.append(parameter.opts[0])
        else:
            words += [word for one in values for word in (parameter.opts[0], str(one))]
    return tuple(words)


def _with_rules(function: Callable[..., None], files: list[Path] | None) -> Callable[..., None]:
    """The function, once the files of rules that the user allows have been read."""

    def call(console: Console, **values: Any) -> None:
        from sim.extension import allow
        from sim.extension.files import allowed

        allow(*allowed(), *(files or []))
        function(console, **values)

    return call


def _limited(function: Callable[..., None], seconds: float | None) -> Callable[..., None]:
    """The function, with this limit on each run that it does."""

    def call(console: Console, **values: Any) -> None:
        with limit_runs(seconds):
            function(console, **values)

    return call


def _guard(console: Console, function: Callable[..., None], values: dict[str, Any]) -> None:
    """Call the command; turn whatever ends it into words and an exit code."""
    try:
        with raising_on_signals(), _telling_damage(console):
            function(console, **values)
            sys.stdout.flush()
    except (typer.Exit, typer.BadParameter):
        raise
    except KeyboardInterrupt as asked:
        _end(console, asked)
    except Exception as error:
        if (interrupt := interruption(error)) is not None:
            _end(console, interrupt)
        if console.debug and not isinstance(error, LeaderstreamError | BrokenPipeError):
            raise
        raise typer.Exit(_explain(console, error)) from None


def _end(console: Console, asked: KeyboardInterrupt) -> NoReturn:
    """Say that the command was asked to end, and end it."""
    terminated = isinstance(asked, Terminated)
    how = "terminated" if terminated else "interrupted"
    console.problem(f"{how}: nothing half-written was left behind")
    _stop(TERMINATED if terminated else INTERRUPTED)


@contextmanager
def _telling_damage(console: Console) -> Iterator[None]:
    """What is said of damage stands in the command's own words; other warnings look as ever."""
    with warnings.catch_warnings():
        as_ever = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any) -> None:
            if issubclass(category, DamageWarning):
                console.problem(str(message))
            else:
                as_ever(message, category, *where)

        warnings.simplefilter("always", DamageWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield


def _stop(code: int) -> NoReturn:
    """End with this code; at once where a thread is within a run, which nothing can interrupt and
    nobody wants."""
    from sim.runner.pool import THREADS

    if any(thread.name.startswith(THREADS) for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    raise typer.Exit(code) from None


def _explain(console: Console, error: Exception) -> int:
    """Say what went wrong, in plain words; the exit code it means."""
    if isinstance(error, InvalidInput):
        say_problems(console, error)
        return error.exit_code
    if isinstance(error, LeaderstreamError):
        # When every run failed, what follows the first line is the traceback of the first failure.
        short = isinstance(error, RunsFailed) and not console.debug and "\n" in str(error)
        console.error(f"{str(error).splitlines()[0]} ({DEBUG_HINT})" if short else str(error))
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        # Whoever read the answer (`head`) had enough of it: nothing may be written any more, even
        # at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        console.error(f"{where}{error.strerror}")
        return CANNOT_WRITE
    text = " ".join(str(error).split())
    console.error(
        f"unexpected, a fault of leaderstream: {type(error).__name__}: {text} ({DEBUG_HINT})"
    )
    return UNEXPECTED


def say_problems(console: Console, error: InvalidInput) -> None:
    """Every problem on a line of its own, and how many there are."""
    for problem in error.problems:
        console.problem(str(problem))
    count = len(error.problems)
    done = "written" if console.given[1:2] in WITHOUT_RUNS else "run"
    console.error(f"{count} problem{'' if count == 1 else 's'}; nothing was {done}")
