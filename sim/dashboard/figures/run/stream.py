"""The stream: one issue watched tick by tick, how it went in numbers, and the table behind it.

The page plays it (`replay`); `animation` draws it with Plotly, for notebooks and papers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.comparison.judged import judged_by
from sim.comparison.labels import as_shown, name_of
from sim.dashboard import _animation, _watched, replay, theme
from sim.dashboard._axes import calendar_of
from sim.dashboard._twins import Twins, twins
from sim.dashboard._watched import DECISION, IDEA, IssueCourse, Tables
from sim.dashboard.drawing.canvas import Spec
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.figure import Data, DataColumn, Figure
from sim.errors import UsageError, nearest
from sim.measures import MEASURES
from sim.tables.privacy import KEY, hidden

if TYPE_CHECKING:
    import plotly.graph_objects as go

NOTHING = (
    "No issue of this result was watched tick by tick; `leaderstream run` with --replays 3 watches "
    "three, which takes long where there are many leaders."
)
UNSHOWN = (
    "No issue of this result was watched: a replay follows people one by one, and they are shown "
    f"in groups only ({KEY})."
)
_NOTE = (
    "One issue of the first replication, played again tick by tick under two policies on one "
    "clock; the same issue arises under each. A mark leaves its sender when it is sent and "
    "arrives when it is read, so that time in an inbox counts as travel. Ideas have the colour of "
    "the alternative that their originator's look speaks for, and are thicker when that look is "
    "more precise. A cross is where an idea ended: on a channel where it was never passed on, "
    "beside a leader who had not read it when the issue was decided, and beside a member of the "
    "room in whose mind it was and who never said it. What told its reader nothing new is not "
    "drawn; an idea that its reader's mind had no room for, and that they only passed on, is "
    "drawn hollow. While a room meets, its members speak in turns: an idea that one brings is "
    "before all there from then on, and before who sits down later. The bar above each picture "
    "shows what is left of the worth of a good decision, and at the end what came of it. Hours in "
    "which nothing moves are skipped. The bars beneath the slider show the parts of the delay. An "
    "address that ends with #stream:ISSUE:POLICY:POLICY opens the page with these."
)


class Passage(NamedTuple):
    """One issue under one policy.

    witnesses: leaders who saw something of it. passed: how often an idea was heard until it was
    decided. room: leaders who decided. heard: leaders outside the room whose idea somebody in it
    had heard by then. informed: leaders whom the decision reached later. decided, over: working
    days from arising; decided is None when nobody did.
    """

    variant: str
    issue: int
    kind: str
    witnesses: int
    passed: int
    room: int
    heard: int
    rounds: int
    informed: int
    decided: float | None
    over: float
    ending: str


def passages(tables: Tables, manifest: Mapping[str, Any]) -> Iterator[Passage]:
    """Every issue watched, policy by policy."""
    day, tables = calendar_of(manifest).ticks_per_day, _watched.of_replay(tables)
    first = tables["decisions"].set_index(["variant", "issue"])
    for variant in _watched.variants(tables):
        who = _watched.organisation(tables, variant)
        for issue in _watched.issues(tables):
            course = _watched.course(tables, who, variant, issue)
            if course is not None:
                row = first.loc[(variant, issue)]
                yield _passage(course, day, variant, issue, row["kind"], row["closed_by"])


def _passage(
    course: IssueCourse, day: int, variant: str, issue: int, kind: str, ending: str
) -> Passage:
    until = course.last if course.decided is None else course.decided
    ideas = [mark for mark in course.marks if mark.what == IDEA and mark.read <= until]
    deciding = {leader for leader, _ in course.knows}
    heard = {mark.originator for mark in ideas if mark.target in deciding} - deciding
    reached = {mark.target for mark in course.marks if mark.what == DECISION}
    decided = None if course.decided is None else (course.decided - course.first) / day
    rounds = len(course.meets)
    numbers = (len(course.senses), len(ideas), len(deciding), len(heard), rounds, len(reached))
    return Passage(
        variant, issue, kind, *numbers, decided, (course.last - course.first) / day, ending
    )


def data(reading: RunData) -> Data | None:
    """A row an issue and policy; None where no issue was watched."""
    tables, manifest = reading.tables, reading.manifest
    if not _watched.has_replays(tables):
        return None
    titles = {
        "variant": ("Policy", None),
        "issue": ("Issue", 0),
        "kind": ("Kind", None),
        "witnesses": ("Witnesses", 0),
        "passed": ("Ideas heard anew", 0),
        "room": ("Decided by", 0),
        "heard": ("Others heard", 0),
        "rounds": ("Rounds", 0),
        "told": ("Told later", 0),
        "decided": ("Days until decided", 2),
        "over": ("Days until over", 2),
        "ending": ("Ended by", None),
    }
    columns = [
        DataColumn(name, title, digits, name in ("variant", "issue"))
        for name, (title, digits) in titles.items()
    ]
    return Data(columns, list(passages(tables, manifest)), grid=True)


def finding(reading: RunData) -> str:
    """What came of the issue shown first under the first policy, and what could not be watched."""
    tables, manifest = reading.tables, reading.manifest
    lost = _lost(manifest)
    if hidden(manifest):
        return UNSHOWN
    if not _watched.has_replays(tables):
        return lost or NOTHING
    parts = [difference(twins(tables, manifest), manifest), _first(tables, manifest), lost]
    return " ".join(part for part in parts if part)


def difference(first: Twins, manifest: Mapping[str, Any]) -> str:
    """What the issue shown first came to be worth under the two policies shown; '' where that is
    not known."""
    measure = MEASURES[judged_by(manifest)]
    if first.worths is None or first.left == first.right:
        return ""
    left, right = (theme.number(worth, measure.digits) for worth in first.worths)
    return (
        f"Of the issues replayed, policies differ most in issue {first.issue}: "
        f"{measure.title.lower()} {left} under {theme.clip(first.left, 40)}, "
        f"{right} under {theme.clip(first.right, 40)}."
    )


def _first(tables: Tables, manifest: Mapping[str, Any]) -> str:
    first = twins(tables, manifest)
    issue, variant = first.issue, first.left
    passage = next(
        (p for p in passages(tables, manifest) if (p.variant, p.issue) == (variant, issue)), None
    )
    if passage is None:
        return NOTHING
    name = f"Under {theme.clip(variant, 40)}, issue {issue} ({theme.clip(passage.kind, 40)})"
    times = "once" if passage.passed == 1 else f"{passage.passed} times"
    seen = (
        f"was seen in part by {_many(passage.witnesses, 'leader')}, whose ideas told others "
        f"something new {times}"
    )
    if passage.decided is None:
        return (
            f"{name} {seen}; it ended undecided {theme.number(passage.over, 1)} working days "
            f"after it arose."
        )
    one = (
        "The idea of 1 other leader"
        if passage.heard == 1
        else f"The ideas of {passage.heard} other leaders"
    )
    others = one if passage.heard else "Nobody else's idea"
    by = "the leader who decided" if passage.room == 1 else f"the {passage.room} who decided"
    when = f"when the time came, {theme.number(passage.decided, 1)} working days after it arose"
    carried = (
        f", and the decision then went to {_many(passage.informed, 'more leader')}"
        if passage.informed
        else ""
    )
    return f"{name} {seen}. {others} had reached {by} {when}{carried}."


def _lost(manifest: Mapping[str, Any]) -> str:
    """Which issues there are not, under which policies the replay failed, and why; '' where all was
    replayed."""
    noted = manifest.get("replays") or {}
    missing, failures = noted.get("missing") or (), noted.get("failures") or ()
    failed = [
        f"{theme.clip(failure['variant'], 40)} ({theme.clip(failure['error'], 160)})"
        for failure in failures
    ]
    said = []
    if missing:
        numbers = theme.listed([str(issue) for issue in missing])
        said.append(f"To be replayed but not there under every policy: issue {numbers}.")
    if failed:
        said.append(
            f"The replay failed under {', '.join(failed)}: "
            f"{'it is' if len(failed) == 1 else 'they are'} not shown here."
        )
    return " ".join(said)


def note(reading: RunData) -> str:
    """How to read the picture; '' where there is none."""
    return _NOTE if _watched.has_replays(reading.tables) else ""


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def draw(reading: RunData, narrow: bool, choice: int = 0) -> Spec:
    """The first moment of the issue shown first, without its frames."""
    return _animation.spec_of(reading.tables, reading.manifest, narrow)[0]


def plot(
    reading: RunData, narrow: bool, issue: int | None, variants: Sequence[str], still: bool
) -> go.Figure:
    """The animation, of one policy or of two beside one another; UsageError for an issue or a
    policy that was not watched."""
    tables = reading.tables
    issues, shown = _watched.issues(tables), _watched.variants(tables)
    policies = [name_of(reading.manifest, name) for name in shown]
    if issue is not None and issue not in issues:
        there = ", ".join(map(str, issues))
        raise UsageError(
            f"issue {issue} was not watched; there are: {there} (leaderstream run --replay {issue} "
            "watches it)"
        )
    if len(variants) > 2:
        raise UsageError(f"the stream is drawn under one policy or two, not {len(variants)}")
    for variant in variants:
        if variant not in policies:
            near, there = nearest(variant, policies), ", ".join(policies)
            raise UsageError(f"no variant '{variant}'{near}; there are: {there}")
    variants = [as_shown(reading.manifest, variant) for variant in variants]
    try:
        return _animation.stream(tables, reading.manifest, narrow, issue, variants, still)
    except KeyError as error:
        raise UsageError(str(error.args[0])) from None


FIGURE = Figure[RunData](
    name="stream",
    title="The stream",
    shows="one issue replayed from upstream to downstream",
    question="How does one issue travel through the organisation?",
    available=lambda reading: _watched.has_replays(reading.tables),
    draw=draw,
    finding=finding,
    note=note,
    data=data,
    issues=lambda reading: (
        _watched.issues(reading.tables) if _watched.has_replays(reading.tables) else []
    ),
    player=lambda reading: replay.html(reading.tables, reading.manifest),
    plot=plot,
)
