"""The organisation in a few sentences: where ideas stop, whose inbox is the bottleneck, who is
never heard, and through whom everything passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.desks import MOST_PEOPLE, Desks, Most, desks, most, share_of, spoken
from sim.comparison.statistics import Interval, interval
from sim.comparison.wording import decimals_for, listed
from sim.measures import AT_LEAST_0

ENOUGH_IDEAS = 20
"""Nobody is called never heard who had fewer ideas than this over all runs: of 20 ideas none is
weighed by chance once in 25 times where one in seven is."""
HARDLY = 0.25
"""Hours below which a wait is no bottleneck: the reading time of one message by default; a
convention."""
AT_ONCE = 0.005
"""Hours below which nothing waits, as far as it is shown."""
MOST_NAMED = 3

Tables = Mapping[str, pd.DataFrame]
Manifest = Mapping[str, Any]


def organisation(tables: Tables, manifest: Manifest, variant: str | None = None) -> list[str]:
    """What the runs of a policy (default: that with which others are compared) say of its
    organisation, the answer first; empty where the tables do not tell.

    Brackets hold 95 % intervals over replications; what cannot be told apart is said.
    """
    chosen = chosen_policy(tables, manifest, variant)
    mine = desks(tables, manifest, chosen)
    if mine is None or np.isnan(mine.all_formed).all():
        return []
    said = [
        _ideas(mine, chosen),
        _inbox(mine),
        _never_heard(mine),
        *gatekeepers(manifest, chosen),
        _other_policies(tables, manifest, chosen, mine),
    ]
    return [sentence for sentence in said if sentence]


def chosen_policy(tables: Tables, manifest: Manifest, variant: str | None = None) -> str:
    """The policy that is told of: the one asked for, else that with which others are compared, else
    the first; '' without runs."""
    policies = list(dict.fromkeys(tables["runs"]["variant"]))
    asked = variant or manifest.get("against")
    return str(asked) if asked in policies else str(policies[0]) if policies else ""


def few_digits(shown: Interval, sign: str = "") -> str:
    """48 [47 to 49]: a number with its interval, to at most one decimal (two below 1)."""
    most_places = 1 if abs(shown.mean) >= 1 else 2
    places = min(decimals_for(shown), most_places)
    mean, low, high = (f"{number:{sign}.{places}f}" for number in shown)
    return f"{mean} [{low} to {high}]" if shown.known else mean


def seen_by(mine: Desks) -> Desks:
    """The desks as they are shown: one by one, or folded where they are many."""
    return mine if len(mine) <= MOST_PEOPLE else mine.folded()


def _ideas(mine: Desks, policy: str) -> str:
    """How many ideas reach those who decide, and where the others stop."""
    shown = seen_by(mine)
    reach = few_digits(share_of(mine.weighed))
    start = f"Under {policy}, of 100 ideas that leaders form, those who decide weigh {reach}"
    where = most(shown.stopped_share)
    if where is None:
        return f"{start}; none stops on the way."
    here = few_digits(share_of(shown.stopped_share[:, where.first]))
    total = few_digits(share_of(mine.stopped_share.sum(axis=1)))
    desk = first_of(shown.names, shown.positions, where)
    return f"{start} and {total} stop on the way, most at {desk}: {here}."


def called(name: str, position: str) -> str:
    """What a desk is called: a leader with the position, unless the name says it."""
    return name if position in name else f"{name} ({position})"


def first_of(names: Sequence[str], positions: Sequence[str], where: Most) -> str:
    """The first of a comparison of desks, with those that cannot be told from it."""
    name = called(names[where.first], positions[where.first])
    if where.clear:
        return name
    others = [names[desk] for desk in where.level[1:]]
    if len(others) == len(names) - 1:
        return f"{name} (it cannot be told from any other)"
    if len(others) > MOST_NAMED:
        others = [*others[: MOST_NAMED - 1], f"{len(others) - MOST_NAMED + 1:,} others"]
    return f"{name} (or {listed(others, 'or')}: they cannot be told apart)"


def _inbox(mine: Desks) -> str:
    """Where messages wait most in all, and how long there."""
    where = most(mine.waited)
    if where is None:
        return "No message waits in an inbox."
    wait, elsewhere = mine.wait[:, where.first], mine.elsewhere(where.first)
    gap = interval(wait - elsewhere)
    total = mine.waited.sum(axis=1)
    part = share_of(mine.waited[:, where.first] / np.where(total > 0, total, np.nan))
    here = interval(wait).within(AT_LEAST_0)
    desk = first_of(mine.names, mine.positions, where)
    hours = f"messages wait {few_digits(here)} h there"
    if np.isfinite(elsewhere).any():
        hours += f", {few_digits(interval(elsewhere).within(AT_LEAST_0))} h at other desks"
    if here.high < AT_ONCE:
        return "No inbox is a bottleneck: messages are read almost as soon as they come."
    if here.mean < HARDLY:
        return (
            f"No inbox is a bottleneck: where most waiting is, at {desk}, messages wait "
            f"{few_digits(here)} h."
        )
    if where.clear and gap.low > 0:
        return (
            f"The inbox of {desk} is the bottleneck: {hours}, and {few_digits(part)} % of all "
            f"waiting is in it."
        )
    return f"No inbox is surely the bottleneck; most waiting is at {desk}: {hours}."


def _never_heard(mine: Desks) -> str:
    """Whose ideas were never among those that were weighed; else who is heard least."""
    formed = mine.formed.sum(axis=0)
    heard = np.nan_to_num(mine.heard).max(axis=0)
    never = np.flatnonzero((formed >= ENOUGH_IDEAS * mine.leaders) & (heard <= 0))
    if len(never):
        fewest = int((formed[never] / mine.leaders[never]).min())
        named = [mine.names[desk] for desk in never[:MOST_NAMED]]
        if len(never) > MOST_NAMED:
            named = [*named[: MOST_NAMED - 1], f"{len(never) - MOST_NAMED + 1:,} others"]
        return (
            f"Never heard: {listed(named)}; of at least {fewest:,} ideas of each, none was weighed "
            f"in a decision."
        )
    shown = seen_by(mine)
    least = most(1.0 - shown.heard)
    if least is None:
        return ""
    share = few_digits(share_of(shown.heard[:, least.first]))
    who = first_of(shown.names, shown.positions, least)
    return (
        f"Heard least: {who}; their ideas counted in {share} % of the issues that they witnessed."
    )


def gatekeepers(manifest: Manifest, policy: str) -> list[str]:
    """Through whom everything passes between two groups, at most two sentences."""
    policies = (manifest.get("organization") or {}).get("policies") or {}
    told = (policies.get(policy) or {}).get("gatekeepers", ())[:2]
    who = spoken([one["leader"] for one in told], manifest)
    return [_gatekeeper(one, name) for one, name in zip(told, who, strict=True)]


def _gatekeeper(one: Mapping[str, Any], who: str) -> str:
    (a, b), sizes = one["between"], one["sizes"]
    first = a if a.endswith(" leaders") else f"{a} ({sizes[0]:,})"
    if one["only"]:
        return f"Everything between {first} and {b} passes {who}."
    second = f"{b} ({sizes[1]:,})"
    if one["channels"] == one["of"]:
        return (
            f"Everything between {first} and {second} but what goes by reporting lines passes "
            f"{who}."
        )
    return (
        f"Of the {one['of']:,} channels between {first} and {second} beside reporting lines "
        f"{one['channels']:,} are those of {who}."
    )


def _other_policies(tables: Tables, manifest: Manifest, policy: str, mine: Desks) -> str:
    """Under which other policies ideas get through more or less often, paired by replication."""
    others = [str(name) for name in dict.fromkeys(tables["runs"]["variant"]) if name != policy]
    gaps: dict[str, Interval] = {}
    for name in others:
        theirs = desks(tables, manifest, name)
        if theirs is not None and len(theirs.weighed) == len(mine.weighed):
            gap = interval(100.0 * (theirs.weighed - mine.weighed))
            gaps[name] = gap.within((-100.0, 100.0))
    clear = {name: gap for name, gap in gaps.items() if gap.clear}
    if not gaps:
        return ""
    ranked = sorted(clear, key=lambda name: -clear[name].mean)
    told = [f"{name} {few_digits(clear[name], '+')}" for name in ranked]
    open_ = [name for name in gaps if name not in clear]
    unclear = f"no clear difference under {listed(open_)}" if open_ else ""
    shown = "; ".join(filter(None, [*told, unclear]))
    return f"Of 100 ideas so many more or fewer are weighed under other policies: {shown}."
