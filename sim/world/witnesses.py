"""Who senses an issue."""

from __future__ import annotations

from sim.compiler import rule
from sim.draws import WITNESS, exponential, uniform
from sim.rules.vectors import Integers, Vector


@rule
def choose_witnesses(
    k0: int,
    k1: int,
    origin: int,
    accountable: int,
    count: int,
    keys: Integers,
    relevances: Vector,
    chosen: Integers,
    scores: Vector,
) -> int:
    """Fill `chosen` with the witnesses of an issue, ascending, and return how many they are.

    The origin and the accountable leader always; the others, up to `count` in all, without replacement with
    probability proportional to relevance: the smallest Exp(1) / relevance (Efraimidis & Spirakis 2006).
    `chosen` and `scores` have room for max(count, 2).
    """
    always = 1 if origin == accountable else 2
    chosen[0] = origin
    if always == 2:
        chosen[1] = accountable
    room = count if count > always else always
    if room > len(keys):
        room = len(keys)
    n = always
    for i in range(len(keys)):
        if i != origin and i != accountable:
            score = exponential(uniform(k0, k1, WITNESS, 0, keys[i], 0, 0)) / relevances[i]
            if n < room or (n > always and score < scores[n - 1]):
                at = n if n < room else n - 1
                n = at + 1
                while at > always and scores[at - 1] > score:
                    scores[at] = scores[at - 1]
                    chosen[at] = chosen[at - 1]
                    at -= 1
                scores[at] = score
                chosen[at] = i
    for last in range(1, n):
        leader = chosen[last]
        at = last
        while at > 0 and chosen[at - 1] > leader:
            chosen[at] = chosen[at - 1]
            at -= 1
        chosen[at] = leader
    return n
