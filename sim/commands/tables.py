"""The comparison of policies at length: a block a metric with a line a policy, and every policy in
words."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.comparison.answer import filled
from sim.texts import clip, columns_of, padded

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import RunResult

_INDENT = "    "
_BESIDE = 35
"""Letters that a mean and its interval take beside the policy's name."""


def at_length(
    part: RunResult, width: int, bold: Callable[[str], str] = lambda text: text
) -> list[str]:
    """What `--details` adds to the answer to one scenario: every measure, then every policy
    compared in words."""
    from sim.comparison.labels import relabelled, shown_names

    said = {"Compared in words": part.details, "What changed after": _changed(part)}
    return [
        table(relabelled(part.comparison, shown_names(part.manifest)), bold, width),
        *(
            "\n".join([bold(title), *(filled(text, width) for text in texts)])
            for title, texts in said.items()
            if texts
        ),
    ]


def _changed(part: RunResult) -> list[str]:
    """What events changed; how to find out where a policy was not run without them too."""
    from sim.comparison.changes import changes, how_to_compare, in_sentences

    tables, manifest = part.as_shown
    found = changes(tables, manifest)
    how = how_to_compare(manifest)
    return [text for one in found for text in in_sentences(one)] + ([how] if how else [])


def table(
    comparison: pd.DataFrame, bold: Callable[[str], str] = lambda text: text, room: int = 100
) -> str:
    """The comparison of one scenario: means with their intervals, and paired differences, by
    metric.

    Intervals are left out where there are none, as with one replication. Differences stand below
    the means where lines of `room` letters cannot hold both.
    """
    from sim.measures import DETAILS, MEASURES, shown_in

    longest = max(columns_of(name) for name in comparison["variant"])
    width = max(min(longest + 2, room - _BESIDE), len(_INDENT))
    # The policy that the others are compared with is the one without differences.
    with_difference = set(comparison.loc[comparison["difference"].notna(), "variant"])
    reference = next(
        (name for name in comparison["variant"] if name not in with_difference), "the base"
    )
    blocks = []
    for name in shown_in(DETAILS):
        measure = MEASURES[name]
        rows = comparison[comparison["metric"] == name].to_dict("records")
        if rows:
            halves = [_head(width, reference if with_difference else None, _has_intervals(rows))]
            halves += [_row(row, measure.digits, width) for row in rows]
            lines = _fitted(halves, room)
            blocks.append(
                "\n".join([bold(clip(f"{measure.title} ({measure.unit_label})", room)), *lines])
            )
    return "\n\n".join(blocks)


def _fitted(halves: list[tuple[str, str]], room: int) -> list[str]:
    """Lines of two halves: beside one another where all fit, else the second halves below."""
    if max(len(left) + len(right) for left, right in halves) <= room:
        return [f"{left}{right}".rstrip() for left, right in halves]
    lines = []
    for left, right in halves:
        below = textwrap.wrap(
            right.strip(), room, initial_indent=_INDENT, subsequent_indent=_INDENT
        )
        lines += [*textwrap.wrap(left.rstrip(), room, drop_whitespace=False), *below]
    return lines


def _has_intervals(rows: list[dict[str, Any]]) -> bool:
    return any(not math.isnan(row["low"]) for row in rows)


def _head(width: int, reference: str | None, intervals: bool) -> tuple[str, str]:
    middle = f"   {'95% interval' if intervals else '':<20}"
    difference = (
        "" if reference is None else f"  difference to {reference}{' (95%)' if intervals else ''}"
    )
    return f"  {'':<{width}}{'mean':>9}{middle}", difference


def _row(row: dict[str, Any], digits: int, width: int) -> tuple[str, str]:
    """A policy's mean with its interval, and its difference to the base."""
    interval = _interval(row["low"], row["high"], digits, "")
    name, mean = clip(row["variant"], width), _number(row["mean"], digits)
    left = f"  {padded(name, width)}{mean:>9}   {interval:<20}"
    if math.isnan(row["difference"]):
        return left, ""
    between = _interval(row["difference_low"], row["difference_high"], digits, "+")
    return left, f"  {_number(row['difference'], digits, '+'):>9}   {between}"


def _interval(low: float, high: float, digits: int, sign: str) -> str:
    if math.isnan(low) or math.isnan(high):
        return ""
    return f"{_number(low, digits, sign)} to {_number(high, digits, sign)}"


def _number(value: float, digits: int, sign: str = "") -> str:
    return "-" if math.isnan(value) else f"{value:{sign}.{digits}f}"
