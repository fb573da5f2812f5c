"""Any figure of any result by its name, for those who do not know what kind of result they hold.

names(result)                       # what there is to see of it
of(result, "trade-off")             # a plotly Figure
"""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

from sim.dashboard.figures import registry
from sim.dashboard.figures.figure import Figure
from sim.errors import Refused, UsageError, nearest
from sim.results import RUN

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from sim.results import RunResult


def available(result: RunResult) -> tuple[Any, list[Figure[Any]]]:
    """A result as its figures read it, and the figures that have something to show of it."""
    page = registry.PAGES.get(str(result.manifest.get("kind") or RUN))
    if page is None:
        return None, []
    reading = page.read(result)
    return reading, [figure for figure in page.figures if figure.available(reading)]


def names(result: RunResult) -> list[str]:
    """The figures that there are of a result, in the order of its page."""
    return [figure.name for figure in available(result)[1]]


def choices(result: RunResult, name: str) -> list[str]:
    """What a figure can show, one at a time; empty where it shows one thing. UsageError for a name
    that is not there."""
    reading, figure = _find(result, name)
    return choices_of(figure, reading)


def choices_of(figure: Figure[Any], reading: Any) -> list[str]:
    """The same of a figure and the result as it reads it."""
    found = list(figure.choices(reading))
    return found if len(found) > 1 else []


def of(
    result: RunResult,
    name: str,
    *,
    narrow: bool = False,
    choice: int | str = 0,
    variant: str | None = None,
    issue: int | None = None,
    still: bool = False,
) -> go.Figure:
    """A figure of a result of any kind, as `sim.load` reads it, or as `sim.run` returns it.

    narrow: for less than about 800 pixels. choice: which of `choices(result, name)`, by its place
    from 0 or its text. variant: the policy, where a figure shows one. issue: of the stream, which
    one; still: the stream without controls, at the moment with most to see. UsageError for what is
    not there, Refused where there is nothing to show.
    """
    reading, figure = _find(result, name)
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
        return figure.plot(reading, narrow, issue, variant, still)
    spec = figure.draw(reading, narrow, _place(figure, reading, choice, variant))
    if not spec["data"]:
        why = " ".join(unescape(str(note["text"])) for note in spec["layout"]["annotations"])
        raise Refused(f"there is nothing to draw: {why}")
    import plotly.graph_objects as go

    return go.Figure(spec)


def _find(result: RunResult, name: str) -> tuple[Any, Figure[Any]]:
    reading, figures = available(result)
    known = [figure.name for figure in figures]
    if name not in known:
        there = ", ".join(known) or "none"
        raise UsageError(
            f"no figure '{name}' of this result{nearest(name, known)}; there are: {there}"
        )
    return reading, figures[known.index(name)]


def _place(figure: Figure[Any], reading: Any, choice: int | str, variant: str | None) -> int:
    """The number of the part that is asked for, from 0."""
    if variant is not None:
        return _policy(figure, reading, choice, variant)
    found = list(figure.choices(reading)) or [""]
    if isinstance(choice, int):
        if not 0 <= choice < len(found):
            raise UsageError(f"the figure '{figure.name}' has {len(found)} to choose from")
        return choice
    same = [place for place, text in enumerate(found) if text.casefold() == choice.casefold()]
    if not same:
        there = "; ".join(found) if len(found) > 1 else "nothing"
        close = nearest(choice, found)
        raise UsageError(f"no '{choice}' to choose in '{figure.name}'{close}; there is: {there}")
    return same[0]


def _policy(figure: Figure[Any], reading: Any, choice: int | str, variant: str) -> int:
    known, name = list(figure.policies(reading)), figure.name
    if choice != 0:
        raise UsageError("give a variant or a choice, not both")
    if not known:
        raise UsageError(f"the figure '{name}' is not of one policy: no variant can be chosen")
    if variant not in known:
        close, there = nearest(variant, known), ", ".join(known)
        raise UsageError(f"no variant '{variant}' in '{name}'{close}; there are: {there}")
    return known.index(variant)
