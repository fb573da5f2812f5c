"""What moved an issue from hand to hand: which rule it got, which level judged it how, and who took
it over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.story import words
from sim.story.facts import Facts

if TYPE_CHECKING:
    from sim.agents.trace import Event


def routed(facts: Facts) -> str:
    """Which rule a contingent one came to, and why."""
    event = facts.first("route")
    if event is None:
        return ""
    setting = facts.kind.power.contingent
    who, reason = (
        facts.name(facts.decision["accountable"]),
        _reason(facts, setting, float(event.data["spread"])),
    )
    return words.paragraph(
        f"By the rule 'contingent', {who} looked at the situation: {reason}. So '{facts.rule}'."
    )


def _reason(facts: Facts, setting: Any, spread: float) -> str:
    """The conditions in the order in which they are asked, up to the one that held."""
    half_life, ticks = facts.kind.half_life, facts.calendar.ticks
    if ticks(half_life) <= ticks(setting.urgent_within):
        return (
            f"it was urgent, as a good decision loses half its worth within "
            f"{words.length(half_life)} (urgent: {words.length(setting.urgent_within)} or less)"
        )
    others = f"others knew {words.share(spread)} of what mattered"
    if spread > setting.spread_above:
        limit = words.share(setting.spread_above)
        return f"not urgent, but the evidence was spread: {others} (spread: above {limit})"
    stakes = float(facts.kind.stakes)
    above = f"(high: above {float(setting.stakes_above):g})"
    if stakes > setting.stakes_above:
        return (
            f"neither urgent nor was the evidence spread ({others}), but the stakes were high: "
            f"{stakes:g} {above}"
        )
    return (
        f"neither urgent, nor was the evidence spread ({others}), nor were the stakes high: "
        f"{stakes:g} {above}"
    )


def mandates(facts: Facts) -> list[Event]:
    """The hops by which whoever was accountable handed the issue over, before any level judged it
    or took it over."""
    mandates: list[Event] = []
    for event in facts.trace.events:
        if event.what in ("judge", "escalate"):
            break
        if event.what == "mandate":
            mandates.append(event)
    return mandates


def handed_over(facts: Facts) -> str:
    """How a mandate went to whoever was to take the issue up."""
    hops = mandates(facts)
    if not hops:
        return ""
    last = hops[-1]
    source, target = facts.name(facts.decision["accountable"]), facts.name(last.data["target"])
    handed = (
        f"{source} left the decision to {target}, who had the mandate on {facts.date(last.tick)}"
    )
    if facts.climbs:
        handed = (
            f"{source} handed it back to {target} for a proposal, who had the mandate on "
            f"{facts.date(last.tick)}"
        )
    return words.paragraph(f"{handed}{facts.were_away(last)}.")


def levels(facts: Facts) -> str:
    """What the levels were asked for, where they judge one after another."""
    origin, accountable = facts.decision["origin"], facts.decision["accountable"]
    gather = facts.kind.power.gather
    if origin == accountable:
        rule = f"{facts.name(origin)} alone judges what they propose themselves"
    else:
        who, _, must = facts.phrase.rpartition(" ")
        rule = (
            f"{who} from {facts.name(origin)} up to {facts.name(accountable)} {must} approve what"
            f" {facts.name(origin)} proposes"
        )
    return words.paragraph(
        f"By the rule '{facts.rule}', {rule}, each after its time for gathering ({gather})."
    )


def judged(facts: Facts, event: Event) -> str:
    """What one level made of the proposal."""
    data, first = event.data, facts.first("judge")
    who, proposed = facts.name(data["leader"]), proposal(facts, event)
    if event is first and data["approved"]:
        text = f"proposed {proposed}"
    elif event is first:
        best = proposed if facts.kind.type == "approve" else f"their best alternative, {proposed},"
        text = f"found {best} no better than the status quo"
    else:
        text = f"{'approved' if data['approved'] else 'rejected'} {proposed}"
        if facts.estimate:
            text += f" (their own number was {words.number(data['own'])})"
        text += _explained(facts, int(data["proposed"]))
    return words.item(
        f"{words.capital(facts.date(event.tick))}: {who} {text}{facts.were_away(event)}."
    )


def proposal(facts: Facts, event: Event) -> str:
    """What the levels judge, in words."""
    return facts.option(int(event.data["proposed"]), float(event.data.get("number", 0.0)))


def _explained(facts: Facts, proposed: int) -> str:
    inventor = facts.inventors.get(proposed)
    return (
        ""
        if inventor is None
        else f", explained to them as what {facts.name(inventor)} had thought of"
    )


def escalation(facts: Facts, event: Event) -> str:
    """That time ran out, and the matter went a level up."""
    above, joined = (
        int(event.data["leader"]),
        facts.first("join", lambda later: later.tick >= event.tick),
    )
    start = (
        f"{words.capital(facts.date(event.tick))}: {time_was_up(facts)}, and the matter went up to"
    )
    if joined is None:
        return words.item(f"{start} {facts.name(above)}, whom it did not reach in time.")
    if above in _members_before(facts, event):
        came = f"{start} {facts.name(above)}, who was in the room already"
    else:
        away = next(
            (
                facts.were_away(m)
                for m in facts.all("mandate")
                if event.tick <= m.tick <= joined.tick
            ),
            "",
        )
        came = (
            f"{start} {facts.name(above)}, who joined the room on {facts.date(joined.tick)}{away}"
        )
    return words.item(
        f"{came}. The clock started anew. Decision weights now: {seats(facts, joined)}."
    )


def time_was_up(facts: Facts) -> str:
    """What ended the search for agreement."""
    rounds = getattr(facts.kind.consensus.limit, "rounds", None)
    if rounds is None:
        return "the time for agreement had run out"
    verb = "was" if rounds == 1 else "were"
    return f"the {words.many(rounds, 'round')} allowed for agreement {verb} over"


def seats(facts: Facts, event: Event, shares: bool = True) -> str:
    """Who sits in the room, the heaviest first, with their decision weights."""
    members, weights = event.data["members"], event.data["weights"]
    order = sorted(range(len(members)), key=lambda place: -weights[place])
    seats = [
        facts.name(members[p]) + (f" ({words.share(weights[p])})" if shares else "") for p in order
    ]
    return words.listed(seats, 12)


def _members_before(facts: Facts, event: Event) -> Sequence[int]:
    """Who sat in the room when it could not agree."""
    rooms = [e for e in facts.trace.events if e.what in ("assemble", "join")]
    before = [e.data["members"] for e in rooms if e.tick < event.tick or e.what == "assemble"]
    return before[-1] if before else ()
