"""Sweeps: the same table however they are run, nothing done twice, and what a dying process
leaves."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from model.tiny import PLAIN

from sim import run
from sim.errors import UsageError
from sim.experiments import executors, running
from sim.experiments._play import MEASURES, Player, RunBatch
from sim.experiments.designs import design
from sim.experiments.sweep import runs_table, sweep
from sim.experiments.unread_keys import idle, joined, runs, settings, unread
from sim.runner.pool import Failure
from sim.scenario import Scenario
from sim.tables import content_hash

SWEEP = {
    "vary": {"power.sharing": [0, 0.5, 1], "consensus.limit": ["0d", "2d"]},
    "against": "alone",
    "replications": 3,
}


def scenario(horizon="2w", **changes) -> Scenario:
    """The plain organisation of five for a fortnight, with a sweep of six points and two
    policies."""
    clock = {**PLAIN["clock"], "horizon": horizon}
    shared = {**PLAIN["power"], "rule": "shared"}
    settings = {key: value for key, value in {**SWEEP, **changes}.items() if value is not None}
    policies = {"variants": {"alone": {"power.rule": "autocratic"}}, "sweep": settings}
    return Scenario.from_dict({**PLAIN, "clock": clock, "power": shared, **policies})


def swept(folder: Path, **more):
    found = sweep(scenario(), folder, engine="mesa", executor="threads", **more)
    return found, runs_table(found)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> pd.DataFrame:
    """The table of the sweep, run without interruption by one thread."""
    return swept(tmp_path_factory.mktemp("whole"), workers=1)[1]


def test_a_sweep_has_a_row_a_run_in_order_with_what_varied(whole):
    assert len(whole) == 6 * 2 * 3
    assert list(whole.columns[:7]) == [
        *("scenario", "variant", "point", "replication", "seed", "power.sharing", "consensus.limit")
    ]
    assert whole["variant"].tolist() == ["base"] * 18 + ["alone"] * 18
    order = whole[["point", "replication"]].iloc[:18].to_numpy()
    assert order.tolist() == [
        [point, replication] for point in range(6) for replication in range(3)
    ]
    assert whole["power.sharing"].iloc[:18].tolist() == [
        share for share in (0.0, 0.5, 1.0) for _ in range(6)
    ]
    assert whole["consensus.limit"].iloc[:6].tolist() == ["0d"] * 3 + ["2d"] * 3


def test_each_row_is_that_of_a_run_by_itself(whole):
    point = scenario().resolved() | {"sweep": None, "variants": {}, "replications": 3}
    point.pop("sweep")
    point["power"] = {**point["power"], "sharing": 0.5}
    point["consensus"] = {**point["consensus"], "limit": "2d"}
    for kind in point["issues"].values():
        kind.pop("power"), kind.pop("consensus")
    alone = run(Scenario.from_dict(point), engine="mesa", workers=1, save=False).tables["runs"]
    mine = whole[(whole["variant"] == "base") & (whole["point"] == 3)]
    for name in MEASURES:
        assert np.array_equal(mine[name].to_numpy(), alone[name].to_numpy(), equal_nan=True), name
        assert mine[name].dtype == alone[name].dtype, name


@pytest.mark.parametrize(("executor", "workers"), [("threads", 2), ("processes", 2)])
def test_the_table_is_the_same_whoever_runs_it(whole, tmp_path, executor, workers):
    found = sweep(scenario(), tmp_path, engine="mesa", executor=executor, workers=workers)
    assert (found.done, found.before, found.failures) == (21, 0, [])
    assert content_hash(runs_table(found)) == content_hash(whole)


def test_settings_that_a_policy_reads_alike_are_one(whole, tmp_path):
    """One voice decides alone: neither key is anything to it, so that its six points are one
    setting, run once."""
    found = sweep(scenario(), tmp_path, engine="mesa", executor="threads", workers=1)
    assert (
        settings(found.design) == {"base": 6, "alone": 1}
        and runs(found.design, 3) == found.done == 21
    )
    every = [[0, 5]]
    assert unread(found.design) == {"alone": {"power.sharing": every, "consensus.limit": every}}
    assert len({place.policy for place in found.places if place.variant == "alone"}) == 1
    alone = whole[whole["variant"] == "alone"]
    measures = list(MEASURES)
    first = alone[alone["point"] == 0][measures].reset_index(drop=True)
    for point in range(1, 6):
        pd.testing.assert_frame_equal(
            alone[alone["point"] == point][measures].reset_index(drop=True), first
        )


def test_what_is_read_follows_the_rule_that_varies(tmp_path):
    vary = {"power.rule": ["autocratic", "shared"], "power.sharing": [0, 0.5, 1]}
    found = sweep(scenario(vary=vary, against=None), tmp_path, engine="mesa", workers=1)
    assert unread(found.design) == {"base": {"power.sharing": [[0, 2]]}}
    assert (
        settings(found.design) == {"base": 4} and found.done == 12 and len(runs_table(found)) == 18
    )
    assert idle(found.design) == []


def test_what_gives_voice_is_read_where_power_is_shared_at_all():
    vary = {"power.sharing": [0, 0.4, 0.8], "power.voice": ["equal", "influence"]}
    plan = design(scenario(vary=vary, against=None))
    assert unread(plan) == {"base": {"power.voice": [[0, 1]]}}
    assert settings(plan) == {"base": 5}


def test_stretches_of_points_are_joined_in_order():
    assert joined([[4, 5], [0, 1], [2, 2]]) == [[0, 2], [4, 5]]
    assert joined([]) == []


def test_a_key_that_no_policy_reads_is_warned_of():
    plan = design(scenario(vary={"consensus.threshold": [0.6, 0.9], "power.sharing": [0, 1]}))
    told = (
        "consensus.threshold changes nothing under base and alone (power.rule autocratic; "
        "power.rule shared)"
    )
    assert idle(plan) == [told]


def test_a_variant_that_sets_a_key_itself_does_not_follow_it():
    sweep = {"vary": {"power.sharing": [0, 1]}, "variants": ["base", "own"]}
    mapping = {**PLAIN, "power": {**PLAIN["power"], "rule": "shared"}, "sweep": sweep}
    mapping |= {"variants": {"own": {"power.sharing": 0.3}}}
    assert settings(design(Scenario.from_dict(mapping))) == {"base": 2, "own": 1}


def test_nothing_is_run_twice(whole, tmp_path, monkeypatch):
    swept(tmp_path)
    monkeypatch.setattr(Player, "group", lambda self, works: pytest.fail(f"runs {works} again"))
    again, table = swept(tmp_path)
    assert (again.done, again.before) == (21, 21)
    assert content_hash(table) == content_hash(whole)


@pytest.mark.slow
def test_a_longer_sweep_runs_only_what_is_missing(tmp_path):
    sweep(scenario(replications=1), tmp_path, engine="mesa")
    more = sweep(scenario(), tmp_path, engine="mesa")
    assert (more.done, more.before) == (21, 7)
    values = {**SWEEP["vary"], "power.sharing": [0, 0.5, 0.75, 1]}
    wider = sweep(scenario(vary=values), tmp_path, engine="mesa")
    assert (wider.done, wider.before) == (27, 21)


def test_an_interrupted_sweep_goes_on(whole, tmp_path):
    def stop(done: int, runs: int, failed: int) -> None:
        if done >= 7:
            raise KeyboardInterrupt

    monkey = pytest.MonkeyPatch()
    monkey.setattr("sim.experiments.executors.MOST", 1)
    monkey.setattr(running, "CHUNK", 2)
    monkey.setattr(
        running.Batches.__init__, "__defaults__", (1, 0.0, running.Batches.__init__.__defaults__[2])
    )
    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path, workers=1, progress=stop)
    monkey.undo()
    rest, table = swept(tmp_path, workers=1)
    assert 7 <= rest.before < 21 and rest.done == 21
    assert content_hash(table) == content_hash(whole)


def test_runs_that_fail_are_told_and_the_others_kept(tmp_path, monkeypatch):
    def play(self, works: Sequence[RunBatch]):
        return [
            [
                Failure("broken") if number == 1 else row
                for number, row in zip(work.replications, rows, strict=True)
            ]
            for work, rows in zip(works, original(self, works), strict=True)
        ]

    original = Player.group
    monkeypatch.setattr(Player, "group", play)
    found, table = swept(tmp_path)
    assert len(found.failures) == 7 and {failure.error for failure in found.failures} == {"broken"}
    assert {(failure.point, failure.variant) for failure in found.failures} >= {
        (0, "base"),
        (5, "base"),
        (0, "alone"),
    }
    assert set(table["replication"]) == {0, 2} and found.done == 14
    monkeypatch.undo()
    assert swept(tmp_path)[0].done == 21


@pytest.mark.slow
def test_points_that_do_not_go_together_are_left_out(tmp_path):
    vary = {"clock.warmup": ["0d", "5w"], "clock.horizon": ["2w", "8w"]}
    found = sweep(scenario("8w", vary=vary, against=None, replications=1), tmp_path, engine="mesa")
    assert [left.point.index for left in found.left_out] == [2]
    assert "must be shorter than the horizon" in found.left_out[0].reason
    assert found.done == 3 and sorted(runs_table(found)["point"]) == [0, 1, 3]


def test_an_executor_that_is_none_is_said(tmp_path):
    with pytest.raises(UsageError, match="none of threads, processes"):
        sweep(scenario(), tmp_path, executor="boats")


class Deadly(Player):
    """A player whose process dies with one replication."""

    def __call__(self, work: RunBatch):
        if 2 in work.replications:
            os.kill(os.getpid(), signal.SIGKILL)
        return [np.full(1, float(number)) for number in work.replications]


def _deadly(engine: str, parent: int) -> None:
    executors._player = Deadly(engine)


@pytest.mark.slow
def test_a_run_that_kills_its_process_is_set_aside_and_the_others_are_done(monkeypatch):
    monkeypatch.setattr(executors, "_start", _deadly)
    work = [
        RunBatch(bytes([place]), None, (3 * place, 3 * place + 1, 3 * place + 2))
        for place in range(4)
    ]  # type: ignore[arg-type]
    ended = list(executors.in_processes("mesa", 2)(iter(work)))
    found = {
        number: row
        for done, played in ended
        for number, row in zip(done.replications, played, strict=True)
    }
    assert sorted(found) == list(range(12))
    assert [number for number, row in found.items() if isinstance(row, Failure)] == [2]
    assert all(row == number for number, row in found.items() if number != 2)
