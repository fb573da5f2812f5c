"""Archives of results: what they hold, that they give the same tables, and that what was altered or
planted is found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate
from typer.testing import CliRunner

import sim
from reading.results_made import change_manifest, made, made_sweep, scenario
from sim.errors import InvalidInput, Refused, UsageError
from sim.reading import archiving
from sim.reading.archiving import CHECKSUMS, archive
from sim.reading.crate import METADATA, SPECIFICATION, Published
from sim.reading.unpacking import MOST_BYTES, is_archive, verify_archive
from sim.runner import run
from sim.scenario import Scenario

MESA = {"engine": "mesa", "workers": 1}
PEOPLE = "id,manager_id\np0,\n" + "".join(f"p{n},p0\n" for n in range(1, 6))
OF_PEOPLE = {
    "stream": "{people: staff/people.csv}",
    "direction__source": "level-0",
    "issues__task__raised_at": "level-1",
    "issues__task__decided_at": "level-0",
}


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> Path:
    claim = "[{metric: quality, higher: base, than: top-down, by: 0.1, confidence: 90%}]"
    source = scenario(flow__up__open="40%", claims=claim)
    return made(tmp_path_factory.mktemp("results"), source)


@pytest.fixture(scope="module")
def whole(result, tmp_path_factory) -> Path:
    """An archive, as it was written."""
    out = tmp_path_factory.mktemp("archives") / "tiny.zip"
    published = Published(("Ada Lovelace 0000-0002-1825-0097", "Zé"), "CC-BY-4.0")
    return archive(result, out, published=published)[0]


@pytest.fixture
def unpacked(whole, tmp_path) -> Path:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(whole) as file:
        file.extractall(folder)
    return folder


def test_the_same_result_gives_the_same_bytes_at_any_time(result, whole, tmp_path, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 4e9)
    published = Published(("Ada Lovelace 0000-0002-1825-0097", "Zé"), "CC-BY-4.0")
    again, count = archive(result, tmp_path / "again.zip", published=published)
    assert again.read_bytes() == whole.read_bytes()
    with zipfile.ZipFile(whole) as file:
        assert len(file.namelist()) == count
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in file.infolist()} == {zipfile.ZIP_STORED}


def test_it_is_a_ro_crate_that_says_what_each_file_is(unpacked, result):
    crate = ROCrate(unpacked)
    root = crate.root_dataset
    text = json.loads((unpacked / METADATA).read_bytes())
    assert text["@context"] == f"{SPECIFICATION}/context"
    assert crate.metadata["conformsTo"] == SPECIFICATION or SPECIFICATION in str(crate.metadata)
    for required in ("name", "description", "datePublished", "license"):
        assert root[required], required
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", text["@graph"][1]["datePublished"])
    assert root["license"].id == "https://spdx.org/licenses/CC-BY-4.0"
    authors = [(one.id, one["name"]) for one in root["author"]]
    orcid = "https://orcid.org/0000-0002-1825-0097"
    assert authors == [(orcid, "Ada Lovelace"), ("#author-2", "Zé")]
    files = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    described = {entity.id for entity in crate.data_entities}
    assert described - {"code/"} <= files and "code/" in described
    of_result = {f"result/{path.name}" for path in result.iterdir()}
    assert of_result | {"odd.md", "README.md", CHECKSUMS, "requirements.txt"} <= described
    for entity in crate.data_entities:
        if entity.type == "File":
            assert int(entity["contentSize"]) == (unpacked / entity.id).stat().st_size, entity.id


def test_a_crate_without_authors_or_licence_says_so(result, tmp_path):
    path, _ = archive(result, tmp_path / "plain.zip")
    with zipfile.ZipFile(path) as file:
        graph = json.loads(file.read(METADATA))["@graph"]
        assert "No licence was stated" in file.read("README.md").decode()
    entities = {entity["@id"]: entity for entity in graph}
    root = entities["./"]
    assert "author" not in root and entities[root["license"]["@id"]]["name"].startswith("No lic")


def test_every_byte_of_the_result_is_in_it_and_its_scenario_gives_the_same_tables(unpacked, result):
    for path in result.iterdir():
        assert (unpacked / "result" / path.name).read_bytes() == path.read_bytes()
    again = Scenario.load(unpacked / "scenario" / "scenario.yaml")
    manifest = json.loads((result / "manifest.json").read_bytes())
    assert {name: one.resolved() for name, one in again.policies().items()} == manifest["policies"]
    played = run(again, **MESA)
    assert played.manifest["tables"] == manifest["tables"]
    assert played.manifest["claims"] == manifest["claims"] != []


def test_the_code_in_it_is_the_model_and_runs_alone(unpacked):
    code = "import sim, sim.version; print(sim.__file__, sim.version.model_version())"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=unpacked,
        env={"PYTHONPATH": "code", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    manifest = json.loads((unpacked / "result" / "manifest.json").read_bytes())
    assert Path(told[0]) == unpacked / "code" / "sim" / "__init__.py"
    assert told[1] == manifest["model"]
    assert (unpacked / "code" / "sim" / "__main__.py").is_file()


def test_the_description_says_what_differs_from_the_defaults(unpacked):
    text = (unpacked / "odd.md").read_text(encoding="utf-8")
    own = text.partition("## What differs from the defaults")[2].partition("\n## ")[0]
    policies = text.partition("## What the policies differ in")[2].partition("\n## ")[0]
    defaults = text.partition("## The defaults in use")[2].partition("\n# The model")[0]
    assert "| `flow.up.open` | 0.4 | 0.65 | probability a hop | set by the scenario |" in own
    assert "| `power.rule` | shared | autocratic |" in policies
    assert "| `perspective.span` | 4 | ideas | Cowan 2001" in defaults
    assert "`perspective.span`" not in own and "`flow.up.open`" not in defaults
    assert "\n## 1. Purpose and patterns\n" in text and "](design.md" not in text


@pytest.mark.parametrize("zipped", [True, False])
def test_verify_accepts_it_zipped_and_unpacked(whole, unpacked, zipped, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    path = whole if zipped else unpacked
    assert is_archive(path)
    found = verify_archive(path, runs=None, **MESA)
    assert (found.runs, found.differing, found.altered, found.failed) == (6, 0, [], False)


@pytest.mark.parametrize(
    "name",
    [
        *("odd.md", METADATA, "scenario/scenario.yaml", "result/runs.parquet"),
        *("result/manifest.json", "code/sim/clock.py", CHECKSUMS),
    ],
)
def test_a_changed_or_missing_file_is_found_and_nothing_is_run(unpacked, name):
    path = unpacked / name
    data = bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(data)
    found = verify_archive(unpacked)
    assert found.failed and found.runs == 0
    assert name in found.altered or name == CHECKSUMS
    path.unlink()
    if name != CHECKSUMS:
        assert verify_archive(unpacked).altered == [name]


def test_damage_within_the_zip_file_is_found(whole, tmp_path):
    data = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as file:
        place = file.getinfo("odd.md").header_offset + 200
    data[place] ^= 1
    (tmp_path / "damaged.zip").write_bytes(data)
    assert verify_archive(tmp_path / "damaged.zip").altered == ["odd.md"]


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_archive_is_one_clear_error(tmp_path, data):
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=r"x\.zip: no archive of a result: it "):
        verify_archive(path)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("../out.txt", {}),
        ("/tmp/out.txt", {}),
        ("a/../../out.txt", {}),
        ("C:out.txt", {}),
        ("a\nb", {}),
        ("link", {"external_attr": 0o120777 << 16}),
        ("ODD.md", {}),
        ("large", {"file_size": MOST_BYTES}),
    ],
)
def test_a_hostile_archive_writes_nothing_anywhere(whole, tmp_path, name, more, monkeypatch):
    path = tmp_path / "in" / "x.zip"
    path.parent.mkdir()
    path.write_bytes(whole.read_bytes())
    with zipfile.ZipFile(path, "a") as file:
        entry = zipfile.ZipInfo(name)
        file.writestr(entry, "planted")
        for attribute, value in more.items():
            setattr(entry, attribute, value)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(Refused, match=r"x\.zip holds"):
        verify_archive(path)
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


def test_links_in_an_unpacked_archive_or_a_result_are_not_followed(unpacked, result, tmp_path):
    page = unpacked / "odd.md"
    page.rename(tmp_path / "elsewhere.md")
    page.symlink_to(tmp_path / "elsewhere.md")
    with pytest.raises(Refused, match="is a link"):
        verify_archive(unpacked)
    copied = unpacked / "result"
    table = copied / "days.parquet"
    table.rename(tmp_path / "days.parquet")
    table.symlink_to(tmp_path / "days.parquet")
    with pytest.raises(Refused, match="is a link"):
        archive(copied, tmp_path / "linked.zip")
    assert not (tmp_path / "linked.zip").exists()


def test_nothing_is_overwritten_or_left_half_written(result, tmp_path, monkeypatch):
    out = tmp_path / "x.zip"
    out.write_text("mine")
    with pytest.raises(Refused, match="holds something else"):
        archive(result, out)
    assert out.read_text() == "mine"
    out.unlink()
    monkeypatch.setattr(archiving, "checksums", lambda sums: 1 / (len(sums) < 20) and b"")
    with pytest.raises(ZeroDivisionError):
        archive(result, out)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_archived_is_refused(result, unpacked, tmp_path):
    copied = unpacked / "result"
    change_manifest(copied, lambda manifest: manifest.update(model="0123456789abcdef"))
    with pytest.raises(Refused, match=r"made by model 0123456789abcdef .*run its scenario again"):
        archive(copied, tmp_path / "x.zip")
    change_manifest(copied, lambda manifest: manifest.update(kind="calibration"))
    with pytest.raises((UsageError, InvalidInput), match="only results of run, sweep, sens"):
        archive(copied, tmp_path / "x.zip")
    with pytest.raises(UsageError, match=r"is a \.zip file"):
        archive(result, tmp_path / "x.tar")
    for license in ("my own", "-", "ftp://x"):
        with pytest.raises(UsageError, match="expected an SPDX identifier"):
            Published(license=license)
    with pytest.raises(UsageError, match="expected a name"):
        Published(("a\nb",))


def test_data_files_go_with_it_unless_people_are_shown_in_groups_only(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "staff").mkdir()
    (tmp_path / "staff" / "people.csv").write_text(PEOPLE, encoding="utf-8")
    for place, privacy in enumerate(("off", "2")):
        source = scenario(**OF_PEOPLE, privacy__smallest_group=privacy)
        folder = made(tmp_path / f"results{place}", source)
        path, _ = archive(folder, tmp_path / f"{place}.zip")
        with zipfile.ZipFile(path) as file:
            there = "scenario/staff/people.csv" in file.namelist()
            assert there == (privacy == "off")
            told = "staff/people.csv. Who has these files" in file.read("README.md").decode()
            assert told != there
        assert not verify_archive(path, data=None if there else Path(), **MESA).failed
    monkeypatch.chdir(tmp_path / "staff")
    with pytest.raises(InvalidInput, match="--data names the folder"):
        verify_archive(tmp_path / "1.zip", **MESA)
    with pytest.raises(InvalidInput, match="lies outside"):
        archiving._beside("../people.csv")


def test_a_sweep_is_archived_and_verified_too(tmp_path):
    folder = made_sweep(tmp_path / "sweep", replications="1")
    path, _ = archive(folder, tmp_path / "sweep.zip")
    found = verify_archive(path, runs=None, **MESA)
    assert (found.runs, found.differing, found.altered) == (4, 0, [])
    with zipfile.ZipFile(path) as file:
        again = Scenario.from_text(file.read("scenario/scenario.yaml").decode())
        assert "runs.sqlite" not in str(file.namelist())
    assert list(again.sweep.vary) == ["power.sharing"]


def test_the_command_and_python_write_the_same(result, tmp_path, monkeypatch):
    from sim.commands.app import app

    monkeypatch.chdir(tmp_path)
    called = CliRunner().invoke(app, ["archive", str(result), "--license", "CC0-1.0", "--json"])
    assert called.exit_code == 0, called.stderr
    told = json.loads(called.stdout)
    assert told["path"] == f"{result.name}.zip"
    assert told["bytes"] == Path(told["path"]).stat().st_size
    by_python = sim.archive(result, "other.zip", license="CC0-1.0")
    assert by_python.read_bytes() == Path(told["path"]).read_bytes()
    arguments = ["verify", told["path"], "--runs", "1", "--engine", "mesa", "--workers", "1"]
    checked = CliRunner().invoke(app, arguments)
    assert checked.exit_code == 0 and "2 of 2 the same to the byte" in checked.stdout
    refused = CliRunner().invoke(app, ["archive", str(result), "--license", "my own"])
    assert (refused.exit_code, refused.stdout) == (2, "")
