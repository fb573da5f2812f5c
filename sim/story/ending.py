"""How an issue ended: in a sentence, in full, and how the decision spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.outcome import FORUM
from sim.rules.outcomes import sets_direction
from sim.story import course, words
from sim.story.facts import Facts

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
    endings = {"lapsed": "it lapsed", "dropped": "it was dropped", "rejected": "it was rejected"}
    return endings.get(facts.closed_by, "it was over")


def summary(facts: Facts) -> str:
    """The whole story in two sentences."""
    row = facts.decision
    if facts.decided is None:
        return words.paragraph(_undecided(facts))
    who = facts.name(row["decider"])
    if row["decider"] == FORUM:
        who = f"A room of {words.many(len(facts.room), 'leader')}"
    option = facts.option(row["chosen"], row["estimate"])
    verb = {"approved": "approved", "dropped": "could not agree and stayed with"}.get(
        facts.closed_by, "settled on"
    )
    if facts.closed_by == "rejected":
        verb = f"rejected {_proposed(facts)} and stayed with"
    after = facts.span(facts.decided - facts.raised)
    chose = f"{who} {verb} {option}, {after} after the question arose."
    later = row["delay"] - (facts.decided - facts.raised)
    effect = "It took effect at once" if later == 0 else f"It took effect {facts.span(later)} later"
    worth = f"{words.number(row['value'])} of the {float(facts.kind.stakes):g} at stake"
    return words.paragraph(
        chose, f"{effect}: quality {words.number(row['quality'])}, worth {worth}."
    )


def _undecided(facts: Facts) -> str:
    """In a sentence, how it ended without a decision."""
    after = f"{facts.span(facts.decision['delay'])} after it arose"
    if facts.closed_by == "dropped":
        room = words.many(len(facts.room), "leader")
        return f"A room of {room} could not agree: it was dropped {after}."
    if facts.closed_by == "rejected":
        who = facts.name(facts.room[-1])
        return f"{who} rejected {_proposed(facts)}: it was over {after}, and nothing was done."
    return f"Nobody decided it in time: it lapsed {after}."


def ending(facts: Facts) -> str:
    """What decided it, against whom, and the hours it cost."""
    event, row = facts.first("decide"), facts.decision
    data = {} if event is None else event.data
    sentences = [
        (
            f"On {facts.date(facts.settled)} "
            f"{_closing(facts, data)}{'' if event is None else facts.were_away(event)}."
        )
    ]
    if row["dissent"] and facts.climbs:
        sentences.append(f"{words.share(row['dissent'])} of the levels had judged otherwise.")
    elif row["dissent"]:
        sentences.append(_against(facts, data))
    if row["person_hours"]:
        spent = "Reading what was written" if facts.written else "The meetings"
        sentences.append(f"{spent} took {row['person_hours']:g} person-hours.")
    return " ".join(sentences)


def _against(facts: Facts, data: Mapping[str, Any]) -> str:
    """Who, of how many, would have had it otherwise."""
    share, against = words.share(facts.decision["dissent"]), data.get("against", ())
    who = f": {facts.names(against)}" if against else ""
    return f"{share} of those there with a view would have had it otherwise{who}."


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
    needed = facts.kind.consensus.rule != "none"
    if chair is None:
        return (
            CLOSINGS["agreement"].format(chosen=chosen)
            if needed
            else f"the room settled it at once: {chosen}"
        )
    if needed:
        return f"the room agreed on {chosen}, which {chair} had proposed from the chair"
    return f"{chair} settled it from the chair: {chosen}"


def _last_word(facts: Facts) -> str:
    """Why the last level's judgement settled the matter."""
    approved, alone = facts.closed_by == "approved", len(facts.all("judge")) == 1
    if facts.rule == "chain":
        if not approved:
            return "and one level's no is enough"
        return (
            "the only level there was"
            if alone
            else f"the last of {words.many(len(facts.all('judge')), 'level')}"
        )
    if approved:
        return "and one level's yes is enough"
    return (
        "the only level there was"
        if alone
        else f"the last of {words.many(len(facts.all('judge')), 'level')}"
    )


def _proposed(facts: Facts) -> str:
    event = facts.last("judge")
    return "the proposal" if event is None else course.proposal(facts, event)


def spreading(facts: Facts) -> str:
    """How the decision reached those who carry it out, and how far they stood behind it."""
    informed, effect = facts.all("told"), facts.first("effect")
    if facts.decided is None or effect is None:
        return ""
    travelled = ""
    if informed:
        between = f"on {facts.date(informed[0].tick)}"
        if informed[-1].tick != informed[0].tick:
            between = f"from {facts.date(informed[0].tick)} to {facts.date(informed[-1].tick)}"
        travelled = (
            f"By the reporting lines, which can delay it but not block it, the decision reached "
            f"{words.many(len(informed), 'further leader')}, {between}."
        )
    after = effect.tick - facts.decided
    when = (
        "At once"
        if after == 0
        else f"On {facts.date(effect.tick)}, {facts.span(after)} after the decision,"
    )
    share = effect.data["coverage"]
    coverage = f"{'all' if share == 1 else words.share(share)} of those it affects knew of it"
    # What had not got round by the expiry takes effect for those it did reach.
    short = share < facts.scenario.rollout.coverage - 1e-9
    took = "; time was up, and it took effect for them alone" if short else ", and it took effect"
    stood = f"Mean commitment of those affected: {words.share(effect.data['commitment'])}."
    return words.paragraph(
        travelled, f"{when} {coverage}{took}.", _set(facts), _heard(effect.data), stood
    )


def _set(facts: Facts) -> str:
    """Whether the decision set the direction."""
    set_by, status_quo = facts.scenario.direction.set_by, int(facts.status_quo)
    same_kind = int(facts.kind_name == set_by)
    if not sets_direction(same_kind, 1, status_quo, int(facts.decision["chosen"])):
        return ""
    return "It set the direction: what those who took it believed to be needed."


def _heard(data: Mapping[str, Any]) -> str:
    """How many of those who knew had been heard."""
    know, heard = int(data.get("know", 0)), int(data.get("heard", 0))
    if not know:
        return ""
    were = "was" if heard == 1 else "were"
    return (
        f"Of the {words.count(know)} affected who knew, {words.count(heard)} {were} heard: in the "
        f"deciding, or by an idea that counted in it."
    )
