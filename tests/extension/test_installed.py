"""Rules that an installed package offers through an entry point are named without a file, and need
no permission."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from extension.test_runs import SMALL

RULE = '''\
from sim.extension import Parameter, rule


@rule("consensus", source="x", least=Parameter(0.6, range=(0, 1), unit="share"))
def half(support, least):
    """An installed rule."""
    return support >= least
'''


@pytest.fixture
def package(tmp_path):
    """A folder that looks like an installed distribution with a rule in it."""
    (tmp_path / "theories.py").write_text(RULE, encoding="utf-8")
    info = tmp_path / "theories-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: theories\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(
        "[leaderstream.rules]\ngood-half = theories:half\n", encoding="utf-8"
    )
    return tmp_path


def test_an_installed_rule_is_listed_named_and_run(package, rules):
    more = "consensus: {rule: good-half, with: {least: 60%}}\n"
    (rules / "small.yaml").write_text(SMALL + more, encoding="utf-8")
    script = (
        "import json\n"
        "from sim import run\n"
        "from sim.commands.rule_lists import as_data\n"
        "ran = run('small.yaml', engine='mesa', workers=1, replications=1, save=False)\n"
        "assert not ran.failures\n"
        "listed = [each['name'] for each in as_data(['consensus'])['consensus']]\n"
        "print(json.dumps([ran.manifest['rules'], listed[-1]]))\n"
    )
    (rules / "script.py").write_text(script, encoding="utf-8")
    place = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(package), str(Path(sim.__file__).parents[1])])
    }
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=rules, capture_output=True, text=True, env=place
    )
    assert done.returncode == 0, done.stderr
    digest = hashlib.sha256(RULE.encode()).hexdigest()
    assert json.loads(done.stdout) == [{"good-half": digest}, "good-half"]
