"""The middle of a story: the room, its rounds, what settled the issue, and how the word spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.outcome import FORUM
from sim.story import words
from sim.story.facts import Event, Facts

_TIME_WAS_UP = "the time for agreement had run out"
CLOSINGS = {
    "one-voice": "{who} decided: {chosen}",
    "agreement": "the room agreed on {chosen}",
    "authority": _TIME_WAS_UP + ", and {who} decided with authority: {chosen}",
    "majority": _TIME_WAS_UP + ", and the most votes went to {chosen}",
    "best-so-far": _TIME_WAS_UP + ", and what had come furthest was taken: {chosen}",
}
"""How each way of closing is told; `who` decided and what was `chosen`."""


def deciding(facts: Facts) -> str:
    """The room, each round, and what settled it."""
    parts = [_handed_over(facts), _room(facts), *_rounds(facts), words.paragraph(_ending(facts))]
    return "\n".join(part for part in parts if part)


def _rounds(facts: Facts) -> list[str]:
    """A point for each round in which something moved; rounds in which nothing did are told together."""
    booked = {event.data["round"]: event.data for event in facts.all("book")}
    told: list[str] = []
    quiet: list[Event] = []
    before: dict[int, int] | None = None
    for event in facts.all("round"):
        sides = {int(leader): int(choice) for leader, choice, _ in event.data["positions"]}
        if sides == before and not event.data["said"] and not event.data["agreed"]:
            quiet.append(event)
            continue
        told += _quiet(facts, quiet, booked)
        quiet = []
        told.append(_round(facts, event.data, booked.get(event.data["round"]), before))
        before = sides
    return told + _quiet(facts, quiet, booked)


def _quiet(facts: Facts, rounds: list[Event], booked: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """Rounds in a row in which nothing new was said and nobody changed sides, as one point (or none)."""
    if not rounds:
        return []
    first, last = rounds[0].data["round"], rounds[-1].data["round"]
    number = f"Round {first}" if first == last else f"Rounds {first} to {last}"
    begun = booked[first]["start"] if first in booked else rounds[0].tick
    when = f"{facts.date(begun)} to {facts.date(rounds[-1].tick)}"
    moved = _standing(facts, rounds[-1].data) if facts.estimate else "Opinions stood as before."
    said = f"{number}, {when}. Nothing new was said. {moved} {_support(facts, rounds[-1].data)}"
    return [words.item(said.rstrip())]


def _handed_over(facts: Facts) -> str:
    """How a mandate went to whoever the accountable leader believed to know most."""
    hops = facts.all("mandate")
    if not hops:
        return ""
    source, target = facts.name(facts.decision["accountable"]), facts.name(hops[-1].data["target"])
    handed = f"{source} left the decision to {target}, who had the mandate on {facts.date(hops[-1].tick)}."
    return words.paragraph(handed)


def _room(facts: Facts) -> str:
    rule, gather = facts.kind.power.rule, facts.kind.power.gather
    event = facts.last("assemble")
    if event is None:
        return words.paragraph(
            f"By the rule '{rule}' one leader decides, once the time for gathering ({gather}) is over."
        )
    members, weights = event.data["members"], event.data["weights"]
    heaviest_first = sorted(range(len(members)), key=lambda place: -weights[place])
    # Where one leader has the last word, the others advise: their weights decide nothing.
    weighed = rule != "consultative"
    seats = [
        facts.name(members[place]) + (f" ({words.share(weights[place])})" if weighed else "")
        for place in heaviest_first
    ]
    last_word = f"{facts.name(facts.decision['accountable'])} to decide after hearing the others"
    share = "with their shares of the word" if weighed else last_word
    return words.paragraph(
        f"By the rule '{rule}', a room of {words.many(len(members), 'leader')} was called, {share}:"
        f" {words.listed(seats, 12)}. With time to gather ideas ({gather}), it could meet from"
        f" {facts.date(event.data['ready'])} on."
    )


def _round(
    facts: Facts,
    data: Mapping[str, Any],
    booked: Mapping[str, Any] | None,
    before: Mapping[int, int] | None,
) -> str:
    """One round: when, what was newly said by whom, where opinions stand, and whether that was enough."""
    when = ""
    if booked is not None:
        wait = booked["start"] - booked["ready"]
        waited = f" after {facts.span(wait)} of waiting for a common free hour" if wait > 0 else ""
        when = f", {facts.date(booked['start'])}, for {facts.span(booked['end'] - booked['start'])}{waited}"
    said = [_saying(facts, int(originator), int(speaker)) for originator, speaker in data["said"]]
    news = f"Newly said: {words.listed(said, 9)}." if said else "Nothing new was said."
    earlier = before or {}
    turned = [leader for leader, choice, _ in data["positions"] if earlier.get(leader, choice) != choice]
    moved = f"{facts.names(turned)} changed sides." if turned and not facts.estimate else ""
    told = [f"Round {data['round']}{when}.", news, _standing(facts, data), moved, _support(facts, data)]
    return words.item(" ".join(part for part in told if part))


def _saying(facts: Facts, originator: int, speaker: int) -> str:
    whose = f"{facts.name(originator)}'s idea"
    return whose if originator == speaker else f"{whose} (told by {facts.name(speaker)})"


def _standing(facts: Facts, data: Mapping[str, Any]) -> str:
    """Where opinions stand after the round."""
    if facts.estimate:
        numbers = sorted(number for _, choice, number in data["positions"] if choice >= 0)
        return f"Their numbers lay between {numbers[0]:.2f} and {numbers[-1]:.2f}." if numbers else ""
    sides: dict[int, list[int]] = {}
    for leader, choice, _ in data["positions"]:
        sides.setdefault(int(choice), []).append(int(leader))
    ranked = sorted(sides.items(), key=lambda side: (side[0] < 0, -len(side[1]), side[0]))
    told = [
        f"{f'for {facts.option(choice)}' if choice >= 0 else 'without a view'}: {facts.names(leaders)}"
        for choice, leaders in ranked
    ]
    return f"{words.capital('; '.join(told))}."


def _support(facts: Facts, data: Mapping[str, Any]) -> str:
    """How far the proposal carries, where agreement is asked for."""
    rule = facts.kind.consensus.rule
    if facts.kind.power.rule == "consultative" or rule == "none":
        return ""
    option = words.capital(facts.option(data["proposal"], data["number"]))
    needed = f"more than {words.share(data['needed'])}" if rule == "majority" else words.share(data["needed"])
    verdict = "enough" if data["agreed"] else "not enough"
    return f"{option} has {words.share(data['support'])} of the word; {needed} is needed: {verdict}."


def _ending(facts: Facts) -> str:
    """What decided it, against whom, and the hours it cost."""
    event, row = facts.first("decide"), facts.decision
    if event is None:
        return f"On {facts.date(facts.settled)} it lapsed, undecided."
    who = "the room" if event.data["decider"] == FORUM else facts.name(event.data["decider"])
    chosen = facts.option(int(event.data["chosen"]), float(event.data["number"]))
    ending = f"On {facts.date(event.tick)} {CLOSINGS[facts.closed_by].format(who=who, chosen=chosen)}."
    dissent = f"{words.share(row['dissent'])} of the room would have had it otherwise." if row["dissent"] else ""
    cost = f"The meetings took {row['person_hours']:g} person-hours." if row["person_hours"] else ""
    return " ".join(part for part in (ending, dissent, cost) if part)


def spreading(facts: Facts) -> str:
    """How the decision reached those who carry it out, and how far they stood behind it."""
    told, effect = facts.all("told"), facts.first("effect")
    if facts.decided is None or effect is None:
        return ""
    travelled = ""
    if told:
        between = f"on {facts.date(told[0].tick)}"
        if told[-1].tick != told[0].tick:
            between = f"from {facts.date(told[0].tick)} to {facts.date(told[-1].tick)}"
        travelled = f"The decision reached {words.many(len(told), 'further leader')}, {between}."
    after = effect.tick - facts.decided
    when = "At once" if after == 0 else f"On {facts.date(effect.tick)}, {facts.span(after)} after the decision,"
    share = effect.data["coverage"]
    coverage = f"{'all' if share == 1 else words.share(share)} of those it affects knew of it"
    # What had not got round by the expiry takes effect for those it did reach.
    short = share < facts.scenario.rollout.coverage - 1e-9
    took = "; time was up, and it took effect for them alone" if short else ", and it took effect"
    stood = f"Mean commitment of those affected: {words.share(effect.data['commitment'])}."
    return words.paragraph(travelled, f"{when} {coverage}{took}.", stood)
