"""Inputs as organisations really export them: each a small organisation in a form that once failed.

A case writes its files into a folder, and says how they are imported and what must come of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

PEOPLE = (
    ("id", "name", "email", "manager", "level"),
    ("10", "Ann Lee", "ann@x.org", "", "Head"),
    ("11", "Jörg Groß", "joerg@x.org", "10", "Lead"),
    ("12", "Mia Cruz", "mia@x.org", "10", "Lead"),
    ("13", "Tom Ito", "tom@x.org", "11", "Member"),
    ("14", "Eva Noël", "eva@x.org", "11", "Member"),
    ("15", "Ali Khan", "ali@x.org", "12", "Member"),
)
"""Six people: one head, two leads, three members."""

LINES = {"10": "", "11": "10", "12": "10", "13": "11", "14": "11", "15": "12"}
"""Their managers."""

Row = Sequence[object]
Write = Callable[[Path], object]


def text_of(rows: Sequence[Row] = PEOPLE, separator: str = ",", end: str = "\n") -> str:
    return "".join(separator.join(map(str, row)) + end for row in rows)


def csv_file(text: str, encoding: str = "utf-8", name: str = "people.csv", **more: str) -> Write:
    """Writes a text file, and more beside it (by stem)."""

    def write(folder: Path) -> None:
        (folder / name).write_bytes(text.encode(encoding))
        for stem, content in more.items():
            (folder / f"{stem}.csv").write_text(content, encoding="utf-8")

    return write


def sheet(rows: Sequence[Row]) -> Write:
    """Writes an Excel file of one sheet."""

    def write(folder: Path) -> None:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        book.save(folder / "people.xlsx")

    return write


def column(place: int, values: Sequence[object], head: str = "") -> list[list[object]]:
    """The people with other values in a column."""
    rows = [list(row) for row in PEOPLE]
    rows[0][place] = head or rows[0][place]
    for row, value in zip(rows[1:], values, strict=True):
        row[place] = value
    return rows


@dataclass(frozen=True)
class Case:
    """files: what writes them. given: arguments of import. fault: what the one message says; '' for
    a usable scenario. odd: codes that the report has, and how often each. lines: everybody's
    manager by id, with the people of `LINES`; None where it is not looked at."""

    name: str
    files: Write
    given: tuple[str, ...] = ("people.csv",)
    fault: str = ""
    odd: tuple[tuple[str, int], ...] = ()
    lines: tuple[tuple[str, str], ...] | None = tuple(LINES.items())


MILLION = 1_000_000

MAILS = "from,to,sent\n" + "".join(
    f"{a}@x.org,{b}@x.org,2026-01-{day:02d} 09:00:00\n"
    for day in range(1, 29)
    for a, b in (("ann", "tom"), ("tom", "ann"))
)


def million_rows(folder: Path) -> None:
    csv_file(text_of())(folder)
    pairs = "10,15\n15,10\n13,12\n14,14\n"
    (folder / "ties.csv").write_text("source,target\n" + pairs * (MILLION // 4), encoding="ascii")


def by_name(*names: str) -> list[list[object]]:
    """The people with their managers by name."""
    return column(3, names, "Vorgesetzte Person")


CASES = (
    Case("semicolons", csv_file(text_of(separator=";", end="\r\n"))),
    Case("tabs", csv_file(text_of(separator="\t"))),
    Case("byte order mark", csv_file(text_of(), "utf-8-sig")),
    Case("Latin-1", csv_file(text_of(), "latin-1"), odd=(("encoding", 1),)),
    Case("UTF-16", csv_file(text_of(separator="\t"), "utf-16")),
    Case(
        "decimal commas",
        csv_file(text_of(column(4, ["1,0", "2,0", "2,0", "3,0", "3,0", "3,0"], "rank"), ";")),
    ),
    Case(
        "Excel numbers and dates as ids",
        sheet(
            [
                ["Staff No", "Since", "Boss"],
                [10, datetime.datetime(2020, 1, 1), None],
                [11.0, None, 10],
                [12, None, 10.0],
                [13, None, 11],
                [14, None, 11],
                [15, None, 12],
            ]
        ),
        ("people.xlsx",),
    ),
    Case(
        "merged rows above the header",
        sheet([["Staff of X", None], [None], ["Person", None, None, "Boss", None], *PEOPLE]),
        ("people.xlsx",),
        odd=(("rows-above", 2),),
    ),
    Case(
        "managers by e-mail address",
        csv_file(
            text_of(
                column(
                    3,
                    ["", "Ann@X.org", "ann@x.org", "joerg@x.org", "JOERG@x.org", "mia@x.org"],
                    "Manager E-Mail",
                )
            )
        ),
    ),
    Case(
        "managers by name",
        csv_file(
            text_of(
                by_name("", "Lee, Ann", "ann lee", "Gross, Jorg", "Jörg Groß", "Cruz, Mia"), ";"
            )
        ),
    ),
    Case(
        "two people of the manager's name",
        csv_file(
            text_of(
                [
                    *by_name("", "Ann Lee", "Ann Lee", "Jörg Groß", "Jörg Groß", "Mia Cruz"),
                    ("16", "Mia Cruz", "mia.c@x.org", "Ann Lee", "Member"),
                ]
            )
        ),
        odd=(("ambiguous-name", 1), ("unknown-manager", 1)),
        lines=(*{**LINES, "15": ""}.items(), ("16", "10")),
    ),
    Case(
        "unknown managers",
        csv_file(text_of(column(3, ["", "10", "10", "11", "99", "99"]))),
        odd=(("unknown-manager", 2),),
        lines=tuple({**LINES, "14": "", "15": ""}.items()),
    ),
    Case(
        "unknown managers, added",
        csv_file(text_of(column(3, ["99", "10", "10", "11", "11", "12"]))),
        ("people.csv", "--unknown", "add"),
        odd=(("unknown-manager", 1),),
        lines=(*{**LINES, "10": "99"}.items(), ("99", "")),
    ),
    Case(
        "unknown managers, stop",
        csv_file(text_of(column(3, ["", "10", "10", "11", "99", "98"]))),
        ("people.csv", "--unknown", "stop"),
        fault="people.csv:6:4: manager: '99' is not among the people\n"
        "people.csv:7:4: manager: '98' is not among the people\n",
    ),
    Case(
        "circle",
        csv_file(text_of(column(3, ["13", "10", "10", "11", "11", "12"]))),
        fault="people.csv:2:4: manager: nobody leads this circle of managers: 10 -> 13 -> 11 -> 10",
    ),
    Case(
        "own manager",
        csv_file(text_of(column(3, ["10", "10", "10", "11", "11", "12"]))),
        odd=(("own-manager", 1),),
    ),
    Case(
        "no column of managers",
        csv_file(text_of([[row[0], row[1], row[2], row[4]] for row in PEOPLE])),
        fault="people.csv:1:1: who reports to whom?",
    ),
    Case(
        "column of managers known by what it holds",
        csv_file(text_of(column(3, list(LINES.values()), "Zuordnung"))),
        odd=(("manager-by-content", 1),),
    ),
    Case(
        "managers in the ties alone",
        csv_file(
            text_of([[row[0], row[1], row[2], row[4]] for row in PEOPLE]),
            ties="source,target,kind\n"
            + "".join(f"{a},{b},reports_to\n" for a, b in LINES.items() if b),
        ),
        ("people.csv", "ties.csv"),
        odd=(("lines-from-ties", 5),),
    ),
    Case(
        "two heads of different rank",
        csv_file(text_of([*PEOPLE, ("16", "Zoe Orr", "zoe@x.org", "", "Lead")])),
        odd=(("several-roots", 2),),
        lines=(*LINES.items(), ("16", "")),
    ),
    Case(
        "everybody a head",
        csv_file(text_of(column(3, ["-", "none", "", "n/a", "", ""]))),
        odd=(("nobody-leads", 6),),
        lines=tuple(dict.fromkeys(LINES, "").items()),
    ),
    Case(
        "gaps in levels",
        csv_file(text_of(column(4, ["1", "3", "3", "7", "", "7"], "Level"))),
        odd=(("rank-gap", 2), ("no-rank", 1)),
    ),
    Case(
        "ranks that count upward",
        csv_file(text_of(column(4, ["L9", "L7", "L7", "L3", "L3", "L3"], "Grade"))),
        odd=(("ranks-upward", 1),),
    ),
    Case(
        "mails to oneself, in one second and from nobody",
        csv_file(
            text_of(),
            ties=MAILS
            + "ann@x.org,ann@x.org,2026-01-05 10:00:00\n" * 2
            + "ann@x.org,all@x.org,2026-01-05 10:00:00\n"
            + "who@y.org,ann@x.org,2026-01-05 10:00:00\n"
            + "ann@x.org,mia@x.org,2026-01-05 10:00:00\n" * 3,
        ),
        ("people.csv", "ties.csv"),
        odd=(("self-tie", 2), ("no-person", 1), ("unknown-person", 1)),
    ),
    Case(
        "accounts that are no person",
        csv_file(
            text_of(
                [
                    *PEOPLE,
                    ("20", "Meeting Room 3", "room3@x.org", "10", ""),
                    ("21", "", "no-reply@x.org", "", ""),
                    ("22", "Vacant", "", "11", "Member"),
                ]
            )
        ),
        odd=(("no-person", 3),),
    ),
    Case(
        "people who left",
        csv_file(
            text_of(
                [
                    [*row, status]
                    for row, status in zip(
                        [*PEOPLE, ("16", "Zoe Orr", "zoe@x.org", "12", "Lead")],
                        ("Worker Status", "", "Terminated", "", "active", "", "", "inactive"),
                        strict=True,
                    )
                ]
            )
        ),
        odd=(("leaver", 1),),
    ),
    Case("empty file", csv_file(""), fault="people.csv: is empty"),
    Case(
        "header alone", csv_file(text_of(PEOPLE[:1])), fault="people.csv:1:1: holds nothing below"
    ),
    Case("one row", csv_file(text_of(PEOPLE[:2])), lines=(("10", ""),)),
    Case(
        "line ends in cells",
        csv_file(text_of(column(4, ['"Head\nof all"', *["Lead"] * 2, *['"Team\nmember"'] * 3]))),
    ),
    Case(
        "formula cells",
        sheet([*PEOPLE[:3], ["12", "Mia Cruz", "mia@x.org", "=A2", "Lead"], *PEOPLE[4:]]),
        ("people.xlsx",),
        odd=(("formula", 1), ("several-roots", 2)),
        lines=tuple({**LINES, "12": ""}.items()),
    ),
    Case(
        "a million rows",
        million_rows,
        ("people.csv", "ties.csv"),
        odd=(("self-tie", MILLION // 4),),
    ),
    Case(
        "the wrong way round",
        csv_file("boss,direct report\n" + "".join(f"{b},{a}\n" for a, b in LINES.items() if b)),
        ("people.csv", "--map", "id=boss", "--map", "manager=direct report"),
        fault="people.csv:1:1: direct report: the wrong way round?",
    ),
    Case(
        "people in several rows",
        csv_file(text_of([*PEOPLE, PEOPLE[3], ("13", "Tom Ito", "tom@x.org", "12", "Member")])),
        odd=(("repeated-person", 2),),
    ),
    Case(
        "total row, and rows of blanks",
        csv_file(text_of([*PEOPLE[:3], [""] * 5, *PEOPLE[3:], ["", "", "", "", "6 people"]])),
        odd=(("nameless-row", 1),),
    ),
    Case(
        "ids whose zeros a spreadsheet dropped",
        csv_file(text_of(column(3, ["", "0010", "10.0", "11", "11", "12"]))),
    ),
    Case(
        "names alone, two the same",
        csv_file("name,manager\nAnn Lee,\nTom Ito,Ann Lee\nTom Ito,Tom Ito\n"),
        fault="people.csv:4:1: two people are called 'Tom Ito' (rows 3 and 4)",
    ),
    Case(
        "managers of another file",
        csv_file(text_of(column(3, ["A", "B", "C", "A", "B", "C"]))),
        fault="people.csv:1:1: manager: none of its 6 managers is among the people",
    ),
)
