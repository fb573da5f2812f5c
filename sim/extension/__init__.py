"""Rules of a user's own: declaring them, loading the files they stand in, and asking them.

from sim.extension import Parameter, rule

@rule("consensus", patience=Parameter(0.6, range=(0, 1), unit="share", source="convention"))
def cautious_vote(support, rounds, patience):
    return support >= patience**rounds
"""

from sim.extension.calls import BoundRule, InvalidRule, InvalidRun
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
