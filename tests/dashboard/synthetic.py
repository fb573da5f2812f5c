"""Made-up results with the columns of the tables: six policies, two kinds of issue, plausible
numbers.

Nothing here was simulated; the dashboard's tests need tables of a known shape long before a driver
runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.measures import DELAY_PARTS
from sim.tables.columns import TABLES

MEANS = [
    "quality",
    "correct",
    "ceiling",
    "regret",
    "rounds",
    "participants",
    "person_hours",
    "dissent",
    "unsaid",
    "coverage",
]
VARIANTS = ("shared", "top-down", "cascade", "consulted", "consensus", "delegated")

PRICE = 0.01
"""Stakes an hour, where hours have a price."""
HOURS = ["person_hours", "reading_hours", "rework_hours"]

# quality, gather, scheduling, deliberation, commitment, person-hours, share lapsed, usual ending
POLICIES: dict[str, tuple[float, float, float, float, float, float, float, str]] = {
    "shared": (0.66, 1.3, 0.7, 1.6, 0.82, 19.0, 0.015, "agreement"),
    "top-down": (0.51, 1.3, 0.0, 0.0, 0.64, 3.0, 0.002, "one-voice"),
    "cascade": (0.37, 1.2, 0.0, 0.0, 0.60, 2.1, 0.002, "one-voice"),
    "consulted": (0.62, 1.3, 0.6, 0.2, 0.70, 11.0, 0.008, "one-voice"),
    "consensus": (0.69, 1.3, 1.1, 6.2, 0.88, 41.0, 0.09, "agreement"),
    "delegated": (0.58, 1.7, 0.0, 0.0, 0.66, 3.8, 0.003, "one-voice"),
    "hierarchy": (0.55, 1.2, 0.0, 0.0, 0.64, 2.0, 0.07, "approved"),
    "strict": (0.60, 1.3, 1.1, 2.0, 0.80, 25.0, 0.12, "majority"),
}
NEED_MORE = frozenset({"changes", "who-leads", "flow"})
"""Figures that show nothing of these results: they need events, unlike competence, or desks;
they have tests of their own."""
SLIDES = frozenset(f"present-{name}" for name in ("question", "decision", "gain", "price", "turn"))
ON_DEMAND, SEARCHED = frozenset({"organisation", *SLIDES}), frozenset({"bridges"})
"""Figures that stand on the pages of imported organisations alone, and that need a search of its
own."""
ALL_ENDINGS = (*VARIANTS, "hierarchy", "strict")
"""Variants under which issues end in every way there is."""
_OTHERWISE = {"agreement": "authority", "approved": "rejected", "majority": "best-so-far"}
_UNDECIDED = {"approved": "rejected", "majority": "dropped"}
RULES = {
    "shared": "shared",
    "top-down": "autocratic",
    "cascade": "autocratic",
    "consulted": "consultative",
    "consensus": "shared",
    "delegated": "delegated",
}
KINDS = {
    "operational": {
        "type": "choice",
        "stakes": 1.0,
        "half_life": "5d",
        "expiry": "20d",
        "share": 0.94,
    },
    "strategic": {
        "type": "choice",
        "stakes": 8.0,
        "half_life": "3mo",
        "expiry": "1y",
        "share": 0.06,
    },
}


def manifest(
    variants: Sequence[str] = VARIANTS, kinds: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """A manifest as a run writes it, of these variants."""
    policies = {name: _scenario(kinds or KINDS, RULES.get(name, "shared")) for name in variants}
    return {
        "leaderstream": "0.1.0",
        "name": "leader-stream",
        "scenario": _scenario(kinds or KINDS, "shared"),
        "policies": policies,
        "digest": "3f6c" * 16,
        "seed": 2026,
        "replications": 40,
        "engine": "compiled",
        "workers": 2,
        "python": "3.11.9",
        "numpy": "2.4.0",
        "numba": "0.66.0",
        "mesa": "3.3.1",
        "machine": "x86_64",
        "started": "2026-01-05T09:00:00Z",
        "seconds": 12.5,
        "base": variants[0] if variants else "base",
        "tables": {
            name: {"sha256": "ab12" * 16, "rows": 1}
            for name in ("runs", "decisions", "leaders", "days")
        },
        "variants": list(variants),
        "against": None,
        "failures": [],
        "files": [],
        "varied": {"power.rule": {name: RULES.get(name, "shared") for name in variants}},
        **more,
    }


def _scenario(kinds: dict[str, Any], rule: str) -> dict[str, Any]:
    return {
        "name": "leader-stream",
        "title": "A shared stream of 39 leaders",
        "description": (
            "Strategy upstream, the work downstream; who decides, and how long may it take?"
        ),
        "clock": {"tick": "1h", "day": "8h", "horizon": "1y", "warmup": "4w"},
        "power": {"rule": rule},
        "issues": kinds,
    }


def tables(
    variants: Sequence[str] = VARIANTS,
    replications: int = 40,
    issues: int = 200,
    kinds: dict[str, Any] | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables a dashboard reads; a variant that is not in POLICIES behaves like one that is."""
    known = list(POLICIES.values())
    parts = [
        _decisions(
            name,
            POLICIES.get(name, known[place % len(known)]),
            replications,
            issues,
            kinds or KINDS,
        )
        for place, name in enumerate(variants)
    ]
    decisions = pd.concat(parts, ignore_index=True)
    runs = _runs(decisions)
    return {"runs": runs, "decisions": decisions, "leaders": leaders(runs), "days": days(runs)}


POSITIONS = {"upstream": 2, "midstream": 4, "downstream": 9}


def leaders(runs: pd.DataFrame, positions: dict[str, int] | None = None) -> pd.DataFrame:
    """Leaders of some positions: hours fall downstream, engagement is the same for all, some are
    never heard."""
    draws, rows = np.random.default_rng(11), []
    for run in runs.itertuples():
        for place, (position, number) in enumerate((positions or POSITIONS).items()):
            for leader in range(1, number + 1):
                row = dict.fromkeys((column.name for column in TABLES["leaders"]), 0.0)
                row |= {
                    name: getattr(run, name)
                    for name in ("scenario", "variant", "point", "replication")
                }
                row |= {"leader": f"{position}-{leader}", "position": position, "unit": "u"}
                row |= {
                    "forum_hours": run.forum_hours * (3 - place) + draws.random(),
                    "engagement": 1.0,
                }
                row |= {
                    "reading_hours": 100 + 10 * leader + draws.random(),
                    "work_hours": 1500.0 + 40 * place,
                }
                row |= {
                    "influence": 1 + 0.1 * draws.normal(),
                    "heard": np.nan if leader == 1 else 0.9 - 0.2 * place,
                }
                rows.append(row)
    return pd.DataFrame(rows)


def days(runs: pd.DataFrame, number: int = 230) -> pd.DataFrame:
    """Day by day: the backlog grows to twice its mean, power concentrates, engagement and alignment
    stay."""
    day, draws = np.arange(21, 21 + number), np.random.default_rng(12)
    parts = []
    for run in runs.itertuples():
        frame = {
            name: getattr(run, name) for name in ("scenario", "variant", "point", "replication")
        }
        frame |= {"day": day, "open": draws.integers(0, 9, number), "messages": 100}
        frame |= {
            "backlog": run.backlog * 2 * (day - 20) / number,
            "alignment": 0.95,
            "engagement": 1.0,
        }
        frame |= {"power_gini": 0.4 + 0.3 * (day - 20) / number}
        frame |= {"strategy_gap": np.full(number, np.nan)}
        parts.append(pd.DataFrame(frame))
    return pd.concat(parts, ignore_index=True)


def _decisions(
    variant: str,
    policy: tuple[float, float, float, float, float, float, float, str],
    replications: int,
    issues: int,
    kinds: dict[str, Any],
) -> pd.DataFrame:
    quality, gather, scheduling, deliberation, commitment, hours, lapse, ending = policy
    count = replications * issues
    draws = np.random.default_rng(7)  # the same issues under every variant
    random = np.random.default_rng([8, *map(ord, variant)])
    share = np.array([entry.get("share", 1.0) for entry in kinds.values()])
    which = draws.choice(len(kinds), count, p=share / share.sum())
    ceiling = np.clip(draws.normal(0.84, 0.2, count), -1, 1)
    luck = draws.normal(0, 0.3, (2, count))
    days = {
        "gather": gather + draws.exponential(0.3, count),
        "scheduling": scheduling * draws.exponential(1, count),
        "deliberation": deliberation * draws.exponential(1, count),
        "escalation": np.zeros(count),
        "rollout": 0.5 + draws.exponential(0.6, count),
    }
    lapsed = draws.random(count) < lapse
    expiry = np.array([_days_of(entry["expiry"]) for entry in kinds.values()])[which]
    half_life = np.array([_days_of(entry["half_life"]) for entry in kinds.values()])[which]
    stakes = np.array([entry["stakes"] for entry in kinds.values()])[which]
    ticks = {name: np.round(values * 8) / 8 for name, values in days.items()}
    before = ticks["gather"] + ticks["scheduling"]
    for name in ("escalation", "rollout"):
        ticks[name] = np.where(lapsed, 0, ticks[name])
    ticks["deliberation"] = np.where(lapsed, expiry - before, ticks["deliberation"])
    delay = sum(ticks.values())
    noise = luck[0] + 0.3 * luck[1] + random.normal(0, 0.25, count)
    got = np.where(lapsed, np.nan, np.minimum(quality + (which == 1) * 0.05 + noise, 1))
    committed = np.where(lapsed, np.nan, np.clip(commitment + 0.1 * luck[1], 0, 1))
    value = stakes * (
        np.maximum(got, 0) * committed * 2.0 ** (-delay / half_life) - np.maximum(-got, 0)
    )
    closed = np.where(draws.random(count) < 0.8, ending, _OTHERWISE.get(ending, ending))
    frame = {
        "scenario": "leader-stream",
        "variant": variant,
        "point": 0,
        "replication": np.repeat(np.arange(replications), issues),
        "issue": np.tile(np.arange(1, issues + 1), replications),
        "kind": np.array(list(kinds))[which],
        "raised_day": draws.uniform(20, 250, count),
        "origin": "downstream-01",
        "accountable": "midstream-1",
        "decider": np.where(lapsed, "", "midstream-1"),
        "alternatives": 3,
        "chosen": np.where(lapsed, -1, 1),
        "best": 1,
        "quality": got,
        "correct": np.where(lapsed, np.nan, got > 0.8),
        "ceiling": ceiling,
        "regret": 1 - got,
        "delay": delay,
        **ticks,
        "rounds": np.where(deliberation, 2, 0),
        "participants": np.where(scheduling, 6, 1),
        "person_hours": hours * random.gamma(4, 0.25, count),
        "dissent": 0.2,
        "unsaid": np.where(scheduling, 0.4, np.nan),
        "closed_by": np.where(lapsed, _UNDECIDED.get(ending, "lapsed"), closed),
        "coverage": np.where(lapsed, np.nan, 0.8),
        "commitment": committed,
        "value": np.where(lapsed, 0.0, value),
        "reading_hours": 8.0,
        "rework_hours": np.where(lapsed, 0.0, 4.0 * (1.0 - committed * np.maximum(got, 0))),
        "net_value": 0.0,
        "estimate": np.nan,
        "truth": np.nan,
    }
    made = pd.DataFrame(frame)
    return made.assign(net_value=made["value"] - PRICE * made[HOURS].sum(axis=1))


def priced(manifest: dict[str, Any]) -> dict[str, Any]:
    """The same manifest, had an hour been worth `PRICE`."""
    policies = {
        name: {**policy, "work": {"worth": PRICE}} for name, policy in manifest["policies"].items()
    }
    return {**manifest, "policies": policies}


def _days_of(text: str) -> float:
    return float(text.rstrip("dmoy")) * {"d": 1, "o": 21, "y": 250}[text[-1]]


def _runs(decisions: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (variant, replication), mine in decisions.groupby(["variant", "replication"], sort=False):
        done = mine[mine["decider"] != ""]
        means = {name: done[name].astype(float).mean() for name in [*MEANS, "commitment"]}
        spent = mine["person_hours"].sum() / 39
        wobble = np.random.default_rng([replication, len(mine)]).normal(0, 0.002)
        row = dict.fromkeys((column.name for column in TABLES["runs"]), 1.0)
        row |= {
            "scenario": "leader-stream",
            "variant": variant,
            "point": 0,
            "replication": replication,
        }
        row |= {
            "issues": len(mine),
            "resolved": len(done),
            "lapsed": len(mine) - len(done),
            **means,
        }
        row |= mine[["ceiling", "value", "net_value", "delay", *DELAY_PARTS]].mean().to_dict()
        row |= {"progress": 1.0 - spent / 6000 + wobble, "backlog": spent / 50 + abs(wobble) * 100}
        row |= {
            "forum_hours": spent,
            "information_use": means["quality"] / row["ceiling"],
            "seed": 2026,
        }
        rows.append(row)
    return pd.DataFrame(rows)


def nothing_decided(result: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same runs, had no issue arisen: no decisions, and no mean that is taken over any."""
    runs = result["runs"].copy()
    runs[["issues", "resolved", "lapsed"]] = 0
    known = [*MEANS, "commitment", "ceiling", "value", "net_value", "delay", *DELAY_PARTS]
    runs[[*known, "information_use"]] = np.nan
    return {**result, "runs": runs, "decisions": result["decisions"].iloc[:0]}


def with_ideas(
    result: dict[str, pd.DataFrame], units: int = 1, share: float = 0.5
) -> dict[str, pd.DataFrame]:
    """The same tables with right ideas: each leader forms 10, and of 20 that come to go up (at the
    first position, to be weighed) the given `share` goes on, less at the second leader of it, where
    most stop. units: among how many each position is divided."""
    table, draws = result["leaders"].copy(), np.random.default_rng(5)
    first = table["position"] == table["position"].iloc[0]
    own = draws.integers(9, 12, len(table))
    table["ideas_right_own"] = own
    for way, here in (("here", first), ("up", ~first)):
        table[f"ideas_right_{way}"] = np.where(here, 20.0, 0.0)
        table[f"ideas_right_{way}_passed"] = np.where(here, 20.0 * share, 0.0)
    number = table["leader"].str.rsplit("-", n=1).str[1].astype(int)
    worst = first & (number == 2)
    table["ideas_right_stopped"] = np.where(worst, 8.0, 1.0) + 0.1 * draws.random(len(table))
    table.loc[~first, "unit"] = "u" + (number[~first] % units).astype(str)
    return {**result, "leaders": table}
