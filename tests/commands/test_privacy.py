"""Where people are shown in groups only, no command writes or prints a name, an address or an id:
every byte of what it leaves is searched for them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sim import Scenario
from sim.commands.app import app
from sim.experiments.audit import audit as auditing
from sim.experiments.audit.alternatives import ALTERNATIVES
from sim.extension import files
from tests.dashboard.test_report import PACKED, unpacked

MESA = ("--engine", "mesa", "--workers", "1")
SIZES = {"Sales": 9, "Plant": 7, "Legal": 2}

SCENARIO = """\
name: private
seed: 5
replications: 3
clock: {warmup: 1w, horizon: 3w}
privacy: {smallest_group: 5}
stream: {people: org-people.csv, ties: org-ties.csv}
competence: {spread: 0.5}
trust: learned
influence: {rule: reputation}
power: {rule: shared, sharing: 0.5}
variants:
  top-down: {power.rule: autocratic}
claims:
  - {metric: person_hours, higher: base, than: top-down}
sweep: {vary: {power.sharing: [0.2, 0.8]}, replications: 2}
calibrate:
  search: {power.sharing: [0.0, 0.5]}
  objectives: {value: up}
  replications: {min: 2, max: 4, test: 2}
  runs: 20
"""
RULES = """\
from sim.agents import Leader


class Quiet(Leader):
    \"\"\"Passes nothing on; says who it is where it fails, in every other run.\"\"\"

    columns = {"held": "messages held back"}

    def __init__(self, model, index):
        super().__init__(model, index)
        self.held = 0

    def passes_on(self, message):
        self.held += 1
        if self.model.stream[0] % 2:
            raise ValueError(f"{self.id} would rather not")
        return 0.0
"""


def people():
    """(id, name, address, manager, level, rank, department), all of them unmistakable."""
    rows = [("zq-7k3m-00", "Xaviera Toppermost", "xt@secret.example", "", "exec", 0, "Board")]
    for d, (unit, size) in enumerate(SIZES.items()):
        head = f"zq-8h2w-{d}0"
        rows.append(
            (head, f"Headley{d} Hiddenby", f"h{d}@secret.example", rows[0][0], "head", 1, unit)
        )
        for i in range(size):
            name, address = f"Lowell{d}{i} Buriedson", f"l{d}{i}@secret.example"
            rows.append((f"zq-9p4x-{d}{i}", name, address, head, "lead", 2, unit))
    return rows


def secrets():
    return [str(one) for row in people() for one in row[:3]]


def write_organisation(folder, departments=True):
    header = "id,name,email,manager_id,level,level_rank,department"
    rows = [row if departments else (*row[:6], "") for row in people()]
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    (folder / "org-people.csv").write_text("\n".join(lines) + "\n")
    ids = [row[0] for row in rows]
    ties = [f"{ids[i]},{ids[(7 * i + 5) % len(ids)]},mail" for i in range(len(ids))]
    (folder / "org-ties.csv").write_text("\n".join(["source,target,kind", *ties]) + "\n")
    (folder / "private.yaml").write_text(SCENARIO)


def texts_of(path: Path):
    """Everything in a file: its bytes, and the cells of what is compressed in it."""
    yield path.read_bytes()
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        yield repr(table.schema.metadata).encode()
        for field in table.schema:
            yield f"{field.name} {field.metadata}".encode()
            yield "\n".join(map(str, pd.unique(table[field.name].to_pandas()))).encode()
    if path.suffix == ".html":
        packed = [unpacked(text).encode() for _, text in PACKED.findall(path.read_text("utf-8"))]
        assert packed or path.name != "dashboard.html"
        yield from packed
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())


def told(data: bytes):
    """Which of the secrets some bytes hold."""
    return [secret for secret in secrets() if secret.encode() in data]


def insist_silent(folder):
    """That no file but the organisation's own names anybody; returns how many were read."""
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("org-people.csv", "org-ties.csv"):
            count += 1
            for data in texts_of(path):
                assert told(data) == [], path
    return count


@pytest.fixture
def silent(folder):
    """Call the command line and insist that it printed nobody; gives all that it printed. Claims
    may be undecided, which ends with 1."""

    def invoke(*arguments, code=None):
        ended = CliRunner().invoke(app, list(arguments))
        printed = f"{ended.stdout}{ended.stderr}"
        assert ended.exit_code in ((0, 1) if code is None else (code,)), printed
        assert "Traceback" not in printed
        assert told(printed.encode()) == []
        return printed

    return invoke


@pytest.fixture
def nothing_loaded(monkeypatch):
    """Files of rules that other tests have read are not known here, nor those of here there."""
    for name in ("_allowed", "_origins"):
        monkeypatch.setattr(files, name, {})


@pytest.fixture(params=[True, False], ids=["departments", "units of the tree"])
def organisation(folder, request):
    write_organisation(folder, departments=request.param)
    return folder


def test_the_search_finds_what_is_shown(folder):
    """The same result without the key names everybody, in cells that are compressed too."""
    write_organisation(folder)
    changes = ("--set", "privacy.smallest_group=off")
    ended = CliRunner().invoke(app, ["run", "private.yaml", *MESA, "-n", "1", *changes])
    assert ended.exit_code in (0, 1)
    assert "People are shown one by one" in " ".join(ended.stderr.split())
    found = {
        path.name: {secret for data in texts_of(path) for secret in told(data)}
        for path in (folder / "results/private").iterdir()
    }
    ids = {row[0] for row in people()}
    assert found["leaders.parquet"] == ids
    assert ids & found["decisions.parquet"] and ids & found["replays.parquet"]
    assert ids & found["dashboard.html"]
    page = (folder / "results/private/dashboard.html").read_text()
    assert "People are shown one by one" in page


def test_runs_and_what_is_made_of_them_name_nobody(organisation, silent):
    assert "load" in silent("check", "private.yaml")
    printed = silent("run", "private.yaml", *MESA, "--replays", "2", "--details")
    assert "no issue of private is replayed" in " ".join(printed.split())
    silent("run", "private.yaml", *MESA, "-n", "2", "--out", "other", "--json")
    page = (organisation / "results/private/dashboard.html").read_text()
    assert "People are shown in groups of at least 5" in page
    manifest = json.loads((organisation / "results/private/manifest.json").read_text())
    assert not {"replays", "channels", "stories"} & set(manifest["tables"])
    leaders = pd.read_parquet(organisation / "results/private/leaders.parquet")
    assert leaders["leaders"].min() >= 5
    assert set(leaders.groupby(["variant", "replication"])["leaders"].sum()) == {len(people())}
    listed = json.loads(silent("figure", "private", "--list", "--json", "--quiet"))
    assert {"leaders", "organisation"} <= {figure["figure"] for figure in listed}
    for figure in (one["figure"] for one in listed):
        silent("figure", "private", figure, "--out", f"{figure}.json")
    silent("export", "private", "--out", "tables")
    silent("export", "private", "--out", "book", "--format", "xlsx")
    silent("results", "--json")
    silent("compare", "private", "other/private")
    silent("verify", "private", "--json", "--runs", "1")
    silent("view", "private", "--print-path")
    assert insist_silent(organisation) > 20


@pytest.mark.parametrize("what", ["--log", "--xes", "--graphml"])
def test_what_lists_people_is_refused_with_the_reason(folder, silent, what):
    write_organisation(folder)
    silent("run", "private.yaml", *MESA, "-n", "1")
    printed = silent("export", "private", "--out", "log", what, code=5)
    assert "people are shown in groups of at least 5" in " ".join(printed.split())
    assert not list((folder / "log").glob("*"))


def test_stories_name_groups(organisation, silent):
    printed = " ".join(silent("trace", "private.yaml", "--issue", "2").split())
    assert "(one of 13)" in printed and "several units #2" in printed
    refused = " ".join(silent("trace", "private.yaml", "--issue", "2", "--json", code=5).split())
    assert "shown in groups of at least 5" in refused


def test_experiments_name_nobody(folder, silent, monkeypatch):
    write_organisation(folder, departments=False)
    monkeypatch.setattr(auditing, "ALTERNATIVES", ALTERNATIVES[:2])
    silent("sweep", "private.yaml", *MESA, "--details")
    silent("audit", "private.yaml", *MESA, "--replications", "2")
    silent("sensitivity", "private.yaml", *MESA, "--points", "4")
    silent("calibrate", "private.yaml", *MESA)
    silent("bridges", "private.yaml", *MESA, "--candidates", "2", "--replications", "2")
    assert insist_silent(folder) > 10


def test_errors_of_custom_classes_name_nobody(folder, silent, nothing_loaded):
    write_organisation(folder)
    (folder / "quiet.py").write_text(RULES)
    with (folder / "private.yaml").open("a") as scenario:
        scenario.write("leaders: {class: quiet.py:Quiet, at: lead, share: 60%}\n")
    printed = silent("run", "private.yaml", *MESA, "--rules", "quiet.py", code=4)
    assert "somebody would rather not" in printed
    insist_silent(folder)
    manifest = json.loads((folder / "results/private/manifest.json").read_text())
    assert any("leader somebody" in one["error"] for one in manifest["failures"])
    leaders = pd.read_parquet(folder / "results/private/leaders.parquet")
    assert "class" not in leaders and "held" in leaders


def test_the_live_app_names_nobody(folder):
    pytest.importorskip("dash", reason="the live app's extra is not installed")
    from sim.agents import simulate
    from sim.live.app import build
    from sim.live.engine import LiveEngine
    from sim.live.setting import DialSettings

    write_organisation(folder)
    engine = LiveEngine(simulate, 1, 2)
    try:
        settings = DialSettings(Scenario.load("private.yaml"))
        client = build(settings, engine, 8050).server.test_client()
        setting = {"start": "base", "dials": {"power.sharing": "1"}}
        body = {"setting": setting, "pins": [], "tab": "t", "number": 1, "have": [0], "issue": 1}
        home = {"Host": "127.0.0.1:8050"}
        answers = [client.get(path, headers=home) for path in ("/", "/_dash-layout")]
        for name in ("look", "issues", "story", "scenario", "report"):
            answers.append(client.post(f"/api/{name}", json=body, headers=home))
        assert all(answer.status_code == 200 for answer in answers)
        assert all(told(answer.get_data()) == [] for answer in answers)
        assert "groups of at least 5" in answers[4].get_json()["problems"][0]
        assert "privacy:" in answers[5].get_json()["text"]
        assert "People are shown in groups" in answers[6].get_json()["text"]
    finally:
        engine.close()
