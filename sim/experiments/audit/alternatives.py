"""The alternatives of an audit: what might have been modelled otherwise, one thing at a time, for
all policies alike.

`ALTERNATIVES` is the one list. To add an alternative, add an entry: its name, what is otherwise in
a few words, why a finding might depend on it, and either the keys that it sets (a function of a
resolved policy) or, where no key says it, the leaders and channels (a function of a policy and a
replication).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sim.clock import Duration
from sim.rules.catalog import names
from sim.scenario.nodes import written

if TYPE_CHECKING:
    from sim.organization import Structure
    from sim.scenario import Scenario

Keys = Callable[["Scenario"], Mapping[str, Any]]
"""The dotted keys that an alternative sets in a resolved policy, with their values."""
Drawn = Callable[["Scenario", int], "Structure"]
"""The leaders and channels of a resolved policy in a replication (from 0)."""

LABEL = 0x5EED
"""By which other keys leaders are relabelled; which ones is arbitrary."""


@dataclass(frozen=True)
class Alternative:
    """One thing modelled otherwise.

    name: how it is called in results. text: what is otherwise, in at most 26 letters. why: why a
    finding might depend on it. keys: what it sets. structure: the leaders and channels that it
    gives, in place of keys. each: whether these differ from replication to replication. absent: why
    a policy has nothing that could be otherwise; '' where it has.
    """

    name: str
    text: str
    why: str
    keys: Keys | None = None
    structure: Drawn | None = None
    each: bool = False
    absent: Callable[[Scenario], str] = lambda policy: ""


def _of_all(key: str, value: Any) -> Keys:
    """A key of the policy, and the same key of each kind of issue where kinds have it."""

    def keys(policy: Scenario) -> dict[str, Any]:
        section = key.partition(".")[0]
        of_kinds = [
            f"issues.{name}.{key}" for name, kind in policy.issues.items() if hasattr(kind, section)
        ]
        return dict.fromkeys([key, *of_kinds], value)

    return keys


def _tick(factor: Fraction) -> Keys:
    def keys(policy: Scenario) -> dict[str, Any]:
        hours = policy.calendar.tick * factor
        tick = Duration(hours, "h") if hours.denominator == 1 else Duration(hours * 60, "m")
        return {"clock.tick": written(tick)}

    return keys


def _other_network(policy: Scenario, replication: int) -> Structure:
    from sim.organization import build

    return build(policy, network=replication + 1)


def _relabelled(policy: Scenario, replication: int) -> Structure:
    from sim.organization import build, relabelled

    return relabelled(build(policy), LABEL)


def _nothing_drawn(policy: Scenario) -> str:
    return "" if policy.stream.bridges else "no channel is drawn at random: stream.bridges is 0"


_GRAIN = "How finely time is cut is a convention of the modeller."
_ORDER = "In which order messages are read is a convention."
_FALLBACK = "What happens where a room does not agree in time is a convention."

ALTERNATIVES: tuple[Alternative, ...] = (
    Alternative("half-tick", "ticks half as long", _GRAIN, _tick(Fraction(1, 2))),
    Alternative("double-tick", "ticks twice as long", _GRAIN, _tick(Fraction(2))),
    *(
        Alternative(f"reading-{name}", f"reading by {name}", _ORDER, _of_all("reading", name))
        for name in names("reading")
    ),
    Alternative(
        "relabelled",
        "leaders relabelled",
        "Nothing should depend on which number a leader has in the program.",
        structure=_relabelled,
    ),
    Alternative(
        "networks",
        "a new network each time",
        "The channels outside the lines are one draw of many.",
        structure=_other_network,
        each=True,
        absent=_nothing_drawn,
    ),
    *(
        Alternative(
            f"fallback-{name}",
            f"fallback {name}",
            _FALLBACK,
            _of_all("consensus.fallback", name),
        )
        for name in names("fallback")
    ),
    Alternative(
        "no-turns",
        "no limit of turns",
        "Limited turns of meetings are a mechanism that other models lack.",
        _of_all("consensus.turns", "off"),
    ),
    *(
        Alternative(
            f"reach-{hops}",
            f"reach {hops}",
            "How far an idea is told beyond the lines is hardly known.",
            _of_all("flow.reach", hops),
        )
        for hops in (1, 3)
    ),
    Alternative(
        "no-leanings",
        "nobody leans",
        "That leaders want different things is an assumption.",
        _of_all("interests.strength", 0),
    ),
    Alternative(
        "equal-competence",
        "all equally competent",
        "How much people differ in competence and judgement is hardly known.",
        lambda policy: {"competence.spread": 0, "competence.judgement": 0},
    ),
    *(
        Alternative(
            f"trust-{name}",
            f"trust {name}",
            "Whether people learn whose ideas to trust is an assumption.",
            _of_all("trust", name),
        )
        for name in names("trust")
    ),
    Alternative(
        "no-engagement",
        "engagement off",
        "The rates of engagement are conventions.",
        _of_all("engagement.rule", "off"),
    ),
    Alternative(
        "overprecision",
        "overprecision 2",
        "People may take their evidence for more precise than it is.",
        _of_all("assess.overprecision", 2),
    ),
)
"""All alternatives, in the order in which they are shown. One that a file has already, or that no
policy compared reads, is left out of its audit by itself."""
