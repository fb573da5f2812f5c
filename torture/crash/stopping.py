"""Plays a command once for every change that it makes to its folder, and stops it there.

    python -m torture.crash.stopping FOLDER sweep [--steps N] [--error ENOSPC]

Must be started with the shared library of stop.c loaded before the C library. Each play is a fork
of this process, so that nothing is imported or compiled again. After a stop, what was left must not
be shown as whole where it is not, and the same command must end as if nothing had been. Prints
JSON: how many changes there are, at how many of them it was stopped, and what was wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from torture.program import plain, sweep_of

STAFF = """id,name,email,manager,level
a1,Ann Lee,ann@x.org,,Head
a2,Jo Gross,jo@x.org,a1,Lead
a3,Mia Cruz,mia@x.org,a1,Lead
a4,Tom Ito,tom@x.org,a2,Member
a5,Eva Noel,eva@x.org,a2,Member
a6,Ali Khan,ali@x.org,a3,Member
"""
HOURS = range(9, 17)
LOG = "from,to,time\n" + "".join(
    f"a{1 + (day + hour) % 6},a{1 + (2 * day + 3 * hour + 1) % 6},"
    f"2026-03-{day:02}T{hour:02}:00:00Z\n"
    for day in range(2, 21)
    for hour in HOURS
)
ORDERED = ("--engine", "compiled", "--workers", "1", "--quiet")
COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "sweep": (("sweep", "tiny.yaml", *ORDERED),),
    "run": (("run", "tiny.yaml", "--replays", "0", *ORDERED),),
    "import": (("import", "staff.csv", "log.csv", "--out", "made.yaml", "--keep-names"),),
    "fit": (("fit", "log.csv", "--people", "staff.csv", "--out", "made.yaml", "--keep-names"),),
}


class Said(NamedTuple):
    """How a play ended: its exit code (below 0: killed), what it wrote, how many changes there
    were."""

    code: int
    text: str
    steps: int


def prepare(folder: Path) -> None:
    """The files that the commands read."""
    plain(folder, replications=3, sweep=sweep_of(20))
    (folder / "staff.csv").write_text(STAFF, encoding="utf-8")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")


def library() -> ctypes.CDLL:
    """The functions of stop.c in this process."""
    loaded = ctypes.CDLL(None)
    loaded.stop_seen.restype = ctypes.c_long
    loaded.stop_arm.argtypes = (ctypes.c_char_p, ctypes.c_long, ctypes.c_long)
    return loaded


def forked(folder: Path, what: Callable[[], Any], at: int = 0, error: int = 0) -> Said:
    """Do something in a fork of this process, which is stopped at a change to the folder."""
    answer = folder.parent / "answer.json"
    answer.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        os.chdir(folder)
        stop = library()
        stop.stop_arm(str(folder).encode(), at, error)
        code, text = what()
        answer.write_text(json.dumps([code, text, stop.stop_seen()]), encoding="utf-8")
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Said(*json.loads(answer.read_text("utf-8"))) if status == 0 else Said(status, "", 0)


def called(*words: str) -> Callable[[], tuple[int, str]]:
    """The command line."""

    def call() -> tuple[int, str]:
        from typer.testing import CliRunner

        from sim.commands.app import app

        said = CliRunner().invoke(app, list(words))
        odd = isinstance(said.exception, Exception) and not isinstance(said.exception, SystemExit)
        return (99 if odd else said.exit_code), said.output + (repr(said.exception) if odd else "")

    return call


def contents(folder: Path) -> dict[str, str]:
    """What a command made: the content of tables, and the bytes of other files; without what says
    when and how it was made."""
    import hashlib

    from sim.seal import manifest_of

    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.name == "manifest.json":
            manifest = manifest_of(path.parent)
            found[name] = json.dumps(
                {key: table["sha256"] for key, table in manifest["tables"].items()}
            )
        elif path.is_file() and path.suffix in (".yaml", ".csv"):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def shown(folder: Path) -> Iterable[str]:
    """What is wrong with what a stop left: a result that is listed, and not whole."""
    said = forked(folder, called("results"))
    if said.code not in (0,) or any(word in said.text for word in ("altered", "unreadable")):
        yield f"`results` ends with {said.code}: {said.text[-300:]}"
    if (folder / "made.yaml").exists():
        said = forked(folder, called("check", "made.yaml"))
        if said.code:
            yield f"`check made.yaml` ends with {said.code}: {said.text[-300:]}"


def hidden(folder: Path) -> list[str]:
    """Partial files that are still there."""
    return [path.name for path in folder.rglob(".*") if path.name not in (".gitkeep", ".gitignore")]


def import_all(folder: Path, command: tuple[str, ...]) -> None:
    """Import here what the command and `results` import, so that no fork has to."""

    def modules() -> tuple[int, str]:
        called(*command)()
        called("results")()
        return 0, json.dumps(sorted(sys.modules))

    for module in json.loads(forked(folder, modules).text):
        with contextlib.suppress(Exception):
            import_module(module)


def stopped(folder: Path, name: str, steps: int | None, error: int) -> dict[str, Any]:
    """Stop the command everywhere, or at so many places evenly; JSON of what came of it."""
    source, whole, place = folder / "source", folder / "whole", folder / "work"
    source.mkdir()
    prepare(source)
    shutil.copytree(source, whole)
    (command,) = COMMANDS[name]
    import_all(shutil.copytree(source, place), command)
    first = forked(whole, called(*command))
    if first.code:
        return {
            "changes": 0,
            "stopped": 0,
            "faults": [f"{name} ends with {first.code}: {first.text}"],
        }
    true, faults, count = contents(whole), [], first.steps
    every = range(1, count + 1) if steps is None else range(1, count + 1, max(1, count // steps))
    ended = 0
    for at in every:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(source, place)
        was = forked(place, called(*command), at, error)
        ended += was.code != 0
        if not error and was.code not in (-signal.SIGKILL, 0):
            faults.append(f"step {at}: ended with {was.code}: {was.text[-300:]}")
        if error and (was.code in (1, 99) or was.code < 0):
            faults.append(
                f"step {at}: {os.strerror(error)}: ended with {was.code}: {was.text[-300:]}"
            )
        faults += [f"step {at}: {text}" for text in shown(place)]
        again = forked(place, called(*command))
        if again.code:
            faults.append(f"step {at}: again: ended with {again.code}: {again.text[-300:]}")
        elif (now := contents(place)) != true and not set(true.items()) <= set(now.items()):
            odd = [key for key in true if now.get(key) != true[key]]
            faults.append(f"step {at}: again: other contents of {', '.join(odd)}")
        if left := hidden(place):
            faults.append(f"step {at}: again: {', '.join(left)} left")
    return {"changes": count, "stopped": ended, "tried": len(every), "faults": faults}


def main() -> int:
    """Stop, and print what came of it."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("command", choices=COMMANDS)
    options.add_argument("--steps", type=int)
    options.add_argument("--error", default="")
    given = options.parse_args()
    from drivers.ready import make_ready

    import_module("sim.commands.app")  # before the forks, which share it
    make_ready()
    error = getattr(errno, given.error) if given.error else 0
    print(json.dumps(stopped(given.folder.resolve(), given.command, given.steps, error)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
