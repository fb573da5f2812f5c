"""Comparing policies of two results, or of one: paired where they ran under common seeds, else as
independent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.comparison.judged import judged_by
from sim.comparison.labels import shown_names
from sim.comparison.statistics import METRICS, UNKNOWN, Interval, apart, interval
from sim.errors import UsageError, nearest, renamed
from sim.measures import NET_VALUE, WORTH, possible
from sim.results import SWEPT, RunResult
from sim.runner.plans import varied

_REPLICATION = ["seed", "replication"]


class ResultPolicy(NamedTuple):
    """One policy of a result, and what it is called here, by its name."""

    result: RunResult
    policy: str
    label: str

    @property
    def shown(self) -> str:
        """What the policy alone is shown as: its label in the scenario, or its name."""
        return shown_names(self.result.manifest).get(self.policy, self.policy)

    @property
    def shown_label(self) -> str:
        """`label` with what the policy is shown as in the place of its name."""
        if not self.label.endswith(self.policy):
            return self.label
        return f"{self.label.removesuffix(self.policy)}{self.shown}"


@dataclass(frozen=True)
class Contrast:
    """A policy compared with another, the reference.

    paired: whether differences are taken replication by replication, as both ran under common
    seeds. counts: the replications compared, of the reference and the other; `left_out`: how many
    of each have no partner. seeds: of both. points: how many points of a sweep the means are over,
    those that both have. settings: what differs between the two policies by dotted names,
    (reference's, other's); None where a manifest does not hold them. table: two rows a metric, as
    from `sim.comparison.compare`.
    """

    reference: ResultPolicy
    other: ResultPolicy
    paired: bool
    counts: tuple[int, int]
    left_out: tuple[int, int]
    seeds: tuple[list[int], list[int]]
    points: int
    settings: dict[str, tuple[Any, Any]] | None
    table: pd.DataFrame

    @property
    def worth(self) -> str:
        """The measure by which the two are judged: net value where hours have a price in both
        results."""
        both = (judged_by(side.result.manifest) for side in (self.reference, self.other))
        return NET_VALUE if all(measure == NET_VALUE for measure in both) else WORTH


def pairs(
    one: RunResult, policy: str | None, other: RunResult, against: str | None
) -> list[tuple[str, str]]:
    """Which policies to compare: the named ones; else those of the same name in both results.

    With one of them named, it is compared with the one of that name, or the only one, in the other
    result. UsageError when there is no such policy, or nothing in common.
    """
    here, there = policies(one), policies(other)
    for name, known in ((policy, here), (against, there)):
        if name is not None and name not in known:
            raise UsageError(
                f"no policy is called '{name}'{nearest(name, known)}; there are: {', '.join(known)}"
            )
    if policy is not None and against is not None:
        return [(policy, against)]
    if policy is not None:
        return [(policy, _partner(policy, there))]
    if against is not None:
        return [(_partner(against, here), against)]
    common = [(name, name) for name in here if name in there]
    if not common and len(here) == len(there) == 1:
        return [(here[0], there[0])]
    if not common:
        names = f"{', '.join(here)} on one side, {', '.join(there)} on the other"
        raise UsageError(f"no policy stands in both results: {names}; name them as RESULT:POLICY")
    return common


def policies(result: RunResult) -> list[str]:
    """The policies that have runs in a result, in their order."""
    return [str(name) for name in dict.fromkeys(result.tables["runs"]["variant"])]


def _partner(name: str, known: list[str]) -> str:
    if name in known:
        return name
    if len(known) == 1:
        return known[0]
    message = f"the other result has no policy '{name}': name one as RESULT:POLICY"
    raise UsageError(f"{message}; there are: {', '.join(known)}")


def contrast(reference: ResultPolicy, other: ResultPolicy) -> Contrast:
    """Compare two policies, by all metrics that both results have.

    At several points of a sweep each replication counts once, by its mean over the points that both
    have: its runs at different points are not independent. UsageError when sweeps have no point in
    common.
    """
    sides = [_runs(side) for side in (reference, other)]
    points = [
        point for point in dict.fromkeys(sides[0]["place"]) if point in set(sides[1]["place"])
    ]
    if not points:
        raise UsageError(
            f"{reference.label} and {other.label} have no point in common: nothing can be compared"
        )
    complete = [_complete(side, points) for side in sides]
    common = complete[0].intersection(complete[1], sort=False)
    paired = len(common) > 0
    used = [common, common] if paired else complete
    rows = []
    for name in METRICS:
        if all(name in side.columns for side in sides):
            before, after = (
                _values(side, name, points, runs) for side, runs in zip(sides, used, strict=True)
            )
            gap = interval(after - before) if paired else apart(after, before)
            rows += [_row(reference, name, before, UNKNOWN), _row(other, name, after, gap)]
    return Contrast(
        reference,
        other,
        paired,
        (len(used[0]), len(used[1])),
        (len(complete[0]) - len(used[0]), len(complete[1]) - len(used[1])),
        (_seeds(sides[0]), _seeds(sides[1])),
        len(points),
        _settings(reference, other),
        pd.DataFrame(rows),
    )


def _runs(side: ResultPolicy) -> pd.DataFrame:
    """The runs of a policy; `place` tells the point of a sweep by the values of what varies,
    whatever its number."""
    runs = side.result.tables["runs"]
    runs = runs[runs["variant"] == side.policy]
    keys = side.result.manifest.get("keys") if side.result.manifest.get("kind") in SWEPT else None
    known = sorted(str(key) for key in keys or () if key in runs.columns)
    places = [
        tuple(zip(known, values, strict=True))
        for values in runs[known].astype("str").itertuples(index=False)
    ]
    return runs.assign(
        place=pd.Series(places if known else [()] * len(runs), index=runs.index, dtype=object)
    )


def _complete(runs: pd.DataFrame, points: list[Any]) -> pd.Index:
    """The replications, by seed and number, that there are at every one of the points."""
    there = runs[runs["place"].isin(points)].drop_duplicates([*_REPLICATION, "place"])
    counts = there.groupby(_REPLICATION, sort=True).size()
    return counts[counts == len(points)].index


def _values(runs: pd.DataFrame, metric: str, points: list[Any], used: pd.Index) -> np.ndarray:
    """One metric by replication: the mean over the points, NaN where it has no value at one of
    them."""
    there = runs[runs["place"].isin(points)]
    sums = there.groupby(_REPLICATION)[metric].agg(lambda values: values.mean(skipna=False))
    return sums.reindex(used).to_numpy(dtype=float)


def _row(side: ResultPolicy, metric: str, values: np.ndarray, gap: Interval) -> dict[str, Any]:
    mean = interval(values).within(possible(metric))
    return {
        "scenario": str(side.result.manifest.get("name", "")),
        "variant": side.label,
        "metric": metric,
        "mean": mean.mean,
        "low": mean.low,
        "high": mean.high,
        "difference": gap.mean,
        "difference_low": gap.low,
        "difference_high": gap.high,
        "replications": int(np.count_nonzero(~np.isnan(values))),
    }


def _seeds(runs: pd.DataFrame) -> list[int]:
    return sorted(int(seed) for seed in runs["seed"].unique())


def _settings(reference: ResultPolicy, other: ResultPolicy) -> dict[str, tuple[Any, Any]] | None:
    """In which settings two policies differ, whatever a sweep varied."""
    settings = [_policy(side) for side in (reference, other)]
    if settings[0] is None or settings[1] is None:
        return None
    different = varied({"reference": settings[0], "other": settings[1]})
    return {key: (values["reference"], values["other"]) for key, values in different.items()}


def _policy(side: ResultPolicy) -> Mapping[str, Any] | None:
    known = side.result.manifest.get("policies")
    settings = known.get(side.policy) if isinstance(known, Mapping) else None
    return settings if isinstance(settings, Mapping) else None


def __getattr__(name: str) -> Any:
    return renamed({"Chosen": "ResultPolicy"}, name, globals())
