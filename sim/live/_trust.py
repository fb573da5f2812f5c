"""What the answers of the live app rest on: the card of the report, in short."""

from __future__ import annotations

import shlex
from typing import Any

from sim.comparison.trust import of_app
from sim.dashboard import theme
from sim.live.setting import DialSettings, name_of_download
from sim.runner.plans import rules


def trust_panel(settings: DialSettings, most: int) -> Any:
    """A panel that opens: a fact below another, some with a command."""
    from dash import html

    scenario = settings.scenario
    others = [name for name in settings.policies if name != scenario.base][:1]
    manifest = {
        "name": name_of_download(scenario),
        "rules": rules(settings.policies),
        "resolved": {
            scenario.shown(name): settings.resolved[name] for name in (scenario.base, *others)
        },
    }
    rows = [
        html.Div(
            [
                html.Dt(fact.about),
                html.Dd(
                    [
                        theme.clean(fact.text),
                        *([html.Pre(shlex.join(fact.command))] if fact.command else []),
                    ]
                ),
            ]
        )
        for fact in of_app(manifest, most)
    ]
    return html.Section(
        className="panel wide",
        children=html.Details(
            [html.Summary(html.H2("Can I trust this?")), html.Dl(rows, className="trust")],
            id="trust",
        ),
    )
