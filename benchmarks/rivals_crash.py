"""The tests of `make torture` that other tools can be put to as well, side by side.

    python benchmarks/rivals_crash.py [--flips 100]

Of 40 stored results the file is cut by ten bytes, and one more result is added; bits of the file
are flipped; a worker process is killed once while runs are played. Optuna (journal file), joblib
(cache, and its parallel loop) and Mesa (`batch_run`) are put to what they offer. Prints a table in
Markdown. joblib is no dependency: its lines are left out where it is not installed.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import mesa
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

STORED, CUT, RUNS, PATIENCE = 40, 10, 40, 60.0
TRUE = [number / 7 + 1000 for number in range(STORED)]
"""The results that each tool stores: numbers with many digits."""
FLAG = "LEADERSTREAM_KILL_FLAG"
"""The variable that names the file whose absence makes a worker kill itself, once."""


class Store:
    """A tool that keeps results in a file: how it stores TRUE, the file, and what it gives back
    after one more result was added. Any exception is an error said in some way."""

    def __init__(self, name: str, write: Callable[[Path], Path], read: Callable[[Path], Any]):
        self.name, self.write, self.read = name, write, read


# leaderstream: the store of a sweep, as a killed writer leaves it


def write_ours(folder: Path) -> Path:
    from experiments.stores import key, opened

    from sim.experiments.keys import Run
    from sim.experiments.store import FILE

    aside = folder / "aside"
    aside.mkdir()
    with opened(aside, columns=("value",)) as store:
        for number, value in enumerate(TRUE):
            store.put([Run(key("a"), number)], np.array([[value]]))
        for ending in ("", "-wal"):  # while it is open: closing would empty the log
            shutil.copyfile(aside / f"{FILE}{ending}", folder / f"{FILE}{ending}")
    shutil.rmtree(aside)
    return folder / f"{FILE}-wal"


def read_ours(folder: Path) -> dict[int, float]:
    from experiments.stores import key, opened

    from sim.experiments.keys import Run

    with opened(folder, columns=("value",)) as store:
        store.put([Run(key("a"), STORED)], np.array([[0.5]]))
    with opened(folder, columns=("value",)) as store:
        found, values = store.of(key("a"), STORED)
    return {int(number): float(row[0]) for number, row in zip(found, values, strict=True)}


# Optuna: a journal file


def study_of(folder: Path) -> Any:
    import optuna
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    storage = optuna.storages.JournalStorage(JournalFileBackend(str(folder / "journal.log")))
    return optuna.create_study(storage=storage, study_name="s", load_if_exists=True)


def write_optuna(folder: Path) -> Path:
    import optuna

    study = study_of(folder)
    for value in TRUE:
        study.add_trial(optuna.create_trial(value=value))
    return folder / "journal.log"


def read_optuna(folder: Path) -> dict[int, float]:
    import optuna

    study_of(folder).add_trial(optuna.create_trial(value=0.5))
    trials = study_of(folder).trials
    return {one.number: one.value for one in trials if one.value not in (None, 0.5)}


# joblib: a cache of calls


def cached(folder: Path) -> Callable[[], Any]:
    from joblib import Memory

    def results() -> Any:
        (folder / "called").touch()
        return np.array(TRUE)

    return Memory(folder / "cache", verbose=0).cache(results)


def write_joblib(folder: Path) -> Path:
    cached(folder)()
    (folder / "called").unlink()
    (path,) = folder.rglob("output.pkl")
    return path


def read_joblib(folder: Path) -> dict[int, float]:
    values = cached(folder)()
    if (folder / "called").exists():  # the cache was not used: all is done again
        return {}
    return dict(enumerate(values.tolist()))


STORES = (
    Store("leaderstream, store of a sweep", write_ours, read_ours),
    Store("Optuna, journal file", write_optuna, read_optuna),
    Store("joblib, cache", write_joblib, read_joblib),
)


def tried(store: Store, folder: Path) -> tuple[dict[int, float] | None, str]:
    """What a store gives back, and what it said."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            found = store.read(folder)
        except Exception as error:
            return None, type(error).__name__
    return found, str(heard[0].message) if heard else ""


def cut(store: Store, place: Path) -> str:
    """What is left of the results once the file is cut by ten bytes and written to again."""
    file = store.write(place)
    os.truncate(file, file.stat().st_size - CUT)
    found, said = tried(store, place)
    if found is None:
        return f"{said}; 0 of {STORED} can be read"
    right = sum(found[number] == TRUE[number] for number in found if number < STORED)
    again = "all are done again" if right == 0 else f"{right} of {STORED} given back"
    return f"{again}, {len(found) - right} wrong"


def flipped(store: Store, place: Path, flips: int) -> str:
    """What comes of single bits flipped in the file."""
    source = place / "source"
    source.mkdir()
    file = store.write(source).relative_to(source)
    draws, outcomes = random.Random(1), Counter[str]()
    for _ in range(flips):
        work = place / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(source, work)
        data = bytearray((work / file).read_bytes())
        data[draws.randrange(len(data))] ^= 1 << draws.randrange(8)
        (work / file).write_bytes(data)
        found, said = tried(store, work)
        if found is None:
            outcomes["errors, nothing can be read"] += 1
        elif any(number >= STORED or found[number] != TRUE[number] for number in found):
            outcomes["wrong numbers with a warning" if said else "silently wrong"] += 1
        else:
            outcomes["only right numbers"] += 1
    outcomes.setdefault("silently wrong", 0)
    return ", ".join(f"{number} {what}" for what, number in sorted(outcomes.items()))


# Workers: one of two is killed once, at its eleventh run


def play(number: int) -> float:
    """A run, by which its process is killed the first time that it is number ten."""
    flag = Path(os.environ[FLAG])
    if number == 10 and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return float(number)


def simulate(policy: Any, replication: int) -> float:
    """A run as a driver of leaderstream plays it."""
    del policy
    return play(replication)


def by_ours() -> int:
    from sim.runner.pool import Failure, Task, in_processes

    tasks = [Task(0, number) for number in range(RUNS)]
    done = list(in_processes("rivals_crash:simulate", [None], tasks, 2))
    return sum(not isinstance(value, Failure) for _, value in done)


class Model(mesa.Model):
    """Plays a run of its number in a step."""

    def __init__(self, number: int = 0, **more: Any) -> None:
        super().__init__(**more)
        self.number = number
        self.datacollector = mesa.DataCollector({"number": "number"})

    def step(self) -> None:
        play(self.number)
        self.datacollector.collect(self)
        self.running = False


def by_mesa() -> int:
    how = {"number_processes": 2, "max_steps": 1, "display_progress": False}
    return len(mesa.batch_run(Model, {"number": list(range(RUNS))}, **how))


def by_joblib() -> int:
    from joblib import Parallel, delayed

    return len(Parallel(n_jobs=2)(delayed(play)(number) for number in range(RUNS)))


POOLS: dict[str, Callable[[], int]] = {
    "leaderstream, sweep": by_ours,
    "Mesa, `batch_run`": by_mesa,
    "joblib, `Parallel`": by_joblib,
}


def answer(name: str, pipe: Any) -> None:
    """Play the runs of a pool, and send what came of it."""
    os.setsid()
    try:
        pipe.send(f"{POOLS[name]()} of {RUNS} runs done")
    except Exception as error:
        pipe.send(f"{type(error).__name__}; 0 of {RUNS} runs given back")


def killed(name: str, place: Path) -> str:
    """What a pool comes to where one of its workers is killed."""
    os.environ[FLAG] = str(place / "flag")
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=answer, args=(name, theirs))
    process.start()
    theirs.close()
    came = f"not ended after {PATIENCE:.0f} s; 0 of {RUNS} runs given back"
    if ours.poll(PATIENCE):
        came = ours.recv()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.join()
    return came


def version(name: str) -> str:
    """A tool with its version; '' where it is not installed."""
    package = name.partition(",")[0]
    if package == "leaderstream":
        return name
    try:
        return name.replace(package, f"{package} {metadata.version(package.lower())}")
    except metadata.PackageNotFoundError:
        return ""


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--flips", type=int, default=100)
    given = options.parse_args()
    sys.path.insert(0, str(Path(__file__).parent))
    print("| what was done | tool | came of it |\n|---|---|---|")
    tests: list[tuple[str, str, Callable[[Path], str]]] = [
        *((f"{CUT} bytes cut off", one.name, lambda at, one=one: cut(one, at)) for one in STORES),
        *(
            (
                f"{given.flips} bits flipped",
                one.name,
                lambda at, one=one: flipped(one, at, given.flips),
            )
            for one in STORES
        ),
        *(("a worker killed", name, lambda at, name=name: killed(name, at)) for name in POOLS),
    ]
    for what, name, measure in tests:
        if told := version(name):
            with tempfile.TemporaryDirectory() as folder:
                print(f"| {what} | {told} | {measure(Path(folder))} |", flush=True)


if __name__ == "__main__":
    main()
