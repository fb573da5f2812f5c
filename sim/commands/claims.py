"""The claims of a scenario as text: each with its verdict, and what the verdicts are worth."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sim.commands.console import Console
from sim.errors import ClaimFailed

if TYPE_CHECKING:
    from sim.comparison import JudgedClaim
    from sim.results import RunResult


def block(claims: Sequence[JudgedClaim], width: int, bold: Callable[[str], str] = lambda text: text) -> str:
    """All claims of a scenario, a verdict and a line or two each, and the chance of a wrong one; '' without any."""
    from sim.comparison.claims import error_rate, evidence, statement

    if not claims:
        return ""
    lines = []
    for claim in claims:
        opening = f"  {claim.verdict:<12}"
        told = f"{statement(claim)}: {evidence(claim)}"
        lines.append(textwrap.fill(told, width, initial_indent=opening, subsequent_indent=" " * len(opening)))
    return "\n".join([bold("Claims"), *lines, textwrap.fill(error_rate(claims), width)])


def insist(console: Console, result: RunResult, quick_look: bool) -> None:
    """ClaimFailed, with each of them told, when claims that were tested do not hold.

    A claim is made for the scenario's own number of replications: on a `quick_look` of another number an undecided
    one is told, and fails nothing.
    """
    from sim.comparison.claims import HOLDS, UNDECIDED, evidence, statement

    tested, broken = 0, 0
    for part in result.parts:
        for claim in part.claims:
            tested += claim.tested
            if claim.tested and claim.verdict != HOLDS:
                broken += not (quick_look and claim.verdict == UNDECIDED)
                console.problem(f"{part.manifest['name']}: {claim.verdict}: {statement(claim)}: {evidence(claim)}")
    if broken:
        raise ClaimFailed(f"{broken} of {tested} claims {'does' if broken == 1 else 'do'} not hold")
