"""Labels of policies: what they may be, whose they are, and that they change no run."""

from __future__ import annotations

import pytest

from sim.errors import InvalidInput
from sim.experiments.keys import policy_key
from sim.runner.plans import varied
from sim.scenario import Scenario

ARABIC, CHINESE = "السلطة المشتركة", "自上而下的决策"
TEXT = f"""\
name: labels
base: top-down
label: {CHINESE}
power: {{rule: autocratic}}
variants:
  shared: {{label: {ARABIC}, power.rule: shared}}
  plain: {{power.rule: chain}}
"""


def test_each_policy_has_its_own_label_and_none_takes_that_of_the_base():
    scenario = Scenario.from_text(TEXT)
    assert scenario.labels == {"top-down": CHINESE, "shared": ARABIC}
    assert scenario.policies()["plain"].label is None
    assert scenario.shown("top-down") == CHINESE
    assert scenario.shown("shared") == f"\u2068{ARABIC}\u2069"
    assert scenario.shown("plain") == "plain"


def test_labels_change_neither_runs_nor_settings_nor_a_scenario_without_them():
    scenario = Scenario.from_text(TEXT)
    without = Scenario.from_text(TEXT.replace(f"label: {CHINESE}\n", "").replace(ARABIC, "x"))
    for name, policy in scenario.policies().items():
        assert policy_key(policy) == policy_key(without.policies()[name])
    resolved = {name: policy.resolved() for name, policy in scenario.policies().items()}
    assert list(varied(resolved)) == ["power.rule"]
    assert "label" not in Scenario.from_text("name: x").resolved()


def test_a_resolved_scenario_keeps_its_labels():
    scenario = Scenario.from_text(TEXT)
    assert Scenario.from_dict(scenario.resolved()) == scenario
    assert Scenario.from_dict(scenario.resolved()).labels == scenario.labels
    assert Scenario.from_dict(scenario.policies()["shared"].resolved()).label == ARABIC


def test_points_of_a_sweep_keep_labels_apart():
    swept = "sweep: {vary: {power.sharing: [0, 1]}, variants: [shared, plain]}\n"
    scenario = Scenario.from_text(TEXT + swept)
    there = scenario.at({}, ["shared", "plain"])
    assert (there["shared"].label, there["plain"].label) == (ARABIC, None)


LONG = "x" * 61


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (CHINESE, '""', "labels.yaml:3:8: label: '' is not allowed: expected one line of at most"),
        (CHINESE, '" \u200f"', "3:8: label: "),
        (CHINESE, LONG, "60 characters, not empty; it has 61"),
        (CHINESE, "12", "(in quotes, to be text)"),
        (CHINESE, '"a\\nb"', "3:8: label: "),
        (
            ARABIC,
            CHINESE,
            f"6:19: variants.shared.label: '{CHINESE}' is the label of",
        ),
        (
            ARABIC,
            "plain",
            "6:19: variants.shared.label: 'plain' is the name of the",
        ),
    ],
    ids=["empty", "unseen", "long", "number", "lines", "twice", "a name"],
)
def test_a_label_that_cannot_be_is_told_at_its_place(old, new, said):
    with pytest.raises(InvalidInput) as told:
        Scenario.from_text(TEXT.replace(old, new), "labels.yaml")
    assert said in str(told.value)


@pytest.mark.parametrize(
    "more",
    [
        "events: [{at: 20d, set: {label: x}}]\n",
        "sweep: {vary: {label: [a, b]}}\n",
    ],
)
def test_a_label_neither_varies_nor_changes_in_a_run(more):
    with pytest.raises(InvalidInput, match="label"):
        Scenario.from_text(TEXT + more)
