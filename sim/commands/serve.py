"""`serve`: the live app, in the browser."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from http.server import HTTPServer
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.commands.console import Console, Set, examples, load, overrides
from sim.commands.ending import Terminated
from sim.commands.environment import PORT
from sim.commands.guard import command
from sim.commands.planning import announce_engine, compiling
from sim.commands.run import Workers

HELP = f"""{
    examples(
        "leaderstream serve                                # the shipped leader-stream",
        "leaderstream serve mine.yaml --replications 128",
        "leaderstream serve mine.yaml --port 0 --no-browser",
    )
}

Starts the live app on 127.0.0.1 and opens it in the browser: turn the dials of the world (urgency,
load, delays, interests) and of the policy (power sharing, consensus, openness), and every change is
simulated at once, under the same seeds. Pin policies to compare them, follow one issue, and take
the setting with you as a scenario or a report. Dials, pins and issue stand in the page's address:
send it, or go back. Ctrl-C ends it, with exit code 0.
"""

FLAGSHIP = "leader-stream"
DEFAULT_PORT = 8050

OptionalFile = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="A scenario file. Default: the shipped leader-stream."),
]
Port = Annotated[
    int,
    typer.Option(
        "--port",
        metavar="N",
        min=0,
        max=65535,
        envvar=PORT.name,
        help="The port; 0: any that is free.",
    ),
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")]
Replications = Annotated[
    int,
    typer.Option(
        "--replications", "-n", metavar="N", min=2, max=10_000, help="Runs of a setting at most."
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        name="serve",
        help=HELP,
        short_help="Start the live app: dials in the browser.",
    )(serve)


def serve(
    console: Console,
    file: OptionalFile = None,
    port: Port = DEFAULT_PORT,
    no_browser: NoBrowser = False,
    replications: Replications = 64,
    workers: Workers = None,
    changes: Set = None,
) -> None:
    """Start the live app and serve it until Ctrl-C."""
    from sim.live.app import need_dash

    need_dash()
    from sim.live.server import listening

    scenario = load(_file(file), overrides(changes))
    server = listening(port)
    try:
        server.app = _app(console, scenario, server.port, replications, workers)
        _announce(console, scenario.name, f"http://127.0.0.1:{server.port}/", no_browser)
        # That of werkzeug takes any interrupt for the end, SIGTERM too.
        HTTPServer.serve_forever(server)
    except Terminated:
        raise
    except KeyboardInterrupt:
        console.note("goodbye")
    finally:
        server.server_close()


def _file(file: Path | None) -> Path:
    from sim.shipped import shipped

    return file if file is not None else shipped()[FLAGSHIP]


def _app(console: Console, scenario: Any, port: int, replications: int, workers: int | None) -> Any:
    """The app; its simulator is compiled or loaded in the background, and the page says so."""
    from sim.live.app import build
    from sim.live.engine import LiveEngine
    from sim.live.setting import DialSettings
    from sim.runner.pool import available_cores

    engine = announce_engine(console, scenario, "auto")
    waits = compiling(engine)
    if waits:
        console.note(waits)
    simulate = _driver(engine)
    live = LiveEngine(
        simulate,
        workers or available_cores(),
        replications,
        prepare=partial(_first_run, simulate),
        words=waits or "loading the simulator",
    )
    return build(DialSettings(scenario), live, port).server


def _driver(engine: str) -> Callable[[Any, int], Any]:
    """What plays a replication on an engine, imported when it first does."""
    from importlib import import_module

    from sim.runner.engines import DRIVERS

    module, _, name = DRIVERS[engine].partition(":")

    def simulate(inputs: Any, replication: int) -> Any:
        return getattr(import_module(module), name)(inputs, replication)

    return simulate


def _first_run(simulate: Callable[[Any, int], Any]) -> None:
    """Run something small, so that no dial has to wait for the compiler."""
    from sim.parameters import parameters
    from sim.runner.engines import SMALL
    from sim.scenario import Scenario

    simulate(parameters(Scenario.from_text(SMALL)), 0)


def _announce(console: Console, name: str, url: str, no_browser: bool) -> None:
    if console.json:
        console.data_json({"url": url, "scenario": name})
    else:
        console.data(f"{name} is live at {url}")
    sys.stdout.flush()
    if not no_browser:
        import webbrowser

        if not webbrowser.open(url):
            console.note("no browser could be started here; open the address in one")
    console.note("Ctrl-C ends it")
