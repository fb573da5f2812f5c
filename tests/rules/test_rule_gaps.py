"""What deliberate mistakes showed to be unguarded in rules and world (see tests/mutants)."""

from __future__ import annotations

import random

import numpy as np

from sim.world.issues import arrival_gap, issue_stream, origin, run_stream

Z = 4.9
STREAM = run_stream(2026, 0)


def test_issues_arise_at_their_rate():
    """The mean of 40 000 exponential gaps is known to half a per cent."""
    gaps = np.array([arrival_gap(*STREAM, 99, ordinal, 0.25) for ordinal in range(40_000)])
    assert abs(gaps.mean() - 4.0) < Z * 4.0 / len(gaps) ** 0.5
    assert abs(1.05 * gaps.mean() - 4.0) > Z * 4.0 / len(gaps) ** 0.5


def test_storage_order_changes_no_origin():
    keys, positions, rng = [101, 7, 55, 2, 900, 31], [0, 1, 1, 1, 1, 1], random.Random(3)
    for ordinal in range(100):
        stream = issue_stream(*STREAM, 12345, ordinal)
        order = rng.sample(range(6), 6)
        moved = origin(*stream, 1, [keys[i] for i in order], [positions[i] for i in order])
        assert order[moved] == origin(*stream, 1, keys, positions)
