"""Keys about what the author of a scenario expects of its policies."""

from __future__ import annotations

from typing import Annotated

from sim.measures import measure_names
from sim.scenario.keys.facts import Section, key
from sim.scenario.value_types import Range, choice, number, share, word

_POLICY = "the name of a variant or of the base"


class Claim(Section):
    """What the author expects of two policies: that a measure is higher, or lower, under one than
    the other."""

    metric: Annotated[str, choice(measure_names())] = key(
        ..., "The measure: a column of the runs table, a number a run."
    )
    higher: Annotated[str | None, word(_POLICY)] = key(
        None,
        "The policy under which the measure is expected to be higher; this or lower.",
        shown="none",
    )
    lower: Annotated[str | None, word(_POLICY)] = key(
        None,
        "The policy under which the measure is expected to be lower; this or higher.",
        shown="none",
    )
    than: Annotated[str, word(_POLICY)] = key(..., "The policy that it is compared with.")
    by: Annotated[float, number(Range(0))] = key(
        0, "The measure must be higher or lower by more than this.", unit="the measure's own unit"
    )
    confidence: Annotated[float, share(Range(0.5, 1, above=True, below=True))] = key(
        "95%",
        (
            "How sure the verdict must be: a false claim is confirmed with a probability of "
            "at most 1 minus this."
        ),
        unit="probability",
    )

    @property
    def policy(self) -> str:
        """The policy of which something is claimed ('' where the scenario names none, which is a
        mistake)."""
        return self.higher or self.lower or ""

    @property
    def direction(self) -> str:
        """'higher' or 'lower'."""
        return "higher" if self.higher is not None else "lower"
