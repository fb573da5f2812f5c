"""Where results are written: tried before anything is run, and as Windows allows it."""

from __future__ import annotations

import errno
import os

import pytest
from results import fake
from windows import refuse_as_windows_does

import sim
from sim import files, results
from sim.errors import Refused
from sim.runner import DRIVERS, run


@pytest.fixture
def fake_driver(monkeypatch):
    monkeypatch.setattr("sim.parameters.parameters", fake.parameters)
    monkeypatch.setitem(DRIVERS, "mesa", fake.DRIVER)


def made(seed=7):
    return run(fake.FakeScenario(seed=seed), engine="mesa", workers=1)


def test_a_result_is_saved_saved_again_and_saved_beside_as_windows_allows_it(
    tmp_path, monkeypatch, fake_driver
):
    refuse_as_windows_does(monkeypatch)
    with (
        pytest.raises(OSError),
        (tmp_path / "file").open("w+b"),
        (tmp_path / "file").open("rb") as file,
    ):
        os.fsync(file.fileno())
    out = tmp_path / "results"
    page = {"dashboard.html": lambda path: path.write_text("page", encoding="utf-8")}
    names = [results.save(made(seed), out, page).name for seed in (1, 2, 1)]
    assert names == ["fake", "fake-2", "fake"]
    assert results.altered(results.load(out / "fake")) == []


def test_a_folder_that_takes_files_is_left_as_it_was(tmp_path):
    files.insist_writable(tmp_path)
    files.insist_writable(tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_a_folder_that_takes_none_is_refused_with_the_reason(tmp_path, monkeypatch, code):
    def fail(*_, **__):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(
        "sim.files.os.fsync" if code == errno.ENOSPC else "sim.partial_files.tempfile.mkstemp", fail
    )
    with pytest.raises(
        Refused,
        match=f"nothing can be written in .*a.b .{os.strerror(code)}.; nothing was run: choose",
    ):
        files.insist_writable(tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(Refused, match="is a file"):
            files.insist_writable(place)


def test_from_python_the_place_is_tried_before_the_first_run_unless_nothing_is_saved(
    tmp_path, monkeypatch, fake_driver
):
    def fail(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("sim.partial_files.tempfile.mkstemp", fail)
    assert len(made().tables["runs"])
    monkeypatch.setattr(
        "sim.runner.plans.Plan.runs", property(lambda plan: pytest.fail("the place was not tried"))
    )
    with pytest.raises(Refused, match="nothing was run"):
        sim.run(fake.FakeScenario(), engine="mesa", workers=1, out=tmp_path / "out")
