"""Which policies of a result are highlighted where they are too many for a colour each, and the
same result with others highlighted."""

from __future__ import annotations

import copy
from functools import cached_property
from typing import Self

from sim.dashboard import theme
from sim.dashboard._policies import Policy

_OF_LOOKS = ("policies", "base", "against", "rivals", "lit", "highlights")


class Highlights:
    """A result as its figures read it, as far as it has policies; the looks of these are worked out
    when first asked for."""

    @cached_property
    def policies(self) -> list[Policy]:
        """The policies as they are shown, in file order."""
        raise NotImplementedError

    @property
    def reference(self) -> str:
        """The variant that others are compared with, which is always highlighted beside one; else
        the first."""
        return next((p.variant for p in self.policies if p.base), self.policies[0].variant)

    def work_out(self) -> None:
        """Work out, before it is shared, what takes long and does not depend on looks."""

    def highlighting(self, *variants: str) -> Self:
        """The same with other variants highlighted; what was worked out is not done again. Itself
        where every policy has a colour."""
        if len(self.policies) <= theme.MOST_COLOURS:
            return self
        self.work_out()
        view = copy.copy(self)
        for name in _OF_LOOKS:
            view.__dict__.pop(name, None)
        view.__dict__["lit"] = variants
        return view

    @cached_property
    def highlights(self) -> list[tuple[str, Self]]:
        """Which policies the reader can highlight, in words, and the result with these
        highlighted; none where every policy has a colour."""
        if len(self.policies) <= theme.MOST_COLOURS:
            return []
        first = theme.listed([policy.name for policy in self.policies if policy.lit])
        others = [policy for policy in self.policies if policy.variant != self.reference]
        views = [(p.name, self.highlighting(self.reference, p.variant)) for p in others]
        return [(first, self), *views]
