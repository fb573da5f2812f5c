"""What the figures draw is what the tables say."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from sim.comparison import compare
from sim.dashboard import figures, theme
from sim.dashboard.drawing.equal_value import equal_value, value_lines
from sim.dashboard.drawing.placing import Box, NamedMark, label_offsets
from sim.dashboard.estimates import (
    KindSummary,
    MeanEstimate,
    RunData,
    difference_text,
    discount,
    interval_text,
)
from sim.dashboard.figures import registry
from sim.dashboard.figures.run import endings
from sim.measures import COSTS, DELAY_PARTS, DIFFERENCES, MEASURES, shown_in
from sim.outcome import CLOSED_BY
from sim.tables.columns import TABLES
from tests.dashboard import replayed, synthetic

SHOWN = [
    name
    for name in figures.FIGURES
    if name not in synthetic.NEED_MORE | synthetic.SEARCHED | synthetic.SLIDES
]
MANIFEST = synthetic.manifest()


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=10, issues=80)


def marks(figure):
    """The marks of a figure by (x axis, name)."""
    return {
        (t.xaxis, t.name): t for t in figure.data if t.type == "scatter" and t.mode == "markers"
    }


def test_the_made_up_tables_have_the_columns_of_real_ones(tables):
    for name in ("runs", "decisions"):
        assert list(tables[name].columns) == [column.name for column in TABLES[name]]
    parts = tables["decisions"][list(DELAY_PARTS)].sum(axis=1)
    assert np.allclose(parts, tables["decisions"]["delay"])


def test_where_hours_have_a_price_figures_show_net_value(tables):
    free, dear = RunData(tables, MANIFEST), RunData(tables, synthetic.priced(MANIFEST))
    assert (free.worth, dear.worth) == ("value", "net_value")
    assert figures.choices("trade-off", dear)[1] == "Net value against delay"
    drawn = figures.draw("urgency", dear)
    assert drawn["layout"]["yaxis"]["title"]["text"] == "Mean net value a decision, in stakes"
    for name, title in (("trade-off", "Mean net value"), ("trade-off-by-kind", "Mean quality")):
        figure = figures.draw(name, dear, choice=len(figures.choices(name, dear)[1:]))
        assert figure["layout"]["yaxis"]["title"]["text"].startswith(title)
    for name in ("trade-off", "trade-off-by-kind", "differences", "urgency"):
        text = "net value"
        said = [str(registry.find(name).finding(reading)).lower() for reading in (free, dear)]
        assert text not in said[0] and text in said[1], name
    places = {trace["name"]: trace["y"] for trace in drawn["data"] if len(trace["y"]) > 5}
    for policy in dear.policies:
        middle = places[policy.name][len(places[policy.name]) // 2]
        assert middle == pytest.approx(dear.get(policy, "net_value").mean, abs=1e-3)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", SHOWN)
def test_every_figure_is_valid_plotly_with_the_one_template(tables, name, narrow):
    watched = replayed.replayed(tables) if name == "stream" else tables
    figure = figures.FIGURES[name](watched, MANIFEST, narrow=narrow)
    assert isinstance(figure, go.Figure) and figure.data
    assert figure.layout.template == go.layout.Template(theme.TEMPLATE)
    assert figure.layout.height < 3000


@pytest.mark.parametrize("name", [name for name in SHOWN if name != "stream"])
def test_wide_and_narrow_show_the_same_numbers(tables, name):
    def numbers(narrow):
        drawn = [
            t
            for t in figures.draw(name, RunData(tables, MANIFEST), narrow)["data"]
            if t["name"] in shown
        ]
        return [(t["name"], t["x"], t["y"]) for t in drawn]

    shown = {
        *synthetic.VARIANTS,
        *(MEASURES[part].title for part in DELAY_PARTS),
        "lapsed",
        "agreement",
        "shared less top-down",
    }
    assert numbers(False) and numbers(False) == numbers(True)


def test_quality_against_delay_marks_the_means_and_their_intervals(tables):
    drawn = marks(figures.trade_off(tables, MANIFEST))
    said = compare(tables["runs"], metrics=["quality", "delay"]).set_index(["variant", "metric"])
    assert {name for _, name in drawn} == set(synthetic.VARIANTS)
    for variant in synthetic.VARIANTS:
        trace = drawn["x", variant]
        runs = tables["runs"][tables["runs"]["variant"] == variant]
        assert trace.x[0] == pytest.approx(runs["delay"].mean(), rel=1e-12)
        assert trace.y[0] == pytest.approx(runs["quality"].mean(), rel=1e-12)
        for bar, metric in ((trace.error_x, "delay"), (trace.error_y, "quality")):
            row = said.loc[(variant, metric)]
            assert bar.array[0] == pytest.approx(row["high"] - row["mean"], rel=1e-9)
            assert bar.arrayminus[0] == pytest.approx(row["mean"] - row["low"], rel=1e-9)


def test_quality_against_delay_kind_by_kind(tables):
    drawn = marks(figures.trade_off_by_kind(tables, MANIFEST))
    decisions = tables["decisions"]
    order = [kind.name for kind in RunData(tables, MANIFEST).kinds]
    assert sorted(order) == sorted(synthetic.KINDS)
    for axis, kind in zip(("x", "x2"), order, strict=True):
        for variant in synthetic.VARIANTS:
            chosen = decisions[(decisions["variant"] == variant) & (decisions["kind"] == kind)]
            means = chosen.groupby("replication")[["quality", "delay"]].mean()
            assert drawn[axis, variant].x[0] == pytest.approx(means["delay"].mean())
            assert drawn[axis, variant].y[0] == pytest.approx(means["quality"].mean())


def test_lines_of_equal_value_hold_their_value_under_the_stated_assumptions(tables):
    figure = figures.trade_off(tables, MANIFEST)
    (lines,) = [t for t in figure.data if t.name == "equal value"]
    (ends,) = [t for t in figure.data if t.name == "equal value, how much"]
    assert 4 <= len(ends.text) <= 10
    counts = tables["decisions"]["kind"].value_counts()
    weights = {"operational": counts["operational"] * 1.0, "strategic": counts["strategic"] * 8.0}
    total = sum(weights.values())
    commitment = tables["runs"].groupby("variant")["commitment"].mean().mean()
    values, seen = iter(ends.text), []
    for delay, quality in zip(lines.x, lines.y, strict=True):
        if delay is None:
            assert seen == pytest.approx([float(next(values))] * len(seen), rel=1e-9)
            seen = []
        else:
            kept = (
                weights["operational"] * 2 ** (-delay / 5)
                + weights["strategic"] * 2 ** (-delay / 63)
            ) / total
            seen.append(quality * commitment * kept)
    assert not seen and next(values, None) is None


def test_the_ceiling_is_drawn_where_it_is(tables):
    (line,) = [t for t in figures.trade_off(tables, MANIFEST).data if t.name == "ceiling"]
    assert line.y == pytest.approx([tables["decisions"]["ceiling"].mean()] * 2)


def test_policies_with_different_ceilings_each_get_their_line(tables):
    runs = tables["runs"].copy()
    runs.loc[runs["variant"] == "cascade", "ceiling"] -= 0.2
    figure = figures.trade_off({**tables, "runs": runs}, MANIFEST)
    assert len({line.y[0] for line in figure.data if line.name == "ceiling"}) == 2


def test_the_parts_of_the_delay_stack_up_to_the_delay(tables):
    figure = figures.time_breakdown(tables, MANIFEST)
    bars = [t for t in figure.data if t.type == "bar"]
    assert [bar.name for bar in bars] == [MEASURES[part].title for part in DELAY_PARTS]
    means = tables["runs"].groupby("variant", sort=False)[[*DELAY_PARTS, "delay"]].mean()
    for bar, part in zip(bars, DELAY_PARTS, strict=True):
        assert bar.x == pytest.approx(list(means[part]))
    assert np.sum([bar.x for bar in bars], axis=0) == pytest.approx(list(means["delay"]))
    (ends,) = [t for t in figure.data if t.name == "mean delay"]
    assert ends.x == pytest.approx(list(means["delay"]))
    assert ends.text[0].strip().startswith(f"{means['delay'].iloc[0]:.2f} days ± ")


def test_costs_are_the_means_of_the_runs(tables):
    drawn = marks(figures.costs(tables, MANIFEST))
    for axis, metric in zip(("x", "x2", "x3", "x4"), shown_in(COSTS), strict=True):
        for variant, mean in tables["runs"].groupby("variant")[metric].mean().items():
            assert drawn[axis, variant].x[0] == pytest.approx(mean)


def test_regions_never_leave_what_is_possible():
    tables = synthetic.tables(("shared", "top-down"), 4, 30)
    runs = tables["runs"]
    runs["quality"] = 1.0 - 0.01 * (runs["replication"] % 3)
    runs["delay"] = 0.02 * (1 + runs["replication"] % 2)
    drawn = figures.trade_off(tables, synthetic.manifest(("shared", "top-down")))
    regions = [trace for trace in drawn.data if trace.name == "95 % region"]
    assert regions and all(max(r.y) <= 1 and min(r.x) >= 0 for r in regions)
    assert any(max(r.y) == 1 or min(r.x) == 0 for r in regions)  # else this test shows nothing


def test_differences_are_paired_and_hollow_unless_clear(tables):
    drawn = marks(figures.differences(tables, MANIFEST))
    said = compare(tables["runs"], metrics=shown_in(DIFFERENCES)).set_index(["variant", "metric"])
    assert {name for _, name in drawn} == set(synthetic.VARIANTS[1:])
    hollow = set()
    for number, metric in enumerate(shown_in(DIFFERENCES), start=1):
        wide = tables["runs"].pivot(index="replication", columns="variant", values=metric)
        for variant in synthetic.VARIANTS[1:]:
            trace, row = (
                drawn["x" if number == 1 else f"x{number}", variant],
                said.loc[(variant, metric)],
            )
            assert trace.x[0] == pytest.approx(
                (wide[variant] - wide["shared"]).mean(), rel=1e-9, abs=1e-12
            )
            assert trace.error_x.array[0] == pytest.approx(
                row["difference_high"] - row["difference"]
            )
            assert trace.error_x.arrayminus[0] == pytest.approx(
                row["difference"] - row["difference_low"]
            )
            clear = row["difference_low"] > 0 or row["difference_high"] < 0
            assert (trace.marker.color == "#ffffff") == (not clear)
            assert (trace.error_x.color == theme.UNCLEAR) == (not clear)
            hollow.add(not clear)
    assert hollow == {True, False}  # else this test shows nothing


def test_differences_go_to_the_policy_asked_for(tables):
    drawn = marks(figures.differences(tables, {**MANIFEST, "against": "top-down"}))
    wide = tables["runs"].pivot(index="replication", columns="variant", values="quality")
    assert ("x", "top-down") not in drawn
    assert drawn["x", "shared"].x[0] == pytest.approx((wide["shared"] - wide["top-down"]).mean())


def test_endings_are_shares_of_the_issues(tables):
    figure = figures.endings(tables, MANIFEST)
    bars = [t for t in figure.data if t.type == "bar"]
    assert np.sum([bar.x for bar in bars], axis=0) == pytest.approx([100] * 6)
    runs = tables["runs"].groupby("variant", sort=False)[["lapsed", "issues"]].sum()
    (lapsed,) = [bar for bar in bars if bar.name == "lapsed"]
    assert lapsed.x == pytest.approx(list(100 * runs["lapsed"] / runs["issues"]))
    assert set(theme.CLOSED_COLOURS) == set(CLOSED_BY)
    assert list(theme.CLOSED_TITLES) == list(theme.CLOSED_COLOURS)


def test_only_endings_that_occur_stand_in_the_legend(tables):
    def shown(result, manifest):
        return [t.name for t in figures.endings(result, manifest).data if t.type == "bar"]

    assert shown(tables, MANIFEST) == ["one voice", "agreement", "fallback: authority", "lapsed"]
    every = synthetic.tables(synthetic.ALL_ENDINGS, 8, 80)
    assert shown(every, synthetic.manifest(synthetic.ALL_ENDINGS)) == list(
        theme.CLOSED_TITLES.values()
    )
    decided = tables["decisions"][tables["decisions"]["decider"] != ""]
    assert "lapsed" not in shown({**tables, "decisions": decided}, MANIFEST)


def test_the_share_at_the_end_counts_whatever_nobody_decided():
    every = synthetic.tables(synthetic.ALL_ENDINGS, 8, 80)
    (ends,) = [
        t
        for t in figures.endings(every, synthetic.manifest(synthetic.ALL_ENDINGS)).data
        if t.name == "undecided share"
    ]
    decisions = every["decisions"][every["decisions"]["variant"] == "hierarchy"]
    undecided = (decisions["decider"] == "").mean()
    assert (
        0 < undecided < (decisions["closed_by"] == "rejected").mean()
    )  # some had a status quo to stay with
    assert (
        ends.text[synthetic.ALL_ENDINGS.index("hierarchy")]
        .strip()
        .startswith(f"{100 * undecided:.1f} ±")
    )


# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
SIGHT = {
    "usual": np.eye(3),
    "protan": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deutan": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "tritan": np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
}


def lab(colour, sight):
    """CIELAB of a hex colour as somebody with that sight sees it."""
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    seen = np.clip(SIGHT[sight] @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = np.cbrt(np.maximum(to_xyz @ seen / (0.9505, 1.0, 1.089), 0.008856))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_endings_differ_by_pattern_or_clearly_by_colour(sight):
    looks = {way: theme.CLOSED_PATTERNS.get(way, {}).get("shape", "") for way in CLOSED_BY}
    for one, other in itertools.combinations(CLOSED_BY, 2):
        if looks[one] == looks[other]:
            colours = (theme.CLOSED_COLOURS[one], theme.CLOSED_COLOURS[other])
            assert np.linalg.norm(np.subtract(*(lab(c, sight) for c in colours))) > 20, (one, other)


def test_the_table_of_endings_has_a_column_for_each_that_occurs(tables):
    said = endings.table(RunData(tables, MANIFEST))
    assert "dropped" not in said and said.count('scope="col"') == 1 + 4 + 1
    every = synthetic.tables(synthetic.ALL_ENDINGS, 8, 80)
    reading = RunData(every, synthetic.manifest(synthetic.ALL_ENDINGS))
    assert endings.table(reading).count('scope="col"') == 1 + 9 + 1
    row = endings.table(reading).split("hierarchy")[1].split("</tr>")[0]
    numbers = [int(cell.replace(",", "")) for cell in re.findall("<td>([^<]*)</td>", row)]
    assert sum(numbers[:-1]) == numbers[-1] == 640
    assert numbers[reading.ways.index("rejected")] == reading.endings["hierarchy"]["rejected"]


def test_a_policy_keeps_its_colour_and_mark_everywhere(tables):
    seen = {}
    for figure in (figures.trade_off, figures.trade_off_by_kind, figures.costs):
        for (_, name), trace in marks(figure(tables, MANIFEST)).items():
            seen.setdefault(name, set()).add((trace.marker.color, trace.marker.symbol))
    assert all(len(looks) == 1 for looks in seen.values())
    assert len(set.union(*seen.values())) == len(synthetic.VARIANTS)
    few = {
        name: table[table["variant"].isin(["cascade", "delegated"])]
        for name, table in tables.items()
    }
    for (_, name), trace in marks(figures.costs(few, MANIFEST)).items():
        assert (trace.marker.color, trace.marker.symbol) in seen[name]


def test_fifty_policies_look_different():
    assert len({(theme.colour(i), theme.symbol(i)) for i in range(50)}) == 50


def test_tables_of_two_scenarios_are_refused(tables):
    runs = tables["runs"].copy()
    runs.loc[0, "scenario"] = "another"
    with pytest.raises(ValueError, match="one scenario"):
        figures.costs({**tables, "runs": runs}, MANIFEST)


def test_discount_halves_with_each_half_life_and_averages_over_kinds():
    fast, slow = KindSummary("a", 5.0, 1.0, 0.25), KindSummary("b", 10.0, 1.0, 0.75)
    assert discount([fast], 10) == pytest.approx(0.25)
    assert discount([fast, slow], 10) == pytest.approx(0.25 * 0.25 + 0.75 * 0.5)
    assert equal_value([fast], 0.8, 0.2, 5) == pytest.approx(0.2 / (0.8 * 0.5))


def test_value_lines_end_at_the_edge_and_not_beyond_it_by_rounding():
    """start + (end - start) need not be end; a label beyond the axis is not drawn."""
    for right in np.linspace(10, 16, 400).tolist():
        for line in value_lines(
            [KindSummary("a", 5.0, 1.0, 1.0)], 0.7, (0.0, right), (0.2, 0.9), 320, 350
        ):
            assert line.points[-1][0] <= right


@pytest.mark.parametrize("half_life", [0.05, 5.0, 1e6])
@pytest.mark.parametrize("y", [(0.3, 0.9), (-0.4, 0.2), (0.0, 1e-3)])
def test_value_lines_stay_inside_the_plot_and_apart(half_life, y):
    lines = value_lines([KindSummary("a", half_life, 1.0, 1.0)], 0.7, (0.0, 12.0), y, 700, 400)
    assert lines
    for line in lines:
        assert all(0 <= x <= 12 and y[0] <= q <= y[1] for x, q in line.points)
        assert line.value > 0
    assert len({line.value for line in lines}) == len(lines)


def test_no_value_lines_where_nothing_shown_is_worth_anything():
    kind = [KindSummary("a", 5.0, 1.0, 1.0)]
    assert value_lines(kind, 0.7, (0, 5), (-0.5, -0.1), 700, 400) == []
    assert value_lines(kind, math.nan, (0, 5), (0, 1), 700, 400) == []
    assert value_lines([], 0.7, (0, 5), (0, 1), 700, 400) == []


def test_names_cover_neither_one_another_nor_the_marks():
    crowd = [NamedMark(200 + 18 * k, 150 + 14 * (k % 3), 5, 5, f"policy-{k}") for k in range(7)]
    offsets = label_offsets(crowd, Box(0, 0, 700, 400))
    boxes = []
    for mark, (dx, dy) in zip(crowd, offsets, strict=True):
        half = theme.text_width(mark.name, 13) / 2
        boxes.append(Box(mark.x + dx - half, mark.y + dy - 8, mark.x + dx + half, mark.y + dy + 8))
    for i, box in enumerate(boxes):
        assert not any(box.overlap(other) for other in boxes[:i])
        assert not any(box.overlap(Box(m.x - 7, m.y - 7, m.x + 7, m.y + 7)) for m in crowd)


def test_names_are_neutral_in_plotly_text():
    assert theme.label("<b>a</b> & %{x}", 40) == "&lt;b&gt;a&lt;/b&gt; &amp; &#37;{x}"
    assert theme.clean("a\u202eb\nc\x00\ud800") == "a\ufffdb c\ufffd\ufffd"
    assert theme.clip("x" * 100, 10) == "x" * 9 + "…" and theme.clip("short", 10) == "short"
    assert theme.text_width(theme.clip("長" * 100, 20), 10) <= theme.text_width("x" * 20, 10)


def test_numbers_read_well():
    assert theme.number(-1234.5, 1) == "−1,234.5" and theme.number(0.25, 2, signed=True) == "+0.25"
    assert theme.number(-0.0001) == "0.00" and theme.number(math.nan) == "–"


def test_texts_of_numbers_go_from_low_to_high():
    estimate = MeanEstimate(0.5, 0.4, 0.7, -0.1, -0.2, 0.1)
    assert interval_text(MEASURES["quality"], estimate) == "0.500 (0.400 to 0.700)"
    assert difference_text(MEASURES["quality"], estimate) == (
        f"{theme.number(-0.1, 3, signed=True)} ({theme.number(-0.2, 3, signed=True)} to +0.100)"
    )


def test_the_table_of_decisions_calls_alternatives_as_the_stories_do():
    """Letters; where the first is the status quo, that; nothing where nothing was chosen."""
    kinds = {
        "offer": {**synthetic.KINDS["operational"], "share": 0.5},
        "route": {**synthetic.KINDS["operational"], "share": 0.5},
    }
    tables = synthetic.tables(("one",), replications=1, issues=40, kinds=kinds)
    manifest = synthetic.manifest(("one",), kinds=kinds)
    manifest["policies"]["one"]["issues"]["offer"]["type"] = "approve"
    rows = tables["decisions"]
    tables["decisions"] = rows.assign(chosen=[-1, 0, 1, 2] * 10, best=1)
    data = registry.find("decisions").data(RunData(tables, manifest))
    place = {column.name: at for at, column in enumerate(data.columns)}
    said = {
        (row[place["kind"]], int(chosen), row[place["chosen"]])
        for row, chosen in zip(data.rows, tables["decisions"]["chosen"], strict=True)
    }
    named = {"offer": ("The status quo", "The proposal", "B"), "route": ("A", "B", "C")}
    assert said <= {(kind, -1, None) for kind in named} | {
        (kind, at, name) for kind, names in named.items() for at, name in enumerate(names)
    }
    assert len({kind for kind, *_ in said}) == 2
    every = {(row[place["kind"]], row[place["best"]]) for row in data.rows}
    assert every == {("offer", "The proposal"), ("route", "B")}
