"""Where words go, and how progress is said."""

from __future__ import annotations

import io
import json
import re
import sys

import numpy as np
import pytest

from sim.commands.console import Console, overrides
from sim.errors import UsageError
from sim.progress import Progress, span


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch, folder):
    """Both streams are terminals; what stderr gets is in the one returned."""

    def begin():
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stdout", Terminal())
        monkeypatch.setattr(sys, "stderr", Terminal())
        return sys.stderr

    return begin


def test_data_goes_to_stdout_and_messages_to_stderr(capsys):
    console = Console()
    console.data("answer")
    console.note("message")
    console.next("leaderstream run")
    assert capsys.readouterr() == ("answer\n", "message\nnext: leaderstream run\n")


def test_quiet_silences_messages_but_neither_the_answer_nor_errors(capsys):
    console = Console(quiet=True)
    console.data("answer")
    console.note("message")
    console.next("leaderstream run")
    console.error("bad")
    assert capsys.readouterr() == ("answer\n", "error: bad\n")


def test_json_has_no_nan_and_plain_numbers(capsys):
    Console().data_json(
        {"a": float("nan"), "b": np.float64(0.5), "c": np.arange(2), "d": (np.nan, float("inf"))}
    )
    assert json.loads(capsys.readouterr().out) == {
        "a": None,
        "b": 0.5,
        "c": [0, 1],
        "d": [None, None],
    }


def test_styles_on_a_terminal_only_and_only_when_nobody_says_no(terminal, monkeypatch):
    terminal()
    assert Console().bold("x") == "\033[1mx\033[0m"
    assert Console(color=False).bold("x") == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Console().bold("x") == "x"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert Console().bold("x") == "x"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (59.4, "59 s"), (60, "1 min"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_spans_of_real_time_in_words(seconds, said):
    assert span(seconds) == said


def test_progress_says_a_plain_line_every_few_seconds_with_rate_and_time_left(capsys):
    now = [0.0]
    progress = Progress(clock=lambda: now[0])
    progress(0, 100, "compiling")
    now[0] = 30.0  # compiling says nothing about the rate
    for done in range(1, 101):
        progress(done, 100, "")
        now[0] += 0.25
    progress.close()
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "compiling"
    assert said[1] == "1/100 runs"
    assert said[2] == "21/100 runs, 4.0/s, 20 s left"
    assert said[-1] == "100/100 runs, 4.0/s"
    assert len(said) == 2 + 5


def shown(console, failed="", note=""):
    """What a progress of ten runs, one a second, writes; a note is said in its midst."""
    now = [0.0]
    progress = console.progress()
    progress._clock = lambda: now[0]
    progress(0, 10, "compiling")
    for done in range(1, 11):
        now[0] += 1.0
        progress(done, 10, failed)
        if done == 5 and note:
            console.problem(note)
    progress.close()
    return sys.stderr.getvalue()


@pytest.mark.parametrize("width", [40, 80, 200])
def test_progress_is_a_bar_in_one_line_on_a_terminal(terminal, monkeypatch, width):
    terminal()
    monkeypatch.setenv("COLUMNS", str(width))
    said = re.sub(r"\033\[[0-9;?]*[a-zA-Z]", "", shown(Console(), "[2/] failed"))
    assert said.count("\n") == 1
    lines = said.replace("\n", "").split("\r")
    assert all(len(line) <= width for line in lines)
    assert lines[0].endswith("━ compiling")
    assert lines[-1].endswith(" 10/10 runs, 1.0/s, [2/] failed")
    wide = width > 40
    assert any("━ 7/10 runs, 1.0/s, 3 s left, [2/] failed" in line for line in lines) == wide
    assert any("7/10 runs, 1.0/s, 3 s left, [2/] failed" in line for line in lines)


def test_what_is_said_during_progress_has_a_line_of_its_own(terminal):
    terminal()
    said = shown(Console(), note="one file is damaged")
    assert "\r\033[Kone file is damaged\n" in said
    assert said.count("\033[?25l") == said.count("\033[?25h") == 1, "the cursor is shown again"


@pytest.mark.parametrize(
    ("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("CI", "true"), ("", "")]
)
def test_progress_is_plain_lines_where_a_terminal_is_plain(terminal, monkeypatch, name, value):
    terminal()
    if name:
        monkeypatch.setenv(name, value)
    assert shown(Console(color=bool(name))).splitlines() == [
        "compiling",
        *("5/10 runs, 1.0/s, 5 s left", "10/10 runs, 1.0/s"),
    ]


def test_quiet_progress_is_silent(capsys):
    progress = Progress(quiet=True)
    progress(0, 2, "compiling")
    progress(2, 2, "")
    progress.close()
    assert capsys.readouterr().err == ""


def test_overrides_are_read_key_by_key_and_the_last_wins():
    assert overrides(None) == {}
    assert overrides(["a.b=1", "c = x=y", "a.b=2"]) == {"a.b": "2", "c": "x=y"}


@pytest.mark.parametrize("pair", ["power.sharing", "=1", " =1"])
def test_an_override_without_key_or_sign_is_a_usage_error(pair):
    with pytest.raises(UsageError, match="KEY=VALUE"):
        overrides([pair])
