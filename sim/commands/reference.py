"""`rules`, `schema`, `explain`: what can be named in a scenario, its JSON Schema, and what one key means."""

from __future__ import annotations

import textwrap
from typing import Annotated, Any

import typer

from sim.commands.console import Console
from sim.commands.guard import command
from sim.commands.options import examples
from sim.errors import UsageError, nearest

WIDTH = 100

RULES_HELP = f"""{examples("leaderstream rules", "leaderstream rules power", "leaderstream rules --json")}

Lists what a scenario can name, family by family, with what it does and where it comes from.
"""
SCHEMA_HELP = f"""{examples("leaderstream schema > scenario.schema.json")}

Prints the JSON Schema of a scenario file, with which editors complete and check it.
"""
EXPLAIN_HELP = f"""{
    examples(
        "leaderstream explain power.sharing",
        "leaderstream explain issues.NAME.half_life",
        "leaderstream explain                 # every key there is",
    )
}

Says what a key of a scenario means, its unit, its default, what is allowed, and where it comes from.
"""

KEYS = {
    "issue type": "issues.NAME.type",
    "power": "power.rule",
    "consensus": "consensus.rule",
    "fallback": "consensus.fallback",
    "voice": "power.voice",
    "choose": "power.forum.choose",
    "routing": "flow.routing",
    "influence": "influence.rule",
    "engagement": "engagement.rule",
    "forum mode": "power.forum.mode",
    "reading": "reading",
    "flow": "flow.rule",
    "assess": "assess.rule",
    "persuade": "persuade.rule",
}
"""The key under which a scenario names a rule of each family."""

Family = Annotated[str | None, typer.Argument(metavar="FAMILY", help="Only this family.", show_default=False)]
Key = Annotated[str | None, typer.Argument(metavar="KEY", help="A key by its dotted name.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Offer the three commands."""
    command(app, rules=True, name="rules", help=RULES_HELP, short_help="List what a scenario can name.")(rules)
    command(app, rules=True, name="schema", help=SCHEMA_HELP, short_help="Print the JSON Schema of a scenario.")(schema)
    command(app, rules=True, name="explain", help=EXPLAIN_HELP, short_help="Say what a key of a scenario means.")(
        explain
    )


def rules(console: Console, family: Family = None) -> None:
    """List the rules that a scenario can name."""
    from sim.rules.catalog import FAMILIES

    if family is not None and family not in FAMILIES:
        raise UsageError(f"no family '{family}'{nearest(family, list(FAMILIES))}; there are: {', '.join(FAMILIES)}")
    chosen = FAMILIES if family is None else {family: FAMILIES[family]}
    if console.json:
        console.data_json({name: [info._asdict() for info in of.values()] for name, of in chosen.items()})
    else:
        width = max(len(info.name) for of in chosen.values() for info in of.values()) + 2
        console.data("\n\n".join(_family(console, name, list(of.values()), width) for name, of in chosen.items()))
    console.next(f"leaderstream explain {KEYS[next(iter(chosen))] if len(chosen) == 1 else 'power.rule'}")


def _family(console: Console, name: str, infos: list[Any], width: int) -> str:
    lines = [f"{console.bold(name)} (key: {KEYS[name]})"]
    for info in infos:
        text = textwrap.wrap(f"{info.summary} ({info.source})", WIDTH - width - 2)
        lines.append(f"  {info.name:<{width}}{text[0]}")
        lines.extend(" " * (width + 2) + line for line in text[1:])
    return "\n".join(lines)


def schema(console: Console) -> None:
    """Print the JSON Schema of a scenario."""
    from sim.scenario.schema import text

    console.data(text().rstrip("\n"))
    console.note("name it in a scenario's first line: # yaml-language-server: $schema=scenario.schema.json")
    console.next("leaderstream new mine")


def explain(console: Console, key: Key = None) -> None:
    """Say what a key means; without a key, list all."""
    from sim.scenario.explain import keys

    every = keys()
    if key is None:
        if console.json:
            console.data_json(every)
        else:
            console.data("\n".join(every))
        console.next("leaderstream explain power.sharing")
        return
    facts = _explained(key, every)
    names = ("key", "meaning", "type", "unit", "default", "allowed", "source")
    if console.json:
        console.data_json({name: getattr(facts, name) for name in names})
    else:
        rows = [(name, getattr(facts, name)) for name in names[1:] if getattr(facts, name) not in (None, "")]
        console.data("\n".join([console.bold(facts.key), *(_fact(name, str(value)) for name, value in rows)]))
    fixed = facts.type.startswith(("mapping", "list", "matrix")) or {"NAME", "N"} & set(facts.key.split("."))
    console.next(f"leaderstream run FILE --set {facts.key}=VALUE" if not fixed else "leaderstream check FILE")


def _explained(key: str, every: list[str]) -> Any:
    """The explanation of a key by its dotted name, or by its last part where only one is so called."""
    from sim.scenario.explain import explain as explanation

    if key not in every and "." not in key:
        # What a kind of issue may change means the same as the scenario's own key.
        own = [name for name in every if not name.startswith(("issues.NAME.power.", "issues.NAME.consensus."))]
        ending = [name for name in own if name.rpartition(".")[2] == key]
        if len(ending) > 1:
            raise UsageError(f"several keys end in '{key}': {', '.join(ending)}")
        key = ending[0] if ending else key
    return explanation(key)


def _fact(name: str, value: str) -> str:
    wrapped = textwrap.wrap(value, WIDTH - 12) or [""]
    return "\n".join([f"  {name:<10}{wrapped[0]}", *(" " * 12 + line for line in wrapped[1:])])
