"""What `compare` says: what differs clearly, one table, and how the two sides were compared."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sim.commands.console import counted, printable
from sim.comparison.answer import filled
from sim.comparison.headline import (
    HIGHER,
    LOWER,
    Cell,
    Headline,
    PolicyRow,
    better,
    lines,
    meanings,
)
from sim.comparison.labels import relabelled
from sim.comparison.short import clauses
from sim.comparison.statistics import Interval
from sim.comparison.wording import listed
from sim.measures import HEADLINE, shown_in
from sim.scenario.titles import phrase_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.reading.comparing import Contrast

MOST_SETTINGS = 12
MOST_NAMED = 6


def answer(
    contrasts: Sequence[Contrast],
    labels: Sequence[str],
    details: bool,
    width: int,
    bold: Callable[[str], str],
) -> str:
    """The comparison of policies of two results: what differs clearly, one table, and with
    `details` every measure."""
    from sim.commands.tables import table

    alone = len(contrasts) == 1
    head = _compared(contrasts[0]) if alone else f"{labels[1]} compared with"
    blocks = [bold(filled(printable(head if alone else f"{head} {labels[0]}"), width))]
    sentences = [_difference(contrasts[0])] if alone else _differences(contrasts)
    blocks.append(
        "\n".join([bold("In short"), *(filled(printable(text), width) for text in sentences)])
    )
    blocks.append(
        "\n".join(
            lines(_both(contrasts[0]) if alone else _gaps(contrasts), width, bold)
            + _notes(contrasts, width)
        )
    )
    if details:
        for contrast in contrasts:
            title = bold(filled(printable(_compared(contrast)), width))
            said = [
                filled(printable(text), width)
                for text in (pairing(contrast), settings(contrast))
                if text
            ]
            blocks.append("\n".join([title, *said, "", table(_shown(contrast), bold, width)]))
    return "\n\n".join(blocks)


def _compared(contrast: Contrast) -> str:
    return f"{contrast.other.shown_label} compared with {contrast.reference.shown_label}"


def _shown(contrast: Contrast) -> pd.DataFrame:
    """The table with the policies as they are shown."""
    sides = (contrast.reference, contrast.other)
    return relabelled(contrast.table, {side.label: side.shown_label for side in sides})


def _gaps_of(contrast: Contrast) -> dict[str, Interval]:
    """The headline differences, B less A; without those that are not known."""
    rows = {
        row["metric"]: row
        for row in contrast.table.to_dict("records")
        if row["variant"] == contrast.other.label
    }
    ends = ("difference", "difference_low", "difference_high")
    gaps = {
        name: Interval(*(rows[name][end] for end in ends))
        for name in shown_in(HEADLINE, contrast.worth)
        if name in rows
    }
    return {name: gap for name, gap in gaps.items() if not math.isnan(gap.mean)}


def _difference(contrast: Contrast) -> str:
    """What one policy gains and costs against another."""
    gaps = _gaps_of(contrast)
    start = f"Compared with {contrast.reference.shown_label}, {contrast.other.shown_label}"
    if not gaps:
        return f"{start} cannot be judged: nothing was decided under one of them."
    if not any(gap.known for gap in gaps.values()):
        return f"{start} differs, but one replication cannot tell that from chance."
    if all(gap == (0, 0, 0) for gap in gaps.values()):
        return f"{start} is the same in every measure of the table, in every replication."
    return f"{start} {clauses(gaps, contrast.worth)}."


def _differences(contrasts: Sequence[Contrast]) -> list[str]:
    """Which policies differ clearly between two results, and in what."""
    sentences, alike, same = [], [], []
    for contrast in contrasts:
        gaps = _gaps_of(contrast)
        clear = {name: gap for name, gap in gaps.items() if gap.clear}
        if clear:
            sentences.append(f"{contrast.other.shown} {clauses(clear, contrast.worth)}.")
        elif gaps and all(gap == (0, 0, 0) for gap in gaps.values()):
            same.append(contrast.other.shown)
        else:
            alike.append(contrast.other.shown)
    said = sentences[:MOST_NAMED]
    if len(sentences) > MOST_NAMED:
        said.append(f"{len(sentences) - MOST_NAMED} more policies differ clearly: see the table.")
    if alike:
        said.append(f"No clear difference under {_few(alike)}.")
    if same:
        said.append(f"The same in every measure of the table, in every replication: {_few(same)}.")
    return said


def _few(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= MOST_NAMED else f"{len(names)} policies"


def _both(contrast: Contrast) -> Headline:
    """A table of two policies' means, the first of which is the reference."""
    cells: dict[str, dict[str, Cell]] = {contrast.reference.label: {}, contrast.other.label: {}}
    for row in contrast.table.to_dict("records"):
        if row["metric"] in shown_in(HEADLINE, contrast.worth):
            cells.setdefault(str(row["variant"]), {})[str(row["metric"])] = _mean(row)
    first, other = (
        PolicyRow(
            printable(f"{letter}: {side.shown}"),
            False,
            {name: cells[side.label][name] for name in shown_in(HEADLINE, contrast.worth)},
        )
        for letter, side in (("A", contrast.reference), ("B", contrast.other))
    )
    return Headline((first, other), first.policy, contrast.counts[0])


def _mean(row: dict[Any, Any]) -> Cell:
    return Cell(row["mean"], (row["high"] - row["low"]) / 2, _mark(row), int(row["replications"]))


def _gaps(contrasts: Sequence[Contrast]) -> Headline:
    """A table of differences, a row a policy."""
    rows = []
    for contrast in contrasts:
        mine = {
            row["metric"]: row
            for row in contrast.table.to_dict("records")
            if row["variant"] == contrast.other.label
        }
        cells = {
            name: Cell(
                mine[name]["difference"],
                (mine[name]["difference_high"] - mine[name]["difference_low"]) / 2,
                _mark(mine[name]),
                int(mine[name]["replications"]),
            )
            for name in shown_in(HEADLINE, contrast.worth)
            if name in mine
        }
        rows.append(PolicyRow(printable(contrast.other.shown), False, cells))
    return Headline(tuple(rows), "", max(contrast.counts[0] for contrast in contrasts), signed=True)


def _mark(row: dict[Any, Any]) -> str:
    return HIGHER if row["difference_low"] > 0 else LOWER if row["difference_high"] < 0 else ""


def _notes(contrasts: Sequence[Contrast], width: int) -> list[str]:
    """What the table shows, and how the two sides were compared where that is the same for all."""
    what = "Means" if len(contrasts) == 1 else "Differences, B less A"
    shown = _gaps(contrasts) if len(contrasts) > 1 else _both(contrasts[0])
    clearly = f"{HIGHER} {LOWER}: clearly above or below A ({better(shown)})"
    signs = f"{what}; ±: half the width of a 95 % interval; {clearly}."
    notes = [f"{signs} {meanings(shown)}"]
    for tell in (pairing, settings):
        texts = list(dict.fromkeys(tell(contrast) for contrast in contrasts))
        notes += texts if len(texts) == 1 else [_OTHERWISE[tell.__name__]]
    return [filled(printable(text), width) for text in notes if text]


_OTHERWISE = {
    "pairing": "How policies were compared differs, and how many replications: add --details.",
    "settings": "In what the settings of each policy differ: add --details.",
}


def pairing(contrast: Contrast) -> str:
    """In words: how the two were compared, and over what."""
    points = (
        f", each the mean of {counted(contrast.points, 'point', 'points')} that both have"
        if contrast.points > 1
        else ""
    )
    if not contrast.paired:
        seeds = " and ".join(", ".join(str(seed) for seed in some) for some in contrast.seeds)
        counts = (
            f"{contrast.counts[0]} and {counted(contrast.counts[1], 'replication', 'replications')}"
        )
        none = f"no replication ran under common seeds (seeds {seeds})"
        return f"Independent: {none}; {counts}{points}; Welch's intervals."
    sides = zip(contrast.left_out, (contrast.reference, contrast.other), strict=True)
    alone = [f"{count} of {side.shown_label}" for count, side in sides if count]
    left = f"; without a partner and left out: {' and '.join(alone)}" if alone else ""
    counts = counted(contrast.counts[0], "replication", "replications")
    return f"Paired: {counts} under common seeds (seed {contrast.seeds[0][0]}){points}{left}."


def settings(contrast: Contrast) -> str:
    """In words: what differs between the policies, the reference's value first."""
    if contrast.settings is None:
        return ""
    if not contrast.settings:
        return "Their settings are the same."
    parts = [
        f"{phrase_of(key)} ({_value(old)}, then {_value(new)})"
        for key, (old, new) in contrast.settings.items()
    ]
    more = f", and {len(parts) - MOST_SETTINGS} more" if len(parts) > MOST_SETTINGS else ""
    return f"They differ in {', '.join(parts[:MOST_SETTINGS])}{more}."


def _value(value: Any) -> str:
    if value is None or value == "" or value != value:
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
