"""Custom rules that loop or take all memory: their runs are set aside with the reason, and the
others are done, by either engine."""

from __future__ import annotations

import json
import sys

import pytest

from extension.test_runs import OWN, SMALL
from sim import limits
from sim.extension import allow
from sim.kernel import simulate
from sim.parameters import parameters
from sim.runner.pool import Task, in_threads
from sim.scenario import Scenario
from sim.testing.whole import difference

ENDLESS = """\
from sim.extension import Parameter, rule


def number(default):
    return Parameter(default, range=(0, 1000), unit="number", source="convention")


@rule("consensus", source="convention", loops=number(0))
def endless(support, loops):
    turns = 0
    while loops > turns:
        turns += 1 - turns
    return support >= 0.5


@rule("consensus", source="convention", hunger=number(0))
def hungry(support, hunger):
    taken = [0.0] * int(hunger * 1e6)
    return support >= 0.5 or len(taken) < 0
"""


@pytest.fixture
def scenario(rules):
    def write(more):
        (rules / "endless.py").write_text(ENDLESS, encoding="utf-8")
        (rules / "small.yaml").write_text(SMALL + more, encoding="utf-8")
        return "small.yaml"

    return write


@pytest.mark.slow
def test_a_rule_that_loops_costs_its_own_runs_alone(scenario, call, rules):
    path = scenario(
        "consensus: {rule: endless.py:endless, with: {loops: 9}}\n"
        "variants:\n  ends: {consensus.with.loops: 0}\n"
    )
    result = call(
        *("run", path, "--rules", "endless.py", "--engine", "compiled", "--workers", "1"),
        *("--run-limit", "1", "--replications", "1", "--replays", "0"),
    )
    assert result.exit_code == 4
    why = "it took longer than 1 s, the limit of a run (--run-limit)"
    assert f"failed: variant mine, replication 0, error {why}" in result.stderr
    manifest = json.loads((rules / "results/small/manifest.json").read_text(encoding="utf-8"))
    assert manifest["failures"] == [{"variant": "mine", "replication": 0, "error": why}]
    assert manifest["tables"]["runs"]["rows"] == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_a_rule_that_takes_all_memory_costs_its_own_runs_alone(scenario, call, monkeypatch, engine):
    path = scenario(
        "consensus: {rule: endless.py:hungry}\n"
        "sweep: {vary: {consensus.with.hunger: [0, 100, 1]}, replications: 1}\n"
    )
    monkeypatch.setattr("sim.runner.apart.free_memory", lambda: limits.LEAST_MEMORY)
    result = call(
        *("sweep", path, "--rules", "endless.py", "--engine", engine, "--workers", "1"),
    )
    assert result.exit_code == 4
    said = "failed: point 1, mine, 0: InvalidRule: the consensus rule endless.py:hungry raises: "
    assert f"{said}MemoryError" in result.stderr
    assert "1 run failed and 0 points were left out; the others are kept" in result.stderr


def test_a_run_apart_gives_the_same_bytes(scenario):
    path = scenario(OWN)
    allow("well.py")
    inputs = parameters(Scenario.load(path))
    ended = in_threads("sim.runner.engines:compiled", [inputs], [Task(0, 0)], 1)
    assert [difference(outcome, simulate(inputs, 0)) for _, outcome in ended] == [""]
