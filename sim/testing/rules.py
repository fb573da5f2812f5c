"""The contract of a rule: what any custom rule must do, whatever its family, before a result
may rest on it."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, NoReturn

import numpy as np
import pytest

from sim.extension import BoundRule, InvalidRule, InvalidRun, Rule
from sim.extension.declared import declared
from sim.extension.families import FAMILIES, NUMBERS, PASSING, ROW, SCORES, TABLE, WHOLES
from sim.extension.foreign import DoesNotCompile, address
from sim.extension.honest import offences
from sim.testing.given import given, settings
from sim.testing.subject import Outside, subject
from sim.testing.subject import answer as machine_answer
from sim.testing.whole import difference, small

NEAR = 1e-9
"""How far apart two answers may be, for their size, that should be equal but for the order of
sums."""
OF_ROOMS = tuple(name for name, family in FAMILIES.items() if "positions" in family.inputs)
"""The families whose rules are told of every member of a room."""


class Case(NamedTuple):
    """A question to a rule: its inputs, the values of its parameters, and how long an array it must
    answer."""

    inputs: dict[str, Any]
    values: tuple[float, ...]
    length: int


class RuleContract:
    """What a rule must do. Inherit it, say which rule, and run pytest.

    rule: FILE.py:NAME, the file relative to the test's own; the name of an installed rule; or the
    function itself. compiles: False for a rule that is meant for the Mesa driver alone. order_free:
    False for a rule about a room that goes by the order in which the members sit, and means to.
    scenario: sections or dotted keys in which the small organisation of the whole runs should
    differ. seed: of the inputs that the tests make up.
    """

    rule: ClassVar[Any] = None
    compiles: ClassVar[bool] = True
    order_free: ClassVar[bool] = True
    scenario: ClassVar[Mapping[str, Any]] = {}
    seed: ClassVar[int] = 0

    def test_is_well_declared(self) -> None:
        """It says what it does and where that comes from, and of each parameter the range, the unit
        and the source."""
        rule = self._rule()
        lacking = (
            []
            if rule.summary != "no description"
            else ["a docstring, whose first line says what it does"]
        )
        lacking += [] if rule.source else ["its source: a study, or the word convention"]
        for name, one in rule.parameters.items():
            lacking += (
                [] if math.isfinite(one.low) or math.isfinite(one.high) else [f"a range for {name}"]
            )
            lacking += [] if one.unit else [f"a unit for {name}"]
            lacking += [] if one.source else [f"a source for the default of {name}"]
        if lacking:
            _fail(f"{self._name()} lacks {'; '.join(lacking)}")

    def test_is_honest(self) -> None:
        """It draws nothing by itself, reads no clock, and reaches for nothing outside."""
        if faults := offences(self._rule().function):
            _fail(f"{self._name()}: {'; '.join(faults)}")

    def test_answers_within_its_range(self) -> None:
        """Whatever it is asked, also with its parameters at their ends, it answers what its family
        may."""
        for case in self._cases():
            self._call(case)

    def test_is_deterministic(self) -> None:
        """Asked the same again, and in another order, it answers the same."""
        cases = list(self._cases())
        first = [_bits(self._once(case)) for case in cases]
        for at in random.Random(self.seed).sample(range(len(cases)), len(cases)):
            if (again := _bits(self._once(cases[at]))) != first[at]:
                self._fail(f"answers {first[at]} and later, asked the same, {again}", cases[at])

    def test_changes_nothing_that_it_is_given(self) -> None:
        """It leaves its inputs as they were."""
        for case in self._cases():
            mine = self._arrays(case)
            before = {name: np.array(value).tobytes() for name, value in mine.items()}
            self._quietly(mine, case)
            changed = [
                name for name, value in mine.items() if np.array(value).tobytes() != before[name]
            ]
            if changed:
                self._fail(f"changes what it is given: {', '.join(changed)}", case)

    def test_changes_nothing_else(self) -> None:
        """It answers, and that is all: what its module holds, and the random numbers of others,
        stay as they were."""
        outside = Outside(self._rule().function)
        for case in self._cases():
            self._quietly(self._arrays(case), case)
        if changed := outside.changed():
            _fail(f"{self._name()} changes {', '.join(changed)}")

    def test_does_not_go_by_the_order_of_members(self) -> None:
        """Where the same members sit in another order, it answers the same (of trust: the same for
        each)."""
        rule = self._rule()
        if rule.family not in OF_ROOMS or not self.order_free:
            pytest.skip(
                "members have no order here"
                if self.order_free
                else "goes by the order of members: order_free"
            )
        draw = random.Random(self.seed)
        for case in self._cases():
            size = len(case.inputs["power"])
            order = draw.sample(range(size), size)
            first, then = (
                self._call(case),
                self._call(case._replace(inputs=_permuted(case.inputs, order))),
            )
            expected = [first[p] for p in order] if rule.of.answer == ROW else first
            if not _near(expected, then):
                self._fail(
                    f"answers {then}, not {expected}, where members sit in the order {order}", case
                )

    def test_compiles(self) -> None:
        """The compiled driver can ask it (or cannot, as the test says)."""
        reason = self._uncompiled()
        if reason and self.compiles:
            _fail(
                f"{reason}; rewrite the line, or say compiles = False where it is for the Mesa "
                f"driver alone"
            )
        if not reason and not self.compiles:
            _fail(f"{self._name()} compiles; remove compiles = False")

    def test_compiled_it_answers_the_same(self) -> None:
        """Machine code and Python answer the same, to the last bit."""
        self._needs_machine_code()
        rule = self._rule()
        for case in self._cases():
            with np.errstate(all="ignore"):
                there = machine_answer(rule, self._name(), case.inputs, case.values, case.length)
            here = self._call(case)
            if rule.of.answer == PASSING and not isinstance(here, tuple):
                here = here, case.inputs["distortion"]
            if _bits(here) != _bits(there):
                hint = (
                    "; numpy's sums and functions may differ in the last bit: add up in a "
                    "loop, use math"
                )
                self._fail(f"answers {here!r} in Python and {there!r} compiled{hint}", case)

    def test_whole_runs_are_the_same(self) -> None:
        """A small organisation that follows it has the same tables, byte for byte, on both drivers,
        and again."""
        from sim import agents, kernel

        machine = self.compiles and not self._uncompiled()
        for values in list(settings(self._rule()))[:3]:
            difference_found = ""
            with subject(type(self), "rule").known():
                inputs = small({**self._named(values), **self.scenario})
                try:
                    mesa = agents.simulate(inputs, 0)
                    difference_found = difference(
                        mesa, (kernel if machine else agents).simulate(inputs, 0)
                    )
                except InvalidRule as error:
                    difference_found = str(error)
                except InvalidRun:
                    difference_found = "it is invalid when compiled, though valid in Python"
            if difference_found:
                _fail(
                    f"whole runs with {self._name()}, {'on both drivers' if machine else 'twice'}: "
                    f"{difference_found}"
                )

    # -- asking
    # --------------------------------------------------------------------------------------------

    def _rule(self) -> Rule:
        rule = declared(subject(type(self), "rule").thing)
        if rule is None:
            _fail(f"{self._name()} is not declared as a rule: put @rule(FAMILY) above it")
        return rule

    def _name(self) -> str:
        return subject(type(self), "rule").reference

    def _cases(self) -> Iterator[Case]:
        """Every setting of its parameters with every input of its family."""
        rule = self._rule()
        all_inputs = list(given(rule.family, self.seed))
        for values in settings(rule):
            for inputs in all_inputs:
                yield Case(inputs, values, _length(rule, inputs))

    def _call(self, case: Case) -> Any:
        """The answer, checked as the drivers check it."""
        try:
            return BoundRule(self._rule(), self._name(), case.values)(
                "made up", case.length, case.inputs
            )
        except InvalidRule as error:
            message = str(error).removesuffix(" (made up)")
        _fail(f"{message} {self._message(case)}")

    def _arrays(self, case: Case) -> dict[str, Any]:
        """The inputs that it wants, arrays as arrays that can be written to, and its parameters."""
        rule = self._rule()
        forms = {name: one.form for name, one in rule.of.inputs.items() if name in rule.arguments}
        kinds = {WHOLES: np.int64, NUMBERS: np.float64, TABLE: np.float64}
        mine = {
            name: np.array(case.inputs[name], kinds[form]) if form in kinds else case.inputs[name]
            for name, form in forms.items()
        }
        return mine | dict(zip(rule.parameters, case.values, strict=True))

    def _quietly(self, mine: dict[str, Any], case: Case) -> Any:
        try:
            with np.errstate(all="ignore"):
                return self._rule().function(**mine)
        except Exception as error:
            message = f"raises: {type(error).__name__}: {error}"
        self._fail(message, case)

    def _once(self, case: Case) -> Any:
        answer = self._quietly(self._arrays(case), case)
        return answer.tolist() if hasattr(answer, "tolist") else answer

    def _uncompiled(self) -> str:
        """Why it cannot be compiled; '' where it can."""
        try:
            address(self._rule(), self._name())
        except DoesNotCompile as error:
            return str(error)
        return ""

    def _needs_machine_code(self) -> None:
        if not self.compiles:
            pytest.skip("is for the Mesa driver alone: compiles = False")
        if reason := self._uncompiled():
            _fail(reason)

    def _named(self, values: tuple[float, ...]) -> dict[str, Any]:
        """The section of a scenario that names the rule with these parameters."""
        rule = self._rule()
        with_ = dict(zip(rule.parameters, values, strict=True))
        return {rule.of.section: {"rule": self._name()} | ({"with": with_} if with_ else {})}

    def _message(self, case: Case) -> str:
        rule = self._rule()
        wanted = {name: case.inputs[name] for name in rule.arguments if name in case.inputs}
        return f"given {wanted | dict(zip(rule.parameters, case.values, strict=True))}"

    def _fail(self, what: str, case: Case) -> NoReturn:
        _fail(f"{self._name()} {what} {self._message(case)}")


def _fail(what: str) -> NoReturn:
    pytest.fail(what, pytrace=False)


def _length(rule: Rule, inputs: dict[str, Any]) -> int:
    lengths: dict[str, Callable[[], int]] = {
        SCORES: lambda: len(inputs["positions"][0]),
        ROW: lambda: len(inputs["power"]),
    }
    return lengths.get(rule.of.answer, lambda: 0)()


def _permuted(inputs: dict[str, Any], order: list[int]) -> dict[str, Any]:
    """The same room with its members in another order."""
    size, by_alternative = len(order), ("open",)
    moved = {
        name: [value[p] for p in order]
        for name, value in inputs.items()
        if isinstance(value, list) and name not in by_alternative and len(value) == size
    }
    seats = {name: order.index(inputs[name]) for name in ("seat", "head") if name in inputs}
    return inputs | moved | seats


def _near(a: Any, b: Any) -> bool:
    if isinstance(a, list):
        return all(_near(one, other) for one, other in zip(a, b, strict=True))
    return a is b if isinstance(a, bool) else abs(a - b) <= NEAR * max(abs(a), abs(b), 1.0)


def _bits(answer: Any) -> Any:
    """An answer so that two are equal only where every bit is."""
    if isinstance(answer, list | tuple):
        return tuple(_bits(one) for one in answer)
    if answer is None or isinstance(answer, bool | np.bool_):
        return answer
    return (
        struct.pack("<d", answer).hex()
        if isinstance(answer, int | float | np.number)
        else repr(answer)
    )
