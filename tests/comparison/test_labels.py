"""Policies under their labels: in every sentence and on the page, while tables keep names."""

from __future__ import annotations

import re

import pytest

from sim.comparison.answer import answer
from sim.comparison.labels import as_shown, labelled, name_of
from sim.dashboard import report
from sim.dashboard.estimates import RunData
from sim.texts import clean, clip, columns_of, isolated, padded, shortened
from tests.dashboard import synthetic
from tests.dashboard.test_report import Page

NAMES = ("top-down", "shared", "cascade")
LABELS = {"top-down": "自上而下的决策", "shared": "السلطة المشتركة"}
SHOWN = {"top-down": LABELS["top-down"], "shared": f"\u2068{LABELS['shared']}\u2069"}


@pytest.fixture(scope="module")
def result():
    manifest = synthetic.manifest(NAMES) | {"labels": LABELS, "variants": list(NAMES)}
    manifest["varied"] = {"power.rule": {name: place for place, name in enumerate(NAMES)}}
    for policy in (manifest["scenario"], *manifest["policies"].values()):
        policy["title"] = "A stream"
    return synthetic.tables(NAMES, replications=6, issues=40), manifest


def test_labels_stand_in_the_place_of_names_and_names_are_found_again(result):
    tables, manifest = labelled(*result)
    every = [SHOWN["top-down"], SHOWN["shared"], "cascade"]
    for name, table in tables.items():
        if "variant" in table.columns:
            assert list(dict.fromkeys(table["variant"])) == every, name
    assert list(manifest["policies"]) == manifest["variants"] == every
    assert list(manifest["varied"]["power.rule"]) == every
    assert [name_of(manifest, shown) for shown in every] == list(NAMES)
    assert [as_shown(manifest, name) for name in NAMES] == every
    assert list(dict.fromkeys(result[0]["runs"]["variant"])) == list(NAMES)


def test_it_may_be_done_twice_and_does_nothing_without_labels(result):
    once = labelled(*result)
    again = labelled(*once)
    assert again[1] == once[1]
    assert again[0]["runs"] is once[0]["runs"]
    plain = {key: value for key, value in result[1].items() if key != "labels"}
    tables, manifest = labelled(result[0], plain)
    assert tables["runs"] is result[0]["runs"] and manifest == plain


def test_the_terminal_says_labels_in_sentences_and_table(result):
    text = "\n".join(answer(*result, width=100))
    assert not re.search("top-down|shared", text)
    assert all(shown in text for shown in SHOWN.values())
    rows = [line for line in text.splitlines() if "±" in line and not line.startswith("±")]
    assert len(rows) == len(NAMES)
    assert len({columns_of(line[: line.index("±")]) for line in rows}) == 1


def test_the_page_says_labels_and_keeps_names_where_they_are_typed(result):
    page = report.render(*result)
    words = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    assert all(f"<code>{name}</code>" in words for name in LABELS)
    for name in LABELS:
        left = words.replace(f"<code>{name}</code>", "")
        assert re.findall(rf".{{30}}\b{name}\b.{{9}}", left) == []
    assert all(shown in words for shown in SHOWN.values())
    numbers = Page(page).embedded("numbers-").values()
    assert numbers and all(
        each["names"] == {SHOWN[name]: name for name in LABELS} for each in numbers
    )


def test_figures_read_labels_as_names_and_know_what_commands_take(result):
    policies = RunData(*result).policies
    assert [policy.name for policy in policies] == [*SHOWN.values(), "cascade"]
    assert [policy.typed for policy in policies] == list(NAMES)
    assert [policy.label for policy in policies] == [*SHOWN.values(), ""]


def test_a_text_of_another_direction_keeps_it_to_itself():
    arabic = LABELS["shared"]
    assert isolated("plain ü 中") == "plain ü 中"
    assert isolated(f"{arabic}\u202e") == f"\u2068{arabic}\ufffd\u2069"
    assert clean(isolated(arabic)) == isolated(arabic)
    for lone in (
        "\u2068a",
        "a\u2069",
        "\u2068a\u202eb\u2069",
        "\u2067a\u2069",
        "\u2068\u2068a\u2069",
    ):
        left = clean(lone)
        assert left.count("\u2068") == left.count("\u2069") <= 1
        assert not {"\u202e", "\u2067"} & set(left)
    for width in range(1, 20):
        for short in (clip(isolated(arabic), width), shortened(isolated(arabic), width)):
            assert short.count("\u2068") == short.count("\u2069"), (width, short)


@pytest.mark.parametrize("text", ["plain", "自上而下", "\u2068سلطة\u2069", "e\u0301"])
def test_columns_of_a_terminal_count_what_is_seen(text):
    assert columns_of(padded(text, 20)) == 20
    assert columns_of(shortened(text, 3)) <= 3
    assert columns_of("自上而下") == 8 and columns_of("\u2068سلطة\u2069") == 4
