"""The content key of a run: what it is that was run, whatever it is called and wherever it stands
in a sweep.

A run is one replication of one policy under one seed and one version of the model. Of the policy
only what it reads counts (`sim.scenario.reads`): two settings that differ in nothing else are one,
and run once. All but the replication is digested once a policy; the key of the run is that digest
with the replication beside it. The engine is not in the key: both give the same bytes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.clock import Calendar, Duration
from sim.scenario.keys.settings import NO_ASSUMPTIONS
from sim.scenario.reads import KeysRead
from sim.texts import clip
from sim.version import model_version, resolving_version

if TYPE_CHECKING:
    from sim.scenario import Scenario

NOT_IN_KEY = NO_ASSUMPTIONS
"""Keys of a scenario that change no run. The seed is in the key by itself."""

FILES = ("people", "ties")
"""Keys under `stream` that name data files."""


class Run(NamedTuple):
    """The key of a run: its policy's key (32 bytes) and the number of its replication, from 0."""

    policy: bytes
    replication: int


def policy_key(policy: Scenario, seed: int | None = None, version: str | None = None) -> bytes:
    """The key of a resolved policy under a seed (its own) and a version of the model (this one): 32
    bytes.

    Data files count by their content, not by their names. The order of settings counts too: the
    kinds of issue are numbered in it. OSError when a data file cannot be read.
    """
    what = {
        "version": model_version() if version is None else version,
        "seed": policy.seed if seed is None else seed,
        "policy": KeysRead(policy).effective(_settings(policy)),
    }
    return _digest(what)


def sweep_key(scenario: Scenario) -> bytes:
    """The key of all that decides what the points of a scenario's sweep resolve to: 32 bytes.

    The scenario and its variants, the content of their data files, the version of the model and of
    what resolves scenarios.
    """
    policies = {name: _settings(policy) for name, policy in scenario.policies().items()}
    return _digest(
        [model_version(), resolving_version(), scenario.resolved()["variants"], policies]
    )


def point_key(sweep: bytes, seed: int, variant: str, settings: Mapping[str, Any]) -> bytes:
    """The key of one policy at one point of a sweep (its `sweep_key`), 32 bytes: what
    `Store.resolved` knows it by.

    settings: the point's dotted keys with their values as YAML writes them. Not the name of a data
    file, of which only the content would count.
    """
    return _digest([sweep.hex(), seed, variant, dict(settings)])


def settings_digest(resolved: Mapping[str, Any]) -> str:
    """SHA-256 of what a resolved policy sets, but for keys that change no run."""
    what = {key: value for key, value in resolved.items() if key not in NOT_IN_KEY}
    return sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def _settings(policy: Scenario) -> dict[str, Any]:
    """What decides the policy's results, as plain data, with data files by their content."""
    from sim.runner.plans import inputs

    settings = {key: value for key, value in policy.resolved().items() if key not in NOT_IN_KEY}
    content = inputs({"": policy})
    stream = settings.get("stream", {})
    if policy.rule_files:
        settings |= {"rules": {file.name: file.digest for file in policy.rule_files}}
    return settings | {
        "stream": stream | {key: content[str(stream[key])] for key in FILES if stream.get(key)}
    }


def _digest(what: Any) -> bytes:
    return sha256(json.dumps(what, separators=(",", ":"), allow_nan=False).encode()).digest()


# Values of varied keys as people write them: their labels, and how large each is


UNSET = "not set"
"""What stands for a key that a point does not set."""

_COUNTED = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(%|rounds?|/\s*(?:mo|m|h|d|w|y))\s*")


def label_of(value: Any) -> str:
    """A value in a few letters, clean but not escaped."""
    if value is None:
        return UNSET
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | float | np.number):
        return f"{float(value):.5g}"
    return clip(value, 200)


def sizes_of(values: Sequence[Any], calendar: Calendar) -> tuple[str | None, list[float]]:
    """The kind of all values and the size of each; no kind where there are several, or words."""
    sizes = [_size(value, calendar) for value in values]
    kinds = {entry[0] for entry in sizes if entry is not None}
    if None in sizes or len(kinds) != 1:
        return None, []
    return kinds.pop(), [entry[1] for entry in sizes if entry is not None]


def _size(value: Any, calendar: Calendar) -> tuple[str, float] | None:
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, int | float | np.number):
        return ("number", float(value)) if math.isfinite(float(value)) else None
    if not isinstance(value, str):
        return None
    try:
        duration = Duration.parse(value)
    except ValueError:
        return _counted(value, calendar)
    return "time", float(duration.amount * calendar.hours(duration.unit) / calendar.day)


def _counted(value: str, calendar: Calendar) -> tuple[str, float] | None:
    match = _COUNTED.fullmatch(value)
    if match is None:
        try:
            number = float(value)
        except ValueError:
            return None
        return ("number", number) if math.isfinite(number) else None
    amount, unit = Fraction(match[1]), match[2].replace(" ", "")
    if unit == "%":
        return "number", float(amount / 100)
    if unit.startswith("round"):
        return "rounds", float(amount)
    return "rate", float(amount * calendar.day / calendar.hours(unit[1:]))
