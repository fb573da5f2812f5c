"""What leaders pass to one another, and the ideas that some messages carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.draws import DISTORT
from sim.rules.evidence import retold_value
from sim.world.issues import fill_normals

if TYPE_CHECKING:
    from sim.agents.issue import Issue


@dataclass(slots=True, eq=False)
class Idea:
    """One copy of a witness's idea: what it says of each alternative and facet, as its holder has it.

    `parent` is the copy it was retold from (None: the witness's own); `variance` what its `hops` added; `stage`
    counts the days that the witness had studied the issue.
    What a retold copy says is worked out only when somebody weighs it.
    """

    issue: Issue
    originator: int
    hops: int
    variance: float
    parent: Idea | None
    keys: tuple[int, int, int]
    added: float = 0.0
    said: list[float] | None = None
    stage: int = 0

    def retold(self, originator_key: int, teller_key: int, holder_key: int, distortion: float) -> Idea:
        """The copy that a listener gets, one hop on."""
        keys = (originator_key, teller_key, holder_key)
        variance = self.variance + distortion
        return Idea(self.issue, self.originator, self.hops + 1, variance, self, keys, distortion, None, self.stage)

    def values(self) -> list[float]:
        """Alternatives x facets; the teller's values plus fresh noise of the hop's variance."""
        if self.said is None:
            assert self.parent is not None
            told = self.parent.values()
            if self.added == 0.0:
                self.said = told
            else:
                noise = [0.0] * len(told)
                fill_normals(*self.issue.stream, DISTORT, *self.keys, noise)
                self.said = [retold_value(y, self.added, z) for y, z in zip(told, noise, strict=True)]
        return self.said


@dataclass(slots=True, eq=False)
class Message:
    """An item on its way from one leader to a neighbour.

    `tie` orders messages that arrive in the same tick; `held` marks one that its holder has not passed on yet
    and will try again. An idea carries the teller's copy; context a version of a part of the direction and its
    fidelity. `distortion` is the variance of its retelling, negative for that of its direction of flow.
    """

    what: int
    issue: Issue | None
    source: int
    target: int
    way: int
    idea: Idea | None = None
    version: int = 0
    part: int = 0
    fidelity: float = 0.0
    sent: int = 0
    attempt: int = 0
    held: bool = False
    tie: float = 0.0
    arrived: int = 0
    distortion: float = -1.0

    def turn(self) -> tuple[float, int, float]:
        """Where this message stands among those read by urgency: the shortest half-life first, context last."""
        half_life = float("inf") if self.issue is None else self.issue.kind.half_life
        return half_life, self.arrived, self.tie
