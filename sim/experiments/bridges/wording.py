"""What a search for bridges says in plain words, the same in the terminal, Python and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.comparison.statistics import Interval
from sim.comparison.wording import listed, negligible, signed
from sim.measures import NET_VALUE

if TYPE_CHECKING:
    from sim.experiments.bridges.bridges import Bridge, Bridges

MOST_NAMED = 3
RULE = (
    "Candidates are the pairs without a channel whose channel may save most ideas that are lost "
    "today, by the ways these could take; {pilot} other replications chose them."
)
PROMISE = (
    "The intervals hold for all candidates together (95 % sure), so they allow for the choice of "
    "the best among them."
)


def called(bridge: Bridge) -> str:
    """'ann and dan', or groups where people are shown in groups only."""
    if bridge.ids[0]:
        return f"{bridge.first} and {bridge.second}"
    if bridge.first == bridge.second:
        return f"two leaders of {bridge.first}"
    return f"a leader of {bridge.first} and one of {bridge.second}"


def shortly(bridge: Bridge) -> str:
    """The same for a column of a table: 'ann and dan', without their positions."""
    return f"{bridge.names[0]} and {bridge.names[1]}"


def in_short(found: Bridges) -> list[str]:
    """Which bridge helps most, how surely, and what else it changes."""
    unit = "net value a decision" if found.metric == NET_VALUE else "value a decision"
    count = len(found.found)
    tried = "one candidate" if count == 1 else f"{count:,} candidates"
    tried = f"{tried} under {found.scenario.shown(found.policy)}"
    best = found.found[0]
    if not best.gap.known:
        return [f"Too few runs have a value to tell what a bridge is worth ({tried})."]
    better = [one for one in found.found if one.better]
    gain = f"{signed(best.gap)} {unit}"
    if not better:
        said = [
            f"Of {tried} none is surely worth more than no bridge; ahead is a channel between "
            f"{called(best)}: {gain}."
        ]
    else:
        apart = "" if found.told_apart or count == 1 else _apart(better, count)
        said = [
            f"The bridge that helps most of {tried}: between {called(best)}, {gain}{apart}.",
            _further(best),
        ]
    worse = [one for one in found.found if one.gap.known and one.gap.high < 0]
    if worse:
        pairs = listed([called(one) for one in worse[:MOST_NAMED]])
        more = len(worse) - MOST_NAMED
        said.append(
            f"Surely worth less than none: {pairs}{f' and {more} more' if more > 0 else ''}."
        )
    if better and best.ids[0]:
        said.append(f"To have it, write stream.pairs: [[{best.ids[0]}, {best.ids[1]}]].")
    return [sentence for sentence in said if sentence]


def _apart(better: list[Bridge], count: int) -> str:
    many = f"{len(better):,} of the {count:,} are" if len(better) > 1 else "it alone is"
    return f"; {many} surely worth more than none, but it cannot be told from all the others"


def _further(best: Bridge) -> str:
    """What the best does to quality and delay, where that is clear."""
    clear = {
        name: gap for name, gap in best.further.items() if gap.clear and not negligible(name, gap)
    }
    words = [_clause(name, gap) for name, gap in clear.items()]
    return f"With it, {listed(words)}." if words else ""


def _clause(name: str, gap: Interval) -> str:
    if name == "delay":
        return f"decisions take effect {signed(gap)} working days later"
    return f"quality changes by {signed(gap)}"


def notes(found: Bridges) -> list[str]:
    """How the candidates were found, and what the intervals promise."""
    return [RULE.format(pilot=found.pilot), PROMISE]
