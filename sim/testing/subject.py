"""What a contract is about: the rule or the class that a test names, in a file beside it or as
itself."""

from __future__ import annotations

import ctypes
import inspect
import random
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.errors import UsageError
from sim.extension import Rule
from sim.extension.families import NUMBER, PASSING, ROW, SCORES, TABLE, TRUTH, WHOLE, WHOLES
from sim.extension.files import RuleFile, file_of, lent, namespace, object_in, read
from sim.extension.foreign import OKAY, address


class Subject(NamedTuple):
    """What is tested: what a scenario calls it, the thing itself, and the file that it stands
    in."""

    reference: str
    thing: Any
    file: RuleFile
    names: dict[str, Any]

    @contextmanager
    def known(self) -> Iterator[None]:
        """While scenarios can name it."""
        with lent(self.file, self.names):
            yield


_found: dict[tuple[type, str], Subject] = {}


def subject(contract: type, attribute: str) -> Subject:
    """What the attribute of a class of tests names. UsageError when there is nothing of that
    name."""
    if (contract, attribute) not in _found:
        _found[contract, attribute] = _look_up(contract, attribute)
    return _found[contract, attribute]


def _look_up(contract: type, attribute: str) -> Subject:
    named = inspect.getattr_static(contract, attribute, None)
    if isinstance(named, staticmethod):
        named = named.__func__
    if named is None:
        raise UsageError(
            f"{contract.__name__} names no {attribute}: {attribute} = 'my_rules.py:name'"
        )
    return _in_file(contract, named) if isinstance(named, str) else _itself(named)


def _in_file(contract: type, reference: str) -> Subject:
    path, colon, name = reference.rpartition(":")
    try:
        if not colon:
            file = file_of(reference)
            return Subject(reference, object_in(file, reference), file, namespace(file))
        home = Path(inspect.getfile(contract)).parent
        file = read(home / path)
        known = f"{file.name}:{name}"
        return Subject(known, object_in(file, known), file, namespace(file))
    except ValueError as error:
        raise UsageError(f"{contract.__name__} names {reference}{error}") from None


def _itself(thing: Any) -> Subject:
    """A function or class that the test imports or defines."""
    module = str(thing.__module__).rpartition(".")[2]
    file = RuleFile(
        f"{module}.py", "", sha256(f"{thing.__qualname__} {id(thing)}".encode()).hexdigest()
    )
    return Subject(f"{file.name}:{thing.__name__}", thing, file, {thing.__name__: thing})


# Asking a compiled rule as the compiled driver does: by its address, with pointers and lengths


def answer(
    rule: Rule, name: str, inputs: dict[str, Any], values: tuple[float, ...], length: int
) -> Any:
    """What the compiled rule answers, as Python would have it; None where that is invalid.
    DoesNotCompile when it cannot be.

    inputs: all of its family. length: of an answer that is an array. A pair is answered by a flow
    rule, whose second number is the scenario's where the rule gives but one.
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
    out = add_array(
        [0.0, inputs.get("distortion", 0.0)]
        if rule.of.answer == PASSING
        else [0.0] * max(length, 1)
    )
    called = ctypes.CFUNCTYPE(ctypes.c_int64, *kinds)(address(rule, name))
    if called(*given) != OKAY:
        return None
    answers = out.tolist()
    if rule.of.answer == TRUTH:
        return answers[0] != 0.0
    if rule.of.answer == PASSING:
        return tuple(answers)
    return answers if rule.of.answer in (SCORES, ROW) else answers[0]


# What must stay as it was while a rule or a leader is asked: what its module holds, and others'
# random numbers


class Outside:
    """Everything that code could change without anybody seeing it, as it was when this was made."""

    def __init__(self, thing: Callable[..., Any] | type) -> None:
        self._thing = thing
        self._before = self._snapshot()

    def changed(self) -> list[str]:
        """What is not as it was, in words."""
        now = self._snapshot()
        return [name for name in {**self._before, **now} if self._before.get(name) != now.get(name)]

    def _snapshot(self) -> dict[str, str]:
        """Everything by what people call it, each as a text that says whether it is the same."""
        state: Any = np.random.get_state()
        seen = {
            "the random numbers of Python": str(hash(random.getstate())),
            "the random numbers of numpy": str((state[1].tobytes(), state[2:])),
        }
        module = sys.modules.get(self._thing.__module__)
        held = vars(module) if module is not None else getattr(self._thing, "__globals__", {})
        for name, value in held.items():
            if not name.startswith("__") and not isinstance(value, types.ModuleType):
                seen[f"{name} of its module"] = _fingerprint(value)
        seen["its own attributes"] = _fingerprint(dict(vars(self._thing)))
        return seen


def _fingerprint(value: Any) -> str:
    """A text that changes when what a value holds does."""
    holds = vars(value) if hasattr(value, "__dict__") and not isinstance(value, type) else ""
    return f"{id(value) if not isinstance(value, dict) else ''} {value!r:.10000} {holds!r:.10000}"
