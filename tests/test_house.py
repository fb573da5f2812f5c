"""The house rules hold, and the checks that say so would notice when they did not."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from house import (
    HEIGHT,
    ROOT,
    home,
    lists_of_measures,
    measures,
    offences,
    private_imports,
    unreproducible,
    upward_imports,
)

import sim
import sim.measures


def test_the_project_keeps_its_rules():
    assert offences(ROOT) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("sim/rules/power.py", "from sim.kernel.loop import run"),
        ("sim/rules/power.py", "import sim.scenario"),
        ("sim/rules/power.py", "from sim import scenario"),
        ("sim/rules/power.py", "from ..scenario import Scenario"),
        ("sim/rules/__init__.py", "from ..world import issue"),
        ("sim/draws.py", "from . import runner"),
        ("sim/rules/power.py", "def f():\n    from sim.world import issue"),
        ("sim/agents/model.py", "from sim.kernel import simulate"),
        ("sim/organization/build.py", "from sim.scenario import Scenario"),
        ("sim/commands/run.py", "import cli"),
    ],
)
def test_an_import_that_does_not_point_downward_is_caught(file, line):
    assert len(upward_imports(f"import numpy\n{line}\n", Path(file))) == 1


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("sim/rules/power.py", "from sim.draws import uniform"),
        ("sim/rules/power.py", "from . import catalog"),
        ("sim/rules/power.py", "from .evidence import leading"),
        ("sim/runner.py", "from sim import __version__, results"),
        ("sim/__init__.py", "from sim.runner import run"),
        ("sim/commands/run.py", "import simpy"),
        ("cli.py", "from sim.commands import main"),
    ],
)
def test_an_import_that_points_downward_is_fine(file, line):
    assert upward_imports(f"{line}\n", Path(file)) == []


def test_a_private_module_is_imported_from_its_own_package_alone():
    known = {"sim.dashboard._cells", "sim.dashboard.report"}
    for line in ("from sim.dashboard import _cells", "from sim.dashboard._cells import text"):
        (offence,) = private_imports(line, Path("sim/commands/run.py"), known)
        assert offence == "sim/commands/run.py:1: sim.dashboard._cells is private to sim.dashboard"
        assert private_imports(line, Path("sim/dashboard/report.py"), known) == []
        assert private_imports(line, Path("sim/dashboard/figures/figure.py"), known) == []
    line = "from sim.dashboard.report import _head"  # a name, not a module
    assert private_imports(line, Path("sim/commands/run.py"), known) == []


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ('SHOWN = ("quality", "delay", "value")', 1),
        ('SHOWN = {"quality": 3, "delay": 2, "value": 3}', 1),
        ('SHOWN = [("quality", 1), ("delay", 2), ("open", 3), ("value", 3)]', 1),
        ('def f():\n    return {"quality", "delay", "value", "other"}', 1),
        ('SHOWN = ("quality", "delay")', 0),
        ('SHOWN = ("quality", "delay", "open", "other")', 0),
        ("SHOWN = shown_in(MAIN)", 0),
    ],
)
def test_a_list_of_measures_elsewhere_is_caught(text, caught):
    known = measures((ROOT / "sim" / "measures.py").read_text(encoding="utf-8"))
    assert len(known) == len(sim.measures.MEASURES)
    assert len(lists_of_measures(text, Path("sim/novelty.py"), known)) == caught


def test_a_module_without_a_floor_is_caught():
    assert "no floor" in upward_imports("", Path("sim/novelty.py"))[0]
    assert "no floor" in upward_imports("import sim.novelty", Path("sim/runner.py"))[0]


def test_floors_are_found_by_the_longest_name():
    assert home("sim.rules.power") == "sim.rules"
    assert home("sim") is None
    assert home("simpy.rules") is None
    assert HEIGHT["sim.errors"] < HEIGHT["sim.rules"] < HEIGHT["sim.agents"] < HEIGHT["cli"]


@pytest.mark.parametrize(
    "line",
    [
        "import math",
        "from math import sqrt, exp",
        "y = math.floor(x)",
        "y = x ** 2",
        "x **= 2",
        "y = sum(xs)",
        "y = pow(x, 2)",
    ],
)
def test_a_construct_that_is_not_reproducible_is_caught(line):
    found = unreproducible(f"x = 1.0\n{line}\n", Path("sim/rules/power.py"))
    assert len(found) == 1
    assert found[0].startswith("sim/rules/power.py:2: ")


@pytest.mark.parametrize(
    "line", ["from math import sqrt", "y = x * x", "def f(*xs, **named): pass", "sum = 0"]
)
def test_what_only_resembles_one_is_fine(line):
    assert unreproducible(line, Path("sim/rules/power.py")) == []


def test_the_version_stands_once_and_the_documents_agree():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert re.search(r"^## (\d+\.\d+\.\d+)$", changelog, re.MULTILINE)[1] == sim.__version__
    assert re.search(r"^version: (\S+)$", citation, re.MULTILINE)[1] == sim.__version__
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "sim.__version__"}
