"""Who is listened to, what is answered to requests that no page would send, and what lies around
to be loaded."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torture.program import call, children, fresh, plain, start, sweep_of, until
from torture.rows import Came, row

LOOPBACK = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
LISTENS = "0A"


def listeners(processes: list[int]) -> list[str]:
    """The addresses, as /proc writes them, on which processes listen."""
    sockets = set()
    for process in processes:
        with contextlib.suppress(OSError):
            for handle in os.listdir(f"/proc/{process}/fd"):
                with contextlib.suppress(OSError):
                    sockets.add(os.readlink(f"/proc/{process}/fd/{handle}"))
    found = []
    for protocol in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{protocol}").read_text().splitlines()[1:]:
            _, local, _, state, *_rest = line.split()
            if (state == LISTENS or "udp" in protocol) and f"socket:[{line.split()[9]}]" in sockets:
                found.append(f"{protocol} {local}")
    return found


@row(
    "strangers",
    "commands that work with several processes or serve a page, looked at while they do",
    "none listens beyond the loopback interface",
    full=5,
    short=2,
)
def listening(times: int, place: Path) -> Came:
    commands = {
        "serve": ("serve", "tiny.yaml", "--port", "0", "--no-browser"),
        "sweep, mesa": ("sweep", "tiny.yaml", "--engine", "mesa", "--workers", "2"),
        "run, mesa": ("run", "tiny.yaml", "--engine", "mesa", "--workers", "2"),
        "sweep": ("sweep", "tiny.yaml", "--workers", "2"),
        "run": ("run", "tiny.yaml", "--workers", "2"),
    }
    plain(place, replications=100_000, sweep=sweep_of(200_000))
    faults, seen = [], 0
    for name, words in list(commands.items())[:times]:
        process = start(*words, cwd=place)

        def all_of(session: int = process.pid) -> list[str]:
            return listeners([session, *children(session)])

        until(lambda all_of=all_of, process=process: all_of() or process.poll() is not None, 8.0)
        time.sleep(1.0)
        here = all_of()
        seen += len(here)
        if name == "serve" and not here:
            faults.append("serve does not listen")
        faults += [
            f"{name}: {one}" for one in here if one.split()[1].partition(":")[0] not in LOOPBACK
        ]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    told = f"{len(faults)} beyond it, {seen} on it"
    return Came(told, not faults, times, tuple(faults))


PORT = 8050
HOSTS = (
    "evil.example",
    "127.0.0.1:1",
    "127.0.0.1",
    "[::1]:8050",
    "",
    "127.0.0.1:8050.evil.example",
)
ORIGINS = (
    "http://evil.example",
    "null",
    "https://127.0.0.1:8050",
    "file://",
    "http://127.0.0.1:80",
)
PATHS = (
    *("/../../etc/passwd", "/assets/../../app.py", "/assets/..%2f..%2fapp.py", "/%2e%2e/x", "//x"),
    *("/assets/%00", "/assets/live.js%00.css", "/player/../x", "/player/..%5c..%5cx", "/\x7f"),
    *("/_dash-component-suites/dash/../../x.py", "/_dash-component-suites/dash/dash.py", "/\udcff"),
    *(
        "/_reload-hash",
        "/_dash-update-component",
        "/_alive",
        "/api/",
        "/api/none",
        "/?" + "x" * 9000,
    ),
)
BODIES = (
    *(b"", b"[", b"{" * 60_000, b"[" * 60_000, b"null", b"0", b'"x"', b"[]", b"\xff\xfe", b"\x00"),
    *(b'{"a":' * 9000, b'{"setting": 3}', b'{"setting": {"start": []}}', b"NaN", b"1e999", b"-"),
    *(b'{"number": 1e400}', b'{"tab": "\\ud800"}', b"x" * 70_000, b"{}", b'{"__proto__": {}}'),
)
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE")


def requests(app: Any, sound: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], bool]]:
    """Method, path, the rest of a request, and whether a stranger sends it."""
    home = {"Host": f"127.0.0.1:{PORT}"}
    routes = sorted(
        {rule.rule.replace("<", "").replace(">", "") for rule in app.url_map.iter_rules()}
    )
    routes += ["/", "/api/look", "/api/map", "/api/story", "/api/issues", "/api/scenario"]
    for path in dict.fromkeys(routes):
        for method in METHODS:
            yield method, path, {"headers": home}, False
        for host in HOSTS:
            yield "GET", path, {"headers": {"Host": host}}, True
            yield "POST", path, {"json": sound, "headers": {"Host": host}}, True
        for origin in ORIGINS:
            yield "POST", path, {"json": sound, "headers": home | {"Origin": origin}}, True
        for body in BODIES:
            kind = {"Content-Type": "application/json"}
            yield "POST", path, {"data": body, "headers": home | kind}, False
        for wrong in mutations(sound):
            yield "POST", path, {"json": wrong, "headers": home}, False
    for path in PATHS:
        yield "GET", path, {"headers": home}, False


def mutations(sound: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A sound request with each of its parts replaced by what is none."""
    for key in (*sound, "issue"):
        for value in (None, -1, 1e308, "x" * 1000, [], {}, [[]], True, {"x": {"y": []}}):
            yield {**sound, key: value}


@row(
    "strangers",
    "requests to each route of the live app: foreign hosts and origins, every method, paths that "
    "lead out, malformed bodies, and each part of a sound request replaced",
    "no answer of 500 or more, none with a file or a traceback, and a stranger is refused",
    full=4000,
    short=400,
)
def requests_to_the_app(times: int, place: Path) -> Came:
    del place
    from live import small

    from sim.live.app import build

    engine = small.engine(4)
    app = build(small.settings(), engine, PORT).server
    client = app.test_client()
    sound = {"setting": small.NOW, "pins": small.PINS, "world": small.WORLD, "tab": "tab"}
    sound |= {"number": 1, "have": [0, 0, 0]}
    every = list(requests(app, sound))
    faults, codes, count = [], {}, 0
    for method, path, rest, strange in every[:: max(1, len(every) // times)]:
        try:
            answer = client.open(path, method=method, **rest)
        except UnicodeError:
            continue  # no request can have this path
        except Exception as error:
            faults.append(f"{method} {path[:60]!r}: {type(error).__name__}: {error}")
            continue
        count += 1
        codes[answer.status_code] = codes.get(answer.status_code, 0) + 1
        text = answer.get_data(as_text=True) if "octet" not in answer.mimetype else ""
        if answer.status_code >= 500 or "Traceback" in text or "root:x:" in text:
            faults.append(f"{method} {path[:60]!r} {str(rest)[:150]}: {answer.status_code}")
        if strange and answer.status_code < 400:
            faults.append(f"{method} {path[:60]!r} {rest['headers']}: {answer.status_code}")
    engine.close()
    told = ", ".join(f"{number} of {code}" for code, number in sorted(codes.items()))
    return Came(f"{len(faults)} wrong; {told}", not faults, count, tuple(faults[:20]))


MODULES = (
    *(
        "numpy",
        "yaml",
        "pandas",
        "mesa",
        "numba",
        "plotly",
        "typer",
        "sim",
        "cli",
        "typing",
        "json",
    ),
    *("sitecustomize", "usercustomize", "leaderstream", "conftest", "pyarrow", "secrets", "rules"),
)
LOADS = "import pathlib\npathlib.Path({!r}).write_text(__name__)\n"


class Loads:
    """What writes a file where it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.path,)


TAGS = (
    "!!python/object/apply:os.mkdir [{}]",
    "!!python/object/new:os.mkdir [{}]",
    "!!python/name:os.mkdir",
    "!!python/module:antigravity",
    "!!python/object/apply:subprocess.run [[touch, {}]]",
)


@row(
    "strangers",
    "modules, packages and configuration planted in the folder of work, pickles in the place of "
    "tables, manifests and settings, and YAML tags that build objects",
    "nothing of it is loaded or run by any command",
    full=21,
    short=4,
)
def planted_files(times: int, place: Path) -> Came:
    work, loaded = fresh(place / "work"), place / "loaded"
    plain(work, replications=1, sweep=sweep_of(4))
    for name in MODULES:
        (work / f"{name}.py").write_text(LOADS.format(str(loaded)), encoding="utf-8")
    for name in ("numpy", "sim", "encodings"):
        (work / f"{name}_folder").mkdir()
    (work / "leaderstream").mkdir()
    (work / "leaderstream" / "config.toml").write_text('allow = ["../numpy.py"]\n')
    pickled = pickle.dumps(Loads(str(loaded)))
    for name in ("x.pkl", "staff.csv", "staff.xlsx", "log.csv", "x.yaml", "points.csv", "own.toml"):
        (work / name).write_bytes(pickled)
    commands = [
        ("check", "tiny.yaml"),
        ("run", "tiny.yaml", "--engine", "mesa", "--workers", "2"),
        ("sweep", "tiny.yaml", "--engine", "mesa", "--workers", "2"),
        ("results",),
        ("verify", "tiny"),
        ("export", "tiny", "--out", "out"),
        ("import", "staff.csv", "log.csv", "--out", "o.yaml"),
        ("import", "staff.xlsx", "--out", "o.yaml"),
        ("fit", "log.csv", "--people", "staff.csv", "--dry-run"),
        ("check", "x.yaml"),
    ]
    for number, tag in enumerate(TAGS):
        text = f"name: x\ntitle: {tag.format(loaded)}\n"
        (work / f"tag-{number}.yaml").write_text(text, encoding="utf-8")
        commands.append(("check", f"tag-{number}.yaml"))
    faults = []

    def tried(words: tuple[str, ...], what: str) -> None:
        said = call(*words, cwd=work)
        if said.crashed or loaded.exists():
            faults.append(f"{' '.join(words)} with {what}: {said.last}")
        shutil.rmtree(loaded) if loaded.is_dir() else loaded.unlink(missing_ok=True)

    broken = [
        (name, words)
        for name in ("manifest.json", "runs.parquet")
        for words in (("results",), ("compare", "tiny", "tiny"), ("view", "tiny", "--print-path"))
    ]
    for words in commands[:times]:
        tried(words, "what was planted")
    for name, words in broken[: max(0, times - len(commands))]:
        (work / "results" / "tiny" / name).write_bytes(pickled)
        tried(words, f"a pickle as {name}")
    count = min(times, len(commands) + len(broken))
    return Came(f"{len(faults)} loaded or crashed", not faults, count, tuple(faults))
