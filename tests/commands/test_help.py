"""Help at any width, and options that the environment gives."""

from __future__ import annotations

import os
import re
import shlex

import pytest
import typer

from commands.test_app import OFFERED
from sim.commands import environment
from sim.commands.app import app
from sim.commands.help import example
from sim.texts import columns_of


def options() -> dict[str, set[str]]:
    """Of each command, its long options and their environment variables."""
    group = typer.main.get_command(app)
    return {
        name: {f"{max(one.opts, key=len)} {one.envvar}" for one in command.params if one.envvar}
        for name, command in group.commands.items()
    }


@pytest.mark.parametrize("width", [40, 63, 100])
def test_help_keeps_within_any_width_without_boxes_or_a_word_lost(call, monkeypatch, width):
    said = {}
    for columns in (width, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        said[columns] = [call(*name, "--help").stdout for name in ((), *((n,) for n in OFFERED))]
    for narrow, wide in zip(said[width], said[200], strict=True):
        too_wide = [line for line in narrow.splitlines() if columns_of(line) > width]
        assert all(len(line.removesuffix("\\").split()) == 1 for line in too_wide), "a path alone"
        assert not set(narrow) & set("│─╭╮╰╯┃━\033")
        listed = narrow.partition("Options:")[2].split()
        assert listed == wide.partition("Options:")[2].split()
    assert "<" not in "".join(said[width]) and "list[" not in "".join(said[width])


@pytest.mark.parametrize("width", [36, 48, 100])
def test_an_example_can_be_pasted_at_any_width(width):
    line = (
        """leaderstream run a.yaml --set power.sharing=1 --choice "of two words" > b   # why so"""
    )
    lines = example(line, width)
    assert max(map(len, lines)) <= width
    pasted = "\n".join(lines).replace("\\\n", " ")
    assert shlex.split(pasted, comments=True) == shlex.split(line, comments=True)
    assert " ".join(re.findall("# (.*)", "\n".join(lines))) == "why so"


def test_a_variable_stands_for_the_same_option_everywhere_and_help_names_it(call):
    said = call("--help").stdout
    for one in environment.VARIABLES:
        assert one.name in said
    named = {one.name: one.option for one in environment.VARIABLES if one.option}
    taken = set.union(*options().values())
    assert {name for _, _, name in (one.rpartition(" ") for one in taken)} == set(named)
    for one in taken:
        option, name = one.split(" ")
        assert option == named[name] or (option, name) == ("folder", environment.RESULTS.name)
    assert "--workers LEADERSTREAM_WORKERS" in options()["run"]
    assert "Or set LEADERSTREAM_WORKERS." in " ".join(call("run", "--help").stdout.split())


@pytest.mark.parametrize(
    ("variable", "value", "given", "said"),
    [
        ("WORKERS", "none", (), "--workers (from LEADERSTREAM_WORKERS): 'none'; expected a whole"),
        ("WORKERS", "0", (), "'0'; expected a whole number, at least 1"),
        ("ENGINE", "mess", (), "expected one of auto, compiled, mesa (did you mean 'mesa'?)"),
        ("RUN_LIMIT", "x", (), "--run-limit (from LEADERSTREAM_RUN_LIMIT): 'x'; expected a number"),
        ("WORKERS", "1", ("--workers", "0"), "Invalid value for --workers: expected a whole"),
        ("RULES", os.pathsep.join(("a.py", "b.py")), (), "a.py: cannot be read"),
    ],
)
def test_a_bad_value_is_told_like_that_of_an_option(
    call, small, monkeypatch, variable, value, given, said
):
    monkeypatch.setenv(f"LEADERSTREAM_{variable}", value)
    result = call("run", small, *given)
    assert result.exit_code in (2, 3) and said in result.stderr


def test_results_are_written_to_and_found_in_the_folder_of_the_environment(
    call, kernel, small, folder, monkeypatch
):
    monkeypatch.setenv("LEADERSTREAM_RESULTS", "kept")
    monkeypatch.setenv("LEADERSTREAM_ENGINE", "mesa")
    monkeypatch.setenv("LEADERSTREAM_WORKERS", "1")
    ran = call("run", small, "--variant", "shared", "--replays", "0", "-n", "1")
    assert "engine mesa" in ran.stdout and (folder / "kept" / "small").is_dir()
    assert not (folder / "results").exists()
    assert call("results").stdout.splitlines()[1].split()[0] == "small"
    assert call("view", "small", "--print-path").exit_code == 0
    assert call("figure", "small", "--list").exit_code == 0
    elsewhere = call("run", small, "--variant", "shared", "--replays", "0", "--out", "other")
    assert elsewhere.exit_code == 0 and (folder / "other" / "small").is_dir()
