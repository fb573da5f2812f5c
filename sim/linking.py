"""Compiling the kernel's many small functions as one piece.

Numba optimises each function together with all that it calls, and keeps every callee callable from outside: of
the kernel's 180 functions the outer ones carry the inner ones again and again, which takes minutes. While
`as_one_piece` lasts, functions are only translated; the outermost one then links them all once, hides all but
itself, and is optimised once. The code computes the same numbers. This touches numba's internals: where they are not
as expected it does nothing, and compiling takes longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Inner functions need no way to be called from Python.
INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


@contextmanager
def as_one_piece() -> Iterator[None]:
    """Defer what numba does with inner functions to the outermost one compiled meanwhile."""
    try:
        from numba.core import codegen
        from numba.core.registry import cpu_target

        generator: Any = cpu_target.target_context.codegen()
        library = _deferred(codegen.JITCodeLibrary)
        before, set_env = generator._library_class, generator.set_env
    except (ImportError, AttributeError):
        yield
        return

    def set_known_env(name: str, env: Any) -> None:
        # An inner function that was never loaded has no place for its environment, and needs none.
        if generator._engine.is_symbol_defined(name):
            set_env(name, env)

    generator._library_class, generator.set_env = library, set_known_env
    try:
        yield
    finally:
        generator._library_class = before
        del generator.set_env


def _deferred(base: Any) -> Any:
    """A code library that links and optimises only when somebody asks for its machine code."""
    for name in ("_optimize_functions", "_optimize_final_module", "_finalize_final_module", "_get_module_for_linking"):
        getattr(base, name)

    class Deferred(base):  # type: ignore[misc]
        def _optimize_functions(self, module: Any) -> None:
            module.data_layout = self._codegen._data_layout

        def add_linking_library(self, library: Any) -> None:
            self._linking_libraries.append(library)

        def get_pointer_to_function(self, name: str) -> int:
            if not self._finalized:
                try:
                    if self._final_module.get_function(name).is_declaration:
                        return 0
                except NameError:
                    return 0
            return int(super().get_pointer_to_function(name))

        def finalize(self) -> None:
            module = self._final_module
            own = {function.name for function in module.functions if not function.is_declaration}
            own |= {variable.name for variable in module.global_variables}
            for library in self._closure():
                self._reload_init.update(library._reload_init)
                inner = library._final_module if isinstance(library, Deferred) else library._get_module_for_linking()
                module.link_in(inner, preserve=True)
            for function in module.functions:
                if not function.is_declaration and function.name not in own:
                    function.linkage = "internal"
            for variable in module.global_variables:
                if variable.name.startswith("_ZN08NumbaEnv") and variable.name not in own:
                    variable.linkage = "internal"
            # Vectorising loops over a handful of facets and seats costs more than it gains.
            passes, builder = self._codegen._module_pass_manager(loop_vectorize=False, slp_vectorize=False)
            passes.run(module, builder)
            module.verify()
            self._finalize_final_module()

        def _closure(self) -> list[Any]:
            """All libraries that this one needs, directly or not, each once."""
            found: dict[Any, None] = {}
            left = list(self._linking_libraries)
            while left:
                library = left.pop()
                if library not in found:
                    found[library] = None
                    if isinstance(library, Deferred) and not library._finalized:
                        left += library._linking_libraries
            return list(found)

    return Deferred
