"""The parts of docs/essay.md, from what is declared and what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from essay_claims import DEPENDS, HOLDS, Essay, Found, Named, Statement
from generate import item, wrapped

from sim.comparison.claims import FAILS, percent
from sim.comparison.wording import listed, signed
from sim.measures import MEASURES

Results = Mapping[str, Any]
QUOTE, SIZE = 46, 27
"""The widths of the columns of the table."""


def answer(essay: Essay, results: Results) -> str:
    """How many sentences hold, depend, fail and cannot be said, and how sure that is."""
    count = {
        one: sum(some["verdict"] == one for some in results["statements"].values())
        for one in (HOLDS, DEPENDS, FAILS)
    }
    claims = len(essay.claims())
    return wrapped(
        f"Of {len(essay.statements)} claims that the essay makes, **{count[HOLDS]} hold, "
        f"{count[DEPENDS]} depend and {count[FAILS]} fail**; {len(essay.unsaid)} more cannot be "
        f"said in this model. They were tested by {claims} comparisons of two policies each, with "
        f"{results['replications']} replications under common seeds, at {percent(essay.confidence)} "
        "confidence: all in all the chance that any difference is confirmed which is not there is "
        f"at most {percent(round(claims * (1 - essay.confidence), 6))} (Bonferroni)."
    )


def table(essay: Essay, results: Results) -> str:
    """A line for each statement: its number, quote, main measure, difference and verdict."""
    lines = [f"{'':3}  {'the essay says':{QUOTE}}  {'main comparison':{SIZE + 12}}  verdict"]
    for number, one in enumerate(essay.statements, start=1):
        facts = results["statements"][one.name]
        main = one.claims[0]
        size = signed(Found(**facts["claims"][str(main)]).interval)
        measure = f"{main.metric.replace('_', ' ')} {size}"
        lines.append(
            f"{number:>3}  {one.quote:{QUOTE}}  {measure:{SIZE + 12}}  {facts['verdict']}".rstrip()
        )
    return "\n".join(("```text", *lines, "```"))


def told(claim: Named) -> str:
    """A claim in a few words: 'quality higher under `a` than under `b`'."""
    one, other = (
        f"under `{side[0]}`" if len(side) == 1 else f"from `{side[1]}` to `{side[0]}`"
        for side in claim.sides
    )
    change = " in its change" if claim.contrast else ""
    return f"{claim.metric}{change} {claim.direction} {one} than {other}"


def evidence(facts: Mapping[str, Any]) -> str:
    """'+0.12 [+0.11 to +0.13], holds'."""
    one = Found(**facts)
    return f"{signed(one.interval)}, {one.outcome}"


def statement(number: int, one: Statement, facts: Mapping[str, Any]) -> str:
    """The section of a statement."""
    claims = "\n".join(
        item(f"{told(claim)}: {evidence(facts['claims'][str(claim)])}") for claim in one.claims
    )
    turned = "; ".join(f"{label}: {evidence(found)}" for label, found in facts["dial"].items())
    parts = (
        f"### {number}. {one.quote}: {facts['verdict']}",
        wrapped(f"{one.means} (`scenarios/essay/{one.scenario}.yaml`)"),
        claims,
        wrapped(f"*Turned: {one.dial.title}.* {turned}."),
        wrapped(one.reading),
    )
    return "\n\n".join(parts)


def statements(essay: Essay, results: Results) -> str:
    """The sections of all statements."""
    return "\n\n".join(
        statement(number, one, results["statements"][one.name])
        for number, one in enumerate(essay.statements, start=1)
    )


def unsaid(essay: Essay, results: Results) -> str:
    """What the model cannot say, a line each."""
    return "\n".join(item(f"“{quote}”: {why}") for quote, why in essay.unsaid.items())


def measures(essay: Essay, results: Results) -> str:
    """What the measures are, and the least difference in each that is worth naming."""
    used = dict.fromkeys(claim.metric for _, claim in essay.claims())
    return "\n".join(
        item(
            f"`{name}`: {MEASURES[name].meaning or MEASURES[name].title.lower()} "
            f"({MEASURES[name].unit_label}); {essay.smallest[name]:g}."
        )
        for name in used
    )


def policies(essay: Essay, results: Results) -> str:
    """What each policy changes in the base of its scenario."""
    used: dict[str, dict[str, None]] = {}
    for name, claim in essay.claims():
        used.setdefault(name, {}).update(dict.fromkeys(claim.policies))
    lines = []
    for name, scenario in essay.scenarios().items():
        said = [
            f"`{policy}` ({', '.join(f'`{key}: {value}`' for key, value in changes.items())})"
            for policy, changes in scenario.variants.items()
            if policy in used[name]
        ]
        lines.append(item(f"`{name}.yaml`, base `{scenario.base}`: {listed(said)}."))
    return "\n".join(lines)


PARTS: Mapping[str, Callable[[Essay, Results], str]] = {
    "answer": answer,
    "table": table,
    "statements": statements,
    "unsaid": unsaid,
    "measures": measures,
    "policies": policies,
}
"""The generated parts of the document, by the name of their markers."""
