"""The reference and the list of public names are those of the code, and whatever changes in them is
noticed."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from types import ModuleType
from typing import NamedTuple

import pytest
from documents import ROOT, text_of

sys.path.append(str(ROOT / "docs"))
import reference

ALL = [
    entry
    for module, names in reference.MODULES.items()
    for entry in reference.entries(module, names)
]


class Pair(NamedTuple):
    """Two numbers."""

    first: int
    second: float = 0.5


@dataclass
class Thing:
    """A thing. size: in metres."""

    size: float
    parts: list[int] = field(default_factory=list)
    _hidden: int = 0

    @property
    def large(self) -> bool:
        """Whether it is above 2 *metres*, see [here](there)."""
        return self.size > 2

    @classmethod
    def made(cls, size: float = 1.0) -> Thing:
        """One of a size."""
        return cls(size)

    def undocumented(self) -> None:
        pass

    def _own(self) -> None:
        """Nobody's business."""


def grow(thing: Thing, by: float = 1.0, *, how: str | None = None, **more: int) -> Thing:
    """A larger thing."""
    return thing


@pytest.fixture
def invented(monkeypatch):
    """A module with public names of every sort."""
    module = ModuleType(
        "invented", "Things.\n\n    grow(thing)\n\nthing = Thing(2**3)\n\nThat is all."
    )
    for name, value in {"Pair": Pair, "Thing": Thing, "grow": grow, "LIMIT": 3, "_x": 1}.items():
        setattr(module, name, value)
    for kind in (Pair, Thing):
        monkeypatch.setattr(kind, "__module__", "sim.invented")
    for function in (Thing._own, Thing.made.__func__, grow):
        monkeypatch.setattr(function, "__module__", "sim.invented")
    module.__all__ = ["LIMIT", "Pair", "Thing", "grow"]
    monkeypatch.setitem(sys.modules, "invented", module)
    return module


def test_the_public_names_are_those_that_are_listed():
    changes = reference.differences(text_of(ROOT / reference.LIST), reference.listed())
    assert not changes, "\n".join(["If this is meant: python docs/reference.py --accept", *changes])


def test_the_reference_is_up_to_date():
    assert text_of(ROOT / reference.REFERENCE) == reference.reference(), "make reference"


def test_every_public_class_and_function_says_what_it_is():
    silent = [
        entry.name for entry in ALL if entry.kind in ("class", "function") and not entry.about
    ]
    assert not silent


def test_the_list_does_not_depend_on_the_machine_or_the_process():
    text = reference.listed()
    assert not re.search(r"0x[0-9a-f]+|<function|/home|/tmp|ForwardRef|typing\.", text)
    assert len(set(text.splitlines())) == len(text.splitlines())


def test_what_the_package_offers_first_is_public():
    import sim

    assert {f"sim.{name}" for name in sim.__all__} <= {entry.name for entry in ALL}


def test_a_module_is_listed_with_signatures_fields_and_methods(invented):
    assert reference.listed({"invented": ""}).splitlines() == [
        "invented.LIMIT: int",
        "invented.Pair(first: int, second: float = 0.5)",
        "invented.Pair.first: int",
        "invented.Pair.second: float",
        "invented.Thing(size: float, parts: list[int] = ...)",
        "invented.Thing.size: float",
        "invented.Thing.parts: list[int]",
        "invented.Thing.large: bool",
        "invented.Thing.made(size: float = 1.0) -> Thing",
        (
            "invented.grow(thing: Thing, by: float = 1.0, *, how: str | None = None, **more: int) "
            "-> Thing"
        ),
    ]
    assert reference.listed({"invented": "grow LIMIT"}).splitlines()[1] == "invented.LIMIT: int"


def test_a_name_that_is_gone_and_a_signature_that_changed_are_noticed(invented):
    before = reference.listed({"invented": ""})
    assert reference.differences(before, before) == []
    invented.grow = lambda thing: thing
    del invented.__all__[0]
    changes = reference.differences(before, reference.listed({"invented": ""}))
    assert "-invented.LIMIT: int" in changes and "+invented.grow(thing)" in changes
    with pytest.raises(AttributeError):
        reference.listed({"invented": "nothing"})


def test_the_reference_shows_code_and_escapes_what_would_be_markup(invented):
    text = reference.reference({"invented": "", "sim.shipped": "shipped"})
    assert "Things.\n\n    grow(thing)\n\n    thing = Thing(2**3)\n\nThat is all.\n" in text
    assert r"Whether it is above 2 \*metres\*, see \[here](there)." in text
    assert "Nobody's business" not in text and "_hidden" not in text
    assert "## sim.shipped" in text


def test_a_name_that_is_public_twice_is_told_once(invented, monkeypatch):
    again = ModuleType("again", "The same.")
    again.grow, again.__all__ = grow, ["grow"]
    monkeypatch.setitem(sys.modules, "again", again)
    text = reference.reference({"invented": "", "again": ""})
    assert text.count("A larger thing.") == 1 and "The same as `invented.grow`." in text


def test_a_long_signature_has_a_line_a_parameter():
    long = (
        "f(first: dict[str, Any] = ..., *, second: tuple[int, ...] = (), third_one: str = "
        "'a, b', **rest: Any)"
    )
    assert reference._wrapped(f"{long} -> dict[str, int]").splitlines() == [
        "f(",
        "    first: dict[str, Any] = ...,",
        "    *,",
        "    second: tuple[int, ...] = (),",
        "    third_one: str = 'a, b',",
        "    **rest: Any,",
        ") -> dict[str, int]",
    ]
    assert reference._wrapped("f(a: int) -> str") == "f(a: int) -> str"
    assert reference._wrapped(long).splitlines()[-2:] == ["    **rest: Any,", ")"]
