"""Tables as CSV for spreadsheets: no text of which is taken for a formula, and every number as exact as it was."""

from __future__ import annotations

import filecmp
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import Refused

if TYPE_CHECKING:
    import pandas as pd

FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a text that a spreadsheet takes for a formula begins with; the last four are wide forms of the first
(OWASP, CSV Injection)."""
MARK = "'"
"""Set before such a text: a spreadsheet then shows it and calculates nothing."""


def harmless(text: str) -> str:
    """The text, with a mark before it when a spreadsheet would take it for a formula."""
    return f"{MARK}{text}" if text.startswith(FORMULA) else text


def write_csv(tables: Mapping[str, pd.DataFrame], out: Path) -> list[Path]:
    """Write each table as NAME.csv in the folder `out`, all or none, and return the paths.

    UTF-8; commas; texts in quotes; numbers with as many digits as it takes to read them back exactly; a number
    that is not known is empty. Refused when a file of the name holds something else, or `out` is a file.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"{out} cannot hold tables: it, or a folder above it, is a file") from None
    paths = [out / f"{name}.csv" for name in tables]
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out) as aside:
        made = [Path(aside) / path.name for path in paths]
        for table, path in zip(tables.values(), made, strict=True):
            _write(table, path)
        _insist_on_room(paths, made)
        for path, finished in zip(paths, made, strict=True):
            os.replace(finished, path)
    return paths


def _insist_on_room(paths: Sequence[Path], made: Sequence[Path]) -> None:
    """Refused when a path is taken, unless by the very same file."""
    for path, finished in zip(paths, made, strict=True):
        if os.path.lexists(path) and not (path.is_file() and filecmp.cmp(path, finished, shallow=False)):
            raise Refused(f"{path} exists and holds something else; nothing was written")


def _write(table: pd.DataFrame, path: Path) -> None:
    columns = [_cells(table[name]) for name in table.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(_quoted(str(name)) for name in table.columns) + "\n")
        file.writelines(",".join(row) + "\n" for row in zip(*columns, strict=True))


def _cells(values: pd.Series) -> Iterator[str]:
    """The cells of a column as they stand in the file."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values.dtype):
        return (_quoted(str(text)) for text in values)
    # `repr` of a Python number is the shortest text that reads back as the very same number.
    return ("" if number != number else repr(number) for number in values.tolist())


def _quoted(text: str) -> str:
    quotes = harmless(text).replace('"', '""')
    return f'"{quotes}"'
