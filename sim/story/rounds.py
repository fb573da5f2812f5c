"""The rounds of a room as a story tells them: what was new, who moved, and whether it was
enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.story import words
from sim.story.agreement import verdict
from sim.story.facts import Facts
from sim.story.minds import Minds

if TYPE_CHECKING:
    from sim.agents.trace import Event


class RoundStory:
    """Tells rounds one after another; rounds in a row in which nothing moved are told together."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.booked = {event.data["round"]: event for event in facts.all("book")}
        self.quiet: list[Event] = []
        self.before: dict[int, int] | None = None
        self.minds = Minds(facts)
        self.heard_of: set[int] = set()

    def add_round(self, event: Event) -> list[str]:
        """The points that a round adds: what was held back before it, and itself where something
        moved."""
        data = event.data
        sides = {int(leader): int(choice) for leader, choice, _ in data["positions"]}
        if sides == self.before and not data["said"] and not data["agreed"]:
            self.quiet.append(event)
            self.minds.changed(data)
            return []
        told = [*self.rest(), self._round(data)]
        self.before = sides
        return told

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
        said = [
            _saying(facts, int(originator), int(speaker)) for originator, speaker in data["said"]
        ]
        turned = self.minds.changed(data)
        news = f"Newly said: {words.listed(said, 9)}." if said else "Nothing new was said."
        parts = [
            f"Round {data['round']}{_when(facts, self.booked.get(data['round']))}.",
            _absent(facts, data, self.booked.get(data["round"])),
            news,
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
        told = [
            f"{facts.option(m)}, which {facts.name(facts.inventors[m])} had thought of" for m in new
        ]
        return f"All there had now heard of {words.listed(told)}." if told else ""


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
    told = [
        facts.name(leader) + (" (away that day)" if leader in away else " (booked elsewhere)")
        for leader in absent
    ]
    return f"Absent: {words.listed(told)}."


def _saying(facts: Facts, originator: int, speaker: int) -> str:
    whose = f"{facts.name(originator)}'s idea"
    return whose if originator == speaker else f"{whose} (told by {facts.name(speaker)})"


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
    told = [
        f"{f'for {facts.option(choice)}' if choice >= 0 else 'without a view'}: "
        f"{facts.names(leaders)}"
        for choice, leaders in ranked
    ]
    return f"{words.capital('; '.join(told))}."
