"""Sweeps are read here whether or not they are switched on in scenarios."""

from __future__ import annotations

import pytest

from sim.scenario.keys.settings import LATER


@pytest.fixture(scope="module", autouse=True)
def sweeps():
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(LATER, "sweep", raising=False)
        yield
