"""Files of an earlier format are rewritten with their comments and layout, and stay the same
scenario."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenario.test_earlier import OLD
from sim.commands.app import app
from sim.errors import InvalidInput, Refused
from sim.scenario import Scenario, upgrading
from sim.scenario.upgrading import upgraded

EARLIER = sorted((Path(__file__).parent / "data" / "earlier").glob("0.*.yaml"))
MINIMAL = "name: t\nschema: 1\n"


def rewritten(text: str) -> str:
    return upgraded(text, "t.yaml", Path()).text


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.stem)
def test_scenarios_of_versions_0_1_to_0_3_stay_the_same_scenario(path):
    text = path.read_text(encoding="utf-8")
    found = upgraded(text, str(path), path.parent)
    now = Scenario.from_text(found.text, folder=path.parent)
    assert now == Scenario.load(path) and now.format_notes == []
    assert found.notes == Scenario.load(path).format_notes != []
    # Only the number of the format and the key that is gone are touched, in their lines.
    expected = re.sub(r", (rollout\.)?retry: \d+[dh]", "", text)
    assert found.text == expected.replace("\nschema: 1\n", "\nschema: 2\n") != text


def test_the_key_that_is_gone_is_removed_wherever_it_can_stand():
    now = rewritten(OLD)
    assert "retry" not in now and now.startswith("schema: 2\nname: old\n")
    assert "rollout: {coverage: 80%, disagree_and_commit: 0.7}" in now
    assert "half: {power.sharing: 0.5, consensus: {rule: majority}}" in now
    assert len(now.splitlines()) == len(OLD.splitlines())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rollout: {retry: 1d, coverage: 70%}\n", "rollout: {coverage: 70%}\n"),
        ("rollout: {coverage: 70%, retry: 1d}  # why\n", "rollout: {coverage: 70%}  # why\n"),
        ("rollout: {retry: 1d}\n", ""),
        ("rollout:\n  retry: 1d\n", ""),
        (
            "rollout:\n  retry: 1d  # often\n  coverage: 70%  # most\n",
            "rollout:\n  coverage: 70%  # most\n",
        ),
        ("rollout:\r\n  coverage: 70%\r\n  retry: 1d\r\n", "rollout:\r\n  coverage: 70%\r\n"),
        ("rollout:\n  coverage: 70%\n  retry: 1d", "rollout:\n  coverage: 70%\n"),
        ("variants:\n  a:\n    rollout.retry: 1d\n", "variants:\n  a:\n    {}\n"),
        ("variants: {a: {rollout.retry: 1d}}\n", "variants: {a: {}}\n"),
        (
            "sweep:\n  vary:\n    rollout.retry: [1d, 2d]\n    work.load: [50%]\n",
            "sweep:\n  vary:\n    work.load: [50%]\n",
        ),
        (
            '"rollout" :\n    {"retry" : 1d ,\n     coverage: 70%}\n',
            '"rollout" :\n    {coverage: 70%}\n',
        ),
    ],
)
@pytest.mark.parametrize("head", ["name: t\n", MINIMAL])
def test_layout_is_kept_around_it(old, new, head):
    assert rewritten(head + old) == head.replace("schema: 1", "schema: 2") + new


@pytest.mark.parametrize("text", ["name: t\n", "schema: 2\nname: t\n", "name: t # retry: 1d\n"])
def test_a_file_of_today_is_left_alone(text):
    found = upgraded(text, "t.yaml", Path())
    assert (found.text, found.notes, found.elsewhere) == (text, [], [])


def test_what_would_become_another_scenario_is_refused(monkeypatch):
    monkeypatch.setattr(upgrading, "_rewritten", lambda text: text + "seed: 7\n")
    with pytest.raises(Refused, match="cannot be rewritten without a doubt"):
        rewritten("name: t\n")
    with pytest.raises(InvalidInput, match="is no key"):
        upgraded("name: t\nschema: 2\nrollout: {retry: 1d}\n", "t.yaml", Path())


@pytest.fixture
def called(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_bytes(OLD.replace("\n", "\r\n").encode())
    return lambda *more: CliRunner().invoke(app, ["upgrade", *more])


def test_the_command_shows_what_it_would_change_and_writes_only_when_told(called):
    before = Path("old.yaml").read_bytes()
    shown = called("old.yaml")
    assert shown.exit_code == 0 and Path("old.yaml").read_bytes() == before
    assert "-schema: 1" in shown.stdout and "+schema: 2" in shown.stdout
    assert "results differ from then" in shown.stdout and "old.yaml:4:23: power.sh" in shown.stdout
    assert [path.name for path in Path().iterdir()] == ["old.yaml"]
    assert called("old.yaml", "--write").exit_code == 0
    assert Path("old.yaml.bak").read_bytes() == before
    now = Path("old.yaml").read_bytes()
    assert now == rewritten(before.decode()).encode() and now.count(b"\r\n") == now.count(b"\n")
    again = called("old.yaml", "--write")
    assert "nothing to change" in again.stdout and not Path("old.yaml.bak2").exists()


def test_no_backup_is_lost_and_no_link_is_followed(called):
    Path("old.yaml.bak").write_text("mine")
    told = json.loads(called("old.yaml", "--write", "--json").stdout)
    assert told["backup"] == "old.yaml.bak2" and Path("old.yaml.bak").read_text() == "mine"
    assert told["changed"] and len(told["notes"]) == 10 and "+schema: 2" in told["difference"]
    Path("kept.yaml").write_text(OLD)
    Path("link.yaml").symlink_to("kept.yaml")
    refused = called("link.yaml", "--write")
    assert refused.exit_code == 5 and "is a link" in refused.stderr
    assert Path("kept.yaml").read_text() == OLD and not Path("link.yaml.bak").exists()


def test_files_that_it_extends_are_named_and_left_alone(called):
    Path("new.yaml").write_text("schema: 2\nextends: old.yaml\nname: new\n")
    shown = called("new.yaml", "--write")
    assert shown.exit_code == 0 and "upgrade old.yaml, too" in shown.stdout
    assert not Path("new.yaml.bak").exists()
