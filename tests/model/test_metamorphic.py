"""What must change nothing, or everything alike, whatever the numbers: on both drivers, for all
that moves in time."""

from __future__ import annotations

import copy
import csv
import re
from typing import Any

import numpy as np
import pytest
from drivers.outcomes import differences

from model.divided import DIVIDED
from model.tiny import Watched, tiny
from sim import agents, kernel
from sim.outcome import CLOSED_BY, FORUM
from sim.parameters import parameters
from sim.scenario import Scenario

DRIVERS = [pytest.param(agents.simulate, id="mesa"), pytest.param(kernel.simulate, id="compiled")]
ONE_VOICE = CLOSED_BY.index("one-voice")

# Everything that moves in time, in hours and minutes, so that nothing scales by itself.
MOVING: dict[str, Any] = {
    "name": "moving",
    "seed": 5,
    "clock": {"tick": "30m", "day": "8h", "horizon": "6w", "warmup": "1w"},
    "stream": {
        "positions": [
            {"name": "top", "leaders": 1, "authority": 3},
            {"name": "middle", "leaders": 2},
            {"name": "ground", "leaders": 5},
        ],
        "bridges": "20%",
    },
    "perspective": {"facets": 5, "breadth": 0.4, "span": 3},
    "direction": {"source": "located", "shifts": "0.02/h"},
    "attention": 4,
    "flow": {
        "up": {"delay": "90m", "open": 0.8, "retry": "11h"},
        "down": {"delay": "50m"},
        "across": {"delay": "70m"},
        "routing": "both",
        "reach": 2,
    },
    "issues": {
        "matter": {
            "rate": "0.1/h",
            "raised_at": "ground",
            "decided_at": "middle",
            "witnesses": 5,
            "half_life": "37h",
            "expiry": "50h",
            "affects": "unit",
            "drift": "29h",
            "study": 0.3,
            "invent": 0.2,
            "status_quo": True,
        },
        "number": {
            "type": "estimate",
            "rate": {"each": "0.005/h"},
            "decided_at": "top",
            "half_life": "13h",
            "affects": "witnesses",
            "drift": "55h",
            "consensus": {"limit": "70%", "rule": "tolerance"},
            "power": {"rule": "shared", "forum": {"mode": "written", "reply": "210m"}},
        },
        "grave": {
            "rate": "0.04/h",
            "decided_at": "origin",
            "half_life": "61h",
            "stakes": 8,
            "consensus": {"limit": "3 rounds", "rule": "confidence"},
            "gap": 0.4,
            "study": 1,
        },
    },
    "power": {
        "rule": "contingent",
        "gather": "270m",
        "voice": "influence",
        "forum": {"quorum": "60%", "choose": "influence"},
        "contingent": {
            "urgent_within": "20h",
            "when_urgent": "emergent",
            "otherwise": "chain",
            "spread_above": "20%",
        },
    },
    "consensus": {
        "rule": "unanimity",
        "turns": 2,
        "candour": 0.4,
        "round": "90m",
        "pause": "3h",
        "limit": "11h",
        "fallback": "escalate",
        "confidence_bound": 2,
    },
    "work": {"focus": "1h", "away": "10%", "load": 0.6},
    "engagement": {"start": 0.7, "behind": 0.2, "recovery": 0.1},
    "influence": {"rule": "merit"},
    "reading": "urgency",
}


def _moving(changes=None):
    mapping = copy.deepcopy(MOVING)
    for path, value in (changes or {}).items():
        held, (*above, last) = mapping, path.split(".")
        for key in above:
            held = held[key]
        held[last] = value
    return mapping


# -- units of time
# -----------------------------------------------------------------------------------------

DURATION = re.compile(r"(\d+(?:\.\d+)?)(m|h)")
RATE = re.compile(r"(\d+(?:\.\d+)?)/h")


def _slower(value, k, only="", path=""):
    """All durations in minutes and hours k times as long, and rates a k-th, or `only` the one at
    that path.

    Weeks grow with the day by themselves; who reads so many messages an hour reads as many a tick,
    and a meeting with so many turns an hour keeps as many.
    """
    if isinstance(value, dict):
        return {
            key: _slower(held, k, only, f"{path}.{key}".lstrip(".")) for key, held in value.items()
        }
    if only and path != only:
        return value
    if path in ("attention", "consensus.turns"):
        return value / k
    if isinstance(value, str) and (match := DURATION.fullmatch(value)):
        return f"{float(match[1]) * k:.10g}{match[2]}"
    if isinstance(value, str) and (match := RATE.fullmatch(value)):
        return f"{float(match[1]) / k:.10g}/h"
    return value


def _timed(mapping, path=""):
    """The paths of everything in a scenario that is a duration, or a rate or number an hour."""
    if isinstance(mapping, dict):
        return [
            timed
            for key, held in mapping.items()
            for timed in _timed(held, f"{path}.{key}".lstrip("."))
        ]
    timed = isinstance(mapping, str) and (DURATION.fullmatch(mapping) or RATE.fullmatch(mapping))
    timed = timed or path in ("attention", "consensus.turns")
    return [path] if timed and not path.startswith("clock") else []


def _run(mapping, simulate):
    return simulate(parameters(Scenario.from_dict(mapping)), 0)


def _differ(one, other):
    """The first field of the decisions in which two runs differ; times are in ticks, which may be
    longer in one."""
    for name in one.decisions.dtype.names:
        if (
            name not in ("person_hours", "reading_hours")
            and one.decisions[name].tobytes() != other.decisions[name].tobytes()
        ):
            return name
    return ""


@pytest.mark.parametrize(("set_by", "k"), [("none", 2), ("none", 8), ("grave", 2)])
@pytest.mark.parametrize("simulate", DRIVERS)
def test_slowing_all_that_moves_slows_delays_alike_and_changes_nothing_else(simulate, k, set_by):
    moving = _moving({"direction.set_by": set_by})
    one, other = _run(moving, simulate), _run(_slower(moving, k), simulate)
    assert one.days["strategy_gap"].tobytes() == other.days["strategy_gap"].tobytes()
    assert (set_by == "none") == bool(np.isnan(one.days["strategy_gap"]).all())
    assert len(one.decisions) > 25 and _differ(one, other) == ""
    for name in ("person_hours", "reading_hours"):
        assert other.decisions[name] == pytest.approx(k * one.decisions[name])
    for name in ("forum_hours", "reading_hours", "work_hours", "away_hours", "backlog"):
        assert other.leaders[name] == pytest.approx(k * one.leaders[name], rel=1e-9, abs=1e-9)
    for name in ("engagement", "context", "alignment", "influence", "heard", "power"):
        assert one.leaders[name].tobytes() == other.leaders[name].tobytes(), name


TIMED = _timed(MOVING)


@pytest.mark.parametrize("path", TIMED)
def test_one_duration_slowed_alone_is_noticed(path):
    """So each of them matters, and has to scale with the others."""
    one, other = (
        _run(_moving(), kernel.simulate),
        _run(_slower(_moving(), 2, path), kernel.simulate),
    )
    assert _differ(one, other) != ""


def test_the_scenario_has_every_key_of_time():
    keys = (
        "delay half_life expiry drift reply gather urgent_within round pause limit retry "
        "focus shifts rate each attention turns"
    )
    assert {path.rpartition(".")[2] for path in TIMED} == set(keys.split())


# -- storage
# -----------------------------------------------------------------------------------------------

TREE = {
    "ada": "",
    "bo": "ada",
    "cy": "ada",
    "di": "bo",
    "ed": "bo",
    "flo": "cy",
    "gus": "cy",
    "hal": "cy",
}


def _imported(folder, order, rule):
    folder.mkdir()
    with (folder / "people.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "manager_id"), *((name, TREE[name]) for name in order)])
    mapping = _moving({"power.rule": rule, "stream": {"people": "people.csv"}})
    mapping["issues"]["matter"] |= {"raised_at": "level-2", "decided_at": "level-1"}
    mapping["issues"]["number"] |= {"decided_at": "level-0"}
    return parameters(Scenario.from_dict(mapping, folder=folder))


@pytest.mark.parametrize("rule", ["contingent", "rotating", "emergent", "chain", "vote"])
def test_how_people_are_stored_changes_nothing_but_the_order_of_rows(tmp_path, rule):
    first = _imported(tmp_path / "first", list(TREE), rule)
    second = _imported(
        tmp_path / "second", ["gus", "ada", "hal", "flo", "bo", "di", "cy", "ed"], rule
    )
    assert first.structure.row.tolist() != second.structure.row.tolist()
    one = agents.simulate(first, 0)
    assert len(one.decisions) > 25
    for simulate in (agents.simulate, kernel.simulate):
        assert differences(one, simulate(second, 0)) == ""


# -- people who do nothing
# ---------------------------------------------------------------------------------


def _with_silent(count, rule, **more):
    """Five who sense, meet and decide, and some below them who see nothing, say nothing and are not
    asked."""
    changes = {
        "stream.positions": [
            {"name": "top", "leaders": 1},
            {"name": "ground", "leaders": 4},
            {"name": "silent", "leaders": count, "acuity": 1e-6},
        ],
        "stream.peers": "unit",
        "perspective.breadth": "inf",
        "direction.shifts": "2/mo",
        "flow.*": {"open": 0.7, "delay": "3h", "distortion": 0.2, "loss": 0.1, "retry": "none"},
        "flow.routing": "both",
        "flow.reach": 2,
        "issues.matter": {
            "alternatives": 3,
            "rate": "6/w",
            "raised_at": "ground",
            "decided_at": "top",
        },
        "power.rule": rule,
        "power.forum": {"size": 4, "choose": "balanced", "quorum": 0.6},
        "consensus.rule": "consent",
        "consensus.turns": 3,
        "consensus.candour": 0.6,
        "consensus.susceptibility": 0.4,
        "work.away": 0.15,
        "engagement": "on",
        "reading": "urgency",
        "interests.strength": 0.5,
        "assess.overprecision": 1.5,
    }
    changes["issues.matter"] |= {
        "witnesses": 5,
        "half_life": "5d",
        "expiry": "12d",
        "affects": "witnesses",
    }
    changes["issues.matter"] |= {"drift": "10d", "study": 0.2, "invent": 0.3}
    return parameters(tiny({**changes, **more}))


@pytest.mark.parametrize("influence", ["fixed", "reflected"])
@pytest.mark.parametrize(
    "rule", ["rotating", "emergent", "chain", "champion", "contingent", "delegated", "shared"]
)
def test_a_leader_who_is_silent_and_never_asked_changes_nothing_for_the_others(rule, influence):
    few, more = (_with_silent(count, rule, **{"influence.rule": influence}) for count in (1, 2))
    one, other = kernel.simulate(few, 0), kernel.simulate(more, 0)
    assert more.numbers.leaders == few.numbers.leaders + 1 and len(one.decisions) > 25
    # What the silent read is in the hours of reading.
    assert _differ(one, other) == ""
    assert one.leaders.tobytes() == other.leaders[: few.numbers.leaders].tobytes()
    assert differences(agents.simulate(more, 0), other) == ""


def test_a_leader_who_speaks_is_noticed():
    one = kernel.simulate(_with_silent(1, "shared"), 0)
    loud = _with_silent(
        1, "shared", **{"issues.matter.witnesses": 6, "issues.matter.raised_at": "any"}
    )
    assert one.decisions.tobytes() != kernel.simulate(loud, 0).decisions.tobytes()


# -- what cannot go wrong
# ----------------------------------------------------------------------------------

# Ideas without noise, everybody in full context, no limit of mind, time to hear one another.
CLEAR = {
    **DIVIDED,
    "perspective.acuity": 1e6,
    "perspective.breadth": "inf",
    "flow.up.open": 1,
    "power.gather": "2d",
}
CLEAR |= {"issues.matter.rate": "6/w", "flow.*.delay": "2h", "consensus.candour": 0.5}
CLEAR |= {"consensus.turns": 3}


@pytest.mark.parametrize("simulate", DRIVERS)
@pytest.mark.parametrize(
    "rule",
    [
        "autocratic",
        "consultative",
        "delegated",
        "shared",
        "vote",
        "rotating",
        "emergent",
        "chain",
        "contingent",
    ],
)
@pytest.mark.parametrize("consensus", ["unanimity", "consent", "confidence"])
def test_clear_evidence_and_full_context_make_every_rule_right(simulate, rule, consensus):
    changes = {**CLEAR, "power.rule": rule, "consensus.rule": consensus}
    outcome = simulate(parameters(tiny(changes)), 0)
    assert len(outcome.decisions) > 40 and np.all(outcome.decisions["quality"] == 1)
    assert np.all(outcome.decisions["ceiling"] == 1) and np.all(outcome.decisions["correct"] == 1)


@pytest.mark.parametrize("blurred", [{"perspective.acuity": 0.5}, {"flow.down.loss": 0.9}])
def test_blurred_evidence_or_lost_context_is_noticed(blurred):
    where = {
        "power.rule": "delegated",
        "issues.matter.decided_at": "ground",
        "perspective.breadth": 0.2,
    }
    outcome = kernel.simulate(parameters(tiny({**CLEAR, **where, **blurred})), 0)
    assert outcome.decisions["quality"].mean() < 0.99


CLOSED = {
    **DIVIDED,
    "flow.*.open": 0,
    "consensus.candour": 0,
    "perspective.span": 4,
    "issues.matter.study": 0.2,
}


@pytest.mark.parametrize("rule", ["autocratic", "consultative", "delegated", "contingent"])
def test_closed_channels_leave_every_one_voice_with_its_own_evidence(rule):
    routes = {
        "when_urgent": "autocratic",
        "when_spread": "delegated",
        "otherwise": "consultative",
        "spread_above": 0.5,
    }
    inputs = parameters(
        tiny({**CLOSED, "power.rule": rule, "power.contingent": routes, "flow.reach": 2})
    )
    model = Watched(inputs.scenario, inputs=inputs)
    rows = model.run().decisions
    voices = set()
    for issue, row in zip(model.issues(), rows, strict=True):
        i = int(row["decider"])
        assert row["closed_by"] == ONE_VOICE and i != FORUM and issue.used == {i}
        idea, leader = issue.ideas[i], model.leaders[i]
        tau = np.array(issue.precisions(model, i)) * (1 + 0.2 * idea.stage)
        worths = (tau / (1 + tau) * np.array(idea.values()).reshape(-1, 6)) @ np.array(
            leader.beliefs(issue)
        )
        assert row["chosen"] == np.argmax(worths)
        voices.add(i)
    assert len(voices) > (0 if rule in ("autocratic", "consultative") else 2)
    assert differences(kernel.simulate(inputs, 0), agents.simulate(inputs, 0)) == ""
