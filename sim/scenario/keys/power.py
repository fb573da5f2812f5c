"""Keys about who decides, how agreement is reached, and the work beside it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from sim.clock import Duration
from sim.rules.catalog import names
from sim.rules.power import ROUTABLE
from sim.scenario.keys.facts import Section, abstract, key, secondary, survey
from sim.scenario.keys.stream import ALL_SHARES, SOME_SHARE, With, with_key
from sim.scenario.times import RoundLimit, duration, duration_or_rounds
from sim.scenario.value_types import Range, choice, matrix, number, rule_name, share, whole_number

SOME_NUMBER = Range(1e-6, 1e6)
PATTERNS = (
    "what is mentioned in discussions, and how often hidden profiles are solved; "
    + abstract("Stasser, Taylor & Hanna 1989; Lu, Yuan & McLeod 2012")
)
"""The patterns that the defaults of a meeting were chosen by: `make patterns`."""


class Forum(Section):
    """Who is in the room."""

    size: Annotated[int, whole_number(1, 64)] = key(
        6,
        "The most members that a forum has.",
        unit="leaders",
        source=survey("Blenko, Mankins & Rogers 2010: each member beyond 7 lowers effectiveness"),
        title="Forum size",
    )
    choose: Annotated[str, choice(names("choose"))] = key(
        "balanced",
        "How its members are chosen among the accountable leader, the witnesses and the affected.",
        title="Choice of members",
    )
    quorum: Annotated[float, share(SOME_SHARE)] = key(
        "100%",
        (
            "Share of the members that must be present for a round, always with the "
            "accountable leader."
        ),
        unit="share of members",
        title="Quorum",
    )
    mode: Annotated[str, choice(names("forum mode"))] = key(
        "together", "How its rounds are held.", title="Forum mode"
    )
    reply: Annotated[Duration, duration("above 0")] = key(
        "1d",
        "The time that a written round gives everybody to write and to read.",
        unit="working time",
        title="Time to reply",
    )


class Contingent(Section):
    """Which power rule an issue gets, by the first condition that holds: urgency, spread of
    evidence, stakes."""

    urgent_within: Annotated[Duration, duration()] = key(
        "2d",
        "A half-life up to this is urgent; 0d: none is.",
        unit="working time",
        title="Urgent within",
    )
    when_urgent: Annotated[str, choice(ROUTABLE)] = key(
        "autocratic", "The rule for what is urgent.", title="Rule when urgent"
    )
    spread_above: Annotated[float, share(ALL_SHARES)] = key(
        "50%",
        (
            "Evidence is spread when, as the accountable leader believes, others know more "
            "than this "
            "share of what matters."
        ),
        unit="share of explained variance",
        title="Spread above",
    )
    when_spread: Annotated[str, choice(ROUTABLE)] = key(
        "shared", "The rule for spread evidence.", title="Rule when spread"
    )
    stakes_above: Annotated[float, number(Range(0, 1e6))] = key(
        5, "Stakes above this are high.", unit="relative value", title="High stakes above"
    )
    when_stakes: Annotated[str, choice(ROUTABLE)] = key(
        "consultative", "The rule for high stakes.", title="Rule at high stakes"
    )
    otherwise: Annotated[str, choice(ROUTABLE)] = key(
        "delegated", "The rule for everything else.", title="Rule otherwise"
    )


class Power(Section):
    """Who is in the room, and who decides."""

    rule: Annotated[str, rule_name(names("power"), "power")] = key(
        "shared", "Who decides, and how.", title="Power rule"
    )
    with_: With = with_key()
    sharing: Annotated[float, share(ALL_SHARES)] = key(
        0.6,
        (
            "How far power is shared: from 0 (who answers for the matter decides, having heard "
            "the room) to 1 (the room does, each by their voice)."
        ),
        unit="share of decision weight",
        title="Power sharing",
    )
    voice: Annotated[str, choice(names("voice"))] = key(
        "expertise", "What gives somebody voice in the room.", title="Voice"
    )
    gather: Annotated[Duration, duration()] = key(
        "1d",
        (
            "Time for evidence to arrive after the notice, before one voice decides or a "
            "forum first meets."
        ),
        unit="working time",
        title="Time to gather",
    )
    forum: Forum = key(Forum, "Who is in the room.")
    contingent: Contingent = key(Contingent, "How the rule `contingent` picks another.")


class Consensus(Section):
    """When a room has agreed, and how long it may take."""

    rule: Annotated[str, rule_name(names("consensus"), "consensus")] = key(
        "supermajority",
        "How much agreement a forum needs. Rules with one voice need none.",
        title="Consensus rule",
    )
    with_: With = with_key()
    threshold: Annotated[float, share(Range(0.5, 1, above=True))] = key(
        "75%",
        "The share that a supermajority needs, of those present with a position.",
        unit="share of members",
        title="Threshold",
    )
    round: Annotated[Duration, duration("above 0")] = key(
        "2h",
        "How long one round of a forum lasts; fits into a day's hours outside focus time.",
        unit="working time",
        title="Length of a round",
    )
    pause: Annotated[Duration, duration()] = key(
        "1d", "Least time between two rounds.", unit="working time", title="Pause between rounds"
    )
    limit: Annotated[Duration | RoundLimit | float, duration_or_rounds()] = key(
        "5d",
        "How long agreement may take: time from the start of the first round, a number of rounds, "
        "or a share of the issue's half-life.",
        unit="working time, rounds or share of the half-life",
        title="Limit for agreeing",
    )
    fallback: Annotated[str, choice(names("fallback"))] = key(
        "best-so-far", "What decides when the limit is reached without agreement.", title="Fallback"
    )
    turns: Annotated[float | None, number(Range(0.01, 1000), nothing="off")] = key(
        3,
        "Turns to speak that a meeting has: in each, one of those who hold an idea speaks. A "
        "written round gives each member one. off: all say what they know, without a limit.",
        unit="turns an hour",
        source=f"by a search with candour, of which only their product is identified: {PATTERNS}",
        title="Turns to speak",
    )
    candour: Annotated[float, share(ALL_SHARES)] = key(
        0.6,
        "Probability that whoever speaks brings an idea that is not on the record, rather than "
        "repeat what is; with turns off, that an idea is said in a round that not all know.",
        unit="probability",
        source=f"by a search with turns, of which only their product is identified: {PATTERNS}",
        title="Candour",
    )
    susceptibility: Annotated[float, share(ALL_SHARES)] = key(
        0.3,
        "How far others' shown positions move a member's position in a round; 0: not at all.",
        unit="weight of others",
        source="convention; the time that juries take (Foss 1981) does not settle it. The "
        "mechanism: Friedkin & Johnsen 1990",
        title="Susceptibility",
    )
    self_: Annotated[float, share(ALL_SHARES)] = key(
        0.5,
        "Weight of a member's own position among those that move it.",
        unit="share of weight",
        alias="self",
        source="convention; the mechanism is Friedkin & Johnsen 1990",
        title="Weight of oneself",
    )
    stranger: Annotated[float, share(ALL_SHARES)] = key(
        0.5,
        "Weight of another member without a channel to a member, relative to one with a channel.",
        unit="relative weight",
        title="Weight of strangers",
    )
    tolerance: Annotated[float, number(SOME_NUMBER)] = key(
        0.25,
        "How near a number must be to an estimate to agree with it; for the rule tolerance, how "
        "far apart any two positions may be.",
        unit="standard deviations of an issue's worth",
        title="Tolerance of estimates",
    )
    objection: Annotated[float, number(Range(0, 1e6))] = key(
        0.5,
        (
            "A member objects who believes that the proposal loses more than this; used by "
            "the rule consent."
        ),
        unit="standard deviations of an issue's worth",
        title="Worth of an objection",
    )
    confidence: Annotated[float, share(Range(0.5, 1, above=True, below=True))] = key(
        "95%",
        (
            "The required probability that the proposal is right, by what all in the room "
            "know; used by the rule confidence."
        ),
        unit="probability",
        title="Confidence required",
    )
    confidence_bound: Annotated[float | None, number(Range(0, 1e6), nothing="off")] = key(
        "off",
        "The distance up to which positions move one another; off: any distance.",
        unit="standard deviations of an issue's worth",
        source="convention; the mechanism is Hegselmann & Krause 2002",
        title="Bound of confidence",
    )
    G: Annotated[tuple[tuple[float, ...], ...] | None, matrix()] = key(
        None,
        "The complete influence matrix, in place of self, stranger and weights: for each "
        "leader, in the scenario's order, how much they trust each.",
        unit="shares that sum to 1 in each row",
        source="theory: DeGroot 1974",
        shown="none: from self, stranger and decision weights",
        title="Influence matrix",
    )


class Rollout(Section):
    """How a decision takes effect."""

    coverage: Annotated[float, share(SOME_SHARE)] = key(
        "80%",
        "Share of the affected who must know a decision for it to take effect.",
        unit="share of the affected",
        title="Coverage for effect",
    )
    base: Annotated[float, share(ALL_SHARES)] = key(
        0.5,
        "Commitment of someone who knows of the decision, and neither why, nor was heard.",
        unit="share of full commitment",
        title="Commitment by knowing",
    )
    heard: Annotated[float, share(ALL_SHARES)] = key(
        0.3,
        "Part of the rest that being heard brings: in the room, or by an idea that was on its "
        "record or in mind of who decided. What is left of the rest comes from knowing why.",
        unit="share of the rest",
        source="convention; the mechanism is Lind, Kanfer & Earley 1990, Korsgaard et al. 1995",
        title="Commitment by being heard",
    )
    say: Annotated[float, share(ALL_SHARES)] = key(
        0.3,
        "Part of the rest that having decided oneself brings: by the own decision weight, times "
        "the number of members, at most 1. `heard` and `say` are together at most 1.",
        unit="share of the rest",
        source="convention; ownership: Pierce, Kostova & Dirks 2001",
        title="Commitment by a say",
    )
    disagree_and_commit: Annotated[float, share(ALL_SHARES)] = key(
        0.7,
        "What being heard and having a say bring to a member who preferred something else.",
        unit="share of what they bring to others",
        title="Disagree and commit",
    )


class Work(Section):
    """The day's work, beside which leaders read and meet."""

    load: Annotated[float, share(Range(0, 1, below=True))] = key(
        "70%",
        "Work beside reading and meetings that arrives in each hour.",
        unit="share of an hour",
        source="convention; leaves room for the time executives give to deciding: "
        + survey("McKinsey: about 40 %"),
        title="Work load",
    )
    focus: Annotated[Duration, duration()] = key(
        "0h",
        "Working time of each day that is kept free of forums.",
        unit="working time a day",
        title="Time free of forums",
    )
    worth: Annotated[float, number(Range(0, 1e6))] = key(
        0,
        "What an hour of a leader's time is worth: net value is value less this price of the hours "
        "in meetings, reading and rework. 0: hours have no price.",
        unit="stakes an hour",
        title="Price of an hour",
    )
    rework: Annotated[Duration, duration(whole=False)] = key(
        "0h",
        "Work that each affected leader does again when a decision of stakes 1 takes effect that "
        "is no better than a random pick, or that nobody stands behind: times stakes, times "
        "1 - commitment x quality (0 where quality is negative).",
        unit="working time for each affected leader",
        source="convention; the mechanism is " + secondary("Jin & Levitt 1996"),
        title="Rework",
    )
    away: Annotated[float, share(Range(0, 0.9))] = key(
        0,
        "Share of days on which a leader is away: reads nothing, meets nobody, decides nothing.",
        unit="share of days",
        title="Days away",
    )


class Engagement(Section):
    """How engagement moves; it acts on openness, candour and commitment, by engagement / start, at
    most 1. `engagement: off` leaves it at 1."""

    word_for: ClassVar[str] = "rule"

    rule: Annotated[str, rule_name(names("engagement"), "engagement")] = key(
        "off",
        "Whether engagement moves, and how.",
        shown="off; on where any other key of engagement is given",
        title="Engagement rule",
    )
    with_: With = with_key()
    start: Annotated[float, share(ALL_SHARES)] = key(
        0.8,
        "Engagement at the start, to which rest brings it back; at this or above, people are as "
        "open and committed as the scenario says.",
        unit="share of full engagement",
        title="Engagement at the start",
    )
    heard: Annotated[float, share(ALL_SHARES)] = key(
        "5%",
        (
            "How far it rises toward 1 when a decision was made with the leader's idea, or "
            "with the leader in the room."
        ),
        unit="share of the distance to 1",
        title="Engagement gained when heard",
    )
    unheard: Annotated[float, share(ALL_SHARES)] = key(
        "5%",
        "Share of it that is lost when a decision was made without the leader's idea.",
        unit="share",
        title="Engagement lost unheard",
    )
    behind: Annotated[float, share(ALL_SHARES)] = key(
        "1%",
        "Share of it that is lost on a day that ends a full day or more behind with work; "
        "proportionally less below a day.",
        unit="share a day",
        title="Engagement lost behind",
    )
    recovery: Annotated[float, share(ALL_SHARES)] = key(
        "1%",
        "How far it returns to its start in a day.",
        unit="share of the distance a day",
        title="Recovery of engagement",
    )


class Influence(Section):
    """How emergent influence moves."""

    rule: Annotated[str, rule_name(names("influence"), "influence")] = key(
        "fixed", "How decisions move influence.", title="Influence rule"
    )
    with_: With = with_key()
    rate: Annotated[float, number(Range(0, 100))] = key(
        0.3,
        "How fast merit moves: what a loss of 1 takes from the logarithm of influence.",
        unit="1 / loss",
        title="Rate of influence",
    )
    forgetting: Annotated[float, share(ALL_SHARES)] = key(
        "5%",
        "How far influence by merit returns to 1 with every decision.",
        unit="share of the distance",
        title="Forgetting of influence",
    )


class Assess(Section):
    """What a leader makes of the ideas in their mind."""

    rule: Annotated[str, rule_name(names("assess"), "assess")] = key(
        "bayesian", "How much each idea counts in the mind of a leader.", title="Assessment rule"
    )
    with_: With = with_key()
    overprecision: Annotated[float, number(Range(1, 1000))] = key(
        1,
        "How many times as precise as it is a leader takes the evidence for.",
        unit="ratio",
        source="1, as people are much less overconfident in choices than in intervals: "
        + abstract("Soll & Klayman 2004"),
        title="Overprecision",
    )


class Interests(Section):
    """What leaders lean to: that they do not all take the same to matter."""

    strength: Annotated[float, number(Range(0, 10))] = key(
        0,
        "How far what each takes to matter leans from what the direction says: the standard "
        "deviation of the logarithm of the weight of a facet.",
        unit="standard deviations of ln weight",
        title="Differing interests",
    )
    of: Annotated[str, choice(("leader", "unit"))] = key(
        "leader",
        "Whether each leader leans by themselves, or all of a unit alike.",
        title="Interests shared by",
    )


class Competence(Section):
    """How far people differ in how well they sense and judge."""

    spread: Annotated[float, number(Range(0, 3))] = key(
        0,
        "How far people differ in competence, which multiplies the precision with which they "
        "sense: the standard deviation of its logarithm; its mean is 1.",
        unit="standard deviations of ln competence",
        source="convention; output differs between people by 19, 32 and 48 % of its mean in work "
        "of low, medium and high complexity (a spread of 0.19, 0.31, 0.46): "
        + abstract("Hunter, Schmidt & Judiesch 1990"),
        title="Spread of competence",
    )
    judgement: Annotated[float, number(Range(0, 10))] = key(
        0,
        "How far what each takes to matter errs from what the direction says: the standard "
        "deviation of the logarithm of the weight of a facet, for a person of competence 1; "
        "divided by the root of competence for others.",
        unit="standard deviations of ln weight",
        title="Errors of judgement",
    )


class Persuade(Section):
    """How far the positions of others move a member's own."""

    rule: Annotated[str, rule_name(names("persuade"), "persuade")] = key(
        "friedkin-johnsen",
        "How much a member of a forum trusts each other member, and themselves.",
        title="Persuasion rule",
    )
    with_: With = with_key()
