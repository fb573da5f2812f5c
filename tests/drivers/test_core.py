"""The core scenario of the benchmarks: what is timed against ours plays the same model."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "benchmarks"))

from core import compiled_c, plain_mesa  # noqa: E402
from core.settings import inputs_of, settings_of  # noqa: E402
from rivals import FARTHEST, OURS, farthest_apart, row  # noqa: E402

from sim.kernel import simulate  # noqa: E402

REPLICATIONS = 12


@pytest.fixture(scope="module")
def inputs():
    return inputs_of(39, "5w")


@pytest.fixture(scope="module")
def ours(inputs):
    return np.array([row(simulate(inputs, at)) for at in range(REPLICATIONS)])


def test_plain_mesa_plays_the_same_and_another_model_is_noticed(inputs, ours):
    def played(settings):
        return np.array([plain_mesa.play(settings, at) for at in range(REPLICATIONS)])

    settings = settings_of(inputs)
    assert farthest_apart({OURS: ours, "same": played(settings)}) < FARTHEST
    later = replace(settings, gather=settings.gather + 8)
    assert farthest_apart({OURS: ours, "later": played(later)}) > FARTHEST


@pytest.mark.skipif(compiled_c.compiler() is None, reason="no C compiler")
def test_c_plays_the_same(inputs, ours, tmp_path):
    play = compiled_c.player(compiled_c.compile_into(tmp_path), settings_of(inputs))
    rows = np.array([play(2026, at) for at in range(20 * REPLICATIONS)])
    assert farthest_apart({OURS: ours, "C": rows}) < FARTHEST
    assert play(2026, 0) == play(2026, 0) != play(2026, 1)
