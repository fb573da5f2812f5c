"""Results of every degenerate form: generated tables in which nothing arose, nothing was decided,
nothing differs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tests.dashboard import synthetic

VARIANTS = ("shared", "top-down", "consensus")
_UNKNOWN = (
    *("quality", "correct", "regret", "commitment", "coverage"),
    *("rounds", "participants", "person_hours", "dissent"),
)

Tables = dict[str, pd.DataFrame]
Result = tuple[Tables, dict[str, Any]]


def usual(variants: tuple[str, ...] = VARIANTS, replications: int = 6, issues: int = 40) -> Result:
    """A result like any other."""
    return synthetic.tables(variants, replications, issues), synthetic.manifest(variants)


def nothing_arose() -> Result:
    """Runs in whose measured time no issue arose."""
    tables, manifest = usual()
    runs = tables["runs"].copy()
    known = [
        "forum_hours",
        "backlog",
        "engagement",
        "alignment",
        "power_gini",
        "messages",
        "progress",
    ]
    fixed = ["scenario", "variant", "point", "replication", "seed", *known]
    for column in runs.columns:
        if column not in fixed:
            runs[column] = 0 if column in ("issues", "resolved", "lapsed") else np.nan
    return {**tables, "runs": runs, "decisions": tables["decisions"].iloc[:0]}, manifest


def lapsed(result: Result, variants: tuple[str, ...] = VARIANTS) -> Result:
    """The same, with every issue of some policies undecided when it expired, as the drivers write
    it."""
    tables, manifest = result
    decisions, runs = tables["decisions"].copy(), tables["runs"].copy()
    mine = decisions["variant"].isin(variants)
    for column in _UNKNOWN:
        if column in decisions.columns:
            decisions[column] = decisions[column].astype(float).mask(mine)
    decisions.loc[mine, ["decider", "closed_by"]] = ["", "lapsed"]
    decisions.loc[mine, "chosen"] = -1
    decisions["value"] = decisions["value"].mask(mine, 0.0)
    for part in ("scheduling", "deliberation", "escalation", "rollout"):
        decisions[part] = decisions[part].mask(mine, 0.0)
    decisions["gather"] = decisions["gather"].mask(mine, 20.0)
    decisions["delay"] = decisions["delay"].mask(mine, 20.0)
    mine = runs["variant"].isin(variants)
    for column in ("information_use", *_UNKNOWN):
        if column in runs.columns:
            runs[column] = runs[column].astype(float).mask(mine)
    runs["lapsed"] = runs["lapsed"].mask(mine, runs["issues"])
    runs["resolved"] = runs["resolved"].mask(mine, 0)
    for name, value in {"value": 0.0, "delay": 20.0, "gather": 20.0}.items():
        runs[name] = runs[name].mask(mine, value)
    for part in ("scheduling", "deliberation", "escalation", "rollout"):
        runs[part] = runs[part].mask(mine, 0.0)
    return {**tables, "runs": runs, "decisions": decisions}, manifest


def alike() -> Result:
    """Policies that did exactly the same."""
    tables, manifest = usual()
    first = {name: table[table["variant"] == VARIANTS[0]] for name, table in tables.items()}
    copies = {
        name: pd.concat([table.assign(variant=variant) for variant in VARIANTS], ignore_index=True)
        for name, table in first.items()
    }
    return copies, manifest


def only(result: Result, **kept: Any) -> Result:
    """The rows of every table with these values."""
    tables, manifest = result
    for column, value in kept.items():
        tables = {
            name: table[table[column] == value].reset_index(drop=True)
            for name, table in tables.items()
        }
    return tables, manifest


def estimates() -> Result:
    """Issues that ask for a number: nothing is chosen, and nothing is correct."""
    tables, manifest = usual()
    decisions = tables["decisions"].assign(chosen=-1, best=-1, alternatives=0, correct=np.nan)
    return {
        **tables,
        "decisions": decisions,
        "runs": tables["runs"].assign(correct=np.nan),
    }, manifest


def no_rows() -> Result:
    """Tables of which no run is left."""
    tables, manifest = usual()
    return {name: table.iloc[:0] for name, table in tables.items()}, manifest


CASES = {
    "usual": usual,
    "nothing arose": nothing_arose,
    "all lapsed": lambda: lapsed(usual()),
    "one policy's lapsed": lambda: lapsed(usual(), VARIANTS[1:2]),
    "the base's lapsed": lambda: lapsed(usual(), VARIANTS[:1]),
    "all alike": alike,
    "all alike and lapsed": lambda: lapsed(alike()),
    "one policy": lambda: usual(VARIANTS[:1]),
    "one policy, lapsed": lambda: lapsed(usual(VARIANTS[:1])),
    "one replication": lambda: only(usual(), replication=0),
    "one replication, lapsed": lambda: only(lapsed(usual()), replication=0),
    "two replications": lambda: usual(replications=2),
    "one issue": lambda: usual(replications=3, issues=1),
    "one issue, one policy, one replication": lambda: usual(VARIANTS[:1], 1, 1),
    "estimates": estimates,
    "no rows": no_rows,
}
"""Every case by its name; a further one is a line."""
SAME = ("all alike", "all alike and lapsed")
"""Cases in which policies cannot be ranked by anything."""
UNWORTHY = ("all lapsed", *SAME)
"""Cases in which policies cannot be ranked by quality or value."""
