"""Rules as machine code: they answer as Python does, to the last bit; what cannot be compiled is
told by its line."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from sim.extension import rule
from sim.extension.declared import declared
from sim.extension.foreign import DoesNotCompile, address
from sim.testing.subject import answer

INPUTS = {"own": 0, "hops": 3, "variance": 0.1, "levels": 1, "influence": 1.0, "engagement": 0.8}


def assess(function):
    return declared(rule("assess")(function))


def compiled(made, **inputs):
    return answer(made, made.name, INPUTS | inputs, (), 0)


def _faded(base, hops):
    return base**hops


def test_powers_are_pythons_to_the_last_bit_wherever_they_stand():
    def powers(variance, hops, influence):
        result = _faded(variance, hops) + variance**3 + variance**0.5
        result **= 2
        return result + 2**hops + influence**hops * 0.5

    made, draw = assess(powers), random.Random(1)
    for _ in range(300):
        given = {
            "variance": draw.random(),
            "hops": draw.randrange(12),
            "influence": 2.0 * draw.random(),
        }
        assert compiled(made, **given) == powers(**given)


@pytest.mark.parametrize(
    ("variance", "hops", "invalid"),
    [(0.0, -1, True), (1e200, 2, True), (0.0, 0, False), (1.0, -1, False), (-8.0, 1, True)],
)
def test_powers_that_python_refuses_are_invalid_in_machine_code_too(variance, hops, invalid):
    def power(variance, hops):
        return variance**hops if variance >= 0.0 else variance**0.5 * hops

    made = assess(power)
    assert (compiled(made, variance=variance, hops=hops) is None) == invalid


@pytest.mark.parametrize(
    "function",
    [
        lambda own, hops: 1.0 / (hops - 3),
        lambda hops: -1.0,
        lambda variance: math.sqrt(variance) * np.nan,
        lambda variance: np.array([1.0, 2.0])[7],
    ],
    ids=["divides-by-zero", "out-of-range", "no-number", "beyond-an-array"],
)
def test_an_invalid_answer_is_no_answer(function):
    assert compiled(assess(function)) is None


@pytest.mark.parametrize(
    ("family", "function", "said"),
    [
        ("consensus", lambda support: support, "answers float64, where True or False is expected"),
        ("assess", lambda own: own > 0, "answers bool, where a number is expected"),
        ("power", lambda positions: positions, "where an array of numbers is expected"),
        (
            "persuade",
            lambda power: power[0],
            "answers float64, where an array of numbers is expected",
        ),
        (
            "flow",
            lambda openness: (openness, 1.0, 2.0),
            "a probability, or a probability and a variance is expected",
        ),
        ("assess", lambda own: {"a": own}["b"] + undefined, "does not compile"),  # noqa: F821
        ("assess", lambda own: float(f"{own:.2f}"), "does not compile"),
    ],
)
def test_what_cannot_be_compiled_is_told_with_its_line(family, function, said):
    line = function.__code__.co_firstlineno
    with pytest.raises(DoesNotCompile) as error:
        address(declared(rule(family)(function)), "my_rules.py:it")
    assert f"my_rules.py:it: line {line}" in str(error.value)
    assert said in str(error.value)


def test_an_array_that_is_given_cannot_be_written_to():
    def writes(power):
        power[0] = 1.0
        return power

    line = writes.__code__.co_firstlineno + 1
    with pytest.raises(DoesNotCompile, match=f"my_rules.py:it: line {line} does not compile"):
        address(declared(rule("persuade")(writes)), "my_rules.py:it")


def test_a_rule_is_compiled_once():
    made = assess(lambda own: 1.0)
    assert address(made, "a") == address(made, "a")
