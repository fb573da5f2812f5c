"""The short answer: what the runs of a scenario say, in three to six plain sentences.

The command, `print(result)`, notebooks and the report all show what `in_short` gives. Every number
in it can be taken from the tables; every statement of better or worse rests on an interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd

from sim.comparison import _ranked, overload
from sim.comparison._deciding import differing, in_words, shares_power
from sim.comparison.best import Ranking, ranking
from sim.comparison.headline import decimal
from sim.comparison.judged import in_net_value, judged_by, unlike_prices
from sim.comparison.statistics import Interval, interval, paired
from sim.comparison.turns import TURNS, UNTOLD, Turn, point_text, sentence, turns_of
from sim.comparison.wording import amount, listed, negligible, plain, within_least
from sim.measures import IN_WORDS, MAIN, MEASURES, NET_VALUE, WORTH, possible, shown_in
from sim.scenario.titles import phrase_of

Manifest = Mapping[str, Any]
Tables = Mapping[str, pd.DataFrame]

NOTHING = "No issue arose in the measured time, so there is nothing to compare"
_MANY_LAPSED = 0.05


def in_short(tables: Tables, manifest: Manifest, against: str | None = None) -> list[str]:
    """What the runs of one scenario say, most important first, a sentence or two each; empty
    without runs.

    tables: at least `runs` and `decisions` of one scenario. manifest: that of the same result.
    against: what policies are compared with, in place of what the manifest says, or else the base.
    Brackets hold 95 % intervals.
    """
    runs = tables["runs"]
    policies = list(dict.fromkeys(runs["variant"]))
    if not policies:
        return []
    base = next(
        (str(name) for name in (against, manifest.get("against")) if name in policies),
        str(policies[0]),
    )
    if not runs["issues"].sum():
        return [f"{NOTHING}: issues.NAME.rate and clock.horizon say how many arise."]
    worth = ranking(runs, judged_by(manifest))
    if not runs["resolved"].sum() or worth is None:
        return [_nothing_decided(runs, policies)]
    if len(policies) == 1:
        said = [_alone(runs, policies[0], worth.metric)]
    else:
        said = _several(tables, manifest, base, worth)
    return [sentence for sentence in [*said, *_further(tables, manifest)] if sentence]


def _several(tables: Tables, manifest: Manifest, base: str, worth: Ranking) -> list[str]:
    """What is best, what a policy of the other kind gains and costs, where that turns, and what
    cannot be told."""
    runs = tables["runs"]
    partner = _partner(list(dict.fromkeys(runs["variant"])), base, manifest, worth)
    said = [_ranked.best(worth), _pair(runs, partner, base, manifest)]
    open_ = _ranked.untold(runs, worth, partner, base)
    rival = _rival_of(runs, partner, base, manifest, worth, open_)
    policy = weighed(tables, manifest, base, worth)
    turns = by_urgency(tables, manifest, policy, base) if worth.pairs > 1 else ""
    return [*said, rival, turns, open_, unlike_prices(manifest)]


def weighed(tables: Tables, manifest: Manifest, base: str, worth: Ranking) -> str:
    """The policy that is weighed against the base by urgency: the one that is compared with it in
    words, or the best of that one's kind where it is clearly the best of all.

    worth: the ranking of at least two policies.
    """
    runs = tables["runs"]
    partner = _partner(list(dict.fromkeys(runs["variant"])), base, manifest, worth)
    open_ = _ranked.untold(runs, worth, partner, base)
    shares = sharing(manifest)
    if _rival_of(runs, partner, base, manifest, worth, open_):
        return worth.first if shares.get(worth.first) == shares.get(partner) else partner
    return partner


# One voice against several


def _partner(policies: Sequence[str], base: str, manifest: Manifest, worth: Ranking) -> str:
    """The policy that is compared with the base in words: the first that differs from it in who
    decides, if possible in nothing else; where none does, the one that is worth most.
    """
    others = [name for name in policies if name != base]
    shares = sharing(manifest)
    unlike = [
        name
        for name in others
        if base in shares and name in shares and shares[name] != shares[base]
    ]
    alone = [name for name in unlike if not differing(manifest, name, base)]
    _ranked = [name for name in worth.means if name != base]
    return next(iter([*alone, *unlike, *_ranked, *others]))


def sharing(manifest: Manifest) -> dict[str, bool]:
    """By policy, whether it shares power."""
    custom = manifest.get("decides")
    return {
        name: shares_power(policy, custom)
        for name, policy in (manifest.get("policies") or {}).items()
    }


def _rival_of(
    runs: pd.DataFrame, partner: str, base: str, manifest: Manifest, worth: Ranking, untold: str
) -> str:
    """How much more the policy that is ahead is worth than the base; '' where that is not clear, or
    said already."""
    if untold or worth.first in (base, partner, *worth.same):
        return ""
    gap = difference(runs, worth.metric, worth.first, base)
    if not gap.clear:
        return ""
    clause = _clause(worth.metric, gap)
    start = f"{named(worth.first, manifest)} {clause} than {_ranked.name(base)}"
    also = differing(manifest, worth.first, base)
    return f"{start}{f' (they differ in {_keys(also)})' if also else ''}."


def _keys(names: Sequence[str]) -> str:
    return (
        f"{listed([phrase_of(name) for name in names[:3]])}{' and more' if len(names) > 3 else ''}"
    )


def _pair(runs: pd.DataFrame, policy: str, base: str, manifest: Manifest) -> str:
    """What a policy gains and costs against the base: policy minus base, what is clear in words,
    the rest named."""
    gaps = {
        name: difference(runs, name, policy, base)
        for name in shown_in(IN_WORDS, judged_by(manifest))
        if name in runs.columns
    }
    known = {name: gap for name, gap in gaps.items() if gap.known}
    if not known:
        return ""
    start = f"Compared with {named(base, manifest, 'the base')}, {named(policy, manifest)}"
    also = differing(manifest, policy, base)
    if also:
        start += f", which also differs in {_keys(also)},"
    return f"{start} {clauses(known, judged_by(manifest))}."


def clauses(gaps: Mapping[str, Interval], worth: str = WORTH) -> str:
    """What differs clearly, better first: 'decides 0.8 working days sooner, but is 0.03 lower in
    quality; no clear difference in progress; equal in hours (within 0.1)'.
    gaps: differences of some measures, policy less base.
    worth: the measure by which policies are judged.
    """
    shown = shown_in(IN_WORDS, worth)
    known = {name: gaps[name] for name in shown if name in gaps and gaps[name].known}
    gains: list[str] = []
    costs: list[str] = []
    slight = [name for name, gap in known.items() if negligible(name, gap)]
    for name, gap in known.items():
        if gap.clear and name not in slight:
            better = (gap.mean > 0) == (MEASURES[name].better > 0)
            (gains if better else costs).append(_clause(name, gap))
    open_ = [name for name, gap in known.items() if not gap.clear and name not in slight]
    clear = ", but ".join(listed(some) for some in (gains, costs) if some)
    same = listed([within_least(name) for name in slight])
    unclear = listed([MEASURES[name].short for name in open_], "or")
    if not clear and not unclear:
        return f"is equal in {same}"
    parts = [clear or f"makes no clear difference to {unclear}"]
    parts += [f"no clear difference in {unclear}"] if clear and unclear else []
    parts += [f"equal in {same}"] if same else []
    return "; ".join(parts)


def named(name: str, manifest: Manifest, also: str = "") -> str:
    """A policy with who decides under it: 'shared (the base; a room decides)'."""
    policy = (manifest.get("policies") or {}).get(name)
    facts = [also, in_words(policy, manifest.get("decides")) if policy is not None else ""]
    text = "; ".join(fact for fact in facts if fact)
    return f"{_ranked.name(name)} ({text})" if text else _ranked.name(name)


def _clause(name: str, gap: Interval) -> str:
    words = MEASURES[name].words
    assert words is not None
    if gap.mean > 0:
        return words.more.format(amount(Interval(*(number * words.times for number in gap))))
    turned = Interval(-gap.mean, -gap.high, -gap.low)
    return words.less.format(amount(Interval(*(number * words.times for number in turned))))


def difference(runs: pd.DataFrame, metric: str, policy: str, base: str) -> Interval:
    """Mean and interval of a measure under a policy minus the base's, over the replications where
    both have one."""
    matrix = paired(runs, metric)
    return interval(matrix[policy].to_numpy(dtype=float) - matrix[base].to_numpy(dtype=float))


# Urgency, and what stands beside any comparison


_MOST_KINDS = 3


def by_urgency(tables: Tables, manifest: Manifest, policy: str, base: str) -> str:
    """At which urgency the better of two policies turns, kind by kind where that is known."""
    if not {policy, base} <= set(manifest.get("policies") or {}):
        return ""
    turns = turns_of(tables["decisions"], manifest, policy, base, tables.get("urgency"))
    if len(turns) == 1:
        return sentence(turns[0])
    texts = [_turn(turn) for turn in turns[1:] if turn.ahead or turn.state != UNTOLD][:_MOST_KINDS]
    rest = [str(turn.kind) for turn in turns[1:] if not turn.ahead and turn.state == UNTOLD][
        :_MOST_KINDS
    ]
    if rest:
        texts.append(
            f"for {listed(rest)} issues, these runs cannot tell which of the two is worth more"
        )
    return f"By urgency{in_net_value(judged_by(manifest))}: {'; '.join(texts)}."


def _turn(turn: Turn) -> str:
    """Which of two policies is worth more for one kind of issue, at which half-lives."""
    what, here = f"for {turn.kind} issues", f"(here: {plain(turn.here)})"
    if turn.state == TURNS and turn.days:
        points = sorted((turn, *turn.again), key=lambda each: each.at)
        between = "".join(
            f", {one.patient} from there to {point_text(other)}" for one, other in pairwise(points)
        )
        return (
            f"{what} {points[0].urgent} is worth more at half-lives below {point_text(points[0])} "
            f"working days{between}, {points[-1].patient} above {here}"
        )
    if not turn.days:
        text = sentence(replace(turn, measure=WORTH))
        return f"{text[:1].lower()}{text[1:].rstrip('.')}"
    if turn.everywhere:
        return f"{what} {turn.ahead} is worth more at every urgency"
    low, high = (plain(end) for end in turn.clear)
    up_to, from_on = (math.isclose(*ends) for ends in zip(turn.clear, turn.reach, strict=True))
    if up_to or from_on:
        where = f"of {high} working days and less" if up_to else f"of {low} working days and more"
    else:
        where = f"from {low} to {high} working days"
    only = " only" if turn.state == UNTOLD else ""
    return f"{what} {turn.ahead} is clearly worth more{only} at half-lives {where} {here}"


def _further(tables: Tables, manifest: Manifest) -> list[str]:
    """What stands beside any comparison: issues that nobody decided, and an organisation that
    cannot keep up."""
    return [_lapsed(tables["runs"], judged_by(manifest)), overload.briefly(tables, manifest)]


def _lapsed(runs: pd.DataFrame, worth: str) -> str:
    """The largest share of issues that nobody decided in time; '' where it is small."""
    counts = runs.groupby("variant", observed=True, sort=False)[["lapsed", "issues"]].sum()
    share = (counts["lapsed"] / counts["issues"].where(counts["issues"] > 0)).dropna()
    if not len(share) or share.max() < _MANY_LAPSED:
        return ""
    nothing = f"are worth nothing{', and cost their hours' if worth == NET_VALUE else ''}"
    worst = str(share.idxmax())
    if share.min() == share.max():
        where = "" if len(share) == 1 else " under every policy"
        return f"{100 * share.max():.0f} % of the issues ended undecided{where}, and {nothing}."
    least = str(share.idxmin())
    return (
        f"{100 * share.max():.0f} % of the issues ended undecided under {_ranked.name(worst)} "
        f"({100 * share.min():.0f} % under {_ranked.name(least)}), and {nothing}."
    )


# Results of which there is little to say


def _nothing_decided(runs: pd.DataFrame, policies: Sequence[str]) -> str:
    count = int(runs["issues"].sum())
    under = "" if len(policies) == 1 else " under any policy"
    return (
        f"None of the {count:,} issues was decided{under}, so that every decision is worth 0 and "
        f"there is nothing to compare: issues.NAME.expiry says how long there is to decide."
    )


def _alone(runs: pd.DataFrame, policy: str, worth: str) -> str:
    shown = shown_in(MAIN, worth)
    intervals = {
        name: interval(runs[name].to_numpy(dtype=float)).within(possible(name)) for name in shown
    }
    texts = {
        name: amount(estimate) if estimate.known else decimal(estimate.mean, MEASURES[name].digits)
        for name, estimate in intervals.items()
    }
    start = (
        f"Only one policy was run, so there is nothing to compare. Under "
        f"{_ranked.name(policy)}, decisions have a"
    )
    return (
        f"{start} quality of {texts['quality']}, take effect after {texts['delay']} working days, "
        f"and are worth {texts[worth]} each{in_net_value(worth)}."
    )
