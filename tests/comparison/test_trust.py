"""What a result rests on, as its page says it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.comparison.questions import SURE, answers
from sim.comparison.trust import NO_OVERLOAD, of_experiment, trust
from sim.scenario import Scenario
from sim.scenario.origins import origins
from tests.dashboard import synthetic

MINIMAL = "name: m\nissues: {a: {rate: 1/d}}\n"


def resolved(text, tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    return next(iter(Scenario.load(path).policies().values())).resolved()


def test_what_is_not_the_default_is_given_and_the_rest_has_a_source_or_not(tmp_path):
    usual = origins(resolved(MINIMAL, tmp_path))
    more = origins(resolved(MINIMAL + "attention: 5\ntrust: learned\n", tmp_path))
    assert more.given == usual.given + 2 and more.all == usual.all
    assert usual.sourced > 0 and usual.convention > usual.sourced
    # Attention and trust are conventions, a mind's span is not.
    assert more.convention == usual.convention - 2
    span = origins(resolved(MINIMAL + "perspective: {span: 3}\n", tmp_path))
    assert (span.sourced, span.convention) == (usual.sourced - 1, usual.convention)


def test_how_a_number_is_written_makes_no_difference(tmp_path):
    usual = origins(resolved(MINIMAL, tmp_path))
    for written in (
        "consensus: {threshold: 75%}",
        "consensus: {threshold: 0.75}",
        "attention: 4.0",
    ):
        assert origins(resolved(f"{MINIMAL}{written}\n", tmp_path)) == usual


def test_a_kind_of_issue_counts_only_what_it_says_itself(tmp_path):
    usual = origins(resolved(MINIMAL, tmp_path))
    text = MINIMAL.replace("rate: 1/d", "rate: 1/d, consensus: {limit: 4d}")
    assert origins(resolved(text, tmp_path)).given == usual.given + 1


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=10, issues=80)


def test_the_card_of_a_run(tables):
    manifest = synthetic.manifest()
    card = {fact.about: fact.text for fact in trust(tables, manifest)}
    assert list(card) == ["Chance", "Settings", "Organisation", "Load", "Not varied", "Next"]
    assert card["Chance"] in [a.text for a in answers(tables, manifest) if a.question == SURE]
    assert "power.rule alone" in card["Not varied"] and card["Load"]
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
    card = {fact.about: fact.text for fact in of_experiment("Ten runs.", keys, "Run more.")}
    assert card["Chance"] == "Ten runs." and card["Next"] == "Run more."
    assert "key.5 and 3 more varied" in card["Not varied"]
    assert "Not varied" not in dict(of_experiment("Ten runs.", [], ""))
