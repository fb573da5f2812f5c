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


MOST_CLAIMS = 3
"""So many claims that do not hold are told where there is little room."""


def shown_claims(part: RunResult) -> list[JudgedClaim]:
    """The claims of a scenario with its policies under their labels."""
    from sim.comparison import JudgedClaim

    return [JudgedClaim(**claim) for claim in part.as_shown[1].get("claims", ())]


def block(
    claims: Sequence[JudgedClaim], width: int, bold: Callable[[str], str] = lambda text: text
) -> str:
    """All claims of a scenario, a verdict and a line or two each, and the chance of a wrong one; ''
    without any."""
    from sim.comparison.claims import error_rate, evidence, statement

    if not claims:
        return ""
    lines = []
    for claim in claims:
        opening = f"  {claim.verdict:<12}"
        sentence = f"{statement(claim)}: {evidence(claim)}"
        lines.append(
            textwrap.fill(
                sentence, width, initial_indent=opening, subsequent_indent=" " * len(opening)
            )
        )
    return "\n".join([bold("Claims"), *lines, textwrap.fill(error_rate(claims), width)])


def brief(claims: Sequence[JudgedClaim], width: int) -> str:
    """The claims of a scenario in few lines: how many hold, and each that does not."""
    from sim.comparison.claims import HOLDS, evidence, statement

    holding = sum(claim.verdict == HOLDS for claim in claims)
    if holding == len(claims):
        return textwrap.fill(
            "Claims: the one made holds." if holding == 1 else f"Claims: all {holding} hold.", width
        )
    lines = [f"Claims: {holding} of {len(claims)} hold."]
    others = [claim for claim in claims if claim.verdict != HOLDS]
    for claim in others[:MOST_CLAIMS]:
        text = f"{claim.verdict}: {statement(claim)}: {evidence(claim)}"
        lines.append(textwrap.fill(text, width, initial_indent="  ", subsequent_indent="    "))
    rest = len(others) - MOST_CLAIMS
    return "\n".join([*lines, *([f"  and {rest} more: add --details"] if rest > 0 else [])])


def insist(console: Console, result: RunResult, quick_look: bool) -> None:
    """ClaimFailed, with each of them told, when claims that were tested do not hold.

    A claim is made for the scenario's own number of replications: on a `quick_look` of another
    number an undecided one is told, and fails nothing.
    """
    from sim.comparison.claims import HOLDS, UNDECIDED, evidence, statement

    tested, broken = 0, 0
    for part in result.parts:
        for claim in shown_claims(part):
            tested += claim.tested
            if claim.tested and claim.verdict != HOLDS:
                broken += not (quick_look and claim.verdict == UNDECIDED)
                console.problem(
                    f"{part.manifest['name']}: {claim.verdict}: {statement(claim)}: "
                    f"{evidence(claim)}"
                )
    if broken:
        raise ClaimFailed(f"{broken} of {tested} claims {'does' if broken == 1 else 'do'} not hold")
