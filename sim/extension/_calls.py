"""Asking a rule in Python: every input read-only, every answer checked, and checked to be the same
again."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np

from sim.extension.declared import Rule
from sim.extension.families import (
    NUMBERS,
    PASSING,
    ROW,
    SCORES,
    SUM_WITHIN,
    TABLE,
    TRUTH,
    VALUE,
    WHOLES,
)
from sim.extension.honest import offences

Answer = bool | float | tuple[float, float] | list[float]


class InvalidRule(Exception):
    """A rule did what no rule may: its message names the rule, what it did, the leader, the issue
    and the tick."""


class InvalidRun(Exception):
    """A rule did what no rule may, in compiled code: played on the Mesa driver, the same run says
    which, and where."""


class BoundRule:
    """A rule with the values of its parameters, to be asked with all the inputs of its family.

    name: as the scenario names it. values: of its parameters, in the order in which they are
    declared.
    """

    def __init__(self, rule: Rule, name: str, values: tuple[float, ...]) -> None:
        self.rule, self.name = rule, name
        self.values = dict(zip(rule.parameters, values, strict=True))

    @cached_property
    def wants(self) -> frozenset[str]:
        """The inputs that it asks for."""
        return frozenset(self.rule.arguments) - set(self.values)

    @cached_property
    def _offences(self) -> list[str]:
        return offences(self.rule.function)

    def __call__(self, where: object, length: int, inputs: dict[str, Any]) -> Answer:
        """What the rule answers, checked. `where` says of whom and when, `length` how long an array
        must be.

        inputs: at least those it wants; lists become arrays, tables are lists of rows.
        InvalidRule where the answer or the rule is invalid.
        """
        if self._offences:
            raise self._invalid(where, "; ".join(self._offences))
        forms = self.rule.of.inputs
        given = {name: _frozen(forms[name].form, inputs[name]) for name in self.wants} | self.values
        answer = self._once(where, given, length)
        again = self._once(where, given, length)
        if answer != again:
            raise self._invalid(where, f"answers {answer} and then, asked the same again, {again}")
        return answer

    def _once(self, where: object, given: dict[str, Any], length: int) -> Answer:
        try:
            with np.errstate(all="ignore"):
                answer = self.rule.function(**given)
        except Exception as error:
            what = "changes what it is given" if "read-only" in str(error) else "raises"
            raise self._invalid(where, f"{what}: {type(error).__name__}: {error}") from error
        return self._checked(where, answer, length)

    def _checked(self, where: object, answer: Any, length: int) -> Answer:
        form, low, high = self.rule.of.answer, self.rule.of.low, self.rule.of.high
        if form == TRUTH:
            if not isinstance(answer, bool | np.bool_):
                raise self._invalid(
                    where, f"answers {answer!r:.60}, where True or False is expected"
                )
            return bool(answer)
        if form == VALUE:
            return self._number(where, answer, low, high)
        if form == PASSING:
            if isinstance(answer, tuple) and len(answer) == 2:
                return self._number(where, answer[0], low, high), self._number(
                    where, answer[1], 0.0, math.inf
                )
            return self._number(where, answer, low, high)
        assert form in (SCORES, ROW)
        if not isinstance(answer, np.ndarray) or answer.shape != (length,):
            raise self._invalid(
                where, f"answers {answer!r:.60}, where an array of {length} numbers is expected"
            )
        numbers = [self._number(where, one, low, high) for one in answer.tolist()]
        if form == ROW and abs(_total(numbers) - 1.0) > SUM_WITHIN:
            raise self._invalid(
                where, f"answers shares that sum to {_total(numbers):.12g}, not to 1"
            )
        return numbers

    def _number(self, where: object, answer: Any, low: float, high: float) -> float:
        if isinstance(answer, bool | np.bool_) or not isinstance(
            answer, int | float | np.integer | np.floating
        ):
            raise self._invalid(where, f"answers {answer!r:.60}, where a number is expected")
        number = float(answer)
        if not low <= number <= high or math.isinf(number):
            raise self._invalid(
                where, f"answers {number:g}, where a number from {low:g} to {high:g} is expected"
            )
        return number

    def _invalid(self, where: object, what: str) -> InvalidRule:
        return InvalidRule(f"the {self.rule.family} rule {self.name} {what} ({where})")


def _total(numbers: list[float]) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total


def _frozen(form: str, value: Any) -> Any:
    if form not in (NUMBERS, WHOLES, TABLE):
        return value
    array = np.array(value, dtype=np.int64 if form == WHOLES else np.float64)
    array.flags.writeable = False
    return array
