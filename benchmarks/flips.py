"""Flips single bits of what is on the disk, does what a user would do then, and counts what comes
of it.

    python benchmarks/flips.py [--flips 500] [--seed 0] [--kinds store log tables page manifest
    swept] [--product DIR]

store: a sweep's SQLite file, the table removed and the sweep asked for again; log: the same for a
store whose writer was killed, the bit in its write-ahead log. tables: a table of a run; page: its
dashboard; manifest: its manifest.json; each followed by `results`, `compare`, `verify`, `view`,
`export` and sim.load. swept: the table or the manifest of a sweep, followed by `results`, sim.load
and the sweep again.

A flip is silently wrong when any of these shows, writes or returns what differs and says nothing;
noticed when that is not so and any of them says something or ends with an error; harmless when
nothing is said and everything is as before; a crash when an error is not one in plain words. Exits
1 unless nothing is silently wrong and nothing crashes. Runs are by the Mesa driver. --product:
where another version of leaderstream lies, to be measured in place of this one.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import random
import shutil
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

NOTICED, HARMLESS, WRONG, CRASH = "noticed", "harmless", "silently wrong", "crash"
SCENARIO = """\
name: tiny
seed: 7
replications: 3
clock: {horizon: 2w, warmup: 0d}
stream: {positions: [{name: top, leaders: 1}, {name: work, leaders: 3}]}
direction: {source: top}
issues:
  task: {rate: 8/w, raised_at: work, decided_at: top, witnesses: 3, half_life: 3d, expiry: 5d,
         affects: team}
variants: {top-down: {power.rule: autocratic}}
sweep: {vary: {power.sharing: [0, 0.2, 0.4, 0.6, 0.8, 1]}, variants: [base, top-down],
        replications: 5}
"""
COMMANDS = (
    ["results"],
    ["compare", "tiny:base", "tiny:top-down"],
    ["verify", "tiny", "--runs", "1", "--engine", "mesa", "--workers", "1"],
    ["view", "tiny", "--print-path"],
    ["export", "tiny", "--out", "exported"],
)


class Said(NamedTuple):
    """What something came to: its answer, what was said of it, and whether that was an error in
    plain words."""

    answer: Any
    words: str = ""
    error: bool = False
    crash: bool = False


Doing = Callable[[], Said]


def outcome(true: list[Said], now: list[Said]) -> str:
    """What came of a flip: of everything that was done, before and after it."""
    if any(one.crash for one in now):
        return CRASH
    pairs = list(zip(true, now, strict=True))
    warned = [one.error or one.words != was.words or _marked(one) for was, one in pairs]
    if any(
        one.answer != was.answer and not heard
        for (was, one), heard in zip(pairs, warned, strict=True)
    ):
        return WRONG
    return NOTICED if any(warned) else HARMLESS


def _marked(said: Said) -> bool:
    """Whether the list of results says of one that it was altered."""
    return any(word in str(said.answer) for word in ("altered", "unreadable"))


def doing(what: Callable[[], Any]) -> Said:
    """Call something from Python."""
    from sim.errors import LeaderstreamError

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            answer = what()
        except LeaderstreamError as error:
            return Said(None, str(error), error=True)
        except Exception as error:
            return Said(None, f"{type(error).__name__}: {error}", crash=True)
    return Said(
        answer,
        "\n".join(
            str(warning.message) for warning in heard if issubclass(warning.category, UserWarning)
        ),
    )


def command(*words: str) -> Said:
    """Call the command line."""
    from typer.testing import CliRunner

    from sim.commands.app import app

    said = CliRunner().invoke(app, [*words, "--quiet"])
    crash = "unexpected, a fault of leaderstream" in said.stderr or not isinstance(
        said.exception, SystemExit | None
    )
    exported = sorted((path.name, path.read_bytes()) for path in Path("exported").glob("*"))
    shutil.rmtree("exported", ignore_errors=True)
    page = (
        Path(said.stdout.strip()).read_bytes()
        if words[0] == "view" and said.exit_code == 0
        else b""
    )
    return Said((said.stdout, exported, page), said.stderr, said.exit_code != 0, crash)


def content(tables: dict[str, Any]) -> dict[str, str]:
    """The content of tables."""
    from sim.tables import content_hash

    return {name: content_hash(table) for name, table in tables.items()}


def loaded() -> Any:
    """What sim.load gives of the run."""
    import sim

    result = sim.load("results/tiny")
    return content(result.tables), result.manifest


def swept() -> Any:
    """What asking for the sweep again gives."""
    import sim

    scenario = sim.Scenario.from_text(SCENARIO)
    how = {"engine": "mesa", "workers": 1, "executor": "threads", "progress": False}
    result = sim.sweep(scenario, out="results", **how)
    return (
        content({"runs": result.table}),
        (result.folder / "runs.parquet").read_bytes(),
        result.manifest["points"],
    )


def removed_and_swept() -> Any:
    """The same, once the table was removed."""
    Path("results/tiny-sweep/runs.parquet").unlink(missing_ok=True)
    return swept()


def loaded_sweep() -> Any:
    """What sim.load gives of the sweep."""
    import sim

    result = sim.load("results/tiny-sweep")
    return content(result.tables), {
        key: result.manifest[key] for key in ("points", "keys", "scenario", "seed")
    }


READING: tuple[Doing, ...] = (
    *(functools.partial(command, *words) for words in COMMANDS),
    lambda: doing(loaded),
)
KINDS: dict[str, tuple[tuple[str, ...], tuple[Doing, ...]]] = {
    "store": (("tiny-sweep/runs.sqlite",), (lambda: doing(removed_and_swept),)),
    "log": (("tiny-sweep/runs.sqlite-wal",), (lambda: doing(removed_and_swept),)),
    "tables": (
        tuple(f"tiny/{name}.parquet" for name in ("runs", "decisions", "leaders", "days")),
        READING,
    ),
    "page": (("tiny/dashboard.html",), READING),
    "manifest": (("tiny/manifest.json",), READING),
    "swept": (
        ("tiny-sweep/runs.parquet", "tiny-sweep/manifest.json"),
        (lambda: command("results"), lambda: doing(loaded_sweep), lambda: doing(swept)),
    ),
}
"""By kind: the files of which a bit is flipped, and what is done then."""


def prepare(kind: str) -> None:
    """Make what the flips of a kind need, in the current folder."""
    import sim

    if kind in ("tables", "page", "manifest"):
        from sim.results import save

        how = {"engine": "mesa", "workers": 1, "progress": False, "save": False}
        result = sim.run(sim.Scenario.from_text(SCENARIO), **how)
        page = "<p>the page</p>" * 20
        save(
            result,
            "results",
            {"dashboard.html": lambda path: path.write_text(page, encoding="utf-8")},
        )
        return
    swept()
    if kind == "log":
        _with_log(Path("results/tiny-sweep"))


def _with_log(folder: Path) -> None:
    """Put the runs of a store into one as a killed writer leaves it, with most of it in the log."""
    import sqlite3

    source = folder / "runs.sqlite"
    database = sqlite3.connect(source)
    script = [*database.iterdump(), *((
        f"PRAGMA {name} "
        f"= {database.execute(f'PRAGMA {name}').fetchone()[0]}"
    )
                                   for name in ("application_id", "user_version"))]  # fmt: skip
    database.close()
    aside = folder.parent / "aside.sqlite"
    writer = sqlite3.connect(aside, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    for statement in script:
        writer.execute(statement)
    for ending in ("", "-wal"):
        shutil.copyfile(f"{aside}{ending}", f"{source}{ending}")
    writer.close()
    aside.unlink()


@contextlib.contextmanager
def quickly() -> Iterator[None]:
    """What a sweep works out about the program, which stays the same, is worked out once."""
    from sim.experiments import saved

    before = saved._request_digest, saved.versions
    known = functools.cache(saved.versions)
    digests: dict[str, str] = {}

    def once(scenario: Any) -> str:
        if scenario.digest not in digests:
            digests[scenario.digest] = before[0](scenario)
        return digests[scenario.digest]

    saved._request_digest, saved.versions = once, lambda: dict(known())
    try:
        yield
    finally:
        saved._request_digest, saved.versions = before


def measure(kind: str, flips: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Flip so many bits, one at a time; how often each outcome was, and where what should not be
    was."""
    counts: Counter[str] = Counter({NOTICED: 0, HARMLESS: 0, WRONG: 0, CRASH: 0})
    faults: list[str] = []
    draws, here = random.Random(f"{kind} {seed}"), Path.cwd()
    with tempfile.TemporaryDirectory() as place, quickly():
        os.chdir(place)
        try:
            prepare(kind)
            shutil.copytree("results", "kept")
            files, does = KINDS[kind]
            true = [one() for one in does]
            for _ in range(flips):
                shutil.rmtree("results")
                shutil.copytree("kept", "results")
                path = Path("results") / draws.choice(files)
                data = bytearray(path.read_bytes())
                bit = draws.randrange(8 * len(data))
                data[bit // 8] ^= 1 << bit % 8
                path.write_bytes(data)
                now = [one() for one in does]
                counts[came := outcome(true, now)] += 1
                if came in (WRONG, CRASH):
                    odd = [place for place, one in enumerate(now) if one != true[place]]
                    words = " ".join(one.words for one in now if one.crash)[:300]
                    faults.append(f"{came}: bit {bit} of {path}: by steps {odd}; {words}")
        finally:
            os.chdir(here)
    return counts, faults


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--flips", type=int, default=500, help="of each kind")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--kinds", nargs="+", choices=KINDS, default=tuple(KINDS))
    options.add_argument("--product", type=Path, default=Path(__file__).resolve().parent.parent)
    options.add_argument("--faults", type=int, default=5, help="how many to tell of each kind")
    given = options.parse_args()
    sys.path.insert(0, str(given.product))
    print(
        f"{'bit flipped in':<15}{'flips':>7}{NOTICED:>9}{HARMLESS:>10}{WRONG:>16}{CRASH:>7}",
        flush=True,
    )
    sound = True
    for kind in given.kinds:
        counts, faults = measure(kind, given.flips, given.seed)
        cells = f"{counts[NOTICED]:>9}{counts[HARMLESS]:>10}{counts[WRONG]:>16}{counts[CRASH]:>7}"
        print(f"{kind:<15}{given.flips:>7}{cells}", flush=True)
        for fault in faults[: given.faults]:
            print(f"  {fault}", file=sys.stderr, flush=True)
        sound = sound and not faults
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
