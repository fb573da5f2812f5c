"""What points of a sweep have in common is read once, and means the same as read anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from model.tiny import PLAIN

from sim.errors import InvalidInput
from sim.extension.files import allow
from sim.parameters import parameters
from sim.parameters._built import build_once
from sim.scenario import Scenario, _known_sections

EXTENSIONS = Path(__file__).resolve().parents[2] / "scenarios/extensions"


def test_policies_share_what_they_have_in_common():
    _known_sections._known.clear()
    scenario = Scenario.from_dict(PLAIN)
    other = scenario.with_({"flow.up.delay": "5h"})
    assert other.stream is scenario.stream and other.flow is not scenario.flow
    assert other.issues["matter"] is scenario.issues["matter"]
    assert str(other.flow.up.delay) == "5h" and scenario.flow.up.delay != other.flow.up.delay
    shared = other.resolved()
    _known_sections._known.clear()
    assert scenario.with_({"flow.up.delay": "5h"}).resolved() == shared


def test_what_is_equal_to_python_but_written_otherwise_is_read_as_written():
    first = Scenario.from_dict(PLAIN)
    with pytest.raises(InvalidInput, match=r"perspective.facets"):
        first.with_({"perspective.facets": True})
    assert first.with_({"perspective.facets": 1}).perspective.facets == 1


def test_every_mistake_is_still_told():
    Scenario.from_dict(PLAIN)
    with pytest.raises(InvalidInput) as found:
        Scenario.from_dict(PLAIN, overrides={"flow.up.open": "2", "work.load": "5"})
    assert [item.path for item in found.value.problems] == ["flow.up.open", "work.load"]


def test_sections_that_name_custom_rules_are_read_each_time():
    allow(EXTENSIONS / "agenda_setter.py")
    _known_sections._known.clear()
    policies = Scenario.load(EXTENSIONS / "agenda-setter.yaml").policies()
    assert policies["agenda-setter"].power.rule == "agenda_setter.py:agenda_setter"
    kept = [content for _, content in _known_sections._known]
    assert kept and not any("agenda_setter.py" in content for content in kept)


def test_an_organisation_is_built_once_for_all_that_say_the_same_of_it():
    scenario = Scenario.from_dict(PLAIN)
    built = build_once(scenario)
    assert build_once(scenario.with_({"power.sharing": 0.3})) is built
    given = parameters(scenario.with_({"flow.up.open": 0.3}))
    assert given.structure is built
    for changes in (
        {"seed": 12},
        {"attention": 3},
        {"perspective.acuity": 1},
        {"stream.positions.ground.leaders": 5},
    ):
        assert build_once(scenario.with_(changes)) is not built
    assert not built.key.flags.writeable and not given.numbers.team.flags.writeable
