"""How ideas travelled: what was sent, read, left unread and let go, and which ideas reached whoever
decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.story import words
from sim.story.ending import without_decision
from sim.story.facts import Facts

if TYPE_CHECKING:
    from sim.agents.trace import Event

MOST_IDEAS = 10


def travels(facts: Facts) -> str:
    """Which ideas reached whoever decided, when and through whom; the rest in numbers."""
    room, seen = set(facts.room), {int(event.data["leader"]) for event in facts.all("sense")}
    arrived: dict[int, list[Event]] = {}
    for event in ideas_read(facts):
        if event.data["target"] in room and event.data["originator"] not in room:
            arrived.setdefault(int(event.data["originator"]), []).append(event)
    lines = [_arrival(facts, who, events) for who, events in arrived.items()]
    if len(lines) > MOST_IDEAS:
        lines = [*lines[:MOST_IDEAS], words.item(f"and {len(lines) - MOST_IDEAS} more")]
    outside = sorted(seen - room - set(arrived))
    let_go = _let_go(facts, room, outside)
    outside = [who for who in outside if who not in let_go]
    missed = (
        f"What {facts.names(outside, 12)} had seen did not reach {_whom(facts)} in time."
        if outside
        else ""
    )
    intro = words.paragraph(_traffic(facts), _inboxes(facts))
    reach = words.paragraph(
        _own_evidence(facts, sorted(seen & room)),
        _between(facts, room),
        _reach(facts, len(arrived)),
    )
    rest = words.paragraph(_told_let_go(facts, let_go), missed, _unheard(facts))
    return "\n".join(part for part in [intro, reach, *lines, rest] if part.strip())


def _let_go(facts: Facts, room: set[int], originators: Sequence[int]) -> dict[int, list[int]]:
    """Of some ideas, by originator: which of those who decide heard them and had no room for them
    in mind."""
    found: dict[int, list[int]] = {}
    for event in facts.all("idea", lambda event: event.tick <= facts.settled):
        by, who = int(event.data["originator"]), int(event.data["target"])
        if by in originators and who in room and not event.data["kept"]:
            found.setdefault(by, []).append(who)
    return found


def _told_let_go(facts: Facts, let_go: dict[int, list[int]]) -> str:
    """Which ideas those who decide had heard and did not keep."""
    if not let_go:
        return ""
    parts = [f"{facts.name(by)}'s ({facts.names(whom, 3)})" for by, whom in let_go.items()]
    return f"Heard, but not kept for want of room in mind: {words.listed(parts, 6)}."


def ideas_read(facts: Facts) -> list[Event]:
    """Whenever somebody read an idea that told them something and kept it, up to the decision."""
    return facts.all("idea", lambda event: event.data["kept"] and event.tick <= facts.settled)


def _when(facts: Facts) -> str:
    return "the decision" if facts.decided is not None else f"the end ({without_decision(facts)})"


def _whom(facts: Facts) -> str:
    """Who was to decide, in few words."""
    if len(facts.room) == 1:
        return facts.name(facts.room[0])
    return "those who judged it" if facts.climbs else "the room"


def _traffic(facts: Facts) -> str:
    """What was sent by the decision, and what became of it."""
    mail = facts.letters
    if not mail.sent:
        kept = (
            f": {words.times(mail.kept_back)} somebody could have, and did not"
            if mail.kept_back
            else ""
        )
        return f"Nobody sent anybody an idea of it{kept}."
    were = ["was" if number == 1 else "were" for number in (mail.read, mail.moving)]
    fates = [(mail.read, f"{were[0]} read"), (mail.unread, "lay unread in inboxes")]
    fates.append((mail.moving, f"{were[1]} on the way"))
    parts = [f"{words.count(number)} {fate}" for number, fate in fates if number]
    became = "and all were read" if mail.read == mail.sent else words.listed(parts)
    joint = "," if mail.read == mail.sent else ":"
    text = f"By {_when(facts)}, ideas of it had been sent {words.times(mail.sent)}{joint} {became}."
    readers = words.many(mail.readers, "leader")
    new = f"Of those read, {words.count(mail.new)} told their readers ({readers}) something new."
    if not mail.new:
        new = "What was read told nobody anything new." if mail.read and not mail.let_go else ""
    kept = (
        f"{words.capital(words.times(mail.kept_back))} an idea was not passed on."
        if mail.kept_back
        else ""
    )
    return " ".join(part for part in (text, new, _without_room(mail.let_go), kept) if part)


def _without_room(number: int) -> str:
    """How many ideas their readers let go, having passed them on as far as they did."""
    if not number:
        return ""
    were = "was" if number == 1 else "were"
    return (
        f"{words.capital(words.count(number))} more {were} new to readers who had no room left for "
        f"{'it' if number == 1 else 'them'} in mind and let {'it' if number == 1 else 'them'} go."
    )


def _inboxes(facts: Facts) -> str:
    """How much lay unread, of whatever kind, before those who decide when it was over."""
    event = facts.first("decide") or facts.first("leave") or facts.first("lapse")
    waiting = (
        []
        if event is None
        else [(int(who), int(count)) for who, count in event.data.get("unread", ()) if count]
    )
    if not waiting:
        return ""
    text = words.listed([f"{facts.name(who)} ({count})" for who, count in waiting], 6)
    return f"Messages of all kinds then lay unread before {text}."


def _own_evidence(facts: Facts, inside: list[int]) -> str:
    """Which of those who decide had seen something themselves, and how much one mind can weigh."""
    span = facts.scenario.perspective.span
    if not inside or len(facts.room) == 1:
        direct = ""
    else:
        inside_it = "who judged it" if facts.climbs else "in the room"
        direct = f"Of those {inside_it}, {facts.names(inside, 16)} had seen something themselves."
    limit = ""
    if span is not None:
        limit = f"(A mind holds at most {words.many(span, 'idea')}: their own, then as heard"
        limit += "; what is said in the room counts beside them.)" if facts.meets else ".)"
    return f"{direct} {limit}".strip()


def _between(facts: Facts, room: set[int]) -> str:
    """Whose ideas, of those who decide together, others of them had heard by message."""
    if len(room) == 1:
        return ""
    whose = list(
        dict.fromkeys(
            int(event.data["originator"])
            for event in ideas_read(facts)
            if event.data["originator"] in room and event.data["target"] in room
        )
    )
    if not whose:
        return ""
    ideas = words.many(len(whose), "idea")
    inside = "those who judged it" if facts.climbs else "its members"
    text = f"{words.capital(ideas)} of {inside} had reached others of them by message"
    return f"{text}: {'that' if len(whose) == 1 else 'those'} of {facts.names(whose, 12)}."


def _reach(facts: Facts, count: int) -> str:
    when = (
        "before the decision" if facts.decided is not None else f"before {without_decision(facts)}"
    )
    ideas = words.capital(words.many(count, "idea"))
    if len(facts.room) == 1:
        text = f"{ideas} of others reached {facts.name(facts.room[0])} {when}"
    elif facts.climbs:
        text = f"{ideas} of others than those who judged it reached them {when}"
    else:
        text = f"{ideas} from outside the room reached people in it {when}"
    return text + (":" if count else ".")


def _unheard(facts: Facts) -> str:
    """Which new alternatives could not be chosen or proposed, as they had not been heard of."""
    rounds = facts.all("round")
    heard = set(rounds[-1].data.get("open", ())) if rounds else _alternatives_known(facts)
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


def _alternatives_known(facts: Facts) -> set[int]:
    """The new alternatives that whoever decides or proposes alone had heard of by then."""
    who, judged = facts.room[0], facts.first("judge")
    until = facts.settled if judged is None else judged.tick
    ideas = facts.all("idea", lambda event: event.tick <= until and event.data["target"] == who)
    known = {who, *(int(event.data["originator"]) for event in ideas if event.data["kept"])}
    for event in facts.all("sense", lambda event: event.data["leader"] == who):
        known -= {int(by) for by in event.data.get("let_go", ())}
    return {m for m, inventor in facts.inventors.items() if inventor in known}


def _arrival(facts: Facts, originator: int, events: Sequence[Event]) -> str:
    """When one leader's idea first reached each of those who decide."""
    first: dict[int, Event] = {}
    for event in events:
        first.setdefault(int(event.data["target"]), event)
    spoke = facts.first("sense", lambda event: event.data["leader"] == originator)
    spoke_for = (
        "" if spoke is None else f" (for {facts.option(spoke.data['best'], spoke.data['number'])})"
    )
    reached = words.listed([_reached(facts, originator, event) for event in first.values()], 4)
    return words.item(f"{facts.name(originator)}'s{spoke_for}: {reached}")


def _reached(facts: Facts, originator: int, event: Event) -> str:
    source, hops = int(event.data["source"]), int(event.data["hops"])
    when = facts.date(event.tick)
    if source != originator:
        when += f", through {facts.name(source)}, {words.many(hops, 'hop')}"
    return when if len(facts.room) == 1 else f"{facts.name(event.data['target'])} ({when})"
