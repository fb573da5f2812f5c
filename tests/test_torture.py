"""`make torture`: each row is declared once and shown, and one that fails fails the whole."""

from __future__ import annotations

import json
import sys

import pytest

from torture import __main__ as runner
from torture.rows import PARTS, rows
from torture.table import KEPT, line_of, paragraphs

SOUND = {"figure": "0 wrong", "holds": True, "times": 7, "faults": []}


def test_each_row_has_a_name_of_its_own_and_is_among_those_shown():
    names = [row.id for row in rows()]
    assert len(set(names)) == len(names) and {row.part for row in rows()} == set(PARTS)
    shown = [one["id"] for one in json.loads(KEPT.read_text(encoding="utf-8"))["rows"]]
    assert shown == [name for name in names if name in shown]
    assert len([text for text in paragraphs() if text.startswith("- ")]) == len(shown)


@pytest.mark.parametrize(
    ("answer", "code", "verdict"),
    [
        (SOUND, 0, "holds"),
        (SOUND | {"holds": False, "faults": ["one"]}, 1, "fails"),
        ({"missing": "a C compiler"}, 0, "not here: a C compiler"),
    ],
)
def test_the_runner_ends_with_1_where_a_row_fails(
    monkeypatch, tmp_path, capsys, answer, code, verdict
):
    monkeypatch.setattr(runner, "play", lambda row, times: line_of(row, times, answer, 0.5))
    file = tmp_path / "table.json"
    monkeypatch.setattr(sys, "argv", ["torture", "--row", "crash.kills", "--json", str(file)])
    assert runner.main() == code
    (kept,) = json.loads(file.read_text(encoding="utf-8"))["rows"]
    assert (kept["id"], kept["verdict"]) == ("crash.kills", verdict)
    assert f"1 rows, {code} fail" in capsys.readouterr().out
    (shown,) = [text for text in paragraphs(file) if text.startswith("- ")]
    assert answer.get("figure", "not done") in shown


def test_a_row_is_played_in_a_process_of_its_own():
    (row,) = [one for one in rows() if one.id == "same.keys-collide"]
    line = runner.play(row, 100)
    assert (line.verdict, line.times, line.figure) == ("holds", 100, "0 the same"), line.faults
