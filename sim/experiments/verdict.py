"""The answer of a sweep in short: one text for the terminal, the report and Python, and one small
table.

Sentences are plain text: whoever shows them elsewhere escapes them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.comparison.judged import in_net_value
from sim.experiments.sweep_runs import (
    WIDTH,
    Gap,
    PolicySetting,
    SweepRuns,
    aligned,
    gap,
    listed,
    short,
)
from sim.measures import MEASURES, SWEEP, shown_in
from sim.scenario.titles import phrase_of
from sim.texts import clip, number

if TYPE_CHECKING:
    import pandas as pd

NOTHING = "Nothing was decided at any point, so there is nothing to compare."
MOST_ROWS = 8
MOST_RIVALS = 2
"""Policies that are compared in words; the report has all."""
CROSSED = ("grid", "one-at-a-time")
"""Designs whose points tell what one key does while the others stay."""

Array = np.ndarray


class SettingRow(NamedTuple):
    """A setting in the table. measures: mean and half an interval (NaN: none). mark: best, less, or
    not apart from the best; '' without intervals."""

    policy: str
    keys: Mapping[str, str]
    measures: Mapping[str, tuple[float, float]]
    mark: str


class Verdict(NamedTuple):
    """What a sweep says: a few sentences, and the best settings. more: how many settings the table
    leaves out."""

    sentences: list[str]
    rows: list[SettingRow]
    more: int


class Said(NamedTuple):
    """The sentences of a verdict by what they are about. best: what is worth most. rivals: each
    policy against the one it is compared to. matters: which keys matter. rests: on how many runs
    all this rests."""

    best: str
    rivals: list[str]
    matters: list[str]
    rests: str


def said(sweep: SweepRuns, manifest: Mapping[str, Any]) -> Said | None:
    """What a sweep says; None where nothing was decided."""
    if not len(sweep.runs) or not sweep.settings or not sweep.runs[sweep.worth].notna().any():
        return None
    values = sweep.values(sweep.worth)
    means = gap(values).mean
    best = int(np.nanargmax(means))
    return Said(
        _best(sweep, best, values, _ahead(values, best, means)),
        list(_rivals(sweep, values)),
        list(_matters(sweep, values)),
        _rests(sweep, manifest),
    )


def _ahead(values: Array, best: int, means: Array) -> Gap:
    """How much more the best setting is worth than each, all intervals together."""
    return gap(values[best] - values, many=int(np.isfinite(means).sum()) - 1)


def verdict(runs: pd.DataFrame, manifest: Mapping[str, Any], most: int = MOST_ROWS) -> Verdict:
    """The answer of a sweep, from its table `runs` and its manifest; at most about `most` rows in
    its table."""
    sweep = SweepRuns(runs, manifest)
    found = said(sweep, manifest)
    if found is None:
        return Verdict([NOTHING, *_lost(manifest)], [], 0)
    values = sweep.values(sweep.worth)
    means = gap(values).mean
    best = int(np.nanargmax(means))
    sentences = [found.best, *found.rivals, *found.matters, found.rests]
    rows, more = _table(sweep, best, means, _ahead(values, best, means), most)
    return Verdict(sentences, rows, more)


def text_of(verdict: Verdict, width: int = WIDTH) -> str:
    """The answer as plain text: the sentences, and the table, no line wider than `width`."""
    return "\n\n".join(
        part for part in (listed(verdict.sentences, width), table_of(verdict, width)) if part
    )


def table_of(verdict: Verdict, width: int = WIDTH) -> str:
    """The table as plain text; '' where there is none."""
    if not verdict.rows:
        return ""
    keys = list(dict.fromkeys(key for row in verdict.rows for key in row.keys))
    metrics = list(verdict.rows[0].measures)
    heads = ["policy", *short(keys).values(), *(MEASURES[name].short for name in metrics), ""]
    rows = []
    for row in verdict.rows:
        measured = [_measure(*row.measures[metric], MEASURES[metric].digits) for metric in metrics]
        rows.append(
            [
                clip(row.policy, 24),
                *(clip(row.keys.get(key, "–"), 20) for key in keys),
                *measured,
                row.mark,
            ]
        )
    first = 1 + len(keys)
    # What is least needed goes first: the measures from the last, then the keys, but never the
    # value.
    spare = [*range(first + len(metrics) - 1, first, -1), *range(len(keys), 0, -1)]
    more = f"\nand {verdict.more:,} more" if verdict.more else ""
    return aligned(heads, rows, width, spare) + more


def _measure(mean: float, half: float, digits: int) -> str:
    return (
        f"{number(mean, digits)} ±{number(half, digits)}"
        if np.isfinite(half)
        else number(mean, digits)
    )


def where(setting: PolicySetting) -> str:
    """'shared at power sharing 0.4, limit for agreeing 3d', with the keys that the policy reads
    only."""
    keys = ", ".join(f"{phrase_of(key)} {clip(value, 30)}" for key, value in setting.keys.items())
    return f"{clip(setting.policy, 40)} at {keys}" if keys else clip(setting.policy, 40)


def _best(sweep: SweepRuns, best: int, values: Array, ahead: Gap) -> str:
    """What is worth most, and how surely."""
    mine = gap(values[[best]])
    amount = f"{number(float(mine.mean[0]), 3)}"
    if np.isfinite(mine.low[0]):
        amount += f" [{number(float(mine.low[0]), 3)} to {number(float(mine.high[0]), 3)}]"
    what = MEASURES[sweep.worth].short
    head = f"Worth most: {where(sweep.settings[best])}, with a {what} of {amount}"
    others = np.flatnonzero(np.isfinite(ahead.mean) & (np.arange(len(ahead.mean)) != best))
    if not len(others):
        return f"{head}; no other setting has a value."
    if not np.isfinite(ahead.low[others]).any():
        return f"{head}. With so few replications the difference may be chance."
    alike = int((~ahead.more[others]).sum())
    if not alike:
        return f"{head}, clearly more than {_of_others(len(others))}."
    which = f"{alike:,} of the other {len(others):,} settings"
    if alike == len(others):
        which = "any other setting" if len(others) > 1 else "the only other setting"
    return f"{head}. It cannot be told from {which}, so another may be best."


def _of_others(many: int) -> str:
    return "the only other setting" if many == 1 else f"each of the other {many:,} settings"


def _rivals(sweep: SweepRuns, values: Array) -> Iterator[str]:
    """At how many settings each policy is worth more than the one it is compared to, and where that
    turns."""
    against = sweep.manifest.get("against")
    rivals = [name for name in sweep.policies if name != against]
    if against not in sweep.policies or not rivals:
        return
    for name in rivals[:MOST_RIVALS]:
        yield _rival(sweep, values, name, str(against))
    if len(rivals) > MOST_RIVALS:
        yield f"The report compares the other {len(rivals) - MOST_RIVALS:,} policies."


def _rival(sweep: SweepRuns, values: Array, name: str, against: str) -> str:
    pairs = dict.fromkeys(
        (sweep.at[name, place], sweep.at[against, place]) for place in range(len(sweep.points))
    )
    difference = gap(np.array([values[one] - values[other] for one, other in pairs]))
    known = np.isfinite(difference.mean)
    names, many = f"{clip(name, 40)} and {clip(against, 40)}", int(known.sum())
    if not many:
        return f"{names} have no decisions to compare."
    if not np.isfinite(difference.low).any():
        worth_more = f"is worth more{in_net_value(sweep.worth)} than"
        return f"Whether {name} {worth_more} {against} cannot be told from one replication."
    more, less = int(difference.more.sum()), int(difference.less.sum())
    if many == 1:
        which = "more" if more else "less" if less else ""
        told_so = (
            f"is clearly worth {which}{in_net_value(sweep.worth)} than"
            if which
            else "cannot be told from"
        )
        return f"{clip(name, 40)} {told_so} {clip(against, 40)}."
    worth_more = f"is worth more{in_net_value(sweep.worth)} than"
    than = f"{clip(name, 40)} {worth_more} {clip(against, 40)}"
    if not more and not less:
        return f"Whether {than} cannot be told at any of {many:,} settings."
    unclear = f"; at {many - more - less:,} that cannot be told" if more + less < many else ""
    text = f"{than} at {more:,} of {many:,} settings, less at {less:,}{unclear}."
    return text + _turn(sweep, values, name, against)


def _turn(sweep: SweepRuns, values: Array, name: str, against: str) -> str:
    """Between which values of a key the difference turns, on average over the other keys, where
    that is clear."""
    if not _crossed(sweep):
        return ""
    for key in sweep.keys:
        if not sweep.ordered(key):
            continue
        labels = sweep.order(key)
        gaps = gap(np.array([_level(sweep, values, key, label, name, against) for label in labels]))
        signs = [1 if gaps.more[n] else -1 if gaps.less[n] else 0 for n in range(len(labels))]
        clear = [n for n, sign in enumerate(signs) if sign]
        turns = [(a, b) for a, b in itertools.pairwise(clear) if signs[a] != signs[b]]
        if len(turns) == 1:
            (a, b), rest = turns[0], " on average over the rest" if len(sweep.keys) > 1 else ""
            first = "ahead" if signs[a] > 0 else "behind"
            then = "behind" if first == "ahead" else "ahead"
            return (
                f" It is {first} at {phrase_of(key)} {labels[a]} and {then} at {labels[b]}{rest}: "
                "it turns between them."
            )
    return ""


def _level(
    sweep: SweepRuns, values: Array, key: str, label: str, name: str, against: str | None
) -> Array:
    """The mean over the points with a value of a key, replication by replication; less that of
    another policy."""
    places = _points_with(sweep, key, label)
    mine = np.mean([values[sweep.at[name, place]] for place in places], axis=0)
    if against is None:
        return np.asarray(mine)
    return np.asarray(
        mine - np.mean([values[sweep.at[against, place]] for place in places], axis=0)
    )


def _points_with(sweep: SweepRuns, key: str, label: str) -> Array:
    """The points with a value of a key; where keys vary one at a time, the others as at the first
    point."""
    kept = (sweep.points[key] == label).to_numpy()
    if _design(sweep) == "one-at-a-time":
        for other in sweep.keys:
            kept = kept & (
                (other == key) | (sweep.points[other] == sweep.points[other].iloc[0]).to_numpy()
            )
    return np.flatnonzero(kept)


def _design(sweep: SweepRuns) -> str:
    section = sweep.manifest.get("sweep") or {}
    return str(sweep.manifest.get("design") or section.get("design") or "")


def _crossed(sweep: SweepRuns) -> bool:
    return len(sweep.keys) == 1 or _design(sweep) in CROSSED


def _matters(sweep: SweepRuns, values: Array) -> Iterator[str]:
    """Which keys move the value of the first policy that reads any, which not; and who reads
    which."""
    reading = [
        name for name in sweep.policies if any(sweep.read[name][key].any() for key in sweep.keys)
    ]
    if reading and _crossed(sweep):
        yield _keys(sweep, values, reading[0])
    elif reading and len(sweep.keys) > 1:
        yield "Which keys matter cannot be read off such points; `leaderstream sensitivity` tells."
    for name in sweep.policies:
        idle = [key for key in sweep.keys if not sweep.read[name][key].any()]
        if idle:
            which = "none of the keys" if len(idle) == len(sweep.keys) > 1 else _list(idle)
            verb = "reads" if which == "none of the keys" else "does not read"
            yield (
                f"{clip(name, 40)} {verb} "
                f"{which}{': it is one setting' if len(idle) == len(sweep.keys) else ''}."
            )
            return


def _keys(sweep: SweepRuns, values: Array, name: str) -> str:
    clear: list[tuple[float, str]] = []
    unclear = []
    for key in [key for key in sweep.keys if sweep.read[name][key].any()]:
        labels = sweep.order(key)
        levels = np.array([_level(sweep, values, key, label, name, None) for label in labels])
        pairs = list(itertools.combinations(range(len(labels)), 2))
        gaps = gap(np.array([levels[a] - levels[b] for a, b in pairs]), many=len(pairs))
        if not (gaps.more | gaps.less).any():
            unclear.append(key)
            continue
        means = np.nanmean(levels, axis=1)
        low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
        ends = (
            f"{number(float(means[low]), 3)} at {labels[low]} to "
            f"{number(float(means[high]), 3)} at {labels[high]}"
        )
        clear.append((float(means[high] - means[low]), f"{phrase_of(key)} ({ends})"))
    over = " on average over the rest" if len(sweep.keys) > 1 else ""
    who = f"the {MEASURES[sweep.worth].short} of {clip(name, 40)}"
    parts = (
        [f"{who} moves with {', '.join(text for _, text in sorted(clear, reverse=True))}{over}"]
        if clear
        else []
    )
    if unclear:
        parts.append(
            f"whether {_list(unclear)} {'matters' if len(unclear) == 1 else 'matter'} cannot be "
            f"told"
        )
        parts[-1] += "" if clear else f" for {who}"
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _list(keys: Sequence[str]) -> str:
    names = [phrase_of(key) for key in keys]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _rests(sweep: SweepRuns, manifest: Mapping[str, Any]) -> str:
    """How many replications all this rests on, and what is missing of it."""
    often = sweep.runs.groupby(["variant", "point"], observed=True)["replication"].count()
    few, most = int(often.min()), int(often.max())
    times = f"{few:,}" if few == most else f"{few:,} to {most:,}"
    many, points = len(sweep.settings), len(sweep.points)
    settings = f"{many:,} different setting{'' if many == 1 else 's'}"
    what = "replication" if few == most == 1 else "replications"
    text = (
        f"This rests on {times} {what} of {settings} at {points:,} "
        f"point{'' if points == 1 else 's'}."
    )
    return " ".join([text, *_lost(manifest)])


def _lost(manifest: Mapping[str, Any]) -> list[str]:
    parts = []
    if left := manifest.get("left_out"):
        parts.append(f"{len(left):,} point{' was' if len(left) == 1 else 's were'} left out.")
    if failed := manifest.get("failures"):
        parts.append(f"{len(failed):,} run{'' if len(failed) == 1 else 's'} failed.")
    return parts


def _table(
    sweep: SweepRuns, best: int, means: Array, ahead: Gap, most: int
) -> tuple[list[SettingRow], int]:
    """The settings worth most, and the best of every policy."""
    known = [n for n in np.argsort(-means, kind="stable").tolist() if np.isfinite(means[n])]
    first = {sweep.settings[n].policy: n for n in reversed(known)}
    others = [n for n in known if n not in first.values()]
    kept = sorted([*first.values(), *others[: max(0, most - len(first))]], key=known.index)[
        : 2 * most
    ]
    metrics = [
        name
        for name in shown_in(SWEEP, sweep.worth)
        if name in sweep.runs.columns and sweep.runs[name].notna().any()
    ]
    gaps = {name: gap(sweep.values(name)[kept]) for name in metrics}
    rows = []
    for place, n in enumerate(kept):
        halves = {
            m: (float(g.mean[place]), float(g.high[place] - g.mean[place])) for m, g in gaps.items()
        }
        mark = (
            "best"
            if n == best
            else "less"
            if ahead.more[n]
            else "not apart"
            if np.isfinite(ahead.low[n])
            else ""
        )
        rows.append(SettingRow(sweep.settings[n].policy, sweep.settings[n].keys, halves, mark))
    return rows, len(known) - len(rows)
