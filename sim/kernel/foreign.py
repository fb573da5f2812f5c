"""Calling a function by its address from compiled code: how the kernel asks a rule of a user's own.

The kernel is compiled once, whatever rules there are. Arrays are passed as a pointer and their length, numbers as
they are (see `sim.extension.foreign`, which makes the functions that are called).
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

from sim.linking import cgutils
from sim.linking import llvm_ir as ir


@intrinsic
def call(_typing: Any, address: Any, arguments: Any) -> Any:
    """Call the function at an address with a tuple of whole numbers, floats and arrays of one dimension."""

    def code(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        parts = []
        for place, kind in enumerate(arguments.types):
            value = builder.extract_value(values[1], place)
            if isinstance(kind, types.Array):
                array = context.make_array(kind)(context, builder, value)
                parts.append(builder.bitcast(array.data, cgutils.voidptr_t))
                parts.append(builder.extract_value(array.shape, 0))
            elif isinstance(kind, types.Float):
                parts.append(context.cast(builder, value, kind, types.float64))
            else:
                parts.append(context.cast(builder, value, kind, types.int64))
        of = ir.FunctionType(ir.IntType(64), [part.type for part in parts])
        return builder.call(builder.inttoptr(values[0], of.as_pointer()), parts)

    return types.int64(types.int64, arguments), code
