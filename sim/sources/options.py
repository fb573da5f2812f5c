"""How files of an organisation are read, and what is made of them: the options of `import`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import UsageError, nearest
from sim.sources.matching import UNKNOWN
from sim.sources.people import ROLE_NAMES
from sim.sources.thresholds import Rules, Threshold
from sim.sources.tie_roles import ROLES as TIE_ROLES

TIE_ROLE_NAMES = tuple(role.name for role in TIE_ROLES)

ROOTS = ("team", "apart")
"""What --roots can say."""

MAPPED = (*ROLE_NAMES, *TIE_ROLE_NAMES)
"""What --map can name."""


@dataclass(frozen=True)
class Options:
    """How files are read, and what is made of them.

    chosen: columns by role (see `MAPPED`). unknown: what becomes of people whom the list of people
    does not hold: skip, add or stop. channel_from: from how much contact on two people have a
    channel, such as 5/mo; None for the default. reciprocal: whether only ties both ways are
    channels. keep_names: whether own ids and names are written. pseudonyms: a key file that keeps
    who has which pseudonym. positions: what belongs to which, see `sim.sources.positions`. roots:
    team, apart, or None for what the scenario's reader does. sheets: of the workbooks, in the order
    of the files. encoding: of CSV files. leaders_only: whether people who lead nobody are left
    out.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)
    unknown: str = "skip"
    channel_from: str | None = None
    reciprocal: bool = False
    keep_names: bool = False
    pseudonyms: Path | None = None
    positions: str | None = None
    roots: str | None = None
    sheets: Sequence[str] = ()
    encoding: str | None = None
    leaders_only: bool = False

    def __post_init__(self) -> None:
        """UsageError for an option that makes no sense."""
        for role in self.chosen:
            if role not in MAPPED:
                raise UsageError(
                    f"--map {role}: no such role{nearest(role, MAPPED)}; roles: {', '.join(MAPPED)}"
                )
        for name, value, allowed in (
            ("--unknown", self.unknown, UNKNOWN),
            ("--roots", self.roots, (None, *ROOTS)),
        ):
            if value not in allowed:
                words = ", ".join(filter(None, allowed))
                raise UsageError(f"{name} {value}: expected one of {words}")
        if self.keep_names and self.pseudonyms is not None:
            raise UsageError("--keep-names writes the own ids: --pseudonyms has no use with it")

    @property
    def rules(self) -> Rules:
        """What becomes of ties."""
        threshold = None if self.channel_from is None else Threshold.parse(self.channel_from)
        return Rules(self.unknown, threshold, self.reciprocal)

    def sheet(self, place: int) -> str | None:
        """The sheet of the file at this place (0: the people); None for the first."""
        return (self.sheets[place] or None) if place < len(self.sheets) else None
