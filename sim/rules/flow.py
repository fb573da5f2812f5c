"""Flow: whether a message is passed on, and how long it takes."""

from __future__ import annotations

from sim.compiler import compiled
from sim.draws import exponential
from sim.rules.closing import CLOSED, DECIDED
from sim.rules.family import NUMBER, PASSING, WHOLE, Family, Input

IDEA, NOTICE, MANDATE, DECISION, CONTEXT = range(5)
"""What a message is about; part of the key of its draws."""

ROUTING = Family("routing", "flow.routing")
BY_LINE = ROUTING.rule(
    0,
    "line",
    "along reporting lines toward whoever is accountable or affected",
    "Radner 1993",
)
BY_SPREAD = ROUTING.rule(
    1, "spread", "to every channel, up to `reach` hops", "Granovetter 1973", reads={"flow.reach"}
)
BY_BOTH = ROUTING.rule(
    2, "both", "along the line and to every channel", "convention", reads={"flow.reach"}
)

FLOW = Family(
    "flow",
    "flow.rule",
    "the probability that a leader passes an item on and, where two numbers are answered, the "
    "variance that retelling adds to an idea",
    False,
    PASSING,
    0.0,
    1.0,
    {
        "openness": Input(
            NUMBER, "the probability that the scenario gives for this direction of flow"
        ),
        "distortion": Input(
            NUMBER, "the variance that the scenario gives for this direction of flow"
        ),
        "engagement": Input(
            NUMBER,
            "what the holder's engagement does: its share of engagement.start, at most 1",
        ),
        "item": Input(WHOLE, f"what it is: {IDEA} an idea, {CONTEXT} context"),
        "way": Input(WHOLE, "the direction of flow: 0 up, 1 down, 2 across"),
        "levels": Input(
            WHOLE, "how many levels the receiver stands above the holder; negative: below"
        ),
        "news": Input(
            NUMBER,
            "how favourable an idea is: the mean over alternatives and facets; 0 for other items",
        ),
        "hops": Input(WHOLE, "how many hops an idea has made, else 0"),
        "attempt": Input(WHOLE, "how often it was tried before"),
    },
)
OPENNESS = FLOW.rule(
    0,
    "open",
    "an item is passed on with the probability `open` of the direction, times engagement",
    "convention",
)

READING = Family("reading", "reading")
BY_ARRIVAL = READING.rule(0, "arrival", "first come, first read", "standard")
BY_URGENCY = READING.rule(
    1, "urgency", "the most urgent matter first, context last", "standard: priority queue"
)

_WHATS = 8  # how many kinds of message the index of their draws has room for


@compiled
def draw_index(what: int, attempt: int) -> int:
    """The index of the draw that settles whether a message passes: one a kind and attempt."""
    return attempt * _WHATS + what


@compiled
def no_longer_matters(what: int, state: int) -> bool:
    """Whether a message about an issue in a state need not be read: nothing can come of it.

    An idea, a notice or a mandate once there is a decision; a decision once it has taken effect.
    """
    return state >= (CLOSED if what == DECISION else DECIDED)


@compiled
def is_superseded(held: bool, newest: int, version: int) -> bool:
    """Whether news of a version of the direction that its holder has not passed on yet is stale.

    newest: the newest version that the holder knows by now.
    """
    return held and newest > version


@compiled
def passes(u: float, openness: float) -> bool:
    """Whether the holder passes an item on: with probability `openness` in [0, 1]; 0 never
    passes."""
    return u < openness


@compiled
def hop_ticks(u: float, openness: float, mean: float) -> int:
    """How long a passed item travels: exponential with `mean` ticks, rounded up to at least one
    tick.

    Uses the rest of the uniform that `passes` compared: given u < openness, u / openness is uniform
    again. The mean of the rounded delay is 1 / (1 - exp(-1/mean)).
    """
    exact = mean * exponential(u / openness)
    ticks = int(exact)
    if ticks < exact:
        ticks += 1
    return ticks if ticks > 1 else 1


@compiled
def kept_fidelity(fidelity: float, loss: float) -> float:
    """Context fidelity after a hop that loses the share `loss` of it."""
    return fidelity * (1.0 - loss)
