"""How long things take: hops, tries, queues and trees."""

from __future__ import annotations

from typing import Any

from sim import theory
from sim.scenario import Scenario
from sim.validation._check import Check, field, run_mean
from sim.validation._world import acuities, height_of, hours, kind, leaders


def _transit(policy: Scenario) -> dict[str, Any]:
    only = kind(policy)
    hops = height_of(policy, only.raised_at) - height_of(policy, only.decided_at)
    return {"h": hops, "d": hours(policy.flow.up.delay)}


def _retry(policy: Scenario) -> dict[str, Any]:
    up = policy.flow.up
    assert up.retry is not None
    return {
        "taus": acuities(policy),
        "d": hours(up.delay),
        "p": up.open,
        "r": hours(up.retry),
        "g": hours(kind(policy).power.gather),
    }


def _retry_quality(taus: list[float], d: float, p: float, r: float, g: float) -> float:
    """The mean over whose ideas have come up the line to the one on top in time."""
    come = [theory.arrives_within(hops, d, p, r, g) for hops in range(len(taus))]
    return theory.mixed_quality(taus, come)


def _inbox(policy: Scenario) -> dict[str, Any]:
    rate = kind(policy).rate
    return {"rate": float(rate.amount), "s": int(policy.attention)}  # type: ignore[union-attr]


def _tree(policy: Scenario) -> dict[str, Any]:
    sizes = leaders(policy)
    flow = policy.flow
    return {
        "N": sum(sizes),
        "b": sizes[1] // sizes[0],
        "up": hours(flow.up.delay),
        "down": hours(flow.down.delay),
    }


TIME = (
    Check(
        name="transit",
        theory="h hops of mean d ticks: h/(1-exp(-1/d))",
        setting="a notice up {h} hops of mean {d:g} ticks",
        given=_transit,
        exact=lambda h, d: theory.mean_transit(h, d),
        observe=field("gather"),
    ),
    Check(
        name="retry",
        theory="h hops of mean d, each tried every r ticks with p: it has come within g",
        setting="ideas come up a line, open {p:g}, retry {r:g}, mean {d:g}, awaited {g:g}",
        given=_retry,
        exact=_retry_quality,
        observe=field("quality"),
    ),
    Check(
        name="inbox",
        theory="Poisson messages, s read a tick: the discrete-time queue's mean wait",
        setting="{rate:g} notices a tick, {s} read, 1 tick on the way",
        given=_inbox,
        exact=lambda rate, s: 1.0 + theory.mean_wait(rate, s),
        observe=run_mean("gather"),
        per_run=True,
    ),
    Check(
        name="tree-notice",
        theory="a tree of N with span of control b: transit grows as log_b N",
        setting="a notice to the top of {N} leaders, {b} reports each",
        given=_tree,
        exact=lambda N, b, up, down: theory.mean_transit(theory.tree_depth(N, b), up),
        observe=field("gather"),
        file="tree",
    ),
    Check(
        name="tree-decision",
        theory="a tree of N with span of control b: transit grows as log_b N",
        setting="a decision to the last of {N} leaders, {b} reports each",
        given=_tree,
        exact=lambda N, b, up, down: theory.mean_broadcast(theory.tree_depth(N, b), b, down),
        observe=field("rollout"),
        file="tree",
    ),
)
