"""The answer of a search for what matters, in short: one text for the terminal, report and Python;
and a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.experiments.conclusions import (
    GROUPS,
    acts,
    all_needed,
    interval_text,
    matters,
    runs,
    single,
    unsettled,
)
from sim.experiments.indices import CHANCE, FIRST, TOTAL
from sim.experiments.sweep_runs import WIDTH, aligned, listed, short
from sim.texts import clip

if TYPE_CHECKING:
    from sim.experiments.sensitivity import MetricResult, Sensitivity

MOST_POLICIES = 3
"""Policies of which the sentences speak; the report has all."""
MOST_KEYS = 2
"""Keys named for a measure."""
MOST_ROWS = 12


def in_short(found: Sensitivity) -> list[str]:
    """Which keys matter and which do not, how surely, and on how many runs that rests: a few
    sentences."""
    policies = list(dict.fromkeys(each.variant for each in found.found))
    said = [_of_policy(found, name) for name in policies[:MOST_POLICIES]]
    if len(policies) > MOST_POLICIES:
        said.append(f"The report tells of the other {len(policies) - MOST_POLICIES} policies.")
    return [*said, *_open(found), _rests(found)]


def text_of(found: Sensitivity, width: int = WIDTH) -> str:
    """The answer as plain text: the sentences, and the table, no line wider than `width`."""
    return "\n\n".join(
        part for part in (listed(in_short(found), width), table_of(found, width)) if part
    )


def _of_policy(found: Sensitivity, name: str) -> str:
    """What moves each measure of a policy, in a sentence, and what it does not read."""
    mine = [each for each in found.found if each.variant == name]
    who = clip(name, 40)
    if not mine[0].keys:
        return f"{who} reads none of the keys that vary: nothing here can matter to it."
    idle = [key for key in found.swept.design.keys if key not in mine[0].keys]
    left = f" It does not read {_list(idle)}." if idle else ""
    if len(mine[0].keys) == 1 and all(single(each) for each in mine):
        measures = _list([each.metric for each in mine])
        return (
            f"Under {who}, only {mine[0].keys[0]} acts: all that varies in {measures} is its "
            f"doing.{left}"
        )
    return f"Under {who}, {'; '.join(_of_measure(each) for each in mine)}.{left}"


def _of_measure(each: MetricResult) -> str:
    if each.estimated.unknown:
        if each.estimated.unknown == CHANCE:
            return f"what moves {each.metric} cannot be told from chance"
        return f"{each.metric} {each.estimated.unknown}"
    if single(each):
        return f"{each.metric} moves with {each.keys[0]} alone"
    much, little = matters(each)
    if not much:
        return f"no key matters much for {each.metric}"
    sure = [key for key in much if acts(each, key)]
    open_ = [key for key in much if key not in sure]
    parts = [f"moves with {_few(sure)}"] if sure else []
    parts += [f"next to nothing with {_few(little)}"] if little else []
    parts += [f"whether with {_few(open_)} cannot be told"] if open_ else []
    return f"{each.metric} {', '.join(parts)}"


def _few(keys: list[str]) -> str:
    names = [clip(key, 48) for key in keys]
    left = len(names) - MOST_KEYS
    return _list(names if left <= 0 else [*names[:MOST_KEYS], f"{left} more"])


def _open(found: Sensitivity) -> Iterator[str]:
    """What cannot be concluded yet, and how many runs would do."""
    open_ = [each for each in found.found if unsettled(each, found.asked)]
    if not open_:
        return
    which = (
        f"{len(open_)} of {len(found.found)} measures" if len(found.found) > 1 else "this measure"
    )
    wanted, asked = all_needed(found), found.asked
    text = f"For {which} some conclusions are still open (see --details and the report)"
    if wanted != (asked.points, asked.replications):
        what = f"{wanted.points:,} {GROUPS[asked.method]} and {wanted.replications:,} replications"
        text += (
            f"; about {what} ({runs(found, wanted):,} runs) would make the intervals narrow enough"
        )
    yield f"{text}."


def _rests(found: Sensitivity) -> str:
    asked, swept = found.asked, found.swept
    often = f"{asked.replications:,} replication{'' if asked.replications == 1 else 's'}"
    text = (
        f"This rests on {asked.points:,} {GROUPS[asked.method]} with {often}, {swept.done:,} "
        f"runs in all."
    )
    return f"{text} {len(swept.failures):,} failed." if swept.failures else text


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def table_of(found: Sensitivity, width: int = WIDTH) -> str:
    """A row a policy and key, with the index that ranks them for each measure; '' where none is
    known."""
    metrics = found.asked.metrics
    several = len({each.variant for each in found.found}) > 1
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for each in found.found:
        for key in each.keys:
            known = not each.estimated.unknown
            cells.setdefault((each.variant, key), {})[each.metric] = (
                _cell(each, key) if known else "–"
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
    heads = [*(["policy"] if several else []), "key", *metrics]
    more = f"\nand {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
    return (
        aligned(
            heads, rows[:MOST_ROWS], width, range(len(heads) - 1, len(heads) - len(metrics), -1)
        )
        + more
    )


def _cell(each: MetricResult, key: str) -> str:
    return "only key" if single(each) else interval_text(each, key).replace(" to ", ", ")


def title_of(found: Sensitivity) -> str:
    """What the numbers of the table are."""
    what = "Total index: share of the variance in which the key has a part"
    if found.asked.method != "sobol":
        what = "mu*: how much a key changes over its whole range"
    return f"{what} [{found.asked.confidence:.0%} interval]"


def noise(found: Sensitivity) -> str:
    """A word on estimates of shares that lie outside 0 to 1, where there are such; else ''."""
    indices = [
        index
        for each in found.found
        if not each.estimated.unknown and not single(each)
        for name in (FIRST, TOTAL)
        for index in each.estimated.indices.get(name, ())
    ]
    if not any(end < 0 or end > 1 for index in indices for end in index):
        return ""
    return (
        "Shares lie from 0 to 1: what was estimated beyond is noise, shown as 0 or 1 (the "
        "saved table has it)."
    )
