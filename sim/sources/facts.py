"""What is told of an imported organisation: how many people, lines, positions and ties."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.sources.channels import Ties
from sim.sources.hierarchy import Lines, leads
from sim.sources.positions import Positions
from sim.sources.tie_facts import TieFacts, tie_facts


@dataclass(frozen=True)
class PositionFacts:
    """How many people hold a position, how many of them lead somebody, and titles there are."""

    name: str
    people: int
    leaders: int
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What the summary says.

    people, leaders: all, and those who lead somebody. left_out: people who lead nobody, with
    leaders_only. lines, roots, departments: how many. source: where positions come from.
    """

    people: int
    leaders: int
    left_out: int
    lines: int
    roots: int
    departments: int
    source: str
    positions: tuple[PositionFacts, ...]
    ties: TieFacts


def facts_of(
    table: pd.DataFrame, lines: Lines, positions: Positions, ties: Ties, left_out: int
) -> Facts:
    """The facts of everybody at their positions."""
    leading = leads(lines.manager)
    at = [positions.of == place for place in range(len(positions.names))]
    departments = table["department"][table["department"] != ""].nunique()
    return Facts(
        people=len(table),
        leaders=int(leading.sum()),
        left_out=left_out,
        lines=int((lines.manager >= 0).sum()),
        roots=int((lines.manager < 0).sum()),
        departments=int(departments),
        source=positions.source,
        positions=tuple(
            PositionFacts(name, int(here.sum()), int((here & leading).sum()), tuple(titles))
            for name, here, titles in zip(positions.names, at, positions.held, strict=True)
        ),
        ties=tie_facts(ties, lines.manager),
    )
