"""`new`: what it asks on a terminal, and the presets of organisations."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import typer

from sim import run
from sim.clock import Duration
from sim.commands import asking
from sim.commands.asking import KINDS, Answers, scenario
from sim.commands.new import presets
from sim.scenario import Scenario
from sim.shipped import shipped

ROOT = Path(__file__).resolve().parents[2]
ORGANISATIONS = list(shipped("presets"))
FEW = 12
"""Replications of the presets here, of the 100 in which all of their claims hold."""


@pytest.fixture
def started(folder):
    """Start `new` on a terminal: started("--preset", "ward")."""
    pexpect = pytest.importorskip("pexpect")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "dumb"}

    def start(*words):
        arguments = ["-m", "sim", "new", *words]
        return pexpect.spawn(
            sys.executable, arguments, env=environment, encoding="utf-8", timeout=60
        )

    yield start


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals")
def test_without_a_name_it_asks_and_asks_again_and_ends_orderly(started, folder):
    (folder / "mine.yaml").touch()
    terminal = started()
    for question, answer in (
        ("Name of the scenario .mine-2.: ", "mine"),
        ("Error: mine.yaml exists.*: ", "ours"),
        ("How many leaders, 3 to 5,000 .39.: ", "2"),
        ("Error: expected a whole number from 3 to 5,000.*: ", "60"),
        ("Which of them.*: ", "dayly"),
        ("did you mean 'daily'.*: ", "strategic daily"),
        ("Half-life .5d.: ", "4h"),
        ("next: leaderstream check ours.yaml", ""),
    ):
        terminal.expect(question)
        terminal.sendline(answer)
    terminal.wait()
    assert terminal.exitstatus == 0
    text = (folder / "ours.yaml").read_text(encoding="utf-8")
    assert "begun from these answers: 60 leaders; daily, strategic; half-life 4h." in text
    written = Scenario.load(folder / "ours.yaml")
    assert [position.leaders for position in written.stream.positions] == [5, 14, 41]
    assert [str(kind.half_life) for kind in written.issues.values()] == ["4h", "52h"]

    terminal = started("--preset", "ward")
    terminal.expect("Name")
    terminal.sendcontrol("c")
    terminal.expect("interrupted: nothing half-written was left behind")
    terminal.wait()
    assert terminal.exitstatus == 130
    assert sorted(path.name for path in folder.iterdir()) == ["mine.yaml", "ours.yaml"]


def test_where_nobody_can_be_asked_a_name_is_missing(call):
    result = call("new")
    assert result.exit_code == 2 and "leaderstream new mine" in result.stderr


@pytest.mark.parametrize("leaders", [3, 6, 7, 39, 5000])
@pytest.mark.parametrize("urgency", ["30m", "5d", "1y"])
def test_any_answers_make_a_valid_scenario_of_so_many_leaders(leaders, urgency):
    answers = Answers(leaders, tuple(KINDS), Duration.parse(urgency))
    made = Scenario.from_text(scenario(answers))
    assert sum(position.leaders for position in made.stream.positions) == leaders
    assert list(made.issues) == list(KINDS)
    assert str(made.issues["daily"].half_life) == urgency


@pytest.mark.parametrize(
    ("read", "answer", "said"),
    [
        (asking.size, "many", "a whole number from 3 to 5,000"),
        (asking.size, "5001", "a whole number from 3 to 5,000"),
        (asking.kinds, " , ", "at least one of daily"),
        (lambda text: asking.half_life(text, 9, ("daily",)), "45m", "no whole number of ticks"),
        (lambda text: asking.half_life(text, 9, ("daily",)), "0d", "above 0"),
        (lambda text: asking.half_life(text, 9, ("daily",)), "soon", "a duration such as"),
    ],
)
def test_a_wrong_answer_is_told_with_what_is_allowed(read, answer, said):
    with pytest.raises(typer.BadParameter, match=said):
        read(answer)


def test_presets_of_organisations_come_first_and_all_are_told(call):
    assert [*presets()][:3] == ORGANISATIONS == ["company", "start-up", "ward"]
    assert "transition" in presets()
    result = call("new", "mine", "--preset", "wart")
    assert result.exit_code == 2 and "did you mean 'ward'" in result.stderr


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_a_preset_is_written_under_the_new_name_with_every_policy_labelled(call, folder, name):
    assert call("new", "mine", "--preset", name).exit_code == 0
    made = Scenario.load(folder / "mine.yaml")
    assert made.name == "mine" and set(made.labels) == set(made.policies())
    assert all(len(label) <= 20 for label in made.labels.values()), "they fit into tables"
    text = shipped("presets")[name].read_text(encoding="utf-8")
    assert "convention" in text and len(made.claims) == 3


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_few_runs_bear_out_most_claims_of_a_preset_and_contradict_none(kernel, monkeypatch, name):
    # What policies are worth at other urgencies is claimed nowhere, and takes most of the runs.
    monkeypatch.setattr("sim.runner.urgency.readers", lambda policies: ())
    path = shipped("presets")[name]
    claims = Scenario.load(path).claims
    named = {str(one) for claim in claims for one in (claim.higher or claim.lower, claim.than)}
    result = run(path, variants=sorted(named), replications=FEW, save=False)
    verdicts = [claim.verdict for claim in result.claims]
    assert verdicts.count("holds") >= 2 and set(verdicts) <= {"holds", "undecided"}
