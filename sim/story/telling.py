"""How a story begins: the issue, who saw what of it, and which ideas reached whoever decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.outcome import FORUM
from sim.story import words
from sim.story.facts import Event, Facts

MOST_IDEAS = 10
_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}


def summary(facts: Facts) -> str:
    """The whole story in two sentences."""
    row = facts.decision
    if facts.decided is None:
        return words.paragraph(f"Nobody decided it in time: it lapsed {facts.span(row['delay'])} after it arose.")
    who = facts.name(row["decider"])
    if row["decider"] == FORUM:
        who = f"A room of {words.many(len(facts.room), 'leader')}"
    option = facts.option(row["chosen"], row["estimate"])
    chose = f"{who} settled on {option}, {facts.span(facts.decided - facts.raised)} after the question arose."
    later = row["delay"] - (facts.decided - facts.raised)
    effect = "It took effect at once" if later == 0 else f"It took effect {facts.span(later)} later"
    worth = f"{words.number(row['value'])} of the {float(facts.kind.stakes):g} at stake"
    return words.paragraph(chose, f"{effect}: quality {words.number(row['quality'])}, worth {worth}.")


def opening(facts: Facts) -> str:
    """Who raised it, who must answer for it, and why it matters."""
    row, kind = facts.decision, facts.kind
    origin, accountable = row["origin"], row["accountable"]
    raised = (
        f"On {facts.date(facts.raised)}, {facts.name(origin)} ({facts.place(origin)}) raised an issue of"
        f" the kind '{facts.kind_name}': {_asked(facts)}."
    )
    if accountable == origin:
        answers = "It was its own to answer for."
    else:
        answers = f"{facts.name(accountable)} ({facts.place(accountable)}) must answer for it."
    urgency = (
        f"At stake: {float(kind.stakes):g}. A good decision loses half its worth with every"
        f" {_length(kind.half_life)} that pass; undecided after {_length(kind.expiry)}, it lapses."
    )
    notice = _notice(facts)
    return "\n".join([words.paragraph(raised, answers, urgency), *([words.paragraph(notice)] if notice else [])])


def _asked(facts: Facts) -> str:
    """What kind of answer the issue wants."""
    if facts.kind.type == "approve":
        return "a proposal, to be approved or left for the status quo"
    if facts.estimate:
        return "a number to be estimated"
    count = facts.decision["alternatives"]
    options = words.listed([facts.option(m) for m in range(count)], 16)
    return f"a choice among {words.many(count, 'alternative')}, {options}"


def _length(duration: Any) -> str:
    amount = float(duration.amount)
    return f"{amount:g} {_UNITS[duration.unit]}{'' if amount == 1 else 's'}"


def _notice(facts: Facts) -> str:
    """How the one accountable came to know that there was an issue at all."""
    origin, accountable = facts.decision["origin"], facts.decision["accountable"]
    if origin == accountable:
        return ""
    path = _path(facts.all("notice"), origin, accountable)
    if not path:
        return f"The question never reached {facts.name(accountable)}."
    between = [facts.name(event.data["target"]) for event in path[:-1]]
    by_way = f" by way of {words.listed(between)}" if between else ""
    came = path[-1].tick
    return (
        f"The question came to {facts.name(accountable)}{by_way} on {facts.date(came)},"
        f" {facts.span(came - facts.raised)} later."
    )


def _path(hops: Sequence[Event], origin: int, target: int) -> list[Event]:
    """The hops that first brought something from `origin` to `target`, in order; empty when nothing came."""
    came: dict[int, Event] = {}
    for event in hops:
        came.setdefault(int(event.data["target"]), event)
    path: list[Event] = []
    while target != origin:
        if target not in came or len(path) > len(came):
            return []
        path.append(came[target])
        target = int(came[target].data["source"])
    return path[::-1]


def witnesses(facts: Facts) -> str:
    """Who sensed something of it, and what each one's own fragment spoke for."""
    arisen = facts.first("arise")
    seen = set() if arisen is None else {int(leader) for leader in arisen.data["witnesses"]}
    count = words.capital(words.many(len(seen), "leader"))
    senses = facts.all("sense", lambda event: event.data["leader"] in seen)
    if not senses:
        chance = facts.kind.accuracy
        return (
            words.paragraph(f"{count} looked into it, each right with probability {float(chance):g}.") if chance else ""
        )
    by_clarity = sorted(senses, key=lambda event: -event.data["precision"])
    fragment = f"{count} saw something of it, each no more than a part."
    clearest = f"{facts.name(by_clarity[0].data['leader'])} saw most clearly what matters." if len(senses) > 1 else ""
    if facts.estimate:
        numbers = sorted(event.data["number"] for event in senses)
        spread = f"Taken alone, what they saw spoke for numbers from {numbers[0]:.2f} to {numbers[-1]:.2f}."
        return words.paragraph(fragment, clearest, spread)
    favoured: dict[int, list[int]] = {}
    for event in by_clarity:
        favoured.setdefault(int(event.data["best"]), []).append(int(event.data["leader"]))
    lines = [
        words.item(f"{words.capital(facts.option(best))}: {facts.names(leaders, 12)}")
        for best, leaders in sorted(favoured.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    return "\n".join([words.paragraph(fragment, clearest, "Taken alone, what they saw spoke for"), *lines])


def travels(facts: Facts) -> str:
    """Which ideas reached whoever decided, when and through whom; the rest in numbers."""
    room, seen = set(facts.room), {int(event.data["leader"]) for event in facts.all("sense")}
    arrived: dict[int, list[Event]] = {}
    for event in facts.all("idea", lambda event: event.data["kept"] and event.data["target"] in room):
        if event.tick <= facts.settled and event.data["originator"] not in room:
            arrived.setdefault(int(event.data["originator"]), []).append(event)
    lines = [_arrival(facts, who, events) for who, events in arrived.items()]
    if len(lines) > MOST_IDEAS:
        lines = [*lines[:MOST_IDEAS], words.item(f"and {len(lines) - MOST_IDEAS} more")]
    outside = sorted(seen - room - set(arrived))
    missed = f"What {facts.names(outside, 12)} had seen did not get there in time." if outside else ""
    intro = words.paragraph(_traffic(facts), _own(facts, sorted(seen & room)), _reach(facts, len(arrived)))
    return "\n".join([intro, *lines, *([words.paragraph(missed)] if missed else [])])


def _traffic(facts: Facts) -> str:
    """How much was told at all, before the decision."""
    ideas = facts.all("idea", lambda event: event.tick <= facts.settled)
    if not ideas:
        return "Nobody passed on what they had seen."
    readers = len({int(event.data["target"]) for event in ideas})
    return f"Ideas were passed on {words.many(len(ideas), 'time')}, to {words.many(readers, 'leader')}."


def _own(facts: Facts, inside: list[int]) -> str:
    """Which of those who decide had seen something themselves, and how much one mind can weigh."""
    span = facts.scenario.perspective.span
    if not inside or len(facts.room) == 1:
        own = ""
    else:
        own = f"Of those in the room, {facts.names(inside, 16)} had seen something themselves."
    limit = "" if span is None else f"(One mind weighs at most {words.many(span, 'idea')}: its own, then as heard.)"
    return f"{own} {limit}".strip()


def _reach(facts: Facts, count: int) -> str:
    whom = facts.name(facts.room[0]) if len(facts.room) == 1 else "people in the room"
    when = "before the decision" if facts.decided is not None else "before it lapsed"
    ideas = words.capital(words.many(count, "idea"))
    return f"{ideas} of others reached {whom} {when}" + (":" if count else ".")


def _arrival(facts: Facts, originator: int, events: Sequence[Event]) -> str:
    """When one leader's idea first reached each of those who decide."""
    first: dict[int, Event] = {}
    for event in events:
        first.setdefault(int(event.data["target"]), event)
    spoke = facts.first("sense", lambda event: event.data["leader"] == originator)
    spoke_for = "" if spoke is None else f" (for {facts.option(spoke.data['best'], spoke.data['number'])})"
    reached = words.listed([_reached(facts, originator, event) for event in first.values()], 4)
    return words.item(f"{facts.name(originator)}'s{spoke_for}: {reached}")


def _reached(facts: Facts, originator: int, event: Event) -> str:
    source, hops = int(event.data["source"]), int(event.data["hops"])
    when = facts.date(event.tick)
    if source != originator:
        when += f", through {facts.name(source)}, {words.many(hops, 'hop')}"
    return when if len(facts.room) == 1 else f"{facts.name(event.data['target'])} ({when})"
