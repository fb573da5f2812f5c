"""The command `serve`: what it says, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.commands.app import app
from sim.live import app as live
from tests.live import small

ROOT = Path(__file__).resolve().parents[2]


def serve(*arguments):
    return CliRunner().invoke(app, ["serve", *arguments])


def test_without_dash_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ended = serve("--no-browser")
    assert ended.exit_code == 2
    assert (
        ended.stderr.strip() == f"error: {live.INSTALL}"
        and 'pip install "leaderstream[live]"' in live.INSTALL
    )


def test_a_port_that_is_taken_is_a_plain_refusal():
    pytest.importorskip("dash", reason="the live app's extra is not installed")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = serve("--no-browser", "--port", str(port))
    assert ended.exit_code == 5
    assert (
        ended.stderr.startswith(f"error: port {port} cannot be used")
        and "Traceback" not in ended.stderr
    )


def test_a_scenario_that_is_wrong_is_told_as_everywhere(tmp_path):
    pytest.importorskip("dash", reason="the live app's extra is not installed")
    file = tmp_path / "wrong.yaml"
    file.write_text("name: wrong\npower: {sharing: 3}\n")
    ended = serve(str(file), "--no-browser", "--port", "0")
    assert ended.exit_code == 3 and "power.sharing" in ended.stderr
    assert serve(str(tmp_path / "none.yaml"), "--no-browser").exit_code == 3


@pytest.mark.slow
@pytest.mark.parametrize(("end", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_it_serves_this_machine_until_it_is_ended(tmp_path, end, code):
    pytest.importorskip("dash", reason="the live app's extra is not installed")
    file = tmp_path / "small.yaml"
    file.write_text(small.TEXT)
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "serve",
        str(file),
        "--port",
        "0",
        "--no-browser",
        "--json",
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            url = json.loads("".join(process.stdout.readline() for _ in range(4)))["url"]
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
            with urllib.request.urlopen(url, timeout=60) as page:
                assert page.status == 200
            process.send_signal(end)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == code and "Traceback" not in said
    assert ("goodbye" in said) == (code == 0)
