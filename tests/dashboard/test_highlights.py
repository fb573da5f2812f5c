"""Beyond six policies some are highlighted, and the others are grey."""

from __future__ import annotations

import pytest

from sim.comparison.best import ranking
from sim.comparison.questions import pair
from sim.dashboard import figures, theme
from sim.dashboard._policies import Policy, highlighted
from sim.dashboard._sweep_data import SweepData
from sim.dashboard.drawing.patches import patched
from sim.dashboard.drawing.placing import Box, NamedMark, covered, free_offsets, name_box
from sim.dashboard.estimates import RunData
from sim.dashboard.figures import registry
from sim.errors import UsageError
from sim.results import RUN, RunResult
from tests.dashboard import swept, synthetic

MANY = synthetic.ALL_ENDINGS
HIGHLIGHTING = [
    "trade-off",
    "trade-off-by-kind",
    "urgency",
    "course",
    "costs",
    "differences",
    "decisions",
]


@pytest.fixture(scope="module")
def reading():
    tables = synthetic.tables(MANY, replications=12, issues=60)
    return RunData(tables, synthetic.manifest(MANY))


def lit(some):
    return [policy.variant for policy in some.policies if policy.lit]


def test_up_to_six_policies_all_have_a_colour_and_there_is_nothing_to_pick():
    assert len(synthetic.VARIANTS) == theme.MOST_COLOURS < len(MANY)
    few = RunData(synthetic.tables(replications=4, issues=40), synthetic.manifest())
    assert lit(few) == list(synthetic.VARIANTS) and few.highlights == []


def test_at_first_those_of_the_answer_and_the_best_are_highlighted(reading):
    two = pair(reading.tables, reading.manifest)
    best = ranking(reading.runs, "value").first
    assert set(lit(reading)) == {*two[:2], best}
    grey = [policy for policy in reading.policies if not policy.lit]
    assert {policy.colour for policy in grey} == {theme.GREYED} and len(grey) >= len(MANY) - 3


def test_every_other_policy_can_be_highlighted_beside_the_base(reading):
    words, views = zip(*reading.highlights, strict=True)
    assert words[1:] == MANY[1:] and views[0] is reading
    assert [lit(view) for view in views[1:]] == [[MANY[0], other] for other in MANY[1:]]
    # What was worked out of the tables is not worked out again.
    assert {id(view.kind_estimates) for view in views} == {id(reading.kind_estimates)}


def test_no_two_that_are_highlighted_share_a_colour():
    one, two = (Policy(name, name, "#0072B2", "circle", False) for name in "ab")
    shown = highlighted([one, two], ["a", "b"])
    assert shown[0].colour == one.colour != shown[1].colour in theme.PALETTE
    assert shown == [one, two], "policies are equal whatever they look like"


@pytest.mark.parametrize("name", HIGHLIGHTING)
def test_the_page_makes_every_highlight_of_the_first(reading, name):
    figure = registry.find(name)
    shapes = figure.shapes(reading)
    found = figure.otherwise(reading, shapes)
    assert list(found.words) == [words for words, _ in reading.highlights]
    view = reading.highlights[2][1]
    for shape, specs in shapes.items():
        for choice, spec in enumerate(specs):
            made = patched(spec, found.changes[shape][choice][1])
            whole = figure.draw(view, shape == "narrow", choice)
            assert made["layout"] == whole["layout"]
            set_ = [{k: v for k, v in t.items() if v is not None} for t in made["data"]]
            assert set_ == [{k: v for k, v in t.items() if v is not None} for t in whole["data"]]


def test_only_those_highlighted_have_bands_rings_and_a_name_in_the_legend(reading):
    for name in ("urgency", "course"):
        spec = figures.draw(name, reading)
        panels = {trace["yaxis"] for trace in spec["data"]}
        bands = [trace for trace in spec["data"] if trace.get("fill") == "toself"]
        assert len(bands) == len(panels) * len(lit(reading))
        named = [trace["name"] for trace in spec["data"] if trace.get("showlegend")]
        assert named == [*lit(reading), "other policies"]


def test_in_rows_what_is_clear_stays_dark_and_what_is_not_is_hollow(reading):
    spec = figures.draw("differences", reading)
    grey = {policy.variant for policy in reading.policies if not policy.lit}
    looks = set()
    for trace in spec["data"]:
        if trace["name"] in grey and trace["mode"] == "markers":
            marker = trace["marker"]
            looks.add((marker["color"], marker["line"]["color"]))
    assert looks == {(theme.SOFT, "#ffffff"), ("#ffffff", theme.UNCLEAR)}


def test_a_grey_mark_is_named_only_where_its_name_covers_nothing():
    area = Box(0, 0, 400, 200)
    alone = NamedMark(60, 40, 5, 5, "alone")
    crowd = [NamedMark(250 + 3 * i, 150, 5, 5, f"crowded {i}") for i in range(8)]
    marks = [alone, *crowd]
    offsets = free_offsets(marks, area, covered(marks))
    boxes = [name_box(m, *at) for m, at in zip(marks, offsets, strict=True) if at is not None]
    assert offsets[0] is not None and None in offsets
    busy = covered(marks)
    assert not any(box.overlap(other) for box in boxes for other in busy)
    assert not any(a.overlap(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_sweep_of_many_policies_highlights_its_reference_and_the_best():
    policies = tuple("abcdefgh")
    points = swept.grid({"power.sharing": [0.0, 0.5, 1.0]})
    sweep = SweepData(swept.runs(points, policies, 4), swept.manifest(points[0], policies))
    best = sweep.runs.groupby("variant")["value"].mean().drop("h").idxmax()
    assert set(lit(sweep)) == {"h", best} and sweep.against.lit
    assert [lit(view) for _, view in sweep.highlights[1:]] == [[p, "h"] for p in policies[:-1]]
    for name in ("lines", "break-even-line", "pareto", "precision"):
        figure = registry.find(name)
        assert figure.otherwise(sweep, figure.shapes(sweep)).words[0] == sweep.highlights[0][0]
        spec = figure.draw(sweep, False, 0)
        named = [trace["name"] for trace in spec["data"] if trace.get("showlegend")]
        assert named[-1] == "other policies" and len(named) <= 3
        bands = {trace["name"] for trace in spec["data"] if trace.get("fill") == "toself"}
        assert len(bands) <= len(lit(sweep))


def test_a_figure_alone_highlights_the_policy_asked_for(reading):
    result = RunResult(reading.tables, {**reading.manifest, "kind": RUN})
    drawn = figures.of(result, "urgency", variant="cascade")
    named = [trace.name for trace in drawn.data if trace.showlegend]
    assert named == [MANY[0], "cascade", "other policies"]
    with pytest.raises(UsageError, match="did you mean 'cascade'"):
        figures.of(result, "urgency", variant="cascad")
    result.manifest["labels"] = {"cascade": "From the top"}
    again = figures.of(result, "urgency", variant="cascade")
    assert "From the top" in [trace.name for trace in again.data if trace.showlegend][1]
