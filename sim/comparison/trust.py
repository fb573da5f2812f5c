"""Can a result be trusted? What it rests on, in a few plain facts: chance, settings, structure,
load, what was not varied, and the next run that would tell most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from sim.comparison import overload
from sim.comparison.judged import judged_by
from sim.comparison.questions import SURE, answers, pair
from sim.comparison.short import difference
from sim.comparison.wording import listed
from sim.measures import MEASURES
from sim.scenario.origins import origins
from sim.texts import clip

Tables = Mapping[str, pd.DataFrame]
Manifest = Mapping[str, Any]

NO_OVERLOAD = "No overload was seen under any policy."
_BUILT = "{}; they are the same in every replication, so intervals say nothing of other ones."
_MOST_KEYS = 6


class Fact(NamedTuple):
    """One thing that a result rests on: what it is about, and what is known of it; plain text."""

    about: str
    text: str


def trust(tables: Tables, manifest: Manifest) -> list[Fact]:
    """What the runs of one scenario rest on, in the order of the card; only what is known."""
    facts = [
        Fact("Chance", _chance(tables, manifest)),
        Fact("Settings", _settings(manifest)),
        Fact("Organisation", _structure(manifest)),
        Fact(
            "Load",
            overload.briefly(tables, manifest) or NO_OVERLOAD,
        ),
        Fact("Not varied", _fixed(manifest)),
        Fact("Next", _next(tables, manifest)),
    ]
    return [fact for fact in facts if fact.text]


def _chance(tables: Tables, manifest: Manifest) -> str:
    known = {answer.question: answer.text for answer in answers(tables, manifest)}
    if SURE in known:
        return known[SURE]
    count = tables["runs"]["replication"].nunique()
    return f"{count} replication{'' if count == 1 else 's'}."


def _settings(manifest: Manifest) -> str:
    """How many settings of the base are given, sourced, and conventions."""
    policies = manifest.get("policies") or {}
    base = manifest.get("base") if manifest.get("base") in policies else next(iter(policies), None)
    if base is None:
        return ""
    found = origins(policies[base])
    if not found.all:
        return ""
    rest = found.sourced + found.convention
    return (
        f"Of {found.all} settings of {clip(str(base), 40)} {found.given} are set otherwise than by "
        f"default. Of the {rest} defaults {found.sourced} rest on a study, a survey or a theory, "
        f"{found.convention} are conventions. leaderstream explain KEY says which."
    )


def _structure(manifest: Manifest) -> str:
    """Whether leaders and channels are given, and that they stay the same."""
    streams = [(policy.get("stream") or {}) for policy in (manifest.get("policies") or {}).values()]
    if not streams:
        return ""
    if all(stream.get("people") for stream in streams):
        return _BUILT.format("Leaders are those of a file, and their channels were built once")
    return _BUILT.format("Leaders and channels were built once, from the seed")


def _fixed(manifest: Manifest) -> str:
    """What alone differs between the policies."""
    varied = [str(key) for key in manifest.get("varied") or {}]
    if not varied:
        return ""
    return (
        f"The policies differ in {_named(varied)} alone; everything else is as the scenario says."
    )


def _named(keys: Sequence[str]) -> str:
    """Some keys; of many, how many more."""
    shown = [clip(key, 48) for key in keys[:_MOST_KEYS]]
    more = [f"{len(keys) - len(shown)} more"] if len(keys) > len(shown) else []
    return listed([*shown, *more])


def of_experiment(chance: str, keys: Sequence[str], further: str) -> list[Fact]:
    """The same of runs in which keys were varied. chance: how sure it is; further: the next run."""
    varied = f"Only {_named(keys)} varied; everything else is as the scenario says." if keys else ""
    facts = [
        Fact("Chance", chance),
        Fact("Organisation", _BUILT.format("Leaders and channels are built once for a setting")),
        Fact("Not varied", varied),
        Fact("Next", further),
    ]
    return [fact for fact in facts if fact.text]


def _next(tables: Tables, manifest: Manifest) -> str:
    """The run that would tell most."""
    two = pair(tables, manifest)
    if two is None:
        return ""
    measure = judged_by(manifest)
    gap = difference(tables["runs"], measure, two.policy, two.other)
    if not gap.clear:
        return (
            f"More replications first: the difference in {MEASURES[measure].short} is not clear "
            "(leaderstream run FILE --until value:0.02)."
        )
    return (
        "Chance is not the question any more: leaderstream audit FILE says whether the answer "
        "holds under other assumptions, leaderstream sensitivity FILE which settings it hangs on."
    )
