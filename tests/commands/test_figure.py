"""`figure`: one figure of a result of any kind as a file, and what it refuses."""

from __future__ import annotations

import json
import re
import shutil
import sys
from html import unescape
from pathlib import Path

import plotly.graph_objects as go
import pytest

from sim.dashboard import figures, picture
from sim.dashboard._sections import sections
from sim.dashboard._sweep_data import SweepData
from sim.dashboard.estimates import RunData
from sim.dashboard.figures import registry
from sim.errors import UsageError
from sim.results import CALIBRATION, RUN, SENSITIVITY, SWEEP, RunResult
from tests.dashboard import replayed, swept, synthetic
from tests.dashboard.hostile import NAMES
from tests.dashboard.test_sensitivity_report import made as searched

sys.path.append(str(Path(__file__).resolve().parents[1] / "reading"))
from reading.results_made import made, made_sweep


@pytest.fixture(scope="module")
def originals(tmp_path_factory) -> Path:
    """A folder with a run, tiny, and a sweep, swept."""
    out = tmp_path_factory.mktemp("results")
    made(out)
    made_sweep(out / "swept", name="swept", replications="2")
    return out


@pytest.fixture
def past(folder, originals) -> Path:
    shutil.copytree(originals, folder / "results")
    return folder / "results"


@pytest.fixture(scope="module")
def whole() -> RunResult:
    """A result with all that most figures show."""
    tables = replayed.replayed(synthetic.tables(replications=3, issues=30))
    tables["leaders"]["forum_hours"] = range(len(tables["leaders"]))
    return RunResult(tables, synthetic.manifest())


def swept_result(keys, policies=swept.POLICIES) -> RunResult:
    runs = swept.runs(swept.grid(keys), policies, replications=3)
    return RunResult({"runs": runs}, swept.manifest(list(keys), policies, kind="sweep"))


def test_every_figure_of_a_run_can_be_had_by_its_name(whole):
    other = synthetic.NEED_MORE | synthetic.SEARCHED
    assert figures.names(whole) == [n for n in figures.FIGURES if n not in other]
    for name in figures.names(whole):
        figure = figures.of(whole, name)
        assert isinstance(figure, go.Figure) and len(figure.data) > 0
        assert figure.layout.template.layout.font.size == 13
    page = sections(RUN, RunData(whole.tables, whole.manifest))
    assert [part.figure.name for section in page for part in (section, *section.more)] == [
        name for name in figures.names(whole) if name not in synthetic.ON_DEMAND
    ]


@pytest.mark.parametrize("policies", [swept.POLICIES, swept.POLICIES[:1]])
@pytest.mark.parametrize(
    "keys", [swept.KEYS, {"power.sharing": [0, 0.5, 1]}], ids=["plane", "line"]
)
def test_a_sweep_has_the_figures_of_its_page(keys, policies):
    result = swept_result(keys, policies)
    page = sections(SWEEP, SweepData(result.tables["runs"], result.manifest))
    assert figures.names(result) == [section.figure.name for section in page]
    for name in figures.names(result):
        assert len(figures.of(result, name, narrow=True).data) > 0


def test_the_figure_of_a_search_for_what_matters_is_that_of_a_policy():
    table, manifest = searched()
    result = RunResult({"sensitivity": table}, {**manifest, "kind": SENSITIVITY})
    assert figures.names(result) == ["sensitivity"] and registry.choices(result, "sensitivity") == [
        "shared",
        "top-down",
    ]
    second = figures.of(result, "sensitivity", variant="top-down")
    assert (
        second == figures.of(result, "sensitivity", choice=1) != figures.of(result, "sensitivity")
    )


def test_the_front_of_a_calibration_is_read_from_its_tables(tmp_path):
    import pandas as pd

    from sim.tables import write_table

    rows = {
        "setting": [0, 1, 2],
        "replications": [4, 4, 4],
        "front": [1, 0, 1],
        "weightings": ["", "", "worth"],
    }
    table = pd.DataFrame(rows | {"power.sharing": [0.1, 0.5, 0.9]}).astype({"weightings": "str"})
    for name, place in (("delay", 2.0), ("quality", 0.5)):
        table[name] = place
        for end, shift in (("mean", 0.0), ("low", -0.1), ("high", 0.1)):
            table[f"{name}.{end}"] = [place + shift, None, place + 0.5 + shift]
    write_table("candidates", table, tmp_path / "candidates.parquet")
    tested = {"shared": {"delay": [3.0, 2.5, 3.5], "quality": [0.7, None, None]}}
    manifest = {
        "kind": CALIBRATION,
        "objectives": {"quality": "up", "delay": "down"},
        "tested": tested,
    }
    manifest["settings"] = [{"power.sharing": share} for share in (0.1, 0.5, 0.9)]
    drawn = figures.of(RunResult({}, manifest, tmp_path), "front")
    settings, policies = drawn.data
    assert list(settings.x) == [2.0, 2.5] and list(settings.y) == [0.5, 1.0]
    assert "power sharing 0.9" in settings.hovertext[1]
    assert (list(policies.x), list(policies.y), list(policies.error_y.array)) == (
        [3.0],
        [0.7],
        [0.0],
    )


def test_the_stream_as_a_picture_is_still_and_shows_the_busiest_moment(whole):
    still = figures.of(whole, "stream", still=True, variant="cascade", issue=1)
    played = figures.of(whole, "stream", variant="cascade", issue=1)
    assert len(played.frames) > 10 and not still.frames
    assert (
        not still.layout.sliders
        and not still.layout.updatemenus
        and still.layout.height < played.layout.height
    )
    assert "Day 22" in still.layout.title.text


def test_the_stream_under_two_policies_is_drawn_on_one_clock(whole):
    alone = [figures.of(whole, "stream", variant=name, issue=1) for name in ("cascade", "shared")]
    both = figures.of(whole, "stream", variant=["cascade", "shared"], issue=1)
    ticks = [[int(frame.name) for frame in one.frames] for one in (*alone, both)]
    assert ticks[2] == sorted({*ticks[0], *ticks[1]})
    assert len(both.data) == len(alone[0].data) + len(alone[1].data)
    last = both.frames[-1]
    for part, own in zip((last.data[:4], last.data[4:]), alone, strict=True):
        ends = own.frames[-1].data
        assert [trace.x for trace in part] == [trace.x for trace in ends]
    assert list(last.traces) == [2, 3, 4, 5, *(len(alone[0].data) + at for at in (2, 3, 4, 5))]
    still = figures.of(whole, "stream", still=True, variant=["cascade", "shared"], issue=1)
    assert "Day 22<br>cascade: " in still.layout.title.text and not still.frames


@pytest.mark.parametrize(
    ("name", "how", "message"),
    [
        (
            "trade-of",
            {},
            (
                "no figure 'trade-of' of this result (did you mean 'trade-off'?); there are: "
                "gain, trade-off, "
            ),
        ),
        ("trade-off", {"choice": "value against dealy"}, "did you mean 'Value against delay'"),
        ("trade-off", {"choice": 2}, "has 2 to choose from"),
        ("trade-off", {"variant": "shared"}, "no variant can be chosen"),
        (
            "leaders",
            {"variant": "share"},
            "no variant 'share' in 'leaders' (did you mean 'shared'?)",
        ),
        ("leaders", {"variant": "shared", "choice": 1}, "not both"),
        ("leaders", {"variant": ["shared", "cascade"]}, "shows one policy at a time"),
        ("stream", {"variant": ["shared", "cascade", "shared"]}, "under one policy or two, not 3"),
        ("time", {"issue": 1}, "for the figure 'stream' alone"),
        ("stream", {"issue": 5}, "issue 5 was not watched; there are: 1"),
        ("stream", {"choice": 1}, "nothing else"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(whole, name, how, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        figures.of(whole, name, **how)


def test_it_lists_what_there_is(call, past):
    said = call("figure", "tiny", "--list")
    assert said.exit_code == 0 and "--choice 2: Value against delay" in said.stdout
    assert "stream" not in {
        row["figure"] for row in json.loads(call("figure", "tiny", "--list", "--json").stdout)
    }
    (parallel,) = [
        row
        for row in json.loads(call("figure", "swept", "--list", "--json").stdout)
        if row["figure"] == "lines"
    ]
    figure = registry.find("lines")
    assert (parallel["shows"], parallel["question"]) == (
        figure.shows,
        figure.question,
    ) and parallel["choices"] == []
    assert figure.question in call("figure", "swept", "--list").stdout


def test_json_is_the_figure_and_a_page_needs_nothing_else(call, past):
    said = call(
        "figure",
        "tiny",
        "trade-off",
        "--out",
        "f.json",
        "--choice",
        "Value against delay",
        "--json",
    )
    assert json.loads(said.stdout) == {
        "figure": "trade-off",
        "path": "f.json",
        "format": "json",
        "bytes": Path("f.json").stat().st_size,
    }
    drawn = json.loads(Path("f.json").read_text(encoding="utf-8"))
    assert "Mean value" in drawn["layout"]["yaxis"]["title"]["text"]
    assert call("figure", "tiny", "time", "--out", "f.html", "--width", "500").stdout == "f.html\n"
    page = Path("f.html").read_text(encoding="utf-8")
    assert re.findall(r"<(?:script|link)[^>]+(?:src|href)=.([^\"']+)", page.split("<body>")[0]) == [
        "data:,"
    ]
    assert "default-src 'none'" in page and '"width":500' in page and len(page) > 1_000_000
    assert not list(Path().glob(".f.*"))


def test_all_slides_go_to_a_folder_and_none_is_overwritten(call, past):
    said = call("figure", "tiny", "present", "--out", "slides")
    names = [f"present-{name}" for name in ("question", "gain", "price", "turn")]
    assert said.stdout.split() == [f"slides/{name}.svg" for name in names]
    assert 'width="1600" height="900"' in Path("slides/present-gain.svg").read_text("utf-8")
    again = call("figure", "tiny", "present", "--out", "slides")
    assert again.exit_code == 5 and "present-question.svg exists; --force" in again.stderr
    assert call("figure", "tiny", "present", "--out", "slides", "--force").exit_code == 0
    assert call("figure", "tiny", "present", "--out", "no/slides").exit_code == 2
    none = call("figure", "tiny", "present-decision", "--out", "decision.html")
    assert none.exit_code == 5 and "--replays" in none.stderr
    assert call("figure", "swept", "present", "--out", "other").exit_code == 5


def test_nothing_is_overwritten_and_nothing_half_written(call, past):
    Path("f.html").write_text("mine", encoding="utf-8")
    refused = call("figure", "tiny", "time", "--out", "f.html")
    assert (
        refused.exit_code == 5 and refused.stderr == "error: f.html exists; --force overwrites it\n"
    )
    assert Path("f.html").read_text(encoding="utf-8") == "mine"
    assert call("figure", "tiny", "time", "--out", "f.html", "--force").exit_code == 0
    assert call("figure", "tiny", "time", "--out", "no/f.html").exit_code == 5
    assert call("figure", "tiny", "stream", "--out", "s.html").exit_code == 2
    assert call("figure", "tiny").exit_code == 2
    for name in ("f.svgz", "f"):
        wrong = call("figure", "tiny", "time", "--out", name)
        assert wrong.exit_code == 2 and "svg, png, pdf, html, json" in wrong.stderr
    assert call("figure", "teeny", "time", "--out", "g.json").exit_code == 3
    assert sorted(path.name for path in Path().iterdir()) == ["f.html", "results"]


def test_without_kaleido_or_a_browser_it_says_what_to_do(call, past, monkeypatch):
    pytest.importorskip("kaleido", reason="the extra figures is not installed")
    monkeypatch.setenv("BROWSER_PATH", str(past / "none"))
    said = call("figure", "tiny", "time", "--out", "f.png")
    assert (said.exit_code, said.stderr) == (2, f"error: {picture.NO_BROWSER}\n")
    monkeypatch.setitem(sys.modules, "kaleido", None)
    said = call("figure", "tiny", "time", "--out", "f.pdf")
    assert (said.exit_code, said.stderr) == (2, f"error: {picture.INSTALL}\n")
    assert not Path("f.png").exists() and not Path("f.pdf").exists()
    said = call("figure", "tiny", "time", "--out", "f.svg")
    assert said.exit_code == 0 and Path("f.svg").read_text("utf-8").startswith("<svg ")


def test_every_figure_is_written_as_svg_without_a_browser(whole, monkeypatch):
    monkeypatch.setattr(picture, "need_browser", None)
    for name in figures.names(whole):
        for narrow in (False, True):
            figure = figures.of(whole, name, narrow=narrow, still=True)
            drawn = picture.content(figure, "svg", "t", None)
            assert drawn.startswith(b"<svg ") and len(drawn) > 1000, name


def test_names_in_an_svg_are_text():
    result = RunResult(
        synthetic.tables(NAMES[:3], replications=3, issues=30), synthetic.manifest(NAMES[:3])
    )
    drawn = picture.content(figures.of(result, "time", narrow=True), "svg", "t", 480)
    text = drawn.decode()
    assert 'width="480"' in text and "<script" not in text
    assert "<script>alert(1)</script>" in unescape(text)
    assert set(re.findall(r'(?:href|src)="([^"]+)', text)) == set()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(("form", "begins"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_a_picture_is_drawn_from_this_machine_alone(tmp_path, form, begins):
    try:
        picture.need_browser()
    except UsageError as error:
        pytest.skip(str(error))
    result = RunResult(
        synthetic.tables(NAMES[:3], replications=3, issues=30), synthetic.manifest(NAMES[:3])
    )
    drawn = picture.content(figures.of(result, "time", narrow=True), form, "t", 480)
    assert drawn.startswith(begins) and len(drawn) > 4000
