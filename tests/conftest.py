"""What all tests share: hypothesis settings that are the same everywhere, and where the real data
lie."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time, and no deadline: a busy machine must not fail a test.
settings.register_profile("house", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("house")

# Started in the background, a shell lets programs ignore Ctrl-C, and these hand that on to all that
# they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def calibrated(tmp_path_factory):
    """The small calibration of tests/experiments/calibration by one worker, made once: to read."""
    from experiments.calibration.test_calibrate import found

    return found(tmp_path_factory.mktemp("calibrated"), workers=1)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real organisations beside the repository; tests that need it are skipped
    without it."""
    folder = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no folder of shared data beside the repository")
    return folder
