"""The model description is complete: all of ODD, every rule, every way of closing, every source."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from documents import ROOT, text_of

import sim.draws
from sim.outcome import CLOSED_BY, DECISION
from sim.rules.catalog import FAMILIES
from sim.scenario.explain import explain, keys

MODEL = text_of(ROOT / "docs" / "model.md")

ELEMENTS = (
    "Purpose and patterns",
    "Entities, state variables, and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialization",
    "Input data",
    "Submodels",
)
CONCEPTS = (
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
)
NO_RULES = ("__init__", "catalog", "family", "vectors")
AUTHOR = r"[A-Z][\w'-]+"
CITATION = re.compile(rf"({AUTHOR})(?:(?:, (?:& )?| & ){AUTHOR})* (\d{{4}})\b")


def section(title: str) -> str:
    """The text under a heading of the second level, up to the next one."""
    return MODEL.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def citations(text: str) -> list[tuple[str, str]]:
    """First author and year of every work that a text cites."""
    return CITATION.findall(" ".join(text.split()))


REFERENCES = {
    (re.split(r"[ ,]", entry, maxsplit=1)[0], re.findall(r"\((\d{4})\)", entry)[0])
    for entry in section("References").strip().removeprefix("- ").split("\n- ")
}
SOURCES = sorted(
    {rule.source for family in FAMILIES.values() for rule in family.values()}
    | {explain(key).source for key in keys()}
)


def test_the_seven_elements_of_odd_stand_under_their_names_in_order():
    headings = [f"\n## {place}. {name}\n" for place, name in enumerate(ELEMENTS, start=1)]
    assert all(MODEL.count(heading) == 1 for heading in headings)
    assert all(MODEL.index(one) < MODEL.index(next_one) for one, next_one in pairwise(headings))
    assert all(len(section(heading.strip("\n# "))) > 100 for heading in headings)


def test_the_eleven_design_concepts_stand_under_their_names_in_order():
    assert (
        tuple(re.findall(r"^\*\*(.+?)\.\*\* \S", section("4. Design concepts"), re.MULTILINE))
        == CONCEPTS
    )


def test_submodels_are_numbered_without_a_gap():
    numbers = [int(number) for number in re.findall(r"^### 7\.(\d+) ", MODEL, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    referred = re.findall(
        r"\b7\.(\d+)\b", MODEL.partition("\n## 7. Submodels\n")[0] + section("7. Submodels")
    )
    assert len(numbers) < len(referred) and set(map(int, referred)) <= set(numbers)


@pytest.mark.parametrize(
    ("family", "rule"), [(family, rule) for family, some in FAMILIES.items() for rule in some]
)
def test_every_rule_is_explained_in_a_submodel(family, rule):
    assert re.search(
        rf"`(\w+: )?{rule}`|\*\*{rule}\*\*|`{family}: {rule}`", section("7. Submodels")
    )


@pytest.mark.parametrize("package", ["rules", "world"])
def test_every_file_of_rules_is_named_by_the_submodel_that_it_holds(package):
    headings = " ".join(re.findall(r"^### 7\.\d+ .*$", MODEL, re.MULTILINE))
    for path in sorted((ROOT / "sim" / package).glob("*.py")):
        if path.stem not in NO_RULES:
            assert f"`sim/{package}/{path.name}`" in headings


def test_every_way_of_closing_and_every_part_of_the_delay_is_defined():
    submodels = section("7. Submodels")
    assert all(f"`{way}`" in submodels for way in CLOSED_BY)
    names = DECISION.names
    assert names is not None
    parts = names[names.index("delay") + 1 : names.index("rounds")]
    assert len(parts) == 5
    assert f"- **delay** (working days): {' + '.join(parts)}, exactly." in submodels
    assert all(f"\n- **{part}** (working days): " in submodels for part in parts)


def test_every_purpose_of_a_draw_is_listed():
    purposes = {
        name: value for name, value in vars(sim.draws).items() if name.isupper() and name != "MASK"
    }
    listed = re.findall(
        r"^\| (\d+) \| \S",
        section("7. Submodels").partition("<!-- begin draws -->")[2],
        re.MULTILINE,
    )
    assert sorted(purposes.values()) == list(map(int, listed))


@pytest.mark.parametrize("source", [source for source in SOURCES if citations(source)])
def test_every_source_of_a_rule_or_a_default_is_among_the_references(source):
    assert set(citations(source)) <= REFERENCES


def test_everything_cited_is_among_the_references():
    text = MODEL.partition("\n## References\n")[0]
    cited = citations(text) + re.findall(
        rf"({AUTHOR})(?:(?:, (?:& )?| & ){AUTHOR})* \((\d{{4}})\)", " ".join(text.split())
    )
    assert len(cited) > 50
    missing = set(cited) - REFERENCES
    assert not missing


def test_every_reference_is_cited():
    text = MODEL.partition("\n## References\n")[0] + text_of(ROOT / "sim" / "draws.py")
    for author, year in REFERENCES:
        assert re.search(rf"{author}\b[^;|]{{0,60}}{year}", text), f"{author} {year}"


def test_citations_are_found_as_they_are_written():
    text = (
        "Jia, Mirtabatabaei, Friedkin & Bullo 2015, DeGroot-Friedkin; O'Reilly & Roberts "
        "1974: 73 % (secondary)"
    )
    assert citations(text) == [("Jia", "2015"), ("O'Reilly", "1974")]
    assert citations("standard: priority queue") == []
