"""Sections read once: the points of a sweep differ in a few keys, and what they have in common is
taken over as it was read for another point.

A section is known by its place and by all that is written in it. Sections are frozen, so that
policies may share them. Those that name custom rules are read each time, as the file of a rule may
have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sim.scenario.keys.facts import Section
from sim.scenario.keys.settings import Settings

Model = TypeVar("Model", bound=Settings)

MOST = 4096
"""How many sections are kept."""
MANY = "issues"
"""The mapping whose entries are sections themselves, each known by itself."""

_known: dict[tuple[str, str], Section] = {}


def with_known_sections(data: Any, model: type[Model]) -> Model:
    """The settings that plain data holds; what is known of it is not read again. pydantic's
    ValidationError where anything is wrong.
    """
    if not isinstance(data, dict):
        return model.model_validate(data)
    wanted = {key: (key, repr(value)) for key, value in data.items() if isinstance(value, dict)}
    kinds = data.get(MANY)
    if wanted.pop(MANY, None) is not None and isinstance(kinds, dict):
        of_kind = {name: (MANY, repr(kind)) for name, kind in kinds.items()}
        data = {**data, MANY: _put_in(kinds, of_kind)}
    else:
        of_kind = {}
    settings = model.model_validate(_put_in(data, wanted))
    if not _names_rules(settings):
        if len(_known) > MOST:
            _known.clear()
        for attribute, info in model.model_fields.items():
            section = getattr(settings, attribute)
            if (place := wanted.get(info.alias or attribute)) and isinstance(section, Section):
                _known[place] = section
        for name, place in of_kind.items():
            _known[place] = settings.issues[name]
    return settings


def _put_in(data: Mapping[str, Any], places: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    return {
        key: _known.get(places[key], value) if key in places else value
        for key, value in data.items()
    }


def _names_rules(settings: Settings) -> bool:
    from sim.scenario.custom_rules import references

    return bool(references(settings))
