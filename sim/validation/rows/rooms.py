"""What is said in a room, what its members lean to, how heads are counted, and who stands behind
what was decided."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim import theory
from sim.outcome import CLOSED_BY
from sim.scenario import Scenario
from sim.validation._check import SAME, Check, PlayedRun, field, run_mean
from sim.validation._world import hours, kind, leaders

EXACT = 1e-9


def _turns(policy: Scenario) -> dict[str, Any]:
    only = kind(policy)
    turns, how = 1, "in writing"
    if only.power.forum.mode == "together":
        assert only.consensus.turns is not None
        turns = round(only.consensus.turns * hours(only.consensus.round))
        how = f"{turns} turns in {hours(only.consensus.round):g} h"
    if policy.perspective.span is not None:
        how += f", span {policy.perspective.span}"
    return {
        "n": sum(leaders(policy)),
        "tau": policy.perspective.acuity,
        "c": only.consensus.candour,
        "turns": turns,
        "how": how,
    }


def _law_of_record(n: int, c: float, turns: int, how: str) -> np.ndarray:
    """How many ideas are on the record after the one round, as a law over 0..n."""
    if how.startswith("in writing"):
        return theory.ideas_in_writing(n, c)
    return theory.ideas_on_record(n, turns, c)


def _room_quality(n: int, tau: float, c: float, turns: int, how: str) -> float:
    return theory.room_quality(n, tau, _law_of_record(n, c, turns, how))


def _unsaid(n: int, tau: float, c: float, turns: int, how: str) -> float:
    return float(1.0 - _law_of_record(n, c, turns, how) @ np.arange(n + 1) / n)


def _shares_of_views(policy: Scenario) -> list[float]:
    """The share of the room that each view has: of every leader one, or of every unit.

    With two levels all are one unit; with three there is one for each leader of the second, who has
    it with the reports, and the one on top.
    """
    sizes = leaders(policy)
    n = sum(sizes)
    if policy.interests.of == "leader":
        return [1.0 / n] * n
    if len(sizes) < 3:
        return [1.0]
    return [1.0 / n] + [(n - 1) / n / sizes[1]] * sizes[1]


def _leaning(policy: Scenario) -> dict[str, Any]:
    shares = _shares_of_views(policy)
    return {
        "n": sum(leaders(policy)),
        "facets": policy.perspective.facets,
        "sigma": policy.interests.strength,
        "views": 1.0 / math.fsum(share**2 for share in shares),
        "by": f"by {policy.interests.of}",
    }


def _leaning_quality(n: int, facets: int, sigma: float, views: float, by: str) -> float:
    return 1.0 - theory.leaning_error(facets, sigma, views)


def standing_behind(policy: Scenario) -> dict[str, Any]:
    """Each leader's fidelity, whether they were heard, and their own say; and what these bring."""
    sizes, only, rollout = leaders(policy), kind(policy), policy.rollout
    n, loss = sum(sizes), policy.flow.down.loss
    authority = [position.authority or 1.0 for position in policy.stream.positions]
    fidelity = [(1.0 - loss) ** level for level, size in enumerate(sizes) for _ in range(size)]
    ranks = [authority[level] for level, size in enumerate(sizes) for _ in range(size)]
    heard, say, against = [1.0] * n, [1.0] + [0.0] * (n - 1), False
    if only.power.rule == "autocratic":
        heard = [1.0] + [float(policy.flow.up.open > 0.0)] * (n - 1)
        how = "one voice that heard all" if all(heard) else "one voice that heard nobody"
    else:
        voices = ranks if only.power.voice == "authority" else [1.0] * n
        sharing = only.power.sharing
        own = [sharing * voice / math.fsum(voices) for voice in voices]
        own[0] += 1.0 - sharing
        say = [min(1.0, n * weight) for weight in own]
        against = only.consensus.tolerance < 1e-3
        how = f"a room, sharing {sharing:g} by {only.power.voice}"
        how += ", that disagrees" if against else ""
        if only.consensus.candour == 1.0:
            fidelity, how = [1.0] * n, f"{how}, told why"
    return {
        "n": n,
        "each": list(zip(fidelity, heard, say, strict=True)),
        "brings": (rollout.base, rollout.heard, rollout.say),
        "kept": rollout.disagree_and_commit if against else 1.0,
        "how": how,
    }


def mean_commitment(
    n: int,
    each: list[tuple[float, float, float]],
    brings: tuple[float, float, float],
    kept: float,
    how: str,
) -> float:
    return math.fsum(theory.commitment(*who, *brings, kept) for who in each) / n


def _heads(policy: Scenario) -> dict[str, Any]:
    only, n = kind(policy), sum(leaders(policy))
    seats = math.ceil(only.power.forum.quorum * n - 1e-9)
    return {
        "n": n,
        "seats": seats,
        "f": only.accuracy,
        "present": 1.0 - policy.work.away,
        "sharing": only.power.sharing,
        "voice": only.power.voice,
    }


def _agreed_by_heads(
    n: int, seats: int, f: float, present: float, sharing: float, voice: str
) -> float:
    return theory.agreed_and_right(n - 1, seats - 1, present, f)


def _share_agreed_and_right(seen: PlayedRun) -> np.ndarray:
    """Of a run's decisions the share on which the room agreed, and rightly: rooms of one day have
    the same members."""
    decisions = seen.outcome.decisions
    agreed = decisions["closed_by"] == CLOSED_BY.index("agreement")
    return np.array([np.where(agreed, decisions["correct"], 0.0).mean()])


SAID = "n ideas in n minds, turns t, candour c: said with 1-(1-c/n)^t each; in writing with c"
LEANS = "n leanings exp(sigma z): the mean view misses the truth by A/n + (1-1/n) B - 2C + 1"

ROOMS = (
    Check(
        name="turns",
        theory=SAID,
        setting="{n} members, {how}, candour {c:g}: quality",
        given=_turns,
        exact=_room_quality,
        observe=field("quality"),
    ),
    Check(
        name="unsaid",
        theory=SAID,
        setting="{n} members, {how}, candour {c:g}: unsaid",
        given=_turns,
        exact=_unsaid,
        observe=field("unsaid"),
        file="turns",
    ),
    Check(
        name="interests",
        theory=LEANS,
        setting="{n} leaders leaning {by}, sigma {sigma:g}, {facets} facets",
        given=_leaning,
        exact=_leaning_quality,
        observe=run_mean("quality"),
        per_run=True,
        runs_needed=6.0,
    ),
    Check(
        name="heads",
        theory="one proposes, and more than half of the heads present agree, whatever the weights",
        setting="{seats} of {n} there, right with p {f:g}; sharing {sharing:g} by {voice}",
        given=_heads,
        exact=_agreed_by_heads,
        observe=_share_agreed_and_right,
        per_run=True,
        runs_needed=3.0,
    ),
    Check(
        name="commitment",
        theory="commitment: base + (1-base) (a fidelity + kept (b heard + c say))",
        setting="{n} leaders, {how}",
        given=standing_behind,
        exact=mean_commitment,
        observe=field("commitment"),
        law=SAME,
        tolerance=EXACT,
    ),
)
