"""How far a run is, told in the cell of a notebook, on stderr where it is asked for, and else
nowhere."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace

import IPython
import IPython.display
import pytest
from model.tiny import PLAIN

from sim import Scenario, calibrate, run, sensitivity, sweep
from sim.progress import (
    MARK,
    NotebookCell,
    Progress,
    Stderr,
    failures,
    in_kernel,
    reporter,
    saying,
)
from sim.runner.pool import Failure

SEARCH = {
    "search": {"power.sharing": {"from": 0, "to": 1}},
    "objectives": {"delay": "down"},
    "runs": 20,
    "replications": {"min": 3, "max": 3, "test": 2},
}
SHORT = {"engine": "mesa", "workers": 1}


class Outputs(list):
    """The outputs of a cell: a list of the texts that each has shown, in order; all as plain text
    alone."""

    def display(self, data, *, raw, metadata, display_id):
        self.append([])
        output = self[-1]

        def update(data, *, raw, metadata):
            assert raw and metadata == MARK
            output.append(data["text/plain"])
            assert list(data) == ["text/plain"]

        update(data, raw=raw, metadata=metadata)
        assert display_id
        return SimpleNamespace(update=update)


@pytest.fixture
def cell(monkeypatch):
    """As in the kernel of a notebook; what its cell shows."""
    outputs = Outputs()
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr(IPython.display, "display", outputs.display)
    return outputs


@pytest.fixture
def tiny():
    plain = {
        **PLAIN,
        "clock": {**PLAIN["clock"], "horizon": "1w"},
        "power": {**PLAIN["power"], "rule": "shared"},
    }
    vary = {"power.sharing": [0, 1], "power.forum.size": [3, 5]}
    return Scenario.from_dict(
        plain | {"sweep": {"vary": vary, "replications": 2}, "calibrate": SEARCH}
    )


def test_one_line_is_rewritten_in_place_with_rate_time_left_and_failures(cell):
    now = [0.0]
    progress = Progress(clock=lambda: now[0], place=NotebookCell())
    progress(0, 10, "compiling")
    for done in range(1, 11):
        now[0] += 1.0
        progress.counted(done, 10, 2 if done > 4 else 0)
    assert len(cell) == 1
    assert cell[0][:2] == ["compiling", "1/10 runs"]
    assert cell[0][3] == "3/10 runs, 1.0/s, 7 s left"
    assert cell[0][6] == "6/10 runs, 1.0/s, 4 s left, 2 failed"
    assert cell[0][-1] == "10/10 runs, 1.0/s, 2 failed"


def test_a_cell_is_written_five_times_a_second_at_most(cell):
    now = [0.0]
    progress = Progress(clock=lambda: now[0], place=NotebookCell())
    for done in range(1, 1001):
        now[0] += 0.01
        progress(done, 1000)
    assert 40 <= len(cell[0]) <= 51


def test_a_run_in_a_notebook_tells_how_far_it_is(cell, tiny):
    run(tiny, replications=3, save=False, **SHORT)
    assert len(cell) == 1 and cell[0][-1].startswith("3/3 runs")


def test_sweep_sensitivity_and_calibration_tell_too(cell, tiny, tmp_path):
    sweep(tiny, out=tmp_path, executor="threads", **SHORT)
    sensitivity(
        tiny, tmp_path / "s", method="morris", points=4, replications=2, executor="threads", **SHORT
    )
    calibrate(tiny, tmp_path / "c", executor="threads", **SHORT)
    assert len(cell) == 3 and all("runs" in output[-1] for output in cell)
    assert cell[1][-1].startswith("4/4 runs"), "keys that nobody reads make one setting"


def test_what_was_finished_before_says_nothing(cell, tiny, tmp_path):
    sweep(tiny, out=tmp_path, executor="threads", progress=False, **SHORT)
    sweep(tiny, out=tmp_path, executor="threads", **SHORT)
    assert cell == []


def test_runs_that_fail_are_counted(cell, tiny, monkeypatch):
    def failing(driver, inputs, tasks, workers):
        from sim.agents import simulate

        for task in tasks:
            made = (
                simulate(inputs[task.policy], task.replication)
                if task.replication
                else Failure("no", "")
            )
            yield task, made

    monkeypatch.setattr("sim.runner._playing.in_processes", failing)
    result = run(tiny, replications=3, save=False, **SHORT)
    assert len(result.failures) == 1
    assert cell[0][-1].endswith(", 1 failed")


def test_a_function_of_ones_own_is_called_instead(cell, tiny):
    told = []
    run(tiny, replications=2, save=False, progress=lambda *what: told.append(what), **SHORT)
    assert cell == [] and told[-1] == (2, 2, "")


def test_elsewhere_it_is_told_when_asked_for_only(tiny, capsys):
    assert not in_kernel()
    run(tiny, replications=2, save=False, **SHORT)
    assert capsys.readouterr() == ("", "")
    run(tiny, replications=2, save=False, progress=True, **SHORT)
    assert capsys.readouterr().err.splitlines()[-1].startswith("2/2 runs")


def test_a_shell_that_is_no_notebook_is_like_plain_python(monkeypatch):
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace())
    assert not in_kernel()
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)
    assert not in_kernel()


def test_ipython_is_not_loaded_to_find_out(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython")
    with reporter(None) as tell:
        tell(1, 1, "")
    assert "IPython" not in sys.modules


def test_the_line_ends_when_what_runs_does_even_by_an_error(monkeypatch):
    closed = []
    monkeypatch.setattr("sim.progress.Stderr.close", lambda self: closed.append(True))
    with pytest.raises(KeyboardInterrupt), reporter(True):
        raise KeyboardInterrupt
    assert closed == [True]


def test_failures_in_words():
    assert [failures(count) for count in (0, 1, 1234)] == ["", "1 failed", "1,234 failed"]


def test_a_file_will_do_in_place_of_a_scenario(tiny, tmp_path, monkeypatch):
    import json

    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(json.dumps(tiny.resolved()), encoding="utf-8")
    found = sensitivity(
        "tiny.yaml", method="morris", points=4, replications=1, executor="threads", **SHORT
    )
    assert found.swept.folder.as_posix() == "results/tiny-sensitivity"
    best = calibrate("tiny.yaml", executor="threads", **SHORT)
    assert best.folder.as_posix() == "results/tiny-calibrate" and (tmp_path / best.folder).is_dir()
    assert set(best.tables) == {"candidates", "regrets", "break_even"}


def test_what_takes_long_is_said_and_what_does_not_is_not(monkeypatch, capsys):
    written = threading.Event()
    write = Stderr.write

    def noted(self, text):
        write(self, text)
        written.set()

    monkeypatch.setattr(Stderr, "write", noted)
    with saying(after=0.001) as say:
        say("counting")
        assert written.wait(60)
    assert capsys.readouterr().err == "counting ...\n"
    for quiet, after in ((True, 0.001), (False, 3600.0)):
        with saying(quiet, after) as say:
            say("counting")
    assert capsys.readouterr().err == ""
