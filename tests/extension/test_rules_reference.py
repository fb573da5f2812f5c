"""What `rules`, `explain` and `schema` say of custom rules, and what such rules are given."""

from __future__ import annotations

import json

import jsonschema
import pytest

from extension.rules_made import RULES, write
from sim.extension import FAMILIES
from sim.extension.declared import declared
from sim.extension.files import namespace, read
from sim.scenario.schema import text


def said(result):
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


@pytest.mark.parametrize("family", FAMILIES)
def test_rules_lists_custom_rules_with_their_parameters_and_inputs(call, rules, family):
    text = said(call("rules", family, "--rules", "well.py"))
    assert f"well.py:{RULES[family]}" in text
    assert "allowed: a share from 0 to 1, such as 0.65 or 65%; share; convention" in text
    assert f"decides {FAMILIES[family].summary}" in text
    for name, given in FAMILIES[family].inputs.items():
        assert f"{name} {given.meaning} (" in text
    others = [f"well.py:{name}" for other, name in RULES.items() if other != family]
    assert not any(reference in text for reference in others)


def test_rules_of_all_families_lists_custom_rules_where_they_belong(call, rules):
    lines = call("rules", "--rules", "well.py").stdout.splitlines()
    for family, name in RULES.items():
        at = lines.index(f"  well.py:{name}")
        heads = [line for line in lines[:at] if line and not line.startswith(" ")]
        assert heads[-1].startswith(f"{family} (key: ")
    assert not any(line.startswith("a custom consensus rule") for line in lines)


def test_rules_as_json_have_parameters_and_inputs(call, rules):
    listed = json.loads(call("rules", "consensus", "--rules", "well.py", "--json").stdout)
    custom = {listed_rule["name"]: listed_rule for listed_rule in listed["consensus"]}[
        "well.py:cautious"
    ]
    assert custom["parameters"]["patience"] == {
        "meaning": "what the first round must reach",
        "type": "share",
        "unit": "share",
        "default": "0.8",
        "allowed": "a share from 0 to 1, such as 0.65 or 65%",
        "source": "convention",
    }
    assert set(listed["given"]) == set(FAMILIES["consensus"].inputs)
    assert listed["answers"] == "True or False"


@pytest.mark.parametrize("key", ["consensus.with.patience", "issues.task.consensus.with.patience"])
def test_explain_tells_a_parameter_of_every_rule_that_has_it(call, rules, key):
    (rules / "other.py").write_text(
        (rules / "well.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    result = call("explain", key, "--rules", "well.py", "--rules", "other.py")
    text = said(result)
    for reference in ("well.py:cautious", "other.py:cautious"):
        assert (
            f"{key} rule {reference} meaning what the first round must reach type share unit share "
            f"default 0.8" in text
        )
    assert f"next: leaderstream run FILE --rules well.py --set {key}=VALUE" in result.stderr
    explained = json.loads(call("explain", key, "--rules", "well.py", "--json").stdout)
    assert explained["key"] == key
    assert [of_rule["rule"] for of_rule in explained["rules"]] == [
        "well.py:cautious",
        "other.py:cautious",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["consensus.with.patence", "--rules", "well.py"], "did you mean 'patience'?"),
        (["consensus.with.patience"], "no custom consensus rule is loaded: add --rules FILE"),
        (["issues.task.flow.with.mum", "--rules", "well.py"], "no key 'issues.task.flow.with.mum'"),
        (["voice.with.mum", "--rules", "well.py"], "no key 'voice.with.mum'"),
    ],
)
def test_a_parameter_that_is_not_there_is_told(call, rules, arguments, message):
    result = call("explain", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_explain_lists_the_keys_of_loaded_rules_too(call, rules):
    assert "consensus.with.patience" not in call("explain", "--quiet").stdout.split()
    listed = call("explain", "--rules", "well.py", "--quiet").stdout.split()
    assert "consensus.with.patience" in listed and "engagement.with.up" in listed


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    """What checks scenarios by the schema that knows well.py."""
    folder = tmp_path_factory.mktemp("rules")
    write(folder)
    file = read(folder / "well.py")
    rules = [(f"well.py:{name}", declared(namespace(file)[name])) for name in RULES.values()]
    schema = json.loads(text(rules))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ({"consensus": {"rule": "well.py:cautious"}}, True),
        ({"consensus": {"rule": "well.py:cautious", "with": {"patience": "70%"}}}, True),
        ({"consensus": {"rule": "well.py:cautious", "with": {"patience": 7}}}, False),
        ({"consensus": {"rule": "well.py:cautious", "with": {"patence": 0.7}}}, False),
        (
            {
                "issues": {
                    "a": {"consensus": {"rule": "well.py:cautious", "with": {"patence": 0.7}}}
                }
            },
            False,
        ),
        (
            {
                "issues": {
                    "a": {"consensus": {"rule": "well.py:cautious", "with": {"patience": 0.7}}}
                }
            },
            True,
        ),
        ({"engagement": {"rule": "well.py:moved", "with": {"up": 0.1}}}, True),
        ({"engagement": {"rule": "well.py:moved", "with": {"down": 0.1}}}, False),
        ({"flow": {"rule": "well.py:mum", "with": {"mum": 2}}}, False),
        ({"variants": {"v": {"consensus.with.patience": 0.3}}}, True),
        ({"variants": {"v": {"consensus.with.patience": "much"}}}, False),
        ({"variants": {"v": {"consensus.rule": "well.py:cautious", "consensus.with": None}}}, True),
    ],
)
def test_the_schema_knows_names_and_parameters(checker, more, right):
    assert checker.is_valid({"name": "x"} | more) == right


def test_the_schema_offers_names_where_rules_stand_and_is_the_plain_one_without(call, rules):
    plain, custom = (
        call("schema", "--quiet").stdout,
        call("schema", "--rules", "well.py", "--quiet").stdout,
    )
    assert "well.py" not in plain
    properties = json.loads(custom)["properties"]
    for family, name in RULES.items():
        section = properties[family]
        shapes = [shape for shape in section.get("anyOf", [section]) if "properties" in shape]
        assert f"well.py:{name}" in json.dumps(shapes[0]["properties"]["rule"])
        dotted = properties["variants"]["additionalProperties"]["properties"]
        assert f"well.py:{name}" in json.dumps(dotted[f"{family}.rule"])
    assert f"well.py:{RULES['consensus']}" in json.dumps(properties["issues"])
    assert f"well.py:{RULES['flow']}" not in json.dumps(properties["issues"])
