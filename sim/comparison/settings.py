"""Where the settings in use come from, in a sentence or two, and which conventions move value
most, as measured for the shipped scenario."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sim.comparison.wording import listed
from sim.scenario.keys.facts import CONVENTION
from sim.scenario.origins import FITTED, GIVEN, SEARCHED, SOURCED, Origin, origins
from sim.scenario.titles import phrase_of
from sim.scenario.tree import pattern
from sim.texts import clip

DIALS = Path(__file__).with_name("dials.json")
"""How far each key moves the value of a decision in the shipped scenario; `benchmarks/dials.py`
writes it with the tables of docs/model.md."""
MOST_NAMED = 3
_TOLD = {
    GIVEN: ("is set by the scenario", "are set by the scenario"),
    FITTED: ("was fitted to logs", "were fitted to logs"),
    SEARCHED: ("was searched for by calibrate", "were searched for by calibrate"),
    SOURCED: (
        "is a default that rests on a study, a survey or a theory",
        "are defaults that rest on a study, a survey or a theory",
    ),
}


def in_use(
    policies: Mapping[str, Mapping[str, Any]], varied: Collection[str] = ()
) -> dict[str, Origin]:
    """The settings that some of the policies read, by path, but for those that are varied.

    policies: resolved, by name. Where a setting has several origins, it counts as the first of:
    given, searched for, fitted, sourced, convention.
    """
    order = (*_TOLD, CONVENTION)
    patterns = {pattern(key.removeprefix("variants.").split(".")) for key in varied}
    found: dict[str, Origin] = {}
    for policy in policies.values():
        for one in origins(policy):
            if one.path in varied or one.key in patterns:
                continue
            other = found.get(one.path, one)
            found[one.path] = min(one, other, key=lambda each: order.index(each.origin))
    return found


def origins_told(found: Mapping[str, Origin], policies: Collection[str]) -> str:
    """How many settings are conventions, and where the others come from; '' where none are
    known."""
    if not found:
        return ""
    counts = Counter(one.origin for one in found.values())
    count, every = counts[CONVENTION], len(found)
    who = listed([clip(name, 40) for name in policies])
    text = (
        f"{count} of the {every} settings in use under {who} ({count / every:.0%}) are "
        f"conventions, which no study gives."
    ).replace("%)", " %)")
    rest = [f"{counts[kind]} {words[counts[kind] > 1]}" for kind, words in _TOLD.items()]
    rest = [words for words, kind in zip(rest, _TOLD, strict=True) if counts[kind]]
    text += f" {listed(rest)}." if rest else ""
    if counts[SEARCHED]:
        text += " What was searched for is the best under this model, which is no evidence for it."
    return text


def conventions_that_matter(found: Mapping[str, Origin]) -> list[Origin]:
    """The conventions in use that move value most, the largest first; those alone of which it was
    measured."""
    measured = _moves()
    first: dict[str, Origin] = {}
    for one in found.values():
        if one.origin == CONVENTION and one.key in measured:
            first.setdefault(one.key, one)
    return sorted(first.values(), key=lambda one: -measured[one.key])


def conventions_told(most: list[Origin]) -> str:
    """Which conventions move value most, and that this was not measured here."""
    if not most:
        return ""
    measured = _moves()
    names = [f"{phrase_of(one.path)} (by {measured[one.key]:.2f})" for one in most[:MOST_NAMED]]
    which = "convention" if len(names) == 1 else "conventions"
    verb = "is" if len(names) == 1 else "are"
    return (
        f"Of those whose effect was measured, the {which} that can move the value of a decision "
        f"most {verb} {listed(names)}. That was measured in the shipped scenario leader-stream "
        f"and variations of it, one key at a time, not here."
    )


@cache
def _moves() -> dict[str, float]:
    """How far each key moves value, by the key as it is declared."""
    moves: dict[str, float] = json.loads(DIALS.read_text(encoding="utf-8"))
    return {pattern(key.split(".")): far for key, far in reversed(moves.items())}
