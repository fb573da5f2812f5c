"""What moved an issue from hand to hand: which rule it got, which level judged it how, and who took it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.outcome import FORUM
from sim.story import account as words
from sim.story import course
from sim.story.facts import Event, Facts


def routed(facts: Facts) -> str:
    """Which rule a contingent one came to, and why."""
    event = facts.first("route")
    if event is None:
        return ""
    setting = facts.kind.power.contingent
    who, reason = facts.name(facts.decision["accountable"]), _reason(facts, setting, float(event.data["spread"]))
    return words.paragraph(f"By the rule 'contingent', {who} looked at the situation: {reason}. So '{facts.rule}'.")


def _reason(facts: Facts, setting: Any, spread: float) -> str:
    """The conditions in the order in which they are asked, up to the one that held."""
    half_life, ticks = facts.kind.half_life, facts.calendar.ticks
    if ticks(half_life) <= ticks(setting.urgent_within):
        return (
            f"it was urgent, as a good decision loses half its worth within {words.length(half_life)} (urgent:"
            f" {words.length(setting.urgent_within)} or less)"
        )
    others = f"others knew {words.share(spread)} of what mattered"
    if spread > setting.spread_above:
        return f"not urgent, but the evidence was spread: {others} (spread: above {words.share(setting.spread_above)})"
    stakes = float(facts.kind.stakes)
    above = f"(high: above {float(setting.stakes_above):g})"
    if stakes > setting.stakes_above:
        return f"neither urgent nor was the evidence spread ({others}), but the stakes were high: {stakes:g} {above}"
    return f"neither urgent, nor was the evidence spread ({others}), nor were the stakes high: {stakes:g} {above}"


def mandates(facts: Facts) -> list[Event]:
    """The hops by which whoever was accountable handed the issue over, before any level judged it or took it over."""
    found: list[Event] = []
    for event in facts.trace.events:
        if event.what in ("judge", "escalate"):
            break
        if event.what == "mandate":
            found.append(event)
    return found


def handed_over(facts: Facts) -> str:
    """How a mandate went to whoever was to take the issue up."""
    hops = mandates(facts)
    if not hops:
        return ""
    last = hops[-1]
    source, target = facts.name(facts.decision["accountable"]), facts.name(last.data["target"])
    handed = f"{source} left the decision to {target}, who had the mandate on {facts.date(last.tick)}"
    if facts.climbs:
        handed = f"{source} handed it back to {target} for a proposal, who had the mandate on {facts.date(last.tick)}"
    return words.paragraph(f"{handed}{facts.were_away(last)}.")


def levels(facts: Facts) -> str:
    """What the levels were asked for, where they judge one after another."""
    origin, accountable = facts.decision["origin"], facts.decision["accountable"]
    gather = facts.kind.power.gather
    if origin == accountable:
        asked = f"{facts.name(origin)} alone judges what they propose themselves"
    else:
        who, _, must = facts.phrase.rpartition(" ")
        asked = (
            f"{who} from {facts.name(origin)} up to {facts.name(accountable)} {must} approve what"
            f" {facts.name(origin)} proposes"
        )
    return words.paragraph(f"By the rule '{facts.rule}', {asked}, each after its time for gathering ({gather}).")


def judged(facts: Facts, event: Event) -> str:
    """What one level made of the proposal."""
    data, first = event.data, facts.first("judge")
    who, proposed = facts.name(data["leader"]), proposal(facts, event)
    if event is first and data["approved"]:
        told = f"proposed {proposed}"
    elif event is first:
        best = proposed if facts.kind.type == "approve" else f"their best alternative, {proposed},"
        told = f"found {best} no better than the status quo"
    else:
        told = f"{'approved' if data['approved'] else 'rejected'} {proposed}"
        if facts.estimate:
            told += f" (their own number was {words.number(data['own'])})"
        told += _explained(facts, int(data["proposed"]))
    return words.item(f"{words.capital(facts.date(event.tick))}: {who} {told}{facts.were_away(event)}.")


def proposal(facts: Facts, event: Event) -> str:
    """What the levels judge, in words."""
    return facts.option(int(event.data["proposed"]), float(event.data.get("number", 0.0)))


def _explained(facts: Facts, proposed: int) -> str:
    inventor = facts.inventors.get(proposed)
    return "" if inventor is None else f", explained to them as what {facts.name(inventor)} had thought of"


def escalation(facts: Facts, event: Event) -> str:
    """That time ran out, and the matter went a level up."""
    above, joined = int(event.data["leader"]), facts.first("join", lambda later: later.tick >= event.tick)
    start = f"{words.capital(facts.date(event.tick))}: {time_was_up(facts)}, and the matter went up to"
    if joined is None:
        return words.item(f"{start} {facts.name(above)}, whom it did not reach in time.")
    if above in _members_before(facts, event):
        came = f"{start} {facts.name(above)}, who was in the room already"
    else:
        away = next((facts.were_away(m) for m in facts.all("mandate") if event.tick <= m.tick <= joined.tick), "")
        came = f"{start} {facts.name(above)}, who joined the room on {facts.date(joined.tick)}{away}"
    return words.item(f"{came}. The clock started anew. Shares of the word now: {seats(facts, joined)}.")


def time_was_up(facts: Facts) -> str:
    """What ended the search for agreement."""
    rounds = getattr(facts.kind.consensus.limit, "rounds", None)
    if rounds is None:
        return "the time for agreement had run out"
    return f"the {words.many(rounds, 'round')} allowed for agreement {'was' if rounds == 1 else 'were'} over"


def seats(facts: Facts, event: Event, shares: bool = True) -> str:
    """Who sits in the room, the heaviest first, with their shares of the word."""
    members, weights = event.data["members"], event.data["weights"]
    order = sorted(range(len(members)), key=lambda place: -weights[place])
    told = [facts.name(members[p]) + (f" ({words.share(weights[p])})" if shares else "") for p in order]
    return words.listed(told, 12)


def _members_before(facts: Facts, event: Event) -> Sequence[int]:
    """Who sat in the room when it could not agree."""
    rooms = [e for e in facts.trace.events if e.what in ("assemble", "join")]
    before = [e.data["members"] for e in rooms if e.tick < event.tick or e.what == "assemble"]
    return before[-1] if before else ()


# How an issue ended: in a sentence, in full, and how the word of it spread


CLOSINGS = {
    "one-voice": "{who} decided: {chosen}",
    "agreement": "the room agreed on {chosen}",
    "authority": "{time_was_up}, and {who} decided with authority: {chosen}",
    "majority": "{time_was_up}, and the most votes went to {chosen}",
    "best-so-far": "{time_was_up}, and what had come furthest was taken: {chosen}",
    "lapsed": "it lapsed, undecided",
    "dropped": "{time_was_up}, and the matter was dropped{kept}",
    "approved": "{who} approved {proposed}, {last}",
    "rejected": "{who} rejected {proposed}, {last}{kept}",
}
"""How each way of closing is told; `who` decided and what was `chosen`."""


def without_decision(facts: Facts) -> str:
    """How it was over without a decision, in short."""
    told = {"lapsed": "it lapsed", "dropped": "it was dropped", "rejected": "it was rejected"}
    return told.get(facts.closed_by, "it was over")


def summary(facts: Facts) -> str:
    """The whole story in two sentences."""
    row = facts.decision
    if facts.decided is None:
        return words.paragraph(_undecided(facts))
    who = facts.name(row["decider"])
    if row["decider"] == FORUM:
        who = f"A room of {words.many(len(facts.room), 'leader')}"
    option = facts.option(row["chosen"], row["estimate"])
    verb = {"approved": "approved", "dropped": "could not agree and stayed with"}.get(facts.closed_by, "settled on")
    if facts.closed_by == "rejected":
        verb = f"rejected {_proposed(facts)} and stayed with"
    chose = f"{who} {verb} {option}, {facts.span(facts.decided - facts.raised)} after the question arose."
    later = row["delay"] - (facts.decided - facts.raised)
    effect = "It took effect at once" if later == 0 else f"It took effect {facts.span(later)} later"
    worth = f"{words.number(row['value'])} of the {float(facts.kind.stakes):g} at stake"
    return words.paragraph(chose, f"{effect}: quality {words.number(row['quality'])}, worth {worth}.")


def _undecided(facts: Facts) -> str:
    """In a sentence, how it ended without a decision."""
    after = f"{facts.span(facts.decision['delay'])} after it arose"
    if facts.closed_by == "dropped":
        return f"A room of {words.many(len(facts.room), 'leader')} could not agree: it was dropped {after}."
    if facts.closed_by == "rejected":
        return f"{facts.name(facts.room[-1])} rejected {_proposed(facts)}: it was over {after}, and nothing was done."
    return f"Nobody decided it in time: it lapsed {after}."


def ending(facts: Facts) -> str:
    """What decided it, against whom, and the hours it cost."""
    event, row = facts.first("decide"), facts.decision
    data = {} if event is None else event.data
    told = [f"On {facts.date(facts.settled)} {_closing(facts, data)}{'' if event is None else facts.were_away(event)}."]
    if row["dissent"] and facts.climbs:
        told.append(f"{words.share(row['dissent'])} of the levels had judged otherwise.")
    elif row["dissent"]:
        told.append(_against(facts, data))
    if row["person_hours"]:
        spent = "Reading what was written" if facts.written else "The meetings"
        told.append(f"{spent} took {row['person_hours']:g} person-hours.")
    return " ".join(told)


def _against(facts: Facts, data: Mapping[str, Any]) -> str:
    """Who, of how many, would have had it otherwise."""
    share, against = words.share(facts.decision["dissent"]), data.get("against", ())
    who = f": {facts.names(against)}" if against else ""
    return f"{share} of the room would have had it otherwise{who}."


def _closing(facts: Facts, data: Mapping[str, Any]) -> str:
    """How it closed, in words."""
    way, decider = facts.closed_by, int(data.get("decider", FORUM))
    who = "the room" if decider == FORUM else facts.name(decider)
    if way == "rejected" and not data:
        who = facts.name(facts.room[-1])
    chosen = facts.option(int(data.get("chosen", -1)), float(data.get("number", 0.0)))
    if way == "agreement":
        return _agreed(facts, None if decider == FORUM else who, chosen)
    kept = "; things stay as they are" if facts.status_quo else "; nothing is done"
    return CLOSINGS[way].format(
        who=who,
        chosen=chosen,
        proposed=_proposed(facts),
        kept=kept,
        last=_last_word(facts),
        time_was_up=course.time_was_up(facts),
    )


def _agreed(facts: Facts, chair: str | None, chosen: str) -> str:
    """That a room came to something, in whose name."""
    asked = facts.kind.consensus.rule != "none"
    if chair is None:
        return CLOSINGS["agreement"].format(chosen=chosen) if asked else f"the room settled it at once: {chosen}"
    if asked:
        return f"the room agreed on {chosen}, which {chair} had proposed from the chair"
    return f"{chair} settled it from the chair: {chosen}"


def _last_word(facts: Facts) -> str:
    """Why the last level's judgement settled the matter."""
    approved, alone = facts.closed_by == "approved", len(facts.all("judge")) == 1
    if facts.rule == "chain":
        if not approved:
            return "and one level's no is enough"
        return "the only level there was" if alone else f"the last of {words.many(len(facts.all('judge')), 'level')}"
    if approved:
        return "and one level's yes is enough"
    return "the only level there was" if alone else f"the last of {words.many(len(facts.all('judge')), 'level')}"


def _proposed(facts: Facts) -> str:
    event = facts.last("judge")
    return "the proposal" if event is None else course.proposal(facts, event)


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
