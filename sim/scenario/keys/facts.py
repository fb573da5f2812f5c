"""How a key of the scenario file is declared: meaning, unit, default, range and source in one
place; and the mappings that its values are kept in, which cannot be changed."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field

K = TypeVar("K")
V = TypeVar("V")

CONVENTION = "convention"
"""The source of a default that no study gives."""


def secondary(citation: str) -> str:
    """A source known from a secondary page (a review, an article), not checked in the original."""
    return f"{citation} (secondary)"


def abstract(citation: str) -> str:
    """A source known from its abstract."""
    return f"{citation} (abstract)"


def survey(citation: str) -> str:
    """A consultancy's or practitioners' survey, known from a secondary page."""
    return f"{citation} (survey, secondary)"


class Section(BaseModel):
    """A mapping of the scenario file: frozen, strict, no unknown keys, defaults checked like
    values."""

    word_for: ClassVar[str] = ""
    """The key of the section that a single word in its place stands for; '' where a word means
    nothing."""
    single: ClassVar[bool] = False
    """Whether a list of such sections may be written as one of them where there is but one."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_default=True,
        protected_namespaces=(),
    )


def key(
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    source: str = CONVENTION,
    shown: str = "",
    alias: str | None = None,
    title: str = "",
) -> Any:
    """A key of a section.

    `default` is as it would be written in YAML (None: none; ...: required; a class: that section's
    own defaults), `source` where it comes from, `shown` the default in words where it depends on
    other keys. `title`: what it is called where it is shown, two to four words without the unit; of
    a section what its keys are called there, with {title} for their own and {name} for the name of
    the entry (`sim.scenario.titles`).
    """
    facts = {"x-unit": unit, "x-source": source, "x-default": shown, "x-title": title}
    common: dict[str, Any] = {"description": meaning, "json_schema_extra": facts, "alias": alias}
    if default is ...:
        return Field(..., **common)
    if isinstance(default, type):
        return Field(default_factory=default, **common)
    return Field(default, validate_default=default is not None, **common)


class FrozenDict(dict[K, V]):
    """A dict that raises TypeError when something tries to change it; pickles as itself."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a scenario cannot be changed; load it again with overrides")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)
