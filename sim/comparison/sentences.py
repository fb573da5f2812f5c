"""What a comparison says, in plain sentences for those who decide, each number with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from sim.comparison.breakeven import BreakEven, break_even, turning
from sim.comparison.statistics import CONFIDENCE, Interval, interval, paired
from sim.comparison.urgency import FURTHEST, Curves, simulated
from sim.comparison.wording import amount as amount_of
from sim.comparison.wording import decimals_for, plain, signed

Manifest = Mapping[str, Any]

SHARING_RULES = ("shared", "vote")
"""The power rules under which several leaders decide; under all others one voice does."""

_FEW_LAPSED = 0.005


class _Pair(NamedTuple):
    """Two policies to compare: what `one` does, seen from `other`; sentences talk about `subject`."""

    one: str
    other: str
    subject: str


class _Gap(NamedTuple):
    """Mean of a metric under each of a pair's policies, and the paired difference of the two."""

    one: float
    other: float
    difference: Interval

    def times(self, factor: float) -> _Gap:
        """The same in a unit `factor` times smaller."""
        return _Gap(self.one * factor, self.other * factor, Interval(*(x * factor for x in self.difference)))


def shares_power(policy: Mapping[str, Any]) -> bool:
    """Whether a resolved policy shares power: a forum decides at least one of its kinds of issue."""
    own = policy.get("power", {})
    powers = [kind.get("power") or own for kind in policy.get("issues", {}).values()] or [own]
    return any(power.get("rule") in SHARING_RULES for power in powers)


def verdict(
    runs: pd.DataFrame,
    decisions: pd.DataFrame,
    against: str | None = None,
    *,
    manifest: Manifest | None = None,
    urgency: pd.DataFrame | None = None,
) -> list[str]:
    """Whether sharing power paid in this scenario: in quality, at what cost, and at which urgency that turns.

    `runs` and `decisions` are the tables of one scenario, `manifest` its manifest. The base (or `against`)
    is compared with each policy that differs from it in whether power is shared; where none does, with every
    other policy, saying so. Brackets hold 95 % intervals over paired replications. Without a manifest
    nothing is known of power and half-lives: every other policy is compared, and no turning point is given.
    `urgency`: the table of that name, where there is one; else recorded decisions are weighed anew.
    """
    variants = list(dict.fromkeys(runs["variant"]))
    if len(variants) < 2:
        return [f"Only one policy was run{f' ({variants[0]})' if variants else ''}: there is nothing to compare."]
    reference = against if against is not None and against in variants else variants[0]
    pairs, said = _pairs(variants, reference, manifest)
    again = None
    if urgency is not None and manifest is not None and len(urgency):
        again = simulated(urgency, manifest, list(decisions["kind"].unique()))
    for pair in pairs:
        said += [_quality(runs, pair, manifest), _costs(runs, pair), _worth(runs, decisions, pair, manifest, again)]
    return [*said, _how_to_read(runs, again is not None)]


def _pairs(variants: list[str], reference: str, manifest: Manifest | None) -> tuple[list[_Pair], list[str]]:
    """What to compare, and what must be said first."""
    if manifest is None:
        return [_Pair(name, reference, name) for name in variants if name != reference], []
    shares = {name: shares_power(manifest["policies"][name]) for name in variants}
    others = [name for name in variants if name != reference]
    unlike = [name for name in others if shares[name] != shares[reference]]
    if unlike and shares[reference]:
        return [_Pair(reference, name, "sharing power") for name in unlike], []
    if unlike:
        return [_Pair(name, reference, "sharing power") for name in unlike], []
    how = "share power" if shares[reference] else "leave each decision to one voice"
    said = [f"All policies here {how}: what follows compares {reference} with each of the others."]
    return [_Pair(name, reference, name) for name in others], said


def _gap(runs: pd.DataFrame, pair: _Pair, metric: str) -> _Gap:
    matrix = paired(runs, metric)
    one, other = (matrix[name].to_numpy(dtype=float) for name in (pair.one, pair.other))
    return _Gap(interval(one).mean, interval(other).mean, interval(one - other))


def _quality(runs: pd.DataFrame, pair: _Pair, manifest: Manifest | None) -> str:
    gap = _gap(runs, pair, "quality")
    also = _also_differs(pair, manifest)
    if math.isnan(gap.difference.mean):
        why = "too few issues were resolved"
        return f"Against {pair.other}, the quality of {pair.one} cannot be told: {why}{also}."
    places = decimals_for(gap.difference)
    numbers = (
        f"{gap.one:.{places}f} under {pair.one}, {gap.other:.{places}f} under {pair.other}, "
        f"a difference of {signed(gap.difference)}{also}."
    )
    if not gap.difference.known:
        question = f"Whether {pair.subject} raised decision quality against {pair.other}"
        return f"{question} cannot be told yet: {numbers}"
    did = "made no clear difference to decision quality"
    if gap.difference.clear:
        did = f"{'raised' if gap.difference.mean > 0 else 'lowered'} decision quality"
    return f"Against {pair.other}, {pair.subject} {did}: {numbers}"


def _also_differs(pair: _Pair, manifest: Manifest | None) -> str:
    """' (they also differ in ...)' when more than who decides sets the two policies apart."""
    names = [
        key
        for key, values in (manifest or {}).get("varied", {}).items()
        if values.get(pair.one) != values.get(pair.other) and not (pair.one != pair.subject and _who_decides(key))
    ]
    word = "they differ" if pair.subject == pair.one else "they also differ"
    return f" ({word} in {', '.join(names)})" if names else ""


def _who_decides(key: str) -> bool:
    return key == "power.rule" or key.endswith(".power.rule")


def _costs(runs: pd.DataFrame, pair: _Pair) -> str:
    """Delay, person-hours, progress and lapsed issues in one sentence."""
    clauses = [
        _clause(
            _gap(runs, pair, "delay"),
            ("decisions took {} working days longer", "decisions took {} working days less"),
            "there was no clear difference in delay ({} working days)",
        ),
        _clause(
            _gap(runs, pair, "person_hours"),
            ("{} person-hours more a decision", "{} person-hours less a decision"),
            "no clear difference in person-hours ({} a decision)",
        ),
        _clause(
            _gap(runs, pair, "progress").times(100),
            (
                "the day's work progressed {} percentage points more",
                "the day's work progressed {} percentage points less",
            ),
            "no clear difference in the progress of the day's work ({} percentage points)",
        ),
    ]
    clauses = [clause for clause in clauses if clause]
    counts = runs.groupby("variant", observed=True)[["lapsed", "issues"]].sum()
    lapsed = {name: _share(counts["lapsed"][name], counts["issues"][name]) for name in (pair.one, pair.other)}
    if max(lapsed.values()) >= _FEW_LAPSED:
        clauses.append(
            f"{100 * lapsed[pair.one]:.0f} % of the issues ended undecided "
            f"({pair.other}: {100 * lapsed[pair.other]:.0f} %)"
        )
    return f"What changed with it: under {pair.one}, compared with {pair.other}, {'; '.join(clauses)}."


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else 0.0


def _clause(gap: _Gap, clear: tuple[str, str], unclear: str) -> str:
    """One cost in words: how much more or less when that is clear; '' when there is nothing to say."""
    if math.isnan(gap.difference.mean):
        return ""
    if not gap.difference.clear:
        return unclear.format(signed(gap.difference))
    if gap.difference.mean > 0:
        return clear[0].format(amount_of(gap.difference))
    less = Interval(-gap.difference.mean, -gap.difference.high, -gap.difference.low)
    return clear[1].format(amount_of(less))


def _worth(
    runs: pd.DataFrame, decisions: pd.DataFrame, pair: _Pair, manifest: Manifest | None, again: Curves | None
) -> str:
    """All in all, and where that turns."""
    gap = _gap(runs, pair, "value").difference
    if math.isnan(gap.mean):
        return f"There were no issues on which to weigh {pair.one} against {pair.other}."
    amount = signed(gap)
    weighed = "Weighed by stakes, commitment and delay, a decision"
    if not gap.known:
        start = f"{weighed} under {pair.one} was worth {amount} more in this one run"
    elif gap.clear:
        more = "more" if gap.mean > 0 else "less"
        start = f"{weighed} under {pair.one} was worth {more} ({amount})"
    else:
        start = f"{weighed} was worth about as much under both ({amount})"
    if manifest is None:
        return f"{start}."
    if again is not None:
        return f"{start}. {_where(turning(again, pair.one, pair.other), gap, pair, again.reach)}"
    turn = break_even(decisions, pair.one, pair.other, manifest=manifest)
    return f"{start}. {_where(turn, gap, pair, FURTHEST)}{_by_kind(decisions, pair, manifest)}"


def _where(turn: BreakEven | None, gap: Interval, pair: _Pair, reach: float) -> str:
    if turn is None:
        return _never(gap, pair, reach)
    return _turning(turn) if turn.located else _nowhere()


def _nowhere() -> str:
    return "Whether urgency turns that, these runs do not tell."


def _never(gap: Interval, pair: _Pair, furthest: float) -> str:
    reach = f"from {furthest:.0f} times more urgent to {furthest:.0f} times less"
    if gap.mean == 0:
        return f"That holds at every urgency, {reach}."
    ahead, behind = (pair.one, pair.other) if gap.mean > 0 else (pair.other, pair.one)
    if not gap.clear:
        return f"On average {ahead} is ahead of {behind} at every urgency, {reach}."
    return f"Urgency does not turn that: {ahead} stays ahead of {behind}, {reach}."


def _turning(turn: BreakEven) -> str:
    places = ", ".join(f"{name}: {plain(days)} working days" for name, days in turn.half_lives.items())
    text = (
        f"The verdict turns where half-lives are {plain(turn.factor)} times{_factors(turn)} those of the "
        f"scenario ({places}): when issues are more urgent than that, {turn.urgent} is worth more; when they "
        f"are less urgent, {turn.patient}."
    )
    more = [plain(factor) for factor in turn.crossings if factor != turn.factor]
    return f"{text} It turns again at {', '.join(more)} times." if more else text


def _by_kind(decisions: pd.DataFrame, pair: _Pair, manifest: Manifest) -> str:
    """Where the verdict turns for each kind of issue alone; '' where there is one kind, or none turns."""
    kinds = list(dict.fromkeys(decisions["kind"]))
    if len(kinds) < 2:
        return ""
    turns = {kind: break_even(decisions, pair.one, pair.other, kind, manifest=manifest) for kind in kinds}
    told = [
        f"{kind} issues at a half-life of {plain(turn.half_lives[kind])} working days{_days(turn, kind)} "
        f"({turn.urgent} ahead below, {turn.patient} above)"
        for kind, turn in turns.items()
        if turn is not None and turn.located
    ]
    if not told:
        return ""
    rest = [str(kind) for kind, turn in turns.items() if turn is None or not turn.located]
    return f" Kind by kind it turns for {'; for '.join(told)}{'; not clearly for ' + ', '.join(rest) if rest else ''}."


def _days(turn: BreakEven, kind: str) -> str:
    """The interval of a turning point as half-lives of a kind."""
    if math.isnan(turn.low) or math.isnan(turn.high):
        return ""
    scale = turn.half_lives[kind] / turn.factor
    low = plain(turn.low * scale) if turn.low > 0 else f"below {plain(scale / turn.reach)}"
    high = plain(turn.high * scale) if math.isfinite(turn.high) else f"above {plain(scale * turn.reach)}"
    return f" [{low} to {high}]"


def _factors(turn: BreakEven) -> str:
    if math.isnan(turn.low) or math.isnan(turn.high):
        return ""
    low = plain(turn.low) if turn.low > 0 else f"below {plain(1 / turn.reach)}"
    high = plain(turn.high) if math.isfinite(turn.high) else f"above {turn.reach:.0f}"
    return f" [{low} to {high}]"


_REWEIGHTED = "Turning points weigh the recorded decisions anew, as if leaders acted alike whatever the urgency."
_AGAIN = "Turning points come from running the policies again at other half-lives, as a rule here goes by them."


def _how_to_read(runs: pd.DataFrame, again: bool) -> str:
    count = int(runs.groupby("variant", observed=True).size().min())
    note = _AGAIN if again else _REWEIGHTED
    if count < 2:
        return f"With one replication there are no intervals: no difference can be told from chance. {note}"
    shown = f"Brackets are {100 * CONFIDENCE:.0f} % intervals over {count} paired replications"
    return f"{shown}, each taken by itself. {note}"
