"""Draws the pictures of the gallery: a figure of each shipped scenario, by its own runs.

    python docs/gallery.py              # plays all scenarios of the gallery, which takes minutes
    python docs/gallery.py crisis       # one of them

The pictures stand in docs/gallery/. The text about them is written by docs/generate.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PICTURES = ROOT / "docs" / "gallery"
FIGURES: Mapping[str, str] = {
    "leader-stream": "trade-off",
    "crisis": "trade-off",
    "hidden-profile": "trade-off",
    "two-teams": "trade-off",
    "rule-book": "trade-off",
    "transition": "course",
}
"""The scenarios of the gallery in their order, each with the figure that shows it."""


def draw(name: str) -> None:
    """Play a scenario and draw its figure as docs/gallery/NAME.svg, as `run` and `figure` do."""
    from sim.dashboard import picture
    from sim.dashboard.document import write
    from sim.dashboard.figures import of
    from sim.runner import run
    from sim.scenario import Scenario

    result = run(Scenario.load(ROOT / "scenarios" / f"{name}.yaml"))
    figure = of(result, FIGURES[name], still=True)
    wide = None if figure.layout.width else picture.WIDTHS[False]
    write(PICTURES / f"{name}.svg", picture.content(figure, "svg", name, wide))


def wanted() -> list[str]:
    """The names given on the command line; all where none is."""
    parser = argparse.ArgumentParser(description="Draw the pictures of the gallery.")
    parser.add_argument("name", nargs="*", metavar="NAME", help="default: all")
    return parser.parse_args().name or list(FIGURES)


if __name__ == "__main__":
    for scenario in wanted():
        draw(scenario)
        print(f"docs/gallery/{scenario}.svg")
