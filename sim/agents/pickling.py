"""Pickling an organisation in the middle of a run.

Leaders know issues, which know who knows them: pickled as they hang together they would nest as deep as there are leaders
and issues, deeper than Python goes. So each of them is written apart, and others only name it.
"""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any

from sim.agents.issue import Issue
from sim.agents.messages import Idea, Message
from sim.agents.mind import Knowledge, Mind
from sim.extension import RuleFile
from sim.extension.files import run

if TYPE_CHECKING:
    from sim.agents.organization import Organization

APART = (Mind, Issue, Idea, Message, Knowledge)
"""What is written apart."""

Name = tuple[int, type[Any] | None]
"""How others name what is written apart: its place, and its class. The model itself is at -1."""

MODEL = -1


class _Writer(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, model: Organization) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self.model = model
        self.apart: list[Any] = []
        self._places: dict[int, int] = {}

    def persistent_id(self, thing: Any) -> Name | None:
        if thing is self.model:
            return MODEL, None
        if not isinstance(thing, APART):
            return None
        if id(thing) not in self._places:
            self._places[id(thing)] = len(self.apart)
            self.apart.append(thing)
        return self._places[id(thing)], type(thing)


class _Reader(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, model: Organization) -> None:
        super().__init__(stream)
        self.model = model
        self.apart: list[Any] = []

    def persistent_load(self, name: Name) -> Any:
        place, kind = name
        if kind is None:
            return self.model
        if place == len(self.apart):
            self.apart.append(kind.__new__(kind))
        return self.apart[place]


def written(model: Organization) -> bytes:
    """A model with all that it holds."""
    stream = io.BytesIO()
    writer = _Writer(stream, model)
    writer.dump(model.__getstate__())
    done = 0
    while done < len(writer.apart):
        writer.dump(writer.apart[done].__getstate__())
        done += 1
    return stream.getvalue()


def read(kind: type[Organization], files: tuple[RuleFile, ...], data: bytes) -> Organization:
    """The model that was written, as it was then. files: of the user's own rules and classes, which it may hold."""
    for file in files:
        run(file)
    model: Organization = kind.__new__(kind)
    reader = _Reader(io.BytesIO(data), model)
    _restore(model, reader.load())
    done = 0
    while done < len(reader.apart):
        _restore(reader.apart[done], reader.load())
        done += 1
    return model


def _restore(thing: Any, state: Any) -> None:
    """Give a blank object its state, as pickle itself would."""
    if hasattr(thing, "__setstate__"):
        thing.__setstate__(state)
        return
    plain, slots = state if isinstance(state, tuple) else (state, None)
    thing.__dict__.update(plain) if plain else None
    for name, value in (slots or {}).items():
        setattr(thing, name, value)


def leader_of(model: Organization, index: int) -> Any:
    """A leader, pickled alone: with the model that it is part of."""
    return model.leaders[index]
