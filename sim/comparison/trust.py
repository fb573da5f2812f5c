"""Can a result be trusted? What it rests on, in a few plain facts: chance, settings, structure,
load, what was not varied, other assumptions, and the next run that would tell most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from sim.comparison import overload
from sim.comparison.commands import on_file, other_seed
from sim.comparison.judged import judged_by
from sim.comparison.questions import SURE, answers, pair
from sim.comparison.settings import (
    conventions_that_matter,
    conventions_told,
    in_use,
    origins_told,
)
from sim.comparison.short import difference
from sim.comparison.statistics import Interval
from sim.comparison.wording import few, plain
from sim.measures import MEASURES
from sim.scenario.origins import Origin
from sim.scenario.titles import phrase_of
from sim.scenario.tree import without_variant

Tables = Mapping[str, pd.DataFrame]
Manifest = Mapping[str, Any]

NO_OVERLOAD = "No overload was seen under any policy."
AUDITED = "audit"
"""Where the manifest of a result holds the outcome of an audit of the same scenario: what
`sim.experiments.audit.saved.beside` gives."""
NOT_AUDITED = (
    "Not known: no audit of this scenario, seed and version lay beside the result when this page "
    "was made. An audit runs the comparison again under other assumptions of the model."
)
NO_LOAD = "Not looked at here: run the scenario to see whether leaders keep up with their work."
_BUILT = "{}; they are the same in every replication, so intervals say nothing of other ones."
_INTERVALS = (
    "Brackets and bands are 95 % intervals: they count chance alone, not whether the settings are "
    "right."
)
_MOST_KEYS = 6
_HALF_WIDTH = 0.02
"""How narrow half an interval should be where nothing is known of the difference."""


class Fact(NamedTuple):
    """One thing that a result rests on: what it is about, and what is known of it; plain text.

    command: the words of a command that tells more, empty for none.
    """

    about: str
    text: str
    command: tuple[str, ...] = ()


def trust(tables: Tables, manifest: Manifest) -> list[Fact]:
    """What the runs of one scenario rest on, in the order of the card; only what is known."""
    policies = _compared(tables, manifest)
    found = in_use(policies)
    facts = [
        Fact("Chance", _chance(tables, manifest)),
        *_settings(found, list(policies)),
        Fact("Organisation", _structure(manifest.get("policies") or {})),
        Fact("Load", overload.briefly(tables, manifest) or NO_OVERLOAD),
        Fact("Not varied", _fixed(manifest)),
        Fact("Other assumptions", audit_told(manifest)),
        _next(tables, manifest, policies, found),
    ]
    return [fact for fact in facts if fact.text]


def of_experiment(
    chance: str,
    manifest: Manifest,
    further: Fact,
    *,
    keys: Sequence[str] | None = None,
    load: str = NO_LOAD,
) -> list[Fact]:
    """The same of runs in which keys were varied.

    chance: how sure it is. manifest: of the experiment; `keys` are varied, and `resolved` holds the
    policies as the scenario has them, by name. further: the next run. keys: in place of the
    manifest's. load: whether leaders kept up.
    """
    keys = [str(key) for key in (manifest.get("keys") or () if keys is None else keys)]
    policies: Mapping[str, Any] = manifest.get("resolved") or {}
    found = in_use(policies, [without_variant(key) for key in keys])
    varied = f"Only {_named(keys)} varied; everything else is as the scenario says." if keys else ""
    facts = [
        Fact("Chance", chance),
        *_settings(found, list(policies)),
        Fact("Organisation", _structure(policies, " for a setting")),
        Fact("Load", load),
        Fact("Not varied", varied),
        Fact("Other assumptions", audit_told(manifest), _audit(manifest)),
        further,
    ]
    return [fact for fact in facts if fact.text]


def of_app(manifest: Manifest, most: int) -> list[Fact]:
    """The same in short, for policies that are turned and played at once.

    manifest: `resolved` holds the policies with which it starts, by what they are shown as; `name`
    is that of the scenario that the app saves. most: replications that are played.
    """
    policies: Mapping[str, Any] = manifest.get("resolved") or {}
    text = (
        f"Here each setting is played {most:,} times at most. Save the scenario (Download, at the "
        "end of this page): it holds what is turned and pinned. A run of it plays more, and its "
        "page says what else the answer rests on."
    )
    settings, *others = _settings(in_use(policies), list(policies))
    facts = [
        Fact("Chance", _INTERVALS),
        settings._replace(text=f"Before a dial is moved: {settings.text}" if settings.text else ""),
        *others,
        Fact("Organisation", _structure(policies, " for a setting")),
        Fact("Next", text, on_file("run", manifest)),
    ]
    return [fact for fact in facts if fact.text]


def audit_told(manifest: Manifest) -> str:
    """What an audit of the same scenario found, in a sentence or two; that there was none."""
    audit = manifest.get(AUDITED)
    if not audit:
        return NOT_AUDITED
    first, *rest = audit["verdict"]
    which = [text for text in rest if " flips with " in text]
    often = f"{audit['replications']:,} replications"
    return " ".join([first, *which[:1], f"(leaderstream audit, {often})"])


def _audit(manifest: Manifest) -> tuple[str, ...]:
    """The command that audits the scenario of an experiment, where that can be and was not done."""
    scenario = manifest.get("scenario") or {}
    can = bool(scenario.get("variants") or scenario.get("claims"))
    return on_file("audit", manifest) if can and not manifest.get(AUDITED) else ()


def _compared(tables: Tables, manifest: Manifest) -> dict[str, Mapping[str, Any]]:
    """The policies, resolved, that the first screen compares; the base where there are no two."""
    policies = manifest.get("policies") or {}
    two = pair(tables, manifest)
    if two is not None:
        return {name: policies[name] for name in (two.policy, two.other) if name in policies}
    base = manifest.get("base") if manifest.get("base") in policies else next(iter(policies), None)
    return {} if base is None else {base: policies[base]}


def _chance(tables: Tables, manifest: Manifest) -> str:
    known = {answer.question: answer.text for answer in answers(tables, manifest)}
    if SURE in known:
        return known[SURE]
    count = tables["runs"]["replication"].nunique()
    return f"{count} replication{'' if count == 1 else 's'}."


def _settings(found: Mapping[str, Origin], names: Sequence[str]) -> list[Fact]:
    """Where the settings come from, and which of the conventions matter most."""
    most = conventions_that_matter(found)
    explain = ("leaderstream", "explain", most[0].path) if most else ()
    return [
        Fact("Settings", origins_told(found, names)),
        Fact("Conventions", conventions_told(most), explain),
    ]


def _structure(policies: Mapping[str, Any], once: str = "") -> str:
    """Whether leaders and channels are given, and that they stay the same. once: for what they are
    built once, '' for the whole."""
    streams = [(policy.get("stream") or {}) for policy in policies.values()]
    if streams and all(stream.get("people") for stream in streams):
        return _BUILT.format(
            f"Leaders are those of a file, and their channels are built once{once}"
        )
    if not streams:
        return _BUILT.format(f"Leaders and channels are built once{once}")
    return _BUILT.format(f"Leaders and channels are built once{once}, from the seed")


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
    return few([phrase_of(key) for key in keys], _MOST_KEYS)


def _next(
    tables: Tables,
    manifest: Manifest,
    policies: Mapping[str, Mapping[str, Any]],
    found: Mapping[str, Origin],
) -> Fact:
    """The run that would tell most."""
    two = pair(tables, manifest)
    if two is None:
        return Fact("Next", "")
    measure = judged_by(manifest)
    gap = difference(tables["runs"], measure, two.policy, two.other)
    if not gap.clear and not (gap.known and gap.low == gap.high):
        return Fact(
            "Next",
            f"More replications first: the difference in {MEASURES[measure].short} is not clear.",
            on_file("run", manifest, "--until", f"{measure}:{_half_width(gap)}"),
        )
    return after_chance(manifest, found, next(iter(policies.values()), {}))


def _half_width(gap: Interval) -> str:
    """How narrow half an interval should be to tell a difference of this size, a number from
    0.001 on."""
    known = gap.known and gap.mean != 0
    return plain(max(abs(gap.mean) / 2, 0.001) if known else _HALF_WIDTH, 1)


def after_chance(
    manifest: Manifest, found: Mapping[str, Origin], policy: Mapping[str, Any]
) -> Fact:
    """The run that would tell most once chance is not the question: an audit or, after one, the
    convention that matters most, with half its value. policy: resolved, one of those compared."""
    if not manifest.get(AUDITED):
        text = (
            "Chance is not the question any more: an audit says whether the answer holds under "
            "other assumptions of the model."
        )
        return Fact("Next", text, on_file("audit", manifest))
    for one in conventions_that_matter(found):
        value: Any = policy
        for step in one.path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if type(value) is float and value > 0:
            text = (
                "The audit varied assumptions, not numbers: run again with half of the "
                f"{phrase_of(one.path)}, a convention that can move value much."
            )
            change = f"{one.path}={value / 2:g}"
            return Fact("Next", text, on_file("run", manifest, "--set", change))
    text = "Run again under another seed, with which channels and chance are drawn anew."
    return Fact("Next", text, on_file("run", manifest, *other_seed(manifest)))
