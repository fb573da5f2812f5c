"""The catalogue of deliberate mistakes cannot rot: each still makes one change, and its check is
still there."""

from __future__ import annotations

import pytest
from mutants.catalogue import ROOT, Mutant, catalogue, faults, mutated
from mutants.run import CAUGHT, SURVIVED, main, verdict

CHECK = "tests/test_house.py::test_the_project_keeps_its_rules"
ONE = Mutant(
    "one",
    "closed is open",
    "sim/rules/flow.py",
    "return u < openness",
    "return u > openness",
    CHECK,
)


def test_every_mistake_can_be_made_and_has_its_check():
    mutants = catalogue()
    assert faults(mutants) == [] and len(mutants) >= 215
    assert all(mutant.wrong and mutant.wrong[0].islower() for mutant in mutants)


def test_all_parts_of_the_project_are_among_them():
    parts = [mutant.file.split("/")[1] for mutant in catalogue()]
    assert set(parts) >= {"rules", "world", "agents", "kernel", "draws.py", "measures.py"}
    least = {"kernel": 25, "comparison": 30, "tables": 15, "scenario": 15, "experiments": 10}
    assert {part for part, n in least.items() if parts.count(part) < n} == set()
    assert parts.count("dashboard") >= 12


def test_a_text_that_moved_away_or_stands_twice_is_noticed():
    source = (ROOT / ONE.file).read_text(encoding="utf-8")
    assert mutated(ONE, source).count("return u > openness") == 1
    for before in ("return u <= openness", "ticks"):
        with pytest.raises(ValueError, match="stands"):
            mutated(ONE._replace(before=before), source)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"check": "tests/test_house.py::test_there_is_no_such_test"},
            "there is no test_there_is_no_such_test",
        ),
        ({"check": "tests/test_nothing.py::test_nothing"}, "there is no tests/test_nothing.py"),
        ({"file": "sim/rules/nothing.py"}, "there is no sim/rules/nothing.py"),
        ({"after": "return (u < openness)"}, "it changes nothing"),
        ({"after": "return u <"}, "invalid syntax"),
        ({"before": "Nowhere"}, "stands 0 times"),
    ],
)
def test_an_entry_that_is_not_sound_is_named(change, fault):
    assert faults([ONE]) == []
    (message,) = faults([ONE._replace(**change)])
    assert message.startswith("one: ") and fault in message


def test_two_of_one_name_are_noticed():
    assert faults([ONE, ONE]) == ["one: not the only one of its name"]


def test_only_a_failing_test_has_caught_anything():
    assert verdict(1) == CAUGHT and verdict(0) == SURVIVED
    # A file that cannot be imported or collected, or a check without an end, proves nothing.
    assert {verdict(code) for code in (2, 3, 4, 5, None)}.isdisjoint({CAUGHT, SURVIVED})


def test_a_mistake_of_another_name_is_not_passed_over(capsys):
    assert main(["no-such-mistake"]) == 2
    assert "no-such-mistake: there is no such mistake" in capsys.readouterr().out
