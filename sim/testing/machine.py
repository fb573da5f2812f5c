"""Asking a compiled rule as the compiled driver does: by its address, with pointers and lengths."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from sim.extension import Rule
from sim.extension.families import NUMBER, PASSING, ROW, SCORES, TABLE, TRUTH, WHOLE, WHOLES
from sim.extension.foreign import OKAY, address


def answer(rule: Rule, name: str, inputs: dict[str, Any], values: tuple[float, ...], length: int) -> Any:
    """What the compiled rule answers, as Python would have it; None where it is ill. DoesNotCompile when it cannot be.

    inputs: all of its family. length: of an answer that is an array. A pair is answered by a flow rule, whose second
    number is the scenario's where the rule gives but one.
    """
    arrays: list[Any] = []
    kinds: list[Any] = []
    given: list[Any] = []

    def add(kind: Any, value: Any) -> None:
        kinds.append(kind)
        given.append(value)

    def add_array(value: Any, whole: bool = False) -> Any:
        array = np.array(value, dtype=np.int64 if whole else np.float64)
        arrays.append(array)  # kept alive until it was called
        add(ctypes.c_void_p, array.ctypes.data)
        add(ctypes.c_int64, array.size)
        return array

    for key, form in ((key, one.form) for key, one in rule.of.inputs.items()):
        if form == NUMBER:
            add(ctypes.c_double, inputs[key])
        elif form == WHOLE:
            add(ctypes.c_int64, inputs[key])
        else:
            array = add_array(inputs[key], form == WHOLES)
            if form == TABLE:
                add(ctypes.c_int64, array.shape[1])
    add_array(values)
    out = add_array([0.0, inputs.get("distortion", 0.0)] if rule.of.answer == PASSING else [0.0] * max(length, 1))
    called = ctypes.CFUNCTYPE(ctypes.c_int64, *kinds)(address(rule, name))
    if called(*given) != OKAY:
        return None
    found = out.tolist()
    if rule.of.answer == TRUTH:
        return found[0] != 0.0
    if rule.of.answer == PASSING:
        return tuple(found)
    return found if rule.of.answer in (SCORES, ROW) else found[0]
