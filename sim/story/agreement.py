"""Whether a round was enough: what each consensus rule asks for, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.rules.catalog import FAMILIES
from sim.rules.consensus import SHARE_NEEDED
from sim.story import words
from sim.story.facts import Facts


def verdict(facts: Facts, data: Mapping[str, Any]) -> str:
    """How far the proposal of a round carries, where agreement is asked for."""
    rule = facts.kind.consensus.rule
    if facts.rule == "consultative" or rule == "none":
        return ""
    known = FAMILIES["consensus"].get(rule)
    phrase = known.phrase if known is not None else SHARE_NEEDED
    values = {
        name: value() for name, value in _values(facts, data).items() if f"{{{name}}}" in phrase
    }
    return f"{phrase.format(**values)}: {'enough' if data['agreed'] else 'not enough'}."


def required_agreement(facts: Facts) -> str:
    """What agreement asks for, where its verdicts do not say so themselves."""
    if facts.rule == "consultative" or facts.kind.consensus.rule != "consent":
        return ""
    limit = f"{float(facts.kind.consensus.objection):g}"
    return f"Whoever believes that more than {limit} is lost by a proposal objects."


def _values(facts: Facts, data: Mapping[str, Any]) -> dict[str, Callable[[], str]]:
    """What the phrases of consensus rules name in braces."""
    consensus = facts.kind.consensus
    within = f" within {float(consensus.tolerance):g}" if facts.estimate else ""

    def proposal() -> str:
        return facts.option(data["proposal"], data["number"])

    return {
        "proposal": proposal,
        "Proposal": lambda: words.capital(proposal()),
        "support": lambda: words.share(data["support"]),
        "needed": lambda: words.share(data["needed"]),
        "apart": lambda: words.number(data["apart"]),
        "tolerance": lambda: f"{float(consensus.tolerance):g}",
        "objections": lambda: _objections(facts, data),
        "within": lambda: within,
        "probability": lambda: words.share(data["probability"]),
        "confidence": lambda: words.share(float(consensus.confidence)),
    }


def _objections(facts: Facts, data: Mapping[str, Any]) -> str:
    """Who objected to what was proposed, to what it was amended, and who objected still."""
    limit = float(facts.kind.consensus.objection)
    objections = data.get("objections", ())
    first = facts.option(
        data.get("first", data["proposal"]), data.get("first_number", data["number"])
    )
    against = _objectors(facts, [(leader, loss) for leader, loss, _ in objections if loss > limit])
    if not against:
        return f"Nobody objected to {first}"
    last = facts.option(data["proposal"], data["number"])
    told = f"To {first} objected {against}"
    still = _objectors(facts, [(leader, loss) for leader, _, loss in objections if loss > limit])
    if last == first:
        return f"{told}, and nothing less objected to was there"
    return (
        f"{told}. Amended to {last}, to which {f'objected {still}' if still else 'nobody objected'}"
    )


def _objectors(facts: Facts, losses: list[tuple[int, float]]) -> str:
    """Who saw how much lost, the most first; empty when nobody did."""
    ordered = sorted(losses, key=lambda pair: -pair[1])
    told = [f"{facts.name(int(leader))} (loss {words.number(loss)})" for leader, loss in ordered]
    return words.listed(told, 4) if told else ""
