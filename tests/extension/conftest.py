"""Every test here begins with no file of rules loaded, and leaves none; the user's own
configuration is not read."""

from __future__ import annotations

import pytest
from commands.conftest import call, folder  # noqa: F401
from drivers.ready import make_ready

from extension.rules_made import write
from sim.extension import files


@pytest.fixture(scope="session", autouse=True)
def _kernel():
    make_ready()


@pytest.fixture(autouse=True)
def _nothing_loaded(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-configuration"))
    for name in ("_allowed", "_origins"):
        monkeypatch.setattr(files, name, {})


@pytest.fixture
def rules(folder):  # noqa: F811
    """The current folder, with the files well.py and invalid.py in it."""
    write(folder)
    return folder
