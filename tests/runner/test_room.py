"""How much memory a result takes is known before it is run: told where it is much, refused where it
cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import Refused
from sim.parameters import parameters
from sim.runner import room, run
from sim.runner.plans import plans_of
from sim.runner.room import bytes_a_run, insist_on_room
from sim.scenario import Scenario

MINIMAL = Path(__file__).resolve().parents[2] / "scenarios/minimal.yaml"


@pytest.fixture
def free(monkeypatch):
    def leave(count):
        monkeypatch.setattr(room, "free_memory", lambda: count)

    return leave


def test_the_tables_take_what_was_said():
    scenario = Scenario.load(MINIMAL)
    tables = run(scenario, replications=20, workers=1).tables
    took = sum(int(table.memory_usage(deep=True).sum()) for table in tables.values()) / 20
    assert took == pytest.approx(bytes_a_run(parameters(scenario)), rel=0.1)


def test_what_cannot_fit_is_refused_before_it_is_run_and_what_is_much_is_told(free):
    def told(replications, until=None):
        given = plans_of(Scenario.load(MINIMAL), None, None, replications, None, until)
        return insist_on_room(given)

    free(4_000_000_000)
    with pytest.raises(Refused, match=r"the tables of 100,000 runs take about 1.\.. GB of memory"):
        run(Scenario.load(MINIMAL), replications=100_000)
    assert told(20_000) == (
        "the tables take about 2.2 GB of memory, up to 3 times as much while they are made, and "
        "4.0 GB are free"
    )
    assert told(1_000) == "" and told(200) == ""
    # Where it may take fewer, the fewest count for what is refused and the most for what is told.
    assert told(100_000, "value:0.02").startswith("the tables take about 11")
    free(None)
    assert told(100_000) == ""
