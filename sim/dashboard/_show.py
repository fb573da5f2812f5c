"""One issue under one policy as the player takes it: what moves when, what it is worth, and its
story."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.clock import Calendar
from sim.comparison.judged import judged_by
from sim.comparison.urgency import days_of
from sim.dashboard import _moments, theme
from sim.dashboard._captions import captions
from sim.dashboard._layout import Organisation
from sim.dashboard._watched import IssueCourse, Tables
from sim.measures import WORTH
from sim.story.words import alternative_of, ticks_of

_ROW = re.compile(r"^( +)(.+?) {2,}(\S+ h)(?: +(\d+%))?$")
"""A line of the story's account of time: what, how long, which share."""


def show(
    tables: Tables,
    manifest: Mapping[str, Any],
    variant: str,
    issue: int,
    course: IssueCourse,
    who: Organisation,
    calendar: Calendar,
) -> dict[str, Any]:
    """All that is drawn and said of an issue under a policy; tables: of one replication."""
    decision = next((row for row in course.rows if row.what == "decide"), None)
    ending = _ending(tables, variant, issue)
    return {
        "first": course.first,
        "last": course.last,
        "poster": _moments.poster(course),
        "marks": course.marks,
        "ends": course.ends,
        "speaks": course.speaks,
        "senses": course.senses,
        "rooms": course.rooms,
        "meets": course.meets,
        "turns": [[round(turn.start, 3), round(turn.end, 3), *turn[2:]] for turn in course.turns],
        "ideas": [
            [leader, by, round(when, 3), change] for leader, by, when, change in course.ideas
        ],
        "knows": course.knows,
        "decided": course.decided,
        "decider": -1 if decision is None else decision.leader,
        "captions": captions(course, who.leaders),
        "phases": course.phases,
        "story": _story(tables, variant, issue, calendar),
        **_worth(manifest, variant, course, ending, calendar),
    }


def _ending(tables: Tables, variant: str, issue: int) -> Mapping[str, Any] | None:
    """The issue's row of the decisions; None where there is no such table."""
    decisions = tables.get("decisions")
    if decisions is None:
        return None
    mine = decisions[(decisions["issue"] == issue) & (decisions["variant"] == variant)]
    return None if mine.empty else mine.iloc[0].to_dict()


def _worth(
    manifest: Mapping[str, Any],
    variant: str,
    course: IssueCourse,
    ending: Mapping[str, Any] | None,
    calendar: Calendar,
) -> dict[str, Any]:
    """What is at stake, how fast it melts, what came of it, the same by the measure that policies
    are judged by (None where that is not known), and the names of the alternatives."""
    policy = (manifest.get("policies") or {}).get(variant) or manifest.get("scenario") or {}
    kinds = policy.get("issues") or {}
    names = list(kinds)
    name = str(ending["kind"]) if ending is not None else ""
    if name not in kinds and course.kind < len(names):
        name = names[course.kind]
    kind = kinds.get(name) or {}
    spoken = [each for each, _ in course.speaks.values()]
    best = -1 if ending is None else int(ending.get("best", -1))
    count = 1 + max([*spoken, course.chosen, best, int(kind.get("alternatives") or 1) - 1])
    if kind.get("type") == "estimate":
        count = 0
    half_life = kind.get("half_life")
    return {
        "options": [alternative_of(kind, i) for i in range(count)],
        "chosen": course.chosen if count else -1,
        "best": best if count else -1,
        "stakes": None if kind.get("stakes") is None else float(kind["stakes"]),
        "half_life": days_of(policy)(half_life) * calendar.ticks_per_day if half_life else None,
        "worth": _known(ending, WORTH),
        "judged": _known(ending, judged_by(manifest)),
    }


def _known(ending: Mapping[str, Any] | None, measure: str) -> float | None:
    found = None if ending is None else ending.get(measure)
    return None if found is None or pd.isna(found) else float(found)


def _story(tables: Tables, variant: str, issue: int, calendar: Calendar) -> list[list[Any]]:
    """The story as sections: a title, and lines of kind 'text', 'item' or 'row'; the first two with
    the first and the last tick of which they tell, or none."""
    table = tables["stories"]
    stories = table[(table["variant"] == variant) & (table["issue"] == issue)]["text"]
    return [
        _section(section, calendar)
        for section in (stories.iloc[0] if len(stories) else "").split("\n\n")
        if section
    ]


def _section(section: str, calendar: Calendar) -> list[Any]:
    title, *lines = section.split("\n")
    blocks: list[list[Any]] = []
    for line in lines:
        row = _ROW.match(line)
        if row is not None:
            blocks.append(["row", len(row[1]) > 2, row[2], row[3], row[4] or ""])
        elif line.startswith("  - "):
            blocks.append(["item", line[4:]])
        elif (
            blocks
            and blocks[-1][0] != "row"
            and line.startswith("    " if blocks[-1][0] == "item" else "  ")
        ):
            blocks[-1][1] += f" {line.strip()}"
        else:
            blocks.append(["text", line.strip()])
    return [title, [_timed(block, calendar) for block in blocks]]


def _timed(block: list[Any], calendar: Calendar) -> list[Any]:
    cleaned = [theme.clean(part) if isinstance(part, str) else part for part in block]
    if block[0] == "row":
        return cleaned
    ticks = ticks_of(calendar, block[1])
    return [*cleaned, min(ticks), max(ticks)] if ticks else cleaned
