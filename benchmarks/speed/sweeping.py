"""What sweeps cost beside their runs, and what more workers gain, in threads, in processes and on
Dask."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from core.settings import inputs_of
from measuring import in_turn, ratio, spread, wall, work
from sweeps import SHORT, scenario

WORKERS = 2
CLUSTER_REPLICATIONS = 20


def _swept(settings: Any, executor: Any, workers: int = 1) -> None:
    from sim.experiments.sweep import sweep

    with tempfile.TemporaryDirectory() as folder:
        sweep(settings, folder, workers=workers, executor=executor)


def points(count: int, rounds: int) -> dict[str, Any]:
    """Of a sweep with one replication of eight weeks at each point, in one thread: milliseconds of
    the processor a point, in all and beyond the bare runs."""
    from sim.experiments.designs import design
    from sim.kernel import simulate
    from sim.parameters import parameters

    settings = scenario(count, 1, SHORT)
    plan = design(settings)
    inputs = [parameters(policy) for at in plan for policy in plan.resolve(at).values()]  # type: ignore[union-attr]

    def bare() -> None:
        for one in inputs:
            simulate(one, 0)

    taken = in_turn(
        {
            "runs": lambda: 1000 * work(bare) / count,
            "all": lambda: 1000 * work(lambda: _swept(settings, "threads")) / count,
        },
        rounds,
        warm=True,
    )
    beyond = [a - b for a, b in zip(taken["all"], taken["runs"], strict=True)]
    named = {"points": count, "milliseconds a run": spread(taken["runs"]).as_list()}
    return named | {"milliseconds beyond it": spread(beyond).as_list()}


def threads(runs: int, rounds: int) -> dict[str, Any]:
    """How many times as many runs a second two threads play as one, by the clock."""
    from sim.kernel import simulate

    inputs = inputs_of(390)

    def play(replication: int) -> None:
        simulate(inputs, replication)

    def in_threads(count: int) -> float:
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(play, range(count)))
            return wall(lambda: list(pool.map(play, range(runs))))

    taken = in_turn({"1": lambda: in_threads(1), "2": lambda: in_threads(WORKERS)}, rounds)
    return {"times as many": ratio(taken["1"], taken["2"]).as_list()}


def executors(count: int, rounds: int) -> dict[str, Any]:
    """The same sweep by each executor, by the clock: runs a second; of Dask on this machine too."""
    settings = scenario(count, CLUSTER_REPLICATIONS, SHORT)
    _swept(scenario(20, 1, SHORT), "threads")
    actions: dict[str, Callable[[], float]] = {
        _named(workers, kind): lambda kind=kind, workers=workers: wall(
            lambda: _swept(settings, kind, workers)
        )
        for kind in ("threads", "processes")
        for workers in (1, WORKERS)
    }
    runs = count * CLUSTER_REPLICATIONS
    taken = in_turn(actions, rounds)
    for workers in (1, WORKERS):
        if (seconds := _on_dask(settings, workers, rounds)) is not None:
            taken[_named(workers, "Dask workers")] = seconds
    return {"runs": runs, "replications": CLUSTER_REPLICATIONS} | {
        name: spread([runs / one for one in seconds]).as_list() for name, seconds in taken.items()
    }


def _named(workers: int, kind: str) -> str:
    one = {"threads": "thread", "processes": "process", "Dask workers": "Dask worker"}
    return f"{workers} {one[kind] if workers == 1 else kind}"


def _on_dask(settings: Any, workers: int, rounds: int) -> list[float] | None:
    """Seconds by the clock on a scheduler and workers of this machine; None without Dask."""
    try:
        from distributed import LocalCluster
    except ImportError:
        return None
    from sim.experiments.cluster import in_cluster

    with LocalCluster(
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        where = cluster.scheduler_address.removeprefix("tcp://")
        swept: Callable[[], None] = lambda: _swept(settings, in_cluster(where, "compiled"))  # noqa: E731
        swept()
        time.sleep(1)
        return [wall(swept) for _ in range(rounds)]
