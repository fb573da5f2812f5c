"""Durations and rates as kinds of value, with the nearest valid spelling of what people write
instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sim.clock import Duration, Rate
from sim.scenario._hints import decimal_point
from sim.scenario.nodes import written
from sim.scenario.value_types import SHARE, ValueType, plainly

DURATION = r"[0-9]{1,15}(\.[0-9]{1,15})?\s*(m|h|d|w|mo|y)"
RATE = r"[0-9]{1,15}(\.[0-9]{1,15})?\s*/\s*(m|h|d|w|mo|y)"
_WORDS = {
    "m": "m",
    "h": "h",
    "d": "d",
    "w": "w",
    "y": "y",
    "mi": "m",
    "ho": "h",
    "hr": "h",
    "da": "d",
    "we": "w",
    "wk": "w",
    "mo": "mo",
    "ye": "y",
    "yr": "y",
}

_OFTEN = {
    "hourly": "1/h",
    "daily": "1/d",
    "weekly": "1/w",
    "monthly": "1/mo",
    "quarterly": "4/y",
    "yearly": "1/y",
}


@dataclass(frozen=True)
class RatePerLeader:
    """A rate for each leader of the position that raises an issue."""

    each: Rate


def duration(
    low: str = "", *, whole: bool = True, nothing: str | None = None, units: str = ""
) -> ValueType:
    """A duration; `low` "above 0" leaves zero out, `whole`: of ticks, `nothing` is read as None."""
    allowed = (
        "a duration such as 30m or 2h"
        if units
        else "a duration such as 90m, 2h, 1.5d, 3w, 6mo or 1y"
    )
    allowed += f" {low}" if low else ""
    allowed += ", a whole number of ticks" if whole else ""
    allowed += f", or {nothing}" if nothing else ""

    def read(value: Any) -> Duration | None:
        if nothing and value == nothing:
            return None
        if not isinstance(value, str) or not re.fullmatch(DURATION, value.strip()):
            raise ValueError(_unit_hint(value, ""))
        result = Duration.parse(value)
        if units and result.unit not in units:
            raise ValueError(" (in minutes or hours)")
        if low and not result.amount:
            raise ValueError("")
        return result

    schema: dict[str, Any] = {
        "type": "string",
        "pattern": f"^{DURATION if not units else DURATION.replace('(m|h|d|w|mo|y)', '[mh]')}$",
    }
    if nothing:
        schema = {"anyOf": [{"enum": [nothing]}, schema]}
    return ValueType(
        "duration",
        allowed,
        schema,
        read,
        lambda v: nothing if v is None else written(v),
        whole=whole,
    )


@dataclass(frozen=True)
class RoundLimit:
    """A number of rounds, as the limit of a forum."""

    rounds: int

    def __str__(self) -> str:
        return f"{self.rounds} round{'s' if self.rounds > 1 else ''}"


ROUNDS = r"([1-9][0-9]{0,5})\s*rounds?"


def duration_or_rounds() -> ValueType:
    """How long agreement may take: a duration, a number of rounds, or a percentage of the issue's
    half-life."""
    spell = duration()
    allowed = (
        "a duration such as 5d (a whole number of ticks), '3 rounds', or a share of the "
        "half-life such as 50%"
    )

    def read(value: Any) -> Duration | RoundLimit | float:
        text = value.strip() if isinstance(value, str) else ""
        if match := re.fullmatch(ROUNDS, text):
            return RoundLimit(int(match[1]))
        if re.fullmatch(SHARE, text):
            return float(Fraction(text.rstrip("%").strip()) / 100)
        result: Duration = spell.read(value)
        return result

    def write(value: Duration | RoundLimit | float) -> str:
        if isinstance(value, Duration):
            return written(value)
        return str(value) if isinstance(value, RoundLimit) else f"{plainly(value * 100)}%"

    options = [spell.schema, {"type": "string", "pattern": f"^({ROUNDS}|{SHARE})$"}]
    return ValueType("limit", allowed, {"anyOf": options}, read, write, whole=True)


def _rate(value: Any) -> Rate:
    if not isinstance(value, str) or not re.fullmatch(RATE, value.strip()):
        raise ValueError(_unit_hint(value, "/"))
    return Rate.parse(value)


def _unit_hint(value: Any, joint: str) -> str:
    """The nearest valid spelling of a duration or rate: '5 weeks' -> 5w, 4 -> 4h or 4d."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float) and 0 <= value < 1e15:
        return f" (did you mean {plainly(value)}{joint}h or {plainly(value)}{joint}d?)"
    if pointed := decimal_point(str(value)):
        return pointed
    if str(value).strip() in ("M", "") or re.fullmatch(
        r"\s*[0-9.]{1,15}\s*(/|per)?\s*M\s*", str(value)
    ):
        amount = re.sub(r"[^0-9.]", "", str(value))
        return (
            f" (did you mean {amount}{joint}mo, months, or {amount}{joint}m, minutes?)"
            if amount
            else ""
        )
    if joint and str(value).strip().lower() in _OFTEN:
        return f" (did you mean {_OFTEN[str(value).strip().lower()]}?)"
    match = re.fullmatch(
        r"\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(?:/|per|an?)?\s*([A-Za-z]{1,8})\.?\s*", str(value)
    )
    if match is None:
        return ""
    word = match[2].lower()
    unit = _WORDS.get(word if len(word) == 1 else word[:2])
    return f" (did you mean {match[1]}{joint}{unit}?)" if unit else ""


def rate() -> ValueType:
    """How often something happens."""
    schema = {"type": "string", "pattern": f"^{RATE}$"}
    return ValueType("rate", "a rate such as 4/w, 0.5/d or 2/y", schema, _rate, written)


SHARE_RATE = r"[0-9]{1,3}(\.[0-9]{1,15})?\s*%\s*/\s*(m|h|d|w|mo|y)"


def share_rate() -> ValueType:
    """What share is taken in a time."""

    def read(value: Any) -> Rate:
        if isinstance(value, str) and re.fullmatch(SHARE_RATE, value.strip()):
            percent, _, unit = value.partition("%")
            return Rate(Fraction(percent.strip()) / 100, unit.replace("/", "").strip())
        if isinstance(value, str) and re.fullmatch(RATE, value.strip()):
            return Rate.parse(value)
        if isinstance(value, str) and re.fullmatch(SHARE, value.strip()):
            raise ValueError(f" (did you mean {value.strip()}/y?)")
        raise ValueError("")

    def write(value: Rate) -> str:
        amount, _, unit = written(Rate(value.amount * 100, value.unit)).partition("/")
        return f"{amount}%/{unit}"

    schema = {"type": "string", "pattern": f"^({SHARE_RATE}|{RATE})$"}
    return ValueType("rate", "a share over time such as 10%/y", schema, read, write)


def total_or_per_leader() -> ValueType:
    """How often something happens, in all or for each leader."""

    def read(value: Any) -> Rate | RatePerLeader:
        if isinstance(value, dict):
            if set(value) != {"each"}:
                raise ValueError(" (the mapping has the one key 'each')")
            return RatePerLeader(_rate(value["each"]))
        return _rate(value)

    def write(value: Rate | RatePerLeader) -> Any:
        return {"each": written(value.each)} if isinstance(value, RatePerLeader) else written(value)

    text = {"type": "string", "pattern": f"^{RATE}$"}
    per_leader = {
        "type": "object",
        "properties": {"each": text},
        "required": ["each"],
        "additionalProperties": False,
    }
    allowed = "a rate such as 4/w, 0.5/d or 2/y, or {each: RATE} for every leader who may raise it"
    return ValueType("rate", allowed, {"anyOf": [text, per_leader]}, read, write)
