"""A scenario as a line, and as a card of a notebook: its policies, and in what each differs from
the base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.cards import card, count, name, short_table, text

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

_PER_KIND = ("power", "consensus")
_MOST = 6
"""How many settings of a policy are shown."""


def line(scenario: Scenario) -> str:
    """For `repr`: Scenario(minimal: 2 policies, 100 replications, seed 2026)."""
    return f"Scenario({scenario.name}: {', '.join(facts(scenario))})"


def facts(scenario: Scenario) -> list[str]:
    """What would run, in a few plain texts."""
    policies = count(len(scenario.policies()), "policy", "policies")
    return [policies, scenario.repeats.in_words, f"seed {scenario.seed}"]


def html(scenario: Scenario) -> str:
    """The card."""
    more = [f"horizon {scenario.clock.horizon}, warm-up {scenario.clock.warmup}"]
    more += [count(len(scenario.claims), "claim")] if scenario.claims else []
    more += (
        [f"sweep over {', '.join(scenario.sweep.vary)}"]
        if scenario.sweep and scenario.sweep.vary
        else []
    )
    rules = {"power.rule": scenario.power.rule, "consensus.rule": scenario.consensus.rule}
    rows = [[f"{name(scenario.base)} (base)", _changes(rules)]]
    rows += [
        [name(policy), _changes(changes)]
        for policy, changes in scenario.resolved()["variants"].items()
    ]
    kinds = f"<p>Issues: {', '.join(name(kind) for kind in scenario.issues)}</p>"
    about = [f"<p>{text(scenario.title, 200)}</p>"] if scenario.title else []
    shown = short_table(["Policy", "Settings"], rows)
    return card(scenario.name, [*facts(scenario), *more], *about, shown, kinds)


def _changes(changes: Mapping[str, Any]) -> str:
    """The settings of a variant, without those that a kind of issue merely takes over."""
    shown = {key: value for key, value in changes.items() if not _taken_over(key, changes)}
    texts = [
        f"{text(key, 40)} {text('none' if value is None else value, 40)}"
        for key, value in shown.items()
    ]
    left = len(texts) - _MOST
    return ", ".join([*texts[:_MOST], *([f"and {left} more"] if left > 0 else [])]) or "nothing"


def _taken_over(key: str, changes: Mapping[str, Any]) -> bool:
    parts = key.split(".")
    kind = len(parts) > 3 and parts[0] == "issues" and parts[2] in _PER_KIND
    return kind and changes.get(".".join(parts[2:]), ...) == changes[key]
