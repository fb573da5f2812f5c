"""The kinds of value a scenario holds: how it is read and written, what it allows, its JSON Schema.

A kind is put on a field with `Annotated[type, kind]`. It never converts silently: a truth value is
no number, infinity no size, a number no text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import fsum, inf, isfinite
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.errors import nearest
from sim.scenario._hints import nearest_word, number_hint, percent_hint, truth_hint
from sim.scenario.keys.facts import FrozenDict

_DEVICES = {"con": "", "prn": "", "aux": "", "nul": "", "com": "[0-9]", "lpt": "[0-9]"}
# What Windows takes for a device and not for a file, in letters of any case (Microsoft, Naming
# Files, Paths, and Namespaces). JSON Schema has no way to say "any case".
_DEVICE = "|".join(
    "".join(f"[{letter.upper()}{letter}]" for letter in name) + number
    for name, number in _DEVICES.items()
)
NAME = rf"(?!(?:{_DEVICE})$)[A-Za-z0-9_-]{{1,64}}"
# A position may be called as in the organisation's own records: "Vice President",
# "Geschäftsführung".
LABEL = r"[^\s.\x00-\x1f](?:[^.\x00-\x1f]{0,62}[^\s.\x00-\x1f])?"
SHARE = r"[0-9]{1,3}(\.[0-9]{1,15})?\s*%"


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, eq=False)
class ValueType:
    """A kind of value: `type` names it, `allowed` what it may be; `read` raises ValueError with a
    hint."""

    type: str
    allowed: str
    schema: dict[str, Any]
    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = _same
    whole: bool = field(default=False)  # a duration that must be a whole number of ticks

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.validate,
            serialization=core_schema.plain_serializer_function_ser_schema(self.write),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.schema)

    def validate(self, value: Any) -> Any:
        """The value as read; pydantic's own error with a complete sentence otherwise."""
        if value is None:
            message = f"has no value: expected {self.allowed}; or remove the key"
            raise PydanticCustomError("value", "{message}", {"message": message})
        try:
            return self.read(value)
        except ValueError as error:
            message = f"{display(value)} is not allowed: expected {self.allowed}{error}"
            raise PydanticCustomError("value", "{message}", {"message": message}) from None


def display(value: Any) -> str:
    """A value as an error message shows it, cut to a readable length."""
    if isinstance(value, dict | list | tuple):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = (
        repr(value)
        if isinstance(value, str)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True)
class Range:
    """The numbers from `low` to `high`; `above` and `below` say that the end itself is left out."""

    low: float = -inf
    high: float = inf
    above: bool = False
    below: bool = False

    def __str__(self) -> str:
        low = f"above {plainly(self.low)}" if self.above else f"from {plainly(self.low)}"
        return low + (
            f" to {'below ' if self.below else ''}{plainly(self.high)}" if self.high < inf else ""
        )

    def check(self, value: float) -> None:
        """ValueError, naming the nearest end that is allowed, for a number outside."""
        if value < self.low or (self.above and value == self.low):
            raise ValueError("" if self.above else f" (nearest: {plainly(self.low)})")
        if value > self.high or (self.below and value == self.high):
            raise ValueError("" if self.below else f" (nearest: {plainly(self.high)})")

    def schema(self) -> dict[str, Any]:
        """The range in JSON Schema's words."""
        ends = {
            "exclusiveMinimum" if self.above else "minimum": self.low,
            "exclusiveMaximum" if self.below else "maximum": self.high,
        }
        return {
            key: int(end) if end == int(end) else end for key, end in ends.items() if isfinite(end)
        }


def plainly(number: float) -> str:
    """A number without exponent and needless zeros."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:.12f}" if abs(number) < 1 else f"{number:.6f}"
    return text.rstrip("0").rstrip(".")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(number_hint(value) if isinstance(value, str) else "")
    if not isfinite(value):
        raise ValueError(" (a finite number)")
    return float(value) + 0.0  # no negative zero: it would be written differently from zero


def number(within: Range, nothing: str | None = None) -> ValueType:
    """A finite number within a range; the word `nothing` is read as None."""

    def read(value: Any) -> float | None:
        if nothing and isinstance(value, str):
            if value == nothing:
                return None
            raise ValueError(number_hint(value) or nearest(value, [nothing]))
        within.check(result := _number(value))
        return result

    schema: dict[str, Any] = {"type": "number", **within.schema()}
    if nothing is None:
        return ValueType("number", f"a number {within}", schema, read)
    write = lambda v: nothing if v is None else v  # noqa: E731
    return ValueType(
        "number",
        f"a number {within}, or {nothing}",
        {"anyOf": [schema, {"enum": [nothing]}]},
        read,
        write,
    )


def truth() -> ValueType:
    """Yes or no, written true or false."""

    def read(value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(truth_hint(value))
        return value

    return ValueType("truth value", "true or false", {"type": "boolean"}, read)


MOST_ROWS = 64


def matrix() -> ValueType:
    """A square matrix of shares whose rows sum to 1; 'none' is read as None."""
    allowed = (
        f"a list of up to {MOST_ROWS} rows, each with as many shares from 0 to 1 that sum to "
        f"1; or none"
    )

    def read(value: Any) -> tuple[tuple[float, ...], ...] | None:
        if value == "none":
            return None
        if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST_ROWS:
            raise ValueError("")
        rows = []
        for at, row in enumerate(value, 1):
            if not isinstance(row, list | tuple) or len(row) != len(value):
                raise ValueError(f" (row {at} must be a list of {len(value)} numbers)")
            numbers = tuple(_number(item) for item in row)
            if min(numbers) < 0.0 or abs(fsum(numbers) - 1.0) > 1e-9:
                raise ValueError(f" (row {at} must have no number below 0 and sum to 1)")
            rows.append(numbers)
        return tuple(rows)

    row_of_shares = {"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 1}}
    rows_of_shares = {"type": "array", "items": row_of_shares, "minItems": 1, "maxItems": MOST_ROWS}
    schema = {"anyOf": [rows_of_shares, {"enum": ["none"]}]}
    write = lambda v: "none" if v is None else [list(row) for row in v]  # noqa: E731
    return ValueType("matrix", allowed, schema, read, write)


def boundless(within: Range) -> ValueType:
    """A number within a range, or inf."""

    def read(value: Any) -> float:
        if value == "inf" or (isinstance(value, float) and value == inf):
            return inf
        within.check(result := _number(value))
        return result

    schema = {"anyOf": [{"type": "number", **within.schema()}, {"const": "inf"}]}
    return ValueType(
        "number", f"a number {within}, or inf", schema, read, lambda v: "inf" if v == inf else v
    )


def whole_number(low: int, high: int, *words: str, nothing: str | None = None) -> ValueType:
    """A whole number from `low` to `high`, or one of `words`; the word `nothing` is read as
    None."""
    spelled = [*words, *([nothing] if nothing else [])]
    within = Range(low, high)
    allowed = f"a whole number {within}" + "".join(f", or {word}" for word in spelled)

    def read(value: Any) -> int | str | None:
        if isinstance(value, str) and value in spelled:
            return None if value == nothing else value
        if isinstance(value, str):
            raise ValueError(nearest(value, spelled) or number_hint(value))
        _number(value)
        within.check(value)
        if value != int(value):
            raise ValueError(f" (nearest: {round(value)})")
        return int(value)

    schema: dict[str, Any] = {"type": "integer", **within.schema()}
    if spelled:
        schema = {"anyOf": [schema, {"enum": spelled}]}
    return ValueType(
        "whole number", allowed, schema, read, lambda v: nothing if v is None and nothing else v
    )


def share(within: Range) -> ValueType:
    """A share: a number within a range in [0, 1], or a percentage."""
    allowed = f"a share {within}, such as 0.65 or 65%"

    def read(value: Any) -> float:
        if isinstance(value, str) and re.fullmatch(SHARE, value.strip()):
            result = float(Fraction(value.strip().rstrip("%").strip()) / 100)
        else:
            if isinstance(value, str) and (hint := percent_hint(value)):
                raise ValueError(hint)
            result = _number(value)
            if 2 <= result <= 100:
                raise ValueError(f" (did you mean {plainly(result)}%?)")
        within.check(result)
        return result

    schema = {
        "anyOf": [
            {"type": "number", **within.schema()},
            {"type": "string", "pattern": f"^{SHARE}$"},
        ]
    }
    return ValueType("share", allowed, schema, read)


def choice(options: Sequence[str]) -> ValueType:
    """One of some words."""
    allowed = options[0] if len(options) == 1 else f"one of {', '.join(options)}"

    def read(value: Any) -> str:
        if isinstance(value, str) and value in options:
            return value
        raise ValueError(nearest_word(value, options))

    return ValueType("word", allowed, {"enum": list(options)}, read)


def rule_name(options: Sequence[str], family: str) -> ValueType:
    """A built-in rule of a family, or a custom one: FILE.py:NAME, or the name of an
    installed one."""
    from sim.extension.files import REFERENCE, file_of, installed, is_reference, rule_in

    allowed = f"one of {', '.join(options)}; or a custom rule, FILE.py:NAME"

    def read(value: Any) -> str:
        if isinstance(value, str) and value in options:
            return value
        if not is_reference(value):
            raise ValueError(nearest_word(value, options))
        rule_in(file_of(value), value, family)
        return str(value)

    named = [*options, *installed(family)]
    schema = {"anyOf": [{"enum": named}, {"type": "string", "pattern": f"^{REFERENCE}$"}]}
    return ValueType("word", allowed, schema, read)


def rule_parameters() -> ValueType:
    """The parameters of a custom rule, by name; None where there are none. The rule says what
    each may be."""
    allowed = "a mapping from the rule's parameters to numbers or percentages"

    def read(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            raise ValueError("")
        return FrozenDict(value) if value else None

    numbers = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{SHARE}$"}]}
    schema = {"type": "object", "additionalProperties": numbers}
    return ValueType(
        "parameters", allowed, schema, read, lambda value: None if value is None else dict(value)
    )


def values_by_key() -> ValueType:
    """Plain values by dotted keys; None where there are none."""
    allowed = "a mapping from dotted keys to their values (flow.up.delay: 3h)"

    def read(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            raise ValueError("")
        return FrozenDict(value) if value else None

    schema = {"type": "object", "additionalProperties": {"type": ["number", "string", "boolean"]}}
    return ValueType(
        "values by key", allowed, schema, read, lambda value: None if value is None else dict(value)
    )


def word(allowed: str, reserved: Sequence[str] = (), pattern: str = NAME) -> ValueType:
    """A name of at most 64 characters, by default letters, digits, - and _; a LABEL may be any text
    without a dot.

    None of `reserved`.
    """

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(" (in quotes, to be text)" if isinstance(value, int | float) else "")
        if pattern == NAME and re.fullmatch(_DEVICE, value):
            message = "Windows cannot have files of this name"
            raise ValueError(f" ({message}; such as '{value}-1')")
        if not re.fullmatch(pattern, value):
            better = re.sub(r"[^A-Za-z0-9_-]+", "-", value).strip("-")[:64]
            is_name = re.fullmatch(NAME, better)
            raise ValueError(f" (did you mean '{better}'?)" if is_name else "")
        if value in reserved:
            raise ValueError(f" (but not {', '.join(reserved)}, which have a meaning of their own)")
        return value

    return ValueType("name", allowed, {"type": "string", "pattern": f"^{pattern}$"}, read)


def pair_of_ids() -> ValueType:
    """The ids of two different leaders, read as a tuple."""
    allowed = "a list of the ids of two leaders, such as [upstream-01, downstream-07]"
    one = text(400, one_line=True)

    def read(value: Any) -> tuple[str, str]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError("")
        if any(isinstance(item, int | float) for item in value):
            raise ValueError(" (ids that are numbers in quotes)")
        first, second = (one.read(item) for item in value)
        if first == second:
            raise ValueError(f" (two different leaders, not '{first}' twice)")
        return first, second

    entry = {**one.schema, "description": "the id of a leader"}
    schema = {"type": "array", "items": entry, "minItems": 2, "maxItems": 2}
    return ValueType("pair of ids", allowed, schema, read, list)


def text(longest: int, one_line: bool = False) -> ValueType:
    """A text for people, or a path when `one_line` and not empty."""
    schema: dict[str, Any] = {"type": "string", "maxLength": longest}
    if one_line:
        schema["minLength"] = 1

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(" (in quotes)" if isinstance(value, int | float) else "")
        if len(value) > longest or (one_line and (not value.strip() or "\n" in value)):
            raise ValueError("")
        return value

    kind = "path" if one_line else "text"
    return ValueType(
        kind,
        f"{'one line' if one_line else 'a text'} of at most {longest} characters",
        schema,
        read,
    )


def one_line_label(longest: int) -> ValueType:
    """What something is called where it is shown: one line in any script, with something to see."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(" (in quotes, to be text)" if isinstance(value, int | float) else "")
        if len(value) > longest:
            raise ValueError(f"; it has {len(value)}")
        if "\n" in value or not any(unicodedata.category(c)[0] in "LNPS" for c in value):
            raise ValueError("")
        return value

    return ValueType(
        "label",
        f"one line of at most {longest} characters, not empty",
        {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"^[^\n]*\S[^\n]*$"},
        read,
    )
