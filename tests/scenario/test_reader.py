"""The strict YAML reader: what scalars mean, where things stand, and what it refuses without
falling over."""

from __future__ import annotations

import math

import pytest
from effort import calls
from hypothesis import example, given
from hypothesis import strategies as st

from sim.errors import InvalidInput
from sim.files import SCENARIO_BYTES
from sim.scenario import Scenario
from sim.scenario.nodes import child, plain
from sim.scenario.reader import read


def value(text):
    node, problems = read(f"key: {text}", "file.yaml")
    assert problems == []
    return plain(node)["key"]


def complaints(text):
    return [str(problem) for problem in read(text, "file.yaml")[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("off", "off"),
        ("yes", "yes"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("2026-01-01", "2026-01-01"),
        ("'7'", "7"),
        ("1e3", 1000.0),
        ("+1.5E-2", 0.015),
        (".5", 0.5),
        ("-0", 0),
        ("12", 12),
        ("true", True),
        ("~", None),
        ("", None),
        (".inf", math.inf),
        ("-.INF", -math.inf),
    ],
)
def test_plain_scalars_follow_yaml_1_2(text, expected):
    assert value(text) == expected
    assert type(value(text)) is type(expected)


def test_not_a_number_is_read_as_such():
    assert math.isnan(value(".nan"))


def test_marks_say_where_key_and_value_stand():
    node, _ = read("first: 1\npower:\n  rule:   shared\n", "file.yaml")
    rule = child(node, "power", "rule")
    assert (rule.key_mark.line, rule.key_mark.column) == (3, 3)
    assert (rule.mark.line, rule.mark.column) == (3, 11)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a: 1\na: 2", "file.yaml:2:1", "twice"),
        ("a: {b: 1, 'b': 2}", "file.yaml:1:11", "twice"),
        ("a: 010", "file.yaml:1:4", "leading zeros"),
        ("a: !!python/name:os.system x", "file.yaml:1:4", "tag"),
        ("a: !!int '3'", "file.yaml:1:4", "tag"),
        ("a: &x {b: 1}\nc: {<<: *x}", "file.yaml:2:5", "merge keys"),
        ("? [a]\n: 1", "file.yaml:1:3", "plain word"),
        ("a: 1\n---\nb: 2", "file.yaml:2:1", "second document"),
        ("a: [1,\nb: }", "file.yaml:1:4", "'[' opens here and is not closed"),
        ("a: *nowhere", "file.yaml:1:4", "no anchor"),
        ("a: &x [*x]", "file.yaml:1:8", "stands inside"),
        ('a: "\\e[31m"', "file.yaml:1:4", "control characters"),
        ('a: "\\ud800"', "file.yaml:1:4", "control characters"),
        ("a: b\x07", "file.yaml:1:5", "U+0007"),
        ("a: " + "9" * 5000, "file.yaml:1:4", "more than 40 characters"),
    ],
)
def test_what_is_refused_is_refused_at_its_place(text, where, what):
    first, *_ = complaints(text)
    assert first.startswith(f"{where}: ")
    assert what in first


def test_an_impossible_escape_is_no_crash():
    assert "no YAML" in complaints('a: "\\UFFFFFFFF"')[0]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 100_000, "? " * 50_000])
def test_deep_nesting_is_a_problem_soon_and_no_crash(text):
    assert "nested more than 24 deep" in complaints(text)[-1]
    assert (
        calls(lambda: complaints(text)) < 100_000
    )  # it stops at the depth allowed, not at the end of the file


def test_aliases_cannot_blow_up():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for name, last in zip("bcdefgh", "abcdefg", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n"
    assert "aliases count as what they stand for" in complaints(bomb)[-1]
    assert "more than 100 aliases" in complaints("a: &a 1\nb: [" + "*a, " * 101 + "]")[-1]


def test_an_alias_stands_for_its_value():
    node, problems = read("a: &a {x: 1}\nb: *a", "file.yaml")
    assert plain(node) == {"a": {"x": 1}, "b": {"x": 1}}
    assert problems == []


def test_too_large_a_text_is_refused_unread():
    assert complaints("#" * (SCENARIO_BYTES + 1)) == ["file.yaml: is larger than 256 KiB"]


def test_a_file_is_refused_without_reading_it_whole(tmp_path):
    path = tmp_path / "big.yaml"
    path.write_text("# é\n" * SCENARIO_BYTES, encoding="utf-8")
    with pytest.raises(InvalidInput, match="larger than 256 KiB"):
        Scenario.load(path)


def test_bytes_that_are_no_text_are_a_problem(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: caf\xe9".encode("latin-1"))
    with pytest.raises(InvalidInput, match="no UTF-8 text"):
        Scenario.load(path)


def test_byte_order_mark_and_windows_lines_are_fine(tmp_path):
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: windows\r\nseed: 3\r\n")
    assert Scenario.load(path).seed == 3


@given(st.one_of(st.text(), st.text(alphabet="[]{}:,-?&*!|>'\"%@`#\n ab01.\\", max_size=60)))
@example("name: x\n\x85a: 1")
@example("%YAML 9.9\n---\na: 1")
@example("%TAG ! !\n---\na")
@example("- ! x")
@example("a: |99\n x")
def test_no_text_gives_anything_but_a_scenario_or_invalid_input(text):
    try:
        Scenario.from_text(text)
    except InvalidInput as error:
        assert error.problems


@given(st.binary(max_size=200))
def test_no_bytes_give_a_traceback(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "any.yaml"
    path.write_bytes(data)
    try:
        Scenario.load(path)
    except InvalidInput as error:
        assert all(problem.file for problem in error.problems)
