"""`import` from files to a scenario: what it says, what it writes, and what it refuses."""

from __future__ import annotations

import csv
import json
import os
import re
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from drivers.outcomes import differences
from typer.testing import CliRunner

from sim import agents, import_organization, kernel
from sim.errors import InvalidInput, Refused, UsageError
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.sources.bring import bring
from sim.sources.options import Options
from sim.sources.scenario_text import Setting
from sim.sources.writing import contents, write
from sources.awkward import PEOPLE, sheet, text_of

TIES = (
    "source,target,kind\nann@x.org,Tom Ito,advice\nTom Ito,ann@x.org,advice\n"
    "11,10,advice\nMia Cruz,Jörg Groß,lunch with Ann Lee\n"
)
SAID = (
    "6 people (3 lead others), 5 lines, 3 positions 1/2/3; 3 advice and 1 lunch with Ann Lee ties; "
    "lines with advice 1 of 5, with lunch with Ann Lee 0 of 5."
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the six people, each in the department of Ann Lee or one of the
    others, and their ties."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    departments = ("department", "Team Ann Lee", "North", "South", "North", "", "South")
    rows = [[*row, cell] for row, cell in zip(PEOPLE, departments, strict=True)]
    Path("people.csv").write_text(text_of(rows), encoding="utf-8")
    Path("ties.csv").write_text(TIES, encoding="utf-8")
    return tmp_path


def call(*arguments: str):
    from sim.commands.app import app

    return CliRunner().invoke(app, ["import", *arguments], catch_exceptions=False)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_answer_comes_first_then_positions_what_was_odd_and_the_next_command(folder) -> None:
    result = call("people.csv", "ties.csv", "--out", "org.yaml", "--keep-names")
    assert result.exit_code == 0
    assert " ".join(result.stdout.split("\n\n")[0].split()) == SAID
    table = result.stdout.split("\n\n")[1].splitlines()
    assert [line.split() for line in table[:4]] == [
        ["position", "people", "lead", "others", "such", "as"],
        ["Head", "1", "1", "Head"],
        ["Lead", "2", "2", "Lead"],
        ["Member", "3", "0", "Member"],
    ]
    assert table[4] == "positions by the column 'level'; --positions sets others"
    said = result.stderr.splitlines()
    assert said[1].startswith("- people.csv: people without a department: 1; given their manager's")
    assert said[-1] == "next: leaderstream run org.yaml"
    assert len(result.output.splitlines()) < 24


def test_own_names_are_written_when_that_is_said(folder) -> None:
    call("people.csv", "ties.csv", "--out", "org.yaml", "--keep-names")
    with open("org-people.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[1] == {
        "id": "11",
        "name": "Jörg Groß",
        "manager_id": "10",
        "level": "Lead",
        "level_rank": "2",
        "department": "North",
    }
    settings = yaml.safe_load(Path("org.yaml").read_text(encoding="utf-8"))
    assert "privacy" not in settings
    assert settings["stream"]["positions"] == [
        {"name": "Head", "authority": 4},
        {"name": "Lead", "authority": 2},
        {"name": "Member", "authority": 1},
    ]
    assert settings["base"] == "informal"


def test_without_that_no_file_and_no_answer_names_anybody(folder) -> None:
    before = names_in(folder)
    result = call("people.csv", "ties.csv", "--out", "org.yaml", "--json")
    assert names_in(folder) - before == {"org.yaml", "org-people.csv", "org-ties.csv"}
    answer = json.loads(result.stdout)
    assert "titles" not in answer["positions"][0]
    assert [kind["ties"] for kind in answer["ties"]["kinds"]] == [3, 1]
    written = [path.read_bytes().decode() for path in folder.glob("org*")]
    for text in (re.sub(r"\bp-\w+", "", text) for text in (*written, result.stdout)):
        assert "x.org" not in text
        for _, name, _, _, _ in PEOPLE[1:]:
            assert set(name.casefold().split()).isdisjoint(re.findall(r"\w+", text.casefold()))
    settings = yaml.safe_load(Path("org.yaml").read_text(encoding="utf-8"))
    assert settings["privacy"] == {"smallest_group": 5}
    with open("org-people.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids)
    assert all(identity.startswith("p-") for identity in ids)
    assert {row["department"] for row in rows} == {"department 1", "North", "South"}
    head = next(row["id"] for row in rows if not row["manager_id"])
    assert sum(row["manager_id"] == head for row in rows) == 2


def test_pseudonyms_are_new_each_time_or_kept_by_a_key_file(folder) -> None:
    drawn = [contents(bring(Path("people.csv"), [], Options()), Path("o.yaml")) for _ in "12"]
    assert drawn[0].files[Path("o-people.csv")] != drawn[1].files[Path("o-people.csv")]
    for _ in "12":
        result = call("people.csv", "--out", "org.yaml", "--pseudonyms", "key.csv")
        assert result.exit_code == 0  # the same bytes again
    assert len(Path("key.csv").read_text(encoding="utf-8").splitlines()) == 8
    result = call("people.csv", "--out", "b.yaml", "--pseudonyms", "b-people.csv")
    assert (result.exit_code, Path("b-people.csv").exists()) == (5, False)
    result = call("people.csv", "--out", "b.yaml", "--pseudonyms", "key.csv", "--keep-names")
    assert result.exit_code == 2


def test_other_files_are_not_overwritten_and_nothing_is_left_behind(folder) -> None:
    Path("org-ties.csv").write_text("mine", encoding="utf-8")
    before = names_in(folder)
    result = call("people.csv", "ties.csv", "--out", "org.yaml", "--keep-names")
    assert result.exit_code == 5
    assert result.stderr.startswith("error: org-ties.csv: already there, with something else")
    assert names_in(folder) == before
    assert call("people.csv", "--out", "nowhere/org.yaml").exit_code == 5
    assert names_in(folder) == before


def test_a_failure_while_files_are_placed_takes_back_what_was_placed(folder, monkeypatch) -> None:
    before = names_in(folder)
    real, seen = os.replace, []

    def failing(source, target):
        seen.append(Path(target).name)
        if Path(target).name == "org.yaml":
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(Refused, match="No space left"):
        import_organization("people.csv", "ties.csv", "org.yaml", keep_names=True)
    assert seen == ["org-ties.csv", "org-people.csv", "org.yaml"]
    assert names_in(folder) == before


def test_a_dry_run_says_the_same_and_writes_nothing(folder) -> None:
    before = names_in(folder)
    dry = call("people.csv", "ties.csv", "--dry-run")
    assert dry.exit_code == 0
    assert names_in(folder) == before
    assert "nothing was written" in dry.stderr
    real = call("people.csv", "ties.csv", "--out", "org.yaml")
    assert dry.stdout == real.stdout
    many = "id,manager\n" + "".join(f"{i},\n" for i in range(5000))
    Path("heads.csv").write_text(many, encoding="utf-8")
    result = call("heads.csv", "--dry-run")
    assert result.exit_code == 3  # a team of so many would be too many pairs
    assert result.stderr.startswith("org.yaml:")


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (("people.csv",), 2, "say where to write with --out FILE"),
        (("people.csv", "--out", "org.txt"), 2, "expected the name of a scenario file"),
        (("people.csv", "--out", "o.yaml", "--map", "boss=x"), 2, "--map boss: no such role"),
        (("people.csv", "--out", "o.yaml", "--map", "manager"), 2, "expected ROLE=COLUMN"),
        (("people.csv", "--out", "o.yaml", "--unknown", "ask"), 2, "expected one of skip, add"),
        (("people.csv", "--out", "o.yaml", "--roots", "off"), 2, "expected one of team, apart"),
        (("people.csv", "--out", "o.yaml", "--positions", "x"), 2, "--positions: expected NAME="),
        (("people.csv", "ties.csv", "--dry-run", "--channel-from", "x"), 2, "--channel-from takes"),
        (("nobody.csv", "--out", "o.yaml"), 3, "nobody.csv: there is no such file"),
        (("people.csv", "no.csv", "--out", "o.yaml"), 3, "no.csv: cannot be read"),
    ],
)
def test_what_makes_no_sense_is_said(folder, given, code, said) -> None:
    before = names_in(folder)
    result = call(*given)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert names_in(folder) == before


def test_sheets_are_named_in_the_order_of_the_files(folder) -> None:
    import openpyxl

    sheet(PEOPLE)(folder)
    book = openpyxl.load_workbook("people.xlsx")
    book.active.title = "Staff"
    ties = book.create_sheet("Ties", 0)
    for row in csv.reader(TIES.splitlines()):
        ties.append(row)
    book.save("all.xlsx")
    result = call(
        *("all.xlsx", "all.xlsx", "--sheet", "Staff", "--sheet", "Ties"),
        *("--out", "org.yaml", "--keep-names"),
    )
    assert " ".join(result.stdout.split("\n\n")[0].split()) == SAID
    result = call("all.xlsx", "--sheet", "staff", "--out", "o.yaml")
    assert (result.exit_code, "did you mean 'Staff'?" in result.stderr) == (3, True)


def test_only_leaders_can_be_kept(folder) -> None:
    imported = import_organization("people.csv", "ties.csv", leaders_only=True, keep_names=True)
    assert imported.people["id"].tolist() == ["10", "11", "12"]
    assert imported.people["manager"].tolist() == [-1, 0, 0]
    assert (imported.facts.people, imported.facts.left_out) == (3, 3)
    assert imported.ties.table[["source", "target"]].to_numpy().tolist() == [[1, 0], [2, 1]]


def test_strangers_in_ties_can_become_leaders(folder) -> None:
    Path("ties.csv").write_text(TIES + "zoe@y.org,10,advice\n", encoding="utf-8")
    imported = import_organization("people.csv", "ties.csv", unknown="add", keep_names=True)
    assert imported.people["id"].tolist()[-1] == "zoe@y.org"
    assert imported.people["rank"].tolist()[-1] == 2
    with pytest.raises(InvalidInput, match="zoe"):
        import_organization("people.csv", "ties.csv", unknown="stop")
    with pytest.raises(UsageError):
        import_organization("people.csv", unknown="ask")


def test_further_settings_stand_in_their_place_with_their_comment(folder) -> None:
    imported = bring(Path("people.csv"), [], Options(keep_names=True))
    settings = [
        Setting("flow.up.delay", "3.1h", "fitted: 3.1h (2.8 to 3.4)"),
        Setting("issues.operational.rate", {"each": "9/y"}, "fitted from 12 cases"),
    ]
    written = write(imported, Path("org.yaml"), settings)
    text = Path("org.yaml").read_text(encoding="utf-8")
    assert "  up:\n    # fitted: 3.1h (2.8 to 3.4)\n    delay: 3.1h\n" in text
    assert "    # fitted from 12 cases\n    rate: {each: 9/y}\n" in text
    assert max(map(len, text.splitlines())) <= 100
    assert written.paths == (Path("org.yaml"), Path("org-people.csv"))
    assert Scenario.load("org.yaml").flow.up.delay.amount == Fraction(31, 10)


def test_ids_with_the_key_of_another_get_a_number(folder, monkeypatch) -> None:
    from sim.sources import writing

    monkeypatch.setattr(writing, "key_of", lambda name: {"10": 1, "11": 1}.get(name, hash(name)))
    imported = bring(Path("people.csv"), [], Options(keep_names=True))
    text = writing.contents(imported, Path("o.yaml")).files[Path("o-people.csv")]
    assert [line.split(",")[0] for line in text.splitlines()[1:3]] == ["10", "11-2"]


def test_krackhardts_managers_on_both_drivers(shared_data, tmp_path, monkeypatch) -> None:
    data = shared_data / "krackhardt_hightech"
    monkeypatch.chdir(tmp_path)
    files = (str(data / "people.csv"), str(data / "ties.csv"))
    result = call(*files, "--out", "org.yaml", "--keep-names")
    assert " ".join(result.stdout.split()).startswith(
        "21 people (5 lead others), 20 lines, 3 positions 1/4/16; 190 advice and 102 friendship "
        "ties; lines with advice 20 of 20, with friendship 12 of 20."
    )
    shorter = {"clock.horizon": "4w", "clock.warmup": "1w"}
    inputs = parameters(Scenario.load("org.yaml", overrides=shorter).policies()["informal"])
    mesa = agents.simulate(inputs, 0)
    assert len(mesa.decisions) > 3
    assert differences(mesa, kernel.simulate(inputs, 0)) == ""
