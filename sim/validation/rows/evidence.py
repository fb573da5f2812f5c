"""How good an estimate is, given who saw what and how it was passed on."""

from __future__ import annotations

from typing import Any

from sim import theory
from sim.scenario import Scenario
from sim.validation._check import SQUARE, Check, field
from sim.validation._world import hours, kind, leaders


def _alone(policy: Scenario) -> dict[str, Any]:
    return {"tau": policy.perspective.acuity}


def _overprecise(policy: Scenario) -> dict[str, Any]:
    return {"tau": policy.perspective.acuity, "k": policy.assess.overprecision}


def _pooled(policy: Scenario) -> dict[str, Any]:
    how = "said in a room" if kind(policy).power.rule == "shared" else "passed up"
    return {"tau": policy.perspective.acuity, "n": sum(leaders(policy)), "how": how}


def _retold(policy: Scenario) -> dict[str, Any]:
    return {
        "tau": policy.perspective.acuity,
        "h": len(leaders(policy)) - 1,
        "v": policy.flow.up.distortion,
    }


def _retold_quality(tau: float, h: int, v: float) -> float:
    return theory.pooled_quality([theory.retold_precision(tau, hops, v) for hops in range(h + 1)])


def _in_time(policy: Scenario) -> dict[str, Any]:
    up = policy.flow.up
    return {
        "tau": policy.perspective.acuity,
        "p": up.open,
        "r": None if up.retry is None else hours(up.retry),
        "g": hours(kind(policy).power.gather),
        "again": "once" if up.retry is None else f"every {hours(up.retry):g} ticks",
    }


def _in_time_quality(tau: float, p: float, r: float | None, g: float, again: str) -> float:
    heard = theory.heard_in_time(p, r, g)
    return heard * theory.pooled_quality([tau, tau]) + (1.0 - heard) * theory.pooled_quality([tau])


EVIDENCE = (
    Check(
        name="one-leader",
        theory="one leader, an estimate of one facet: tau/(1+tau)",
        setting="one leader, precision {tau:g}",
        given=_alone,
        exact=lambda tau: theory.pooled_quality([tau]),
        observe=field("quality"),
        law=SQUARE,
    ),
    Check(
        name="overprecision",
        theory="evidence taken for k times as precise: 1-(1-a)^2-a^2/tau, a = k tau/(1+k tau)",
        setting="one leader, precision {tau:g} taken for {k:g} times that",
        given=_overprecise,
        exact=lambda tau, k: theory.overprecise_quality(tau, k),
        observe=field("quality"),
        law=SQUARE,
    ),
    Check(
        name="pooled",
        theory="n leaders pooled: n tau/(1 + n tau)",
        setting="{n} leaders, precision {tau:g}, ideas {how}",
        given=_pooled,
        exact=lambda tau, n, how: theory.pooled_quality([tau] * n),
        observe=field("quality"),
        law=SQUARE,
    ),
    Check(
        name="retold",
        theory="h hops of variance v: each idea counts 1/(1/tau + h v)",
        setting="0 to {h} hops away, precision {tau:g}, variance {v:g} a hop",
        given=_retold,
        exact=_retold_quality,
        observe=field("quality"),
        law=SQUARE,
    ),
    Check(
        name="heard-in-time",
        theory="open p, retry r, within g: 1-(1-p)^(g/r + 1)",
        setting="an idea passed on with p {p:g}, tried {again}, awaited {g:g}",
        given=_in_time,
        exact=_in_time_quality,
        observe=field("quality"),
    ),
)
