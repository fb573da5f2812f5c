"""Where, among the settings that a search for what matters tried, the better of two policies is the
other one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.measures import NET_VALUE, WORTH
from sim.scenario.titles import phrase_of
from sim.texts import clip

if TYPE_CHECKING:
    from sim.experiments.sensitivity import Sensitivity

MOST_PAIRS = 2
"""Policies that are compared with the base in words."""
APART = 0.1
"""A key is named where its mean place in its range differs by so much: a convention."""


def turns(sensitivity: Sensitivity) -> str:
    """At how many of the settings tried each policy was worth more than the base, and which key was
    higher or lower there; '' where no two policies, or no worth, were looked at."""
    from sim.experiments.sensitivity import places_of, responses

    design, asked = sensitivity.swept.design, sensitivity.asked
    worth = next((name for name in (NET_VALUE, WORTH) if name in asked.metrics), "")
    if not worth or len(design.policies) < 2:
        return ""
    base = design.scenario.base if design.scenario.base in design.policies else design.policies[0]
    values = {
        name: responses(sensitivity.swept, name, asked)[asked.metrics.index(worth)].mean(axis=0)
        for name in design.policies
    }
    others = [name for name in design.policies if name != base][:MOST_PAIRS]
    cube = places_of(design, asked)
    texts = [
        turned((values[base] - values[name]).reshape(-1), cube, design.keys, base, name)
        for name in others
    ]
    said = " ".join(text for text in texts if text)
    each = "one replication" if asked.replications == 1 else f"{asked.replications} replications"
    return f"{said} Each setting by {each}, chance included." if said else ""


def turned(gaps: np.ndarray, cube: np.ndarray, keys: Sequence[str], policy: str, other: str) -> str:
    """At how many settings a policy is worth more than another, and where not.

    gaps: the difference at each setting, NaN where it is not known. cube: [settings, keys], the
    place of each key in its range, 0 to 1.
    """
    known = np.isfinite(gaps)
    count, more = int(known.sum()), int((gaps[known] > 0).sum())
    if not count:
        return ""
    names = clip(policy, 40), clip(other, 40)
    text = f"{names[0]} is worth more than {names[1]} at {more:,} of {count:,} settings tried"
    if more in (0, count):
        return f"{text}."
    place, known_gaps = cube[known], gaps[known]
    there, elsewhere = (place[side].mean(axis=0) for side in (known_gaps <= 0, known_gaps > 0))
    key = int(np.argmax(np.abs(there - elsewhere)))
    if abs(there[key] - elsewhere[key]) < APART:
        return f"{text}; no single key tells where it is not."
    word = "higher" if there[key] > elsewhere[key] else "lower"
    return f"{text}; where it is not, {phrase_of(keys[key])} is mostly {word}."
