"""Arguments and options that several commands take, and how they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.errors import InvalidInput, Problem, UsageError, nearest

File = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.", show_default=False)]
Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files.", show_default=False)]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a key, e.g. power.sharing=1; repeatable."),
]


def examples(*lines: str) -> str:
    """The opening of a help text: examples, each on a line of its own."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


def counted(number: int, one: str, many: str) -> str:
    """'1 policy', '6 policies'."""
    return f"{number} {one if number == 1 else many}"


def overrides(pairs: list[str] | None) -> dict[str, str]:
    """The `--set KEY=VALUE` pairs by key; UsageError for one without key or '='. The last of a key wins."""
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
        raise InvalidInput([Problem(str(path), 0, 0, "", f"there is no such file{nearest(path.name, beside)}")])
    if path.is_dir():
        raise InvalidInput([Problem(str(path), 0, 0, "", "is a folder; a scenario is a file")])
    seal.insist_on_input(path)
    return Scenario.load(path, overrides=changes or None, named=COMMAND_LINE)


def policy(scenario: Any, name: str | None) -> tuple[str, Any]:
    """A policy of the scenario by name (None: the base), with its name; UsageError names those there are."""
    policies = scenario.policies()
    if name is None:
        name = next(iter(policies))
    if name not in policies:
        raise UsageError(f"no variant '{name}'{nearest(name, list(policies))}; there are: {', '.join(policies)}")
    return name, policies[name]
