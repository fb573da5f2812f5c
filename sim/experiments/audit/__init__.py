"""Audits: does a finding depend on how it was modelled?

`sim.audit` runs one; `alternatives` has the one list of what is tried.
"""

from sim.experiments.audit._verdicts import Cell
from sim.experiments.audit.alternatives import Alternative
from sim.experiments.audit.audit import Audit
from sim.experiments.audit.findings import Finding

__all__ = ["Alternative", "Audit", "Cell", "Finding"]
