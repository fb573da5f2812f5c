"""Every measure of a run, declared once: what it is, how it is worked out, and where it is shown.

A measure is a number a run: a column of the table `runs`. Tables, comparisons, claims, sweeps,
calibrations, figures, the JSON Schema and the documents all read `MEASURES`. To add one whose
numbers a driver already returns (`sim.outcome`), add an entry:

    Measure("alternatives", RESOLVED)

It then stands in the table `runs`, is compared, and may be claimed, swept and calibrated.

Pure data: names are those of the fields of an outcome; `sim.tables.build` does the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import NamedTuple

DAYS = "working days"
HOURS = "hours"
SHARE = "share (0 to 1)"
QUALITY = "1 = best, 0 = random"
GINI = "Gini (0 to 1)"
DEVIATIONS = "standard deviations of worth"
STAKES = "stakes"
_COUNTED = (HOURS, "rounds", "leaders", "messages", "issues")

ANYTHING = (-math.inf, math.inf)
AT_LEAST_0 = (0.0, math.inf)
UP_TO_1 = (0.0, 1.0)
_POSSIBLE = {
    **dict.fromkeys((SHARE, GINI), UP_TO_1),
    QUALITY: (-math.inf, 1.0),
    **dict.fromkeys((DAYS, DEVIATIONS, *_COUNTED), AT_LEAST_0),
}
"""Between which values a measure lies, by its unit."""

# How the numbers of an outcome become one number of a run.

MEAN, LAST, COUNT, VALUE = "mean", "last", "count", "value"
ALL, DECIDED, UNDECIDED = "all", "decided", "undecided"


@dataclass(frozen=True)
class Over:
    """Over which part of an outcome a measure is taken, and how.

    table: decisions, leaders, days or run. how: MEAN of its rows (not of run), LAST row
    (days), COUNT of its rows (decisions), or the VALUE itself (run). which: of the decisions, ALL,
    those DECIDED or those UNDECIDED. words: the same for readers; '' where the measure's meaning
    says it.
    """

    table: str
    how: str
    which: str = ALL
    _: KW_ONLY
    words: str = ""


@dataclass(frozen=True)
class Ratio:
    """One measure divided by another; NaN where that is 0."""

    above: str
    below: str


RESOLVED = Over("decisions", MEAN, DECIDED, words="mean over resolved decisions")
COHORT = Over("decisions", MEAN, words="mean over the cohort")
OF_ROOMS = Over("decisions", MEAN, DECIDED, words="mean over resolved decisions of rooms")
COHORT_TIME = Over("decisions", MEAN, words="mean over the cohort (undecided: until its end)")
LEADERS = Over("leaders", MEAN, words="mean over leaders")
LEADERS_AND_DAYS = Over("leaders", MEAN, words="mean over days and leaders")
LAST_DAY = Over("days", LAST)
OVER_DAYS = Over("days", MEAN, words="mean over days")
RUN = Over("run", VALUE)

# Where a measure is shown.

DETAILS = "details"
"""The comparison at length."""
HEADLINE = "headline"
"""The one table that every answer shows."""
MAIN = "main"
"""What is said of any policy or point where there is little room."""
IN_WORDS = "in words"
"""The differences that the short answer says in words; they need `words`."""
TRADE_OFF = "trade-off"
"""The report's table of the trade-off."""
BY_KIND = "by kind"
"""What the report works out for each kind of issue."""
AT_LENGTH = "at length"
"""The costs that are said of every pair of policies at length; they need `words.at_length`."""
COSTS = "costs"
"""The report's section of costs."""
DIFFERENCES = "differences"
"""The report's differences to the base."""
COURSE = "course"
"""The report's course over time, from the table `days`."""
AFTER = "after"
"""What changed after an event: measures that decisions or days have."""
SWEEP = "sweep"
"""The answer and the report of a sweep."""
SENSITIVITY = "sensitivity"
"""What a sensitivity analysis looks at where nothing is asked for."""
CALIBRATION = "calibration"
"""What a calibration seeks where nothing is asked for, in the direction in which it is better."""


class Clauses(NamedTuple):
    """A difference at length, with {} for its amount: clearly more, clearly less, and not clear."""

    more: str
    less: str
    unclear: str


class Words(NamedTuple):
    """How a measure is spoken of.

    more, less: a clear difference, with {} for its amount times `times`. best: the policy that is
    best in it; counting: what that takes into account. alike: that all policies are equal in it.
    amount: one mean. at_length: the same difference in the comparison of every pair.
    """

    more: str
    less: str
    times: int = 1
    best: str = ""
    counting: str = ""
    alike: str = ""
    amount: str = "{}"
    at_length: Clauses | None = None


class Part(NamedTuple):
    """How a part of the delay is shown.

    colour: in figures. spent: what the time goes on, after '3 working days of them'. meanwhile:
    what goes on while it lasts. account: its line in a story.
    """

    colour: str
    spent: str
    meanwhile: str
    account: str


@dataclass(frozen=True)
class Measure:
    """A column of the table `runs`.

    over: how it comes from the outcome's numbers of the same name, or from other measures.
    unit, meaning: of a single one (a decision, a leader); where both are empty, those of the column
    of that name in the table that it is taken over. elsewhere: the meaning in other tables, where
    it is another. kind: of the column, number or integer. first, last: before or behind the other
    columns of `runs`, whatever the order of comparison.

    better: 1 when more is better, -1 when less is, 0 for neither. compared: whether policies are
    compared in it where nothing is asked for. shown: where it is shown, with its rank there.

    possible: the least and the most that it can be (by default by its unit): no interval of it
    reaches further. title, unit_label: as figures and tables for people show it. digits: how many
    decimals. short: its name where there is little room. explained: what it is, for who sees it for
    the first time. phrase: its name in a sentence.
    """

    name: str
    over: Over | Ratio
    _: KW_ONLY
    unit: str = ""
    meaning: str = ""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    kind: str = "number"
    first: bool = False
    last: bool = False
    better: int = 0
    compared: bool = True
    shown: Mapping[str, int] = field(default_factory=dict)
    possible: tuple[float, float] = ANYTHING
    title: str = ""
    unit_label: str = ""
    digits: int = 3
    short: str = ""
    explained: str = ""
    phrase: str = ""
    words: Words | None = None
    part: Part | None = None

    def __post_init__(self) -> None:
        """Fill what was left out."""
        if self.possible == ANYTHING:
            object.__setattr__(self, "possible", _POSSIBLE.get(self.unit, ANYTHING))
        plain = self.name.replace("_", " ")
        self._default("title", plain.capitalize())
        self._default("unit_label", self.unit or "the measure's own unit")
        self._default("short", plain)
        self._default("explained", self.unit_label)
        self._default("phrase", self.title.lower())

    def _default(self, name: str, value: str) -> None:
        if not getattr(self, name):
            object.__setattr__(self, name, value)

    @property
    def plural(self) -> bool:
        """Whether its short name takes a verb in the plural: hours, rounds, messages."""
        several = any(word.endswith("s") for word in self.short.split())
        return several and self.unit in _COUNTED

    @property
    def rounding(self) -> float:
        """1 in the last decimal that is shown."""
        return 10.0**-self.digits

    @property
    def least(self) -> float:
        """The smallest difference worth a word: `rounding`; 0 for what is counted in stakes, whose
        size is the scenario's."""
        return 0.0 if self.unit == STAKES else self.rounding

    def meaning_in(self, table: str) -> str:
        """What the column of this name holds in a table other than `runs`."""
        return self.elsewhere.get(table, self.meaning)


WORTH, NET_VALUE = "value", "net_value"
"""The measures that say which policy is worth most, without and with a price of hours."""

_DECLARED = (
    Measure(
        "quality",
        RESOLVED,
        unit=QUALITY,
        meaning="how good the decision is; negative is worse than random",
        better=1,
        shown={
            AFTER: 1,
            DETAILS: 1,
            HEADLINE: 1,
            MAIN: 1,
            IN_WORDS: 3,
            TRADE_OFF: 1,
            BY_KIND: 1,
            DIFFERENCES: 1,
            SWEEP: 2,
            SENSITIVITY: 2,
            CALIBRATION: 2,
        },
        title="Decision quality",
        unit_label="1 best, 0 a random pick",
        words=Words(
            "is {} higher in quality",
            "is {} lower in quality",
            best="Best decisions",
            alike="Decisions are equally good",
            amount="quality {}",
        ),
    ),
    Measure(
        "correct",
        RESOLVED,
        unit=SHARE,
        meaning="1 when the best alternative was chosen, else 0 (none for estimates)",
        better=1,
    ),
    Measure(
        "ceiling",
        COHORT,
        unit=QUALITY,
        meaning="quality of pooling every witness's undistorted idea at once",
        shown={BY_KIND: 4},
    ),
    Measure(
        "information_use",
        Ratio("quality", "ceiling"),
        unit="ratio",
        meaning="mean quality / mean ceiling: how much of what was knowable was used",
        better=1,
    ),
    Measure(
        "regret",
        RESOLVED,
        unit=DEVIATIONS,
        meaning="worth of the best alternative minus that of the chosen",
        better=-1,
    ),
    Measure(
        "delay",
        COHORT_TIME,
        unit=DAYS,
        meaning="from arising to taking effect: the sum of the five parts that follow",
        better=-1,
        shown={
            AFTER: 2,
            DETAILS: 3,
            HEADLINE: 2,
            MAIN: 2,
            IN_WORDS: 1,
            AT_LENGTH: 1,
            TRADE_OFF: 2,
            BY_KIND: 2,
            DIFFERENCES: 3,
            SWEEP: 3,
            SENSITIVITY: 3,
            CALIBRATION: 3,
        },
        digits=2,
        explained="working days to effect",
        words=Words(
            "decides {} working days later",
            "decides {} working days sooner",
            best="Fastest",
            alike="Decisions are equally fast",
            amount="{} working days",
            at_length=Clauses(
                "decisions take {} working days longer",
                "decisions take {} working days less",
                "there is no clear difference in delay ({} working days)",
            ),
        ),
    ),
    Measure(
        "gather",
        COHORT_TIME,
        unit=DAYS,
        meaning="from arising until a forum could first meet or one voice could decide",
        better=-1,
        part=Part(
            "#33415c",
            "gathering ideas before a forum first meets or one voice decides",
            "ideas travel, until somebody can decide",
            "Gathering, before anybody could decide",
        ),
    ),
    Measure(
        "scheduling",
        COHORT_TIME,
        unit=DAYS,
        meaning="waiting for an hour at which enough of the room are free",
        better=-1,
        part=Part(
            "#b58b3b",
            "waiting for an hour that suits everyone",
            "the room waits for an hour at which enough of them are free",
            "Waiting until the room could meet",
        ),
    ),
    Measure(
        "deliberation",
        COHORT_TIME,
        unit=DAYS,
        meaning="the forum's rounds and the pauses between them",
        better=-1,
        part=Part(
            "#7d8fb3",
            "in rounds and the pauses between them",
            "the room pauses until its next round",
            "Deliberating",
        ),
    ),
    Measure(
        "escalation",
        COHORT_TIME,
        unit=DAYS,
        meaning="passing the matter to higher levels, and their judging it",
        better=-1,
        part=Part("#8c5a3c", "passing it up", "a higher level is asked", "Going up the levels"),
    ),
    Measure(
        "rollout",
        COHORT_TIME,
        unit=DAYS,
        meaning="from the decision until enough of those affected know it",
        better=-1,
        title="Roll-out",
        part=Part(
            "#c9d3e6",
            "letting those affected know",
            "the decision is on its way to those it affects",
            "Carrying the decision to those it affects",
        ),
    ),
    Measure("rounds", RESOLVED, unit="rounds", meaning="rounds that the forum met"),
    Measure("participants", RESOLVED, unit="leaders", meaning="leaders who took part in deciding"),
    Measure(
        "person_hours",
        RESOLVED,
        unit=HOURS,
        meaning="participants' hours in the forum's rounds: in meetings, and reading what others "
        "write in written rounds",
        better=-1,
        shown={DETAILS: 4, HEADLINE: 4, IN_WORDS: 2, AT_LENGTH: 2, COSTS: 1, DIFFERENCES: 4},
        title="Person-hours",
        unit_label="a decision",
        digits=1,
        short="hours",
        explained="person-hours a decision",
        words=Words(
            "takes {} person-hours more a decision",
            "takes {} person-hours less a decision",
            at_length=Clauses(
                "{} person-hours more a decision",
                "{} person-hours less a decision",
                "no clear difference in person-hours ({} a decision)",
            ),
        ),
    ),
    Measure(
        "reading_hours",
        COHORT,
        unit=HOURS,
        meaning="hours that leaders read messages about the issue: ideas, notices, mandates and "
        "decisions (what is written in written rounds is in person_hours)",
        better=-1,
        last=True,
        shown={DETAILS: 11},
        unit_label="a decision",
        digits=1,
        phrase="the hours of reading about an issue",
    ),
    Measure(
        "rework_hours",
        COHORT,
        unit=HOURS,
        meaning="hours of work that those affected do again: work.rework x stakes x (1 - "
        "commitment x quality+) for each; 0 when undecided",
        better=-1,
        last=True,
        shown={DETAILS: 12},
        unit_label="a decision",
        digits=1,
        phrase="the hours of rework",
    ),
    Measure(
        "dissent",
        RESOLVED,
        unit=SHARE,
        meaning="share of the room, or of the levels, that preferred something else: heads, not "
        "decision weight",
        last=True,
    ),
    Measure(
        "unsaid",
        OF_ROOMS,
        unit=SHARE,
        # Neither better nor worse by itself: to say all takes hours, and what all have in mind, or
        # what bears little on the matter, may stay unsaid at no loss.
        meaning="share of the ideas held in the room that nobody said; less is better only where "
        "they bear on the matter and others lack them",
        elsewhere={
            "decisions": "share of the ideas held by those in the room (in mind or on its record) "
            "that nobody said; none without a room"
        },
        last=True,
        shown={DETAILS: 9},
        title="Ideas unsaid",
        unit_label="share of those held in the room",
        phrase="the share of ideas left unsaid",
    ),
    Measure(
        "value",
        COHORT,
        unit=STAKES,
        meaning=(
            "stakes x [quality+ x commitment x 2^(-delay/half-life) - quality-]; 0 when undecided"
        ),
        better=1,
        shown={
            AFTER: 4,
            DETAILS: 2,
            HEADLINE: 3,
            MAIN: 3,
            IN_WORDS: 4,
            TRADE_OFF: 3,
            BY_KIND: 3,
            DIFFERENCES: 2,
            SWEEP: 1,
            SENSITIVITY: 1,
            CALIBRATION: 1,
        },
        unit_label="a decision, in stakes",
        explained="quality x commitment x stakes, halved with each half-life of delay",
        words=Words(
            "is worth {} more a decision",
            "is worth {} less a decision",
            best="Worth most",
            counting="with delay and commitment counted",
            alike="Decisions are worth the same",
            amount="{} a decision",
        ),
    ),
    Measure(
        "net_value",
        COHORT,
        unit=STAKES,
        meaning="value - work.worth x (person_hours + reading_hours + rework_hours)",
        better=1,
        last=True,
        shown={AFTER: 3, DETAILS: 10},
        unit_label="a decision, in stakes, its hours paid for",
        short="net value",
        explained="quality x commitment x stakes, halved with each half-life of delay, less the "
        "price of the hours",
        words=Words(
            "is worth {} more a decision in net value",
            "is worth {} less a decision in net value",
            best="Worth most in net value",
            counting="with delay, commitment and the price of hours counted",
            alike="Decisions are worth the same in net value",
            amount="{} a decision",
        ),
    ),
    Measure(
        "commitment",
        RESOLVED,
        unit=SHARE,
        meaning="mean commitment of those affected when the decision takes effect: of those who "
        "know it, more with knowing why, with being heard and with a say in it",
        better=1,
        shown={DETAILS: 8, TRADE_OFF: 4, BY_KIND: 5},
        unit_label="mean of those affected",
    ),
    Measure(
        "coverage",
        RESOLVED,
        unit=SHARE,
        meaning="share of those affected whom the decision has reached",
        better=1,
    ),
    Measure(
        "progress",
        RUN,
        unit="ratio",
        meaning="work done / work asked, in the measured window",
        better=1,
        shown={
            DETAILS: 7,
            HEADLINE: 5,
            IN_WORDS: 5,
            AT_LENGTH: 3,
            COSTS: 4,
            DIFFERENCES: 6,
            SWEEP: 4,
        },
        unit_label="work done / work asked",
        words=Words(
            "gets {} percentage points more of the day's work done",
            "gets {} percentage points less of the day's work done",
            times=100,
            best="Most work done",
            at_length=Clauses(
                "the day's work progresses {} percentage points more",
                "the day's work progresses {} percentage points less",
                "no clear difference in the progress of the day's work ({} percentage points)",
            ),
        ),
    ),
    Measure(
        "backlog",
        LEADERS_AND_DAYS,
        unit=HOURS,
        meaning="work waiting",
        elsewhere={
            "leaders": "work waiting; mean over days",
            "days": "work waiting; mean over leaders",
        },
        better=-1,
        shown={AFTER: 6, DETAILS: 6, COSTS: 3, DIFFERENCES: 5, COURSE: 1},
        unit_label="hours of work a leader",
        digits=2,
        phrase="the backlog",
    ),
    Measure(
        "forum_hours",
        LEADERS,
        unit=HOURS,
        meaning="hours in forums in the measured window",
        better=-1,
        shown={DETAILS: 5, COSTS: 2},
        unit_label="a leader, measured time",
        digits=1,
    ),
    Measure(
        "engagement",
        LEADERS_AND_DAYS,
        unit=SHARE,
        elsewhere={"leaders": "mean over days", "days": "mean over leaders"},
        better=1,
        shown={AFTER: 5, COURSE: 4},
        unit_label="mean of leaders",
    ),
    Measure(
        "alignment",
        LEADERS,
        unit=SHARE,
        meaning="1 - half the distance of a leader's weights to the true ones",
        elsewhere={
            "leaders": "1 - half the distance of its weights to the true ones; mean over days",
            "days": "mean over leaders",
        },
        better=1,
        shown={COURSE: 3},
        unit_label="1: as the direction says",
    ),
    Measure(
        "power_gini",
        LAST_DAY,
        unit=GINI,
        meaning="concentration over leaders of the decision weight held in the window",
        elsewhere={"days": "concentration over leaders of the decision weight held so far"},
        shown={COURSE: 5},
        title="Power concentration",
        short="power concentration",
        unit_label="Gini of decision weight so far",
        phrase="the concentration of power",
    ),
    Measure(
        "strategy_gap",
        OVER_DAYS,
        unit=SHARE,
        meaning="half the distance from the direction that decisions set to the need; none where "
        "no decisions set it",
        better=-1,
        last=True,
        compared=False,
        shown={COURSE: 6},
        title="Strategy gap",
        unit_label="half the distance of the direction to the need",
    ),
    Measure(
        "messages",
        RUN,
        unit="messages",
        meaning="messages sent in the measured window",
        elsewhere={"days": "messages sent on the day"},
        kind="integer",
    ),
    Measure(
        "replaced",
        RUN,
        unit="leaders",
        meaning="seats that another person took in the measured window",
        kind="integer",
        short="leaders replaced",
    ),
    Measure(
        "issues",
        Over("decisions", COUNT),
        unit="issues",
        meaning="issues that arose in the measured window: the cohort",
        kind="integer",
        first=True,
    ),
    Measure(
        "resolved",
        Over("decisions", COUNT, DECIDED),
        unit="issues",
        meaning="issues of the cohort that were decided and took effect",
        kind="integer",
        first=True,
        better=1,
        short="issues resolved",
    ),
    Measure(
        "lapsed",
        Over("decisions", COUNT, UNDECIDED),
        unit="issues",
        meaning="issues of the cohort that ended undecided: expired, dropped or rejected",
        kind="integer",
        first=True,
        better=-1,
        short="issues lapsed",
    ),
    Measure(
        "messages_sent",
        RUN,
        unit="messages",
        meaning="whole run; = read + waiting + in transit + expired",
        kind="integer",
        last=True,
        compared=False,
    ),
    Measure(
        "messages_read",
        RUN,
        unit="messages",
        meaning="read, whole run",
        kind="integer",
        last=True,
        compared=False,
    ),
    Measure(
        "messages_waiting",
        RUN,
        unit="messages",
        meaning="in an inbox when the run ended",
        kind="integer",
        last=True,
        compared=False,
    ),
    Measure(
        "messages_in_transit",
        RUN,
        unit="messages",
        meaning="on their way when the run ended",
        kind="integer",
        last=True,
        compared=False,
    ),
    Measure(
        "messages_expired",
        RUN,
        unit="messages",
        meaning="dropped because their issue had closed",
        kind="integer",
        last=True,
        compared=False,
    ),
)

MEASURES = {measure.name: measure for measure in _DECLARED}
"""Every measure by its name, in the order in which policies are compared."""


def measure_names() -> tuple[str, ...]:
    """The measures in the order of their columns in the table `runs`."""
    return tuple(sorted(MEASURES, key=lambda name: MEASURES[name].last - MEASURES[name].first))


def compared() -> tuple[str, ...]:
    """The measures in which policies are compared where nothing is asked for, in their order."""
    return tuple(name for name, measure in MEASURES.items() if measure.compared)


def possible(name: str) -> tuple[float, float]:
    """The least and the most that a column of the table `runs` can be, as far as that is known."""
    return MEASURES[name].possible if name in MEASURES else ANYTHING


def shown_in(place: str, worth: str = WORTH) -> tuple[str, ...]:
    """The measures that are shown in a place (HEADLINE, COSTS ...), in their order there.

    worth: the measure by which policies are judged (`sim.comparison.judged`): with NET_VALUE, net
    value stands in the place of value; the details show both.
    """
    found = sorted(
        (name for name, measure in MEASURES.items() if place in measure.shown),
        key=lambda name: MEASURES[name].shown[place],
    )
    return tuple(worth if name == WORTH and worth not in found else name for name in found)


def drawn() -> tuple[str, ...]:
    """The measures that some figure of a result reads from the table `runs`."""
    return tuple(name for name, m in MEASURES.items() if m.shown.keys() - {COURSE} or m.part)


PARTS = {name: measure.part for name, measure in MEASURES.items() if measure.part}
"""How each part of the delay is shown, in the order in which they add up to it."""
DELAY_PARTS = tuple(PARTS)
