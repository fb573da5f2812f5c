"""Flow: what passes, how long a hop takes, what makes a message void; hand-computed and exact."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.rules import closing, flow
from sim.rules.flow import hop_ticks, kept_fidelity, passes


def test_what_makes_a_message_void():
    for what in (flow.IDEA, flow.NOTICE, flow.MANDATE):
        void = [flow.no_longer_matters(what, state) for state in range(3)]
        assert void == [False, True, True]
    void = [flow.no_longer_matters(flow.DECISION, state) for state in range(3)]
    assert void == [False, False, True]
    assert (closing.OPEN, closing.DECIDED, closing.CLOSED) == (0, 1, 2)


@pytest.mark.parametrize(
    ("held", "newest", "expected"),
    [(True, 4, True), (True, 3, False), (False, 4, False), (False, 3, False)],
)
def test_held_news_is_superseded_by_newer(held, newest, expected):
    assert flow.is_superseded(held, newest, 3) is expected


def test_no_two_messages_share_a_draw():
    whats = (flow.IDEA, flow.NOTICE, flow.MANDATE, flow.DECISION, flow.CONTEXT)
    draws = [flow.draw_index(what, attempt) for what in whats for attempt in range(50)]
    assert len(set(draws)) == len(draws) and whats == (0, 1, 2, 3, 4)
    assert flow.draw_index(flow.DECISION, 2) == 19


def test_closed_never_passes_and_open_always():
    smallest, largest = 2.0**-53, 1.0 - 2.0**-53
    assert not passes(smallest, 0.0) and passes(largest, 1.0)
    assert passes(0.64, 0.65) and not passes(0.65, 0.65)


def test_a_hop_is_an_exponential_rounded_up_to_at_least_one_tick():
    assert hop_ticks(math.exp(-2.4), 1.0, 4.0) == 10
    assert hop_ticks(0.5 * math.exp(-2.4), 0.5, 4.0) == 10
    assert hop_ticks(0.999, 1.0, 4.0) == 1
    assert hop_ticks(1e-9, 1.0, 0.0) == 1


@pytest.mark.parametrize("openness", [1.0, 0.65, 0.1])
@pytest.mark.parametrize("mean", [0.5, 3.0, 8.0])
def test_the_mean_hop_is_exact(mean, openness):
    count = 100_000
    ticks = [hop_ticks((i + 0.5) / count * openness, openness, mean) for i in range(count)]
    expected = 1.0 / (1.0 - math.exp(-1.0 / mean))
    assert np.mean(ticks) == pytest.approx(expected, abs=2e-3)
    assert np.mean(ticks) != pytest.approx(expected * 1.05, abs=2e-3)


def test_fidelity_is_lost_hop_by_hop():
    assert kept_fidelity(1.0, 0.1) == 0.9
    assert kept_fidelity(kept_fidelity(1.0, 0.1), 0.1) == pytest.approx(0.81)
    assert kept_fidelity(0.7, 1.0) == 0.0 and kept_fidelity(0.7, 0.0) == 0.7
