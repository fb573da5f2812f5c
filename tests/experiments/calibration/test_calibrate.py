"""Calibration: what it recommends, by few runs, again after an interruption, and what it says of
other worlds."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sqlite3
from contextlib import closing
from fractions import Fraction

import numpy as np
import pytest
from model.tiny import PLAIN
from windows import refuse_as_windows_does

from experiments.players import as_always, played_by
from sim import seal
from sim.cards import estimate
from sim.comparison import interval
from sim.comparison.trust import AUDITED
from sim.dashboard import calibration_report
from sim.dashboard.figures.front import front
from sim.errors import InvalidInput, RunsFailed, UsageError
from sim.experiments import running
from sim.experiments._play import MEASURES, Player, RunBatch
from sim.experiments.calibration import _search as searching
from sim.experiments.calibration import calibrate
from sim.experiments.calibration._proposals import propose
from sim.experiments.calibration.plan import AS_STATED, World, in_world, plan, scaled_load
from sim.experiments.calibration.saved import recommended, save, scenario_text
from sim.experiments.calibration.short import LETTERS, front_letters
from sim.reading.listing import entry
from sim.results import CALIBRATION, load
from sim.runner.pool import Failure
from sim.scenario import Scenario
from sim.scenario.origins import SEARCHED, origins
from sim.scenario.reads import KeysRead
from sim.scenario.titles import phrase_of
from sim.tables import content_hash
from tests.texts.commands import parsed

SEARCH = {
    "search": {
        "power.gather": {"from": "0d", "to": "5d"},
        "power.sharing": {"from": 0, "to": 1},
        "consensus.rule": ["majority", "unanimity"],
    },
    "objectives": {"value": "up", "delay": "down"},
    "weightings": {"worth": {"value": 1}, "both": {"value": 1, "delay": 3}},
    "runs": 60,
    "replications": {"min": 3, "max": 12, "test": 2},
}
VARIANTS = {"alone": {"power.rule": "autocratic"}, "slow": {"power.gather": "10d"}}


def scenario(**changes) -> Scenario:
    """The plain organisation of five for a fortnight, with a search of three keys."""
    clock = {**PLAIN["clock"], "horizon": "2w"}
    shared = {**PLAIN["power"], "rule": "shared"}
    settings = {key: value for key, value in {**SEARCH, **changes}.items() if value is not None}
    return Scenario.from_dict(
        {
            **PLAIN,
            "clock": clock,
            "power": shared,
            "variants": VARIANTS,
            "calibrate": settings,
            "seed": 3,
        }
    )


def found(folder, **more):
    return calibrate(
        scenario(**more.pop("changes", {})), folder, engine="mesa", executor="threads", **more
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A calibration without interruption by one worker, and its tables."""
    folder = tmp_path_factory.mktemp("whole")
    answer = found(folder, workers=1)
    return answer, save(answer, "mesa")


def test_a_calibration_recommends_for_every_weighting_within_its_budget(whole):
    answer, tables = whole
    assert list(answer.recommendations) == ["worth", "both"]
    assert (
        answer.found.spent <= 60 and sum(tables["candidates"]["replications"]) == answer.found.spent
    )
    # Gathering early gains value and costs nothing here.
    for each in answer.recommendations.values():
        assert float(str(each.settings["power.gather"]).rstrip("d")) <= 1
        assert each.score.low <= each.score.mean <= each.score.high
        assert each.settings["power.gather"] in each.alike["power.gather"]
    assert {each.candidate for each in answer.recommendations.values()} <= set(answer.front)
    letters = front_letters(answer)
    assert set(letters) == set(answer.front)
    assert "".join(letters.values()) == LETTERS[: len(letters)]
    recommended = dict.fromkeys(each.candidate for each in answer.recommendations.values())
    assert list(letters)[: len(recommended)] == list(recommended)
    page = front(answer)
    assert list(page.settings) == [f"setting {letter}" for letter in letters.values()]
    assert [row[0] for row in page.rows][: len(letters)] == list(page.settings)


def test_its_card_has_the_setting_of_every_weighting_and_the_policies(whole):
    answer, tables = whole
    card = answer._repr_html_()
    for name, each in answer.recommendations.items():
        assert f"best for <bdi>{name}</bdi>" in card
        assert all(f"{phrase_of(key)} {value}" in card for key, value in each.settings.items())
        assert all(estimate(*measure) in card for measure in each.measures.values())
    assert all(f"<bdi>{policy}</bdi>" in card for policy in answer.variants)
    assert repr(answer).startswith("Calibration(tiny, ") and "settings of base" in repr(answer)
    assert content_hash(answer.tables["candidates"]) == content_hash(tables["candidates"])


def test_what_is_said_comes_from_replications_that_chose_nothing(whole):
    answer, _ = whole
    each = answer.recommendations["worth"]
    policy = answer.found.candidates[each.candidate].policy
    rows = np.array(Player("mesa")(RunBatch(b"x", policy, (12, 13))))
    assert each.measures["value"] == interval(rows[:, MEASURES.index("value")])
    assert each.score == each.measures["value"]


def test_the_regret_table_has_every_policy_in_every_world(whole):
    answer, tables = whole
    regrets = tables["regrets"]
    assert len(regrets) == 2 * 5 * 4
    assert set(regrets["policy"]) == {"recommended", "base", "alone", "slow"}
    assert (regrets.groupby(["weighting", "world"])["regret"].min() >= -1e-9).all()
    slow = regrets[(regrets["policy"] == "slow") & (regrets["world"] == "as stated")]
    mine = regrets[(regrets["policy"] == "recommended") & (regrets["world"] == "as stated")]
    assert (slow["regret"].to_numpy() > mine["regret"].to_numpy()).all()
    stated = regrets[
        (regrets["weighting"] == "worth") & (regrets["world"] == "as stated")
    ].set_index("policy")
    gap = stated["score"].max() - stated["score"]
    assert (stated["regret"].to_numpy() >= gap.to_numpy() - 1e-9).all()
    assert set(tables["break_even"]["policy"]) == {"base", "alone", "slow"}
    assert set(answer.crossings) == {
        (w, p) for w in ("worth", "both") for p in ("base", "alone", "slow")
    }


def test_an_interrupted_calibration_ends_the_same_to_the_byte(whole, tmp_path, monkeypatch):
    class Stopped(Exception):
        pass

    def stop_at(limit: int):
        def stop(done: int, runs: int, failed: int) -> None:
            if done >= limit:
                raise Stopped

        return stop

    monkeypatch.setattr(
        running.Batches.__init__, "__defaults__", (1, 0.0, running.Batches.__init__.__defaults__[2])
    )
    for limit in (5, 40, 90):
        with pytest.raises(Stopped):
            found(tmp_path, workers=1, progress=stop_at(limit))
    again = found(tmp_path, workers=2)
    assert again.before >= 90 and again.done == whole[0].done
    tables = save(again, "mesa")
    assert {name: content_hash(table) for name, table in tables.items()} == {
        name: content_hash(table) for name, table in whole[1].items()
    }
    assert scenario_text(again) == scenario_text(whole[0])


def test_nothing_is_run_twice_and_more_runs_go_on_from_the_same_beginning(whole, monkeypatch):
    answer, tables = whole
    more = found(answer.folder, runs=90)
    first = [each.settings for each in answer.found.candidates]
    assert [each.settings for each in more.found.candidates][: len(first)] == first
    assert len(more.found.candidates) > len(first) and more.before >= 40
    monkeypatch.setattr(Player, "group", lambda self, works: pytest.fail(f"runs {works} again"))
    again = found(answer.folder)
    assert again.done == again.before == answer.done
    assert content_hash(save(again, "mesa")["regrets"]) == content_hash(tables["regrets"])


def test_another_seed_tries_other_settings(whole, tmp_path):
    other = found(tmp_path, seed=1, runs=40)
    tried = [each.settings for each in whole[0].found.candidates]
    assert [each.settings for each in other.found.candidates][:5] != tried[:5]


def test_the_card_of_its_page_says_what_it_rests_on_and_its_commands_can_be_pasted(whole):
    card = {fact.about: fact for fact in calibration_report.card(whole[0], "Sure.", {})}
    assert card["Next"].command == ("leaderstream", "run", "recommended.yaml")
    assert card["Other assumptions"].command[:2] == ("leaderstream", "audit")
    assert all(parsed(fact.command) for fact in card.values() if fact.command)
    assert phrase_of("power.gather") in card["Not varied"].text and card["Settings"].text
    audited = {AUDITED: {"verdict": ["It stands."], "replications": 9}}
    card = {fact.about: fact for fact in calibration_report.card(whole[0], "Sure.", audited)}
    assert card["Other assumptions"].text.startswith("It stands.")


def test_what_is_recommended_is_a_scenario_to_run(whole):
    answer, _ = whole
    again = Scenario.from_text((answer.folder / "recommended.yaml").read_text(encoding="utf-8"))
    assert set(again.policies()) == {"base", "alone", "slow", "best-worth", "best-both"}
    for name, each in answer.recommendations.items():
        policy = answer.found.candidates[each.candidate].policy
        mine = again.policies()[f"best-{name}"].resolved()
        assert {key: mine[key] for key in ("power", "consensus", "issues")} == {
            key: policy.resolved()[key] for key in ("power", "consensus", "issues")
        }
        searched = [one.path for one in origins(mine) if one.origin == SEARCHED]
        read = KeysRead(policy)
        assert set(searched) == {key for key in each.settings if read.reads(key)}
    manifest = json.loads((answer.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "calibrate" and manifest["objectives"] == {
        "value": "up",
        "delay": "down",
    }


def test_keys_of_a_variant_are_searched_in_that_variant(tmp_path):
    search = {"variants.slow.power.gather": {"from": "0d", "to": "10d"}, "power.sharing": [0, 1]}
    answer = found(tmp_path, changes={"search": search, "runs": 40})
    assert answer.plan.policy == "slow"
    gathers = [each.policy.power.gather for each in answer.found.candidates]
    assert len(set(gathers)) > 3 and {
        each.policy.power.sharing for each in answer.found.candidates
    } == {0, 1}
    assert recommended(answer)["variants"]["best-worth"]["power.gather"] != "10d"


def test_without_a_section_what_is_usual_is_searched_and_said():
    asked = plan(Scenario.from_dict(PLAIN))
    assert list(asked.axes) == ["power.sharing", "consensus.limit"]
    assert asked.objectives == {"value": 1, "quality": 1, "delay": -1}
    assert list(asked.weightings) == ["balanced", "value", "quality", "delay"]
    assert all(sum(weights) == pytest.approx(1) for weights in asked.weightings.values())
    assert [text.split(" is ")[0] for text in asked.assumed] == [
        "calibrate.search", "calibrate.objectives", "calibrate.weightings"
    ]  # fmt: skip
    swept = plan(
        Scenario.from_dict(
            {**PLAIN, "sweep": {"vary": {"power.gather": ["0d", "1d"], "attention": [4, 8]}}}
        )
    )
    assert list(swept.axes) == ["power.gather"] and "what sweep.vary varies" in swept.assumed[0]


def test_objectives_that_are_given_replace_those_of_the_scenario():
    asked = plan(scenario(), objectives={"person_hours": "down"}, runs=50, seed=4)
    assert asked.objectives == {"person_hours": -1} and list(asked.weightings) == ["person_hours"]
    assert (asked.runs, asked.seed) == (50, 4)
    with pytest.raises(UsageError, match="one of several policies"):
        plan(
            Scenario.from_dict(PLAIN).model_copy(
                update={"calibrate": scenario().calibrate, "_root": None}
            )
        )


def test_a_range_is_searched_in_steps_with_both_ends():
    asked = plan(scenario())
    axis = [asked.changes((u, 0.5, 0.25))["power.gather"].value for u in np.linspace(0, 1, 1001)]
    assert axis[:20] == ["0d"] * 20 and axis[-20:] == ["5d"] * 20
    assert len(set(axis)) == 41
    assert asked.changes((0.5, 0.5, 0.25))["consensus.rule"].value == "majority"
    assert asked.changes((0.5, 0.5, 0.75))["consensus.rule"].value == "unanimity"


def test_proposals_follow_from_what_is_known_and_the_seed():
    asked = plan(scenario())
    draws = np.random.default_rng(5)
    places = [tuple(row) for row in draws.random((30, 3)).tolist()]
    scores = np.array([[-(place[0] ** 2)] for place in places])
    first = propose(asked, places, scores, 6, 1)
    assert propose(asked, places, scores, 6, 1) == first != propose(asked, places, scores, 6, 2)
    assert np.mean([place[0] for place in first]) < 0.35
    away = propose(asked, places, -scores, 6, 1)
    assert np.mean([place[0] for place in away]) > 0.65
    assert propose(asked, places, np.where(scores < -0.9, np.nan, scores), 2, 1)


def test_other_worlds_change_half_lives_and_load_and_nothing_else():
    policy = scenario().policies()["base"]
    assert in_world(policy, AS_STATED) is policy
    urgent = in_world(policy, World(half_life=Fraction(7, 10)))
    mine, other = policy.resolved(), urgent.resolved()
    assert (
        other["issues"]["matter"].pop("half_life") == "3.5d"
        and mine["issues"]["matter"].pop("half_life") == "5d"
    )
    assert mine == other
    assert in_world(policy, World(load=Fraction(13, 10))).work.load == pytest.approx(0.65)
    assert (
        in_world(policy, World(half_life=Fraction(1, 1000))).issues["matter"].half_life.amount > 0
    )
    assert (
        scaled_load(0.9, Fraction(13, 10)) == 0.99 and scaled_load(0.995, Fraction(13, 10)) == 0.995
    )


def test_settings_that_do_not_go_together_are_left_out(tmp_path):
    search = {"consensus.round": ["1h", "6h"], "work.focus": ["0h", "4h"]}
    answer = found(tmp_path, changes={"search": search, "runs": 40})
    (left,) = answer.found.left_out
    assert left[0] == {"consensus.round": "6h", "work.focus": "4h"} and "does not fit" in left[1]
    assert len(answer.found.candidates) == 3


def test_runs_that_fail_are_told_and_a_setting_without_any_is_not_recommended(
    tmp_path, monkeypatch
):
    def play(self, work: RunBatch):
        rows = as_always(self, work)
        bad = work.policy.consensus.rule == "majority"
        return [
            Failure("broken") if bad or number == 1 else row
            for number, row in zip(work.replications, rows, strict=True)
        ]

    played_by(monkeypatch, play)
    answer = found(tmp_path, changes={"runs": 40})
    assert answer.failures and {failure.error for failure in answer.failures} == {"broken"}
    assert {each.settings["consensus.rule"] for each in answer.recommendations.values()} == {
        "unanimity"
    }


def test_a_search_in_which_nothing_goes_together_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(searching.CalibrationPlan, "resolve", lambda self, changes: "nothing fits")
    with pytest.raises(RunsFailed, match="no setting could be run: nothing fits"):
        found(tmp_path, changes={"runs": 20})


def test_every_file_that_it_leaves_is_sealed_and_what_is_changed_is_told(whole, tmp_path):
    answer, _ = whole
    folder = shutil.copytree(answer.folder, tmp_path / "copy")
    copied = dataclasses.replace(answer, folder=folder)
    save(copied, "mesa", {"dashboard.html": lambda path: path.write_text("page", encoding="utf-8")})
    manifest = seal.manifest_of(folder)
    tables = [f"{name}.parquet" for name in ("runs", "candidates", "regrets", "break_even")]
    assert set(manifest[seal.HASHES]) == {*tables, "recommended.yaml", "dashboard.html"}
    assert entry(folder).state == "as written" and manifest["damaged"] == 0
    for name in manifest[seal.HASHES]:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:1] + bytes([data[1] ^ 1]) + data[2:])
        assert entry(folder).altered == (name,)
        if name.endswith(".parquet"):
            with pytest.raises(
                InvalidInput,
                match=f"{name}: is not as it was written .* `leaderstream calibrate tiny",
            ):
                load(folder)
        (folder / name).write_bytes(data)
    load(folder)


def test_damaged_runs_are_run_again_and_nothing_changes(whole, tmp_path):
    answer, tables = whole
    folder = shutil.copytree(answer.folder, tmp_path / "copy")
    with closing(sqlite3.connect(folder / "runs.sqlite")) as store, store:
        store.execute("UPDATE runs SET numbers = zeroblob(length(numbers)) WHERE replication = 2")
        count = store.execute("SELECT count(*) FROM runs WHERE replication = 2").fetchone()[0]
    again = found(folder, workers=1)
    assert 0 < again.damaged <= count and again.before == answer.done - again.damaged
    for name, table in save(again, "mesa").items():
        assert content_hash(table) == content_hash(tables[name])


def test_it_is_saved_as_windows_allows_it(whole, tmp_path, monkeypatch):
    refuse_as_windows_does(monkeypatch)
    folder = shutil.copytree(whole[0].folder, tmp_path / "copy")
    save(dataclasses.replace(whole[0], folder=folder), "mesa")
    assert load(folder).manifest["kind"] == CALIBRATION
