"""The setting that is changed and the first pinned one as a result of two policies, of which the
report's own questions are asked, and its figure of what is gained by urgency.

Only the columns that these read are made. So the answers are those of a `run` of both settings,
word for word but for the names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.questions import WHEN, Answer, answers
from sim.dashboard import theme
from sim.dashboard.drawing.canvas import Spec, empty
from sim.dashboard.estimates import Policy, RunData
from sim.dashboard.figures.run import gain
from sim.live._look import NOW_IN_WORDS, LiveData, Runs
from sim.measures import IN_WORDS, shown_in
from sim.outcome import LAPSED
from sim.parameters.urgency import reads_half_life
from sim.runner.plans import decides
from sim.story.words import capital

NOT_PINNED = "Pin a policy, to see what this setting gains against it."
_SPAN = 12.5
"""How far an axis of half-lives reaches from the scenario's own, both ways: wherever the dial of
urgency stands, the curves cover it."""


@dataclass(frozen=True)
class PairData(RunData):
    """Two settings of one world as a result: tables of their runs and decisions, and a manifest of
    their policies. look: the answer that they are part of."""

    look: LiveData | None = None

    @cached_property
    def worth(self) -> str:
        """The measure by which all settings on the page are judged."""
        assert self.look is not None
        return self.look.worth

    @cached_property
    def policies(self) -> list[Policy]:
        """The two, in the colours that they have on the page."""
        assert self.look is not None
        by_name = {policy.name: policy for policy in self.look.policies}
        both = [self.look.policies[0], by_name[self.look.first_pin.shown]]
        names = list(dict.fromkeys(self.runs["variant"]))
        return [
            replace(policy, variant=name, name=name, base=name == self.against)
            for policy, name in zip(both, names, strict=True)
        ]

    def axis(
        self, measure: str, low: float, high: float, points: Sequence[float] | None = None
    ) -> tuple[float, float]:
        """As of the page: an axis holds what the tab has shown."""
        assert self.look is not None
        return self.look.axis(measure, low, high, points)

    def half_lives(self, here: float, low: float, high: float) -> tuple[float, float]:
        """The same ends wherever the dial of urgency stands, so that "here" moves, not the axis."""
        assert self.look is not None
        own = here * self.look.settings[0].named.meant.urgency
        return max(low, own / _SPAN), min(high, own * _SPAN)

    @property
    def approximate(self) -> str:
        """Why curves by urgency are not exact; '' where they are."""
        assert self.look is not None
        both = (self.look.settings[0], self.look.first_pin)
        if not any(reads_half_life(runs.named.meant.policy) for runs in both):
            return ""
        return (
            "One of the two goes by the half-life, so it decides otherwise at another urgency, "
            "which these runs cannot tell: move Urgency, or make the report, which runs it again."
        )

    @property
    def shown(self) -> str:
        """Whose value less whose the figure of gains shows; the one that shares power first."""
        first, other = (theme.clip(name, 60) for name in self.once(gain.compared)[0][:2])
        text = f"{first} less {other}, by kind of issue. Coloured: clear at 95 %."
        exact = "" if not self.approximate else " Not exact away from here (see above)."
        return f"{capital(text)}{exact}" if first == NOW_IN_WORDS else f"{text}{exact}"

    @cached_property
    def answers(self) -> list[Answer]:
        """The four questions and their answers; empty where nothing can be compared."""
        found = answers(self.tables, self.manifest)
        if self.approximate:
            found = [Answer(q, self.approximate if q == WHEN else text) for q, text in found]
        return [Answer(*map(_begun, answer)) for answer in found]


def _begun(text: str) -> str:
    """A sentence that begins with what the setting is called begins with a capital."""
    return capital(text) if text.startswith(NOW_IN_WORDS) else text


def pair_of(look: LiveData) -> PairData | None:
    """The setting that is changed and the first pinned one; None without a pin, where both are the
    same, or where nothing arose."""
    if len(look.settings) < 2:
        return None
    now, pinned = look.settings[0], look.first_pin
    if now.named.meant.key == pinned.named.meant.key or not (now.kinds and pinned.kinds):
        return None
    named = {NOW_IN_WORDS: now, pinned.shown: pinned}
    tables = {
        "runs": pd.concat([_runs(name, runs, look.worth) for name, runs in named.items()]),
        "decisions": pd.concat([_decisions(name, runs) for name, runs in named.items()]),
    }
    # Prices of hours are those of all settings on the page, as one measure judges them all.
    others = {runs.shown: runs for runs in look.settings[1:] if runs is not pinned}
    manifest = {
        "policies": {name: runs.named.meant.resolved for name, runs in (named | others).items()},
        "decides": decides({name: runs.named.meant.policy for name, runs in named.items()}),
        "variants": list(named),
        "against": pinned.shown,
        "base": NOW_IN_WORDS,
    }
    return PairData(tables, manifest, look)


def gained(pair: PairData | None, narrow: bool) -> Spec:
    """The report's figure of what the first of the two gains, by urgency and kind of issue."""
    if pair is None or not pair.once(gain.compared):
        return empty(NOT_PINNED if pair is None else "Nothing was decided under both.")
    return gain.draw(pair, narrow)


def _runs(name: str, runs: Runs, worth: str) -> pd.DataFrame:
    measures = dict.fromkeys([worth, *shown_in(IN_WORDS, worth)])
    columns = {measure: runs.measures[measure] for measure in measures}
    return pd.DataFrame(_keys(name, np.arange(runs.count)) | columns)


def _decisions(name: str, runs: Runs) -> pd.DataFrame:
    rows, of_run = runs.decisions
    kinds = np.array(list(runs.named.meant.policy.issues), dtype=object)
    quality = np.where(rows["decider"] != LAPSED, rows["quality"], np.nan)
    columns: dict[str, Any] = {column: rows[column] for column in rows.dtype.names or ()}
    columns |= {
        "kind": kinds[rows["kind"]],
        "quality": quality,
        "delay": rows["delay"] / runs.named.meant.policy.calendar.ticks_per_day,
    }
    return pd.DataFrame(_keys(name, of_run) | columns)


def _keys(name: str, replications: np.ndarray) -> dict[str, Any]:
    return {"scenario": "live", "variant": name, "point": 0, "replication": replications}
