"""The findings that an audit looks at: the claims of a scenario or, where it makes none, how each
policy differs from the base in the headline measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.comparison.claims import (
    FAILS,
    UNDECIDED,
    JudgedClaim,
    decided,
    judge_values,
    known_margins,
    statement,
)
from sim.comparison.statistics import CONFIDENCE
from sim.errors import UsageError
from sim.measures import HEADLINE, MEASURES, shown_in
from sim.scenario.keys.claims import Claim
from sim.texts import clip

if TYPE_CHECKING:
    from sim.scenario import Scenario

Values = Callable[[str, str], np.ndarray]
"""The values of a measure (second) under a policy (first), replication by replication; NaN: none.
"""

ONE_SIDED = (1 + CONFIDENCE) / 2
"""At which one-sided confidence a difference is clear where nothing is claimed: that of an end of
the interval in every table."""
_OTHER_WAY = {"higher": "lower", "lower": "higher"}


@dataclass(frozen=True)
class Finding:
    """What the runs of the file itself say of one claim, or of one difference.

    claim: the claim as it was put to the test. judged: the verdict under the file's own settings.
    side: on which side of what is claimed the runs surely lie: HOLDS, FAILS or UNDECIDED, also
    where they never differ from it. claimed: whether the author claims it, or it is one of the
    differences to the base. shown: what its two policies are shown as, by name.
    """

    claim: Claim
    judged: JudgedClaim
    side: str
    claimed: bool
    shown: Mapping[str, str]

    @property
    def found(self) -> bool:
        """Whether the runs decide it; only then there is something to audit."""
        return self.side != UNDECIDED

    @property
    def direction(self) -> str:
        """'higher' or 'lower': what was found, which need not be what was claimed."""
        direction = self.judged.direction
        return direction if self.side != FAILS else _OTHER_WAY[direction]

    @property
    def label(self) -> str:
        """The finding in a few words: 'value: shared above top-down'."""
        one, other = (clip(self.shown[name], 24) for name in (self.judged.policy, self.judged.than))
        by = f" by {self.judged.by:g}" if self.judged.by else ""
        name = MEASURES[self.judged.metric].short
        if by and self.side == FAILS:
            side = "above" if self.judged.direction == "higher" else "below"
            return f"{name}: {one} not{by} {side} {other}"
        side = "above" if self.direction == "higher" else "below"
        return f"{name}: {one}{by} {side} {other}"

    @property
    def sentence(self) -> str:
        """The finding as a sentence: 'value is higher under shared than under top-down'."""
        judged, shown = self.judged, self.shown
        said = statement(replace(judged, policy=shown[judged.policy], than=shown[judged.than]))
        if self.side != FAILS:
            return said
        if self.judged.by:
            return f"it is not so that {said}"
        return said.replace(f" {self.judged.direction} ", f" {self.direction} ", 1)


def claims_of(scenario: Scenario) -> tuple[Claim, ...]:
    """The claims of a scenario; where it makes none, that each policy is higher than the base in
    each headline measure, which the runs then confirm or contradict. UsageError where there is
    nothing to compare."""
    if scenario.claims:
        return tuple(scenario.claims)
    others = [name for name in scenario.policies() if name != scenario.base]
    if not others:
        raise UsageError(
            f"{scenario.name} has no claims and only one policy: there is no finding to audit; add "
            f"variants, and claims about them"
        )
    return tuple(
        Claim(metric=metric, higher=name, than=scenario.base, confidence=ONE_SIDED)
        for name in others
        for metric in shown_in(HEADLINE)
    )


def findings(scenario: Scenario, claims: tuple[Claim, ...], values: Values) -> list[Finding]:
    """Each claim with the verdict of the runs of the file itself; a difference that is not claimed
    is turned the way it was found."""
    found = []
    shown = {name: scenario.shown(name) for name in scenario.policies()}
    for claim in claims:
        finding = _finding(claim, values, bool(scenario.claims), shown)
        if finding.side == FAILS and not finding.claimed:
            turned = claim.model_copy(update={"higher": None, "lower": claim.higher})
            finding = _finding(turned, values, False, shown)
        found.append(finding)
    return found


def _finding(claim: Claim, values: Values, claimed: bool, shown: Mapping[str, str]) -> Finding:
    pair = values(claim.policy, claim.metric), values(claim.than, claim.metric)
    side = decided(known_margins(*pair, claim), claim.confidence)
    return Finding(claim, judge_values(*pair, claim), side, claimed, shown)
