"""Whether a round was enough: what each consensus rule asks for, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.story import words
from sim.story.facts import Facts


def verdict(facts: Facts, data: Mapping[str, Any]) -> str:
    """How far the proposal of a round carries, where agreement is asked for."""
    rule = facts.kind.consensus.rule
    if facts.rule == "consultative" or rule == "none":
        return ""
    told = _TESTS.get(rule, _shares)(facts, data)
    return f"{told}: {'enough' if data['agreed'] else 'not enough'}."


def required_agreement(facts: Facts) -> str:
    """What agreement asks for, where its verdicts do not say so themselves."""
    if facts.rule == "consultative" or facts.kind.consensus.rule != "consent":
        return ""
    limit = f"{float(facts.kind.consensus.objection):g}"
    return f"Whoever believes that more than {limit} is lost by a proposal objects."


def _proposed(facts: Facts, data: Mapping[str, Any]) -> str:
    return words.capital(facts.option(data["proposal"], data["number"]))


def _shares(facts: Facts, data: Mapping[str, Any]) -> str:
    """Majority, supermajority, unanimity: shares of the word."""
    more = "more than " if facts.kind.consensus.rule == "majority" else ""
    return (
        f"{_proposed(facts, data)} has {words.share(data['support'])} of the word;"
        f" {more}{words.share(data['needed'])} is needed"
    )


def _tolerance(facts: Facts, data: Mapping[str, Any]) -> str:
    return (
        f"{_proposed(facts, data)} is proposed. The two furthest apart differed by "
        f"{words.number(data['apart'])}; up to {float(facts.kind.consensus.tolerance):g} is "
        f"tolerated"
    )


def _consent(facts: Facts, data: Mapping[str, Any]) -> str:
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


def _confidence(facts: Facts, data: Mapping[str, Any]) -> str:
    sure = words.share(float(facts.kind.consensus.confidence))
    within = f" within {float(facts.kind.consensus.tolerance):g}" if facts.estimate else ""
    return (
        f"By what all of them knew, {facts.option(data['proposal'], data['number'])} was "
        f"right{within} with a probability of {words.share(data['probability'])}; {sure} is asked "
        f"for"
    )


_TESTS = {"tolerance": _tolerance, "consent": _consent, "confidence": _confidence}
