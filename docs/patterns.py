"""The joint search that chose the defaults of the room: how far settings are from all fitted
patterns together.

    python docs/patterns.py            # plays, and writes the result into docs/model.md
    python docs/patterns.py --quick    # small samples on a coarse grid; writes nothing, prints

It needs some ten minutes on two cores. Every setting of the grid is played with the same seeds. The
distance of a setting is the root of the mean, over the fitted patterns, of the squared distance to
what was published in half-widths of the published range (`Target.distance`); 1 is the edge of
agreement. A parameter is identified where the best distance for a fixed value of it (its profile)
rises above that edge on both sides of the best.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from generate import item, put, wrapped  # noqa: E402

from sim.patterns import (  # noqa: E402
    FITTED,
    FULL,
    PATTERNS,
    Compared,
    Effort,
    Pattern,
    compare,
    compare_settings,
)
from sim.patterns._play import QUICK  # noqa: E402
from sim.patterns.table import HEADINGS, number, summary, target, verdict  # noqa: E402
from sim.progress import Progress  # noqa: E402
from sim.runner.pool import available_cores  # noqa: E402
from sim.shipped import shipped  # noqa: E402

TURNS, CANDOUR = "consensus.turns", "consensus.candour"
SUSCEPTIBILITY, SPAN = "consensus.susceptibility", "perspective.span"
GRID: Mapping[str, Sequence[float]] = {
    TURNS: (1, 2, 3, 4, 6, 9),
    CANDOUR: (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 1),
    SUSCEPTIBILITY: (0, 0.15, 0.3, 0.45, 0.6, 0.9),
}
COARSE: Mapping[str, Sequence[float]] = {
    TURNS: (2, 3, 6),
    CANDOUR: (0.3, 0.6, 0.9),
    SUSCEPTIBILITY: (0, 0.3, 0.9),
}
SPANS = ("4", "6", "9", "off")
EFFORT: Effort = {"hidden-profile": 40, "mentions": 1, "jury": 10, "meetings": 1}
LITTLE: Effort = {"hidden-profile": 4, "mentions": 1, "jury": 2, "meetings": 1}
PART = "patterns"
"""The name of the part of docs/model.md that this script writes."""

Setting = dict[str, float]


def fitted() -> list[Pattern]:
    """The patterns that the search goes by."""
    return [pattern for pattern in PATTERNS if pattern.use == FITTED]


def distance(values: Mapping[str, float]) -> float:
    """The distance to all fitted patterns, from the simulated value of each by name."""
    squares = [pattern.target.distance(values[pattern.name]) ** 2 for pattern in fitted()]
    return math.sqrt(sum(squares) / len(squares))


def simulated(
    patterns: Sequence[Pattern], settings: Sequence[Mapping[str, str]], effort: Effort
) -> list[dict[str, float]]:
    """For each setting the simulated value of some patterns, by name."""
    found = compare_settings(patterns, shipped("patterns"), effort, available_cores(), settings)
    return [{one.pattern.name: one.simulated.value for one in some} for some in found]


def texts(setting: Mapping[str, float]) -> dict[str, str]:
    """A setting as a scenario file would say it."""
    return {key: f"{value:g}" for key, value in setting.items()}


def searched(
    grid: Mapping[str, Sequence[float]], effort: Effort, progress: Progress
) -> list[tuple[Setting, dict[str, float]]]:
    """Every setting of the grid, with what was simulated.

    Positions move one another from the second round on, so susceptibility matters to juries alone:
    the discussions of one round are played once for all its values.
    """
    juries = [pattern for pattern in fitted() if pattern.scenario == "jury"]
    others = [pattern for pattern in fitted() if pattern.scenario != "jury"]
    found: list[tuple[Setting, dict[str, float]]] = []
    for done, turns in enumerate(grid[TURNS]):
        progress(done, len(grid[TURNS]))
        pairs = [{TURNS: turns, CANDOUR: candour} for candour in grid[CANDOUR]]
        talk = simulated(others, [texts(pair) for pair in pairs], effort)
        settings = [
            pair | {SUSCEPTIBILITY: weight} for pair in pairs for weight in grid[SUSCEPTIBILITY]
        ]
        verdicts = simulated(juries, [texts(setting) for setting in settings], effort)
        for place, (setting, jury) in enumerate(zip(settings, verdicts, strict=True)):
            found.append((setting, talk[place // len(grid[SUSCEPTIBILITY])] | jury))
    progress(len(grid[TURNS]), len(grid[TURNS]))
    return found


def profile(
    found: Sequence[tuple[Setting, Mapping[str, float]]], key: str
) -> list[tuple[float, float]]:
    """For each value of a key the best distance that any setting with it has."""
    best: dict[float, float] = {}
    for setting, values in found:
        best[setting[key]] = min(best.get(setting[key], math.inf), distance(values))
    return sorted(best.items())


def product_profile(
    found: Sequence[tuple[Setting, Mapping[str, float]]],
) -> list[tuple[float, float]]:
    """The same for turns times candour, the new ideas that an hour can bring, to one decimal."""
    best: dict[float, float] = {}
    for setting, values in found:
        product = round(setting[TURNS] * setting[CANDOUR], 1)
        best[product] = min(best.get(product, math.inf), distance(values))
    return sorted(best.items())


def identified(curve: Sequence[tuple[float, float]]) -> str:
    """What a profile says: the values within agreement, and whether it rises above it on both
    sides."""
    inside = [value for value, far in curve if far <= 1.0]
    if not inside:
        return "no value agrees"
    low, high = curve[0][0] < inside[0], inside[-1] < curve[-1][0]
    verdict = (
        "identified"
        if low and high
        else "bounded from below"
        if low
        else "bounded from above"
        if high
        else "not identified"
    )
    return f"{verdict}: {inside[0]:g} to {inside[-1]:g}"


def block(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a block of text, in columns; numbers to the right of their head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return "\n".join(("```text", *lines, "```"))


def nearest_settings(found: Sequence[tuple[Setting, dict[str, float]]], count: int = 12) -> str:
    """The pairs of turns and candour nearest to the fitted patterns, each with the susceptibility
    that suits it best."""
    rows = [("turns", "candour", "suscept.", *(one.name for one in fitted()), "dist.")]
    rows.append(("target", "", "", *(f"{one.target.value:g}" for one in fitted()), ""))
    shown: set[tuple[float, float]] = set()
    for setting, values in sorted(found, key=lambda one: distance(one[1])):
        pair = (setting[TURNS], setting[CANDOUR])
        if pair not in shown and len(shown) < count:
            shown.add(pair)
            cells = (f"{values[pattern.name]:.3g}" for pattern in fitted())
            rows.append((*texts(setting).values(), *cells, f"{distance(values):.2f}"))
    return block(rows)


def profiles(found: Sequence[tuple[Setting, dict[str, float]]]) -> str:
    """For each parameter, and for turns times candour, the best distance by value."""
    curves = {key: profile(found, key) for key in GRID}
    curves["turns x candour"] = product_profile(found)
    return "\n".join(
        item(
            f"`{key}`: {identified(curve)}. "
            + ", ".join(f"{value:g}: {far:.2f}" for value, far in curve)
        )
        for key, curve in curves.items()
    )


def beside(found: Sequence[Compared]) -> str:
    """Every pattern with its source and what is simulated at the defaults, a list for each use."""
    parts = [wrapped(summary(found))]
    for use, heading in HEADINGS.items():
        lines = [wrapped(f"*{heading}.*")]
        for one in found:
            pattern, simulated = one.pattern, one.simulated
            if pattern.use == use:
                told = (
                    f"`{pattern.name}`: {pattern.question} Published: {target(pattern.target)} "
                    f"({pattern.source}; {pattern.read}). Simulated: {number(simulated.value)}, "
                    f"95 % interval {number(simulated.low)} to {number(simulated.high)}: "
                    f"{verdict(one)}."
                )
                note = f" {pattern.note[0].upper()}{pattern.note[1:]}." if pattern.note else ""
                lines.append(item(told + note))
        parts.append("\n\n".join((lines[0], "\n".join(lines[1:]))))
    return "\n\n".join(parts)


def report(
    found: Sequence[tuple[Setting, dict[str, float]]],
    spans: Mapping[str, Mapping[str, float]],
    at_defaults: Sequence[Compared],
) -> str:
    """The result as Markdown: patterns beside the defaults, the best region, the profiles, and what
    spans would do."""
    agreeing = sum(distance(values) <= 1.0 for _, values in found)
    looked = [("span", "manifest-solved", "hidden-odds")]
    looked += [
        (span, f"{values['manifest-solved']:.3g}", f"{values['hidden-odds']:.3g}")
        for span, values in spans.items()
    ]
    return "\n\n".join(
        (
            beside(at_defaults),
            f"*The search.* Of {len(found)} settings {agreeing} are within a distance of 1. The "
            "nearest:",
            nearest_settings(found),
            "The best distance that is left where one parameter is fixed, by its value:",
            profiles(found),
            wrapped(
                "A limited `perspective.span` at the best setting. The scenarios have none, as "
                "what a member holds there is what the study gave them; with a span the manifest "
                "twins are no longer solved, so these patterns cannot set it:"
            ),
            block(looked),
        )
    )


def main() -> int:
    """Search, and write or print what was found."""
    parser = argparse.ArgumentParser(description="Which patterns set the defaults of the room.")
    parser.add_argument("--quick", action="store_true", help="a coarse grid; only prints")
    quick = parser.parse_args().quick
    progress = Progress()
    effort = LITTLE if quick else EFFORT
    found = searched(COARSE if quick else GRID, effort, progress)
    progress.close()
    nearest, _ = min(found, key=lambda one: distance(one[1]))
    asked = [one for one in PATTERNS if one.name in ("manifest-solved", "hidden-odds")]
    changes = [texts(nearest) | {SPAN: span} for span in SPANS]
    spans = dict(zip(SPANS, simulated(asked, changes, effort), strict=True))
    at_defaults = compare(
        PATTERNS, shipped("patterns"), QUICK if quick else FULL, available_cores()
    )
    said = report(found, spans, at_defaults)
    if quick:
        print(said)
        return 0
    path = ROOT / "docs" / "model.md"
    path.write_text(put(path.read_text(encoding="utf-8"), PART, said), encoding="utf-8")
    print(f"docs/model.md: {PART} brought up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
