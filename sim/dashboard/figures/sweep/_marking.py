"""Lines that mark cells of a map: hatching over some of them, the border between those above and
below zero."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.dashboard.drawing.canvas import rounded

Line = tuple[list[float | None], list[float | None]]
"""Coordinates of a broken line as Plotly takes them: None between its pieces."""

_APART = 11.0
_SIZE = (600.0, 400.0)
"""The distance of hatching lines in a plot of about this size, in pixels."""
_MANY = 400


def hatching(x: Sequence[float], y: Sequence[float], chosen: np.ndarray) -> Line:
    """Slanted lines over the chosen cells that run on from cell to cell; of many cells, one line a
    cell.

    x, y: the borders of the columns and rows of cells. chosen: rows x columns.
    """
    line: Line = ([], [])
    if chosen.size > _MANY:
        for row, column in np.argwhere(chosen):
            _add(line, ((x[column], y[row + 1]), (x[column + 1], y[row])))
        return line
    across, up = _pixels(x, _SIZE[0]), _pixels(y, _SIZE[1])
    for row, column in np.argwhere(chosen):
        left, right, low, high = across[column], across[column + 1], up[row], up[row + 1]
        first, last = math.ceil((left + low) / _APART), math.floor((right + high) / _APART)
        for step in range(first, last + 1):
            where = (
                step * _APART
            )  # the line on which the two coordinates, in pixels, add up to this
            start, end = max(left, where - high), min(right, where - low)
            if end > start:
                _piece(line, x, y, ((start, where - start), (end, where - end)))
    return line


def boundary(x: Sequence[float], y: Sequence[float], values: np.ndarray) -> Line:
    """The borders between neighbouring cells of which one is above 0 and the other is not."""
    line: Line = ([], [])
    above, known = values > 0, np.isfinite(values)
    for row, column in np.ndindex(*values.shape):
        right, up = column + 1 < values.shape[1], row + 1 < values.shape[0]
        if (
            right
            and known[row, column]
            and known[row, column + 1]
            and above[row, column] != above[row, column + 1]
        ):
            _add(line, ((x[column + 1], y[row]), (x[column + 1], y[row + 1])))
        if (
            up
            and known[row, column]
            and known[row + 1, column]
            and above[row, column] != above[row + 1, column]
        ):
            _add(line, ((x[column], y[row + 1]), (x[column + 1], y[row + 1])))
    return line


def _pixels(borders: Sequence[float], length: float) -> list[float]:
    low, high = borders[0], borders[-1]
    return [(border - low) / (high - low) * length for border in borders]


def _piece(
    line: Line, x: Sequence[float], y: Sequence[float], ends: Sequence[tuple[float, float]]
) -> None:
    """Add a piece given in pixels."""
    wide, high = (x[-1] - x[0]) / _SIZE[0], (y[-1] - y[0]) / _SIZE[1]
    _add(line, [(x[0] + u * wide, y[0] + v * high) for u, v in ends])


def _add(line: Line, ends: Sequence[tuple[float, float]]) -> None:
    line[0].extend([*rounded(u for u, _ in ends), None])
    line[1].extend([*rounded(v for _, v in ends), None])
