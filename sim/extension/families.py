"""The families of rules that a user's own rule may belong to: what each is given, and what it answers.

A rule is a function whose arguments are picked by name from what its family is given; an argument of any other name
is a parameter that the rule declares. Both drivers give the same, so that a rule answers the same on both.
"""

from __future__ import annotations

from typing import NamedTuple

NUMBER, WHOLE, NUMBERS, WHOLES, TABLE = "number", "whole", "numbers", "wholes", "table"
"""The forms of an input: a float, an int, an array of either, a table [members, alternatives] of floats."""

TRUTH, VALUE, PASSING, SCORES, ROW = "truth", "value", "passing", "scores", "row"
"""The forms of an answer: True or False; one float; a probability, alone or with a variance; an array of scores;
an array of shares that sum to 1."""

MOST_PARAMETERS = 16
SUM_WITHIN = 1e-9


class Input(NamedTuple):
    """What a rule of a family may ask for, by this name."""

    form: str
    meaning: str


class Family(NamedTuple):
    """A family: what it decides, what a rule of it is given and answers, and between which bounds.

    section: the section of a scenario whose keys `rule` and `with` name a rule and set its parameters. by_kind:
    whether a kind of issue may have its own. standard: the built-in rule where it is not one of the catalogue.
    """

    summary: str
    section: str
    by_kind: bool
    answer: str
    low: float
    high: float
    inputs: dict[str, Input]


_POSITIONS = Input(
    TABLE,
    "positions shown, members x alternatives, -1e30 where a member has not heard of one; an estimate has one column",
)
_COUNTED = Input(WHOLES, "by member, 1 for who is there and has a position")
_PREFERRED = Input(WHOLES, "by member, the alternative it prefers; -1 for none")
_POWER = Input(NUMBERS, "by member, its decision weight; they sum to 1")
_INFLUENCE = Input(NUMBERS, "by member, its emergent influence; 1 on average over all leaders")
_ROUNDS = Input(WHOLE, "which round this is, from 1")
_HALF_LIFE = Input(NUMBER, "in which time the issue's value halves, in working days")
_STAKES = Input(NUMBER, "what a perfect decision at once is worth")

FAMILIES: dict[str, Family] = {
    "power": Family(
        "what a forum proposes: a score for every alternative, of which the highest is proposed; for an estimate, "
        "one score: the number",
        "power",
        True,
        SCORES,
        -1e300,
        1e300,
        {
            "positions": _POSITIONS,
            "counted": _COUNTED,
            "preferred": _PREFERRED,
            "power": _POWER,
            "influence": _INFLUENCE,
            "open": Input(WHOLES, "by alternative, 1 where all have heard of it; the scores of others do not count"),
            "head": Input(WHOLE, "the seat of the accountable leader"),
            "rounds": _ROUNDS,
            "half_life": _HALF_LIFE,
            "stakes": _STAKES,
        },
    ),
    "consensus": Family(
        "whether a forum agrees on what it proposes",
        "consensus",
        True,
        TRUTH,
        0.0,
        1.0,
        {
            "positions": _POSITIONS,
            "counted": _COUNTED,
            "preferred": _PREFERRED,
            "agreeing": Input(WHOLES, "by member, 1 for who stands behind the proposal"),
            "power": _POWER,
            "influence": _INFLUENCE,
            "support": Input(NUMBER, "share of the decision weight behind the proposal"),
            "dissent": Input(NUMBER, "share of the members with a position who are not behind it"),
            "proposed": Input(WHOLE, "the alternative proposed; -1 for an estimate"),
            "number": Input(NUMBER, "the number proposed for an estimate, else 0"),
            "rounds": _ROUNDS,
            "waited": Input(NUMBER, "working days since the first round began"),
            "half_life": _HALF_LIFE,
            "stakes": _STAKES,
        },
    ),
    "flow": Family(
        "with what probability a leader passes an item on and, where two numbers are answered, the variance that its "
        "retelling adds to an idea",
        "flow",
        False,
        PASSING,
        0.0,
        1.0,
        {
            "openness": Input(NUMBER, "the probability that the scenario gives for this direction of flow"),
            "distortion": Input(NUMBER, "the variance that the scenario gives for this direction of flow"),
            "engagement": Input(NUMBER, "of the holder, in [0, 1]"),
            "item": Input(WHOLE, "what it is: 0 an idea, 3 a decision, 4 context"),
            "way": Input(WHOLE, "the direction of flow: 0 up, 1 down, 2 across"),
            "levels": Input(WHOLE, "how many levels the receiver stands above the holder; negative: below"),
            "news": Input(NUMBER, "how good what an idea says is: the mean over alternatives and facets, else 0"),
            "hops": Input(WHOLE, "how many hops an idea has made, else 0"),
            "attempt": Input(WHOLE, "how often it was tried before"),
        },
    ),
    "assess": Family(
        "how much an idea counts in the mind of a leader: its precision is multiplied by the answer",
        "assess",
        False,
        VALUE,
        0.0,
        1e6,
        {
            "own": Input(WHOLE, "1 for the leader's own idea"),
            "hops": Input(WHOLE, "how many hops it has made"),
            "variance": Input(NUMBER, "variance that its hops added"),
            "levels": Input(WHOLE, "how many levels its originator stands above the leader; negative: below"),
            "influence": Input(NUMBER, "emergent influence of its originator"),
            "engagement": Input(NUMBER, "of the leader, in [0, 1]"),
        },
    ),
    "persuade": Family(
        "how much a member trusts each, oneself included: its row of the influence matrix, which sums to 1",
        "persuade",
        False,
        ROW,
        0.0,
        1.0,
        {
            "seat": Input(WHOLE, "the member's own seat"),
            "positions": _POSITIONS,
            "heeded": Input(WHOLES, "by member, 1 for whose position may move it"),
            "joined": Input(WHOLES, "by member, 1 for who has a channel with it"),
            "power": _POWER,
            "influence": _INFLUENCE,
            "self_weight": Input(NUMBER, "consensus.self"),
            "stranger": Input(NUMBER, "consensus.stranger"),
            "rounds": _ROUNDS,
        },
    ),
    "influence": Family(
        "a member's influence after the outcome of a decision that it took part in; all are then scaled to mean 1",
        "influence",
        False,
        VALUE,
        1e-12,
        1e12,
        {
            "influence": Input(NUMBER, "its influence so far"),
            "loss": Input(NUMBER, "how wrong its position was, in [0, 1]"),
            "backing": Input(NUMBER, "share of the other members with a position who preferred the same"),
            "chosen": Input(WHOLE, "1 when what it preferred was decided"),
            "power": Input(NUMBER, "its decision weight in the room"),
            "members": Input(WHOLE, "how many sat in the room"),
            "engagement": Input(NUMBER, "its engagement, in [0, 1]"),
            "stakes": _STAKES,
        },
    ),
    "engagement": Family(
        "a leader's engagement after a decision that concerned it, and at the end of each day",
        "engagement",
        False,
        VALUE,
        0.0,
        1.0,
        {
            "engagement": Input(NUMBER, "so far, in [0, 1]"),
            "rest": Input(NUMBER, "at the start: engagement.start"),
            "ends_day": Input(WHOLE, "1 at the end of a day, 0 after a decision"),
            "heard": Input(WHOLE, "1 when its idea was used, or it sat in the room; 0 at the end of a day"),
            "backlog": Input(NUMBER, "work left undone at the end of a day, in days; 0 after a decision"),
        },
    ),
}

NAMES = tuple(FAMILIES)
"""The families, in the order by which both drivers know them."""
