"""The middle of a story: who took the issue up, the room and its rounds or the levels, and what settled it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.story import account as words
from sim.story import course
from sim.story.course import ending
from sim.story.facts import Event, Facts
from sim.story.travelling import Rounds


def deciding(facts: Facts) -> str:
    """Which rule, the room or the levels, each round and each step between, and what settled it."""
    steps = _steps(facts)
    end = words.paragraph(one_voice(facts), ending(facts))
    parts = [course.routed(facts), course.handed_over(facts), _taken_up(facts), *steps, end]
    return "\n".join(part for part in parts if part)


def _steps(facts: Facts) -> list[str]:
    """A point for each round, judgement and step up, in order of time."""
    rounds, told = Rounds(facts), []
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
            f"By the rule '{rule}' one leader decides, once the time for gathering ({gather}) is over."
        )
    return words.paragraph(f"By the rule '{rule}', it would have gone on from there; nobody had taken it up yet.")


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
    could = f"With time to gather ideas ({gather}), it could {begin} from {facts.date(called.data['ready'])} on."
    return words.paragraph(room, could, _way_of_meeting(facts, len(members)), required_agreement(facts))


def _way_of_meeting(facts: Facts, seats: int) -> str:
    """What is special about its rounds: in writing, or with fewer than all."""
    forum = facts.kind.power.forum
    if facts.written:
        return f"Its rounds are in writing: each gives everybody {words.length(forum.reply)} to write and to read."
    if float(forum.quorum) < 1:
        return f"A round needs {words.share(float(forum.quorum))} of the {words.many(seats, 'member')} to be there."
    return ""


# Whether a round was enough: what each consensus rule asks for, and what it found


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
    return f"Whoever believes that more than {float(facts.kind.consensus.objection):g} is lost by a proposal objects."


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
        f"{_proposed(facts, data)} is proposed. The two furthest apart differed by {words.number(data['apart'])};"
        f" up to {float(facts.kind.consensus.tolerance):g} is tolerated"
    )


def _consent(facts: Facts, data: Mapping[str, Any]) -> str:
    """Who objected to what was proposed, to what it was amended, and who objected still."""
    limit = float(facts.kind.consensus.objection)
    objections = data.get("objections", ())
    first = facts.option(data.get("first", data["proposal"]), data.get("first_number", data["number"]))
    against = _objectors(facts, [(leader, loss) for leader, loss, _ in objections if loss > limit])
    if not against:
        return f"Nobody objected to {first}"
    last = facts.option(data["proposal"], data["number"])
    told = f"To {first} objected {against}"
    still = _objectors(facts, [(leader, loss) for leader, _, loss in objections if loss > limit])
    if last == first:
        return f"{told}, and nothing less objected to was there"
    return f"{told}. Amended to {last}, to which {f'objected {still}' if still else 'nobody objected'}"


def _objectors(facts: Facts, losses: list[tuple[int, float]]) -> str:
    """Who saw how much lost, the most first; empty when nobody did."""
    ordered = sorted(losses, key=lambda pair: -pair[1])
    told = [f"{facts.name(int(leader))} (loss {words.number(loss)})" for leader, loss in ordered]
    return words.listed(told, 4) if told else ""


def _confidence(facts: Facts, data: Mapping[str, Any]) -> str:
    sure = words.share(float(facts.kind.consensus.confidence))
    within = f" within {float(facts.kind.consensus.tolerance):g}" if facts.estimate else ""
    return (
        f"By what all of them knew, {facts.option(data['proposal'], data['number'])} was right{within}"
        f" with a probability of {words.share(data['probability'])}; {sure} is asked for"
    )


_TESTS = {"tolerance": _tolerance, "consent": _consent, "confidence": _confidence}


# What changed minds: who preferred something else before a round and after, and what they had heard in between


MOST = 4
"""So many who changed their minds are told of one by one."""


class Minds:
    """Follows what each member prefers and which ideas they have in mind, round by round.

    Before the first round, a member prefers what their own fragment spoke for (nothing where they saw nothing).
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        senses = facts.all("sense")
        self.alone = {int(event.data["leader"]): int(event.data["best"]) for event in senses}
        self.sides = dict(self.alone)
        self.ideas: dict[int, dict[int, tuple[int, int]]] = {who: {who: (0, 0)} for who in self.alone}
        self.shown: set[int] = set()

    def changed(self, data: Mapping[str, Any]) -> str:
        """Who changed their mind by the end of a round, from what to what, and what they had heard since."""
        minds = {int(who): {int(i): (int(h), int(s)) for i, h, s in ideas} for who, ideas in data.get("minds", ())}
        sides = {int(who): int(choice) for who, choice, _ in data["positions"]}
        told = []
        for who, now in sides.items():
            before = self.sides.get(who, -1)
            if before >= 0 and now >= 0 and now != before:
                told.append(self._turn(who, before, now, minds.get(who, {}), sides))
        self.sides |= {who: now for who, now in sides.items() if now >= 0}
        self.ideas |= minds
        self.shown |= set(sides)
        if not told or self.facts.estimate:
            return ""
        more = [f"{words.count(len(told) - MOST)} more changed their minds"] if len(told) > MOST else []
        return f"Changed their minds: {'; '.join([*told[:MOST], *more])}."

    def _turn(
        self, who: int, before: int, now: int, ideas: Mapping[int, tuple[int, int]], sides: Mapping[int, int]
    ) -> str:
        facts, held = self.facts, self.ideas.get(who, {})
        fresh = [origin for origin, copy in ideas.items() if origin != who and held.get(origin) != copy]
        was = "had been for" if who in self.shown else "had seen what spoke for"
        turned = f"{facts.name(who)}, who {was} {facts.option(before)}, turned to {facts.option(now)}"
        return f"{turned} {self._why(who, now, fresh, sides)}"

    def _why(self, who: int, now: int, fresh: Sequence[int], sides: Mapping[int, int]) -> str:
        """Which ideas were new to them; without one, whose positions had been on that side before."""
        facts = self.facts
        if fresh:
            return f"after hearing {ideas_of(facts, fresh, self.alone)}"
        others = [i for i, side in self.sides.items() if i != who and i in sides and i in self.shown and side == now]
        if others and who in self.shown:
            return f"with no idea new to them, moved by {facts.names(others, MOST)}, who had been for it"
        changed = "where the others stood" if who in self.shown else "what could be chosen"
        return f"with no idea new to them, as what they took to matter, or {changed}, had changed"


def ideas_of(facts: Facts, originators: Sequence[int], alone: Mapping[int, int]) -> str:
    """Some ideas, each with what it spoke for by itself where that is known."""
    told = []
    for who in originators:
        best = alone.get(who, -1)
        told.append(f"{facts.name(who)}'s idea" + (f" (for {facts.option(best)})" if best >= 0 else ""))
    return words.listed(told, MOST)


def one_voice(facts: Facts) -> str:
    """What changed the mind of whoever decided alone, where what they had seen spoke for something else."""
    event, alone = facts.first("decide"), Minds(facts).alone
    if event is None or facts.closed_by != "one-voice" or facts.estimate:
        return ""
    who, chosen = int(event.data["decider"]), int(event.data["chosen"])
    ideas = [int(i) for of, known in event.data.get("minds", ()) if of == who for i, _, _ in known if i != who]
    before = alone.get(who, -1)
    if before < 0 or before == chosen:
        return ""
    why = f"after hearing {ideas_of(facts, ideas, alone)}"
    if not ideas:
        why = "with no idea new to them, as what they took to matter had changed"
    seen = f"{facts.name(who)}, who had seen what spoke for {facts.option(before)}"
    return f"Changed their mind: {seen}, turned to {facts.option(chosen)} {why}."
