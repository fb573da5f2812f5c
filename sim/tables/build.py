"""From what the drivers return to the four tables, policy by policy, without a loop over rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.outcome import CLOSED_BY, FORUM, LAPSED, Outcome
from sim.tables.columns import CLASS, GROUP_SIZE, OPTIONAL, RIGHT_WAYS, TABLES
from sim.tables.privacy import Groups, group_means, groups_of
from sim.tables.summary import stack, summaries, times

if TYPE_CHECKING:
    from sim.organization import Structure

Columns = dict[str, Any]
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class PolicyRuns:
    """All replications of one policy: its names, its organisation, and one outcome a replication.

    `replications[i]` is the number of `outcomes[i]`; both ascend. `kinds` are the issue kinds in
    code order, `varied` the values (number or text) of the parameters that differ between the
    policies run together, `smallest_group` the fewest leaders that a row may be about (None: one).
    """

    scenario: str
    variant: str
    seed: int
    kinds: Sequence[str]
    ticks_per_day: int
    structure: Structure
    varied: Mapping[str, Any]
    replications: Sequence[int]
    outcomes: Sequence[Outcome]
    smallest_group: int | None = None

    @cached_property
    def groups(self) -> Groups | None:
        """The groups in which its leaders are shown; None where they are shown one by one."""
        least = self.smallest_group
        return None if least is None else groups_of(self.structure, least)

    @property
    def leaders(self) -> Sequence[str]:
        """What each leader is called, in canonical order: the id, or the group's name."""
        return self.structure.id if self.groups is None else self.groups.names


def policy_tables(policy: PolicyRuns) -> Tables:
    """The four tables of one policy, columns in the order of `columns.TABLES` (varied ones after
    `seed`)."""
    decisions, of_run = stack([outcome.decisions for outcome in policy.outcomes])
    days, day_run = stack([outcome.days for outcome in policy.outcomes])
    timed = times(decisions, policy.ticks_per_day)
    return {
        "runs": _runs(policy),
        "decisions": _decisions(policy, decisions, timed, of_run),
        "leaders": _leaders(policy),
        "days": ordered(
            "days", {**_keys(policy, day_run), **{name: days[name] for name in _names(days)}}
        ),
    }


def join(parts: Sequence[Tables]) -> Tables:
    """The tables of several policies or scenarios, one under the other, in the order given."""
    names = [*TABLES, *(name for name in OPTIONAL if any(name in part for part in parts))]
    more = list(dict.fromkeys(column for part in parts for column in further(part["leaders"])))
    if more:
        parts = [{**part, "leaders": widened(part["leaders"], more)} for part in parts]
    return {
        name: pd.concat([part[name] for part in parts if name in part], ignore_index=True)
        for name in names
    }


def further(leaders: pd.DataFrame) -> list[str]:
    """The columns of a table of leaders beside those of every run: what custom leader classes
    add."""
    known = {column.name for column in TABLES["leaders"]}
    return [str(name) for name in leaders.columns if name not in known]


def widened(leaders: pd.DataFrame, more: Sequence[str]) -> pd.DataFrame:
    """The table of leaders with these further columns, in this order, those that it lacks as of
    no custom class."""
    usual = leaders[[column.name for column in TABLES["leaders"]]]
    plain: Columns = dict.fromkeys(more, np.nan)
    plain[CLASS.name] = _text(["Leader"], np.zeros(len(leaders), np.int64))
    plain[GROUP_SIZE.name] = 1
    return usual.assign(
        **{name: leaders[name] if name in leaders.columns else plain[name] for name in more}
    )


def _names(rows: np.ndarray) -> tuple[str, ...]:
    return rows.dtype.names or ()


def _runs(policy: PolicyRuns) -> pd.DataFrame:
    runs = len(policy.outcomes)
    columns: Columns = {**_keys(policy, np.arange(runs)), "seed": np.full(runs, policy.seed)}
    return ordered(
        "runs", columns | summaries(policy.outcomes, policy.ticks_per_day), policy.varied
    )


def _decisions(
    policy: PolicyRuns, rows: np.ndarray, timed: Columns, of_run: np.ndarray
) -> pd.DataFrame:
    # The two codes below 0 count from the end of the list, behind the leaders.
    names = policy.leaders
    deciders = [*names, "", ""]
    deciders[FORUM], deciders[LAPSED] = "forum", ""
    columns: Columns = {name: rows[name] for name in _names(rows)} | timed | _keys(policy, of_run)
    columns["kind"] = _text(policy.kinds, rows["kind"])
    columns["raised_day"] = rows["raised"] / policy.ticks_per_day
    for name in ("origin", "accountable"):
        columns[name] = _text(names, rows[name])
    columns["decider"] = _text(deciders, rows["decider"] % len(deciders))
    columns["closed_by"] = _text(CLOSED_BY, rows["closed_by"])
    return ordered("decisions", columns)


def _leaders(policy: PolicyRuns) -> pd.DataFrame:
    """Rows in the order in which the organisation is stored, whatever the canonical order; or a row
    a group."""
    if policy.groups is not None:
        return _groups(policy, policy.groups)
    structure = policy.structure
    order = np.argsort(structure.row, kind="stable")
    rows, of_run = stack([outcome.leaders[order] for outcome in policy.outcomes])
    places = np.tile(order, len(policy.outcomes))
    columns: Columns = {name: rows[name] for name in _names(rows)} | _keys(policy, of_run)
    table = ordered("leaders", columns | who(structure, places))
    for name in policy.outcomes[0].more:
        values = np.concatenate([outcome.more[name][order] for outcome in policy.outcomes])
        table[name] = (
            pd.Series(pd.array(values.tolist(), dtype="str")) if name == CLASS.name else values
        )
    return table


def _groups(policy: PolicyRuns, groups: Groups) -> pd.DataFrame:
    """A row a group instead of a row a leader: means over its leaders, and how many they are.

    What a leader's class is, is left out; of the numbers that classes keep there are means, where
    enough leaders of a group have them.
    """
    order, runs = np.argsort(policy.structure.row, kind="stable"), len(policy.outcomes)
    rows, of_run = stack([outcome.leaders[order] for outcome in policy.outcomes])
    group = of_run * len(groups) + np.tile(groups.of[order], runs)

    def means(values: np.ndarray) -> np.ndarray:
        return group_means(values.astype(float), group, groups, runs)

    places = np.tile(np.arange(len(groups)), runs)
    columns: Columns = {name: means(rows[name]) for name in _names(rows)}
    # Only those without a manager send across, only those with reports down: of a group that may be
    # one or two.
    sizes = groups.sizes[places]
    for way in RIGHT_WAYS:
        having = np.rint(means(rows[way] > 0.0) * sizes)
        few = (having > 0) & (having < np.minimum(groups.smallest, sizes))
        for name in (way, f"{way}_passed"):
            columns[name] = np.where(few, np.nan, columns[name])
    # Of all messages of a group, as many as came to each of its desks.
    hours = means(np.nan_to_num(rows["inbox_hours"]) * rows["messages_in"])
    columns["inbox_hours"] = np.divide(
        hours,
        columns["messages_in"],
        out=np.full(len(hours), np.nan),
        where=columns["messages_in"] > 0.0,
    )
    columns |= _keys(policy, np.repeat(np.arange(runs), len(groups)))
    columns |= {
        "leader": _text(groups.labels, places),
        "position": _text(groups.positions, places),
        "unit": _text(groups.units, places),
    }
    table = pd.DataFrame({column.name: columns[column.name] for column in TABLES["leaders"]})
    for name in policy.outcomes[0].more:
        if name != CLASS.name:
            kept = [outcome.more[name][order] for outcome in policy.outcomes]
            table[name] = means(np.concatenate(kept))
    table[GROUP_SIZE.name] = sizes
    return table


def who(structure: Structure, places: np.ndarray) -> Columns:
    """Id, position and unit of the leaders at some places of the canonical order."""
    return {
        "leader": _text(structure.id, places),
        "position": _text(structure.positions, structure.position[places]),
        "unit": _text(structure.units, structure.unit[places]),
    }


def _keys(policy: PolicyRuns, of_run: np.ndarray) -> Columns:
    """The columns that say which run each row belongs to."""
    zeros = np.zeros(len(of_run), dtype=np.int64)
    return {
        "scenario": _text([policy.scenario], zeros),
        "variant": _text([policy.variant], zeros),
        "point": zeros,
        "replication": np.asarray(policy.replications, dtype=np.int64)[of_run],
    }


def _text(names: Sequence[str] | np.ndarray, codes: np.ndarray) -> pd.Series:
    """The names that the codes stand for, as a column of strings."""
    column = pa.array(list(names), type=pa.string()).take(pa.array(codes.astype(np.int64)))
    return pd.Series(pd.array(column, dtype="str"))


def ordered(table: str, columns: Columns, varied: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """The table's columns in their order and with their types; `varied` constants after `seed`."""
    kinds = {"integer": np.int64, "number": np.float64}
    rows = len(columns["replication"])
    made: Columns = {}
    for column in (TABLES | OPTIONAL)[table]:
        values = columns[column.name]
        made[column.name] = (
            values if column.kind == "text" else np.asarray(values).astype(kinds[column.kind])
        )
        if column.name == "seed":
            made |= {name: _constant(value, rows) for name, value in (varied or {}).items()}
    return pd.DataFrame(made)


def _constant(value: Any, rows: int) -> Any:
    """A column that holds one number or one text throughout."""
    if isinstance(value, str):
        return _text([value], np.zeros(rows, dtype=np.int64))
    return np.full(rows, float(value))
