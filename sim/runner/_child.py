"""What a process does that plays runs apart (`sim.runner.apart`)."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from sim.runner.apart import Play, Setup


def main() -> None:
    """Do the runs that come through the standard input, and answer each, until it ends.

    What rules print goes to the error output, as the standard output carries the answers.
    """
    told, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    from sim.runner.pool import belong_to

    parent, setup = pickle.load(told)
    belong_to(parent)
    with contextlib.suppress(EOFError, BrokenPipeError):
        _work(setup, told, answers)
    os._exit(0)


def _work(setup: Setup, told: BinaryIO, answers: BinaryIO) -> None:
    from sim.runner.apart import BEGAN, Answer

    play = _ready(setup)

    def tell(answer: Any) -> None:
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    while True:
        what, runs = pickle.load(told)
        try:
            play.prepare(what)
            tell(BEGAN)
            for run in runs:
                tell(Answer(play(what, run)))
        except Exception as error:
            tell(error)


def _ready(setup: Setup) -> Play:
    """What plays, once all is loaded that is not to count as a run's time or memory."""
    from sim.limits import limit_memory
    from sim.runner.engines import warm

    if setup.compiled:
        warm()
    module, _, name = setup.make.partition(":")
    play: Play = getattr(import_module(module), name)(*setup.given)
    if setup.memory is not None:
        limit_memory(setup.memory)
    return play
