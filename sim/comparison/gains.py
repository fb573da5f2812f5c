"""What sharing power gains at any urgency, kind by kind: the paired difference in value between two
policies along the half-life, and where it is clear.

The curves are those of `sim.comparison.urgency`; what is called clear follows the rule of
`sim.comparison.turns`, so that a figure of these and the sentences say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.comparison._breakeven import Gaps
from sim.comparison.statistics import intervals
from sim.comparison.turns import FEWEST
from sim.comparison.urgency import Curves, Manifest, reweighted, simulated

Tables = Mapping[str, pd.DataFrame]


class Zone(NamedTuple):
    """A stretch of urgency, from `low` to `high` in the unit of its `Gain`.

    ahead: 1 where the first policy is clearly worth more, -1 where the second is, 0 where that
    cannot be told.
    """

    low: float
    high: float
    ahead: int


@dataclass(frozen=True)
class Gain:
    """The value of one policy less that of another, by urgency.

    kind: the kind of issue; None: all together. places: half-lives in working days where `days`,
    else factors on all half-lives; ascending. difference: rows mean, low and high (95 %) at each
    place. zones: without a gap. here: the scenario's own urgency. replications: pairs behind it.
    """

    kind: str | None
    places: np.ndarray
    difference: np.ndarray
    zones: tuple[Zone, ...]
    here: float
    days: bool
    replications: int
    simulated: bool


def gains(
    tables: Tables, manifest: Manifest, kinds: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> list[list[Gain]]:
    """For each pair of policies what the first is worth more than the second, for each of some
    kinds of issue that arose; all kinds together where policies were run again at other half-lives
    (table `urgency`).

    KeyError for a policy that was not run, or that the manifest does not describe.
    """
    again, decisions = tables.get("urgency"), tables["decisions"]
    every = list(dict.fromkeys(name for two in pairs for name in two))
    curves: dict[str | None, Curves]
    if again is not None and len(again):
        curves = {None: simulated(again, manifest, list(decisions["kind"].unique()))}
    else:
        curves = {kind: reweighted(decisions, every, manifest, kind) for kind in kinds}
    made = [
        [_gain(each, a, b, kind) for kind, each in curves.items() if {a, b} <= set(each.values)]
        for a, b in pairs
    ]
    return [[gain for gain in some if gain.replications] for some in made]


def _gain(curves: Curves, a: str, b: str, kind: str | None) -> Gain:
    gaps = Gaps(curves, a, b)
    lives = curves.half_lives.get(a) or {}
    days = len(lives) == 1 and lives == curves.half_lives.get(b)
    unit = next(iter(lives.values())) if days else 1.0
    ends = unit * float(gaps.factors[0]), unit * float(gaps.factors[-1])
    zones: tuple[Zone, ...] = (Zone(*ends, 0),)
    if gaps.replications >= FEWEST:
        zones = tuple(Zone(unit * s.low, unit * s.high, s.ahead) for s in gaps.stretches())
    return Gain(
        kind,
        unit * gaps.factors,
        intervals(gaps.values.T),
        zones,
        unit,
        days,
        gaps.replications,
        curves.simulated,
    )
