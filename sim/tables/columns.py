"""What each column of the tables means and is measured in: the one list that all who show them
read.

Plain data: the tables take their column order from here, the Parquet files their column metadata,
the documentation its tables. What is a measure is declared in `sim.measures` and only arranged
here. Times are in working days unless a unit says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.measures import (
    DAYS,
    HOURS,
    MEASURES,
    NET_VALUE,
    SHARE,
    WORTH,
    Measure,
    Over,
    measure_names,
)
from sim.outcome import DAY, DECISION, LEADER


class Column(NamedTuple):
    """A column: its name, kind of value (text | integer | number), unit ('' for none) and
    meaning."""

    name: str
    kind: str
    unit: str
    meaning: str


def _text(name: str, meaning: str) -> Column:
    return Column(name, "text", "", meaning)


def _integer(name: str, unit: str, meaning: str) -> Column:
    return Column(name, "integer", unit, meaning)


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name, "number", unit, meaning)


_KEYS = (
    _text("scenario", "name of the scenario"),
    _text("variant", "name of the policy: the base or one of the variants"),
    _integer("point", "", "which point of a sweep, from 0 (0 where nothing is swept)"),
    _integer(
        "replication",
        "",
        "which replication, from 0; the same number faces the same world in every variant",
    ),
)


def _named(*columns: Column) -> dict[str, Column]:
    return {column.name: column for column in columns}


RIGHT_WAYS = tuple(f"ideas_right_{way}" for way in ("up", "down", "across", "here"))
"""Columns of right ideas by the hop that they had to take; with _passed those that took it."""

_OTHERS: dict[str, dict[str, Column]] = {
    "decisions": _named(
        _integer("issue", "", "number of the issue in its run, in order of arising"),
        _text("kind", "kind of issue"),
        _text("origin", "leader who raised it"),
        _text("accountable", "leader who answers for it"),
        _text("decider", "leader who decided; 'forum' when a forum did; empty when nobody did"),
        _integer(
            "alternatives",
            "alternatives",
            "how many there were, invented ones among them (0 for an estimate)",
        ),
        _integer("chosen", "", "the alternative chosen, from 0 (-1: undecided, or an estimate)"),
        _integer("best", "", "the best alternative, from 0 (-1 for an estimate)"),
        _text(
            "closed_by",
            "one-voice; agreement; the fallback that closed it: authority, majority, best-so-far "
            "or dropped; approved or rejected, by levels; lapsed: expired undecided",
        ),
        _number(
            "estimate", "standard deviations of worth", "the number decided on (estimates only)"
        ),
        _number("truth", "standard deviations of worth", "the true number (estimates only)"),
    )
    # The record holds it in ticks.
    | {
        "raised": _number(
            "raised_day", "working day", "when it arose, counted from the start of the run"
        )
    },
    "leaders": _named(
        _number("reading_hours", HOURS, "hours reading messages in the measured window"),
        _number("work_hours", HOURS, "hours at work in the measured window"),
        _number("context", SHARE, "how faithfully the leader knows the direction; mean over days"),
        _number("influence", "mean 1", "emergent influence; mean over days"),
        _number(
            "competence",
            "ratio",
            "how precisely they sense, times what their position gives; at the end",
        ),
        _number("reputation", "ratio", "the competence that their record speaks for; at the end"),
        _number(
            "heard",
            SHARE,
            (
                "decided issues they witnessed whose evidence included their idea (none: no such "
                "issue)"
            ),
        ),
        _number("power", "decisions", "sum of the decision weights it held"),
        _number(
            "away_hours", HOURS, "hours away; forum + reading + work + away = the measured window"
        ),
        _number("context_hours", HOURS, "of reading_hours, those reading news of the direction"),
        _number("messages_in", "messages", "messages that came to the desk in the measured window"),
        _number(
            "messages_unread",
            "messages",
            "messages that left the desk unread in the measured window, as nothing could come of "
            "them any more",
        ),
        _number(
            "inbox_hours",
            HOURS,
            "mean time that a message lay on the desk in the measured window, until it was read, "
            "left unread or the window ended: all their hours / messages_in (none: none came)",
        ),
        _number(
            "ideas_in",
            "ideas",
            "ideas of witnesses, on decided issues, that came to the desk before the decision, "
            "each counted once",
        ),
        _number("ideas_own", "ideas", "of ideas_in, those that the leader formed as a witness"),
        _number(
            "ideas_weighed",
            "ideas",
            "of ideas_in, those that those who decided weighed, by whatever way they got there",
        ),
        _number(
            "ideas_passed",
            "ideas",
            "of ideas_in, those that this leader sent to one nearer to who answers for the issue, "
            "or weighed as one of those who decided",
        ),
        _number(
            "ideas_stopped",
            "ideas",
            "ideas that nobody who decided weighed, and that came no nearer than this desk to who "
            "answers for the issue, and were not sent on from it; shared evenly between desks as "
            "near",
        ),
        _number(
            "ideas_unread",
            "ideas",
            "of ideas_stopped, those that this leader had not read when the decision was taken",
        ),
        _number(
            "ideas_late",
            "ideas",
            "ideas that nobody who decided weighed, and that this desk, the nearest they came to, "
            "had sent on: the decision was taken before they arrived; shared likewise",
        ),
        _number(
            "ideas_right_own",
            "ideas",
            "of ideas_own, the right ones: those whose look alone speaks, by what truly matters, "
            "for the best alternative (estimates have none)",
        ),
        *(
            column
            for way, where in zip(
                RIGHT_WAYS,
                (
                    "to be sent on up the reporting line",
                    "to be sent on down the reporting line",
                    "to be sent on across, from one leader without a manager to another",
                    "of the issues that the leader answers for",
                ),
                strict=True,
            )
            for column in (
                _number(way, "ideas", f"of ideas_in, the right ones {where}"),
                _number(f"{way}_passed", "ideas", f"of {way}, those among ideas_passed"),
            )
        ),
        _number("ideas_right_stopped", "ideas", "of ideas_stopped, the right ones"),
        _number("ideas_right_late", "ideas", "of ideas_late, the right ones"),
    ),
    "days": _named(
        _integer("day", "working day", "counted from the start of the run"),
        _integer("open", "issues", "issues open at the end of the day"),
    ),
}
"""Of each record of an outcome the fields that are no measures, as columns."""
_BEHIND = {
    "decisions": ("estimate", "truth"),
    "leaders": (
        "away_hours",
        "context_hours",
        "messages_in",
        "messages_unread",
        "inbox_hours",
        "ideas_in",
        "ideas_own",
        "ideas_weighed",
        "ideas_passed",
        "ideas_stopped",
        "ideas_unread",
        "ideas_late",
        *(name for name in LEADER.names or () if name.startswith("ideas_right_")),
    ),
    "days": (),
}
"""Fields whose columns stand behind the others."""


def _of_run(measure: Measure) -> Column:
    """A measure as a column of `runs`; what its entry leaves out is as in the table that it is
    over."""
    unit, meaning, over = measure.unit, measure.meaning, measure.over
    if not unit and not meaning and isinstance(over, Over):
        _, _, unit, meaning = _OTHERS[over.table][measure.name]
    words = over.words if isinstance(over, Over) else ""
    return Column(
        measure.name, measure.kind, unit, "; ".join(text for text in (meaning, words) if text)
    )


def _of_record(table: str, record: np.dtype) -> Iterator[Column]:
    """The columns of a record's fields: of `_OTHERS`, or else measures as they are declared."""
    fields = record.names or ()
    for name in (*(name for name in fields if name not in _BEHIND[table]), *_BEHIND[table]):
        if name in _OTHERS[table]:
            yield _OTHERS[table][name]
        else:
            measure = MEASURES[name]
            # Times are counted in ticks and shown in days.
            whole = record[name].kind == "i" and measure.unit != DAYS
            yield Column(
                name, "integer" if whole else "number", measure.unit, measure.meaning_in(table)
            )


RUNS = (
    *_KEYS,
    _integer("seed", "", "the scenario's seed"),
    *(_of_run(MEASURES[name]) for name in measure_names()),
)

DECISIONS = (*_KEYS, *_of_record("decisions", DECISION))

LEADERS = (
    *_KEYS,
    _text("leader", "the leader's id, or the name of a group"),
    _text("position", "the leader's position in the stream"),
    _text("unit", "the leader's unit"),
    *_of_record("leaders", LEADER),
)

CLASS = _text("class", "which of the scenario's `leaders` it is one of; Leader: none of them")
"""A column of the table of leaders where a policy has custom leader classes; the numbers that these
keep stand beside it."""
GROUP_SIZE = _integer(
    "leaders",
    "leaders",
    "how many leaders the row is about: a group, of which all numbers are means; only where "
    "privacy.smallest_group is set",
)
CUSTOM_COLUMN = (
    "number that a custom leader class keeps, when the run ends (none: of another class)"
)

DAY_ENDS = (*_KEYS, *_of_record("days", DAY))

_REPLAYED = _integer("issue", "", "number of the issue in its run, in order of arising")

REPLAYS = (
    *_KEYS,
    _REPLAYED,
    _integer("tick", "ticks", "when it happened, counted from the start of the run"),
    _integer(
        "since",
        "ticks",
        "when it began: what arrived was sent, a round could first be, or began; else as tick",
    ),
    _text(
        "what",
        "arise, sense (a witness looks), let go (what no longer finds room in mind), notice (the "
        "question travels), mandate, idea, context (the direction's news), route, assemble (the "
        "room is named), join, book and meet and round (a round is fixed, begins, ends), turn "
        "(a member speaks in the round that ends then), judge, escalate, decide, told (the "
        "decision travels), effect, lapse, leave (it is over, and nothing is done); and where "
        "ideas end: blocked (never passed on to this leader), unread (sent to them, and not read "
        "when the issue was decided or over), unsaid (in their mind, and never on the "
        "room's record)",
    ),
    _text(
        "leader",
        (
            "whom it happened to, a row each: reader (also one whom an idea did not reach), "
            "witness, member, speaker, judge, decider; empty for nobody"
        ),
    ),
    _text("source", "from whom it came; empty for nobody"),
    _text(
        "about",
        (
            "who answers for the issue; originator of an idea (of a turn that brought nothing new: "
            "empty); part of the direction; rule; how it ended"
        ),
    ),
    _integer(
        "number",
        "",
        "hops of an idea; number of a round; place of a turn in its round, from 1; version of the "
        "direction; alternative chosen; of what a witness saw the alternative that it speaks for, "
        "from 0 (-1: none); tick at which an idea that lay unread arrived; place of the "
        "issue's kind, from 0, where it arises; else 0",
    ),
    _number(
        "amount",
        SHARE,
        "support in a round; fidelity of context; coverage at the effect; of an idea 1 where its "
        "reader kept it in mind, 0 where they only passed it on; of what a witness saw, how "
        "precisely it tells what matters to them; else none",
    ),
)

CHANNELS = (
    *_KEYS,
    _text("source", "id of the leader who can speak"),
    _text("target", "id of the leader who is spoken to"),
    _text("direction", "up (toward upstream), down or across"),
    _integer("line", "", "1 along a reporting line or between two at the top, else 0"),
)

STORIES = (*_KEYS, _REPLAYED, _text("text", "what `leaderstream trace` tells of the issue"))

TABLES: dict[str, tuple[Column, ...]] = {
    "runs": RUNS,
    "decisions": DECISIONS,
    "leaders": LEADERS,
    "days": DAY_ENDS,
}
"""The four tables and their columns, in order. In `runs`, varied parameters stand after `seed`."""

SENSITIVITY = (
    *_KEYS[:2],
    _text("metric", "the measure: a column of the runs table"),
    _text("key", "the key that varies; of a measure, what matters most first"),
    _text("index", "first or total (Sobol'); mu, sigma or mu_star (Morris)"),
    _number("estimate", "share of the variance, or the measure's own", "how much the key matters"),
    _number("low", "as the estimate", "lower end of the estimate's interval"),
    _number("high", "as the estimate", "upper end of the estimate's interval"),
)
"""The columns of the table `sensitivity`, which `leaderstream sensitivity` adds to that of its
runs."""
_SETTING = _integer("setting", "", "number of a setting that was tried, from 0")
_WEIGHTING = _text("weighting", "name of a weighting of the objectives")
_POLICY = _text("policy", "the weighting's recommended setting, or a policy of the scenario")

CALIBRATED: dict[str, tuple[Column, ...]] = {
    "candidates": (
        _SETTING,
        _integer("replications", "", "how often it ran in the search"),
        _integer("front", "", "1: on the Pareto front, as far as the search knows; 0: not"),
        _text("weightings", "names of the weightings that recommend it"),
    ),
    "regrets": (
        _WEIGHTING,
        _text("world", "what is not as the scenario says"),
        _number("half_life_factor", "", "what every half-life is multiplied by"),
        _number("load_factor", "", "what the leaders' own work is multiplied by"),
        _POLICY,
        _number(
            "score",
            "",
            "mean by the weighting: of one objective that measure itself, else 0 to 1 on the front",
        ),
        _number("score_low", "", "lower end of its 95 % interval"),
        _number("score_high", "", "upper end of its 95 % interval"),
        _number(
            "regret",
            "",
            "what the best of those compared gets in this world more than this one; as the score",
        ),
        _number(
            "regret_low", "", "lower end of its interval; those of a world hold together at 95 %"
        ),
        _number(
            "regret_high", "", "upper end of its interval; those of a world hold together at 95 %"
        ),
        _text("best", "the best of those compared in this world"),
    ),
    "break_even": (
        _WEIGHTING,
        _text("policy", "a policy of the scenario"),
        _number(
            "factor",
            "",
            "what half-lives are multiplied by where both are worth the same (none: nowhere)",
        ),
        _number(
            "factor_low", "", "lower end of its 95 % interval (0: beyond the factors that ran)"
        ),
        _number(
            "factor_high",
            "",
            "upper end of its 95 % interval (infinite: beyond the factors that ran)",
        ),
        _text("urgent", "who is worth more where half-lives are shorter"),
        _text("patient", "who is worth more where half-lives are longer"),
        _number(
            "clear",
            SHARE,
            "factors that ran at which the 95 % interval of the difference excludes 0",
        ),
    ),
}
"""The further tables of a calibration. In `candidates` the searched keys and the objectives stand
after these."""

_MEANS = {
    "": "mean of the search, all settings brought to the same replications",
    "mean": "mean of fresh replications (none: not tested)",
    "low": "lower end of its 95 % interval",
    "high": "upper end of its 95 % interval",
}
"""What a column of `candidates` holds of a measure, by what stands after its name."""

URGENCY = (
    *_KEYS,
    _number(
        "factor",
        "ratio",
        "what every half-life was multiplied by: below 1 is more urgent than the scenario",
    ),
    *(
        _number(name, "stakes", "as in runs, under those half-lives (none: no issue arose)")
        for name in (WORTH, NET_VALUE)
    ),
)

OPTIONAL: dict[str, tuple[Column, ...]] = {
    "urgency": URGENCY,
    "replays": REPLAYS,
    "channels": CHANNELS,
    "stories": STORIES,
}
"""Tables that only some results have: `urgency`, where a policy reads the half-life and was run
again at others; where some issues were watched `replays`, all that happened to them, in order of
time and a row for each leader it happened to, `channels`, who could reach whom, and `stories`, each
told in words."""


def column(table: str, name: str) -> Column:
    """The column `name` of `table`; in `runs` any other name is that of a varied parameter
    (power.sharing, attention).

    KeyError when there is no such column. What custom leader classes keep is no
    column of the list.
    """
    for candidate in {**TABLES, **OPTIONAL, "sensitivity": SENSITIVITY, **CALIBRATED}[table]:
        if candidate.name == name:
            return candidate
    for further in (CLASS, GROUP_SIZE):
        if (table, name) == ("leaders", further.name):
            return further
    head, _, tail = name.partition(".")
    if (
        table == "candidates"
        and (measure := next((one for one in RUNS if one.name == head), None)) is not None
    ):
        return measure._replace(
            name=name, kind="number", meaning=f"{measure.meaning}; {_MEANS[tail]}"
        )
    if table in ("runs", "candidates"):
        return Column(
            name, "text", "", f"the scenario's {name}, which differs between the policies"
        )
    raise KeyError(f"{table} has no column {name}")
