"""Every file that a scenario or an option names is a regular file within its limit, or one clear
error: never waited for, never read without end."""

from __future__ import annotations

import os
import signal

import pytest

from sim import files, seal
from sim.errors import InvalidInput, UsageError
from sim.extension.files import allowed

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")

PEOPLE = "id,position\na,top\nb,top\n"
STAFF = "id,manager\na,\nb,a\nc,a\n"
SWEEP = "sweep: {design: list, file: points.csv}\n"
RULES = "name: x\nextends: small.yaml\npower: {rule: pipe.py:mine}\n"
COMMANDS = {
    "scenario": ("pipe.yaml", None, ("check", "pipe.yaml")),
    "extends": ("pipe.yaml", "name: x\nextends: pipe.yaml\n", ("check", "other.yaml")),
    "people": ("pipe.csv", "extends: small.yaml\nstream: {people: pipe.csv}\n", ("check",)),
    "ties": (
        "pipe.csv",
        "extends: small.yaml\nstream: {people: people.csv, ties: pipe.csv}\n",
        ("check",),
    ),
    "points": ("points.csv", f"extends: small.yaml\n{SWEEP}", ("sweep", "other.yaml")),
    "rules": ("pipe.py", RULES, ("check", "other.yaml", "--rules", "pipe.py")),
    "import of people": ("pipe.csv", None, ("import", "pipe.csv", "--out", "o.yaml")),
    "import of a log": ("pipe.log", None, ("import", "staff.csv", "pipe.log", "--out", "o.yaml")),
    "pseudonyms": (
        "key.csv",
        None,
        ("import", "staff.csv", "--out", "o.yaml", "--pseudonyms", "key.csv"),
    ),
    "fit": ("pipe.csv", None, ("fit", "pipe.csv", "--people", "staff.csv", "--dry-run")),
}


@pytest.fixture(autouse=True)
def never_waits():
    """A reader that waits for a pipe is ended, and the test fails."""

    def end(*_):
        raise AssertionError("a file was waited for, or read without end")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("place", COMMANDS)
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_regular_file_is_one_clear_error(call, folder, small, place, kind):
    name, scenario, command = COMMANDS[place]
    if kind == "device" and not os.path.exists("/dev/zero"):
        pytest.skip("there is no /dev/zero")
    path = folder / name
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "staff.csv").write_text(STAFF, encoding="utf-8")
    if scenario is not None:
        (folder / "other.yaml").write_text(scenario, encoding="utf-8")
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    said = call(*command, *(["other.yaml"] if command == ("check",) else []))
    assert said.exit_code in (2, 3), said.output
    assert "only regular files are read" in " ".join(said.output.split()), said.output


@pytest.mark.parametrize(
    ("name", "limit", "command"),
    [
        ("big.yaml", "SCENARIO_BYTES", ("check", "big.yaml")),
        ("big.csv", "IMPORT_BYTES", ("import", "big.csv", "--out", "o.yaml")),
        ("big.py", "RULES_BYTES", ("check", "small.yaml", "--rules", "big.py")),
    ],
)
def test_a_file_beyond_its_limit_is_not_read_and_the_limit_is_said(
    call, folder, small, name, limit, command
):
    most = getattr(files, limit)
    with (folder / name).open("wb") as file:
        file.truncate(most + 1)  # holes: no room on the disk
    said = call(*command)
    shown = f"{most >> 20} MiB" if most >= 1 << 20 else f"{most >> 10} KiB"
    assert said.exit_code in (2, 3)
    assert f"larger than {shown}" in " ".join(said.output.split())


def test_a_manifest_is_a_regular_file(folder):
    os.mkfifo(folder / "manifest.json")
    with pytest.raises(InvalidInput, match="only regular files are read"):
        seal.manifest_of(folder)


def test_the_configuration_is_a_regular_file_as_well(folder, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    (folder / "leaderstream").mkdir()
    os.mkfifo(folder / "leaderstream" / "config.toml")
    with pytest.raises(UsageError, match="only regular files are read"):
        allowed()


def test_a_pipe_that_takes_the_place_of_a_file_while_it_is_opened_is_refused(folder, monkeypatch):
    path = folder / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    before = os.stat(path)
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(os, "stat", lambda *_, **__: before)
    with pytest.raises(OSError, match="it is a pipe"):
        files.open_regular(path)
