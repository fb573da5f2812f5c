"""Running: the same result whatever the workers and the engine; failures, kills and Ctrl-C end in
order."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from results import fake

import sim
from sim.clock import Calendar
from sim.errors import InvalidInput, RunsFailed, UsageError
from sim.runner import DRIVERS, run
from sim.runner.plans import varied

ROOT = Path(sim.__file__).parent.parent


@pytest.fixture(autouse=True)
def fake_driver(monkeypatch):
    monkeypatch.setattr("sim.parameters.parameters", fake.parameters)
    monkeypatch.setattr("sim.compiler.is_cached", lambda: True)
    for engine in ("compiled", "mesa"):
        monkeypatch.setitem(DRIVERS, engine, fake.DRIVER)


def saved(scenario, out, **more):
    """What `run` gives, saved in `out`: the tables alone, as nothing else can be drawn of a made-up
    driver."""
    return sim.run(scenario, out=out, replays=0, dashboard=False, **more)


def hashes(result):
    return {name: about["sha256"] for name, about in result.manifest["tables"].items()}


@pytest.mark.parametrize(
    ("engine", "workers"), [("compiled", 2), ("compiled", 5), ("mesa", 1), ("mesa", 2)]
)
def test_the_same_bytes_whatever_the_workers_and_the_engine(tmp_path, engine, workers):
    scenario = fake.FakeScenario(replications=30)
    one = saved(scenario, tmp_path / "one", engine="compiled", workers=1)
    other = saved(scenario, tmp_path / "other", engine=engine, workers=workers)
    assert hashes(one) == hashes(other)
    for name in one.tables:
        file = f"{name}.parquet"
        assert (one.folder / file).read_bytes() == (other.folder / file).read_bytes()
    assert list(one.tables["runs"]["variant"]) == ["base"] * 30 + ["alone"] * 30
    assert list(one.tables["runs"]["replication"]) == [*range(30), *range(30)]


def test_another_seed_gives_another_result():
    first, second = (run(fake.FakeScenario(seed=seed)) for seed in (1, 2))
    assert hashes(first) != hashes(second)


def test_running_a_few_policies_gives_the_same_rows_as_running_all():
    scenario = fake.FakeScenario()
    every = run(scenario).tables
    some = run(scenario, variants=["alone"])
    for name, table in some.tables.items():
        expected = every[name][every[name]["variant"] == "alone"].reset_index(drop=True)
        assert table.equals(expected)
    assert some.manifest["variants"] == ["base", "alone"]
    assert list(some.manifest["policies"]) == ["alone"]


def test_save_false_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sim.run(fake.FakeScenario(), save=False).folder is None
    assert list(tmp_path.iterdir()) == []
    assert saved(fake.FakeScenario(), None).folder == Path("results/fake")


def test_progress_is_told_from_start_to_end_over_all_scenarios():
    told = []
    scenarios = [fake.FakeScenario("one"), fake.FakeScenario("two", replications=3)]
    result = run(scenarios, workers=2, progress=lambda *args: told.append(args))
    assert [done for done, _, _ in told] == [0, *range(1, 9), 8, *range(9, 15)]
    assert {total for _, total, _ in told} == {14}
    assert [part.manifest["name"] for part in result.parts] == ["one", "two"]
    assert list(dict.fromkeys(result.tables["runs"]["scenario"])) == ["one", "two"]
    assert set(result.comparison["scenario"]) == {"one", "two"}
    assert any(text.startswith("two: ") for text in result.verdict)


def test_the_first_compile_is_announced(monkeypatch):
    monkeypatch.setattr("sim.compiler.is_cached", lambda: False)
    told = []
    run(fake.FakeScenario(), progress=lambda *args: told.append(args))
    assert told[0][:2] == (0, 8)
    assert "compiling" in told[0][2]
    told.clear()
    run(fake.FakeScenario(), engine="mesa", workers=1, progress=lambda *args: told.append(args))
    assert told[0][2] == ""


@pytest.mark.parametrize(("engine", "workers"), [("compiled", 1), ("compiled", 2), ("mesa", 2)])
def test_runs_that_fail_are_listed_and_the_others_kept(tmp_path, monkeypatch, engine, workers):
    monkeypatch.setitem(DRIVERS, engine, fake.FAILING)
    result = saved(fake.FakeScenario(), tmp_path, engine=engine, workers=workers)
    told = [{"variant": "alone", "replication": 1, "error": "ArithmeticError: made to fail"}]
    assert result.failures == result.manifest["failures"] == told
    rows = result.tables["runs"]
    assert list(rows[rows["variant"] == "alone"]["replication"]) == [0, 2, 3]
    gap = result.comparison.query("variant == 'alone' and metric == 'quality'").iloc[0]
    assert gap["replications"] == 3
    assert gap["difference_low"] < gap["difference"] < gap["difference_high"]


def test_when_every_run_fails_there_is_no_result(tmp_path, monkeypatch):
    monkeypatch.setitem(DRIVERS, "compiled", fake.FAILING)
    scenario = fake.FakeScenario(replications=2, rules={"alone": "autocratic"})
    monkeypatch.setattr(fake, "simulate", lambda given, replication: 1 / 0)
    with pytest.raises(RunsFailed, match="every run failed; the first: ZeroDivisionError"):
        saved(scenario, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_worker_process_loses_no_run(tmp_path, monkeypatch):
    scenario = fake.FakeScenario(replications=6)
    whole = run(scenario)
    monkeypatch.setenv("FAKE_DRIVER_MARK", str(tmp_path / "mark"))
    monkeypatch.setitem(DRIVERS, "mesa", fake.KILLED_ONCE)
    result = run(scenario, engine="mesa", workers=2)
    assert (tmp_path / "mark").exists()
    assert result.failures == []
    assert hashes(result) == hashes(whole)


@pytest.mark.parametrize(("engine", "workers"), [("compiled", 1), ("compiled", 2), ("mesa", 2)])
def test_ctrl_c_stops_and_leaves_nothing(tmp_path, engine, workers):
    told = []

    def interrupt(done, total, message):
        told.append(done)
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        saved(
            fake.FakeScenario(replications=500),
            tmp_path,
            engine=engine,
            workers=workers,
            progress=interrupt,
        )
    assert max(told) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"engine": "mese"}, r"engine 'mese' .*did you mean 'mesa'"),
        ({"workers": 0}, "at least 1"),
        ({"variants": ["alon"]}, r"no variant is called 'alon' .did you mean 'alone'.*base, alone"),
        ({"against": "nobody"}, "no variant is called 'nobody'"),
        ({"variants": ["alone"], "against": "base"}, "cannot compare against 'base'"),
    ],
)
def test_a_request_that_makes_no_sense_is_a_usage_error(more, message):
    with pytest.raises(UsageError, match=message):
        run(fake.FakeScenario(), **more)


def test_two_scenarios_of_one_name_are_refused():
    with pytest.raises(UsageError, match="two scenarios are called fake"):
        run([fake.FakeScenario(), fake.FakeScenario(seed=8)])
    with pytest.raises(UsageError, match="no scenario"):
        run([])


def test_against_changes_what_differences_are_taken_to():
    result = run(fake.FakeScenario(), against="alone")
    table = result.comparison.set_index(["variant", "metric"])["difference"]
    assert table.isna()["alone", "quality"]
    assert not table.isna()["base", "quality"]
    assert result.manifest["against"] == "alone"


def test_policies_may_keep_different_calendars():
    scenario = fake.FakeScenario(calendar=Calendar(day=5))
    rows = run(scenario).tables["decisions"]
    assert ((rows["delay"] * 5).round(9) % 1 == 0).all()


def test_varied_names_what_differs_once():
    power = {"rule": "shared", "sharing": 0.5}
    first = {
        "name": "x",
        "seed": 1,
        "power": power,
        "issues": {"a": {"power": power, "rate": "4/w"}},
        "flow": {"open": 0.5},
    }
    other = {**power, "rule": "vote"}
    second = {
        **first,
        "seed": 2,
        "power": other,
        "issues": {"a": {"power": other, "rate": "4/w"}},
        "flow": {"open": 0},
    }
    assert varied({"p": first, "q": second}) == {
        "power.rule": {"p": "shared", "q": "vote"},
        "flow.open": {"p": 0.5, "q": 0.0},
    }
    own = {
        **first,
        "issues": {"a": {"power": other, "rate": {"each": "1/w"}}, "b": {"rate": "1/w"}},
    }
    assert varied({"p": first, "q": own}) == {
        "issues.a.power.rule": {"p": "shared", "q": "vote"},
        "issues.a.rate": {"p": "4/w", "q": ""},
        "issues.a.rate.each": {"p": "", "q": "1/w"},
        "issues.b.rate": {"p": "", "q": "1/w"},
    }
    assert varied({"p": first}) == {}


def test_importing_the_package_is_light():
    heavy = ["numba", "mesa", "pandas", "plotly", "scipy", "pyarrow", "numpy"]
    code = (
        f"import sys, sim, sim.runner, sim.results; print([m for m in {heavy!r} if m in "
        f"sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_the_front_door_offers_what_it_says():
    for name in sim.__all__:
        assert hasattr(sim, name)
    assert sim.run is importlib.import_module("sim.api").run
    assert sim.load is importlib.import_module("sim.results").load
    assert dir(sim) == sorted(sim.__all__)
    with pytest.raises(AttributeError, match="swept"):
        _ = sim.swept


def test_a_real_scenario_is_loaded_and_settled(tmp_path, monkeypatch):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\nvariants: {top-down: {power.rule: autocratic, power.sharing: 0}}\n"
    )
    monkeypatch.setattr("sim.parameters.parameters", fake.parameters_of)
    result = run(file, seed=5, replications=3)
    assert (result.manifest["seed"], result.manifest["replications"]) == (5, 3)
    assert result.manifest["policies"]["top-down"]["seed"] == 5
    rows = result.tables["runs"]
    assert set(rows["seed"]) == {5}
    assert (
        list(rows["power.rule"])
        == [result.manifest["scenario"]["power"]["rule"]] * 3 + ["autocratic"] * 3
    )
    assert set(rows["power.sharing"][3:]) == {0.0}
    asked = run(sim.Scenario.load(file, {"seed": "5", "replications": "3"}))
    assert hashes(asked) == hashes(result)
    assert asked.manifest["digest"] == result.manifest["digest"]
    with pytest.raises(InvalidInput, match="replications"):
        run(file, replications=0)


ORPHANING = """
import sim.parameters
from results import fake
from sim.runner import DRIVERS, run
sim.parameters.parameters = fake.parameters
DRIVERS["mesa"] = fake.SLOW
run(fake.FakeScenario(), engine="mesa", workers=2)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_worker_processes_end_with_a_killed_parent(tmp_path):
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = {**os.environ, "FAKE_DRIVER_MARK": str(tmp_path), "PYTHONPATH": paths}
    parent = subprocess.Popen([sys.executable, "-c", ORPHANING], env=environment)
    try:
        assert eventually(lambda: len(list(tmp_path.iterdir())) == 2)
    finally:
        parent.kill()
        parent.wait()
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert eventually(lambda: not any(alive(worker) for worker in workers))


def eventually(holds) -> bool:
    """Whether something comes to hold within half a minute."""
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.05)
    return False


def alive(process: int) -> bool:
    """Whether a process runs (one that has ended and only waits to be noticed does not)."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
