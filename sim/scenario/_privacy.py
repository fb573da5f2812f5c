"""What a scenario may not hold where its results show people in groups only."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario._validate import KeyProblem
from sim.scenario.keys.settings import Settings


def named_people(settings: Settings) -> Iterator[KeyProblem]:
    """Pairs of people by their ids where people are shown in groups only: results repeat what is
    written.

    Asked of scenarios as they are written. Settings at points that experiments make, such as those
    of `sim.bridges`, may have such pairs: no result holds them.
    """
    if settings.stream.pairs and settings.smallest_group is not None:
        message = (
            "names people by their ids, which results would repeat; with privacy.smallest_group "
            "list such ties in the ties file, under a kind of their own (stream.kinds)"
        )
        yield KeyProblem(("stream", "pairs"), message, near=(("privacy",),))
