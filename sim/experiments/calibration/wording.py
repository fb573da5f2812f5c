"""What a calibration says in words and figures, the same in the terminal and on its page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.comparison import Interval
from sim.comparison.turns import renamed, sentence
from sim.experiments.calibration._recommend import FACTORS, SECOND, Crossing, Regret
from sim.experiments.calibration.calibrate import Calibration, Recommendation, named
from sim.experiments.calibration.measured import measure_name, weighting_name
from sim.experiments.calibration.plan import WORLDS
from sim.experiments.calibration.short import (
    called,
    front_letters,
    letters,
    setting_name,
)
from sim.experiments.calibration.tables import RECOMMENDED
from sim.scenario.titles import phrase_of

FIRST, LAST = (f"{float(FACTORS[end]):g}" for end in (0, -1))
MARKED = "± half the 95 % interval; * differs clearly from {} (paired, 95 %)."
CAVEATS = (
    "Means are over fresh replications that had no part in the choice, their intervals 95 %, each "
    "taken by itself.",
    "A score of several objectives is 0 for the worst mean of each among those compared and 1 for "
    "the best; by a single objective it is that measure itself.",
    "A regret is how far a policy falls behind the best of those compared in that world: the "
    "settings shown of the front and the scenario's own policies. As the same runs pick the best, "
    "the intervals of a column hold together at 95 % (multiple comparisons with the best). * it "
    "may be the best there.",
)


def number(value: float) -> str:
    """A number with three significant digits after the leading ones, as tables show it."""
    if math.isnan(value):
        return "-"
    text = (
        f"{value:.0f}"
        if abs(value) >= 1000
        else f"{value:.1f}"
        if abs(value) >= 100
        else f"{value:.3f}"
    )
    return "0.000" if text == "-0.000" else text


def ranged(estimate: Interval) -> str:
    """A mean with its interval: 0.412 [0.390, 0.434]."""
    return (
        f"{number(estimate.mean)} [{number(estimate.low)}, {number(estimate.high)}]"
        if estimate.known
        else number(estimate.mean)
    )


def setting(settings: Mapping[str, Any]) -> str:
    """A setting in words: power sharing 0.6, limit for agreeing 5d."""
    return ", ".join(
        f"{phrase_of(key)} {value}" for key, value in settings.items() if value is not None
    )


def as_arguments(settings: Mapping[str, Any]) -> str:
    """A setting as the arguments of a command."""
    return " ".join(
        f"--set {key}={_quoted(value)}" for key, value in settings.items() if value is not None
    )


def _quoted(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}'" if " " in text else text


def weighting(calibration: Calibration, name: str) -> str:
    """A weighting's weights in words: quality 67 %, delay 33 %."""
    weights = zip(calibration.plan.objectives, calibration.plan.weightings[name], strict=True)
    weighed = [(objective, weight) for objective, weight in weights if weight > 0]
    return (
        f"{measure_name(weighed[0][0])} alone"
        if len(weighed) == 1
        else ", ".join(f"{measure_name(objective)} {weight:.0%}" for objective, weight in weighed)
    )


def alike(calibration: Calibration, recommendation: Recommendation) -> str:
    """In which range of each key the search could not tell a setting from the recommended one."""
    parts = []
    for (key, values), ordered in zip(
        recommendation.alike.items(), calibration.plan.ordered, strict=True
    ):
        if not values:
            continue
        what = phrase_of(key)
        if len(values) == 1:
            parts.append(f"{what} {values[0]}")
        elif ordered:
            parts.append(f"{what} {values[0]} to {values[-1]}")
        else:
            parts.append(f"{what} {' or '.join(str(value) for value in values)}")
    return ", ".join(parts)


def front_rows(calibration: Calibration) -> list[list[str]]:
    """The front and the scenario's own policies as rows of a table: keys, objectives, what it is
    recommended for."""
    rows = []
    for place, letter in front_letters(calibration).items():
        measures = calibration.front[place]
        who = [
            weighting_name(calibration, name)
            for name, item in calibration.recommendations.items()
            if item.candidate == place
        ]
        keys = [
            "" if value is None else str(value)
            for value in calibration.found.candidates[place].settings.values()
        ]
        rows.append(
            [
                setting_name(letter),
                *keys,
                *(ranged(item) for item in measures.values()),
                ", ".join(who),
            ]
        )
    gaps = [""] * len(calibration.plan.axes)
    rows += [
        [
            called(calibration, name),
            *gaps,
            *(ranged(item) for item in measures.values()),
            "",
        ]
        for name, measures in calibration.variants.items()
    ]
    return rows


def front_heads(calibration: Calibration) -> list[str]:
    """The headings of those rows."""
    return ["", *calibration.plan.axes, *calibration.plan.objectives, "recommended for"]


def measure_heads(calibration: Calibration) -> list[str]:
    """The headings of the rows of `measure_rows`."""
    return ["", *calibration.plan.objectives]


def measure_rows(calibration: Calibration) -> list[list[str]]:
    """The recommended settings and the scenario's own policies: every objective with half its
    interval, and a star where it differs clearly from the policy searched.
    """
    rows = []
    for place, letter in letters(calibration).items():
        who = [
            name
            for name, recommendation in calibration.recommendations.items()
            if recommendation.candidate == place
        ]
        measures = calibration.recommendations[who[0]].measures
        rows.append(
            [
                f"{letter}, for {_names(calibration, who)}",
                *_marked(calibration, named(place), measures),
            ]
        )
    for name, measures in calibration.variants.items():
        rows.append([called(calibration, name), *_marked(calibration, name, measures)])
    return rows


def _names(calibration: Calibration, weightings: Sequence[str]) -> str:
    return ", ".join(weighting_name(calibration, name) for name in weightings)


def _marked(calibration: Calibration, name: str, measures: Mapping[str, Interval]) -> list[str]:
    clear = calibration.differences[name]
    return [
        f"{give_or_take(estimate)}{'*' if clear[measure].clear else ' '}"
        for measure, estimate in measures.items()
    ]


def give_or_take(estimate: Interval) -> str:
    """A mean with half its interval: 0.412 ± 0.022."""
    return (
        f"{number(estimate.mean)} ± {number(estimate.half)}"
        if estimate.known
        else number(estimate.mean)
    )


def regret_rows(calibration: Calibration, name: str) -> list[list[str]]:
    """The regrets by a weighting as rows of a table: the policy, then a cell a world."""
    mine = named(calibration.recommendations[name].candidate)
    cells: dict[str, list[str]] = {}
    for entry in calibration.regrets:
        if entry.weighting == name:
            who = RECOMMENDED if entry.policy == mine else called(calibration, entry.policy)
            cells.setdefault(who, []).append(_regret(entry))
    return [[policy, *row] for policy, row in cells.items()]


def _regret(entry: Regret) -> str:
    """0.012 [0.000, 0.034], with a star where the policy may be the best."""
    return f"{ranged(entry.regret)}{'*' if entry.may_be_best else ''}"


def regret_heads() -> list[str]:
    """The headings of those rows."""
    return ["", *(world.description for world in WORLDS)]


def lettered_setting(calibration: Calibration, candidate: int) -> str:
    """'A: power.sharing 0.6, ...'."""
    letter = front_letters(calibration)[candidate]
    return f"{letter}: {setting(calibration.found.candidates[candidate].settings)}"


def break_even(crossing: Crossing, other: str) -> str:
    """Where the better of the recommended setting and another policy turns, in a sentence."""
    return sentence(renamed(crossing.turn, {SECOND: other}))


def assumptions(calibration: Calibration) -> Sequence[str]:
    """What was assumed and what is to be known of the runs, a sentence each."""
    return (*calibration.plan.assumed, *calibration.notes)
