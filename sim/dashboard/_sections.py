"""What stands on a page: a section for each figure that its result has, in the registry's order."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.comparison.labels import names_shown
from sim.comparison.questions import Answer
from sim.comparison.trust import Fact
from sim.dashboard import _cells, document
from sim.dashboard.figures import registry
from sim.dashboard.figures.figure import Data, Figure, file_name

TRUST = "Can I trust this?"


@dataclass(frozen=True)
class PageSection:
    """A figure as it stands on the page of one result; see `Figure` for what each part holds.

    result: the result as its figures read it, of which the page draws the figure. more: the
    figures below it in the same section.
    """

    figure: Figure[Any]
    heading: str
    finding: str | list[str]
    note: str
    table: str
    data: Data | None
    result: Any
    more: tuple[PageSection, ...] = ()
    opened: bool = False

    @property
    def anchor(self) -> str:
        """The id of the section in the page."""
        return self.figure.anchor or self.figure.name


def sections(kind: str, result: Any) -> list[PageSection]:
    """The sections of the page of a result of this kind, as its figures read it."""
    page = registry.PAGES[kind]
    there = {figure.name: figure.available(result) for figure in page.figures}
    shown = [
        figure
        for figure in page.figures
        if (there[figure.name] or figure.player is not None) and figure.on_page(result)
    ]
    return [
        section(
            figure,
            result,
            tuple(section(f, result) for f in shown if f.below == figure.name),
            figure.name in page.opened and there[figure.name],
        )
        for figure in shown
        if not figure.below
    ]


def section(
    figure: Figure[Any], result: Any, more: tuple[PageSection, ...] = (), opened: bool = False
) -> PageSection:
    """One figure as it stands on the page of a result."""
    return PageSection(
        figure,
        figure.heading(result),
        figure.finding(result),
        figure.note(result),
        figure.table(result),
        figure.data(result),
        result,
        more,
        opened,
    )


def section_html(section: PageSection, name: str) -> str:
    """A section that opens, with those below it; name: of the scenario, for the names of its CSV
    files."""
    more = "".join(
        f'<div id="{part.anchor}"><h3>{_cells.text(part.heading)}</h3>{_part(part, name)}</div>'
        for part in section.more
    )
    return document.folded(
        section.anchor,
        section.heading,
        section.figure.question,
        _part(section, name) + more,
        section.opened,
    )


def links_of(
    shown: Sequence[PageSection], further: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The links of a page below its first screen, headings by id; further: of what follows the
    figures."""
    return {
        "summary": "In short",
        "trust": TRUST,
        **{section.anchor: section.heading for section in shown},
        **(further or {}),
    }


def first_screen(answers: Sequence[Answer], shown: Sequence[PageSection], name: str) -> str:
    """The first screen of a page: the answer in a sentence, the one figure, and the answers to the
    other questions.

    answers: at least one. shown: the section of the figure; empty where there is none.
    """
    first, *others = answers
    items = "".join(
        f"<div><dt>{_cells.text(each.question, 200)}</dt>"
        f"<dd>{_cells.sentence(each.text, 1500)}</dd></div>"
        for each in others
    )
    rest = f'<dl class="questions">{items}</dl>' if others else ""
    for section in shown:
        title = f'<h3 class="drawn">{_cells.text(section.heading)}</h3>'
        reading = document.closed("How to read it, and the numbers", _beside(section, name))
        rest = f'<div id="{section.anchor}">{title}{figure_html(section)}{rest}{reading}</div>'
    return (
        f'<section class="first" id="answer">'
        f'<h2 class="asked">{_cells.text(first.question, 200)}</h2>'
        f'<p class="said">{_cells.sentence(first.text, 1500)}</p>{rest}</section>'
    )


def trust_card(facts: Sequence[Fact]) -> str:
    """The card that says what a result rests on."""
    items = "".join(
        f"<div><dt>{_cells.text(fact.about, 60)}</dt>"
        f"<dd>{_cells.sentence(fact.text, 900)}"
        f"{document.command_html(shlex.join(fact.command)) if fact.command else ''}</dd></div>"
        for fact in facts
    )
    question = "How sure is it, and what does it rest on?"
    return document.folded("trust", TRUST, question, f'<dl class="trust">{items}</dl>', True)


def _beside(section: PageSection, name: str) -> str:
    """What belongs to the figure of the first screen, apart from the figure."""
    table = document.scroll(section.table, f"{section.heading}: the numbers")
    return (
        f'{finding_html(section.finding)}<p class="note">{_cells.sentence(section.note, 2000)}</p>'
        f"{_save(section)}{table if section.table else ''}{_sortable(section)}"
        f"{_data(section, name)}"
    )


def _part(section: PageSection, name: str) -> str:
    """Finding, figure, note and numbers."""
    numbers, after = _numbers(section), ""
    if section.figure.open_table:
        numbers, after = "", _save(section) + _sortable(section)
    return (
        f"{finding_html(section.finding)}"
        f'{figure_html(section)}<p class="note">{_cells.sentence(section.note, 2000)}</p>'
        f"{numbers}{after}{_data(section, name)}"
    )


def finding_html(finding: str | list[str]) -> str:
    """A finding as safe HTML: a paragraph, or a list where it has several items."""
    if isinstance(finding, str):
        return f'<p class="finding">{_cells.sentence(finding, 900)}</p>'
    return document.listed(finding)


def figure_html(section: PageSection) -> str:
    """The figure in both shapes, once for each thing that it can show; or its player."""
    figure, result = section.figure, section.result
    if figure.player:
        return figure.player(result)
    finding = section.finding if isinstance(section.finding, str) else " ".join(section.finding)
    label = _cells.text(f"{section.heading}: {finding}", 1200)
    shapes = figure.shapes(result)
    otherwise = figure.otherwise(result, shapes)
    return document.figure(figure.name, label, shapes, figure.choices(result), otherwise)


def _numbers(section: PageSection) -> str:
    """The numbers behind the figure, to be opened: the table, and what saves them."""
    if not section.table and section.data is None:
        return ""
    table = (
        document.scroll(section.table, f"{section.heading}: the numbers") if section.table else ""
    )
    inside = f"{_save(section)}{table}{_sortable(section)}"
    return document.closed("The numbers", inside)


def _sortable(section: PageSection) -> str:
    """Where the page's script puts a table to sort and filter."""
    if section.data is None or not section.data.grid:
        return ""
    label = f"{_cells.text(section.heading)}: all numbers"
    return f'<div class="grid" data-of="{section.anchor}" data-label="{label}"></div>'


def _save(section: PageSection) -> str:
    if section.data is None:
        return ""
    label = f"Download CSV: {_cells.text(section.heading)}"
    return (
        f'<p class="tools"><button type="button" class="save" data-of="{section.anchor}" '
        f'aria-label="{label}">Download CSV</button></p>'
    )


def _data(section: PageSection, name: str) -> str:
    if section.data is None:
        return ""
    names = names_shown(getattr(section.result, "manifest", {}))
    plain = section.data.plain(file_name(name, section.anchor), names)
    return document.packed(f"numbers-{section.anchor}", plain)
