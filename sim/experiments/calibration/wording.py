"""What a calibration says in words and figures, the same in the terminal and on its page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.comparison import Interval
from sim.comparison.turns import renamed, said
from sim.experiments.calibration.breakeven import FACTORS, SECOND, Crossing
from sim.experiments.calibration.calibrate import Calibration, Recommendation, named
from sim.experiments.calibration.tables import RECOMMENDED
from sim.experiments.calibration.worlds import WORLDS

FIRST, LAST = (f"{float(FACTORS[end]):g}" for end in (0, -1))
CAVEATS = (
    "Intervals are 95 %, over fresh replications that had no part in the choice; each is taken by itself.",
    "A setting's score is 0 for the worst mean of every weighted objective on the front and 1 for the best; by a "
    "single objective it is that measure itself.",
    "A regret is what the best of those compared there gets more, paired under common seeds: the recommended settings, "
    "the others shown of the front, and the scenario's own policies.",
)


def number(value: float) -> str:
    """A number with three significant digits after the leading ones, as tables show it."""
    if math.isnan(value):
        return "-"
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.1f}" if abs(value) >= 100 else f"{value:.3f}"
    return "0.000" if text == "-0.000" else text


def ranged(found: Interval) -> str:
    """A mean with its interval: 0.412 [0.390, 0.434]."""
    return f"{number(found.mean)} [{number(found.low)}, {number(found.high)}]" if found.known else number(found.mean)


def give_or_take(found: Interval) -> str:
    """A mean with half its interval: 0.412 ± 0.022."""
    return f"{number(found.mean)} ± {number(found.half)}" if found.known else number(found.mean)


def setting(settings: Mapping[str, Any]) -> str:
    """A setting in words: power.sharing 0.6, consensus.limit 5d."""
    return ", ".join(f"{key} {value}" for key, value in settings.items())


def as_arguments(settings: Mapping[str, Any]) -> str:
    """A setting as the arguments of a command."""
    return " ".join(f"--set {key}={_quoted(value)}" for key, value in settings.items())


def _quoted(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}'" if " " in text else text


def weighting(calibration: Calibration, name: str) -> str:
    """A weighting's weights in words: quality 67 %, delay 33 %."""
    weights = zip(calibration.plan.objectives, calibration.plan.weightings[name], strict=True)
    told = [(each, weight) for each, weight in weights if weight > 0]
    return f"{told[0][0]} alone" if len(told) == 1 else ", ".join(f"{each} {weight:.0%}" for each, weight in told)


def alike(calibration: Calibration, found: Recommendation) -> str:
    """In which range of each key the search could not tell a setting from the recommended one."""
    told = []
    for (key, values), ordered in zip(found.alike.items(), calibration.plan.ordered, strict=True):
        if len(values) == 1:
            told.append(f"{key} {values[0]}")
        elif ordered:
            told.append(f"{key} {values[0]} to {values[-1]}")
        else:
            told.append(f"{key} {' or '.join(str(value) for value in values)}")
    return ", ".join(told)


def front_rows(calibration: Calibration) -> list[list[str]]:
    """The front and the scenario's own policies as rows of a table: keys, objectives, what it is recommended for."""
    rows = []
    for place, measures in calibration.front.items():
        who = [name for name, each in calibration.recommendations.items() if each.candidate == place]
        keys = [str(value) for value in calibration.found.candidates[place].settings.values()]
        rows.append([named(place), *keys, *(ranged(each) for each in measures.values()), ", ".join(who)])
    gaps = [""] * len(calibration.plan.axes)
    rows += [
        [name, *gaps, *(ranged(each) for each in measures.values()), ""]
        for name, measures in calibration.variants.items()
    ]
    return rows


def front_heads(calibration: Calibration) -> list[str]:
    """The headings of those rows."""
    return ["", *calibration.plan.axes, *calibration.plan.objectives, "recommended for"]


def regret_rows(calibration: Calibration, name: str) -> list[list[str]]:
    """The regrets by a weighting as rows of a table: the policy, then a cell a world."""
    mine = named(calibration.recommendations[name].candidate)
    cells: dict[str, list[str]] = {}
    for each in calibration.regrets:
        if each.weighting == name:
            cells.setdefault(RECOMMENDED if each.policy == mine else each.policy, []).append(give_or_take(each.regret))
    return [[policy, *row] for policy, row in cells.items()]


def regret_heads() -> list[str]:
    """The headings of those rows."""
    return ["", *(world.told for world in WORLDS)]


def break_even(found: Crossing, other: str) -> str:
    """Where the better of the recommended setting and another policy turns, in a sentence."""
    return said(renamed(found.turn, {SECOND: other}))


def assumptions(calibration: Calibration) -> Sequence[str]:
    """What was assumed and what is to be known of the runs, a sentence each."""
    return (*calibration.plan.assumed, *calibration.notes)
