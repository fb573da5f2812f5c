"""The content key of a run: what it is that was run, whatever it is called and wherever it stands in a sweep.

A run is one replication of one policy under one seed and one version of the model. Of the policy only what it reads
counts (`sim.scenario.reads`): two settings that differ in nothing else are one, and run once. All but the replication
is digested once a policy; the key of the run is that digest with the replication beside it. The engine is not
in the key: both give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.scenario.reads import Reading
from sim.version import model_version, resolving_version

if TYPE_CHECKING:
    from sim.scenario import Scenario

NOT_IN_KEY = frozenset(
    "schema name title description seed replications extends base variants claims sweep calibrate".split()
)
"""Keys of a scenario that change no run. The seed is in the key by itself."""

FILES = ("people", "ties")
"""Keys under `stream` that name data files."""


class Run(NamedTuple):
    """The key of a run: its policy's key (32 bytes) and the number of its replication, from 0."""

    policy: bytes
    replication: int


def policy_key(policy: Scenario, seed: int | None = None, version: str | None = None) -> bytes:
    """The key of a resolved policy under a seed (its own) and a version of the model (this one): 32 bytes.

    Data files count by their content, not by their names. The order of settings counts too: the kinds of
    issue are numbered in it. OSError when a data file cannot be read.
    """
    what = {
        "version": model_version() if version is None else version,
        "seed": policy.seed if seed is None else seed,
        "policy": Reading(policy).effective(_settings(policy)),
    }
    return _digest(what)


def sweep_key(scenario: Scenario) -> bytes:
    """The key of all that decides what the points of a scenario's sweep resolve to: 32 bytes.

    The scenario and its variants, the content of their data files, the version of the model and of what
    resolves scenarios.
    """
    policies = {name: _settings(policy) for name, policy in scenario.policies().items()}
    return _digest([model_version(), resolving_version(), scenario.resolved()["variants"], policies])


def point_key(sweep: bytes, seed: int, variant: str, settings: Mapping[str, Any]) -> bytes:
    """The key of one policy at one point of a sweep (its `sweep_key`), 32 bytes: what `Store.resolved` knows it by.

    settings: the point's dotted keys with their values as YAML writes them. Not the name of a data file, of
    which only the content would count.
    """
    return _digest([sweep.hex(), seed, variant, dict(settings)])


def _settings(policy: Scenario) -> dict[str, Any]:
    """What decides the policy's results, as plain data, with data files by their content."""
    from sim.runner.manifest import inputs

    settings = {key: value for key, value in policy.resolved().items() if key not in NOT_IN_KEY}
    content = inputs({"": policy})
    stream = settings.get("stream", {})
    if policy.rule_files:
        settings |= {"rules": {file.name: file.digest for file in policy.rule_files}}
    return settings | {"stream": stream | {key: content[str(stream[key])] for key in FILES if stream.get(key)}}


def _digest(what: Any) -> bytes:
    return sha256(json.dumps(what, separators=(",", ":"), allow_nan=False).encode()).digest()
