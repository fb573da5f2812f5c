"""What changed minds: who preferred something else before a round and after, and what they had
heard in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.story import words
from sim.story.facts import Facts

MOST = 4
"""So many who changed their minds are told of one by one."""


class Minds:
    """Follows what each member prefers and which ideas they have in mind, round by round.

    Before the first round, a member prefers what their own fragment spoke for (nothing where they
    saw nothing).
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        senses = facts.all("sense")
        self.alone = {int(event.data["leader"]): int(event.data["best"]) for event in senses}
        self.sides = dict(self.alone)
        self.ideas: dict[int, dict[int, tuple[int, int]]] = {
            who: {who: (0, 0)} for who in self.alone
        }
        self.shown: set[int] = set()

    def changed(self, data: Mapping[str, Any]) -> str:
        """Who changed their mind by the end of a round, from what to what, and what they had heard
        since."""
        minds = {
            int(who): {int(i): (int(h), int(s)) for i, h, s in ideas}
            for who, ideas in data.get("minds", ())
        }
        sides = {int(who): int(choice) for who, choice, _ in data["positions"]}
        changes = []
        for who, now in sides.items():
            before = self.sides.get(who, -1)
            if before >= 0 and now >= 0 and now != before:
                changes.append(self._turn(who, before, now, minds.get(who, {}), sides))
        self.sides |= {who: now for who, now in sides.items() if now >= 0}
        self.ideas |= minds
        self.shown |= set(sides)
        if not changes or self.facts.estimate:
            return ""
        more = (
            [f"{words.count(len(changes) - MOST)} more changed their minds"]
            if len(changes) > MOST
            else []
        )
        return f"Changed their minds: {'; '.join([*changes[:MOST], *more])}."

    def _turn(
        self,
        who: int,
        before: int,
        now: int,
        ideas: Mapping[int, tuple[int, int]],
        sides: Mapping[int, int],
    ) -> str:
        facts, held = self.facts, self.ideas.get(who, {})
        fresh = [
            origin for origin, copy in ideas.items() if origin != who and held.get(origin) != copy
        ]
        was = "had been for" if who in self.shown else "had seen what spoke for"
        turned = (
            f"{facts.name(who)}, who {was} {facts.option(before)}, turned to {facts.option(now)}"
        )
        return f"{turned} {self._why(who, now, fresh, sides)}"

    def _why(self, who: int, now: int, fresh: Sequence[int], sides: Mapping[int, int]) -> str:
        """Which ideas were new to them; without one, whose positions had been on that side
        before."""
        facts = self.facts
        if fresh:
            return f"after hearing {ideas_of(facts, fresh, self.alone)}"
        others = [
            i
            for i, side in self.sides.items()
            if i != who and i in sides and i in self.shown and side == now
        ]
        if others and who in self.shown:
            movers = facts.names(others, MOST)
            return f"with no idea new to them, moved by {movers}, who had been for it"
        changed = "where the others stood" if who in self.shown else "what could be chosen"
        return f"with no idea new to them, as what they took to matter, or {changed}, had changed"


def ideas_of(facts: Facts, originators: Sequence[int], alone: Mapping[int, int]) -> str:
    """Some ideas, each with what it spoke for by itself where that is known."""
    ideas = []
    for who in originators:
        best = alone.get(who, -1)
        ideas.append(
            f"{facts.name(who)}'s idea" + (f" (for {facts.option(best)})" if best >= 0 else "")
        )
    return words.listed(ideas, MOST)


def one_voice(facts: Facts) -> str:
    """What changed the mind of whoever decided alone, where what they had seen spoke for something
    else."""
    event, alone = facts.first("decide"), Minds(facts).alone
    if event is None or facts.closed_by != "one-voice" or facts.estimate:
        return ""
    who, chosen = int(event.data["decider"]), int(event.data["chosen"])
    ideas = [
        int(i)
        for of, known in event.data.get("minds", ())
        if of == who
        for i, _, _ in known
        if i != who
    ]
    before = alone.get(who, -1)
    if before < 0 or before == chosen:
        return ""
    why = f"after hearing {ideas_of(facts, ideas, alone)}"
    if not ideas:
        why = "with no idea new to them, as what they took to matter had changed"
    seen = f"{facts.name(who)}, who had seen what spoke for {facts.option(before)}"
    return f"Changed their mind: {seen}, turned to {facts.option(chosen)} {why}."
