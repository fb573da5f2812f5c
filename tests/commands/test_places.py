"""A place that takes no files is found out before anything is run, by every command that writes
there."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest
from experiments.players import played_by

sys.path.append(str(Path(__file__).resolve().parents[1] / "reading"))
from reading.results_made import made

MESA = ("--engine", "mesa", "--workers", "1")
MORE = """sweep:
  vary: {power.sharing: {from: 0, to: 1, steps: 2}, power.gather: {from: 0d, to: 2d, steps: 2}}
  replications: 2
calibrate:
  search: {power.gather: {from: 0d, to: 2d}}
  objectives: {value: up}
  runs: 24
"""


@pytest.fixture
def read_only(monkeypatch):
    """Nothing can be made anywhere, and whoever runs anything all the same fails."""

    def fail(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    def ran(*_, **__):
        pytest.fail("runs began before the place was tried")

    def refuse():
        monkeypatch.setattr("sim.partial_files.tempfile.mkstemp", fail)
        monkeypatch.setattr("sim.runner._run_one", ran)
        played_by(monkeypatch, ran)

    return refuse


@pytest.mark.parametrize(
    "command",
    [
        ["run", "small.yaml", *MESA],
        ["run", "small.yaml", "--out", "elsewhere", *MESA],
        ["sweep", "small.yaml", *MESA],
        ["sweep", "small.yaml", "--out", "elsewhere", "--set", "sweep.replications=2000", *MESA],
        ["sensitivity", "small.yaml", "--points", "4", *MESA],
        ["calibrate", "small.yaml", *MESA],
        ["audit", "small.yaml", *MESA],
    ],
    ids=" ".join,
)
def test_runs_do_not_begin_where_nothing_can_be_written(call, small, folder, read_only, command):
    with (folder / small).open("a", encoding="utf-8") as stream:
        stream.write(MORE)
    read_only()
    said = call(*command)
    assert (said.exit_code, said.stdout) == (5, "")
    place = "elsewhere" if "elsewhere" in command else "results"
    assert f"error: nothing can be written in {place}" in said.stderr
    assert (
        "(Read-only file system); nothing was run: choose another place with --out" in said.stderr
    )
    assert [path.name for path in folder.iterdir()] == [small]


def test_a_dry_run_needs_no_place(call, small, folder, monkeypatch):
    with (folder / small).open("a", encoding="utf-8") as stream:
        stream.write(MORE)
    monkeypatch.setattr("sim.files.insist_writable", lambda place: pytest.fail("tried"))
    assert call("sweep", small, "--dry-run", *MESA).exit_code == 0


def test_tables_and_figures_are_not_made_where_they_cannot_be_written(call, folder, read_only):
    made(folder / "results")
    read_only()
    for command in (
        ["export", "tiny", "--out", "t"],
        ["figure", "tiny", "trade-off", "--out", "t.json"],
    ):
        said = call(*command)
        assert (said.exit_code, said.stdout) == (5, "")
        assert "nothing can be written in" in said.stderr and "Read-only file system" in said.stderr
    assert [path.name for path in folder.iterdir()] == ["results"]
