"""A policy as figures show it, and which policies have a colour where there are many.

A reader tells few colours apart. Of more than `theme.MOST_COLOURS` policies some are highlighted
and the others are grey; figures read this from the policies alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from sim.dashboard import theme


@dataclass(frozen=True)
class Policy:
    """One variant and how it is shown. `name` is clean but not escaped; `variant` stands in the
    tables that figures read. Both are the label where the policy has one; `typed` is the name that
    commands and files take.

    lit: whether it has a colour of its own, as all have where they are few. Two are equal whatever
    they look like, so that what was worked out for one is found with the other.
    """

    variant: str
    name: str
    colour: str = field(compare=False)
    symbol: str = field(compare=False)
    base: bool
    dash: str = field(default="solid", compare=False)
    lit: bool = field(default=True, compare=False)
    typed: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """Its label, clean but not escaped; '' where it is shown by its name."""
        return "" if self.typed in ("", self.variant) else self.name


OTHERS = Policy("", "other policies", theme.GREYED, "circle", False, lit=False)
"""What a legend says of all that are grey."""


def highlighted(policies: Sequence[Policy], variants: Collection[str]) -> list[Policy]:
    """The policies, of which those named keep their colour and the others are grey.

    Of two that would have the same colour, the second has the next.
    """
    taken: list[str] = []
    shown = []
    for policy in policies:
        if policy.variant not in variants:
            shown.append(replace(policy, colour=theme.GREYED, dash="solid", lit=False))
            continue
        free = [policy.colour, *(colour for colour in theme.PALETTE if colour not in taken)]
        colour = free[policy.colour in taken]
        taken.append(colour)
        shown.append(replace(policy, colour=colour, dash="solid"))
    return shown


def in_order(policies: Sequence[Policy]) -> list[Policy]:
    """The order in which they are drawn: those highlighted last, so that nothing covers them."""
    return sorted(policies, key=lambda policy: policy.lit)


def named(policies: Iterable[Policy]) -> list[Policy]:
    """What a legend of these policies names: those that have a colour, and the others as one."""
    every = list(policies)
    lit = [policy for policy in every if policy.lit]
    return lit if len(lit) == len(every) else [*lit, OTHERS]
