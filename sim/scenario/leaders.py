"""What must hold of custom leader classes: names, positions, and shares that leave room
for one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.errors import nearest
from sim.scenario.keys.settings import Settings
from sim.scenario.nodes import Node, child
from sim.scenario.validate import KeyProblem, Path
from sim.scenario.value_types import plainly

WITHIN = 1e-9
"""By how much shares may add up to more than 1: thirds cannot be written exactly."""

Sound = Callable[[Path], bool]


def wrong_leaders(settings: Settings, root: Node, sound: Sound) -> Iterator[KeyProblem]:
    """Classes that are missing, names given twice, positions that there are not, shares of more
    than there are."""
    names: set[str | None] = {None}
    for i, entry in enumerate(settings.leaders):
        here: Path = ("leaders", i)
        if entry.class_ is None and sound((*here, "class")):
            yield KeyProblem((*here, "class"), "is missing")
        if entry.name in names - {None} and sound((*here, "name")):
            message = (
                f"leaders named {entry.name} stand above already; give these a name of their own"
            )
            yield KeyProblem((*here, "name"), message, near=((*here, "class"),))
        names.add(entry.name)
    yield from _positions(settings, root, sound)
    yield from _shares(settings, root, sound)


def _known(settings: Settings, root: Node) -> list[str]:
    """The names of a generated stream's positions; none for an imported one, whose are known when
    it is built."""
    imported = child(root, "stream", "people") is not None
    return [] if imported else [position.name for position in settings.stream.positions]


def _positions(settings: Settings, root: Node, sound: Sound) -> Iterator[KeyProblem]:
    known = _known(settings, root)
    if not known or not sound(("stream",)):
        return
    for i, entry in enumerate(settings.leaders):
        path: Path = ("leaders", i, "at")
        if entry.at is not None and entry.at not in known and sound(path):
            message = (
                f"there is no position {entry.at}; there are: "
                f"{', '.join(known)}{nearest(entry.at, known)}"
            )
            yield KeyProblem(path, message, near=(("stream", "positions"),))


def _shares(settings: Settings, root: Node, sound: Sound) -> Iterator[KeyProblem]:
    """The first entry that asks for more of a position than those above it leave."""
    given = [entry.at for entry in settings.leaders if entry.at is not None]
    places = list(dict.fromkeys([*_known(settings, root), *given])) or ["any position"]
    reported: set[int] = set()
    for place in places:
        total = 0.0
        for i, entry in enumerate(settings.leaders):
            if entry.at not in (None, place) or not sound(("leaders", i)):
                continue
            total += entry.share
            if total > 1.0 + WITHIN and i not in reported:
                reported.add(i)
                left = max(1.0 - (total - entry.share), 0.0)
                message = (
                    f"the shares at {place} add up to {plainly(total)}, more than 1 (nearest: "
                    f"{plainly(left)})"
                )
                yield KeyProblem(("leaders", i, "share"), message, near=(("leaders", i),))
                break
