"""Made-up sweeps with the columns of the table of runs: a plane of known shape, any keys, any
names."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.tables.columns import TABLES

SHARING = [round(0.1 * step, 1) for step in range(11)]
LIMITS = ["1d", "3d", "2w", "1mo"]
KEYS = {"power.sharing": SHARING, "consensus.limit": LIMITS}
POLICIES = ("shared", "top-down")


def manifest(
    keys: Sequence[str], policies: Sequence[str] = POLICIES, **more: Any
) -> dict[str, Any]:
    """A manifest as a sweep writes it; differences are to the last policy, where there are
    several."""
    return {
        "name": "leader-stream",
        "title": "How much power to share, for how long",
        "description": (
            "A plane of power sharing and time for consensus, against decisions from the top."
        ),
        "seed": 2026,
        "keys": list(keys),
        "design": "grid",
        "policies": list(policies),
        "against": policies[-1] if len(policies) > 1 else None,
        "replications": 12,
        "leaderstream": "0.3.0",
        "digest": "3f6c" * 16,
        **more,
    }


def grid(keys: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Every combination, the last key first."""
    return [dict(zip(keys, values, strict=True)) for values in itertools.product(*keys.values())]


def runs(
    points: Sequence[Mapping[str, Any]], policies: Sequence[str] = POLICIES, replications: int = 12
) -> pd.DataFrame:
    """Runs at the points given. Of the last policy nothing depends on the keys; of the others
    everything does: how far a key is along its values makes decisions slower and, up to a point,
    better."""
    scales = {key: list(dict.fromkeys(point.get(key) for point in points)) for key in points[0]}
    rows = []
    for policy, (number, point) in itertools.product(policies, enumerate(points)):
        along = [scales[key].index(point.get(key)) / max(len(scales[key]) - 1, 1) for key in point]
        fixed = len(policies) > 1 and policy == policies[-1]
        first, rest = (0.2, 0.2) if fixed else (along[0], float(np.mean(along[1:] or [0.4])))
        for replication in range(replications):
            world = np.random.default_rng([3, replication]).normal(0, 1, 3)
            noise = np.random.default_rng([4, number, replication, policies.index(policy)]).normal(
                0, 1, 4
            )
            quality = (
                0.45
                + 0.35 * first
                - 0.15 * first**2
                + 0.1 * rest
                + 0.03 * world[0]
                + 0.02 * noise[0]
            )
            delay = 2 + 6 * first * rest + 2 * rest + 0.3 * world[1] + 0.1 * noise[1]
            row = dict.fromkeys((column.name for column in TABLES["runs"]), 1.0)
            row |= {
                "scenario": "leader-stream",
                "variant": policy,
                "point": number,
                "replication": replication,
            }
            row |= {"seed": 2026, **point, "quality": quality, "delay": delay}
            row |= {
                "value": quality * 2 ** (-delay / 10),
                "progress": 0.99 - 0.02 * first + 0.001 * noise[2],
            }
            rows.append(row)
    return pd.DataFrame(rows)
