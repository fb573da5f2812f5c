"""Small sound files of every format that is read, and who reads them: what mutations begin from."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from torture.crash.stopping import LOG, STAFF
from torture.rows import ROOT

SHIPPED = tuple(sorted(ROOT.glob("scenarios/*.yaml")) + sorted(ROOT.glob("scenarios/*/*.yaml")))
OWN_PEOPLE = (
    "id,position,manager_id,unit\na,top,,x\nb,middle,a,x\nc,middle,a,y\nd,work,b,x\ne,work,c,y\n"
)
OWN_TIES = "source,target,kind\na,b,across\na,c,across\nb,d,across\nc,e,across\nd,e,across\n"
POINTS = "power.sharing,consensus.limit\n0,1d\n0.5,2d\n1,5d\n"
PLACED = """\
name: x
stream: {people: people.csv%s}
issues: {task: {rate: 1/w, witnesses: 2}}
"""
MBOX = "".join(
    f"From a{n} Thu Mar  5 09:0{n}:00 2026\n"
    "From: Ann Lee <ann@x.org>\nTo: Jo <jo@x.org>, mia@x.org\n"
    f"Date: Thu, 5 Mar 2026 09:0{n}:00 +0100\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"
    f"Message-ID: <{n}@x.org>\nIn-Reply-To: <{n - 1}@x.org>\n\nHello\n>From here\n\n"
    for n in range(1, 8)
)
GRAPHML = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="w" for="edge" attr.name="weight" attr.type="double"/>
<graph edgedefault="directed"><node id="a1"/><node id="a2"/><node id="a3"/>
<edge source="a1" target="a2"><data key="w">2.5</data></edge><edge source="a2" target="a3"/></graph>
</graphml>
"""
XES = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
<trace><string key="concept:name" value="case 1"/>
<event><string key="concept:name" value="raise"/><string key="org:resource" value="a1"/>
<date key="time:timestamp" value="2026-03-05T09:00:00+01:00"/></event>
<event><string key="concept:name" value="decided"/><string key="org:resource" value="a2"/>
<date key="time:timestamp" value="2026-03-07T09:00:00+01:00"/></event></trace>
</log>
"""
EVENTS = """\
case,activity,time,resource,kind
1,raised,2026-03-02 09:00,a4,plan
1,decided,2026-03-04 15:00,a1,plan
2,raised,2026-03-03 10:00,a5,task
2,decided,2026-03-03 12:00,a2,task
"""
PSEUDONYMS = "pseudonym,id\namber-lion,a1\nblue-lake,a2\n"
MANIFEST = {
    "kind": "run",
    "name": "x",
    "model": "1",
    "policies": {"base": {}},
    "tables": {"runs": {"sha256": "0" * 64, "rows": 1}},
}


def workbook() -> bytes:
    """The list of people as an Excel file."""
    import openpyxl

    book, file = openpyxl.Workbook(), io.BytesIO()
    for line in STAFF.splitlines():
        book.active.append(line.split(","))
    book.save(file)
    return file.getvalue()


def slack() -> bytes:
    """A small Slack export."""
    files = {
        "users.json": [{"id": f"U{n}", "profile": {"email": f"a{n}@x.org"}} for n in range(1, 5)],
        "channels.json": [{"id": "C1", "name": "board", "members": ["U1", "U2", "U3"]}],
        "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
        "board/2026-03-05.json": [
            {"type": "message", "user": "U1", "ts": "1772700000.0", "text": "x"}
        ],
        "D1/2026-03-05.json": [
            {"type": "message", "user": "U2", "ts": "1772700100.0", "text": "y"}
        ],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, json.dumps(content))
    return packed.getvalue()


def sealed() -> bytes:
    """A manifest with its digest."""
    from sim.seal import sealed as seal

    return seal(MANIFEST)


@cache
def store() -> bytes:
    """A store of a sweep, as one file."""
    import tempfile

    from experiments.stores import key, numbers, opened

    from sim.experiments.keys import Run
    from sim.experiments.store import FILE

    with tempfile.TemporaryDirectory() as folder:
        with opened(Path(folder)) as kept:
            kept.put([Run(key("a"), number) for number in range(20)], numbers(20))
        return (Path(folder) / FILE).read_bytes()


class Reader(NamedTuple):
    """What reads a file: the name that the file has, sound samples, and how it is read from a
    folder; by LeaderstreamError it says what is wrong."""

    file: str
    samples: Callable[[], list[bytes]]
    read: Callable[[Path], object]


def _texts(*texts: str) -> Callable[[], list[bytes]]:
    return lambda: [text.encode() for text in texts]


def _scenario(path: Path) -> object:
    from sim.scenario import Scenario

    return Scenario.load(path)


def _beside(more: str, text: str = "") -> Callable[[Path], object]:
    """A scenario that names the file."""

    def read(path: Path) -> object:
        if more:
            (path.parent / "people.csv").write_text(OWN_PEOPLE, encoding="utf-8")
        from sim.organization import build
        from sim.scenario import Scenario

        return build(Scenario.from_text(PLACED % more, folder=path.parent))

    return read


def _points(path: Path) -> object:
    from sim.experiments.designs import design
    from sim.scenario import Scenario

    text = "name: x\nsweep: {design: list, file: points.csv}\n"
    return design(Scenario.from_text(text, folder=path.parent))


def _people(path: Path) -> object:
    from sim.sources.oddities import Oddities
    from sim.sources.people import read_people

    return read_people(path, path.name, Oddities(), {})


def _contacts(path: Path) -> object:
    from sim.sources.contacts import read_contacts
    from sim.sources.oddities import Oddities

    return read_contacts(path, path.name, Oddities(), {})


def _events(path: Path) -> object:
    from sim.fitting.events import is_event_log, read_events
    from sim.sources.oddities import Oddities

    is_event_log(path, path.name, {})
    return read_events(path, path.name, Oddities(), {})


def _pseudonyms(path: Path) -> object:
    from sim.sources.pseudonyms import read

    return read(path)


def _manifest(path: Path) -> object:
    """As it is, and sealed anew where it can be."""
    from sim.reading.listing import entries
    from sim.seal import sealed as seal

    within = path.parent.parent
    found = [entries(within)]
    try:
        manifest = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return found
    if isinstance(manifest, dict):
        manifest.pop("digest", None)
        path.write_bytes(seal(manifest))
        found.append(entries(within))
    return found


def _store(path: Path) -> object:
    import warnings

    from experiments.stores import key, opened

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with opened(path.parent) as kept:
            return kept.of(key("a"), 20)


def _config(path: Path) -> object:
    import os

    from sim.extension.files import allowed

    os.environ["XDG_CONFIG_HOME"] = str(path.parent.parent)
    return allowed()


READERS: dict[str, Reader] = {
    "scenario": Reader("x.yaml", lambda: [path.read_bytes() for path in SHIPPED[:7]], _scenario),
    "people of a scenario": Reader("people.csv", _texts(OWN_PEOPLE), _beside("")),
    "ties of a scenario": Reader("ties.csv", _texts(OWN_TIES), _beside(", ties: ties.csv")),
    "points of a sweep": Reader("points.csv", _texts(POINTS), _points),
    "people, CSV": Reader("staff.csv", _texts(STAFF, STAFF.replace(",", ";")), _people),
    "people, Excel": Reader("staff.xlsx", lambda: [workbook()], _people),
    "messages, CSV": Reader("log.csv", _texts(LOG[:1000], OWN_TIES), _contacts),
    "mail": Reader("mail.mbox", _texts(MBOX), _contacts),
    "graph": Reader("net.graphml", _texts(GRAPHML), _contacts),
    "Slack": Reader("slack.zip", lambda: [slack()], _contacts),
    "events, CSV": Reader("events.csv", _texts(EVENTS), _events),
    "events, XES": Reader("events.xes", _texts(XES), _events),
    "pseudonyms": Reader("names.csv", _texts(PSEUDONYMS), _pseudonyms),
    "manifest": Reader("manifest.json", lambda: [sealed()], _manifest),
    "store": Reader("runs.sqlite", lambda: [store()], _store),
    "configuration": Reader("config.toml", _texts('allow = ["a.py", "~/b.py"]\n'), _config),
}
"""By name: all that is read of others."""
