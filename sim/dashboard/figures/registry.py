"""Every figure, in the order of the pages: the one list that pages, commands and documents read;
and any figure of any result by its name.

To add a figure, write its module, which ends with `FIGURE = Figure(...)`, and add it here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any, Generic

from sim.comparison.labels import as_shown, name_of
from sim.dashboard._sweep_data import SweepData
from sim.dashboard.estimates import RunData
from sim.dashboard.figures import front, sensitivity
from sim.dashboard.figures.figure import Figure, R
from sim.dashboard.figures.front import Front
from sim.dashboard.figures.run import (
    bridges,
    changes,
    costs,
    course,
    decisions,
    differences,
    endings,
    flow,
    gain,
    leaders,
    organisation,
    present_decision,
    present_gain,
    present_price,
    present_question,
    present_turn,
    stream,
    time,
    trade_off,
    trade_off_by_kind,
    urgency,
    who_leads,
)
from sim.dashboard.figures.sensitivity import Search, searched
from sim.dashboard.figures.sweep import (
    break_even_line,
    break_even_map,
    effects,
    lines,
    maps,
    parallel,
    pareto,
    precision,
)
from sim.errors import Refused, UsageError, nearest
from sim.results import CALIBRATION, RUN, SENSITIVITY, SWEEP, RunResult

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from sim.results import RunResult


@dataclass(frozen=True)
class Page(Generic[R]):
    """The figures of one kind of result in their order, and how a result is read for them.

    The first that a result has stands on the page's first screen; the sections of the others are
    folded, but for those named in `opened`.
    """

    read: Callable[[RunResult], R]
    figures: tuple[Figure[R], ...]
    opened: tuple[str, ...] = ()


PAGES: dict[str, Page[Any]] = {
    RUN: Page[RunData](
        lambda result: RunData(result.tables, result.manifest),
        (
            gain.FIGURE,
            trade_off.FIGURE,
            stream.FIGURE,
            trade_off_by_kind.FIGURE,
            time.FIGURE,
            costs.FIGURE,
            course.FIGURE,
            changes.FIGURE,
            differences.FIGURE,
            urgency.FIGURE,
            flow.FIGURE,
            organisation.FIGURE,
            bridges.FIGURE,
            leaders.FIGURE,
            who_leads.FIGURE,
            decisions.FIGURE,
            endings.FIGURE,
            present_question.FIGURE,
            present_decision.FIGURE,
            present_gain.FIGURE,
            present_price.FIGURE,
            present_turn.FIGURE,
        ),
        opened=(trade_off.FIGURE.name, stream.FIGURE.name),
    ),
    SWEEP: Page[SweepData](
        lambda result: SweepData(result.tables["runs"], result.manifest),
        (
            break_even_map.FIGURE,
            maps.FIGURE,
            break_even_line.FIGURE,
            lines.FIGURE,
            pareto.FIGURE,
            effects.FIGURE,
            parallel.FIGURE,
            precision.FIGURE,
        ),
    ),
    SENSITIVITY: Page[Search](
        lambda result: searched(result.tables["sensitivity"], result.manifest),
        (sensitivity.FIGURE,),
    ),
    CALIBRATION: Page[Front](front.saved, (front.FIGURE,)),
}
"""By the kind of a result, as its manifest names it."""


def find(name: str) -> Figure[Any]:
    """The figure of this name; KeyError for none."""
    for page in PAGES.values():
        for figure in page.figures:
            if figure.name == name:
                return figure
    raise KeyError(name)


# A figure by its name, for callers who do not know what kind of result they hold.


def available(result: RunResult) -> tuple[Any, list[Figure[Any]]]:
    """A result as its figures read it, and the figures that have something to show of it."""
    page = PAGES.get(str(result.manifest.get("kind") or RUN))
    if page is None:
        return None, []
    reading = page.read(result)
    return reading, [figure for figure in page.figures if figure.available(reading)]


def slides(reading: Any, figures: Sequence[Figure[Any]]) -> list[Figure[Any]]:
    """Of some figures those that are slides and have something to show, in their order."""
    return [figure for figure in figures if figure.slide and figure.available(reading)]


def names(result: RunResult) -> list[str]:
    """The figures that there are of a result, in the order of its page."""
    return [figure.name for figure in available(result)[1]]


def choices(result: RunResult, name: str) -> list[str]:
    """What a figure can show, one at a time; empty where it shows one thing. UsageError for a name
    that is not there."""
    reading, figure = _named(result, name)
    return choices_of(figure, reading)


def choices_of(figure: Figure[Any], reading: Any) -> list[str]:
    """The same of a figure and the result as it reads it."""
    choices = list(figure.choices(reading))
    return choices if len(choices) > 1 else []


def of(
    result: RunResult,
    name: str,
    *,
    narrow: bool = False,
    choice: int | str = 0,
    variant: str | Sequence[str] | None = None,
    issue: int | None = None,
    still: bool = False,
) -> go.Figure:
    """A figure of a result of any kind, as `sim.load` reads it, or as `sim.run` returns it.

    narrow: for less than about 800 pixels. choice: which of `choices(result, name)`, by its place
    from 0 or its text. variant: the policy, where a figure shows one; of more policies than have a
    colour, those to highlight (one: beside the base); of the stream one, or two beside one another.
    issue: of the stream, which one; still: the stream without controls, at the moment with most to
    see. UsageError for what is not there, Refused where there is nothing to show.
    """
    reading, figure = _named(result, name)
    variants = [variant] if isinstance(variant, str) else list(variant or ())
    if issue is not None and not figure.issues(reading):
        there = " or ".join(
            f"'{other.name}'" for other in available(result)[1] if other.issues(reading)
        )
        there = f"the figure {there} alone" if there else "none of the figures of this result"
        raise UsageError(f"an issue can be chosen for {there}, not for '{name}'")
    if figure.plot is not None:
        if choice != 0:
            raise UsageError(
                f"of the figure '{name}' an issue and a variant can be chosen, nothing else"
            )
        return figure.plot(reading, narrow, issue, variants, still)
    if variants and figure.highlights(reading):
        reading, variants = _highlighting(reading, variants, name), []
    if len(variants) > 1:
        raise UsageError(f"the figure '{name}' shows one policy at a time: give one variant")
    spec = figure.draw(reading, narrow, _place(figure, reading, choice, *variants))
    if not spec["data"] and figure.slide is None:
        why = " ".join(unescape(str(note["text"])) for note in spec["layout"]["annotations"])
        raise Refused(f"there is nothing to draw: {why}")
    import plotly.graph_objects as go

    return go.Figure(spec)


def _named(result: RunResult, name: str) -> tuple[Any, Figure[Any]]:
    reading, figures = available(result)
    known = [figure.name for figure in figures]
    page = PAGES.get(str(result.manifest.get("kind") or RUN))
    absent = next((f for f in page.figures if f.name == name), None) if page else None
    if name not in known and absent is not None and absent.missing(reading):
        raise Refused(f"there is no figure '{name}' of this result: {absent.missing(reading)}")
    if name not in known:
        there = ", ".join(known) or "none"
        raise UsageError(
            f"no figure '{name}' of this result{nearest(name, known)}; there are: {there}"
        )
    return reading, figures[known.index(name)]


def _place(figure: Figure[Any], reading: Any, choice: int | str, variant: str | None = None) -> int:
    """The number of the part that is asked for, from 0."""
    if variant is not None:
        return _policy(figure, reading, choice, variant)
    choices = list(figure.choices(reading)) or [""]
    if isinstance(choice, int):
        if not 0 <= choice < len(choices):
            raise UsageError(f"the figure '{figure.name}' has {len(choices)} to choose from")
        return choice
    same = [place for place, text in enumerate(choices) if text.casefold() == choice.casefold()]
    if not same:
        there = "; ".join(choices) if len(choices) > 1 else "nothing"
        close = nearest(choice, choices)
        raise UsageError(f"no '{choice}' to choose in '{figure.name}'{close}; there is: {there}")
    return same[0]


def _highlighting(reading: Any, variants: Sequence[str], name: str) -> Any:
    """The result with some policies highlighted; one beside the base."""
    known = [name_of(reading.manifest, policy.variant) for policy in reading.policies]
    for variant in variants:
        _insist_variant(variant, known, name)
    shown = [as_shown(reading.manifest, variant) for variant in variants]
    return reading.highlighting(*([reading.reference] if len(shown) == 1 else []), *shown)


def _insist_variant(variant: str, known: Sequence[str], name: str) -> None:
    if variant not in known:
        close, there = nearest(variant, known), ", ".join(known)
        raise UsageError(f"no variant '{variant}' in '{name}'{close}; there are: {there}")


def _policy(figure: Figure[Any], reading: Any, choice: int | str, variant: str) -> int:
    shown, name = list(figure.policies(reading)), figure.name
    known = [name_of(reading.manifest, each) for each in shown]
    if choice != 0:
        raise UsageError("give a variant or a choice, not both")
    if not known:
        raise UsageError(f"the figure '{name}' is not of one policy: no variant can be chosen")
    _insist_variant(variant, known, name)
    return known.index(variant)
