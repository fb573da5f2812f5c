"""Against a grid of three keys that is searched exhaustively: as good a setting by a tenth of the
runs."""

from __future__ import annotations

import pytest

from benchmarks.calibrate import compared


@pytest.mark.slow
def test_a_tenth_of_the_runs_finds_a_setting_within_the_interval_of_the_grids_best():
    total, searched, good = compared(steps=5, replications=20, seeds=1, least=2)
    assert total == 2500 and searched <= total // 10
    assert good == [True]
