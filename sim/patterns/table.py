"""What a comparison with the patterns found, as text and as data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from sim.patterns._pattern import FITTED, HELD_OUT, SETUP, SHOWN, Target
from sim.patterns._play import Compared

HEAD = ("pattern", "published", "source", "read", "simulated", "95 % interval", "verdict")
HEADINGS = {
    FITTED: "Fitted: the defaults of the room were chosen by these",
    SETUP: "Setup: a number of the scenario was set by this, none of the room",
    SHOWN: "Shown: nothing goes by these",
    HELD_OUT: "Held out: outcomes of sharing power, never fitted; sign and order",
}


def number(value: float) -> str:
    """A number with three significant digits; '-' where there is none."""
    if not math.isfinite(value):
        return "-"
    return f"{value:#.3g}".rstrip(".") if value else "0"


def target(aim: Target) -> str:
    """What was published: the value and the range that counts as agreement, or the sign."""
    if math.isfinite(aim.value):
        return f"{number(aim.value)} ({number(aim.low)} to {number(aim.high)})"
    return f"above {aim.low:g}"


def verdict(compared: Compared) -> str:
    """Whether it fits, in words."""
    return "fits" if compared.fits else "does not fit"


def cells(compared: Compared) -> tuple[str, ...]:
    """A row of the table, as `HEAD` says."""
    pattern, simulated = compared.pattern, compared.simulated
    return (
        pattern.name,
        target(pattern.target),
        pattern.source,
        pattern.read,
        number(simulated.value),
        f"{number(simulated.low)} to {number(simulated.high)}",
        verdict(compared),
    )


def summary(found: Sequence[Compared]) -> str:
    """The sentence that says what the table means."""
    fitted = [one for one in found if one.pattern.use == FITTED]
    fit = sum(one.fits for one in fitted)
    held = [one for one in found if one.pattern.use == HELD_OUT]
    parts = []
    if fitted:
        parts.append(
            f"{fit} of {len(fitted)} patterns by which the defaults of the room were chosen fit"
        )
    if held:
        agree = sum(one.fits for one in held)
        parts.append(f"{agree} of {len(held)} outcomes that were never fitted agree in sign")
    text = "; ".join(parts) or f"{sum(one.fits for one in found)} of {len(found)} patterns fit"
    return f"{text}. Patterns are not theory: one that does not fit is a limit of the model."


def text(found: Sequence[Compared], bold: Callable[[str], str] = lambda words: words) -> str:
    """The table, with a heading above the patterns of each use."""
    lines = {id(one): cells(one) for one in found}
    rows = [HEAD, *lines.values()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    blocks = [_line(HEAD, widths)]
    for use, heading in HEADINGS.items():
        some = [one for one in found if one.pattern.use == use]
        blocks += [bold(heading)] if some else []
        blocks += [_line(lines[id(one)], widths) for one in some]
    return "\n".join(blocks)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)]
    return "  ".join(["", *padded]).rstrip()


def described(compared: Compared) -> dict[str, Any]:
    """A row as data that JSON can hold."""
    pattern, simulated = compared.pattern, compared.simulated
    return {
        "pattern": pattern.name,
        "question": pattern.question,
        "use": pattern.use,
        "unit": pattern.unit,
        "published": pattern.target.value,
        "published_range": [pattern.target.low, pattern.target.high],
        "source": pattern.source,
        "read": pattern.read,
        "scenario": f"scenarios/patterns/{pattern.scenario}.yaml",
        "policies": list(pattern.policies),
        "simulated": simulated.value,
        "interval": [simulated.low, simulated.high],
        "observations": simulated.observations,
        "fits": compared.fits,
        "note": pattern.note,
    }
