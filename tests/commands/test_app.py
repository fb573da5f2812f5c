"""The command line as a whole: what is offered, how quickly it answers, and how it ends whatever
happens."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import sim
from sim.commands.ending import Terminated
from sim.commands.guard import command
from sim.errors import ClaimFailed, InvalidInput, Problem, Refused, RunsFailed, UsageError

ROOT = Path(__file__).resolve().parents[2]
OFFERED = [
    *("new", "import", "fit", "new-rule", "check", "upgrade", "run", "sweep", "sensitivity"),
    *("calibrate", "audit"),
    "bridges",
    "trace",
    *(
        "view",
        "figure",
        "serve",
        "results",
        "compare",
        "verify",
        "export",
        "archive",
        "validate",
        "rules",
        "schema",
        "explain",
    ),
]
HEAVY = "numba mesa pandas plotly scipy numpy yaml IPython"


def test_help_opens_with_examples_and_lists_what_is_offered_and_nothing_else(call):
    said = call("--help").stdout
    assert said.index("Examples:") < said.index("Options:") < said.index("Commands:")
    listed = said.split("Commands:")[1].split("Environment:")[0].splitlines()
    assert [
        line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "
    ] == OFFERED


@pytest.mark.parametrize("name", OFFERED)
def test_the_help_of_each_command_opens_with_an_example_of_it(call, name):
    result = call(name, "--help")
    usage, _, rest = result.stdout.partition("Examples:")
    assert result.exit_code == 0
    assert len(usage.split()) < 12
    first = next(line for line in rest.splitlines() if line and not line.startswith("  #"))
    assert first.split()[:2] == ["leaderstream", name]
    for option in ("--json", "--quiet", "--no-color", "--debug"):
        assert option in rest


@pytest.mark.parametrize("name", ["check", "run", "sweep", "sensitivity", "trace"])
def test_a_command_that_reads_a_scenario_takes_overrides(call, name):
    assert "--set KEY=VALUE" in call(name, "--help").stdout


def test_help_answers_within_four_tenths_of_a_second():
    # Processor time, the least of several: the wait for a busy machine must not fail this, a heavy
    # import must.
    times = []
    for _ in range(5):
        before = processor_time_of_children()
        subprocess.run(
            [sys.executable, "cli.py", "--help"], cwd=ROOT, check=True, capture_output=True
        )
        times.append(processor_time_of_children() - before)
    assert 0 < min(times) < 0.4


def processor_time_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom sim.commands.app import app\n"
        "assert CliRunner().invoke(app, ['run', '--help']).exit_code == 0\n"
        f"print([name for name in {HEAVY.split()!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert result.stdout.strip() == "[]"


def test_version(call):
    assert call("--version").stdout == f"leaderstream {sim.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["run"],
        ["run", "x.yaml", "--replications", "0"],
        ["run", "x.yaml", "--workers", "none"],
        ["run", "x.yaml", "--engine", "steam"],
        ["trace", "x.yaml"],
        ["trace", "x.yaml", "--issue", "0"],
        ["sweep"],
    ],
)
def test_usage_errors_end_with_2(call, arguments):
    assert call(*arguments).exit_code == 2


def failing(error: BaseException):
    """A command line of one command that ends with this error, after half an answer."""
    app = typer.Typer(pretty_exceptions_enable=False)

    @command(app, name="fail")
    def fail(console):
        console.data("half an answer")
        raise error

    return app


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("no such variant"), 2, "error: no such variant"),
        (ClaimFailed("a claim"), 1, "error: a claim"),
        (Refused("it exists"), 5, "error: it exists"),
        (
            RunsFailed("every run failed: boom\nTraceback (most recent call last)\n  File"),
            4,
            "--debug",
        ),
        (
            InvalidInput([Problem("a.yaml", 3, 4, "seed", "is bad")]),
            3,
            "a.yaml:3:4: seed: is bad\nerror: 1 problem;",
        ),
        (OSError(28, "No space left on device", "out"), 5, "error: out: No space left on device"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (
            ZeroDivisionError("division\nby zero"),
            1,
            "ZeroDivisionError: division by zero (add --debug",
        ),
    ],
)
def test_every_error_is_told_in_words_with_its_own_exit_code(error, code, said):
    result = CliRunner().invoke(failing(error), [])
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == "half an answer\n"


def test_debug_shows_where_an_unexpected_error_came_from():
    result = CliRunner().invoke(failing(ZeroDivisionError("x")), ["--debug"])
    assert isinstance(result.exception, ZeroDivisionError)
    plain = CliRunner().invoke(failing(UsageError("x")), ["--debug"])
    assert plain.exit_code == 2


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [(KeyboardInterrupt(), 130, "interrupted: "), (Terminated(), 143, "terminated: ")],
)
def test_an_interrupt_that_python_turned_into_another_error_is_told_as_it_is(asked, code, said):
    error = RuntimeError("Error calling __set_name__ on an instance")  # as by Python 3.11
    error.__cause__ = asked
    result = CliRunner().invoke(failing(error), ["--debug"])
    assert result.exit_code == code
    assert said in result.stderr and "unexpected" not in result.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_promptly_and_leaves_nothing_half_written(small, folder, number, code):
    arguments = ["run", small, "--engine", "mesa", "--workers", "1", "--replications", "5000"]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        # The first line on how far it is: the machine may be busy, and a fixed wait is no sign that
        # runs have begun.
        begun = next((line for line in process.stderr if " runs" in line), "")
        assert begun and process.poll() is None, process.communicate()
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == code
    assert "Traceback" not in stderr
    assert "nothing half-written" in stderr
    assert stdout == ""
    assert [path.name for path in folder.iterdir()] == [small]


INTERRUPTED_BY_AN_IMPORT = """
import os, sys
module, number = sys.argv[1:]
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), int(number))
sys.meta_path.insert(0, Finder())
from sim.commands import main
sys.argv[1:] = ["check", "scenarios/minimal.yaml"]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no signals to one's own process")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(
    "module", ["typer", "sim.commands.app", "sim.runner", "pydantic", "sim.scenario", "numpy"]
)
def test_a_signal_while_modules_are_loaded_ends_with_its_own_code(module, number, code):
    arguments = [sys.executable, "-c", INTERRUPTED_BY_AN_IMPORT, module, str(int(number))]
    ended = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert "Traceback" not in ended.stderr and "Aborted" not in ended.stderr


def test_a_reader_that_has_had_enough_ends_it_quietly():
    # A pipe nobody reads: the first write to it fails, as after `| head -1`.
    reading, writing = os.pipe()
    os.close(reading)
    arguments = [sys.executable, "cli.py", "explain", "--quiet"]
    result = subprocess.run(
        arguments, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, "")
