"""A small organisation on which commands run within a second, and the command line as tests call
it."""

from __future__ import annotations

from pathlib import Path

import pytest
from drivers.ready import make_ready
from typer.testing import CliRunner

COMPILED = ("--engine", "compiled", "--workers", "1")
"""Options under which commands run fastest once the kernel is ready, in this process alone."""

SMALL = """\
name: small
seed: 7
replications: 2
clock: {horizon: 3w, warmup: 1w}
stream:
  positions:
    - {name: top, leaders: 1, authority: 4}
    - {name: middle, leaders: 3, authority: 2}
    - {name: work, leaders: 9, authority: 1}
direction: {source: top, shifts: 2/y}
issues:
  task: {type: choice, rate: 8/w, raised_at: work, decided_at: middle, witnesses: 5, half_life: 3d,
         expiry: 10d, affects: team}
  plan: {type: estimate, rate: 2/w, raised_at: any, decided_at: top, witnesses: 6, stakes: 4,
         half_life: 1w, expiry: 4w, affects: all}
  offer: {type: approve, rate: 2/w, raised_at: work, decided_at: middle, witnesses: 4,
          half_life: 1w, expiry: 3w, affects: unit}
base: shared
variants:
  top-down: {power.rule: autocratic}
  delegated: {power.rule: delegated}
  consulted: {power.rule: consultative}
  strict: {power.sharing: 1, consensus.rule: unanimity, consensus.limit: 6d}
"""


@pytest.fixture(scope="session")
def kernel():
    """The kernel, compiled."""
    make_ready()


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty current folder, where nothing outside decides about colours, bars or options."""
    from sim.commands.environment import VARIABLES

    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", *(variable.name for variable in VARIABLES)):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def small(folder) -> str:
    """The path of the small scenario, in the current folder."""
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    return "small.yaml"


@pytest.fixture
def call(folder):
    """Call the command line: call("run", "small.yaml") gives exit_code, stdout and stderr."""
    from sim.commands.app import app

    def invoke(*arguments: str):
        return CliRunner().invoke(app, list(arguments), catch_exceptions=False)

    return invoke
