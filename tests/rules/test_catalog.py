"""The catalogue: codes and names of rules, which never change."""

from __future__ import annotations

import pytest

from sim.rules.catalog import DECLARED, FAMILIES, code, name_of
from sim.rules.family import CUSTOM, Family

CODES = {
    "issue type": "choice 0, approve 1, estimate 2",
    "power": "autocratic 0, consultative 1, delegated 2, shared 3, vote 4, rotating 5, "
    "emergent 6, chain 7, champion 8, contingent 9",
    "consensus": "none 0, majority 1, supermajority 2, unanimity 3, tolerance 4, consent 5, "
    "confidence 6",
    "fallback": "authority 0, majority 1, best-so-far 2, escalate 3, drop 4",
    "voice": "equal 0, expertise 1, influence 2, authority 3",
    "choose": "relevance 0, balanced 1, random 2, all 3, influence 4",
    "routing": "line 0, spread 1, both 2",
    "flow": "open 0",
    "assess": "bayesian 0",
    "persuade": "friedkin-johnsen 0",
    "influence": "fixed 0, merit 1, reflected 2, reputation 3",
    "engagement": "off 0, on 1",
    "forum mode": "together 0, written 1",
    "reading": "arrival 0, urgency 1",
    "trust": "none 0, learned 1",
}
"""Codes are for good: a new rule gets a new one, and no rule of another name ever has it again."""


def test_codes_are_what_they_were():
    codes = {
        name: ", ".join(f"{rule.name} {rule.code}" for rule in family.rules.values())
        for name, family in DECLARED.items()
    }
    assert codes == CODES


def test_codes_and_names_belong_to_one_another():
    for family, rules in FAMILIES.items():
        for name in rules:
            assert name_of(family, code(family, name)) == name
        assert name_of(family, CUSTOM) == "custom"
        with pytest.raises(KeyError, match=f"no {family} rule has the code 99"):
            name_of(family, 99)


def test_a_rule_that_is_added_moves_no_other():
    family = Family("colour", "colour.rule")
    red = family.rule(0, "red", "is red", "standard")
    blue = family.rule(7, "blue", "is blue", "standard", reads={"colour.depth"}, phrase="so blue")
    assert (red, blue) == (0, 7) and family.section == "colour"
    assert family.rules["blue"].reads == {"colour.depth"} and family.rules["red"].reads == set()
    for wrong in ((0, "green"), (3, "blue"), (CUSTOM, "green")):
        with pytest.raises(ValueError, match="must be its own"):
            family.rule(*wrong, "is green", "standard")
    assert list(family.rules) == ["red", "blue"]
