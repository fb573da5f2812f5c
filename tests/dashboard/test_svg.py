"""Figures drawn as SVG beforehand: every figure can be, texts stay text, and marks stand where
Plotly puts them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from sim.dashboard.drawing import colours
from sim.dashboard.drawing._svg_text import runs
from sim.dashboard.drawing._svg_ticks import ticks
from sim.dashboard.drawing.canvas import Canvas
from sim.dashboard.drawing.svg import drawn, unknown
from tests.dashboard import pictured
from tests.dashboard.hostile import PAYLOADS
from tests.dashboard.test_report_browser import browser

__all__ = ["browser"]

WIDTHS = {"wide": 1072, "narrow": 468}
ELEMENTS = set("svg g path rect circle ellipse text tspan pattern defs".split())
ATTRIBUTES = set(
    "class viewBox aria-hidden width height x y dy r rx ry cx cy d id fill fill-opacity "
    "stroke stroke-opacity stroke-width stroke-dasharray stroke-linejoin stroke-linecap opacity "
    "shape-rendering font-size font-weight font-family text-anchor transform paint-order "
    "preserveAspectRatio patternUnits".split()
)


def test_every_figure_of_every_page_is_drawn_and_nothing_of_it_is_left_out():
    names = set()
    for (name, figure, shape, _), spec in pictured.specs():
        assert unknown(spec) == [], (name, figure)
        names.add(figure)
        root = ElementTree.fromstring(drawn(spec, WIDTHS[shape]))
        for each in root.iter():
            assert each.tag in ELEMENTS and set(each.attrib) <= ATTRIBUTES, (name, figure)
            assert each.attrib.get("fill", "#").startswith(("#", "var(--f", "url(#f", "none"))
        own = spec["layout"].get("width", WIDTHS[shape])
        assert root.attrib["viewBox"] == f"0 0 {own} {spec['layout']['height']}"
        count = len(root.findall(".//*[@class='annotation-text']"))
        assert count == sum(bool(note["text"].strip()) for note in spec["layout"]["annotations"])
    assert names >= {"gain", "trade-off", "stream", "endings", "maps", "parallel", "sensitivity"}


def test_what_cannot_be_drawn_is_named():
    canvas = Canvas(200, (10, 10, 10, 10))
    canvas.trace("pie", values=[1])
    canvas.trace("bar", x=[1], y=[2], width=1, marker={"color": "#000000"}, base=3)
    canvas.trace("scatter", x=[1], y=[2], mode="lines", line={"color": "#000", "shape": "spline"})
    canvas.axis("x")["type"] = "log"
    canvas.layout["images"] = []
    assert unknown(canvas.spec()) == [
        "pie",
        "bar base",
        "scatter line.shape: spline",
        "axis type",
        "images",
    ]
    canvas.data = canvas.data[:1]
    with pytest.raises(ValueError, match="cannot be drawn as a picture: pie"):
        drawn(canvas.spec(), 500)


def test_a_picture_by_itself_is_light_and_has_its_font():
    canvas = Canvas(200, (10, 10, 10, 10))
    canvas.axis("x").update(range=[0, 1])
    canvas.axis("y").update(range=[0, 1])
    canvas.note("here", x=0, y=0, bgcolor="rgba(255,255,255,0.5)")
    page, alone = (drawn(canvas.spec(), 300, page) for page in (True, False))
    assert "var(--f1f2933,#1f2933)" in page and 'stroke-opacity="0.5"' in page
    assert "var(" not in alone and 'xmlns="http://www.w3.org/2000/svg"' in alone
    assert 'width="300" height="200"' in alone and "system-ui" in alone
    assert all(f"--f{light[1:]}:{dark};" in colours.style() for light, dark in colours.DARK.items())


def test_only_marks_of_layout_are_more_than_text():
    for payload in PAYLOADS:
        assert (
            [[run.text for run in line] for line in runs(payload)]
            in (
                [[payload]],
                [[payload.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")]],
            )
            or "<br>" in payload
            or "<b>" in payload
        )
    (first, second) = runs("<b>A &lt;b&gt;</b><br><span style='color:#5f6b76;font-size:11px'>c")
    assert (first[0].text, first[0].bold) == ("A <b>", True)
    assert (second[0].text, second[0].colour, second[0].size) == ("c", "#5f6b76", 11.0)


@pytest.mark.parametrize(
    ("settings", "ends", "length", "texts"),
    [
        ({}, (0, 7), 900, "0 1 2 3 4 5 6 7"),
        ({"nticks": 4}, (-0.31, 0.42), 200, "−0.2 0 0.2 0.4"),
        ({"nticks": 5}, (0, 23000), 200, "0 5k 10k 15k 20k"),
        ({"nticks": 3, "ticksuffix": "d"}, (2, 0), 200, "0d 1d 2d"),
        ({"tickvals": [1, 5, 9], "ticktext": ["a", "b", "c"]}, (0, 5), 200, "a b"),
    ],
)
def test_marks_of_axes_are_those_of_plotly(settings, ends, length, texts):
    assert [text for _, text in ticks(settings, "x", ends, length)] == texts.split()


PLACES = """async ([spec, width, svg]) => {
  const plot = document.getElementById('plot'), still = document.getElementById('still');
  Plotly.purge(plot);
  plot.style.width = still.style.width = width + 'px';
  await Plotly.newPlot(plot, spec.data, {...spec.layout, width}, {displayModeBar: false});
  still.innerHTML = svg;
  still.firstChild.style.display = 'block';
  const places = (root, selector) => {
    const frame = root.getBoundingClientRect();
    return [...root.querySelectorAll(selector)].map(each => each.getBoundingClientRect())
      .filter(box => box.width > 0.3 && box.height > 0.3)
      .map(box => [box.left + box.width / 2 - frame.left, box.top + box.height / 2 - frame.top]);
  };
  return %s.map(([plotted, drawn]) => [places(plot, plotted), places(still, drawn)]);
}"""
SAME = [
    [".scatterlayer .points .point", ".trace .points > *"],
    [".barlayer .point path", ".bars rect"],
    [".xaxislayer-above text", ".xtick text"],
    [".yaxislayer-above text", ".ytick text"],
    [".textpoint text", ".textpoint text"],
    [".legendtext", ".legendtext"],
]
"""What is compared: as Plotly names it, and as it is named here."""
COMPARED = {
    ("run", "wide"): "gain trade-off trade-off-by-kind time course leaders endings stream".split(),
    ("run", "narrow"): "costs differences decisions".split(),
    ("plane", "wide"): "break-even-map pareto effects".split(),
    ("words", "narrow"): "maps".split(),
    ("sobol", "wide"): "sensitivity".split(),
}
"""The figures of which it is compared, by result and shape."""


@pytest.mark.browser
@pytest.mark.slow
def test_marks_bars_and_numbers_stand_where_plotly_puts_them(browser):
    from plotly.offline import get_plotlyjs

    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_content("<div id='plot'></div><div id='still' style='position:absolute'></div>")
    page.add_script_tag(content=get_plotlyjs())
    page.add_style_tag(content="body { font-family: system-ui, sans-serif; margin: 0; }")
    compared = 0
    for (name, figure, shape, place), spec in pictured.specs():
        if place or figure not in COMPARED.get((name, shape), ()):
            continue
        width = WIDTHS[shape]
        found = page.evaluate(PLACES % SAME, [spec, width, drawn(spec, width)])
        for (selector, _), (plotted, still) in zip(SAME, found, strict=True):
            # How wide texts are is known to a browser alone.
            given = "entrywidth" in spec["layout"].get("legend", {})
            if selector == ".legendtext" and not given:
                continue
            assert len(plotted) == len(still), (name, figure, shape, selector)
            for one in plotted:
                near = min(max(abs(one[0] - x), abs(one[1] - y)) for x, y in still)
                assert near < 1.3, (name, figure, shape, selector, one)
                compared += 1
    page.close()
    assert compared > 600
