"""What the author of a scenario expects, tested: a measure is higher, or lower, under one policy
than another.

The difference of the two policies is paired by replication (common random numbers) and taken in the
claimed direction. A claim holds when the one-sided lower bound of its mean exceeds `by`, and fails
when the upper one is below (Law 2015, Simulation Modeling and Analysis, ch. 10.2). The bounds are
ends of `statistics.interval`, as in every table: they hold for skewed differences too. Error rate:
a claim that is not true is confirmed with a chance of at most 1 - confidence, each claim by itself;
any of several with at most the sum of these (Bonferroni). That is measured for differences of a
skewness up to 2, within one in a hundred; it supposes a number of replications that was not chosen
by looking. Replications without a value are left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.comparison.statistics import Interval, interval, paired, reaches, tilt
from sim.comparison.wording import signed
from sim.measures import MEASURES

if TYPE_CHECKING:
    from sim.scenario.keys.claims import Claim

HOLDS, FAILS, UNDECIDED, NOT_TESTED = "holds", "fails", "undecided", "not tested"

POWER = 0.9
"""The chance with which the replications that an undecided claim is said to need would decide
it."""
MOST = 1_000_000
# Differences this small against the values themselves are rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class JudgedClaim:
    """A claim and what the runs say of it; plain values, as a manifest keeps them.

    The claim: `metric` is `direction` ('higher' or 'lower') under `policy` than under `than`, by
    more than `by`, at `confidence` (0.5 to 1). verdict: 'holds', 'fails' (the data contradict it),
    'undecided' or 'not tested'. difference: mean of policy less than, in the metric's unit; low,
    high: its one-sided bounds, each at that confidence; None where there are none. replications:
    how many pairs there were. needed: about how many replications would decide an undecided claim;
    None where that cannot be told. why: what a verdict without bounds, or one that more
    replications would not change, is due to; '' otherwise.
    """

    metric: str
    direction: str
    policy: str
    than: str
    by: float
    confidence: float
    verdict: str
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    replications: int = 0
    needed: int | None = None
    why: str = ""

    @property
    def tested(self) -> bool:
        """Whether both policies were run."""
        return self.verdict != NOT_TESTED


def judge(runs: pd.DataFrame, claims: Sequence[Claim]) -> list[JudgedClaim]:
    """The verdict on each claim from the runs table of one scenario; KeyError for a metric that is
    no column."""
    return [_judged(runs, claim) for claim in claims]


def _judged(runs: pd.DataFrame, claim: Claim) -> JudgedClaim:
    facts = (claim.metric, claim.direction, claim.policy, claim.than, claim.by, claim.confidence)
    there = set(runs["variant"])
    missing = [name for name in (claim.policy, claim.than) if name not in there]
    if missing:
        return JudgedClaim(*facts, NOT_TESTED, why=f"there are no runs of {' and '.join(missing)}")
    matrix = paired(runs, claim.metric)
    one, other = (matrix[name].to_numpy(dtype=float) for name in (claim.policy, claim.than))
    return judge_values(one, other, claim)


def judge_values(one: np.ndarray, other: np.ndarray, claim: Claim) -> JudgedClaim:
    """The verdict on a claim from the values of its metric under its policy and under that it is
    compared with, paired by place; NaN: no value."""
    facts = (claim.metric, claim.direction, claim.policy, claim.than, claim.by, claim.confidence)
    known = known_margins(one, other, claim)
    if len(known) < 2:
        return JudgedClaim(
            *facts,
            UNDECIDED,
            replications=len(known),
            why=_too_few(len(known), len(one), claim),
        )
    # A two-sided interval at 2c - 1 has the bounds of one-sided tests at c.
    margin = interval(known, 2 * claim.confidence - 1)
    verdict, needed, why = _verdict(known, margin, claim.confidence)
    if needed is not None:
        needed = math.ceil(needed * len(one) / len(known))
    # In the measure's own direction again; adding 0 leaves no negative zero.
    back = (_sign(claim) * (number + claim.by) + 0.0 for number in margin)
    low, difference, high = sorted(back)
    return JudgedClaim(*facts, verdict, difference, low, high, len(known), needed, why)


def margins(one: np.ndarray, other: np.ndarray, claim: Claim) -> np.ndarray:
    """By how much each pair of values exceeds what is claimed (below 0: it falls short); NaN where
    a value is missing."""
    found = _sign(claim) * (one - other) - claim.by
    scale = np.fmax(np.fmax(np.abs(one), np.abs(other)), claim.by)
    return np.where(np.abs(found) <= _ROUNDING * scale, 0.0, found)


def known_margins(one: np.ndarray, other: np.ndarray, claim: Claim) -> np.ndarray:
    """The `margins` of the pairs in which both have a value."""
    found = margins(one, other, claim)
    return found[~np.isnan(found)]


def _sign(claim: Claim) -> int:
    """1 where more is claimed, -1 where less is."""
    return 1 if claim.direction == "higher" else -1


def decided(known: np.ndarray, confidence: float) -> str:
    """Whether margins (without NaN) show their mean to be above 0 (HOLDS) or below (FAILS), each at
    this one-sided confidence, above 0.5; UNDECIDED otherwise, as with fewer than two, or where all
    are 0."""
    if len(known) < 2 or not known.any():
        return UNDECIDED
    return _side(known, interval(known, 2 * confidence - 1), confidence)


def _side(known: np.ndarray, margin: Interval, confidence: float) -> str:
    if margin.low < margin.high:
        return HOLDS if margin.low > 0 else FAILS if margin.high < 0 else UNDECIDED
    # Without any spread a t-test knows no bounds; a sign test does: all on one side, with a chance
    # of 2^-n.
    if len(known) < _fewest_alike(confidence):
        return UNDECIDED
    return HOLDS if margin.mean > 0 else FAILS


def _fewest_alike(confidence: float) -> int:
    """How many values, all the same, decide at a one-sided confidence."""
    return math.ceil(-math.log2(1 - confidence) - 1e-9)


def _verdict(known: np.ndarray, margin: Interval, confidence: float) -> tuple[str, int | None, str]:
    """Verdict, replications needed and reason, from what the differences (two or more) exceed `by`
    by."""
    side, spread = _side(known, margin, confidence), margin.low < margin.high
    if side != UNDECIDED:
        return side, None, "" if spread else "the same in every replication"
    if not spread:
        return UNDECIDED, _fewest_alike(confidence), ""
    needed = _enough(known, confidence)
    return (
        UNDECIDED,
        needed,
        "" if needed else f"it would take over {MOST:,} replications to tell",
    )


def _too_few(known: int, replications: int, claim: Claim) -> str:
    """Why fewer than two pairs of values were found."""
    if replications < 2:
        return "it takes at least two replications to tell a difference from chance"
    where = "no replication has" if known == 0 else "only one replication has"
    name = MEASURES[claim.metric].short
    return f"{where} a value of {name} under both policies, as when nothing is resolved"


def _enough(known: np.ndarray, confidence: float) -> int | None:
    """The least number of replications, more than there are, that decides the claim with a chance
    of POWER if mean, spread and skewness of the margins are the true ones; None when a million
    would not.
    """
    from scipy.special import stdtrit

    pairs, mean, spread = len(known), float(known.mean()), float(known.std(ddof=1))
    lopsided = float(tilt(known - mean, pairs)) * math.sqrt(pairs)

    def short(number: int) -> bool:
        below, above = reaches(number, lopsided / math.sqrt(number), 2 * confidence - 1)
        reach = float(below if mean > 0 else above) + float(stdtrit(number - 1, POWER))
        return reach * spread > abs(mean) * math.sqrt(number)

    if mean == 0 or short(MOST):
        return None
    low, high = pairs + 1, MOST
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if short(middle) else (low, middle)
    return low


def statement(claim: JudgedClaim) -> str:
    """What is claimed: 'quality is higher under shared than under cascade'."""
    by = f", by more than {claim.by:g}" if claim.by else ""
    # A saved result may hold any name.
    measure = MEASURES.get(claim.metric)
    name = claim.metric if measure is None else measure.short
    higher = f"{'are' if measure is not None and measure.plural else 'is'} {claim.direction}"
    return f"{name} {higher} under {claim.policy} than under {claim.than}{by}"


def evidence(claim: JudgedClaim) -> str:
    """What the runs say of it: '+0.120 [+0.113 to +0.127] at 95% confidence', or why there is no
    such thing."""
    if claim.difference is None or claim.low is None or claim.high is None:
        return claim.why
    text = (
        f"{signed(Interval(claim.difference, claim.low, claim.high))} at "
        f"{percent(claim.confidence)} confidence"
    )
    if claim.why:
        return f"{text}; {claim.why}"
    if claim.verdict == FAILS:
        return f"{text}; the runs contradict it"
    if claim.needed is not None:
        return (
            f"{text}; {claim.replications} replications do not tell, about "
            f"{about(claim.needed)} would"
        )
    return text


def about(number: int) -> str:
    """A number rounded up to two digits."""
    step = 10 ** max(len(str(number)) - 2, 0)
    return f"{-(-number // step) * step:,}"


def percent(share: float) -> str:
    """0.995 as '99.5%'."""
    return f"{100 * share:.8g}%"


def error_rate(claims: Sequence[JudgedClaim]) -> str:
    """How many claims were tested, what stands in brackets, and with what chance one, or any, is
    confirmed though it is not true.
    """
    tested = [claim for claim in claims if claim.tested]
    if not tested:
        return "No claim was tested."
    risks = sorted({round(1 - claim.confidence, 12) for claim in tested})
    rate = percent(risks[0])
    if len(risks) > 1:
        rate = f"1 less its confidence ({rate} to {percent(risks[-1])})"
    count = "1 claim was tested" if len(tested) == 1 else f"{len(tested)} claims were tested"
    text = (
        f"{count}; brackets hold the one-sided bounds of the paired difference. A claim that is "
        f"not true is confirmed with a chance of at most {rate}"
    )
    if len(tested) == 1:
        return f"{text}."
    risk = min(round(math.fsum(1 - claim.confidence for claim in tested), 12), 1.0)
    return f"{text}; any of the {len(tested)} with at most {percent(risk)} (Bonferroni)."
