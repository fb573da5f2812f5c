"""What a rule must not do and can be seen before it is asked: draw by itself, read a clock, reach
outside.

A rule that does any of it would not give the same result again. Such rules are never compiled, and
are refused where they are first asked, by the name of the leader, the issue and the tick.
"""

from __future__ import annotations

import builtins
import dis
import types
from collections.abc import Callable, Iterator
from typing import Any

_FORBIDDEN = {
    "random": "draws by itself",
    "numpy.random": "draws by itself",
    "secrets": "draws by itself",
    "uuid": "draws by itself",
    "time": "reads the clock",
    "datetime": "reads the clock",
    "os": "reaches outside",
    "sys": "reaches outside",
    "io": "reaches outside",
    "pathlib": "reaches outside",
    "socket": "reaches outside",
    "subprocess": "reaches outside",
}
_BUILT_IN = dict.fromkeys(("open", "input", "exec", "eval", "globals"), "reaches outside")
_BUILT_IN |= dict.fromkeys(("id", "hash"), "depends on the machine")


def offences(function: Callable[..., Any]) -> list[str]:
    """What a function, and what it calls of its own module, must not do: 'line 12 reads the clock
    (time.time)'."""
    return list(dict.fromkeys(_of(function, set())))


def _of(function: Callable[..., Any], seen: set[Any]) -> Iterator[str]:
    if not isinstance(function, types.FunctionType) or function in seen:
        return
    seen.add(function)
    names = function.__globals__
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    known = {name: cell.cell_contents for name, cell in cells.items()}
    for line, chain in _used(function.__code__):
        thing, fault = _follow(chain, known, names)
        if fault:
            yield f"line {line} {fault} ({'.'.join(chain)})"
        elif isinstance(thing, types.FunctionType) and thing.__module__ == function.__module__:
            yield from _of(thing, seen)


def _used(code: types.CodeType) -> Iterator[tuple[int, list[str]]]:
    """Each global name that code uses, with the attributes taken of it, and the line; imports by
    their modules."""
    line = code.co_firstlineno
    chain: list[str] = []
    for step in dis.get_instructions(code):
        at = step.positions.lineno if step.positions is not None and step.positions.lineno else line
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD") and chain:
            chain = [*chain, str(step.argval)]
            line = at
            continue
        if chain:
            yield line, chain
            chain = []
        line = at
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF"):
            chain = [str(step.argval)]
        elif step.opname == "IMPORT_NAME":
            yield at, ["import", str(step.argval)]
        elif step.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"):
            yield at, ["global", str(step.argval)]
    if chain:
        yield line, chain
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _used(inner)


def _follow(chain: list[str], known: dict[str, Any], names: dict[str, Any]) -> tuple[Any, str]:
    """What a chain of names leads to, and what is wrong with using it."""
    if chain[0] == "import":
        return None, _module(chain[1])
    if chain[0] == "global":
        return None, "keeps something from one call to the next"
    thing = known.get(chain[0], names.get(chain[0]))
    if thing is None and chain[0] not in names:
        return getattr(builtins, chain[0], None), _BUILT_IN.get(chain[0], "")
    fault = _wrong(thing)
    for name in chain[1:]:
        if fault or not isinstance(thing, types.ModuleType):
            break
        thing = getattr(thing, name, None)
        fault = _wrong(thing)
    return thing, fault


def _wrong(thing: Any) -> str:
    if isinstance(thing, types.ModuleType):
        return _module(thing.__name__)
    owner = (
        getattr(thing, "__module__", None)
        or type(getattr(thing, "__self__", None)).__module__
        or ""
    )
    if isinstance(thing, list | dict | set | bytearray):
        return "uses what can change from one call to the next; make it a tuple"
    return _module(owner) or _module(type(thing).__module__)


def _module(name: str) -> str:
    for known, fault in _FORBIDDEN.items():
        if name == known or name.startswith(f"{known}."):
            return fault
    return ""
