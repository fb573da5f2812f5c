"""`rules`, `schema`, `explain`: what can be named in a scenario, its JSON Schema, and what one key
means."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.commands import completion
from sim.commands.console import Console, examples
from sim.commands.guard import command
from sim.errors import UsageError, nearest

RULES_HELP = f"""{
    examples(
        "leaderstream rules",
        "leaderstream rules power",
        "leaderstream rules consensus --rules my_rules.py",
        "leaderstream rules --json",
    )
}

Lists what a scenario can name, family by family, with what it does and where it comes from: the
built-in rules, those of installed packages, and those of files given with --rules, with their
parameters. For a family, named in the command, that custom rules can belong to, it also says
what such a rule is given and what it answers.
"""
SCHEMA_HELP = f"""{
    examples(
        "leaderstream schema > scenario.schema.json",
        "leaderstream schema --rules my_rules.py > scenario.schema.json",
    )
}

Prints the JSON Schema of a scenario file, with which editors complete and check it; with --rules it
knows the rules of those files and their parameters.
"""
EXPLAIN_HELP = f"""{
    examples(
        "leaderstream explain power.sharing",
        "leaderstream explain issues.NAME.half_life",
        "leaderstream explain                 # every key there is",
        "leaderstream explain consensus.with.patience --rules my_rules.py",
    )
}

Says what a key of a scenario means, its unit, its default, what is allowed, and where it comes
from; with --rules also a parameter of a custom rule.
"""

Family = Annotated[
    str | None,
    typer.Argument(
        metavar="FAMILY",
        help="Only this family.",
        show_default=False,
        autocompletion=completion.families,
    ),
]
Key = Annotated[
    str | None,
    typer.Argument(
        metavar="KEY",
        help="A key by its dotted name.",
        show_default=False,
        autocompletion=completion.keys,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the three commands."""
    command(
        app, rules=True, name="rules", help=RULES_HELP, short_help="List what a scenario can name."
    )(rules)
    command(
        app,
        rules=True,
        name="schema",
        help=SCHEMA_HELP,
        short_help="Print the JSON Schema of a scenario.",
    )(schema)
    command(
        app,
        rules=True,
        name="explain",
        help=EXPLAIN_HELP,
        short_help="Say what a key of a scenario means.",
    )(explain)


def rules(console: Console, family: Family = None) -> None:
    """List the rules that a scenario can name."""
    from sim.commands.rule_lists import KEYS, as_data, as_text
    from sim.rules.catalog import FAMILIES

    if family is not None and family not in FAMILIES:
        raise UsageError(
            f"no family '{family}'{nearest(family, list(FAMILIES))}; there are: "
            f"{', '.join(FAMILIES)}"
        )
    chosen = list(FAMILIES) if family is None else [family]
    if console.json:
        console.data_json(as_data(chosen))
    else:
        console.data(as_text(console, chosen))
    console.next(f"leaderstream explain {KEYS[chosen[0]] if len(chosen) == 1 else 'power.rule'}")


def schema(console: Console) -> None:
    """Print the JSON Schema of a scenario."""
    from sim.extension import loaded
    from sim.scenario.schema import text

    console.data(text(loaded()).rstrip("\n"))
    console.note(
        "name it in a scenario's first line: # yaml-language-server: $schema=scenario.schema.json"
    )
    console.next("leaderstream new mine")


def explain(console: Console, key: Key = None) -> None:
    """Say what a key means; without a key, list all."""
    from sim.commands.rule_lists import fact
    from sim.scenario.custom_rules import is_parameter, loaded_keys
    from sim.scenario.explain import keys

    every = keys()
    if key is None:
        every += loaded_keys()
        if console.json:
            console.data_json(every)
        else:
            console.data("\n".join(every))
        console.next("leaderstream explain power.sharing")
        return
    if is_parameter(key):
        _explain_parameter(console, key)
        return
    facts = _explained(key, every)
    names = ("key", "title", "meaning", "type", "unit", "default", "allowed", "source")
    if console.json:
        console.data_json({name: getattr(facts, name) for name in names})
    else:
        rows = [
            (name, getattr(facts, name))
            for name in names[1:]
            if getattr(facts, name) not in (None, "")
        ]
        console.data(
            "\n".join([console.bold(facts.key), *(fact(name, str(value)) for name, value in rows)])
        )
    fixed = facts.type.startswith(("mapping", "list", "matrix")) or {"NAME", "N"} & set(
        facts.key.split(".")
    )
    console.next(
        f"leaderstream run FILE --set {facts.key}=VALUE" if not fixed else "leaderstream check FILE"
    )


def _explain_parameter(console: Console, key: str) -> None:
    """Say what a parameter of a custom rule means: of each loaded rule that has one of that
    name."""
    from sim.commands.rule_lists import fact
    from sim.scenario.custom_rules import facts_of, parameters_named

    parameters = {reference: facts_of(one) for reference, one in parameters_named(key)}
    if console.json:
        console.data_json(
            {"key": key, "rules": [{"rule": name, **facts} for name, facts in parameters.items()]}
        )
    else:
        for reference, facts in parameters.items():
            rows = [("rule", reference), *((name, value) for name, value in facts.items() if value)]
            console.data(
                "\n".join([console.bold(key), *(fact(name, value) for name, value in rows)])
            )
    file = next(iter(parameters)).partition(":")[0]
    console.next(f"leaderstream run FILE --rules {file} --set {key}=VALUE")


def _explained(key: str, every: list[str]) -> Any:
    """The explanation of a key by its dotted name, or by its last part where only one is so
    called."""
    from sim.scenario.explain import explain as explanation

    if key not in every and "." not in key:
        # What a kind of issue may change means the same as the scenario's own key.
        custom = [
            name
            for name in every
            if not name.startswith(("issues.NAME.power.", "issues.NAME.consensus."))
        ]
        ending = [name for name in custom if name.rpartition(".")[2] == key]
        if len(ending) > 1:
            raise UsageError(f"several keys end in '{key}': {', '.join(ending)}")
        key = ending[0] if ending else key
    return explanation(key)
