"""The command line, called as users call it; and the small scenarios that it is called on."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from torture.rows import ROOT, Came

CLI = (sys.executable, str(ROOT / "cli.py"))
LONGEST = 300.0
"""Seconds after which a command is given up."""


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def crashed(self) -> bool:
        """Whether it was ended by what it does not know, or with a traceback."""
        signs = ("Traceback (most recent call last)", "unexpected, a fault of leaderstream")
        return any(sign in self.out + self.err for sign in signs)

    @property
    def last(self) -> str:
        """The end of what it said, in a line."""
        return " ".join((self.err or self.out).split())[-300:]


def call(
    *words: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
    command: Sequence[str] = CLI,
    longest: float = LONGEST,
) -> Ended:
    """Call a command and wait for its end. before: called in its process before it begins."""
    process = start(*words, cwd=cwd, env=env, before=before, command=command)
    try:
        out, err = process.communicate(timeout=longest)
    except subprocess.TimeoutExpired:
        out, err = "", f"not ended within {longest:.0f} s"
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return Ended(process.returncode, out, err)


def start(
    *words: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
    command: Sequence[str] = CLI,
) -> subprocess.Popen[str]:
    """Start a command in a session of its own."""
    return subprocess.Popen(
        [*command, *words],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=before,
    )


def children(session: int) -> list[int]:
    """The processes of a session that run, but for its first."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            state, _, _, belongs = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(belongs) == session and state not in "ZX" and int(entry.name) != session:
                found.append(int(entry.name))
    return found


def workers(session: int) -> list[int]:
    """The worker processes of a session: without the process by which Python tracks semaphores."""
    found = []
    for one in children(session):
        with contextlib.suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes():
                found.append(one)
    return found


def seconds_of(process: int) -> float:
    """The seconds of processor time that a process has used; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def until(what: Callable[[], object], longest: float = LONGEST, step: float = 0.02) -> bool:
    """Wait until something is so; whether it came to be within the time."""
    deadline = time.monotonic() + longest
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


@contextlib.contextmanager
def within(folder: Path) -> Iterator[None]:
    """Work in a folder."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)


def fresh(folder: Path) -> Path:
    """A folder, emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def plain(folder: Path, name: str = "tiny", **more: object) -> Path:
    """The plain organisation of five people for a week, as a file of a scenario."""
    from model.tiny import PLAIN

    short = {"clock": {**PLAIN["clock"], "horizon": "1w"}, "replications": 4, "name": name}
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps({**PLAIN, **short, **more}), encoding="utf-8")  # JSON is YAML
    return path


def sweep_of(runs: int, values: int = 2) -> dict[str, object]:
    """A sweep of so many runs."""
    shares = [place / values for place in range(values)]
    return {"vary": {"power.sharing": shares}, "replications": max(1, runs // values)}


def came(faults: Sequence[str], times: int, what: str) -> Came:
    """All held unless there are faults; `what` says what there are 0 of."""
    return Came(f"{len(faults)} {what}", not faults, times, tuple(faults[:20]))


def tests(*words: str) -> Came:
    """Tests of the ordinary suite, as a row: all pass, and some are there."""
    import xml.etree.ElementTree as Tree

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    folder = Path(os.environ.get("TMPDIR", "/tmp"))
    report = folder / f"torture-{os.getpid()}.xml"
    try:
        ended = subprocess.run(
            [*command, f"--junitxml={report}"], cwd=ROOT, capture_output=True, text=True
        )
        suite = next(Tree.parse(report).getroot().iter("testsuite"))
        counts = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    finally:
        report.unlink(missing_ok=True)
    bad, ran = counts["failures"] + counts["errors"], counts["tests"] - counts["skipped"]
    faults = tuple(text for text in ended.stdout.splitlines() if text.startswith(("FAILED", "ERR")))
    figure = f"{ran - bad} of {ran} tests pass"
    figure += f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return Came(figure, ran > 0 and not bad, ran, faults)
