"""The JSON Schema editors use, and what `explain` says: both come from the declared keys and stay
current."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from scenario.strategies import random_scenario
from sim.errors import UsageError
from sim.rules.catalog import FAMILIES
from sim.scenario import Scenario
from sim.scenario.explain import explain, keys
from sim.scenario.keys.settings import NO_ASSUMPTIONS, NOT_IN_VARIANTS
from sim.scenario.nodes import plain
from sim.scenario.reader import read
from sim.scenario.schema import json_schema, text
from sim.scenario.titles import called, phrase_of, title_of, unit_of
from sim.scenario.tree import walk
from sim.scenario.vary import FIXED

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = Draft202012Validator(json_schema())


def complaints(data):
    return list(VALIDATOR.iter_errors(data))


def test_the_written_schema_is_current():
    assert (ROOT / "docs" / "scenario.schema.json").read_text(encoding="utf-8") == text(), (
        "run: python -m sim.scenario.schema"
    )


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda path: path.stem
)
def test_shipped_scenarios_satisfy_the_schema(path):
    node, _ = read(path.read_text(encoding="utf-8"), path.name)
    assert complaints(plain(node)) == []
    assert complaints(Scenario.load(path).resolved()) == []


def test_random_scenarios_satisfy_the_schema():
    for seed in range(40):
        assert complaints(random_scenario(seed)) == []
        assert complaints(Scenario.from_dict(random_scenario(seed)).resolved()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": "a b"},
        {"name": "a", "pwoer": {}},
        {"name": "a", "power": {"rule": "sharred"}},
        {"name": "a", "power": {"sharing": 1.5}},
        {"name": "a", "power": {"gather": "5 days"}},
        {"name": "a", "consensus": {"threshold": 0.5}},
        {"name": "a", "attention": True},
        {"name": "a", "issues": {"k": {"rate": {"every": "1/w"}}}},
        {"name": "a", "issues": {"k": {"witnesses": 65}}},
        {"name": "a", "issues": {"k k": {}}},
        {"name": "a", "stream": {"positions": [{"leaders": 3}]}},
        {"name": "a", "variants": {"v": {"power.rul": "vote"}}},
        {"name": "a", "variants": {"v": {"power.rule": "votes"}}},
        {"name": "a", "variants": {"v": {"issues.k.half_life": 3}}},
        {"name": "a", "variants": {"v": {"seed": 3}}},
        {"name": "a", "variants": {"v": {"claims": []}}},
        {"name": "a", "claims": [{"metric": "quality", "than": "base"}]},
        {
            "name": "a",
            "claims": [{"metric": "quality", "higher": "v", "lower": "base", "than": "base"}],
        },
        {"name": "a", "claims": [{"metric": "qualty", "higher": "v", "than": "base"}]},
        {"name": "a", "claims": [{"metric": "quality", "higher": "v"}]},
        {
            "name": "a",
            "claims": [{"metric": "quality", "higher": "v", "than": "base", "confidence": 0.5}],
        },
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(wrong):
    assert complaints(wrong)


def test_variants_may_name_any_key():
    dotted = {
        "power.rule": "vote",
        "power": {"rule": "vote"},
        "flow.up.open": "10%",
        "issues.k.consensus.limit": "3d",
        "issues.k": None,
        "stream.positions.upstream.leaders": 4,
        "perspective.span": "off",
    }
    assert complaints({"name": "a", "variants": {"v": dotted}}) == []


def test_every_key_says_everything():
    assert len(keys()) == len(set(keys())) > 100
    for key in keys():
        explained = explain(key)
        assert explained.key == key
        assert explained.meaning.endswith(".")
        assert explained.type and explained.allowed and explained.default, key
        assumes = key.partition(".")[0] not in NO_ASSUMPTIONS
        sourced = assumes and not explained.type.startswith(("mapping", "list of mappings"))
        assert bool(explained.source) == sourced, key


def test_every_key_that_can_vary_has_a_title_of_its_own():
    every = [
        entry.path
        for entry in walk()
        if entry.kind is not None
        and entry.kind.type not in FIXED
        and entry.path.partition(".")[0] not in NOT_IN_VARIANTS
    ]
    titles = [title_of(key) for key in every]
    assert len(every) == len(set(titles)) > 100
    for key, title in zip(every, titles, strict=True):
        assert explain(key).title == title
        assert title[:1].isupper() and "{" not in title and len(title) < 48, key
    assert len({phrase_of(key) for key in every}) == len(every)


def test_a_key_is_called_by_its_title_in_words_and_by_itself_without_one():
    assert (
        called("power.sharing") == "Power sharing" and phrase_of("power.sharing") == "power sharing"
    )
    assert phrase_of("issues.plan.half_life") == "half-life (plan)"
    assert called("persuade.with.pull") == phrase_of("persuade.with.pull") == "persuade.with.pull"


@pytest.mark.parametrize(
    ("key", "title", "unit"),
    [
        ("power.sharing", "Power sharing", "share of decision weight"),
        ("flow.up.delay", "Delay upward", "working time"),
        ("issues.plan.half_life", "Half-life, plan", "working time"),
        ("issues.plan.power.forum.size", "Forum size, plan", "leaders"),
        ("variants.open.power.sharing", "Power sharing under open", "share of decision weight"),
        ("leaders.mine.share", "Share of leaders, mine", "probability"),
        ("leaders.share", "Share of leaders", "probability"),
        ("consensus.with.patience", "", ""),
        ("power", "", ""),
        ("issues", "", ""),
        ("no.such", "", ""),
    ],
)
def test_titles_say_where_a_key_stands(key, title, unit):
    assert (title_of(key), unit_of(key)) == (title, unit)


def test_sources_are_citations_that_say_their_kind_or_conventions():
    for key in keys():
        source = explain(key).source
        plain = source in ("", "convention")
        assert (
            plain
            or source.startswith(("convention; ", "theory: "))
            or source.endswith(("(abstract)", "secondary)"))
        )


def test_rules_are_explained_from_the_catalogue():
    explained = explain("issues.anything.power.rule")
    assert explained.key == "issues.NAME.power.rule"
    for name, rule in FAMILIES["power"].items():
        assert f"{name}: {rule.summary}" in explained.meaning
    assert explain("power.rule").allowed.startswith(
        f"one of {', '.join(FAMILIES['power'])}; or a custom rule"
    )


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(UsageError, match=r"power\.sharing"):
        explain("power.shering")


def test_declared_defaults_are_those_of_a_resolved_scenario():
    resolved = Scenario.from_text("name: a").resolved()
    for key in (
        "power.sharing",
        "flow.up.open",
        "consensus.limit",
        "work.load",
        "perspective.span",
    ):
        section, name = key.rsplit(".", 1)
        value = resolved
        for step in (*section.split("."), name):
            value = value[step]
        shown = json.loads(json.dumps(explain(key).default))
        assert shown == str(value) or shown == f"{float(value):.0%}"
