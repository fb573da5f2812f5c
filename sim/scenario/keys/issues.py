"""Keys about the issues that arise."""

from __future__ import annotations

from typing import Annotated, Any

from sim.clock import Duration, Rate
from sim.rules.catalog import names
from sim.scenario.keys.facts import Section, key
from sim.scenario.keys.power import SOME_NUMBER, Consensus, Power
from sim.scenario.keys.stream import ALL_SHARES
from sim.scenario.times import RatePerLeader, duration, total_or_per_leader
from sim.scenario.value_types import LABEL, Range, choice, number, share, truth, whole_number, word
from sim.world.issues import AFFECTS, MOST_WITNESSES

KINDS: dict[str, dict[str, Any]] = {
    "operational": {
        "type": "choice",
        "rate": "4/w",
        "raised_at": "<last>",
        "decided_at": "<above last>",
        "witnesses": 8,
        "stakes": 1,
        "half_life": "5d",
        "affects": "team",
    },
    "strategic": {
        "type": "choice",
        "rate": "1/mo",
        "raised_at": "any",
        "decided_at": "<first>",
        "witnesses": 12,
        "stakes": 8,
        "half_life": "3mo",
        "expiry": "1y",
        "affects": "all",
    },
}
"""The kinds of issue of a scenario that names none; <first>, <last> and so on are its positions."""


class IssueKind(Section):
    """A kind of issue."""

    type: Annotated[str, choice(names("issue type"))] = key(
        "choice",
        "What is to be decided: one of several alternatives, a proposal or not, or a number.",
        title="Type",
    )
    alternatives: Annotated[int | None, whole_number(2, 16)] = key(
        None,
        "How many alternatives a choice has.",
        unit="alternatives",
        shown="3 for a choice; not for other types",
        title="Alternatives",
    )
    rate: Annotated[Rate | RatePerLeader, total_or_per_leader()] = key(
        "4/w",
        "How often such issues arise: in all, or for each leader of the position that raises them.",
        unit="issues per time",
        title="Rate",
    )
    raised_at: Annotated[
        str, word("the name of a position, or any", ("origin",), pattern=LABEL)
    ] = key("any", "The position whose leaders meet such issues.", title="Where it is raised")
    decided_at: Annotated[
        str, word("the name of a position, or origin", ("any",), pattern=LABEL)
    ] = key(
        "origin",
        "The position that is accountable: the origin's manager there; or origin: the origin "
        "decides.",
        title="Where it is decided",
    )
    witnesses: Annotated[int | str, whole_number(1, MOST_WITNESSES, "all")] = key(
        8,
        (
            "How many leaders sense an issue, origin and accountable among them; all only up to 64 "
            "leaders."
        ),
        unit="leaders",
        title="Witnesses",
    )
    stakes: Annotated[float, number(Range(1e-6, 1e6))] = key(
        1, "What a perfect decision at once is worth.", unit="relative value", title="Stakes"
    )
    half_life: Annotated[Duration, duration("above 0")] = key(
        "5d",
        "Urgency: the time in which the value of a good decision halves.",
        unit="working time",
        title="Half-life",
    )
    expiry: Annotated[Duration, duration("above 0")] = key(
        "20d",
        "The time after which an undecided issue lapses with value 0.",
        unit="working time",
        shown="4 half-lives",
        title="Expiry",
    )
    affects: Annotated[str, choice(AFFECTS)] = key(
        "team",
        "Whom the decision concerns; they must know it for it to take effect.",
        title="Affected",
    )
    status_quo: Annotated[bool, truth()] = key(
        False,
        (
            "Whether the first alternative of a choice is to leave things as they are, worth 0; "
            "approve always has it."
        ),
        title="Status quo first",
    )
    drift: Annotated[Duration | None, duration("above 0", nothing="none", whole=False)] = key(
        "none",
        (
            "The time in which half of what is true is forgotten: facets move day by day until the "
            "decision takes effect."
        ),
        unit="working time",
        source="convention; the process is Uhlenbeck & Ornstein 1930",
        title="Half-life of drift",
    )
    study: Annotated[float, number(Range(0, 1e6))] = key(
        0,
        (
            "What a witness continues to learn: precision gained each day, relative to that "
            "of the first look."
        ),
        unit="share of its first precision a day",
        title="Study",
    )
    invent: Annotated[float, share(ALL_SHARES)] = key(
        0,
        "Probability that a witness has an alternative that nobody else has thought of.",
        unit="probability a witness",
        title="Inventions",
    )
    gap: Annotated[float | None, number(SOME_NUMBER)] = key(
        None,
        "If given, the best alternative is worth exactly this much more than the next.",
        unit="standard deviations of a facet",
        source="theory: Wald 1945",
        shown="none: as drawn",
        title="Lead of the best",
    )
    accuracy: Annotated[float | None, share(ALL_SHARES)] = key(
        None,
        "If given, each leader asked judges rightly with this probability, independently of the "
        "evidence; needs two alternatives.",
        unit="probability",
        source="theory: Condorcet 1785",
        shown="none: leaders judge from evidence",
        title="Accuracy of each",
    )
    power: Power = key(
        Power, "What this kind changes in the scenario's power.", shown="the scenario's power"
    )
    consensus: Consensus = key(
        Consensus,
        "What this kind changes in the scenario's consensus.",
        shown="the scenario's consensus",
    )
