"""What was likely meant by a value that cannot stand where it does: numbers, percentages and words as people write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sim.errors import nearest


def number_hint(text: str) -> str:
    """How a number would be written that is not written as one: '' for what is no number."""
    plain = text.strip()
    if re.fullmatch(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?", plain):
        return " (without quotes)"
    if re.fullmatch(r"[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+", plain):
        return f" (a comma is no part of a number: {plain.replace(',', '')}, or {plain.replace(',', '.', 1)})"
    if pointed := decimal_point(plain):
        return pointed
    if re.fullmatch(r"[-+]?[0-9]+(_[0-9]+)+", plain):
        return f" (did you mean {plain.replace('_', '')}?)"
    if found := re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,15})?)\s*%", plain):
        return f" (did you mean {float(Fraction(found[1]) / 100):.12g}?)"
    return ""


def decimal_point(text: str) -> str:
    """What to write for a number, with or without a unit, whose decimals follow a comma; '' for anything else."""
    found = re.fullmatch(r"\s*([-+]?[0-9]{1,15}),([0-9]{1,15})\s*(%|/?\s*[A-Za-z]{0,2})\s*", text)
    return f" (did you mean {found[1]}.{found[2]}{found[3]}, with a decimal point?)" if found else ""


def percent_hint(text: str) -> str:
    """How a percentage would be written that is not written as one; '' for what is none."""
    found = re.fullmatch(r"\s*([0-9]{1,3}(?:[.,][0-9]{1,15})?)\s*(%|percent|per cent|pct)\.?\s*", text)
    if found is None:
        return ""
    point = ", with a decimal point" if "," in found[1] else ""
    return f" (did you mean {found[1].replace(',', '.')}%{point}?)"


def truth_hint(value: Any) -> str:
    """The truth value that a word or a number stands for: yes, on, 1; '' for anything else."""
    word = str(value).casefold()
    if word in ("true", "false"):
        return " (without quotes)"
    truth = "true" if word in ("yes", "on", "y", "1") else "false" if word in ("no", "off", "n", "0") else ""
    return f" (did you mean {truth}?)" if truth else ""


def nearest_word(value: Any, options: Sequence[str]) -> str:
    """The nearest of some words; on and off for what YAML or people call yes and no."""
    switch = {"yes": "on", "true": "on", "no": "off", "false": "off"}.get(str(value).casefold(), "")
    if switch in options:
        return f" (did you mean {switch}?)"
    return nearest(value, options) if isinstance(value, str) else ""
