"""Pseudonyms say nothing of people, and a key file keeps them."""

from __future__ import annotations

import csv
import os
from functools import partial
from pathlib import Path

import pytest

from sim.errors import InvalidInput, Refused
from sim.organization import key_of
from sim.sources import pseudonyms


def test_pseudonyms_are_different_short_and_unlike_one_another() -> None:
    names = pseudonyms.drawn(200)
    assert len({key_of(name) for name in names}) == 200
    assert all(len(name) == 6 and name.startswith("p-") for name in names)
    assert set("".join(names)) <= set(pseudonyms.ALPHABET) | {"p", "-"}
    assert len(pseudonyms.drawn(20_000)[0]) == 7  # a hundred times as many as there are people


def test_draws_that_meet_a_taken_one_are_drawn_again() -> None:
    letters = iter("aaaa" + "bbbb" + "aaaa" + "cccc")
    assert pseudonyms.drawn(2, {"p-bbbb"}, lambda _: next(letters)) == ["p-aaaa", "p-cccc"]


def test_a_key_file_keeps_and_grows(tmp_path: Path) -> None:
    file = tmp_path / "key.csv"
    first, known = pseudonyms.kept(["ann", "ben, jr"], file)
    assert not file.exists()
    pseudonyms.write(file, known)
    again, more = pseudonyms.kept(["cid", "ben, jr"], file)
    assert again[1] == first[1]
    assert set(more) == {"ann", "ben, jr", "cid"}
    assert again[0] not in first
    pseudonyms.write(file, more)
    assert pseudonyms.read(file) == more
    assert [path.name for path in tmp_path.iterdir()] == ["key.csv"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_its_owner_can_read_a_key_file(tmp_path: Path) -> None:
    file = tmp_path / "key.csv"
    file.write_text("pseudonym,id\np-aaaa,ann\n", encoding="utf-8")
    file.chmod(0o644)
    pseudonyms.write(file, pseudonyms.read(file))
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("id,name\n1,Ann\n", "1:1: is no key file"),
        ("", "1:1: is no key file"),
        (f"pseudonym,id\np-aaaa,{'x' * 200_000}\n", "2:1: is no CSV: field larger"),
        ("# note\npseudonym,id\np-aaaa,ann\np-bbbb,ann\n", "4:1: stands twice"),
        ("pseudonym,id\np-aaaa,ann\np-aaaa,ben\n", "3:1: stands twice"),
        ("pseudonym,id\np-aaaa\n", "2:1: is no row of a pseudonym and an id"),
    ],
)
def test_another_file_is_not_taken_for_one(
    tmp_path: Path, text: str, fault: str, request: pytest.FixtureRequest
) -> None:
    # Python's own limit, which belongs to the process: who reads lists of people has raised it.
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(131_072)))
    file = tmp_path / "key.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=fault):
        pseudonyms.kept(["ann"], file)
    assert file.read_text(encoding="utf-8") == text


def test_a_key_file_does_not_go_into_results(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "manifest.json").write_text("{}", encoding="utf-8")
    for place in ("results/key.csv", "results/x/key.csv", "mine/key.csv"):
        with pytest.raises(Refused, match="does not belong into results"):
            pseudonyms.insist_apart(tmp_path / place)
    with pytest.raises(Refused, match="does not exist"):
        pseudonyms.insist_apart(tmp_path / "nowhere" / "key.csv")
