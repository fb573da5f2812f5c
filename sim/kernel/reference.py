"""Passing a named tuple by reference in compiled code.

Numba passes a tuple field by field: with a hundred arrays each call would pass a thousand numbers,
and compiling would take minutes. `refer` puts the fields once on the stack of the caller, which
must outlive all use, and passes one pointer.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from numba import types
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    register_model,
)

from sim.linking import AttributeTemplate, cgutils, impl_ret_borrowed

_ALIGNMENT = 8


class Reference(types.Type):  # type: ignore[misc]
    """A pointer to the fields of a named tuple."""

    def __init__(self, record: Any) -> None:
        self.record = record
        self.offsets: list[int] = []
        # A type is looked up by its name, and stands in the names of compiled functions: make it
        # short.
        fields = sha256(str(record).encode()).hexdigest()[:8]
        super().__init__(name=f"Reference({record.instance_class.__name__}, {fields})")

    def offset(self, context: Any, index: int) -> int:
        """Where a field stands, in bytes (number of fields: how long the whole is)."""
        # As bytes, not as a struct: llvmlite writes out a struct's fields wherever one is read.
        if not self.offsets:
            self.offsets.append(0)
            sizes = {
                of: context.get_abi_sizeof(context.get_value_type(of))
                for of in {*self.record.types}
            }
            for of in self.record.types:
                self.offsets.append(self.offsets[-1] + -(-sizes[of] // _ALIGNMENT) * _ALIGNMENT)
        return self.offsets[index]

    def field(self, context: Any, builder: Any, pointer: Any, index: int) -> Any:
        """A pointer to a field."""
        at = builder.gep(pointer, [cgutils.int32_t(self.offset(context, index))], inbounds=True)
        return builder.bitcast(at, context.get_value_type(self.record.types[index]).as_pointer())


@register_model(Reference)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, cgutils.voidptr_t)


@infer_getattr
class _Fields(AttributeTemplate):  # type: ignore[misc]
    key = Reference

    def generic_resolve(self, kind: Any, field: str) -> Any:
        """The type of a field."""
        record = kind.record
        return record.types[record.fields.index(field)] if field in record.fields else None


@lower_getattr_generic(Reference)
def _read(context: Any, builder: Any, kind: Any, pointer: Any, field: str) -> Any:
    index = kind.record.fields.index(field)
    value = builder.load(kind.field(context, builder, pointer, index))
    # Counted where references are counted at all: each reader lets go of what it read.
    return impl_ret_borrowed(context, builder, kind.record.types[index], value)


@intrinsic
def refer(_typing: Any, record: Any) -> Any:
    """A reference to a named tuple's fields, valid while the calling function runs."""
    kind = Reference(record)

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        length = kind.offset(context, len(record.types))
        pointer = cgutils.alloca_once(builder, cgutils.int8_t, cgutils.int32_t(length))
        pointer.align = _ALIGNMENT
        for index in range(len(record.types)):
            builder.store(
                builder.extract_value(arguments[0], index),
                kind.field(context, builder, pointer, index),
            )
        return pointer

    return kind(record), code
