"""Which issue and which two policies a reader sees first: those that differ most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sim.comparison.judged import judged_by
from sim.dashboard import _watched
from sim.dashboard._watched import Tables
from sim.replays.choosing import apart


class Twins(NamedTuple):
    """An issue under two policies (one policy twice where there is no other), and what each came to
    be worth in stakes (None where the tables do not say)."""

    issue: int
    left: str
    right: str
    worths: tuple[float, float] | None


def twins(
    tables: Tables, manifest: Mapping[str, Any], between: Sequence[str] | None = None
) -> Twins:
    """Of the issues watched the one in which a policy differs most from the first one watched, by
    the measure that policies are judged by; between: of these policies alone, which were watched.
    """
    tables = _watched.of_replay(tables)
    issues, names = _watched.issues(tables), list(between or _watched.variants(tables))
    decisions, measure = tables.get("decisions"), judged_by(manifest)
    if decisions is None or measure not in decisions.columns:
        return Twins(issues[0], names[0], names[min(1, len(names) - 1)], None)
    mine = decisions[decisions["variant"].isin(names) & decisions["issue"].isin(issues)]
    gaps = apart(mine, names[0], measure)
    if gaps.empty:
        return Twins(issues[0], names[0], names[min(1, len(names) - 1)], None)
    others = gaps.drop(columns=names[0]) if len(names) > 1 else gaps
    issue = int(others.abs().max(axis=1).idxmax())
    right = str(others.loc[issue].abs().idxmax())
    rows = mine[mine["issue"] == issue].set_index("variant")
    left_worth, right_worth = (float(rows[measure].fillna(0.0)[name]) for name in (names[0], right))
    return Twins(issue, names[0], right, (left_worth, right_worth))
