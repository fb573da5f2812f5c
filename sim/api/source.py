"""The scenario that a function or a command was given, as an object or as a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sim import seal

if TYPE_CHECKING:
    from sim.scenario import Scenario


def scenario_of(source: Scenario | str | os.PathLike[str]) -> Scenario:
    """The scenario, read where `source` is the path of a file.

    InvalidInput with everything wrong in it, or where the file belongs to a saved result and is not
    as it was written.
    """
    from sim.scenario import Scenario

    if not isinstance(source, str | os.PathLike):
        return source
    seal.insist_on_input(Path(source))
    return Scenario.load(Path(source))
