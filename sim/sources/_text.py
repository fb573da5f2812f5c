"""The text of a file whose encoding nobody named: byte order marks, UTF-8, or what Windows
writes."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import InvalidInput, LeaderstreamError, Problem, UsageError
from sim.files import IMPORT_BYTES, read_regular
from sim.sources.oddities import Oddities

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096


def bytes_of(path: Path, name: str) -> bytes:
    """The bytes of a file; InvalidInput where it cannot be read or holds nothing."""
    try:
        data = read_regular(path, IMPORT_BYTES)
    except FileNotFoundError:
        raise refused(name, "there is no such file") from None
    except IsADirectoryError:
        raise refused(name, "is a folder; a table is a file (CSV or Excel)") from None
    except OSError as error:
        raise refused(name, f"cannot be read: {error.strerror or 'not a file name'}") from None
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise refused(name, "is empty")
    return data


def refused(name: str, message: str, line: int = 0) -> InvalidInput:
    """The error of a file that cannot be used."""
    return InvalidInput([Problem(name, line, 1 if line else 0, "", message)])


@contextmanager
def damage_said(name: str, message: str) -> Iterator[None]:
    """InvalidInput in place of whatever the readers of packed files raise of a damaged one.

    message: what is said, with {error} for what they said.
    """
    try:
        yield
    except (LeaderstreamError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib, openpyxl and their parsers raise of many kinds
        raise refused(name, message.format(error=error)) from None


def text_of(data: bytes, name: str, oddities: Oddities, encoding: str | None = None) -> str:
    """The text of a file, every line ended by a line feed alone.

    encoding: what the user says it is; else its byte order mark, UTF-8, or Windows-1252, which is
    reported. InvalidInput for bytes that are no text; UsageError for an encoding nobody knows.
    """
    if encoding is not None:
        text = _said(data, name, encoding)
    else:
        text = _found(data, name, oddities)
    if "\0" in text:
        raise refused(name, "is no text: it holds NUL characters; expected CSV or Excel (.xlsx)")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _said(data: bytes, name: str, encoding: str) -> str:
    try:
        known = codecs.lookup(encoding)
    except LookupError:
        raise UsageError(
            f"--encoding {encoding}: no such encoding; such as utf-8, utf-16, cp1252, latin-1"
        ) from None
    try:
        return data.decode("utf-8-sig" if known.name == "utf-8" else encoding).lstrip("\ufeff")
    except UnicodeError as error:
        place = getattr(error, "start", 0)
        line = data[:place].count(b"\n") + 1
        raise refused(name, f"is not {encoding} text", line) from None


def _found(data: bytes, name: str, oddities: Oddities) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeError:
                message = "has a byte order mark, but what follows is not text of that kind"
                raise refused(name, message) from None
    if wide := _wide(data[:_SAMPLE]):
        oddities.add(name, "encoding", "file of UTF-16 text without a mark", f"read as {wide}")
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    try:
        text = data.decode("cp1252")
        kind = "Windows-1252 (Latin-1)"
    except UnicodeDecodeError:
        text, kind = data.decode("latin-1"), "Latin-1"
    cells = text.split("\n", line)[line - 1].strip()
    oddities.add(
        name,
        "encoding",
        "file that is not UTF-8 text",
        f"read as {kind}",
        [f"{name}:{line}: {cells[:60]}"],
        hint="if letters look wrong, name the encoding: --encoding",
    )
    return text


def _wide(sample: bytes) -> str:
    """utf-16-le or -be for text in which every second byte is mostly zero, else ''."""
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if half and sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""
