"""Names, links and texts of people who mean harm."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from torture.crash.stopping import called
from torture.program import fresh, plain, tests, within
from torture.rows import Came, row

NAMES = (
    "../up",
    "../../etc/passwd",
    "/tmp/out",
    "~/out",
    "..",
    ".",
    "",
    " ",
    ".hidden",
    "-rf",
    "--help",
    "a/b",
    "a\\b",
    "C:\\x",
    "CON",
    "NUL.txt",
    "a.",
    "a ",
    "a\nb",
    "a\x00b",
    "\x1b[2J\x1b]0;owned\x07",
    "\u202egnp.exe",
    "x" * 300,
    "$(touch owned)",
    "`touch owned`",
    "; touch owned",
    "| touch owned",
    "%s%n",
    "<script>alert(1)</script>",
    "\ud800",
)
"""Names that would be a path, an option, a command, an order to the terminal or a device."""
LINKED = (
    *("runs.lock", "runs.sqlite", "runs.sqlite-wal", "runs.sqlite-shm", "runs.sqlite-journal"),
    *("runs.parquet", "manifest.json", "sweep.html", "dashboard.html", "decisions.parquet"),
)
ORDERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")
ESCAPED = re.compile("_x([0-9A-F]{4})_")
"""How Excel writes a letter that it would take for something else."""
KEPT = b"not to be touched\n"


def uses(name: str) -> Iterator[tuple[str, ...]]:
    """Commands that are given a name: in a scenario, and as words."""
    yield "run", "named.yaml", "--replays", "0", "--engine", "mesa", "--workers", "1"
    yield "check", "variant.yaml"
    if "\x00" not in name and "\ud800" not in name:
        yield "view", "--print-path", "--", name
        yield "compare", "--", name, name
        yield "trace", "tiny.yaml", "--issue", "1", "--variant", name
        yield "explain", "--", name


def around(place: Path) -> list[str]:
    """All files beside and above the folder of work, but for its own."""
    return sorted(
        path.as_posix()
        for path in place.rglob("*")
        if place / "work" not in path.parents and path.name != "work"
    )


@row(
    "strangers",
    f"{len(NAMES)} hostile names, as a scenario's, a variant's, a result's and an option's",
    "taken as a name or refused in plain words; nothing outside the folder is made, no order "
    "reaches the terminal, nothing is run",
    full=30,
    short=6,
)
def hostile_names(times: int, place: Path) -> Came:
    faults, count = [], 0
    work = fresh(place / "work")
    (place / "beside").mkdir()
    before = around(place)
    for name in NAMES[:: max(1, len(NAMES) // times)]:
        fresh(work)
        with within(work):
            text = json.dumps(name)
            plain(work, replications=1)
            plain(work, "named")
            hostile = (
                (work / "named.yaml").read_text().replace('"name": "named"', f'"name": {text}')
            )
            (work / "named.yaml").write_text(hostile, encoding="utf-8")
            variants = f"name: x\nvariants: {{{text}: {{power.sharing: 1}}}}\n"
            (work / "variant.yaml").write_text(variants, encoding="utf-8")
            for words in uses(name):
                count += 1
                code, said = called(*words)()
                if code not in (0, 1, 2, 3, 5) or "a fault of leaderstream" in said:
                    faults.append(f"{words[0]} {name[:30]!r}: exit code {code}: {said[-200:]!r}")
                if ORDERS.search(said):
                    faults.append(f"{words[0]} {name[:30]!r}: an order in {said[-200:]!r}")
            if (work / "owned").exists():
                faults.append(f"{name!r} was run")
        if around(place) != before:
            faults.append(f"{name!r} made {set(around(place)) - set(before)}")
    return Came(f"{len(faults)} wrong", not faults, count, tuple(faults[:20]))


@row(
    "strangers",
    "a link, to a file or to nothing, planted in the place of each file of a result, of the folder "
    "of a result and of what `import` and `export` write, then written",
    "what it points to is neither changed nor made",
    full=46,
    short=4,
)
def planted_links(times: int, place: Path) -> Came:
    faults, count = [], 0
    work = fresh(place / "work")
    places = [f"results/{result}/{name}" for result in ("tiny", "tiny-sweep") for name in LINKED]
    places += ["results/tiny", "results/tiny-sweep", "results"]
    for target in places[:: max(1, 2 * len(places) // times)]:
        for exists in (True, False):
            fresh(work)
            victim = place / "victim"
            shutil.rmtree(victim, ignore_errors=True)
            victim.unlink(missing_ok=True)
            folder = Path(target).suffix == "" and "runs." not in target
            if exists and folder:
                victim.mkdir()
                (victim / "kept").write_bytes(KEPT)
            elif exists:
                victim.write_bytes(KEPT)
            (work / target).parent.mkdir(parents=True, exist_ok=True)
            (work / target).symlink_to(victim)
            plain(work, replications=2, sweep={"vary": {"power.sharing": [0]}, "replications": 2})
            with within(work):
                for words in (("run", "tiny.yaml", "--replays", "0"), ("sweep", "tiny.yaml")):
                    count += 1
                    code, said = called(*words, "--engine", "mesa", "--workers", "1")()
                    if code not in (0, 5, 3, 2):
                        faults.append(f"{target}: {words[0]}: exit code {code}: {said[-200:]}")
            own = target == "results"  # the user's own choice of where results go
            if not own and touched(victim, exists, folder):
                faults.append(f"{target}: {'changed' if exists else 'made'} through the link")
    return Came(f"{len(faults)} written through", not faults, count, tuple(faults[:20]))


def touched(victim: Path, exists: bool, folder: bool) -> bool:
    """Whether what a link points to is not as it was."""
    if not exists:
        return os.path.lexists(victim)
    if folder:
        return [path.name for path in victim.iterdir()] != ["kept"]
    return victim.read_bytes() != KEPT


@row(
    "strangers",
    "pipes, devices, escape sequences, rules that end the process or print 10 MB, links: the tests",
    "all pass",
    full=1,
)
def tests_of_hostile_files(times: int, place: Path) -> Came:
    del times, place
    return tests(
        "tests/commands/test_special_files.py",
        "tests/commands/test_hostile_texts.py",
        "tests/results/test_links.py",
        "tests/test_compiler.py",
    )


TEXTS = (
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "-2+3",
    '+"x"',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "line\nbreak",
    "line\r\nbreak",
    "tab\there",
    '"quoted"',
    "a,b;c",
    "'apostrophe",
    "_x0041_",
    "_x000D_",
    " spaces ",
    "0012",
    "1e5",
    "TRUE",
    "<b>&amp;</b>",
    "\u202ename",
    '=HYPERLINK("http://127.0.0.1")',
    "日本語",
    "\U0001f469\u200d\U0001f680",
    "",
    "x" * 500,
)


@row(
    "strangers",
    "texts that a spreadsheet would take for a formula, or change, written as CSV and Excel",
    "no cell is a formula, and every text comes back as it was: in Excel with line feeds, its only "
    "line ends",
    full=26,
    short=26,
)
def spreadsheet_cells(times: int, place: Path) -> Came:
    import csv

    import openpyxl
    import pandas as pd

    from sim.exchange import placing
    from sim.exchange.workbook import Sheet, SheetColumn, write_workbook
    from sim.tables.storage import FORMULA, MARK

    faults = []
    table = pd.DataFrame({"text": list(TEXTS), "number": range(len(TEXTS))})
    placing.place([placing.csv("made", table)], place)
    with (place / "made.csv").open(encoding="utf-8", newline="") as file:
        cells = [line["text"] for line in csv.DictReader(file)]
    for text, cell in zip(TEXTS, cells, strict=True):
        if cell.startswith(FORMULA):
            faults.append(f"CSV: {cell!r} is a formula")
        if text not in (cell, cell.removeprefix(MARK)):
            faults.append(f"CSV: {text!r} came back as {cell!r}")
    sheet = Sheet("texts", [SheetColumn("text", list(TEXTS))])
    write_workbook([sheet], place / "made.xlsx")
    book = openpyxl.load_workbook(io.BytesIO((place / "made.xlsx").read_bytes()))
    rows = list(book.active.iter_rows(min_row=2))
    for text, (cell, *_) in zip(TEXTS, rows, strict=True):
        shown = ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell.value or "")
        if cell.data_type == "f":
            faults.append(f"Excel: {text!r} is a formula")
        if shown != text.replace("\r\n", "\n").replace("\r", "\n"):
            faults.append(f"Excel: {text!r} came back as {cell.value!r}")
    figure = f"{len(faults)} formulas or changed texts"
    return Came(figure, not faults, 2 * len(TEXTS), tuple(faults[:20]))


@row(
    "strangers",
    "payloads in every text of the report, the sweep's page and the live app, in a real browser: "
    "the tests",
    "all pass: no script, request, dialog or element of theirs, and each is shown as text",
    full=1,
)
def payloads_in_a_browser(times: int, place: Path) -> Came:
    del times, place
    return tests("tests/dashboard/test_hostile_browser.py", "tests/live/test_app_browser.py")
