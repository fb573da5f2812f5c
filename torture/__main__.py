"""Plays the rows, prints the table, and exits 1 where one fails.

    python -m torture [--part crash ...] [--row crash.kills ...] [--short] [--json FILE] [--keep]

--short: a few of each, within three minutes. --keep: the rows played become those that
docs/reliability.md shows (docs/torture.json; `make docs` writes the page).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from torture.rows import PARTS, ROOT, NotHere, Row, rows
from torture.table import KEPT, Line, keep, line_of, printed

LEAST_ROOM = 2 << 30
PATIENCE = 90 * 60.0
"""Seconds after which a row is given up, and fails."""

_playing: set[subprocess.Popen[bytes]] = set()


def arguments() -> argparse.Namespace:
    """What was asked for."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--part", nargs="+", choices=PARTS, default=[])
    options.add_argument("--row", nargs="+", default=[], help="such as crash.kills")
    options.add_argument("--times", type=int, help="how often, in place of the row's own count")
    options.add_argument("--short", action="store_true")
    options.add_argument("--at-once", type=int, default=2, help="rows that are played at once")
    options.add_argument("--list", action="store_true", help="name the rows alone")
    options.add_argument("--json", type=Path, help="also write the table into this file")
    options.add_argument("--keep", action="store_true", help="update docs/torture.json")
    options.add_argument("--play", help=argparse.SUPPRESS)
    options.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    return options.parse_args()


def chosen(given: argparse.Namespace) -> list[Row]:
    """The rows that were asked for."""
    known = rows()
    wrong = set(given.row) - {one.id for one in known}
    if wrong:
        names = ", ".join(one.id for one in known)
        sys.exit(f"no such row: {', '.join(sorted(wrong))}; there are {names}")
    return [
        one
        for one in known
        if (not given.row or one.id in given.row)
        and (not given.part or one.part in given.part)
        and (not given.short or one.short or one.id in given.row)
    ]


def in_memory() -> str:
    """Where temporary files go: into memory where that is, as most of the time would be spent on
    waiting for the disk."""
    place = Path("/dev/shm")
    roomy = place.is_dir() and shutil.disk_usage(place).free > LEAST_ROOM
    return str(place) if roomy else tempfile.gettempdir()


def play_here(row: Row, times: int, answer: Path) -> None:
    """Play a row in this process, and write what came of it into a file."""
    said: dict[str, Any]
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        try:
            came = row.measure(times, Path(folder))
            said = came._asdict()
        except NotHere as missing:
            said = {"missing": str(missing)}
        except BaseException:
            text = traceback.format_exc(limit=-4)
            said = {"figure": "ended early", "holds": False, "times": None, "faults": [text]}
        finally:
            os.chdir(ROOT)
    answer.write_text(json.dumps(said), encoding="utf-8")


def end_all() -> None:
    """End the rows that are played: after Ctrl-C, or a fault of the runner."""
    for process in list(_playing):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def play(row: Row, times: int) -> Line:
    """Play a row in a process of its own; nothing of it stays."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture-answer-") as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "torture", "--play", row.id, "--times", str(times)]
        paths = os.pathsep.join((str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")))
        with (Path(folder) / "log").open("w+b") as log:
            process = subprocess.Popen(
                [*command, "--answer", str(answer)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": paths, "TMPDIR": in_memory()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            _playing.add(process)
            try:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(PATIENCE)
            finally:
                _playing.discard(process)
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            log.seek(0)
            told = log.read()[-2000:].decode(errors="replace")
        seconds = time.monotonic() - began
        if not answer.exists():
            figure = f"its process ended with {process.returncode} after {seconds:.0f} s"
            said = {"figure": figure, "holds": False, "times": None, "faults": [told]}
        else:
            said = json.loads(answer.read_text(encoding="utf-8"))
    return line_of(row, times, said, seconds)


def main() -> int:
    """Play and print."""
    given = arguments()
    if given.play:
        (row,) = [one for one in rows() if one.id == given.play]
        play_here(row, given.times, given.answer)
        return 0
    wanted = chosen(given)
    if given.list:
        print("\n".join(f"{one.id:<32}{one.full:>6,}{one.short:>6,}  {one.done}" for one in wanted))
        return 0
    lines, began = [], time.monotonic()
    with ThreadPoolExecutor(given.at_once) as pool:
        times = [given.times or (row.short if given.short else row.full) for row in wanted]
        try:
            for playing in as_completed(map(partial(pool.submit, play), wanted, times)):
                lines.append(playing.result())
                print(printed(lines[-1]), flush=True)
                if given.json:
                    keep(lines, wanted, given.json, merge=False)
                if given.keep:
                    keep(lines[-1:], rows(), KEPT, merge=True)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
    seconds = time.monotonic() - began
    fails = [line.id for line in lines if line.fails]
    missing = sum(line.verdict.startswith("not here") for line in lines)
    told = f"; {', '.join(fails)}" if fails else ""
    print(f"{len(lines)} rows, {len(fails)} fail, {missing} not here, {seconds:.0f} s{told}")
    return 1 if fails else 0


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
