"""Runs and sweeps with custom rules: through the commands, into processes and results, and
when rules are invalid."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context

import numpy as np
import pytest

from sim import run, sweep
from sim.agents import simulate
from sim.errors import UsageError
from sim.experiments.keys import policy_key
from sim.experiments.saved import TABLE
from sim.extension import allow
from sim.parameters import parameters
from sim.runner.engines import EngineChoice, engine_for
from sim.scenario import Scenario
from sim.tables import read_table
from sim.testing.whole import difference

SMALL = """\
name: small
seed: 7
replications: 2
clock: {horizon: 2w, warmup: 1w}
stream:
  positions:
    - {name: top, leaders: 1, authority: 4}
    - {name: middle, leaders: 2, authority: 2}
    - {name: work, leaders: 5, authority: 1}
issues:
  task: {type: choice, rate: 8/w, raised_at: work, decided_at: middle, witnesses: 4, half_life: 3d,
         expiry: 10d, affects: unit}
base: mine
"""
OWN = "consensus: {rule: well.py:cautious, with: {patience: 90%}}\n"
ONE = ("--replications", "1", "--workers", "1")
SWEPT = "sweep: {vary: {consensus.with.patience: [0.3, 0.9]}, replications: 2}\n"


@pytest.fixture
def small(rules):
    def write(more: str) -> str:
        (rules / "small.yaml").write_text(SMALL + more, encoding="utf-8")
        return "small.yaml"

    return write


def test_a_sweep_over_a_parameter_gives_what_runs_with_it_set_give(small):
    path = small(OWN + SWEPT)
    allow("well.py")
    table = sweep(path).table
    for patience, rows in table.groupby("consensus.with.patience"):
        alone = run(Scenario.load(path, {"consensus.with.patience": str(patience)}), save=False)
        assert rows["delay"].tolist() == alone.tables["runs"]["delay"].tolist()
    assert len(set(table["delay"])) > 2


def test_a_parameter_can_be_set_from_the_command_line_and_in_a_variant(small, call, rules):
    path = small(OWN + "variants:\n  bold: {consensus.with.patience: 0.2}\n")
    result = call(
        "run", path, "--rules", "well.py", "--set", "consensus.with.patience=40%", "--json"
    )
    assert result.exit_code == 0, result.stderr
    policies = json.loads((rules / "results/small/manifest.json").read_text(encoding="utf-8"))[
        "policies"
    ]
    assert policies["mine"]["consensus"]["with"] == {"patience": "40%"}
    assert policies["bold"]["consensus"]["with"] == {"patience": 0.2}


def test_the_manifest_has_the_rules_digest_and_verify_refuses_another_file(small, call, rules):
    path = small(OWN)
    assert call("run", path, "--rules", "well.py", "--quiet").exit_code == 0
    manifest = json.loads((rules / "results/small/manifest.json").read_text(encoding="utf-8"))
    assert manifest["rules"] == {"well.py": sha256((rules / "well.py").read_bytes()).hexdigest()}
    same = call("verify", "results/small", "--rules", "well.py")
    assert same.exit_code == 0 and "the same to the byte" in same.stdout
    text = (rules / "well.py").read_text(encoding="utf-8")
    (rules / "well.py").write_text(text + "# changed\n", encoding="utf-8")
    changed = call("verify", "results/small", "--rules", "well.py")
    assert changed.exit_code == 3
    assert "well.py: is not the file of rules that the result was made with" in changed.stderr


def test_the_key_of_a_run_changes_with_the_text_of_its_rules_and_their_parameters(small, rules):
    path = small(OWN)

    def key(**overrides):
        allow("well.py")
        return policy_key(Scenario.load(path, overrides or None).policies()["mine"], 7)

    first = key()
    assert key() == first
    assert key(**{"consensus.with.patience": "0.8"}) != first
    text = (rules / "well.py").read_text(encoding="utf-8")
    (rules / "well.py").write_text(text + "# changed\n", encoding="utf-8")
    assert key() != first


def test_policies_go_into_other_processes_with_their_rules(small, rules):
    path = small(OWN)
    allow("well.py")
    inputs = parameters(Scenario.load(path))
    (rules / "well.py").unlink()
    assert pickle.loads(pickle.dumps(inputs.scenario)).custom_rule("consensus", "task").values == {
        "patience": 0.9
    }
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there = pool.submit(simulate, inputs, 0).result()
    assert difference(there, simulate(inputs, 0)) == ""


# -- what cannot be compiled
# -------------------------------------------------------------------------------


def test_what_does_not_compile_runs_on_mesa_with_a_message_or_not_at_all(small, call):
    path = small("consensus: {rule: well.py:in_words}\n")
    result = call("run", path, "--rules", "well.py", "--replications", "1")
    assert result.exit_code == 0
    assert "well.py:in_words: line " in result.stderr
    assert "does not compile" in result.stderr
    assert "the Mesa engine runs it, which is slower" in result.stderr
    refused = call("run", path, "--rules", "well.py", "--engine", "compiled")
    assert refused.exit_code == 2
    assert "--engine mesa can run it" in refused.stderr


def test_an_engine_is_chosen_by_what_its_rules_can_do(small):
    allow("well.py", "invalid.py")
    compiles = Scenario.load(small(OWN))
    assert (
        engine_for("auto", [compiles])
        == engine_for("compiled", [compiles])
        == EngineChoice("compiled")
    )
    assert engine_for("mesa", [compiles]) == EngineChoice("mesa")
    draws = Scenario.load(small("consensus: {rule: invalid.py:draws}\n"))
    chosen = engine_for("auto", [compiles, draws])
    assert chosen.engine == "mesa"
    assert "invalid.py:draws: line " in chosen.why and "draws by itself" in chosen.why
    with pytest.raises(UsageError, match="draws by itself"):
        engine_for("compiled", [draws])
    with pytest.raises(UsageError, match="did you mean 'mesa'"):
        engine_for("messa", [])


# -- invalid rules through the commands
# ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "engine", "said"),
    [
        ("raises", "mesa", "raises: ValueError: no (leader "),
        ("raises", "compiled", "raises: ValueError: no (leader "),
        ("clock", "auto", "reads the clock (time.time) (leader "),
        ("draws", "mesa", "draws by itself (random.random) (leader "),
    ],
)
def test_a_run_with_an_invalid_rule_ends_with_4_and_says_where(small, call, name, engine, said):
    path = small(
        f"consensus: {{rule: invalid.py:{name}}}\n"
        "variants:\n  theirs: {consensus.rule: majority}\n"
    )
    result = call(
        "run", path, "--rules", "invalid.py", "--engine", engine, *ONE, "--set", "clock.horizon=5w"
    )
    assert result.exit_code == 4
    printed = " ".join(result.stderr.split())
    assert f"the consensus rule invalid.py:{name} " in printed
    assert said in printed
    assert "(task), tick " in printed
    assert "unexpected" not in printed and "Traceback" not in printed


@pytest.mark.parametrize("engine", ["mesa", "compiled"])
def test_a_sweep_with_an_invalid_rule_goes_on_keeps_the_other_points_and_ends_with_4(
    small, call, rules, engine
):
    path = small(
        "engagement: {rule: invalid.py:too_far, with: {most: 0.5}}\n"
        "sweep: {vary: {engagement.with.most: [0.4, 2, 0.9]}, replications: 1}\n"
    )
    result = call("sweep", path, "--rules", "invalid.py", "--engine", engine, "--workers", "1")
    assert result.exit_code == 4
    said = (
        "failed: point 1, mine, 0: InvalidRule: the engagement rule invalid.py:too_far answers 2, "
        "where a number from 0 to 1"
    )
    assert said in result.stderr
    assert "(leader top-01, no issue, tick 7)" in result.stderr
    assert "1 run failed and 0 points were left out; the others are kept" in result.stderr
    table = read_table(rules / "results/small-sweep" / TABLE)
    assert sorted(set(table["engagement.with.most"])) == [0.4, 0.9]
    assert np.isfinite(table["delay"]).all()
