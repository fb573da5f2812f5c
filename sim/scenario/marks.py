"""Where quotation marks and brackets open in a YAML text, and which of them are not closed.

Only asked of a text that could not be parsed: it follows what was likely meant, line by line, not YAML's grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PAIRS = {"{": "}", "[": "]"}
ENTRY = re.compile(r"\s*(- +)*[\w.\-\"']+\s*:(\s|$)|\s*- ")
"""A line that begins as an entry of a mapping or a list does."""
NEAR = 80
"""How far back it is looked for what stands before a character."""
_BLOCK_TEXT = re.compile(r"(^|[:\-]\s+)[|>][-+0-9]*\s*(#.*)?$")


@dataclass(frozen=True)
class Spot:
    """A character of the text; line and column count from 1."""

    line: int
    column: int
    character: str


@dataclass
class Scan:
    """What opens and closes in a text up to (and with) one of its lines.

    brackets: those still open. crossed: the first that was closed by the wrong bracket, with that one.
    quotes: quoted texts that go over the end of a line, with the line they end on (0: never).
    """

    brackets: list[Spot] = field(default_factory=list)
    unclosed: Spot | None = None
    crossed: tuple[Spot, Spot] | None = None
    quotes: list[tuple[Spot, int]] = field(default_factory=list)
    quote: Spot | None = None


def scan(lines: Sequence[str]) -> Scan:
    """What opens and closes in some lines. A bracket is `unclosed` when an entry no deeper than it follows."""
    found = Scan()
    for number, line in _plain(lines):
        if found.quote is None and found.brackets and found.unclosed is None:
            opened = found.brackets[0]
            if ENTRY.match(line) and indent(line) <= indent(lines[opened.line - 1]):
                found.unclosed = found.brackets[-1] if opened.line < number else None
        _follow(found, number, line)
    if found.quote is not None:
        found.quotes.append((found.quote, 0))
    return found


def lines_of(text: str) -> list[str]:
    """The lines of a text, as YAML counts them."""
    return re.split("\r\n|[\r\n\x85\u2028\u2029]", text)


def _plain(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without those of block texts (| and >)."""
    within = -1
    for number, line in enumerate(lines, 1):
        if within >= 0 and (not line.strip() or indent(line) > within):
            continue
        within = indent(line) if _BLOCK_TEXT.search(line) else -1
        yield number, line


def _follow(found: Scan, number: int, line: str) -> None:
    at = 0
    while at < len(line):
        character, before = line[at], line[max(0, at - NEAR) : at]
        if found.quote is not None:
            at = _in_quote(found, number, line, at)
            continue
        if character == "#" and (not before or before[-1] in " \t"):
            return
        if character in "\"'" and re.search(r"(^|[:\-?,\[{]\s|[\[{,])\s*$", before):
            found.quote = Spot(number, at + 1, character)
        elif character in PAIRS and (found.brackets or re.search(r"(^|[:\-?]\s)\s*$", before)):
            found.brackets.append(Spot(number, at + 1, character))
        elif character in PAIRS.values() and found.brackets:
            opened = found.brackets.pop()
            if PAIRS[opened.character] != character and found.crossed is None:
                found.crossed = (opened, Spot(number, at + 1, character))
        at += 1


def _in_quote(found: Scan, number: int, line: str, at: int) -> int:
    """Where to go on after a character inside quotation marks."""
    opened = found.quote
    assert opened is not None
    if opened.character == '"' and line[at] == "\\":
        return at + 2
    if line[at] != opened.character:
        return at + 1
    if opened.character == "'" and line[at + 1 : at + 2] == "'":
        return at + 2
    found.quote = None
    if opened.line < number:
        found.quotes.append((opened, number))
    return at + 1


def indent(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))
