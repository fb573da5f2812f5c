"""A sweep on a real Dask scheduler and workers of this machine: the same table, whatever becomes of
the workers."""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from experiments.cluster_worker import DEADLY, MODEL
from experiments.test_sweep import scenario
from sim.errors import Refused, UsageError
from sim.experiments import cluster
from sim.experiments._play import Player, RunBatch
from sim.experiments._remote import Packing
from sim.experiments.cluster import connected, in_cluster
from sim.experiments.executors import Batches
from sim.experiments.keys import policy_key
from sim.experiments.sweep import runs_table, sweep
from sim.parameters import Parameters
from sim.runner.pool import LOST
from sim.tables import content_hash

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.skipif(
    not hasattr(os, "killpg"), reason="needs process groups and SIGKILL"
)

TESTS = Path(__file__).resolve().parent.parent
LONGEST_WAIT = 60.0
ALLOWED_DEATHS = 1


class Started:
    """A scheduler and workers on the loopback interface, on ports that the system chose."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.groups: list[subprocess.Popen] = []
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--idle-timeout", "120s")
        self.address = self._address()

    def start(self, what: str, *more: str, **environment: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *more]
        paths = os.pathsep.join((str(TESTS.parent), str(TESTS)))
        settings = {
            "PYTHONPATH": paths,
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(ALLOWED_DEATHS),
        }
        file = ("--scheduler-file", str(self.folder / "scheduler.json"))
        with (self.folder / f"log {len(self.groups)}").open("wb") as log:
            self.groups.append(
                subprocess.Popen(
                    [*command, *file],
                    cwd=self.folder,
                    env={**os.environ, **settings, **environment},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def start_worker(self, name: str, **environment: str) -> None:
        preload = str(Path(__file__).with_name("cluster_worker.py"))
        where = ("--host", "127.0.0.1", "--name", name, "--local-directory", str(self.folder))
        self.start(
            "worker",
            *where,
            "--nthreads",
            "1",
            "--death-timeout",
            "60",
            "--preload",
            preload,
            **environment,
        )

    def stop(self, number: int = 0) -> None:
        """End the processes that were started from this one on."""
        while len(self.groups) > number:
            group = self.groups.pop()
            os.killpg(group.pid, signal.SIGKILL)
            group.wait()

    def _address(self) -> str:
        deadline = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < deadline:
            try:
                return json.loads((self.folder / "scheduler.json").read_text())["address"]
            except (FileNotFoundError, json.JSONDecodeError):
                time.sleep(0.05)
        raise AssertionError((self.folder / "log 0").read_text())


@pytest.fixture(scope="module", autouse=True)
def patient():
    """A busy machine must not fail a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "ANSWER", LONGEST_WAIT)
        patch.setattr(cluster, "PATIENCE", LONGEST_WAIT)
        yield


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    found = Started(tmp_path_factory.mktemp("dask"))
    yield found
    found.stop()


@pytest.fixture(scope="module")
def workers(started, patient):
    """The cluster with two workers."""
    started.start_worker("one")
    started.start_worker("two")
    with connected(started.address) as client:
        client.wait_for_workers(2, timeout=LONGEST_WAIT)
    return started


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> str:
    """The content of the table of the sweep, run by one thread."""
    found = sweep(
        scenario(), tmp_path_factory.mktemp("whole"), engine="mesa", executor="threads", workers=1
    )
    return content_hash(runs_table(found))


def processes(address: str) -> list[int]:
    with connected(address) as client:
        return sorted(client.run(os.getpid).values())


def test_a_scheduler_without_workers_is_said_and_one_that_is_not_there(
    started, tmp_path, monkeypatch
):
    monkeypatch.setattr(cluster, "PATIENCE", 0.3)
    with pytest.raises(
        Refused, match=r"has no worker, and none came within .*`dask worker tcp://127"
    ):
        sweep(scenario(), tmp_path, executor=in_cluster(started.address, "mesa"))
    monkeypatch.setattr(cluster, "ANSWER", 0.3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Refused, match=f"no Dask scheduler answers at {nowhere} within"):
            sweep(scenario(), tmp_path, executor=in_cluster(nowhere, "mesa"))


@pytest.mark.parametrize("address", ["here", "steam://here:1", "here:70000"])
def test_what_is_no_address_is_said(address):
    with pytest.raises(UsageError, match=f"'{address}' is no address of a Dask scheduler, such as"):
        in_cluster(address, "mesa")


def test_without_dask_it_is_said_how_to_have_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed.comm", None)
    with pytest.raises(UsageError, match=r"pip install 'leaderstream\[cluster\]'"):
        in_cluster("127.0.0.1:8786", "mesa")


@pytest.mark.slow
def test_the_table_is_the_same_also_when_a_worker_is_killed(workers, whole, tmp_path, monkeypatch):
    found = sweep(
        scenario(), tmp_path / "calm", engine="mesa", executor=in_cluster(workers.address, "mesa")
    )
    assert (found.done, found.before, found.failures) == (21, 0, []), (
        "settings that a policy reads alike run once"
    )
    assert content_hash(runs_table(found)) == whole

    victim, reports = processes(workers.address)[0], []

    def kill(done: int, total: int, failed: int) -> None:
        if not reports:
            os.kill(victim, signal.SIGKILL)
        reports.append(done)

    monkeypatch.setattr(Batches.__init__, "__defaults__", (1, 0.0, time.monotonic))
    found = sweep(
        scenario(), tmp_path / "killed", executor=in_cluster(workers.address, "mesa"), progress=kill
    )
    assert reports == list(range(1, 22)) and found.failures == []
    assert victim not in processes(workers.address)
    assert content_hash(runs_table(found)) == whole


@pytest.mark.slow
def test_a_run_that_kills_its_workers_is_set_aside_and_the_others_are_done(workers, tmp_path):
    plan = scenario(vary={"power.sharing": [0, 0.5, 1]}, against=None)
    found = sweep(plan, tmp_path, executor=in_cluster(workers.address, DEADLY))
    assert [(failure.point, failure.replication, failure.error) for failure in found.failures] == [
        (1, 1, LOST)
    ]
    table = runs_table(found)
    assert sorted(zip(table["point"], table["replication"], strict=True)) == [
        (point, replication)
        for point in range(3)
        for replication in range(3)
        if (point, replication) != (1, 1)
    ]


@pytest.mark.slow
def test_a_worker_of_another_model_is_refused_also_when_it_comes_later(
    workers, tmp_path, monkeypatch
):
    count = len(workers.groups)
    workers.start_worker("other", **{MODEL: "0123456789abcdef"})
    try:
        with connected(workers.address) as client:
            client.wait_for_workers(3, timeout=LONGEST_WAIT)
        executor = in_cluster(workers.address, "mesa")
        refused = pytest.raises(
            Refused, match=r"the worker tcp://127.* has leaderstream .* model 0123456789abcdef"
        )
        with refused:
            sweep(scenario(), tmp_path / "first", executor=executor)
        # One that comes later is not among those that are asked first.
        monkeypatch.setattr(cluster._Cluster, "_check_workers", lambda self: None)
        with refused:
            sweep(scenario(), tmp_path / "later", executor=executor)
    finally:
        workers.stop(count)


def test_what_a_policy_reads_from_files_goes_with_it(tmp_path):
    (tmp_path / "people.csv").write_text(
        "id,manager_id,level\n1,,top\n2,1,ground\n3,1,ground\n4,1,ground\n"
    )
    settings = scenario().resolved() | {"stream": {"people": "people.csv"}}
    for name in ("sweep", "variants"):
        settings.pop(name)
    policy = type(scenario()).from_dict(settings, tmp_path)
    work = RunBatch(policy_key(policy), policy, (0, 1))
    here = Player("mesa")(work)
    packed = Packing()([work])
    (tmp_path / "people.csv").unlink()
    (there,) = pickle.loads(packed)
    assert isinstance(there.policy, Parameters)
    assert np.array_equal(np.stack(Player("mesa")(there)), np.stack(here), equal_nan=True)
    light = Packing()([RunBatch(b"key", scenario(), (0,))])
    assert pickle.loads(light)[0].policy == scenario() and len(light) < len(packed)
