"""Rivermill Tools, a made-up company: what its HR department and its mail server would export.

    python scenarios/company/generate.py

writes people.xlsx, mail.csv and decisions.csv beside this file, always the same bytes. The names
are drawn from lists of common first and last names. Who wrote to whom and when comes from a
simulated run of this very organisation, with the settings of TRUTH: so whoever estimates settings
from the log can see how near they come. docs/own-organisation.md goes from these files to a
finding.
"""

from __future__ import annotations

import csv
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

HERE = Path(__file__).parent
SEED = 1907
ZONE = ZoneInfo("Europe/Berlin")
EXPORTED = datetime(2026, 6, 30)
FIRST_DAY = date(2026, 1, 12)
"""The working day of the log that comes first; the warm-up of the run is before it."""
HOLIDAYS = (date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14))
"""Weekdays on which nobody works: Good Friday, Easter Monday, Labour Day, Ascension Day."""

TRUTH = {
    "flow": {"up": {"delay": "6h"}, "down": {"delay": "3h"}, "across": {"delay": "2h"}},
    "operational": 8.0,  # issues a week, of all leaders together
    "strategic": 0.7,
}
"""The settings that the log was made with and that its times and counts can tell."""

UNITS = {
    "Operations": ("Assembly", "Machining", "Logistics", "Maintenance"),
    "Engineering": ("Design", "Testing", "Software"),
    "Sales": ("Region North", "Region South", "Key Accounts"),
    "Services": ("Field Service", "Spare Parts"),
    "Finance and People": ("Controlling", "Purchasing", "People Office"),
}
FIRST = (
    "Anna Ben Carla David Elena Felix Greta Hannes Ines Jonas Katja Lukas Maria Nils Olga Paul "
    "Renate Simon Tanja Uwe Vera Walter Yasmin Zoran Amira Boris Clara Dario Eva Fabian"
).split()
LAST = (
    "Albers Brandt Conrad Demir Engel Fischer Gruber Haas Ivanov Jansen Keller Lindner Mayer Novak "
    "Ott Petersen Quast Richter Sommer Thiel Ulrich Vogel Weber Young Ziegler Arslan Becker Costa "
    "Dietz Ebert Frank Glaser Huber Ilic Jost Kern Lorenz Marek Neumann Orth Pohl Roth Schulz"
).split()
HEAD = "Personnel no.,Last name,First name,E-mail,Job title,Grade,Division,Manager e-mail,Entered"
DOMAIN = "rivermill.example"


@dataclass(frozen=True)
class Person:
    """A row of the HR export."""

    number: int
    first: str
    last: str
    title: str
    grade: str
    department: str
    manager: int | None
    entered: date

    @property
    def email(self) -> str:
        return f"{self.first}.{self.last}@{DOMAIN}".lower()


def people(generator: np.random.Generator) -> list[Person]:
    """Managing director, directors, heads of departments and team leaders: 68 people."""
    names = [(first, last) for last in LAST for first in FIRST]
    drawn = iter(generator.permutation(len(names)).tolist())
    numbers = iter(sorted(generator.choice(np.arange(10_000, 99_999), 80, replace=False).tolist()))
    made: list[Person] = []

    def add(title: str, grade: str, department: str, manager: int | None) -> int:
        first, last = names[next(drawn)]
        entered = date(2003, 1, 1) + timedelta(days=int(generator.integers(0, 8200)))
        person = Person(next(numbers), first, last, title, grade, department, manager, entered)
        made.append(person)
        return person.number

    top = add("Managing Director", "E1", "Management", None)
    for division, departments in UNITS.items():
        director = add(f"Director {division}", "E2", division, top)
        for department in departments:
            head = add(f"Head of {department}", "M1", division, director)
            for team in range(1, int(generator.integers(2, 5)) + 1):
                add(f"Team Leader {department} {team}", "M2", division, head)
    return made


def write_people(everybody: list[Person], path: Path) -> None:
    """The HR export: a title above the header, managers by e-mail address, a shared mailbox."""
    from openpyxl import Workbook

    from sim.exchange.workbook import reproducible

    book = Workbook()
    book.properties.created = EXPORTED
    sheet = book.active
    sheet.title = "Leaders"
    sheet.append(["Rivermill Tools: leaders, as of 30 June 2026"])
    sheet.merge_cells("A1:I1")
    sheet.append(HEAD.split(","))
    by_number = {person.number: person for person in everybody}
    for person in sorted(everybody, key=lambda person: person.last):
        above = by_number[person.manager].email if person.manager is not None else ""
        facts = (person.title, person.grade, person.department, above, person.entered)
        sheet.append([person.number, person.last, person.first, person.email, *facts])
    sheet.append(
        [90001, "Reception", "", f"reception@{DOMAIN}", "Shared mailbox", "", "", "", None]
    )
    book.save(path)
    reproducible(path, EXPORTED)


def friends(everybody: list[Person], generator: np.random.Generator) -> list[tuple[int, int]]:
    """Pairs who know one another across the lines: of one grade mostly, some across grades."""
    pairs = set()
    while len(pairs) < len(everybody):
        one, other = (everybody[i] for i in generator.choice(len(everybody), 2, replace=False))
        near = 1.0 if one.department == other.department else 0.35
        if one.grade != other.grade:
            near *= 0.3
        if generator.random() < near:
            pairs.add((min(one.number, other.number), max(one.number, other.number)))
    return sorted(pairs)


def simulated(everybody: list[Person], pairs: list[tuple[int, int]]) -> tuple[list, list]:
    """The log of a run of this organisation: rows of messages and of decisions."""
    from sim.exchange.log import play_log
    from sim.parameters import parameters
    from sim.scenario import Scenario

    with tempfile.TemporaryDirectory() as folder:
        with open(Path(folder, "people.csv"), "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "manager_id", "level", "level_rank", "department"])
            for p in everybody:
                rank = "E1 E2 M1 M2".split().index(p.grade) + 1
                writer.writerow([p.number, p.manager or "", p.grade, rank, p.department])
        with open(Path(folder, "ties.csv"), "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["source", "target", "kind"])
            writer.writerows([*pair, "knows"] for pair in pairs)
        operational, strategic = TRUTH["operational"], TRUTH["strategic"]
        scenario = Scenario.from_dict(
            {
                "name": "company",
                "seed": SEED,
                "clock": {"horizon": "26w", "warmup": "4w"},
                "stream": {"people": "people.csv", "ties": "ties.csv"},
                "flow": TRUTH["flow"],
                "direction": {"source": "E1"},
                "issues": {
                    "operational": {
                        "rate": f"{operational}/w",
                        "raised_at": "M2",
                        "decided_at": "M1",
                    },
                    "strategic": {
                        "rate": f"{strategic}/w",
                        "raised_at": "any",
                        "decided_at": "E2",
                        "witnesses": 12,
                        "stakes": 8,
                        "half_life": "3mo",
                        "expiry": "1y",
                        "affects": "all",
                    },
                },
            },
            Path(folder),
        )
        log = play_log(parameters(scenario))
    return log.messages.to_dict("records"), log.decisions.to_dict("records")


def moved(times: Iterable[str]) -> Iterator[datetime]:
    """Times of the simulated log on the calendar of this company, in its time zone, each to a
    second within the quarter of an hour."""
    first = None
    for text in times:
        moment = datetime.fromisoformat(text)
        first = first or moment.date()
        day = int(np.busday_count(first, moment.date()))
        there = np.busday_offset(FIRST_DAY, day, holidays=HOLIDAYS, roll="forward")
        yield datetime.combine(there.item(), moment.time(), ZONE)


def write_mail(
    rows: list, everybody: list[Person], generator: np.random.Generator, path: Path
) -> None:
    """The mail server's log: semicolons; one row a message, its receivers in one cell."""
    address = {str(person.number): person.email for person in everybody}
    sent: dict[tuple, list[str]] = {}
    for row, moment in zip(rows, moved(row["time"] for row in rows), strict=True):
        moment += timedelta(seconds=int(generator.integers(0, 900)))
        conversation = f"{zlib.crc32(row['thread'].encode()):08x}"
        key = (moment.isoformat(), address[row["source"]], conversation)
        sent.setdefault(key, []).append(address[row["target"]])
    lines = [(*key, "; ".join(receivers)) for key, receivers in sent.items()]
    lines += list(_noise(lines, everybody, generator))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(["Sent", "From", "To", "Conversation"])
        for moment, source, thread, target in sorted(lines):
            writer.writerow([moment, source, target, thread])


def _noise(lines: list, everybody: list[Person], generator: np.random.Generator) -> Iterator[tuple]:
    """What else a mail server sees: announcements, automatic mail, strangers, notes to oneself."""
    moments = [lines[i][0] for i in generator.choice(len(lines), 160, replace=False)]
    for n, moment in enumerate(moments):
        person = everybody[int(generator.integers(len(everybody)))]
        yield (
            (moment, f"no-reply@{DOMAIN}", f"n{n}", person.email),
            (moment, person.email, f"n{n}", f"customer{n % 9}@client.example"),
            (moment, everybody[0].email, f"n{n}", f"everyone@{DOMAIN}"),
            (moment, person.email, f"n{n}", person.email),
        )[n % 4]


def write_decisions(rows: list, everybody: list[Person], path: Path) -> None:
    """The log of decisions, as a workflow system keeps it."""
    address = {str(person.number): person.email for person in everybody}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["Case", "Kind", "Activity", "Lifecycle", "Who", "Attendees", "Time"])
        for row, moment in zip(rows, moved(row["time"] for row in rows), strict=True):
            who = address.get(row["resource"], row["resource"])
            there = "; ".join(address[one] for one in row["attendees"].split("; ") if one)
            step = (row["kind"], row["activity"], row["lifecycle"], who, there)
            writer.writerow([row["case"], *step, moment.isoformat()])


def write(folder: Path = HERE) -> None:
    """Write the three files into a folder."""
    generator = np.random.default_rng(SEED)
    everybody = people(generator)
    write_people(everybody, folder / "people.xlsx")
    messages, decisions = simulated(everybody, friends(everybody, generator))
    write_mail(messages, everybody, generator, folder / "mail.csv")
    write_decisions(decisions, everybody, folder / "decisions.csv")


if __name__ == "__main__":
    write()
