"""What rules are given, made up: rooms and messages such as both drivers may ask about, and
parameters.

    for inputs in given("consensus", seed=1):
        assert cautious_vote(inputs["support"], inputs["rounds"], 0.6) in (True, False)

The same seed gives the same. Every size of a room from one member to sixteen meets every course:
opinions that differ, agree, tie or are silent but for one, numbers beyond all measure, alternatives
that some have not heard of, and all power in one hand. As in the drivers, somebody always has a
position.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

from sim.extension import Rule
from sim.rules.consensus import agrees, dissent, support
from sim.rules.evidence import HIDDEN
from sim.rules.flow import CONTEXT, IDEA

COUNT = 63
"""So many inputs let every size meet every course."""
SIZES = (1, 2, 3, 4, 5, 7, 9, 12, 16)
COURSES = ("mixed", "agree", "tie", "silent", "extreme", "unheard", "lopsided")
ALTERNATIVES = (2, 1, 3, 5)
"""How many there are; one alternative stands for an estimate."""
TOLERANCE = 0.25
UNBOUNDED = 1e3
"""A parameter without a bound is tried up to so many times its default."""
UP, DOWN, ACROSS = range(3)

Inputs = dict[str, Any]


def given(family: str, seed: int = 0, count: int = COUNT) -> Iterator[Inputs]:
    """`count` different inputs of a family of rules, each by its name; tables are lists of rows,
    arrays are lists."""
    draw = random.Random(f"{family}, {seed}")
    make = _MAKERS[family]
    for at in range(count):
        yield make(draw, at)


def settings(rule: Rule) -> Iterator[tuple[float, ...]]:
    """Values of a rule's parameters: the defaults, all at their least, all at their greatest, each
    alone at both."""
    defaults = tuple(one.default for one in rule.parameters.values())
    ends = [_ends(one.default, one.low, one.high) for one in rule.parameters.values()]
    tried = [defaults, tuple(low for low, _ in ends), tuple(high for _, high in ends)]
    for place, pair in enumerate(ends):
        tried += [(*defaults[:place], end, *defaults[place + 1 :]) for end in pair]
    yield from dict.fromkeys(tried)


def _ends(default: float, low: float, high: float) -> tuple[float, float]:
    far = UNBOUNDED * max(abs(default), 1.0)
    return (low if math.isfinite(low) else default - far), (
        high if math.isfinite(high) else default + far
    )


def _room(draw: random.Random, at: int) -> Inputs:
    """A room as rules about forums see it."""
    size, count = SIZES[at % len(SIZES)], ALTERNATIVES[at % len(ALTERNATIVES)]
    course = COURSES[at % len(COURSES)]
    counted = [int(draw.random() < 0.8) for _ in range(size)] if course == "mixed" else [1] * size
    if course == "silent" or not any(counted):
        counted = [0] * size
        counted[draw.randrange(size)] = 1
    heard = [1] * count
    if course == "unheard":
        heard = [1, *(draw.randrange(2) for _ in heard[1:])]
    positions = [
        _position(draw, course, heard, p, at) if counted[p] else [0.0] * count for p in range(size)
    ]
    return {
        "positions": positions,
        "counted": counted,
        "preferred": [_leading(row) if counted[p] else -1 for p, row in enumerate(positions)],
        "power": _shares(draw, course, size),
        "influence": [share * size for share in _shares(draw, course, size, least=1e-6)],
        "open": heard,
        "head": draw.randrange(size),
        "rounds": 1 + at % 12,
        "half_life": draw.choice([0.125, 1.0, 5.0, 250.0]),
        "stakes": draw.choice([0.0, 1.0, 10.0]),
    }


def _position(
    draw: random.Random, course: str, heard: list[int], member: int, at: int
) -> list[float]:
    """What one member thinks of each alternative."""
    if course == "agree":
        return [1.0 / (1 + place) + at for place in range(len(heard))]
    if course == "tie":
        return [float(place % 2 == member % 2) for place in range(len(heard))]
    wide = draw.choice([1e-12, 1e6]) if course == "extreme" else 1.0
    spoken = [draw.gauss(0.0, wide) for _ in heard]
    # Who has heard of what is not open to all still has a position on it.
    return [
        one if known or draw.random() < 0.5 else HIDDEN
        for one, known in zip(spoken, heard, strict=True)
    ]


def _leading(row: list[float]) -> int:
    return row.index(max(row))


def _shares(draw: random.Random, course: str, size: int, least: float = 0.0) -> list[float]:
    """Shares that sum to 1."""
    parts = [1.0] * size if course == "tie" else [draw.expovariate(1.0) + 1e-9 for _ in range(size)]
    if course == "lopsided":
        parts = [least] * size
        parts[draw.randrange(size)] = 1.0
    total = sum(parts)
    return [part / total for part in parts]


def _power(draw: random.Random, at: int) -> Inputs:
    return _room(draw, at)


def _consensus(draw: random.Random, at: int) -> Inputs:
    """A room with what it proposes: the alternative, of those all have heard of, with the highest
    weighted position."""
    room = _room(draw, at)
    count = len(room["open"])
    votes = [
        (room["power"][p], row) for p, row in enumerate(room["positions"]) if room["counted"][p]
    ]
    total = sum(power for power, _ in votes) or 1.0
    scores = [sum(power * row[m] for power, row in votes) / total for m in range(count)]
    choice, number = -1, scores[0]
    if count > 1:
        known = [
            score if heard else -math.inf for score, heard in zip(scores, room["open"], strict=True)
        ]
        choice, number = _leading(known), 0.0
    behind = [
        int(bool(there) and agrees(preferred, row[0], choice, number, TOLERANCE))
        for there, preferred, row in zip(
            room["counted"], room["preferred"], room["positions"], strict=True
        )
    ]
    del room["open"], room["head"]
    return room | {
        "agreeing": behind,
        "support": support(behind, room["counted"]),
        "dissent": dissent(behind, room["counted"]),
        "proposed": choice,
        "number": number,
        "waited": draw.choice([0.0, 0.125, draw.uniform(0.0, 30.0), 1000.0]),
    }


def _persuade(draw: random.Random, at: int) -> Inputs:
    """A member among others whom they may heed; now and then, as where influence is reflected, all
    of them."""
    room = _room(draw, at)
    size = len(room["counted"])
    seat = draw.choice([p for p in range(size) if room["counted"][p]])
    heeded = [
        int(there and (p == seat or draw.random() < 0.7)) for p, there in enumerate(room["counted"])
    ]
    return {
        "seat": seat,
        "positions": room["positions"],
        "heeded": [1] * size if at % 5 == 0 else heeded,
        "joined": [int(p != seat and draw.random() < 0.5) for p in range(size)],
        "power": room["power"],
        "influence": room["influence"],
        "self_weight": draw.choice([0.0, 1.0, 0.5, draw.random()]),
        "stranger": draw.choice([0.0, 1.0, 0.5]),
        "rounds": 2 + at % 12,
    }


def _share(draw: random.Random) -> float:
    return draw.choice([0.0, 1.0, draw.random()])


def _flow(draw: random.Random, at: int) -> Inputs:
    way, item = at % 3, (IDEA, CONTEXT)[draw.randrange(2)]
    levels = draw.randint(1, 4)
    return {
        "openness": _share(draw),
        "distortion": draw.choice([0.0, 0.05, 10.0]),
        "engagement": _share(draw),
        "item": item,
        "way": way,
        "levels": {UP: levels, DOWN: -levels, ACROSS: 0}[way],
        "news": draw.choice([draw.gauss(0.0, 1.0), -1e6, 0.0]) if item == IDEA else 0.0,
        "hops": draw.choice([0, 1, 3, 64]) if item == IDEA else 0,
        "attempt": draw.choice([0, 1, 100]),
    }


def _assess(draw: random.Random, at: int) -> Inputs:
    own = int(at % 4 == 0)
    return {
        "own": own,
        "hops": 0 if own else draw.choice([0, 1, 3, 64]),
        "variance": 0.0 if own else draw.choice([0.0, draw.random(), 1e6]),
        "levels": 0 if own else draw.randint(-4, 4),
        "influence": draw.choice([1.0, 1e-6, 50.0, draw.random()]),
        "engagement": _share(draw),
    }


def _influence(draw: random.Random, at: int) -> Inputs:
    members = SIZES[at % len(SIZES)]
    return {
        "influence": draw.choice([1.0, 1e-6, 50.0, draw.expovariate(1.0) + 1e-6]),
        "loss": _share(draw),
        "backing": _share(draw) if members > 1 else 0.0,
        "chosen": draw.randrange(2),
        "power": 1.0 if members == 1 else _share(draw),
        "members": members,
        "engagement": _share(draw),
        "stakes": draw.choice([0.0, 1.0, 10.0]),
    }


def _engagement(draw: random.Random, at: int) -> Inputs:
    ends_day = at % 2
    return {
        "engagement": _share(draw),
        "rest": _share(draw),
        "ends_day": ends_day,
        "heard": 0 if ends_day else draw.randrange(2),
        "backlog": draw.choice([0.0, draw.random(), 1e4]) if ends_day else 0.0,
    }


_MAKERS = {
    "power": _power,
    "consensus": _consensus,
    "flow": _flow,
    "assess": _assess,
    "persuade": _persuade,
    "influence": _influence,
    "engagement": _engagement,
}
