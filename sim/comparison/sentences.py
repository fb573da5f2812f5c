"""Every policy compared with the base, at length, in plain sentences, each number with its
interval.

One sign holds throughout, in words as in tables: a difference is that of the policy less the base.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.comparison import leading, overload
from sim.comparison._deciding import differing, in_words
from sim.comparison.judged import judged_by, unlike_prices
from sim.comparison.statistics import CONFIDENCE, Interval, interval, paired
from sim.comparison.turns import sentence, turns_of
from sim.comparison.wording import amount as amount_of
from sim.comparison.wording import decimals_for, listed, negligible, signed, within_least
from sim.measures import AT_LENGTH, MEASURES, NET_VALUE, shown_in
from sim.scenario.titles import phrase_of

Manifest = Mapping[str, Any]

_FEW_LAPSED = 0.005


class _Pair(NamedTuple):
    """A policy and the base that it is compared with."""

    policy: str
    base: str


class _Gap(NamedTuple):
    """Mean of a metric under a policy and under the base, and the paired difference of the two."""

    policy: float
    base: float
    difference: Interval

    def times(self, factor: float) -> _Gap:
        """The same in a unit `factor` times smaller."""
        return _Gap(
            self.policy * factor,
            self.base * factor,
            Interval(*(x * factor for x in self.difference)),
        )


def details(
    runs: pd.DataFrame,
    decisions: pd.DataFrame,
    against: str | None = None,
    *,
    manifest: Manifest | None = None,
    urgency: pd.DataFrame | None = None,
) -> list[str]:
    """Every policy compared with the base, or `against`: in quality, at what cost, and at which
    urgency that turns.

    `runs` and `decisions` are the tables of one scenario, `manifest` its manifest. Differences are
    policy less base; brackets hold 95 % intervals over paired replications. Without a manifest
    nothing is known of who decides and of half-lives, and no turning point is given. `urgency`: the
    table of that name, where there is one; else recorded decisions are weighed anew. For the short
    answer see `in_short`.
    """
    variants = list(dict.fromkeys(runs["variant"]))
    if len(variants) < 2:
        return [
            (
                f"Only one policy was run{f' ({variants[0]})' if variants else ''}: there is "
                f"nothing to compare."
            )
        ]
    base = against if against is not None and against in variants else variants[0]
    texts = [_who_decides(variants, manifest)] if manifest is not None else []
    for pair in (_Pair(name, base) for name in variants if name != base):
        texts += [_quality(runs, pair, manifest), _costs(runs, pair), _worth(runs, pair, manifest)]
        if manifest is not None and {pair.policy, pair.base} <= set(manifest.get("policies") or {}):
            texts += [
                sentence(turn)
                for turn in turns_of(decisions, manifest, pair.policy, pair.base, urgency)
            ]
    texts.append(unlike_prices(manifest or {}))
    return [
        *(sentence for sentence in texts if sentence),
        _how_to_read(runs, urgency is not None and len(urgency) > 0),
    ]


def at_length(tables: Mapping[str, pd.DataFrame], manifest: Manifest) -> list[str]:
    """`details` of the tables of one scenario, who came to lead, and what is known of overload;
    empty where no issue arose."""
    if tables["decisions"].empty:
        return []
    more = {"manifest": manifest, "urgency": tables.get("urgency")}
    texts = details(tables["runs"], tables["decisions"], manifest.get("against"), **more)
    beside = [*leading.sentences(tables, manifest), overload.sentences(tables, manifest)]
    return [*texts, *filter(None, beside)]


def _who_decides(variants: list[str], manifest: Manifest) -> str:
    """Who decides under each policy, those alike together."""
    known, custom = manifest.get("policies") or {}, manifest.get("decides")
    groups: dict[str, list[str]] = {}
    for name in variants:
        if name in known:
            groups.setdefault(in_words(known[name], custom), []).append(name)
    text = "; ".join(f"{how} under {', '.join(names)}" for how, names in groups.items())
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _gap(runs: pd.DataFrame, pair: _Pair, metric: str) -> _Gap:
    matrix = paired(runs, metric)
    policy, base = (matrix[name].to_numpy(dtype=float) for name in pair)
    return _Gap(interval(policy).mean, interval(base).mean, interval(policy - base))


def _quality(runs: pd.DataFrame, pair: _Pair, manifest: Manifest | None) -> str:
    gap = _gap(runs, pair, "quality")
    start = f"Compared with {pair.base} (the base), {pair.policy}"
    names = differing(manifest or {}, pair.policy, pair.base)
    also = f" (they also differ in {listed([phrase_of(name) for name in names])})" if names else ""
    if math.isnan(gap.difference.mean):
        return f"{start} cannot be judged in decision quality: too few issues were resolved{also}."
    places = decimals_for(gap.difference)
    numbers = (
        f"{gap.policy:.{places}f} under {pair.policy}, {gap.base:.{places}f} under {pair.base}, "
        f"a difference of {signed(gap.difference)}{_over(runs, pair)}{also}."
    )
    if not gap.difference.known:
        return f"{start}: whether it raises decision quality cannot be told yet: {numbers}"
    did = "makes no clear difference to decision quality"
    if negligible("quality", gap.difference):
        did = "makes practically no difference to decision quality"
    elif gap.difference.clear:
        did = f"{'raises' if gap.difference.mean > 0 else 'lowers'} decision quality"
    return f"{start} {did}: {numbers}"


def _over(runs: pd.DataFrame, pair: _Pair) -> str:
    """' over 5 of 6 replications' where some had no decision to judge under both."""
    matrix = paired(runs, "quality")
    both = int(
        np.count_nonzero(
            ~np.isnan(matrix[pair.policy].to_numpy(float) - matrix[pair.base].to_numpy(float))
        )
    )
    return f" over {both} of {len(matrix)} replications" if both < len(matrix) else ""


def _costs(runs: pd.DataFrame, pair: _Pair) -> str:
    """Delay, person-hours, progress and lapsed issues in one sentence."""
    clauses = [clause for name in shown_in(AT_LENGTH) if (clause := _clause(runs, pair, name))]
    counts = runs.groupby("variant", observed=True)[["lapsed", "issues"]].sum()
    lapsed = {name: _share(counts["lapsed"][name], counts["issues"][name]) for name in pair}
    if max(lapsed.values()) >= _FEW_LAPSED:
        clauses.append(
            f"{100 * lapsed[pair.policy]:.0f} % of the issues end undecided "
            f"({pair.base}: {100 * lapsed[pair.base]:.0f} %)"
        )
    return f"Under {pair.policy}, {'; '.join(clauses)}." if clauses else ""


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else 0.0


def _clause(runs: pd.DataFrame, pair: _Pair, name: str) -> str:
    """One cost in words: how much more or less when that is clear; '' when nothing is known."""
    words = MEASURES[name].words
    assert words is not None and words.at_length is not None
    phrases, gap = words.at_length, _gap(runs, pair, name).times(words.times).difference
    if math.isnan(gap.mean):
        return ""
    if negligible(name, _gap(runs, pair, name).difference):
        return f"equal in {within_least(name)}"
    if not gap.clear:
        return phrases.unclear.format(signed(gap))
    if gap.mean > 0:
        return phrases.more.format(amount_of(gap))
    return phrases.less.format(amount_of(Interval(-gap.mean, -gap.high, -gap.low)))


def _worth(runs: pd.DataFrame, pair: _Pair, manifest: Manifest | None) -> str:
    """What a decision is worth, all in all."""
    worth = judged_by(manifest or {})
    gap = _gap(runs, pair, worth).difference
    if math.isnan(gap.mean):
        return f"There were no issues on which to weigh {pair.policy} against {pair.base}."
    hours = " and with its hours paid for" if worth == NET_VALUE else ""
    weighed = f"Weighed by stakes, commitment and delay{hours}, a decision"
    if not gap.known:
        return (
            f"{weighed} under {pair.policy} differs by {signed(gap)} in the one replication "
            f"that has both."
        )
    if gap.clear:
        return (
            f"{weighed} under {pair.policy} is worth {'more' if gap.mean > 0 else 'less'} "
            f"({signed(gap)})."
        )
    return f"{weighed} is worth about as much under both ({signed(gap)})."


_REWEIGHTED = (
    "Turning points weigh the recorded decisions anew, as if leaders acted alike whatever "
    "the urgency."
)
_AGAIN = (
    "Turning points come from running the policies again at other half-lives, as a rule here "
    "goes by them."
)


def _how_to_read(runs: pd.DataFrame, again: bool) -> str:
    count = int(runs.groupby("variant", observed=True).size().min())
    note = _AGAIN if again else _REWEIGHTED
    if count < 2:
        return (
            f"With one replication there are no intervals: no difference can be told from "
            f"chance. {note}"
        )
    shown = f"Brackets are {100 * CONFIDENCE:.0f} % intervals over {count} paired replications"
    return f"{shown}, where nothing else is said, each taken by itself. {note}"
