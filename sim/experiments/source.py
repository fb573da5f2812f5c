"""What the functions for Python take: a scenario or its file, and where results go."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sim.results import FOLDER

if TYPE_CHECKING:
    from sim.scenario import Scenario


def as_scenario(scenario: Scenario | str | os.PathLike[str]) -> Scenario:
    """The scenario, read where it is the path of a file; InvalidInput with everything wrong in
    it."""
    from sim.runner.pool import leave_if_read_anew
    from sim.scenario import Scenario

    leave_if_read_anew()
    return scenario if isinstance(scenario, Scenario) else Scenario.load(Path(scenario))


def home(scenario: Scenario, what: str, out: str | os.PathLike[str] | None = None) -> Path:
    """The folder of a kind of result, as the commands call it: NAME-sweep in `out` (default
    results/)."""
    return Path(FOLDER if out is None else out) / f"{scenario.name}-{what}"
