"""Loaded by the Dask workers of tests before they work: what makes them deadly, or of another
model.

dask worker ... --preload tests/experiments/cluster_worker.py
"""

from __future__ import annotations

import os
import signal

from sim import version
from sim.runner import DRIVERS

DEADLY = "deadly"
MODEL = "LEADERSTREAM_TEST_MODEL"

DRIVERS[DEADLY] = "experiments.cluster_worker:simulate"
if MODEL in os.environ:
    version.model_version = lambda: os.environ[MODEL]


def simulate(inputs, replication):
    """The Mesa driver, but one replication of a policy in which power is half shared kills its
    process."""
    from sim.agents import simulate as play

    if replication == 1 and inputs.scenario.power.sharing == 0.5:
        os.kill(os.getpid(), signal.SIGKILL)
    return play(inputs, replication)
