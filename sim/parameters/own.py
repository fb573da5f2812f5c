"""Rules of a user's own as numbers: which families have one, by kind of issue, and the values of their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.extension.families import MOST_PARAMETERS, NAMES

if TYPE_CHECKING:
    from sim.extension import BoundRule
    from sim.scenario import Scenario


def custom_rules(scenario: Scenario) -> dict[tuple[int, int], BoundRule]:
    """Every rule of one's own, by the code of its family and by kind of issue."""
    found = {}
    for family, name in enumerate(NAMES):
        for kind, issue in enumerate(scenario.issues):
            if (asked := scenario.custom_rule(name, issue)) is not None:
                found[family, kind] = asked
    return found


def custom_numbers(scenario: Scenario) -> dict[str, Any]:
    """The arrays about rules of one's own of `Numbers`; 1 stands where there is one, whose address a driver adds."""
    kinds = len(scenario.issues)
    own = np.zeros((len(NAMES), kinds), np.int64)
    asks = np.zeros_like(own)
    given = np.zeros((len(NAMES), kinds, MOST_PARAMETERS))
    for place, asked in custom_rules(scenario).items():
        own[place] = 1
        asks[place] = sum(1 << at for at, name in enumerate(asked.rule.of.inputs) if name in asked.wants)
        given[place][: len(asked.values)] = list(asked.values.values())
    return {"own": own, "own_asks": asks, "own_values": given}
