"""The middle of a story: who took the issue up, the room and its rounds or the levels, and what
settled it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.rules.catalog import FAMILIES
from sim.rules.consensus import SHARE_NEEDED
from sim.story import course, words
from sim.story.ending import ending
from sim.story.facts import Facts
from sim.story.minds import Minds, one_voice, why_so_long
from sim.story.people import competence, leanings
from sim.story.record import Record, unsaid

if TYPE_CHECKING:
    from sim.agents.trace import Event


def deciding(facts: Facts) -> str:
    """Which rule, the room or the levels, each round and each step between, and what settled it."""
    rounds = RoundStory(facts)
    steps = _steps(facts, rounds)
    parts = [course.routed(facts), course.handed_over(facts), _taken_up(facts)]
    parts += [words.paragraph(leanings(facts), competence(facts)), *steps]
    parts += [words.paragraph(why_so_long(facts, rounds.minds), unsaid(facts))]
    parts += [words.paragraph(one_voice(facts), ending(facts))]
    return "\n".join(part for part in parts if part.strip())


def _steps(facts: Facts, rounds: RoundStory) -> list[str]:
    """A point for each round, judgement and step up, in order of time."""
    lines: list[str] = []
    for event in facts.trace.events:
        if event.what == "round":
            lines += rounds.add_round(event)
        elif event.what == "judge":
            lines.append(course.judged(facts, event))
        elif event.what == "escalate":
            lines += [*rounds.rest(), course.escalation(facts, event)]
    return lines + rounds.rest()


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
    """Who was called, with which decision weights, and from when on they could meet."""
    rule, gather, members = facts.rule, facts.kind.power.gather, called.data["members"]
    if rule == "consultative":
        # Where one leader has the last word, the others advise: their weights decide nothing.
        share = f"{facts.name(facts.decision['accountable'])} to decide after hearing the others"
    else:
        share = "with these decision weights"
    room = (
        f"By the rule '{rule}', a room of {words.many(len(members), 'leader')} was called, {share}:"
        f" {course.seats(facts, called, rule != 'consultative')}."
    )
    if rule != "consultative":
        room += f" {_where_weights_come_from(facts)}"
    begin = "write" if facts.written else "meet"
    start = facts.date(called.data["ready"])
    could = f"With time to gather ideas ({gather}), it could {begin} from {start} on."
    return words.paragraph(
        room, could, _way_of_meeting(facts, len(members)), required_agreement(facts)
    )


_VOICES = {
    "equal": "in equal parts",
    "expertise": "by expertise",
    "influence": "by influence",
    "authority": "by formal authority",
}


def _where_weights_come_from(facts: Facts) -> str:
    """How much of the decision goes to who answers for it, and how the room shares the rest."""
    sharing, head = float(facts.kind.power.sharing), facts.name(facts.decision["accountable"])
    how = _VOICES[facts.kind.power.voice]
    if sharing == 0.0:
        return f"({head} answers for it and has all of it, having heard the room.)"
    if sharing == 1.0:
        return f"(The room shares all of it, {how}.)"
    own, rest = words.share(1.0 - sharing), words.share(sharing)
    return f"({head} answers for it and has {own}; the room shares the other {rest}, {how}.)"


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


# The rounds of a room: what was new, who moved, and whether it was enough.


class RoundStory:
    """Tells rounds one after another; rounds in a row in which nothing moved are told together."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.booked = {event.data["round"]: event for event in facts.all("book")}
        self.quiet: list[Event] = []
        self.before: dict[int, int] | None = None
        self.minds = Minds(facts)
        self.record = Record(facts)
        self.heard_of: set[int] = set()

    def add_round(self, event: Event) -> list[str]:
        """The points that a round adds: what was held back before it, and itself where something
        moved."""
        data = event.data
        sides = {int(leader): int(choice) for leader, choice, _ in data["positions"]}
        if sides == self.before and not data["said"] and not data["agreed"]:
            self.quiet.append(event)
            self.record.add_round(data)
            self.minds.changed(data)
            return []
        lines = [*self.rest(), self._round(data)]
        self.before = sides
        return lines

    def rest(self) -> list[str]:
        """Rounds in which nothing new was said and nobody changed sides, as one point (or none)."""
        if not self.quiet:
            return []
        facts, (first, last) = self.facts, (self.quiet[0], self.quiet[-1])
        one, other = first.data["round"], last.data["round"]
        number = f"Round {one}" if one == other else f"Rounds {one} to {other}"
        begun = self.booked[one].data["start"] if one in self.booked else first.tick
        when = f"{facts.date(begun)} to {facts.date(last.tick)}"
        moved = _standing(facts, last.data) if facts.estimate else "Opinions stood as before."
        parts = [_chairs(facts, self.quiet), moved, verdict(facts, last.data)]
        self.quiet = []
        return [
            words.item(
                " ".join(
                    [f"{number}, {when}. Nothing new was said.", *(part for part in parts if part)]
                )
            )
        ]

    def _round(self, data: Mapping[str, Any]) -> str:
        """One round: when and with whom, what was newly said, where opinions stand, and whether
        that was enough."""
        facts = self.facts
        turned = self.minds.changed(data)
        parts = [
            f"Round {data['round']}{_when(facts, self.booked.get(data['round']))}.",
            _absent(facts, data, self.booked.get(data["round"])),
            self.record.add_round(data),
            self._newly_known(data),
            _standing(facts, data),
            turned,
            _chair(facts, data),
            verdict(facts, data),
        ]
        return words.item(" ".join(part for part in parts if part))

    def _newly_known(self, data: Mapping[str, Any]) -> str:
        """Which alternatives, thought of by one alone, all there have now heard of for the first
        time."""
        facts = self.facts
        new = [m for m in facts.inventors if m in data.get("open", ()) and m not in self.heard_of]
        self.heard_of.update(new)
        parts = [
            f"{facts.option(m)}, which {facts.name(facts.inventors[m])} had thought of" for m in new
        ]
        return f"All there had now heard of {words.listed(parts)}." if parts else ""


def _when(facts: Facts, booked: Event | None) -> str:
    if booked is None:
        return ""
    start, end, wait = (booked.data[name] for name in ("start", "end", "ready"))
    wait = start - wait
    if facts.written:
        return f", in writing, {facts.date(start)} to {facts.date(end)}"
    waited = f" after {facts.span(wait)} of waiting for a common free hour" if wait > 0 else ""
    away = facts.were_away(booked) if wait > 0 else ""
    return f", {facts.date(start)}, for {facts.span(end - start)}{waited}{away}"


def _absent(facts: Facts, data: Mapping[str, Any], booked: Event | None) -> str:
    """Who was not there, and of whom it was away that day."""
    absent = data.get("absent", ())
    if booked is None or not absent:
        return ""
    today = booked.data["start"] // facts.calendar.ticks_per_day
    away = {int(leader) for leader, day in booked.data.get("away", ()) if day == today}
    parts = [
        facts.name(leader) + (" (away that day)" if leader in away else " (booked elsewhere)")
        for leader in absent
    ]
    return f"Absent: {words.listed(parts)}."


def _chair(facts: Facts, data: Mapping[str, Any]) -> str:
    """Who chaired, under the rules that have a chair."""
    chair = data.get("chair", -1)
    if chair < 0:
        return ""
    proposal = facts.option(data["proposal"], data["number"])
    return f"{facts.name(chair)}, {facts.phrase}, proposed {proposal}."


def _chairs(facts: Facts, rounds: Sequence[Event]) -> str:
    """Who chaired some rounds in turn."""
    chairs = [int(event.data.get("chair", -1)) for event in rounds]
    # The same chair over and over is said once.
    turns = [
        who
        for who, before in zip(chairs, [-1, *chairs], strict=False)
        if who != before and who >= 0
    ]
    return f"In the chair: {words.listed([facts.name(who) for who in turns], 6)}." if turns else ""


def _standing(facts: Facts, data: Mapping[str, Any]) -> str:
    """Where opinions stand after the round."""
    if facts.estimate:
        numbers = sorted(number for _, choice, number in data["positions"] if choice >= 0)
        return (
            f"Their numbers lay between {numbers[0]:.2f} and {numbers[-1]:.2f}." if numbers else ""
        )
    sides: dict[int, list[int]] = {}
    for leader, choice, _ in data["positions"]:
        sides.setdefault(int(choice), []).append(int(leader))
    ranked = sorted(sides.items(), key=lambda side: (side[0] < 0, -len(side[1]), side[0]))
    parts = [
        f"{f'for {facts.option(choice)}' if choice >= 0 else 'without a view'}: "
        f"{facts.names(leaders)}"
        for choice, leaders in ranked
    ]
    return f"{words.capital('; '.join(parts))}."


# Whether a round was enough: what each consensus rule asks for, and what it found.


def verdict(facts: Facts, data: Mapping[str, Any]) -> str:
    """How far the proposal of a round carries, where agreement is asked for."""
    rule = facts.kind.consensus.rule
    if facts.rule == "consultative" or rule == "none":
        return ""
    known = FAMILIES["consensus"].get(rule)
    phrase = known.phrase if known is not None else SHARE_NEEDED
    values = {
        name: value() for name, value in _values(facts, data).items() if f"{{{name}}}" in phrase
    }
    return f"{phrase.format(**values)}: {'enough' if data['agreed'] else 'not enough'}."


def required_agreement(facts: Facts) -> str:
    """What agreement asks for, where its verdicts do not say so themselves."""
    if facts.rule == "consultative" or facts.kind.consensus.rule != "consent":
        return ""
    limit = f"{float(facts.kind.consensus.objection):g}"
    return f"Whoever believes that more than {limit} is lost by a proposal objects."


def _values(facts: Facts, data: Mapping[str, Any]) -> dict[str, Callable[[], str]]:
    """What the phrases of consensus rules name in braces."""
    consensus = facts.kind.consensus
    within = f" within {float(consensus.tolerance):g}" if facts.estimate else ""

    def proposal() -> str:
        return facts.option(data["proposal"], data["number"])

    return {
        "proposal": proposal,
        "Proposal": lambda: words.capital(proposal()),
        "support": lambda: words.share(data["support"]),
        "needed": lambda: words.share(data["needed"]),
        "apart": lambda: words.number(data["apart"]),
        "tolerance": lambda: f"{float(consensus.tolerance):g}",
        "objections": lambda: _objections(facts, data),
        "within": lambda: within,
        "probability": lambda: words.share(data["probability"]),
        "confidence": lambda: words.share(float(consensus.confidence)),
    }


def _objections(facts: Facts, data: Mapping[str, Any]) -> str:
    """Who objected to what was proposed, to what it was amended, and who objected still."""
    limit = float(facts.kind.consensus.objection)
    objections = data.get("objections", ())
    first = facts.option(
        data.get("first", data["proposal"]), data.get("first_number", data["number"])
    )
    against = _objectors(facts, [(leader, loss) for leader, loss, _ in objections if loss > limit])
    if not against:
        return f"Nobody objected to {first}"
    last = facts.option(data["proposal"], data["number"])
    text = f"To {first} objected {against}"
    still = _objectors(facts, [(leader, loss) for leader, _, loss in objections if loss > limit])
    if last == first:
        return f"{text}, and nothing less objected to was there"
    return (
        f"{text}. Amended to {last}, to which {f'objected {still}' if still else 'nobody objected'}"
    )


def _objectors(facts: Facts, losses: list[tuple[int, float]]) -> str:
    """Who saw how much lost, the most first; empty when nobody did."""
    ordered = sorted(losses, key=lambda pair: -pair[1])
    names = [f"{facts.name(int(leader))} (loss {words.number(loss)})" for leader, loss in ordered]
    return words.listed(names, 4) if names else ""
