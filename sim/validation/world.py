"""What a run drew, drawn again: draws are pure functions of the seed, so a check need not look inside a driver."""

from __future__ import annotations

import numpy as np

from sim.validation.check import PlayedRun
from sim.validation.settings import acuities, kind
from sim.world import issues as world


def first_opinions(seen: PlayedRun) -> np.ndarray:
    """What each leader (in canonical order) makes of each estimate from what it sensed itself: [decisions, leaders].

    For one facet that the leader sees with precision tau: tau y / (1 + tau). Needs one kind of issue and no warm-up, so
    that an issue's number is its ordinal.
    """
    assert seen.policy.clock.warmup.amount == 0 and kind(seen.policy).type == "estimate"
    run = world.run_stream(seen.inputs.seed, seen.replication)
    kind_key = int(seen.inputs.kinds.key[0])
    keys, taus = [int(key) for key in seen.inputs.numbers.key], acuities(seen.policy)
    opinions = np.zeros((len(seen.outcome.decisions), len(keys)))
    theta, idea = [0.0], [0.0]
    for place, number in enumerate(seen.outcome.decisions["issue"].tolist()):
        stream = world.issue_stream(*run, kind_key, number - 1)
        world.truth(*stream, False, 1, theta)
        for leader, (key, tau) in enumerate(zip(keys, taus, strict=True)):
            world.sense(*stream, key, False, theta, -1, [tau], idea)
            opinions[place, leader] = tau * idea[0] / (1.0 + tau)
    return opinions
