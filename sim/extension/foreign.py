"""A rule as machine code: a function of C's kind whose address the compiled driver calls.

The driver is compiled once, whatever rules there are: it finds their addresses among its numbers. A
rule gets views of the driver's own arrays, typed so that it cannot be compiled if it writes to
them; indices are checked, and whatever it raises is caught, as is an answer that may not be.
"""

from __future__ import annotations

import re
import threading
import types
from functools import cache
from typing import Any

from sim.compiler import register
from sim.errors import LeaderstreamError
from sim.extension.declared import Rule, declared
from sim.extension.families import (
    NUMBER,
    NUMBERS,
    PASSING,
    ROW,
    SCORES,
    SUM_WITHIN,
    TABLE,
    TRUTH,
    VALUE,
    WHOLE,
    WHOLES,
)
from sim.extension.honest import offences

OKAY, INVALID = 0, 1


class DoesNotCompile(LeaderstreamError):
    """A rule cannot be compiled: its message says where and why. It can be run by the Mesa
    driver."""

    exit_code = 2


_one_at_a_time = threading.RLock()


def address(rule: Rule, name: str) -> int:
    """Where the compiled rule is, for as long as the process lasts. DoesNotCompile when it cannot
    be compiled.

    `name` is how messages call it. The function at the address takes the inputs of its family in
    order (arrays as pointer and length, `positions` and `open` with the number of alternatives
    after it), then its parameters and the place for its answer as arrays of floats, and returns
    OKAY or INVALID.
    """
    with _one_at_a_time:
        return int(_compiled(rule.function, name).address)


@cache
def _compiled(function: Any, name: str) -> Any:
    import numba

    rule = declared(function)
    assert rule is not None
    if wrong := offences(rule.function):
        raise DoesNotCompile(f"{name}: {'; '.join(wrong)}")
    try:
        inner, answer = _inner(rule)
        _expect(rule, name, answer)
        signature, text = _wrapper(rule, isinstance(answer, numba.types.BaseTuple))
        space: dict[str, Any] = {
            "inner": inner,
            "carray": numba.carray,
            "f8": numba.float64,
            "i8": numba.int64,
        }
        exec(compile(text, f"<wrapper of {name}>", "exec"), space)
        return numba.cfunc(signature, error_model="python")(space["wrapper"])
    except DoesNotCompile:
        raise
    except (
        Exception
    ) as error:  # numba has errors of its own, and raises others for what it never thought of
        raise DoesNotCompile(_numba_message(rule, name, error)) from None


def _inner(rule: Rule) -> tuple[Any, Any]:
    """The rule compiled for read-only arrays, and the type of its answer."""
    import numba

    forms = rule.of.inputs
    kinds = {
        NUMBER: numba.float64,
        WHOLE: numba.int64,
        NUMBERS: numba.types.Array(numba.float64, 1, "C", readonly=True),
        WHOLES: numba.types.Array(numba.int64, 1, "C", readonly=True),
        TABLE: numba.types.Array(numba.float64, 2, "C", readonly=True),
    }
    _helpers(rule.function, set())
    signature = tuple(
        kinds[forms[name].form] if name in forms else numba.float64 for name in rule.arguments
    )
    inner = numba.njit(signature, **_as_python())(rule.function)
    return inner, inner.overloads[signature].signature.return_type


def _as_python() -> dict[str, Any]:
    """How numba compiles what must answer, and fail, as it does in Python."""
    from sim.extension._powers import Compiler

    return {
        "error_model": "python",
        "boundscheck": True,
        "fastmath": False,
        "pipeline_class": Compiler,
    }


def _helpers(function: Any, seen: set[Any]) -> None:
    """Make what a rule calls callable from compiled code: plain functions of its own file, and the
    project's own."""
    from numba.extending import register_jitable

    for name in function.__code__.co_names:
        thing = function.__globals__.get(name)
        if not isinstance(thing, types.FunctionType) or thing in seen or thing is function:
            continue
        seen.add(thing)
        if thing.__module__ == function.__module__:
            _helpers(thing, seen)
            register_jitable(**_as_python())(thing)
        elif thing.__module__.startswith("sim."):
            register()


def _expect(rule: Rule, name: str, answer: Any) -> None:
    import numba

    form, line = rule.of.answer, rule.function.__code__.co_firstlineno
    number = isinstance(answer, numba.types.Float | numba.types.Integer) and not isinstance(
        answer, numba.types.Boolean
    )
    pair = isinstance(answer, numba.types.BaseTuple) and len(answer) == 2
    array = isinstance(answer, numba.types.Array) and answer.ndim == 1
    fits = {
        TRUTH: isinstance(answer, numba.types.Boolean),
        VALUE: number,
        PASSING: number or pair,
        SCORES: array,
        ROW: array,
    }
    expected = {
        TRUTH: "True or False",
        VALUE: "a number",
        PASSING: "a probability, or a probability and a variance",
        SCORES: "an array of numbers",
        ROW: "an array of numbers",
    }
    if not fits[form]:
        raise DoesNotCompile(
            f"{name}: line {line}: answers {answer}, where {expected[form]} is expected"
        )


def _wrapper(rule: Rule, pair: bool) -> tuple[Any, str]:
    """The type and the text of the function that the driver calls."""
    from numba import float64, int64
    from numba import types as of

    names, kinds, views = [], [], []
    for name, given in rule.of.inputs.items():
        if given.form in (NUMBER, WHOLE):
            names.append(name)
            kinds.append(float64 if given.form == NUMBER else int64)
            continue
        names += [f"{name}_at", f"{name}_size"]
        kinds += [of.voidptr, int64]
        shape = f"({name}_size,)"
        if given.form == TABLE:
            names.append(f"{name}_wide")
            kinds.append(int64)
            shape = f"({name}_size // {name}_wide, {name}_wide)"
        if name in rule.arguments:
            views.append(
                f"{name} = carray({name}_at, {shape}, {'i8' if given.form == WHOLES else 'f8'})"
            )
    names += ["given_at", "given_size", "out_at", "out_size"]
    kinds += [of.voidptr, int64, of.voidptr, int64]
    places = {name: f"given[{place}]" for place, name in enumerate(rule.parameters)}
    call = f"inner({', '.join(places.get(name, name) for name in rule.arguments)})"
    lines = [
        f"def wrapper({', '.join(names)}):",
        "    given = carray(given_at, (given_size,), f8)",
        "    out = carray(out_at, (out_size,), f8)",
        *(f"    {view}" for view in views),
        "    try:",
        f"        answer = {call}",
        "    except Exception:",
        f"        return {INVALID}",
        *(f"    {line}" for line in _store(rule, pair)),
        f"    return {OKAY}",
    ]
    return int64(*kinds), "\n".join(lines) + "\n"


def _store(rule: Rule, pair: bool) -> list[str]:
    """The lines that check an answer and put it in its place."""
    low, high = repr(rule.of.low), repr(rule.of.high)
    form = rule.of.answer
    if form == TRUTH:
        return ["out[0] = 1.0 if answer else 0.0"]
    if form == VALUE or (form == PASSING and not pair):
        return ["out[0] = answer", f"if not ({low} <= out[0] <= {high}):", f"    return {INVALID}"]
    if form == PASSING:
        return [
            "out[0] = answer[0]",
            "out[1] = answer[1]",
            f"if not ({low} <= out[0] <= {high} and 0.0 <= out[1] < 1e300):",
            f"    return {INVALID}",
        ]
    lines = [
        "if len(answer) != out_size:",
        f"    return {INVALID}",
        "total = 0.0",
        "for at in range(out_size):",
        "    out[at] = answer[at]",
        "    total += out[at]",
        f"    if not ({low} <= out[at] <= {high}):",
        f"        return {INVALID}",
    ]
    if form == ROW:
        lines += [
            f"if not (-{SUM_WITHIN!r} <= total - 1.0 <= {SUM_WITHIN!r}):",
            f"    return {INVALID}",
        ]
    return lines


def _numba_message(rule: Rule, name: str, error: Exception) -> str:
    """What numba says, in a line, with the line of the file that it is about."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = [
        int(found)
        for found in re.findall(r"\((\d+)\)|line (\d+)", text)
        for found in found
        if found
    ]
    loc = getattr(error, "loc", None)
    line = getattr(loc, "line", 0) or (lines[0] if lines else rule.function.__code__.co_firstlineno)
    messages = [
        part.strip() for part in text.splitlines() if part.strip() and "nopython" not in part
    ]
    return (
        f"{name}: line {line} does not compile: {messages[0] if messages else type(error).__name__}"
    )
