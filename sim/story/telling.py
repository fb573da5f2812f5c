"""How a story begins: the issue, and who saw what of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.story import words
from sim.story.facts import Facts

if TYPE_CHECKING:
    from sim.agents.trace import Event


def opening(facts: Facts) -> str:
    """Who raised it, who must answer for it, and why it matters."""
    row, kind = facts.decision, facts.kind
    origin, accountable = row["origin"], row["accountable"]
    raised = (
        f"On {facts.date(facts.raised)}, {facts.name(origin)} ({facts.position_of(origin)}) raised "
        f"an issue of the kind '{facts.kind_name}': {_question(facts)}."
    )
    if accountable == origin:
        answers = "They must answer for it themselves."
    else:
        answers = (
            f"{facts.name(accountable)} ({facts.position_of(accountable)}) must answer for it."
        )
    urgency = (
        f"At stake: {float(kind.stakes):g}. A good decision loses half its worth with every"
        f" {words.passing(kind.half_life)}; undecided after {words.length(kind.expiry)}, it lapses."
    )
    notice = _notice(facts)
    sentences = [
        words.paragraph(raised, answers, urgency, _moving(facts)),
        words.paragraph(notice) if notice else "",
    ]
    return "\n".join(part for part in sentences if part)


def _moving(facts: Facts) -> str:
    """What does not stand still while it is open: what is true of it, and what those who look into
    it know."""
    kind, parts = facts.kind, []
    if kind.drift is not None:
        parts.append(
            f"What is true of it moves: half of it is forgotten with every "
            f"{words.passing(kind.drift)}."
        )
    if kind.study:
        parts.append(
            f"Those who look into it continue to learn: each day adds "
            f"{words.share(float(kind.study))} of a "
            f"first look."
        )
    return " ".join(parts)


def _question(facts: Facts) -> str:
    """What kind of answer the issue wants."""
    if facts.kind.type == "approve":
        return "a proposal, to be approved or left for the status quo"
    if facts.estimate:
        return "a number to be estimated"
    count = facts.decision["alternatives"] - len(facts.inventors)
    return f"a choice among {words.many(count, 'alternative')}, {facts.options(range(count))}"


def _notice(facts: Facts) -> str:
    """How the one accountable came to know that there was an issue at all."""
    origin, accountable = facts.decision["origin"], facts.decision["accountable"]
    if origin == accountable:
        return ""
    path = _path(facts.all("notice"), origin, accountable)
    if not path and facts.climbs:
        return ""
    if not path:
        return f"The question never reached {facts.name(accountable)}."
    between = [facts.name(event.data["target"]) for event in path[:-1]]
    by_way = f" by way of {words.listed(between)}" if between else ""
    came = path[-1].tick
    return (
        f"The question came to {facts.name(accountable)}{by_way} on {facts.date(came)},"
        f" {facts.span(came - facts.raised)} later{_delayed_by(facts, path)}."
    )


def _delayed_by(facts: Facts, path: Sequence[Event]) -> str:
    """Who on the way let it wait by being away."""
    return "".join(facts.were_away(event) for event in path)


def _path(hops: Sequence[Event], origin: int, target: int) -> list[Event]:
    """The hops that first brought something from `origin` to `target`, in order; empty when nothing
    came."""
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
    """Who sensed something of it, what each one's own fragment spoke for, and who thought of
    something new."""
    parts = [_fragments(facts), words.paragraph(_inventions(facts))]
    return "\n".join(part for part in parts if part.strip())


def _inventions(facts: Facts) -> str:
    """Which alternatives were known to one leader alone."""
    ideas = [f"{facts.option(m)} ({facts.name(leader)})" for m, leader in facts.inventors.items()]
    return (
        f"New alternatives, each thought of by one leader alone: {words.listed(ideas, 12)}."
        if ideas
        else ""
    )


def _fragments(facts: Facts) -> str:
    arisen = facts.first("arise")
    seen = set() if arisen is None else {int(leader) for leader in arisen.data["witnesses"]}
    count = words.capital(words.many(len(seen), "leader"))
    senses = facts.all("sense", lambda event: event.data["leader"] in seen)
    if not senses:
        chance = facts.kind.accuracy
        return (
            words.paragraph(
                f"{count} looked into it, each right with probability {float(chance):g}."
            )
            if chance
            else ""
        )
    by_clarity = sorted(senses, key=lambda event: -event.data["precision"])
    fragment = f"{count} saw something of it, each no more than a part."
    clearest = (
        f"{facts.name(by_clarity[0].data['leader'])} saw most clearly what matters."
        if len(senses) > 1
        else ""
    )
    if facts.estimate:
        numbers = sorted(event.data["number"] for event in senses)
        low, high = numbers[0], numbers[-1]
        spread = f"Taken alone, what they saw spoke for numbers from {low:.2f} to {high:.2f}."
        return words.paragraph(fragment, clearest, spread)
    favoured: dict[int, list[int]] = {}
    for event in by_clarity:
        favoured.setdefault(int(event.data["best"]), []).append(int(event.data["leader"]))
    lines = [
        words.item(f"{words.capital(facts.option(best))}: {facts.names(leaders, 12)}")
        for best, leaders in sorted(favoured.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    return "\n".join(
        [words.paragraph(fragment, clearest, "Taken alone, what they saw spoke for"), *lines]
    )
