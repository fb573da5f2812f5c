"""What a check is: a shipped scenario, the exact answer, and how a sample of it is taken from what
a driver returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.outcome import Outcome
from sim.parameters import Parameters
from sim.scenario import Scenario

MEAN, SHARE, SQUARE, AT_MOST, SAME = LAWS = ("mean", "share", "square", "at most", "same")
"""How an observation is distributed about the exact answer, which says how the sample is judged.

mean: some law of which only the mean is known (Student's t). share: 0 or 1 (exact binomial test).
square: 1 less a squared normal error of which 1 - exact is the variance (exact chi-squared test).
at most: the exact answer bounds the mean from above (Student's t, one-sided). same: a number that
chance does not move, within the check's tolerance.
"""


class PlayedRun(NamedTuple):
    """One run as a check sees it: the policy and its parameters, what came out, and which
    replication it was."""

    policy: Scenario
    inputs: Parameters
    outcome: Outcome
    replication: int


@dataclass(frozen=True)
class Check:
    """A row of theory.

    name: of the check, and of its file in scenarios/theory/ unless `file` says otherwise; every
    policy of the file is a setting. setting: text with the names of `given` in braces. given: the
    numbers that the exact answer needs, read from the policy's own settings. exact: the closed
    form, called with them. observe: independent observations from one run. per_run: whether a run
    is one observation, as when what happens in it depends on one another. only: the policies that
    are settings of this check (default all). decisions_needed: about how many decisions of a run
    make an observation, where not every one does. runs_needed: how many times as many runs as
    others a check `per_run` needs, as its runs are short and differ much.
    """

    name: str
    theory: str
    setting: str
    given: Callable[[Scenario], Mapping[str, Any]]
    exact: Callable[..., float]
    observe: Callable[[PlayedRun], np.ndarray]
    law: str = MEAN
    per_run: bool = False
    tolerance: float = 0.0
    file: str = ""
    only: tuple[str, ...] = ()
    decisions_needed: float = 1.0
    runs_needed: float = 1.0

    def __post_init__(self) -> None:
        if self.law not in LAWS:
            raise ValueError(
                f"{self.name}: the law must be one of {', '.join(LAWS)}, not {self.law!r}"
            )

    @property
    def scenario(self) -> str:
        """The name of the scenario, in scenarios/theory/."""
        return self.file or self.name

    @property
    def is_bound(self) -> bool:
        """Whether the exact answer is the most that the mean may be."""
        return self.law == AT_MOST

    @property
    def is_certain(self) -> bool:
        """Whether chance plays no part."""
        return self.law == SAME


@dataclass(frozen=True)
class ValidationRow:
    """A check in one setting: a policy of its scenario."""

    check: Check
    policy: str
    scenario: Scenario

    @property
    def name(self) -> str:
        """check/policy, which `--row` takes."""
        return f"{self.check.name}/{self.policy}"

    @property
    def setting(self) -> str:
        """The setting in words, with the scenario's own numbers."""
        return self.check.setting.format(**self.check.given(self.scenario))

    @property
    def exact(self) -> float:
        """The exact answer for the scenario's own numbers."""
        return float(self.check.exact(**self.check.given(self.scenario)))


def field(name: str) -> Callable[[PlayedRun], np.ndarray]:
    """Observes a column of the decisions, one a decision."""
    return lambda seen: seen.outcome.decisions[name].astype(float)


def run_mean(name: str) -> Callable[[PlayedRun], np.ndarray]:
    """Observes the mean over a run's decisions of a column: one observation a run."""
    return lambda seen: np.array([seen.outcome.decisions[name].astype(float).mean()])


# The verdict on a sample: how unlikely it would be if the exact answer were right


FALSE_ALARM = 1e-6
"""Chance that any check of a full validation fails although the simulator is right; split evenly
over the tests."""

PASS, FAIL = "pass", "FAIL"


class Judged(NamedTuple):
    """Mean and standard error of a sample, its normal score z, and the verdict.

    z has the same two-sided tail probability as the sample has under its own law, so that one
    threshold serves all. Where chance plays no part, error and z are NaN, and the mean is the
    observation farthest from the exact answer.
    """

    mean: float
    error: float
    z: float
    verdict: str


def threshold(tests: int) -> float:
    """The |z| beyond which one of `tests` tests fails, for the overall false-alarm chance
    (Bonferroni)."""
    from scipy.stats import norm

    return float(norm.isf(FALSE_ALARM / max(tests, 1) / 2.0))


def judge(sample: np.ndarray, exact: float, law: str, tolerance: float, limit: float) -> Judged:
    """Judge a sample of independent observations against the exact answer; `limit` is the greatest
    |z| that passes.

    A sample with undefined values, or (where there is chance) of fewer than two observations,
    fails.
    """
    count = len(sample)
    if law == SAME:
        farthest = float(sample[np.argmax(np.abs(sample - exact))]) if count else math.nan
        return Judged(
            farthest, math.nan, math.nan, PASS if abs(farthest - exact) <= tolerance else FAIL
        )
    mean = float(sample.mean()) if count else math.nan
    error = float(sample.std(ddof=1)) / math.sqrt(count) if count > 1 else math.nan
    if math.isnan(mean) or count < 2:
        return Judged(mean, error, math.nan, FAIL)
    z = _score(sample, mean, error, exact, law)
    passed = z <= limit if law == AT_MOST else abs(z) <= limit
    return Judged(mean, error, z, PASS if passed else FAIL)


def _score(sample: np.ndarray, mean: float, error: float, exact: float, law: str) -> float:
    """The normal score of a sample under its law: negative when its mean lies below the exact
    answer."""
    from scipy import stats

    count = len(sample)
    if law == SHARE:
        right = round(mean * count)
        return _normal(
            stats.binom.logcdf(right, count, exact), stats.binom.logsf(right - 1, count, exact)
        )
    if law == SQUARE:
        # The greater the squared errors, the lower the mean.
        errors = count * (1.0 - mean) / (1.0 - exact)
        return _normal(stats.chi2.logsf(errors, count), stats.chi2.logcdf(errors, count))
    if error == 0.0:
        return 0.0 if mean == exact else math.copysign(math.inf, mean - exact)
    t = (mean - exact) / error
    z = _normal(stats.t.logcdf(t, count - 1), stats.t.logsf(t, count - 1))
    return z if math.isfinite(z) else t  # so far out that its probability cannot be told from 0


def _normal(below: float, above: float) -> float:
    """The z that a standard normal falls below, or exceeds, with the lesser of two probabilities,
    given as logarithms.

    0 where both are above one half, as they can be for what is counted.
    """
    from scipy.special import ndtri_exp

    size = max(0.0, -float(ndtri_exp(min(below, above))))
    return -size if below < above else size
