"""What keys are called where people read of them: short titles, each declared with its key.

title_of("flow.up.delay")                      # Delay upward
title_of("issues.operational.half_life")       # Half-life, operational
phrase_of("issues.operational.half_life")      # half-life (operational)
"""

from __future__ import annotations

from functools import lru_cache

from sim.scenario.keys.facts import Section
from sim.scenario.keys.settings import Settings
from sim.scenario.tree import declared, entries
from sim.texts import clip


@lru_cache(maxsize=1024)
def title_of(key: str) -> str:
    """The title of a dotted key, that of one variant alone (variants.NAME.KEY) with its name; ''
    for what has none, as a parameter of a custom rule."""
    steps = key.split(".")
    if steps[0] == "variants" and len(steps) > 2:
        title = title_of(".".join(steps[2:]))
        return f"{title} under {steps[1]}" if title else ""
    section: type[Section] | None = Settings
    around: list[tuple[str, str]] = []
    title = ""
    while steps:
        entry = entries(section).get(steps.pop(0)) if section is not None else None
        if entry is None:
            return ""
        title, section = entry.facts.get("x-title", ""), entry.section
        if section is None:
            continue
        # A list of one may be addressed without the name of its entry.
        named = (
            bool(entry.many)
            and bool(steps)
            and not (entry.many == "list" and steps[0] in entries(section))
        )
        name = steps.pop(0) if named else ""
        if title and (name or not entry.many):
            around.append((title, name))
        title = ""
    if not title or section is not None:
        return ""
    for pattern, name in reversed(around):
        title = pattern.format(title=title, name=name)
    return title


def called(key: str, width: int = 60) -> str:
    """What a dotted key is called in figures and heads of tables, in at most `width` characters:
    its title, or the key itself where it has none (as a parameter of a custom rule)."""
    return clip(title_of(key) or key, width)


def phrase_of(key: str, width: int = 48) -> str:
    """What a dotted key is called in a sentence, in at most `width` characters: its title in lower
    case, the name of what it belongs to in brackets; the key itself where it has no title."""
    title = title_of(key)
    if not title:
        return clip(key, width)
    what, _, name = title.partition(", ")
    text = f"{what[:1].lower()}{what[1:]}"
    return clip(f"{text} ({name})" if name else text, width)


def unit_of(key: str) -> str:
    """The unit that a dotted key was declared with; '' for none."""
    steps = key.split(".")
    entry = declared(steps[2:] if steps[0] == "variants" else steps)
    return entry.facts.get("x-unit", "") if entry is not None else ""
