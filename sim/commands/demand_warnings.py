"""What `check` says of leaders who are asked for more than they have time for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import Problem
from sim.texts import MOST_TIMES, isolated

if TYPE_CHECKING:
    from sim.demand import PositionLoad
    from sim.parameters import Parameters
    from sim.scenario import Scenario


DIALS = {"hours": "work.load", "attention": "attention", "calendar": "power.forum.size"}
"""What is full, and the key that moves it first."""
_ASKED = {
    "hours": "of their hours",
    "attention": "of the hours they have for reading",
    "calendar": "of the hours in which rooms can meet",
}
_FOLLOWS = {
    "hours": (
        "Meetings and mail come first, so work piles up to the end of the run; value does "
        "not count it."
    ),
    "attention": "Mail waits until its issue is over and is then dropped unread.",
    "calendar": "Rooms wait longer and longer for a common hour, until their issues expire.",
}
MOST_POLICIES = 200
MOST_LEADERS = 20_000
"""Policies, and leaders of policies together, of which it is worked out what they are asked."""
# The last that was worked out, as a command asks for it more than once.
_last: list[tuple[list[tuple[str, Parameters]], list[Demand]]] = []
_CHANCE = "At busy times they fall behind."


class Demand(NamedTuple):
    """A position under a policy, and what is asked of its leaders."""

    policy: str
    load: PositionLoad


def fullest(places: Iterable[Demand]) -> Demand:
    """The place with the highest utilisation; of equals the first."""
    return max(places, key=lambda place: place.load.utilisation)


def looked_at(policies: Mapping[str, Parameters]) -> list[str]:
    """The policies of which it is worked out what they ask: the first ones, as many as take some
    seconds (what one takes grows with the number of its leaders)."""
    leaders = max(len(prepared.structure) for prepared in policies.values())
    return list(policies)[: max(min(MOST_POLICIES, MOST_LEADERS // leaders), 1)]


def demands_of(policies: Mapping[str, Parameters]) -> list[Demand]:
    """What every policy asks of every position, of those that are `looked_at`."""
    from sim.demand import by_position

    chosen = [(name, policies[name]) for name in looked_at(policies)]
    before = [known for known, _ in _last]
    if before and [id(one) for _, one in chosen] == [id(one) for _, one in before[0]]:
        return _last[0][1]
    found = [
        Demand(name, load)
        for name, prepared in chosen
        for load in by_position(prepared, _groups(prepared))
    ]
    _last[:] = [(chosen, found)]
    return found


def _groups(prepared: Parameters) -> Any:
    """The groups in which leaders are shown, as `by_position` takes them; None: one by one."""
    smallest = prepared.scenario.smallest_group
    if smallest is None:
        return None
    from sim.tables.privacy import groups_of  # loads pandas, which `check` need not

    groups = groups_of(prepared.structure, smallest)
    return groups.of, groups.labels


def row(plan: Iterable[Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    """The fullest leaders, in a line: of the places as a plan lists them, with the labels of
    policies by name."""
    from sim.demand import PositionLoad

    places = [Demand(str(one["policy"]), PositionLoad(**one["load"])) for one in plan]
    policy, load = fullest(places)
    most = " in the mean" if load.mean else " at the most"
    most = "" if load.utilisation > MOST_TIMES else most
    return f"{_asked(load)}{most}: {load.position}, under {isolated(labels.get(policy, policy))}"


def overload(scenario: Scenario, policies: Mapping[str, Parameters]) -> Iterable[Problem]:
    """A warning where leaders are asked for more than they have time for, or nearly."""
    from sim.demand import FULL, NEARLY

    places = demands_of(policies)
    over = [place for place in places if place.load.utilisation >= FULL]
    full = {place.policy for place in over}
    near = [
        place for place in places if place.policy not in full and place.load.utilisation >= NEARLY
    ]
    if over:
        worst = fullest(over)
        text = (
            f"leaders are overloaded under {_names(over, scenario)}. "
            f"{_warning(worst, 'overloaded', scenario)} {_FOLLOWS[worst.load.of]}"
        )
        nearly = f" Nearly so under {_names(near, scenario)}." if near else ""
        dials = _dials(worst, policies)
        yield at_key(scenario, DIALS[worst.load.of], f"{text}{nearly} {dials}")
    elif near:
        worst = fullest(near)
        text = (
            f"leaders have little time left under {_names(near, scenario)}. "
            f"{_warning(worst, 'nearly', scenario)}"
        )
        meets = worst.load.meetings > 0
        more = (
            "This counts one round a decision: more of them may overload leaders."
            if meets
            else _CHANCE
        )
        yield at_key(scenario, DIALS[worst.load.of], f"{text} {more}")


def _names(places: Iterable[Demand], scenario: Scenario) -> str:
    return ", ".join(dict.fromkeys(scenario.shown(place.policy) for place in places))


def _warning(place: Demand, how: str, scenario: Scenario) -> str:
    """How many of the fullest position there are, and what takes the hours of the fullest of
    them."""
    load = place.load
    those = f"{getattr(load, how)} of {load.leaders} at {load.position}"
    those = f"the {load.leaders} at {load.position}, in the mean" if load.mean else those
    parts = (("work", load.work), ("meetings", load.meetings), ("reading", load.reading))
    listed = ", ".join(f"{name} {_part(share)}" for name, share in parts)
    exactly = load.mean or load.utilisation > MOST_TIMES
    most = _asked(load) if exactly else f"up to {_asked(load)}"
    return f"Most under {scenario.shown(place.policy)}: {those}, {most} ({listed})."


def _asked(load: PositionLoad) -> str:
    """What is asked of the fullest: '92 % of their hours', 'more than 10 times their hours'."""
    what = _ASKED[load.of]
    if load.utilisation > MOST_TIMES:
        return f"more than {MOST_TIMES} times {what.removeprefix('of ')}"
    return f"{percent(load.utilisation)} {what}"


def _part(share: float) -> str:
    """A part of the hours, rounded: '12 %', 'more than 10 times'."""
    return f"more than {MOST_TIMES} times" if share > MOST_TIMES else f"{share * 100:.0f} %"


def _dials(place: Demand, policies: Mapping[str, Parameters]) -> str:
    """What to turn, and how far it must be turned where that alone is to be enough."""
    load = place.load
    numbers, extra = policies[place.policy].numbers, load.meetings + load.reading
    there, spread = 1.0 - numbers.away, "flow.reach" if numbers.reach > 1 else "flow.up.open"
    if load.of == "attention":
        return f"Dials: attention, {spread}, the issues' rate."
    if load.of == "calendar":
        return "Dials: power.forum.size, consensus.round, work.focus, the issues' rate."
    load_below = [f"work.load (below {percent(there - extra)})"] if extra < there else []
    fewer = []
    if load.work < there:
        kept = (there - load.work) / extra
        below = f"below {percent(kept)}" if kept >= 0.01 else "far below 1 %"
        fewer = [f"the issues' rate ({below} of it)"]
    size = ["power.forum.size"] if load.meetings > 0 else []
    return f"Dials: {', '.join([*load_below, *fewer, *size, spread, 'attention'])}."


def percent(share: float) -> str:
    """'92 %', rounded down: what is nearly full is not shown as full."""
    return f"{int(share * 100 + 1e-9)} %"


def at_key(scenario: Scenario, path: str, message: str) -> Problem:
    """A warning about a key, at its place in the file; where the file leaves the key out, at the
    nearest key above."""
    from sim.scenario.nodes import child, problem

    steps = path.split(".")
    for count in range(len(steps), 0, -1):
        node = child(scenario.root, *steps[:count])
        if node is not None:
            return problem(node.where, path, message)
    return Problem(scenario.root.mark.file, 0, 0, path, message)
