"""Every story of a run is whole, and its account of the time adds up to the decision's delay."""

from __future__ import annotations

import re
from typing import Any

import pytest
from story_scenario import COURSES, SMALL

from sim.agents import Organization, Trace
from sim.agents.trace import Watcher
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.story import account, story, words

LINE = re.compile(r"^ {2}(?P<detail> {2})?\S.*? +(?P<hours>[\d.]+) h(?: +(?P<share>\d+)%)?$")


class Watchers:
    """Watches many issues of one run, each as `trace` watches one."""

    def __init__(self, numbers: range) -> None:
        self.each = {number: Watcher(number) for number in numbers}

    def __getattr__(self, name: str) -> Any:
        def note(*details: Any) -> None:
            for watcher in self.each.values():
                getattr(watcher, name)(*details)

        return note


POLICIES = {name: of for text in (SMALL, COURSES) for name, of in Scenario.from_text(text).policies().items()}


@pytest.mark.parametrize("policy", POLICIES)
def test_every_story_is_whole_and_its_hours_add_up(policy):
    prepared = parameters(POLICIES[policy])
    watchers = Watchers(range(1, 61))
    decisions = Organization(prepared.scenario, inputs=prepared, watcher=watchers).run().decisions[:60]
    assert len(decisions) > 20
    for row in decisions:
        decision = {name: row[name].item() for name in decisions.dtype.names}
        watcher = watchers.each[decision["issue"]]
        recorded = Trace(decision, watcher.events, watcher.mail[decision["issue"]])
        told = story(recorded, prepared.scenario, prepared.structure)
        assert "nan" not in told
        assert "None" not in told
        assert all(len(line) <= words.WIDTH for line in told.splitlines())
        assert len(told.splitlines()) < 120
        assert_adds_up(told, decision)


def assert_adds_up(told: str, decision: dict[str, Any]) -> None:
    """Parts sum to the whole and to the decision's delay; details sum to the part above them."""
    lines = [LINE.match(line) for line in told.split("Where the time went\n")[1].splitlines()]
    entries = [(match["detail"] is not None, float(match["hours"])) for match in lines if match]
    parts = [hours for detail, hours in entries[:-1] if not detail]
    assert sum(parts) == entries[-1][1] == decision["delay"]
    assert parts == [decision[part] for part in account.PARTS if decision[part]]
    within: list[list[float]] = []
    for detail, hours in entries[:-1]:
        if detail:
            within[-1].append(hours)
        else:
            within.append([hours])
    assert all(sum(details) == part for part, *details in within if details)
