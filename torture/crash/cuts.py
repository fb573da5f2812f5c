"""Files cut short, and bits of them flipped."""

from __future__ import annotations

import os
import shutil
import sqlite3
import warnings
from pathlib import Path

from torture.program import came, fresh
from torture.rows import Came, row

FRAME = 4096 + 24
"""A page of SQLite's write-ahead log with its header: the least that a record takes there."""
EACH = 40
LAST = 3


def killed_store(folder: Path) -> int:
    """A store as a killed writer leaves it: its runs, a record each, in the log; their number."""
    from experiments.stores import key, numbers, opened

    from sim.experiments.keys import Run
    from sim.experiments.store import FILE

    aside = fresh(folder / "aside")
    with opened(aside) as store:
        rows = numbers(EACH)
        for number in range(EACH):
            store.put([Run(key("a"), number)], rows[number : number + 1])
        for ending in ("", "-wal"):
            shutil.copyfile(aside / f"{FILE}{ending}", folder / f"{FILE}{ending}")
    shutil.rmtree(aside)
    return EACH


def kept_of(folder: Path) -> tuple[int, bool]:
    """How many runs a store gives back, and whether each is as it was stored."""
    from experiments.stores import bits, key, numbers, opened

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with opened(folder) as store:
            found, values = store.of(key("a"), EACH)
    return len(found), bits(values) == bits(numbers(EACH)[found])


@row(
    "crash",
    "the log of a killed writer cut at every byte of its last three records, and the store itself "
    "at every byte of its last three pages",
    "every run before the cut is given back as it was stored, and no wrong one",
    full=40_000,
    short=400,
)
def cut_at_each_byte(times: int, place: Path) -> Came:
    from experiments.stores import key, numbers, opened

    from sim.experiments.keys import Run
    from sim.experiments.store import FILE

    faults, tried, least = [], 0, EACH
    step = max(1, 40_000 // times)
    source = fresh(place / "source")
    killed_store(source)
    whole = fresh(place / "whole")
    with opened(whole) as store:
        store.put([Run(key("a"), number) for number in range(EACH)], numbers(EACH))
    for folder, name, size in (
        (source, f"{FILE}-wal", LAST * 2 * FRAME),
        (whole, FILE, LAST * 4096),
    ):
        end = (folder / name).stat().st_size
        for cut in range(max(0, end - size), end, step):
            work = place / "work"
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(folder, work)
            os.truncate(work / name, cut)
            tried += 1
            try:
                count, right = kept_of(work)
            except (Exception, sqlite3.Error) as error:
                faults.append(f"{name} cut at {cut}: {type(error).__name__}: {error}")
                continue
            if name != FILE:
                least = min(least, count)
            if not right or (name != FILE and count < EACH - 2 * LAST):
                faults.append(f"{name} cut at {cut}: {count} of {EACH} runs, right: {right}")
    told = f"{len(faults)} wrong, {least} to {EACH} of {EACH} runs of the log kept"
    return Came(told, not faults, tried, tuple(faults[:10]))


@row(
    "crash",
    "a bit flipped in each of: store, tables, page, manifest, and a fifth as often the store's log "
    "and the files of a sweep; then read as a user would",
    "none is silently wrong and none ends in a traceback; every flip of a sealed file is found",
    full=500,
    short=3,
)
def bits_flipped(times: int, place: Path) -> Came:
    import flips

    told, faults, count = [], [], 0
    for kind in flips.KINDS:
        often = max(3, times // 5) if kind in ("log", "swept") else times
        outcomes, wrong = flips.measure(kind, often, seed=0)
        count += sum(outcomes.values())
        sealed = kind not in ("store", "log")
        told.append(f"{kind}: {outcomes[flips.NOTICED]} of {often} found")
        faults += [f"{kind}: {fault}" for fault in wrong]
        if sealed and outcomes[flips.NOTICED] != often:
            faults.append(f"{kind}: {often - outcomes[flips.NOTICED]} not found")
    return came(faults, count, f"silently wrong ({', '.join(told)})")
