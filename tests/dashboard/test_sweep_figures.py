"""What the figures of a sweep draw is what the runs say."""

from __future__ import annotations

import itertools

import numpy as np
import plotly.graph_objects as go
import pytest

from sim.comparison import compare, interval
from sim.dashboard import theme
from sim.dashboard._sweep_data import GAP, SweepData, best
from sim.dashboard.figures import registry
from sim.dashboard.figures.sweep import break_even_map, maps, pareto, precision
from sim.dashboard.figures.sweep._marking import boundary, hatching
from sim.dashboard.figures.sweep.parallel import SHADES
from sim.dashboard.figures.sweep.pareto import front, settings
from sim.measures import MEASURES
from sim.results import SWEEP
from tests.dashboard import swept

SWEEP_FIGURES = [figure.name for figure in registry.PAGES[SWEEP].figures]
THREE = {**swept.KEYS, "issues.operational.half_life": ["2d", "4w"]}


def made(keys=swept.KEYS, policies=swept.POLICIES, replications=6, **more):
    return SweepData(
        swept.runs(swept.grid(keys), policies, replications),
        swept.manifest(list(keys), policies, **more),
    )


def choices(name, sweep):
    """What a figure can show; one entry where it shows one thing."""
    return list(registry.find(name).choices(sweep)) or [""]


def draw(name, sweep, narrow=False, choice=0):
    return registry.find(name).draw(sweep, narrow, choice)


@pytest.fixture(scope="module")
def plane():
    return made()


def traces(spec, kind, panel=1):
    axis = "x" if panel == 1 else f"x{panel}"
    return [trace for trace in spec["data"] if trace["type"] == kind and trace["xaxis"] == axis]


def numbers(rows):
    return np.array([[np.nan if number is None else number for number in row] for row in rows])


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", SWEEP_FIGURES)
def test_every_figure_is_valid_plotly_with_the_one_template(plane, name, narrow):
    for choice in range(len(choices(name, plane))):
        figure = go.Figure(draw(name, plane, narrow, choice))
        assert isinstance(figure, go.Figure) and figure.data
        assert figure.layout.template.layout.font.family == theme.FONT


def test_the_cells_of_a_map_are_the_means_of_their_runs(plane):
    spec = draw("maps", plane)
    assert [note["text"].split("</b>")[0] for note in spec["layout"]["annotations"]] == [
        f"<b>{title}" for title in ("Value", "Decision quality", "Delay", "Progress")
    ]
    shared = plane.runs[plane.runs["variant"] == "shared"]
    for panel, metric in enumerate(("value", "quality", "delay", "progress"), start=1):
        (cells,) = traces(spec, "heatmap", panel)
        means = shared.pivot_table(index="consensus.limit", columns="power.sharing", values=metric)
        assert numbers(cells["z"]) == pytest.approx(means.loc[swept.LIMITS].to_numpy(), rel=1e-5)
    assert len(cells["x"]) == 12 and cells["y"] == [0, 2, 6.5, 15.5, 26.5]
    other = draw("maps", plane, choice=1)
    top = plane.runs[plane.runs["variant"] == "top-down"]["value"].mean()
    assert numbers(traces(other, "heatmap")[0]["z"]).mean() == pytest.approx(top, rel=1e-4)
    assert not traces(other, "contour")  # nothing to compare the policy with itself


def test_the_break_even_line_and_the_hatching_are_those_of_the_paired_differences(plane):
    spec = draw("break-even-map", plane)
    (cells,), lines = traces(spec, "heatmap"), traces(spec, "contour")
    assert len(lines) == 1 and all(
        line["contours"]["start"] == line["contours"]["end"] == 0 for line in lines
    )
    hatch = next(trace for trace in spec["data"] if trace["name"] == "unclear")
    covered = {
        (
            int(np.searchsorted(cells["y"], (y0 + y1) / 2)) - 1,
            int(np.searchsorted(cells["x"], (x0 + x1) / 2)) - 1,
        )
        for x0, x1, y0, y1 in zip(
            hatch["x"][::3], hatch["x"][1::3], hatch["y"][::3], hatch["y"][1::3], strict=True
        )
    }
    expected = set()
    for (row, limit), (column, sharing) in itertools.product(
        enumerate(swept.LIMITS), enumerate(swept.SHARING)
    ):
        runs = plane.runs[
            (plane.runs["consensus.limit"] == limit) & (plane.runs["power.sharing"] == sharing)
        ]
        compared = compare(runs, ["value"], "top-down").set_index("variant").loc["shared"]
        assert cells["z"][row][column] == pytest.approx(compared["difference"], rel=1e-4)
        assert lines[0]["z"][row][column] == cells["z"][row][column]
        if compared["difference_low"] <= 0 <= compared["difference_high"]:
            expected.add((row, column))
    assert covered == expected and 0 < len(expected) < 44
    more, less = (sum(bool(sign * low > 0) for low in ends) for sign, ends in _gap_ends(plane))
    text = break_even_map.finding(plane)
    assert f"shared is worth more than top-down at {more} of 44 settings, less at {less}" in text


def _gap_ends(sweep):
    gaps = sweep.estimates(GAP, sweep.policies[0])
    return [(1, gaps[:, 1]), (-1, gaps[:, 2])]


def test_hatching_stays_inside_its_cells_and_runs_on():
    chosen = np.array([[True, False, True], [True, True, False]])
    x, y = hatching([0, 1, 3, 4], [0, 10, 30], chosen)
    for u, v in ((x[i : i + 2], y[i : i + 2]) for i in range(0, len(x), 3)):
        column, row = (
            np.searchsorted([0, 1, 3, 4], np.mean(u)) - 1,
            np.searchsorted([0, 10, 30], np.mean(v)) - 1,
        )
        assert chosen[row, column]
        assert [0, 1, 3][column] <= min(u) <= max(u) <= [1, 3, 4][column]
        assert [0, 10][row] <= min(v) <= max(v) <= [10, 30][row]
    assert x.count(None) == len(x) / 3 > 20
    many, _ = hatching(range(31), range(31), np.ones((30, 30), dtype=bool))
    assert many.count(None) == 900


def test_between_words_the_border_takes_the_place_of_a_line():
    keys = {"power.rule": ["shared", "autocratic", "delegated"], "power.sharing": [0.0, 0.5, 1.0]}
    spec = draw("break-even-map", made(keys))
    assert not traces(spec, "contour")
    values = numbers(traces(spec, "heatmap")[0]["z"])
    (line,) = [trace for trace in spec["data"] if trace["name"] == "break-even"]
    above = values > 0
    crossings = (above[:, 1:] != above[:, :-1]).sum() + (above[1:] != above[:-1]).sum()
    assert len(line["x"]) == 3 * crossings > 0
    assert boundary([0, 1, 2], [0, 1], np.array([[1.0, -1.0]])) == ([1, 1, None], [0, 1, None])
    assert boundary([0, 1, 2], [0, 1], np.array([[1.0, np.nan]])) == ([], [])


def test_points_that_did_not_run_and_what_has_no_value_stay_empty():
    sweep = made(replications=3)
    runs = sweep.runs[~sweep.runs["point"].isin([0, 7])].copy()
    runs.loc[runs["point"] == 9, ["quality", "value", "delay"]] = np.nan
    holed = SweepData(runs, sweep.manifest)
    values = numbers(traces(draw("maps", holed), "heatmap")[0]["z"])
    missing = {(0, 0), (3, 1), (1, 2)}  # points 0, 7 and 9: the last key varies first
    assert {tuple(map(int, place)) for place in np.argwhere(np.isnan(values))} == missing
    assert np.isfinite(holed.estimates("progress", holed.policies[0])[[7]]).all()
    runs[["quality", "value", "delay"]] = np.nan
    nothing = SweepData(runs, sweep.manifest)
    assert [metric.name for metric in nothing.metrics] == ["progress"]
    for name in SWEEP_FIGURES:
        for choice in range(len(choices(name, nothing))):
            go.Figure(draw(name, nothing, choice=choice))


def test_a_third_key_and_the_policies_are_picked_between():
    sweep = made(THREE, ("shared", "consulted", "top-down"), 3)
    offered = choices("maps", sweep)
    assert len(offered) == 6 and offered[1] == "shared, half-life (operational) 4w"
    assert choices("break-even-map", sweep) == offered[:4]
    runs = sweep.runs
    part = runs[(runs["variant"] == "shared") & (runs["issues.operational.half_life"] == "4w")]
    values = numbers(traces(draw("maps", sweep, choice=1), "heatmap")[0]["z"])
    assert values == pytest.approx(
        part.pivot_table(index="consensus.limit", columns="power.sharing", values="value")
        .loc[swept.LIMITS]
        .to_numpy(),
        rel=1e-5,
    )
    ranges = {
        draw("maps", sweep, choice=choice)["layout"]["coloraxis"]["cmax"] for choice in range(6)
    }
    assert len(ranges) == 1  # colours mean the same in every part


def test_a_sample_is_drawn_as_points():
    random = np.random.default_rng(5)
    points = [
        {"power.sharing": float(a), "consensus.limit": f"{int(200 * b) + 1}h"}
        for a, b in random.random((30, 2))
    ]
    sweep = SweepData(
        swept.runs(points, replications=4), swept.manifest(list(points[0]), design="lhs")
    )
    spec = draw("break-even-map", sweep)
    (marks,) = traces(spec, "scatter")
    assert not traces(spec, "heatmap") and len(marks["x"]) == 30
    assert marks["x"] == pytest.approx([point["power.sharing"] for point in points], rel=1e-5)
    assert marks["y"] == pytest.approx(
        [int(point["consensus.limit"][:-1]) / 8 for point in points], rel=1e-5
    )
    gaps = sweep.estimates(GAP, sweep.policies[0])
    crossed = [symbol == "circle-x" for symbol in marks["marker"]["symbol"]]
    assert crossed == ((gaps[:, 1] <= 0) & (gaps[:, 2] >= 0)).tolist() and 0 < sum(crossed) < 30


def test_lines_and_bands_are_means_and_intervals_along_one_key():
    sweep = made({"consensus.limit": swept.LIMITS})
    spec = draw("lines", sweep)
    shared = sweep.runs[sweep.runs["variant"] == "shared"]
    (band, line) = [t for t in traces(spec, "scatter") if t["name"] in ("95 % interval", "shared")][
        :2
    ]
    expected = [
        interval(shared[shared["consensus.limit"] == limit]["value"].to_numpy())
        for limit in swept.LIMITS
    ]
    assert line["x"] == [1, 3, 10, 21]
    assert line["y"] == pytest.approx([entry.mean for entry in expected], rel=1e-5)
    assert band["y"] == pytest.approx(
        [e.high for e in expected] + [e.low for e in expected][::-1], rel=1e-5
    )
    gaps = next(
        t for t in traces(draw("break-even-line", sweep), "scatter") if t["name"] == "shared"
    )["y"]
    signs = np.sign(gaps)
    text = break_even_map.finding(sweep)
    assert ("It changes sign between" in text) == bool((signs[1:] != signs[:-1]).any())
    words = draw("lines", made({"power.rule": ["shared", "autocratic"]}))
    marks = next(trace for trace in traces(words, "scatter") if trace["name"] == "shared")
    assert marks["mode"] == "markers" and len(marks["error_y"]["array"]) == 2
    assert not any(trace["name"] == "95 % interval" for trace in words["data"])


def test_the_front_is_what_no_other_setting_beats(plane):
    every = settings(plane)
    assert len(every) == 88
    best = {(s.policy.variant, s.point) for s in front(every)}

    def beaten(s):
        return any(
            o.quality.mean >= s.quality.mean
            and o.delay.mean <= s.delay.mean
            and (o.quality.mean, o.delay.mean) != (s.quality.mean, s.delay.mean)
            for o in every
        )

    assert best == {(s.policy.variant, s.point) for s in every if not beaten(s)} and len(best) > 2
    assert (
        len(front([*every, front(every)[0]])) == len(best) + 1
    )  # as good as another is not beaten by it
    drawn = [t for t in draw("pareto", plane)["data"] if t.get("error_x")]
    assert sum(len(trace["x"]) for trace in drawn) == len(best)
    assert (
        "Power sharing" in drawn[0]["hovertext"][0]
        and "Limit for agreeing" in drawn[0]["hovertext"][0]
    )


def test_effects_are_means_over_all_else(plane):
    spec = draw("effects", plane, choice=2)
    shared = plane.runs[plane.runs["variant"] == "shared"]
    for panel, key in enumerate(swept.KEYS, start=1):
        line = next(trace for trace in traces(spec, "scatter", panel) if trace["name"] == "shared")
        assert line["y"] == pytest.approx(
            shared.groupby(key, sort=False)["delay"].mean().tolist(), rel=1e-5
        )


def test_keys_that_vary_one_at_a_time_are_told_apart():
    base = {"power.sharing": 0.5, "consensus.limit": "3d"}
    points = [
        base,
        *({**base, "power.sharing": v} for v in (0.0, 1.0)),
        {**base, "consensus.limit": "1mo"},
    ]
    sweep = SweepData(swept.runs(points), swept.manifest(list(base), design="one-at-a-time"))
    line = next(t for t in traces(draw("effects", sweep), "scatter") if t["name"] == "shared")
    shared = sweep.runs[sweep.runs["variant"] == "shared"].groupby("point")["value"].mean()
    assert line["y"] == pytest.approx([shared[1], shared[0], shared[2]], rel=1e-5)


def test_every_point_is_a_line_coloured_by_its_value(plane):
    lines = [
        trace for trace in draw("parallel", plane)["data"] if trace["name"].startswith("point")
    ]
    assert len(lines) == 44 and all(len(line["y"]) == 6 for line in lines)
    means = plane.estimates("value", plane.policies[0])[:, 0]
    order = [int(line["name"].split()[1]) for line in lines]
    assert [means[point] for point in order] == sorted(means)
    assert lines[0]["line"]["color"] == SHADES[0] and lines[-1]["line"]["color"] == SHADES[-1]
    assert lines[-1]["y"][2] == 1.0 and lines[0]["y"][2] == 0.0
    upright = draw("parallel", plane, narrow=True)["data"]
    assert upright[-1]["x"] == lines[-1]["y"]


def test_precision_is_half_the_interval_and_shows_what_was_asked():
    wanted = {"min": 4, "max": 6, "until": {"metric": "delay", "half_width": 0.2}}
    sweep = made(replications=6)
    sweep = SweepData(sweep.runs, {**sweep.manifest, "replications": wanted})
    assert choices("precision", sweep)[0] == "Delay"
    spec = draw("precision", sweep)
    shared = sweep.runs[(sweep.runs["variant"] == "shared") & (sweep.runs["point"] == 5)]
    known = interval(shared["delay"].to_numpy())
    assert spec["data"][0]["y"][5] == pytest.approx((known.high - known.low) / 2, rel=1e-5)
    assert spec["layout"]["shapes"][0]["y0"] == 0.2
    assert "The goal was 0.2000:" in precision.finding(sweep)
    share = {**wanted, "until": {"metric": "delay", "half_width": 0.05, "relative": True}}
    relative = draw("precision", SweepData(sweep.runs, {**sweep.manifest, "replications": share}))
    assert relative["data"][0]["y"][5] == pytest.approx(
        (known.high - known.low) / 2 / known.mean, rel=1e-5
    )
    paired = {**wanted, "until": {"metric": "value", "half_width": 0.05, "paired": True}}
    gaps = SweepData(sweep.runs, {**sweep.manifest, "replications": paired})
    assert choices("precision", gaps)[0] == "Difference in value"


EVERYWHERE = {"top-down": {key: [[0, 43]] for key in swept.KEYS}}


def constant(plane):
    """The plane as a sweep leaves it whose second policy reads no key: the same runs at every
    point."""
    runs = plane.runs.sort_values(["variant", "point", "replication"]).reset_index(drop=True)
    alone = (runs["variant"] == "top-down").to_numpy()
    first = runs[alone & (runs["point"] == 0)]
    for measure in ("value", "quality", "delay", "progress"):
        runs.loc[alone, measure] = np.tile(first[measure].to_numpy(), 44)
    return SweepData(runs, {**plane.manifest, "unread": EVERYWHERE})


def test_a_policy_that_reads_no_key_is_one_setting_and_named_without_keys(plane):
    sweep = constant(plane)
    shared, alone = sweep.policies
    assert len(sweep.different(shared)) == 44 and sweep.different(alone).tolist() == [0]
    assert len(settings(sweep)) == 45
    finding = maps.finding(sweep)
    assert "under top-down." in finding or "top-down at" not in finding
    assert "top-down at" not in pareto.finding(sweep) and "Of 45 settings" in pareto.finding(sweep)
    assert sweep.settings_text(5, alone) == {} and set(sweep.settings_text(5, shared)) == set(
        swept.KEYS
    )
    assert choices("maps", sweep) == choices("maps", made(policies=("shared",), replications=2))
    effects = [
        text for trace in draw("effects", sweep)["data"] for text in trace.get("hovertext", ())
    ]
    assert all(("not read" in text) == ("top-down" in text) for text in effects)
    hovered = [
        text for trace in draw("pareto", sweep)["data"] for text in trace.get("hovertext", ())
    ]
    mine = [text for text in hovered if "top-down" in text]
    assert len(mine) == 1 and "Power sharing" not in mine[0] and len(hovered) == 45


def test_a_key_that_is_read_only_at_some_points_counts_there_alone():
    keys = {"power.rule": ["autocratic", "shared"], "power.sharing": [0.0, 0.5, 1.0]}
    plain = made(keys, ("ours",), 2)
    sweep = SweepData(
        plain.runs, {**plain.manifest, "unread": {"ours": {"power.sharing": [[0, 2]]}}}
    )
    ours = sweep.policies[0]
    assert sweep.different(ours).tolist() == [0, 3, 4, 5]
    assert (
        sweep.settings_text(1, ours) == {"power.rule": "autocratic"}
        and len(sweep.settings_text(4, ours)) == 2
    )


def test_differences_need_the_other_policy_at_the_same_point_and_replication():
    sweep = made(replications=4)
    gone = (sweep.runs["variant"] == "top-down") & (
        (sweep.runs["point"] == 3) | (sweep.runs["replication"] == 2)
    )
    gaps = SweepData(sweep.runs[~gone], sweep.manifest).estimates(GAP, sweep.policies[0])
    assert np.isnan(gaps[3]).all() and np.isfinite(np.delete(gaps, 3, axis=0)).all()
    runs = sweep.runs[(sweep.runs["point"] == 4) & (sweep.runs["replication"] != 2)]
    assert gaps[4, 0] == pytest.approx(compare(runs, ["value"], "top-down")["difference"].iloc[0])


def test_the_colours_are_those_of_every_report():
    sweep = made({"power.sharing": [0.0, 1.0]}, ("b", "c"), 2)
    policies = SweepData(sweep.runs, {**sweep.manifest, "variants": ["a", "b", "c"]}).policies
    shown = [(p.variant, p.colour, p.base) for p in policies]
    assert shown == [("b", theme.colour(1), False), ("c", theme.colour(2), True)]
    scenario = {"base": "a", "variants": {"b": {}, "c": {}}}
    assert [
        p.colour for p in SweepData(sweep.runs, {**sweep.manifest, "scenario": scenario}).policies
    ] == [
        theme.colour(1),
        theme.colour(2),
    ]


def test_the_manifest_of_a_sweep_may_say_it_in_its_section():
    plain = made(replications=2)
    until = {"metric": "quality", "half_width": 0.01, "relative": None, "paired": False}
    section = {"design": "zip", "replications": {"max": 2, "until": until}}
    sectioned = SweepData(plain.runs, {**plain.manifest, "design": None, "sweep": section})
    assert sectioned.design == "zip" and choices("precision", sectioned)[0] == "Decision quality"


def test_no_runs_at_all_give_no_error():
    empty = SweepData(made(replications=1).runs.iloc[:0], swept.manifest(list(swept.KEYS)))
    assert empty.policies == [] and empty.axes == []
    for name in SWEEP_FIGURES:
        assert draw(name, empty)["layout"]["annotations"]


def test_no_break_even_is_said_to_be_none(plane):
    runs = plane.runs.copy()
    runs.loc[runs["variant"] == "shared", "value"] += 5
    assert "above 0 on average at every setting: there is no break-even." in break_even_map.finding(
        SweepData(runs, plane.manifest)
    )
    assert "no break-even" not in break_even_map.finding(plane)


def test_the_best_cell_is_the_highest_or_where_less_is_better_the_lowest():
    means = np.array([2.0, np.nan, 5.0, 1.0])
    assert (best(means, MEASURES["quality"]), best(means, MEASURES["delay"])) == (2, 3)
    assert best(np.full(2, np.nan), MEASURES["quality"]) is None
