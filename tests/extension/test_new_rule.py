"""`new-rule`: what it writes passes its own tests and runs, for every family."""

from __future__ import annotations

import importlib.util
import json
import sys

import pytest

from sim import run
from sim.extension import FAMILIES, allow
from sim.scenario import Scenario


def module_of(path, monkeypatch):
    """A file of Python as pytest would import it, its folder on the path."""
    monkeypatch.syspath_prepend(str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("family", FAMILIES)
def test_the_scaffold_of_every_family_passes_its_own_tests_and_runs(
    call, folder, monkeypatch, family
):
    name = f"custom_{family}"
    result = call("new-rule", name, "--family", family)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"{name}.py", f"test_{name}.py", f"{name}.yaml"]
    tests = module_of(folder / f"test_{name}.py", monkeypatch)
    tests.test_an_example()
    contract = tests.TestContract()
    for check in (check for check in dir(contract) if check.startswith("test_")):
        try:
            getattr(contract, check)()
        except pytest.skip.Exception:
            assert "order" in check
    allow(f"{name}.py")
    ran = run(Scenario.load(f"{name}.yaml", {"clock.horizon": "6w"}), replications=2, save=False)
    assert not ran.failures
    assert list(ran.manifest["rules"]) == [f"{name}.py"]
    assert ran.manifest["engine"] == "compiled"
    assert ran.manifest["variants"] == [name, "built-in"]
    assert (
        max(len(line) for path in folder.glob("*custom_*") for line in path.read_text().split("\n"))
        <= 120
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_the_scenario_of_every_family_compares_it_with_the_built_in_rule(call, folder, family):
    call("new-rule", "mine", "--family", family)
    allow("mine.py")
    scenario = Scenario.load("mine.yaml")
    assert scenario.custom_rule(family, "daily").name == "mine.py:mine"
    assert not scenario.policies()["built-in"].rule_files


def test_the_scenario_runs_and_sweeps_the_parameter(call, folder):
    call("new-rule", "mine")
    ran = call(
        "run", "mine.yaml", "--rules", "mine.py", "--replications", "2", "--set", "clock.horizon=3w"
    )
    assert ran.exit_code == 0, ran.stderr
    assert "built-in" in ran.stdout
    swept = call("sweep", "mine.yaml", "--rules", "mine.py", "--set", "clock.horizon=3w")
    assert swept.exit_code == 0, swept.stderr
    assert "consensus.with.patience" in swept.stdout


def test_the_files_go_where_they_should_and_the_next_commands_name_them(call, folder):
    result = call("new-rule", "bold", "--family", "flow", "--out", "theories/new")
    assert sorted(path.name for path in (folder / "theories/new").iterdir()) == [
        "bold.py",
        "bold.yaml",
        "test_bold.py",
    ]
    for line in (
        "next: python -m pytest theories/new/test_bold.py",
        "next: leaderstream run theories/new/bold.yaml --rules theories/new/bold.py",
        "next: leaderstream sweep theories/new/bold.yaml --rules theories/new/bold.py",
    ):
        assert line in result.stderr.splitlines()
    answer = json.loads(call("new-rule", "bold", "--json").stdout)
    assert answer == {"files": ["bold.py", "test_bold.py", "bold.yaml"], "family": "consensus"}


@pytest.mark.parametrize("there", ["mine.py", "test_mine.py", "mine.yaml"])
def test_nothing_is_ever_overwritten_and_nothing_half_written(call, folder, there):
    (folder / there).write_text("mine", encoding="utf-8")
    result = call("new-rule", "mine")
    assert result.exit_code == 5
    assert f"{there} exists; choose another name" in result.stderr
    assert [path.name for path in folder.iterdir()] == [there]
    assert (folder / there).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bold-vote"], "did you mean 'bold_vote'?"),
        (["bold vote.py"], "did you mean 'bold_vote'?"),
        (["1st"], "letters, digits and _, a letter first, at most 64"),
        (["x" * 65], "at most 64"),
        (["lambda"], "it is a word of Python's (did you mean 'lambda_rule'?)"),
        (
            ["random"],
            (
                "there is a module of that name, which its file would hide (did you mean "
                "'random_rule'?)"
            ),
        ),
        (["sim"], "did you mean 'sim_rule'?"),
        (
            ["mine", "--family", "consensu"],
            "no family of rules 'consensu' (did you mean 'consensus'?)",
        ),
    ],
)
def test_a_name_or_family_that_cannot_be_is_told_with_the_nearest(call, folder, arguments, said):
    result = call("new-rule", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert list(folder.iterdir()) == []
