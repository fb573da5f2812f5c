"""Keys about what results may show of people."""

from __future__ import annotations

from typing import Annotated

from sim.scenario.keys.facts import Section, key
from sim.scenario.value_types import whole_number

SMALLEST, LARGEST = 2, 10_000
USUAL = 5


class Privacy(Section):
    """What results may show of people: groups of some size only, or everybody."""

    smallest_group: Annotated[int | None, whole_number(SMALLEST, LARGEST, nothing="off")] = key(
        USUAL,
        "The smallest group of leaders that results may show. With it, no table, report, replay, "
        "trace, export or message about a run names a person or holds numbers of one: leaders "
        "stand in groups of at least so many, by position and unit, and smaller groups are "
        "merged. off: everybody is shown.",
        unit="leaders",
        title="Smallest group shown",
    )
