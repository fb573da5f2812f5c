"""Tests of both drivers need the compiled one ready."""

import pytest

from drivers.ready import make_ready


@pytest.fixture(scope="session", autouse=True)
def _kernel():
    make_ready()
