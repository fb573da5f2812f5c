"""Where to write the names beside the marks, so that no name covers a mark, an interval or another
name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.dashboard.theme import text_width

HEIGHT = 17.0
_NAME = 10  # how much worse it is to cover a name than anything else
_OUTSIDE = 40  # and to be cut
_CLOSE = 6  # of the places for a name, those beside the mark


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, y downward."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The area that both cover, in square pixels."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0.0) * max(high, 0.0)


@dataclass(frozen=True)
class NamedMark:
    """A mark to be named: its place in pixels, how far its intervals reach either way, and its
    name."""

    x: float
    y: float
    reach_x: float
    reach_y: float
    name: str


def label_offsets(
    marks: Sequence[NamedMark], area: Box, taken: Sequence[Box] = ()
) -> list[tuple[float, float]]:
    """For each mark, the offset (in pixels, y downward) of its name's centre.

    Greedy, in the order given: of a ring of places ever further out, the one that covers least;
    near and to the right is preferred. `taken` is what must stay free besides the marks.
    """
    obstacles = [*taken, *covered(marks)]
    names: list[Box] = []
    offsets = []
    for mark in marks:
        best, best_cost, best_box = (0.0, 0.0), float("inf"), area
        for preference, (dx, dy) in enumerate(_candidates(text_width(mark.name, 13))):
            box = name_box(mark, dx, dy)
            outside = _area(box) - box.overlap(area)
            cost = preference + sum(map(box.overlap, obstacles)) + _OUTSIDE * outside
            cost += _NAME * sum(map(box.overlap, names))
            if cost < best_cost:
                best, best_cost, best_box = (dx, dy), cost, box
        offsets.append(best)
        names.append(best_box)
    return offsets


def free_offsets(
    marks: Sequence[NamedMark], area: Box, taken: Sequence[Box]
) -> list[tuple[float, float] | None]:
    """The same for marks that need no name: close by, and None where a name would cover anything or
    be cut. `taken` holds the marks too."""
    busy = list(taken)
    offsets: list[tuple[float, float] | None] = []
    for mark in marks:
        offsets.append(None)
        for dx, dy in _candidates(text_width(mark.name, 13))[:_CLOSE]:
            box = name_box(mark, dx, dy)
            if box.overlap(area) < _area(box) or any(map(box.overlap, busy)):
                continue
            offsets[-1] = (dx, dy)
            busy.append(box)
            break
    return offsets


def covered(marks: Sequence[NamedMark]) -> list[Box]:
    """What the marks and their intervals take of the plot."""
    boxes = []
    for mark in marks:
        boxes.append(Box(mark.x - 9, mark.y - 9, mark.x + 9, mark.y + 9))
        boxes.append(Box(mark.x - mark.reach_x, mark.y - 2, mark.x + mark.reach_x, mark.y + 2))
        boxes.append(Box(mark.x - 2, mark.y - mark.reach_y, mark.x + 2, mark.y + mark.reach_y))
    return boxes


def _candidates(width: float) -> list[tuple[float, float]]:
    side = width / 2 + 13
    near = [(side, 0.0), (side, -12.0), (side, 12.0), (-side, 0.0), (-side, -12.0), (-side, 12.0)]
    near += [(0.0, -21.0), (0.0, 21.0), (side * 0.6, -21.0), (side * 0.6, 21.0)]
    high = (-30.0, 30.0, -46.0, 46.0, -64.0, 64.0, -90.0, 90.0)
    far = [
        (sign * (side + out), dy) for out in (6.0, 22.0, 44.0) for dy in high for sign in (1, -1)
    ]
    # A wide name in a narrow plot fits neither to the right nor to the left.
    far += [(part * side, dy) for part in (0.0, 0.5, -0.5) for dy in (*high, -120.0, 120.0)]
    return near + far


def name_box(mark: NamedMark, dx: float, dy: float) -> Box:
    """What a name takes of the plot whose centre is so far from its mark."""
    half = text_width(mark.name, 13) / 2 + 3
    x, y = mark.x + dx, mark.y + dy
    return Box(x - half, y - HEIGHT / 2, x + half, y + HEIGHT / 2)


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
