"""The kinds of decisions of a log as kinds of issues of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.clock import Calendar, Duration
from sim.fitting.estimates import Estimate
from sim.fitting.fit import Fitted
from sim.fitting.words import told
from sim.sources.policies import WhatIf
from sim.sources.scenario_text import Setting

CLEAR = 0.8
"""Kinds are raised, or decided, at a position that has this share of them (convention)."""


def issues(fitted: Fitted, whatif: WhatIf) -> list[Setting]:
    """The kinds of decisions of the log in the place of those that the scenario would have."""
    if not fitted.kinds or not any(kind.rate.value > 0 for kind in fitted.kinds):
        return []
    usual: Mapping[str, Mapping[str, Any]] = whatif.settings["issues"]
    day = Calendar().day if fitted.clock.plain else Duration.parse(f"{fitted.clock.day:g}h").amount
    calendar = Calendar(day=day)
    kinds: dict[str, dict[str, Any]] = {}
    comments: dict[str, str] = {}
    for kind in fitted.kinds:
        if not kind.rate.value > 0:
            continue
        name = _name(kind.kind, kinds)
        like = name if name in usual else _alike(fitted, kind.deciders, usual)
        rate, unit = _rate(kind.rate, calendar)
        mapping = dict(usual[like]) | {"rate": f"{rate.value:.4g}/{unit}"}
        mapping |= _places(fitted, kind.origins, kind.deciders)
        kinds[name] = mapping
        comments[f"issues.{name}.rate"] = (
            f"fitted: {told(rate, f'/{unit}')} from {kind.rate.count:,} cases; {kind.rate.method}"
        )
    found = [
        Setting(
            "issues",
            kinds,
            "the kinds of decisions in the log; who senses them, stakes, "
            "half-lives and whom they affect: not fitted, as for the kinds of import",
        )
    ]
    for path, comment in comments.items():
        *_, name, key = path.split(".")
        found.append(Setting(path, kinds[name][key], comment, fitted=True))
    return [*found, *_variants(fitted, kinds, whatif)]


def _variants(fitted: Fitted, kinds: Mapping[str, Any], whatif: WhatIf) -> list[Setting]:
    """Variants that change kinds of issues, for the kinds that there are now."""
    found = []
    for variant, changes in whatif.variants.items():
        moved = [path for path in changes if path.startswith("issues.")]
        if not moved:
            continue
        to = changes[moved[0]]
        names = list(fitted.records.positions)
        rest = {path: value for path, value in changes.items() if path not in (*moved, "label")}
        below = {
            f"issues.{name}.decided_at": to
            for name, kind in kinds.items()
            if kind["decided_at"] in names[: names.index(to)]
            and kind["raised_at"] not in names[: names.index(to)]
        }
        # The label says what the kinds of the import were decided by.
        label = {"label": changes["label"]} if below and "label" in changes else {}
        found.append(
            Setting(
                f"variants.{variant}", label | rest | (below or {"power.rule": "delegated"}), ""
            )
        )
    return found


def _name(kind: str, taken: Mapping[str, Any]) -> str:
    """A name that a kind of issue can have."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in kind)
    plain = plain.strip("-")[:40] or "decision"
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain}-{number}"
    return name


def _alike(fitted: Fitted, deciders: pd.Series, usual: Mapping[str, Any]) -> str:
    """The usual kind whose settings a kind of the log gets: of those decided at the first position
    the last, else the first."""
    names = list(usual)
    first = _at(fitted, deciders) == fitted.records.positions[0]
    return names[-1] if first and len(fitted.records.positions) > 1 else names[0]


def _places(fitted: Fitted, origins: pd.Series, deciders: pd.Series) -> dict[str, str]:
    """Where a kind is raised and decided, as far as the log is clear."""
    raised, decided = _at(fitted, origins), _at(fitted, deciders)
    names = list(fitted.records.positions)
    found = {"raised_at": raised or "any"}
    if raised and decided and names.index(decided) < names.index(raised):
        found["decided_at"] = decided
    elif raised and decided == raised:
        found["decided_at"] = "origin"
    elif decided and not raised:
        found["decided_at"] = decided
    elif raised == names[0]:
        found["decided_at"] = "origin"
    return found


def _at(fitted: Fitted, counts: pd.Series) -> str:
    """The position that holds nearly all of some people, counted; '' for none."""
    if counts.empty:
        return ""
    places = fitted.records.position[counts.index.to_numpy(np.int64)]
    held = np.bincount(places, weights=counts.to_numpy(float))
    return (
        str(fitted.records.positions[int(held.argmax())])
        if (held.max() >= CLEAR * held.sum())
        else ""
    )


def _rate(rate: Estimate, calendar: Calendar) -> tuple[Estimate, str]:
    """A rate an hour in a unit in which it is no tiny number."""
    for unit in ("d", "w", "mo"):
        scaled = rate.times(float(calendar.hours(unit)))
        if scaled.value >= 1.0:
            return scaled, unit
    return rate.times(float(calendar.hours("y"))), "y"
