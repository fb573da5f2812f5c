"""The content key of a run: what it is that was run, whatever it is called and wherever it stands in a sweep.

A run is one replication of one policy under one seed and one version of the model. All but the replication
is digested once a policy; the key of the run is that digest with the replication beside it. The engine is not
in the key: both give the same bytes.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.experiments.version import model_version

if TYPE_CHECKING:
    from sim.scenario import Scenario

NOT_IN_KEY = frozenset("schema name title description seed replications extends base variants claims sweep".split())
"""Keys of a scenario that change no run. The seed is in the key by itself."""


class Run(NamedTuple):
    """The key of a run: its policy's key (32 bytes) and the number of its replication, from 0."""

    policy: bytes
    replication: int


def policy_key(policy: Scenario, seed: int | None = None, version: str | None = None) -> bytes:
    """The key of a resolved policy under a seed (its own) and a version of the model (this one): 32 bytes.

    Data files count by their content, not by their names. The order of settings counts too: the kinds of
    issue are numbered in it. OSError when a data file cannot be read.
    """
    from sim.runner.manifest import inputs

    resolved: dict[str, Any] = policy.resolved()
    settings = {key: value for key, value in resolved.items() if key not in NOT_IN_KEY}
    content = inputs({"": policy})
    stream = {key: content.get(str(value), value) for key, value in settings.get("stream", {}).items()}
    what = {
        "version": model_version() if version is None else version,
        "seed": resolved["seed"] if seed is None else seed,
        "policy": settings | {"stream": stream},
    }
    return sha256(json.dumps(what, separators=(",", ":"), allow_nan=False).encode()).digest()


def run_key(policy: Scenario, seed: int, replication: int) -> Run:
    """The key of one run; for many replications of a policy, take `policy_key` once."""
    return Run(policy_key(policy, seed), replication)
