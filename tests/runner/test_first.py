"""While the compiled engine is compiled, once, in the background, the Mesa engine plays: the result
is the same, and says who played. What compiles, and the compiled engine, are stubs here."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool

import pytest
from model.tiny import PLAIN

from sim import agents
from sim.parameters import parameters
from sim.runner import DRIVERS, _playing, first, run
from sim.runner.pool import attempt
from sim.scenario import Scenario
from sim.tables import content_hash

POLICIES = 2
EACH = 4


def compiled(inputs, replication):
    """In place of the compiled engine."""
    by_stub.append(replication)
    return agents.simulate(inputs, replication)


by_stub: list[int] = []
STUB = f"{__name__}:compiled"


class Compiler:
    """In place of a process that compiles: it has ended when it was asked so many times."""

    def __init__(self, asked: float) -> None:
        self.left, self.killed = asked, False

    def poll(self):
        self.left -= 1
        return None if self.left > 0 else 0

    def wait(self):
        self.left = 0

    def kill(self):
        self.killed = True


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """Begin with no compiled engine; gives what plays the compiler once it ends after so many
    questions."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(DRIVERS, "compiled", STUB)
    for module in (first, _playing):
        monkeypatch.setattr(module, "COMPILED_DRIVER", STUB)
    monkeypatch.setattr(first, "_under_way", [])
    by_stub.clear()

    def begin(asked):
        compiler = Compiler(asked)
        monkeypatch.setattr(first, "_started", lambda: [compiler])
        return compiler

    return begin


def scenario() -> Scenario:
    return Scenario.from_dict(
        PLAIN
        | {"clock": {**PLAIN["clock"], "horizon": "2w"}, "replications": EACH}
        | {"variants": {"alone": {"power.rule": "autocratic"}}}
    )


def hashes(result):
    return {name: content_hash(table) for name, table in result.tables.items()}


@pytest.mark.parametrize("workers", [1, 2])
def test_the_engines_take_turns_and_the_result_is_the_same(begun, workers):
    compiler, told = begun(4), []
    result = run(scenario(), workers=workers, progress=lambda *args: told.append(args))
    assert result.manifest["engine"] == "compiled"
    assert result.manifest["engines"] == {"compiled": 5, "mesa": 3} and len(by_stub) == 5
    assert told[0] == (0, POLICIES * EACH, first.MESSAGE)
    assert [done for done, _, _ in told[1:]] == [*range(1, POLICIES * EACH + 1)]
    assert not compiler.killed
    alone = run(scenario(), engine="mesa", workers=1)
    assert hashes(result) == hashes(alone) and "engines" not in alone.manifest


def test_what_ends_before_the_compiler_does_not_wait_for_it(begun):
    compiler = begun(float("inf"))
    result = run(scenario())
    assert result.manifest["engine"] == "mesa" and "engines" not in result.manifest
    assert not by_stub and not compiler.killed


def test_who_asks_for_the_compiled_engine_waits_for_it(begun):
    compiler = begun(float("inf"))
    result = run(scenario(), engine="compiled", workers=1)
    assert result.manifest["engine"] == "compiled" and len(by_stub) == POLICIES * EACH
    assert compiler.left == float("inf")


def test_ctrl_c_ends_the_compiler(begun):
    compiler = begun(float("inf"))

    def interrupt(done, total, message):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(scenario(), progress=interrupt)
    assert compiler.killed


def test_a_core_is_left_to_the_compiler_and_what_is_killed_is_done_again(begun, monkeypatch):
    begun(4)

    def pool(driver, policies, chunks, workers, ahead):
        assert (driver, workers, ahead) == (DRIVERS["mesa"], 2, 1)
        for (task,) in chunks:
            if task.replication == 2:
                raise BrokenProcessPool
            yield attempt(agents.simulate, policies, task)

    monkeypatch.setattr(first, "one_pool", pool)
    result = run(scenario(), workers=3)
    assert result.manifest["engines"] == {"compiled": 6, "mesa": 2}
    assert len(result.tables["runs"]) == POLICIES * EACH


def test_nothing_is_begun_where_it_makes_no_sense(begun, monkeypatch):
    policy = parameters(scenario())
    begun(float("inf"))
    assert first.begin([policy]) is not None
    for module, name, value in (
        ("sim.compiler", "is_cached", lambda: True),
        ("sim.compiler", "cache_folder", lambda: None),
        ("sim.runner.first", "may_never_end", lambda policy: True),
        ("sim.runner.first", "MOST_SECONDS", 1e-9),
        ("sim.runner.first", "COMPILED_DRIVER", "another"),
        ("sim.runner.first", "_started", list),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(first, "_under_way", [])
            changed.setattr(f"{module}.{name}", value)
            assert first.begin([policy]) is None


def test_a_process_compiles_with_the_modules_of_this_one(monkeypatch, tmp_path):
    place = tmp_path / "told"
    script = f"import json, sys; open({str(place)!r}, 'w').write(sys.argv[1])"
    monkeypatch.setattr(first, "_COMPILE", script)
    (process,) = first._started()
    assert process.wait(60) == 0 and place.read_text().startswith('["')
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    assert first._started() == []


def test_a_compiler_that_fails_leaves_it_to_this_process(begun):
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    while process.poll() is None:
        time.sleep(0.01)
    compiling = first.Compiling(process)
    tasks = [first.Task(0, number) for number in range(2)]
    done = list(first.in_turn(compiling, [parameters(scenario())], tasks, 1))
    assert [task for task, _ in done] == tasks and compiling.played == 0 and by_stub == [0, 1]
