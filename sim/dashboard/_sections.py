"""What stands on a page: a section for each figure that its result has, in the registry's order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.dashboard import _cells, document
from sim.dashboard.figures import registry
from sim.dashboard.figures.figure import Data, Figure, file_name


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

    @property
    def anchor(self) -> str:
        """The id of the section in the page."""
        return self.figure.anchor or self.figure.name


def sections(kind: str, result: Any) -> list[PageSection]:
    """The sections of the page of a result of this kind, as its figures read it."""
    shown = [
        figure
        for figure in registry.PAGES[kind].figures
        if figure.player is not None or (figure.available(result) and figure.on_page(result))
    ]
    return [
        section(figure, result, tuple(section(f, result) for f in shown if f.below == figure.name))
        for figure in shown
        if not figure.below
    ]


def section(figure: Figure[Any], result: Any, more: tuple[PageSection, ...] = ()) -> PageSection:
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
    )


def section_html(section: PageSection, name: str) -> str:
    """A section with those below it; name: of the scenario, for the names of its CSV files."""
    more = "".join(
        f'<div id="{part.anchor}">{_part(part, name, "h3")}</div>' for part in section.more
    )
    return f'<section id="{section.anchor}">{_part(section, name, "h2")}{more}</section>'


def _part(section: PageSection, name: str, head: str) -> str:
    """Heading, finding, figure, note and numbers."""
    numbers, after = _numbers(section), ""
    if section.figure.open_table:
        numbers, after = "", _save(section) + _sortable(section)
    return (
        f"<{head}>{_cells.text(section.heading)}</{head}>{finding_html(section.finding)}"
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
    return document.figure(figure.name, label, figure.shapes(result), figure.choices(result))


def _numbers(section: PageSection) -> str:
    """The numbers behind the figure, to be opened: the table, and what saves them."""
    if not section.table and section.data is None:
        return ""
    table = (
        document.scroll(section.table, f"{section.heading}: the numbers") if section.table else ""
    )
    inside = f"{_save(section)}{table}{_sortable(section)}"
    return f"<details><summary>The numbers</summary>{inside}</details>"


def _sortable(section: PageSection) -> str:
    """Where the page's script puts a table to sort and filter."""
    if section.data is None or not section.data.grid:
        return ""
    label = f"{_cells.text(section.heading)}: the numbers"
    return f'<div class="grid" data-of="{section.anchor}" data-label="{label}"></div>'


def _save(section: PageSection) -> str:
    if section.data is None:
        return ""
    label = f"Download the numbers of: {_cells.text(section.heading)}"
    return (
        f'<p class="tools"><button type="button" class="save" data-of="{section.anchor}" '
        f'aria-label="{label}">Download CSV</button></p>'
    )


def _data(section: PageSection, name: str) -> str:
    if section.data is None:
        return ""
    plain = section.data.plain(file_name(name, section.anchor))
    return document.embedded(f"numbers-{section.anchor}", plain)
