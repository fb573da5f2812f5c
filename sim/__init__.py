"""leaderstream: leadership as a stream, simulated.

    from sim import Scenario, load, run
    result = run("scenarios/leader-stream.yaml", replications=50)
    result.comparison

The names below are loaded when first used, so that `import sim` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import archive as archive
    from sim.api import audit as audit
    from sim.api import bridges as bridges
    from sim.api import calibrate as calibrate
    from sim.api import fit as fit
    from sim.api import import_organization as import_organization
    from sim.api import run as run
    from sim.api import sensitivity as sensitivity
    from sim.api import sweep as sweep
    from sim.results import load as load
    from sim.scenario import Scenario as Scenario

__version__ = "0.7.0"

_HOMES = {
    "Scenario": "sim.scenario",
    "archive": "sim.api",
    "audit": "sim.api",
    "bridges": "sim.api",
    "calibrate": "sim.api",
    "fit": "sim.api",
    "import_organization": "sim.api",
    "load": "sim.results",
    "run": "sim.api",
    "sensitivity": "sim.api",
    "sweep": "sim.api",
}

__all__ = [
    "Scenario",
    "__version__",
    "archive",
    "audit",
    "bridges",
    "calibrate",
    "fit",
    "import_organization",
    "load",
    "run",
    "sensitivity",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
