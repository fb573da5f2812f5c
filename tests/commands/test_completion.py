"""What shells offer, asked for in the way that bash, zsh and fish ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.commands.app import app

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = '"\\"; touch harmed; $(touch harmed) `touch harmed` [/b] \'"'


def asked(shell: str, line: str) -> list[str]:
    """The words that a shell is offered for a line that ends where the cursor is."""
    told = answered(shell, line).removeprefix("_arguments '*: :((").removesuffix("))'\n")
    separator = '":' if shell == "zsh" else "\t"
    return [one.partition(separator)[0].strip('"') for one in told.splitlines() if one]


def answered(shell: str, line: str) -> str:
    """All that a shell is told for the line."""
    words = line.split(" ")
    environment = {
        "_LEADERSTREAM_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    result = CliRunner().invoke(app, env=environment, prog_name="leaderstream")
    assert result.exit_code == 0, result.stderr
    return result.stdout


@pytest.fixture
def result(small, folder):
    """A result in the folder of results, as far as completion reads it."""
    from sim import seal

    made = folder / "results" / "small-2"
    made.mkdir(parents=True)
    manifest = {"kind": "run", "tables": {}, "policies": ["shared", "top-down"]}
    seal.write(manifest, made / seal.MANIFEST)
    (made / "runs.parquet").touch()
    return "small-2"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_offered_commands_and_the_policies_of_a_scenario(small, shell):
    assert asked(shell, "leaderstream ver") == ["verify"]
    policies = asked(shell, "leaderstream run small.yaml --variant ")
    assert policies == ["shared", "top-down", "delegated", "consulted", "strict"]
    assert asked(shell, "leaderstream run --details small.yaml --against to") == ["top-down"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("run small.yaml --set power.sh", ["power.sharing="]),
        ("run small.yaml --set issues.plan.hal", ["issues.plan.half_life="]),
        ("run small.yaml --set power.rule=auto", ["power.rule=autocratic"]),
        ("run small.yaml --until value", ["value:"]),
        ("calibrate small.yaml --objective delay", ["delay=down", "delay=up"]),
        ("run small.yaml --engine ", ["auto", "compiled", "mesa"]),
        ("explain power.sh", ["power.sharing"]),
        ("rules pow", ["power"]),
        ("new-rule mine --family fl", ["flow"]),
        ("validate --row condor", ["condorcet"]),
        ("new mine --preset cri", ["crisis"]),
        ("view sm", ["small-2"]),
        ("export small-2 --table ru", ["runs"]),
        ("figure small-2 trade-off --variant to", ["top-down"]),
        ("figure small-2 cos", ["costs"]),
        ("compare small-2 small-2:t", ["small-2:top-down"]),
        ("run none.yaml --variant ", []),
        ("figure none ", []),
    ],
)
def test_what_is_offered_after_an_option(result, line, offered):
    assert asked("fish", f"leaderstream {line}") == offered


def test_results_are_offered_from_the_folder_that_the_environment_names(result, monkeypatch):
    Path("results").rename("elsewhere")
    assert asked("bash", "leaderstream verify ") == []
    monkeypatch.setenv("LEADERSTREAM_RESULTS", "elsewhere")
    assert asked("bash", "leaderstream verify ") == ["small-2"]


def test_nothing_that_a_shell_would_obey_is_passed_on(folder):
    (folder / "a.yaml").write_text(
        f"name: a\nbase: one\nvariants: {{two: {{label: {json.dumps(HOSTILE)}}}}}\n"
    )
    line = "leaderstream run a.yaml --variant tw"
    word, _, meaning = answered("fish", line).partition("\t")
    assert word == "two"
    assert "touch harmed" in meaning and not set("\\\"'`$[]") & set(meaning)
    assert asked("zsh", line) == ["two"]


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="no bash here")
def test_bash_itself_completes_and_python_m_sim_is_the_same_command(small, folder):
    command = folder / "leaderstream"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sim "$@"\n')
    command.chmod(0o755)
    asking = (
        'source <("$0" --show-completion bash)\n'
        'COMP_WORDS=("$0" run small.yaml --variant t) COMP_CWORD=4\n'
        '_leaderstream_completion "$0"\nprintf "%s\\n" "${COMPREPLY[@]}"\n"$0" --version\n'
    )
    ran = subprocess.run(
        ["/bin/bash", "--norc", "-c", asking, str(command)],
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    from sim import __version__

    assert ran.stdout.splitlines() == ["top-down", f"leaderstream {__version__}"]
