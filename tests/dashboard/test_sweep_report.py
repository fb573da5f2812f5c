"""The report of a sweep: whole, self-contained, safe with any name, small."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from sim.dashboard import sweep_report
from sim.dashboard._sweep_data import SweepData
from sim.dashboard.document import SCRIPT
from sim.experiments.boxes import boxes
from sim.experiments.next_runs import load_told
from sim.experiments.sweep_runs import SweepRuns
from sim.scenario import Scenario
from tests.dashboard import swept
from tests.dashboard.hostile import NAMES, hostile_sweep
from tests.dashboard.test_report import Page, packed_in, without_plotly
from tests.texts.commands import parsed

PLANE = ["summary", "break-even", "maps", "pareto", "effects", "parallel", "precision"]
LINE = ["summary", "break-even", "lines", "pareto", "precision"]
_ABOUTS = [
    *("Chance", "Settings", "Conventions", "Organisation", "Load"),
    *("Not varied", "Other assumptions", "Next"),
]
THREE = {**swept.KEYS, "issues.operational.half_life": ["2d", "4w"]}


def planted():
    """A sweep in which the first policy is worth less at the lower half of the sharing."""
    runs = swept.runs(swept.grid(swept.KEYS), replications=6)
    low = (runs["power.sharing"] < 0.5) & (runs["variant"] == swept.POLICIES[0])
    return runs.assign(value=runs["value"] - 3 * low), swept.manifest(list(swept.KEYS))


def rendered(keys, policies=swept.POLICIES, replications=3, **more):
    runs = swept.runs(swept.grid(keys), policies, replications)
    return sweep_report.render(runs, swept.manifest(list(keys), policies, **more))


@pytest.fixture(scope="module")
def html():
    return rendered(swept.KEYS, points=45, left_out=[{"point": 44}], failures=[1, 2])


@pytest.mark.parametrize(
    ("keys", "policies", "anchors"),
    [
        ({"power.sharing": [0.0, 0.5, 1.0]}, swept.POLICIES, LINE),
        ({"power.sharing": [0.0, 0.5, 1.0], "power.rule": ["shared"]}, swept.POLICIES, LINE),
        ({"power.sharing": [0.0, 0.5, 1.0]}, ("shared",), [a for a in LINE if a != "break-even"]),
        (swept.KEYS, swept.POLICIES, PLANE),
        (swept.KEYS, ("shared",), [a for a in PLANE if a != "break-even"]),
        (THREE, swept.POLICIES, PLANE),
        ({"power.sharing": [0.5]}, swept.POLICIES, LINE),
    ],
)
def test_the_sections_are_those_that_the_sweep_has(keys, policies, anchors):
    page = Page(rendered(keys, policies))
    first, *below = anchors[1:]
    assert page.ids("section") == ["answer", "summary", "trust", *below, "boxes"]
    assert first in page.ids("div")  # the map, or the lines, on the first screen
    links = {attributes["href"] for tag, attributes in page.elements if tag == "a"}
    assert links == {f"#{anchor}" for anchor in ["summary", "trust", *below, "boxes", "reproduce"]}
    for shapes in page.figures().values():
        assert len(shapes["wide"]) == len(shapes["narrow"]) and all(
            spec["layout"]["height"] for spec in shapes["wide"]
        )
    assert "nan" not in page.text.lower() and "None" not in page.text


def test_the_page_asks_nothing_of_any_network_and_runs_two_scripts(html):
    ours = without_plotly(html)
    for text in (ours.replace("base-uri", ""), packed_in(html)):
        assert not re.search(r"https?:|//\w|url\((?!#f)|@import", text)
    page = Page(html)
    assert page.scripts.count(SCRIPT) == 1
    # Plotly, the colours of the dark, and data and pictures for paper of the figures.
    assert len(page.scripts) == len(page.embedded("figure-")) + 3
    assert not any("src" in attributes for _, attributes in page.elements)


def test_the_card_says_what_the_sweep_rests_on_and_its_commands_can_be_pasted():
    keys = list(swept.KEYS)
    policies = {name: Scenario.from_text("name: m").resolved() for name in swept.POLICIES}
    manifest = swept.manifest(keys, resolved=policies, scenario={"variants": {"a": {}}})
    runs = swept.runs(swept.grid(swept.KEYS), replications=3).assign(progress=1.0)
    card = {f.about: f for f in sweep_report.card(SweepData(runs, manifest), "Sure.")}
    assert list(card) == _ABOUTS
    assert "power.sharing" not in card["Conventions"].text  # it was varied
    assert card["Load"].text.startswith("At no setting more than 2 %")
    for fact in card.values():
        assert not fact.command or parsed(fact.command)
    # The setting that is worth most, by the table.
    means = runs.groupby(["variant", "power.sharing", "consensus.limit"])["value"].mean()
    policy, sharing, limit = means.idxmax()
    words = card["Next"].command
    assert f"power.sharing={sharing:g}" in words and f"consensus.limit={limit}" in words
    assert words[words.index("--variant") + 1] == policy and words[-2:] == ("--seed", "2027")
    behind = runs.assign(progress=np.where(runs["consensus.limit"] == "1mo", 0.9, 1.0))
    told = load_told(SweepRuns(behind, manifest))
    assert "at 22 of 88 settings" in told and "up to 10 %" in told


def test_boxes_stand_on_the_page_as_they_are_said():
    runs, manifest = planted()
    page = Page(sweep_report.render(runs, manifest))
    found = boxes(runs, manifest)
    assert found.boxes and all(text in page.text for text in found.sentences)
    for box in found.boxes:
        assert f"{box.cases} of {box.settings}" in page.text


def test_the_header_tells_what_was_run(html):
    text = Page(html).text
    for part in (
        "How much power to share, for how long",
        "VariedPower sharing, Limit for agreeing",
        "Points44 of 45",
        "Compared totop-down",
        "Replications3",
        "Runs264",
        "1 point was left out.",
        "2 runs failed.",
        "leaderstream sweep leader-stream.yaml",
    ):
        assert part in text


def test_what_can_be_picked_is_listed(html):
    page = Page(html)
    assert page.ids("select") == [
        f"figure-{name}-pick" for name in ("maps", "effects", "parallel", "precision")
    ]
    shapes = page.figures()["maps"]
    assert len(shapes["wide"]) == 2 == len(shapes["narrow"])
    assert sum(tag == "option" for tag, _ in page.elements) == 2 + 4 + 2 + 5


def test_the_numbers_in_the_page_are_those_of_the_runs():
    runs = swept.runs(swept.grid(swept.KEYS), replications=3)
    html = sweep_report.render(runs, swept.manifest(list(swept.KEYS)))
    first = runs[(runs["variant"] == "shared") & (runs["point"] == 0)]
    assert f"<td>{first['value'].mean():.3f} (" in html
    cells = Page(html).figures()["maps"]["wide"][0]["data"][0]
    assert cells["z"][0][0] == pytest.approx(first["value"].mean(), rel=1e-5)


def test_a_break_even_line_is_explained_where_one_is_drawn():
    runs = swept.runs(swept.grid(swept.KEYS), replications=2)
    manifest = swept.manifest(list(swept.KEYS), changes={"seed": "5"})
    assert (
        Page(sweep_report.render(runs, manifest)).text.count("A thick line is the break-even") == 2
    )
    ahead = runs.assign(value=runs["value"] + 10.0 * (runs["variant"] == "shared"))
    text = Page(sweep_report.render(ahead, manifest)).text
    assert "thick line" not in text and "there is no break-even" in text
    assert "leaderstream sweep leader-stream.yaml --set seed=5" in text


def test_the_same_runs_give_the_same_page(html):
    assert rendered(swept.KEYS, points=45, left_out=[{"point": 44}], failures=[1, 2]) == html


def test_names_are_text_and_nothing_else():
    html = sweep_report.render(*hostile_sweep())
    page, plain = Page(html), Page(rendered(THREE, ("shared", "consulted", "top-down")))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements}
    assert len(page.scripts) == len(plain.scripts)
    for _, attributes in page.elements:
        assert not any(name.startswith("on") for name in attributes)
    for name in NAMES[:3]:
        assert name in page.text
    ours = without_plotly(html)
    assert "<script>alert" not in ours and "onerror=alert(1)>" not in ours and "\u202e" not in ours


def test_names_in_figures_carry_no_markup():
    markup = re.compile(r"<(?!/?b>|br>|/?span)|%\{")
    texts = []

    def collect(part):
        if isinstance(part, dict):
            assert not {"hovertemplate", "texttemplate"} & part.keys()
            for value in part.values():
                collect(value)
        elif isinstance(part, list):
            for value in part:
                collect(value)
        elif isinstance(part, str):
            texts.append(part)

    for shapes in Page(sweep_report.render(*hostile_sweep())).figures().values():
        collect(shapes)
    assert any("&lt;script&gt;" in text for text in texts)
    assert not any(markup.search(text) or "<b>bold" in text for text in texts)


def test_one_replication_has_no_intervals_and_says_so():
    html = rendered(swept.KEYS, replications=1)
    page = Page(html)
    assert "it may be chance" in page.text and "No intervals" in html and "±" not in page.text
    assert not any(
        trace["name"] == "95 % interval" for trace in page.figures()["effects"]["wide"][0]["data"]
    )
    hatch = [
        t for t in page.figures()["break-even-map"]["wide"][0]["data"] if t["name"] == "unclear"
    ]
    assert hatch and not any(trace["x"] for trace in hatch)


def test_nothing_decided_leaves_a_page_that_says_so():
    runs = swept.runs(swept.grid(swept.KEYS), replications=2)
    runs[["quality", "value", "delay", "progress"]] = np.nan
    for left in (runs, runs.iloc[:0]):
        page = Page(sweep_report.render(left, swept.manifest(list(swept.KEYS))))
        assert "Nothing was decided" in page.text and "nan" not in page.text.lower()


def test_several_scenarios_are_refused():
    runs = swept.runs(swept.grid(swept.KEYS), replications=1)
    runs.loc[0, "scenario"] = "other"
    with pytest.raises(ValueError, match="one scenario"):
        sweep_report.render(runs, swept.manifest(list(swept.KEYS)))


@pytest.mark.slow
@pytest.mark.parametrize("design", ["grid", "lhs"])
def test_a_large_sweep_fits_the_page(tmp_path, design):
    names = tuple(f"policy number {number}" for number in range(8))
    random = np.random.default_rng(1)
    limits = [f"{hours}h" for hours in range(1, 31)]
    keys = {"power.sharing": np.linspace(0, 1, 30), "consensus.limit": limits, "c.d": [1, 2, 3, 4]}
    points = swept.grid(keys)
    if design == "lhs":
        points = [dict(zip(keys, map(float, row), strict=True)) for row in random.random((3000, 3))]
    runs = swept.runs(points, names[:1], 2)
    many = [
        runs.assign(variant=name, value=runs["value"] + 0.01 * place)
        for place, name in enumerate(names)
    ]
    runs = pd.concat(many, ignore_index=True)
    path = sweep_report.write_sweep_report(
        runs, swept.manifest(list(keys), names, design=design), tmp_path / "s.html"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["s.html"] and len(runs) > 45_000
    assert path.stat().st_size < 4_000_000
