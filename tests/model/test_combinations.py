"""Every power rule with every consensus rule and fallback: both drivers run it to the same bytes,
and it balances."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from drivers.accounts import imbalances
from drivers.outcomes import differences

from model.tiny import tiny
from sim import agents, kernel
from sim.outcome import CLOSED_BY
from sim.parameters import parameters
from sim.rules import catalog

# A stream of three levels over seven days, in which everything that moves does.
SMALL = {
    "clock.horizon": "7d",
    "stream.positions": [
        {"name": "top", "leaders": 1, "authority": 3},
        {"name": "middle", "leaders": 2},
        {"name": "ground", "leaders": 4},
    ],
    "stream.peers": "unit",
    "perspective": {"facets": 4, "breadth": 0.4, "acuity": 2, "outside": 0.5, "span": 3},
    "direction": {"source": "located", "shifts": "1/w"},
    "issues": {
        "matter": {
            "type": "choice",
            "alternatives": 3,
            "rate": "6/w",
            "raised_at": "ground",
            "decided_at": "middle",
            "witnesses": 4,
            "stakes": 1,
            "half_life": "5d",
            "expiry": "6d",
            "affects": "unit",
            "invent": 0.2,
            "study": 0.2,
            "drift": "20d",
        },
        "number": {
            "type": "estimate",
            "rate": "2/w",
            "raised_at": "any",
            "decided_at": "top",
            "witnesses": 5,
            "half_life": "2d",
            "expiry": "6d",
            "affects": "witnesses",
        },
        "question": {
            "type": "approve",
            "rate": "2/w",
            "decided_at": "origin",
            "accuracy": 0.7,
            "half_life": "3d",
            "expiry": "6d",
        },
    },
    "flow.*.open": 0.8,
    "flow.*.delay": "2h",
    "flow.*.distortion": 0.1,
    "flow.*.loss": 0.1,
    "flow.routing": "both",
    "flow.reach": 2,
    "attention": 4,
    "power.sharing": 0.7,
    "power.voice": "influence",
    "power.gather": "4h",
    "power.contingent": {
        "when_urgent": "emergent",
        "spread_above": "40%",
        "when_stakes": "champion",
    },
    "power.contingent.stakes_above": 0.5,
    "consensus.limit": "2 rounds",
    "consensus.candour": 0.4,
    "consensus.susceptibility": 0.4,
    "work.away": 0.1,
    "engagement": "on",
    "influence.rule": "merit",
}

POWER, CONSENSUS, FALLBACK, VOICE = (
    catalog.names(family) for family in ("power", "consensus", "fallback", "voice")
)
COMBINATIONS = list(product(POWER, CONSENSUS, FALLBACK))
# Every second combination is held in writing, and every third with only part of the room, so that
# each rule meets both.
MODES = [
    {
        "power.forum.mode": "written" if at % 2 else "together",
        "power.forum.quorum": 0.6 if at % 3 == 0 else 1,
    }
    for at in range(len(COMBINATIONS))
]


def _setting(at):
    rule, consensus, fallback = COMBINATIONS[at]
    chosen = {"power.rule": rule, "consensus.rule": consensus, "consensus.fallback": fallback}
    chosen |= {"influence.rule": ("fixed", "merit", "reflected")[at % 3]}
    chosen |= {"consensus.confidence_bound": 1 if at % 4 else "off"}
    chosen |= {"consensus.turns": (3, 1, "off", 8)[at // 2 % 4]}
    chosen |= {"power.voice": VOICE[at % len(VOICE)], "power.sharing": (0.7, 0, 1)[at % 3]}
    chosen |= {"interests": {"strength": 0.5 * (at % 2), "of": ("leader", "unit")[at // 2 % 2]}}
    return parameters(tiny({**SMALL, **MODES[at], **chosen}))


def test_each_rule_meets_each_mode():
    for place in range(3):
        met = {
            (names[place], mode["power.forum.mode"])
            for names, mode in zip(COMBINATIONS, MODES, strict=True)
        }
        part = {
            names[place]
            for names, mode in zip(COMBINATIONS, MODES, strict=True)
            if mode["power.forum.quorum"] < 1
        }
        assert len(met) == 2 * len(part) and part == {names[place] for names in COMBINATIONS}
    assert len(COMBINATIONS) == 10 * 7 * 5


@pytest.mark.slow
@pytest.mark.parametrize("rule", POWER)
def test_every_combination_runs_on_both_drivers_to_the_same_bytes(rule):
    ends, decided = set(), 0
    for at, (mine, consensus, fallback) in enumerate(COMBINATIONS):
        if mine != rule:
            continue
        inputs = _setting(at)
        mesa = agents.simulate(inputs, at)
        name = f"{rule}, {consensus}, {fallback}"
        decided += len(mesa.decisions)
        assert differences(mesa, kernel.simulate(inputs, at)) == "", name
        assert imbalances(inputs, mesa) == [], name
        ends |= {CLOSED_BY[code] for code in np.unique(mesa.decisions["closed_by"])}
    assert decided > 7 * 35
    alone, levels = {"autocratic", "consultative", "delegated"}, {"chain", "champion"}
    if rule in alone:
        assert ends <= {"one-voice", "lapsed"} and "one-voice" in ends
    elif rule in levels:
        assert ends <= {"approved", "rejected", "lapsed"} and {"approved", "rejected"} <= ends
    else:
        assert {"agreement", "authority", "majority", "best-so-far", "dropped"} <= ends


def test_two_combinations_differ():
    """The comparison can fail: another fallback is another outcome."""
    same = [
        at
        for at, (rule, consensus, _) in enumerate(COMBINATIONS)
        if (rule, consensus) == ("shared", "unanimity")
    ]
    one, other = agents.simulate(_setting(same[0]), 0), kernel.simulate(_setting(same[-1]), 0)
    assert differences(one, other) != ""
