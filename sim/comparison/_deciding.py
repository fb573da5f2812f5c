"""Who decides under a policy: one voice, a room, several levels, or whichever the situation asks
for.

What a rule does is declared with the rule (`sim.rules.catalog`, `sim.extension.rule(decides=...)`);
this file only puts together the rules of a policy's kinds of issue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from sim.comparison.urgency import days_of
from sim.extension.declared import DECIDES
from sim.rules.catalog import FAMILIES, LEVELS, ONE_VOICE, ROOM, ROUTED
from sim.rules.power import ROUTABLE, ROUTES

Policy = Mapping[str, Any]

_BY_WEIGHT = ("shared", "vote")
"""The rules under which a room proposes what its decision weights say: one that a single leader has
all of, and that asks for no agreement, is one voice that has heard the room."""
_WORDS = {ONE_VOICE: "one voice decides", ROOM: "a room decides", LEVELS: "it goes level by level"}


def ways(policy: Policy, custom: Mapping[str, str] | None = None) -> frozenset[str]:
    """How a resolved policy decides its kinds of issue: some of "one voice", "room" and "levels".

    A rule that routes counts as what it can route to under the policy's settings. custom: what
    custom power rules declared, by reference, as a manifest keeps it (`decides`); one that it lacks
    counts as the family's default.
    """
    found = []
    for named, power, kind in _rules(policy):
        consensus = kind.get("consensus") or policy.get("consensus") or {}
        alone = _keeps_all(power) and consensus.get("rule") == "none"
        for rule in _routed(named, power, kind, policy):
            found.append(ONE_VOICE if alone and rule in _BY_WEIGHT else _way(rule, custom or {}))
    return frozenset(found)


def _keeps_all(power: Policy) -> bool:
    """Whether who answers for a matter keeps all decision weight."""
    sharing = power.get("sharing")
    return sharing is not None and float(Fraction(str(sharing).rstrip("%"))) == 0.0


def shares_power(policy: Policy, own: Mapping[str, str] | None = None) -> bool:
    """Whether a resolved policy shares power: more than one voice decides some of its issues, or
    may. own: `custom` of `ways`."""
    return ways(policy, own) != {ONE_VOICE}


def in_words(policy: Policy, custom: Mapping[str, str] | None = None) -> str:
    """Who decides, as a clause: 'one voice decides', 'a room decides', 'who decides depends on the
    situation'."""
    decided = ways(policy, custom)
    if len(decided) == 1:
        return _WORDS[next(iter(decided))]
    if any(_way(rule, custom or {}) == ROUTED for rule, _, _ in _rules(policy)):
        return "who decides depends on the situation"
    return "who decides depends on the kind of issue"


def may_favour(policy: Policy) -> bool:
    """Whether who proves competent may gain power under a resolved policy: as trust is learned, or
    as power goes by influence, and influence moves."""
    if policy.get("trust") == "learned":
        return True
    if (policy.get("influence") or {}).get("rule", "fixed") == "fixed":
        return False
    return any(
        "influence" in (power.get("voice"), (power.get("forum") or {}).get("choose"))
        or "emergent" in _routed(named, power, kind, policy)
        for named, power, kind in _rules(policy)
    )


def differing(manifest: Mapping[str, Any], one: str, other: str) -> list[str]:
    """The keys in which two policies of a manifest differ, other than who decides."""
    varied = manifest.get("varied") or {}
    keys = [key for key, values in varied.items() if values.get(one) != values.get(other)]
    return [key for key in keys if not (key == "power.rule" or key.endswith(".power.rule"))]


def _rules(policy: Policy) -> Iterator[tuple[str, Policy, Policy]]:
    """The power rule of each kind of issue (of the policy, where no kind is listed), its settings,
    and the kind."""
    usual: Policy = policy.get("power") or {}
    none: Policy = {}
    for kind in (policy.get("issues") or {}).values() or (none,):
        power = kind.get("power") or usual
        yield str(power.get("rule", "")), power, kind


def _way(rule: str, custom: Mapping[str, str]) -> str:
    known = FAMILIES["power"].get(rule)
    return known.decides if known is not None else custom.get(rule) or DECIDES["power"][0]


def _routed(rule: str, power: Policy, kind: Policy, policy: Policy) -> list[str]:
    """The rule itself; of one that routes, those that an issue of this kind can get
    (`sim.rules.power.contingent_on`).

    Urgency and stakes are the same for all issues of a kind; how far evidence is spread is seen
    issue by issue.
    """
    if _way(rule, {}) != ROUTED:
        return [rule]
    routes = power.get("contingent") or {}
    if not all(key in routes for key in ROUTES) or "half_life" not in kind:
        # Settings unknown: it may be any.
        return list(ROUTABLE)
    days = days_of(policy)
    if days(kind["half_life"]) <= days(routes["urgent_within"]):
        return [routes["when_urgent"]]
    weighty = float(kind["stakes"]) > float(routes["stakes_above"])
    rules = [routes["when_stakes" if weighty else "otherwise"]]
    # The spread of evidence stays below 1.
    return rules if float(routes["spread_above"]) >= 1 else [routes["when_spread"], *rules]
