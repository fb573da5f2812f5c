"""Event logs of decisions, read: a row a step, as CSV, Excel or XES."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from sim.errors import InvalidInput, Problem
from sim.files import open_regular
from sim.sources.grid import read_grid
from sim.sources.oddities import Oddities
from sim.sources.roles import Role, insist, recognise
from sim.sources.times import read_times

COLUMNS = ("case", "kind", "activity", "resource", "time", "lifecycle", "attendees", "line")
"""The columns of a table of steps: texts, '' for nothing, but time (UTC timestamp) and line (of the
file; the number of the event in XES)."""

CASE = Role(
    "case",
    (
        *("case", "case id", "case concept name", "case number", "issue", "issue id", "matter"),
        *("ticket", "ticket id", "request", "decision id", "fall", "fall id", "vorgang"),
        *("vorgangsnummer", "dossier", "cas", "caso", "pratica", "zaak", "processo"),
    ),
    "which decision a step belongs to",
)
ACTIVITY = Role(
    "activity",
    (
        *("activity", "concept name", "event", "step", "task", "action", "status", "aktivitat"),
        *("aktivitaet", "schritt", "ereignis", "activite", "etape", "actividad", "evento"),
        *("attivita", "activiteit", "atividade"),
    ),
    "what was done",
)
RESOURCE = Role(
    "resource",
    (
        *(
            "resource",
            "org resource",
            "who",
            "user",
            "person",
            "by",
            "performed by",
            "actor",
            "agent",
        ),
        *(
            "decided by",
            "owner",
            "wer",
            "qui",
            "quien",
            "chi",
            "bearbeiter",
            "mitarbeiter",
            "durch",
            "ressource",
            "acteur",
        ),
        *("recurso", "usuario", "risorsa", "utente", "medewerker", "responsavel"),
    ),
    "who did it",
)
WHEN = Role(
    "time",
    (
        *("time", "timestamp", "time timestamp", "date", "date time", "datetime", "complete time"),
        *("complete timestamp", "zeit", "zeitpunkt", "zeitstempel", "datum", "heure", "fecha"),
        *("hora", "data", "ora", "tijd", "tijdstip"),
    ),
    "when",
)
KIND = Role(
    "kind",
    (
        *("kind", "type", "case type", "case kind", "category", "art", "typ", "kategorie"),
        *("genre", "categorie", "tipo", "categoria", "soort"),
    ),
    "the kind of decision",
)
LIFECYCLE = Role("lifecycle", ("lifecycle", "lifecycle transition", "transition"), "start or end")
ATTENDEES = Role(
    "attendees",
    ("attendees", "participants", "members", "present", "teilnehmer", "participantes", "presenti"),
    "who was there",
)
ROLES = (CASE, ACTIVITY, RESOURCE, WHEN, KIND, LIFECYCLE, ATTENDEES)

_KEYS = {
    "concept:name": "activity",
    "org:resource": "resource",
    "time:timestamp": "time",
    "lifecycle:transition": "lifecycle",
    "attendees": "attendees",
    "kind": "kind",
    "case:kind": "kind",
    "case:type": "kind",
}
_HEAD = 4096


def is_event_log(path: Path, name: str, chosen: Mapping[str, str]) -> bool:
    """Whether a file is an event log: XES, or a table that has cases and activities, but no
    receivers."""
    if path.is_dir():
        return False
    if _is_xes(path):
        return True
    if path.suffix.lower() not in (".csv", ".tsv", ".txt", ".xlsx", ".xlsm"):
        return False
    try:
        grid = read_grid(path, name, Oddities())
    except InvalidInput:
        return False
    roles = (CASE, ACTIVITY, WHEN, RESOURCE)
    known = {role.name for role in roles}
    found = recognise(grid, roles, {k: v for k, v in chosen.items() if k in known})
    return {"case", "activity", "time"} <= found.keys()


def _is_xes(path: Path) -> bool:
    try:
        with open_regular(path) as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
    except OSError:
        return False
    return head.lstrip("\ufeff \r\n\t").startswith("<") and "<log" in head


def read_events(
    path: Path,
    name: str,
    oddities: Oddities,
    chosen: Mapping[str, str],
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """The steps of an event log, with `COLUMNS`, in order of time; those without a case or a time
    are left out and reported. InvalidInput where nothing is left, or the file cannot be read."""
    if _is_xes(path):
        table, lines = _xes(path, name)
    else:
        grid = read_grid(path, name, oddities, sheet=sheet, encoding=encoding)
        known = {role.name for role in ROLES}
        found = recognise(grid, ROLES, {k: v for k, v in chosen.items() if k in known})
        insist(grid, ROLES, found, "case", "activity", "time")
        table = pd.DataFrame({role: grid.table[column] for role, column in found.items()})
        lines = grid.lines
    table = table.assign(line=lines)
    for column in COLUMNS:
        if column not in table:
            table[column] = ""
    column = "time"
    times = read_times(table["time"], name, column, table["line"].to_numpy(), oddities)
    table["time"] = times.values
    usable = (table["case"] != "") & table["time"].notna()
    if (~usable).any():
        oddities.add(
            name,
            "step-without-case",
            "steps without a case or a time",
            "left out",
            [f"{name}:{line}" for line in table.loc[~usable, "line"].head(3)],
            int((~usable).sum()),
        )
    table = table[usable].sort_values(["time", "line"], kind="stable")
    if table.empty:
        raise InvalidInput([Problem(name, 0, 0, "", "has no step with a case and a time")])
    return table[list(COLUMNS)].reset_index(drop=True)


def _xes(path: Path, name: str) -> tuple[pd.DataFrame, pd.Series]:
    """The events of an XES file (IEEE 1849), and the number of each."""
    rows: list[dict[str, str]] = []
    try:
        for case, kind, event in _events(path):
            row = dict.fromkeys(_KEYS.values(), "") | {"case": case, "kind": kind}
            for part in event:
                role = _KEYS.get(part.get("key", ""))
                if role is not None:
                    row[role] = part.get("value", "").strip()
            rows.append(row)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        line, column = getattr(error, "position", (0, 0))
        message = f"is no well-formed event log (XES): {error}"
        raise InvalidInput([Problem(name, line, column, "", message)]) from None
    table = pd.DataFrame(rows, columns=["case", *dict.fromkeys(_KEYS.values())], dtype="str")
    return table, pd.Series(range(1, len(table) + 1), dtype="int64")


def _events(path: Path) -> Iterator[tuple[str, str, ElementTree.Element]]:
    """Each event of an XES file, with the name and the kind of its trace."""
    number = 0
    with open_regular(path) as file:
        if b"<!DOCTYPE" in file.read(_HEAD):
            raise ValueError("a document type is not read")
        file.seek(0)
        for _, element in ElementTree.iterparse(file):
            if _tag(element) != "trace":
                continue
            number += 1
            facts = {part.get("key", ""): part.get("value", "") for part in element}
            case = facts.get("concept:name", "") or str(number)
            kind = next(
                (
                    facts[key]
                    for key in ("kind", "case:kind", "case:type", "concept:kind")
                    if facts.get(key)
                ),
                "",
            )
            for part in element:
                if _tag(part) == "event":
                    yield case, kind, part
            element.clear()


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
