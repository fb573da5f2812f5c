"""What is no YAML is told in plain words, at the line where the mistake is made rather than where
it is noticed."""

from __future__ import annotations

import pytest
from effort import calls

from sim.errors import InvalidInput
from sim.scenario import Scenario
from sim.scenario.reader import read

TAB = "a tab in the indentation; YAML takes only plain spaces there: replace it with spaces"
QUOTE = 'a quotation mark (") opens here and is not closed on its line'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x\npower:\n\trule: shared\n", f"3:1: {TAB}"),
        ("name: x\npower:\n  rule: shared\n \tsharing: 1\nseed: 1\n", f"4:2: {TAB}"),
        (
            "name: x\n  \u00a0seed: 1\n  y: 2\n",
            "2:3: a space of another kind (no-break or wide) in the indentation",
        ),
        # Quotation marks.
        ('name: x\ntitle: "abc\nseed: 1\n', f"2:8: {QUOTE}"),
        ('title: "abc\nname: "x"\n', f"1:8: {QUOTE}"),
        ('a: {b: "x}\nc: 1\n', f"1:8: {QUOTE}"),
        (
            "title: 'it's here'\nname: x\n",
            "1:12: text follows a closing quotation mark ('); inside a quoted text",
        ),
        ('title: "a "b" c"\n', '1:12: text follows a closing quotation mark (")'),
        ('title: "C:\\data"\n', "1:11: a backslash inside double quotes has a meaning of its own"),
        # Brackets.
        (
            "name: x\npower: {rule: shared\nconsensus: {rule: none}\n",
            "2:8: '{' opens here and is not closed: '}'",
        ),
        ("name: x\npower: {rule: shared", "2:8: '{' opens here and is not closed: '}' is missing"),
        (
            "a:\n  b: {c: 4/w}\n  d: {c: 4/w\n  e: {c: 1/w}\nf: 1\n",
            "3:6: '{' opens here and is not closed",
        ),
        ("power: {a: b, forum: {size: 3}\nseed: 1\n", "1:8: '{' opens here and is not closed"),
        ("a:\n  - {b: 1}\n  - {b: 2\n  - {b: 3}\n", "3:5: '{' opens here and is not closed"),
        ("a: [1, 2}\n", "1:4: '[' opens here and '}' closes it; write ']' there"),
        ("a: [1,\n  2}\n", "1:4: '[' opens here and '}' closes it on line 2; write ']' there"),
        ("a: {b: [1, 2, c: 3}\n", "1:8: '[' opens here"),
        ("a: [1, 2]]\n", "1:10: ']' closes nothing"),
        ("a: }\n", "1:4: '}' closes nothing"),
        ("a: [1,,2]\n", "1:7: ',' has no value before it"),
        ("a: {b: 1 c: 2}\n", "1:10: a comma is missing before 'c'"),
        # Colons.
        ("name:x\nseed: 1\n", "1:5: a colon needs a space after it: name: x"),
        (
            "name: x\npower:\n  rule:shared\n  sharing: 1\n",
            "3:7: a colon needs a space after it: rule: shared",
        ),
        ("name x\nseed: 1\n", "1:5: a colon is missing after 'name': name: x"),
        ("name: x\nseed 5\nreplications: 2\n", "2:5: a colon is missing after 'seed': seed: 5"),
        ("name: x\npower\n  rule: shared\n", "2:6: a colon is missing after 'power': power:"),
        (
            "name: x\n# power:\npower\n\n  rule: shared\n",
            "3:6: a colon is missing after 'power': power:",
        ),
        (
            "title: a: b\n",
            "1:9: a second colon in one line; put a text that holds a colon in quotes",
        ),
        # Indentation.
        (
            "name: x\n  seed: 1\n",
            "2:3: is indented deeper than 'name' above, which has a value already",
        ),
        (
            "a:\n   b: 1\n  c: 2\n",
            "3:3: is indented by 2 spaces, unlike the lines above (there: 0 or 3)",
        ),
        (
            "a:\n  b:\n    c: 4/w\n   d: 2\n",
            "4:4: is indented by 3 spaces, unlike the lines above (there: 2 or 4)",
        ),
        ("a:\n  - 1\n  c: 2\n", "3:3: is neither a key nor an entry of the list above"),
        ("a: 1\n- b\n", "2:1: an entry of a list ('- ') stands among the keys of a mapping"),
        ("a: - b\n", "1:4: a list with '- ' begins on the line below its key"),
        # Characters.
        ("title: @x\n", "1:8: '@' cannot begin a value; put the text in quotes"),
        ("a: 1\ntitle: %x\n", "2:8: '%' cannot begin a value"),
        ("title: *\n", "1:8: '*' and '&' have a meaning of their own"),
        ("%x\n", "1:1: a line that begins with '%' has a meaning of its own"),
    ],
)
def test_a_mistake_is_told_where_it_is_made(text, message):
    node, (problem,) = read(text, "f.yaml")
    assert node is None
    assert str(problem).startswith(f"f.yaml:{message}")
    assert "no YAML" not in str(problem)


def test_quotes_and_brackets_in_comments_and_block_texts_are_none():
    text = "a: |\n  it's {text\nb: it's\nc: 1 # don't {\nd: [1\n"
    (problem,) = read(text, "f.yaml")[1]
    assert (problem.line, problem.column) == (5, 4)


def test_what_is_right_is_still_read():
    text = "a: {b: [1,\n  2], c: 'it''s'}\nd: \"x\n  y\"\n"
    node, problems = read(text, "f.yaml")
    assert problems == [] and list(node.value) == ["a", "d"]


@pytest.mark.parametrize(
    "text",
    [
        lambda n: "a: [" + "'x', " * n,
        lambda n: "a: {" * 20 + '"' * n,
        lambda n: "a: [\n" + " 1,\n" * n,
    ],
    ids=["open list", "open text", "open list of many lines"],
)
def test_the_work_on_a_mistake_grows_as_the_file_does(text):
    def once(n: int) -> int:
        assert read(text(n), "f.yaml")[1]
        return calls(lambda: read(text(n), "f.yaml"))

    assert once(20_000) < 2.2 * once(10_000)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_files_as_windows_saves_them_are_read(tmp_path, encoding):
    path = tmp_path / "windows.yaml"
    path.write_bytes("name: windows\r\ntitle: Zürich\r\n".encode(encoding))
    assert Scenario.load(path).title == "Zürich"


def test_other_encodings_are_refused_at_their_byte(tmp_path):
    path = tmp_path / "cut.yaml"
    path.write_bytes(b"\xff\xfen")
    with pytest.raises(InvalidInput, match="no UTF-8 text"):
        Scenario.load(path)
