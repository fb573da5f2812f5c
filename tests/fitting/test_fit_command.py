"""`fit` from logs to a scenario: what it says, what it writes, and what it refuses."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from sim import fit
from sim.clock import Duration
from sim.errors import UsageError
from sim.scenario import Scenario
from sim.scenario.origins import FITTED, origins

DELAYS = {"up": 4.0, "down": 2.0, "across": 1.0}
PEOPLE = "people.csv"


def call(*arguments: str):
    from sim.commands.app import app

    return CliRunner().invoke(app, ["fit", *arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the log of a run, as export writes it, and the people of it."""
    from sim.exchange.log import play_log
    from sim.parameters import parameters

    folder = tmp_path_factory.mktemp("logs")
    scenario = Scenario.from_dict(
        {
            "name": "made",
            "seed": 11,
            "clock": {"horizon": "90d", "warmup": "10d", "day": "7h"},
            "stream": {
                "positions": [
                    {"name": "top", "leaders": 2},
                    {"name": "middle", "leaders": 4},
                    {"name": "base", "leaders": 12},
                ]
            },
            "flow": {way: {"delay": f"{delay:g}h"} for way, delay in DELAYS.items()},
            "issues": {
                "repair": {"rate": "5/w", "raised_at": "base", "decided_at": "middle"},
                "plan": {"rate": "1/w", "raised_at": "any", "decided_at": "top", "affects": "all"},
            },
        }
    )
    inputs = parameters(scenario)
    log, structure = play_log(inputs), inputs.structure
    log.messages.to_csv(folder / "messages.csv", index=False)
    log.decisions.to_csv(folder / "decisions.csv", index=False)
    with (folder / PEOPLE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "manager_id", "level", "level_rank"])
        for place, name in enumerate(structure.id):
            above = structure.manager[place]
            rank = int(structure.position[place])
            boss = structure.id[above] if above >= 0 else ""
            writer.writerow([name, f"Person {name}", boss, structure.positions[rank], rank + 1])
    return folder


@pytest.fixture
def folder(logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the files of `logs`."""
    for path in logs.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


GIVEN = ("messages.csv", "decisions.csv", "--people", PEOPLE)


def test_the_scenario_has_what_was_fitted_and_says_where_it_comes_from(folder):
    done = call(*GIVEN, "--out", "fitted.yaml")
    assert done.exit_code == 0, done.output
    text = Path("fitted.yaml").read_text(encoding="utf-8")
    scenario = Scenario.load(Path("fitted.yaml"))
    for way, delay in DELAYS.items():
        hours = float(getattr(scenario.flow, way).delay.amount)
        assert 0.8 * delay < hours < 1.25 * delay
    assert scenario.clock.day == Duration.parse("7h")
    assert {name: (kind.raised_at, kind.decided_at) for name, kind in scenario.issues.items()} == {
        "plan": ("any", "top"),
        "repair": ("base", "middle"),
    }
    assert scenario.consensus.round == Duration.parse("2h")
    comments = re.sub(r"\n *# ", " ", text)
    assert re.search(
        r"fitted: [\d.]+h \([\d.]+ to [\d.]+\) from [\d,]+ ideas in \d+ matters", comments
    )
    assert re.search(r"not fitted: .* keeps its default \(Boyles & Wicker", comments)
    variants = yaml.safe_load(text)["variants"]
    assert variants["middle"] == {
        "label": "strategic decisions by middle",
        "issues.plan.decided_at": "middle",
    }
    assert set(scenario.policies()) == {scenario.base, *variants}
    # What was fitted is marked, and only that.
    fitted = {"clock.day", *(f"flow.{way}.delay" for way in DELAYS), "consensus.round"}
    fitted |= {"issues.plan.rate", "issues.repair.rate"}
    assert set(scenario.origin.fitted) == {*fitted, "clock.tick"}
    found = origins(scenario.policies()[scenario.base].resolved())
    read = set(scenario.origin.fitted) - {"consensus.round"}  # one voice holds no meetings
    assert {one.path for one in found if one.origin == FITTED} == read


def test_the_answer_comes_first_and_fits_a_screen(folder):
    done = call(*GIVEN, "--dry-run", "--quiet")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert re.match(r"[\d,]+ messages between 18 people from 2026-01-20 to 2026-05-08", lines[0])
    assert len(lines) <= 40 and max(map(len, lines)) <= 100
    assert "Working hours: 9 to 16 o'clock (7h), Mon, Tue, Wed, Thu, Fri" in done.stdout
    assert "Not fitted" in done.stdout


def test_a_dry_run_writes_nothing_and_nothing_is_overwritten(folder):
    before = sorted(folder.iterdir())
    assert call(*GIVEN, "--dry-run").exit_code == 0
    assert call(*GIVEN).exit_code == 2
    assert sorted(folder.iterdir()) == before
    Path("fitted.yaml").write_text("mine\n", encoding="utf-8")
    assert call(*GIVEN, "--out", "fitted.yaml").exit_code == 5
    assert Path("fitted.yaml").read_text(encoding="utf-8") == "mine\n"
    assert not Path("fitted-people.csv").exists()


def test_nobody_is_named_in_files_or_for_programs(folder):
    done = call(*GIVEN, "--out", "fitted.yaml", "--json", "--quiet")
    told = json.loads(done.stdout)
    assert told["times_from"] == "arrivals" and told["written"] == "fitted.yaml"
    written = [path.read_text(encoding="utf-8") for path in folder.glob("fitted*")]
    for text in (done.stdout, *written):
        assert not re.search(r"Person|\b(?:top|middle|base)-\d", text)


def test_next_to_nothing_is_told_as_such(folder):
    Path("few.csv").write_text("time,source,target\n2026-01-05 09:00,a,b\n", encoding="utf-8")
    Path("two.csv").write_text("id,manager\na,\nb,a\n", encoding="utf-8")
    done = call("few.csv", "--people", "two.csv", "--out", "fitted.yaml", "--keep-names")
    assert done.exit_code == 0
    assert done.stdout.startswith("1 message between 2 people")
    assert "Too few answers and relays to fit times to" in done.stdout
    assert "most at one desk: 100.0 % (20.7 to 100.0), a." in " ".join(done.stdout.split())
    assert "nan" not in done.stdout
    assert Scenario.load(Path("fitted.yaml")).flow.up.delay == Duration.parse("4h")
    Path("ties.csv").write_text("source,target,kind\na,b,advice\n", encoding="utf-8")
    assert call("ties.csv", "--people", "two.csv", "--out", "x.yaml").exit_code == 3


def test_files_that_cannot_be_used_end_with_what_is_wrong(folder):
    Path("noise.txt").write_text("nothing\n", encoding="utf-8")
    for files in (["noise.txt"], ["none.csv"]):
        done = call(*files, "--people", PEOPLE, "--out", "fitted.yaml")
        assert done.exit_code == 3, done.output
    assert call(*GIVEN, "--dry-run", "--map", "casse=Case").exit_code == 2
    assert call(*GIVEN, "--dry-run", "--timezone", "Mars/Base").exit_code == 2
    assert not list(folder.glob("fitted*"))


def test_python_and_the_command_find_the_same(folder):
    found = fit(["messages.csv", "decisions.csv"], PEOPLE)
    done = call(*GIVEN, "--dry-run", "--json")
    assert json.loads(done.stdout)["delays_hours"]["up"]["value"] == found.found.delays["up"].value
    with pytest.raises(UsageError):
        fit("messages.csv", PEOPLE, decided=["told"], timezone="Mars/Base")


def test_without_decisions_times_are_fitted_and_said_to_be_less_sure(folder):
    done = call("messages.csv", "--people", PEOPLE, "--dry-run")
    assert done.exit_code == 0
    assert "Give both logs." in done.output


def test_decisions_alone_tell_rates_and_times(folder):
    done = call("decisions.csv", "--people", PEOPLE, "--out", "fitted.yaml", "--json")
    told = json.loads(done.stdout)
    assert told["messages"] == 0 and told["traffic"] is None
    assert {kind["kind"] for kind in told["decisions"]} == {"repair", "plan"}
    assert Scenario.load(Path("fitted.yaml")).flow.up.delay == Duration.parse("4h")


def test_apollo_has_one_desk_between_crew_and_ground(shared_data, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    data = shared_data / "apollo13_mission_control"
    files = (str(data / "ties.csv"), "--people", str(data / "people.csv"))
    said = call(*files, "--dry-run").stdout
    assert "CAPCOM" not in said, "people are told by position, unless names are kept"
    done = call(*files, "--dry-run", "--keep-names")
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert "3,875 messages between 15 people" in said
    assert (
        "Between MOCR and Spacecraft 99.9 % (99.6 to 100.0) of the 2,069 messages go through one "
        "desk: 2 (CAPCOM), and 3 past it." in said
    )
    assert "every hour counts (a plain clock)" in said
    assert "accounts that are no person" in done.output


def test_the_company_of_the_tutorial_is_found_again():
    home = Path(__file__).resolve().parents[2] / "scenarios" / "company"
    found = fit([home / "mail.csv", home / "decisions.csv"], home / "people.xlsx").found
    truth = {"up": 6.0, "down": 3.0, "across": 2.0}
    assert all(
        found.delays[way].low <= hours <= found.delays[way].high for way, hours in truth.items()
    )
    weekly = {kind.kind: kind.rate.times(40.0) for kind in found.kinds}
    assert weekly["operational"].low <= 8.0 <= weekly["operational"].high
    assert weekly["strategic"].low <= 0.7 <= weekly["strategic"].high
    assert [str(day) for day in found.clock.holidays] == [
        "2026-04-03",
        "2026-04-06",
        "2026-05-01",
        "2026-05-14",
    ]
