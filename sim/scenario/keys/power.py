"""Keys about who decides, how agreement is reached, and the work beside it."""

from __future__ import annotations

from typing import Annotated

from sim.clock import Duration
from sim.rules.catalog import names
from sim.scenario.keys.facts import Section, abstract, key, survey
from sim.scenario.keys.stream import ALL_SHARES, SOME_SHARE
from sim.scenario.kinds import Range, choice, number, share, whole
from sim.scenario.times import duration

MORE_POWER = ("rotating", "emergent", "chain", "champion", "contingent")
MORE_CONSENSUS = ("tolerance", "consent", "confidence")


class Forum(Section):
    """Who is in the room."""

    size: Annotated[int, whole(1, 64)] = key(
        6,
        "How many sit in a forum at most.",
        unit="leaders",
        source=survey("Blenko, Mankins & Rogers 2010: each member beyond 7 lowers effectiveness"),
    )
    choose: Annotated[str, choice(names("choose"), ("influence",), "rules")] = key(
        "balanced", "How its members are chosen among the accountable, the witnesses and the affected."
    )
    quorum: Annotated[float, share(Range(0, 1), only=1.0)] = key(
        "100%", "Share of the members that must be present for a round.", unit="share of members"
    )
    mode: Annotated[str, choice(("together",), ("written",), "modes")] = key(
        "together", "Whether its rounds need all at one time."
    )


class Power(Section):
    """Who is in the room and whose word it is."""

    rule: Annotated[str, choice(names("power"), MORE_POWER, "rules")] = key("shared", "Who decides, and how.")
    sharing: Annotated[float, share(ALL_SHARES)] = key(
        0.6,
        "From 0, where formal authority weighs in the room, to 1, where voice does: how far power is shared.",
        unit="share of decision weight",
    )
    voice: Annotated[str, choice(names("voice"), ("influence",), "rules")] = key(
        "expertise", "What gives somebody voice in the room."
    )
    gather: Annotated[Duration, duration()] = key(
        "1d",
        "Time for evidence to arrive after the notice has, before one voice decides or a forum first meets.",
        unit="working time",
    )
    forum: Forum = key(Forum, "Who is in the room.")


class Consensus(Section):
    """When a room has agreed, and how long it may take."""

    rule: Annotated[str, choice(names("consensus"), MORE_CONSENSUS, "rules")] = key(
        "supermajority", "How much agreement a forum needs. Rules with one voice need none."
    )
    threshold: Annotated[float, share(Range(0.5, 1, above=True))] = key(
        "75%", "What a supermajority must reach.", unit="share of decision weight"
    )
    round: Annotated[Duration, duration("above 0")] = key(
        "2h",
        "How long one round of a forum lasts; fits into a day's hours outside focus time.",
        unit="working time",
    )
    pause: Annotated[Duration, duration()] = key("1d", "Least time between two rounds.", unit="working time")
    limit: Annotated[Duration, duration()] = key(
        "5d",
        "Time allowed for agreement: from the start of the first round, every further one ends within it.",
        unit="working time",
    )
    fallback: Annotated[str, choice(names("fallback"), ("escalate", "drop"), "rules")] = key(
        "authority", "What decides when the limit is reached without agreement."
    )
    candour: Annotated[float, share(ALL_SHARES)] = key(
        0.6,
        "Probability that an idea someone present knows, and not all know, is said in a round.",
        unit="probability a round",
        source="convention; below 1 because groups talk mostly of what all know: "
        + abstract("Stasser & Titus 1985; Lu, Yuan & McLeod 2012"),
    )
    susceptibility: Annotated[float, share(ALL_SHARES)] = key(
        0.3,
        "How far others' shown positions move one's own in a round; 0: not at all.",
        unit="weight of others",
        source="convention; the mechanism is Friedkin & Johnsen 1990",
    )
    self_: Annotated[float, share(ALL_SHARES)] = key(
        0.5,
        "Weight of one's own position among those that move it.",
        unit="share of weight",
        alias="self",
        source="convention; the mechanism is Friedkin & Johnsen 1990",
    )
    stranger: Annotated[float, share(ALL_SHARES)] = key(
        0.5,
        "Weight of someone with whom one has no channel, relative to someone with whom one has.",
        unit="relative weight",
    )
    tolerance: Annotated[float, number(Range(1e-6, 1e6))] = key(
        0.25,
        "How near to the proposal a number must be to agree with it; used by estimates.",
        unit="standard deviations of an issue's worth",
    )


class Rollout(Section):
    """How a decision takes effect."""

    coverage: Annotated[float, share(SOME_SHARE)] = key(
        "80%",
        "Share of the affected who must know a decision for it to take effect.",
        unit="share of the affected",
    )
    retry: Annotated[Duration | None, duration("above 0", nothing="none")] = key(
        "1d",
        "After how long someone who knows a decision tries again to pass it on; none: one try, as for ideas.",
        unit="working time",
        source="convention; an idea is offered once, a decision is repeated until those affected know it",
    )
    base: Annotated[float, share(ALL_SHARES)] = key(
        0.5,
        "Commitment of someone who only heard of the decision and knows nothing of its context.",
        unit="share of full commitment",
    )
    disagree_and_commit: Annotated[float, share(ALL_SHARES)] = key(
        0.7,
        "Commitment of someone in the room who preferred something else.",
        unit="share of full commitment",
    )


class Work(Section):
    """The day's work, beside which leaders read and meet."""

    load: Annotated[float, share(Range(0, 1, below=True))] = key(
        "70%",
        "Day's own work that arrives in each hour.",
        unit="share of an hour",
        source="convention; leaves room for the time executives give to deciding: "
        + survey("McKinsey: about 40 %"),
    )
    focus: Annotated[Duration, duration()] = key(
        "0h", "Working time of each day that is kept free of forums.", unit="working time a day"
    )


class Influence(Section):
    """How emergent influence moves."""

    rule: Annotated[str, choice(names("influence"), ("merit", "reflected"), "rules")] = key(
        "fixed", "How the outcome of decisions moves influence."
    )
