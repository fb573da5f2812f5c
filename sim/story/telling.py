"""How a story begins: the issue, who saw what of it, and which ideas reached whoever decided."""

from __future__ import annotations

from collections.abc import Sequence

from sim.story import words
from sim.story.ending import without_decision
from sim.story.facts import Event, Facts

MOST_IDEAS = 10


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
        f" {words.passing(kind.half_life)}; undecided after {words.length(kind.expiry)}, it lapses."
    )
    notice = _notice(facts)
    told = [words.paragraph(raised, answers, urgency, _moving(facts)), words.paragraph(notice) if notice else ""]
    return "\n".join(part for part in told if part)


def _moving(facts: Facts) -> str:
    """What does not stand still while it is open: what is true of it, and what those who look into it know."""
    kind, told = facts.kind, []
    if kind.drift is not None:
        told.append(f"What is true of it moves: half of it is forgotten with every {words.passing(kind.drift)}.")
    if kind.study:
        told.append(f"Who looks into it learns on: each day adds {words.share(float(kind.study))} of a first look.")
    return " ".join(told)


def _asked(facts: Facts) -> str:
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
        f" {facts.span(came - facts.raised)} later{_kept_waiting(facts, path)}."
    )


def _kept_waiting(facts: Facts, path: Sequence[Event]) -> str:
    """Who on the way let it wait by being away."""
    return "".join(facts.were_away(event) for event in path)


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
    """Who sensed something of it, what each one's own fragment spoke for, and who thought of something new."""
    parts = [_fragments(facts), words.paragraph(_inventions(facts))]
    return "\n".join(part for part in parts if part.strip())


def _inventions(facts: Facts) -> str:
    """Which alternatives were known to one leader alone."""
    told = [f"{facts.option(m)} ({facts.name(leader)})" for m, leader in facts.inventors.items()]
    return f"New alternatives, each thought of by one leader alone: {words.listed(told, 12)}." if told else ""


def _fragments(facts: Facts) -> str:
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
    unheard = _unheard(facts)
    return "\n".join([intro, *lines, *([words.paragraph(missed, unheard)] if missed or unheard else [])])


def _unheard(facts: Facts) -> str:
    """Which new alternatives could not be chosen or proposed, as they had not been heard of."""
    rounds = facts.all("round")
    heard = set(rounds[-1].data.get("open", ())) if rounds else _heard_alone(facts)
    closed = [m for m in facts.inventors if m not in heard]
    if not closed:
        return ""
    if facts.climbs:
        could = f"{facts.name(facts.room[0])}, who could not propose"
    elif len(facts.room) == 1:
        could = f"{facts.name(facts.room[0])}, who could not choose"
    else:
        could = "all in the room, who could not choose"
    were, them = ("was", "it") if len(closed) == 1 else ("were", "them")
    return f"{words.capital(facts.options(closed))} {were} not known to {could} {them}."


def _heard_alone(facts: Facts) -> set[int]:
    """The new alternatives that whoever decides or proposes alone had heard of by then."""
    who, judged = facts.room[0], facts.first("judge")
    until = facts.settled if judged is None else judged.tick
    ideas = facts.all("idea", lambda event: event.tick <= until and event.data["target"] == who)
    known = {who, *(int(event.data["originator"]) for event in ideas)}
    return {m for m, inventor in facts.inventors.items() if inventor in known}


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
        inside_it = "who judged it" if facts.climbs else "in the room"
        own = f"Of those {inside_it}, {facts.names(inside, 16)} had seen something themselves."
    limit = "" if span is None else f"(One mind weighs at most {words.many(span, 'idea')}: its own, then as heard.)"
    return f"{own} {limit}".strip()


def _reach(facts: Facts, count: int) -> str:
    several = "those who judged it" if facts.climbs else "people in the room"
    whom = facts.name(facts.room[0]) if len(facts.room) == 1 else several
    when = "before the decision" if facts.decided is not None else f"before {without_decision(facts)}"
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
