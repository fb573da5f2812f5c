"""Where leaders stand in the picture of the stream, and along which curves they reach one another.

Positions stand one behind another from upstream to downstream (left to right; in a narrow picture
from top to bottom), the leaders of a position across the stream, each amid those who report to it,
so that lines do not cross.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sim.dashboard.theme import fit

MOST_ABREAST = 34
"""How many leaders of a position stand abreast; more stand in several rows."""
_ROW = 0.4  # the distance between rows of a position at most, in distances between positions
_SMALLEST, _LARGEST = 2.0, 9.0  # radius of a leader, in pixels
_FILLED = 0.4  # of the distance between the two nearest leaders
_SHORE = 30.0  # pixels between the outermost leaders and the shore


class PicturePoint(NamedTuple):
    """A place in the picture, in pixels from its left and top edges."""

    x: float
    y: float


class Frame(NamedTuple):
    """The picture's size in pixels, how far from its edges leaders stay, and whether the stream
    runs downward."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    downward: bool

    def point(self, along: float, across: float) -> PicturePoint:
        """The place at a share of the way along the stream, and across it."""
        wide, high = self.width - self.left - self.right, self.height - self.top - self.bottom
        if self.downward:
            return PicturePoint(self.left + across * wide, self.top + along * high)
        return PicturePoint(self.left + along * wide, self.top + across * high)


WIDE = Frame(720, 520, 62, 52, 62, 40, False)
NARROW = Frame(460, 560, 34, 34, 52, 40, True)


@dataclass(frozen=True)
class Organisation:
    """Leaders (ids in the order of the table) with their positions, the positions from upstream
    down, and channels.

    manager: by leader, for those who have one. channels: each pair of leaders once, by their places
    in `leaders`.
    """

    leaders: Sequence[str]
    position: Sequence[str]
    unit: Sequence[str]
    positions: Sequence[str]
    manager: Mapping[int, int]
    channels: Sequence[tuple[int, int]]

    def without_channels(self) -> Organisation:
        """The same leaders, of whom nobody reaches another."""
        return replace(self, channels=())


@dataclass(frozen=True)
class Layout:
    """The picture: a place a leader and their common radius in pixels, the middle of each position,
    and the shores."""

    frame: Frame
    places: Sequence[PicturePoint]
    radius: float
    bands: Sequence[tuple[str, float]]
    shores: tuple[Sequence[PicturePoint], Sequence[PicturePoint]]


def layout(organisation: Organisation, frame: Frame) -> Layout:
    """Where everybody stands; the same organisation always gives the same picture."""
    wanted = _amid_reports(organisation)
    members = [
        sorted(
            (i for i, position in enumerate(organisation.position) if position == name),
            key=lambda i: (wanted[i], i),
        )
        for name in organisation.positions
    ]
    rows = [max(1, math.ceil(len(some) / MOST_ABREAST)) for some in members]
    row = _row(rows)
    starts = [sum(1 + (count - 1) * row for count in rows[:place]) for place in range(len(rows))]
    length = starts[-1] + (rows[-1] - 1) * row if rows else 0.0
    places: dict[int, PicturePoint] = {}
    bands = []
    for name, some, count, start in zip(organisation.positions, members, rows, starts, strict=True):
        middle = _share(start + (count - 1) * row / 2, length)
        bands.append((name, middle))
        across = _spread([wanted[i] for i in some], 0.62 + 0.38 * middle)
        for place, i in enumerate(some):
            places[i] = frame.point(_share(start + place % count * row, length), across[place])
    stand = [places[i] for i in range(len(organisation.leaders))]
    middles = [
        (name, (frame.point(middle, 0)[1 if frame.downward else 0])) for name, middle in bands
    ]
    return Layout(frame, stand, _radius(stand), middles, _shores(frame, stand, members))


def _row(rows: Sequence[int]) -> float:
    """The distance between two rows of a position: at most _ROW, and such that all rows together
    take no more of the stream than the distances between positions."""
    further = sum(rows) - len(rows)
    return min(_ROW, max(len(rows) - 1, 1) / further) if further else _ROW


class Label(NamedTuple):
    """What is written at a position: a text (clean, not escaped), where, and which part of it
    stands there."""

    text: str
    x: float
    y: float
    anchor: str  # start, middle or end


def labels(drawn: Layout, size: float = 13, bold: bool = True, scale: float = 1.0) -> list[Label]:
    """The names of the positions, cut so that none touches another or the edge in any font.

    scale: how many pixels a unit of the picture is drawn at least, where the letters do not grow
    and shrink with it.
    """
    frame, count = drawn.frame, len(drawn.bands)
    # Downward, the whole width; else an equal share of it, less what stands between two names.
    room = frame.width / 2 if frame.downward else (frame.width - 20) / max(count, 1) - 12
    texts = []
    for place, (name, at) in enumerate(drawn.bands):
        text = fit(name, room * scale, size, bold)
        if frame.downward:
            texts.append(Label(text, 8.0, round(at - drawn.radius - 20, 1), "start"))
            continue
        first, last = place == 0, place == count - 1
        anchor = "start" if first and not last else "end" if last and not first else "middle"
        x = (
            max(8.0, at - 44)
            if anchor == "start"
            else min(frame.width - 8, at + 44)
            if anchor == "end"
            else at
        )
        texts.append(Label(text, round(x, 1), 20.0, anchor))
    return texts


def _share(at: float, length: float) -> float:
    return at / length if length > 0 else 0.5


def _amid_reports(organisation: Organisation) -> list[float]:
    """For each leader the middle of those below it, across the stream: every leader who leads
    nobody takes a lane."""
    reports: dict[int, list[int]] = {}
    count = len(organisation.leaders)
    for i in range(count):
        reports.setdefault(organisation.manager.get(i, -1), []).append(i)
    rank = {unit: place for place, unit in enumerate(dict.fromkeys(organisation.unit))}
    spans: dict[int, tuple[float, float]] = {}
    lanes = 0
    stack = [(i, False) for i in reversed(_in_order(reports.get(-1, []), organisation, rank))]
    while stack:
        i, done = stack.pop()
        below = reports.get(i, [])
        if done:
            spans[i] = min(spans[j][0] for j in below), max(spans[j][1] for j in below)
        elif below:
            stack.append((i, True))
            stack += [(j, False) for j in reversed(_in_order(below, organisation, rank))]
        else:
            spans[i] = lanes, lanes + 1.0
            lanes += 1
    return [sum(spans.get(i, (0.0, 0.0))) / (2 * max(lanes, 1)) for i in range(count)]


def _in_order(
    some: Sequence[int], organisation: Organisation, rank: Mapping[str, int]
) -> list[int]:
    return sorted(some, key=lambda i: (rank[organisation.unit[i]], i))


def _spread(wanted: Sequence[float], width: float) -> list[float]:
    """Places across the stream near those wanted (ascending), within the middle `width` of it and
    evenly kept apart."""
    count = len(wanted)
    apart = 1.0 / max(count, 1)
    places: list[float] = []
    for value in wanted:
        places.append(max(value, places[-1] + apart * 0.98 if places else apart / 2))
    limit = 1.0 - apart / 2
    for place in range(count - 1, -1, -1):
        places[place] = min(places[place], limit)
        limit = places[place] - apart * 0.98
    return [0.5 + (value - 0.5) * width for value in places]


def _radius(places: Sequence[PicturePoint]) -> float:
    """As large as leaders can be without touching, within what looks well."""
    cells: dict[tuple[int, int], list[PicturePoint]] = {}
    nearest = smallest = _LARGEST / _FILLED
    # Only leaders in the same cell or in one beside it can be nearer than this to one another.
    for place in places:
        column, row = int(place.x // nearest), int(place.y // nearest)
        near = [
            other
            for x in (column - 1, column, column + 1)
            for y in (row - 1, row, row + 1)
            for other in cells.get((x, y), ())
        ]
        cells.setdefault((column, row), []).append(place)
        smallest = min([smallest, *(math.dist(place, other) for other in near)])
    return round(max(_SMALLEST, min(_LARGEST, _FILLED * smallest)), 1)


def _shores(
    frame: Frame, places: Sequence[PicturePoint], members: Sequence[Sequence[int]]
) -> tuple[Sequence[PicturePoint], Sequence[PicturePoint]]:
    """The two shores of the water, as points from the source to the mouth, beyond the picture's
    ends."""
    across = 0 if frame.downward else 1
    size = frame.width if frame.downward else frame.height
    length = frame.height if frame.downward else frame.width
    sides: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    for some in members:
        if some:
            at = sum(places[i][1 - across] for i in some) / len(some)
            sides[0].append((at, max(2.0, min(places[i][across] for i in some) - _SHORE)))
            sides[1].append((at, min(size - 2.0, max(places[i][across] for i in some) + _SHORE)))
    shores = []
    for side in sides:
        ends = [(0.0, side[0][1]), *side, (length, side[-1][1])] if side else []
        shores.append([PicturePoint(at, on) if across else PicturePoint(on, at) for at, on in ends])
    return shores[0], shores[1]


def curve(
    frame: Frame, source: PicturePoint, target: PicturePoint
) -> tuple[PicturePoint, PicturePoint]:
    """The two control points of the cubic curve from one leader to another: with the stream, or
    bent beside it."""
    if frame.downward:
        one, other = curve(
            frame._replace(downward=False),
            PicturePoint(source.y, source.x),
            PicturePoint(target.y, target.x),
        )
        return PicturePoint(one.y, one.x), PicturePoint(other.y, other.x)
    along = target.x - source.x
    if abs(along) > 1.0:
        return PicturePoint(source.x + along / 2, source.y), PicturePoint(
            target.x - along / 2, target.y
        )
    bend = min(46.0, 0.35 * abs(target.y - source.y) + 6.0)
    return PicturePoint(source.x + bend, source.y), PicturePoint(target.x + bend, target.y)


def on_curve(
    a: PicturePoint, b: PicturePoint, c: PicturePoint, d: PicturePoint, share: float
) -> PicturePoint:
    """The point at a share of the way along a cubic curve."""
    rest = 1.0 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    points = (a, b, c, d)
    x = sum(w * p.x for w, p in zip(weights, points, strict=True))
    return PicturePoint(x, sum(w * p.y for w, p in zip(weights, points, strict=True)))
