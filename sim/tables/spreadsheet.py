"""Texts and numbers as cells of a CSV file for spreadsheets: no text is taken for a formula, every number is exact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

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


def cells(values: pd.Series) -> Iterator[str]:
    """The cells of a column as they stand in the file."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values.dtype):
        return (quoted(str(text)) for text in values)
    # `repr` of a Python number is the shortest text that reads back as the very same number.
    return ("" if number != number else repr(number) for number in values.tolist())


def quoted(text: str) -> str:
    """A text as a cell: harmless, and in quotes."""
    quotes = harmless(text).replace('"', '""')
    return f'"{quotes}"'
