"""`rules`, `schema`, `explain`, `new` and `view`."""

from __future__ import annotations

import json
from importlib.metadata import PackagePath
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.commands import new as new_command
from sim.commands.rule_lists import KEYS
from sim.errors import LeaderstreamError
from sim.rules.catalog import FAMILIES
from sim.scenario import Scenario
from sim.scenario.explain import explain, keys
from sim.shipped import shipped

ROOT = Path(__file__).resolve().parents[2]


def test_rules_lists_every_rule_with_its_source(call):
    said = " ".join(call("rules").stdout.split())
    for name, family in FAMILIES.items():
        assert name in said
        for info in family.values():
            assert f"{info.name} {info.summary} ({info.source})" in said


def test_rules_names_the_key_of_each_family(call):
    said = call("rules").stdout.splitlines()
    for family, key in KEYS.items():
        assert f"{family} (key: {key})" in said
        meant = explain(key).meaning
        assert all(f"{info.name}: {info.summary}." in meant for info in FAMILIES[family].values())
    assert set(KEYS) == set(FAMILIES)
    assert call("rules", "forum mode").stderr.endswith(
        "next: leaderstream explain power.forum.mode\n"
    )


def test_rules_of_one_family_as_json(call):
    result = call("rules", "voice", "--json")
    rules = [
        {key: info._asdict()[key] for key in ("name", "summary", "source")}
        for info in FAMILIES["voice"].values()
    ]
    assert json.loads(result.stdout) == {"voice": rules}


def test_power_rules_say_who_decides(call):
    rules = json.loads(call("rules", "power", "--json").stdout)["power"]
    assert {rule["name"]: rule["decides"] for rule in rules} == {
        "autocratic": "one voice",
        "consultative": "one voice",
        "delegated": "one voice",
        "shared": "room",
        "vote": "room",
        "rotating": "room",
        "emergent": "room",
        "chain": "levels",
        "champion": "levels",
        "contingent": "routed",
    }
    text = " ".join(call("rules", "power").stdout.split())
    assert (
        text.count("; decides: one voice") == 3
        and "; decides: as the rule that the situation asks for" in text
    )


def test_an_unknown_family_names_the_nearest(call):
    result = call("rules", "powr")
    assert result.exit_code == 2
    assert "did you mean 'power'?" in result.stderr


def test_schema_is_the_one_that_editors_get(call):
    assert call("schema", "--quiet").stdout == (ROOT / "docs/scenario.schema.json").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("key", keys())
def test_every_key_explains_itself(call, key):
    result = call("explain", key, "--json")
    facts = json.loads(result.stdout)
    assert facts["key"] == key
    assert facts["meaning"] and facts["type"]


def test_a_key_is_told_with_meaning_unit_default_and_source(call):
    said = call("explain", "power.sharing").stdout
    for label in (
        "power.sharing",
        "  meaning ",
        "  unit ",
        "  default ",
        "  allowed ",
        "  source ",
    ):
        assert label in said


def test_explain_takes_a_kind_by_its_name_and_an_unambiguous_last_part(call):
    assert call("explain", "issues.strategic.stakes").stdout.startswith("issues.NAME.stakes\n")
    assert call("explain", "half_life").stdout.startswith("issues.NAME.half_life\n")
    assert call("explain", "--quiet").stdout.split() == keys()


@pytest.mark.parametrize(
    ("key", "said", "then"),
    [
        (
            "power.contingent.spread_above",
            "unit share of explained variance default 50%",
            "run FILE --set",
        ),
        (
            "consensus.limit",
            "a number of rounds, or a share of the issue's half-life",
            "run FILE --set",
        ),
        (
            "consensus.G",
            "each with as many shares from 0 to 1 that sum to 1; or none",
            "check FILE",
        ),
        ("engagement", "off: it stays at 1", "check FILE"),
        (
            "issues.NAME.drift",
            "facets move day by day until the decision takes effect",
            "check FILE",
        ),
        (
            "direction.source",
            "located: what it says of a facet is first known where that facet lives",
            "run FILE",
        ),
        ("power.forum.quorum", "always with the accountable leader", "run FILE --set"),
        ("quorum", "power.forum.quorum", "run FILE --set"),
    ],
)
def test_the_newer_keys_are_explained_with_what_to_do_next(call, key, said, then):
    result = call("explain", key)
    assert said in " ".join(result.stdout.split())
    assert f"next: leaderstream {then}" in result.stderr


@pytest.mark.parametrize(
    ("key", "said"), [("power.sharng", "did you mean 'power.sharing'?"), ("rule", "consensus.rule")]
)
def test_an_unknown_or_ambiguous_key_names_the_nearest(call, key, said):
    result = call("explain", key)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    "preset", [path.stem for path in sorted((ROOT / "scenarios").glob("*.yaml"))]
)
def test_new_writes_a_commented_scenario_that_says_the_same_as_its_preset(call, folder, preset):
    result = call("new", "mine", "--like", preset)
    assert (result.exit_code, result.stdout) == (0, "mine.yaml\n")
    assert "next: leaderstream check mine.yaml" in result.stderr
    text = (folder / "mine.yaml").read_text(encoding="utf-8")
    assert text.startswith("# mine: ")
    mine = Scenario.load(folder / "mine.yaml").resolved()
    assert mine.pop("name") == "mine"
    original = Scenario.load(ROOT / "scenarios" / f"{preset}.yaml").resolved()
    original.pop("name")
    assert mine == original


def test_new_opens_each_section_with_what_it_means(call, folder):
    call("new", "mine")
    lines = (folder / "mine.yaml").read_text(encoding="utf-8").splitlines()
    for section in ("power:", "consensus:", "replications: 100"):
        assert lines[lines.index(section) - 1].startswith("# ")


def test_new_never_overwrites(call, folder):
    (folder / "mine.yaml").write_text("mine", encoding="utf-8")
    result = call("new", "mine")
    assert result.exit_code == 5
    assert "mine.yaml exists" in result.stderr
    assert (folder / "mine.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["mi ne"], 2),
        (["mine.txt"], 2),
        (["x" * 65], 2),
        (["mine", "--like", "crises"], 2),
        (["no/mine"], 5),
    ],
)
def test_new_refuses_what_it_cannot_name_or_place(call, folder, arguments, code):
    assert call("new", *arguments).exit_code == code
    assert list(folder.iterdir()) == []


def test_presets_are_found_where_a_wheel_puts_them(folder, monkeypatch):
    home = "../../../share/leaderstream/scenarios"
    listed = [
        PackagePath(f"{home}/{name}.yaml")
        for name in ("minimal", "crisis", "presets/ward", "theory/transit")
    ]
    for path in (*listed, PackagePath("sim/new.yaml")):
        path.dist = SimpleNamespace(
            locate_file=lambda inside: folder / "lib/python/site-packages" / inside
        )
    monkeypatch.setattr("sim.shipped.__file__", str(folder / "lib/sim/shipped.py"))
    monkeypatch.setattr("importlib.metadata.files", lambda name: listed)
    presets = new_command.presets()
    assert list(presets) == ["ward", "crisis", "minimal"]
    assert presets["crisis"] == folder / "share/leaderstream/scenarios/crisis.yaml"
    theory = {"transit": folder / "share/leaderstream/scenarios/theory/transit.yaml"}
    assert shipped("theory") == theory
    monkeypatch.setattr("importlib.metadata.files", lambda name: None)
    with pytest.raises(LeaderstreamError, match="not installed"):
        shipped("theory")


@pytest.fixture
def dashboard(folder) -> Path:
    path = folder / "results" / "mine" / "dashboard.html"
    path.parent.mkdir(parents=True)
    path.write_text("<html>", encoding="utf-8")
    return path


@pytest.mark.parametrize("result", ["mine", "results/mine", "results/mine/dashboard.html"])
def test_view_finds_a_dashboard_by_name_folder_or_file(call, dashboard, result):
    assert call("view", result, "--print-path").stdout == f"{dashboard}\n"


def test_view_opens_the_browser_unless_only_the_path_is_wanted(call, dashboard, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert call("view", "mine", "--print-path").exit_code == 0
    assert opened == []
    assert "opened" in call("view", "mine").stderr
    assert opened == [dashboard.as_uri()]


def test_view_says_where_the_file_is_when_no_browser_starts(call, dashboard, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    result = call("view", "mine")
    assert result.exit_code == 0
    assert str(dashboard) in result.stderr


def test_view_of_what_is_not_there_names_what_is(call, dashboard):
    result = call("view", "mina")
    assert result.exit_code == 3
    assert "did you mean 'mine'?" in result.stderr
