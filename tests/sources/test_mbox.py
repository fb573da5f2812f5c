"""Mail: only who wrote to whom, when, and in which thread."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InvalidInput
from sim.sources.contacts import read_contacts
from sim.sources.messages import COLUMNS, Contacts
from sim.sources.oddities import Oddities

FIRST = """From anna@x.org Mon Jan 05 09:00:00 2026
Return-Path: <anna@x.org>
From: "Berg, Anna" <Anna@X.org>
To: Bo <bo@x.org>,
\t"Cruz, Carla" <carla@x.org>
Cc: bo@x.org
Date: Mon, 5 Jan 2026 09:00:00 +0100
Message-ID: <1@x.org>
Subject: A secret

From: nobody@x.org
>From the text of the mail, which is not read.
To: nobody@x.org

"""
ANSWER = """From bo@x.org Mon Jan 05 10:00:00 2026
From: bo@x.org
To: anna@x.org
Date: Mon, 5 Jan 2026 10:30:00 +0100
Message-ID: <2@x.org>
In-Reply-To: <1@x.org>

"""
FURTHER = """From carla@x.org Mon Jan 05 11:00:00 2026
From: carla@x.org
Bcc: anna@x.org
Date: some day
Message-ID: <3@x.org>
References: <1@x.org> <2@x.org>

"""


def read(folder: Path, text: str) -> tuple[Contacts, dict[str, int]]:
    file = folder / "mail.mbox"
    file.write_bytes(text.encode())
    oddities = Oddities()
    contacts = read_contacts(file, "mail.mbox", oddities, {})
    return contacts, {one.code: one.count for one in oddities}


def test_a_row_for_each_receiver(tmp_path):
    contacts, said = read(tmp_path, FIRST + ANSWER + FURTHER)
    table = contacts.table
    assert tuple(table.columns) == COLUMNS
    assert contacts.messages and contacts.timed and not contacts.weighted
    assert list(zip(table["source"], table["target"], strict=True)) == [
        ("anna@x.org", "bo@x.org"),
        ("anna@x.org", "carla@x.org"),
        ("bo@x.org", "anna@x.org"),
        ("carla@x.org", "anna@x.org"),
    ]
    assert set(table["thread"]) == {"<1@x.org>"}
    assert set(table["kind"]) == {"mail"}
    assert table["line"].tolist() == [1, 1, 15, 22]
    assert str(table["time"][0]) == "2026-01-05 08:00:00+00:00"
    assert table["offset"][:3].tolist() == [60, 60, 60]
    assert said == {"unreadable-time": 1}


def test_windows_line_ends_read_the_same(tmp_path):
    plain, _ = read(tmp_path, FIRST + ANSWER)
    windows, _ = read(tmp_path, (FIRST + ANSWER).replace("\n", "\r\n"))
    assert plain.table.equals(windows.table)


def test_what_is_left_out_is_counted(tmp_path):
    automatic = ANSWER.replace("<2@", "<4@").replace("\n\n", "\nAuto-Submitted: auto-replied\n\n")
    alone = ANSWER.replace("To: anna@x.org\n", "").replace("<2@", "<5@")
    _, said = read(tmp_path, FIRST + FIRST + automatic + alone)
    assert said == {"repeated-mail": 1, "automatic-mail": 1, "incomplete-mail": 1}


def test_answers_in_a_circle_end(tmp_path):
    one = ANSWER.replace("<1@x.org>", "<9@x.org>")
    other = ANSWER.replace("<2@x.org>", "<9@x.org>").replace("<1@x.org>", "<2@x.org>")
    contacts, _ = read(tmp_path, one + other)
    assert set(contacts.table["thread"]) <= {"<2@x.org>", "<9@x.org>"}


def test_no_mail_at_all(tmp_path):
    with pytest.raises(InvalidInput, match="holds no mail with a sender and receivers"):
        read(tmp_path, "From nobody\n\n")
