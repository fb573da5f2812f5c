"""Where the better of two policies turns with urgency: a turning point that is told with its
interval, one policy ahead over a range of urgency, or nothing that could be told. And each of these
in one plain sentence.

Every sentence on turning points goes by these: of a run, a sweep, a calibration, the report and the
live app. A turn is told only between two urgencies at which the difference is clear and of opposite
signs (`breakeven.Gaps.stretches`): its interval then has both ends, and who is worth more on either
side is known, not guessed. Coverage is measured in tests/comparison/test_turns.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from sim.comparison._breakeven import Gaps, Stretch
from sim.comparison.statistics import CONFIDENCE
from sim.comparison.urgency import Curves, Manifest, reweighted, simulated
from sim.comparison.wording import plain
from sim.measures import NET_VALUE, WORTH

TURNS, AHEAD, UNTOLD = "turns", "ahead", "cannot be told"
SAME = "they are worth the same at every urgency"
FEWEST = 10
"""With fewer paired replications nothing is told: the few turns that would be are those that chance
made look clear."""
_KINDS_NAMED = 3
_NEAR = 1.01  # as near as the ends of an interval are read off
_SAME_END = 1e-9
_AS_HERE = 1.05  # factors that are said to be the scenario's own


@dataclass(frozen=True)
class Turn:
    """Where the better of policies `a` and `b` turns.

    kind: the kind of issue; None: all kinds together, every half-life times one factor. state:
    TURNS, AHEAD or UNTOLD.

    TURNS: it turns `at`, with its interval `low` to `high`; `urgent` is worth more when issues are
    more urgent, `patient` when they are less. `again`: further points at which it turns, told as
    surely; this is the nearest to the scenario. AHEAD: `ahead` is worth more at every urgency in
    `clear`, which holds the scenario's own and is all that was looked at where `everywhere`.
    UNTOLD: `why`; `ahead` and `clear` where one policy is clearly worth more, but not at the
    scenario's own urgency.

    at, low, high, clear, reach: half-lives in working days where `days`, else factors on all
    half-lives. at: NaN where no point is told; low, high: then within which bounds a turn must lie,
    0 and inf where it may lie anywhere, NaN where there is none. days: whether there is one kind
    only. here: the scenario's own urgency in that unit. half_lives: by kind, in working days at the
    turning point. clear: over which range what is told is clear without a gap; reach: the range
    that was looked at. replications: how many pairs it rests on. measure: value, or net value.
    """

    a: str
    b: str
    kind: str | None
    state: str
    ahead: str | None = None
    urgent: str | None = None
    patient: str | None = None
    at: float = math.nan
    low: float = math.nan
    high: float = math.nan
    replications: int = 0
    why: str = ""
    reach: tuple[float, float] = (math.nan, math.nan)
    clear: tuple[float, float] = (math.nan, math.nan)
    here: float = 1.0
    days: bool = False
    half_lives: Mapping[str, float] | None = None
    again: tuple[Turn, ...] = ()
    measure: str = WORTH

    @property
    def everywhere(self) -> bool:
        """Whether what is told is clear over all that was looked at."""
        return all(
            math.isclose(a, b, rel_tol=_SAME_END)
            for a, b in zip(self.clear, self.reach, strict=True)
        )


def turns_of(
    decisions: pd.DataFrame,
    manifest: Manifest,
    a: str,
    b: str,
    urgency: pd.DataFrame | None = None,
    confidence: float = CONFIDENCE,
) -> list[Turn]:
    """Where the better of policies `a` and `b` turns: over all kinds of issue together, then kind
    by kind where there are several.

    decisions: the table of one scenario, manifest its manifest (stakes and half-lives). urgency:
    the table of that name, where there is one: it has all kinds together only. KeyError for a
    policy that was not run.
    """
    kinds = list(dict.fromkeys(decisions["kind"]))
    if urgency is not None and len(urgency):
        return [turn(simulated(urgency, manifest, kinds), a, b, confidence)]
    turns = [turn(reweighted(decisions, (a, b), manifest), a, b, confidence)]
    if len(kinds) > 1:
        by_kind = {kind: reweighted(decisions, (a, b), manifest, kind) for kind in kinds}
        turns += [turn(curves, a, b, confidence, kind) for kind, curves in by_kind.items()]
    return turns


def turn(
    curves: Curves, a: str, b: str, confidence: float = CONFIDENCE, kind: str | None = None
) -> Turn:
    """Where the better of two policies turns by their curves, which are those of `kind` alone
    unless that is None."""
    gaps = Gaps(curves, a, b)
    lives = curves.half_lives.get(a) or {}
    days = len(lives) == 1 and lives == curves.half_lives.get(b)
    unit = next(iter(lives.values())) if days else 1.0
    reach = (unit * float(curves.factors[0]), unit * float(curves.factors[-1]))
    start = Turn(
        a,
        b,
        kind,
        UNTOLD,
        low=0.0,
        high=math.inf,
        replications=gaps.replications,
        reach=reach,
        here=unit,
        days=days,
        measure=curves.measure,
    )
    if gaps.replications < FEWEST:
        return replace(start, why=_too_few(gaps.replications))
    if not gaps.differ:
        return replace(start, why=SAME, low=math.nan, high=math.nan, clear=reach)
    stretches = gaps.stretches(confidence)
    decided = [item for item in stretches if item.ahead]
    shown = [
        _point(start, gaps, *item, unit, lives)
        for item in pairwise(decided)
        if item[0].ahead != item[1].ahead
    ]
    if shown:
        nearest = min(shown, key=lambda item: abs(math.log(item.at / unit)))
        return replace(nearest, again=tuple(item for item in shown if item is not nearest))
    if not decided:
        return replace(start, why=_too_few(gaps.replications))
    around = next((item for item in decided if item.low <= 1 <= item.high), None)
    widest = around or max(decided, key=lambda item: item.high / item.low)
    result = replace(
        start, ahead=a if widest.ahead > 0 else b, clear=(unit * widest.low, unit * widest.high)
    )
    low, high = _bounds(result)
    result = replace(result, low=low, high=high)
    return (
        replace(result, state=AHEAD) if around else replace(result, why=_too_few(gaps.replications))
    )


def _bounds(turn: Turn) -> tuple[float, float]:
    """Within which bounds the better choice turns, if it does, when one policy is clearly ahead
    over a range."""
    from_first, to_last = (
        math.isclose(*ends, rel_tol=_SAME_END) for ends in zip(turn.clear, turn.reach, strict=True)
    )
    if from_first and to_last:
        return math.nan, math.nan
    return turn.clear[1] if from_first else 0.0, turn.clear[0] if to_last else math.inf


def _too_few(count: int) -> str:
    if count == 0:
        return "no replication has such issues under both"
    return "one replication is too few" if count == 1 else f"{count} replications are too few"


def _point(
    start: Turn, gaps: Gaps, left: Stretch, right: Stretch, unit: float, lives: Mapping[str, float]
) -> Turn:
    """The turn between two clear stretches of opposite signs."""
    # The ends are read off straight lines between factors, where the mean is 0 is exact.
    here = [h for h, first in gaps.crossings if first == left.ahead]
    inside = [h for h in here if left.high <= h * _NEAR and h <= right.low * _NEAR]
    at = min(inside, key=lambda each: abs(math.log(each)), default=math.sqrt(left.high * right.low))
    urgent, patient = (start.a, start.b) if left.ahead > 0 else (start.b, start.a)
    return replace(
        start,
        state=TURNS,
        urgent=urgent,
        patient=patient,
        at=unit * at,
        low=unit * min(left.high, at),
        high=unit * max(right.low, at),
        clear=(unit * left.low, unit * right.high),
        half_lives={name: life * at for name, life in lives.items()},
    )


def in_factors(turn: Turn) -> Turn:
    """The same turn with its points as factors on half-lives, whatever unit it has."""
    if not turn.days:
        return turn
    unit = turn.here
    return replace(
        turn,
        at=turn.at / unit,
        low=turn.low / unit,
        high=turn.high / unit,
        reach=(turn.reach[0] / unit, turn.reach[1] / unit),
        clear=(turn.clear[0] / unit, turn.clear[1] / unit),
        here=1.0,
        days=False,
        again=tuple(in_factors(point) for point in turn.again),
    )


def renamed(turn: Turn, names: Mapping[str, str]) -> Turn:
    """The same turn with other names for its policies, as a figure shows them."""
    known = {field: getattr(turn, field) for field in ("a", "b", "ahead", "urgent", "patient")}
    changed = {field: names.get(name, name) for field, name in known.items() if name is not None}
    return replace(turn, **changed, again=tuple(renamed(point, names) for point in turn.again))


def sentence(turn: Turn) -> str:
    """What is known of a turn in one plain sentence, with unit, direction and who is worth more."""
    if turn.state == TURNS:
        text = _turns(turn)
    elif turn.ahead is not None:
        text = _ahead(turn)
    elif turn.why == SAME:
        text = (
            f"{turn.a} and {turn.b} are worth the same at every urgency, "
            f"{_urgency(turn, *turn.reach)}"
        )
        text = f"for {turn.kind} issues {text}" if turn.kind else text
    else:
        which = f" for {turn.kind} issues" if turn.kind else ""
        few = f" from {_replications(turn)}" if turn.replications else f": {turn.why}"
        text = (
            f"at which urgency the better choice between {turn.a} and {turn.b} turns{which} "
            f"cannot be told{few}"
        )
    if turn.measure == NET_VALUE:
        return f"By net value, {text}."
    first = turn.a if turn.state != TURNS and turn.why == SAME else turn.ahead or ""
    # A sentence that opens with a policy's name leaves it as it is written.
    return f"{text if first and text.startswith(first) else text[0].upper() + text[1:]}."


def _turns(turn: Turn) -> str:
    points = sorted((turn, *turn.again), key=lambda point: point.at)
    who = (
        f"for {turn.kind} issues the better choice turns"
        if turn.kind
        else "the better choice turns"
    )
    they = "they" if turn.kind else "issues"
    at = " and ".join(point_text(point) for point in points)
    if turn.days:
        where = f"at {'a half-life' if len(points) == 1 else 'half-lives'} of {at} working days"
    else:
        where = (
            f"where every half-life is {at} times the "
            f"scenario's{_days(turn) if len(points) == 1 else ''}"
        )
    if len(points) > 1:
        order = ", then ".join([str(points[0].urgent), *(str(point.patient) for point in points)])
        return f"{who} {where}: from the most urgent {they} to the least, {order} is worth more"
    sides = (
        f"{turn.urgent} is worth more when {they} are more urgent, {turn.patient} when they "
        f"are less"
    )
    return f"{who} {where}: {sides}{_how_far(turn)}"


def point_text(turn: Turn) -> str:
    """A turning point with its interval, in its unit: '1.8 [1.5 to 2.1]'."""
    width = (turn.high - turn.low) / turn.at
    digits = min(max(2, 2 - math.floor(math.log10(3 * width))), 3) if width > 0 else 3
    at, low, high = (plain(number, digits) for number in (turn.at, turn.low, turn.high))
    return f"{at} [{low} to {high}]"


def _days(turn: Turn) -> str:
    """The same point kind by kind, where there are few."""
    lives = turn.half_lives or {}
    if not 0 < len(lives) <= _KINDS_NAMED:
        return ""
    return f" ({', '.join(f'{name}: {plain(life)} working days' for name, life in lives.items())})"


def _how_far(turn: Turn) -> str:
    """Over which range who is worth more is clear, where that is not all that was looked at."""
    if turn.everywhere:
        return ""
    low, high = (plain(limit) for limit in turn.clear)
    return f"; this is clear from {low} to {high} {'working days' if turn.days else 'times'}"


def _ahead(turn: Turn) -> str:
    other = turn.b if turn.ahead == turn.a else turn.a
    who = f"for {turn.kind} issues {turn.ahead}" if turn.kind else f"{turn.ahead}"
    if turn.everywhere:
        return f"{who} is worth more than {other} at every urgency {_urgency(turn, *turn.reach)}"
    sure = "is worth more" if turn.state == AHEAD else "is clearly worth more only"
    sure = (
        f"{who} {sure.replace(' only', '')} than {other}{' only' if turn.state == UNTOLD else ''}"
    )
    beyond = [
        word
        for word, at, end in zip(("more", "less"), turn.clear, turn.reach, strict=True)
        if not math.isclose(at, end, rel_tol=_SAME_END)
    ]
    rest = f"when {'they' if turn.kind else 'issues'} are {' or '.join(beyond)} urgent than that"
    return (
        f"{sure} {_urgency(turn, *turn.clear)}; which is better {rest} cannot be told from "
        f"{_replications(turn)}"
    )


def _replications(turn: Turn) -> str:
    return "one replication" if turn.replications == 1 else f"{turn.replications} replications"


def _urgency(turn: Turn, low: float, high: float) -> str:
    """A range of urgency against the scenario's own: 'from 100 times more urgent than here to 100
    times less'."""
    ends = [limit / turn.here for limit in (low, high)]
    more, less = plain(1 / ends[0]), plain(ends[1])
    if ends[0] >= 1 / _AS_HERE:
        start = (
            "as urgent as here"
            if ends[0] <= _AS_HERE
            else f"{plain(ends[0])} times less urgent than here"
        )
    else:
        start = f"{more} times more urgent than here"
    if ends[1] <= _AS_HERE:
        end = (
            "as urgent as here"
            if ends[1] >= 1 / _AS_HERE
            else f"{plain(1 / ends[1])} times more urgent"
        )
    else:
        end = f"{less} times less"
    days = f"half-lives from {plain(low)} to {plain(high)} working days"
    return f"from {start} to {end}{f' ({days})' if turn.days and (low, high) != turn.reach else ''}"
