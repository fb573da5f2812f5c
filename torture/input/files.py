"""Files of other programs: broken by hand, and given to each reader as mutated bytes."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

from torture.crash.stopping import LOG, STAFF, called
from torture.input.samples import EVENTS, GRAPHML, MBOX, READERS, XES, slack, workbook
from torture.program import fresh, within
from torture.rows import ROOT, Came, row

IMPORT = ("import", "{}", "--out", "made.yaml", "--dry-run")
TIES = ("import", "staff.csv", "{}", "--out", "made.yaml", "--dry-run")
FIT = ("fit", "{}", "--people", "staff.csv", "--dry-run")
BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
)
ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def packed(files: dict[str, bytes]) -> bytes:
    """A zip file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tables() -> list[tuple[str, bytes]]:
    """Lists of people that cannot be used."""
    head = STAFF.splitlines()[0]
    texts = {
        "empty": "",
        "blank": "\n\n \n",
        "head": head,
        "zero": "\x00" * 100,
        "binary": "\x01\x02\x03" * 50,
        "quote": f'{head}\n"a1,Ann\n',
        "circle": "id,manager\na,b\nb,a\n",
        "self": "id,manager\na,a\nb,a\n",
        "nobody": "id,manager\n,\n,\n",
        "strangers": "id,manager\na,x\nb,y\nc,z\n",
        "no-id": "colour,size\nred,3\nblue,4\n",
        "twins": "name,manager\nAnn Lee,\nAnn Lee,\nTom,Ann Lee\n",
        "numbers": "1,2,3\n4,5,6\n",
        "html": "<html><table><tr><td>id</td></tr></table></html>",
        "json": json.dumps([{"id": "a", "manager": ""}]),
        "xml": "<people><p id='a'/></people>",
        "yaml": "people:\n- id: a\n",
        "twice": "id,id,manager\na,b,\nc,d,a\n",
        "wide": "id,manager\n" + "a," * 3000 + "\n",
    }
    found = [(f"{name}.csv", text.encode()) for name, text in texts.items()]
    found.append(
        ("long.csv", ("id,manager\n" + "x" * 200_000 + ",\n" + '"' + "y" * 200_000).encode())
    )
    found.append(("cut.csv", STAFF.encode("utf-16")[:-41]))
    book = workbook()
    found += [(f"cut-{share}.xlsx", book[: len(book) * share // 10]) for share in (1, 5, 9)]
    found += [("no.xlsx", b"no workbook"), ("zip.xlsx", packed({"x": b"y"})), ("none.xlsx", b"")]
    parts = {info: zipfile.ZipFile(io.BytesIO(book)).read(info) for info in names_of(book)}
    for name in parts:
        if name.endswith((".xml", ".rels")) and "docProps" not in name and "theme" not in name:
            stem = Path(name).stem
            found.append(
                (f"bomb-{stem}.xlsx", packed({**parts, name: BOMB.encode() + b"]><x>&j;</x>"}))
            )
            found.append((f"cut-{stem}.xlsx", packed({**parts, name: parts[name][:-30]})))
    return found


def names_of(data: bytes) -> list[str]:
    """The names in a zip file."""
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def ties() -> list[tuple[str, bytes]]:
    """Files of ties and messages that cannot be used."""
    export = slack()
    parts = {name: zipfile.ZipFile(io.BytesIO(export)).read(name) for name in names_of(export)}
    found = [
        ("empty.csv", b""),
        ("one.csv", b"from\na1\n"),
        ("strangers.csv", b"from,to\nx,y\ny,z\n"),
        ("time.csv", LOG.replace("2026-03-", "2026-99-").encode()),
        ("mail.pst", b"!BDN" + b"\x00" * 600),
        ("mail.eml", b"Received: x\nFrom: a@x.org\n\nhello"),
        ("cut.mbox", MBOX.encode()[:30]),
        ("net.json", b"{}"),
        ("cut.graphml", GRAPHML.encode()[:-90]),
        ("bomb.graphml", (BOMB + "]><graphml>&j;</graphml>").encode()),
        ("entity.graphml", (ENTITY + "<graphml><graph>&a;</graph></graphml>").encode()),
        ("none.gexf", b"<gexf></gexf>"),
        ("cut.zip", export[:-60]),
        ("users.zip", packed({**parts, "users.json": b"[" * 100_000})),
        ("text.zip", packed({**parts, "users.json": b'"text"'})),
        ("number.zip", packed({**parts, "channels.json": b"3"})),
        ("up.zip", packed({"../../users.json": parts["users.json"]})),
        ("large.zip", packed({**parts, "users.json": b"[" + b" " * (1100 << 20) + b"]"})),
    ]
    return found


def logs() -> list[tuple[str, bytes]]:
    """Event logs that cannot be used."""
    return [
        ("empty.csv", b""),
        ("undecided.csv", EVENTS.replace("decided", "looked at").encode()),
        ("time.csv", EVENTS.replace("2026", "year").encode()),
        ("no-case.csv", EVENTS.replace("\n1,", "\n,").replace("\n2,", "\n,").encode()),
        ("cut.xes", XES.encode()[:-60]),
        ("bomb.xes", (BOMB + "]><log>&j;</log>").encode()),
        ("entity.xes", (ENTITY + "<log>&a;</log>").encode()),
        ("none.xes", b"<log></log>"),
    ]


@row(
    "input",
    "`import` and `fit` of a list of people, of ties, messages or events that is broken: CSV, "
    "Excel, mail, Slack, GraphML, XES; among them packed and nested bombs, and files outside",
    "exit code 3 with the name of the file, or a scenario with the oddities said; no traceback",
    full=60,
    short=12,
)
def bad_files(times: int, place: Path) -> Came:
    every = [(IMPORT, *one) for one in tables()]
    every += [(TIES, *one) for one in ties()] + [(FIT, *one) for one in logs()]
    if times < 60:
        every = random.Random(1).sample(every, times)
    faults, used = [], 0
    with within(place):
        for words, name, data in every:
            fresh(place / "files")
            Path("staff.csv").write_text(STAFF, encoding="utf-8")
            Path("files", name).write_bytes(data)
            code, said = called(*(word.format(f"files/{name}") for word in words))()
            used += code == 0
            if code not in (0, 3) or (code == 3 and name not in said) or "root:" in said:
                faults.append(f"{name}: exit code {code}: {said[:300]}")
    told = f"{len(faults)} without a clear error, {used} used with what is odd said"
    return Came(told, not faults, len(every), tuple(faults[:20]))


@row(
    "input",
    f"mutated bytes for 60 s to each of {len(READERS)} readers",
    "read, or refused in plain words within 10 s of processor time; no other exception",
    full=60,
    short=2,
)
def guided_bytes(seconds: int, place: Path) -> Came:
    names = list(READERS) if seconds > 10 else ["scenario", "people, CSV", "manifest"]
    faults, read, accepted = [], 0, 0
    for name in names:
        folder = fresh(place / name.replace(" ", "-"))
        words = [name, "--seconds", str(seconds), "--folder", str(folder)]
        ended = subprocess.run(
            [sys.executable, "-m", "torture.input.fuzzing", *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
        )
        file = folder / "found.json"
        if ended.returncode or not file.exists():
            faults.append(f"{name}: ended with {ended.returncode}: {ended.stderr[-300:]}")
        if file.exists():
            found = json.loads(file.read_text(encoding="utf-8"))
            read, accepted = read + found["read"], accepted + found["accepted"]
            faults += [f"{name}: {fault}" for fault in found["faults"].values()]
    led = "led by coverage (atheris)" if has_atheris() else "at random (no atheris here)"
    told = f"{len(faults)} kinds of fault in {read:,} files, {accepted:,} of them accepted; {led}"
    return Came(told, not faults, read, tuple(faults[:20]))


def has_atheris() -> bool:
    """Whether mutations are led by what they reach."""
    from importlib.util import find_spec

    return find_spec("atheris") is not None
