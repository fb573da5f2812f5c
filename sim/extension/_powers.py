"""Powers in compiled rules, as Python computes them.

Numba multiplies where a float is raised to a whole number, and Python asks the C library: from the
third power on the last bits differ, and with them the tables of the two drivers. So `x**n` in a
rule is compiled as a call of what Python calls too, and raises where Python raises.
"""

from __future__ import annotations

import ctypes
import math
import operator
import sys
from typing import Any

from numba import types
from numba.extending import overload

from sim.linking import (
    CompilerBase,
    DefaultPassBuilder,
    FunctionPass,
    IRProcessing,
    build_definitions,
    mk_unique_var,
    register_pass,
)
from sim.linking import numba_ir as ir


def _of_c() -> Any:
    """The C library's power of two floats, which Python itself calls."""
    library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    function = library.pow
    function.restype, function.argtypes = ctypes.c_double, (ctypes.c_double, ctypes.c_double)
    return function


_pow = _of_c()


def power(x: Any, y: Any) -> Any:
    """x**y."""
    return x**y


@overload(power)
def _power(x: Any, y: Any) -> Any:
    def of_floats(x: Any, y: Any) -> Any:
        base, exponent = float(x), float(y)
        if base == 0.0 and exponent < 0.0:
            raise ZeroDivisionError("zero cannot be raised to a negative power")
        result = _pow(base, exponent)
        if math.isfinite(base) and math.isfinite(exponent) and not math.isfinite(result):
            raise OverflowError("too large, or a fractional power of a negative number")
        return result

    def of_others(x: Any, y: Any) -> Any:
        return x**y

    numbers = all(isinstance(kind, types.Float | types.Integer) for kind in (x, y))
    return of_floats if numbers and types.Float in (type(x), type(y)) else of_others


@register_pass(mutates_CFG=False, analysis_only=False)
class _AsPython(FunctionPass):
    _name = "powers_as_python"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Turn x**y into power(x, y)."""
        changed = False
        for block in state.func_ir.blocks.values():
            body: list[Any] = []
            for step in block.body:
                if _is_power(step):
                    changed = True
                    name = ir.Var(block.scope, mk_unique_var("$power"), step.loc)
                    body.append(ir.Assign(ir.Global("power", power, step.loc), name, step.loc))
                    call = ir.Expr.call(name, (step.value.lhs, step.value.rhs), (), step.loc)
                    step = ir.Assign(call, step.target, step.loc)
                body.append(step)
            block.body = body
        state.func_ir._definitions = build_definitions(state.func_ir.blocks)
        return changed


def _is_power(step: Any) -> bool:
    if not (isinstance(step, ir.Assign) and isinstance(step.value, ir.Expr)):
        return False
    if step.value.op == "binop":
        return step.value.fn is operator.pow
    return step.value.op == "inplace_binop" and step.value.immutable_fn is operator.pow


class Compiler(CompilerBase):
    """Numba's own compiler, with Python's powers."""

    def define_pipelines(self) -> list[Any]:
        """Numba's passes, and one after it has read the function."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(_AsPython, IRProcessing)
        passes.finalize()
        return [passes]
