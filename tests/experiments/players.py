"""Let work of sweeps, searches and analyses be played by a function of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.experiments._play import Player

_group = Player.group


def played_by(monkeypatch: Any, play: Callable[[Any, Any], Any]) -> None:
    """Let every piece of work be played by `play(player, work)`, whatever group it comes in."""
    monkeypatch.setattr(Player, "group", lambda self, works: [play(self, one) for one in works])


def as_always(player: Player, work: Any) -> Any:
    """What comes of a piece of work when no test stands in the way."""
    return _group(player, [work])[0]
