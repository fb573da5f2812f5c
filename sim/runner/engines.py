"""Which engine plays some policies: the compiled one, unless a custom rule cannot be
compiled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from sim.errors import UsageError, nearest

if TYPE_CHECKING:
    from sim.outcome import Outcome
    from sim.parameters import Parameters
    from sim.scenario import Scenario

ENGINES = ("auto", "compiled", "mesa")
COMPILED_DRIVER = "sim.runner.engines:compiled"
DRIVERS = {"compiled": COMPILED_DRIVER, "mesa": "sim.agents:simulate"}
"""Where each engine's driver is, as "module:function"."""
SMALL = "name: small\nclock: {horizon: 2w, warmup: 1w}"
"""A scenario that is run once where nobody is to wait for the compiler later."""


class EngineChoice(NamedTuple):
    """An engine, compiled or mesa, and why it is another than usual ('' where it is not)."""

    engine: str
    why: str = ""


def engine_for(engine: str, policies: Iterable[Scenario]) -> EngineChoice:
    """The engine for some policies, where `engine` is auto, compiled or mesa.

    UsageError for another word, and for compiled where something cannot be compiled.
    """
    if engine not in ENGINES:
        raise UsageError(
            f"engine {engine!r} is none of {', '.join(ENGINES)}{nearest(engine, ENGINES)}"
        )
    if engine == "mesa":
        return EngineChoice("mesa")
    for policy in policies:
        if reason := _cannot_compile(policy):
            if engine == "compiled":
                raise UsageError(f"{reason}; --engine mesa can run it")
            return EngineChoice("mesa", f"{reason}; the Mesa engine runs it, which is slower")
    return EngineChoice("compiled")


def _cannot_compile(policy: Scenario) -> str:
    from sim.extension import NAMES

    if not policy.rule_files:
        return ""
    if policy.leaders:
        return f"{policy.leaders[0].class_} is a class of leaders, which only the Mesa engine knows"
    from sim.extension.foreign import DoesNotCompile, address

    custom = [policy.custom_rule(family, kind) for family in NAMES for kind in policy.issues]
    try:
        for one in custom:
            if one is not None:
                address(one.rule, one.name)
    except DoesNotCompile as error:
        return str(error)
    return ""


def compiled(inputs: Parameters, replication: int) -> Outcome:
    """One replication on the compiled engine. Where a custom rule is invalid, InvalidRule
    says which and where."""
    from sim.extension import InvalidRule, InvalidRun
    from sim.kernel import simulate

    try:
        return simulate(inputs, replication)
    except InvalidRun:
        from sim.agents import simulate as with_agents

        with_agents(inputs, replication)
        named = ", ".join(file.name for file in inputs.scenario.rule_files)
        raise InvalidRule(
            f"a rule of {named} is invalid when compiled, though valid in Python: test it"
        ) from None


def compile_rules(policy: Scenario) -> None:
    """Compile the custom rules of a policy in this process, where they can be."""
    _cannot_compile(policy)


def warm() -> None:
    """Compile the compiled engine, or load it from its cache."""
    from sim.kernel import simulate
    from sim.parameters import parameters
    from sim.scenario import Scenario

    simulate(parameters(Scenario.from_text(SMALL)), 0)
