"""Decisions, case by case, from the steps of an event log: when each arose and was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import UsageError, nearest
from sim.fitting.estimates import Estimate, mean_time, median_time, poisson_rate, share
from sim.fitting.worktime import WorkTime
from sim.sources.roles import folded

BEGIN = 0.8
"""Where this share of the cases begin with one activity, the log is taken to have begun in the
midst of those that begin with another (convention)."""

DECIDED = (
    ("decided", "decision", "decide"),
    ("approved", "rejected", "approve", "reject", "entschieden", "entscheidung", "genehmigt"),
    ("abgelehnt", "decidee", "decide", "approuve", "refuse", "decidido", "aprobado", "rechazado"),
    ("deciso", "approvato", "respinto", "besloten", "besluit", "goedgekeurd", "afgewezen"),
    ("aprovado", "rejeitado", "decisao"),
)
"""Words in the name of the activity by which a case is decided; those of an earlier line first."""
ENDED = frozenset(
    """expired expire dropped drop lapsed cancelled canceled cancel withdrawn withdraw abandoned
    abgebrochen zuruckgezogen annule cancelado annullato ingetrokken""".split()
)
"""Words in the name of the activity by which a case ends without a decision."""

NOBODY = -1


@dataclass(frozen=True)
class Cases:
    """Decisions of a log.

    table: case, kind, arose, decided and over (working hours; NaN: not within the log), decider and
    origin (index of a person, NOBODY for nobody; of what a group decided, who chaired it: whom the
    last step with attendees is put down to). end: working hours of the last step.
    decided_by: the activities that count as the decision; none where a case's last step does.
    """

    table: pd.DataFrame
    end: float
    decided_by: tuple[str, ...]
    midst: int


def cases_of(
    steps: pd.DataFrame, people: pd.Series, clock: WorkTime, decided: Sequence[str] = ()
) -> Cases:
    """The cases of a table of steps (see `sim.fitting.events`).

    people: the person of each step, NOBODY for none. decided: the activities by which cases are
    decided, where the user names them; UsageError for one that no step has.
    """
    steps = steps.assign(at=clock.hours(steps["time"]), person=people.to_numpy())
    named = _decided_by(steps["activity"], decided)
    first = steps.groupby("case", sort=False).first()
    begins = first["activity"].value_counts()
    whole = first["activity"] == begins.index[0]
    if whole.mean() < BEGIN:
        whole[:] = True
    if named:
        counts = steps["activity"].isin(named)
    else:
        counts = ~steps.duplicated("case", keep="last")
    closing = steps[counts].groupby("case", sort=False).first()
    ending = steps[steps["activity"].map(_ends)].groupby("case", sort=False)["at"].first()
    table = pd.DataFrame({"kind": first["kind"].replace("", "decision")})
    table["arose"] = first["at"].where(whole)
    table["decided"] = closing["at"].reindex(table.index)
    table["over"] = np.fmin(table["decided"], ending.reindex(table.index))
    chaired = steps[(steps["attendees"] != "") & (steps["person"] != NOBODY)]
    chair = chaired.groupby("case", sort=False)["person"].last().reindex(table.index)
    decider = closing["person"].reindex(table.index)
    table["decider"] = decider.where(decider != NOBODY, chair).fillna(NOBODY).astype(int)
    table["origin"] = first["person"].where(whole, NOBODY).astype(int)
    end = float(steps["at"].max())
    return Cases(table.reset_index(), end, named, int((~whole).sum()))


def _decided_by(activities: pd.Series, chosen: Sequence[str]) -> tuple[str, ...]:
    there = list(activities.unique())
    for name in chosen:
        if name not in there:
            raise UsageError(
                f"--decided {name}: no step is called so{nearest(name, there)}; there are: "
                f"{', '.join(there[:20])}"
            )
    if chosen:
        return tuple(chosen)
    for words in DECIDED:
        named = tuple(name for name in there if not _words(name).isdisjoint(words))
        if named:
            return named
    return ()


def _ends(activity: str) -> bool:
    return not _words(activity).isdisjoint(ENDED)


def _words(activity: str) -> set[str]:
    return set(folded(activity).split())


@dataclass(frozen=True)
class KindOfDecision:
    """What a log tells of one kind of decision.

    rate: cases an hour of work. mean, median: working hours until the decision. undecided: share of
    the cases that ended, or are open at the end of the log, without one. deciders, origins: how
    often each person decided (or chaired those who did) or began, by index.
    """

    kind: str
    cases: int
    rate: Estimate
    mean: Estimate
    median: Estimate
    undecided: Estimate
    deciders: pd.Series
    origins: pd.Series


def kinds_of(cases: Cases) -> list[KindOfDecision]:
    """Each kind of decision, in order of its name.

    Rates are over the time from the first case to the last of any kind, lengthened by what so many
    cases at random leave before the first and after the last. A case without a decision counts up
    to its end, or that of the log (censored).
    """
    table = cases.table
    begun = table["arose"].dropna()
    spread = float(begun.max() - begun.min()) if len(begun) else 0.0
    exposure = spread * (len(begun) + 1) / max(len(begun) - 1, 1)
    found = []
    for kind, rows in table.groupby("kind"):
        whole = rows[rows["arose"].notna()]
        ends = whole["over"].fillna(cases.end)
        times = (ends - whole["arose"]).to_numpy(float)
        over = whole["decided"].notna().to_numpy() & (whole["decided"] <= ends).to_numpy()
        found.append(
            KindOfDecision(
                str(kind),
                len(rows),
                poisson_rate(len(whole), exposure),
                mean_time(times, over),
                median_time(times, over),
                share(int((~over).sum()), len(whole)),
                rows.loc[rows["decider"] != NOBODY, "decider"].value_counts(),
                rows.loc[rows["origin"] != NOBODY, "origin"].value_counts(),
            )
        )
    return found
