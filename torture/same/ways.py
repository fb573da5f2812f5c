"""Every way of running the same, and the content it gives."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from torture.program import call, fresh, plain, start
from torture.rows import ROOT, Came, NotHere, row
from torture.same.hashes import table_of

SHIPPED = str(ROOT / "scenarios" / "leader-stream.yaml")
SHORT_RUN = ("--set", "clock.horizon=12w", "--replications", "3", "--replays", "0")
MESA = ("--engine", "mesa")
NO_FEATURES = "AVX AVX2 FMA3 F16C AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL"


class Way(NamedTuple):
    """A way of running: options, and the environment."""

    options: tuple[str, ...] = ()
    env: Mapping[str, str] = {}


WAYS: dict[str, Way] = {
    "one worker": Way(("--workers", "1")),
    "two workers": Way(("--workers", "2")),
    "seven workers": Way(("--workers", "7")),
    "Mesa": Way((*MESA, "--workers", "1")),
    "Mesa, two processes": Way((*MESA, "--workers", "2")),
    "processes of their own": Way(("--run-limit", "600", "--workers", "2")),
    "hash seed 0": Way(env={"PYTHONHASHSEED": "0"}),
    "hash seed 4294967295": Way((*MESA,), {"PYTHONHASHSEED": "4294967295"}),
    "locale tr_TR": Way(env={"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}),
    "locale C, no UTF-8": Way(env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "time zone +5:45": Way(env={"TZ": "Asia/Kathmandu"}),
    "time zone -3:30": Way(env={"TZ": "America/St_Johns"}),
    "threads of libraries: 1": Way(env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}),
    "threads of libraries: 7": Way(env={"OMP_NUM_THREADS": "7", "NUMBA_NUM_THREADS": "2"}),
    "optimised Python": Way((*MESA,), {"PYTHONOPTIMIZE": "2"}),
    "features of the processor off": Way(
        env={
            "NPY_DISABLE_CPU_FEATURES": NO_FEATURES,
            "OPENBLAS_CORETYPE": "Prescott",
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CPU_FEATURES": "",
            "XDG_CACHE_HOME": "{place}/cache",
        }
    ),
}


@row(
    "same",
    "the shipped scenario run in each of "
    f"{len(WAYS)} ways: engines, workers, processes, hash seeds, locales, time zones, threads of "
    "libraries, features of the processor off",
    "one hash of all tables",
    full=len(WAYS),
    short=2,
)
def ways_to_run(times: int, place: Path) -> Came:
    found: dict[str, str] = {}
    for name, way in list(WAYS.items())[:times]:
        folder = fresh(place / "run")
        env = {key: value.format(place=place) for key, value in way.env.items()}
        said = call("run", SHIPPED, *SHORT_RUN, *way.options, cwd=folder, env=env, longest=900)
        found[name] = table_of(folder) if said.code in (0, 1) else said.last
    return one_hash(found)


def one_hash(found: Mapping[str, str]) -> Came:
    """Whether all ways gave the same."""
    first = next(iter(found.values()))
    faults = tuple(f"{name}: {what[:200]}" for name, what in found.items() if what != first)
    if "sha" not in first and len(first) < 64:
        faults = (f"no tables: {first}", *faults)
    return Came(f"{len(set(found.values()))} hash", not faults, len(found), faults)


def swept(place: Path) -> Path:
    """A folder with a sweep of 400 runs."""
    vary = {"power.sharing": [0, 0.25, 0.5, 1], "consensus.limit": ["1d", "5d"]}
    plain(fresh(place), sweep={"vary": vary, "replications": 50})
    return place


@row(
    "same",
    "a sweep by threads, by processes, by both engines, broken off and resumed by the other "
    "engine, and on a Dask cluster whose worker joins late",
    "one hash of its table",
    full=6,
    short=2,
)
def ways_to_sweep(times: int, place: Path) -> Came:
    ways = {
        "threads": ("--workers", "2"),
        "processes": (*MESA, "--workers", "2"),
        "one": (*MESA, "--workers", "1"),
        "own processes": ("--run-limit", "600", "--workers", "2"),
    }
    found = {}
    for name, options in list(ways.items())[:times]:
        said = call("sweep", "tiny.yaml", *options, cwd=swept(place / "swept"))
        found[name] = table_of(place / "swept") if said.code == 0 else said.last
    if times > len(ways):
        found["resumed"] = resumed(swept(place / "resumed"))
        found["Dask"] = on_dask(swept(place / "dask"))
    return one_hash(found)


def resumed(folder: Path) -> str:
    """Broken off three times, then finished by the other engine."""
    for number in range(3):
        process = start("sweep", "tiny.yaml", *MESA, "--workers", "1", cwd=folder)
        time.sleep(2.0 + number)
        process.send_signal(signal.SIGINT)
        process.communicate()
    said = call("sweep", "tiny.yaml", "--workers", "2", cwd=folder)
    return table_of(folder) if said.code == 0 else said.last


def on_dask(folder: Path) -> str:
    """On a scheduler with two workers of this machine."""
    try:
        from experiments.test_cluster import Started
    except ImportError as error:
        raise NotHere("the extra `cluster`") from error
    os.chdir(ROOT)
    cluster = Started(folder)
    try:
        cluster.start_worker("one")
        address = cluster.address
        process = start("sweep", "tiny.yaml", "--dask", address, cwd=folder)
        time.sleep(3.0)
        cluster.start_worker("two")
        _, err = process.communicate(timeout=300)
        return table_of(folder) if process.returncode == 0 else err[-300:]
    finally:
        cluster.stop()


@row(
    "same",
    "keys of points of sweeps and of runs that differ in one number, name or seed",
    "all different",
    full=1_000_000,
    short=50_000,
)
def keys_collide(times: int, place: Path) -> Came:
    del place
    from sim.experiments.keys import point_key

    sweep = b"s" * 32
    seen = set()
    for number in range(times):
        share, which = number / times, number % 5
        settings = {"power.sharing": share if which < 3 else 0.5, "flow.up.loss": number % 3}
        seed = number if which == 3 else 7
        variant = f"v{number}" if which == 4 else "base"
        seen.add(point_key(sweep, seed, variant, settings))
    policies = policy_keys(min(2000, times // 50))
    faults = [] if len(seen) == times and policies == 0 else [f"{times - len(seen)} and {policies}"]
    return Came(f"{times - len(seen) + policies} the same", not faults, times, tuple(faults))


def policy_keys(count: int) -> int:
    """How many of so many policies that differ in a number that each reads have another's key."""
    from model.tiny import PLAIN

    from sim.experiments.keys import policy_key
    from sim.scenario import Scenario

    keys = set()
    for number in range(count):
        issue = {**PLAIN["issues"]["matter"], "stakes": 1 + number / count}
        keys.add(policy_key(Scenario.from_dict({**PLAIN, "issues": {"matter": issue}})))
    return count - len(keys)
