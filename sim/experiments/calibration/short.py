"""A calibration in short: what is best, how surely, at what edge, and what cannot be told; one text
for terminal, page and notebooks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from sim.comparison import Interval
from sim.comparison.wording import listed
from sim.experiments.calibration.calibrate import Calibration, Recommendation, named
from sim.experiments.calibration.measured import at_most, change, measure_name, weighting_name
from sim.experiments.calibration.plan import AS_STATED, CalibrationPlan
from sim.measures import DAYS, MEASURES
from sim.scenario.axes import Ranged
from sim.scenario.keys.calibrate import TEST as USUAL
from sim.scenario.nodes import plain
from sim.scenario.titles import phrase_of

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_NAMED = 3
FEW = 10
"""With fewer replications than this an interval is mostly Student's t, and tells little."""


def letters(calibration: Calibration) -> dict[int, str]:
    """What recommended settings are called, by their number: A, B, ... in the order of the
    weightings."""
    chosen = {item.candidate for item in calibration.recommendations.values()}
    every = front_letters(calibration)
    return {place: letter for place, letter in every.items() if place in chosen}


def front_letters(calibration: Calibration) -> dict[int, str]:
    """What all settings shown of the front are called, by their number."""
    recommended = [item.candidate for item in calibration.recommendations.values()]
    return lettered(recommended, calibration.front)


def lettered(recommended: Iterable[int], shown: Iterable[int]) -> dict[int, str]:
    """The letters of settings by their numbers: first those that are recommended, in the order of
    the weightings, then the others that are shown, in the order in which they were tried."""
    places = dict.fromkeys([*recommended, *sorted(shown)])
    return {place: LETTERS[i] if i < len(LETTERS) else str(place) for i, place in enumerate(places)}


def called(calibration: Calibration, policy: str) -> str:
    """What one of the policies compared is called: 'setting A', or one of the scenario's own by its
    label or name."""
    settings = {named(place): letter for place, letter in front_letters(calibration).items()}
    if policy in settings:
        return setting_name(settings[policy])
    return calibration.plan.scenario.shown(policy)


def setting_name(letter: str) -> str:
    """'setting A'."""
    return f"setting {letter}"


def in_short(calibration: Calibration) -> list[str]:
    """The finding in a few sentences; every number is of fresh replications that had no part in the
    choice."""
    if level := _all_level(calibration):
        return [level, rests_on(calibration)]
    said = [best(calibration, place, name) for place, name in letters(calibration).items()]
    said += [
        _nothing_matters(calibration),
        alike(calibration),
        elsewhere(calibration),
        *_edges(calibration),
    ]
    return [*(text for text in said if text), rests_on(calibration)]


def _all_level(calibration: Calibration) -> str:
    """Where every recommended setting came to exactly the same as the policy as it is: none is
    best."""
    gains = [
        calibration.differences[named(item.candidate)][objective]
        for item in calibration.recommendations.values()
        for objective in calibration.plan.objectives
    ]
    if any(gain.low != 0 or gain.high != 0 for gain in gains):
        return ""
    return (
        f"No setting is best: {listed(_objectives(calibration))} came to the same as "
        f"under {_searched(calibration)} as it stands, in every replication."
    )


def _objectives(calibration: Calibration) -> list[str]:
    return [measure_name(name) for name in calibration.plan.objectives]


def _searched(calibration: Calibration) -> str:
    return called(calibration, calibration.plan.policy)


def best(calibration: Calibration, place: int, letter: str) -> str:
    """For what a setting is best, what it changes in the policy as the file has it, and whether
    another policy of the scenario is better.
    """
    weightings = [
        name for name, item in calibration.recommendations.items() if item.candidate == place
    ]
    weighed = dict.fromkeys(
        item for name in weightings for item in _weighed(calibration.plan, name)
    )
    changes = ", ".join(
        f"{measure_name(item)} {_change(item, calibration.differences[named(place)][item])}"
        for item in weighed
    )
    start = (
        f"Best for {listed(_weightings(calibration, weightings))}: {setting_name(letter)}; against "
        f"{_searched(calibration)} it changes {changes}."
    )
    better = [name for weighting in weightings for name in _better(calibration, weighting)]
    if not better:
        return start
    policies = [called(calibration, name) for name in dict.fromkeys(better)][:MOST_NAMED]
    return (
        f"{start} But {listed(policies)} {'is' if len(policies) == 1 else 'are'} clearly "
        f"better for that as set."
    )


def _weightings(calibration: Calibration, names: Iterable[str]) -> list[str]:
    return [weighting_name(calibration, name) for name in names]


def _change(name: str, gain: Interval) -> str:
    if math.isnan(gain.mean):
        return "by what cannot be told"
    if not gain.known:
        return f"{change(name, gain)} (one replication: it may be chance)"
    slight = max(abs(end) for end in gain) < MEASURES[name].rounding
    return f"{change(name, gain)}{'' if gain.clear or slight else ' (not clear)'}"


def _better(calibration: Calibration, weighting: str) -> list[str]:
    """The scenario's own policies that are clearly ahead of the setting of a weighting, as the best
    of all are."""
    here = {
        entry.policy: entry
        for entry in calibration.regrets
        if entry.weighting == weighting and entry.world == AS_STATED
    }
    mine = here.get(named(calibration.recommendations[weighting].candidate))
    if mine is None or mine.may_be_best:
        return []
    return [
        name for name, entry in here.items() if name in calibration.variants and entry.may_be_best
    ]


def _nothing_matters(calibration: Calibration) -> str:
    """Where no recommended setting differs clearly from the policy as it is, in any objective that
    is weighed."""
    gains = {
        objective: [
            calibration.differences[named(item.candidate)][objective]
            for item in calibration.recommendations.values()
        ]
        for objective in calibration.plan.objectives
    }
    if any(gain.clear or not gain.known for item in gains.values() for gain in item):
        return ""
    reach = ", ".join(
        f"{measure_name(name)} by more than {at_most(name, _most(item))}"
        for name, item in gains.items()
    )
    return (
        f"Nothing that was searched matters much here: no recommended setting is clearly different "
        f"from {_searched(calibration)} as it stands, and none is likely to change {reach} (95 % "
        f"intervals)."
    )


def _most(gains: list[Interval]) -> float:
    return max(max(abs(gain.low), abs(gain.high)) for gain in gains)


def alike(calibration: Calibration) -> str:
    """Which recommended settings cannot be told apart, and which keys made no clear difference in
    the search."""
    parts = []
    named_so = letters(calibration)
    if len(named_so) > 1 and not any(
        gap.clear for item in calibration.between.values() for gap in item.values()
    ):
        parts.append(
            f"Settings {listed(list(named_so.values()))} cannot be told apart in any objective."
        )
    name, item = next(iter(calibration.recommendations.items()))
    free = [key for key in item.alike if _whole_range(calibration.plan, key, item)]
    if free:
        parts.append(
            f"For {weighting_name(calibration, name)}, the search found no clear difference over "
            f"the whole range of {listed([phrase_of(key) for key in free])}."
        )
    return " ".join(parts)


def _whole_range(plan: CalibrationPlan, key: str, recommendation: Recommendation) -> bool:
    axis, seen = plan.axes[key], recommendation.alike[key]
    ends = [plain(axis.at(Fraction(0))), plain(axis.at(Fraction(1)))]
    values = [plain(item) for item in axis.items] if not isinstance(axis, Ranged) else ends
    return len(values) > 1 and all(value in seen for value in values)


def elsewhere(calibration: Calibration) -> str:
    """How far the settings may fall behind the best when urgency or load are off."""
    parts, scored = [], False
    for weighting, recommendation in calibration.recommendations.items():
        rows = [
            row
            for row in calibration.regrets
            if row.weighting == weighting and row.world != AS_STATED
        ]
        mine = [row for row in rows if row.policy == named(recommendation.candidate)]
        known = [row for row in mine if row.regret.known]
        if not known:
            continue
        worst = max(known, key=lambda row: row.regret.high)
        scored = scored or not _single(calibration.plan, weighting)
        behind = _behind(_single(calibration.plan, weighting), worst.regret.high)
        behind = f"at most {behind} ({worst.world.description})"
        name = weighting_name(calibration, weighting)
        parts.append(f"{name} {behind}" if worst.regret.high > 0 else f"{name} nothing")
    if not parts:
        return ""
    scale = " (score: 0 the worst, 1 the best of those compared)" if scored else ""
    return (
        "If urgency or load are 30 % other than stated, the recommended settings fall behind the "
        f"best of those compared by: {'; '.join(parts)}{scale}."
    )


def _behind(objective: str, regret: float) -> str:
    """A regret in words: by a single objective in its unit, else in score."""
    if not objective:
        return f"{regret:.2f} in score" if regret >= 0.005 else "less than 0.01 in score"
    size = at_most(objective, regret)
    return size if MEASURES[objective].unit == DAYS else f"{size} in {measure_name(objective)}"


def _edges(calibration: Calibration) -> Iterator[str]:
    """Recommended values at the end of what was searched, where a wider search may hold better
    ones."""
    seen: dict[str, list[str]] = {}
    for place, letter in letters(calibration).items():
        for key, value in calibration.found.candidates[place].settings.items():
            if _at_edge(calibration.plan, key, value):
                seen.setdefault(f"{phrase_of(key)} {value}", []).append(letter)
    if seen:
        values = listed([f"{value} (setting {', '.join(at)})" for value, at in seen.items()])
        yield (
            f"At the end of the range that was searched: {values}. A wider range may hold "
            f"better settings."
        )


def _at_edge(plan: CalibrationPlan, key: str, value: Any) -> bool:
    """Whether a value is at an end of its range that could have been wider."""
    axis = plan.axes[key]
    if not isinstance(axis, Ranged) or axis.low == axis.high:
        return False
    ends = zip((Fraction(0), Fraction(1)), plan.widenable[key], strict=True)
    return any(wider and plain(axis.at(end)) == value for end, wider in ends)


def rests_on(calibration: Calibration) -> str:
    count = calibration.plan.test
    few = ""
    if count < FEW:
        few = f" {count} are few: --set calibrate.replications.test={USUAL} would tell more."
    return (
        f"All this is from {count} replications that had no part in the choice, paired; "
        f"brackets are 95 %.{few}"
    )


def _single(plan: CalibrationPlan, weighting: str) -> str:
    """The one objective that a weighting weighs; '' where there are several."""
    weighed = _weighed(plan, weighting)
    return weighed[0] if len(weighed) == 1 else ""


def _weighed(plan: CalibrationPlan, weighting: str) -> list[str]:
    return [
        name
        for name, weight in zip(plan.objectives, plan.weightings[weighting], strict=True)
        if weight > 0
    ]
