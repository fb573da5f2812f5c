"""The patterns: what is known of how groups talk and decide, where it was read, and how the
simulator is asked for it. Each stands here once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sim.patterns import mentions as heard
from sim.patterns.observe import (
    Observe,
    foretold,
    gain,
    hours_a_week,
    hung,
    hung_more,
    mentions,
    related,
    related_more,
    solution_odds,
    solution_rate,
    times_as_long,
    wider_gap,
)
from sim.patterns.statistics import Estimate
from sim.runner import DRIVERS

ABSTRACT, SECONDARY, PAPER = READ = ("abstract", "secondary", "paper")
"""What of a source was read: its abstract, a text that reports it, or itself."""
FITTED, SETUP, SHOWN, HELD_OUT = USES = ("fitted", "setup", "shown", "held out")
"""What a pattern is for.

fitted: the joint search goes by it. setup: a number of its scenario was set so that it fits, which
says nothing about the room. shown: told, and nothing goes by it. held out: an outcome of sharing
power, never fitted; its sign and order are told.
"""


class Target(NamedTuple):
    """What was published: a value (NaN where only a sign or an order is known), the range that
    counts as agreement, and whether distances are taken on the logarithmic scale.

    Where a source gives no interval the range is a convention: a factor of 1.5 either way of an
    odds ratio, of 1.25 of a ratio, 6 points either way of a share.
    """

    value: float
    low: float
    high: float
    is_ratio: bool = False

    def distance(self, simulated: float) -> float:
        """How far a simulated value is from the published one, in half-widths of the range."""
        scale: Callable[[float], float] = math.log if self.is_ratio else float
        if not (math.isfinite(simulated) and (simulated > 0.0 or not self.is_ratio)):
            return math.inf
        half = (scale(self.high) - scale(self.low)) / 2.0
        return abs(scale(simulated) - scale(self.value)) / half


@dataclass(frozen=True)
class Pattern:
    """A pattern: its name, the question, what was published, the source and what was `read` of it,
    what it is for (`USES`), the scenario of scenarios/patterns/ with the policies needed, how it is
    observed, the driver that plays it, and a note for whoever wants to know more."""

    name: str
    question: str
    target: Target
    source: str
    read: str
    use: str
    scenario: str
    policies: tuple[str, ...]
    observe: Observe
    unit: str = ""
    driver: str = DRIVERS["compiled"]
    note: str = ""

    def fits(self, simulated: Estimate) -> bool:
        """Whether the published value lies inside the simulated interval, or the interval inside
        the published range."""
        inside = simulated.low <= self.target.value <= simulated.high
        return inside or self.target.low <= simulated.low <= simulated.high <= self.target.high


def sign(low: float = 0.0, high: float = math.inf) -> Target:
    """A target of which only the sign or the order is known."""
    return Target(math.nan, low, high)


LU = "Lu, Yuan & McLeod 2012"
STASSER = "Stasser, Taylor & Hanna 1989"
FOSS = "Foss 1981"
TWINS = ("hidden", "manifest", "before")
SUMMED = ("hidden-summed", "manifest-summed", "before")
BY_LISTENING = heard.DRIVER

PATTERNS = (
    Pattern(
        "manifest-solved",
        "How often is a case solved when all members hold everything?",
        Target(0.83, 0.77, 0.89),
        "Stasser & Titus 1985, in Stasser & Titus 2003",
        SECONDARY,
        SETUP,
        "hidden-profile",
        ("manifest", "before"),
        solution_rate("manifest"),
        "share of groups",
        note="sets flow.up.distortion of scenarios/patterns/common.yaml: how differently two "
        "people take the same idea",
    ),
    Pattern(
        "hidden-solved",
        "How often is a hidden profile solved?",
        Target(0.29, 0.17, 0.41),
        "Stasser & Titus 1985, in Stasser & Titus 2003",
        SECONDARY,
        SHOWN,
        "hidden-profile",
        ("hidden", "before"),
        solution_rate("hidden"),
        "share of groups",
        note="71 % of the groups chose the alternative that the shared ideas favour, so at most "
        "29 % the best",
    ),
    Pattern(
        "hidden-odds",
        "How many times less likely is a hidden profile solved than its manifest twin?",
        Target(8.0, 8.0 / 1.5, 8.0 * 1.5, True),
        LU,
        ABSTRACT,
        FITTED,
        "hidden-profile",
        TWINS,
        solution_odds("manifest", "hidden"),
        "odds ratio",
    ),
    Pattern(
        "hidden-odds-summed",
        "The same in a room that adds up assessments in place of heads (power.rule: shared)?",
        Target(8.0, 8.0 / 1.5, 8.0 * 1.5, True),
        LU,
        ABSTRACT,
        SHOWN,
        "hidden-profile",
        SUMMED,
        solution_odds("manifest-summed", "hidden-summed"),
        "odds ratio",
        note="to add up assessments pools some of what was not said, which people in a room cannot",
    ),
    Pattern(
        "shared-mentioned",
        "How much of what all members hold is mentioned in a discussion?",
        Target(0.46, 0.40, 0.52),
        STASSER,
        ABSTRACT,
        FITTED,
        "mentions",
        ("three", "six"),
        mentions(1),
        "share of ideas",
        BY_LISTENING,
    ),
    Pattern(
        "unshared-mentioned",
        "How much of what one member holds is mentioned?",
        Target(0.18, 0.12, 0.24),
        STASSER,
        ABSTRACT,
        FITTED,
        "mentions",
        ("three", "six"),
        mentions(2),
        "share of ideas",
        BY_LISTENING,
    ),
    Pattern(
        "gap-by-size",
        "Is the gap between the two wider in groups of six than of three?",
        sign(high=1.0),
        STASSER,
        ABSTRACT,
        SHOWN,
        "mentions",
        ("three", "six"),
        wider_gap("six", "three"),
        "difference of shares",
        BY_LISTENING,
    ),
    Pattern(
        "first-ballot",
        "How often does a unanimous jury decide for what most were for at its first ballot?",
        Target(0.90, 0.84, 0.96),
        "Kalven & Zeisel 1966",
        SECONDARY,
        SHOWN,
        "jury",
        ("first-ballot", "unanimity"),
        foretold("first-ballot", "unanimity"),
        "share of verdicts",
        note="their ballot came first; here an hour of talk comes before it",
    ),
    Pattern(
        "time-unanimity",
        "How many times as long does a jury of 12 take by unanimity as with 10 of 12?",
        Target(2.0, 1.6, 2.5, True),
        FOSS,
        ABSTRACT,
        FITTED,
        "jury",
        ("unanimity", "ten-of-twelve"),
        times_as_long("unanimity", "ten-of-twelve"),
        "ratio",
    ),
    Pattern(
        "time-ten",
        "Does it take longer with 10 of 12 than with 8 of 12?",
        sign(1.0),
        "Hastie, Penrod & Pennington 1983",
        SECONDARY,
        SHOWN,
        "jury",
        ("ten-of-twelve", "eight-of-twelve"),
        times_as_long("ten-of-twelve", "eight-of-twelve"),
        "ratio",
        note="a summary says that the rule has a large effect on time; no minutes could be read",
    ),
    Pattern(
        "hung-unanimity",
        "How often does a jury of 12 that has to be unanimous reach no verdict?",
        Target(0.06, 0.03, 0.11),
        "Waters & Hans 2009; Hannaford, Hans & Munsterman 1999",
        ABSTRACT,
        SETUP,
        "jury",
        ("unanimity",),
        hung("unanimity"),
        "share of juries",
        note="sets how close the cases of scenarios/patterns/jury.yaml are (gap, acuity); about "
        "6 % of state felony juries; from 3 % in single counties, 11 % in the District of "
        "Columbia; Kalven & Zeisel 1966 had 5.5 % (secondary)",
    ),
    Pattern(
        "hung-more",
        "Do juries hang more often by unanimity than with 10 of 12?",
        sign(high=1.0),
        FOSS,
        ABSTRACT,
        SHOWN,
        "jury",
        ("unanimity", "ten-of-twelve"),
        hung_more("unanimity", "ten-of-twelve"),
        "difference of shares",
    ),
    Pattern(
        "meeting-hours",
        "How many hours a week do the flagship's upstream leaders meet?",
        Target(23.0, 11.0, 23.0),
        "Perlow, Hadley & Eun 2017; Wall Street Journal survey",
        SECONDARY,
        SHOWN,
        "meetings",
        ("shared",),
        hours_a_week("shared", slice(0, 3)),
        "hours a week",
        note="surveys count all meetings; the flagship has only rooms that decide its issues",
    ),
    Pattern(
        "participation",
        "Do shared decisions turn out better than top-down ones?",
        sign(),
        "Wagner 1994",
        ABSTRACT,
        HELD_OUT,
        "meetings",
        ("shared", "top-down"),
        gain("shared", "top-down"),
        "quality",
        note="the abstract: reliably positive, and small",
    ),
    Pattern(
        "shared-leadership",
        "How strongly is quality related to deciding in shared rooms, not top-down?",
        Target(0.34, 0.0, 1.0),
        "Wang, Waldman & Zhang 2014",
        ABSTRACT,
        HELD_OUT,
        "meetings",
        ("shared", "top-down"),
        related("shared", "top-down"),
        "correlation",
        note="theirs is over teams and with effectiveness of all kinds: only the sign is compared",
    ),
    Pattern(
        "attitudes-first",
        "Is commitment related more strongly to sharing than quality is?",
        sign(high=2.0),
        "Wang, Waldman & Zhang 2014",
        ABSTRACT,
        HELD_OUT,
        "meetings",
        ("shared", "top-down"),
        related_more("shared", "top-down", "commitment", "quality"),
        "difference of correlations",
    ),
    Pattern(
        "equal-voices",
        "Do rooms of equal voices decide better than one voice that hears the room?",
        sign(),
        "Woolley et al. 2010",
        SECONDARY,
        HELD_OUT,
        "meetings",
        ("equals", "one-voice"),
        gain("equals", "one-voice"),
        "quality",
        note="theirs is equality of speaking, not of deciding",
    ),
)
"""Every pattern, in the order of the table."""
