"""The families of rules that a scenario can name, in the order in which they are listed.

Each is declared where its functions stand (see `sim.rules.family`); this is where all are found.
"""

from __future__ import annotations

from sim.rules.consensus import CONSENSUS, FALLBACK
from sim.rules.engagement import ENGAGEMENT
from sim.rules.evidence import ASSESS
from sim.rules.family import (
    CUSTOM,
    CUSTOM_NAME,
    LEVELS,
    ONE_VOICE,
    ROOM,
    ROUTED,
    Family,
    RuleInfo,
)
from sim.rules.flow import FLOW, READING, ROUTING
from sim.rules.influence import INFLUENCE
from sim.rules.meeting import CHOOSE, FORUM_MODE
from sim.rules.outcomes import ISSUE_TYPE
from sim.rules.persuasion import PERSUADE
from sim.rules.power import POWER, VOICE
from sim.rules.reputation import TRUST

__all__ = ["DECLARED", "FAMILIES", "LEVELS", "ONE_VOICE", "ROOM", "ROUTED", "RuleInfo"]

DECLARED: dict[str, Family] = {
    family.name: family
    for family in (
        *(ISSUE_TYPE, POWER, CONSENSUS, FALLBACK, VOICE, CHOOSE, ROUTING, FLOW, ASSESS, PERSUADE),
        *(INFLUENCE, ENGAGEMENT, FORUM_MODE, READING, TRUST),
    )
}
"""All families by name. The order of those that take custom rules is that of the arrays about them
(`Numbers.custom`), so a new one goes at the end."""

FAMILIES: dict[str, dict[str, RuleInfo]] = {name: of.rules for name, of in DECLARED.items()}
"""The built-in rules of each family, by their names."""


def names(family: str) -> tuple[str, ...]:
    """The names of a family's built-in rules, in the order in which they are listed."""
    return tuple(FAMILIES[family])


def name_of(family: str, code: int) -> str:
    """The name of the rule with a code; CUSTOM_NAME for a custom rule. KeyError for no rule's."""
    if code == CUSTOM:
        return CUSTOM_NAME
    for known in FAMILIES[family].values():
        if known.code == code:
            return known.name
    raise KeyError(f"no {family} rule has the code {code}")


def code(family: str, name: str) -> int:
    """A built-in rule's code. KeyError for a name that the family does not have."""
    return FAMILIES[family][name].code
