"""Ids as spreadsheets write them: whole numbers with decimals, other letter cases, zeros that were dropped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

_WHOLE = re.compile(r"-?[0-9]+")
_DECIMALS = re.compile(r"(-?[0-9]+)[.,]0+")
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?([eE][-+]?[0-9]+)?")


def without_decimals(text: str) -> str:
    """A whole number that was written with decimals (1.0, or 1,0) as the whole number; anything else as it is."""
    found = _DECIMALS.fullmatch(text)
    return found[1] if found else text


def all_whole_numbers(ids: Iterable[str]) -> bool:
    """Whether every id is a whole number, with or without decimals that say nothing, so that 1.0 can only be 1."""
    return all(_WHOLE.fullmatch(without_decimals(text)) for text in ids)


def same_number(text: str, ids: Sequence[str]) -> str:
    """What to say of an unknown id that is a number: how the same number is written elsewhere, never another one.

    '' for what is no number.
    """
    value = _value(text)
    if value is None:
        return ""
    twin = next((other for other in ids if _value(other) == value), None)
    if twin is not None:
        return f"; '{twin}' is the same number written otherwise, as spreadsheets do: ids are compared as text"
    if "." in text or "," in text:
        return "; it has decimals, as spreadsheets add: format the column as text"
    if "e" in text.lower():
        return "; a spreadsheet may have shortened it: format the column as text"
    return ""


def is_number(text: str) -> bool:
    """Whether an id is a number, so that the nearest spelling is somebody else."""
    return _value(text) is not None


def alike(text: str, others: Iterable[str]) -> str:
    """' (did you mean X?...)' for a text that differs only in letter case, spaces or joints, or ''."""
    found = next((other for other in others if _folded(other) == _folded(text)), None)
    return "" if found is None else f" (did you mean '{found}'? upper and lower case and spaces count)"


def _value(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_\-\u200b\u200c\u200d\ufeff]+", "", plain)
