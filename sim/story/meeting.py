"""The middle of a story: who took the issue up, the room and its rounds or the levels, and what
settled it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.story import course, words
from sim.story.agreement import required_agreement
from sim.story.ending import ending
from sim.story.facts import Facts
from sim.story.minds import one_voice
from sim.story.rounds import RoundStory

if TYPE_CHECKING:
    from sim.agents.trace import Event


def deciding(facts: Facts) -> str:
    """Which rule, the room or the levels, each round and each step between, and what settled it."""
    steps = _steps(facts)
    end = words.paragraph(one_voice(facts), ending(facts))
    parts = [course.routed(facts), course.handed_over(facts), _taken_up(facts), *steps, end]
    return "\n".join(part for part in parts if part)


def _steps(facts: Facts) -> list[str]:
    """A point for each round, judgement and step up, in order of time."""
    rounds, told = RoundStory(facts), []
    for event in facts.trace.events:
        if event.what == "round":
            told += rounds.add_round(event)
        elif event.what == "judge":
            told.append(course.judged(facts, event))
        elif event.what == "escalate":
            told += [*rounds.rest(), course.escalation(facts, event)]
    return told + rounds.rest()


def _taken_up(facts: Facts) -> str:
    """Who was to decide it, and how."""
    rule, gather = facts.rule, facts.kind.power.gather
    called = facts.first("assemble")
    if called is not None:
        return _room(facts, called)
    if facts.climbs:
        return course.levels(facts)
    if rule in ("autocratic", "delegated"):
        return words.paragraph(
            f"By the rule '{rule}' one leader decides, once the time for gathering ({gather}) is "
            f"over."
        )
    return words.paragraph(
        f"By the rule '{rule}', it would have gone on from there; nobody had taken it up yet."
    )


def _room(facts: Facts, called: Event) -> str:
    """Who was called, with which shares of the word, and from when on they could meet."""
    rule, gather, members = facts.rule, facts.kind.power.gather, called.data["members"]
    if rule == "consultative":
        # Where one leader has the last word, the others advise: their weights decide nothing.
        share = f"{facts.name(facts.decision['accountable'])} to decide after hearing the others"
    else:
        share = "with their shares of the word"
    room = (
        f"By the rule '{rule}', a room of {words.many(len(members), 'leader')} was called, {share}:"
        f" {course.seats(facts, called, rule != 'consultative')}."
    )
    begin = "write" if facts.written else "meet"
    start = facts.date(called.data["ready"])
    could = f"With time to gather ideas ({gather}), it could {begin} from {start} on."
    return words.paragraph(
        room, could, _way_of_meeting(facts, len(members)), required_agreement(facts)
    )


def _way_of_meeting(facts: Facts, seats: int) -> str:
    """What is special about its rounds: in writing, or with fewer than all."""
    forum = facts.kind.power.forum
    if facts.written:
        reply = words.length(forum.reply)
        return f"Its rounds are in writing: each gives everybody {reply} to write and to read."
    if float(forum.quorum) < 1:
        quorum, members = words.share(float(forum.quorum)), words.many(seats, "member")
        return f"A round needs {quorum} of the {members} to be there."
    return ""
