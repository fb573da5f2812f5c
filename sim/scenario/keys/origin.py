"""Keys about where settings come from, as the commands write them."""

from __future__ import annotations

from typing import Annotated, Any

from sim.scenario.keys.facts import Section, key
from sim.scenario.value_types import values_by_key

_GIVEN = (
    "each by its dotted key, with the value that was found. A setting that has another value by "
    "now counts as given"
)


class Origin(Section):
    """Where settings come from: marks that change no result."""

    fitted: Annotated[dict[str, Any] | None, values_by_key()] = key(
        None,
        f"Settings that `leaderstream fit` estimated from logs, {_GIVEN}.",
        shown="none",
    )
    searched: Annotated[dict[str, Any] | None, values_by_key()] = key(
        None,
        f"Settings that `leaderstream calibrate` found to be best, {_GIVEN}; "
        "variants.NAME.KEY is a key of one variant.",
        shown="none",
    )
