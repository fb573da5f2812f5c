"""Keys about time, leaders, channels, perspective and flow."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from sim.clock import Duration, Rate
from sim.rules.catalog import names
from sim.scenario.keys.facts import Section, abstract, key, secondary
from sim.scenario.times import duration, rate
from sim.scenario.value_types import (
    LABEL,
    Range,
    boundless,
    choice,
    number,
    pair_of_ids,
    rule_name,
    rule_parameters,
    share,
    text,
    whole_number,
    word,
)

POSITIVE = Range(1e-6, 1e6)
ALL_SHARES = Range(0, 1)
SOME_SHARE = Range(0, 1, above=True)

ListOf = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
"""Lists of the file become tuples: nothing in a scenario changes."""

With = Annotated[dict[str, float] | None, rule_parameters()]
"""The parameters of a custom rule, beside the key `rule` that names it."""


def with_key() -> Any:
    """The key `with` of a section that can name a custom rule."""
    return key(
        None,
        "The parameters of a custom rule, by name; `leaderstream rules` says which it has.",
        alias="with",
        shown="the rule's own defaults",
    )


POSITIONS = (
    {"name": "upstream", "leaders": 3, "authority": 4},
    {"name": "midstream", "leaders": 9, "authority": 2},
    {"name": "downstream", "leaders": 27, "authority": 1},
)
"""The positions of a scenario that names none."""


class Clock(Section):
    """How time passes."""

    tick: Annotated[Duration, duration("above 0", whole=False, units="mh")] = key(
        "1h",
        "The smallest step of time; every other time is a whole number of these.",
        unit="minutes or hours",
        title="Tick",
    )
    day: Annotated[Duration, duration("above 0", units="mh")] = key(
        "8h",
        "Working hours of a day; a week has 5 days, a month 21, a year 250.",
        unit="minutes or hours",
        title="Working day",
    )
    horizon: Annotated[Duration, duration("above 0")] = key(
        "1y",
        (
            "Issues that arise before it are counted; the run goes on until each of them is "
            "resolved or expired."
        ),
        unit="working time",
        title="Horizon",
    )
    warmup: Annotated[Duration, duration()] = key(
        "4w",
        (
            "Issues that arise before it load the organisation and are not counted; shorter than "
            "the horizon."
        ),
        unit="working time",
        title="Warm-up",
    )


class Position(Section):
    """A tier of leaders, upstream first."""

    name: Annotated[
        str, word("a name without dots", ("any", "origin", "located"), pattern=LABEL)
    ] = key(
        ..., "The position's name, by which other keys refer to it.", title="Name of the position"
    )
    leaders: Annotated[int | None, whole_number(1, 10_000)] = key(
        None,
        (
            "How many leaders hold it (only in a generated stream; dealt evenly over the position "
            "above)."
        ),
        unit="leaders",
        shown="required in a generated stream",
        title="Leaders",
    )
    authority: Annotated[float | None, number(Range(1e-6, 1e12))] = key(
        None,
        "Formal authority of each of them: what gives voice where power.voice is authority; only "
        "its ratio to others in the room matters.",
        unit="relative weight",
        shown="doubles with each position upward: 1 for the last, 2, 4, ...",
        title="Authority",
    )
    attention: Annotated[float | None, number(Range(1e-3, 1e6))] = key(
        None,
        "Messages each of them can read in an hour.",
        unit="messages an hour",
        shown="the scenario's attention",
        title="Attention",
    )
    acuity: Annotated[float | None, number(POSITIVE)] = key(
        None,
        "How precisely each of them senses a facet that lives where they are.",
        unit="1 / variance",
        shown="perspective.acuity",
        title="Acuity",
    )


class Stream(Section):
    """Who leads and who talks with whom: generated from positions, or imported from files."""

    positions: Annotated[tuple[Position, ...], ListOf] = key(
        (),
        (
            "The tiers of leaders, upstream first. With `people` they add facts to positions "
            "matched by name."
        ),
        shown=(
            "upstream 3, midstream 9, downstream 27 leaders with authority 4, 2, 1; none "
            "with people"
        ),
        title="{title}, {name}",
    )
    peers: Annotated[str, choice(("unit", "position", "none"))] = key(
        "unit",
        "Which leaders of a position have channels across: those of one manager, all, or none.",
        shown="unit; none with people",
        title="Channels among peers",
    )
    bridges: Annotated[float, share(ALL_SHARES)] = key(
        "5%",
        "Extra cross-unit or skip-level channels drawn at random; generated streams only.",
        unit="share of the number of leaders",
        shown="5%; 0 with people",
        title="Bridges",
    )
    roots: Annotated[str | None, choice(("team", "apart"))] = key(
        None,
        "Whether the leaders without a manager are a team, in which all have channels across, or "
        "stand apart, each over a stream of their own.",
        shown=(
            "team; with people, apart where they are of different rank or ties among them "
            "are listed"
        ),
        title="Team of the heads",
    )
    people: Annotated[str | None, text(400, one_line=True)] = key(
        None,
        "A CSV file of leaders (id, manager_id, ...), relative to the scenario file.",
        shown="none: generated",
        title="File of people",
    )
    ties: Annotated[str | None, text(400, one_line=True)] = key(
        None,
        "A CSV file of ties (source, target, kind), relative to the scenario file; needs people.",
        shown="none",
        title="File of ties",
    )
    kinds: Annotated[tuple[Annotated[str, text(64, one_line=True)], ...] | None, ListOf] = key(
        None,
        "Which kinds of tie are channels beside the reporting lines; [] for none of them.",
        shown="all kinds",
        title="Kinds of tie",
    )
    pairs: Annotated[tuple[Annotated[tuple[str, str], pair_of_ids()], ...] | None, ListOf] = key(
        None,
        "Further pairs of leaders with a channel, each by their ids, such as [[upstream-01, "
        "downstream-07]]; all else stays as it is.",
        shown="none",
        title="Further channels",
    )


class Perspective(Section):
    """What each leader can see of what is true, and how much of it one mind can weigh."""

    facets: Annotated[int, whole_number(1, 64)] = key(
        6,
        "How many facets an issue has, spread evenly along the stream.",
        title="Facets of an issue",
    )
    breadth: Annotated[float, boundless(POSITIVE)] = key(
        0.35,
        (
            "How far along the stream a leader sees; small: perspectives are unique, inf: all see "
            "alike."
        ),
        unit="length of the stream, which is 1",
        title="Breadth of perspective",
    )
    acuity: Annotated[float, number(POSITIVE)] = key(
        2.0,
        "How precisely a leader senses a facet that lives where the leader is.",
        unit="1 / variance, of facets with variance 1",
        title="Acuity of leaders",
    )
    outside: Annotated[float, share(SOME_SHARE)] = key(
        0.3,
        "Precision kept for a facet that belongs to another unit.",
        unit="share of precision",
        title="Acuity outside the own unit",
    )
    span: Annotated[int | None, whole_number(1, 10_000, nothing="off")] = key(
        4,
        "How many ideas on an issue a leader has in mind and weighs: their own first, then the "
        "first heard; off: no limit. What was said in a room is weighed beside them.",
        unit="ideas",
        source=abstract("Cowan 2001: short-term memory holds about four chunks"),
        title="Ideas in mind",
    )


LOCATED, NONE = "located", "none"
"""Words of `direction` that name no position and no kind of issue."""


class Direction(Section):
    """What matters to the organisation, where that is decided, and how often it changes."""

    source: Annotated[
        str, word("the name of a position, or located", ("any", "origin"), pattern=LABEL)
    ] = key(
        "upstream",
        "The position where each new direction is first known; located: what it says of a facet is "
        "first known where that facet lives.",
        shown="the first position; with people, the most upstream in the file; located with set_by",
        title="Source of direction",
    )
    shifts: Annotated[Rate, rate()] = key(
        "2/y",
        "How often the direction changes by itself; with set_by, how often the need does.",
        unit="changes per time",
        title="Shifts of direction",
    )
    set_by: Annotated[str, word("the name of a kind of issue, or none")] = key(
        NONE,
        "The kind of issue whose decisions set the direction: it becomes what those who decide "
        "believe to be needed. The need shifts by itself, and what it says of a facet is first "
        "known where that facet lives. none: the direction shifts by itself.",
        title="Issues that set the direction",
    )


class Channel(Section):
    """How items pass in one direction."""

    open: Annotated[float, share(ALL_SHARES)] = key(
        0.65,
        "Probability that the holder of an idea, or of context, passes it on; 0: never. Decisions "
        "and notices are always passed on.",
        unit="probability a hop",
    )
    delay: Annotated[Duration, duration(whole=False)] = key(
        "4h",
        "Mean time an item takes for one hop (exponential, rounded up to at least a tick).",
        unit="working time",
        title="Delay",
    )
    distortion: Annotated[float, number(Range(0, 1e6))] = key(
        0.1,
        "Noise that retelling adds to an idea at each hop.",
        unit="variance, of facets with variance 1",
        title="Distortion",
    )
    loss: Annotated[float, share(ALL_SHARES)] = key(
        0.1,
        "Share of the context's fidelity lost at each hop.",
        unit="share of fidelity",
        title="Loss of context",
    )
    retry: Annotated[Duration | None, duration("above 0", nothing="none")] = key(
        "none",
        "Time after which someone who did not pass an item on tries again, until the issue closes.",
        unit="working time",
        title="Time to retry",
    )


class Up(Channel):
    """How items pass upstream."""

    open: Annotated[float, share(ALL_SHARES)] = key(
        0.65,
        "Probability that the holder of an idea, or of context, passes it upstream; 0: never, as "
        "in a cascade.",
        unit="probability a hop",
        source=secondary(
            "Boyles & Wicker 1977: 54-65 % of information passed to superiors; O'Reilly & Roberts "
            "1974: 73 %"
        ),
        title="Openness",
    )
    distortion: Annotated[float, number(Range(0, 1e6))] = key(
        0.2,
        "Noise that retelling upstream adds to an idea at each hop.",
        unit="variance, of facets with variance 1",
        title="Distortion",
    )


class Down(Channel):
    """How items pass downstream."""

    open: Annotated[float, share(ALL_SHARES)] = key(
        0.9,
        "Probability that the holder of an idea, or of context, passes it downstream; 0: never.",
        unit="probability a hop",
        title="Openness",
    )
    delay: Annotated[Duration, duration(whole=False)] = key(
        "2h",
        (
            "Mean time an item takes for one hop downstream (exponential, rounded up to at least a "
            "tick)."
        ),
        unit="working time",
        title="Delay",
    )


class Across(Channel):
    """How items pass between leaders of one position."""

    open: Annotated[float, share(ALL_SHARES)] = key(
        0.7,
        "Probability that the holder of an idea, or of context, passes it across; 0: never.",
        unit="probability a hop",
        title="Openness",
    )
    delay: Annotated[Duration, duration(whole=False)] = key(
        "3h",
        "Mean time an item takes for one hop across (exponential, rounded up to at least a tick).",
        unit="working time",
        title="Delay",
    )


class Flow(Section):
    """How ideas, context and decisions travel."""

    rule: Annotated[str, rule_name(names("flow"), "flow")] = key(
        "open", "Whether the holder of an item passes it on.", title="Flow rule"
    )
    with_: With = with_key()
    up: Up = key(Up, "How items pass upstream.", title="{title} upward")
    down: Down = key(Down, "How items pass downstream.", title="{title} downward")
    across: Across = key(
        Across, "How items pass between leaders of one position.", title="{title} across"
    )
    routing: Annotated[str, choice(names("routing"))] = key(
        "both",
        "Along the reporting lines toward whoever needs an item, to every channel, or both.",
        title="Routing",
    )
    reach: Annotated[int, whole_number(0, 64)] = key(
        1,
        "How many hops an idea travels when it spreads, and how far a mandate may be delegated: "
        "with 1, one tells one's neighbours; the line carries an idea further.",
        unit="hops",
        title="Reach of ideas",
    )
