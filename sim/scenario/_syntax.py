"""What is wrong with a text that is no YAML: in plain words, at the place of the mistake.

A parser notices a mistake where it can go on no longer, often lines below; the mistake is looked
for from there back.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from sim.scenario._hints import ENTRY, PAIRS, Scan, Spot, indent, lines_of, scan

_NO_SPACE = re.compile(r"\s*(?:- +)*([A-Za-z_][\w.\-]*):([^\s:/][^:]*)$")
_NO_COLON = re.compile(r"\s*(?:- +)*([A-Za-z_][\w.\-]*)(?:\s+([^\s:][^:]*?))?\s*$")
_BLANK = re.compile("[\t\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]")


class Mistake(NamedTuple):
    """A mistake: its line and column, from 1, and what it is."""

    line: int
    column: int
    message: str


def mistake_in(text: str, error: yaml.MarkedYAMLError) -> Mistake | None:
    """The mistake behind a parser's error; None where it says nothing about a place."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return None
    lines = lines_of(text)
    at = Spot(min(mark.line + 1, len(lines)), mark.column + 1, text[mark.index : mark.index + 1])
    opened = scan(lines[: at.line])
    inside = bool(scan([*lines[: at.line - 1], lines[at.line - 1][: at.column - 1]]).brackets)
    return (
        _blanks(lines, at.line)
        or _quotes(opened, lines, at, error)
        or _brackets(opened, at, error, inside)
        or _colons(lines, at, error, inside)
        or _indentation(lines, at, error)
        or _characters(lines, at, error)
        or _as_parsed(at, error)
    )


def _blanks(lines: list[str], last: int) -> Mistake | None:
    """A tab, or a space of another kind, among the spaces that a line begins with."""
    for number, line in enumerate(lines[:last], 1):
        margin = line[: len(line) - len(line.lstrip())]
        if line.strip() and (wrong := _BLANK.search(margin)):
            what = "a tab" if wrong[0] == "\t" else "a space of another kind (no-break or wide)"
            message = (
                f"{what} in the indentation; YAML takes only plain spaces there: replace it "
                f"with spaces"
            )
            return Mistake(number, wrong.start() + 1, message)
    return None


def _quotes(
    scanned: Scan, lines: list[str], at: Spot, error: yaml.MarkedYAMLError
) -> Mistake | None:
    """A quotation mark that is not closed, or closed too early."""
    for opened, ends in scanned.quotes:
        if ends in (0, at.line):
            message = (
                f"a quotation mark ({opened.character}) opens here and is not closed on its line"
            )
            return Mistake(opened.line, opened.column, message)
    before = lines[at.line - 1][: at.column - 1].rstrip()
    if before[-1:] in ("'", '"') and before[-1:] and "expected" in (error.problem or ""):
        twice = "write it twice ('')" if before[-1] == "'" else 'put a backslash before it (\\")'
        message = (
            f"text follows a closing quotation mark ({before[-1]}); inside a quoted text {twice}"
        )
        return Mistake(at.line, at.column, message)
    if "unknown escape" in (error.problem or ""):
        message = (
            "a backslash inside double quotes has a meaning of its own; write it twice, or "
            "use single quotes"
        )
        return Mistake(at.line, max(at.column - 1, 1), message)
    return None


def _brackets(scanned: Scan, at: Spot, error: yaml.MarkedYAMLError, inside: bool) -> Mistake | None:
    """A bracket that is not closed or closed by another; a comma that is missing between two
    entries."""
    if scanned.unclosed is not None:
        return _open(scanned.unclosed)
    if scanned.crossed is not None:
        opened, closed = scanned.crossed
        where = "" if opened.line == closed.line else f" on line {closed.line}"
        message = (
            f"'{opened.character}' opens here and '{closed.character}' closes it{where}; write"
        )
        return Mistake(opened.line, opened.column, f"{message} '{PAIRS[opened.character]}' there")
    problem = error.problem or ""
    if scanned.brackets and "<stream end>" in problem:
        return _open(scanned.brackets[-1])
    if (
        at.character
        and at.character in ",]}"
        and ("expected the node content" in problem or not inside)
    ):
        message = "has no value before it" if inside or at.character == "," else "closes nothing"
        return Mistake(at.line, at.column, f"'{at.character}' {message}")
    if inside and at.character != ":" and "but got" in problem:
        return Mistake(
            at.line, at.column, "a comma, or the closing bracket, is missing before this"
        )
    return None


def _open(spot: Spot) -> Mistake:
    message = (
        f"'{spot.character}' opens here and is not closed: '{PAIRS[spot.character]}' is missing"
    )
    return Mistake(spot.line, spot.column, message)


def _colons(
    lines: list[str], at: Spot, error: yaml.MarkedYAMLError, inside: bool
) -> Mistake | None:
    """A colon that is missing, lacks its space, or stands twice."""
    problem = error.problem or ""
    if inside and at.character == ":":
        before = lines[at.line - 1][: at.column - 1]
        word = re.search(r"[^\s,\[{]+$", before)
        message = f"a comma is missing before '{word[0] if word else ''}'"
        return Mistake(at.line, (word.start() if word else at.column - 1) + 1, message)
    if (
        "mapping values are not allowed" not in problem
        and "could not find expected ':'" not in problem
    ):
        return None
    start = (
        error.context_mark.line + 1
        if error.context_mark and "simple key" in (error.context or "")
        else at.line
    )
    for number in dict.fromkeys((start, _above(lines, at.line), at.line)):
        line = re.sub(r"\s+#.*$", "", lines[number - 1]) if number else ""
        if without := _NO_SPACE.fullmatch(line):
            message = f"a colon needs a space after it: {without[1]}: {without[2].strip()}"
            return Mistake(number, without.end(1) + 1, message)
        without = _NO_COLON.fullmatch(line)
        if (without and number != at.line) or (without and "could not find" in problem):
            written = f"{without[1]}: {without[2] or ''}".rstrip()
            return Mistake(
                number, without.end(1) + 1, f"a colon is missing after '{without[1]}': {written}"
            )
    if ENTRY.match(lines[at.line - 1][: at.column - 1]):
        message = "a second colon in one line; put a text that holds a colon in quotes"
        return Mistake(at.line, at.column, message)
    return None


def _above(lines: list[str], number: int) -> int:
    """The line before that is neither blank nor a comment; 0 where there is none."""
    kept = [
        n
        for n in range(1, number)
        if lines[n - 1].strip() and not lines[n - 1].lstrip().startswith("#")
    ]
    return kept[-1] if kept else 0


def _indentation(lines: list[str], at: Spot, error: yaml.MarkedYAMLError) -> Mistake | None:
    """A line that is indented otherwise than those it belongs to."""
    problem, line = error.problem or "", lines[at.line - 1]
    here, above = indent(line), _above(lines, at.line)
    if "mapping values are not allowed" in problem and above and here > indent(lines[above - 1]):
        name = lines[above - 1].split(":")[0].strip()
        message = (
            f"is indented deeper than '{name}' above, which has a value already: indent both alike"
        )
        return Mistake(at.line, here + 1, message)
    if "<block end>" in problem and error.context_mark is not None and above:
        wanted = error.context_mark.column
        if here != wanted:
            fitting = " or ".join(
                str(n) for n in sorted({wanted, indent(lines[above - 1])} - {here})
            )
            message = f"is indented by {_spaces(here)}, unlike the lines above (there: {fitting})"
            return Mistake(at.line, here + 1, message)
        if line.lstrip().startswith("- "):
            return Mistake(
                at.line, here + 1, "an entry of a list ('- ') stands among the keys of a mapping"
            )
        return Mistake(at.line, at.column, "is neither a key nor an entry of the list above")
    return None


def _spaces(count: int) -> str:
    return "1 space" if count == 1 else f"{count} spaces"


def _characters(lines: list[str], at: Spot, error: yaml.MarkedYAMLError) -> Mistake | None:
    """Characters that mean something of their own where they stand."""
    problem, context = error.problem or "", error.context or ""
    if "sequence entries are not allowed" in problem:
        message = (
            "a list with '- ' begins on the line below its key; on one line it is written [a, b]"
        )
        return Mistake(at.line, at.column, message)
    if "cannot start any token" in problem:
        what = "a tab" if at.character == "\t" else f"'{at.character}'"
        message = f"{what} cannot begin a value; put the text in quotes"
        return Mistake(
            at.line,
            at.column,
            message if at.character != "\t" else "a tab where a value begins; use spaces",
        )
    if "alias" in context or "anchor" in context:
        where = error.context_mark
        column = where.column + 1 if where and where.line + 1 == at.line else at.column
        message = (
            "'*' and '&' have a meaning of their own at the beginning of a value; put the "
            "text in quotes"
        )
        return Mistake(at.line, column, message)
    if "directive" in context or "<document start>" in problem:
        first = next(
            (number for number, line in enumerate(lines, 1) if line.startswith("%")), at.line
        )
        return Mistake(
            first, 1, "a line that begins with '%' has a meaning of its own; put the text in quotes"
        )
    return None


def _as_parsed(at: Spot, error: yaml.MarkedYAMLError) -> Mistake:
    """What the parser says, where nothing plainer is known."""
    why = ": ".join(part for part in (error.context, error.problem) if part)
    return Mistake(at.line, at.column, f"is no YAML: {why}")
