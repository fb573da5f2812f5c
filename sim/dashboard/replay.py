"""The stream as a section of the page: one issue replayed tick by tick, and its story beside it.

The picture's data stand in the page as JSON; the page's own player (`assets/stream.js`) moves them.
Names of the scenario are in those data alone and enter the page as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard import _cells, _watched, document, theme
from sim.dashboard._axes import calendar_of
from sim.dashboard._captions import captions
from sim.dashboard._layout import NARROW, WIDE, Layout, labels, layout
from sim.dashboard._watched import IssueCourse, Organisation, Tables
from sim.measures import MEASURES, PARTS

_ROW = re.compile(r"^( +)(.+?) {2,}(\S+ h)(?: +(\d+%))?$")
"""A line of the story's account of time: what, how long, which share."""


def data(tables: Tables, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """All that the player needs: the pictures of the organisations, and each issue under each
    policy."""
    calendar = calendar_of(manifest)
    numbers, names = _watched.issues(tables), _watched.variants(tables)
    maps: list[dict[str, Any]] = []
    shows = {}
    for place, variant in enumerate(names):
        who = _watched.organisation(tables, variant)
        drawn = _map(who)
        if drawn not in maps:
            maps.append(drawn)
        for row, issue in enumerate(numbers):
            course = _watched.course(tables, who, variant, issue)
            if course is not None:
                shown = _show(course, who) | {
                    "map": maps.index(drawn),
                    "story": _story(tables, variant, issue),
                }
                shows[f"{row} {place}"] = shown
    minutes, titles = float(calendar.tick) * 60.0, {part: MEASURES[part].title for part in PARTS}
    return {
        "maps": maps,
        "shows": shows,
        "parts": titles,
        "day": calendar.ticks_per_day,
        "minutes": minutes,
    }


def _map(who: Organisation) -> dict[str, Any]:
    names = [
        f"{theme.clip(name, 60)}{_position_text(who, i)}" for i, name in enumerate(who.leaders)
    ]
    shapes = {
        shape: _shape(layout(who, frame)) for shape, frame in (("wide", WIDE), ("narrow", NARROW))
    }
    return {"leaders": names, "channels": [list(pair) for pair in who.channels], **shapes}


def _position_text(who: Organisation, leader: int) -> str:
    """', midstream, unit sales': where a leader stands."""
    position, unit = who.position[leader], who.unit[leader]
    text = f", {theme.clip(position, 40)}"
    return text if unit in ("", position) else f"{text}, unit {theme.clip(unit, 40)}"


def _shape(drawn: Layout) -> dict[str, Any]:
    frame = drawn.frame
    return {
        "width": frame.width,
        "height": frame.height,
        "down": frame.downward,
        "places": [_rounded(point) for point in drawn.places],
        "radius": drawn.radius,
        "bands": [list(band) for band in labels(drawn)],
        "shores": [[_rounded(point) for point in side] for side in drawn.shores],
    }


def _rounded(point: Sequence[float]) -> list[float]:
    return [round(number, 1) for number in point]


def _show(course: IssueCourse, who: Organisation) -> dict[str, Any]:
    decision = next((row for row in course.rows if row.what == "decide"), None)
    return {
        "first": course.first,
        "last": course.last,
        "poster": _watched.poster(course),
        "marks": course.marks,
        "senses": course.senses,
        "rooms": course.rooms,
        "meets": course.meets,
        "turns": [[round(turn.start, 3), round(turn.end, 3), *turn[2:]] for turn in course.turns],
        "ideas": [[leader, round(when, 3), change] for leader, _, when, change in course.ideas],
        "knows": course.knows,
        "decided": course.decided,
        "decider": -1 if decision is None else decision.leader,
        "captions": captions(course, who.leaders),
        "phases": course.phases,
    }


def _story(tables: Tables, variant: str, issue: int) -> list[list[Any]]:
    """The story as sections: a title, and lines of kind 'text', 'item' or 'row'."""
    table = tables["stories"]
    stories = table[(table["variant"] == variant) & (table["issue"] == issue)]["text"]
    return [
        _section(section)
        for section in (stories.iloc[0] if len(stories) else "").split("\n\n")
        if section
    ]


def _section(section: str) -> list[Any]:
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
    return [
        title,
        [
            [theme.clean(part) if isinstance(part, str) else part for part in line]
            for line in blocks
        ],
    ]


def html(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """The player's place in the page, its choices and its data, as safe HTML; '' where no issue was
    watched."""
    if not _watched.has_replays(tables):
        return ""
    first = _watched.shown_first(_watched.issues(tables))
    picks = _select("issue", "Issue", issue_names(tables), first)
    picks += _select("policy", "Policy", _watched.variants(tables))
    picks = f'<div class="stream-picks">{picks}</div>'
    return f"{frame(picks)}{document.embedded('stream-player-data', data(tables, manifest))}"


def frame(picks: str = "") -> str:
    """The player's place in a page, without data. picks: what there is to choose between, as safe
    HTML."""
    colours = "".join(f"--{name}:{colour};" for name, colour in theme.MESSAGE_COLOURS.items())
    colours += f"--river:{theme.RIVER};--light:{theme.LIGHT};"
    phases = "".join(
        f".stream .phase.{part}{{background:{colour}}}"
        for part, colour in theme.PART_COLOURS.items()
    )
    return (
        f"<style>{phases}</style>"
        f'<div class="stream" id="stream-player" style="{colours}">{picks}'
        '<div class="stream-body"><div class="stream-stage">'
        '<svg class="stream-picture" role="img" aria-label="Leaders from upstream to downstream, '
        'and what travels between them; the words beneath tell what happens"></svg>'
        '<p class="stream-caption" aria-live="polite"></p>'
        '<div class="stream-controls">'
        '<button type="button" class="stream-play" aria-pressed="false">Play</button>'
        '<div class="stream-time">'
        '<input type="range" class="stream-slider" step="1" aria-label="Time">'
        '<div class="stream-phases" aria-hidden="true"></div><div class="stream-parts"></div></div>'
        '<label>Speed <select class="stream-speed">'
        '<option value="0.5">½</option><option value="1" selected>1</option>'
        '<option value="2">2</option><option value="4">4</option></select></label></div>'
        f"{_legend()}</div>"
        '<div class="stream-story" tabindex="0" role="region" '
        'aria-label="The story of this issue"></div></div></div>'
    )


def issue_names(tables: Tables) -> list[str]:
    """What the issues watched are called: number, kind, and the day on which each arose."""
    decisions = tables["decisions"]
    first = decisions[decisions["replication"] == 0].drop_duplicates("issue").set_index("issue")
    names = []
    for issue in _watched.issues(tables):
        row = first.loc[issue]
        names.append(
            f"{issue}: {theme.clip(row['kind'], 40)}, raised on day {int(row['raised_day']) + 1}"
        )
    return names


def _select(name: str, label: str, choices: Sequence[str], chosen: int = 0) -> str:
    options = "".join(
        f'<option value="{place}"{" selected" if place == chosen else ""}>'
        f"{_cells.text(choice, 60)}</option>"
        for place, choice in enumerate(choices)
    )
    return f'<label>{label} <select class="stream-{name}">{options}</select></label>'


_LEGEND = (
    ('<circle cx="8" cy="8" r="5" class="mark idea"/>', "an idea"),
    (
        '<rect x="4" y="4" width="8" height="8" transform="rotate(45 8 8)" class="mark context"/>',
        "context: the question, a mandate, news of the direction",
    ),
    ('<rect x="3" y="3" width="10" height="10" class="mark decision"/>', "the decision"),
    (
        '<circle cx="8" cy="8" r="6.5" class="disc"/><circle cx="8" cy="8" r="3.6" class="heard"/>',
        "a leader; the disc within grows with the ideas before them",
    ),
    (
        '<g class="seated"><circle cx="8" cy="8" r="6.2" class="disc"/></g>',
        "has a seat in the room",
    ),
    ('<circle cx="8" cy="8" r="7" class="seat lit"/>', "the room, while it meets"),
    ('<circle cx="8" cy="8" r="6.5" class="speaks idea"/>', "brings an idea, for all there"),
    ('<circle cx="8" cy="8" r="6.5" class="speaks"/>', "speaks, and brings nothing new"),
    (
        '<circle cx="8" cy="8" r="5" class="mark idea passing"/>',
        "an idea that its reader only passes on",
    ),
    ('<circle cx="8" cy="8" r="7" class="mark decision"/>', "decides"),
    ('<g class="knows"><circle cx="8" cy="8" r="6.2" class="disc"/></g>', "knows the decision"),
)


def _legend() -> str:
    items = "".join(
        f'<li><svg width="16" height="16" viewBox="0 0 16 16" '
        f'aria-hidden="true">{drawn}</svg>{text}</li>'
        for drawn, text in _LEGEND
    )
    return f'<ul class="stream-legend">{items}</ul>'
