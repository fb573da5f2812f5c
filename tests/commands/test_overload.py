"""`check` warns of leaders who are asked for more than they have time for, names the dials, and
these dials help."""

from __future__ import annotations

import json
import re

import pytest

from tests.demand.test_demand import OVERLOADED


@pytest.fixture
def full(folder):
    # Ideas that spread three hops fill what is left of the day with reading.
    (folder / "full.yaml").write_text(f"{OVERLOADED}flow: {{reach: 3}}\n")
    return "full.yaml"


def test_check_names_overload_with_its_place_its_parts_and_the_dials(call, full):
    result = call("check", full)
    assert result.exit_code == 0
    assert (
        "load         " in result.stdout
        and "of their hours at the most: upstream, under base" in result.stdout
    )
    said = " ".join(result.stderr.split())
    assert (
        "warning: full.yaml:11:8: work.load: leaders are overloaded under base, top-down. Most "
        "under base:" in said
    )
    assert "(work 85 %, meetings 33 %, reading" in said
    assert re.search(
        r"Dials: the issues' rate \(below \d+ % of it\), power.forum.size, flow.reach, attention.",
        said,
    )
    assert all(
        len(line) <= 80 for line in result.stderr.splitlines() if line.startswith(("warning", "  "))
    )


def test_warnings_and_the_plan_show_labels_and_json_keeps_names(call, full):
    labels = ("--set", "label=a room", "--set", "variants.top-down.label=one voice")
    result = call("check", full, *labels)
    assert "of their hours at the most: upstream, under a room\n" in result.stdout
    said = " ".join(result.stderr.split())
    assert "leaders are overloaded under a room, one voice. Most under a room:" in said
    assert "under top-down" not in said and ", top-down" not in said


def test_check_lists_the_load_of_every_position_as_json(call, full):
    plan = json.loads(call("check", full, "--json", "--set", "label=a room").stdout)[0]
    places = [(one["policy"], one["load"]["position"]) for one in plan["load"]]
    assert places[:2] == [("base", "upstream"), ("base", "midstream")] and len(places) == 6
    assert plan["load"][0]["load"]["utilisation"] > 2
    (warning,) = plan["warnings"]
    assert (warning["file"], warning["line"], warning["path"]) == ("full.yaml", 11, "work.load")


def test_turning_a_dial_as_far_as_it_says_is_enough(call, full):
    said = " ".join(call("check", full).stderr.split())
    share = int(re.search(r"rate \(below (\d+) % of it\)", said).group(1)) / 100
    eased = call("check", full, "--set", f"issues.task.rate={{each: {0.5 * share * 0.99:.4f}/w}}")
    assert "overloaded" not in eased.stderr and "little time left" in " ".join(eased.stderr.split())
    lighter = ("--set", "issues.task.rate=6/w", "--set", "work.load=95%")
    said = " ".join(call("check", full, *lighter).stderr.split())
    load = int(re.search(r"work.load \(below (\d+) %\)", said).group(1))
    eased = call("check", full, *lighter[:3], f"work.load={load}%")
    assert "overloaded" not in eased.stderr


@pytest.mark.parametrize(
    ("rule", "what", "dials"),
    [
        ("shared", "the hours they have for reading", "attention, flow.reach, the issues' rate."),
        ("autocratic", "their hours", "the issues' rate (far below 1 % of it), flow.reach,"),
    ],
)
def test_a_demand_beyond_ten_times_the_hours_is_no_percentage(call, full, rule, what, dials):
    extreme = ("--set", "issues.task.rate={each: 15/w}", "--set", f"power.rule={rule}")
    result = call("check", full, *extreme)
    assert f"more than 10 times {what}: upstream, under base\n" in result.stdout
    said = " ".join(result.stderr.split())
    assert f"5 of 5 at upstream, more than 10 times {what} (work 85 %, meetings" in said
    assert "reading more than 10 times)" in said and f"Dials: {dials}" in said
    assert all(int(share) <= 1000 for share in re.findall(r"([0-9]+) %", said))


def test_check_says_nothing_where_there_is_time(call, full):
    result = call("check", full, "--set", "issues.task.rate=1/w", "--set", "work.load=60%")
    assert "warning" not in result.stderr


def test_quiet_leaves_warnings_out(call, full):
    assert call("check", full, "--quiet").stderr == ""
