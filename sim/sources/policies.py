"""What an imported organisation is asked: the issues that arise in it, and the policies that are
compared.

Each variant changes one thing of the base, so that a difference has one reason. All have the same
people, and so the same worlds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.keys.issues import KINDS
from sim.scenario.keys.power import Forum
from sim.scenario.keys.settings import LONGEST_LABEL

AS_DRAWN, INFORMAL, MIDDLE, BALANCED, DELEGATED = (
    "as-drawn",
    "informal",
    "middle",
    "balanced",
    "delegated",
)
"""The names of the policies."""

EACH = "7.4/y"
"""How often an operational issue arises with each of those who raise such: the default, 4 a week
among 27 leaders, is 7.4 a year with each. A rate for each keeps 20 and 5,000 people equally
busy."""

MOST_DECIDED = 150
"""So many operational issues a year reach one decider at most, 3 a week; where more people raise
them below one decider, each does less often. A convention."""

LARGE, FEWER, HORIZON, WARMUP = 1_000, 10, "12w", "2w"
"""From so many people on, so many replications over a shorter time: a replication of theirs holds
as many issues as many of a small organisation, and takes as long."""

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Shape:
    """What the policies depend on.

    positions: their names, upstream first. position: the index of each person's [N]. manager: the
    index of each person's manager, -1 for none [N], without circles. informal: how many pairs have
    a channel by a tie and are no reporting line.
    """

    positions: Sequence[str]
    position: Integers
    manager: Integers
    informal: int = 0


@dataclass(frozen=True)
class WhatIf:
    """The part of a scenario that asks "what if".

    base: what the scenario's own settings are called. settings: those settings, as a mapping of the
    scenario file. variants: what each variant changes, by dotted keys, and its label. label: that
    of the base. meanings: what each policy stands for in one sentence, the base first.
    """

    base: str
    settings: dict[str, Any]
    variants: dict[str, dict[str, Any]]
    label: str
    meanings: dict[str, str]


def policies(shape: Shape, each: str | None = None) -> WhatIf:
    """The issues and policies of an imported organisation; valid for one position or more, with or
    without ties.

    each: how often an operational issue arises with each of those who raise such (default: EACH, or
    less where that would bring more than MOST_DECIDED a year to one decider).

    The base is the organisation as it works: its lines and all its channels, and who is accountable
    decides. `as-drawn` has the lines alone (without ties it is the base). `middle`: the middle
    position decides what the first would; where there is none, `delegated`: whoever is thought to
    know most decides. `balanced`: a forum decides, with members from every position.
    """
    people = len(shape.position)
    base = INFORMAL if shape.informal else AS_DRAWN
    meanings = {base: _BASE_MEANINGS[base]}
    variants: dict[str, dict[str, Any]] = {}
    if shape.informal:
        variants[AS_DRAWN] = {"label": _LABELS[AS_DRAWN], "stream.kinds": []}
        meanings[AS_DRAWN] = "the reporting lines alone, as in the organisation chart"
    if len(shape.positions) > 2:
        first, middle = shape.positions[0], shape.positions[len(shape.positions) // 2]
        label = _LABELS[MIDDLE].format(middle)
        named = {"label": label} if len(label) <= LONGEST_LABEL else {}
        variants[MIDDLE] = named | {"issues.strategic.decided_at": middle}
        meanings[MIDDLE] = f"{middle} decides the strategic issues that {first} would decide"
    else:
        variants[DELEGATED] = {"label": _LABELS[DELEGATED], "power.rule": "delegated"}
        meanings[DELEGATED] = "whoever is thought to know most decides"
    variants[BALANCED] = {
        "label": _LABELS[BALANCED],
        "power.rule": "shared",
        "power.forum.choose": "balanced",
    }
    most = Forum().size
    if people < most:
        variants[BALANCED]["power.forum.size"] = people
    seats = min(most, people)
    meanings[BALANCED] = f"a forum of up to {seats} decides, with members from every position"
    return WhatIf(base, _settings(shape, each), variants, _LABELS[base], meanings)


_LABELS = {
    INFORMAL: "the organisation as it works",
    AS_DRAWN: "the organisation as drawn",
    MIDDLE: "strategic decisions by {}",
    DELEGATED: "decisions delegated",
    BALANCED: "a balanced forum",
}
_BASE_MEANINGS = {
    INFORMAL: "as it works: the lines and all other channels; whoever is accountable decides",
    AS_DRAWN: "as drawn: the reporting lines; whoever is accountable decides",
}


def _settings(shape: Shape, each: str | None) -> dict[str, Any]:
    settings: dict[str, Any] = {"issues": _issues(shape, each), "power": {"rule": "autocratic"}}
    if len(shape.position) >= LARGE:
        settings |= {
            "replications": FEWER,
            "clock": {"horizon": HORIZON, "warmup": WARMUP},
        }
    return settings


def _issues(shape: Shape, each: str | None) -> dict[str, Any]:
    """The default kinds, raised and decided at this organisation's own positions.

    Operational issues arise at the largest position below the first and are decided one above it.
    Strategic ones keep their rate in all, as all must know of each of them.
    """
    people = len(shape.position)
    kinds = {name: dict(kind) for name, kind in KINDS.items()}
    for kind in kinds.values():
        kind["witnesses"] = min(kind["witnesses"], people)
    raised, decided = _operational(shape)
    rate = each or _rate(shape, raised, decided)
    kinds["operational"] |= {"rate": {"each": rate}, "raised_at": raised, "decided_at": decided}
    first = shape.positions[0] if len(shape.positions) > 1 else "origin"
    kinds["strategic"]["decided_at"] = first
    return kinds


def _operational(shape: Shape) -> tuple[str, str]:
    """Where operational issues are raised and decided: by their origins where nobody who raises
    them has anybody above who could."""
    if len(shape.positions) < 2:
        return "any", "origin"
    count = np.bincount(shape.position, minlength=len(shape.positions))
    raised = 1 + int(np.argmax(count[1:]))
    at = np.flatnonzero(shape.position == raised)
    decides = (_most_upstream(shape)[at] < raised).any()
    return shape.positions[raised], shape.positions[raised - 1] if decides else "origin"


def _most_upstream(shape: Shape) -> Integers:
    """The most upstream position that each person, or somebody above, holds."""
    highest, above = shape.position.copy(), shape.manager.copy()
    while (above >= 0).any():
        has = above >= 0
        highest[has] = np.minimum(highest[has], shape.position[above[has]])
        above = np.where(has, shape.manager[above], -1)
    return highest


def _rate(shape: Shape, raised: str, decided: str) -> str:
    """How often an issue arises with each of those who raise such."""
    if decided == "origin":
        return EACH
    positions = list(shape.positions)
    place, bound = positions.index(raised), positions.index(decided)
    leader = np.flatnonzero(shape.position == place)
    while True:
        climbs = (shape.position[leader] > bound) & (shape.manager[leader] >= 0)
        if not climbs.any():
            break
        leader = np.where(climbs, shape.manager[leader], leader)
    most = int(np.bincount(leader).max())
    usual = float(EACH.removesuffix("/y"))
    return EACH if most * usual <= MOST_DECIDED else f"{MOST_DECIDED / most:.2g}/y"
