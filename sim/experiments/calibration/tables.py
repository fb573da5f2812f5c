"""A calibration as tables: every setting tried, the regrets, the break-evens; `sim.tables.columns`
explains them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.calibration._racing import means
from sim.experiments.calibration.calibrate import Calibration, named

if TYPE_CHECKING:
    import pandas as pd

RECOMMENDED = "recommended"
"""What the recommended setting of a weighting is called in the tables."""


def tables(calibration: Calibration) -> dict[str, pd.DataFrame]:
    """The tables by name: candidates, regrets, break_even."""
    return {
        "candidates": candidates(calibration),
        "regrets": regrets(calibration),
        "break_even": break_even(calibration),
    }


def candidates(calibration: Calibration) -> pd.DataFrame:
    """A row a setting that was tried, in order: its keys, its replications and means in the search,
    by fresh ones where it was tested, whether it is on the front, and the weightings that recommend
    it.
    """
    import pandas as pd

    plan, tried, chosen = calibration.plan, calibration.found.candidates, calibration.chosen
    on_average = means([item.values for item in tried]) * plan.signs
    columns: dict[str, Any] = {
        "setting": np.arange(len(tried)),
        "replications": np.array([item.count for item in tried], np.int64),
        "front": np.isin(np.arange(len(tried)), chosen.front).astype(np.int64),
        "weightings": pd.Series(
            [
                ", ".join(
                    choice.weighting for choice in chosen.choices if choice.candidate == place
                )
                for place in range(len(tried))
            ],
            dtype="str",
        ),
    }
    for key in plan.axes:
        columns[key] = _column([item.settings[key] for item in tried])
    for place, name in enumerate(plan.objectives):
        columns[name] = on_average[:, place]
        tested = [calibration.front.get(item, {}).get(name) for item in range(len(tried))]
        for end in ("mean", "low", "high"):
            columns[f"{name}.{end}"] = np.array(
                [math.nan if item is None else getattr(item, end) for item in tested]
            )
    return pd.DataFrame(columns)


def _column(values: list[Any]) -> Any:
    """Numbers where all are, else text; NaN or '' for a key that a setting does not read."""
    import pandas as pd

    known = [value for value in values if value is not None]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return np.array([math.nan if value is None else value for value in values], np.float64)
    return pd.Series(["" if value is None else str(value) for value in values], dtype="str")


def regrets(calibration: Calibration) -> pd.DataFrame:
    """A row a weighting, world and policy: its score and its regret with their intervals, and the
    best there."""
    import pandas as pd

    recommended = {
        name: named(item.candidate) for name, item in calibration.recommendations.items()
    }
    rows = [
        (
            item.weighting,
            item.world.description,
            float(item.world.half_life),
            float(item.world.load),
            RECOMMENDED if item.policy == recommended[item.weighting] else item.policy,
            *item.score,
            *item.regret,
            RECOMMENDED if item.best == recommended[item.weighting] else item.best,
        )
        for item in calibration.regrets
    ]
    heads = "weighting world half_life_factor load_factor policy score score_low score_high".split()
    return _texts(
        pd.DataFrame(rows, columns=[*heads, "regret", "regret_low", "regret_high", "best"])
    )


def break_even(calibration: Calibration) -> pd.DataFrame:
    """A row a weighting and a policy of the scenario: the factor on half-lives at which they are
    worth the same."""
    import pandas as pd

    side = {1: RECOMMENDED, 0: ""}
    rows = [
        (
            weighting,
            name,
            crossing.factor,
            crossing.low,
            crossing.high,
            side.get(crossing.urgent, name),
            side.get(crossing.patient, name),
            crossing.clear,
        )
        for (weighting, name), crossing in calibration.crossings.items()
    ]
    heads = "weighting policy factor factor_low factor_high urgent patient clear".split()
    return _texts(pd.DataFrame(rows, columns=heads))


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(
        {name: "str" for name in table.columns if table[name].dtype.kind not in "fi"}
    )
