"""The worked examples from the literature: each runs, compiles, and is what its paper says."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim import Scenario, run
from sim.agents import simulate as with_agents
from sim.commands.app import app
from sim.extension import NAMES, allow
from sim.extension.declared import declared
from sim.extension.files import namespace, read
from sim.extension.foreign import address
from sim.kernel import simulate
from sim.outcome import Outcome
from sim.parameters import parameters
from sim.rules.flow import CONTEXT

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "extensions"
RULES = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
SCENARIOS = {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


@pytest.fixture(autouse=True)
def allowed(_nothing_loaded):
    allow(*RULES.values())


def rule_of(name):
    return next(
        made
        for thing in namespace(read(RULES[name])).values()
        if (made := declared(thing)) is not None
    )


def same(one: Outcome, other: Outcome) -> bool:
    tables = ("decisions", "leaders", "days")
    return (
        all(getattr(one, t).tobytes() == getattr(other, t).tobytes() for t in tables)
        and one.run == other.run
    )


def played(name, changes=None, replication=0, driver=simulate, policy=None):
    scenario = Scenario.load(SCENARIOS[name], overrides=changes)
    return driver(parameters(scenario.policies()[policy or scenario.base]), replication)


def near(values, expected, z=4.5):
    """Whether the mean of independent values is where it should be, by its own standard error."""
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    assert abs(float(np.mean(values)) - expected) < z * error, (np.mean(values), expected, error)


def test_there_are_four_each_with_its_reference():
    assert set(RULES) == {
        "agenda_setter",
        "claim_and_grant",
        "egocentric_discounting",
        "mum_effect",
    }
    assert {name.replace("_", "-") for name in RULES} == set(SCENARIOS)
    for name, path in RULES.items():
        made, text = rule_of(name), path.read_text()
        author, year = made.source.split(" ")[0], made.source.split(" ")[-1]
        assert (
            f"{author}, " in text
            and f"({year})" in text
            and made.source in SCENARIOS[name.replace("_", "-")].read_text().replace("\n", " ")
        ), name
        assert all(one.source and one.unit and one.meaning for one in made.parameters.values())


@pytest.mark.parametrize("name", RULES)
def test_each_compiles(name):
    assert address(rule_of(name), name) > 0


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_gives_the_same_on_both_drivers(name):
    scenario = Scenario.load(
        SCENARIOS[name], overrides={"clock.horizon": "1w", "clock.warmup": "0d"}
    )
    policy = list(scenario.policies().values())[1]
    assert any(policy.custom_rule(family, kind) for family in NAMES for kind in policy.issues)
    inputs = parameters(policy)
    assert same(simulate(inputs, 1), with_agents(inputs, 1))


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_holds_what_it_claims(name):
    claims = run(SCENARIOS[name], save=False).manifest["claims"]
    assert claims and {claim["verdict"] for claim in claims} == {"holds"}


def test_they_run_as_their_files_say(tmp_path):
    line = (
        SCENARIOS["mum-effect"]
        .read_text()
        .partition("Run it: leaderstream ")[2]
        .partition("\n")[0]
        .split(" ")
    )
    words = [str(FOLDER / word) if "." in word else word for word in line]
    done = CliRunner().invoke(
        app, [*words, "--out", str(tmp_path), "--replications", "2", "--set", "claims=[]"]
    )
    assert done.exit_code == 0, done.output


def pooled(tau, others, advice):
    """E quality of one's own idea and others' whose precision counts d times, by a N(0, 1)
    prior."""
    d = advice / (1.0 - advice)
    return 1.0 - (1.0 + tau + others * d * d * tau) / (1.0 + tau + others * d * tau) ** 2


@pytest.mark.parametrize("advice", [0.0, 0.2, 0.5])
def test_advice_counts_as_much_as_the_closed_form_says(advice):
    changes = {"variants.discounting.assess.with.advice": str(advice), "clock.horizon": "8w"}
    made = played("egocentric-discounting", changes, policy="discounting")
    near(made.decisions["quality"], pooled(1.0, 4, advice))


def test_full_weight_for_advice_is_the_built_in_rule():
    full = {"variants.discounting.assess.with.advice": "0.5"}
    assert same(
        played("egocentric-discounting"),
        played("egocentric-discounting", full, policy="discounting"),
    )


def test_bad_news_is_withheld_as_the_closed_form_says():
    for mum in (0.4, 1.0):
        changes = {"variants.mum.flow.with.mum": str(mum), "clock.horizon": "8w"}
        made = played("mum-effect", changes, policy="mum")
        passes = 1.0 - mum / 2.0
        near(made.decisions["quality"], 1.0 - passes / 3.0 - (1.0 - passes) / 2.0)


def test_without_the_mum_effect_it_is_the_built_in_rule():
    assert same(
        played("mum-effect"),
        played("mum-effect", {"variants.mum.flow.with.mum": "0"}, policy="mum"),
    )


def test_bad_news_is_withheld_the_more_the_further_above():
    mum_effect = rule_of("mum_effect").function
    given = {"openness": 0.8, "engagement": 0.5, "item": 0, "mum": 0.25}
    assert [
        mum_effect(levels=levels, news=-1.0, **given) for levels in (-1, 0, 1, 2)
    ] == pytest.approx([0.4, 0.4, 0.3, 0.225])
    assert mum_effect(levels=2, news=0.1, **given) == 0.4
    assert mum_effect(levels=2, news=-1.0, **{**given, "item": CONTEXT}) == 0.4


def test_claims_that_are_granted_raise_influence_and_others_lower_it():
    claim_and_grant = rule_of("claim_and_grant").function
    assert claim_and_grant(influence=1.0, backing=1.0, engagement=1.0, rate=0.3) == pytest.approx(
        1.15
    )
    assert claim_and_grant(influence=1.0, backing=0.0, engagement=1.0, rate=0.3) == pytest.approx(
        0.85
    )
    assert claim_and_grant(influence=1.0, backing=0.5, engagement=1.0, rate=0.3) == 1.0
    assert claim_and_grant(influence=1.0, backing=1.0, engagement=0.0, rate=0.3) == 1.0
    more, less = (
        claim_and_grant(influence=g, backing=1.0, engagement=1.0, rate=0.3) / g for g in (2.0, 0.5)
    )
    assert more > less  # the spiral: who is seen as a leader claims more


def test_nothing_moves_where_claims_count_for_nothing():
    nothing = {"variants.claim-and-grant.influence.with.rate": "0"}
    still = played("claim-and-grant", nothing, policy="claim-and-grant")
    assert same(played("claim-and-grant"), still)
    assert not same(still, played("claim-and-grant", policy="claim-and-grant"))


def test_the_chair_proposes_its_best_of_what_passes():
    agenda_setter, draw = rule_of("agenda_setter").function, np.random.default_rng(5)
    for _ in range(500):
        members, choices = draw.integers(1, 7), draw.integers(2, 5)
        positions, counted = (
            draw.normal(size=(members, choices)).round(1),
            draw.integers(0, 2, members),
        )
        power, head, quota = (
            draw.dirichlet(np.ones(members)),
            int(draw.integers(members)),
            float(draw.random()),
        )
        scores = agenda_setter(positions, counted, power, head, quota)
        if not counted[head]:
            assert scores.argmax() == 0
            continue
        there = power[counted == 1].sum()
        passing = [
            choice
            for choice in range(choices)
            if choice == 0
            or power[(counted == 1) & (positions[:, choice] >= positions[:, 0])].sum()
            >= quota * there - 1e-9
        ]
        assert positions[head, scores.argmax()] == max(
            positions[head, choice] for choice in passing
        )
        assert (
            agenda_setter(positions, counted, power, head, 0.0).argmax() == positions[head].argmax()
        )


def test_the_chair_proposes_its_own_number():
    agenda_setter = rule_of("agenda_setter").function
    assert agenda_setter(
        np.array([[1.0], [3.0]]), np.array([1, 1]), np.array([0.5, 0.5]), 1, 0.5
    ).tolist() == [3.0]


def test_a_sweep_of_each_parameter_can_be_planned():
    from sim.experiments.designs import design

    for name in SCENARIOS:
        assert design(Scenario.load(SCENARIOS[name])).count >= 4


def test_they_run_from_python_side_by_side(tmp_path):
    result = run(SCENARIOS["mum-effect"], replications=2, out=tmp_path)
    assert set(result.manifest["rules"]) == {"mum_effect.py"}
