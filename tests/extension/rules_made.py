"""Rules as a user may write them: a valid one of every family, and some that are invalid."""

from __future__ import annotations

from pathlib import Path

WELL = '''\
"""One rule of every family, each with a parameter."""

import numpy as np

from sim.extension import Parameter, rule


def share(default, meaning=""):
    return Parameter(default, range=(0, 1), unit="share", source="convention", meaning=meaning)


@rule("power", source="convention", tilt=share(0.5))
def tilted(positions, counted, power, influence, head, rounds, tilt):
    """Influence counts beside decision weight, and the head's word more in early rounds."""
    scores = np.zeros(positions.shape[1])
    for p in range(len(counted)):
        if counted[p]:
            weight = power[p] * (1.0 + tilt * influence[p]) + (0.3 if p == head else 0.0) / rounds
            for m in range(len(scores)):
                scores[m] += weight * positions[p, m]
    return scores


@rule("consensus", source="convention", patience=share(0.8, "what the first round must reach"))
def cautious(support, dissent, rounds, waited, half_life, patience):
    """A forum asks for less support the longer it has met."""
    return support >= patience**rounds or waited > half_life


@rule("flow", source="Rosen & Tesser 1970", mum=share(0.5))
def mum(openness, engagement, distortion, item, levels, news, hops, attempt, mum):
    """Bad news climbs less, and every hop blurs more."""
    chance = openness * engagement
    if item == 0 and levels > 0 and news < 0.0:
        chance *= (1.0 - mum) ** (1 + attempt)
    return chance, distortion * (1.0 + 0.1 * hops)


@rule("assess", source="Yaniv & Kleinberger 2000", advice=share(0.4))
def egocentric(own, levels, variance, hops, influence, advice):
    """Advice counts less than what one saw oneself."""
    if own:
        return 1.0
    return advice**hops * influence / (1.0 + variance) * (1.5 if levels > 0 else 1.0)


@rule("persuade", source="convention", stubborn=share(0.5))
def near(seat, positions, heeded, joined, power, influence, self_weight, stubborn):
    """Who is near, and known, is trusted more."""
    row = np.zeros(len(power))
    total = 0.0
    for q in range(len(power)):
        if q != seat and heeded[q]:
            apart = abs(positions[q, 0] - positions[seat, 0])
            row[q] = power[q] * influence[q] / (1.0 + apart) * (1.0 if joined[q] else 0.5)
            total += row[q]
    if total <= 0.0:
        row[seat] = 1.0
        return row
    for q in range(len(power)):
        row[q] = (1.0 - stubborn) * row[q] / total
    row[seat] = stubborn
    return row


@rule("influence", source="DeRue & Ashford 2010", gain=share(0.3))
def granted(influence, loss, backing, chosen, power, members, stakes, gain):
    """Influence is granted by who backs it, and lost by being wrong."""
    return influence * (1.0 + 0.5 * gain * (backing - loss) + 0.05 * chosen * power * members)


@rule("engagement", source="convention", up=share(0.1))
def moved(engagement, rest, ends_day, heard, backlog, up):
    """Being heard lifts, being unheard and behind lowers."""
    if ends_day:
        return engagement + 0.02 * (rest - engagement) - 0.001 * min(backlog, 1.0) * engagement
    return engagement + up * ((1.0 if heard else 0.0) - engagement)


@rule("consensus", source="convention")
def in_words(support):
    """Does what no compiler of numbers can."""
    return float(f"{support:.3f}") > 0.5
'''

INVALID = '''\
"""Rules that do what no rule may."""

import random
import time

import numpy as np

from sim.extension import Parameter, rule

seen = []


class Counter:
    count = 0


counter = Counter()


@rule("consensus", source="convention")
def draws(support):
    """Draws by itself."""
    return random.random() < support


@rule("consensus", source="convention")
def draws_with_numpy(support):
    """Draws by itself, where it can be compiled."""
    return np.random.random() < support


@rule("consensus", source="convention")
def clock(support):
    """Reads the clock."""
    return time.time() % 2.0 > 1.0


@rule("consensus", source="convention")
def remembers(support):
    """Keeps what it was asked."""
    seen.append(support)
    return len(seen) > 3


@rule("consensus", source="convention")
def counts(support):
    """Keeps how often it was asked."""
    counter.count += 1
    return counter.count % 3 == 0


@rule("consensus", source="convention")
def in_secret(support):
    """Draws by a way round, and leaves its mark."""
    np.__dict__["random"].random()
    return support > 0.5


@rule("assess", source="convention")
def no_number(own, hops):
    """Answers no number."""
    return 1.0 if own or hops < 1 else np.nan


@rule("power", source="convention")
def mutates(positions, counted):
    """Writes to what it is given."""
    positions[0, 0] = 1.0
    return positions[0]


@rule("consensus", source="convention")
def raises(rounds, support):
    """Gives up in the second round."""
    if rounds > 1:
        raise ValueError("no")
    return support > 0.99


@rule("consensus", source="convention")
def first_wins(agreeing):
    """Goes by who sits first."""
    return agreeing[0] == 1


@rule("power", source="convention")
def too_long(positions):
    """Answers one score too many."""
    return np.zeros(positions.shape[1] + 1)


@rule("persuade", source="convention")
def too_much(power):
    """Trusts more than there is."""
    return np.ones(len(power))


@rule(
    "engagement",
    source="convention",
    most=Parameter(1.0, range=(0, 2), unit="share", source="convention"),
)
def too_far(engagement, most):
    """Leaves its range where its parameter is at its end."""
    return max(engagement, most)


@rule("assess", source="convention")
def rounded(variance):
    """Adds up as numpy does, which is not as compiled code does."""
    return np.sum(np.array([0.1, 0.7, 1e3, variance, 1e-3, 3.3, 0.2, 0.9, 1e-5, 7.7]) / 3.0)


@rule("consensus", range=Parameter(0.5))
def undeclared(support, range):
    return support > range
'''

RULES = {
    "power": "tilted",
    "consensus": "cautious",
    "flow": "mum",
    "assess": "egocentric",
    "persuade": "near",
    "influence": "granted",
    "engagement": "moved",
}
"""The rules that are well, by family."""


def write(folder: Path) -> None:
    """Write both files, well.py and invalid.py."""
    (folder / "well.py").write_text(WELL, encoding="utf-8")
    (folder / "invalid.py").write_text(INVALID, encoding="utf-8")
