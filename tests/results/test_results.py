"""Results on disk: whole or not at all, nothing overwritten, read back as they were."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sim import results
from sim.errors import InvalidInput, Refused
from sim.partial_files import partial_file, partial_folder, remove_left_behind
from sim.runner import DRIVERS, run
from sim.tables import content_hash

from . import fake


@pytest.fixture(autouse=True)
def fake_driver(monkeypatch):
    monkeypatch.setattr("sim.parameters.parameters", fake.parameters)
    monkeypatch.setitem(DRIVERS, "mesa", fake.DRIVER)


def made(seed=7, **more):
    return run(fake.FakeScenario(seed=seed), engine="mesa", workers=1, **more)


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_saved_result_reads_back_as_it_was(tmp_path):
    result = made()
    folder = results.save(result, tmp_path)
    assert folder == tmp_path / "fake" == result.folder
    back = results.load(folder)
    assert back.manifest == result.manifest
    for name, table in result.tables.items():
        pd.testing.assert_frame_equal(back.tables[name], table)
    pd.testing.assert_frame_equal(back.comparison, result.comparison)
    assert back.verdict == result.verdict
    assert results.altered(back) == []


def test_the_manifest_names_the_files_and_the_content_of_each_table(tmp_path):
    result = made()
    results.save(result, tmp_path, {"dashboard.html": lambda path: path.write_text("<p>")})
    manifest = json.loads((tmp_path / "fake" / "manifest.json").read_text())
    assert sorted(manifest["files"]) == listing(tmp_path / "fake")
    assert set(manifest["tables"]) == {"runs", "decisions", "leaders", "days"}
    for name, about in manifest["tables"].items():
        assert about == {
            "sha256": content_hash(result.tables[name]),
            "rows": len(result.tables[name]),
        }
    assert manifest["base"] == "base"
    assert manifest["variants"] == list(manifest["policies"]) == ["base", "alone"]
    assert manifest["seed"] == 7
    assert manifest["varied"] == {"power.rule": {"base": "shared", "alone": "autocratic"}}


def test_the_same_run_again_keeps_its_folder_and_its_tables_bytes(tmp_path):
    results.save(made(), tmp_path, {"dashboard.html": lambda path: path.write_text("drawn")})
    before = {path.name: path.read_bytes() for path in (tmp_path / "fake").iterdir()}
    assert results.save(made(), tmp_path) == tmp_path / "fake"
    after = {path.name: path.read_bytes() for path in (tmp_path / "fake").iterdir()}
    assert listing(tmp_path) == ["fake"]
    assert {name: before[name] for name in before if name != "manifest.json"} == {
        name: after[name] for name in after if name != "manifest.json"
    }
    assert "dashboard.html" in json.loads(after["manifest.json"])["files"]


def test_a_different_run_of_the_same_name_gets_a_suffix(tmp_path):
    names = [results.save(made(seed), tmp_path).name for seed in (1, 2, 3, 2)]
    assert names == ["fake", "fake-2", "fake-3", "fake-2"]
    fewer = results.save(made(1, variants=["alone"]), tmp_path)
    assert fewer.name == "fake-4"
    assert results.load(tmp_path / "fake").manifest["seed"] == 1


def test_the_same_settings_with_other_content_are_not_the_same_result(tmp_path):
    results.save(made(), tmp_path)
    other = made()
    other.tables["runs"].loc[0, "quality"] = 0.123
    other.manifest["tables"] = results.table_facts(other.tables)
    assert results.save(other, tmp_path).name == "fake-2"


def test_what_stands_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "notes.txt").write_text("mine")
    (tmp_path / "fake-2").write_text("a file")
    assert results.save(made(), tmp_path).name == "fake-3"
    assert (tmp_path / "fake" / "notes.txt").read_text() == "mine"
    with pytest.raises(Refused, match="is a file"):
        results.save(made(), tmp_path / "fake-2")


class Stop(BaseException):
    """Like Ctrl-C: no Exception."""


@pytest.mark.parametrize("error", [OSError("disk full"), Stop(), KeyboardInterrupt()])
@pytest.mark.parametrize(
    "where", ["sim.tables.write_table", "sim.results._write_manifest", "sim.results.flush"]
)
def test_a_failure_while_writing_leaves_nothing(tmp_path, monkeypatch, where, error):
    results.save(made(1), tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "fake").iterdir()}
    result, calls = made(2), []

    def fail(*_):
        calls.append(1)
        raise error

    monkeypatch.setattr(where, fail)
    with pytest.raises(type(error)):
        results.save(result, tmp_path)
    assert calls
    assert listing(tmp_path) == ["fake"]
    assert {path.name: path.read_bytes() for path in (tmp_path / "fake").iterdir()} == before
    assert result.folder is None


def test_a_failing_further_file_leaves_nothing(tmp_path):
    def fail(path):
        path.write_text("half")
        raise ValueError("cannot draw")

    with pytest.raises(ValueError, match="cannot draw"):
        results.save(made(), tmp_path, {"dashboard.html": fail})
    assert listing(tmp_path) == []


@pytest.mark.parametrize("name", ["runs.parquet", "manifest.json", "../escape", "a/b"])
def test_a_further_file_cannot_take_another_place(tmp_path, name):
    with pytest.raises(ValueError, match="cannot be the name"):
        results.save(made(), tmp_path, {name: lambda path: path.write_text("x")})
    assert listing(tmp_path) == []


KILLED = """
import os, signal, sys
from sim import results
from sim.results import load, save
result = load(sys.argv[1])
result.manifest["seed"] = 99
save(result, sys.argv[2], {"dashboard.html": lambda path: os.kill(os.getpid(), signal.SIGKILL)})
"""


def test_a_kill_while_writing_leaves_no_result_and_is_swept_at_the_next_start(tmp_path):
    results.save(made(), tmp_path / "first")
    out = tmp_path / "out"
    root = Path(results.__file__).parent.parent
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "first" / "fake"), str(out)],
        cwd=root,
        check=False,
    )
    assert ended.returncode == -9
    left = listing(out)
    assert len(left) == 1
    assert left[0].startswith(".fake.partial-")
    assert results.save(made(), out).name == "fake"
    assert listing(out) == ["fake"]


def test_a_writer_that_may_still_live_keeps_what_it_has_for_a_day(tmp_path):
    """Its own process, another machine's, and one that an earlier version named: all may live."""
    with partial_folder(tmp_path, "fake") as mine, partial_file(tmp_path / "page") as page:
        names = [mine.name, page.name, ".fake.partial-1a2b3c4d-999999999-x", ".fake.partial-abc"]
        for name in names[2:]:
            (tmp_path / name).touch()
        remove_left_behind(tmp_path)
        assert listing(tmp_path) == sorted(names)
        for name in names:
            os.utime(tmp_path / name, (1, 1))
        remove_left_behind(tmp_path)
        assert listing(tmp_path) == []


def test_a_renewal_that_stops_halfway_leaves_a_whole_result(tmp_path, monkeypatch):
    folder = results.save(made(), tmp_path, {"dashboard.html": lambda path: path.write_text("old")})
    replace, count = os.replace, [0]

    def stop(source, target):
        count[0] += 1
        if count[0] == 3:
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr("sim.results.os.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        results.save(made(), tmp_path)
    assert listing(tmp_path) == ["fake"]
    assert results.altered(results.load(folder)) == []
    assert (folder / "dashboard.html").read_text() == "old"


def test_reading_what_is_no_result_says_so(tmp_path):
    with pytest.raises(InvalidInput, match="no result"):
        results.load(tmp_path / "nowhere")
    folder = results.save(made(), tmp_path)
    (folder / "days.parquet").write_bytes(b"PAR1 broken")
    with pytest.raises(InvalidInput, match=r"days\.parquet: is not as it was written"):
        results.load(folder)


def test_altered_tables_are_found(tmp_path):
    result = made()
    result.tables["days"].loc[0, "open"] += 1
    assert results.altered(result) == ["days"]


def test_an_infinite_setting_is_kept_as_text(tmp_path):
    result = made()
    result.manifest["policies"]["base"]["breadth"] = float("inf")
    folder = results.save(result, tmp_path)
    assert (
        json.loads((folder / "manifest.json").read_text())["policies"]["base"]["breadth"] == "inf"
    )
    assert results.save(result, tmp_path) == folder


def test_a_folder_is_as_open_as_any_other(tmp_path):
    (tmp_path / "plain").mkdir()
    assert results.save(made(), tmp_path).stat().st_mode == (tmp_path / "plain").stat().st_mode
