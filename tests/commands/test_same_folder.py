"""A command and the function of its name leave the same folder, byte by byte but for times."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

import sim
from commands.conftest import COMPILED
from sim import seal
from sim.errors import InvalidInput, UsageError
from sim.scenario import Scenario

pytestmark = pytest.mark.usefixtures("kernel")

TIMES = {"started", "finished", "seconds"}
"""What of a manifest may differ; with it the page, which shows it, its hash, and the seal of the
manifest."""
STORE = {"runs.sqlite", "lock"}
"""What only resumes a sweep: the order of rows in it depends on which run ended first."""
AT_ONCE = {"engine": "compiled", "workers": 1}
LONG, SHORT = "{horizon: 3w, warmup: 1w}", "{horizon: 8d, warmup: 2d}"
CLAIMS = "[{metric: quality, higher: shared, than: top-down}]"
CHANGED = {"power.sharing": "0.8", "claims": CLAIMS, "variants.strict.consensus.limit": "50%"}
VARY = {"sweep": "{vary: {power.sharing: [0.2, 0.8]}, variants: [shared, strict], replications: 2}"}
OFTEN = "{min: 2, max: 4, test: 2}"
SEARCH = {
    "calibrate": (
        f"{{search: {{power.sharing: {{from: 0, to: 1}}}}, runs: 20, replications: {OFTEN}}}"
    )
}


def contents(folder: Path) -> dict[str, object]:
    """What stands in each file of a result: of manifest and page all but the times that they
    show."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    times = [str(manifest.pop(name)) for name in TIMES & set(manifest)]
    del manifest["manifest_sha256"], manifest["file_hashes"]["dashboard.html"]
    page = (folder / "dashboard.html").read_text(encoding="utf-8")
    for time in times:
        page = page.replace(f"started {time}", "started").replace(f"Finished {time}", "Finished")
    files: dict[str, object] = {"manifest.json": json.dumps(manifest), "dashboard.html": page}
    for path in folder.iterdir():
        files.setdefault(path.name, path.name if path.name in STORE else path.read_bytes())
    return files


def options(changes: dict[str, str]) -> list[str]:
    return [word for key, value in changes.items() for word in ("--set", f"{key}={value}")]


CASES = {
    "run": (
        CHANGED,
        "--replications 3 --seed 11 --against strict",
        {"replications": 3, "seed": 11, "against": "strict"},
    ),
    "run until": (
        {},
        "--until value:0.9 --replays 1 --variant shared --variant strict",
        {"until": "value:0.9", "replays": 1, "variants": ["shared", "strict"]},
    ),
    "sweep": (VARY, "", {}),
    "sensitivity": (
        VARY,
        "--metric quality --points 4 --method morris",
        {"metrics": ["quality"], "points": 4, "method": "morris"},
    ),
    "calibrate": (
        SEARCH,
        "--objective value=up --objective delay=down --seed 3",
        {"objectives": {"value": "up", "delay": "down"}, "seed": 3},
    ),
}


@pytest.fixture
def shorter(folder, small) -> str:
    """The small scenario over six days: what is compared is as well there in a short run."""
    text = (folder / small).read_text(encoding="utf-8")
    assert text.count(LONG) == 1
    (folder / small).write_text(text.replace(LONG, SHORT), encoding="utf-8")
    return small


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_a_command_and_its_function_leave_the_same_folder(call, shorter, folder, case):
    changes, words, settings = CASES[case]
    verb = case.split()[0]
    how = [*COMPILED, "--out", "a"]
    said = call(verb, shorter, *how, *options(changes), *shlex.split(words))
    assert said.exit_code in (0, 1), said.stderr
    getattr(sim, verb)(Scenario.load(shorter, changes), out="b", **AT_ONCE, **settings)
    name = next(path.name for path in (folder / "a").iterdir())
    one, other = contents(folder / "a" / name), contents(folder / "b" / name)
    assert set(one) == set(other) >= {"manifest.json", "dashboard.html", "runs.parquet"}
    assert [file for file in one if one[file] != other[file]] == []
    assert json.loads(str(one["manifest.json"]))["changes"] == changes
    if case == "run":
        assert {"urgency.parquet", "replays.parquet"} < set(one)


def test_several_scenarios_run_under_the_seed_of_the_first(folder, small):
    text = (folder / small).read_text(encoding="utf-8")
    (folder / "other.yaml").write_text(text.replace("name: small\nseed: 7", "name: other"))
    result = sim.run(
        [small, "other.yaml"], variants=["shared"], replays=0, dashboard=False, **AT_ONCE
    )
    assert [part.manifest["seed"] for part in result.parts] == [7, 7]
    assert [part.folder for part in result.parts] == [Path("results/small"), Path("results/other")]
    assert result.folder == Path("results/small")


def test_a_folder_and_the_folder_it_goes_into_are_not_both_given(small):
    for function in (sim.sensitivity, sim.calibrate):
        with pytest.raises(UsageError, match="not both"):
            function(small, "mine", out="results")


@pytest.fixture
def recommended(folder, small) -> Path:
    """A scenario in the folder of a saved result, whose manifest has its hash."""
    (folder / "kept").mkdir()
    path = folder / "kept" / "recommended.yaml"
    path.write_text((folder / small).read_text(encoding="utf-8"), encoding="utf-8")
    known = {"kind": "calibrate", "name": "small", "tables": {}}
    known["file_hashes"] = seal.hashes(path.parent, [path.name])
    seal.write(known, path.parent / "manifest.json")
    return path


def test_a_scenario_of_a_result_that_was_changed_is_not_run(call, recommended):
    assert call("check", str(recommended)).exit_code == 0
    with recommended.open("a", encoding="utf-8") as file:
        file.write("# a word more\n")
    said = call("run", str(recommended), "--engine", "mesa", "--workers", "1")
    assert said.exit_code == 3
    assert "is not as it was written" in said.stderr and "nothing was run" in said.stderr
    assert "leaderstream calibrate small.yaml" in said.stderr
    for function in (sim.run, sim.sweep, sim.sensitivity, sim.calibrate):
        with pytest.raises(InvalidInput, match="is not as it was written"):
            function(recommended)


def test_a_manifest_that_cannot_vouch_for_a_scenario_is_named(call, recommended):
    manifest = recommended.parent / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("small", "smell"), encoding="utf-8")
    said = call("check", str(recommended))
    assert said.exit_code == 3
    assert "manifest.json" in said.stderr
    assert "recommended.yaml beside it cannot be checked" in said.stderr


@pytest.mark.parametrize(
    "other", ['{"name": "an app", "icons": []}', "no JSON", '{"file_hashes": {}}']
)
def test_a_manifest_of_something_else_is_nobodys_concern(call, folder, small, other):
    (folder / "manifest.json").write_text(other, encoding="utf-8")
    assert call("check", small).exit_code == 0


def test_what_was_set_goes_with_the_scenario(small):
    loaded = Scenario.load(small, {"power.sharing": "80%"})
    assert loaded.changes == {"power.sharing": "80%"}
    changed = loaded.with_({"consensus.limit": "3d", "replications": 5, "variants.strict": None})
    assert changed.changes == {
        "power.sharing": "80%",
        "consensus.limit": "3d",
        "replications": "5",
        "variants.strict": "null",
    }
    assert Scenario.load(small, changed.changes) == changed
    assert Scenario.load(small).changes == {}
