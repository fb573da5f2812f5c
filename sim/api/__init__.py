"""What Python and the command line share: each function runs, draws the page, and saves one folder.

A command calls the function here of its own name, so both leave the same files. They differ only in
the times that are written into `manifest.json` and into the page.
"""

from sim.api.archives import archive
from sim.api.audits import audit
from sim.api.bridging import bridges
from sim.api.experiments import calibrate, sensitivity, sweep
from sim.api.fits import fit
from sim.api.imports import import_organization
from sim.api.runs import run

__all__ = [
    "archive",
    "audit",
    "bridges",
    "calibrate",
    "fit",
    "import_organization",
    "run",
    "sensitivity",
    "sweep",
]
