"""The documents' site: every document has a page, and links between documents become links between
pages. `make site` builds it, with every warning as an error."""

from __future__ import annotations

import importlib.util
import re

import pytest
import yaml
from documents import DOCUMENTS, ROOT, text_of

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def conf():
    spec = importlib.util.spec_from_file_location("conf", DOCS / "site" / "conf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_document_has_one_place_in_the_contents(conf):
    text = text_of(DOCS / "index.md")
    trees = re.findall(r"```\{toctree\}\n(?::[^\n]*\n)+\n(.*?)```", text, re.DOTALL)
    listed = [name for tree in trees for name in tree.split()]
    there = {path.stem for path in DOCS.glob("*.md")} | set(conf.PAGES.values())
    assert sorted([*listed, "index"]) == sorted(there)
    outside = {path.name for path in DOCUMENTS if path.parent == ROOT}
    assert set(conf.PAGES) == outside
    for document, page in conf.PAGES.items():
        shown = re.findall(r"<!-- the text of (\S+) -->", text_of(DOCS / f"{page}.md"))
        assert [(DOCS / page).parent.joinpath(name).resolve() for name in shown] == [
            ROOT / document
        ]


def test_the_text_of_a_document_stands_in_its_page_with_links_that_lead_on(conf):
    page = DOCS / "project" / "security.md"
    text = conf.taken_in(text_of(page), page)
    assert "## What is trusted, and with what" in text and "the text of" not in text
    assert text.count("\n# ") + text.startswith("# ") == 1
    assert "](../reliability.md)" in text and "](docs/" not in text


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](model.md#x)", "[a](model.md#x)"),
        ("[a](#x)", "[a](#x)"),
        ("[a](https://b.org/c.md)", "[a](https://b.org/c.md)"),
        ("[a](../SECURITY.md#promised)", "[a](project/security.md#promised)"),
        ("[a](../README.md)", "[a](index.md)"),
        ("[a](../scenarios/essay)", "a (`scenarios/essay`)"),
        ("[`LICENSE`](../LICENSE)", "`LICENSE`"),
        ("```sh\nx[a](../README.md)\n```", "```sh\nx[a](../README.md)\n```"),
    ],
)
def test_links_become_those_of_pages(conf, link, expected):
    assert conf.without_page(conf.taken_in(link, DOCS / "essay.md")) == expected


def test_every_scenario_of_the_gallery_has_its_picture_and_no_other_has():
    import sys

    sys.path.append(str(DOCS))
    from gallery import FIGURES, PICTURES

    assert {path.stem for path in PICTURES.glob("*")} == set(FIGURES)
    assert all((ROOT / "scenarios" / f"{name}.yaml").is_file() for name in FIGURES)
    for path in PICTURES.glob("*.svg"):
        assert path.read_text(encoding="utf-8").startswith("<svg ") and path.stat().st_size < 2e5


def test_forms_for_issues_are_whole():
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    assert [path.stem for path in forms] == ["config", "fault", "idea", "question"]
    for path in forms[1:]:
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert form["name"] and form["description"] and form["body"]
        known = {"markdown", "textarea", "input", "dropdown", "checkboxes"}
        assert {part["type"] for part in form["body"]} <= known
        asked = [part for part in form["body"] if part["type"] != "markdown"]
        assert len({part["id"] for part in asked}) == len(asked)
        assert all(part["attributes"]["label"] for part in asked)
