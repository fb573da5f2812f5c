"""Any file of ties or messages as contacts: which format it is, is told from what it holds."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sim.errors import InvalidInput, Problem
from sim.files import open_regular
from sim.sources._text import damage_said
from sim.sources.edges import columns_of, read_edges
from sim.sources.graphs import Match, graph_format, read_graph
from sim.sources.grid import Grid, read_grid
from sim.sources.matrix import is_matrix, read_matrix
from sim.sources.mbox import read_mbox
from sim.sources.messages import Contacts
from sim.sources.oddities import Oddities
from sim.sources.roles import folded
from sim.sources.slack import MARKS, is_slack_export, read_slack
from sim.sources.viva import is_viva, read_viva

EXPECTED = (
    "a list of ties or messages (CSV or .xlsx: columns source, target, and kind, weight, time, "
    "thread where there are such); an adjacency matrix (people above the columns and in front of "
    "the rows); GraphML or GEXF; an mbox file of mail; a Slack export (its folder or zip file); "
    "Viva Insights' person-to-person query (CSV)"
)
"""What files of ties can be."""

EVENTS = "is an event log of decisions: it is read by `leaderstream fit`"
"""What is said of event logs, which have no ties."""

_HEAD = 4096
_MAIL = re.compile(r"(?:Received|Return-Path|Delivered-To|Message-ID|MIME-Version|From): ", re.I)


def read_contacts(
    path: Path,
    name: str,
    oddities: Oddities,
    chosen: Mapping[str, str],
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    match: Match | None = None,
) -> Contacts:
    """The ties or messages of a file or folder in any format of `EXPECTED`.

    name: as the user wrote it. chosen: columns by role, for tables whose columns are named
    otherwise. sheet, encoding: of a workbook and of a CSV file; found where None. match: who is
    known, for graphs, whose nodes can be named by any of their attributes. Raises InvalidInput,
    saying what was expected, for a file that is none of these or holds nothing.
    """
    if path.is_dir():
        if is_slack_export(path):
            return read_slack(path, name, oddities)
        raise _none_of_these(name, f"is a folder without {' or '.join(MARKS[:3])}")
    try:
        with open_regular(path) as file:
            head = file.read(_HEAD)
            is_zip = zipfile.is_zipfile(file)
    except OSError as error:
        message = f"cannot be read: {error.strerror or 'not a file name'}"
        raise InvalidInput([Problem(name, 0, 0, "", message)]) from None
    if head.startswith(b"!BDN"):
        raise _none_of_these(name, "is an Outlook data file (PST): export its mail as mbox or CSV")
    if head.startswith(b"From "):
        return read_mbox(path, name, oddities)
    if is_zip and _is_slack_zip(path, name):
        return read_slack(path, name, oddities)
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    _refuse_others(text.lstrip("\ufeff \t\r\n"), name)
    if form := graph_format(text):
        return read_graph(path, name, form, oddities, match)
    return _from_table(
        read_grid(path, name, oddities, sheet=sheet, encoding=encoding), oddities, chosen
    )


def _is_slack_zip(path: Path, name: str) -> bool:
    with (
        damage_said(name, "is a damaged archive (zip): {error}"),
        open_regular(path) as file,
        zipfile.ZipFile(file) as archive,
    ):
        names = {Path(one).name for one in archive.namelist()}
    return not names.isdisjoint(MARKS) and is_slack_export(path)


def _refuse_others(text: str, name: str) -> None:
    """InvalidInput for texts that are surely no table and no graph."""
    if text.startswith(("{", "[")):
        raise _none_of_these(name, "is JSON; of a Slack export, give the whole folder or zip file")
    if _MAIL.match(text):
        raise _none_of_these(name, "is a single mail; join mails in one mbox file")
    if text.startswith("<") and not graph_format(text):
        if "<log" in text:
            raise _none_of_these(name, EVENTS)
        raise _none_of_these(name, "is XML, but neither GraphML nor GEXF")


def _none_of_these(name: str, why: str) -> InvalidInput:
    return InvalidInput([Problem(name, 0, 0, "", f"{why}; expected {EXPECTED}")])


def _from_table(grid: Grid, oddities: Oddities, chosen: Mapping[str, str]) -> Contacts:
    """The contacts of a table, of whichever form it is."""
    grid = _apart(grid)
    if not {"source", "target"} & chosen.keys():
        if is_viva(grid):
            return read_viva(grid, oddities)
        if is_matrix(grid):
            return read_matrix(grid, oddities)
        if not {"source", "target"} & columns_of(grid, chosen).keys():
            if {"case", "activity"} <= {folded(column) for column in grid.columns}:
                raise _none_of_these(grid.name, EVENTS)
            columns = ", ".join(grid.columns[:20]) + (", …" if len(grid.columns) > 20 else "")
            said = f"has no columns of who has a tie to whom; its columns: {columns}. Name them "
            raise _none_of_these(grid.name, f"{said}with --map source=COLUMN --map target=COLUMN")
    return read_edges(grid, oddities, chosen)


def _apart(grid: Grid) -> Grid:
    """A table of one column whose cells are apart by spaces, as network collections write them, as
    a table of two or three."""
    if len(grid.columns) != 1:
        return grid
    cells = grid.table[grid.columns[0]].str.split(expand=True)
    if not 2 <= cells.shape[1] <= 4 or cells.isna().any(axis=None):
        return grid
    names = grid.columns[0].split()
    if grid.header == 0 or len(names) != cells.shape[1]:
        if grid.header:
            return grid
        names = [f"column {place}" for place in range(1, cells.shape[1] + 1)]
    cells.columns = names
    return replace(grid, columns=names, table=cells)
