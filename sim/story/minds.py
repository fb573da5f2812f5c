"""What changed minds: who preferred something else before a round and after, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.story import words
from sim.story.facts import Facts
from sim.story.record import Copies, Copy, minds_of, recorded, weighed

MOST = 4
"""So many who changed their minds are told of one by one."""

EVIDENCE, MATTERS, OTHERS = range(3)
"""Why one changed their mind: by ideas new to them; by what they took to matter or what could be
chosen; by where others stood."""


@dataclass(frozen=True)
class Change:
    """One who changed their mind in a round: from which alternative to which, and why.

    fresh: whose ideas were new to them. still: what they prefer by what they know, where others
    moved them away from it; else -1.
    """

    who: int
    before: int
    now: int
    why: int
    fresh: Sequence[int]
    still: int = -1


class Minds:
    """Follows what each member prefers and which ideas they weigh, round by round.

    Before the first round, a member prefers what their own fragment spoke for (nothing where they
    saw nothing).
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.sides = dict(facts.alone)
        self.weighed: dict[int, Copies] = {who: {who: Copy(0, 0)} for who in facts.alone}
        self.shown: set[int] = set()
        self.by_round: list[list[Change]] = []

    def changed(self, data: Mapping[str, Any]) -> str:
        """Who changed their mind by the end of a round, from what to what, and what they had heard
        since."""
        record = recorded(data)
        weighed_now = {who: weighed(mind, record) for who, mind in minds_of(data).items()}
        sides = {int(who): int(choice) for who, choice, _ in data["positions"]}
        own = {int(who): int(choice) for who, choice, _ in data.get("own", ())}
        changes = []
        for who, now in sides.items():
            before = self.sides.get(who, -1)
            if before >= 0 and now >= 0 and now != before and not self.facts.estimate:
                changes.append(self._change(who, now, weighed_now.get(who, {}), own.get(who, -1)))
        told = [self._told(change, sides) for change in changes[:MOST]]
        self.sides |= {who: now for who, now in sides.items() if now >= 0}
        self.weighed |= weighed_now
        self.shown |= set(sides)
        self.by_round.append(changes)
        if not changes:
            return ""
        if len(changes) > MOST:
            told.append(f"{words.count(len(changes) - MOST)} more changed their minds")
        return f"Changed their minds: {'; '.join(told)}."

    def _change(self, who: int, now: int, ideas: Copies, own: int) -> Change:
        held = self.weighed.get(who, {})
        fresh = [by for by, copy in ideas.items() if by != who and held.get(by) != copy]
        before, shown = self.sides[who], who in self.shown
        if shown and own not in (-1, now):
            return Change(who, before, now, OTHERS, fresh, own)
        if fresh:
            return Change(who, before, now, EVIDENCE, fresh)
        unknown = own < 0 and shown and bool(self._for(now, who))
        return Change(who, before, now, OTHERS if unknown else MATTERS, fresh)

    def _for(self, side: int, but: int) -> list[int]:
        """Who had shown that they were for an alternative, before this round."""
        return [i for i, of in self.sides.items() if i != but and i in self.shown and of == side]

    def _told(self, change: Change, sides: Mapping[int, int]) -> str:
        facts, who = self.facts, change.who
        was = "had been for" if who in self.shown else "had seen what spoke for"
        turned = f"{facts.name(who)}, who {was} {facts.option(change.before)}, turned to"
        return f"{turned} {facts.option(change.now)} {self._why(change, sides)}"

    def _why(self, change: Change, sides: Mapping[int, int]) -> str:
        """Which ideas were new to them; without one, whose positions had been on that side
        before."""
        facts, who = self.facts, change.who
        if change.why == EVIDENCE:
            return f"after hearing {ideas_of(facts, change.fresh)}"
        if change.why == OTHERS:
            others = [i for i in self._for(change.now, who) if i in sides]
            moved = "moved by where the others stood"
            if others:
                moved = f"moved by {facts.names(others, MOST)}, who had been for it"
            if change.still >= 0:
                return f"{moved}; what they knew still spoke for {facts.option(change.still)}"
            return f"with no idea new to them, {moved}"
        changed = "where the others stood" if who in self.shown else "what could be chosen"
        return f"with no idea new to them, as what they took to matter, or {changed}, had changed"


def why_so_long(facts: Facts, minds: Minds) -> str:
    """Why agreement took its rounds: who saw it otherwise at first, and what each later round
    changed. Empty for a single round, where no agreement was asked for, and for estimates."""
    rounds = [event.data for event in facts.all("round")]
    if len(rounds) < 2 or facts.estimate or facts.kind.consensus.rule == "none":
        return ""
    first, last = _sides(rounds[0]), _sides(rounds[-1])
    end = int(rounds[-1]["proposal"])
    apart = [who for who, side in first.items() if side >= 0 and side != end]
    parts = [
        f"Why it took {words.many(len(rounds), 'round')}: after the first, "
        + (
            f"{facts.names(apart, 6)} preferred something else than {facts.option(end)}"
            if apart
            else f"all with a view were for {facts.option(end)}"
        )
    ]
    idle = []
    for data, changes in list(zip(rounds, minds.by_round, strict=True))[1:]:
        told = _what_moved(facts, changes) + _who_came(facts, data, rounds)
        if told:
            parts.append(f"in round {data['round']} {words.listed(told)}")
        if data["said"] and not changes:
            idle.append(f"{data['round']}")
    if idle:
        number = "round" if len(idle) == 1 else "rounds"
        parts.append(f"what was new in {number} {words.listed(idle)} changed nobody's preference")
    kept = [who for who, side in last.items() if side >= 0 and side != end]
    by_side: dict[int, list[int]] = {}
    for who in kept:
        by_side.setdefault(last[who], []).append(who)
    stayed = [
        f"{facts.names(some, 6)} stayed with {facts.option(side)}" for side, some in by_side.items()
    ]
    if kept:
        parts.append(f"{words.listed(stayed)} to the end")
    if kept and _same_ideas(rounds[-1]):
        parts.append(
            "all there had the same ideas before them by then, and weighed them differently"
        )
    if not kept and not apart and len(parts) == 1:
        return ""
    return f"{'; '.join(parts)}."


def _same_ideas(data: Mapping[str, Any]) -> bool:
    """Whether all with a view have the same ideas before them, in mind or on the record."""
    sides, record = _sides(data), recorded(data)
    known = [
        set(weighed(mind, record))
        for who, mind in minds_of(data).items()
        if sides.get(who, -1) >= 0
    ]
    return all(ideas == known[0] for ideas in known)


def _sides(data: Mapping[str, Any]) -> dict[int, int]:
    return {int(who): int(choice) for who, choice, _ in data["positions"]}


def _what_moved(facts: Facts, changes: Sequence[Change]) -> list[str]:
    """By what those were moved who changed their mind in a round."""
    said = {
        EVIDENCE: "ideas new to them turned",
        OTHERS: "where others stood moved",
        MATTERS: "what they took to matter turned",
    }
    groups = {why: [change.who for change in changes if change.why == why] for why in said}
    return [f"{said[why]} {facts.names(some, 4)}" for why, some in groups.items() if some]


def _who_came(
    facts: Facts, data: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Who was absent in a round, or there for the first time."""
    before = {int(who) for one in rounds if one["round"] < data["round"] for who in one["present"]}
    here = [int(who) for who in data["present"]]
    new, absent = [who for who in here if who not in before], list(data.get("absent", ()))
    told = [f"{facts.names(new, 4)} sat there for the first time"] if new else []
    return told + ([f"{facts.names(absent, 4)} {_was(absent)} absent"] if absent else [])


def _was(some: Sequence[int]) -> str:
    return "was" if len(some) == 1 else "were"


def ideas_of(facts: Facts, originators: Sequence[int]) -> str:
    """Some ideas, each with what it spoke for by itself where that is known."""
    ideas = [f"{facts.name(who)}'s idea{facts.spoke_for(who)}" for who in originators]
    return words.listed(ideas, MOST)


def one_voice(facts: Facts) -> str:
    """What changed the mind of whoever decided alone, where what they had seen spoke for something
    else; of one who had heard a room, its round tells."""
    event = facts.first("decide")
    if event is None or facts.closed_by != "one-voice" or facts.estimate or facts.all("round"):
        return ""
    who, chosen = int(event.data["decider"]), int(event.data["chosen"])
    ideas = [by for by in minds_of(event.data).get(who, {}) if by != who]
    before = facts.alone.get(who, -1)
    if before < 0 or before == chosen:
        return ""
    why = f"after hearing {ideas_of(facts, ideas)}"
    if not ideas:
        why = "with no idea new to them, as what they took to matter had changed"
    seen = f"{facts.name(who)}, who had seen what spoke for {facts.option(before)}"
    return f"Changed their mind: {seen}, turned to {facts.option(chosen)} {why}."
