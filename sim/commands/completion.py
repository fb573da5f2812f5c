"""What a shell offers after the options and arguments of a command, as it is typed.

Each function is the `autocompletion` of an option. None of them runs anything or fails: where
nothing can be offered (no such file, a scenario with mistakes), it offers nothing, and shells
complete the names of files.

Shells evaluate what they are given, and names and labels may come from anybody: only words of
letters, digits and a few signs are offered, and what they mean without signs that a shell obeys.
"""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer

from sim.commands.environment import results_folder
from sim.texts import shortened

Offered = list[tuple[str, str]]
"""Words with what they mean, or ''."""

_WORD = re.compile(r"[\w.=:/%+-]+")
_MOST_COLUMNS = 60
_OBEYED = frozenset("\\\"'`$[]")
"""Signs that a shell, or the markup of rich, would act upon."""


def _harmless(text: str) -> str:
    """A meaning in one short line, without what a shell would obey."""
    kept = "".join(one if one.isprintable() and one not in _OBEYED else " " for one in text)
    # typer breaks what is wider than the terminal into lines, which shells take for further words.
    return shortened(kept, min(_MOST_COLUMNS, shutil.get_terminal_size().columns - 1))


def _silent(
    function: Callable[[typer.Context, str], Iterable[str | tuple[str, str]]],
) -> Callable[..., Offered]:
    """The function, which offers nothing where it fails: a shell has no place for an error."""

    @functools.wraps(function)
    def offer(ctx: typer.Context, incomplete: str) -> Offered:
        try:
            offered = [
                one if isinstance(one, tuple) else (one, "") for one in function(ctx, incomplete)
            ]
            return [
                (word, _harmless(meaning)) for word, meaning in offered if _WORD.fullmatch(word)
            ]
        except Exception:
            return []

    # typer reads the annotations to know what to pass.
    offer.__annotations__ = {"ctx": typer.Context, "incomplete": str}
    del offer.__wrapped__  # type: ignore[attr-defined]
    return offer


@_silent
def policies(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The policies of the scenario files that stand before on the line, or of the result."""
    for scenario in _scenarios(ctx):
        yield from ((name, _label(scenario, name)) for name in scenario.policies())
    for result in _given(ctx, "result")[:1]:
        yield from _manifest(result).get("policies", ())


def _scenarios(ctx: typer.Context) -> list[Any]:
    """The scenarios of the files that stand before on the line."""
    from sim.scenario import Scenario

    return [Scenario.load(path) for path in _given(ctx, "files", "file")]


def _given(ctx: typer.Context, *names: str) -> list[str]:
    """The words that stand before on the line for the argument that has one of these names."""
    if not any(parameter.name in names for parameter in ctx.command.params):
        return []
    value = next((ctx.params[name] for name in names if ctx.params.get(name)), None)
    if value is None:
        # After an option that still has no value, the line is not taken apart further.
        return list(ctx.args)
    return [str(one) for one in (value if isinstance(value, list | tuple) else [value])]


def _label(scenario: Any, name: str) -> str:
    shown = str(scenario.shown(name))
    return shown if shown != name else ""


@_silent
def results(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The results in the folder of results, by name."""
    return _results()


@_silent
def results_and_policies(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The same, and after a colon the policies of the result before it."""
    name, colon, _ = incomplete.rpartition(":")
    if not colon:
        return _results()
    return [f"{name}:{policy}" for policy in _manifest(name).get("policies", ())]


def _results() -> list[str | tuple[str, str]]:
    from sim.results import MANIFEST

    known = [path.parent.name for path in results_folder().glob(f"*/{MANIFEST}")]
    return sorted(known)


def _manifest(result: str) -> dict[str, Any]:
    """The manifest of a result by its folder or name."""
    from sim.seal import manifest_of

    return manifest_of(_folder(result))


def _folder(result: str) -> Path:
    """The folder of a result by its folder or name."""
    from sim.results import MANIFEST

    places = (Path(result), results_folder() / result)
    return next(place for place in places if (place / MANIFEST).is_file())


@_silent
def figures(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The figures of the kind of result that stands before on the line, with what they show."""
    from sim.dashboard.figures.registry import PAGES
    from sim.results import RUN

    kind = str(_manifest(_given(ctx, "result")[0]).get("kind") or RUN)
    return [(figure.name, figure.shows) for figure in PAGES[kind].figures]


@_silent
def keys(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The keys of a scenario, with what they are called."""
    from sim.scenario.explain import keys as every
    from sim.scenario.titles import title_of

    return [(key, title_of(key)) for key in every()]


@_silent
def settings(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """KEY= for each key that can be set in the scenario before it on the line; after it, where the
    key takes a rule, the rules."""
    from sim.rules.catalog import DECLARED
    from sim.scenario.titles import title_of
    from sim.scenario.tree import walk

    key, equals, _ = incomplete.partition("=")
    if equals:
        ruled = next(family for family in DECLARED.values() if family.key == key)
        return [(f"{key}={rule.name}", rule.summary) for rule in ruled.rules.values()]
    paths = [entry.path for entry in walk() if entry.section is None]
    kinds = [kind for scenario in _scenarios(ctx) for kind in scenario.issues]
    whole = [path.replace("issues.NAME.", f"issues.{kind}.") for path in paths for kind in kinds]
    return [
        (f"{path}=", title_of(path))
        for path in dict.fromkeys([*paths, *whole])
        if not {"NAME", "N"} & set(path.split("."))
    ]


@_silent
def families(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The families of rules, with the key that names a rule of each."""
    from sim.rules.catalog import DECLARED

    return [(name, family.key) for name, family in DECLARED.items()]


@_silent
def custom_families(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The families that custom rules can belong to."""
    from sim.commands.scaffolds import SCAFFOLDS

    return list(SCAFFOLDS)


@_silent
def measures(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The measures of a run, with their titles."""
    return _measures("{}")


@_silent
def precisions(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """MEASURE: for each measure of a run."""
    return _measures("{}:")


@_silent
def objectives(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """MEASURE=up and MEASURE=down, the better direction of the measure first."""
    from sim.measures import MEASURES

    for one in MEASURES.values():
        directions = ("down", "up") if one.better < 0 else ("up", "down")
        yield from ((f"{one.name}={direction}", one.title) for direction in directions)


def _measures(form: str) -> list[str | tuple[str, str]]:
    from sim.measures import MEASURES

    return [(form.format(one.name), one.title) for one in MEASURES.values()]


@_silent
def tables(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The tables of the result that stands before on the line."""
    folder = _folder(_given(ctx, "result")[0])
    return sorted(path.stem for path in folder.glob("*.parquet"))


@_silent
def presets(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The shipped scenarios that `new` can start from."""
    from sim.shipped import shipped

    return list(shipped())


@_silent
def checks(ctx: typer.Context, incomplete: str) -> Iterable[str | tuple[str, str]]:
    """The rows of theory, or of the patterns, that `validate` plays."""
    if ctx.params.get("patterns"):
        from sim.patterns import PATTERNS

        return [one.name for one in PATTERNS]
    from sim.validation import CHECKS

    return [one.name for one in CHECKS]
