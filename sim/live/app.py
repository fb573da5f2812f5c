"""The page of the live app: dials at the side, figures and words beside them, one issue's story
below.

The page is laid out here and wired in `assets/live.js`, which asks the server as the dials turn.
Texts of a scenario enter as React children, clipped and cleaned, and can be nothing but text.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.dashboard import theme
from sim.errors import UsageError
from sim.live._dials import Dial
from sim.live.setting import NOW, DialSettings

if TYPE_CHECKING:
    from dash import Dash

    from sim.live.engine import LiveEngine

INSTALL = 'the live app needs Dash, which is not installed: pip install "leaderstream[live]"'
FIGURES = {
    "trade-off": (
        "Quality against delay",
        "Up is better, left is faster. Shaded: joint 95 % regions. Grey lines join equal value.",
    ),
    "value": (
        "When it pays",
        "The decisions as they were made, weighed at other urgencies. A ring: worth the same.",
    ),
    "time": ("Where the time goes", "The parts of a decision's delay add up to it."),
}
STORY = "story"
"""Where it is said which issue is told; its replay stands below."""
REPLAY = "replay"
"""The place of the report's player, which React leaves alone."""

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
<script src="/player/stream.js"></script>
{%renderer%}
</body>
</html>
"""

_CONFIG: Any = {
    "displayModeBar": False,
    "displaylogo": False,
    "showTips": False,
    "responsive": True,
}


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
        "reset", Output(every, "value"), Input("start", "value"), Input("reset", "n_clicks"), facts
    )
    wire(
        "turn",
        Output("setting", "data"),
        Input(every, "value"),
        Input("start", "value"),
        Input("pins", "data"),
        facts,
    )
    wire(
        "pin",
        Output("pins", "data"),
        Input("pin", "n_clicks"),
        Input({"unpin": ALL}, "n_clicks"),
        setting,
        pins,
    )
    wire(
        "tell",
        Output(STORY, "children"),
        Input("tell", "n_clicks"),
        State("issue", "value"),
        setting,
    )
    for kind in ("scenario", "report"):
        wire(
            "download",
            Output(f"get-{kind}", "title"),
            Input(f"get-{kind}", "n_clicks"),
            setting,
            pins,
        )
    guard(app.server, port)
    serve_api(app.server, settings, engine)
    serve_player(app.server)
    return app


def page(settings: DialSettings, most: int) -> Any:
    """The layout."""
    from dash import dcc, html

    scenario = settings.scenario
    base = scenario.base
    others = [name for name in settings.policies if name != base][:1]
    facts = {
        "dials": [_dial_note(dial) for dial in settings.dials],
        "own": {name: settings.starting_steps(name) for name in settings.policies},
        "most": most,
    }
    return html.Div(
        className="page",
        children=[
            dcc.Store(id="facts", data=facts),
            dcc.Store(id="setting"),
            dcc.Store(
                id="pins",
                data=[{"place": 1, "setting": {"start": name, "dials": {}}} for name in others],
            ),
            dcc.Download(id="file"),
            html.Header(
                [
                    html.H1(theme.clip(scenario.title or scenario.name, 200), dir="auto"),
                    html.P(
                        "Turn a dial: every change is simulated at once, under the same seeds.",
                        className="lead",
                    ),
                ]
            ),
            html.Div(className="desk", children=[_side(settings), _figures()]),
        ],
    )


def _dial_note(dial: Dial) -> dict[str, Any]:
    steps = [{"value": step.value, "label": step.label, "help": step.help} for step in dial.steps]
    return {"name": dial.name, "word": dial.word, "steps": steps}


def _side(settings: DialSettings) -> Any:
    from dash import dcc, html

    base = settings.scenario.base
    starting = settings.starting_steps(base)
    groups = [
        html.Fieldset([html.Legend(name), *(_dial(dial, starting[dial.name]) for dial in group)])
        for name, group in groupby(settings.dials, key=lambda dial: dial.group)
    ]
    starts = [{"value": name, "label": theme.clip(name, 60)} for name in settings.policies]
    return html.Aside(
        className="side",
        children=[
            html.Div(
                className="dial",
                children=[
                    html.Label("Start from", htmlFor="start"),
                    dcc.Dropdown(
                        id="start", options=starts, value=base, clearable=False, searchable=False
                    ),
                ],
            ),
            html.Div(
                className="buttons",
                children=[
                    html.Button("Pin this setting", id="pin", className="main"),
                    html.Button("Dials back", id="reset"),
                ],
            ),
            html.Div(id="problems", role="alert"),
            html.Details(html.Summary("Explain the dials"), id="explain"),
            *groups,
        ],
    )


def _dial(dial: Dial, start: str) -> Any:
    from dash import dcc, html

    name: dict[str, str] = {"dial": dial.name}
    values = [step.value for step in dial.steps]
    turned: Any
    if dial.word:
        options = [{"value": step.value, "label": step.label} for step in dial.steps]
        turned = dcc.Dropdown(
            id=name, options=options, value=start, clearable=False, searchable=False
        )
    else:
        turned = dcc.Input(
            id=name, type="range", min=0, max=len(values) - 1, step=1, value=values.index(start)
        )
    step = dial.steps[values.index(start)]
    dom_id = json.dumps(name, separators=(",", ":"))
    keys = theme.clip(", ".join(dial.keys), 200)
    return html.Div(
        className="dial",
        children=[
            html.Label(dial.title, htmlFor=dom_id),
            html.Span("" if dial.word else step.label, id={"shown": dial.name}, className="shown"),
            turned,
            html.P(step.help, id={"help": dial.name}, className="rule") if dial.word else None,
            html.P(id={"own": dial.name}, className="rule own"),
            html.Div([html.P(dial.help), html.Code(keys)], className="meaning"),
        ],
    )


def _figures() -> Any:
    from dash import dcc, html

    panels = [
        html.Section(
            id=f"panel-{name}",
            className="panel",
            children=[
                html.H2(title),
                html.P(note, className="note"),
                dcc.Graph(id=name, config=_CONFIG, responsive=True, style={"height": "440px"}),
            ],
        )
        for name, (title, note) in FIGURES.items()
    ]
    return html.Main(
        [
            html.Div(
                className="status",
                children=[
                    html.Div(html.Div(id="bar"), className="progress"),
                    html.P("Simulating …", id="precision", role="status"),
                ],
            ),
            html.P(id="finding", className="finding"),
            html.Div(id="compared"),
            html.Div(panels, className="panels"),
            _issue(),
            _downloads(),
        ]
    )


def _issue() -> Any:
    from dash import dcc, html

    return html.Section(
        className="panel wide",
        children=[
            html.H2("One issue, step by step"),
            html.P(
                f"From the first replication of the setting {NOW}: who saw what, and how it was "
                f"decided."
            ),
            html.Div(
                className="buttons",
                children=[
                    html.Label("Issue", htmlFor="issue"),
                    dcc.Dropdown(
                        id="issue", options=[], placeholder="choose an issue", clearable=False
                    ),
                    html.Button("Tell its story", id="tell", className="main"),
                ],
            ),
            html.Div(id=STORY),
            html.P(id="earlier", className="rule", role="status"),
            html.Div(id=REPLAY),
        ],
    )


def _downloads() -> Any:
    from dash import html

    return html.Section(
        className="panel wide",
        children=[
            html.H2("Take it with you"),
            html.P(
                "The setting with the pinned ones as variants; both give the same numbers again."
            ),
            html.Div(
                className="buttons",
                children=[
                    html.Button("Scenario (YAML)", id="get-scenario"),
                    html.Button("Report (HTML)", id="get-report"),
                ],
            ),
            html.P(id="fetching", role="status", className="note"),
        ],
    )
