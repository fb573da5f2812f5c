"""What a figure is: everything that is known of it, declared once in the module that draws it; and
the data behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import pandas as pd

from sim.dashboard import theme
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.drawing.patches import Patch, patch
from sim.dashboard.estimates import MeanEstimate, RunData
from sim.measures import MEASURES
from sim.tables.storage import FORMULA, MARK

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


SHAPES = "wide", "narrow"


class Otherwise(NamedTuple):
    """What a reader can highlight, in words, and what then changes: by shape, for each choice, for
    each highlight but the first."""

    words: Sequence[str]
    changes: Mapping[str, Sequence[Sequence[Patch]]]


SLIDE_WIDTHS = {False: 960, True: 440}
"""The width in pixels for which the picture of a slide is drawn, by whether it is a narrow one; on
the screen it is enlarged."""


@dataclass(frozen=True)
class Slide(Generic[R]):
    """What a slide says above and below its figure, plain text each: what it is about, one sentence
    in large letters, and a line of what that rests on ('' for none).

    picture(result, narrow): its figure without these texts; None: the player of the stream, on the
    page.
    """

    about: Callable[[R], str]
    says: Callable[[R], str]
    rests: Callable[[R], str]
    picture: Callable[[R, bool], Spec] | None


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
    for it; where not, the figure is neither listed nor on the page. on_page: whether a figure that
    is available stands on the page, or is only for those who ask for it. table: its numbers as safe
    HTML, '' for none. data: the numbers that can be saved as CSV; with `open_table` their sortable
    table is shown at once. choices: what it can show one at a time, as plain texts; policies: the
    same as names of policies, where it is policies; highlights: where policies are too many for a
    colour each, which of them can be highlighted, in words, and the result as its figures then read
    it. issues: the issues that it can show one of. below: the name of the figure in whose section
    it stands. player: what stands on the page in place of the figure, as safe HTML; such a section
    is on the page (by `on_page`) even where the figure is not available, so that its finding can
    say how to get one. plot(result, narrow, issue, variants, still): the figure where it is more
    than `draw` gives, as one with frames. slide: what is shown of it when the page is presented;
    such a figure has the size of a screen. missing: what to do where it is not available, one
    sentence.
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
    on_page: Callable[[R], bool] = _always
    table: Callable[[R], str] = _empty
    data: Callable[[R], Data | None] = _no_data
    open_table: bool = False
    choices: Callable[[R], Sequence[str]] = _none
    policies: Callable[[R], Sequence[str]] = _none
    highlights: Callable[[R], Sequence[tuple[str, R]]] = _none
    issues: Callable[[R], Sequence[int]] = _none
    below: str = ""
    player: Callable[[R], str] | None = None
    plot: Callable[[R, bool, int | None, Sequence[str], bool], go.Figure] | None = None
    slide: Slide[R] | None = None
    missing: Callable[[R], str] = _empty

    def heading(self, result: R) -> str:
        """The title for this result."""
        return self.title if isinstance(self.title, str) else self.title(result)

    def shapes(self, result: R) -> dict[str, list[Spec]]:
        """The figure as a page holds it: by 'wide' and 'narrow', once for each of its choices."""
        count = max(len(self.choices(result)), 1)
        return {
            shape: [self.draw(result, shape == "narrow", choice) for choice in range(count)]
            for shape in SHAPES
        }

    def otherwise(self, result: R, shapes: Mapping[str, Sequence[Spec]]) -> Otherwise | None:
        """The same with other policies highlighted, as what changes; None where there is nothing to
        highlight.

        shapes: the figure as the page holds it, with the first of its `highlights`.
        """
        found = self.highlights(result)
        if not found:
            return None
        (first, _), *others = found
        changes = {
            shape: [
                [patch(spec, self.draw(view, shape == "narrow", choice)) for _, view in others]
                for choice, spec in enumerate(shapes[shape])
            ]
            for shape in SHAPES
        }
        return Otherwise([first, *(words for words, _ in others)], changes)


# The numbers behind a figure as data, unformatted: what the page's CSV files hold and its sortable
# tables show.


RULE = {"formula": list(FORMULA), "mark": MARK}
"""How the page makes texts harmless in CSV: as `sim.tables.storage` does."""

Cell = str | int | float | None


class DataColumn(NamedTuple):
    """A column: its name in the CSV, its title in a table, how many decimals a table shows (None: a
    column of texts), and whether the reader picks among its values."""

    name: str
    title: str = ""
    digits: int | None = None
    pick: bool = False


@dataclass(frozen=True)
class Data:
    """Rows of texts and numbers, None for what is not known; texts clean but not escaped.

    grid: whether the page shows them in a table to sort and filter, not only in the CSV.
    """

    columns: Sequence[DataColumn]
    rows: Sequence[Sequence[Cell]]
    grid: bool = False

    def plain(self, file: str, names: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What the page's script reads; `file` is what the CSV is called, `names` what stands in it
        in the place of the labels of policies."""
        return {
            "file": file,
            "names": dict(names or {}),
            "columns": [
                {**column._asdict(), "title": column.title or column.name}
                for column in self.columns
            ],
            "rows": [[known(cell) for cell in row] for row in self.rows],
        }


def known(cell: Any) -> Cell:
    """A cell as JSON holds it: a clean text or a finite number, or None."""
    if isinstance(cell, str):
        return theme.clean(cell)
    return cell if cell is not None and abs(cell) < float("inf") else None


def file_name(*parts: str) -> str:
    """'leader-stream-time.csv': letters, digits, - and _ of the parts alone, so that it is a name
    anywhere."""
    safe = [re.sub(r"[^A-Za-z0-9_-]+", "", part)[:60] for part in parts]
    return f"{'-'.join(part for part in safe if part) or 'data'}.csv"


def of_frame(frame: pd.DataFrame, columns: Sequence[DataColumn], grid: bool = False) -> Data:
    """The columns of a table that `columns` name."""
    return Data(
        columns, list(zip(*(frame[column.name].tolist() for column in columns), strict=True)), grid
    )


def of_estimates(reading: RunData, metrics: Sequence[str]) -> Data:
    """A row a policy: mean and interval of each metric, and the paired difference to the base with
    its own."""
    rows = [
        [
            policy.variant,
            *(cell for name in metrics for cell in estimate_cells(reading.get(policy, name))),
        ]
        for policy in reading.policies
    ]
    return Data([DataColumn("variant"), *estimate_columns(metrics)], rows)


def estimate_columns(metrics: Iterable[str]) -> list[DataColumn]:
    """The columns of what `estimate_cells` gives of each metric."""
    ends = ("", "_low", "_high", "_difference", "_difference_low", "_difference_high")
    digits = {name: MEASURES[name].digits if name in MEASURES else 3 for name in metrics}
    return [DataColumn(f"{name}{end}", "", digits[name]) for name in metrics for end in ends]


def estimate_cells(estimate: MeanEstimate) -> list[Cell]:
    """Mean, interval, difference and its interval."""
    return [
        estimate.mean,
        estimate.low,
        estimate.high,
        estimate.difference,
        estimate.difference_low,
        estimate.difference_high,
    ]
