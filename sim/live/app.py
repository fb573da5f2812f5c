"""The live app put together: its page, what wires it in the browser, and the guarded server.

The page is laid out in `_page` and wired in `assets/live.js`, which asks the server as the dials
turn.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.live._page import page
from sim.live.setting import DialSettings

if TYPE_CHECKING:
    from dash import Dash

    from sim.live.engine import LiveEngine

INSTALL = 'the live app needs Dash, which is not installed: pip install "leaderstream[live]"'
INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
{%css%}
<link rel="stylesheet" href="/player/stream.css">
</head>
<body>
{%app_entry%}
{%config%}
{%scripts%}
<script src="/player/dark.js"></script>
<script src="/player/stream.js"></script>
{%renderer%}
</body>
</html>
"""


def need_dash() -> None:
    """UsageError, with the line that installs it, when Dash is not there."""
    from importlib.util import find_spec

    if find_spec("dash") is None:
        raise UsageError(INSTALL)


def build(settings: DialSettings, engine: LiveEngine, port: int) -> Dash:
    """The app, guarded, with everything it can be asked. Needs Dash."""
    from dash import ClientsideFunction, Dash, Input, Output, State
    from dash.dependencies import ALL

    from sim.live.server import guard, serve_api, serve_player

    app = Dash(
        "leaderstream",
        title="leaderstream",
        update_title="",
        serve_locally=True,
        index_string=INDEX,
        assets_folder=str(Path(__file__).parent / "assets"),
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.logger.setLevel("ERROR")
    app.layout = page(settings, engine.most)
    every = {"dial": ALL}

    def wire(name: str, *arguments: Any) -> None:
        app.clientside_callback(ClientsideFunction("live", name), *arguments)

    facts, setting, pins = State("facts", "data"), State("setting", "data"), State("pins", "data")
    wire(
        "place",
        Output(every, "value"),
        Output("start", "value"),
        Output("pins", "data"),
        Input("wanted", "data"),
        Input("start", "value"),
        Input("reset", "n_clicks"),
        Input("pin", "n_clicks"),
        Input({"unpin": ALL}, "n_clicks"),
        facts,
        setting,
        pins,
    )
    wire(
        "turn",
        Output("setting", "data"),
        Input(every, "value"),
        Input("start", "value"),
        Input("pins", "data"),
        facts,
    )
    wire("tell", Output("telling", "data"), Input("tell", "n_clicks"), State("issue", "value"))
    for kind in ("scenario", "report"):
        wire(
            "download",
            Output(f"get-{kind}", "title"),
            Input(f"get-{kind}", "n_clicks"),
        )
    guard(app.server, port)
    serve_api(app.server, settings, engine)
    serve_player(app.server)
    return app
