"""Tests of the model run on the compiled driver too."""

import pytest
from drivers.ready import make_ready


@pytest.fixture(scope="session", autouse=True)
def _kernel():
    make_ready()
