"""Stand-in."""
from __future__ import annotations

import math
from dataclasses import dataclass

from sim.comparison.breakeven import break_even
from sim.comparison.wording import plain


@dataclass(frozen=True)
class Turn:
    state: str
    a: str
    b: str
    kind: str | None = None
    at: float = math.nan
    low: float = math.nan
    high: float = math.nan
    urgent: str = ""
    patient: str = ""
    why: str = ""


def turns_of(decisions, manifest, a, b, urgency=None):
    kinds = list(dict.fromkeys(decisions["kind"]))
    found = []
    for kind in [None, *(kinds if len(kinds) > 1 else ())]:
        turn = break_even(decisions, a, b, kind, manifest=manifest)
        if turn is None:
            found.append(Turn("cannot be told", a, b, kind))
        else:
            found.append(Turn("turns", a, b, kind, turn.factor, turn.low, turn.high, turn.urgent, turn.patient))
    return found


def said(turn):
    what = f"{turn.kind} issues" if turn.kind else "all issues together"
    if turn.state != "turns":
        return f"For {what} it cannot be told at which urgency that turns."
    return f"For {what} it turns at {plain(turn.at)} times the half-life: {turn.urgent} is ahead below, {turn.patient} above."
