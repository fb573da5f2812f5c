"""One plain sentence or two a section, computed from the numbers: what a reader should take from the figure.

A policy counts as first only when the paired difference to the others excludes zero; otherwise the sentence
says from whom it cannot be told apart. Sentences are plain text: whoever shows them escapes them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sim.dashboard import theme
from sim.dashboard.figures.tradeoff import MOST_KINDS
from sim.dashboard.measures import Estimate, Estimates, Policy, Reading, estimates
from sim.measures import DIFFERENCES, MAIN, MEASURES, PARTS, shown_in

NOTHING = "No issue arose in the measured time, so there is nothing to report."
ALONE = "Only one policy was run, so there is nothing to compare it with."


def trade_off(reading: Reading) -> str:
    """Who decides best, who fastest, and whose decisions were worth most."""
    if not reading.known("delay"):
        return NOTHING
    return " ".join(headlines(reading)) or "No issue was decided, so there is no quality to compare."


def headlines(reading: Reading) -> list[str]:
    """The policy that is best in quality, in delay and in value, a sentence each; none without decisions."""
    shown = reading.known("quality")
    if not shown:
        return []
    if len(reading.policies) == 1:
        quality, delay, value = (theme.number(reading.get(shown[0], m).mean) for m in shown_in(MAIN))
        return [
            f"Under {_name(shown[0])} decisions have a mean quality of {quality}, take effect after {delay} "
            f"working days, and are worth {value} each, in stakes."
        ]
    told = [_headline(reading, name) for name in shown_in(MAIN)]
    none = [_name(policy) for policy in reading.policies if policy not in shown]
    return [*told, *([f"No issue was decided under {theme.listed(none)}."] if none else [])]


def _headline(reading: Reading, metric: str) -> str:
    """The first of a measure, or that all policies are alike in it."""
    words = MEASURES[metric].words
    assert words is not None
    shown = reading.known(metric)
    if _level([reading.get(policy, metric) for policy in shown]):
        amount = words.amount.format(theme.number(reading.get(shown[0], metric).mean))
        return f"{words.alike}{_under(shown)}: {amount}."
    most = f"{words.best}, {words.counting}" if words.counting else words.best
    return f"{most}: {_first(reading.runs, reading.estimates, shown, metric, words.amount)}."


def _same(reading: Reading, shown: Sequence[Policy], metric: str, digits: int) -> str:
    """The value that all these policies show of a measure; '' where they show several."""
    return _one([theme.number(reading.get(policy, metric).mean, digits) for policy in shown])


def _level(found: Sequence[Estimate]) -> bool:
    """Whether all means are the same, but for rounding."""
    means = [estimate.mean for estimate in found]
    return math.isclose(min(means), max(means), rel_tol=1e-9, abs_tol=1e-12)


def _one(told: Sequence[str]) -> str:
    return told[0] if len(set(told)) == 1 else ""


def _under(shown: Sequence[Policy]) -> str:
    """' under every policy', ' under both policies', ' under shared'."""
    if len(shown) == 1:
        return f" under {_name(shown[0])}"
    return f" under {'both policies' if len(shown) == 2 else f'all {len(shown)} policies'}"


def by_kind(reading: Reading) -> str:
    """Whose decisions were worth most, kind by kind."""
    most, alike = [], []
    for kind in reading.kinds[:MOST_KINDS]:
        found = reading.kind_estimates[kind.name]
        shown = [p for p in reading.policies if found.get((p.variant, "value"), Estimate()).known]
        name = theme.clip(kind.name, 40)
        if not shown:
            continue
        if not any(found.get((policy.variant, "quality"), Estimate()).known for policy in shown):
            alike.append(f"No {name} issue was decided.")
        elif _level([found[policy.variant, "value"] for policy in shown]):
            same = theme.number(found[shown[0].variant, "value"].mean)
            worth = "decisions are worth the same" if len(shown) > 1 else "decisions are worth"
            alike.append(f"For {name} issues {worth}{_under(shown)}: {same} each.")
        else:
            best = _first(reading.by_kind[kind.name], found, shown, "value", "{} a decision")
            most.append(f"for {name} issues {best}")
    told = [f"Worth most: {'; '.join(most)}."] if most else []
    return " ".join([*told, *alike]) or NOTHING


def time(reading: Reading) -> str:
    """Which part takes most of the slowest policy's delay, and what the fastest one saves."""
    shown = sorted(reading.known("delay"), key=lambda policy: reading.get(policy, "delay").mean)
    if not shown:
        return NOTHING
    slow, fast = shown[-1], shown[0]
    parts = {part: reading.get(slow, part).mean for part in PARTS}
    longest = max(parts, key=lambda part: parts[part])
    same = _same(reading, shown, "delay", 1)
    where = _under(shown if same else [slow]).strip()
    days = theme.number(reading.get(slow, "delay").mean, 1)
    sentence = f"{where[:1].upper()}{where[1:]} {_lasts(reading, shown if same else [slow], days)}"
    if parts[longest] > 0 and theme.number(parts[longest], 1) != theme.number(0, 1):
        sentence += f", {theme.number(parts[longest], 1)} of them {PARTS[longest].spent}"
    saved = {part: parts[part] - reading.get(fast, part).mean for part in PARTS}
    most = max(saved, key=lambda part: saved[part])
    if same or not saved[most] > 0:
        return f"{sentence}."
    return (
        f"{sentence}; under {_name(fast)} it takes {theme.number(reading.get(fast, 'delay').mean, 1)}, saved "
        f"above all on {MEASURES[most].title.lower()}."
    )


def _lasts(reading: Reading, shown: Sequence[Policy], days: str) -> str:
    """How long an issue takes, by whether all, some or none of them are decided."""
    undecided = [reading.get(policy, "lapsed_share").mean for policy in shown]
    if all(share == 1 for share in undecided):
        return f"no issue is decided; each is over after {days} working days"
    if all(share == 0 for share in undecided):
        return f"a decision takes {days} working days until it takes effect"
    return f"an issue takes {days} working days until its decision takes effect or it ends undecided"


def costs(reading: Reading) -> str:
    """The dearest and the cheapest policy in person-hours, and how much of the day's work each gets done."""
    shown = sorted(reading.known("person_hours"), key=lambda policy: reading.get(policy, "person_hours").mean)
    if not shown:
        undecided = "No issue was decided, so there are no hours a decision to compare."
        return undecided if reading.known("delay") else NOTHING
    cheap, dear = shown[0], shown[-1]
    hours = [theme.number(reading.get(policy, "person_hours").mean, 1) for policy in (cheap, dear)]
    if hours[0] == hours[1]:
        done = sorted({100 * reading.get(policy, "progress").mean for policy in shown})
        ends = list(dict.fromkeys(f"{share:.1f}" for share in (done[0], done[-1])))
        where = _under(shown).strip()
        return (
            f"{where[:1].upper()}{where[1:]} a decision takes {hours[1]} person-hours in forums; {' to '.join(ends)} % "
            "of the day's work gets done."
        )
    done_text = [f"{100 * reading.get(policy, 'progress').mean:.1f} %" for policy in (cheap, dear)]
    return (
        f"A decision takes {hours[1]} person-hours in forums under {_name(dear)} and {hours[0]} under "
        f"{_name(cheap)}; of the day's work, {done_text[1]} gets done under the first and {done_text[0]} under the "
        "second."
    )


def differences(reading: Reading) -> str:
    """Which policies differ clearly from the base in quality, value and delay, and which way."""
    others = [policy for policy in reading.policies if not policy.base]
    if not reading.known("delay"):
        return NOTHING
    if reading.base is None or not others:
        return ALONE
    named = [name for name in shown_in(DIFFERENCES) if name in shown_in(MAIN)]
    if not any(math.isfinite(reading.get(p, name).difference_low) for p in others for name in named):
        return "There are no intervals, with too few replications or nothing decided: differences may be chance."
    told = [_told(reading, others, name) for name in named]
    return f"Against {_name(reading.base)}, beyond chance: {'; '.join(told)}."


_UNDECIDED = {"lapsed": "expire", "dropped": "are dropped", "rejected": "are rejected"}


def endings(reading: Reading) -> str:
    """Where most issues end undecided, and how."""
    shown = reading.known("lapsed_share")
    if not shown:
        return NOTHING
    worst = max(shown, key=lambda policy: reading.get(policy, "lapsed_share").mean)
    share = reading.get(worst, "lapsed_share")
    if share.mean == 0:
        return "Every issue was decided in time: none ended undecided."
    same = _one([f"{100 * reading.get(policy, 'lapsed_share').mean:.1f}" for policy in shown])
    those = shown if same else [worst]
    met = {way for policy in those for way in reading.undecided.get(policy.variant, ())}
    ways = [told for way, told in _UNDECIDED.items() if way in met]
    how = f"{', '.join(ways[:-1])} or {ways[-1]}" if len(ways) > 1 else "".join(ways) or "end undecided"
    if same == "100.0":
        where = _under(shown) if len(shown) == 1 else " under any policy"
        return f"No issue was decided{where}: all {how}, and are worth nothing."
    # An interval of half of all there is says nothing.
    wide = f" (± {100 * share.half_width:.1f})" if 0 < share.half_width < 0.5 and len(those) == 1 else ""
    where = "Issues end undecided" if same else "Issues end undecided most often"
    often = " equally often" if same and len(shown) > 1 else ""
    return f"{where}{often}{_under(those)}: {100 * share.mean:.1f} %{wide} {how}, and are worth nothing."


def _told(reading: Reading, others: Sequence[Policy], metric: str) -> str:
    """'quality is higher under consensus and lower under cascade'."""
    found = {policy: reading.get(policy, metric) for policy in others}
    up = [_name(policy) for policy, estimate in found.items() if estimate.clear and estimate.difference > 0]
    down = [_name(policy) for policy, estimate in found.items() if estimate.clear and estimate.difference < 0]
    if not any(math.isfinite(estimate.difference_low) for estimate in found.values()):
        return f"{metric} cannot be compared"
    words = ("longer", "shorter") if metric == "delay" else ("higher", "lower")
    told = [
        f"{word} under {'every other' if len(names) == len(others) > theme.MOST_NAMES else theme.listed(names)}"
        for word, names in zip(words, (up, down), strict=True)
        if names
    ]
    return f"{metric} is {' and '.join(told) if told else 'not clearly different under any'}"


def _first(frame: pd.DataFrame, found: Estimates, shown: Sequence[Policy], metric: str, amount: str) -> str:
    """'shared (quality 0.66)', or with whom it is level; `frame` is a row a run, `found` its estimates."""
    sign = MEASURES[metric].better
    best = max(shown, key=lambda policy: sign * found[policy.variant, metric].mean)
    paired = estimates(frame, [metric], best.variant)
    told = f"{_name(best)} ({amount.format(theme.number(found[best.variant, metric].mean))}"
    others: dict[Policy, Estimate] = {p: paired[p.variant, metric] for p in shown if p is not best}
    if not any(math.isfinite(estimate.difference_low) for estimate in others.values()):
        return f"{told}; without intervals it may be chance)" if others else f"{told})"
    level = [_name(policy) for policy, estimate in others.items() if not estimate.clear]
    return f"{told}), not clearly apart from {theme.listed(level)}" if level else f"{told})"


def _name(policy: Policy) -> str:
    return theme.clip(policy.name, 60)
