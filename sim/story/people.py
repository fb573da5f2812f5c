"""How people differ: what each took to matter, how precisely they see, and what others took them
for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.scenario.keys.stream import NONE
from sim.story import words
from sim.story.facts import Facts

MOST = 3
"""So many are told of one by one whose competence others misjudged most."""


def leanings(facts: Facts) -> str:
    """Who of those who decide weighed which facet most above what the direction asks; empty where
    nobody leans or errs about it."""
    event, arisen = facts.first("decide"), facts.first("arise")
    causes = _causes(facts)
    if event is None or arisen is None or not causes or facts.by_chance:
        return ""
    asked = [float(weight) for weight in arisen.data.get("weights", ())]
    parts = []
    for who, believed in event.data.get("weighs", ()):
        over = [float(mine) - theirs for mine, theirs in zip(believed, asked, strict=True)]
        most = max(range(len(over)), key=over.__getitem__)
        share, ask = words.share(float(believed[most])), words.share(asked[most])
        if share != ask:
            matters = f"{facts.seen_at(most, len(asked))} matters (facet {most + 1}"
            parts.append(f"{facts.name(int(who))} to {matters}: {share} instead of {ask})")
    if not parts:
        return ""
    why = f"{causes}, and by what they knew of {_guide(facts)} was given"
    return f"{why} by {words.listed(parts, 12)}."


def _guide(facts: Facts) -> str:
    """By what the issue was weighed, and what asks for other weights."""
    set_by = facts.scenario.direction.set_by
    if set_by == NONE:
        return "the direction, more weight than it asks"
    known = "the need" if facts.kind_name == set_by else "the direction that decisions set"
    return f"{known}, more weight than is needed"


def _causes(facts: Facts) -> str:
    """What makes people take something else to matter than the direction asks."""
    leaning = float(facts.scenario.interests.strength) > 0.0
    judgement = float(facts.scenario.competence.judgement) > 0.0
    if leaning and judgement:
        return "By leaning, by errors of judgement"
    return "By leaning" if leaning else "By errors of judgement" if judgement else ""


def competence(facts: Facts) -> str:
    """How precisely those see whose ideas counted, what they were taken for, and who of those who
    decide would have preferred something else had that been known; empty where all are alike."""
    event = facts.first("decide")
    people = [] if event is None else event.data.get("people", ())
    if event is None or not people:
        return ""
    learned = facts.scenario.trust == "learned"
    by_error = sorted(people, key=lambda one: -abs(math.log(one[2] / one[1])))
    told = [
        _seen(facts, int(who), true, taken if learned else None)
        for who, true, taken in by_error[:MOST]
    ]
    rest = len(people) - len(told)
    others = f"; and {words.many(rest, 'other')}, misjudged less" if rest else ""
    text = (
        "How precisely those see whose ideas counted, as a multiple of what is usual in their "
        f"place: {'; '.join(told)}{others}."
    )
    if not learned:
        text += " Everybody was taken for 1."
    return f"{text} {_truly(facts, event.data.get('truly', ()))}"


def _seen(facts: Facts, who: int, true: float, taken: float | None) -> str:
    """A leader's competence, and what others took it for where they could learn of it."""
    beside = "" if taken is None else f" (taken for {taken:.2f})"
    return f"{facts.name(who)} {true:.2f}{beside}"


def _truly(facts: Facts, changed: Sequence[tuple[int, int, int]]) -> str:
    """Who would have preferred something else."""
    if facts.estimate:
        return ""
    if not changed:
        return (
            "Weighed by true competence, these ideas would have led nobody to another preference."
        )
    parts = [
        f"{facts.name(who)} to prefer {facts.option(true)} instead of {facts.option(taken)}"
        for who, taken, true in changed
    ]
    return f"Weighed by true competence, these ideas would have led {words.listed(parts, 4)}."
