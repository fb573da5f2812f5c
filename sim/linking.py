"""All that is used of numba beyond its public names, and what is done where it is different.

**Names** that have no public home are taken from here (`from sim.linking import cgutils`) and
loaded when first used: the table `_INTERNALS` is the one place to mend when a version of numba
moves one.

**Compiling the kernel's many small functions as one piece.** Numba links each function with all
that it calls, optimises the whole and makes machine code of it: of some 150 functions that call one
another the inner ones again and again, which takes more than twice as long. Only the outermost is
ever called from Python. While `as_one_piece` lasts a function is only translated; one that is
entered from Python links all that it needs, once, and is optimised, once. The code computes the
same numbers.

Where numba's internals are not those used here, or a first small function does not come out right,
nothing is changed, and compiling takes longer; the kernel's results are the same bytes (a test
holds that).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

_INTERNALS = {
    "AttributeTemplate": "numba.core.typing.templates",
    "CompilerBase": "numba.core.compiler",
    "DefaultPassBuilder": "numba.core.compiler",
    "FunctionPass": "numba.core.compiler_machinery",
    "IRProcessing": "numba.core.untyped_passes",
    "JITCodeLibrary": "numba.core.codegen",
    "NumbaError": "numba.core.errors",
    "build_definitions": "numba.core.ir_utils",
    "cpu_target": "numba.core.registry",
    "global_compiler_lock": "numba.core.compiler_lock",
    "impl_ret_borrowed": "numba.core.imputils",
    "lookup_environment": "numba.core.environment",
    "mk_unique_var": "numba.core.ir_utils",
    "register_pass": "numba.core.compiler_machinery",
}
"""Where numba has each name that is used and is not public."""
_MODULES = {"cgutils": "numba.core.cgutils", "llvm_ir": "llvmlite.ir", "numba_ir": "numba.core.ir"}
"""Modules of numba, and of its own compiler, that are used whole."""


def __getattr__(name: str) -> Any:
    if name in _MODULES or name in _INTERNALS:
        return _internal(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _internal(name: str) -> Any:
    """What is not public of numba, by its name; ImportError or AttributeError where it is gone."""
    if name in _MODULES:
        return import_module(_MODULES[name])
    return getattr(import_module(_INTERNALS[name]), name)


# Compiled functions count no references to arrays (they allocate none: Python, which called, holds
# them all), have no array expressions to rewrite, and are not called from C; inner ones not from
# Python either.
OUTERMOST = {"_nrt": False, "no_rewrites": True, "no_cfunc_wrapper": True}
INNER = {**OUTERMOST, "no_cpython_wrapper": True}


def known(options: dict[str, bool]) -> dict[str, bool]:
    """Those of the options that the installed numba has; all of them only save time."""
    options_of = _internal("cpu_target").options
    return {name: value for name, value in options.items() if hasattr(options_of, name)}


@contextmanager
def as_one_piece(tried: bool = False) -> Iterator[None]:
    """Compile in one piece what this thread compiles meanwhile; other threads' compiling waits
    until it ends.

    tried: leave out trying a small function first (for what most likely comes out of a cache).
    """
    with _internal("global_compiler_lock"):
        generator = _generator()
        if generator is None or not (tried or _comes_out_right(generator)):
            yield
            return
        with _deferring(generator), _no_garbage():
            yield


@contextmanager
def _deferring(generator: Any) -> Iterator[None]:
    """Make the generator, which is the only one of this process, defer; its class stays as it
    is."""
    generator.set_env = _where_defined(generator)
    generator._library_class = _deferred()
    try:
        yield
    finally:
        vars(generator).pop("set_env", None)
        vars(generator).pop("_library_class", None)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Collect none: what compiling makes is in use until it ends, and looking for more in vain
    costs seconds."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


# How the names of functions that numba compiled begin.
_MANGLED = "_ZN"

# What is used of numba's code libraries and of its generator, none of it public.
_METHODS = (
    "_optimize_functions _optimize_final_module _get_module_for_linking add_linking_library "
    "get_pointer_to_function finalize"
).split()
_STATE = ("_codegen", "_final_module", "_finalized", "_linking_libraries", "_reload_init")


def _generator() -> Any:
    """Numba's code generator when it has all that is used here, and nobody else has changed it;
    else None."""
    try:
        library, cpu_target = _internal("JITCodeLibrary"), _internal("cpu_target")
        generator: Any = cpu_target.target_context.codegen()
        # What numba compiles for itself when it is first used is none of the kernel's.
        cpu_target.target_context.refresh()
        for name in _METHODS:
            getattr(library, name)
        for name in _STATE:
            getattr(_deferred()(generator, "trial"), name)
        for name in ("set_env", "_module_pass_manager"):
            getattr(generator, name)
        generator._engine.is_symbol_defined("trial")
        return generator if generator._library_class is library else None
    except (ImportError, AttributeError, TypeError):
        return None


def _comes_out_right(generator: Any) -> bool:
    """Whether a small function that calls another can be compiled in one piece here, and computes
    what it should."""
    try:
        with _deferring(generator):
            return bool(_small()(20.0) == 42.0)
    except Exception:  # whatever goes wrong in numba's internals: the plain way is still open
        return False


def _small() -> Callable[[float], float]:
    """A function that calls another, new each time, to be compiled at its first call."""
    import numba

    @numba.njit(**known(INNER))  # type: ignore[untyped-decorator]
    def inner(x: float) -> float:
        return x + 1.0

    @numba.njit(**known(OUTERMOST))  # type: ignore[untyped-decorator]
    def outer(x: float) -> float:
        return float(inner(x) * 2.0)

    return outer  # type: ignore[no-any-return]


def _where_defined(generator: Any) -> Any:
    """The generator's set_env, except that what is not machine code has no place for an environment
    yet."""
    set_env = generator.set_env

    def set_env_where_defined(name: str, env: Any) -> None:
        if generator._engine.is_symbol_defined(name):
            set_env(name, env)

    return set_env_where_defined


@cache
def _deferred() -> Any:
    """A kind of code library that links and optimises only when its machine code is asked for."""
    lookup_environment = _internal("lookup_environment")

    class Deferred(_internal("JITCodeLibrary")):  # type: ignore[misc]
        def _optimize_functions(self, module: Any) -> None:
            module.data_layout = self._codegen._data_layout

        def _optimize_final_module(self) -> None:
            # Vectorising loops over a handful of facets and seats costs more than it gains.
            passes, builder = self._codegen._module_pass_manager(
                loop_vectorize=False, slp_vectorize=False
            )
            passes.run(self._final_module, builder)

        def add_linking_library(self, library: Any) -> None:
            self._linking_libraries.append(library)

        def get_pointer_to_function(self, name: str) -> int:
            # Asked of all that was translated, but only what can be entered from Python has the
            # name.
            if not self._finalized and name not in _defined(self._final_module.functions):
                return 0
            return int(super().get_pointer_to_function(name))

        def finalize(self) -> None:
            module = self._final_module
            own = {*_defined(module.functions), *_defined(module.global_variables)}
            for library in self._needed():
                self._reload_init.update(library._reload_init)
                inner = (
                    library._final_module
                    if isinstance(library, Deferred)
                    else library._get_module_for_linking()
                )
                module.link_in(inner, preserve=True)
            self._linking_libraries: list[Any] = []
            missing = [
                one.name
                for one in module.functions
                if one.is_declaration and one.name.startswith(_MANGLED)
            ]
            if missing:
                raise RuntimeError(f"not linked: {', '.join(missing)}")
            for found in (_defined(module.functions), _defined(module.global_variables)):
                for name, value in found.items():
                    if name not in own and value.linkage.name in ("external", "common"):
                        # To be dropped once it stands inlined wherever it is used.
                        value.linkage = "linkonce_odr"
            super().finalize()
            for name in _defined(module.global_variables):
                if (env := lookup_environment(name)) is not None:
                    self._codegen.set_env(name, env)

        def _needed(self) -> list[Any]:
            """All libraries that this one needs, directly or not, each once."""
            found: dict[Any, None] = {}
            left = list(self._linking_libraries)
            while left:
                library = left.pop()
                if library not in found:
                    found[library] = None
                    left += library._linking_libraries if isinstance(library, Deferred) else []
            return list(found)

    return Deferred


def _defined(values: Any) -> dict[str, Any]:
    """Those that stand in a module with their contents, by name."""
    return {value.name: value for value in values if not value.is_declaration}
