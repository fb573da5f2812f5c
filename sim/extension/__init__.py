"""Rules of a user's own: declaring them, loading the files they stand in, and asking them.

from sim.extension import Parameter, rule

@rule("consensus", patience=Parameter(0.6, range=(0, 1), unit="share", source="convention"))
def cautious_vote(support, rounds, patience):
    return support >= patience**rounds
"""

from sim.extension.calls import Asked, IllRule, IllRun
from sim.extension.declared import Parameter, Rule, rule
from sim.extension.families import FAMILIES, NAMES, Family, Input
from sim.extension.files import RuleFile, allow, is_reference, loaded, rule_in, thing_in

__all__ = [
    "FAMILIES",
    "NAMES",
    "Asked",
    "Family",
    "IllRule",
    "IllRun",
    "Input",
    "Parameter",
    "Rule",
    "RuleFile",
    "allow",
    "is_reference",
    "loaded",
    "rule",
    "rule_in",
    "thing_in",
]
