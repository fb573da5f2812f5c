"""Made-up events of an issue, and its story in one line."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sim.outcome import CLOSED_BY
from sim.story import story


def event(tick: int, what: str, **data: Any) -> SimpleNamespace:
    return SimpleNamespace(tick=tick, what=what, data=data)


def row(**changes: Any) -> dict[str, Any]:
    """A decision of a task raised on day 3, hour 2 by a leader at work, settled by its forum."""
    usual = dict.fromkeys(("gather", "scheduling", "deliberation", "escalation", "rollout"), 0)
    usual |= {
        "issue": 1,
        "kind": 0,
        "raised": 17,
        "origin": 4,
        "accountable": 1,
        "decider": -1,
        "alternatives": 3,
    }
    usual |= {
        "chosen": 1,
        "best": 1,
        "estimate": float("nan"),
        "truth": float("nan"),
        "quality": 1.0,
        "delay": 0,
    }
    usual |= {"ceiling": 0.5, "rounds": 0, "participants": 2, "person_hours": 0.0, "dissent": 0.0}
    usual["unsaid"] = float("nan")
    usual |= {
        "closed_by": CLOSED_BY.index("agreement"),
        "coverage": 1.0,
        "commitment": 0.8,
        "value": 0.4,
    }
    return usual | changes


ARISE = event(17, "arise", witnesses=[1, 4, 6], origin=4, accountable=1)


def tell(
    prepared: Any,
    decision: dict[str, Any],
    *events: SimpleNamespace,
    arise: SimpleNamespace = ARISE,
    mail: Any = (),
) -> str:
    """The story in one line, so that wrapping hides nothing."""
    trace = SimpleNamespace(decision=decision, events=[arise, *events], mail=list(mail))
    text = story(trace, prepared.scenario, prepared.structure)
    return " ".join(text.split())


def seat(number: int, start: int, ready: int) -> SimpleNamespace:
    return event(ready, "book", round=number, start=start, end=start + 2, ready=ready)


def round_(
    number: int, tick: int, said: list, choices: list[int], agreed: bool = False
) -> SimpleNamespace:
    """A round of 1 and 4. said: (originator, speaker), in the order of the turns."""
    turns = [(speaker, originator) for originator, speaker in said]
    positions = [(leader, choice, 0.0) for leader, choice in zip([1, 4], choices, strict=True)]
    data = {"proposal": 1, "number": 0.0, "support": 1.0 if agreed else 0.62, "needed": 1.0}
    return event(
        tick,
        "round",
        round=number,
        present=[1, 4],
        said=said,
        turns=turns,
        recorded=[(originator, 0, 0) for originator, _ in said],
        positions=positions,
        agreed=agreed,
        **data,
    )
