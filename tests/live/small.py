"""A small scenario to turn dials on, played in a blink, and the tables that `run` makes of its
settings."""

from __future__ import annotations

from sim.live.engine import LiveEngine
from sim.live.setting import DialSettings, scenario_of
from sim.scenario import Scenario

TEXT = """
name: small
title: A small stream
seed: 11
clock: {tick: 1h, horizon: 16w, warmup: 2w}
stream:
  positions:
    - {name: upstream, leaders: 1, authority: 4}
    - {name: midstream, leaders: 2, authority: 2}
    - {name: downstream, leaders: 6, authority: 1}
base: shared
variants:
  top-down: {power.rule: autocratic}
"""
NOW = {"start": "shared", "dials": {"power.sharing": "1"}}
WORLD = {"urgency": "2"}
PINS = [
    {"place": 1, "setting": {"start": "top-down", "dials": {}}},
    {"place": 3, "setting": {"start": "shared", "dials": {}}},
]


def settings(text=TEXT):
    return DialSettings(Scenario.from_text(text))


def engine(most=8, **preparing):
    from sim.kernel import simulate

    return LiveEngine(simulate, 2, most, **preparing)


def played(engine, named, tab="tab"):
    """Everything there is of some settings."""
    have = [0] * len(named)
    while True:
        result = engine.look(tab, 1, [setting.meant for setting in named], have, 60)
        have = list(result.counts)
        if min(have) >= engine.most:
            return result


def ran(known, named, replications):
    """What `run` makes of the same settings."""
    from sim.runner import run

    return run(scenario_of(known, named, replications))
