"""Custom rules in scenarios: what may stand where, and every mistake with its file, line and
column."""

from __future__ import annotations

import pytest

from extension.rules_made import RULES
from sim.errors import InvalidInput
from sim.extension import allow
from sim.scenario import Scenario
from sim.scenario.custom_rules import parameter_keys

HEAD = """\
name: own
stream: {positions: [{name: a, leaders: 1}, {name: b, leaders: 1}]}
issues:
  one: {rate: 5/w, raised_at: b, decided_at: a}
"""


@pytest.fixture(autouse=True)
def _well(rules):
    allow("well.py")


def test_a_kind_with_another_rule_does_not_take_over_the_parameters_of_the_scenarios():
    text = HEAD.replace("decided_at: a}", "decided_at: a, consensus: {rule: RULE}}")
    for of_kind, values in (("majority", None), ("well.py:cautious", {"patience": 0.25})):
        more = "consensus: {rule: well.py:cautious, with: {patience: 25%}}\n"
        scenario = Scenario.from_text(text.replace("RULE", of_kind) + more)
        bound = scenario.custom_rule("consensus", "one")
        assert (bound and bound.values) == values
        assert Scenario.from_dict(scenario.resolved()) == scenario


def load(text):
    return Scenario.from_text(HEAD + text, name="custom.yaml")


def problems(text):
    with pytest.raises(InvalidInput) as error:
        load(text)
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize("family", RULES)
def test_every_family_can_be_named_and_resolves_to_the_same_again(family):
    reference = f"well.py:{RULES[family]}"
    scenario = load(f"{family}: {{rule: {reference}}}\n")
    bound = scenario.custom_rule(family, "one")
    assert bound.name == reference
    (parameter,) = bound.rule.parameters
    assert bound.values == {parameter: bound.rule.parameters[parameter].default}
    assert list(parameter_keys(scenario))[-1].endswith(f"{family}.with.{parameter}")
    assert Scenario.from_dict(scenario.resolved()) == scenario
    assert [file.name for file in scenario.rule_files] == ["well.py"]


def test_a_kind_of_issue_can_have_a_rule_and_a_parameter_of_its_own():
    scenario = load(
        "consensus: {rule: well.py:cautious, with: {patience: 25%}}\n"
        "variants:\n"
        "  kind: {issues.one.consensus.with.patience: 75%}\n"
        "  built: {issues.one.consensus.rule: none}\n"
    )
    policies = scenario.policies()
    assert policies["own" if "own" in policies else scenario.base].custom_rule(
        "consensus", "one"
    ).values == {"patience": 0.25}
    assert policies["kind"].custom_rule("consensus", "one").values == {"patience": 0.75}
    assert policies["kind"].custom_rule("consensus").values == {"patience": 0.25}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "consensus: {rule: well.py:tilted}",
            "5:19: consensus.rule: 'well.py:tilted' is not allowed: expected one of",
        ),
        (
            "consensus: {rule: well.py:tilted}",
            "; well.py:tilted is a rule of the family power, not consensus",
        ),
        ("power: {rule: well.py:tiltd}", "5:15: power.rule: 'well.py:tiltd' is not allowed"),
        ("power: {rule: well.py:tiltd}", "in_words (did you mean 'tilted'?)"),
        (
            "flow: {rule: other.py:x}",
            "other.py was not loaded: add --rules other.py if you trust it; loaded: well.py",
        ),
        (
            "engagement: {rule: well.py:share}",
            "5:20: engagement.rule: 'well.py:share' is not allowed",
        ),
        (
            "engagement: {rule: well.py:share}",
            "is not declared as a rule: put @rule('engagement') above it",
        ),
        (
            "consensus: {rule: well.py:cautious, with: {patence: 0.5}}",
            (
                "5:44: consensus.with.patence: is no parameter of well.py:cautious; it has: "
                "patience (did you mean"
            ),
        ),
        (
            "consensus: {rule: well.py:cautious, with: {patience: 150%}}",
            (
                "5:54: consensus.with.patience: '150%' is not allowed: expected a share from 0 to "
                "1, such as 0.65 or 65%"
            ),
        ),
        (
            "assess: {rule: well.py:egocentric, with: {advice: twelve}}",
            "5:51: assess.with.advice: 'twelve' is not allowed: expected a share from 0 to 1",
        ),
        (
            "persuade: {rule: well.py:near, with: 7}",
            "5:38: persuade.with: 7 is not allowed: expected a mapping",
        ),
        (
            "power: {rule: shared, with: {tilt: 1}}",
            (
                "5:23: power.with: goes with a custom rule; shared is built in (in a variant: "
                "power.with: null)"
            ),
        ),
        (
            "influence: {rule: well.py:granted, rate: 0.2}",
            "5:36: influence.rate: would do nothing: well.py:granted says how influence moves",
        ),
        (
            "influence: {rule: well.py:granted, forgetting: 0}",
            "5:36: influence.forgetting: would do nothing",
        ),
        (
            "consensus: {G: [[1, 0], [0, 1]]}\npersuade: {rule: well.py:near}",
            "5:16: consensus.G: would do nothing: well.py:near says who trusts whom",
        ),
        (
            "consensus: {G: [[1, 0], [0, 1]]}\nvariants: {mine: {persuade.rule: well.py:near}}",
            "variants.mine: consensus.G: would do nothing",
        ),
        (
            "consensus: {rule: well.py:cautious}\nvariants: {wild: {consensus.with.patience: 3}}",
            "6:44: variants.wild.consensus.with.patience: 3 is not allowed",
        ),
        (
            "sweep: {vary: {consensus.with.patience: [0.1, 0.2]}}",
            "5:16: sweep.vary.consensus.with.patience: is no key of this scenario",
        ),
        (
            "consensus: {rule: well.py:cautious}\nsweep: "
            "{vary: {consensus.with.patence: [0.1, 0.2]}}",
            "is no key of this scenario (did you mean 'consensus.with.patience'?)",
        ),
        (
            "consensus: {rule: well.py:cautious}\nsweep: "
            "{vary: {consensus.with.patience: [0.1, 2]}}",
            "2 is not allowed: expected a share from 0 to 1",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(text, said):
    messages = problems(f"{text}\n")
    assert len(messages) == 1
    assert messages[0].startswith("custom.yaml:")
    assert said in messages[0]


def test_what_an_own_rule_leaves_without_effect_may_be_taken_away_and_defaults_are_no_mistake():
    load(
        "consensus: {G: [[1, 0], [0, 1]]}\n"
        "influence: {rule: merit, rate: 0.2}\n"
        "variants:\n"
        "  trust: {persuade.rule: well.py:near, consensus.G: null}\n"
        "  merit: {influence.rule: well.py:granted, influence.rate: null}\n"
    )
    load("influence: {rule: well.py:granted, rate: 0.3}\npersuade: {rule: well.py:near}\n")


def test_without_the_file_nothing_is_loaded_and_the_way_to_load_it_is_told(monkeypatch):
    from sim.extension import files

    monkeypatch.setattr(files, "_allowed", {})
    (message,) = problems("flow: {rule: well.py:mum}\n")
    assert message.endswith(
        "rules are code, and well.py was not loaded: add --rules well.py if you trust it"
    )
