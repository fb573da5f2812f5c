"""From how much contact on two people have a channel. Loads nothing slow: the command's help reads
the defaults."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.errors import UsageError

DAYS = {"d": 1.0, "w": 7.0, "mo": 365.25 / 12, "y": 365.25}
"""Days of the calendar in the units of a rate."""

MOST_RECEIVERS = 7
"""A message to more people at once is an announcement and makes no channel. Source: Microsoft Viva
Insights, metric "network size": an interaction is meaningful among two to eight people
(secondary)."""


@dataclass(frozen=True)
class Threshold:
    """From how much contact on a tie is a channel: `amount` in a time of `unit`; or in all
    (`unit` ''): so many messages, or a standing tie of so much weight."""

    amount: float
    unit: str = ""

    @classmethod
    def parse(cls, text: str) -> Threshold:
        """From text such as 5/mo, 1/w or 3; UsageError for any other."""
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:/\s*(d|w|mo|y))?\s*", text)
        if not found or float(found[1]) <= 0:
            raise UsageError(
                f"--channel-from takes a rate above 0 such as 5/mo (d, w, mo or y), or a number "
                f"such as 3; not '{text}'"
            )
        return cls(float(found[1]), found[2] or "")

    @property
    def per_month(self) -> float:
        """The rate, a month of the calendar."""
        return self.amount * DAYS["mo"] / DAYS[self.unit]

    def __str__(self) -> str:
        return f"{self.amount:g}/{self.unit}" if self.unit else f"{self.amount:g}"


DEFAULT = Threshold(2.0, "mo")
"""Messages both ways together from which on two people have a channel. Source: Microsoft Viva
Insights, metric "network size": at least two meaningful interactions in the last four weeks
(secondary); that such a pair passes on ideas is a convention."""


@dataclass(frozen=True)
class Rules:
    """What becomes of ties: options of the command.

    unknown: see `matching.UNKNOWN`. channel_from: None for `DEFAULT`. reciprocal: whether only ties
    that go both ways are channels.
    """

    unknown: str = "skip"
    channel_from: Threshold | None = None
    reciprocal: bool = False

    @property
    def threshold(self) -> Threshold:
        return self.channel_from or DEFAULT
