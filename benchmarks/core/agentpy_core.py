"""The core as a model of AgentPy; a program, as AgentPy needs an environment of its own.

Settings as JSON on the standard input, with `runs`: the seeds to play. On the standard output as
JSON: `seconds` of the processor for all of them, and their outcomes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import agentpy as ap

from core.plain import LeaderMixin, WorldMixin


class Leader(LeaderMixin, ap.Agent):  # type: ignore[misc]
    """A leader."""


class Stream(WorldMixin, ap.Model):  # type: ignore[misc]
    """The organisation."""

    def setup(self) -> None:
        """Leaders and their places."""
        self.agents = ap.AgentList(self, len(self.p.settings.manager), Leader)
        self.set_up(self.p.settings, self.p.seed, list(self.agents))

    def step(self) -> None:
        """One tick."""
        self.play_tick()
        if not self.goes_on():
            self.stop()

    def let_leaders_attend(self) -> None:
        """Those with mail, as a list of agents."""
        ap.AgentList(self, self.with_mail).attend(self)
        self.with_mail = [leader for leader in self.with_mail if leader.inbox]


def play(settings: Any, seed: int) -> tuple[float, ...]:
    """One run; see `WorldMixin.outcome`."""
    model = Stream({"settings": settings, "seed": seed})
    model.run(display=False)
    return model.outcome()


def main() -> None:
    """Play what is asked for."""
    asked = json.load(sys.stdin)
    seeds = asked.pop("runs")
    settings = SimpleNamespace(**asked)
    began = time.process_time()
    outcomes = [play(settings, seed) for seed in seeds]
    json.dump({"seconds": time.process_time() - began, "outcomes": outcomes}, sys.stdout)


if __name__ == "__main__":
    main()
