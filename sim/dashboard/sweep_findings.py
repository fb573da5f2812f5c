"""What a reader should take from each figure of a sweep: a plain sentence or two, computed from the numbers.

Sentences are plain text: whoever shows them escapes them.
"""

from __future__ import annotations

import itertools

import numpy as np

from sim.dashboard import theme
from sim.dashboard.figures.curves import effect_groups
from sim.dashboard.figures.front import front, settings
from sim.dashboard.figures.precision import goal, half_widths, measured
from sim.dashboard.measures import Policy
from sim.dashboard.sweep import GAP, Sweep, best
from sim.experiments.verdict import verdict
from sim.measures import DAYS, MEASURES, Measure

NOTHING = "Nothing was decided, so there is nothing to report."


def in_short(sweep: Sweep) -> list[str]:
    """The answer of the sweep, a sentence or two each: those that the terminal prints."""
    return list(verdict(sweep.runs, sweep.manifest).sentences)


def measures(sweep: Sweep) -> str:
    """Where each measure is best."""
    return " ".join(_best(sweep, metric) for metric in sweep.metrics) or NOTHING


def break_even(sweep: Sweep) -> str:
    """At how many points each policy is worth more than `against`, where most, and where the verdict turns."""
    if sweep.against is None or not sweep.rivals:
        return "No policy ran to which the others' values could be compared."
    return " ".join(_compared(sweep, policy, sweep.against) for policy in sweep.rivals)


def pareto(sweep: Sweep) -> str:
    """How many settings no other beats, and the two ends of the front."""
    every = settings(sweep) if {"quality", "delay"} <= set(sweep.runs.columns) else []
    if not every:
        return NOTHING
    best_of = front(every)
    fast, good = best_of[0], best_of[-1]
    told = f"Of {len(every):,} settings, {_count(len(best_of), 'is', 'are')} beaten by none in both quality and delay: "
    ends = [
        f"{_where(sweep, s.policy, s.point)} (quality {theme.number(s.quality.mean)}, {theme.number(s.delay.mean)} "
        "working days)"
        for s in (fast, good)
    ]
    return f"{told}{ends[0]}." if len(best_of) == 1 else f"{told}from {ends[0]} to {ends[1]}."


def effects(sweep: Sweep) -> str:
    """Which key moves the first measure most, and which least."""
    if not sweep.metrics or not sweep.axes:
        return NOTHING
    metric, policy = sweep.metrics[0], _reader(sweep)
    found = []
    for number in range(len(sweep.axes)):
        if not sweep.reads(policy, sweep.axes[number].key).any():
            continue
        key, groups = effect_groups(sweep, number)
        means = sweep.grouped(metric.name, policy, groups, len(key.labels))[:, 0]
        if np.isfinite(means).any():
            low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
            found.append((float(means[high] - means[low]), key, low, high, means))
    if not found:
        return NOTHING
    if all(entry[0] == 0 for entry in found):
        return f"{metric.title} is the same on average at every value of every key."
    found.sort(key=lambda entry: -entry[0])
    _, key, low, high, means = found[0]
    under = f"Under {theme.clip(policy.name, 40)}, " if len(sweep.policies) > 1 else ""
    what = f"{metric.title.lower()} moves most with {theme.clip(key.key, 48)}: on average "
    ends = " to ".join(
        f"{theme.number(float(means[place]), metric.digits)} at {theme.clip(key.labels[place], 30)}"
        for place in (low, high)
    )
    told = f"{under}{what}from {ends}"
    told = told[0].upper() + told[1:]
    if len(found) == 1:
        return f"{told}."
    size, least = found[-1][0], found[-1][1]
    return f"{told}; least with {theme.clip(least.key, 48)} (by {theme.number(size, metric.digits)})."


def parallel(sweep: Sweep) -> str:
    """Where the fifth of the points lies that is worth most under the first policy that reads a key."""
    if not sweep.metrics or not sweep.axes:
        return NOTHING
    metric, policy = sweep.metrics[0], _reader(sweep)
    means = sweep.estimates(metric.name, policy)[:, 0]
    known = sweep.different(policy)[np.isfinite(means[sweep.different(policy)])]
    if not len(known):
        return NOTHING
    top = known[np.argsort(-metric.better * means[known], kind="stable")][: max(1, len(known) // 5)]
    told = []
    for number, key in enumerate(sweep.axes):
        if not sweep.reads(policy, key.key).all():
            continue
        places = sorted(set(sweep.codes(number)[top].tolist()))
        if len(places) < len(key.labels):
            names = [theme.clip(key.labels[place], 30) for place in places]
            span = " or ".join(names) if len(names) < 3 else f"{names[0]} to {names[-1]}"
            several = f"{len(names)} of {len(key.labels)} values"
            told.append(f"{theme.clip(key.key, 48)} {several if key.words and len(names) > 2 else span}")
    under = f" under {theme.clip(policy.name, 40)}" if len(sweep.policies) > 1 else ""
    group = f"The {_count(len(top), 'point', 'points')} of {len(known):,} best in {metric.title.lower()}{under}"
    has = "has" if len(top) == 1 else "all have"
    return f"{group} {has} {'; '.join(told)}." if told else f"{group} lie everywhere: no key tells them apart."


def _reader(sweep: Sweep) -> Policy:
    """The first policy that reads any of the keys; else the first."""
    keys = [found.key for found in sweep.axes]
    reading = (policy for policy in sweep.policies if any(sweep.reads(policy, key).any() for key in keys))
    return next(reading, sweep.policies[0])


def precision(sweep: Sweep) -> str:
    """How wide half the intervals are, how often points ran, and whether that is what was asked for."""
    names = measured(sweep)
    if not names:
        return NOTHING
    metric = names[0]
    policies = sweep.rivals if metric == GAP else sweep.policies
    half = np.concatenate([half_widths(sweep, metric, policy)[sweep.different(policy)] for policy in policies])
    ran = np.concatenate([sweep.replications(policy) for policy in policies])
    ran = ran[ran > 0]
    low, high = (int(ran.min()), int(ran.max())) if len(ran) else (0, 0)
    often = f"{low:,} to {high:,} replications" if low < high else _count(low, "replication", "replications")
    known = half[np.isfinite(half)]
    if not len(known):
        return f"There are no intervals: with {often} a point, differences may be chance."
    what = "the difference in value" if metric == GAP else MEASURES[metric].title.lower()
    asked = goal(sweep.manifest)
    share = " of the mean" if asked and asked.relative and asked.metric == metric else ""
    told = (
        f"Half the 95 % interval of {what} is {theme.number(float(np.median(known)), 4)}{share} at the middle point "
        f"and {theme.number(float(known.max()), 4)} at most, with {often} a point."
    )
    if asked is None or asked.metric != metric:
        return told
    missed = int((known > asked.half_width).sum())
    reached = "every setting reached it" if not missed else f"{_count(missed, 'setting', 'settings')} did not reach it"
    return f"{told} Asked for was {theme.number(asked.half_width, 4)}: {reached}."


def _best(sweep: Sweep, metric: Measure) -> str:
    """'Worth most: 0.520 under shared at power.sharing 0.4.'"""
    tops = []
    for policy in sweep.policies:
        means = sweep.estimates(metric.name, policy)[:, 0]
        place = best(means, metric)
        if place is not None:
            tops.append((metric.better * float(means[place]), policy, place))
    if not tops:
        return ""
    every = np.concatenate([sweep.estimates(metric.name, policy)[:, 0] for policy in sweep.policies])
    if np.isfinite(every).sum() > 1 and np.nanmax(every) - np.nanmin(every) < 1e-12:
        same = theme.number(float(np.nanmax(every)), metric.digits)
        return f"{metric.title} is the same at every setting: {same}."
    number, policy, place = max(tops, key=lambda top: top[0])
    amount = theme.number(metric.better * number, metric.digits)
    unit = f" {DAYS}" if metric.unit == DAYS else ""
    under = "under " if len(sweep.policies) > 1 else ""
    return (
        f"{metric.words.best if metric.words else metric.title}: {amount}{unit} {under}{_where(sweep, policy, place)}."
    )


def _where(sweep: Sweep, policy: Policy, point: int) -> str:
    """'shared at power.sharing 0.4, consensus.limit 3d', with the keys that the policy reads."""
    told = sweep.told(point, policy).items()
    keys = ", ".join(f"{theme.clip(key, 48)} {theme.clip(label, 30)}" for key, label in told)
    name = theme.clip(policy.name, 40) if len(sweep.policies) > 1 else ""
    if not keys:
        return name or "at the only setting"
    return f"{name} at {keys}" if name else f"at {keys}"


def _compared(sweep: Sweep, policy: Policy, against: Policy) -> str:
    points = sweep.compared(policy)
    found = sweep.estimates(GAP, policy)[points]
    known = np.isfinite(found[:, 0])
    names = theme.clip(policy.name, 40), theme.clip(against.name, 40)
    if not known.any():
        return f"{names[0]} and {names[1]} have no point in common."
    if not np.isfinite(found[:, 1]).any():
        more = int((found[known, 0] > 0).sum())
        return f"{names[0]} is worth more than {names[1]} at {more:,} of {known.sum():,} settings; it may be chance."
    more, less = int((found[:, 1] > 0).sum()), int((found[:, 2] < 0).sum())
    told = (
        f"{names[0]} is worth more than {names[1]} at {more:,} of {int(known.sum()):,} settings, less at {less:,}, and "
        f"not clearly either at {int(known.sum()) - more - less:,}"
    )
    place = int(np.nanargmax(found[:, 0]))
    mean, low, high = (theme.number(float(x), 3, signed=True) for x in found[place])
    where = {**sweep.told(int(points[place]), policy), **sweep.told(int(points[place]), against)}
    at = ", ".join(f"{theme.clip(key, 48)} {theme.clip(label, 30)}" for key, label in where.items())
    largest = f"the difference is largest at {at}" if at else "the difference is"
    return f"{told}; {largest}: {mean} ({low} to {high}).{_turns(sweep, policy)}"


def _turns(sweep: Sweep, policy: Policy) -> str:
    """Whether the difference changes sign at all; along one key of numbers, between which of its values."""
    gaps = sweep.estimates(GAP, policy)[:, 0]
    known = gaps[np.isfinite(gaps)]
    if (known > 0).all() or (known < 0).all():
        return f" It is {'above' if known[0] > 0 else 'below'} 0 on average at every setting: there is no break-even."
    if len(sweep.axes) != 1 or sweep.axes[0].words:
        return ""
    key = sweep.axes[0]
    means = np.full(len(key.labels), np.nan)
    means[sweep.codes(0)] = gaps
    held = np.flatnonzero(np.isfinite(means))
    turns = [(a, b) for a, b in itertools.pairwise(held) if (means[a] > 0) != (means[b] > 0)]
    if not turns or len(turns) > 3:
        return ""
    told = "; ".join(f"{theme.clip(key.labels[a], 30)} and {theme.clip(key.labels[b], 30)}" for a, b in turns)
    return f" It changes sign between {theme.clip(key.key, 48)} {told}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
