"""What was fitted as settings of a scenario, each with where it comes from; and what was not."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.fitting.estimates import Estimate
from sim.fitting.fit import Fitted
from sim.fitting.hops import Basis
from sim.fitting.issues import issues
from sim.fitting.words import span_told
from sim.sources.policies import WhatIf
from sim.sources.scenario_text import Setting

TICKS_MINUTES = (60, 30, 15, 10, 5, 2, 1)
"""Ticks, in minutes, of which the longest is taken that resolves the fitted times."""
RESOLVES = 2.0
"""So many ticks at least make the shortest mean time of a hop (convention)."""
UNKNOWABLE = {
    "flow.up.open": "how often people keep to themselves what they hear leaves no trace in a log",
    "flow.up.distortion": "logs of who, whom and when do not say what was told",
    "perspective.acuity": "what people see of a matter is in no log",
    "consensus.candour": "what is left unsaid in a meeting is in no log",
    "consensus.susceptibility": "how far people follow others is in no log",
    "attention": "when a message was read is in no log",
}
"""Settings that such logs cannot tell, and why."""


def settings_of(fitted: Fitted, whatif: WhatIf, attention: float | None = None) -> list[Setting]:
    """The settings that were fitted, in the order of a scenario.

    whatif: what is asked of the organisation, whose kinds of issues are replaced where the logs
    have decisions. attention: messages read in an hour, where the user said it.
    """
    tick = tick_minutes(fitted)
    return [
        *_clock(fitted, tick),
        *issues(fitted, whatif),
        *_delays(fitted, tick),
        *_rounds(fitted, tick),
        *_attention(fitted, tick, attention),
    ]


def tick_minutes(fitted: Fitted) -> int:
    """The minutes of a tick: those of a log that counts in ticks; else so few that the shortest
    mean time of a hop is several ticks."""
    if _in_steps(fitted):
        return max(round(fitted.clock.resolution * 60), 1)
    means = [delay.value for delay in fitted.delays.values() if delay.known]
    shortest = min(means, default=math.inf) * 60
    fine = [tick for tick in TICKS_MINUTES if tick * RESOLVES <= shortest]
    return fine[0] if fine else TICKS_MINUTES[-1] if means else TICKS_MINUTES[0]


def _in_steps(fitted: Fitted) -> bool:
    """Whether times were counted in the steps of the log's own clock, so that the delay, and no
    mean of rounded times, was fitted."""
    return fitted.basis is not Basis.MESSAGES and fitted.clock.resolution > 0.0


def _clock(fitted: Fitted, tick: int) -> list[Setting]:
    clock = fitted.clock
    found = []
    if _in_steps(fitted) or tick != TICKS_MINUTES[0]:
        why = (
            "fitted: the log counts in steps of it"
            if _in_steps(fitted)
            else f"so that the shortest mean time of a hop is {RESOLVES:.0f} ticks or more"
        )
        found.append(Setting("clock.tick", _whole(tick), why, fitted=_in_steps(fitted)))
    if clock.plain:
        return found
    low, high = clock.day_low, clock.day_high
    interval = f" ({low:.0f} to {high:.0f})" if high > low else ""
    until = (clock.opens + clock.day) % 24 or 24
    found.append(
        Setting(
            "clock.day",
            f"{clock.day:g}h",
            f"fitted: {clock.day:g}h{interval}: from {clock.opens:.0f} to {until:.0f} o'clock "
            f"({clock.zone.name}) 95 % of the messages of working days are written (90 % to 99 %)",
            fitted=True,
        )
    )
    return found


def model_delay(mean: float, tick: float) -> float:
    """The delay (the mean of an exponential, in hours) with which hops that are rounded up to ticks
    take so long in the mean."""
    if mean <= tick:
        return tick / 100.0
    return -tick / math.log1p(-tick / mean)


def _delays(fitted: Fitted, tick: int) -> list[Setting]:
    found = []
    for direction, delay in fitted.delays.items():
        if not delay.known:
            continue
        hours = tick / 60.0
        value = delay.value if _in_steps(fitted) else model_delay(delay.value, hours)
        found.append(
            Setting(
                f"flow.{direction}.delay",
                _duration(value),
                _from(fitted, direction, delay, tick),
                fitted=True,
            )
        )
    return found


def _from(fitted: Fitted, direction: str, delay: Estimate, tick: int) -> str:
    """Where a delay comes from."""
    answers, relays = fitted.counts[direction]
    if fitted.basis is not Basis.MESSAGES:
        what = "ideas" if fitted.basis is Basis.ARRIVALS else "messages"
        parts = [f"{delay.count:,} {what} in {delay.clusters:,} matters"]
    else:
        parts = [f"{answers:,} answers"] if answers else []
        parts += [f"{relays:,} relays in threads"] if relays else []
    text = f"fitted: {span_told(delay)} from {' and '.join(parts)}; {delay.method}"
    if _in_steps(fitted):
        return text
    if delay.value * 60 <= tick:
        return f"{text}; shorter than a tick, to which every hop is rounded up"
    return f"{text}; the delay gives this mean where hops are rounded up to ticks"


def _whole(minutes: int) -> str:
    """So many minutes as a scenario writes them."""
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _duration(hours: float) -> str:
    """A duration as a scenario writes it."""
    if hours >= 0.5:
        return f"{hours:.4g}h"
    return f"{max(hours * 60, 0.001):.4g}m" if hours * 60 >= 0.01 else "0.01m"


def _rounds(fitted: Fitted, tick: int) -> list[Setting]:
    """How long a round of a forum lasts."""
    met = fitted.meetings
    if met is None:
        return []
    minutes = max(round(met.length.value * 60 / tick), 1) * tick
    comment = f"fitted: {span_told(met.length)} from {met.meetings:,} meetings; {met.length.method}"
    return [Setting("consensus.round", _whole(minutes), comment, fitted=True)]


def _attention(fitted: Fitted, tick: int, given: float | None) -> list[Setting]:
    """How many messages people read in an hour, where it was given, or cannot be so few as usual;
    a whole number a tick."""
    if given is not None:
        return [Setting("attention", given, "as given")]
    usual, a_tick = usual_attention(), 60 / tick
    least = max(usual, float(fitted.answered))
    needed = math.ceil(least / a_tick - 1e-9) * a_tick
    if needed == usual:
        return []
    if fitted.answered > usual:
        why = f"fitted: at least {fitted.answered:,}, as one person answered so many in an hour"
    else:
        why = f"the least above {usual:g} that is a whole number in a tick"
    return [Setting("attention", round(needed), why, fitted=fitted.answered > usual)]


def usual_attention() -> float:
    """The scenario's default."""
    from sim.scenario.explain import explain

    return float(explain("attention").default)


def not_fitted(fitted: Sequence[Setting] = ()) -> list[Setting]:
    """What such logs cannot tell: each key, its default, and why and where the default is from; but
    for what is among the settings `fitted`."""
    import yaml

    from sim.scenario.explain import explain

    found = []
    for path, why in UNKNOWABLE.items():
        if any(setting.path == path for setting in fitted):
            continue
        explained = explain(path)
        comment = f"not fitted: {why}; keeps its default ({explained.source})"
        found.append(Setting(path, yaml.safe_load(explained.default), comment))
    return found
