"""What stands on the page: each section's finding, figure, note on how to read it, and table of numbers."""

from __future__ import annotations

from dataclasses import dataclass

from sim.dashboard import cells, course, data, decided, findings, passage, people, replay, theme, value
from sim.dashboard.data import Data
from sim.dashboard.figures.tradeoff import MOST_KINDS, assumed_commitment
from sim.dashboard.measures import Kind, Reading
from sim.measures import COSTS, TRADE_OFF, shown_in


@dataclass(frozen=True)
class Section:
    """A section of the page. Heading, finding and note are plain text; `table` is HTML, '' for none.

    figure: the name of a figure, which may have choices; '' for none. data: the numbers behind it, for the CSV and,
    where `data.grid`, for a table to sort and filter; `open`: whether that table is shown at once. more: parts with
    figures of their own below the section's. html: what stands in place of a figure, safe already.
    """

    anchor: str
    heading: str
    figure: str
    finding: str
    note: str
    table: str
    data: Data | None = None
    open: bool = False
    more: tuple[Section, ...] = ()
    html: str = ""


def sections(reading: Reading) -> list[Section]:
    """The sections in their order; 'kind by kind' only where there are several kinds."""
    base = theme.clip(reading.base.name, 40) if reading.base else "the base"
    made = [
        Section(
            "trade-off",
            "Quality against delay",
            "trade-off",
            findings.trade_off(reading),
            _lines_note(reading),
            cells.metric_table(reading, shown_in(TRADE_OFF)),
            data.of_estimates(reading, shown_in(TRADE_OFF)),
        ),
        Section(
            "kinds",
            "Kind by kind",
            "trade-off-by-kind",
            findings.by_kind(reading),
            _kinds_note(reading),
            cells.kind_table(reading, shown_in(TRADE_OFF)),
            data.of_kinds(reading, shown_in(TRADE_OFF)),
        ),
        Section(
            "time",
            "Where the time goes",
            "time",
            findings.time(reading),
            "The five parts of every decision's delay add up exactly to it; at the bar's end the mean "
            "delay, with half the width of its 95 % interval. An issue that ended undecided counts with "
            "its time until then.",
            cells.parts_table(reading),
            data.of_parts(reading),
        ),
        Section(
            "costs",
            "What it costs and builds",
            "costs",
            findings.costs(reading),
            "Marks are means over replications, bars 95 % intervals; where no bar is seen it is narrower "
            "than the mark. The axis of progress does not start at zero.",
            cells.metric_table(reading, shown_in(COSTS)),
            data.of_estimates(reading, shown_in(COSTS)),
            more=_course(reading),
        ),
        Section(
            "differences",
            f"Differences to {base}",
            "differences",
            findings.differences(reading),
            "Each policy less the base, paired replication by replication under the same seeds, with the "
            "95 % interval of the mean difference, each taken by itself. A hollow mark: the interval "
            "includes zero, or there is none.",
            cells.difference_table(reading),
            data.of_differences(reading),
        ),
        _urgency(reading),
        _stream(reading),
        *_leaders(reading),
        _decisions(reading),
        Section(
            "endings",
            "How issues end",
            "endings",
            findings.endings(reading),
            _endings_note(reading),
            cells.endings_table(reading),
            data.of_endings(reading),
        ),
    ]
    alone = {"kinds": len(reading.kinds) < 2, "differences": len(reading.policies) == 1}
    return [section for section in made if not alone.get(section.anchor)]


def _course(reading: Reading) -> tuple[Section, ...]:
    """The course over time, where the result has days."""
    found = reading.once(course.course)
    if not found.shown:
        return ()
    told, how = course.finding(reading, found), course.note(found)
    return (Section("course", "Over time", "course", told, how, "", course.data(reading, found)),)


def _urgency(reading: Reading) -> Section:
    found = reading.once(value.urgency)
    return Section(
        "urgency",
        "When sharing pays",
        "urgency",
        value.finding(reading),
        value.note(found),
        cells.turns_table(reading, found) if found.turns else "",
        value.data(reading) if found.known else None,
    )


def _stream(reading: Reading) -> Section:
    """One issue replayed, where any was watched."""
    tables, manifest = reading.tables, reading.manifest
    told, how, drawn = passage.finding(tables, manifest), passage.note(tables), replay.html(tables, manifest)
    return Section("stream", "The stream", "", told, how, "", passage.data(tables, manifest), html=drawn)


def _leaders(reading: Reading) -> tuple[Section, ...]:
    """The leaders, where the result has any."""
    found = reading.once(people.people)
    if found.means.empty:
        return ()
    told, how = people.finding(reading), people.note(found)
    return (Section("leaders", "Leaders", "leaders", told, how, "", people.data(reading)),)


def _decisions(reading: Reading) -> Section:
    told, how = decided.finding(reading), decided.note(reading)
    rows = None if reading.decisions.empty else decided.data(reading)
    return Section("decisions", "Decisions", "decisions", told, how, "", rows, open=True)


def _lines_note(reading: Reading) -> str:
    """Exactly what the lines of equal value assume."""
    bars = (
        "Ellipses hold the true means of quality and delay together with 95 % confidence (Hotelling's T²), bars each "
        "by itself; where neither is seen it is narrower than the mark. Hover for the difference to the base."
    )
    committed = assumed_commitment(reading.estimates, reading.known("quality"))
    if not reading.kinds or not committed > 0:
        return bars
    amount = theme.number(committed)
    mix = ", ".join(f"{_kind(kind)} (weight {theme.share(kind.weight)})" for kind in reading.kinds)
    average = "the average over the kinds of " if len(reading.kinds) > 1 else ""
    return (
        f"{bars} Grey lines join points of equal value per unit of stakes, the number at their end: quality "
        f"× {amount} × {average}2^(−delay / half-life). Half-life as in the base: "
        f"{mix}{'; weights are stakes × number of issues' if len(reading.kinds) > 1 else ''}. The lines "
        f"assume that every decision has the quality and the delay of that point, and commitment {amount}, "
        "the policies' mean: a policy that earns more commitment is worth more than the line through its "
        "mark says. The value recorded decision by decision stands in the numbers below. Dotted: the "
        "ceiling, the quality of pooling every witness's undistorted idea at once."
    )


_ENDINGS = {
    "one-voice": "by one voice",
    "agreement": "by the room's agreement",
    "approved": "by approval of the levels asked",
    "fallback": "by a fallback when the time for agreeing ran out",
    "rejected": "by the rejection of a level asked",
    "dropped": "dropped for want of agreement",
    "lapsed": "not decided at all before they expired",
}
_FALLBACKS = ("authority", "majority", "best-so-far")


def _endings_note(reading: Reading) -> str:
    """What the ways of closing that occurred mean, and what 'undecided' counts."""
    if not reading.ways:
        return ""
    met = dict.fromkeys("fallback" if way in _FALLBACKS else way for way in reading.ways)
    told = "; ".join(_ENDINGS[way] for way in met)
    kept = {"dropped", "rejected"} & met.keys()
    left = (
        f" What is {' or '.join(sorted(kept))} counts as decided where there is a status quo to stay with, else as "
        "undecided."
        if kept
        else ""
    )
    return f"How the issues ended: {told}.{left} ± is half the width of a 95 % interval."


def _kinds_note(reading: Reading) -> str:
    left = len(reading.kinds) - MOST_KINDS
    more = f" {left} more, with less at stake, stand in the numbers only." if left > 0 else ""
    return (
        "As above, for each kind of issue apart: the lines take its own half-life and its own mean "
        f"commitment, and the axes differ from panel to panel.{more}"
    )


def _kind(kind: Kind) -> str:
    return f"{theme.clip(kind.name, 40)} {theme.working_days(kind.half_life)}"
