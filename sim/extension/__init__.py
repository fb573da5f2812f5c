"""Custom rules: declaring them, loading their files, and calling them.

from sim.extension import Parameter, rule

@rule("consensus", patience=Parameter(0.6, range=(0, 1), unit="share", source="convention"))
def cautious_vote(support, rounds, patience):
    return support >= patience**rounds
"""

from __future__ import annotations

from typing import Any

from sim.errors import renamed
from sim.extension._calls import BoundRule, InvalidRule, InvalidRun
from sim.extension.declared import Parameter, Rule, rule
from sim.extension.families import FAMILIES, NAMES, Family, Input
from sim.extension.files import RuleFile, allow, is_reference, loaded, object_in, rule_in

__all__ = [
    "FAMILIES",
    "NAMES",
    "BoundRule",
    "Family",
    "Input",
    "InvalidRule",
    "InvalidRun",
    "Parameter",
    "Rule",
    "RuleFile",
    "allow",
    "is_reference",
    "loaded",
    "object_in",
    "rule",
    "rule_in",
]

_RENAMED = {"Asked": "BoundRule", "IllRule": "InvalidRule", "IllRun": "InvalidRun"}


def __getattr__(name: str) -> Any:
    return renamed(_RENAMED, name, globals())
