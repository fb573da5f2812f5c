"""By which measure policies are judged: by value, or by net value where an hour has a price.

Every verdict, figure and list of the best asks `judged_by`; nothing else looks at `work.worth`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.comparison.wording import listed, plain
from sim.measures import NET_VALUE, WORTH
from sim.texts import clip

Manifest = Mapping[str, Any]

KEY = "work.worth"
_MOST_NAMES = 4


def judged_by(manifest: Manifest) -> str:
    """The measure that says which policy is worth most: `net_value` where an hour of a leader's
    time has a price under any policy (or at a point of a sweep), else `value`.

    manifest: that of a result, or the resolved policies alone as {"policies": {name: policy}}.
    """
    priced = any(price > 0.0 for price in prices(manifest).values())
    return NET_VALUE if priced or KEY in (manifest.get("keys") or ()) else WORTH


def prices(manifest: Manifest) -> dict[str, float]:
    """What an hour is worth under each policy, in stakes; 0 where the policy does not say.

    The manifest of a sweep has them as `prices`, as it only names its policies.
    """
    policies = manifest.get("policies") or {}
    if not isinstance(policies, Mapping):
        return {str(name): float(price) for name, price in (manifest.get("prices") or {}).items()}
    section, key = KEY.split(".")
    return {
        str(name): float((policy.get(section) or {}).get(key) or 0.0)
        for name, policy in policies.items()
    }


def unlike_prices(manifest: Manifest) -> str:
    """That an hour has another price under some policies, so that net values do not compare; ''
    where it has not."""
    known = prices(manifest)
    if len(set(known.values())) < 2:
        return ""
    named = [f"{clip(name, 30)} {plain(price)}" for name, price in known.items()]
    more = len(named) - _MOST_NAMES
    shown = [*named[:_MOST_NAMES], *([f"{more} more"] if more > 0 else [])]
    return (
        f"An hour is not worth the same under all policies ({KEY}: {listed(shown)}), so that their "
        f"net values are not comparable."
    )


def in_net_value(measure: str) -> str:
    """' in net value' where that is what is meant, else ''."""
    return " in net value" if measure == NET_VALUE else ""
