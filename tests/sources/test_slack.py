"""Slack exports: folders and zip files."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from sim.errors import InvalidInput
from sim.sources.contacts import read_contacts
from sim.sources.oddities import Oddities
from sim.sources.slack import SMALL

PEOPLE = [f"U{n}" for n in range(1, SMALL + 2)]
USERS = [{"id": one, "profile": {"email": f"{one.lower()}@x.org"}} for one in PEOPLE]
USERS[1] = {"id": "U2", "profile": {"real_name": "Bo Berg"}}
USERS.append({"id": "UBOT", "is_bot": True, "profile": {}})


def message(user: str, ts: str, text: str = "", **more: str) -> dict[str, str]:
    return {"type": "message", "user": user, "ts": ts, "text": text, **more}


FILES = {
    "users.json": USERS,
    "channels.json": [
        {"id": "C1", "name": "general", "members": PEOPLE},
        {"id": "C2", "name": "board", "members": ["U1", "U2", "U3", "UBOT"]},
    ],
    "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
    "board/2026-01-05.json": [
        message("U1", "1767600000.000100", "to both"),
        message("UBOT", "1767600001.000100", "a program"),
        message("U1", "1767600002.000100", "joined", subtype="channel_join"),
    ],
    "D1/2026-01-05.json": [message("U2", "1767600010.000100", "secret")],
    "general/2026-01-05.json": [
        message("U1", "1767600100.000100", "to nobody"),
        message("U3", "1767600101.000100", "<@U4> and <@U5|eve>"),
        message("U6", "1767600102.000100", "reply", thread_ts="1767600100.000100"),
    ],
    "general/2026-01-06.json": [
        message("U1", "1767686500.000100", "back", thread_ts="1767600100.000100"),
    ],
}


def folder_of(path: Path, files: dict[str, object]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(json.dumps(content))
    return path


def test_who_receives_a_message(tmp_path):
    oddities = Oddities()
    contacts = read_contacts(folder_of(tmp_path / "export", FILES), "export", oddities, {})
    table = contacts.table
    rows = sorted(zip(table["source"], table["target"], table["kind"], strict=True))
    assert rows == sorted(
        [
            ("u1@x.org", "Bo Berg", "post"),
            ("u1@x.org", "u3@x.org", "post"),
            ("Bo Berg", "u1@x.org", "chat"),
            ("u3@x.org", "u4@x.org", "post"),
            ("u3@x.org", "u5@x.org", "post"),
            ("u6@x.org", "u1@x.org", "post"),
            ("u1@x.org", "u6@x.org", "post"),
        ]
    )
    thread = table[table["thread"] == "general/1767600100.000100"]
    assert len(thread) == 2
    assert str(thread["time"].iloc[0]) == "2026-01-05 08:01:42.000100+00:00"
    assert contacts.messages and contacts.timed
    assert {one.code: one.count for one in oddities} == {"program-message": 1, "names-nobody": 1}
    assert not table.astype(str).map(lambda text: "secret" in text).any(axis=None)


def test_a_zip_file_reads_as_its_folder(tmp_path):
    folder = folder_of(tmp_path / "export", FILES)
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(folder.rglob("*.json")):
            archive.write(file, f"Export of X/{file.relative_to(folder)}")
    plain = read_contacts(folder, "x", Oddities(), {})
    zipped = read_contacts(packed, "x", Oddities(), {})
    assert plain.table.equals(zipped.table)


def test_damaged_and_empty_exports(tmp_path):
    damaged = folder_of(tmp_path / "damaged", FILES)
    (damaged / "board" / "2026-01-05.json").write_text("[{")
    with pytest.raises(InvalidInput, match=r"x/board/2026-01-05.json:1:\d+: is not JSON text"):
        read_contacts(damaged, "x", Oddities(), {})
    (damaged / "board" / "2026-01-05.json").write_text('{"ok": false}')
    with pytest.raises(InvalidInput, match=r"x/board/2026-01-05.json: is not a list of records"):
        read_contacts(damaged, "x", Oddities(), {})
    empty = folder_of(tmp_path / "empty", {"users.json": USERS})
    with pytest.raises(InvalidInput, match="holds no message from one person to another"):
        read_contacts(empty, "x", Oddities(), {})


def test_a_damaged_archive_is_said_in_plain_words(tmp_path):
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(name, json.dumps(content))
    whole = packed.read_bytes()
    for place, said in ((0, "x/users.json: is damaged in the archive"), (-60, "damaged archive")):
        start = whole.index(b"PK\x03\x04") if place == 0 else whole.index(b"PK\x01\x02")
        packed.write_bytes(whole[:start] + b"PX" + whole[start + 2 :])
        with pytest.raises(InvalidInput, match=said):
            read_contacts(packed, "x", Oddities(), {})


def test_records_that_make_no_sense_are_passed_over(tmp_path):
    wrong = [None, 3, {"type": "message", "user": "U1"}, message("U1", "soon"), {"ts": ["1"]}]
    files = FILES | {
        "users.json": [None, {"id": ["U1"]}, {"id": "U1", "profile": 3}, *USERS[1:]],
        "channels.json": [7, {"id": "C2", "name": "board", "members": [1, "U1", "U2", "U3"]}],
        "board/2026-01-05.json": [*wrong, message("U1", "1767600000.000100")],
    }
    oddities = Oddities()
    contacts = read_contacts(folder_of(tmp_path / "export", files), "x", oddities, {})
    board = contacts.table[contacts.table["thread"].str.startswith("board/")]
    assert board["source"].tolist() == ["U1", "U1"]
    assert board["line"].tolist() == [6, 6]
    assert {one.code: one.count for one in oddities}["no-time"] == 2
