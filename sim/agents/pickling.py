"""Pickling and copying an organisation in the middle of a run.

Leaders know issues, which know who knows them: pickled as they hang together they would nest as
deep as there are leaders and issues, deeper than Python goes. So each of them is written apart, and
others only name it.
"""

from __future__ import annotations

import inspect
import io
import pickle
from types import FunctionType
from typing import TYPE_CHECKING, Any

import mesa  # type: ignore[import-untyped]

from sim.agents.issue import Issue
from sim.agents.messages import Idea, Message
from sim.agents.mind import Knowledge, Mind
from sim.extension import RuleFile
from sim.extension.files import namespace

if TYPE_CHECKING:
    from sim.agents.organization import Organization

APART = (Mind, Issue, Idea, Message, Knowledge)
"""What is written apart."""

Name = tuple[int, type[Any] | None]
"""How others name what is written apart: its place, and its class; what is kept as it is has a
place alone."""

MODEL = -1


class _Writer(pickle.Pickler):
    """kept: functions that need not be written, as the copy is for this process; None where it may
    be for another."""

    def __init__(
        self, stream: io.BytesIO, model: Organization, kept: list[FunctionType] | None
    ) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self.model, self.kept = model, kept
        self.apart: list[Any] = []
        self._places: dict[int, int] = {}

    def persistent_id(self, thing: Any) -> Name | None:
        if thing is self.model:
            return MODEL, None
        if self.kept is not None and isinstance(thing, FunctionType):
            self.kept.append(thing)
            return len(self.kept) - 1, None
        if not isinstance(thing, APART):
            return None
        if id(thing) not in self._places:
            self._places[id(thing)] = len(self.apart)
            self.apart.append(thing)
        return self._places[id(thing)], type(thing)

    def reducer_override(self, thing: Any) -> Any:
        """What Mesa's data collector makes of the name of an attribute cannot be pickled: the name
        can."""
        if not isinstance(thing, FunctionType) or thing.__module__ != mesa.DataCollector.__module__:
            return NotImplemented
        held = inspect.getclosurevars(thing).nonlocals
        reporter = (
            held["attribute_name"] if "attribute_name" in held else [held["func"], held["params"]]
        )
        return _reporter, (str(held.get("name", "")), reporter)


class _Reader(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, model: Organization, kept: list[FunctionType]) -> None:
        super().__init__(stream)
        self.model, self.kept = model, kept
        self.apart: list[Any] = []

    def persistent_load(self, name: Name) -> Any:
        place, kind = name
        if kind is None:
            return self.model if place == MODEL else self.kept[place]
        if place == len(self.apart):
            self.apart.append(object.__new__(kind))
        return self.apart[place]


def written(model: Organization, kept: list[FunctionType] | None = None) -> bytes:
    """A model with all that it holds."""
    stream = io.BytesIO()
    writer = _Writer(stream, model, kept)
    writer.dump(model.__getstate__())
    done = 0
    while done < len(writer.apart):
        writer.dump(writer.apart[done].__getstate__())
        done += 1
    return stream.getvalue()


def read(
    kind: type[Organization], files: tuple[RuleFile, ...], data: bytes, *kept: FunctionType
) -> Organization:
    """The model that was written, as it was then. files: of the custom rules and classes, which
    it may hold."""
    for file in files:
        namespace(file)
    model: Organization = object.__new__(kind)
    reader = _Reader(io.BytesIO(data), model, list(kept))
    _restore(model, reader.load())
    done = 0
    while done < len(reader.apart):
        _restore(reader.apart[done], reader.load())
        done += 1
    return model


def copied(model: Organization) -> Organization:
    """A copy of a model that shares nothing with it but functions."""
    kept: list[FunctionType] = []
    data = written(model, kept)
    return read(type(model), (), data, *kept)


def _restore(thing: Any, state: Any) -> None:
    """Give a blank object its state, as pickle itself would."""
    if hasattr(thing, "__setstate__"):
        thing.__setstate__(state)
        return
    plain, slots = state if isinstance(state, tuple) else (state, None)
    thing.__dict__.update(plain) if plain else None
    for name, value in (slots or {}).items():
        setattr(thing, name, value)


def _reporter(name: str, reporter: Any) -> Any:
    return mesa.DataCollector(agent_reporters={name: reporter}).agent_reporters[name]


def leader_of(model: Organization, index: int) -> Any:
    """A leader, pickled alone: with the model that they are part of."""
    return model.leaders[index]
