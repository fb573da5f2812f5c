"""The environment variables that the command line reads: each is declared here, once.

Those that stand for an option are named by the option itself (`envvar=WORKERS.name`); an option
that is given wins. None of them changes what a run gives.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from sim.results import FOLDER


class Variable(NamedTuple):
    """An environment variable: its name, and what it says. option: the option it stands for, or
    ''."""

    name: str
    meaning: str
    option: str = ""


WORKERS = Variable("LEADERSTREAM_WORKERS", "how many runs at once", "--workers")
RESULTS = Variable(
    "LEADERSTREAM_RESULTS",
    "the folder of results, to write to and to find them by name",
    "--out",
)
ENGINE = Variable("LEADERSTREAM_ENGINE", "which driver runs the model", "--engine")
RULES = Variable(
    "LEADERSTREAM_RULES",
    f"files of rules that scenarios may name, with '{os.pathsep}' between them",
    "--rules",
)
RUN_LIMIT = Variable("LEADERSTREAM_RUN_LIMIT", "the seconds a run may take", "--run-limit")
DASK = Variable("LEADERSTREAM_DASK", "the scheduler of a Dask cluster", "--dask")
PORT = Variable("LEADERSTREAM_PORT", "the port of the live app", "--port")

VARIABLES = (
    *(WORKERS, RESULTS, ENGINE, RULES, RUN_LIMIT, DASK, PORT),
    Variable("NO_COLOR", "no colours and no progress bars, where it is not empty"),
    Variable("TERM", "the same, where it is 'dumb'"),
    Variable("CI", "no progress bars, where it is not empty"),
    Variable("COLUMNS", "how wide lines may be; otherwise as wide as the terminal, at most 100"),
)
"""All of them, in the order in which the help lists them."""


def results_folder() -> Path:
    """The folder in which results are found by name: that of `RESULTS`, else `results`."""
    return Path(os.environ.get(RESULTS.name) or FOLDER)
