"""Who leaves, and who comes instead."""

from __future__ import annotations

from sim.compiler import compiled
from sim.draws import PERSON, REPLACED, stream_of, uniform
from sim.rules.vectors import Integers, Vector

PERSONS_FROM = 20
"""The bit from which on the draw of a message about the direction says how many held the seat of
whom it is for: each of them may be told the same."""


@compiled
def is_replaced(k0: int, k1: int, key: int, day: int, probability: float) -> bool:
    """Whether the person in the seat with `key` leaves on a day (k0, k1: the run's stream)."""
    return uniform(k0, k1, REPLACED, 0, key, day, 0) < probability


@compiled
def choose_replaced(
    k0: int, k1: int, day: int, count: int, keys: Integers, draws: Vector, chosen: Integers
) -> None:
    """Set `chosen` to 1 for exactly `count` of the seats, each as likely: those with the smallest
    draws. `draws` has room for a number a seat; `chosen` holds 0 for each."""
    for i in range(len(keys)):
        draws[i] = uniform(k0, k1, REPLACED, 1, keys[i], day, 0)
    for _ in range(count):
        least = -1
        for i in range(len(keys)):
            if chosen[i] == 0 and (least < 0 or draws[i] < draws[least]):
                least = i
        chosen[least] = 1


@compiled
def next_person(k0: int, k1: int, key: int, before: int) -> int:
    """The 32-bit key of the person who takes the seat with `key` after `before` others."""
    person, _ = stream_of(k0, k1, PERSON, key, before)
    return person
