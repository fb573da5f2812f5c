"""Whatever YAML a message recommends passes `check` where it is put: each message is made, its
snippet tried."""

from __future__ import annotations

import re

import pytest
import yaml

from sim.errors import InvalidInput, UsageError
from sim.experiments.designs import design
from sim.experiments.sensitivity import plan
from sim.rules.catalog import names
from sim.scenario import Scenario, examples
from sim.scenario.tree import walk

RULES = ("autocratic", "consultative", "shared", "chain", "contingent")
SNIPPET = re.compile(r"((?:sweep|vary): \{.*\})")


def made(more: str = "", rule: str = "shared") -> Scenario:
    return Scenario.from_text(f"name: plain\npower: {{rule: {rule}}}\n{more}")


def problems(more: str, rule: str = "shared") -> str:
    with pytest.raises(InvalidInput) as error:
        made(more, rule)
    return str(error.value)


def snippet(text: str) -> str:
    match = SNIPPET.search(text)
    assert match, text
    return match[1]


@pytest.mark.parametrize("rule", names("power"))
def test_a_scenario_without_a_sweep_is_shown_one_that_can_be_run(rule):
    with pytest.raises(UsageError) as error:
        design(made(rule=rule))
    planned = design(made(snippet(str(error.value)), rule))
    assert planned.count > 1 and planned.keys


@pytest.mark.parametrize("rule", names("power"))
def test_sensitivity_shows_a_sweep_that_the_reader_takes_and_that_varies_what_is_read(rule):
    with pytest.raises(UsageError) as error:
        plan(made(rule=rule), "sobol", 4)
    text = snippet(str(error.value))
    scenario = made(text, rule)
    assert len(plan(scenario, "sobol", 4).keys) == len(plan(scenario, "morris", 4).keys) == 2
    assert design(scenario).count == 9, "a plain sweep takes it too"


def test_the_commands_say_so_and_the_snippet_passes_check(call, small, folder):
    for command in ("sweep", "sensitivity"):
        result = call(command, small)
        assert result.exit_code == 2
        text = (folder / small).read_text(encoding="utf-8") + snippet(result.stderr.strip()) + "\n"
        (folder / f"{command}.yaml").write_text(text, encoding="utf-8")
        checked = call("check", f"{command}.yaml")
        assert checked.exit_code == 0, checked.stderr
        assert call(command, f"{command}.yaml", "--dry-run", "--engine", "mesa").exit_code == 0


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "options", ["", ", design: sobol", ", design: zip", ", design: one-at-a-time"]
)
def test_a_sweep_that_varies_nothing_is_shown_what_to_vary(rule, options):
    text = problems(f"sweep: {{replications: 3{options}}}", rule)
    assert design(made(f"sweep: {{replications: 3, {snippet(text)}{options}}}", rule)).count > 1


@pytest.mark.parametrize(
    ("key", "ends"),
    [
        ("power.sharing", "from: 0, to: 1"),
        ("consensus.limit", "from: 1d, to: 2w"),
        ("attention", "from: 1, to: 9"),
    ],
)
def test_a_range_without_steps_is_shown_one_with_them(key, ends):
    text = problems(f"sweep: {{vary: {{{key}: {{{ends}}}}}}}")
    match = re.search(r"such as (\{.*\})", text)
    assert match and design(made(f"sweep: {{vary: {{{key}: {match[1]}}}}}")).count == 5


@pytest.mark.parametrize("key", ["power", "power.forum", "stream", "issues", "flow", "consensus"])
def test_of_a_section_a_key_is_named_that_can_vary(key):
    text = problems(f"sweep: {{vary: {{{key}: [1, 2]}}}}")
    match = re.search(r"holds several keys; vary one of them, such as (\S+)$", text, re.MULTILINE)
    assert match, text
    again = problems(f"sweep: {{vary: {{{match[1]}: [no-such-value]}}}}")
    assert "holds several" not in again and "cannot vary" not in again and "is no key" not in again


def test_the_key_of_a_variant_that_is_named_can_be_varied():
    variants = "variants: {own: {power.sharing: 0.2}}\n"
    text = problems(f"{variants}sweep: {{vary: {{power.sharing: [0, 1]}}, variants: [own]}}")
    match = re.search(r"vary (variants\.\S+)", text)
    assert (
        match
        and design(
            made(f"{variants}sweep: {{vary: {{{match[1]}: [0, 1]}}, variants: [own]}}")
        ).count
        == 2
    )


def test_null_takes_away_what_a_message_says_it_does():
    kinds = "issues: {task: {rate: 1/w, alternatives: 4}}\n"
    text = problems(f"{kinds}variants: {{guess: {{issues.task.type: estimate}}}}")
    assert "set it to null" in text
    made(
        f"{kinds}variants: "
        f"{{guess: {{issues.task.type: estimate, issues.task.alternatives: null}}}}"
    )


def test_a_weighting_as_a_message_shows_it():
    text = problems("calibrate: {weightings: {mine: 3}}")
    match = re.search(r"such as (\{quality: 1\})", text)
    assert match and made(f"calibrate: {{weightings: {{mine: {match[1]}}}}}").calibrate is not None


def test_a_file_that_is_no_mapping_is_shown_a_key():
    with pytest.raises(InvalidInput) as error:
        Scenario.from_text("- a\n- b\n")
    shown = re.search(r"such as (name: \S+)", str(error.value))
    assert shown and Scenario.from_text(shown[1]).name == "my-scenario"


def values(allowed: str) -> list[str]:
    """The examples in what a message says is allowed: those behind 'such as'."""
    texts = re.findall(r"such as ([^(;]*?)(?: \(|;|$|, or )", allowed)
    values_shown = [
        value.removesuffix(" above 0") for text in texts for value in re.split(r",? or |, ", text)
    ]
    return [value for value in values_shown if value[:1].isdigit() or value[:1] == "'"]


def test_every_value_that_a_message_shows_as_an_example_is_read():
    every = [entry.kind for entry in walk() if entry.kind is not None]
    kinds = {kind.allowed: kind for kind in every if "such as" in kind.allowed}
    assert len(kinds) > 5
    for allowed, kind in kinds.items():
        assert values(allowed), allowed
        for value in values(allowed):
            assert kind.read(yaml.safe_load(value)) is not None, (allowed, value)


def test_the_examples_are_of_keys_that_some_policy_reads_and_all_can_vary():
    every = ", ".join(f"{key}: {ranged}" for key, (_, ranged) in examples.VARIED.items())
    assert design(made(f"sweep: {{vary: {{{every}}}}}")).count == 3 ** len(examples.VARIED)
    every = ", ".join(f"{key}: {listed}" for key, (listed, _) in examples.VARIED.items())
    assert design(made(f"sweep: {{vary: {{{every}}}}}")).count > 1
