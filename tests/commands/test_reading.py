"""`results`, `compare`, `verify` and `export`: what they say of past results, and what they
refuse."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from sim import results, seal
from sim.errors import InvalidInput
from sim.experiments.keys import Run
from sim.experiments.store import Store
from sim.files import sha256
from sim.runner import DRIVERS
from sim.scenario import Scenario
from sim.seal import HASHES
from sim.texts import columns_of
from sim.version import model_version, resolving_version

sys.path.append(str(Path(__file__).resolve().parents[1] / "reading"))
from reading.results_made import (
    TINY,
    as_before,
    change_manifest,
    flip,
    keep_sweep,
    made,
    made_sweep,
    tamper,
)

MESA = ("--engine", "mesa", "--workers", "1")


@pytest.fixture(scope="module")
def originals(tmp_path_factory) -> Path:
    """A folder with results: tiny, tiny-2 (another seed), and swept (a sweep)."""
    out = tmp_path_factory.mktemp("results")
    made(out)
    made(out, seed=8, replications=4)
    made_sweep(out / "swept", name="swept", replications="2")
    return out


@pytest.fixture
def past(folder, originals) -> Path:
    """The results folder of the current folder, with a copy of those."""
    shutil.copytree(originals, folder / "results")
    return folder / "results"


def raised(table):
    """Raise one number of the first row by a hair."""
    name = "quality" if "quality" in table.columns else "backlog"
    table.loc[0, name] = np.nextafter(table.loc[0, name], 9)


def test_results_are_listed_with_what_they_are(call, past):
    entries = {entry["name"]: entry for entry in json.loads(call("results", "--json").stdout)}
    assert set(entries) == {"tiny", "tiny-2", "swept"}
    tiny, swept = entries["tiny"], entries["swept"]
    assert (tiny["kind"], tiny["scenario"], tiny["policies"]) == (
        "run",
        "tiny",
        ["base", "top-down"],
    )
    assert (tiny["runs"], entries["tiny-2"]["runs"], swept["runs"]) == (6, 8, 8)
    assert (swept["kind"], swept["scenario"]) == ("sweep", "swept")
    assert tiny["bytes"] == sum(path.stat().st_size for path in (past / "tiny").iterdir())
    assert tiny["started"] == results.load(past / "tiny").manifest["started"]
    assert {entry["state"] for entry in entries.values()} == {"as written"}
    said = call("results")
    line = next(line for line in said.stdout.splitlines() if line.startswith("tiny "))
    pattern = (
        r"tiny +run +tiny +base, top-down +6 +20\d\d-\d\d-\d\d \d\d:\d\d +[\d.]+ kB +as written"
    )
    assert re.fullmatch(pattern, line)


def test_the_newest_result_comes_first(call, past):
    for name, year in (("tiny", 2031), ("swept", 2033), ("tiny-2", 2032)):
        started = f"{year}-01-01T00:00:00+00:00"
        change_manifest(
            past / name, lambda manifest, started=started: manifest.update(started=started)
        )
    said = call("results", "--json")
    assert [entry["name"] for entry in json.loads(said.stdout)] == ["swept", "tiny-2", "tiny"]
    assert "next: leaderstream verify swept" in said.stderr
    shutil.rmtree(past / "swept")
    assert "next: leaderstream compare tiny tiny-2" in call("results").stderr


def test_what_is_wrong_with_a_result_is_said_of_it_and_the_others_are_listed(call, past):
    tamper(past / "tiny", "days", raised)
    (past / "tiny-2" / "runs.parquet").write_bytes(b"PAR1")
    (past / "broken").mkdir()
    (past / "broken" / "manifest.json").write_text("{")
    (past / ".hidden.partial-1").mkdir()
    (past / "notes").mkdir()
    (past / "odd").mkdir()
    (past / "odd" / "runs.sqlite").write_bytes(b"SQLite no more")
    said = call("results", "results")
    assert said.exit_code == 1
    states = {line.split()[0]: line.rpartition("  ")[2] for line in said.stdout.splitlines()[1:]}
    altered = dict.fromkeys(("tiny", "tiny-2", "broken"), "altered")
    assert states == {**altered, "odd": "unreadable", "swept": "as written"}
    assert "tiny: days.parquet not as written" in said.stderr
    assert (
        "tiny-2: runs.parquet not as written" in said.stderr
        and "broken: manifest.json not" in said.stderr
    )
    assert "4 results are not as written: run the scenario again" in said.stderr


FIGURES = ("figure", "tiny", "--list")
EXPORT = ("export", "tiny", "--out", "out")
MALFORMED = {
    "policies": '"policies": 5',
    "rows": '"tables": {"runs": {"sha256": "0", "rows": "many"}}',
    "depth": '"policies": ' + "[" * 200_000,
    "kind": '"kind": ["run"]',
    "failures": '"failures": {"error": 1}',
    "hashes": '"file_hashes": {"runs.parquet": 1}',
    "tables": '"tables": []',
}


def test_one_malformed_manifest_is_named_and_the_others_are_listed(call, past):
    for said in MALFORMED.values():
        text = '{"tables": {}, ' + said + "}"
        (past / "tiny" / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInput, match=r"manifest\.json"):
            results.load(past / "tiny")
        listed = call("results")
        assert listed.exit_code == 1
        rows = listed.stdout.splitlines()[1:]
        states = {line.split()[0]: line.rpartition("  ")[2] for line in rows}
        assert states == {"tiny": "altered", "tiny-2": "as written", "swept": "as written"}
        assert "tiny: manifest.json not as written" in listed.stderr
    for command in (("compare", "tiny", "tiny-2"), EXPORT, FIGURES):
        refused = call(*command)
        assert refused.exit_code == 3 and "manifest.json" in refused.stderr, refused.output


def test_tables_that_were_exchanged_are_named_by_every_reader(call, past):
    """Also where the manifest was sealed anew over them."""
    folder = past / "tiny"
    names = ["days.parquet", "leaders.parquet"]
    for sealed_anew in (False, True):
        (folder / "days.parquet").replace(folder / "kept")
        (folder / "leaders.parquet").replace(folder / "days.parquet")
        (folder / "kept").replace(folder / "leaders.parquet")
        if sealed_anew:
            change_manifest(
                folder, lambda manifest: manifest["file_hashes"].update(seal.hashes(folder, names))
            )
        for command in (
            ("compare", "tiny", "tiny-2"),
            EXPORT,
            FIGURES,
        ):
            said = call(*command)
            assert said.exit_code == 3, said.output
            assert "leaders.parquet" in said.stderr
        if sealed_anew:
            assert "is not the table leaders, but the table days" in said.stderr
        (folder / "days.parquet").replace(folder / "kept")
        (folder / "leaders.parquet").replace(folder / "days.parquet")
        (folder / "kept").replace(folder / "leaders.parquet")


def test_a_page_that_was_edited_is_named_by_every_reader(call, past, monkeypatch):
    page = past / "tiny" / "dashboard.html"
    page.write_text("as it was written", encoding="utf-8")
    change_manifest(
        past / "tiny",
        lambda manifest: manifest["file_hashes"].update(seal.hashes(page.parent, [page.name])),
    )
    assert call("results").exit_code == 0
    page.write_text("edited", encoding="utf-8")
    for command in (("results",), ("view", "tiny", "--print-path"), ("verify", "tiny")):
        said = call(*command)
        assert said.exit_code in (1, 3)
        assert "dashboard.html" in said.output and "as written" in said.output.replace("\n", " ")


def test_an_unfinished_sweep_is_listed_with_the_runs_that_are_safe(call, past):
    with Store.open(past / "half", ["quality"], write=True, version="0" * 16) as store:
        store.put([Run(b"p" * 32, number) for number in range(3)], np.zeros((3, 1)))
    (entry,) = [
        one for one in json.loads(call("results", "--json").stdout) if one["name"] == "half"
    ]
    assert (entry["kind"], entry["runs"], entry["state"]) == ("sweep", 3, "unfinished")


def test_a_sweep_that_was_killed_as_it_made_its_store_is_unfinished_and_no_damage(call, past):
    (past / "half").mkdir()
    (past / "half" / "runs.sqlite").touch()
    said = call("results", "--json")
    (entry,) = [one for one in json.loads(said.stdout) if one["name"] == "half"]
    assert (entry["kind"], entry["runs"], entry["state"]) == ("sweep", 0, "unfinished")
    assert said.exit_code == 0


def test_a_name_in_a_manifest_cannot_control_the_terminal(call, past):
    change_manifest(past / "tiny", lambda manifest: manifest.update(name="\033[2J\nboo"))
    for command in (["results"], ["compare", "tiny:base", "tiny:top-down"]):
        assert "\033" not in call(*command).output


def test_policies_are_shown_by_their_labels_and_keep_their_names_in_json(call, past):
    labels = {"base": "\u5168\u4f53\u4f1a\u8bae", "top-down": "one voice"}
    change_manifest(past / "tiny", lambda manifest: manifest.update(labels=labels))
    listed = call("results").stdout
    assert f"{labels['base']}, one voice" in listed and "base, top-down" in listed
    lines = [line for line in listed.splitlines() if " as written" in line]
    assert len({columns_of(line[: line.index(" as written")]) for line in lines}) == 1
    alone = call("compare", "tiny:base", "tiny:top-down", "--details").stdout
    assert alone.startswith(f"tiny:one voice compared with tiny:{labels['base']}\n")
    assert "B: one voice" in alone and "top-down" not in alone and ":base" not in alone
    both = call("compare", "tiny", "tiny-2").stdout
    assert "top-down" in both and "one voice" not in both
    back = call("compare", "tiny-2", "tiny").stdout
    assert "one voice" in back and "top-down" not in back
    told = call("compare", "tiny:base", "tiny:top-down", "--json").stdout
    assert "one voice" not in told and '"tiny:top-down"' in told


def test_no_results_and_no_folder(call, folder):
    said = call("results")
    assert (said.exit_code, said.stdout) == (0, "")
    assert "no results in results" in said.stderr
    assert call("results", "nowhere").exit_code == 3


def test_policies_of_one_result_are_compared_in_pairs(call, past):
    said = call("compare", "tiny:base", "tiny:top-down")
    assert said.exit_code == 0
    head = "tiny:top-down compared with tiny:base"
    assert said.stdout.startswith(f"{head}\n\nIn short\nCompared with tiny:base, tiny:top-down ")
    assert re.search(r"^A: base +[\d.]+±.*\nB: top-down +[\d.]+±", said.stdout, re.MULTILINE)
    assert "\nPaired: 3 replications under common seeds (seed 7).\n" in said.stdout
    assert max(map(len, said.stdout.splitlines())) <= 80 and len(said.stdout.splitlines()) < 40
    assert "They differ in power rule (shared, then autocratic)." in said.stdout
    (comparison,) = json.loads(
        call("compare", "tiny:base", "results/tiny:top-down", "--json").stdout
    )["comparisons"]
    saved = results.load(past / "tiny").comparison
    saved = saved[(saved["variant"] == "top-down") & (saved["metric"] == "delay")].iloc[0]
    delay = [row for row in comparison["metrics"] if row["metric"] == "delay"][1]
    assert [delay[key] for key in ("mean", "difference", "difference_low")] == pytest.approx(
        [saved[key] for key in ("mean", "difference", "difference_low")]
    )


def test_results_under_other_seeds_are_independent_and_that_is_said(call, past):
    short = " ".join(call("compare", "tiny", "tiny-2").stdout.split())
    assert (
        short.startswith("tiny-2 compared with tiny In short ") and "Differences, B less A" in short
    )
    assert short.count("Independent: no") == 1 and "Their settings are the same." in short
    said = call("compare", "tiny", "tiny-2", "--details")
    text = " ".join(said.stdout.split())
    assert (
        text.count(
            "Independent: no replication ran under common seeds (seeds 7 and 8); 3 and 4 "
            "replications"
        )
        == 3
    )
    assert (
        "tiny-2:base compared with tiny:base" in text
        and "tiny-2:top-down compared with tiny:top-down" in text
    )
    assert text.count("Their settings are the same.") == 3
    assert "warning" not in said.stderr


def test_policies_of_a_sweep_are_compared_over_its_points(call, past):
    said = call("compare", "swept:base", "swept:top-down")
    text = " ".join(said.stdout.split())
    assert (
        "Paired: 2 replications under common seeds (seed 7), each the mean of 2 points that both "
        "have." in text
    )
    assert call("compare", "swept", "tiny").exit_code == 2


def test_comparing_warns_of_other_models(call, past):
    change_manifest(past / "tiny", lambda manifest: manifest.update(model="0123456789abcdef"))
    said = call("compare", "tiny", "tiny-2")
    assert said.exit_code == 0
    assert (
        "warning: different versions of the model made these (0123456789abcdef and " in said.stderr
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["compare", "tiny", "tinny"], 3, "did you mean 'tiny'"),
        (["compare", "tiny:basis", "tiny"], 2, "did you mean 'base'"),
        (["compare", "tiny:", "tiny"], 3, "no result"),
        (["verify", "nothing"], 3, "there are: swept, tiny, tiny-2"),
        (["verify", "tiny", "--all", "--runs", "2"], 2, "not both"),
        (["verify", "tiny", "--runs", "0"], 2, ""),
        (["export", "tiny"], 2, "--out"),
        (["export", "tiny", "--out", "t", "--table", "run"], 2, "did you mean 'runs'"),
        (["export", "swept", "--out", "t", "--table", "days"], 2, "there are: runs"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, past, arguments, code, message):
    said = call(*arguments)
    assert (said.exit_code, said.stdout) == (code, "")
    assert message in said.stderr
    assert not Path("t").exists()


def test_a_result_is_verified_from_its_own_manifest(call, past, folder):
    said = call("verify", "tiny", "--runs", "2", *MESA)
    assert said.exit_code == 0
    assert (
        "as written" in said.stdout
        and "4 of 4 the same to the byte (of 6 runs in all)" in said.stdout
    )
    report = json.loads(call("verify", "results/tiny-2", "--all", "--json", *MESA).stdout)
    assert (report["runs"], report["total"], report["differences"], report["altered"]) == (
        8,
        8,
        [],
        [],
    )
    assert report["same_model"] and not report["failed"]
    assert "next: leaderstream export tiny --out " in said.stderr


def test_a_sweep_is_verified_at_its_points(call, past):
    report = json.loads(call("verify", "swept", "--all", "--json", *MESA).stdout)
    assert (report["runs"], report["total"], report["failed"]) == (8, 8, False)
    assert report["model"] == report["model_now"] == f"{model_version()}-{resolving_version()}"
    # Which point a run stands at must be right as well.
    tamper(past / "swept", "runs", lambda runs: runs.assign(point=1 - runs["point"]), hide=True)
    said = call("verify", "swept", "--all", *MESA)
    assert said.exit_code == 1
    assert (
        "differs: runs: base, replication 0: power.sharing is 0.0, where the result has 1.0"
        in said.stderr
    )


@pytest.mark.parametrize("table", ["runs", "decisions", "leaders", "days"])
def test_a_table_that_was_altered_fails_whether_or_not_its_hash_was_altered_too(call, past, table):
    tamper(past / "tiny", table, raised)
    open_ = call("verify", "tiny", "--all", *MESA)
    assert open_.exit_code == 1
    assert (
        f"ALTERED: {table}.parquet" in open_.stdout and f"altered: {table}.parquet" in open_.stderr
    )
    tamper(past / "tiny", table, lambda frame: None, hide=True)
    hidden = call("verify", "tiny", "--all", *MESA)
    assert hidden.exit_code == 1
    assert "5 of 6 the same" in hidden.stdout and "ALTERED" not in hidden.stdout
    column = "quality" if table in ("runs", "decisions") else "backlog"
    row = "" if table == "runs" else " of row 1"
    assert f"differs: {table}: base, replication 0: {column}{row} is " in hidden.stderr
    assert "1 of 6 runs not what the scenario gives" in hidden.stderr


def test_rows_that_are_missing_are_told(call, past):
    tamper(
        past / "tiny", "decisions", lambda frame: frame.iloc[1:].reset_index(drop=True), hide=True
    )
    said = call("verify", "tiny", *MESA)
    assert said.exit_code == 1
    assert re.search(
        r"decisions: base, replication 0: (\d+) rows, where the result has \d+", said.stderr
    )


def test_another_scenario_in_the_manifest_fails(call, past):
    change_manifest(
        past / "tiny",
        lambda manifest: manifest["policies"]["base"]["issues"]["task"].update(witnesses=1),
    )
    report = json.loads(call("verify", "tiny", "--json", *MESA).stdout)
    assert report["failed"] and report["differing"] == 3
    assert {entry["variant"] for entry in report["differences"]} == {"base"}
    change_manifest(past / "tiny", lambda manifest: manifest["policies"].pop("base"))
    said = call("verify", "tiny", *MESA)
    assert said.exit_code == 1
    assert "replication 2: the manifest has no such policy" in said.stderr


def test_a_manifest_that_does_not_say_what_was_run_is_invalid(call, past):
    change_manifest(past / "tiny", lambda manifest: manifest.pop("policies"))
    change_manifest(past / "tiny-2", lambda manifest: manifest["policies"]["base"].update(seed=-1))
    first, second = call("verify", "tiny", *MESA), call("verify", "tiny-2", *MESA)
    assert (first.exit_code, second.exit_code) == (3, 3)
    assert "manifest.json: does not say what was run" in first.stderr
    assert "manifest.json: seed: " in second.stderr


@pytest.mark.parametrize("model", ["0123456789abcdef", None])
def test_another_version_of_the_model_is_said_and_is_no_fault_of_the_result(call, past, model):
    change_manifest(past / "tiny", lambda manifest: manifest.update(model=model))
    said = call("verify", "tiny", *MESA)
    assert said.exit_code == 0
    assert re.search(
        f"made by {model or 'a version that it does not name'}; this is [0-9a-f]{{16}}", said.stdout
    )
    tamper(past / "tiny", "runs", raised, hide=True)
    said = call("verify", "tiny", *MESA)
    assert said.exit_code == 5
    assert "that is no fault of the result" in said.stderr
    tamper(past / "tiny", "days", raised)
    assert call("verify", "tiny", *MESA).exit_code == 1


def failing(policy, replication):
    raise ArithmeticError("made to fail")


def test_a_run_that_fails_now_is_told(call, past, monkeypatch):
    monkeypatch.setitem(DRIVERS, "mesa", f"{__name__}:failing")
    said = call("verify", "tiny", *MESA)
    assert said.exit_code == 1
    assert "runs: base, replication 0: fails: ArithmeticError: made to fail" in said.stderr


def test_data_files_must_be_those_of_the_result(call, past, folder):
    (folder / "data").mkdir()
    people = folder / "data" / "people.csv"
    people.write_text(
        "id,name,manager_id,position\na,Ann,,top\nb,Bo,a,work\nc,Cy,a,work\n", encoding="utf-8"
    )
    text = re.sub(
        "stream: .*", "stream: {people: people.csv}", TINY.replace("name: tiny", "name: real")
    )
    text = text.replace(": top", ": level-0").replace(": work", ": level-1")
    made(past, Scenario.from_text(text, folder=people.parent))
    assert call("verify", "real", "--data", "data", *MESA).exit_code == 0
    elsewhere = call("verify", "real", *MESA)
    assert elsewhere.exit_code == 3
    assert "people.csv: cannot be read" in elsewhere.stderr and "--data" in elsewhere.stderr
    people.write_text(people.read_text().replace("Bo", "Di"), encoding="utf-8")
    changed = call("verify", "real", "--data", "data", *MESA)
    assert changed.exit_code == 3
    assert "its content has changed" in changed.stderr


def test_the_points_of_a_listed_sweep_must_be_those_of_the_result(call, past, folder):
    (folder / "data").mkdir()
    points = folder / "data" / "points.csv"
    points.write_text("power.sharing,attention\n0,2\n1,4\n", encoding="utf-8")
    text = f"{TINY}sweep: {{design: list, file: points.csv, replications: 1}}\n"
    keep_sweep(Scenario.from_text(text, folder=points.parent), past / "listed")
    said = call("verify", "listed", "--data", "data", *MESA)
    assert (said.exit_code, "2 of 2 the same" in said.stdout) == (0, True)
    points.write_text("power.sharing,attention\n1,4\n0,2\n", encoding="utf-8")
    changed = call("verify", "listed", "--data", "data", *MESA)
    assert changed.exit_code == 3
    assert "points.csv: is not the file that the result was made with" in changed.stderr


def test_tables_are_exported_once(call, past, folder):
    said = call("export", "tiny", "--out", "out/tables")
    assert said.exit_code == 0
    assert sorted(path.name for path in Path("out/tables").iterdir()) == [
        *("days.csv", "decisions.csv", "leaders.csv", "runs.csv")
    ]
    assert f"{Path('out/tables/runs.csv')}: 6 rows" in said.stdout
    listed = json.loads(
        call("export", "tiny", "--out", "out/tables", "--table", "runs", "--json").stdout
    )
    assert listed == [{"table": "runs", "path": str(Path("out/tables/runs.csv")), "rows": 6}]
    other = call("export", "tiny-2", "--out", "out/tables")
    assert other.exit_code == 5
    assert "nothing was written" in other.stderr
    runs = results.load(past / "tiny").tables["runs"]
    head, *rows = Path("out/tables/runs.csv").read_text(encoding="utf-8").splitlines()
    assert head.split(",")[:4] == ['"scenario"', '"variant"', '"point"', '"replication"']
    quality = head.split(",").index('"quality"')
    assert [float(row.split(",")[quality]) for row in rows] == runs["quality"].tolist()


def test_the_log_of_a_replication_is_exported(call, past, folder):
    said = call("export", "tiny", "--out", "log", "--log", "--policy", "top-down")
    assert (said.exit_code, "log/messages.csv: " in said.stdout) == (0, True)
    head, *rows = Path("log/messages.csv").read_text(encoding="utf-8").splitlines()
    assert head == '"time","source","target","direction","kind","thread"' and len(rows) > 10
    decisions = Path("log/decisions.csv").read_text(encoding="utf-8")
    assert decisions.startswith('"case","kind","activity","resource","time"')
    table = results.load(past / "tiny").tables["decisions"]
    mine = table[(table["variant"] == "top-down") & (table["replication"] == 0)]
    assert decisions.count('"raised"') == len(mine) > 0
    other = call("export", "tiny", "--out", "log", "--log", "--replication", "1")
    assert (other.exit_code, "nothing was written" in other.stderr) == (5, True)
    assert len(list(Path("log").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["tiny", "--policy", "topdown"], 2, "did you mean 'top-down'?"),
        (["tiny", "--replication", "3"], 2, "it has 3 of them, counted from 0"),
        (["tiny", "--table", "decisions"], 2, "both a table and part of the log"),
        (["tiny", "--format", "csv"], 2, "both a table and part of the log"),
        (["swept"], 2, "is a result of sweep"),
    ],
)
def test_what_cannot_be_played_again_is_refused(call, past, folder, arguments, code, said):
    ended = call("export", "--out", "log", "--log", *arguments)
    assert (ended.exit_code, said in ended.stderr) == (code, True)
    assert not Path("log").exists()


def test_logs_graph_and_workbook_are_written_together(call, past, folder):
    others = ("--log", "--xes", "--graphml", "--format", "xlsx", "--table", "runs")
    said = json.loads(call("export", "tiny", "--out", "all", *others, "--json").stdout)
    names = [
        "tables.xlsx",
        "messages.csv",
        "decisions.csv",
        "decisions.xes",
        "organization.graphml",
    ]
    assert [entry["path"] for entry in said] == [str(Path("all") / name) for name in names]
    assert sorted(path.name for path in Path("all").iterdir()) == sorted(names)
    before = {path.name: path.read_bytes() for path in Path("all").iterdir()}
    assert call("export", "tiny", "--out", "all", *others).exit_code == 0
    assert {path.name: path.read_bytes() for path in Path("all").iterdir()} == before
    for option in ("--log", "--xes", "--graphml"):
        ended = call("export", "tiny", "--out", "all", option, "--policy", "top-down")
        assert (ended.exit_code, "nothing was written" in ended.stderr) == (5, True)
    assert {path.name: path.read_bytes() for path in Path("all").iterdir()} == before


def test_a_sweep_has_tables_as_a_workbook_and_no_graph(call, past, folder):
    assert call("export", "swept", "--out", "book", "--format", "xlsx").exit_code == 0
    assert [path.name for path in Path("book").iterdir()] == ["tables.xlsx"]
    ended = call("export", "swept", "--out", "graph", "--graphml")
    assert (ended.exit_code, "is a result of sweep" in ended.stderr) == (2, True)
    ended = call("export", "tiny", "--out", "graph", "--policy", "top-down")
    assert (ended.exit_code, "tables hold all policies" in ended.stderr) == (2, True)
    ended = call("export", "tiny", "--out", "graph", "--graphml", "--replication", "1")
    assert (ended.exit_code, "is of all replications" in ended.stderr) == (2, True)
    assert not Path("graph").exists()


def test_no_log_is_made_of_what_comes_out_differently(call, past, folder):
    tamper(past / "tiny", "decisions", lambda table: raised(table), hide=True)
    ended = call("export", "tiny", "--out", "log", "--log")
    assert (ended.exit_code, "does not come out as in the result" in ended.stderr) == (5, True)
    assert not Path("log").exists()


def with_page(folder) -> Path:
    """A result's dashboard, as if it had been saved with it."""
    page = folder / "dashboard.html"
    page.write_text("page", encoding="utf-8")
    change_manifest(folder, lambda manifest: manifest[HASHES].update({page.name: sha256(page)}))
    return page


SHOWING = [
    ["view", "tiny", "--print-path"],
    ["compare", "tiny", "tiny-2"],
    ["compare", "tiny-2", "tiny"],
    ["export", "tiny", "--out", "t"],
    ["figure", "tiny", "--list"],
    ["figure", "tiny", "trade-off", "--out", "t.json"],
]


@pytest.mark.parametrize("name", ["manifest.json", "days.parquet"])
@pytest.mark.parametrize("command", SHOWING, ids=" ".join)
def test_nothing_is_shown_of_a_result_with_a_changed_file_and_it_is_said_what_to_do(
    call, past, command, name
):
    with_page(past / "tiny")
    assert call(*command).exit_code == 0
    for made_now in (Path("t"), Path("t.json")):
        shutil.rmtree(made_now, ignore_errors=True)
        made_now.unlink(missing_ok=True)
    flip(past / "tiny" / name, 0.5)
    said = call(*command)
    assert (said.exit_code, said.stdout) == (3, "")
    assert (
        f"tiny/{name}: is not as it was written" in said.stderr
        and "nothing of this result is shown" in said.stderr
    )
    again = (
        "remove its folder, and run"
        if name == "manifest.json"
        else "`leaderstream run tiny.yaml --seed 7 --repl"
    )
    assert again in said.stderr
    assert not Path("t.json").exists() and not (Path("t").exists() and list(Path("t").iterdir()))
    verified = call("verify", "tiny", "--runs", "1", *MESA)
    assert (verified.exit_code, f"ALTERED: {name}" in verified.stdout) == (1, True)
    assert call("results").exit_code == 1


def test_a_changed_page_is_not_opened_and_the_numbers_are_still_shown(call, past):
    page = with_page(past / "tiny")
    page.write_text("another page", encoding="utf-8")
    said = call("view", "tiny", "--print-path")
    assert (said.exit_code, said.stdout) == (3, "")
    assert "dashboard.html: is not as it was written" in said.stderr
    assert call("verify", "tiny", "--runs", "1", *MESA).exit_code == 1
    assert call("compare", "tiny:base", "tiny:top-down").exit_code == 0


def test_what_is_laid_beside_a_result_later_is_no_damage(call, past):
    assert call("export", "tiny", "--out", "results/tiny").exit_code == 0
    assert (
        call("figure", "tiny", "trade-off", "--out", "results/tiny/trade-off.json").exit_code == 0
    )
    assert call("verify", "tiny", "--runs", "1", *MESA).exit_code == 0
    assert call("results").exit_code == 0


def test_of_a_result_without_a_seal_what_can_be_checked_is(call, past):
    """Version 0.3.0 kept hashes of the content of tables alone."""
    as_before(past / "tiny")
    (past / "tiny" / "dashboard.html").write_text("page", encoding="utf-8")
    states = {
        entry["name"]: entry["state"] for entry in json.loads(call("results", "--json").stdout)
    }
    assert states == {"tiny": "tables as written", "tiny-2": "as written", "swept": "as written"}
    said = call("verify", "tiny", "--runs", "1", *MESA)
    assert said.exit_code == 0
    assert (
        "the tables are as written; of the manifest, its version of leaderstream kept no hash"
        in said.stdout
    )
    said = call("view", "tiny", "--print-path")
    assert (
        said.exit_code == 0
        and "kept no hash of it: whether it was changed cannot be checked" in said.stderr
    )
    assert call("compare", "tiny", "tiny-2").exit_code == 0
    tamper(past / "tiny", "days", raised)
    for command in SHOWING:
        said = call(*command)
        assert (said.exit_code, said.stdout) == (
            3,
            "",
        ) and "tiny/days.parquet: is not as it was written" in said.stderr
    assert "ALTERED: days.parquet" in call("verify", "tiny", "--runs", "1", *MESA).stdout
