"""What a contract is about: the rule or the class that a test names, in a file beside it or as itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import UsageError
from sim.extension.files import RuleFile, file_of, lent, namespace, object_in, read


class Subject(NamedTuple):
    """What is tested: what a scenario calls it, the thing itself, and the file that it stands in."""

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
    """What the attribute of a class of tests names. UsageError when there is nothing of that name."""
    if (contract, attribute) not in _found:
        _found[contract, attribute] = _look_up(contract, attribute)
    return _found[contract, attribute]


def _look_up(contract: type, attribute: str) -> Subject:
    named = inspect.getattr_static(contract, attribute, None)
    if isinstance(named, staticmethod):
        named = named.__func__
    if named is None:
        raise UsageError(f"{contract.__name__} names no {attribute}: {attribute} = 'my_rules.py:name'")
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
    file = RuleFile(f"{module}.py", "", sha256(f"{thing.__qualname__} {id(thing)}".encode()).hexdigest())
    return Subject(f"{file.name}:{thing.__name__}", thing, file, {thing.__name__: thing})
