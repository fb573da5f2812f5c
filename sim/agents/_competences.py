"""What a trace tells of competence: how precisely those see whose ideas counted, what they were
taken for, and what that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sim.rules.evidence import hide, leading

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.leader import Leader


def competences(issue: Issue, whom: Sequence[int]) -> dict[str, Any]:
    """Of those whose ideas were weighed: the leader, their competence, and what they were taken for
    (`people`); of `whom`, who decided, those who would prefer something else by true competence:
    the leader, what they prefer, and what they would (`truly`). Nothing where all are alike.
    """
    model = issue.knowers[0].model
    everybody = model.leaders
    if model.numbers.competence <= 0.0 or issue.kind.accuracy >= 0.0:
        return {}
    people = [(i, everybody[i].competence, everybody[i].granted) for i in sorted(issue.used)]
    taken = _preferred(issue, [everybody[i] for i in whom])
    with _known([everybody[i] for i in issue.used]):
        true = _preferred(issue, [everybody[i] for i in whom])
    truly = [(i, taken[i], true[i]) for i in taken if taken[i] != true[i]]
    return {"people": people, "truly": truly}


@contextmanager
def _known(some: Sequence[Leader]) -> Iterator[None]:
    """Let ideas count by the true competence of their originators while this holds."""
    before = [leader.granted for leader in some]
    for leader in some:
        leader.granted = leader.competence
    try:
        yield
    finally:
        for leader, granted in zip(some, before, strict=True):
            leader.granted = granted


def assesses_as_usual(leader: Leader) -> bool:
    """Whether a leader's class assesses as all others do: to ask others again might change them."""
    return getattr(type(leader).assess, "__qualname__", "") == "Mind.assess"


def _preferred(issue: Issue, some: Sequence[Leader]) -> dict[int, int]:
    """The alternative that each prefers by what they know, others' positions aside."""
    found = {}
    for leader in some:
        assessment = leader.assess(issue) if assesses_as_usual(leader) else None
        if assessment is not None and not issue.is_estimate:
            hide(assessment, issue.open)
            found[leader.index] = leading(assessment, issue.ties)
    return found
