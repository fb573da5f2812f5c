"""What a figure is: everything that is known of it, declared once in the module that draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from sim.dashboard.data import Data
from sim.dashboard.drawing.canvas import Spec

if TYPE_CHECKING:
    import plotly.graph_objects as go

R = TypeVar("R")
"""A result as its figures read it: a `RunData` of a run, a `SweepData`, a `Search`, a `Front`."""


def _always(_: object) -> bool:
    return True


def _empty(_: object) -> str:
    return ""


def _no_data(_: object) -> None:
    return None


def _none(_: object) -> tuple[()]:
    return ()


@dataclass(frozen=True)
class Figure(Generic[R]):
    """One figure of one kind of result. Every function below takes the result as its figures read
    it.

    name: what a user types; letters and hyphens, different from all other figures'. title: the
    heading of its section on the page, plain text. shows: what it shows, in a few words. question:
    what it answers, one sentence. draw(result, narrow, choice): the figure, where `narrow`
    arranges it for less than about 800 pixels and `choice` is a place in `choices`. finding: the
    sentence above it, plain text, or several as items of a list. note: how to read it, plain text.

    anchor: the id of its section (default: the name). available: whether the result has anything
    for it; where not, the figure is neither listed nor on the page. table: its numbers as safe
    HTML, '' for none. data: the numbers that can be saved as CSV; with `open_table` their sortable
    table is shown at once. choices: what it can show one at a time, as plain texts; policies: the
    same as names of policies, where it is policies; issues: the issues that it can show one of.
    below: the name of the figure in whose section it stands. player: what stands on the page in
    place of the figure, as safe HTML; such a section is on the page even where the figure is not
    available, so that its finding can say how to get one. plot(result, narrow, issue, variant,
    still): the figure where it is more than `draw` gives, as one with frames.
    """

    name: str
    title: str | Callable[[R], str]
    shows: str
    question: str
    draw: Callable[[R, bool, int], Spec]
    finding: Callable[[R], str | list[str]]
    note: Callable[[R], str]
    anchor: str = ""
    available: Callable[[R], bool] = _always
    table: Callable[[R], str] = _empty
    data: Callable[[R], Data | None] = _no_data
    open_table: bool = False
    choices: Callable[[R], Sequence[str]] = _none
    policies: Callable[[R], Sequence[str]] = _none
    issues: Callable[[R], Sequence[int]] = _none
    below: str = ""
    player: Callable[[R], str] | None = None
    plot: Callable[[R, bool, int | None, str | None, bool], go.Figure] | None = None

    def heading(self, result: R) -> str:
        """The title for this result."""
        return self.title if isinstance(self.title, str) else self.title(result)

    def shapes(self, result: R) -> dict[str, list[Spec]]:
        """The figure as a page holds it: by 'wide' and 'narrow', once for each of its choices."""
        count = max(len(self.choices(result)), 1)
        return {
            shape: [self.draw(result, shape == "narrow", choice) for choice in range(count)]
            for shape in ("wide", "narrow")
        }
