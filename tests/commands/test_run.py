"""`check` and `run`: what they say, what they write, and what they refuse."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from commands.conftest import COMPILED
from sim.commands import run as run_command
from sim.commands.tables import table
from sim.dashboard.report import command
from sim.parameters import parameters
from sim.results import load
from sim.runner import room
from sim.scenario import Scenario

pytestmark = pytest.mark.usefixtures("kernel")

MESA = ("--engine", "mesa", "--workers", "1")
MISTAKES = """\
name: bad name
sed: 3
replications: 0
clock: {tick: 1q}
power: {rule: autocrat, sharing: 2}
consensus: {round: 25m}
flow: {up: {open: 1.5}}
variants: {a: {power.rul: vote}}
"""


@pytest.fixture(autouse=True)
def no_compiling(monkeypatch):
    """Estimates come from the Mesa driver, as before the first compile."""
    monkeypatch.setattr("sim.compiler.is_cached", lambda: False)


def test_check_says_what_will_run_and_about_how_long(call, small):
    result = call("check", small)
    assert result.exit_code == 0
    said = result.stdout
    assert "small.yaml: small is valid" in said
    assert "shared, top-down, delegated, consulted, strict" in said
    # 12 reporting lines, 3 pairs of peers in the middle and 9 at work, a bridge for 13 leaders x
    # 5%.
    assert "13 (1 top, 3 middle, 9 work), 25 channels" in said
    assert "about 16 task, 4 plan, 4 offer" in said
    assert "5 policies x 2 replications = 10" in said
    assert re.search(r"about \d+ s \(approximate: .*compile", said)
    assert "next: leaderstream run small.yaml" in result.stderr


def test_check_as_json_is_a_list_with_an_entry_a_file(call, small, folder):
    (folder / "other.yaml").write_text(
        "name: other\nreplications: 3\nclock: {horizon: 2w, warmup: 0d}\n"
    )
    plans = json.loads(call("check", small, "other.yaml", "--json").stdout)
    assert [(plan["name"], plan["runs"]) for plan in plans] == [("small", 10), ("other", 3)]
    assert plans[0]["issues"] == pytest.approx({"task": 16, "plan": 4, "offer": 4})
    assert all(plan["seconds"] > 0 for plan in plans)


def test_expected_issues_follow_rates_given_per_leader():
    clock, kind = "{horizon: 12w, warmup: 2w}", "{raised_at: downstream, rate: {each: 0.1/w}}"
    text = f"name: each\nclock: {clock}\nissues: {{task: {kind}}}\n"
    assert room.expected(parameters(Scenario.from_text(text))) == pytest.approx({"task": 27})


def test_check_tells_every_problem_of_every_file_with_its_place(call, small, folder):
    (folder / "bad.yaml").write_text(MISTAKES, encoding="utf-8")
    (folder / "also.yaml").write_text("name: also\nseed: -1\n", encoding="utf-8")
    result = call("check", "bad.yaml", small, "also.yaml", "none.yaml")
    assert result.exit_code == 3
    assert result.stdout == ""
    places = re.findall(r"^bad\.yaml:(\d+):\d+: ", result.stderr, re.MULTILINE)
    assert sorted({int(line) for line in places}) == [1, 2, 3, 4, 5, 7, 8]
    assert len(places) >= 8
    assert "also.yaml:2:7: seed: " in result.stderr
    assert "none.yaml: there is no such file" in result.stderr
    assert "Traceback" not in result.stderr


def test_check_gives_problems_as_json(call, folder):
    (folder / "bad.yaml").write_text("name: bad\nsede: 3\n", encoding="utf-8")
    result = call("check", "bad.yaml", "--json")
    assert result.exit_code == 3
    [problem] = json.loads(result.stdout)
    assert (problem["file"], problem["line"], problem["column"], problem["path"]) == (
        "bad.yaml",
        2,
        1,
        "sede",
    )
    assert "seed" in problem["message"]


def test_check_reads_the_files_that_a_scenario_names(call, folder):
    (folder / "real.yaml").write_text(
        "name: real\nstream: {people: people.csv}\ndirection: {source: level-0}\n"
    )
    (folder / "people.csv").write_text("id,manager_id\na,\nb,nobody\n", encoding="utf-8")
    result = call("check", "real.yaml")
    assert result.exit_code == 3
    assert "people.csv:3" in result.stderr


def test_overrides_are_checked_like_the_file(call, small):
    assert call("check", small, "--set", "power.sharing=2").exit_code == 3
    assert call("check", small, "--set", "power.sharing").exit_code == 2
    plans = json.loads(call("check", small, "--set", "replications=9", "--json").stdout)
    assert plans[0]["replications"] == 9


def test_run_prints_the_comparison_and_saves_results_with_a_dashboard(call, small, folder):
    result = call("run", small, *COMPILED)
    assert result.exit_code == 0
    said = result.stdout
    assert said.startswith("small: 5 policies x 2 runs")
    assert said.split("\n")[1] == "In short"
    assert re.search(r"^top-down +\d\.\d{3}±", said, re.MULTILINE)
    assert "difference to shared" not in said
    assert len(said.splitlines()) + len(result.stderr.splitlines()) <= 40
    assert max(map(len, said.splitlines())) <= 80
    assert "results: results/small (tables, dashboard.html)\n" in said
    saved = {path.name for path in (folder / "results/small").iterdir()}
    assert saved == {
        "manifest.json",
        "runs.parquet",
        "decisions.parquet",
        "leaders.parquet",
        "days.parquet",
        "replays.parquet",
        "channels.parquet",
        "stories.parquet",
        "dashboard.html",
    }
    assert result.stderr.endswith("next: leaderstream view results/small\n")


@pytest.mark.parametrize("columns", ["50", "100"])
def test_details_add_every_measure_and_every_policy_in_words(call, small, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    said = call("run", small, *COMPILED, "--details").stdout
    parts = ("In short", "Decision quality (1 best, 0 a random pick)", "Compared in words")
    assert sorted(parts, key=said.index) == list(parts)
    assert re.search(r"^  top-down +-?\d\.\d{3}   -?\d\.\d{3} to ", said, re.MULTILINE)
    text = " ".join(said.split())
    assert "difference to shared (95%)" in text
    for policy in ("top-down", "delegated", "consulted", "strict"):
        assert f"Compared with shared (the base), {policy}" in text
    assert max(map(len, said.splitlines())) <= int(columns)


def test_run_as_json_gives_everything_to_a_script(call, small):
    result = call(
        "run", small, *COMPILED, "--json", "--quiet", "--variant", "shared", "--variant", "strict"
    )
    [described] = json.loads(result.stdout)["results"]
    assert result.stderr == ""
    assert described["folder"] == "results/small"
    assert described["dashboard"] == "results/small/dashboard.html"
    assert {row["variant"] for row in described["comparison"]} == {"shared", "strict"}
    quality = [row for row in described["comparison"] if row["metric"] == "quality"]
    assert quality[0]["difference"] is None
    assert quality[1]["difference"] == pytest.approx(quality[1]["mean"] - quality[0]["mean"])
    assert described["verdict"] and all(
        isinstance(sentence, str) for sentence in described["verdict"]
    )
    assert described["manifest"]["seed"] == 7


def test_options_reach_the_run(call, small, folder):
    arguments = [
        "--replications",
        "3",
        "--seed",
        "11",
        "--out",
        "kept",
        "--against",
        "strict",
        "--set",
    ]
    result = call(
        "run",
        small,
        *COMPILED,
        "--variant",
        "top-down",
        "--variant",
        "strict",
        *arguments,
        "stream.bridges=0",
    )
    assert result.exit_code == 0
    assert "clearly above or below strict (less is better in delay and hours)" in " ".join(
        result.stdout.split()
    )
    manifest = json.loads((folder / "kept/small/manifest.json").read_text(encoding="utf-8"))
    assert (manifest["replications"], manifest["seed"], manifest["against"]) == (3, 11, "strict")
    assert manifest["scenario"]["stream"]["bridges"] == 0
    runs = pd.read_parquet(folder / "kept/small/runs.parquet")
    assert sorted(set(runs["variant"])) == ["strict", "top-down"]


def test_several_files_run_under_one_seed_each_with_its_own_folder(call, small, folder):
    (folder / "other.yaml").write_text(
        (folder / small).read_text().replace("name: small\nseed: 7", "name: other")
    )
    result = call(
        "run", small, "other.yaml", *COMPILED, "--variant", "shared", "--variant", "top-down"
    )
    assert result.exit_code == 0
    assert "all scenarios run under the seed of small: 7" in result.stderr
    for name in ("small", "other"):
        manifest = json.loads(
            (folder / f"results/{name}/manifest.json").read_text(encoding="utf-8")
        )
        assert manifest["seed"] == 7
        assert f"results: results/{name} (tables, dashboard.html)\n" in result.stdout


def test_a_different_run_gets_a_folder_of_its_own_and_the_same_one_does_not(call, small, folder):
    one = ("--variant", "top-down", *COMPILED)
    for seed in ("1", "1", "2"):
        assert call("run", small, *one, "--seed", seed).exit_code == 0
    assert sorted(path.name for path in (folder / "results").iterdir()) == ["small", "small-2"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--variant", "top-dwn"], 2, "top-down"),
        (["--against", "nobody"], 2, "nobody"),
        (["--set", "power.rle=vote"], 3, "did you mean"),
        (["--out", "small.yaml"], 5, "cannot hold results"),
    ],
)
def test_what_cannot_be_run_is_said_and_nothing_is_written(
    call, small, folder, arguments, code, said
):
    result = call("run", small, "--variant", "top-down", *COMPILED, *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""
    assert [path.name for path in folder.iterdir()] == [small]


def test_failed_runs_are_named_the_rest_is_kept_and_the_exit_code_is_4(
    call, small, folder, monkeypatch
):
    from sim.agents import simulate

    def sometimes(prepared, replication):
        if replication == 1:
            raise ValueError("a rule went wrong")
        return simulate(prepared, replication)

    monkeypatch.setattr("sim.agents.simulate", sometimes)
    result = call("run", small, "--variant", "top-down", *MESA)
    assert result.exit_code == 4
    assert "a rule went wrong" in result.stderr
    assert "error: 1 run failed; the others are kept" in result.stderr
    assert "Traceback" not in result.stderr
    assert len(pd.read_parquet(folder / "results/small/runs.parquet")) == 1


def test_the_table_leaves_out_intervals_and_differences_that_there_are_not():
    row = {
        "scenario": "s",
        "metric": "quality",
        "low": float("nan"),
        "high": float("nan"),
        "replications": 1,
    }
    row |= {"difference_low": float("nan"), "difference_high": float("nan")}
    alone = pd.DataFrame([row | {"variant": "base", "mean": 0.5, "difference": float("nan")}])
    assert table(alone).splitlines() == [
        "Decision quality (1 best, 0 a random pick)",
        "             mean",
        "  base      0.500",
    ]
    both = pd.concat(
        [alone, pd.DataFrame([row | {"variant": "b", "mean": 0.75, "difference": 0.25}])]
    )
    said = table(both)
    assert "interval" not in said
    assert "difference to base\n" in said
    assert "+0.250" in said


def test_the_engines_offered_are_those_of_the_runner():
    from sim.runner import ENGINES

    assert tuple(engine.value for engine in run_command.EngineChoice) == ENGINES


def test_run_replays_as_many_issues_as_asked(call, small, folder):
    for number, names in ((0, set()), (1, {"replays", "channels", "stories"})):
        wanted = (
            "run",
            small,
            *COMPILED,
            "--replications",
            "1",
            "--variant",
            "shared",
            "--variant",
            "delegated",
        )
        assert call(*wanted, "--replays", str(number), "--out", f"r{number}").exit_code == 0
        made = {path.stem for path in (folder / f"r{number}" / "small").glob("*.parquet")}
        assert made == {"runs", "decisions", "leaders", "days"} | names
    replays = pd.read_parquet(folder / "r1" / "small" / "replays.parquet")
    assert replays["issue"].nunique() == 1 and set(replays["variant"]) == {"shared", "delegated"}
    assert call("run", small, "--replays", "-1").exit_code == 2


def test_run_replays_the_issues_named_and_keeps_the_run_where_one_is_not_there(call, small, folder):
    wanted = ("run", small, *COMPILED, "-n", "1", "--variant", "shared", "--out", "named")
    found = call(*wanted, "--replay", "9000", "--replay", "4", "--replay", "2")
    assert found.exit_code == 2
    assert "error: --replay 9000: no such issue under every policy of small; there are 1 to " in (
        found.stderr
    )
    assert "Traceback" not in found.stderr and "Best" not in found.stderr
    kept = load(folder / "named" / "small")
    assert set(kept.tables["replays"]["issue"]) == {2, 4}
    assert kept.manifest["replays"] == {"asked": [2, 4, 9000], "failures": [], "missing": [9000]}
    page = (folder / "named" / "small" / "dashboard.html").read_text()
    assert "--replay 2 --replay 4 --replay 9000" in command(kept.manifest)
    assert "To be replayed but not there under every policy: issue 9000." in page
    both = call("run", small, "--replay", "2", "--replays", "1")
    assert both.exit_code == 2 and "not both" in both.stderr


def test_until_runs_on_until_it_is_known_and_says_what_stopped_it(call, small):
    known = call(
        "run", small, *COMPILED, "--until", "value:0.9", "-n", "4", "--replays", "0", "--json"
    )
    wanted = json.loads(known.stdout)["results"][0]["manifest"]["until"]
    assert (known.exit_code, wanted["stopped"], wanted["max"]) == (0, "known", 4)
    short = " ".join(
        call(
            "run", small, *COMPILED, "--until", "delay:1e-6", "-n", "3", "--replays", "0"
        ).stderr.split()
    )
    assert "After 3 replications each difference to shared in delay is known to ±" in short
    assert "Stopped at the most there may be, 3: about" in short
    wrong = call("run", small, "--until", "valu:0.1")
    assert (
        wrong.exit_code == 2
        and "until: there is no measure 'valu' (did you mean 'value'?)" in wrong.stderr
    )


def test_check_says_at_least_and_at_most(call, small):
    wanted = "replications={min: 20, max: 400, until: {metric: value, half_width: 2%}}"
    said = " ".join(call("check", small, "--set", wanted).stdout.split())
    assert (
        "5 policies x 20 to 400 replications = 100 to 2000, until the difference to the base in "
        "value" in said
    )
    assert "known to ±2 % of the base's mean" in said and "time at most about" in said


def test_what_a_command_sets_is_named_by_its_option(call, small):
    assert (
        "--set: power.sharing: 2 is not allowed"
        in call("check", small, "--set", "power.sharing=2").stderr
    )
