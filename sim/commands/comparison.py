"""The comparison of policies as text: a block a metric, a line a policy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def table(comparison: pd.DataFrame, bold: Callable[[str], str] = lambda text: text) -> str:
    """The comparison of one scenario: means with their intervals, and paired differences, by metric.

    Intervals are left out where there are none, as with one replication.
    """
    from sim.dashboard.measures import METRICS

    width = max(len(name) for name in comparison["variant"]) + 2
    # The policy that the others are compared with is the one without differences.
    with_difference = set(comparison.loc[comparison["difference"].notna(), "variant"])
    reference = next((name for name in comparison["variant"] if name not in with_difference), "the base")
    blocks = []
    for name, metric in METRICS.items():
        rows = comparison[comparison["metric"] == name].to_dict("records")
        if rows:
            head = _head(width, reference if with_difference else None, _has_intervals(rows))
            lines = [_row(row, metric.digits, width) for row in rows]
            blocks.append("\n".join([bold(f"{metric.title} ({metric.unit})"), head, *lines]))
    return "\n\n".join(blocks)


def _has_intervals(rows: list[dict[str, Any]]) -> bool:
    return any(not math.isnan(row["low"]) for row in rows)


def _head(width: int, reference: str | None, intervals: bool) -> str:
    middle = f"   {'95% interval' if intervals else '':<20}"
    difference = "" if reference is None else f"  difference to {reference}{' (95%)' if intervals else ''}"
    return f"  {'':<{width}}{'mean':>9}{middle}{difference}".rstrip()


def _row(row: dict[str, Any], digits: int, width: int) -> str:
    interval = _interval(row["low"], row["high"], digits, "")
    line = f"  {row['variant']:<{width}}{_number(row['mean'], digits):>9}   {interval:<20}"
    if math.isnan(row["difference"]):
        return line.rstrip()
    between = _interval(row["difference_low"], row["difference_high"], digits, "+")
    return f"{line}  {_number(row['difference'], digits, '+'):>9}   {between}".rstrip()


def _interval(low: float, high: float, digits: int, sign: str) -> str:
    if math.isnan(low) or math.isnan(high):
        return ""
    return f"{_number(low, digits, sign)} to {_number(high, digits, sign)}"


def _number(value: float, digits: int, sign: str = "") -> str:
    return "-" if math.isnan(value) else f"{value:{sign}.{digits}f}"
