"""What was said in a room, by whom and new to whom, and what stayed unsaid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sim.story import words
from sim.story.facts import Facts

NOTHING = -1
"""Whose idea a turn brought that brought nothing new."""
NO_NEWS = "brought nothing new"
FEW = 2
"""Up to so many are named; of more, the number is told."""
MOST = 6
"""So many unsaid ideas are told of one by one."""


class Copy(NamedTuple):
    """How an idea is known: after how many hops, and after how many days of study."""

    hops: int
    studied: int


Copies = dict[int, Copy]
"""Ideas by originator, as one leader or the record has them."""


def minds_of(data: Mapping[str, Any]) -> dict[int, Copies]:
    """What each of those in a round, or of those who decide, has in mind."""
    return {
        int(who): {int(by): Copy(int(hops), int(studied)) for by, hops, studied in ideas}
        for who, ideas in data.get("minds", ())
    }


def recorded(data: Mapping[str, Any]) -> Copies:
    """What is on the record when a round ends."""
    return {int(by): Copy(int(hops), int(days)) for by, hops, days in data.get("recorded", ())}


def weighed(mind: Copies, record: Copies) -> Copies:
    """What counts for one in the room: what is in mind or on the record, of two copies the newer
    studied one, then the one of fewer hops."""
    known = dict(mind)
    for by, said in record.items():
        mine = known.get(by, said)
        known[by] = max(mine, said, key=lambda copy: (copy.studied, -copy.hops))
    return known


class Record:
    """Follows what is on the record of a room, round by round."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.known: Copies = {}

    def add_round(self, data: Mapping[str, Any]) -> str:
        """Who spoke in a round and what each brought, in a sentence or two; the round is then part
        of the record."""
        turns = [(int(who), int(by)) for who, by in data.get("turns", ())]
        told = self._turns(data, turns)
        explained = [by for by in recorded(data) if by not in self.known]
        explained = [by for by in explained if by not in {brought for _, brought in turns}]
        self.known = recorded(data) or self.known
        if explained:
            of = [f"{self.facts.name(by)}'s idea" for by in explained]
            told += f" As it was proposed, {words.listed(of)} went on the record too."
        return told

    def _turns(self, data: Mapping[str, Any], turns: Sequence[tuple[int, int]]) -> str:
        facts = self.facts
        if not any(by >= 0 for _, by in turns):
            return f"Nothing new was said{_in_turns(facts, turns)}."
        minds, here = minds_of(data), [int(who) for who in data["present"]]
        record, parts = dict(self.known), []
        for place, (who, by) in enumerate(turns, start=1):
            if by < 0:
                parts.append((place, who, self._nothing(minds.get(who, {}), record)))
                continue
            copy = minds.get(who, {}).get(by, Copy(0, 0))
            before = self.known if facts.written else record
            new = [i for i in here if i != who and not _knew(minds.get(i, {}), before, by, copy)]
            again = by in before
            parts.append((place, who, self._brought(who, by, new, len(here) - 1, again)))
            if not facts.written:
                record[by] = max(record.get(by, copy), copy, key=lambda one: one.studied)
        return f"{self._opening(turns)}: {self._listed(parts)}."

    def _opening(self, turns: Sequence[tuple[int, int]]) -> str:
        if self.facts.written:
            return "Replies"
        return f"In {words.many(len(turns), 'turn')}" if self.facts.has_turns else "Said"

    def _listed(self, parts: Sequence[tuple[int, int, str]]) -> str:
        """Turns with their numbers; in a row those that brought nothing in the same way are one."""
        told = []
        for _, some in groupby(parts, key=_alike):
            same = list(some)
            what = same[0][2]
            who = list(dict.fromkeys(leader for _, leader, _ in same))
            first, last = same[0][0], same[-1][0]
            joint = "and" if last == first + 1 else "to"
            number = f"({first}) " if first == last else f"({first} {joint} {last}) "
            if not self.facts.has_turns or self.facts.written:
                number = ""
            told.append(f"{number}{self.facts.names(who)} {what}")
        return "; ".join(told)

    def _nothing(self, mind: Copies, record: Copies) -> str:
        """What a turn was that brought nothing new: there was nothing to bring, or it was not."""
        known = self.known if self.facts.written else record
        more = [
            by for by, copy in mind.items() if by not in known or copy.studied > known[by].studied
        ]
        if not more:
            return "had nothing to add"
        return "repeated what was known" if known else NO_NEWS

    def _brought(self, who: int, by: int, new: Sequence[int], others: int, again: bool) -> str:
        facts = self.facts
        whose = "their own idea" if who == by else f"{facts.name(by)}'s idea"
        if again and not facts.written:
            whose += " as studied since"
        return f"brought {whose}{facts.spoke_for(by)}, {_new_to(facts, new, others)}"


def _alike(part: tuple[int, int, str]) -> tuple[str, int]:
    """What turns in a row have in common that are told as one: that they brought nothing."""
    place, _, what = part
    return what, place if what.startswith("brought ") and what != NO_NEWS else 0


def _in_turns(facts: Facts, turns: Sequence[tuple[int, int]]) -> str:
    if not turns or not facts.has_turns or facts.written:
        return ""
    return f" in {words.many(len(turns), 'turn')}"


def _knew(mind: Copies, record: Copies, by: int, said: Copy) -> bool:
    """Whether one had an idea before them already, as newly studied as it is said."""
    return any(by in known and known[by].studied >= said.studied for known in (mind, record))


def _new_to(facts: Facts, new: Sequence[int], others: int) -> str:
    """For how many of the others there it was new: names where they are few."""
    if not new:
        return "known to all"
    if len(new) == others:
        return "new to all others" if others > 1 else f"new to {facts.name(new[0])}"
    if len(new) <= FEW:
        return f"new to {facts.names(new)}"
    return f"new to {words.count(len(new))} of the {words.count(others)} others"


def unsaid(facts: Facts) -> str:
    """Which ideas that were held in the room nobody said, with whom they stayed, and what share of
    all that was held they are."""
    event = facts.first("decide") or facts.first("leave")
    if event is None or not facts.all("round") or facts.by_chance:
        return ""
    left = [(int(by), [int(i) for i in holders]) for by, holders in event.data.get("unsaid", ())]
    if not left:
        return "Nothing that those in the room had in mind was left unsaid."
    parts = [
        f"{facts.name(by)}'s idea{facts.spoke_for(by)} (held by {facts.names(holders, 4)})"
        for by, holders in left[:MOST]
    ]
    if len(left) > MOST:
        parts.append(f"{words.many(len(left) - MOST, 'more idea')}")
    share = facts.decision.get("unsaid", float("nan"))
    of_all = f", {words.share(share)} of the ideas held in the room" if share == share else ""
    return f"Never said there: {words.listed(parts, MOST + 1)}{of_all}."
