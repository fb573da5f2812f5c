"""The contract of rules: every family can keep it, and every invalid rule breaks the check that is
meant for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from extension.rules_made import INVALID, RULES, write

import sim
from sim import agents
from sim.commands import new_rule
from sim.errors import UsageError
from sim.extension import FAMILIES, Parameter
from sim.extension.declared import declared, rule
from sim.extension.families import TABLE, WHOLE, WHOLES
from sim.outcome import Outcome
from sim.testing import RuleContract, given, settings
from sim.testing.given import COURSES, SIZES
from sim.testing.whole import difference, small

CHECKS = [name for name in vars(RuleContract) if name.startswith("test_")]
Failed, Skipped = pytest.fail.Exception, pytest.skip.Exception


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    write(folder)
    return folder


def contract(named, **attributes):
    """A contract about a rule, as a user would write it."""
    return type("TestIt", (RuleContract,), {"rule": named, "__module__": __name__, **attributes})()


def broken(it):
    """The checks of a contract that fail, with what they say."""
    broken_checks = {}
    for check in CHECKS:
        try:
            getattr(it, check)()
        except Failed as failure:
            broken_checks[check.removeprefix("test_")] = str(failure)
        except Skipped:
            pass
    return broken_checks


# What `new-rule` writes keeps it for every family (tests/extension/test_new_rule.py).
@pytest.mark.parametrize("family", ["consensus", "flow"])
def test_a_rule_that_is_well_keeps_the_contract(rules, family):
    assert broken(contract(f"{rules}/well.py:{RULES[family]}")) == {}


@pytest.mark.parametrize(
    ("name", "check", "said"),
    [
        ("draws", "is_honest", "line LINE draws by itself (random.random)"),
        ("draws_with_numpy", "is_honest", "draws by itself (np.random.random)"),
        ("clock", "is_honest", "reads the clock (time.time)"),
        ("remembers", "is_honest", "uses what can change from one call to the next"),
        ("counts", "is_deterministic", "and later, asked the same,"),
        ("counts", "changes_nothing_else", "changes counter of its module"),
        ("in_secret", "changes_nothing_else", "changes the random numbers of numpy"),
        (
            "no_number",
            "answers_within_its_range",
            "answers nan, where a number from 0 to 1e+06 is expected given {",
        ),
        ("mutates", "changes_nothing_that_it_is_given", "changes what it is given: positions"),
        ("mutates", "answers_within_its_range", "changes what it is given: ValueError"),
        ("mutates", "compiles", "line LINE does not compile"),
        ("raises", "answers_within_its_range", "raises: ValueError: no given {'rounds': 2"),
        ("first_wins", "does_not_go_by_the_order_of_members", "where members sit in the order ["),
        ("too_long", "answers_within_its_range", "where an array of 2 numbers is expected"),
        ("too_much", "answers_within_its_range", "answers shares that sum to 2, not to 1"),
        (
            "too_far",
            "answers_within_its_range",
            "answers 2, where a number from 0 to 1 is expected",
        ),
        (
            "rounded",
            "compiled_it_answers_the_same",
            "numpy's sums and functions may differ in the last bit",
        ),
        (
            "undeclared",
            "is_well_declared",
            "lacks a docstring, whose first line says what it does; its source",
        ),
        ("undeclared", "is_well_declared", "a range for range; a unit for range"),
    ],
)
def test_an_invalid_rule_breaks_the_check_that_is_meant_for_it(rules, name, check, said):
    with pytest.raises(Failed) as failure:
        getattr(contract(f"{rules}/invalid.py:{name}"), f"test_{check}")()
    assert f"invalid.py:{name}" in str(failure.value)
    assert said.replace("LINE", str(line_of(name))) in str(failure.value)


def line_of(name):
    """The first line of an invalid rule's code."""
    return INVALID[: INVALID.index(f"def {name}(")].count("\n") + 3


@pytest.mark.parametrize(
    ("name", "said"),
    [("raises", "(leader "), ("too_far", "answers 2,"), ("remembers", "make it a tuple")],
)
def test_a_whole_run_with_an_invalid_rule_says_of_whom_and_when(rules, name, said):
    with pytest.raises(Failed, match=r"\(leader .+, (issue .+|no issue), tick \d+\)") as failure:
        contract(
            f"{rules}/invalid.py:{name}", compiles=name != "remembers"
        ).test_whole_runs_are_the_same()
    assert said in str(failure.value)


def test_a_rule_for_the_mesa_driver_alone_says_so_and_one_that_compiles_does_not(rules):
    reference = f"{rules}/well.py:in_words"
    assert set(broken(contract(reference))) == {"compiles", "compiled_it_answers_the_same"}
    assert broken(contract(reference, compiles=False)) == {}
    broken_checks = broken(contract(f"{rules}/well.py:cautious", compiles=False))
    assert broken_checks == {"compiles": "well.py:cautious compiles; remove compiles = False"}


def test_a_rule_may_mean_to_go_by_the_order_of_members(rules):
    assert broken(contract(f"{rules}/invalid.py:first_wins", order_free=False)) == {}


@rule("consensus", source="convention")
def simple(support):
    """More than half."""
    return support > 0.5


def test_a_rule_can_be_named_as_itself_and_stays_a_function():
    assert broken(contract(simple)) == {}
    assert broken(contract(staticmethod(simple))) == {}
    assert simple(0.6)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (None, "names no rule"),
        ("{}/well.py:cautios", "did you mean 'cautious'?"),
        ("{}/none.py:x", "cannot be read"),
        ("nothing-installed", "names nothing-installed"),
    ],
)
def test_a_contract_about_nothing_says_so(rules, named, said):
    with pytest.raises(UsageError) as failure:
        contract(named and named.format(rules)).test_is_honest()
    assert said in str(failure.value)


def test_what_is_no_rule_is_told(rules):
    with pytest.raises(Failed, match="is not declared as a rule"):
        contract(f"{rules}/well.py:share").test_is_honest()


def test_pytest_runs_the_scaffold_and_contracts_beside_their_rules(tmp_path):
    write(tmp_path)
    for name, text in new_rule.files("bold", "consensus").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    text = (
        "from sim.testing import RuleContract\n\n\nclass TestFirst(RuleContract):\n    rule "
        '= "invalid.py:clock"\n'
    )
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:dash",
        "-k",
        "honest or example",
    ]
    place = os.environ | {"PYTHONPATH": str(Path(sim.__file__).parents[1])}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=place)
    assert done.returncode == 1
    assert f"invalid.py:clock: line {line_of('clock')} reads the clock (time.time)" in done.stdout
    assert "Traceback" not in done.stdout
    assert "1 failed, 2 passed" in done.stdout


# -- the inputs that are made up
# ---------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_inputs_are_all_of_the_family_and_the_same_for_a_seed(family):
    made = list(given(family, seed=3))
    assert made == list(given(family, seed=3))
    assert made != list(given(family, seed=4))
    for inputs in made:
        assert set(inputs) == set(FAMILIES[family].inputs)
        for name, of in FAMILIES[family].inputs.items():
            value = inputs[name]
            assert isinstance(value, list) == (of.form in (WHOLES, TABLE, "numbers")), name
            assert of.form != WHOLE or isinstance(value, int), name


def test_rooms_are_of_every_size_and_course_and_hang_together():
    rooms = list(given("consensus"))
    assert {len(room["power"]) for room in rooms} == set(SIZES)
    assert len(rooms) == len(SIZES) * len(COURSES)
    assert {len(room["positions"][0]) for room in rooms} == {1, 2, 3, 5}
    for room in rooms:
        assert sum(room["power"]) == pytest.approx(1.0)
        assert any(room["counted"])
        assert 0.0 <= room["support"] <= 1.0 + 1e-12
        assert (room["proposed"] == -1) == (len(room["positions"][0]) == 1)
        assert [p < 0 for p in room["preferred"]] == [not there for there in room["counted"]]
    assert any(room["support"] == 1.0 for room in rooms) and any(
        room["dissent"] > 0.5 for room in rooms
    )
    assert any(room["counted"].count(1) == 1 < len(room["power"]) for room in rooms)


def test_parameters_are_tried_at_both_ends():

    @rule("assess", a=Parameter(1, range=(0, 2)), b=Parameter(5))
    def two(own, a, b):
        return a + b

    tried = list(settings(declared(two)))
    assert tried[:3] == [(1, 5), (0, -4995), (2, 5005)]
    assert {(0, 5), (2, 5), (1, -4995), (1, 5005)} <= set(tried)
    assert len(tried) == len(set(tried)) == 7


def test_a_difference_of_one_bit_between_outcomes_is_found_and_named():
    one = agents.simulate(small({"clock.horizon": "2w"}), 0)
    assert len(one.decisions) > 2
    for table, field in (("decisions", "value"), ("leaders", "backlog"), ("days", "open")):
        other = Outcome(one.decisions.copy(), one.leaders.copy(), one.days.copy(), dict(one.run))
        getattr(other, table)[field][2] += 1
        assert difference(one, other).startswith(f"{table}, row 2, {field}: ")
    more = Outcome(
        one.decisions, one.leaders, one.days, {**one.run, "messages_sent": np.float64(-1.0)}
    )
    assert difference(one, more).startswith("run, messages_sent: ")
    assert difference(one, one) == ""
