"""The measures of a policy that people ask for first: what they are called, in which unit, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A column of the runs table: `better` is 1 when more is better, -1 when less is; `digits` shown.

    short: its name where there is little room; meaning: what it is, for who sees it for the first time.
    """

    name: str
    title: str
    unit: str
    better: int
    digits: int
    short: str = ""
    meaning: str = ""


METRICS = {
    m.name: m
    for m in (
        Metric(
            "quality",
            "Decision quality",
            "1 best, 0 a random pick",
            1,
            3,
            "quality",
            "1 best, 0 a random pick",
        ),
        Metric(
            "value",
            "Value",
            "a decision, in stakes",
            1,
            3,
            "value",
            "quality x commitment x stakes, halved with each half-life of delay",
        ),
        Metric("delay", "Delay", "working days", -1, 2, "delay", "working days to effect"),
        Metric("person_hours", "Person-hours", "a decision", -1, 1, "hours", "person-hours a decision"),
        Metric("forum_hours", "Forum hours", "a leader, measured time", -1, 1),
        Metric("backlog", "Backlog", "hours of work a leader", -1, 2),
        Metric("progress", "Progress", "work done / work asked", 1, 3, "progress", "work done / work asked"),
        Metric("commitment", "Commitment", "mean of those affected", 1, 3),
    )
}
"""The measures shown, by column, in the order in which people ask for them."""
HEADLINES = ("quality", "delay", "value", "person_hours", "progress")
"""The measures of the one table that every answer shows."""
