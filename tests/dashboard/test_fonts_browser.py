"""Every figure with only DejaVu, only Liberation and only Noto on the machine: nothing is cut,
nothing lies on another.

The names are as wide and as long as names get. What passes here has to pass under other versions of
Chromium, too. What they differ in is how a letter's width is rounded: Chromium 156 without a screen
draws each as wide as whole pixels, others as wide as its outline. Labels of 35 letters at 12
pixels, drawn either way by 156 (as on a screen of one dot a pixel and of two), differ by 0.2 to 0.8
% in DejaVu Sans and by 2.0 to 4.0 % in Liberation Sans. So every text counts here as 4 % wider than
it is drawn.

Layouts go by the widths that texts count as, and a test sees that no family draws one wider. So
DejaVu, the widest, is seen on all pages, the others on those with most figures.
"""

from __future__ import annotations

import pytest

from benchmarks.screenshots import LOOK
from sim.dashboard import report, theme
from sim.dashboard.sensitivity_report import write_sensitivity_report
from sim.dashboard.sweep_report import write_sweep_report
from tests.dashboard import fonts, replayed, swept, synthetic
from tests.dashboard.hostile import PAYLOADS
from tests.dashboard.test_report_browser import ALL, ASK, resized
from tests.dashboard.test_sensitivity_report import made

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLACK = 0.04
WIDTHS = (1400, 900, 500)
"""Windows: the widest page, the narrowest in which figures are wide (852 pixels), and narrow
figures."""
WIDE = (
    "WWWWMMMM" * 6,
    "% of @@@ MMM " * 5,
    "A ROOM OF ALL LEADERS WHO KNOW",
    "wwwmmm wwwmmm wwwmmm wwwmmm",
    "plain",
    "方針の名前がここに入ります方針の名前",
)


def _tables():
    kinds = {
        name: {"stakes": 1.0, "half_life": "5d", "expiry": "20d", "share": 1 / 3}
        for name in WIDE[:3]
    }
    tables = synthetic.tables(WIDE, replications=6, issues=60, kinds=kinds)
    positions = dict(zip(synthetic.POSITIONS, WIDE[:3], strict=True))
    tables["leaders"] = tables["leaders"].assign(
        position=tables["leaders"]["position"].map(positions)
    )
    return tables, synthetic.manifest(WIDE, kinds=kinds)


def _run(folder):
    return report.write_report(*_tables(), folder / "run.html", verdict=[])


def _stream(folder):
    tables, manifest = _tables()
    tables = replayed.replayed(
        tables, [f"{name} {place}" for place, name in enumerate((*WIDE, "g"))], WIDE[:3]
    )
    return report.write_report(tables, manifest, folder / "stream.html", verdict=[])


def _plain(folder):
    every = synthetic.ALL_ENDINGS
    tables = synthetic.tables(every, replications=8, issues=80)
    return report.write_report(tables, synthetic.manifest(every), folder / "plain.html", verdict=[])


def _sweep(folder):
    keys = {
        f"issues.{PAYLOADS[0]}.x": list(PAYLOADS),
        WIDE[0]: list(WIDE),
        WIDE[1]: [0.1, 1234567.5],
    }
    runs = swept.runs(swept.grid(keys), WIDE[:3], replications=2)
    return write_sweep_report(runs, swept.manifest(list(keys), WIDE[:3]), folder / "sweep.html")


def _line(folder):
    keys = {WIDE[0]: list(WIDE)}
    return write_sweep_report(
        swept.runs(swept.grid(keys), WIDE, 2),
        swept.manifest(list(keys), WIDE),
        folder / "line.html",
    )


def _sensitivity(folder):
    return write_sensitivity_report(
        *made(policies=WIDE[:2], keys=WIDE), folder / "sensitivity.html"
    )


DRAWN_WIDE = """([texts, sorts]) => {
  const node = document.querySelector('text');
  return sorts.map(([size, weight]) => texts.map(text => {
    node.style.font = `${weight} ${size}px system-ui, sans-serif`;
    node.textContent = text;
    return node.getComputedTextLength();
  }));
}"""
PAGES = {
    "run": _run,
    "stream": _stream,
    "plain": _plain,
    "sweep": _sweep,
    "line": _line,
    "sensitivity": _sensitivity,
}


WIDEST, MOST_FIGURES = "DejaVu", ("run", "sweep")
SEEN = [
    (family, name)
    for family in fonts.FAMILIES
    for name in PAGES
    if family == WIDEST or name in MOST_FIGURES
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    return {name: make(folder) for name, make in PAGES.items()}


@pytest.fixture(scope="module", params=fonts.FAMILIES)
def family(request):
    return request.param


@pytest.fixture(scope="module")
def browser(family, tmp_path_factory):
    conf = fonts.configuration(family, tmp_path_factory.mktemp("fonts"))
    with fonts.launched(conf) as opened:
        yield opened


def test_the_page_is_drawn_in_this_family_alone(browser, family):
    page = browser.new_page()
    page.set_content('<p style="font-family: system-ui, sans-serif">Mean delay</p>')
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "p"})["nodeId"]
    used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [font["familyName"] for font in used] == [fonts.FAMILIES[family][1]]
    page.close()


def test_no_text_is_drawn_wider_than_it_counts(browser):
    texts = [
        *(theme.clean(text) for text in (*PAYLOADS, *WIDE)),
        *(chr(code) * 20 for code in range(33, 127)),
    ]
    sorts = [(size, weight) for size in (11, 12, 13, 14) for weight in (400, 700)]
    page = browser.new_page()
    page.set_content("<svg><text></text></svg>")
    drawn = page.evaluate(DRAWN_WIDE, [texts, sorts])
    for (size, weight), widths in zip(sorts, drawn, strict=True):
        counted = [theme.text_width(text, size, weight > 400) for text in texts]
        wider = [(t, w, c) for t, w, c in zip(texts, widths, counted, strict=True) if w > c + 1]
        assert (size, weight, wider) == (size, weight, [])
    page.close()


@pytest.mark.parametrize(("family", "name"), SEEN, indirect=["family"])
def test_nothing_is_cut_and_nothing_lies_on_another(browser, pages, name):
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900})
    page.goto(pages[name].as_uri() + ALL)
    # The pictures in the widths for which they are drawn, then what Plotly draws.
    for width in (WIDTHS[0], WIDTHS[-1]):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, page.evaluate(LOOK, SLACK)) == (width, [])
    page.evaluate(ASK)
    for width in WIDTHS:
        resized(page, width)
        wrong = page.evaluate(LOOK, SLACK)
        if name == "stream":  # whose made-up leaders have nothing to be measured by
            assert page.locator(".stream-picture .band").count() == 6
            wrong.remove("#figure-leaders is empty")
        assert (width, wrong) == (width, [])
    page.close()
