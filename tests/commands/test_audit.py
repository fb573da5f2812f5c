"""`audit`: runs, resumes, tells, saves; what flips ends with 1."""

from __future__ import annotations

import json

import pytest
from experiments.players import as_always, played_by

import sim
from sim import seal
from sim.comparison.trust import AUDITED
from sim.experiments.audit import audit as auditing
from sim.experiments.audit.alternatives import ALTERNATIVES, Alternative
from sim.experiments.audit.saved import beside, read
from sim.runner.pool import Failure
from sim.shipped import shipped
from sim.tables import read_table

SCENARIO = f"""extends: {shipped("theory")["plain"]}
name: small
clock: {{horizon: 2d}}
power: {{rule: shared}}
base: room
variants: {{late: {{power.gather: 20h}}, alone: {{power.rule: autocratic}}}}
issues: {{matter: {{rate: 1/h}}}}
"""
CLAIMS = """claims:
  - {metric: delay, higher: late, than: room}
  - {metric: person_hours, lower: alone, than: room}
  - {metric: lapsed, higher: alone, than: room}
"""
HOW = ("--workers", "1", "--replications", "6")
FEW = tuple(one for one in ALTERNATIVES if one.name in ("relabelled", "networks", "no-turns"))
SWAPPED = Alternative(
    "swapped",
    "one for the other",
    "It is sure to flip.",
    lambda policy: {
        key: "4h" if str(policy.power.gather) == "20h" else "20h"
        for key in ("power.gather", "issues.matter.power.gather")
    },
)


@pytest.fixture
def write(folder):
    def written(text):
        (folder / "small.yaml").write_text(text, encoding="utf-8")
        return "small.yaml"

    return written


def words(text):
    return " ".join(text.split())


def test_it_answers_first_and_goes_on_from_what_is_there(call, write, folder):
    first = call("audit", write(SCENARIO + CLAIMS), *HOW)
    assert first.exit_code == 0, first.stderr
    told = words(first.stdout)
    assert "Both findings stand under all" in told and "none flips" in told
    never = "'issues lapsed: alone above room' (the two never differ)"
    assert f"Not decided in the file itself, so not audited: {never}." in told
    assert "1 delay: late above room: +" in told and "at 95%" in told
    assert "as the file says" in told and "leaders relabelled" in told
    assert "Left out: " in told and "(it is so in the file already)" in told
    assert "With a probability of at least 95% nothing of all that was tested" in told
    assert max(map(len, first.stdout.splitlines())) <= 80
    again = call("audit", "small.yaml", *HOW, "--json")
    said = json.loads(again.stdout)
    assert said["before"] == said["runs"] and said["flips"] == 0
    assert {cell["verdict"] for cell in said["cells"]} <= {"stands", "weakens", "unchanged"}
    home = folder / "results/small-audit"
    assert sorted(path.name for path in home.iterdir() if not path.name.startswith("runs.")) == [
        "audit.json",
        "manifest.json",
    ]
    kept = read(home)
    assert kept == json.loads((home / "audit.json").read_bytes())
    assert {**kept, "folder": said["folder"]} == said
    applied = [one["name"] for one in said["alternatives"] if one["run"]]
    manifest = json.loads((home / "manifest.json").read_bytes())
    assert manifest["kind"] == "audit" and manifest["alternatives"] == applied
    table = read_table(home / "runs.parquet")
    assert sorted(table["point"].unique()) == list(range(len(applied) + 1))
    assert not table.duplicated(["variant", "point", "replication"]).any()
    assert len(table[table["point"] == 0]) == 3 * 6
    more = json.loads(call("audit", "small.yaml", *HOW[:-1], "7", "--json").stdout)
    assert more["before"] == said["runs"] and more["runs"] == said["runs"] * 7 // 6


def test_python_and_the_command_give_the_same(call, write, monkeypatch, folder):
    monkeypatch.setattr(auditing, "ALTERNATIVES", FEW)
    call("audit", write(SCENARIO + CLAIMS), *HOW)
    there = (folder / "results/small-audit/audit.json").read_bytes()
    made = sim.audit("small.yaml", "mine", workers=1, replications=6)
    mine = json.loads((folder / "mine/audit.json").read_bytes())
    assert mine == json.loads(there)
    assert "6 replications" in repr(made) and str(made) == "\n".join(made.verdict)
    assert made.table["finding"].tolist() == [1, 2] * len(made.applied)
    card = made._repr_html_()
    assert "small: audit" in card and "leaders relabelled" in card and "<script" not in card


def test_the_page_of_an_experiment_says_what_a_later_audit_of_the_scenario_found(
    call, write, monkeypatch, folder
):
    monkeypatch.setattr(auditing, "ALTERNATIVES", FEW[:1])
    vary = "sweep: {replications: 2, vary: {power.gather: {from: 0h, to: 8h, steps: 2}}}\n"
    write(SCENARIO + CLAIMS + vary)
    sim.sweep("small.yaml", workers=1)
    sim.sensitivity("small.yaml", points=4, workers=1)
    homes = [folder / f"results/small-{kind}" for kind in ("sweep", "sensitivity")]
    before = [seal.manifest_of(home) for home in homes]
    assert call("audit", "small.yaml", *HOW).exit_code == 0
    for home, old in zip(homes, before, strict=True):
        page = (home / "dashboard.html").read_text(encoding="utf-8")
        assert "(leaderstream audit, 6 replications)" in page
        new = seal.manifest_of(home)
        assert not seal.changed(home, new) and AUDITED in new and AUDITED not in old
        assert {key: new[key] for key in old if key != seal.HASHES} == {
            key: value for key, value in old.items() if key != seal.HASHES
        }


def test_the_page_of_the_run_says_what_an_audit_of_the_same_policies_found(
    call, write, monkeypatch, folder
):
    monkeypatch.setattr(auditing, "ALTERNATIVES", FEW[:1])
    page, how = folder / "results/small/dashboard.html", {"workers": 1, "replications": 6}

    def says():
        return "(leaderstream audit, 6 replications)" in page.read_text(encoding="utf-8")

    sim.run(write(SCENARIO + CLAIMS), replays=0, **how)
    assert not says()
    hashes = seal.manifest_of(page.parent)["tables"]
    assert call("audit", "small.yaml", *HOW).exit_code == 0
    assert says() and call("view", "small", "--print-path").exit_code == 0
    assert seal.manifest_of(page.parent)["tables"] == hashes
    audited = sim.results.load(page.parent).manifest[AUDITED]
    told = read(folder / "results/small-audit")
    assert audited == {key: told[key] for key in audited} and "verdict" in audited
    # Neither other policies, claims nor seeds are those of the audit; more replications are.
    for text, options in (
        (SCENARIO.replace("20h", "19h") + CLAIMS, {}),
        (SCENARIO + CLAIMS.replace("lower: alone", "higher: alone"), {}),
        (SCENARIO + CLAIMS, {"seed": 5}),
        (SCENARIO + CLAIMS, {}),
    ):
        found = sim.run(write(text), save=False, workers=1, replications=3, **options)
        beside_it = beside(folder / "results", json.loads(json.dumps(found.manifest)))
        assert (beside_it is not None) == (text == SCENARIO + CLAIMS and not options)


def test_the_file_itself_is_judged_as_run_judges_it(call, write, monkeypatch):
    monkeypatch.setattr(auditing, "ALTERNATIVES", FEW[:1])
    write(SCENARIO + CLAIMS)
    how = {"workers": 1, "replications": 6}
    result = sim.run("small.yaml", save=False, **how)
    assert [one.judged for one in sim.audit("small.yaml", **how).findings] == result.claims


def test_a_finding_that_flips_is_told_and_ends_with_1(call, write, monkeypatch):
    monkeypatch.setattr(auditing, "ALTERNATIVES", (*FEW[:1], SWAPPED))
    result = call("audit", write(SCENARIO + CLAIMS), *HOW[:-1], "20")
    told = words(result.stdout)
    assert result.exit_code == 1 and "1 of 2 findings flips" in result.stderr
    assert "under 1 at least one flips" in told
    assert "'delay: late above room' flips with one for the other (-" in told
    assert "X flips: it lies on the other side" in told


def test_without_claims_the_differences_to_the_base_are_audited(call, write, monkeypatch):
    monkeypatch.setattr(auditing, "ALTERNATIVES", FEW[:1])
    text = SCENARIO.replace("rule: autocratic", "rule: autocratic, label: one voice")
    said = json.loads(call("audit", write(text), *HOW, "--json").stdout)
    labels = {one["label"]: one for one in said["findings"]}
    assert {one["metric"] for one in said["findings"]} == set(
        sim.measures.shown_in(sim.measures.HEADLINE)
    )
    fewer = labels["hours: one voice below room"]
    assert fewer["policy"] == "alone" and "under one voice than under room" in fewer["sentence"]
    assert "room, late, one voice" in call("results").stdout
    assert fewer["direction"] == "lower" and fewer["verdict"] == "holds" and not fewer["claimed"]
    assert all(one["verdict"] in ("holds", "undecided") for one in said["findings"])
    audited = {one["finding"] for one in said["findings"] if one["audited"]}
    assert {cell["finding"] for cell in said["cells"]} == audited


def test_where_nothing_is_decided_there_is_nothing_to_audit(call, write):
    claim = "claims: [{metric: lapsed, higher: late, than: room}]\n"
    result = call("audit", write(SCENARIO + claim), *HOW)
    assert result.exit_code == 0
    assert "There is nothing to audit: the one finding is not decided" in words(result.stdout)
    assert "Findings" not in result.stdout


def test_runs_that_fail_are_told_and_the_others_count(call, write, monkeypatch):
    monkeypatch.setattr(auditing, "ALTERNATIVES", FEW[:1])

    def failing(self, work):
        played = as_always(self, work)
        return (
            [
                Failure("RuntimeError: made up")
                if number == 2 and "late" in work.policy.base
                else row
                for number, row in zip(work.replications, played, strict=True)
            ]
            if hasattr(work.policy, "base")
            else played
        )

    played_by(monkeypatch, failing)
    result = call("audit", write(SCENARIO + CLAIMS), *HOW)
    assert result.exit_code == 4
    assert "failed: point 0, late, 2: RuntimeError: made up" in result.stderr
    assert "1 delay: late above room" in words(result.stdout)


def test_what_cannot_be_audited_is_refused(call, write):
    bad = call("audit", write("name: bad\nvariants: {a: {power.rul: autocratic}}\n"))
    assert bad.exit_code == 3 and "small.yaml:2:" in bad.stderr and "'rule'" in bad.stderr
    alone = call("audit", write("name: alone\n"))
    assert alone.exit_code == 2 and "only one policy" in alone.stderr
    assert call("audit", write(SCENARIO), "--replications", "1").exit_code == 2
    with pytest.raises(sim.errors.UsageError, match="at least 2"):
        sim.audit("small.yaml", replications=1)


def test_an_audit_is_listed_and_not_run_again_as_a_sweep(call, write, monkeypatch):
    monkeypatch.setattr(auditing, "ALTERNATIVES", FEW[:1])
    call("audit", write(SCENARIO + CLAIMS), *HOW)
    listed = call("results")
    assert "small-audit" in listed.stdout and "audit" in listed.stdout
    assert "next: leaderstream export small-audit --out tables" in listed.stderr
    assert call("export", "small-audit", "--out", "tables").exit_code == 0
    verified = call("verify", "small-audit")
    assert verified.exit_code == 2 and "is an audit" in verified.stderr
