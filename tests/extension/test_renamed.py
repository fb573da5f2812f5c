"""Names of version 0.3 that have better ones now still work, with a warning."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim.experiments.sensitivity as sensitivity
from sim import extension, scenario
from sim.reading import comparing

EXTENSIONS = Path(__file__).parents[2] / "scenarios" / "extensions"


@pytest.mark.parametrize(
    ("module", "earlier", "present"),
    [
        (extension, "Asked", "BoundRule"),
        (extension, "IllRule", "InvalidRule"),
        (extension, "IllRun", "InvalidRun"),
        (scenario, "Each", "RatePerLeader"),
        (sensitivity, "Asked", "Request"),
        (comparing, "Chosen", "ResultPolicy"),
    ],
)
def test_an_earlier_name_still_works_and_says_the_present_one(module, earlier, present):
    message = f"{module.__name__}.{earlier} is now called {module.__name__}.{present}"
    with pytest.warns(DeprecationWarning, match=re.escape(message)) as caught:
        assert getattr(module, earlier) is getattr(module, present)
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize("module", [extension, scenario, sensitivity])
def test_a_name_that_never_was_is_no_attribute(module):
    with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'Ill'"):
        _ = module.Ill


def test_own_rule_of_a_scenario_is_custom_rule():
    extension.allow(EXTENSIONS / "agenda_setter.py")
    policies = scenario.Scenario.load(EXTENSIONS / "agenda-setter.yaml").policies().values()
    kinds = [(policy, kind) for policy in policies for kind in policy.issues]
    named = [policy.custom_rule("power", kind) for policy, kind in kinds]
    assert any(rule is not None for rule in named)
    with pytest.warns(DeprecationWarning, match=r"own_rule is now called Scenario\.custom_rule"):
        again = [policy.own_rule("power", kind) for policy, kind in kinds]
    assert [rule and rule.name for rule in again] == [rule and rule.name for rule in named]
