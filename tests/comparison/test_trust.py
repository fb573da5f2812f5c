"""What a result rests on, as its page says it."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from sim.comparison.questions import SURE, answers
from sim.comparison.settings import (
    DIALS,
    conventions_that_matter,
    conventions_told,
    in_use,
    origins_told,
)
from sim.comparison.trust import (
    AUDITED,
    NO_LOAD,
    NO_OVERLOAD,
    NOT_AUDITED,
    Fact,
    of_app,
    of_experiment,
    trust,
)
from sim.errors import InvalidInput
from sim.experiments.keys import policy_key
from sim.scenario import Scenario
from sim.scenario.keys.facts import CONVENTION
from sim.scenario.origins import FITTED, GIVEN, SEARCHED, SOURCED, origins
from sim.scenario.titles import phrase_of
from tests.dashboard import synthetic
from tests.texts.commands import parsed

MINIMAL = "name: m\nissues: {a: {rate: 1/d}}\n"


def policy_of(text, name="base"):
    return Scenario.from_text(text).policies()[name].resolved()


def counted(text, name="base"):
    return Counter(one.origin for one in origins(policy_of(text, name)))


def test_what_is_not_the_default_is_given_and_the_rest_has_a_source_or_not():
    usual = counted(MINIMAL)
    more = counted(MINIMAL + "attention: 5\nreading: urgency\n")
    assert more[GIVEN] == usual[GIVEN] + 2 and more.total() == usual.total()
    assert usual[SOURCED] > 0 and usual[CONVENTION] > usual[SOURCED]
    # Attention and reading are conventions, a mind's span is not.
    assert more[CONVENTION] == usual[CONVENTION] - 2
    span = counted(MINIMAL + "perspective: {span: 3}\n")
    assert (span[SOURCED], span[CONVENTION]) == (usual[SOURCED] - 1, usual[CONVENTION])


def test_how_a_number_is_written_makes_no_difference():
    usual = counted(MINIMAL)
    for written in (
        "consensus: {threshold: 75%}",
        "consensus: {threshold: 0.75}",
        "attention: 4.0",
    ):
        assert counted(f"{MINIMAL}{written}\n") == usual


def test_a_kind_of_issue_counts_only_what_it_says_itself():
    text = MINIMAL.replace("rate: 1/d", "rate: 1/d, consensus: {limit: 4d}")
    assert counted(text)[GIVEN] == counted(MINIMAL)[GIVEN] + 1


def test_the_usual_kinds_and_positions_are_conventions_whoever_writes_them():
    assert counted("name: m")[GIVEN] == 0
    written = "name: m\nissues: {strategic: {stakes: 8}, operational: {stakes: 2}}\n"
    paths = [one.path for one in origins(policy_of(written)) if one.origin == GIVEN]
    assert "issues.operational.stakes" in paths and "issues.strategic.stakes" not in paths
    fewer = "name: m\nstream: {positions: [{name: upstream, leaders: 3}, {name: b, leaders: 4}]}"
    paths = [one.path for one in origins(policy_of(fewer)) if one.origin == GIVEN]
    assert [path for path in paths if path.endswith("leaders")] == ["stream.positions.b.leaders"]


def test_only_what_the_rules_of_a_policy_read_counts():
    room, alone = "name: m\n", "name: m\npower: {rule: autocratic, sharing: 0.3}\n"
    mine = {one.path: one.origin for one in origins(policy_of(alone))}
    assert "consensus.limit" not in mine and "power.sharing" not in mine
    assert mine["power.rule"] == GIVEN
    assert "consensus.limit" in {one.path for one in origins(policy_of(room))}


def test_what_was_fitted_or_searched_is_told_apart_until_it_has_another_value():
    text = (
        f"{MINIMAL}attention: 5\nflow: {{up: {{delay: 3.5h}}, down: {{delay: 1h}}}}\n"
        "variants: {best: {consensus.limit: 4d}, other: {consensus.limit: 4d}}\n"
        "origin:\n  fitted: {attention: 5.0, flow.up.delay: 3.50h, flow.down.delay: 2h}\n"
        "  searched: {variants.best.consensus.limit: 4d}\n"
    )
    found = {one.path: one.origin for one in origins(policy_of(text, "best"))}
    assert found["attention"] == found["flow.up.delay"] == FITTED
    assert found["flow.down.delay"] == GIVEN  # edited since it was fitted
    assert found["consensus.limit"] == SEARCHED
    assert SEARCHED not in counted(text, "other")
    told = origins_told(in_use({"best": policy_of(text, "best")}), ["best"])
    assert "2 were fitted to logs" in told and "no evidence" in told


def test_marks_change_no_run_and_no_digest_of_a_scenario_without_them():
    marked = Scenario.from_text(f"{MINIMAL}origin: {{fitted: {{attention: 4}}}}\n")
    plain = Scenario.from_text(MINIMAL)
    assert policy_key(marked.policies()["base"]) == policy_key(plain.policies()["base"])
    assert "origin" not in plain.resolved() and marked.resolved()["origin"]
    assert Scenario.from_dict(marked.resolved()).resolved() == marked.resolved()


@pytest.mark.parametrize(
    ("mark", "place", "message"),
    [
        ("{fitted: {flow.up.dely: 3h}}", "3:19", "did you mean 'flow.up.delay'?"),
        ("{fitted: {attention: [3]}}", "3:30", "expected a single value"),
        ("{fited: {attention: 3}}", "3:10", "did you mean 'fitted'?"),
    ],
)
def test_marks_are_read_strictly(mark, place, message):
    with pytest.raises(InvalidInput) as caught:
        Scenario.from_text(f"{MINIMAL}origin: {mark}\n")
    assert f":{place}: " in str(caught.value) and message in str(caught.value)


def test_the_conventions_named_are_those_in_use_that_move_value_most_where_it_was_measured():
    shared, alone = policy_of("name: m"), policy_of("name: m\npower: {rule: autocratic}")
    measured = json.loads(DIALS.read_text(encoding="utf-8"))
    assert list(measured.values()) == sorted(measured.values(), reverse=True)
    both = conventions_that_matter(in_use({"base": shared}))
    assert "power.sharing" in [one.path for one in both]
    lonely = [one.path for one in conventions_that_matter(in_use({"base": alone}))]
    assert "power.sharing" not in lonely and "flow.up.open" not in lonely  # the latter is sourced
    most = [key for key in measured if key in [one.path for one in both]]
    told = conventions_told(both)
    assert f"{phrase_of(most[0])} (by {measured[most[0]]:.2f})" in told and "not here" in told
    assert phrase_of(most[3]) not in told
    varied = in_use({"base": shared}, [most[0]])
    assert phrase_of(most[0]) not in conventions_told(conventions_that_matter(varied))


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=10, issues=80)


def test_the_card_of_a_run(tables):
    manifest = synthetic.manifest()
    card = {fact.about: fact.text for fact in trust(tables, manifest)}
    abouts = "Chance|Settings|Organisation|Load|Not varied|Other assumptions|Next".split("|")
    assert [about for about in card if about != "Conventions"] == abouts
    assert card["Chance"] in [a.text for a in answers(tables, manifest) if a.question == SURE]
    assert "power rule alone" in card["Not varied"] and card["Load"]
    assert card["Next"].startswith("Chance is not the question")
    unsure = tables["runs"].assign(value=np.random.default_rng(3).normal(0, 1, len(tables["runs"])))
    card = {fact.about: fact.text for fact in trust({**tables, "runs": unsure}, manifest)}
    assert card["Next"].startswith("More replications first")
    assert NO_OVERLOAD.endswith(".")


def test_leaders_of_a_file_are_said_to_be_theirs(tables):
    manifest = synthetic.manifest()
    drawn = {fact.about: fact.text for fact in trust(tables, manifest)}["Organisation"]
    for policy in manifest["policies"].values():
        policy["stream"] = {"people": "people.csv"}
    given = {fact.about: fact.text for fact in trust(tables, manifest)}["Organisation"]
    assert "from the seed" in drawn and "those of a file" in given


def test_the_card_of_an_experiment_says_what_alone_varied():
    keys = [f"key.{place}" for place in range(9)]
    further = Fact("Next", "Run more.")
    manifest = {"name": "m", "keys": keys, "resolved": {"base": policy_of(MINIMAL)}}
    card = {fact.about: fact.text for fact in of_experiment("Ten runs.", manifest, further)}
    assert card["Chance"] == "Ten runs." and card["Next"] == "Run more."
    assert "key.5 and 3 more varied" in card["Not varied"]
    assert card["Load"] == NO_LOAD and card["Other assumptions"] == NOT_AUDITED
    assert "Not varied" not in [fact.about for fact in of_experiment("", {}, further)]


def test_the_card_of_the_app_is_short_and_says_that_dials_move():
    policies = {"base": policy_of("name: m")}
    card = {fact.about: fact for fact in of_app({"name": "m", "resolved": policies}, 64)}
    assert list(card) == ["Chance", "Settings", "Conventions", "Organisation", "Next"]
    told = origins_told(in_use(policies), ["base"])
    assert card["Settings"].text == f"Before a dial is moved: {told}"
    assert "64 times at most" in card["Next"].text and parsed(card["Next"].command)


def test_with_an_audit_the_card_says_what_stands_and_goes_on_to_a_convention(tables):
    verdict = ["All 3 findings stand under 2 of 3 alternatives.", "'value' flips with no turns."]
    manifest = synthetic.manifest() | {AUDITED: {"verdict": verdict, "replications": 40}}
    card = {fact.about: fact for fact in trust(tables, manifest)}
    told = f"{' '.join(verdict)} (leaderstream audit, 40 replications)"
    assert card["Other assumptions"].text == told
    assert "--seed" in card["Next"].command  # the stand-in policies have no convention to vary


def test_the_next_commands_can_be_pasted(tables):
    manifest = synthetic.manifest() | {"changes": {"attention": "5"}}
    policies = {name: policy_of("name: m") for name in manifest["policies"]}
    manifest |= {"policies": policies}
    audited = manifest | {AUDITED: {"verdict": ["It stands."], "replications": 40}}
    unsure = tables["runs"].assign(value=np.random.default_rng(3).normal(0, 1, len(tables["runs"])))
    cards = [
        trust(tables, manifest),
        trust(tables, audited),
        trust({**tables, "runs": unsure}, manifest),
    ]
    commands = [fact.command for card in cards for fact in card if fact.about == "Next"]
    assert [command[1] for command in commands] == ["audit", "run", "run"]
    for command in commands:
        assert parsed(command) and command[-2:] == ("--set", "attention=5")
    halved = dict(word.split("=") for word in commands[1] if "=" in word)
    Scenario.from_text("name: m", overrides=halved)
