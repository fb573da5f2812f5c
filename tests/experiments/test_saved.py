"""What a sweep leaves on the disk, and when it is known to be finished."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
import sqlite3
from contextlib import closing
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from model.tiny import PLAIN
from windows import refuse_as_windows_does

from experiments.players import played_by
from sim import api, seal
from sim.dashboard.sweep_report import draw_sweep_report, render, write_sweep_report
from sim.errors import Refused
from sim.experiments.designs import design, precision
from sim.experiments.estimate import estimate, stored
from sim.experiments.saved import finished, save
from sim.experiments.sweep import runs_table, sweep
from sim.experiments.sweep_runs import listed
from sim.runner.pool import Failure
from sim.scenario import Scenario
from sim.tables import content_hash, read_table

VARY = {"power.sharing": [0, 0.5], "consensus.limit": ["0d", "2d"]}


def scenario(**changes) -> Scenario:
    clock = {**PLAIN["clock"], "horizon": "2w", "warmup": "1w"}
    shared = {**PLAIN["power"], "rule": "shared"}
    settings = {"vary": VARY, "against": "alone", "replications": 2, **changes}
    settings = {key: value for key, value in settings.items() if value is not None}
    policies = {"variants": {"alone": {"power.rule": "autocratic"}}, "sweep": settings}
    return Scenario.from_dict({**PLAIN, "clock": clock, "power": shared, **policies})


def saved(folder: Path, **changes):
    swept = sweep(scenario(**changes), folder, engine="mesa", executor="threads", workers=1)
    return swept, save(swept, "mesa", {"dashboard.html": draw_sweep_report})


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "sweep"
    return folder, *saved(folder)


@pytest.fixture
def folder(whole, tmp_path) -> Path:
    """A copy of the folder of the whole sweep."""
    return shutil.copytree(whole[0], tmp_path / "copy")


def test_what_is_saved_is_the_table_its_hash_and_its_report(whole):
    folder, swept, manifest = whole
    table = runs_table(swept)
    pd.testing.assert_frame_equal(read_table(folder / "runs.parquet"), table)
    assert manifest["tables"]["runs"] == {"sha256": content_hash(table), "rows": 16}
    assert seal.manifest_of(folder) == manifest
    drawn = write_sweep_report(table, manifest, folder.parent / "whole.html")
    assert (folder / "dashboard.html").read_text() == drawn.read_text()
    assert not list(folder.glob(".*")), "nothing is left aside"


def test_columns_of_words_and_numbers(tmp_path):
    vary = {"flow.reach": [2, 3], "perspective.span": [4, "off"], "direction.shifts": ["1/y"]}
    swept, _ = saved(tmp_path, vary=vary, design="one-at-a-time", against=None)
    table = read_table(tmp_path / "runs.parquet")
    pd.testing.assert_frame_equal(table, runs_table(swept))
    assert table["flow.reach"].dtype == "float64" and table["perspective.span"].dtype == "str"
    assert set(table["perspective.span"]) >= {"4", "off"}


def test_a_finished_sweep_is_known_again(folder, whole, tmp_path):
    assert finished(scenario(), folder) == whole[2] and whole[2]["runs"] == 10
    assert finished(scenario(), tmp_path) is None


@pytest.mark.parametrize("name", ["runs.parquet", "dashboard.html"])
def test_a_changed_file_is_noticed_and_written_anew(folder, whole, name):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:-40] + bytes([data[-40] ^ 1]) + data[-39:])
    assert finished(scenario(), folder) is None
    swept, manifest = saved(folder)
    assert (
        swept.before == 10
        and (folder / "runs.parquet").read_bytes() == (whole[0] / "runs.parquet").read_bytes()
    )
    assert finished(scenario(), folder) == manifest


@pytest.mark.parametrize("name", ["runs.parquet", "dashboard.html", "manifest.json", "runs.sqlite"])
def test_a_lost_file_is_noticed(folder, name):
    (folder / name).unlink()
    assert finished(scenario(), folder) is None


def test_a_store_that_lost_runs_is_noticed(folder):
    with closing(sqlite3.connect(folder / "runs.sqlite")) as store, store:
        store.execute("DELETE FROM runs WHERE replication = 1")
    assert finished(scenario(), folder) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"replications": 1},
        {"against": None},
        {"vary": {"power.sharing": [0, 0.5]}},
        {"design": "zip"},
    ],
)
def test_another_sweep_is_not_finished(whole, changes):
    assert finished(scenario(**changes), whole[0]) is None


def test_another_program_is_not_finished(whole, monkeypatch):
    monkeypatch.setattr("sim.experiments.saved.version", lambda package: "0")
    assert finished(scenario(), whole[0]) is None


def test_a_sweep_with_failures_is_not_finished(tmp_path, monkeypatch):
    played_by(monkeypatch, lambda self, work: [Failure("broken")] * len(work.replications))
    swept, manifest = saved(tmp_path)
    assert (
        len(manifest["failures"]) == len(swept.failures) == 10
        and manifest["tables"]["runs"]["rows"] == 0
    )
    assert finished(scenario(), tmp_path) is None


def test_an_estimate_counts_what_is_there_and_measures_spread_points(whole, tmp_path):
    plan, rule = design(scenario()), precision(scenario())
    found = estimate(plan, rule, tmp_path, "mesa", 2)
    assert (found.points, found.fewest, found.most, found.there, found.probed) == (4, 10, 10, 0, 4)
    assert found.seconds > 0 and found.bytes > 0
    assert not list(tmp_path.iterdir()), "an estimate stores nothing"
    more = scenario(replications=4)
    half = estimate(design(more), precision(more), whole[0], "mesa", 2)
    assert (half.most, half.there, half.bytes) == (20, 10, found.bytes)
    done = estimate(plan, rule, whole[0], "mesa", 2)
    assert (done.there, done.probed, done.seconds, done.bytes) == (10, 0, 0, 0)


def test_of_many_points_an_even_selection_tells_what_is_stored(whole, monkeypatch):
    monkeypatch.setattr("sim.experiments.estimate.MOST_LOOKED_AT", 2)
    assert stored(design(scenario()), precision(scenario()), whole[0]) == 10


def test_an_estimate_of_runs_until_an_interval_is_narrow_says_between_which_numbers(tmp_path):
    until = {"until": {"metric": "value", "half_width": 0.1}, "min": 20, "max": 50}
    found = estimate(
        design(scenario(replications=until)),
        precision(scenario(replications=until)),
        tmp_path,
        "mesa",
        1,
    )
    assert (found.fewest, found.most) == (100, 250)


def test_a_damaged_run_is_run_again_and_said_and_the_table_has_the_same_bytes(folder, whole):
    with closing(sqlite3.connect(folder / "runs.sqlite")) as store, store:
        (row,) = store.execute(
            "SELECT numbers FROM runs WHERE policy = 2 AND replication = 1"
        ).fetchone()
        damaged = row[:20] + bytes([row[20] ^ 16]) + row[21:]
        store.execute(
            "UPDATE runs SET numbers = ? WHERE policy = 2 AND replication = 1", (damaged,)
        )
    (folder / "runs.parquet").unlink()
    swept, manifest = saved(folder)
    assert (swept.before, swept.done, swept.damaged, manifest["damaged"]) == (9, 10, 1, 1)
    assert (folder / "runs.parquet").read_bytes() == (whole[0] / "runs.parquet").read_bytes()
    assert finished(scenario(), folder) == manifest


def test_runs_that_the_store_lost_before_the_table_is_written_are_not_left_out_of_it(folder, whole):
    swept, before = whole[1], (folder / "runs.parquet").read_bytes()
    with closing(sqlite3.connect(folder / "runs.sqlite")) as store, store:
        store.execute("DELETE FROM runs WHERE replication = 1")
    swept = dataclasses.replace(swept, folder=folder)
    with pytest.raises(
        Refused, match="8 runs that were stored cannot be read back; the command that made it"
    ):
        save(swept, "mesa")
    assert (folder / "runs.parquet").read_bytes() == before and not list(folder.glob(".*"))


@pytest.mark.parametrize("name", ["runs.parquet", "dashboard.html", "manifest.json"])
def test_of_a_changed_file_it_is_said_that_it_is_made_anew(folder, name):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
    told: list[str] = []
    assert finished(scenario(), folder, told.append) is None
    assert (
        len(told) == 1 and f"{name} is not as it was written" in told[0] and "made anew" in told[0]
    )


def test_a_sweep_is_saved_again_as_windows_allows_it(folder, monkeypatch):
    refuse_as_windows_does(monkeypatch)
    (folder / "dashboard.html").unlink()
    _, manifest = saved(folder)
    assert finished(scenario(), folder) == manifest


def test_a_disk_that_fills_up_leaves_what_was_there(folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".lock"}
    swept = sweep(scenario(replications=3), folder, engine="mesa", executor="threads", workers=1)

    def full(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("sim.experiments.saved.flush", full)
    with pytest.raises(OSError, match="No space left"):
        save(swept, "mesa")
    for name in ("runs.parquet", "dashboard.html", "manifest.json"):
        assert (folder / name).read_bytes() == before[name]
    assert not list(folder.glob(".*"))


def test_a_result_in_python_says_what_the_terminal_does(tmp_path):
    """One text: of the property, of print, of the card and of the report."""
    found = api.sweep(
        scenario(), out=tmp_path, engine="mesa", executor="threads", workers=1, progress=False
    )
    assert 2 <= len(found.verdict) <= 6 and found.verdict[0].startswith("Worth most: ")
    assert "alone reads none of the keys: it is one setting." in found.verdict
    assert (
        str(found).startswith(listed(found.verdict))
        and max(map(len, str(found).splitlines())) <= 80
    )
    report = render(found.table, found.manifest)
    for sentence in found.verdict:
        assert sentence in unescape(found._repr_html_()) and sentence in unescape(report)
    assert found.manifest["settings"] == {"base": 4, "alone": 1} and found.manifest["runs"] == 10
