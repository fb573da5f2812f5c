"""The rules that a scenario can name, by family: the one list that the reader, `rules` and the docs use.

A rule's place in its family is the code that both drivers know it by; new rules go at the end.
"""

from __future__ import annotations

from typing import NamedTuple

ONE_VOICE, ROOM, LEVELS, ROUTED = "one voice", "room", "levels", "routed"
"""Whose word a decision is under a power rule: one leader's; that of those who meet (also where a chair among them has
the last word); that of every level it passes; or that of whichever of these rules the situation asks for."""


class RuleInfo(NamedTuple):
    """A rule as users see it: its name in YAML, what it does in a line, where it comes from; of a power rule also whose
    word a decision is (`decides`).
    """

    name: str
    summary: str
    source: str
    decides: str = ""


def _family(*rules: tuple[str, ...]) -> dict[str, RuleInfo]:
    return {rule[0]: RuleInfo(*rule) for rule in rules}


FAMILIES: dict[str, dict[str, RuleInfo]] = {
    "issue type": _family(
        ("choice", "one of several alternatives", "standard"),
        ("approve", "one proposal against a status quo worth 0", "Sah & Stiglitz 1986"),
        ("estimate", "one number", "standard"),
    ),
    "power": _family(
        (
            "autocratic",
            "the accountable leader decides alone, on its own assessment, when gathering time is over",
            "Vroom & Yetton 1973, AI/AII",
            ONE_VOICE,
        ),
        (
            "consultative",
            "the accountable leader hears advisers in one round, then decides on its own assessment",
            "Vroom & Yetton 1973, CII",
            ONE_VOICE,
        ),
        (
            "delegated",
            "whoever the accountable leader believes knows most decides on its own assessment",
            "Aghion & Tirole 1997",
            ONE_VOICE,
        ),
        (
            "shared",
            "a forum decides: the alternative with the highest weighted position",
            "DeGroot 1974; Pearce & Conger 2003",
            ROOM,
        ),
        ("vote", "a forum decides: the alternative with the most weighted ballots", "Condorcet 1785", ROOM),
        (
            "rotating",
            "a forum whose chair passes round, from round to round, decides what its chair prefers",
            "convention; shared leadership as a rotated role: Pearce & Conger 2003",
            ROOM,
        ),
        (
            "emergent",
            "a forum decides what its most influential member prefers",
            "DeRue & Ashford 2010",
            ROOM,
        ),
        (
            "chain",
            "every level from the origin up to the accountable must approve the origin's proposal, one after another",
            "Sah & Stiglitz 1986, hierarchy",
            LEVELS,
        ),
        (
            "champion",
            "any one level from the origin up to the accountable may approve the origin's proposal",
            "Sah & Stiglitz 1986, polyarchy",
            LEVELS,
        ),
        (
            "contingent",
            "by urgency, spread of evidence and stakes one of the other rules, as `power.contingent` says",
            "Vroom & Yetton 1973",
            ROUTED,
        ),
    ),
    "consensus": _family(
        ("none", "the first round decides", "standard"),
        ("majority", "more than half of the decision weight prefers the proposal", "standard"),
        ("supermajority", "at least `threshold` of the decision weight prefers the proposal", "standard"),
        ("unanimity", "everybody with a position prefers the proposal", "Hastie, Penrod & Pennington 1983"),
        ("tolerance", "no two positions are further apart than `tolerance`", "Hegselmann & Krause 2002"),
        (
            "consent",
            "nobody believes to lose more than `objection` by the proposal, amended to what is least objected to",
            "Buck & Villines 2007, sociocracy",
        ),
        (
            "confidence",
            "what all in the room know makes the proposal right with probability `confidence`",
            "Wald 1945",
        ),
    ),
    "fallback": _family(
        ("authority", "the accountable leader decides on its own assessment", "Vroom & Yetton 1973"),
        ("majority", "the alternative with the most weighted ballots", "standard"),
        ("best-so-far", "the proposal that had the most support in any round", "convention"),
        (
            "escalate",
            "the manager one level up joins and the clock starts anew; at the top the leader there decides",
            "Radner 1993",
        ),
        ("drop", "nothing is done: the status quo where there is one, else the matter is dropped", "convention"),
    ),
    "voice": _family(
        ("equal", "everybody's voice counts alike", "standard"),
        (
            "expertise",
            "voice in proportion to relevance: how precisely a leader sees what the accountable believes matters",
            "French & Raven 1959",
        ),
        ("influence", "voice in proportion to emergent influence", "DeRue & Ashford 2010"),
    ),
    "choose": _family(
        ("relevance", "those who, the accountable believes, see most precisely what matters", "Vroom & Jago 1988"),
        ("balanced", "position by position in turn, the most relevant first", "convention"),
        ("random", "a keyed draw", "standard"),
        ("all", "everybody accountable, witnessing or affected", "standard"),
        ("influence", "those with most emergent influence", "DeRue & Ashford 2010"),
    ),
    "routing": _family(
        ("line", "along reporting lines toward whoever is accountable or affected", "Radner 1993"),
        ("spread", "to every channel, up to `reach` hops", "Granovetter 1973"),
        ("both", "along the line and to every channel", "convention"),
    ),
    "flow": _family(
        ("open", "an item is passed on with the probability `open` of the direction, times engagement", "convention"),
    ),
    "assess": _family(
        ("bayesian", "ideas count by their precision, as far as one mind can hold them", "standard: normal updating"),
    ),
    "persuade": _family(
        (
            "friedkin-johnsen",
            "others count by decision weight, half as much where no channel joins them, oneself by `self`",
            "Friedkin & Johnsen 1990",
        ),
    ),
    "influence": _family(
        ("fixed", "emergent influence stays at 1", "baseline"),
        (
            "merit",
            "being wrong costs influence: times exp(-rate x loss) when the outcome is known, then mean 1",
            "Freund & Schapire 1997, Hedge; forgetting: Herbster & Warmuth 1998",
        ),
        (
            "reflected",
            "after each forum a member's weight in its own eyes becomes the power it had there",
            "Jia, Mirtabatabaei, Friedkin & Bullo 2015, DeGroot-Friedkin",
        ),
    ),
    "engagement": _family(
        ("off", "engagement stays at 1", "baseline"),
        (
            "on",
            "being heard raises it, being unheard and being behind with work lower it",
            "voice: Korsgaard, Schweiger & Sapienza 1995; demands: Bakker & Demerouti 2007",
        ),
    ),
    "forum mode": _family(
        ("together", "a round needs its members in one place at one time", "standard"),
        (
            "written",
            "a round is an exchange of messages within a reply time, each member reading all others'",
            "convention",
        ),
    ),
    "reading": _family(
        ("arrival", "first come, first read", "standard"),
        ("urgency", "the most urgent matter first, context last", "standard: priority queue"),
    ),
}


def names(family: str) -> tuple[str, ...]:
    """The names of a family, in code order."""
    return tuple(FAMILIES[family])


def name_of(family: str, code: int) -> str:
    """The name of the rule with a code; 'own' for a rule of a user's own, whose code is the next after all."""
    return names(family)[code] if code < len(FAMILIES[family]) else "own"


def code(family: str, name: str) -> int:
    """A rule's code: its place in its family."""
    return names(family).index(name)
