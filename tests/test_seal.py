"""The seal of a result: no bit of its manifest or of a file that it names changes unnoticed."""

from __future__ import annotations

import json

import pytest

from sim import seal
from sim.errors import InvalidInput

MANIFEST = {
    "name": "tiny",
    "kind": "sweep",
    "seconds": 0.125,
    "tables": {"runs": {"sha256": "0" * 64, "rows": 3}},
}


@pytest.fixture
def folder(tmp_path):
    """A sealed folder with two files."""
    (tmp_path / "runs.parquet").write_bytes(b"a table")
    (tmp_path / "dashboard.html").write_bytes(b"a page")
    names = ("runs.parquet", "dashboard.html", "manifest.json")
    seal.write(MANIFEST | {seal.HASHES: seal.hashes(tmp_path, names)}, tmp_path / "manifest.json")
    return tmp_path


@pytest.mark.parametrize("indent", [1, 2])
def test_what_is_sealed_is_json_and_reads_back_as_it_was(tmp_path, indent):
    seal.write(MANIFEST, tmp_path / "manifest.json", indent)
    manifest = seal.manifest_of(tmp_path)
    assert (
        manifest == {"format": 2, **MANIFEST}
        and seal.is_sealed(manifest)
        and not seal.is_sealed(MANIFEST)
    )
    assert (
        json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")).items()
        > manifest.items()
    )
    assert seal.sealed(manifest, indent) == (tmp_path / "manifest.json").read_bytes()


def test_every_single_bit_of_a_manifest_counts(folder):
    path = folder / "manifest.json"
    data = path.read_bytes()
    for place in range(len(data)):
        for bit in range(8):
            path.write_bytes(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :])
            with pytest.raises(InvalidInput, match="is not as it was written"):
                seal.manifest_of(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("  ", "   "),
        lambda text: text + "\n",
        lambda text: text.replace("0.125", "9.125"),
        lambda text: text[: text.index(',\n  "manifest_sha256')] + "\n}\n",
        lambda text: text.replace('"format": 2,', ""),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "",
        lambda text: "[]",
    ],
)
def test_white_space_durations_and_a_lost_seal_are_noticed(folder, change):
    path = folder / "manifest.json"
    before = path.read_bytes().decode()
    path.write_bytes(change(before).encode())
    assert path.read_bytes().decode() != before
    with pytest.raises(
        InvalidInput, match=r"manifest\.json: is not as it was written .*remove its folder"
    ):
        seal.manifest_of(folder)


def test_files_that_were_changed_or_lost_are_named_with_the_command_that_makes_them_again(folder):
    manifest = seal.manifest_of(folder)
    (folder / "added later.svg").write_text("a figure")
    seal.insist(folder, manifest)
    (folder / "runs.parquet").write_bytes(b"a tabla")
    (folder / "dashboard.html").unlink()
    assert list(seal.changed(folder, manifest)) == ["runs.parquet", "dashboard.html"]
    assert list(seal.changed(folder, manifest, ["runs.parquet"])) == ["runs.parquet"]
    with pytest.raises(InvalidInput) as caught:
        seal.insist(folder, manifest)
    assert "dashboard.html: is missing; nothing of this result is shown" in str(caught.value)
    assert "runs.parquet: is not as it was written" in str(caught.value)
    assert str(caught.value).count("make it again with `leaderstream sweep tiny.yaml`") == 2


def test_without_a_seal_a_manifest_is_read_and_a_folder_without_one_is_no_result(tmp_path):
    with pytest.raises(InvalidInput, match="no result"):
        seal.manifest_of(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    assert seal.manifest_of(tmp_path) == MANIFEST
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InvalidInput, match="no result"):
        seal.manifest_of(tmp_path)
