"""Custom leader classes: who is of them, what they keep, what is refused, and what
becomes of invalid ones."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import ClassVar

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sim import Scenario, run
from sim.agents import Leader, Organization
from sim.agents.classes import TAKEN
from sim.commands.app import app
from sim.errors import InvalidInput, UsageError
from sim.experiments.keys import policy_key
from sim.extension import InvalidRule, allow, files
from sim.parameters import parameters
from sim.parameters.urgency import reads_half_life
from sim.results import load, save
from sim.runner.engines import engine_for
from sim.tables import TABLES
from sim.tables.columns import CLASS, GROUP_SIZE

KINDS = Path(__file__).parent / "leader_kinds.py"
ROOT = Path(__file__).resolve().parents[2]
SHORT = {"name": "mixed", "replications": 2, "clock": {"horizon": "2w", "warmup": "1d"}}
GATEKEEPER = "leader_kinds.py:Gatekeeper"


@pytest.fixture(autouse=True)
def allowed(_nothing_loaded):
    allow(KINDS)


def mixed(leaders, **more) -> Scenario:
    return Scenario.from_dict(
        {**SHORT, **({} if leaders is None else {"leaders": leaders}), **more}
    )


def problems(leaders, **more) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        mixed(leaders, **more)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


def groups(leaders, replication=0) -> dict[str, str]:
    model = Organization(mixed(leaders), replication=replication)
    return {leader.id: leader.group for leader in model.leaders}


def same(one, other) -> bool:
    tables = ("decisions", "leaders", "days")
    return (
        all(getattr(one, t).tobytes() == getattr(other, t).tobytes() for t in tables)
        and one.run == other.run
    )


# -- who is of a class
# -------------------------------------------------------------------------------------


def test_larger_shares_hold_smaller_ones_and_come_near_what_is_asked():
    shares = {}
    for share in (0.2, 0.4, 1.0):
        drawn = [
            groups({"class": GATEKEEPER, "share": share}, replication) for replication in range(12)
        ]
        shares[share] = {
            (r, name)
            for r, by_name in enumerate(drawn)
            for name, group in by_name.items()
            if group != "Leader"
        }
    assert shares[0.2] < shares[0.4] < shares[1.0]
    count = 12 * 39
    assert len(shares[1.0]) == count
    for share in (0.2, 0.4):
        assert abs(len(shares[share]) - share * count) < 4 * (count * share * (1 - share)) ** 0.5


def test_replications_draw_anew_and_variants_do_not():
    entry = {"class": GATEKEEPER, "share": "30%"}
    assert groups(entry, 0) != groups(entry, 1)
    scenario = mixed(entry, variants={"top": {"power.rule": "autocratic"}})
    base, top = (Organization(policy) for policy in scenario.policies().values())
    assert base.classes.names == top.classes.names


def test_entries_share_a_position_and_leave_others_alone():
    entries = [
        {"class": GATEKEEPER, "at": "midstream", "share": "50%"},
        {"class": "leader_kinds.py:Candid", "at": "midstream", "share": "50%"},
        {"class": GATEKEEPER, "name": "doors", "at": "upstream"},
    ]
    organization = Organization(mixed(entries))
    by_position = {leader.position: set() for leader in organization.leaders}
    for leader in organization.leaders:
        by_position[leader.position].add(leader.group)
        expected = {
            "Gatekeeper": "Gatekeeper",
            "doors": "Gatekeeper",
            "Candid": "Candid",
            "Leader": "Leader",
        }
        assert type(leader).__name__ == expected[leader.group]
    assert by_position == {
        "upstream": {"doors"},
        "midstream": {"Gatekeeper", "Candid"},
        "downstream": {"Leader"},
    }


def test_a_class_that_changes_nothing_gives_the_same_bytes():
    assert same(
        Organization(mixed({"class": "leader_kinds.py:Same"})).run(),
        Organization(mixed(None)).run(),
    )


def test_classes_that_extend_one_another_keep_their_order():
    class Plain(Leader):
        pass

    class Silent(Leader):
        def passes_on(self, message):
            return 0.0

    class Both(Plain, Silent):
        columns: ClassVar = {"index": "which leader this is"}

    outcome = Organization(mixed(None), leader=Both).run()
    assert (
        outcome.run["messages_sent"]
        < Organization(mixed(None), leader=Plain).run().run["messages_sent"]
    )
    assert outcome.more["index"].tolist() == list(range(39)) and "class" not in outcome.more


# -- what is written in a scenario
# -------------------------------------------------------------------------


def test_a_scenario_with_leaders_reads_back_and_says_what_it_needs():
    scenario = mixed({"class": GATEKEEPER, "share": "20%"})
    assert scenario.resolved()["leaders"] == [
        {"name": "Gatekeeper", "class": GATEKEEPER, "share": 0.2}
    ]
    assert Scenario.from_dict(scenario.resolved()) == scenario
    assert [file.name for file in scenario.rule_files] == [KINDS.name]
    assert "leaders" not in mixed(None).resolved()
    assert policy_key(scenario) != policy_key(mixed(None))


@pytest.mark.parametrize("key", ["leaders.share", "leaders.Gatekeeper.share"])
def test_a_share_is_a_key_like_any_other(key):
    one = mixed({"class": GATEKEEPER}, variants={"few": {key: "10%"}, "none": {"leaders": None}})
    shares = {
        name: [entry.share for entry in policy.leaders] for name, policy in one.policies().items()
    }
    assert shares == {"base": [1.0], "few": [0.1], "none": []}
    swept = mixed([{"class": GATEKEEPER}], sweep={"vary": {key: [0, "50%"]}})
    again = Scenario.from_dict(swept.resolved())
    assert again == swept and list(again.sweep.vary) == [key]


def test_everything_wrong_is_told_at_once_with_what_is_nearest():
    messages = problems(
        [
            {"class": "leader_kinds.py:Gatekeper", "at": "midstrem"},
            {"class": GATEKEEPER, "share": 0.6, "at": "upstream"},
            {"class": GATEKEEPER, "share": 0.6},
            {"class": "leader_kinds.py:nobody"},
            {"class": "leader_kinds.py:Leader", "nmae": "x"},
            {"class": "elsewhere.py:Gatekeeper"},
            {"share": 0.1, "name": "nameless"},
            7,
        ]
    )
    expected = (
        "leaders.Gatekeper.class: 'leader_kinds.py:Gatekeper' is not allowed",
        (
            "leaders.Gatekeper.at: there is no position midstrem; there are: upstream, midstream, "
            "downstream (did you mean"
        ),
        "leaders.Gatekeeper.name: leaders named Gatekeeper stand above already",
        (
            "leaders.Gatekeeper.share: the shares at upstream add up to 1.2, more than 1 (nearest: "
            "0.4)"
        ),
        (
            "leaders.nobody.class: 'leader_kinds.py:nobody' is not allowed: expected a custom "
            "leader class"
        ),
        "leaders.Leader.class: 'leader_kinds.py:Leader' is not allowed",
        (
            "leaders.Leader.nmae: is no key; allowed here: name, class, at, share (did you mean "
            "'name'?)"
        ),
        "leaders.Gatekeeper.class: 'elsewhere.py:Gatekeeper' is not allowed",
        "leaders.nameless.class: is missing",
        "leaders[7]: is not allowed: expected a mapping of the keys name, class, at, share",
    )
    for message in expected:
        assert any(line.startswith(message) for line in messages), (message, messages)
    near = next(line for line in messages if "Gatekeper' is not allowed" in line)
    assert near.endswith("(did you mean 'Gatekeeper'?)")
    assert any("add --rules elsewhere.py if you trust it" in line for line in messages)
    assert problems(5) == [
        "leaders: is not allowed: expected a list, or a mapping of the keys name, class, at, share"
    ]


def test_a_place_in_the_file_is_named(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "name: wrong\nleaders:\n  class: leader_kinds.py:Gatekeeper\n  at: midstrem\n", "utf-8"
    )
    with pytest.raises(InvalidInput) as caught:
        Scenario.load(file)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column) == (str(file), 4, 7)


def test_positions_of_imported_people_are_checked_when_they_are_known(tmp_path):
    (tmp_path / "people.csv").write_text(
        "id,manager_id,level\na,,head\nb,a,hand\nc,a,hand\n", "utf-8"
    )
    mapping = {
        "name": "people",
        "stream": {"people": "people.csv"},
        "direction": {"source": "head"},
        "leaders": {"class": GATEKEEPER, "at": "hend"},
    }
    with pytest.raises(
        InvalidInput, match=r"leaders\.Gatekeeper\.at: no leader is at 'hend' \(did you mean 'head'"
    ):
        parameters(Scenario.from_dict(mapping, tmp_path))
    mapping["leaders"]["at"] = "hand"
    model = Organization(Scenario.from_dict(mapping, tmp_path))
    assert {leader.id: leader.group for leader in model.leaders} == {
        "a": "Leader",
        "b": "Gatekeeper",
        "c": "Gatekeeper",
    }


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("{'power': 'x'}", "the table of leaders has a column power already"),
        ("{'class': 'x'}", "the table of leaders has a column class already"),
        ("{'a b': 'x'}", "'a b' cannot be a column"),
        ("['kept']", "columns are names with their meanings"),
        ("{'kept': 3}", "columns are names with their meanings"),
    ],
)
def test_columns_that_cannot_be_are_refused_with_their_line(columns, message, tmp_path):
    file = tmp_path / "odd_columns.py"
    file.write_text(
        f"from sim.agents import Leader\n\n\nclass Odd(Leader):\n    columns = {columns}\n", "utf-8"
    )
    with pytest.raises(UsageError, match=rf"odd_columns\.py:4: class Odd: {message}"):
        allow(file)


def test_the_columns_that_are_taken_are_those_of_the_table():
    assert set(TAKEN) == {column.name for column in (*TABLES["leaders"], CLASS, GROUP_SIZE)}


# -- what they keep
# ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    mapping = {
        **SHORT,
        "leaders": [
            {"class": GATEKEEPER, "at": "midstream"},
            {"class": "leader_kinds.py:Candid", "at": "upstream"},
        ],
        "variants": {"none": {"leaders": None}, "half": {"leaders.Gatekeeper.share": "50%"}},
    }
    with pytest.MonkeyPatch.context() as loaded:
        for name in ("_allowed", "_origins"):
            loaded.setattr(files, name, {})
        allow(KINDS)
        result = run(Scenario.from_dict(mapping), workers=1, save=False)
    return result, save(result, tmp_path_factory.mktemp("results"))


def test_what_they_keep_stands_in_the_table_of_leaders(saved):
    result, folder = saved
    leaders = result.tables["leaders"]
    assert list(leaders.columns[-3:]) == ["class", "withheld", "told"]
    base, none, half = (leaders[leaders["variant"] == name] for name in ("base", "none", "half"))
    assert set(base["class"]) == {"Gatekeeper", "Candid", "Leader"} and set(none["class"]) == {
        "Leader"
    }
    assert (base["withheld"].notna() == (base["position"] == "midstream")).all()
    assert (base["told"].notna() == (base["position"] == "upstream")).all()
    assert base["withheld"].sum() > 0 and none[["withheld", "told"]].isna().all(axis=None)
    assert 0 < half["withheld"].notna().sum() < base["withheld"].notna().sum()
    again = load(folder).tables["leaders"]
    assert list(again.columns) == list(leaders.columns) and again["withheld"].equals(
        leaders["withheld"]
    )
    about = pq.read_schema(folder / "leaders.parquet")
    assert about.field("withheld").metadata[b"meaning"] == b"messages this leader kept back"
    assert result.manifest["columns"]["told"] == "messages this leader told upward"
    assert KINDS.name in result.manifest["rules"]


def test_the_numbers_are_those_of_the_leaders_themselves(saved):
    result, _ = saved
    policy = Scenario.from_dict(result.manifest["policies"]["half"])
    model = Organization(policy, replication=1)
    model.run()
    table = result.tables["leaders"]
    rows = table[(table["variant"] == "half") & (table["replication"] == 1)].set_index("leader")
    for leader in model.leaders:
        assert rows.loc[leader.id, "class"] == leader.group
        if leader.group == "Gatekeeper":
            assert rows.loc[leader.id, "withheld"] == leader.withheld


def test_a_result_without_such_leaders_has_no_such_columns():
    result = run(mixed(None), workers=1, replications=1, engine="mesa", save=False)
    assert [*result.tables["leaders"].columns] == [column.name for column in TABLES["leaders"]]


def test_results_are_verified_and_exported(saved, tmp_path, monkeypatch):
    _, folder = saved
    verified = CliRunner().invoke(app, ["verify", str(folder), "--runs", "2", "--workers", "1"])
    assert verified.exit_code == 0, verified.output
    assert "the same to the byte" in verified.output
    exported = CliRunner().invoke(app, ["export", str(folder), "--out", str(tmp_path / "csv")])
    assert exported.exit_code == 0
    assert (
        (tmp_path / "csv" / "leaders.csv")
        .read_text("utf-8")
        .splitlines()[0]
        .endswith('"class","withheld","told"')
    )


# -- the engine, and what follows
# --------------------------------------------------------------------------


def test_the_mesa_driver_plays_them_and_the_compiled_one_is_refused():
    scenario = mixed({"class": GATEKEEPER})
    chosen = engine_for("auto", [mixed(None), scenario])
    assert chosen.engine == "mesa" and chosen.why.startswith(f"{GATEKEEPER} is a class of leaders")
    with pytest.raises(UsageError, match=r"is a class of leaders, .*; --engine mesa can run it"):
        engine_for("compiled", [scenario])


def test_only_classes_whose_file_mentions_the_half_life_may_read_it(tmp_path):
    file = tmp_path / "urgent_kinds.py"
    file.write_text(
        "from sim.agents import Leader\n\n\nclass Hasty(Leader):\n    def passes_on(self, "
        "message):\n        return 1.0 if message.issue and message.issue.kind.half_life < 50 else "
        "0.5\n",
        "utf-8",
    )
    allow(file)
    assert not reads_half_life(mixed({"class": GATEKEEPER}))
    assert reads_half_life(mixed({"class": "urgent_kinds.py:Hasty"}))


# -- invalid leaders
# -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "TooSure",
            (
                r"answers 1\.5, where a number from 0 to 1 is expected, from passes_on \(leader "
                r".+, tick \d+\)"
            ),
        ),
        (
            "NoNumber",
            (
                r"answers nan, where .* from assess \(leader .+, issue .+ \((oper|strat).+\), tick "
                r"\d+\)"
            ),
        ),
        (
            "Eager",
            (
                r"has the engagement 2, where a number from 0 to 1 is expected, from attend "
                r"\(leader .+, tick \d+\)"
            ),
        ),
        (
            "Crooked",
            (
                r"answers weights that sum to 6, not to 1, from beliefs \(leader .+, issue .+, "
                r"tick \d+\)"
            ),
        ),
        (
            "Mute",
            (
                r"answers \(False, 0\.\d+\), where True or False is expected, from discloses "
                r"\(leader .+, issue .+, tick"
            ),
        ),
        (
            "Vague",
            (
                r"answers 'something', where an idea or None is expected, from brings "
                r"\(leader .+, issue .+, tick \d+\)"
            ),
        ),
        (
            "Raising",
            r"raises in hear_idea: ValueError: no post today \(leader .+, issue .+, tick \d+\)",
        ),
        ("Forgetful", r"declares the column lost, but AttributeError: .* \(leader .+, tick \d+\)"),
    ],
)
def test_an_invalid_leader_is_named_with_what_where_and_when(name, message):
    with pytest.raises(InvalidRule, match=rf"the leader class leader_kinds\.py:{name} {message}"):
        Organization(mixed({"class": f"leader_kinds.py:{name}"})).run()


def test_a_leader_that_cannot_be_made_is_named():
    with pytest.raises(
        InvalidRule,
        match=r"the leader class Unborn raises in __init__: RuntimeError: not made \(leader ",
    ):
        Organization(mixed({"class": "leader_kinds.py:Unborn"}))


def test_a_run_with_an_invalid_leader_fails_and_the_others_go_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mapping = {
        **SHORT,
        "leaders": {"class": "leader_kinds.py:TooSure", "share": "3%"},
        "variants": {"none": {"leaders": None}},
    }
    Path("invalid.yaml").write_text(json.dumps(mapping), "utf-8")
    done = CliRunner().invoke(
        app, ["run", "invalid.yaml", "--rules", str(KINDS), "--workers", "1", "--replays", "0"]
    )
    assert done.exit_code == 4, done.output
    assert "InvalidRule: the leader class leader_kinds.py:TooSure answers 1.5" in done.stderr
    assert "Traceback" not in done.output
    kept = load(Path("results/mixed"))
    failed = {(failure["variant"], failure["replication"]) for failure in kept.failures}
    assert failed and {variant for variant, _ in failed} == {"base"}
    assert list(kept.tables["runs"]["variant"]).count("none") == 2


def test_a_method_that_nothing_calls_is_warned_of_with_the_step_that_was_meant():
    with pytest.warns(UserWarning) as caught:

        class _Shy(Leader):
            def pases_on(self, message):
                return self.chance() if message else 0.0

            def step(self):
                return None

            def chance(self):
                return 0.1

    first, second = (str(warning.message) for warning in caught)
    assert (
        "_Shy.pases_on (line " in first and "nothing calls it (did you mean 'passes_on'?)" in first
    )
    assert "_Shy.step (line " in second and len(caught) == 2
    assert caught[0].filename == __file__


def test_steps_helpers_and_properties_are_not_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        class _Fine(Leader):
            def passes_on(self, message):
                return sum(self.chance() for _ in range(1)) * self.half

            def chance(self):
                return self._quarter()

            def _quarter(self):
                return 0.25

            @property
            def half(self):
                return self.half_of(1.0)

            def half_of(self, whole):
                return whole / 2

        class _Finer(_Fine):
            def chance(self):
                return 0.3


def test_the_command_says_it_of_a_file_of_rules(tmp_path):
    (tmp_path / "mine.py").write_text(
        "from sim.agents import Leader\n\n\nclass Shy(Leader):\n    def pases_on(self, "
        "message):\n        return 0.1\n"
    )
    (tmp_path / "s.yaml").write_text(
        "name: s\nleaders: [{name: shy, class: 'mine.py:Shy', share: 50%}]\n"
    )
    words = ["check", str(tmp_path / "s.yaml"), "--rules", str(tmp_path / "mine.py")]
    done = subprocess.run([sys.executable, ROOT / "cli.py", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "UserWarning: Shy.pases_on (line 5) overrides no step of a leader" in done.stderr
    assert "did you mean 'passes_on'?" in done.stderr
