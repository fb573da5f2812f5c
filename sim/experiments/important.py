"""The answer of a search for what matters, in short: one text for the terminal, report and Python;
and a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.cards import count
from sim.comparison.wording import few, listed
from sim.experiments._indices import CHANCE, FIRST, TOTAL
from sim.experiments.conclusions import (
    GROUPS,
    acts,
    all_needed,
    interval_text,
    matters,
    needed_text,
    runs,
    single,
    unknown,
    unsettled,
)
from sim.experiments.sweep_runs import WIDTH, aligned, short
from sim.experiments.sweep_runs import listed as as_list
from sim.measures import MEASURES
from sim.scenario.titles import phrase_of
from sim.texts import clip

if TYPE_CHECKING:
    from sim.experiments.sensitivity import MetricResult, Sensitivity

MOST_POLICIES = 3
"""Policies of which the sentences speak; the report has all."""
MOST_KEYS = 2
"""Keys named for a measure."""
MOST_ROWS = 12


def in_short(sensitivity: Sensitivity) -> list[str]:
    """Which keys matter and which do not, how surely, and on how many runs that rests: a few
    sentences."""
    policies = list(dict.fromkeys(result.variant for result in sensitivity.found))
    said = [_of_policy(sensitivity, name) for name in policies[:MOST_POLICIES]]
    if len(policies) > MOST_POLICIES:
        said.append(f"The report tells of the other {len(policies) - MOST_POLICIES} policies.")
    return [*said, *_open(sensitivity), _rests(sensitivity)]


def text_of(sensitivity: Sensitivity, width: int = WIDTH) -> str:
    """The answer as plain text: the sentences, and the table, no line wider than `width`."""
    return "\n\n".join(
        part
        for part in (as_list(in_short(sensitivity), width), table_of(sensitivity, width))
        if part
    )


def _of_policy(sensitivity: Sensitivity, name: str) -> str:
    """What moves each measure of a policy, in a sentence, and what it does not read."""
    mine = [result for result in sensitivity.found if result.variant == name]
    who = clip(mine[0].shown, 40)
    if not mine[0].keys:
        return f"{who} reads none of the keys that vary: nothing here can matter to it."
    idle = [key for key in sensitivity.swept.design.keys if key not in mine[0].keys]
    left = f" It does not read {_named(idle)}." if idle else ""
    if len(mine[0].keys) == 1 and all(single(result) for result in mine):
        measures = listed([result.measure.short for result in mine])
        return (
            f"Under {who}, only {phrase_of(mine[0].keys[0])} acts: all that varies in {measures} "
            f"is its doing.{left}"
        )
    return f"Under {who}, {'; '.join(_of_measure(result) for result in mine)}.{left}"


def _of_measure(result: MetricResult) -> str:
    name, moves = result.measure.short, "move" if result.measure.plural else "moves"
    if result.estimated.unknown:
        if result.estimated.unknown == CHANCE:
            return f"what moves {name} cannot be told from chance"
        return unknown(result)
    if single(result):
        return f"{name} {moves} with {phrase_of(result.keys[0])} alone"
    much, little = matters(result)
    if not much:
        return f"no key matters much for {name}"
    sure = [key for key in much if acts(result, key)]
    open_ = [key for key in much if key not in sure]
    parts = [f"{moves} with {_few(sure)}"] if sure else []
    parts += [f"next to nothing with {_few(little)}"] if little else []
    parts += [f"whether with {_few(open_)} cannot be told"] if open_ else []
    return f"{name} {', '.join(parts)}"


def _few(keys: list[str]) -> str:
    return few([phrase_of(key) for key in keys], MOST_KEYS)


def _named(keys: list[str]) -> str:
    return listed([phrase_of(key) for key in keys])


def _open(sensitivity: Sensitivity) -> Iterator[str]:
    """What cannot be concluded yet, and how many runs would do."""
    open_ = [result for result in sensitivity.found if unsettled(result, sensitivity.asked)]
    if not open_:
        return
    which = (
        f"{len(open_)} of {len(sensitivity.found)} measures"
        if len(sensitivity.found) > 1
        else "this measure"
    )
    wanted, request = all_needed(sensitivity), sensitivity.asked
    text = f"For {which} some conclusions are still open (the report lists them)"
    if wanted != (request.points, request.replications):
        what = needed_text(wanted, request)
        many = f"{runs(sensitivity, wanted):,} runs"
        text += f"; about {what} ({many}) would make the intervals narrow enough"
    yield f"{text}."


def _rests(sensitivity: Sensitivity) -> str:
    request, swept = sensitivity.asked, sensitivity.swept
    often = count(request.replications, "replication")
    text = (
        f"This rests on {request.points:,} {GROUPS[request.method]} with {often}, {swept.done:,} "
        f"runs in all."
    )
    return f"{text} {len(swept.failures):,} failed." if swept.failures else text


def table_of(sensitivity: Sensitivity, width: int = WIDTH) -> str:
    """A row a policy and key, with the index that ranks them for each measure; '' where none is
    known."""
    metrics = sensitivity.asked.metrics
    several = len({result.variant for result in sensitivity.found}) > 1
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for result in sensitivity.found:
        for key in result.keys:
            known = not result.estimated.unknown
            cells.setdefault((result.shown, key), {})[result.metric] = (
                _cell(result, key) if known else "–"
            )
    if not any(text != "–" for row in cells.values() for text in row.values()):
        return ""
    names = short(list(dict.fromkeys(key for _, key in cells)), 2)
    rows = [
        [
            *([clip(name, 20)] if several else []),
            names[key],
            *(row.get(metric, "–") for metric in metrics),
        ]
        for (name, key), row in cells.items()
    ]
    heads = [*(["policy"] if several else []), "key", *(MEASURES[name].short for name in metrics)]
    more = f"\nand {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
    return (
        aligned(
            heads, rows[:MOST_ROWS], width, range(len(heads) - 1, len(heads) - len(metrics), -1)
        )
        + more
    )


def _cell(result: MetricResult, key: str) -> str:
    return "only key" if single(result) else interval_text(result, key).replace(" to ", ", ")


def title_of(sensitivity: Sensitivity) -> str:
    """What the numbers of the table are."""
    what = "Total index: share of the variance in which the key has a part"
    if sensitivity.asked.method != "sobol":
        what = "mu*: how much a key changes over its whole range"
    return f"{what} [{sensitivity.asked.confidence:.0%} interval]"


def noise(sensitivity: Sensitivity) -> str:
    """A word on estimates of shares that lie outside 0 to 1, where there are such; else ''."""
    indices = [
        index
        for result in sensitivity.found
        if not result.estimated.unknown and not single(result)
        for name in (FIRST, TOTAL)
        for index in result.estimated.indices.get(name, ())
    ]
    if not any(end < 0 or end > 1 for index in indices for end in index):
        return ""
    return (
        "Shares lie from 0 to 1: what was estimated beyond is noise, shown as 0 or 1 (the "
        "saved table has it)."
    )
