"""The parts of docs/essay.md, from what is declared and what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from essay_claims import (
    DEPENDS,
    HOLDS,
    NOT_CLEAR,
    NOT_SO,
    OPPOSITE,
    OUTCOMES,
    Essay,
    Found,
    Named,
    Statement,
)
from generate import item, wrapped

from sim.comparison.claims import FAILS, percent
from sim.comparison.wording import listed, signed
from sim.measures import MEASURES
from sim.scenario import Scenario
from sim.scenario.nodes import child

Results = Mapping[str, Any]
QUOTE, MAIN = 41, 41
"""The widths of the columns of the table."""
AS_VERBS = {
    HOLDS: "holds",
    NOT_SO: "does not hold",
    OPPOSITE: "turns into its opposite",
    NOT_CLEAR: "is not clear",
}
"""The outcomes, after 'the first comparison'."""


def answer(essay: Essay, results: Results) -> str:
    """How many sentences hold, depend, fail and cannot be said, and how sure that is."""
    there = [facts["verdict"] for facts in results["statements"].values()]
    count = {one: there.count(one) for one in (HOLDS, DEPENDS, FAILS, NOT_CLEAR)}
    counted = [
        f"{count[HOLDS]} hold",
        f"{count[DEPENDS]} depend on more than it says",
        f"{count[FAILS]} fail",
        *([f"{count[NOT_CLEAR]} are not clear"] if count[NOT_CLEAR] else []),
    ]
    claims, turned = len(essay.claims()), sum(len(one.dial.settings) for one in essay.statements)
    return wrapped(
        f"Of {len(there)} things that the essay says and that the model can test, "
        f"**{listed(counted)}**. {len(essay.unsaid)} more cannot be said in this model. They were "
        f"tested by {claims} comparisons, with {results['replications']} replications each, under "
        f"common seeds and at {percent(essay.confidence)} confidence: the chance that any of them "
        "is said to hold that does not is at most "
        f"{percent(round(claims * (1 - essay.confidence), 6))} (Bonferroni). The first of each was "
        f"compared again at other settings, {turned} in all, with {results['turned']} replications."
    )


def table(essay: Essay, results: Results) -> str:
    """A line for each statement: its number, quote, main comparison and verdict."""
    lines = [f"{'':3}  {'the essay says':{QUOTE}}  {'first comparison':{MAIN}}  verdict"]
    for number, one in enumerate(essay.statements, start=1):
        facts, main = results["statements"][one.name], one.claims[0]
        size = signed(Found.of(facts["claims"][str(main)]).interval)
        measure = f"{main.metric.replace('_', ' ')} {size}"
        lines.append(f"{number:>3}  {one.quote:{QUOTE}}  {measure:{MAIN}}  {facts['verdict']}")
    return "\n".join(("```text", *lines, "```"))


def told(claim: Named) -> str:
    """A claim in words: '`quality` is higher under `a` than under `b`'."""
    one, other = (
        f"under `{side[0]}`" if len(side) == 1 else f"from `{side[1]}` to `{side[0]}`"
        for side in claim.sides
    )
    says = {"higher": "gains more", "lower": "gains less"} if claim.contrast else {}
    return (
        f"`{claim.metric}` {says.get(claim.direction, f'is {claim.direction}')} {one} than {other}"
    )


def evidence(facts: Mapping[str, Any]) -> str:
    """'+0.12 [+0.11 to +0.13]: holds'."""
    one = Found.of(facts)
    return f"{signed(one.interval)}: {one.outcome}"


def dial_title(one: Statement, scenario: Scenario) -> str:
    """What is turned, a key with what the scenario itself says of it: '`work.load`, here 70%'."""
    key = one.dial.title
    if not any(key in changes for changes in one.dial.settings.values()):
        return key
    node = child(scenario.root, *key.split("."))
    value: Any = scenario.resolved() if node is None else node.value
    for part in key.split(".") if node is None else ():
        value = value[part]
    return f"`{key}`, here {value:g}" if isinstance(value, float) else f"`{key}`, here {value}"


def summary(dial: Mapping[str, Mapping[str, Any]]) -> str:
    """At which settings the first comparison has which outcome, in a sentence."""
    labels: dict[str, list[str]] = {one: [] for one in OUTCOMES}
    for label, facts in dial.items():
        labels[facts["outcome"]].append(label)
    there = {outcome: some for outcome, some in labels.items() if some}
    if len(there) == 1:
        return f"At every setting the first comparison {', '.join(AS_VERBS[one] for one in there)}."
    parts = [f"{AS_VERBS[outcome]} at {listed(some)}" for outcome, some in there.items()]
    return f"The first comparison {'; '.join(parts)}."


def turned(one: Statement, dial: Mapping[str, Mapping[str, Any]], scenario: Scenario) -> str:
    """Where the first comparison turns: in a sentence, then the difference at each setting."""
    sizes = [f"{label}: {signed(Found.of(facts).interval)}" for label, facts in dial.items()]
    return f"*Turned: {dial_title(one, scenario)}.* {summary(dial)} {'; '.join(sizes)}."


def statement(number: int, one: Statement, facts: Results, scenario: Scenario) -> str:
    """The section of a statement."""
    claims = "\n".join(
        item(f"{told(claim)}: {evidence(facts['claims'][str(claim)])}") for claim in one.claims
    )
    parts = (
        f"### {number}. “{one.quote}”: {facts['verdict']}",
        wrapped(f"{one.means} (`scenarios/essay/{one.scenario}.yaml`)"),
        claims,
        wrapped(turned(one, facts["dial"], scenario)),
        wrapped(one.reading),
    )
    return "\n\n".join(parts)


def statements(essay: Essay, results: Results) -> str:
    """The sections of all statements."""
    scenarios = essay.scenarios()
    return "\n\n".join(
        statement(number, one, results["statements"][one.name], scenarios[one.scenario])
        for number, one in enumerate(essay.statements, start=1)
    )


def unsaid(essay: Essay, results: Results) -> str:
    """What the model cannot say, a line each."""
    return "\n".join(item(f"“{quote}”: {why}") for quote, why in essay.unsaid.items())


def measures(essay: Essay, results: Results) -> str:
    """What the measures are, and the least difference in each that is worth naming."""
    used = dict.fromkeys(claim.metric for _, claim in essay.claims())
    lines = (
        f"`{name}` ({MEASURES[name].unit_label}): "
        f"{MEASURES[name].meaning or MEASURES[name].title.lower()}. Worth naming from "
        f"{essay.smallest[name]:g}."
        for name in used
    )
    return "\n".join(map(item, lines))


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


def dials(essay: Essay, results: Results) -> str:
    """What the settings of each dial of several keys are."""
    used = {one.dial.name: one.dial for one in essay.statements}
    lines = []
    for dial in used.values():
        if not any(dial.title in changes for changes in dial.settings.values()):
            said = [
                f"*{label}* ({setting_in_words(setting)})"
                for label, setting in dial.settings.items()
            ]
            lines.append(item(f"{dial.title}: {listed(said)}."))
    return "\n".join(lines)


def setting_in_words(setting: Mapping[str, Any] | str) -> str:
    """The keys of a setting, or the scenario that it is."""
    if isinstance(setting, str):
        return f"`scenarios/{setting}.yaml`"
    return ", ".join(f"`{key}: {value}`" for key, value in setting.items())


PARTS: Mapping[str, Callable[[Essay, Results], str]] = {
    "answer": answer,
    "table": table,
    "statements": statements,
    "unsaid": unsaid,
    "measures": measures,
    "policies": policies,
    "dials": dials,
}
"""The generated parts of the document, by the name of their markers."""
