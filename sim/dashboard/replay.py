"""The stream as a section of the page: one issue replayed tick by tick, and its story beside it.

The picture's data stand in the page as JSON; the page's own player (`assets/stream.js`) moves them.
Names of the scenario are in those data alone and enter the page as text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sim.comparison.labels import name_of
from sim.dashboard import _cells, _watched, document, theme
from sim.dashboard._again import command
from sim.dashboard._axes import calendar_of
from sim.dashboard._layout import NARROW, WIDE, Layout, Organisation, labels, layout
from sim.dashboard._show import show
from sim.dashboard._tones import ALTERNATIVE_COLOURS, properties
from sim.dashboard._twins import twins
from sim.dashboard._watched import Tables
from sim.measures import MEASURES, PARTS, WORTH
from sim.replays.choosing import replayable

_SHORT = 0.6
"""How small the picture of one of two policies side by side is drawn at least: its letters, drawn
larger by as much, then fit."""
_ISSUE = "ISSUE"
"""In the command that replays other issues, what stands for the number of one."""
_LETTER = 13.0  # pixels of the names of positions, as in assets/stream.css
_MOST_CHANNELS = 1500
"""Where there are more channels, the picture holds only those that something was sent along."""


def data(tables: Tables, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """All that the player needs: the pictures of the organisations, and each issue under each
    policy."""
    calendar, tables = calendar_of(manifest), _watched.of_replay(tables)
    numbers, names = _watched.issues(tables), _watched.variants(tables)
    there: list[Organisation] = []
    shows, used = {}, set()
    for place, variant in enumerate(names):
        who = _watched.organisation(tables, variant)
        if who not in there:
            there.append(who)
        for row, issue in enumerate(numbers):
            course = _watched.course(tables, who, variant, issue)
            if course is not None:
                shown = show(tables, manifest, variant, issue, course, who, calendar)
                shows[f"{row} {place}"] = shown | {"map": there.index(who)}
                used |= {_pair(mark.source, mark.target) for mark in course.marks}
                used |= {_pair(end.source, end.target) for end in course.ends}
    return {
        "maps": [_map(who, used) for who in there],
        "shows": shows,
        "issues": numbers,
        "policies": [theme.clean(name) for name in names],
        "names": [name_of(manifest, name) for name in names],
        "parts": {part: MEASURES[part].title for part in PARTS},
        "day": calendar.ticks_per_day,
        "minutes": float(calendar.tick) * 60.0,
        "digits": MEASURES[WORTH].digits,
        "alternatives": len(ALTERNATIVE_COLOURS),
        "again": command(manifest, [_ISSUE]),
        "known": _known(tables, names),
    }


def _known(tables: Tables, names: Sequence[str]) -> list[int]:
    """The first and the last number of the issues that could be replayed; none where the tables do
    not say."""
    if "decisions" not in tables:
        return []
    every = replayable(tables["decisions"], names)
    return [every[0], every[-1]] if every else []


def _pair(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)


def _map(who: Organisation, used: Collection[tuple[int, int]]) -> dict[str, Any]:
    names = [
        f"{theme.clip(name, 60)}{_position_text(who, i)}" for i, name in enumerate(who.leaders)
    ]
    channels = [
        pair for pair in who.channels if len(who.channels) <= _MOST_CHANNELS or pair in used
    ]
    wide, narrow = layout(who, WIDE), layout(who, NARROW)
    return {
        "leaders": names,
        "channels": [list(pair) for pair in channels],
        "wide": _shape(wide),
        "narrow": _shape(narrow),
        "short": _bands(wide, _SHORT),
    }


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
        "shores": [[_rounded(point) for point in side] for side in drawn.shores],
        **_bands(drawn),
    }


def _bands(drawn: Layout, scale: float = 1.0) -> dict[str, Any]:
    """The names of the positions, for a picture whose units are drawn as `scale` pixels or more."""
    grown = 1 / scale
    down = round(_LETTER * (grown - 1), 1)  # larger letters reach further up
    bands = [list(band._replace(y=band.y + down)) for band in labels(drawn, _LETTER, scale=scale)]
    return {"bands": bands, "letters": round(grown, 3)}


def _rounded(point: Sequence[float]) -> list[float]:
    return [round(number, 1) for number in point]


def html(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """The player's place in the page, its choices and its data, as safe HTML; '' where no issue was
    watched."""
    if not _watched.has_replays(tables):
        return ""
    tables = _watched.of_replay(tables)
    first, names = twins(tables, manifest), _watched.variants(tables)
    numbers = _watched.issues(tables)
    right = "" if first.right == first.left else str(names.index(first.right))
    picks = _select("issue", "Issue", issue_names(tables), str(numbers.index(first.issue)))
    picks += _select("policy", "Policy", names, str(names.index(first.left)))
    if len(names) > 1:
        picks += beside(names, right)
        picks += (
            '<button type="button" class="stream-most">The issue in which these two differ most'
            "</button>"
        )
    picks += '<a class="stream-link" href="#stream">Link to this</a>'
    picks = f'<div class="stream-picks">{picks}</div><p class="stream-missing" role="status"></p>'
    panes = min(2, len(names))
    return f"{frame(picks, panes)}{document.embedded('stream-player-data', data(tables, manifest))}"


def beside(names: Sequence[str], chosen: str) -> str:
    """The choice of the second policy, as safe HTML; chosen: its place among `names`, as a text, or
    '' for none."""
    return _select("beside", "beside", [*names, "no other"], chosen, last="")


def frame(picks: str = "", panes: int = 1) -> str:
    """The player's place in a page, without data. picks: what there is to choose between, as safe
    HTML; panes: for how many policies side by side."""
    phases = "".join(
        f".stream .phase.{part}{{background:{colour}}}"
        for part, colour in theme.PART_COLOURS.items()
    )
    colours = "".join(
        f".stream .alternative-{place}{{--tone:var(--alternative-{place})}}"
        for place in range(len(ALTERNATIVE_COLOURS))
    )
    return (
        f"<style>{properties()}{phases}{colours}</style>"
        f'<div class="stream" id="stream-player">{picks}'
        f'{_CONTROLS}<div class="stream-when"><p class="stream-clock"></p>'
        '<ul class="stream-key" aria-label="Alternatives"></ul></div>'
        f'<div class="stream-panes">{_PANE * panes}</div>{_legend()}</div>'
    )


_PANE = (
    '<section class="stream-pane" aria-label="A policy">'
    '<div class="stream-stage"><h3 class="stream-title"></h3>'
    '<div class="stream-worth"><span class="stream-bar" aria-hidden="true"><i></i></span>'
    '<span class="stream-left"></span></div>'
    '<svg class="stream-picture" role="img" aria-label="Leaders from upstream to downstream, '
    'and what travels between them; the words beneath tell what happens"></svg>'
    '<p class="stream-caption" aria-live="polite"></p></div>'
    '<div class="stream-story" tabindex="0" role="region" '
    'aria-label="The story of this issue"></div></section>'
)
_CONTROLS = (
    '<div class="stream-controls">'
    '<button type="button" class="stream-play" aria-pressed="false">Play</button>'
    '<button type="button" class="stream-back" aria-label="To the step before">'
    '<span aria-hidden="true">&#9664;</span> Step</button>'
    '<button type="button" class="stream-on" aria-label="To the next step">Step '
    '<span aria-hidden="true">&#9654;</span></button>'
    '<div class="stream-time">'
    '<input type="range" class="stream-slider" step="1" aria-label="Time">'
    '<div class="stream-strips"></div></div>'
    '<label>Speed <select class="stream-speed">'
    '<option value="0.5">½</option><option value="1" selected>1</option>'
    '<option value="2">2</option><option value="4">4</option></select></label></div>'
)


def issue_names(tables: Tables) -> list[str]:
    """What the issues watched are called: number, kind, and the day on which each arose."""
    first = _watched.of_replay(tables)["decisions"].drop_duplicates("issue").set_index("issue")
    names = []
    for issue in _watched.issues(tables):
        row = first.loc[issue]
        names.append(
            f"{issue}: {theme.clip(row['kind'], 40)}, raised on day {int(row['raised_day']) + 1}"
        )
    return names


def _select(
    name: str, label: str, choices: Sequence[str], chosen: str, last: str | None = None
) -> str:
    """A choice whose values are the places of `choices`, the last one's `last` where that is
    given."""
    values = [str(place) for place in range(len(choices))]
    if last is not None:
        values[-1] = last
    options = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>'
        f"{_cells.text(choice, 60)}</option>"
        for value, choice in zip(values, choices, strict=True)
    )
    return f'<label>{label} <select class="stream-{name}">{options}</select></label>'


_LEGEND = (
    (
        '<circle cx="4" cy="8" r="2.4" class="mark idea alternative-0"/>'
        '<circle cx="11" cy="8" r="4.4" class="mark idea alternative-0"/>',
        "an idea, in the colour of the alternative it speaks for; thicker: more precise",
    ),
    (
        '<circle cx="8" cy="8" r="4.4" class="mark idea passing alternative-0"/>',
        "an idea that its reader only passes on",
    ),
    (
        '<circle cx="8" cy="8" r="3" class="waits alternative-0"/>',
        "an idea that lies unread",
    ),
    (
        '<path d="M5 5L11 11M11 5L5 11" class="ended alternative-0"/>',
        "where an idea ended: not passed on, unread, or never said in the room",
    ),
    (
        '<rect x="4" y="4" width="8" height="8" transform="rotate(45 8 8)" class="mark context"/>',
        "context: the question, a mandate, news of the direction",
    ),
    (
        '<rect x="3" y="3" width="10" height="10" class="mark decision alternative-0"/>',
        "the decision",
    ),
    (
        '<circle cx="8" cy="8" r="6.5" class="disc"/>'
        '<circle cx="8" cy="8" r="3.6" class="heard alternative-0"/>',
        "a leader; the disc within grows with the ideas before them, and has the colour of what "
        "most of these speak for",
    ),
    (
        '<g class="seated"><circle cx="8" cy="8" r="6.2" class="disc"/></g>',
        "has a seat in the room",
    ),
    ('<circle cx="8" cy="8" r="7" class="seat lit"/>', "the room, while it meets"),
    ('<circle cx="8" cy="8" r="6.5" class="speaks idea"/>', "brings an idea, for all there"),
    ('<circle cx="8" cy="8" r="6.5" class="speaks"/>', "speaks, and brings nothing new"),
    (
        '<g class="knows alternative-0"><circle cx="8" cy="8" r="6.2" class="disc"/></g>',
        "knows the decision",
    ),
)


def _legend() -> str:
    items = "".join(
        f'<li><svg width="16" height="16" viewBox="0 0 16 16" '
        f'aria-hidden="true">{drawn}</svg>{text}</li>'
        for drawn, text in _LEGEND
    )
    return f'<ul class="stream-legend">{items}</ul>'
