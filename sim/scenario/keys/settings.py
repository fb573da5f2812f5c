"""The scenario file as a whole, and the keys that the model has but the file does not yet."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, PrivateAttr

from sim.clock import Rate
from sim.rules.catalog import names
from sim.scenario.keys.calibrate import Calibrate
from sim.scenario.keys.claims import Claim
from sim.scenario.keys.events import Event
from sim.scenario.keys.facts import FrozenDict, Section, key
from sim.scenario.keys.issues import IssueKind
from sim.scenario.keys.leaders import Leaders
from sim.scenario.keys.origin import Origin
from sim.scenario.keys.power import (
    Assess,
    Competence,
    Consensus,
    Engagement,
    Influence,
    Interests,
    Persuade,
    Power,
    Rollout,
    Work,
)
from sim.scenario.keys.privacy import Privacy
from sim.scenario.keys.replications import OFTEN, Given, RunReplications
from sim.scenario.keys.stream import Clock, Direction, Flow, ListOf, Perspective, Stream
from sim.scenario.keys.sweep import Sweep
from sim.scenario.nodes import Node
from sim.scenario.times import share_rate
from sim.scenario.value_types import (
    Range,
    choice,
    number,
    one_line_label,
    text,
    whole_number,
    word,
)

Name = Annotated[str, word("a name of letters, digits, - and _")]

NOT_IN_VARIANTS = (
    *(
        "schema",
        "name",
        "seed",
        "replications",
        "extends",
        "base",
        "variants",
        "claims",
        "sweep",
        "calibrate",
        "privacy",
        "origin",
    ),
)
"""Keys that belong to the whole comparison, not to one policy."""

NO_ASSUMPTIONS = frozenset({*NOT_IN_VARIANTS, "title", "description", "label"})
"""Keys (and sections) that say what is asked or how it is called, and assume nothing about
organisations: they change no run, and their defaults need no source."""

LONGEST_LABEL = 60
"""So many characters may the label of a policy have."""


class Settings(Section):
    """A scenario's settings, named as in the YAML file."""

    _written: Node | None = PrivateAttr(
        default=None
    )  # what was written and filled in, each value with its place
    _periods: tuple[tuple[int, Any], ...] = PrivateAttr(
        default=()
    )  # from which tick on which settings hold that its events bring about

    schema_version: Annotated[int, whole_number(1, 2)] = key(
        2,
        "Version of the scenario format. A file of format 1, for leaderstream up to 0.3.0, is read "
        "too; `check` says which of its keys mean something else now.",
        alias="schema",
    )
    extends: Annotated[str | None, text(400, one_line=True)] = key(
        None,
        "Another scenario file to start from; the keys given here replace its keys, one by one.",
        shown="none",
    )
    name: Name = key(..., "What the scenario is called, in tables and in its results folder.")
    title: Annotated[str, text(200)] = key("", "A one-line title.")
    description: Annotated[str, text(5000)] = key("", "What the scenario is about.")
    seed: Annotated[int, whole_number(0, 2**63 - 1)] = key(
        0, "Seed of the random numbers; all variants face the same issues under one seed."
    )
    repeats: RunReplications = key(
        RunReplications,
        (
            "How many times every variant runs: a fixed number, or until their differences "
            "are known precisely enough."
        ),
        unit="runs",
        shown=str(OFTEN),
        alias="replications",
    )
    clock: Clock = key(Clock, "How time passes.")
    stream: Stream = key(Stream, "Who leads and who talks with whom.")
    leaders: Annotated[tuple[Leaders, ...], ListOf] = key(
        (),
        (
            "Leaders of custom classes: one such mapping, or a list of them. Everybody else "
            "is as the model says."
        ),
        shown="none",
        title="{title}, {name}",
    )
    perspective: Perspective = key(
        Perspective, "What each leader sees, and how much one mind weighs."
    )
    direction: Direction = key(
        Direction, "What matters, where that is decided, and how often it changes."
    )
    issues: Annotated[dict[Name, IssueKind], AfterValidator(FrozenDict)] = key(
        dict,
        "The kinds of issue that arise, each under its own name.",
        shown="the kinds operational and strategic",
        title="{title}, {name}",
    )
    flow: Flow = key(Flow, "How ideas, context and decisions travel.")
    attention: Annotated[float, number(Range(1e-3, 1e6))] = key(
        4,
        "Messages a leader can read in an hour; a whole number of them a tick.",
        unit="messages an hour",
        title="Attention of leaders",
    )
    reading: Annotated[str, choice(names("reading"))] = key(
        "arrival", "In which order leaders read their messages.", title="Reading order"
    )
    power: Power = key(Power, "Who is in the room, and who decides.")
    consensus: Consensus = key(Consensus, "When a room has agreed, and how long it may take.")
    interests: Interests = key(
        Interests, "Whether leaders take different things to matter, each leaning their own way."
    )
    competence: Competence = key(
        Competence, "How far people differ in how well they sense and judge."
    )
    trust: Annotated[str, choice(names("trust"))] = key(
        "none",
        "Whether leaders learn from outcomes whose ideas are precise: none, or learned, where an "
        "idea counts by its position's precision times what its originator's record says.",
        title="Trust",
    )
    assess: Assess = key(Assess, "What leaders make of the ideas in their minds.")
    persuade: Persuade = key(Persuade, "How far the positions of others move a member's own.")
    rollout: Rollout = key(Rollout, "How a decision takes effect.")
    work: Work = key(Work, "The work that leaders have beside reading and meetings.")
    engagement: Engagement = key(
        Engagement, "How engagement moves; off: it stays at 1.", shown="off"
    )
    influence: Influence = key(Influence, "How emergent influence moves.")
    events: Annotated[tuple[Event, ...], ListOf] = key(
        (),
        "What happens during a run: settings that change at a time, for good or for a while, and "
        "leaders who are replaced.",
        shown="none",
    )
    turnover: Annotated[Rate, share_rate()] = key(
        "0%/y",
        "How many of the leaders are replaced in a time, whoever they are: each of them at this "
        "rate, at the beginning of a day.",
        unit="share of leaders over time",
        title="Turnover",
    )
    base: Name = key("base", "What the file's own settings are called among the variants.")
    label: Annotated[str | None, one_line_label(LONGEST_LABEL)] = key(
        None,
        (
            "What the file's own settings are called where they are shown (pages, figures, "
            "sentences), in any script; in a variant: what the variant is called. Commands, files "
            "and tables keep the name."
        ),
        shown="the name",
    )
    variants: Annotated[dict[Name, dict[str, Any]], AfterValidator(FrozenDict)] = key(
        dict,
        (
            "Named policies, compared under the same seeds: each changes some keys by their dotted "
            "names."
        ),
        shown="none",
    )
    claims: Annotated[tuple[Claim, ...], ListOf] = key(
        (),
        "What the author expects of the policies: each claim is tested on paired replications when "
        "they run, and a run ends with exit code 1 when one does not hold.",
        shown="none",
    )
    sweep: Annotated[Sweep | None, Given] = key(
        None, "Which settings vary over many points, and how often each point runs.", shown="none"
    )
    calibrate: Annotated[Calibrate | None, Given] = key(
        None, "Which settings are searched for the best, and what best means.", shown="none"
    )

    privacy: Annotated[Privacy | None, Given] = key(
        None,
        "What results may show of people; without this section they show everybody.",
        shown="none: everybody is shown",
    )
    origin: Annotated[Origin | None, Given] = key(
        None,
        "Which settings were fitted to logs, or searched for: marks that `fit` and `calibrate` "
        "write and pages show. They change no result.",
        shown="none",
    )

    @property
    def replications(self) -> int:
        """How many times every variant runs; at most, where `repeats` says when that is often
        enough."""
        return self.repeats.max

    @property
    def smallest_group(self) -> int | None:
        """The smallest group of leaders that results may show; None where they show everybody."""
        return None if self.privacy is None else self.privacy.smallest_group
