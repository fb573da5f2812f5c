"""The families of rules that a custom rule may belong to: what each is given, and what it answers.

A rule is a function whose arguments are picked by name from what its family is given; an argument
of any other name is a parameter that the rule declares. Both drivers give the same, so that a rule
answers the same on both. The families are declared with their built-in rules (`sim.rules.family`).
"""

from __future__ import annotations

from sim.rules.catalog import DECLARED
from sim.rules.family import (
    NUMBER,
    NUMBERS,
    PASSING,
    ROW,
    SCORES,
    TABLE,
    TRUTH,
    VALUE,
    WHOLE,
    WHOLES,
    Family,
    Input,
)

__all__ = [
    "FAMILIES",
    "MOST_PARAMETERS",
    "NAMES",
    "NUMBER",
    "NUMBERS",
    "PASSING",
    "ROW",
    "SCORES",
    "SUM_WITHIN",
    "TABLE",
    "TRUTH",
    "VALUE",
    "WHOLE",
    "WHOLES",
    "Family",
    "Input",
]

MOST_PARAMETERS = 16
SUM_WITHIN = 1e-9

FAMILIES: dict[str, Family] = {name: family for name, family in DECLARED.items() if family.answer}

NAMES = tuple(FAMILIES)
"""The families, in the order by which both drivers know them."""
