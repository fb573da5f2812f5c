"""The page of the live app: the dials of the world and of the policy at the side; beside them the
four questions with their answers, what is gained by urgency, the map, and the rest; one issue's
story below.

Texts of a scenario enter as React children, clipped and cleaned, and can be nothing but text.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from sim.dashboard import theme
from sim.dashboard.drawing import colours
from sim.live._dials import WORLD, Dial
from sim.live._trust import trust_panel
from sim.live.setting import DialSettings

GAIN = "gain"
FIGURES = {
    GAIN: (
        "What is gained, by urgency",
        "This setting against the first pinned policy, by kind of issue.",
    ),
    "map": (
        "Where you are",
        "What sharing adds to a decision's value, by urgency; grey: cannot be told.",
    ),
    "value": (
        "Value by urgency",
        "All kinds of issue together. A ring: worth the same. Dotted: where the dials stand.",
    ),
    "trade-off": (
        "Quality against delay",
        "Up is better, left is faster. Shaded: joint 95 % regions. Faint: where you were.",
    ),
    "time": ("Where the time goes", "The parts of a decision's delay add up to it."),
}
_WAITS = "This is drawn with the first answer."
_MAP_WAITS = "The map is drawn when the answer is complete."
"""In the place of a figure that is not drawn yet."""
STORY = "story"
"""Where it is said which issue is told; its replay stands below."""
REPLAY = "replay"
"""The place of the report's player, which React leaves alone."""

_TWICE: Any = {"aria-hidden": "true"}
"""Of what repeats for the eye what is read out already."""
_CONFIG: Any = {
    "displayModeBar": False,
    "displaylogo": False,
    "showTips": False,
    "responsive": True,
}


def page(settings: DialSettings, most: int) -> Any:
    """The layout."""
    from dash import dcc, html

    scenario = settings.scenario
    base = scenario.base
    others = [name for name in settings.policies if name != base][:1]
    facts = {
        "dials": [_dial_note(dial) for dial in settings.dials],
        "own": {name: settings.starting_steps(name) for name in settings.policies},
        "base": base,
        "pins": [{"place": 1, "setting": {"start": name, "dials": {}}} for name in others],
        "most": most,
        "dark": colours.DARK,
    }
    stores = [dcc.Store(id=name) for name in ("setting", "wanted", "pins", "telling")]
    return html.Div(
        className="page",
        children=[
            dcc.Store(id="facts", data=facts),
            *stores,
            dcc.Download(id="file"),
            html.Header(
                [
                    html.H1(theme.clip(scenario.title or scenario.name, 200), dir="auto"),
                    html.P(
                        "Move a dial: every change is simulated at once, under the same seeds.",
                        className="lead",
                    ),
                ]
            ),
            html.Div(className="desk", children=[_side(settings), _figures(settings, most)]),
        ],
    )


def _dial_note(dial: Dial) -> dict[str, Any]:
    steps = [{"value": step.value, "label": step.label, "help": step.help} for step in dial.steps]
    return {"name": dial.name, "word": dial.word, "world": dial.world, "steps": steps}


def _side(settings: DialSettings) -> Any:
    from dash import html

    starting = settings.starting_steps(settings.scenario.base)
    made = {
        world: [_dial(dial, starting[dial.name]) for dial in dials]
        for world, dials in groupby(settings.dials, key=lambda dial: dial.world)
    }
    return html.Aside(
        className="side",
        children=[
            html.Fieldset([html.Legend(f"{WORLD}, for every policy"), *made[True]]),
            html.Fieldset(
                [html.Legend("The policy that you change"), _start(settings), *made[False]]
            ),
            html.Div(
                className="buttons",
                children=[
                    html.Button("Pin this policy", id="pin", className="main"),
                    html.Button("Undo", id="undo", disabled=True),
                    html.Button("Reset dials", id="reset"),
                ],
            ),
            html.Div(id="problems", role="alert"),
            html.Details(html.Summary("Explain the dials"), id="explain"),
        ],
    )


def _start(settings: DialSettings) -> Any:
    from dash import dcc, html

    starts = [
        {"value": name, "label": theme.clip(settings.scenario.shown(name), 60)}
        for name in settings.policies
    ]
    base = settings.scenario.base
    return html.Div(
        className="dial word",
        children=[
            html.Label("Start from", htmlFor="start"),
            dcc.Dropdown(id="start", options=starts, value=base, clearable=False, searchable=False),
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
        className="dial word" if dial.word else "dial",
        children=[
            html.Label(dial.title, htmlFor=dom_id),
            html.Span("" if dial.word else step.label, id={"shown": dial.name}, className="shown"),
            turned,
            html.P([html.Span(end) for end in dial.ends], className="ends") if dial.ends else None,
            html.P(step.help, id={"help": dial.name}, className="rule") if dial.word else None,
            html.P(id={"own": dial.name}, className="rule own"),
            html.Div([html.P(dial.help), html.Code(keys)], className="meaning"),
        ],
    )


def _figures(settings: DialSettings, most: int) -> Any:
    from dash import dcc, html

    panels = {
        name: html.Section(
            id=f"panel-{name}",
            className="panel whole" if name == GAIN else "panel",
            children=[
                html.H2(title),
                html.P(note, id=f"{name}-note", className="note"),
                html.P(_MAP_WAITS if name == "map" else _WAITS, className="waiting"),
                dcc.Graph(id=name, config=_CONFIG, responsive=True, style={"height": "426px"}),
                html.P(id=f"{name}-words", className="note") if name == "map" else None,
            ],
        )
        for name, (title, note) in FIGURES.items()
    }
    first = panels.pop(GAIN)
    return html.Main(
        [
            html.Section(
                id="headline",
                className="headline",
                children=[html.H2(id="question"), html.P("Starting …", id="said")],
            ),
            html.Dl(id="answers"),
            html.Div(
                className="status",
                children=[
                    html.Div(html.Div(id="bar"), className="progress"),
                    html.P(id="precision", role="status"),
                    html.Button("Fit the axes", id="fit", className="small"),
                ],
            ),
            html.P(id="brief", **_TWICE),
            first,
            html.Div(list(panels.values()), className="panels"),
            html.Div(id="compared"),
            _issue(),
            trust_panel(settings, most),
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
                "From the first replication: who saw what, and how it was decided, under this "
                "setting and beside it under the first pinned policy."
            ),
            html.Div(
                className="buttons",
                children=[
                    html.Label("Issue", htmlFor="issue"),
                    dcc.Dropdown(
                        id="issue", options=[], placeholder="choose an issue", clearable=False
                    ),
                    html.Button("Play it", id="tell", className="main"),
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
            html.H2("Download"),
            html.P("This setting, with the pinned policies as variants: the same numbers again."),
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
