"""What was likely meant by a text that cannot be read: quotation marks and brackets that are not
closed, and numbers, percentages and words as people write them. It follows the lines, not YAML's
grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sim.errors import nearest

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

    brackets: those still open. crossed: the first that was closed by the wrong bracket, with that
    one. quotes: quoted texts that go over the end of a line, with the line they end on (0: never).
    """

    brackets: list[Spot] = field(default_factory=list)
    unclosed: Spot | None = None
    crossed: tuple[Spot, Spot] | None = None
    quotes: list[tuple[Spot, int]] = field(default_factory=list)
    quote: Spot | None = None


def scan(lines: Sequence[str]) -> Scan:
    """What opens and closes in some lines. A bracket is `unclosed` when an entry no deeper than it
    follows."""
    result = Scan()
    for number, line in _plain(lines):
        if result.quote is None and result.brackets and result.unclosed is None:
            opened = result.brackets[0]
            if ENTRY.match(line) and indent(line) <= indent(lines[opened.line - 1]):
                result.unclosed = result.brackets[-1] if opened.line < number else None
        _follow(result, number, line)
    if result.quote is not None:
        result.quotes.append((result.quote, 0))
    return result


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


def _follow(result: Scan, number: int, line: str) -> None:
    at = 0
    while at < len(line):
        character, before = line[at], line[max(0, at - NEAR) : at]
        if result.quote is not None:
            at = _in_quote(result, number, line, at)
            continue
        if character == "#" and (not before or before[-1] in " \t"):
            return
        if character in "\"'" and re.search(r"(^|[:\-?,\[{]\s|[\[{,])\s*$", before):
            result.quote = Spot(number, at + 1, character)
        elif character in PAIRS and (result.brackets or re.search(r"(^|[:\-?]\s)\s*$", before)):
            result.brackets.append(Spot(number, at + 1, character))
        elif character in PAIRS.values() and result.brackets:
            opened = result.brackets.pop()
            if PAIRS[opened.character] != character and result.crossed is None:
                result.crossed = (opened, Spot(number, at + 1, character))
        at += 1


def _in_quote(result: Scan, number: int, line: str, at: int) -> int:
    """Where to go on after a character inside quotation marks."""
    opened = result.quote
    assert opened is not None
    if opened.character == '"' and line[at] == "\\":
        return at + 2
    if line[at] != opened.character:
        return at + 1
    if opened.character == "'" and line[at + 1 : at + 2] == "'":
        return at + 2
    result.quote = None
    if opened.line < number:
        result.quotes.append((opened, number))
    return at + 1


def indent(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


# Values that cannot stand where they do


def number_hint(text: str) -> str:
    """How a number would be written that is not written as one: '' for what is no number."""
    plain = text.strip()
    if re.fullmatch(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?", plain):
        return " (without quotes)"
    if re.fullmatch(r"[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+", plain):
        return (
            f" (a comma is no part of a number: {plain.replace(',', '')}, or "
            f"{plain.replace(',', '.', 1)})"
        )
    if pointed := decimal_point(plain):
        return pointed
    if re.fullmatch(r"[-+]?[0-9]+(_[0-9]+)+", plain):
        return f" (did you mean {plain.replace('_', '')}?)"
    if percent := re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,15})?)\s*%", plain):
        return f" (did you mean {float(Fraction(percent[1]) / 100):.12g}?)"
    return ""


def decimal_point(text: str) -> str:
    """What to write for a number, with or without a unit, whose decimals follow a comma; '' for
    anything else."""
    match = re.fullmatch(r"\s*([-+]?[0-9]{1,15}),([0-9]{1,15})\s*(%|/?\s*[A-Za-z]{0,2})\s*", text)
    return (
        f" (did you mean {match[1]}.{match[2]}{match[3]}, with a decimal point?)" if match else ""
    )


def percent_hint(text: str) -> str:
    """How a percentage would be written that is not written as one; '' for what is none."""
    match = re.fullmatch(
        r"\s*([0-9]{1,3}(?:[.,][0-9]{1,15})?)\s*(%|percent|per cent|pct)\.?\s*", text
    )
    if match is None:
        return ""
    point = ", with a decimal point" if "," in match[1] else ""
    return f" (did you mean {match[1].replace(',', '.')}%{point}?)"


def truth_hint(value: Any) -> str:
    """The truth value that a word or a number stands for: yes, on, 1; '' for anything else."""
    word = str(value).casefold()
    if word in ("true", "false"):
        return " (without quotes)"
    truth = (
        "true"
        if word in ("yes", "on", "y", "1")
        else "false"
        if word in ("no", "off", "n", "0")
        else ""
    )
    return f" (did you mean {truth}?)" if truth else ""


def nearest_word(value: Any, options: Sequence[str]) -> str:
    """The nearest of some words; on and off for what YAML or people call yes and no."""
    switch = {"yes": "on", "true": "on", "no": "off", "false": "off"}.get(str(value).casefold(), "")
    if switch in options:
        return f" (did you mean {switch}?)"
    return nearest(value, options) if isinstance(value, str) else ""
