"""The core as a model of Mesa."""

from __future__ import annotations

from typing import Any

import mesa  # type: ignore[import-untyped]

from core.plain import LeaderMixin, WorldMixin


class Leader(LeaderMixin, mesa.Agent):  # type: ignore[misc]
    """A leader."""


class Stream(WorldMixin, mesa.Model):  # type: ignore[misc]
    """The organisation."""

    def __init__(self, settings: Any, seed: int) -> None:
        mesa.Model.__init__(self, rng=seed)
        self.set_up(settings, seed, list(Leader.create_agents(self, len(settings.manager))))

    def step(self) -> None:
        """One tick."""
        self.play_tick()

    def let_leaders_attend(self) -> None:
        """Those with mail, as a set of agents."""
        active = mesa.agent.AgentSet(self.with_mail, random=self.random)
        active.do("attend", self)
        self.with_mail = [leader for leader in self.with_mail if leader.inbox]


def play(settings: Any, seed: int) -> tuple[float, ...]:
    """One run; see `WorldMixin.outcome`."""
    model = Stream(settings, seed)
    while model.goes_on():
        model.step()
    return model.outcome()
