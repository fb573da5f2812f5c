"""Which issues are worth watching: the one in which policies differ most, one of every kind, one in
changing times; and how much watching may cost unasked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.replays.recording import REPLICATION

if TYPE_CHECKING:
    import pandas as pd

    from sim.parameters import Parameters

LEAST = 100_000.0
"""Leaders x ticks, over all policies, that may be replayed unasked after any run: about 1.2 s."""
_SLOWER = 120.0  # times that the Mesa driver takes for a tick, compared with the compiled driver
_SHARE = 0.25  # of the time of all runs that replays may take unasked


def budget(tables: Mapping[str, pd.DataFrame], inputs: Mapping[str, Parameters]) -> float:
    """Leaders x ticks, over all policies, that may be replayed unasked: those that take about a
    quarter of the time of the runs, those at other urgencies included, and at least LEAST.

    It depends on the tables alone, so that it is the same on every machine.
    """
    size = sum(numbers.numbers.leaders * numbers.numbers.horizon for numbers in inputs.values())
    runs = len(tables["runs"]) + len(tables.get("urgency", ()))
    return max(LEAST, runs * size / max(len(inputs), 1) * _SHARE / _SLOWER)


def apart(decisions: pd.DataFrame, base: str, measure: str) -> pd.DataFrame:
    """By how much each policy's outcome of an issue differs from that of the base, in stakes: a row
    an issue of replication 0 that all have, a column a policy.

    measure: `value` or `net_value`. An issue that lapsed counts 0.
    """
    mine = decisions[decisions["replication"] == REPLICATION]
    there = in_all(mine, list(dict.fromkeys(mine["variant"])))
    order = list(dict.fromkeys(there["variant"]))
    wide = there.assign(worth=there[measure].fillna(0.0)).pivot(
        index="issue", columns="variant", values="worth"
    )
    return wide[order].sub(wide[base], axis=0) if base in order else wide[order] * 0.0


def chosen(
    decisions: pd.DataFrame,
    inputs: Mapping[str, Parameters],
    most: int,
    budget: float | None = None,
    measure: str = "value",
) -> list[int]:
    """The numbers of at most `most` issues of replication 0, the same in every policy, ascending.

    decisions: the table of one scenario. inputs: the policies by name, the base first. First the
    issue in which some policy differs most from the base by `measure`; then of each kind, in their
    order, the first issue that took effect under every policy and was deliberated in
    a room under some (else the first that took effect, else the first); then the last to arise
    before the direction first turned that was open then under every policy; then more, those that
    differ most first. With a `budget`
    (leaders x ticks over all policies), only what ends soon enough.
    """
    mine = decisions[decisions["replication"] == REPLICATION]
    there = in_all(mine, list(inputs))
    if there.empty or most < 1:
        return []
    ends: pd.Series = there.groupby("issue").apply(
        lambda rows: float((rows["raised_day"] + rows["delay"]).max())
    )
    base = next(iter(inputs.values()))
    cost = sum(numbers.numbers.leaders for numbers in inputs.values()) * float(base.numbers.day)
    affordable = ends[ends * cost <= budget] if budget is not None else ends
    there = there[there["issue"].isin(affordable.index)]
    by_gap = _most_apart(there, next(iter(inputs)), measure)
    watchable = dict.fromkeys(
        [
            *by_gap[:1],
            *_of_kinds(there, list(base.scenario.issues)),
            *_at_the_turn(there, _first_turn(base)),
            *by_gap,
        ]
    )
    return sorted(list(watchable)[:most])


def end(decisions: pd.DataFrame, issues: Sequence[int]) -> float:
    """The day on which the last of some issues of replication 0 is over under every policy; 0
    without issues."""
    mine = decisions[(decisions["replication"] == REPLICATION) & decisions["issue"].isin(issues)]
    return float((mine["raised_day"] + mine["delay"]).max()) if len(mine) else 0.0


def replayable(decisions: pd.DataFrame, variants: Sequence[str]) -> list[int]:
    """The numbers of the issues that can be replayed, ascending: those of replication 0 that arose
    under every one of the policies."""
    mine = decisions[decisions["replication"] == REPLICATION]
    return sorted(int(issue) for issue in in_all(mine, variants)["issue"].unique())


def in_all(mine: pd.DataFrame, variants: Sequence[str]) -> pd.DataFrame:
    """The issues that arose under every one of the policies (all of them, but where policies change
    what arises)."""
    under = mine[mine["variant"].isin(variants)]
    counts = under.groupby("issue").agg(variants=("variant", "nunique"), kinds=("kind", "nunique"))
    return under[
        under["issue"].isin(
            counts.index[(counts["variants"] == len(variants)) & (counts["kinds"] == 1)]
        )
    ]


def _most_apart(there: pd.DataFrame, base: str, measure: str) -> list[int]:
    """The issues in which some policy differs from the base, those that differ most first."""
    if there.empty or measure not in there.columns:
        return []
    most = apart(there, base, measure).abs().max(axis=1)
    return [
        int(issue) for issue in most[most > 0.0].sort_values(ascending=False, kind="stable").index
    ]


def _of_kinds(there: pd.DataFrame, kinds: Sequence[Any]) -> Iterator[int]:
    for kind in kinds:
        mine = there[there["kind"] == kind].groupby("issue")
        if not len(mine):
            continue
        about = mine.agg(
            decided=("commitment", "count"), rows=("kind", "size"), rounds=("rounds", "max")
        )
        settled = about["decided"] == about["rows"]
        by_preference = (about[settled & (about["rounds"] > 0)], about[settled], about)
        yield int(next(some.index[0] for some in by_preference if len(some)))


def _at_the_turn(there: pd.DataFrame, turn: float | None) -> Iterator[int]:
    if turn is None:
        return
    spans = there.assign(end=there["raised_day"] + there["delay"]).groupby("issue")
    about = spans.agg(raised=("raised_day", "first"), end=("end", "min"))
    open_then = about[(about["raised"] <= turn) & (about["end"] > turn)]
    if len(open_then):
        yield int(open_then.index[-1])


def _first_turn(inputs: Parameters) -> float | None:
    """The day on which the direction first turns in the measured window, None when it never
    does."""
    from sim.world.issues import due_at_rate, left_to_wait, run_stream, shift_gap

    n, stream, version, due, rate = (
        inputs.numbers,
        run_stream(inputs.seed, REPLICATION),
        0,
        0.0,
        0.0,
    )
    ends, left = [*(period.start for period in inputs.later), n.horizon], shift_gap(*stream, 0, 1.0)
    for period, end in zip(inputs.periods, ends, strict=True):
        left = left_to_wait(period.start, due, rate, left)
        rate = period.numbers.shift_rate
        due = due_at_rate(period.start, left, rate)
        while due < end:
            if due >= n.warmup:
                return due / float(n.day)
            version += 1
            due += shift_gap(*stream, version, rate)
    return None
