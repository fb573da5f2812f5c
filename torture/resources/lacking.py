"""A full disk, a folder that cannot be written, no memory, few files, no cache and no home."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from torture.crash.kills import stopped
from torture.crash.stopping import LOG, STAFF
from torture.program import Ended, call, fresh, plain, sweep_of
from torture.rows import ROOT, Came, NotHere, row
from torture.same.hashes import table_of

COMMANDS = {
    "sweep": ("sweep", "tiny.yaml", "--workers", "1"),
    "run": ("run", "tiny.yaml", "--workers", "1", "--replays", "0"),
    "import": ("import", "staff.csv", "log.csv", "--out", "made.yaml", "--keep-names"),
    "fit": ("fit", "log.csv", "--people", "staff.csv", "--out", "made.yaml", "--keep-names"),
}


def prepare(place: Path) -> Path:
    """A folder with what the commands read."""
    plain(place, sweep=sweep_of(400))
    (place / "staff.csv").write_text(STAFF, encoding="utf-8")
    (place / "log.csv").write_text(LOG, encoding="utf-8")
    return place


def refusal(said: Ended, codes: tuple[int, ...] = (2, 3, 4, 5)) -> str:
    """What is wrong with how a command ended; '' for one clear error."""
    if said.crashed or said.code not in codes:
        return f"exit code {said.code}: {said.last}"
    return "" if said.err.strip() else "not a word"


@row(
    "resources",
    "no room on the disk (ENOSPC), and an error of the disk (EIO), at a change to a file: of a "
    "sweep, a `run`, an `import` and a `fit`",
    "one clear error, nothing half-written is listed, and the same command then gives the same",
    full=160,
    short=2,
)
def error_at_a_change(times: int, place: Path) -> Came:
    commands = tuple(COMMANDS) if times > 4 else ("sweep",)
    room = stopped(commands, times // 2, fresh(place / "room"), "ENOSPC")
    broken = stopped(commands, times // 2, fresh(place / "broken"), "EIO")
    faults = (*room.faults, *broken.faults)
    count = (room.times or 0) + (broken.times or 0)
    return Came(f"{len(faults)} without a clear error", not faults, count, faults)


@contextlib.contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A file system of its own, of such a size."""
    folder = fresh(place / "disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], capture_output=True
    )
    if mounted.returncode:
        raise NotHere("the right to mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


@row(
    "resources",
    "a disk that is full: a sweep and a run on file systems of 64 kB to 1 MB",
    "one clear error; stored runs are whole and used once there is room; or done, as elsewhere",
    full=12,
    short=0,
)
def full_disk(times: int, place: Path) -> Came:
    faults, kept = [], 0
    true = {}
    for name in ("sweep", "run"):
        whole = prepare(fresh(place / name))
        call(*COMMANDS[name], cwd=whole)
        true[name] = table_of(whole)
    for number in range(times):
        name, size = ("sweep", "run")[number % 2], 64 + 160 * (number // 2)
        with small_disk(place, f"{size}k") as disk:
            prepare(disk)
            said = call(*COMMANDS[name], cwd=disk)
            wrong = "" if said.code == 0 and not said.crashed else refusal(said)
            listed = call("results", cwd=disk)
            room = fresh(place / "room")
            shutil.copytree(disk, room, dirs_exist_ok=True)
        if wrong:
            faults.append(f"{name} on {size} kB: {wrong}")
        if listed.crashed or listed.code or "altered" in listed.out or "unreadable" in listed.out:
            faults.append(f"{name} on {size} kB: results: {listed.last}")
        again = call(*COMMANDS[name], cwd=room)
        kept += "kept" in again.err or "before" in again.err
        if again.code or table_of(room) != true[name]:
            faults.append(f"{name} on {size} kB, then with room: {again.last}")
    return Came(f"{len(faults)} without a clear error", not faults, times, tuple(faults[:20]))


def limited(**limits: int) -> Callable[[], None]:
    """Limits of a process, by the names of the module resource."""

    def limit() -> None:
        for name, most in limits.items():
            resource.setrlimit(getattr(resource, name), (most, most))

    return limit


def tried(
    place: Path,
    names: tuple[str, ...],
    before: Callable[[], None] | None,
    env: Mapping[str, str] | None = None,
    *,
    must_end_well: bool = False,
) -> tuple[list[str], int]:
    """Commands under a lack, each in a folder of its own; what is wrong, and how many were done."""
    faults, done = [], 0
    for name in names:
        folder = prepare(fresh(place / name))
        said = call(*COMMANDS[name], cwd=folder, before=before, env=env)
        done += said.code == 0
        if said.code == 0 and not said.crashed:
            if name in ("sweep", "run") and table_of(folder) != true_table(place, name):
                faults.append(f"{name}: other content")
        elif must_end_well or refusal(said):
            faults.append(f"{name}: {refusal(said) or said.last}")
    return faults, done


def true_table(place: Path, name: str) -> str:
    """The content that a command gives where nothing is lacking."""
    folder = place / f"whole-{name}"
    if not folder.exists():
        call(*COMMANDS[name], cwd=prepare(fresh(folder)))
    return table_of(folder)


def chosen(times: int) -> tuple[str, ...]:
    """The commands of the short form, or all."""
    return tuple(COMMANDS) if times > 1 else ("run",)


@row(
    "resources",
    "a folder that may be read and not written: a sweep, a run, an `import` and a `fit`",
    "one clear error before anything is run",
    full=4,
    short=1,
)
def read_only(times: int, place: Path) -> Came:
    faults, done = [], 0
    for name in chosen(times):
        with closed(place) as folder:
            said = call(*COMMANDS[name], cwd=folder)
            done += said.code == 0
            if wrong := refusal(said):
                faults.append(f"{name}: {wrong}")
    return Came(
        f"{len(faults)} without a clear error, {done} done", not faults, times, tuple(faults)
    )


@contextlib.contextmanager
def closed(place: Path) -> Iterator[Path]:
    """A folder with what the commands read, in which nothing can be written: to the superuser too,
    whom only a file system keeps from it."""
    if os.getuid():
        folder = prepare(fresh(place / "closed"))
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)
        return
    with small_disk(place, "1m") as folder:
        prepare(folder)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield folder


@row(
    "resources",
    "at most 64 open files; a file-size limit of 100 kB",
    "done with the same content, or one clear error",
    full=8,
    short=2,
)
def few_files(times: int, place: Path) -> Came:
    names = chosen(times // 2)
    faults, done = tried(fresh(place / "files"), names, limited(RLIMIT_NOFILE=64))
    more, also = tried(fresh(place / "size"), names, limited(RLIMIT_FSIZE=100_000))
    told = f"{len(faults + more)} without a clear error, {done + also} done"
    return Came(told, not faults + more, 2 * len(names), tuple(faults + more))


@row(
    "resources",
    "memory limited to 300 MB, and on up to 3 GB, in a sweep and a run",
    "done with the same content, or an error; never results that are wrong or listed as damaged",
    full=12,
    short=0,
)
def little_memory(times: int, place: Path) -> Came:
    faults, done = [], 0
    for number in range(times):
        name, size = ("run", "sweep")[number % 2], 300 + 450 * (number // 2)
        folder = prepare(fresh(place / name))
        said = call(*COMMANDS[name], cwd=folder, before=limited(RLIMIT_AS=size << 20))
        done += said.code == 0
        if said.code == 0 and table_of(folder) != true_table(place, name):
            faults.append(f"{name} in {size} MB: other content")
        if said.code != 0 and not said.err.strip():
            faults.append(f"{name} in {size} MB: ended with {said.code} without a word")
        listed = call("results", cwd=folder)
        if listed.code or "altered" in listed.out or "unreadable" in listed.out:
            faults.append(f"{name} in {size} MB: results: {listed.last}")
    return Came(f"{len(faults)} wrong, {done} done", not faults, times, tuple(faults))


@row(
    "resources",
    "no folder for compiled code (a file in its place, one that cannot be written, one of others), "
    "and no home",
    "done, with the same content",
    full=8,
    short=0,
)
def no_cache_no_home(times: int, place: Path) -> Came:
    names = ("run", "import") if times > 1 else ("run",)
    file = place / "file"
    file.touch()
    others = fresh(place / "others")
    others.chmod(0o777)
    lacks: dict[str, dict[str, str]] = {
        "a file in the place of the cache": {"XDG_CACHE_HOME": str(file)},
        "a cache that cannot be made": {"XDG_CACHE_HOME": "/proc/none"},
        "a cache that others can write": {"XDG_CACHE_HOME": str(others)},
        "no home": {"HOME": "", "XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": ""},
    }
    faults, count = [], 0
    for what, env in lacks.items():
        if times == 1 and what != "no home":
            continue
        bad, _ = tried(fresh(place / "lack"), names, None, env, must_end_well=True)
        faults += [f"{what}: {fault}" for fault in bad]
        count += len(names)
    return Came(f"{len(faults)} not done", not faults, count, tuple(faults))


PEAK = """
import resource, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"\\n{used.ru_maxrss} {used.ru_utime + used.ru_stime}", file=sys.stderr)
"""


class Peak(NamedTuple):
    """The most memory that a command took, in bytes, its seconds of processor time, and its end."""

    size: int
    seconds: float
    said: Ended


def peak(*words: str, cwd: Path) -> Peak:
    """Call a command, and see what it takes; 0 where it could not say."""
    command = (sys.executable, "-c", PEAK, str(ROOT / "cli.py"))
    said = call(*words, cwd=cwd, command=command, longest=1200)
    text, _, last = said.err.strip().rpartition("\n")
    try:
        size, seconds = last.split()
        return Peak(1024 * int(size), float(seconds), said._replace(err=text))
    except ValueError:
        return Peak(0, 0.0, said)


@row(
    "resources",
    "a sweep of 1,000 runs, and one of more: how much more memory each further run takes",
    "under 1 kB a run",
    full=5000,
    short=0,
)
def memory_a_run(times: int, place: Path) -> Came:
    sizes, faults = [], []
    for runs in (1000, 1000 + times):
        folder = fresh(place / str(runs))
        plain(folder, sweep=sweep_of(runs, runs // 20))
        size, _, said = peak("sweep", "tiny.yaml", "--workers", "1", "--quiet", cwd=folder)
        sizes.append(size)
        if said.code or not size:
            faults.append(said.last)
    slope = (sizes[1] - sizes[0]) / times
    figure = f"{slope / 1000:.2f} kB a run (a peak of {sizes[1] >> 20} MB)"
    return Came(figure, not faults and slope < 1000, times, tuple(faults))


@row(
    "resources",
    "10\u2079 runs asked for: of a sweep of a million points, and of a `run`",
    "refused with the numbers before anything is run, within 3 s of processor time and 250 MB",
    full=2,
    short=1,
)
def thousand_million_runs(times: int, place: Path) -> Came:
    faults, told = [], []
    vary = {
        "power.sharing": {"from": 0, "to": 1, "steps": 1000},
        "flow.up.loss": {"from": 0, "to": 1, "steps": 1000},
    }
    plain(place, replications=1_000_000, sweep={"vary": vary, "replications": 1000})
    for words in (("sweep", "tiny.yaml"), ("run", "tiny.yaml"))[:times]:
        size, took, said = peak(*words, cwd=place)
        told.append(f"{words[0]} after {took:.1f} s with {size >> 20} MB")
        if refusal(said, (2, 3, 5)) or took > 3 or size > 250 << 20:
            faults.append(f"{words[0]}: {refusal(said)} after {took:.1f} s, {size >> 20} MB")
    return Came(f"refused: {', '.join(told)}", not faults, times, tuple(faults))
