"""The report: whole, self-contained, safe with any name, quick."""

from __future__ import annotations

import base64
import gzip
import hashlib
import itertools
import json
import re
from html.parser import HTMLParser

import pytest
from effort import calls

from sim.comparison import in_short
from sim.comparison.sentences import at_length
from sim.dashboard import document, report
from sim.dashboard.document import SCRIPT
from sim.dashboard.figures import registry
from sim.results import RUN, RunResult, save
from tests.dashboard import synthetic
from tests.dashboard.hostile import NAMES, hostile_manifest, hostile_tables

ANCHORS = [
    *("answer", "summary", "trust"),
    *"trade-off stream kinds time costs differences urgency leaders decisions endings".split(),
]
FIRST = ("answer", "summary", "trust")
"""The sections that hold no figure below the first screen."""


class Page(HTMLParser):
    """The elements of a page, as (tag, attributes), and the text of each script and of everything
    else."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements, self.scripts, self.text, self._inside = [], [], "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside != "style":
            self.text += data

    def ids(self, tag):
        return [
            attributes["id"]
            for name, attributes in self.elements
            if name == tag and "id" in attributes
        ]

    def figures(self):
        """Every figure by name, each shape as a list of what it can show, whole."""
        figures = {}
        for name, value in self.embedded("figure-").items():
            if not name.endswith("-data"):
                continue
            wide, narrow = (
                [value[s]] if isinstance(value[s], dict) else value[s] for s in ("wide", "narrow")
            )
            narrow = [{"data": w["data"], **n} for w, n in zip(wide, narrow, strict=True)]
            figures[name.removesuffix("-data")] = {"wide": wide, "narrow": narrow}
        return figures

    def embedded(self, prefix):
        """The data whose element's id starts with `prefix`, by the rest of the id."""
        found = {}
        elements = [attributes for name, attributes in self.elements if name == "script"]
        for attributes, text in zip(elements, self.scripts, strict=True):
            name = attributes.get("id", "")
            if name.startswith(prefix):
                packed = attributes["type"] == document.PACKED
                found[name.removeprefix(prefix)] = json.loads(unpacked(text) if packed else text)
        return found


def unpacked(text):
    """What an element holds that is compressed."""
    return gzip.decompress(base64.b64decode(text)).decode()


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=8, issues=60)


@pytest.fixture(scope="module")
def html(tables):
    return report.render(tables, synthetic.manifest())


PACKED = re.compile(rf'<script type="{document.PACKED}" id="([^"]+)">([^<]*)</script>')


def without_plotly(html):
    """The page without what is compressed in it: plotly.js, and the data and pictures of
    figures."""
    (plotly,) = [text for name, text in PACKED.findall(html) if name == "plotly"]
    assert unpacked(plotly) == document.plotly()
    return PACKED.sub("", html)


def packed_in(html):
    """What is compressed in the page besides plotly.js, as one text."""
    return "\n".join(unpacked(text) for name, text in PACKED.findall(html) if name != "plotly")


def test_all_sections_and_figures_are_there(html):
    page = Page(html)
    assert page.ids("section") == ANCHORS
    drawn = [figure.name for figure in registry.PAGES[RUN].figures if not figure.player]
    other = synthetic.NEED_MORE | synthetic.ON_DEMAND | synthetic.SEARCHED
    assert list(page.figures()) == [name for name in drawn if name not in other]
    for figure in page.figures().values():
        assert all(shown["data"] for shape in figure.values() for shown in shape)
    assert {
        name: len(figure["wide"])
        for name, figure in page.figures().items()
        if len(figure["wide"]) > 1
    } == {
        "gain": len(synthetic.VARIANTS) - 1,
        "trade-off": 2,
        "leaders": len(synthetic.VARIANTS),
    }
    assert set(page.embedded("numbers-")) == {*ANCHORS, "gain", "course"} - {"stream", *FIRST}
    links = {attributes["href"] for tag, attributes in page.elements if tag == "a"}
    assert links == {f"#{anchor}" for anchor in [*ANCHORS[1:], "reproduce"]}


def test_the_page_asks_nothing_of_any_network(html):
    ours = without_plotly(html)
    for text in (ours.replace("base-uri", ""), packed_in(html)):
        assert not re.search(r"https?:|//\w|url\((?!#f)|@import", text)
    assert "MathJax" not in ours and "mathjax" not in ours
    for tag, attributes in Page(ours).elements:
        assert tag not in ("img", "iframe", "object", "embed", "form", "base")
        assert "src" not in attributes
        if tag == "link":
            assert attributes == {"rel": "icon", "href": "data:,"}


def test_only_the_two_scripts_of_the_page_may_run(html):
    page = Page(html)
    (policy,) = [a["content"] for tag, a in page.elements if tag == "meta" and "http-equiv" in a]
    scripts = [
        (a, t)
        for (_, a), t in zip(
            [e for e in page.elements if e[0] == "script"], page.scripts, strict=True
        )
    ]
    data = ("application/json", document.PACKED)
    run = [text for attributes, text in scripts if attributes.get("type") not in data]
    run += [unpacked(text) for attributes, text in scripts if attributes.get("id") == "plotly"]
    allowed = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in run}
    assert run == [SCRIPT, document.plotly()]
    assert allowed == set(re.findall(r"'sha256-([^']+)'", policy))
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy


def test_the_header_tells_what_was_run(html):
    text = Page(html).text
    for part in (
        "A shared stream of 39 leaders",
        "2026",
        "40",
        "0.1.0",
        "3f6c" * 16,
        "3f6c3f6c3f6c",
        "ab12" * 16,
    ):
        assert part in text
    assert "leaderstream run leader-stream.yaml --seed 2026 --replications 40" in text


def test_the_page_says_that_the_manifest_holds_its_hash_and_it_does(tmp_path, tables):
    made = RunResult(tables, synthetic.manifest())
    folder = save(
        made,
        tmp_path,
        {"dashboard.html": lambda path: report.write_report(tables, made.manifest, path)},
    )
    page = folder / "dashboard.html"
    text = Page(page.read_text(encoding="utf-8")).text
    assert (
        "manifest.json holds the SHA-256 of this page and of every table; leaderstream verify "
        "checks them." in text
    )
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (
        manifest["file_hashes"]["dashboard.html"] == hashlib.sha256(page.read_bytes()).hexdigest()
    )


def test_the_verdict_stands_in_the_page(tables):
    page = Page(report.render(tables, synthetic.manifest(), verdict=["Sharing <b>paid</b>."]))
    assert "Sharing <b>paid</b>." in page.text
    computed = [*in_short(tables, synthetic.manifest()), *at_length(tables, synthetic.manifest())]
    text = Page(report.render(tables, synthetic.manifest())).text
    assert computed and all(sentence in text for sentence in computed)


def test_claims_stand_in_the_page_with_verdict_and_error_rate(html, tables):
    claim = {
        "metric": "delay",
        "direction": "lower",
        "than": "shared",
        "by": 0.0,
        "confidence": 0.99,
    }
    bounds = {"difference": -0.8, "low": -0.9, "high": -0.7, "replications": 8}
    claims = [
        {**claim, **bounds, "policy": "top-down", "verdict": "holds"},
        {**claim, "policy": "other", "verdict": "not tested", "why": "there are no runs of other"},
    ]
    page = Page(report.render(tables, synthetic.manifest(claims=claims)))
    assert (
        "delay is lower under top-down than under sharedholds-0.80 [-0.90 to -0.70] at 99% "
        "confidence" in page.text
    )
    assert (
        "delay is lower under other than under sharednot testedthere are no runs of other"
        in page.text
    )
    assert "1 claim was tested" in page.text and "with a chance of at most 1%." in page.text
    assert "Claims" not in Page(html).text


def test_the_numbers_in_the_page_are_those_of_the_tables(html, tables):
    shown = Page(html).figures()["trade-off"]["wide"][0]["data"]
    quality = {t["name"]: t["y"][0] for t in shown if t["mode"] == "markers"}
    assert quality == pytest.approx(tables["runs"].groupby("variant")["quality"].mean().to_dict())
    mean = tables["runs"].groupby("variant")["value"].mean()["consensus"]
    assert f"<td>{mean:.3f} &lt;<small>±" in html


def test_the_same_result_gives_the_same_page(html, tables):
    assert report.render(tables, synthetic.manifest()) == html


def test_the_file_is_small_whole_and_alone(tmp_path, tables):
    path = report.write_report(tables, synthetic.manifest(), tmp_path / "dashboard.html")
    assert [p.name for p in tmp_path.iterdir()] == ["dashboard.html"]
    assert path.stat().st_size < 4_000_000
    with pytest.raises(FileNotFoundError):
        report.write_report(tables, synthetic.manifest(), tmp_path / "nowhere" / "dashboard.html")


def test_names_are_text_and_nothing_else():
    html = report.render(hostile_tables(), hostile_manifest())
    page = Page(html)
    every = synthetic.ALL_ENDINGS
    tables = synthetic.tables(every, replications=3, issues=60)
    plain = Page(report.render(tables, synthetic.manifest(every)))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements}
    assert len(page.scripts) == len(plain.scripts)
    for _, attributes in page.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert not attributes.get("href", "#").startswith("javascript")
    for name in NAMES[:3]:
        assert name in page.text
    ours = without_plotly(html)
    assert "<script>alert" not in ours and "onerror=alert(1)>" not in ours and "\u202e" not in ours
    # Numbers are data, whose names the page's script enters as text alone.
    pictures = [text for name, text in PACKED.findall(html) if name.startswith("figure-")]
    assert pictures and all("<script>alert" not in unpacked(text) for text in pictures)


def test_names_in_figures_carry_no_markup():
    markup = re.compile(r"<(?!/?b>|br>|/?span)")
    for figure in Page(report.render(hostile_tables(), hostile_manifest())).figures().values():
        for shape in itertools.chain.from_iterable(figure.values()):
            texts = [note["text"] for note in shape["layout"]["annotations"]]
            for trace in shape["data"]:
                assert "hovertemplate" not in trace and "texttemplate" not in trace
                texts += [trace["name"], *trace.get("hovertext", []), *trace.get("text", [])]
                texts += shape["layout"]["yaxis"].get("ticktext", [])
            assert not any(markup.search(text) or "<b>bold" in text for text in texts)


def test_one_replication_has_no_intervals_and_says_so():
    html = report.render(synthetic.tables(replications=1), synthetic.manifest())
    assert "±" not in Page(html).text.split("In what the policies differ")[0].replace(
        "; ± is half", ""
    )
    for name in ("trade-off", "costs", "differences"):
        for trace in Page(html).figures()[name]["wide"][0]["data"]:
            assert not trace.get("error_x", {}).get("visible")


def test_one_policy_is_shown_alone():
    page = Page(
        report.render(synthetic.tables(("shared",), 5, 50), synthetic.manifest(("shared",)))
    )
    assert page.ids("section") == [a for a in ANCHORS if a not in ("trade-off", "differences")]
    assert "nothing to compare it with" in page.text
    assert next(iter(page.figures())) == "trade-off"  # on the first screen


def test_no_decisions_leave_a_page_that_says_so(tables):
    page = Page(report.render(synthetic.nothing_decided(tables), synthetic.manifest()))
    assert page.ids("section") == [a for a in ANCHORS if a not in ("trade-off", "kinds")]
    assert "No issue arose in the measured time" in page.text
    assert "nan" not in page.text.lower()
    for name in ("trade-off", "time", "endings"):
        assert page.figures()[name]["wide"][0]["layout"]["annotations"][0]["text"].startswith("No ")
    costs = page.figures()["costs"]["wide"][0]
    assert {trace["xaxis"] for trace in costs["data"]} == {"x", "x2", "x3"}  # no empty panel


def test_one_kind_needs_no_panels_by_kind():
    kinds = {"operational": synthetic.KINDS["operational"]}
    page = Page(
        report.render(
            synthetic.tables(replications=3, kinds=kinds), synthetic.manifest(kinds=kinds)
        )
    )
    assert "kinds" not in page.ids("section")


def test_what_failed_and_what_was_run_is_told(tables):
    few = {
        name: table[table["variant"].isin(["shared", "cascade"])] for name, table in tables.items()
    }
    manifest = synthetic.manifest(failures=[{"variant": "shared", "replication": 3, "error": "x"}])
    manifest["policies"] = {name: manifest["policies"][name] for name in ("shared", "cascade")}
    text = Page(report.render(few, manifest)).text
    assert "Runs that failed and are left out: 1." in text
    assert "--variant shared --variant cascade" in text
    manifest_of_one = {
        "name": "s",
        "replays": {"asked": 0},
        "changes": {"flow.up.open": "40%", "a": "{b: c}"},
    }
    manifest_of_one["rules"] = {"my_rules.py": "0", "installed": "1"}
    changed = "--rules my_rules.py --set flow.up.open=40% --set 'a={b: c}'"
    assert report.command(manifest_of_one) == f"leaderstream run s.yaml --replays 0 {changed}"
    manifest_of_one["replays"]["asked"] = [7, 12]
    named = f"leaderstream run s.yaml --replay 7 --replay 12 {changed}"
    assert report.command(manifest_of_one) == named
    assert (
        report.command({"name": "a'; rm -rf /", "seed": 1})
        == """leaderstream run 'a'"'"'; rm -rf /.yaml' --seed 1"""
    )


@pytest.mark.slow
def test_a_hundred_thousand_decisions_cost_no_more_calls_and_keep_the_page_small(tmp_path):
    path = tmp_path / "dashboard.html"
    first, small, large = (
        synthetic.tables(replications=3, issues=20),
        synthetic.tables(replications=50, issues=67),
        synthetic.tables(replications=50, issues=334),
    )
    assert len(large["decisions"]) > 100_000
    work = [
        calls(
            lambda tables=tables: report.write_report(
                tables, synthetic.manifest(), path, verdict=[]
            )
        )
        for tables in (first, small, large)  # the first time, what is loaded once is loaded
    ]
    assert work[2] < 1.5 * work[1]
    assert path.stat().st_size < 4_000_000
