"""Passing a named tuple by reference in compiled code.

Numba passes a tuple field by field: with a hundred arrays each call would pass a thousand numbers, and
compiling would take minutes. `refer` puts the fields once on the stack of the caller, which must outlive
all use, and passes one pointer. Arrays read through it are borrowed: they carry no reference count.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from numba.core import cgutils, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    register_model,
)


class Reference(types.Type):  # type: ignore[misc]
    """A pointer to the fields of a named tuple."""

    def __init__(self, record: Any) -> None:
        self.record = record
        # A type is looked up by its name, and stands in the names of compiled functions: make it short.
        fields = sha256(str(record).encode()).hexdigest()[:8]
        super().__init__(name=f"Reference({record.instance_class.__name__}, {fields})")


@register_model(Reference)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, manager.lookup(kind.record).get_value_type().as_pointer())


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
    of = kind.record.types[index]
    value = builder.load(cgutils.gep_inbounds(builder, pointer, 0, index))
    if isinstance(of, types.Array):
        array = context.make_array(of)(context, builder, value=value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        array.parent = cgutils.get_null_value(array.parent.type)
        return array._getvalue()
    return value


@intrinsic
def refer(_typing: Any, record: Any) -> Any:
    """A reference to a named tuple's fields, valid while the calling function runs."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return cgutils.alloca_once_value(builder, arguments[0])

    return Reference(record)(record), code
