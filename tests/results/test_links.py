"""Nothing is written through links that were planted in a folder of results, and nothing that is no
lock is emptied."""

from __future__ import annotations

import os

import pytest
from experiments.stores import opened
from results import fake

from sim import results, runner
from sim.errors import Refused
from sim.experiments.store import FILE, LOCK
from sim.runner import DRIVERS

KEPT = b"not to be touched\n"
PLANTED = (LOCK, FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal")


@pytest.fixture
def fake_driver(monkeypatch):
    monkeypatch.setattr("sim.parameters.parameters", fake.parameters)
    monkeypatch.setitem(DRIVERS, "mesa", fake.DRIVER)


@pytest.fixture
def victim(tmp_path):
    """A file outside the results."""
    path = tmp_path / "victim"
    path.write_bytes(KEPT)
    return path


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("exists", [True, False])
def test_a_planted_link_is_not_written_through(tmp_path, victim, name, exists):
    target = victim if exists else tmp_path / "nothing"
    folder = tmp_path / "sweep"
    folder.mkdir()
    (folder / name).symlink_to(target)
    with pytest.raises(Refused, match=f"{name} is a link, and nothing is written through links"):
        opened(folder)
    assert victim.read_bytes() == KEPT
    assert not (tmp_path / "nothing").exists()
    (folder / name).unlink()
    opened(folder).close()  # no lock stayed behind


def test_a_folder_of_a_sweep_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "sweep").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="sweep is a link"):
        opened(tmp_path / "sweep")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_is_no_lock_is_not_emptied(tmp_path, victim):
    os.link(victim, tmp_path / LOCK)
    with pytest.raises(Refused, match=f"{LOCK} is no lock of leaderstream"):
        opened(tmp_path)
    assert victim.read_bytes() == KEPT


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", [LOCK, FILE])
def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(Refused, match=f"{name} is no regular file"):
        opened(tmp_path)


def test_a_result_is_never_renewed_through_a_link(tmp_path, fake_driver):
    result = runner.run(fake.FakeScenario(), engine="mesa", workers=1)
    elsewhere = results.save(result, tmp_path / "elsewhere")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "fake").symlink_to(elsewhere)
    before = {path.name: path.stat().st_mtime_ns for path in elsewhere.iterdir()}
    assert results.save(result, tmp_path / "out").name == "fake-2"
    assert {path.name: path.stat().st_mtime_ns for path in elsewhere.iterdir()} == before


def test_a_file_is_written_beside_its_place_under_a_name_that_nobody_can_plant(tmp_path, victim):
    from sim.dashboard.document import write

    (tmp_path / f".page.html.{os.getpid()}").symlink_to(victim)
    (tmp_path / "page.html").symlink_to(victim)
    write(tmp_path / "page.html", "page")
    assert victim.read_bytes() == KEPT
    assert (tmp_path / "page.html").read_text() == "page" and not (
        tmp_path / "page.html"
    ).is_symlink()
