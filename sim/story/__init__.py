"""The story of one decision, in plain words: what `trace` tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.story import account, ending, meeting, telling, travelling, words
from sim.story.facts import Facts

if TYPE_CHECKING:
    from sim.agents.trace import Trace


def story(trace: Trace, scenario: Any, structure: Any, width: int = words.WIDTH) -> str:
    """Tell how one issue arose, travelled, was decided and carried out, and where its time went.

    `trace` is what `sim.agents.trace` recorded of it under the resolved policy `scenario`, among
    the leaders of `structure`. Days and hours are working time from the run's start: day 1, hour 1
    is its first hour. No line is wider than `width` (40 at least), but for a name that is.
    """
    with words.lines_of(width):
        return _story(Facts(trace, scenario, structure))


def _story(facts: Facts) -> str:
    sections = [
        ("In short", ending.summary(facts)),
        ("What it was about", telling.opening(facts)),
        ("Who saw what", telling.witnesses(facts)),
        ("How the ideas travelled", travelling.travels(facts)),
        ("How it was decided", meeting.deciding(facts)),
        ("How the decision spread", ending.spreading(facts)),
        ("How good it was", account.worth(facts)),
        ("Where the time went", account.time(facts)),
    ]
    return "\n\n".join(f"{title}\n{text}" for title, text in sections if text)
