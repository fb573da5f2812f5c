"""Rules of every family on both drivers: the same bytes, wherever a rule is asked."""

from __future__ import annotations

import numpy as np
import pytest

from extension.rules_made import RULES
from sim import agents, kernel
from sim.extension import InvalidRule, allow, loaded
from sim.runner.engines import compiled
from sim.testing.whole import difference, small

ALL = {family: {"rule": f"well.py:{name}"} for family, name in RULES.items()}
SETTINGS = {
    "all-at-once": ALL,
    **{family: {family: section} for family, section in ALL.items()},
    "trust-where-influence-is-reflected": {
        "persuade": ALL["persuade"],
        "influence": {"rule": "reflected"},
        "assess": ALL["assess"],
    },
    "rooms-that-write-and-rooms-without-a-quorum": {
        "power": {**ALL["power"], "forum": {"mode": "written", "quorum": 0.5, "size": 9}},
        "consensus": {
            **ALL["consensus"],
            "with": {"patience": "99%"},
            "candour": 0.3,
            "confidence_bound": 0.5,
        },
        "persuade": ALL["persuade"],
        "work": {"away": 0.2},
    },
    "evidence-that-grows-and-truth-that-drifts": {
        "assess": ALL["assess"],
        "flow": {**ALL["flow"], "across": {"retry": "2d"}},
        "issues": {"plan": {"drift": "20d", "study": 0.5}, "number": {"study": 0.5}},
        "engagement": {**ALL["engagement"], "start": 0.5},
    },
    "each-kind-its-own": {
        "issues": {
            "plan": {"consensus": {**ALL["consensus"], "with": {"patience": 0.95}}},
            "number": {"power": {**ALL["power"], "with": {"tilt": 1}}},
        },
        "influence": ALL["influence"],
    },
    "contingent-and-chains": {
        "power": {
            "rule": "contingent",
            "contingent": {"urgent_within": "4d", "when_urgent": "chain"},
        },
        "consensus": ALL["consensus"],
        "influence": ALL["influence"],
        "engagement": ALL["engagement"],
    },
}


@pytest.mark.parametrize("changes", SETTINGS.values(), ids=SETTINGS)
def test_both_drivers_give_the_same_bytes(rules, changes):
    allow("well.py")
    inputs = small(changes)
    assert inputs.scenario.rule_files
    mesa = agents.simulate(inputs, 0)
    assert len(mesa.decisions) > 10
    assert difference(mesa, kernel.simulate(inputs, 0)) == ""


@pytest.mark.parametrize("family", RULES)
def test_a_rule_and_its_parameters_change_what_happens(rules, family):
    allow("well.py")
    section = ALL[family]
    (parameter,) = next(rule.parameters for _, rule in loaded() if rule.family == family)
    outcomes = [
        kernel.simulate(
            small({"clock": {"horizon": "6w"}, "consensus": {"threshold": 1}, **changes}), 0
        )
        for changes in ({}, {family: section}, {family: {**section, "with": {parameter: 0.95}}})
    ]
    assert difference(outcomes[0], outcomes[1])
    assert difference(outcomes[1], outcomes[2])


@pytest.mark.parametrize(
    ("family", "name", "said"),
    [
        ("assess", "no_number", "answers nan, where a number from 0 to 1e+06 is expected (leader "),
        ("consensus", "raises", "raises: ValueError: no (leader "),
        ("power", "too_long", "]), where an array of 6 numbers is expected (leader "),
        ("persuade", "too_much", "answers shares that sum to "),
    ],
)
def test_an_invalid_answer_in_machine_code_is_found_again_in_python(rules, family, name, said):
    allow("invalid.py")
    inputs = small({family: {"rule": f"invalid.py:{name}"}})
    with pytest.raises(InvalidRule) as error:
        compiled(inputs, 0)
    assert said in str(error.value)
    assert f"the {family} rule invalid.py:{name}" in str(error.value)
    assert "tick " in str(error.value) and "issue " in str(error.value)


def test_a_parameter_out_of_its_family_is_only_invalid_where_it_matters(rules):
    allow("invalid.py")
    fine = compiled(small({"engagement": {"rule": "invalid.py:too_far", "with": {"most": 0.5}}}), 0)
    assert np.all(fine.leaders["engagement"] <= 1.0)
    with pytest.raises(InvalidRule, match=r"answers 2, .* \(leader .*, no issue, tick 7\)"):
        compiled(small({"engagement": {"rule": "invalid.py:too_far", "with": {"most": 2}}}), 0)


def test_a_rule_that_is_invalid_only_in_machine_code_is_told(rules, folder):
    text = (
        'from sim.extension import rule\n\n\n@rule("assess", source="x")\ndef bends(own):\n'
        '    """Whole numbers wrap round in machine code."""\n    big = own + 2**62\n'
        "    return 1.0 if big + big > 0 else -1.0\n"
    )
    (folder / "bends.py").write_text(text, encoding="utf-8")
    allow("bends.py")
    with pytest.raises(
        InvalidRule, match=r"a rule of bends[.]py is invalid when compiled, though valid in Python"
    ):
        compiled(small({"assess": {"rule": "bends.py:bends"}}), 0)


@pytest.mark.parametrize("simulate", [agents.simulate, kernel.simulate], ids=["mesa", "kernel"])
def test_no_flow_rule_is_asked_about_a_decision(rules, folder, simulate):
    """What never passes an idea or context holds no decision back: those go by the lines."""
    text = (
        'from sim.extension import rule\n\n\n@rule("flow", source="x")\ndef shut(item):\n'
        '    """Nothing passes; there is nothing but ideas (0) and context (4) to be asked of."""\n'
        "    return 0.0 if item == 0 or item == 4 else 9.0\n"
    )
    (folder / "shut.py").write_text(text, encoding="utf-8")
    allow("shut.py")
    alone = {"rollout": {"coverage": 1}, "power": {"rule": "autocratic"}}
    outcome = simulate(small({"flow": {"rule": "shut.py:shut"}, **alone}), 0)
    taken = outcome.decisions[outcome.decisions["decider"] >= 0]
    assert len(taken) > 5 and np.mean(taken["coverage"] == 1) > 0.9
