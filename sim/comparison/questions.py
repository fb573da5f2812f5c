"""The four questions of whoever decides how to decide, each with its answer in a sentence or two.

Is sharing power worth the delay here; when is it, and when not; what does it cost; how sure is it?

The first screen of every page shows them. Every number rests on the same functions as the short
answer (`sim.comparison.short`), of which the second answer is a part word for word.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from sim.comparison import _ranked
from sim.comparison.best import Ranking, enough, ranking
from sim.comparison.judged import in_net_value, judged_by
from sim.comparison.short import by_urgency, clauses, difference, named, sharing, weighed
from sim.comparison.statistics import Interval, paired
from sim.comparison.wording import plain, signed
from sim.measures import IN_WORDS, MEASURES, shown_in

Tables = Mapping[str, pd.DataFrame]
Manifest = Mapping[str, Any]

WORTH_IT = "Is sharing power worth the delay here?"
WHEN = "When is it, and when not?"
COST = "What does it cost?"
SURE = "How sure is this?"
CAME = "What came of it?"
"""What is asked where no two policies can be compared."""


class Answer(NamedTuple):
    """A question and its answer, both plain text."""

    question: str
    text: str


class Pair(NamedTuple):
    """The two policies that the first screen compares: differences are `policy` less `other`.

    shares: whether the first shares power and the second does not.
    """

    policy: str
    other: str
    shares: bool


def pair(tables: Tables, manifest: Manifest) -> Pair | None:
    """Which two policies answer whether sharing is worth it: the base, and the policy that the
    short answer weighs against it; the one that shares power first. None where there are no two
    policies with a value.
    """
    worth = ranking(tables["runs"], judged_by(manifest))
    policies = list(dict.fromkeys(tables["runs"]["variant"]))
    if worth is None or len(worth.means) < 2:
        return None
    named_base = manifest.get("against")
    base = str(named_base if named_base in policies else policies[0])
    policy = weighed(tables, manifest, base, worth)
    if policy not in worth.means or base not in worth.means:
        return None
    shares = sharing(manifest)
    if shares.get(base) and shares.get(policy) is False:
        return Pair(base, policy, True)
    return Pair(policy, base, bool(shares.get(policy)) and shares.get(base) is False)


def answers(tables: Tables, manifest: Manifest) -> list[Answer]:
    """The four questions with their answers from the runs of one scenario; empty where no two
    policies can be compared.

    tables: at least `runs` and `decisions`. manifest: that of the same result.
    """
    two, worth = pair(tables, manifest), ranking(tables["runs"], judged_by(manifest))
    if two is None or worth is None:
        return []
    runs = tables["runs"]
    gap = difference(runs, worth.metric, two.policy, two.other)
    question = WORTH_IT
    if not two.shares:
        names = (_ranked.name(each) for each in two[:2])
        question = "Is {} worth more than {} here?".format(*names)
    found = [
        Answer(question, _worth_it(two, worth, gap, manifest)),
        Answer(
            WHEN, by_urgency(tables, manifest, two.policy, two.other) if worth.pairs > 1 else ""
        ),
        Answer(COST, _cost(runs, two, worth)),
        Answer(SURE, _sure(runs, two, worth, gap)),
    ]
    return [answer for answer in found if answer.text]


def _worth_it(two: Pair, worth: Ranking, gap: Interval, manifest: Manifest) -> str:
    """'Yes: shared (a room decides) is worth 0.19 [0.16 to 0.23] more a decision than top-down (one
    voice decides).'"""
    policy, other = (named(each, manifest) for each in two[:2])
    if gap.known and gap.low == gap.high == 0:
        return f"It makes no difference: {policy} and {other} are worth the same in every run."
    words = MEASURES[worth.metric].words
    assert words is not None
    if gap.clear:
        more = gap.mean > 0
        amount = clauses({worth.metric: gap}, worth.metric)
        return f"{'Yes' if more else 'No'}: {policy} {amount} than {other}."
    where = in_net_value(worth.metric)
    start = f"It cannot be told: {policy} and {other} differ by {signed(gap)} a decision{where}"
    return f"{start}{'' if gap.known else ', in the one replication that has both'}."


def costs(runs: pd.DataFrame, two: Pair, worth: str) -> dict[str, Interval]:
    """What the first policy gains and costs against the other beside what policies are judged by
    (`worth`): the paired difference of every measure of which the answer tells, where it is known.
    """
    gaps = {
        name: difference(runs, name, two.policy, two.other)
        for name in shown_in(IN_WORDS, worth)
        if name in runs.columns and name != worth
    }
    return {name: gap for name, gap in gaps.items() if not math.isnan(gap.mean)}


def _cost(runs: pd.DataFrame, two: Pair, worth: Ranking) -> str:
    """The same in a sentence."""
    known = costs(runs, two, worth.metric)
    if not known:
        return ""
    if not any(gap.known for gap in known.values()):
        texts = (f"{MEASURES[name].short} {signed(gap)}" for name, gap in known.items())
        return f"In the one replication: {', '.join(texts)}, all of which may be chance."
    return f"{_ranked.name(two.policy)} {clauses(known, worth.metric)}."


def _sure(runs: pd.DataFrame, two: Pair, worth: Ranking, gap: Interval) -> str:
    """How well the difference is known, from how many replications, and what that leaves out."""
    matrix = paired(runs, worth.metric)
    values = matrix[two.policy].to_numpy(dtype=float) - matrix[two.other].to_numpy(dtype=float)
    count = int(matrix[[two.policy, two.other]].notna().all(axis=1).sum())
    if not gap.known:
        return "Not at all: one replication tells nothing of chance."
    text = (
        f"The difference is known to ± {plain(gap.half)} with 95 % confidence, from {count} "
        f"replications under common seeds."
    )
    if not gap.clear and gap.low < gap.high:
        needed = enough([values], count)
        if needed is not None and needed > count:
            text += f" To tell a difference of this size takes about {needed:,}."
    return f"{text} This counts chance alone, not whether the settings are right."
